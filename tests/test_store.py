"""The store of translations: its properties, and faults of its file."""

import os
import pickle
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum.errors import InputError
from vnsum.translation import CacheWarning, TranslationStore, open_store
from vnsum.translation.cache import database
from vnsum.translation.cache import store as module
from vnsum.translation.cache.database import APPLICATION

ROWS = st.dictionaries(st.binary(max_size=40), st.text(max_size=40), max_size=1200)
ONE = {b"key": "text"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "job.sqlite"


@pytest.fixture
def store(path):
    with TranslationStore(path) as store:
        yield store


def rows(count, *, start=0, size=400):
    return {f"{i:08}".encode(): f"{i} " * (size // 8) for i in range(start, start + count)}


READ = """import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM texts").fetchone()[0])
connection.close()"""


def count_in_another_process(path):
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, check=True)
    return int(done.stdout)


COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
ENDLESS = (
    f"DROP TABLE texts; CREATE VIEW texts AS {COUNT} SELECT x AS id, x AS key, 'y' AS text FROM c",
    f"CREATE TRIGGER t AFTER INSERT ON texts BEGIN DELETE FROM texts WHERE id < ({COUNT} "
    "SELECT max(x) FROM c); END",
    "CREATE TABLE others (id INTEGER)",
)


class TestLaws:
    def test_another_store_on_the_file_does_not_release_its_locks(self, store, path):
        store.put(ONE)
        with TranslationStore(path) as other:
            assert other.get([*ONE]) == ONE
            # A process that believes to be the last one deletes the log of changes.
            assert count_in_another_process(path) == 1
            store.put({b"another": "text"})
            other.put({b"third": "text"})
        TranslationStore(path)
        assert count_in_another_process(path) == 3
        store.put({b"fourth": "text"})
        assert count_in_another_process(path) == 4

    @given(ROWS, ROWS)
    @settings(deadline=None, max_examples=10)
    def test_it_is_a_dictionary_on_disk(self, tmp_path_factory, first, second):
        path = tmp_path_factory.mktemp("store") / "s.sqlite"
        with TranslationStore(path) as store:
            store.put(first)
            store.put(second)
        expected = {**first, **second}
        with TranslationStore(path) as again:
            assert len(again) == len(expected)
            assert again.get([*expected, b"not there" * 9]) == expected

    def test_a_folder_stands_for_a_file_in_it(self, tmp_path):
        with TranslationStore(tmp_path) as store:
            store.put(ONE)
        assert (tmp_path / "translations.sqlite").is_file()

    def test_the_shared_one_is_in_the_cache_folder_and_private(self, tmp_path, monkeypatch):
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "new" / "folder"))
        with TranslationStore() as store:
            store.put(ONE)
            assert store.path.parent == tmp_path / "new" / "folder"
            if os.name == "posix":
                files = [*store.path.parent.iterdir()]
                assert len(files) > 1, "sqlite's own files are meant, too"
                assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)

    def test_the_oldest_give_way(self, path):
        with TranslationStore(path, max_bytes=100_000) as store:
            for start in range(0, 2000, 50):
                store.put(rows(50, start=start))
                assert store.size() <= 100_000
            assert store.get([*rows(50, start=1950)]) == rows(50, start=1950)
            assert not store.get([*rows(50)])
            assert len(store) > 50

    def test_a_job_is_not_bounded_and_the_shared_one_is(self, tmp_path, monkeypatch):
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path))
        monkeypatch.setattr(module, "MAX_BYTES", 50_000)
        for store in (TranslationStore(), TranslationStore(tmp_path / "job.sqlite")):
            with store:
                store.put(rows(500))
                assert (len(store) == 500) == (store.path.name == "job.sqlite")

    def test_clear(self, store):
        store.put(rows(100))
        before = store.size()
        store.clear()
        assert (len(store), store.get([*rows(100)])) == (0, {})
        assert store.size() < before
        store.put(ONE)
        assert store.get([*ONE]) == ONE

    def test_a_copy_opens_the_same_file(self, store):
        store.put(ONE)
        with pickle.loads(pickle.dumps(store)) as copy:
            assert copy.get([*ONE]) == ONE

    def test_many_threads(self, store):
        def work(number):
            for start in range(0, 100, 10):
                store.put(rows(10, start=number * 100 + start, size=16))
                store.get([*rows(200)])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.get([*rows(800)]) == rows(800, size=16)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
    def test_a_fork_has_locks_of_its_own(self, store, path):
        store.put(ONE)
        begun, closed = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            store.put({b"first": "of the child"})
            os.write(begun[1], b"1")
            os.read(closed[0], 1)
            store.put({b"second": "of the child"})
            os._exit(0)
        os.read(begun[0], 1)
        store.close()
        os.write(closed[1], b"1")
        os.waitpid(child, 0)
        assert count_in_another_process(path) == 3

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
    def test_a_fork_while_a_thread_writes(self, store):
        stop = threading.Event()

        def write():
            number = 0
            while not stop.is_set():
                store.put(rows(50, start=number))
                number += 50

        thread = threading.Thread(target=write)
        thread.start()
        endings = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads is the point
            for number in range(10):
                child = os.fork()
                if child == 0:
                    signal.alarm(20)
                    store.put({f"child {number}".encode(): "text"})
                    os._exit(0)
                endings.append(os.waitpid(child, 0)[1])
        stop.set()
        thread.join()
        assert endings == [0] * 10
        assert len(store.get([f"child {number}".encode() for number in range(10)])) == 10

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
    def test_a_fork_opens_its_own(self, store):
        store.put(ONE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads is the point
            child = os.fork()
        if child == 0:
            try:
                store.put({b"child": "text"})
                os._exit(0 if store.get([*ONE]) == ONE else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert store.get([b"child"]) == {b"child": "text"}


class TestNames:
    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
    @pytest.mark.parametrize("kind", ["a named pipe", "a device"])
    def test_a_pipe_or_a_device_is_refused(self, kind, path, tmp_path, monkeypatch):
        if kind == "a named pipe":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
        with pytest.raises(InputError, match=f"{kind}: expected a file or a folder.*--no-cache"):
            TranslationStore(path)
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path))
        path.rename(tmp_path / module.FILE)
        with pytest.warns(CacheWarning, match=f"it is {kind}, not a file"):
            TranslationStore().put(ONE)

    @pytest.mark.parametrize("name", ["a\0b.sqlite", "\ud800.sqlite", "a" * 300])
    def test_names_that_no_file_can_have(self, name):
        with pytest.raises(InputError, match=r"^a cache must be a valid path, not "):
            TranslationStore(name)

    def test_what_opens_a_store(self, tmp_path, monkeypatch, store):
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "shared"))
        assert open_store(None) is None
        assert open_store(False) is None
        assert open_store(store) is store
        assert open_store(True).path == tmp_path / "shared" / "translations.sqlite"
        assert open_store(tmp_path / "a.sqlite").path == tmp_path / "a.sqlite"

    @pytest.mark.parametrize("cache", ["", 1, b"x", {"a": 1}], ids=repr)
    def test_what_does_not(self, cache):
        with pytest.raises(InputError, match="cache must be True, False, None, a path or a store"):
            open_store(cache)

    @pytest.mark.parametrize("name", ["articles.csv", "model.bin", "notes"])
    def test_a_file_of_somebody_is_refused_and_left_alone(self, tmp_path, name):
        path = tmp_path / name
        path.write_bytes(b"id,text\n1,Tr\xe1\xbb\x9di")
        with pytest.raises(InputError, match=rf"{name} is not a cache of vnsum.*job\.sqlite"):
            TranslationStore(path)
        assert path.read_bytes() == b"id,text\n1,Tr\xe1\xbb\x9di"

    def test_a_database_of_somebody_is_refused(self, path):
        database = sqlite3.connect(path)
        with database:
            database.execute("CREATE TABLE accounts (name TEXT)")
        database.close()
        with pytest.raises(InputError, match="not a cache of vnsum"):
            TranslationStore(path)


