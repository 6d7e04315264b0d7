"""A key-value store for texts in an SQLite file, safe for several threads and processes.

A store that cannot be used warns once and behaves as if it were empty. Keys and values are defined
by `vnsum.translation.cache.translator`.
"""

from __future__ import annotations

import os
import sqlite3
import time
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from vnsum import require
from vnsum.errors import InputError
from vnsum.forking import ForkDelayingLock, reset_after_fork
from vnsum.storage import DIRECTORY, cache_folder, special_file_kind
from vnsum.translation.cache.database import (
    connect,
    disconnect,
    find_special_kind,
    identify,
    is_busy,
    measure_bytes,
    prepare,
    refuse_foreign,
)

FILE = "translations.sqlite"
MAX_BYTES = 1_000_000_000  # default limit of the shared store, about two million sentences
BUSY_SECONDS = 30.0
# SQLite waits in short turns, so that other stores and forks need not wait for a busy file.
TURN_SECONDS, PAUSE_SECONDS = 0.1, 0.05
KEYS_A_QUERY = 500  # SQLite supports at least 999 parameters

Answer = TypeVar("Answer")
_stores: weakref.WeakSet[TranslationStore] = weakref.WeakSet()  # with an open connection
_unused: list[sqlite3.Connection] = []  # to be closed
# Connections inherited by a fork that did not wait; SQLite forbids even closing them in the child.
_inherited: list[sqlite3.Connection] = []


def _close_stores() -> None:
    """Close all stores before a fork: a child would take the locks of the parent for its own."""
    for store in [*_stores]:
        store.close()
    _close_unused()


# Whoever uses SQLite holds this lock, as the child of a process within SQLite would wait for ever.
_using = ForkDelayingLock(_close_stores)
_using.register()  # a fork may come while a thread begins to use it


def _finish(database: sqlite3.Connection) -> None:
    """Close a connection that a store no longer needs; nothing that is in use at exit.

    Called by the garbage collector, so that it must not wait for another thread.
    """
    _unused.append(database)
    lock, taken = _using.lock, False
    try:
        taken = lock.acquire(blocking=False)
        if taken:
            _close_unused()
    finally:
        if taken:
            lock.release()


def _close_unused() -> None:
    while _unused:
        disconnect(_unused.pop())


class CacheWarning(UserWarning):
    """Issued when a cache cannot be used; translation continues without it."""


