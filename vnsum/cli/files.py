"""Files of the command line: reading text, planning where results go, writing them whole."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from vnsum.errors import InputError
from vnsum.reading import article
from vnsum.reading.article import Article
from vnsum.reading.web.limits import Limits, is_url

STANDARD = "-"  # standard input or output
_NOT_IN_NAMES = re.compile(r"[^\w.-]|^\.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where results go: standard output (`file` is `None`), one file, or a file for each source."""

    file: Path | None = None
    each: Mapping[str, Path] = field(default_factory=dict)


def read_article(
    source: str, *, allow_private: bool = False, offline: bool | None = None
) -> Article:
    """Return the article at a URL, in a file, or on standard input for `-`.

    The ending of a known kind of file (`.html`) says how to read it; anything else is plain text.
    `OSError` for a file that cannot be opened, `InputError` for one that holds no text,
    `FetchError` for a page that cannot be fetched.
    """
    if is_url(source):
        limits = Limits(allow_private=allow_private)
        return article.read_url(source, limits=limits, offline=offline)
    path = Path(source)
    if source == STANDARD or path.suffix.lower() not in article.READERS:
        return article.read(read_text(source))
    with path.open("rb"):  # a missing file or a directory is told in the words of the system
        return article.read_file(path)


def read_text(source: str) -> str:
    """Return the text of a file as it is, or of standard input for `-`.

    `OSError` for a file that cannot be read, `InputError` for one that is not in UTF-8.
    """
    data = sys.stdin.buffer.read() if source == STANDARD else Path(source).read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8: expected plain text in "
            "UTF-8, so convert the file first, for example with iconv -f CP1258 -t UTF-8"
        ) from error


def plan(sources: Sequence[str], output: str | None, suffix: str) -> Destination:
    """Return where the results of `sources` go; `InputError` where that cannot work.

    `output` is a file, or a directory if it is one or ends with a slash. Checked before any work
    is done: nothing is overwritten twice, and no source is overwritten.
    """
    if sources.count(STANDARD) > 1:
        raise InputError("standard input (-) can be read only once: name it once")
    if output is None or output == STANDARD:
        return Destination()
    path = Path(output)
    if path.is_dir() or output.endswith(("/", os.sep)):
        each = {source: path / (_stem(source) + suffix) for source in sources}
        _forbid_clashes(each)
        destination = Destination(each=each)
    else:
        if not path.parent.is_dir():
            raise InputError(
                f"cannot write {output}: there is no directory {path.parent}; make it first"
            )
        destination = Destination(file=path)
    inputs = {Path(s).resolve() for s in sources if s != STANDARD and not is_url(s)}
    for target in [destination.file] if destination.file else destination.each.values():
        if target.resolve() in inputs:
            raise InputError(
                f"cannot write {target}: it is one of the files to read; name another with -o"
            )
    return destination


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: readers see the old text or the new one, never a part."""
    path = Path(os.path.realpath(path))
    data = text.encode("utf-8", "backslashreplace")
    if path.exists() and not path.is_file():  # a pipe or a device has nothing to replace
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _stem(source: str) -> str:
    if is_url(source):
        try:
            parts = urlsplit(source)
        except ValueError:  # what is wrong with it is told when it is fetched
            return "page"
        name = PurePosixPath(unquote(parts.path)).stem
        return _NOT_IN_NAMES.sub("-", name) or parts.hostname or "page"
    return "stdin" if source == STANDARD else Path(source).stem


def _forbid_clashes(each: Mapping[str, Path]) -> None:
    first: dict[Path, str] = {}
    for source, target in each.items():
        if target in first:
            raise InputError(
                f"{first[target]} and {source} would both be written to {target}: "
                "rename one, or run them one by one"
            )
        first[target] = source
