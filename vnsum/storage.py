"""The cache folder, reading of files and of lines, and atomic writing."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from vnsum import require
from vnsum.errors import InputError

Record = TypeVar("Record")

VARIABLE = "VNSUM_CACHE"
MAX_PIPE_BYTES = 100_000_000  # some devices never end
MAX_FILE_BYTES = 1_000_000_000  # a file with gaps may claim any size
LONGEST_LINE = 10_000_000  # characters; a device or a compressed file may have no other line
DIRECTORY = "a directory"
KINDS = {
    stat.S_IFDIR: DIRECTORY,
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def cache_folder() -> Path:
    """Return the cache folder, which may not exist: `VNSUM_CACHE`, by default the platform's.

    This is the subfolder `vnsum` of `XDG_CACHE_HOME` or `~/.cache` on Linux, of `~/Library/Caches`
    on macOS and of `%LOCALAPPDATA%` on Windows. Raises `InputError` for a user without a home
    folder, such as that of some containers, if the variable is not set.
    """
    try:
        return _find_cache_folder()
    except RuntimeError as error:
        raise InputError(
            f"there is no cache folder ({error}): set {VARIABLE} to the path of one"
        ) from error


def _find_cache_folder() -> Path:
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "vnsum"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/vnsum"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vnsum"


def read_bytes(name: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, a pipe or a device.

    Raises `OSError` if it cannot be read, `InputError` for more than `MAX_FILE_BYTES` from a file
    or `MAX_PIPE_BYTES` from a pipe or device.
    """
    path = require.path(name, "a source")
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return read_pipe(file, name=str(path))
        if status.st_size > MAX_FILE_BYTES:
            raise InputError(
                f"{path}: more than {MAX_FILE_BYTES // 1_000_000:,} MB: split the file"
            )
        return file.read(MAX_FILE_BYTES)


def read_pipe(file: BinaryIO, *, name: str) -> bytes:
    """Return the bytes of the pipe `name`; `InputError` for more than `MAX_PIPE_BYTES`."""
    data = file.read(MAX_PIPE_BYTES + 1)
    if len(data) > MAX_PIPE_BYTES:
        raise InputError(
            f"{name}: more than {MAX_PIPE_BYTES // 1_000_000} MB from a pipe or device: save the "
            "text to a file and pass that"
        )
    return data


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8; `InputError` if it cannot be read or decoded."""
    try:
        return read_bytes(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}") from error


def read_lines(path: Path, *, limit: int | None = None) -> Iterator[str]:
    """Yield the first `limit` lines of a file in UTF-8, decompressed if its name ends in `.xz`.

    Lines end at line feeds only. Raises `InputError` for a file that cannot be read or decoded, and
    for a line of more than `LONGEST_LINE` characters.
    """
    import lzma  # some builds of Python have none

    require.path(path, "a file")
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8", newline="\n")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8", newline="\n") as file
        ):
            lines = iter(lambda: file.readline(LONGEST_LINE + 1), "")
            for number, line in enumerate(itertools.islice(lines, limit), start=1):
                if len(line) > LONGEST_LINE:
                    raise InputError(
                        f"{path}, line {number}, has more than {LONGEST_LINE:,} characters"
                    )
                yield line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise InputError(f"cannot read {path}: {error}") from error


def read_records(
    path: Path,
    convert: Callable[[Any, int], Record],
    *,
    kind: str,
    expected: str,
    limit: int | None = None,
) -> Iterator[Record]:
    """Yield `convert(data, number)` for the first `limit` lines of a file, which are JSON.

    Raises `InputError`, with the number of the line, for one that is no JSON or that `convert`
    rejects; `kind` and `expected` say what it should be. Files are read as by `read_lines`.
    """
    for number, line in enumerate(read_lines(path, limit=limit), start=1):
        try:
            record = convert(json.loads(line), number)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{path}, line {number}, is not {kind} ({error!r}): expected {expected}"
            ) from error
        yield record


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file atomically: readers see the old content or the new one.

    Creates its folder. Raises `OSError` if it cannot be written, and leaves nothing behind.
    """
    with open_atomic(path) as file:
        file.write(data)


