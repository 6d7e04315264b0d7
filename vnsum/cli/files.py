"""Files of the command line: reading sources, choosing destinations, writing results."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from vnsum import require
from vnsum.cli.console import write_out
from vnsum.cli.streams import writing
from vnsum.errors import InputError
from vnsum.reading import article
from vnsum.reading.article import Article
from vnsum.reading.web.limits import Limits, is_url
from vnsum.reading.web.urls import without_secrets
from vnsum.storage import open_atomic, read_bytes, read_pipe, require_writable

STANDARD = "-"  # standard input or output
STANDARD_OUTPUTS = (STANDARD, "/dev/stdout")  # the second cannot be opened if it is a socket
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

    The suffix of a known file type (`vnsum.reading.article.READERS`) determines how it is read;
    other files are plain text in UTF-8. Raises `OSError` for a file that cannot be opened,
    `InputError` for one that is not text, `FetchError` for a page that cannot be fetched.
    """
    if is_url(source):
        limits = Limits(allow_private=allow_private)
        return article.read_url(source, limits=limits, offline=offline)
    path = Path(source)
    if path.suffix.lower() in article.READERS:
        return article.read_data(read_bytes(source), name=path.name)
    return article.read_text(read_text(source))


def read_text(source: str) -> str:
    """Return the text of a file, or of standard input for `-`.

    Raises `OSError` for a file that cannot be read, `InputError` for one that is not in UTF-8.
    """
    data = _read_input() if source == STANDARD else read_bytes(source)
    article.require_plain(show_name(source), data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{show_name(source)}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8: "
            "convert the file first, for example with iconv -f CP1258 -t UTF-8"
        ) from error


def _read_input() -> bytes:
    if sys.stdin is None:  # closed when the process started
        raise InputError(f"{show_name(STANDARD)}: it is closed: name a file, or pipe text into it")
    try:
        return read_pipe(sys.stdin.buffer, name=show_name(STANDARD))
    except OSError as error:
        raise InputError(f"{show_name(STANDARD)}: {error.strerror}") from error


def show_name(source: str) -> str:
    """Return the name of a source for messages."""
    if is_url(source):
        return without_secrets(source)
    if source == STANDARD:
        return "standard input"
    return source if source.strip() else repr(source)


def plan(
    sources: Sequence[str],
    output: str | None,
    suffix: str,
    *,
    joined: bool = False,
    others: Sequence[str | Path] = (),
) -> Destination:
    """Return the destination of the results of `sources`; `InputError` if there is a conflict.

    `output` is a directory if it exists as one or ends with a slash, otherwise a file; it must be a
    file if the result of all sources is `joined`. Checks in advance that no output is written twice
    and that neither a source nor one of the files `others` is overwritten.
    """
    if sources.count(STANDARD) > 1:
        raise InputError("standard input (-) can be read only once: name it once")
    if output is None or output in STANDARD_OUTPUTS:
        sys.stdout.write("")  # fails if it is closed
        return Destination()
    path = require.path(output, "an output")
    with writing(output):
        is_folder = path.is_dir() or output.endswith(("/", os.sep))
    if is_folder and joined:
        raise InputError(f"cannot write {output}: it is a directory, and the result is one file")
    if is_folder:
        each = {source: path / (_stem(source) + suffix) for source in sources}
        _forbid_clashes(each)
        destination = Destination(each=each)
    else:
        if not path.parent.is_dir():
            raise InputError(
                f"cannot write {output}: there is no directory {path.parent}; make it first"
            )
        destination = Destination(file=path)
    # `Path.exists` raises an error for some strings.
    named = [source for source in sources if source != STANDARD and os.path.exists(source)]  # noqa: PTH110
    inputs = [*named, *others]
    names = [output] if destination.file else [str(path) for path in destination.each.values()]
    for name in names:
        require_other(name, inputs)
        require_output(name)
    return destination


def require_other(
    output: str | Path, inputs: Iterable[str | os.PathLike[str]], *, option: str = "-o"
) -> None:
    """Raise `InputError` if an output is one of the files that the command uses."""
    # `Path.resolve` raises an error for a loop of links.
    if os.path.realpath(output) in map(os.path.realpath, inputs):
        raise InputError(
            f"cannot write {output}: it is one of the input files; choose another with {option}"
        )


def require_output(path: str | Path) -> None:
    """Raise `OutputError` if a file cannot be written; creates nothing."""
    with writing(path):
        require_writable(Path(path))


def write_text(path: Path, text: str) -> None:
    """Write a file atomically: readers see the old text or the new one."""
    with open_output(path) as write:
        write(text)


@contextlib.contextmanager
def open_output(target: Path | None) -> Iterator[Callable[[str], object]]:
    """Yield a function that writes text to a file, atomically, or to standard output.

    Raises `OutputError` with the name of a file that cannot be written.
    """
    if target is None:
        yield write_out
        sys.stdout.flush()
        return
    with contextlib.ExitStack() as stack:
        with writing(target):
            file = stack.enter_context(open_atomic(target))

        def write(text: str) -> None:
            with writing(target):
                file.write(text.encode("utf-8", "backslashreplace"))

        yield write
        with writing(target):
            stack.close()


def _stem(source: str) -> str:
    if is_url(source):
        try:
            parts = urlsplit(source)
        except ValueError:  # reported when it is fetched
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
                "rename one, or run them separately"
            )
        first[target] = source