class TranslationStore:
    """A file of texts by key; beyond `max_bytes`, the oldest texts are deleted.

    `put` is atomic and durable: its texts survive if the process is killed. If `path` is a folder,
    the file is `translations.sqlite` in it. Raises `InputError` if the file is not a store. A
    damaged store is renamed to `NAME.damaged` and replaced by an empty one.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, TranslationStore(folder) as store:
    ...     store.put({b"key": "text"})
    ...     store.get([b"key", b"another"])
    {b'key': 'text'}
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, max_bytes: int | None = None
    ) -> None:
        """Use the file at `path`, by default a file of limited size in the user's cache folder."""
        self._own = path is None
        self._max_bytes = MAX_BYTES if path is None and max_bytes is None else max_bytes
        self.path = cache_folder() / FILE if path is None else require.path(path, "a cache")
        if not self._own:
            if find_special_kind(self.path) == DIRECTORY:
                self.path = self.path / FILE
            refuse_foreign(self.path)
        self._begin()

    def _begin(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._closer: Callable[[], Any] = lambda: None
        self._file: tuple[int, int] | None = None
        self._readable = self._writable = True
        reset_after_fork(self._reset_after_fork)

    def _reset_after_fork(self) -> None:
        _inherited.extend(filter(None, [self._connection]))
        if isinstance(self._closer, weakref.finalize):
            self._closer.detach()
        self._begin()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        """Return the stored texts of `keys`; missing keys are omitted."""

        def read(database: sqlite3.Connection) -> dict[bytes, str]:
            found: dict[bytes, str] = {}
            for start in range(0, len(keys), KEYS_A_QUERY):
                some = keys[start : start + KEYS_A_QUERY]
                marks = ",".join("?" * len(some))
                # Only question marks are inserted into the statement.
                query = f"SELECT key, text FROM texts WHERE key IN ({marks})"  # noqa: S608
                found.update(database.execute(query, some))
            return found

        return self._attempt(read, {}) if keys else {}

    def put(self, texts: Mapping[bytes, str]) -> None:
        """Store `texts` in one transaction."""

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.executemany(
                    "INSERT OR REPLACE INTO texts (key, text) VALUES (?, ?)", texts.items()
                )
                self._evict(database)

        if texts and self._writable:
            self._attempt(write, None, writes=True)

    def clear(self) -> None:
        """Delete all texts and shrink the file."""

        def empty(database: sqlite3.Connection) -> None:
            with database:
                database.execute("DELETE FROM texts")
            database.execute("VACUUM")

        self._attempt(empty, None, writes=True)

    def __len__(self) -> int:
        count = "SELECT count(*) FROM texts"
        return self._attempt(lambda database: int(database.execute(count).fetchone()[0]), 0)

    def size(self) -> int:
        """Return the size of all texts and keys in bytes."""
        return self._attempt(measure_bytes, 0)

    def close(self) -> None:
        """Close the file; it is reopened on the next access."""
        with _using.lock:
            self._closer()
            self._connection = None
            _stores.discard(self)

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
        """Return the result of `action`, or `otherwise` if the file cannot be used."""
        deadline = time.monotonic() + BUSY_SECONDS
        repaired = False
        while True:
            with _using.lock:
                if writes and self._connection and identify(self.path) != self._file:
                    self.close()  # the file was deleted or renamed
                try:
                    return action(self._open()) if self._readable else otherwise
                # A programming error: the connection was closed as the process ends.
                except (sqlite3.OperationalError, sqlite3.ProgrammingError, OSError) as error:
                    if not is_busy(error) or time.monotonic() > deadline:
                        self._give_up(error, writes=writes and self._connection is not None)
                        return otherwise
                # SQLite quotes damaged names in its messages, which Python cannot decode.
                except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                    if repaired:
                        self._give_up(error, writes=False)
                        return otherwise
                    self._set_aside(error)
                    repaired = True
                    continue
            time.sleep(PAUSE_SECONDS)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if (kind := special_file_kind(self.path)) is not None:
                raise OSError(f"it is {kind}, not a file")
            connection = connect(self.path, timeout=TURN_SECONDS)
            self._closer = weakref.finalize(self, _finish, connection)
            self._file = identify(self.path)
            try:
                prepare(connection)
            except sqlite3.Error:
                self._closer()
                raise
            self._connection = connection
            _stores.add(self)
        return self._connection

    def _evict(self, database: sqlite3.Connection) -> None:
        """Delete the oldest tenth until the size is within the limit."""
        while self._max_bytes is not None and measure_bytes(database) > self._max_bytes:
            first, last = database.execute("SELECT min(id), max(id) FROM texts").fetchone()
            if first is None:
                return
            database.execute("DELETE FROM texts WHERE id <= ?", (first + (last - first) // 10,))

    def _give_up(self, error: Exception, *, writes: bool) -> None:
        """Stop writing to the file, or stop using it, and warn once."""
        already = not self._writable
        self._writable = False
        if not writes:
            self._readable = False
            self.close()
        if not already:
            rest = "no more translations are stored" if writes else "no translations are cached"
            warnings.warn(
                f"the cache {self.path} cannot be used ({require.printable(str(error))}): {rest}; "
                "the results are not affected",
                CacheWarning,
                stacklevel=2,
            )

    def _set_aside(self, error: Exception) -> None:
        """Rename a damaged file, unless another process has already renamed it."""
        opened = self._file
        self.close()
        if opened != identify(self.path):
            return
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            for end in ("", "-wal", "-shm"):
                part = self.path.with_name(self.path.name + end)
                if part.exists():
                    part.replace(aside.with_name(aside.name + end))
        except OSError as failure:  # open files cannot be renamed on Windows
            self._give_up(failure, writes=False)
            return
        warnings.warn(
            f"the cache {self.path} is damaged ({require.printable(str(error))}): it was renamed "
            f"to {aside.name} and a new one was created; the results are not affected",
            CacheWarning,
            stacklevel=2,
        )


Cache = bool | str | os.PathLike[str] | TranslationStore | None


def open_store(cache: Cache) -> TranslationStore | None:
    """Return the store for a `cache` argument: `True` is the shared store, a path its own.

    Returns `None` for `False` and `None`; raises `InputError` for any other value.
    """
    if cache is None or cache is False:
        return None
    if isinstance(cache, TranslationStore):
        return cache
    if cache is True:
        try:
            return TranslationStore()
        except InputError as error:  # there is no cache folder
            warnings.warn(f"no translations are cached: {error}", CacheWarning, stacklevel=2)
            return None
    if isinstance(cache, str | os.PathLike) and require.path_text(cache, "a cache"):
        return TranslationStore(require.path(cache, "a cache"))
    raise InputError(
        f"cache must be True, False, None, a path or a store, not {require.show(cache)}"
    )
