"""Texts by key in one sqlite file, which many threads and processes may share.

A store only ever saves work: where its file cannot be used it says so in one warning and goes on
empty. What the keys and texts mean is the business of `vnsum.translation.cache.translator`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from vnsum import require
from vnsum.errors import InputError
from vnsum.forking import reset_after_fork
from vnsum.storage import DIRECTORY, cache_folder, make_path, special_file_kind

APPLICATION = 0x766E7375  # "vnsu": tells our files from other people's
FORMAT = 1
FILE = "translations.sqlite"
MAX_BYTES = 1_000_000_000  # of the shared store: some two million sentences
BUSY_SECONDS = 30.0
KEYS_A_QUERY = 500  # sqlite takes 999 parameters at the least
MAGIC = b"SQLite format 3\0"
SUFFIXES = (".sqlite", ".sqlite3", ".db")  # names under which a broken file is taken for a store
USED_BYTES = """SELECT (pages.page_count - free.freelist_count) * page.page_size
    FROM pragma_page_count pages, pragma_freelist_count free, pragma_page_size page"""
TABLE = """CREATE TABLE IF NOT EXISTS texts (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, text TEXT NOT NULL)"""

Answer = TypeVar("Answer")
# Connections that a fork has copied: sqlite forbids even closing them in the child.
_inherited: list[sqlite3.Connection] = []


class CacheWarning(UserWarning):
    """A cache could not be used; the work goes on without it."""


class TranslationStore:
    """A file of texts by key; at most `max_bytes` long, the oldest texts give way.

    Every `put` is on disk when it returns, whole or not at all, whatever becomes of the process.
    A folder stands for the file `translations.sqlite` in it. `InputError` for a file that is
    something else; a store that is damaged is renamed to `NAME.damaged` and begun anew.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, TranslationStore(folder) as store:
    ...     store.put({b"key": "text"})
    ...     store.get([b"key", b"another"])
    {b'key': 'text'}
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, max_bytes: int | None = None
    ) -> None:
        """Use the file at `path`, else the one in the platform's cache folder, which is bounded."""
        self._own = path is None
        self._max_bytes = MAX_BYTES if path is None and max_bytes is None else max_bytes
        self.path = cache_folder() / FILE if path is None else make_path(path)
        if not self._own:
            if _find_odd_kind(self.path) == DIRECTORY:
                self.path = self.path / FILE
            _refuse_foreign(self.path)
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._closer: Callable[[], Any] = lambda: None
        self._file: tuple[int, int] | None = None
        self._readable = self._writable = True
        reset_after_fork(self._leave_to_parent)

    def _leave_to_parent(self) -> None:
        _inherited.extend(filter(None, [self._connection]))
        if isinstance(self._closer, weakref.finalize):
            self._closer.detach()
        self._begin()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        """Return the texts of those `keys` that are there."""

        def read(database: sqlite3.Connection) -> dict[bytes, str]:
            found: dict[bytes, str] = {}
            for start in range(0, len(keys), KEYS_A_QUERY):
                some = keys[start : start + KEYS_A_QUERY]
                marks = ",".join("?" * len(some))
                # Only question marks are put into the statement.
                query = f"SELECT key, text FROM texts WHERE key IN ({marks})"  # noqa: S608
                found.update(database.execute(query, some))
            return found

        return self._attempt(read, {}) if keys else {}

    def put(self, texts: Mapping[bytes, str]) -> None:
        """Keep `texts`, all of them or, where the process dies meanwhile, none."""

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.executemany(
                    "INSERT OR REPLACE INTO texts (key, text) VALUES (?, ?)", texts.items()
                )
                self._evict(database)

        if texts and self._writable:
            self._attempt(write, None, writes=True)

    def clear(self) -> None:
        """Forget every text and give the room back."""

        def empty(database: sqlite3.Connection) -> None:
            with database:
                database.execute("DELETE FROM texts")
            database.execute("VACUUM")

        self._attempt(empty, None, writes=True)

    def __len__(self) -> int:
        count = "SELECT count(*) FROM texts"
        return self._attempt(lambda database: int(database.execute(count).fetchone()[0]), 0)

    def size(self) -> int:
        """Return how many bytes the texts and their keys take."""
        return self._attempt(_measure, 0)

    def close(self) -> None:
        """Close the file; the store opens it again when it is needed."""
        with self._lock:
            self._closer()
            self._connection = None

    def __enter__(self) -> TranslationStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "_own": self._own, "_max_bytes": self._max_bytes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def _attempt(
        self,
        action: Callable[[sqlite3.Connection], Answer],
        otherwise: Answer,
        *,
        writes: bool = False,
    ) -> Answer:
        """Return what `action` makes of the open file, `otherwise` where that cannot be."""
        with self._lock:
            for repaired in (False, True):
                try:
                    return action(self._open()) if self._readable else otherwise
                except (sqlite3.OperationalError, OSError) as error:
                    self._give_up(error, writes=writes and self._connection is not None)
                    return otherwise
                except sqlite3.DatabaseError as error:
                    if repaired:
                        self._give_up(error, writes=False)
                        return otherwise
                    self._set_aside(error)
        raise AssertionError("the second attempt returns")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if (kind := special_file_kind(self.path)) is not None:
                raise OSError(f"it is {kind}, not a file")
            # Texts may be private; sqlite gives its other files the mode of this one.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
            connection.text_factory = _decode  # a damaged text is no reason to lose the others
            self._closer = weakref.finalize(self, connection.close)
            self._file = _identify(self.path)
            _prepare(connection)
            self._connection = connection
        return self._connection

    def _evict(self, database: sqlite3.Connection) -> None:
        """Delete the oldest tenth until the rest is small enough; its room is used again."""
        while self._max_bytes is not None and _measure(database) > self._max_bytes:
            first, last = database.execute("SELECT min(id), max(id) FROM texts").fetchone()
            if first is None:
                return
            database.execute("DELETE FROM texts WHERE id <= ?", (first + (last - first) // 10,))

    def _give_up(self, error: Exception, *, writes: bool) -> None:
        """Stop writing, or stop using the file at all, and say so once."""
        already = not self._writable
        self._writable = False
        if not writes:
            self._readable = False
            self.close()
        if not already:
            rest = "no more translations are kept" if writes else "nothing is kept between runs"
            warnings.warn(
                f"the cache {self.path} cannot be used ({error}): {rest}; the results are not "
                "affected",
                CacheWarning,
                stacklevel=2,
            )

    def _set_aside(self, error: Exception) -> None:
        """Rename a damaged file, unless another process has done so since it was opened."""
        opened = self._file
        self.close()
        if opened != _identify(self.path):
            return
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            for end in ("", "-wal", "-shm"):
                part = self.path.with_name(self.path.name + end)
                if part.exists():
                    part.replace(aside.with_name(aside.name + end))
        except OSError as failure:  # Windows holds on to files that somebody has open
            self._give_up(failure, writes=False)
            return
        warnings.warn(
            f"the cache {self.path} was damaged ({error}): it is kept as {aside.name} and a new "
            "one is begun; the results are not affected",
            CacheWarning,
            stacklevel=2,
        )


Cache = bool | str | os.PathLike[str] | TranslationStore | None


def open_store(cache: Cache) -> TranslationStore | None:
    """Return the store that `cache` stands for: `True` is the shared one, a path another.

    `InputError` for anything that is neither of these, a store, `False` nor `None`.
    """
    if cache is None or cache is False:
        return None
    if isinstance(cache, TranslationStore):
        return cache
    if cache is True:
        return TranslationStore()
    if isinstance(cache, str | os.PathLike) and os.fspath(cache):
        return TranslationStore(require.path(cache, "a cache"))
    raise InputError(
        f"cache must be True, False, None, a path or a store, not {require.show(cache)}"
    )


def _prepare(database: sqlite3.Connection) -> None:
    """Make the table where there is none; an error where the file is not ours or of its time."""
    # Marked before the change to WAL, which would hide the mark in another file for a while.
    with database:
        database.execute("BEGIN IMMEDIATE")
        application, made = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        )
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != APPLICATION:
            raise sqlite3.DatabaseError("it is not a cache of vnsum")
        if tables and made != FORMAT:
            raise sqlite3.OperationalError(f"another version of vnsum made it, in format {made}")
        if not tables:
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.execute(TABLE)
    # Where another process is in the file just now: the slower journal is as safe.
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA journal_mode = WAL").fetchone()
    database.execute("PRAGMA synchronous = NORMAL")  # safe against all but the loss of power


def _refuse_foreign(path: Path) -> None:
    """Raise `InputError` for a file that may be of use to its owner and is no store."""
    if (kind := _find_odd_kind(path)) is not None:
        raise InputError(
            f"{path} is {kind}: expected a file or a folder for the cache; cache=None (or "
            "--no-cache) keeps no translations"
        )
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError:  # is told when the file is used
        return
    marked = head[68:72] == APPLICATION.to_bytes(4, "big")
    if not head or (head.startswith(MAGIC) and marked):
        return
    if head.startswith(MAGIC) or path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path} is not a cache of vnsum: expected a file that it made, a new name, for "
            "example job.sqlite, or a folder"
        )


def _find_odd_kind(path: Path) -> str | None:
    try:
        return special_file_kind(path)
    except OSError:  # is told when the file is used
        return None


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _identify(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _measure(database: sqlite3.Connection) -> int:
    return int(database.execute(USED_BYTES).fetchone()[0])
