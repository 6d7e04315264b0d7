"""Where vnsum keeps files between runs, and how files are read and written: whole or not at all.

The folder of caches is for things that can be made again. What is written into a file is the
business of the part that does it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vnsum.errors import InputError

VARIABLE = "VNSUM_CACHE"
MOST_PIPED = 100_000_000  # bytes of what does not say how long it is; some devices never end
DIRECTORY = "a directory"
KINDS = {
    stat.S_IFDIR: DIRECTORY,
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def cache_folder() -> Path:
    """Return the folder of caches, which may not exist yet: `VNSUM_CACHE`, else the platform's.

    That is `XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS and
    `%LOCALAPPDATA%` on Windows, each with `vnsum` in it.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "vnsum"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/vnsum"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vnsum"


def make_path(name: str | os.PathLike[str]) -> Path:
    """Return the path that a user has named; `InputError` where no file can have this name.

    >>> make_path("article.txt").suffix
    '.txt'
    """
    text = os.fspath(name)
    try:
        if text and b"\0" not in os.fsencode(text):
            return Path(text)
    except UnicodeEncodeError:
        pass
    raise InputError(f"{text!r} cannot be the name of a file: expected a path")


def read_bytes(name: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, or of a pipe to its end.

    `OSError` where it cannot be read, `InputError` where a pipe or a device has more than
    `MOST_PIPED`.
    """
    path = make_path(name)
    with path.open("rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file.read()
        return read_pipe(file, name=str(path))


def read_pipe(file: BinaryIO, *, name: str) -> bytes:
    """Return what comes out of a pipe called `name`; `InputError` for more than `MOST_PIPED`."""
    data = file.read(MOST_PIPED + 1)
    if len(data) > MOST_PIPED:
        raise InputError(
            f"{name}: over {MOST_PIPED // 1_000_000} MB came out of this pipe or device: save the "
            "text in a file and name that"
        )
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see the old content or the new one, never a part.

    Makes its folder; `OSError` where that cannot be done, and then nothing is left behind.
    """
    with open_whole(path) as file:
        file.write(data)


@contextlib.contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write, whose content becomes that of `path` when the block ends.

    Where the block raises, `path` stays as it was. Links and the mode of an old file are kept. A
    pipe or a device has no content to replace and is written at once.
    """
    status = _stat(path)
    if status and not stat.S_ISREG(status.st_mode):
        with _opened(path, "wb") as file:
            yield file
        return
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_of(path) as draft:
        with _opened(draft, "xb") as file:
            yield file
        if status:
            shutil.copymode(path, draft)


@contextlib.contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Give the name of a file or folder to make, which takes the place of `path` when it is done.

    It is on disk by then. Where the block raises it is removed. The folder of `path` must exist.
    """
    draft = path.with_name(f"{_draft_prefix(path)}{secrets.token_hex(8)}.tmp")
    try:
        yield draft
        for file in [*draft.iterdir()] if draft.is_dir() else [draft]:
            with file.open("rb+") as written:
                os.fsync(written.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            _remove(draft)
        raise


def remove_drafts(path: Path) -> None:
    """Remove what killed processes have left of `draft_of(path)`; none may be running."""
    for draft in path.parent.glob(f"{_draft_prefix(path)}*.tmp"):
        _remove(draft)


def require_writable(path: Path) -> None:
    """Raise `OSError` where `open_whole` could not write `path`; makes nothing.

    A missing folder can be made where the nearest one above it is writable.
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


def find_odd_kind(path: Path) -> str | None:
    """Return what a path is that is neither a regular file nor missing, such as "a named pipe".

    To read such a thing can wait for ever or never end. `OSError` where nobody can tell.

    >>> find_odd_kind(Path("/")), find_odd_kind(Path("no such file"))
    ('a directory', None)
    """
    status = _stat(path)
    if status is None or stat.S_ISREG(status.st_mode):
        return None
    return KINDS.get(stat.S_IFMT(status.st_mode), "no regular file")


def _stat(path: Path) -> os.stat_result | None:
    """Return the status of what a path leads to, `None` where there is nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[BinaryIO]:
    """Open a file; an error of the block is not hidden by what fails again on closing it."""
    file: BinaryIO = path.open(mode)  # type: ignore[assignment] # the modes are binary
    try:
        yield file
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        raise
    file.close()


def _draft_prefix(path: Path) -> str:
    # Of one length, for the name itself may be as long as a name can be.
    return f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}."


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
