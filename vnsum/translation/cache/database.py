"""The SQLite file of a `TranslationStore`: its format, and checks before it is used."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from pathlib import Path

from vnsum.errors import InputError
from vnsum.forking import ForkSafeLock
from vnsum.storage import special_file_kind

APPLICATION = 0x766E7375  # "vnsu", the application_id of the file
FORMAT = 1
MAGIC = b"SQLite format 3\0"
SUFFIXES = (".sqlite", ".sqlite3", ".db")  # a damaged file with such a name is treated as a store
USED_BYTES = """SELECT (pages.page_count - free.freelist_count) * page.page_size
    FROM pragma_page_count pages, pragma_freelist_count free, pragma_page_size page"""
TABLE = "CREATE TABLE texts (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, text TEXT NOT NULL)"
# Also of earlier versions. Without further brackets it has no expression.
PLAIN_TABLE = re.compile(r"CREATE TABLE texts \(\s*id INTEGER PRIMARY KEY,[^()]*\)")
# The files of the open connections of this process. Closing any other descriptor of one would
# release the locks that SQLite holds on it: https://www.sqlite.org/howtocorrupt.html, section 2.2.
_connected: dict[int, tuple[int, int] | None] = {}
_connecting = ForkSafeLock()


def is_busy(error: Exception) -> bool:
    """Return whether SQLite waited in vain for the lock of another connection."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def connect(path: Path, *, timeout: float) -> sqlite3.Connection:
    """Return a connection to the file, which is created if needed; close it with `disconnect`."""
    with _connecting:
        if not path.exists():
            # Texts may be private; SQLite creates its other files with the same mode.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        database = sqlite3.connect(path, timeout=timeout, check_same_thread=False)
        _connected[id(database)] = identify(path)
    database.text_factory = decode_text
    return database


def disconnect(database: sqlite3.Connection) -> None:
    """Close a connection."""
    database.close()
    _connected.pop(id(database), None)


def prepare(database: sqlite3.Connection) -> None:
    """Create the table if needed; raise an error for foreign files and other formats."""
    # The id is set before the change to WAL, which would delay writing it to this file.
    with database:
        database.execute("BEGIN IMMEDIATE")
        application, made = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        )
        # An index that SQLite made itself has no statement.
        tables = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        if tables and application != APPLICATION:
            raise sqlite3.DatabaseError("it is not a cache of vnsum")
        if tables and made != FORMAT:
            raise sqlite3.OperationalError(
                f"it was created by another version of vnsum, in format {made}"
            )
        # A view, a trigger or an expression could run for ever.
        if tables and (len(tables) > 1 or not PLAIN_TABLE.fullmatch(tables[0][0])):
            raise sqlite3.DatabaseError("it has other tables than a cache of vnsum")
        if not tables:
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.execute(TABLE)
    # Fails while another process uses the file; the slower default journal is equally safe.
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA journal_mode = WAL").fetchone()
    database.execute("PRAGMA synchronous = NORMAL")  # safe except for power failures


def refuse_foreign(path: Path) -> None:
    """Raise `InputError` for a file that is not a store, to avoid overwriting it."""
    if (kind := find_special_kind(path)) is not None:
        raise InputError(
            f"{path} is {kind}: expected a file or a folder for the cache; use cache=None "
            "(or --no-cache) to disable caching"
        )
    try:
        with _connecting:
            if identify(path) in [*_connected.values()]:  # a store, which must not be opened here
                return
            with path.open("rb") as file:
                head = file.read(72)
    except OSError:  # reported when the file is used
        return
    marked = head[68:72] == APPLICATION.to_bytes(4, "big")
    if not head or (head.startswith(MAGIC) and marked):
        return
    if head.startswith(MAGIC) or path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path} is not a cache of vnsum: expected an existing cache, a new name "
            "such as job.sqlite, or a folder"
        )


def find_special_kind(path: Path) -> str | None:
    """Return the kind of a path that is not a regular file, else `None`."""
    try:
        return special_file_kind(path)
    except OSError:  # reported when the file is used
        return None


def decode_text(data: bytes) -> str:
    """Decode a text; a damaged one must not affect others."""
    return data.decode("utf-8", "replace")


def identify(path: Path) -> tuple[int, int] | None:
    """Return device and inode of a file, or `None` if it does not exist."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def measure_bytes(database: sqlite3.Connection) -> int:
    """Return the size of all texts and keys in bytes."""
    return int(database.execute(USED_BYTES).fetchone()[0])