def fails_once_and_then_works_without(store):
    with pytest.warns(CacheWarning) as seen:
        store.put(ONE)
        store.put({b"another": "text"})
        assert store.get([*ONE]) == {}
        store.clear()
        assert len(store) == 0
    assert len(seen) == 1
    return str(seen[0].message)


class TestFaults:
    def test_a_file_that_is_deleted_is_made_again(self, store, path):
        store.put(ONE)
        for file in path.parent.iterdir():
            file.unlink()
        store.put({b"another": "text"})
        with TranslationStore(path) as other:
            assert other.get([*ONE, b"another"]) == {b"another": "text"}

    def test_a_connection_in_use_is_not_closed_as_the_process_ends(self, store):
        store.put(ONE)
        with ThreadPoolExecutor(1) as pool, module._using.lock:
            pool.submit(store._closer).result()
            assert store.get([*ONE]) == ONE

    def test_a_thread_that_goes_on_as_the_process_ends_keeps_the_file(self, store, path):
        store.put(ONE)
        store._closer()
        with pytest.warns(CacheWarning, match="closed"):
            assert store.get([*ONE]) == {}
        assert [file.name for file in path.parent.iterdir()] == [path.name]

    def test_a_folder_that_cannot_be(self, tmp_path, monkeypatch):
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "file" / "cache"))
        message = fails_once_and_then_works_without(TranslationStore())
        assert "no translations are cached" in message
        assert str(tmp_path) in message

    @pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder nobody can write to")
    def test_a_folder_that_is_read_only(self):
        fails_once_and_then_works_without(TranslationStore("/proc/vnsum-job.sqlite"))

    def test_a_read_only_file_can_still_be_read(self, path, monkeypatch):
        with TranslationStore(path) as store:
            store.put(ONE)

        def connect(name, **options):
            return sqlite3.connect(f"file:{name}?mode=ro", uri=True, **options)

        class Read:
            def __getattr__(self, name):
                return connect if name == "connect" else getattr(sqlite3, name)

        monkeypatch.setattr(database, "sqlite3", Read())
        with TranslationStore(path) as store, pytest.warns(CacheWarning, match="readonly") as seen:
            assert store.get([*ONE]) == ONE
            store.put({b"another": "text"})
            store.put({b"another": "text"})
            assert store.get([*ONE, b"another"]) == ONE
        assert len(seen) == 1

    def test_a_full_disk(self, store):
        store.put(ONE)
        pages = store._open().execute("PRAGMA page_count").fetchone()[0]
        store._open().execute(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.warns(
            CacheWarning, match=r"disk is full.*no more translations are stored"
        ) as s:
            store.put(rows(500))
            store.put(rows(500))
        assert len(s) == 1
        assert store.get([*ONE, *rows(500)]) == ONE, "what was there is, and nothing by halves"

    def test_a_full_disk_from_the_beginning(self, path, monkeypatch):
        def refuse(_):
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(module, "prepare", refuse)
        assert "is full" in fails_once_and_then_works_without(TranslationStore(path))

    @pytest.mark.parametrize("damage", ["head", "middle", "cut", "nonsense", "message", "escape"])
    def test_a_damaged_file_is_set_aside(self, path, damage):
        with TranslationStore(path) as store:
            store.put(rows(2000))
        data = bytearray(path.read_bytes())
        if damage == "head":
            data[:100] = bytes(range(100, 200))
        elif damage == "middle":
            data[4096:-4096] = b"\xab" * (len(data) - 8192)
        elif damage == "cut":
            del data[5000:]
        elif damage == "message":  # SQLite quotes a byte that Python cannot decode
            data = data.replace(b"CREATE TABLE", b"CREAT\x8f TABLE")
        elif damage == "escape":  # of a terminal
            data = data.replace(b"CREATE TABLE", b"CREAT\x1b TABLE")
        else:
            data[:] = b"this is no database\0" * 300
        path.write_bytes(data)
        with TranslationStore(path) as store, pytest.warns(CacheWarning, match="damaged") as seen:
            store.get([*rows(2000)])
            store.put(ONE)
            assert store.get([*ONE]) == ONE
            assert len(store) == 1
        assert len(seen) == 1
        assert str(seen[0].message).isprintable()
        assert path.with_name("job.sqlite.damaged").read_bytes()[:4000] == data[:4000]
        with TranslationStore(path) as again:
            assert again.get([*ONE]) == ONE

    @pytest.mark.parametrize("change", ENDLESS)
    def test_a_view_or_a_trigger_is_never_run(self, path, change):
        with TranslationStore(path) as store:
            store.put({b"a": "A"})
        with sqlite3.connect(path) as other:
            other.executescript(change)
        other.close()
        with (
            TranslationStore(path) as store,
            pytest.warns(CacheWarning, match="it has other tables than a cache of vnsum"),
        ):
            assert store.get([b"a"]) == {}
            store.put({b"b": "B"})
            assert store.get([b"b"]) == {b"b": "B"}

    @pytest.mark.parametrize(
        "columns",
        [
            "id TEXT DEFAULT 'x', key BLOB NOT NULL UNIQUE, text TEXT NOT NULL",
            "id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, text TEXT NOT NULL "
            "CHECK (length(hex(zeroblob(100000000))) > 0)",
        ],
    )
    def test_a_table_with_other_columns_is_not_used(self, path, columns):
        with sqlite3.connect(path) as other:
            other.executescript(
                f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 1;"
                f"CREATE TABLE texts ({columns})"
            )
        other.close()
        with (
            TranslationStore(path) as store,
            pytest.warns(CacheWarning, match="it has other tables than a cache of vnsum"),
        ):
            store.put({b"b": "B"})
            assert store.get([b"b"]) == {b"b": "B"}

    def test_a_store_of_an_earlier_version_is_read(self, path):
        with sqlite3.connect(path) as other:
            other.executescript(
                f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 1;"
                "CREATE TABLE IF NOT EXISTS texts (\n    id INTEGER PRIMARY KEY, key BLOB NOT NULL "
                "UNIQUE, text TEXT NOT NULL); INSERT INTO texts (key, text) VALUES (x'61', 'A')"
            )
        other.close()
        with TranslationStore(path) as store:
            assert store.get([b"a"]) == {b"a": "A"}

    def test_damage_while_it_is_in_use(self, path):
        with TranslationStore(path) as first, TranslationStore(path) as second:
            first.put(rows(2000))
            assert second.get([*rows(10)]) == rows(10)
            first.close()
            second.close()
            path.write_bytes(path.read_bytes()[:4096] + b"\xcd" * 100_000)
            with pytest.warns(CacheWarning, match="damaged"):
                first.put(ONE)
            assert second.get([*ONE]) == ONE, "the new file is not set aside once more"

    def test_a_file_of_another_version_is_left_alone(self, path):
        with TranslationStore(path) as store:
            store.put(ONE)
            store._open().execute("PRAGMA user_version = 99")
        before = path.read_bytes()
        message = fails_once_and_then_works_without(TranslationStore(path))
        assert "format 99" in message
        assert path.read_bytes() == before

    def test_a_locked_file_is_waited_for_and_then_done_without(self, path, monkeypatch):
        monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
        with TranslationStore(path) as store:
            store.put(ONE)
            holder = sqlite3.connect(path)
            holder.execute("BEGIN IMMEDIATE")
            with pytest.warns(CacheWarning, match="locked"):
                store.put({b"another": "text"})
            assert store.get([*ONE]) == ONE
            holder.close()