@contextlib.contextmanager
def open_atomic(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write, whose content replaces that of `path` when the block ends.

    If the block raises, `path` is unchanged. Links and the mode of an existing file are kept. A
    pipe or a device is written directly.
    """
    status = _stat(path)
    if status and not stat.S_ISREG(status.st_mode):
        with _opened(path, "wb") as file:
            yield file
        return
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_path(path) as temporary, _opened(temporary, "xb") as file:
        if status:  # before there is anything to read
            shutil.copymode(path, temporary)
        yield file


@contextlib.contextmanager
def temporary_path(path: Path) -> Iterator[Path]:
    """Yield the path of a file or folder to create, which replaces `path` when the block ends.

    It is flushed to disk first, and removed if the block raises. The folder of `path` must exist.
    """
    temporary = path.with_name(f"{_temporary_prefix(path)}{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
        for file in [*temporary.iterdir()] if temporary.is_dir() else [temporary]:
            with file.open("rb+") as written:
                os.fsync(written.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # report the first error
            _remove(temporary)
        raise


@contextlib.contextmanager
def replacing_files(folder: Path, *, last: str = "") -> Iterator[Path]:
    """Yield a new folder within `folder`, whose files replace those there when the block ends.

    They are moved one by one, the one named `last` at the end. If the block raises, `folder` is
    unchanged; it is created if needed. Raises `InputError` if a file cannot be replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Within, because the parent may be on another disk, or not writable.
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as temporary:
        draft = Path(temporary, "draft")
        draft.mkdir()
        yield draft
        for path in sorted(draft.iterdir(), key=lambda path: path.name == last):
            try:
                path.replace(folder / path.name)
            except OSError as error:
                raise InputError(
                    f"cannot write {folder / path.name}: {error.strerror}; free some space, or "
                    "choose another folder"
                ) from error


def remove_temporary_paths(path: Path) -> None:
    """Remove what killed processes left of `temporary_path(path)`; none may be running."""
    for temporary in path.parent.glob(f"{_temporary_prefix(path)}*.tmp"):
        _remove(temporary)


def require_writable(path: Path) -> None:
    """Raise `OSError` if `open_atomic` could not write `path`; creates nothing.

    A missing folder can be created if its nearest existing parent is writable.
    """
    status = _stat(path)
    if status and stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if status and stat.S_ISSOCK(status.st_mode):
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
    if status and not os.access(path, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    if status and not stat.S_ISREG(status.st_mode):
        return
    folder = Path(os.path.realpath(path)).parent
    while _stat(folder) is None:
        folder = folder.parent
    with tempfile.TemporaryFile(dir=folder):
        pass


def special_file_kind(path: Path) -> str | None:
    """Return the type of a path that is not a regular file, such as "a named pipe".

    Reading such a file can block or never end. Returns `None` for a regular or missing file; raises
    `OSError` if the type cannot be determined.

    >>> special_file_kind(Path("/")), special_file_kind(Path("no such file"))
    ('a directory', None)
    """
    status = _stat(path)
    if status is None or stat.S_ISREG(status.st_mode):
        return None
    return KINDS.get(stat.S_IFMT(status.st_mode), "not a regular file")


def _stat(path: Path) -> os.stat_result | None:
    """Return the status of a path with links followed, `None` if it does not exist."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[BinaryIO]:
    """Open a file; an error on closing does not hide an error of the block."""
    file: BinaryIO = path.open(mode)  # type: ignore[assignment] # the modes are binary
    try:
        yield file
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        raise
    file.close()


def _temporary_prefix(path: Path) -> str:
    # A hash, because the name itself may already have the maximum length.
    return f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}."


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
