"""Worker processes: the results and errors of one process, in order, and no process left behind."""

import contextlib
import dataclasses
import functools
import io
import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import ARTICLE, PHRASES, run, write
from test_pipeline import pipeline
from test_streaming import BAD, RAIN, explode, handed, lines

import vnsum
from vnsum import errors, workers
from vnsum.pipeline import streaming
from vnsum.translation import CacheWarning

BROKEN = "Mô hình hỏng ở Huế."


def translate(text):
    """A model that fails on some texts, and is damaged for one of them."""
    if text == BROKEN:
        raise errors.ModelError("the weights are damaged")
    return explode(text)


def fragile():
    return pipeline(function=translate, directions=("vi->en",))


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(streaming, "WORKER_SENTENCES", 2)


def outcome(stream):
    """Return the results of a stream, and the error that ended it."""
    results = []
    try:
        results.extend(stream)
    except Exception as error:
        return results, type(error), str(error)
    return results, None, None


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(condition, seconds=30):
    for _ in range(seconds * 20):
        if condition():
            return True
        time.sleep(0.05)
    return False


class TestLaw:
    @pytest.mark.usefixtures("small_chunks")
    @given(
        st.lists(st.sampled_from([*lines(6), RAIN + " " + RAIN, "", *(b[0] for b in BAD.values())]),
                 min_size=6, max_size=24),
        st.sampled_from([2, 3]),
        st.sampled_from(["translate_stream", "summarize_stream"]),
        st.sampled_from(["raise", "report"]),
    )  # fmt: skip
    @settings(deadline=None, max_examples=6)
    def test_results_and_errors_are_those_of_one_process(self, texts, count, verb, on_error):
        expected = outcome(getattr(fragile(), verb)(texts, on_error=on_error))
        found = getattr(fragile(), verb)(iter(texts), on_error=on_error, workers=count)
        assert outcome(found) == expected
        assert not multiprocessing.active_children()

    @pytest.mark.usefixtures("small_chunks")
    @pytest.mark.parametrize("on_error", ["raise", "report"])
    def test_an_error_that_is_not_about_one_text_is_raised_after_what_was_done(self, on_error):
        texts = [*lines(5), BROKEN, *lines(3)]
        results, kind, message = outcome(
            fragile().translate_stream(texts, on_error=on_error, workers=2)
        )
        assert (kind, message) == (errors.ModelError, "the weights are damaged")
        assert results == fragile().translate_many(texts[: len(results)])
        assert len(results) == 4, "chunks of two before that of the damaged model"

    @pytest.mark.usefixtures("small_chunks")
    def test_an_error_of_the_source_comes_after_all_results(self):
        def texts():
            yield from lines(7)
            raise OSError("the disk is gone")

        results, kind, message = outcome(fragile().translate_stream(texts(), workers=2))
        assert (kind, message) == (OSError, "the disk is gone")
        assert results == fragile().translate_many(lines(7))[: len(results)]
        assert len(results) >= 6, "all whole chunks"

    @pytest.mark.usefixtures("small_chunks")
    def test_sections_too(self):
        pieces = ["Trời mưa to ở Huế. Đường ngập sâu.\n\n"] * 500
        fake = pipeline()
        assert [*fake.translate_sections(pieces, workers=2)] == [*fake.translate_sections(pieces)]

    def test_one_worker_is_no_other_process(self, monkeypatch):
        monkeypatch.setattr(workers.pool, "_Pool", None)
        assert pipeline().translate_many(lines(3), workers=1) == pipeline().translate_many(lines(3))

    def test_nothing_to_do_starts_nothing(self, monkeypatch):
        monkeypatch.setattr(workers.pool, "_Pool", None)
        assert pipeline().translate_many([], workers=2) == []


class TestStreams:
    def test_chunks_get_smaller_towards_the_end(self, monkeypatch):
        def record(packed, jobs, *, workers):
            for _, documents in jobs:
                sizes.append(len(documents))
            yield from ()

        monkeypatch.setattr(streaming.processes, "map_ordered", record)
        for texts in (lines(100), iter(lines(100))):
            sizes = []
            assert list(fragile().translate_stream(texts, workers=2)) == []
            assert sum(sizes) == 100
            assert sizes == sorted(sizes, reverse=True)
            last = (
                streaming.LAST_SENTENCES if isinstance(texts, list) else streaming.WORKER_SENTENCES
            )
            assert sizes[-1] <= last

    def test_the_last_chunks_have_few_sentences_in_few_or_many_texts(self, monkeypatch):
        def record(packed, jobs, *, workers):
            for _, documents in jobs:
                sizes.append([len(document.sentences) for document in documents])
            yield from ()

        monkeypatch.setattr(streaming.processes, "map_ordered", record)
        for sentences in (1, 5, 40):
            sizes = []
            texts = [" ".join(lines(sentences))] * 60
            assert list(fragile().translate_stream(texts, workers=2)) == []
            assert sum(map(len, sizes)) == 60
            fewest = max(1, -(-streaming.LAST_SENTENCES // sentences))
            assert [len(chunk) for chunk in sizes[:-1]][-1] == fewest
            assert len(sizes[-1]) <= fewest

    @pytest.mark.usefixtures("small_chunks")
    def test_few_texts_are_held_and_a_reader_who_goes_away_ends_all(self):
        taken = []

        def endless():
            for number in itertools.count():
                taken.append(number)
                yield f"Sáng nay trời mưa {number} phút ở Huế."

        results = pipeline().translate_stream(endless(), workers=2)
        assert not taken
        first = [next(results).document.text for _ in range(20)]
        assert first == lines(20)
        assert len(taken) <= 20 + 2 * 2 * workers.MAX_PENDING
        assert multiprocessing.active_children()
        results.close()
        assert not multiprocessing.active_children()

    @pytest.mark.usefixtures("small_chunks")
    def test_they_share_a_cache_and_the_bar_counts_all(self, tmp_path, monkeypatch):
        import tqdm.auto

        made = []

        class Bar(tqdm.auto.tqdm):
            def __init__(self, *args, **options):
                super().__init__(*args, **{**options, "file": io.StringIO()})
                made.append(self)

        monkeypatch.setattr("tqdm.auto.tqdm", Bar)
        job, first, second = tmp_path / "job.sqlite", pipeline(), pipeline()
        done = first.cached(job).translate_many(lines(20), workers=2, progress=True)
        assert (made[0].total, made[0].n) == (20, 20)
        assert second.cached(job).translate_many(lines(20)) == done
        assert not handed(first) and not handed(second)

    @pytest.mark.usefixtures("small_chunks")
    def test_a_warning_comes_once(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        with pytest.warns(CacheWarning) as seen:
            cached = pipeline().cached(tmp_path / "file" / "a.sqlite")
            cached.translate_many(lines(12), workers=2)
        assert len(seen) == 1


class Homebound:
    """A translator that can be pickled and is of no use in another process."""

    name = "homebound"
    directions = ("vi->en",)
    signature = "homebound"

    def translate_checked(self, texts, *, source, target):
        raise AssertionError("it is not asked")

    def __init__(self):
        self.home = os.getpid()

    def __setstate__(self, state):
        self.__dict__.update(state)
        if os.getpid() != self.home:
            raise RuntimeError("far from home")


class TestWrongUse:
    @pytest.mark.parametrize("count", [0, -1, True, 1.5, "2", None, 10**9, float("nan")])
    @pytest.mark.parametrize(
        "verb", ["translate_many", "translate_stream", "summarize_many", "summarize_stream"]
    )
    def test_a_number_that_is_none(self, verb, count):
        wanted = "at most 512|at most 61" if count == 10**9 else "an integer >= 1"
        with pytest.raises(errors.InputError, match=f"workers must be ({wanted}), not"):
            getattr(pipeline(), verb)(lines(2), workers=count)
        if verb.endswith("many"):
            with pytest.raises(errors.InputError, match=f"workers must be ({wanted}), not"):
                getattr(vnsum, verb)(lines(2), workers=count)

    def test_a_pipeline_that_does_not_pickle_is_told_at_once(self):
        with pytest.raises(errors.InputError, match=r"cannot be pickled .*use workers=1"):
            pipeline(function=lambda text: text).translate_stream(lines(2), workers=2)

    def test_one_that_cannot_be_made_again(self):
        fake = vnsum.Pipeline(translator=Homebound(), summarizer=pipeline().summarizer)
        with pytest.raises(errors.InputError, match=r"cannot be unpickled \(far from home\)"):
            fake.translate_many(lines(2), workers=2, on_error="report")

    def test_a_job_that_does_not_pickle_is_told_after_what_was_done(self):
        found, kind, message = outcome(answers(identify, [1, 2, lambda: 3, 4]))
        assert ([job for job, _ in found], kind) == ([1, 2], errors.InputError)
        assert "cannot be pickled" in message

    def test_too_many_for_the_system(self):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = len([*Path("/dev/fd").iterdir()])
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 20, hard))
        try:
            with pytest.raises(errors.VnsumError, match="cannot start 40 worker processes"):
                pipeline().translate_many(lines(2), workers=40)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert len([*Path("/dev/fd").iterdir()]) <= used + 1

    def test_a_daemonic_process(self, monkeypatch):
        monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
        with pytest.raises(errors.InputError, match="daemonic"):
            pipeline().translate_many(lines(2), workers=2)

    def test_a_script_without_a_guard_is_told_what_is_missing(self, tmp_path):
        script = write(tmp_path / "script.py", (
            "import sys\n"
            f"sys.path.insert(0, {str(ROOT / 'tests')!r})\n"
            "from test_workers import answers, identify\n"
            "print([*answers(identify, range(2))])\n"
        ))  # fmt: skip
        command = [sys.executable, script]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "must run its work under `if __name__ == '__main__':`" in done.stderr


def identify(job):
    return os.getpid()


def die(job, *, fatal):
    if job == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return os.getpid()


def make_threads():
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


def nothing():
    pass


def answers(work, jobs, *, load=nothing, count=2):
    replies = workers.map_ordered(workers.pack(work, load), ((j, j) for j in jobs), workers=count)
    with contextlib.closing(replies):
        for job, reply in replies:
            yield job, reply.get()


class OddError(Exception):
    """Pickles, and cannot be read again."""

    def __init__(self, code, reason):
        super().__init__(f"{code}: {reason}")


class OddModelError(OddError, errors.ModelError):
    pass


def fail(job):
    raise OddError(job, "odd")


class MuteError(Exception):
    def __init__(self):
        super().__init__("x", "y")

    def __str__(self):
        raise KeyError(0)


def fail_mutely(job):
    raise MuteError


def warn_locally(job):
    class LocalWarning(UserWarning):
        pass

    warnings.warn(f"local {job}", LocalWarning, stacklevel=1)


def return_lambda(job):
    return lambda: job


class TestProcesses:
    @pytest.mark.parametrize("load", [nothing, make_threads], ids=["forked", "spawned"])
    def test_all_work(self, load):
        found = [*answers(identify, range(12), load=load, count=3)]
        assert [job for job, _ in found] == [*range(12)]
        assert len({pid for _, pid in found}) == 3
        assert not any(is_alive(pid) for _, pid in found)

    @pytest.mark.parametrize("fatal", [0, 1], ids=["the first", "another"])
    def test_one_that_dies_is_an_error_and_takes_the_others_along(self, fatal):
        found = []
        with pytest.raises(errors.VnsumError, match="a worker process has died"):
            for _, pid in answers(functools.partial(die, fatal=fatal + 6), range(100)):
                found.append(pid)
        assert found
        assert wait_for(lambda: not any(is_alive(pid) for pid in found))

    def test_they_import_nothing_from_the_current_folder(self, tmp_path):
        """As the script itself does not; Python 3.10 cannot keep its own processes from it."""
        script = write(
            tmp_path / "script.py",
            "from vnsum import workers\n"
            "if __name__ == '__main__':\n"
            "    jobs = ((job, -job) for job in range(4))\n"
            "    packed = workers.pack(abs, list)\n"
            "    found = workers.map_ordered(packed, jobs, workers=2)\n"
            "    print([reply.get() for _, reply in found])\n",
        )
        (tmp_path / "texts").mkdir()
        for name in ("multiprocessing", "socket", "vnsum"):
            write(tmp_path / "texts" / f"{name}.py", f"open('{name}.ran', 'w').close()\n")
        place = str(Path(vnsum.__file__).parents[1])
        done = subprocess.run(
            [sys.executable, str(script)],
            cwd=tmp_path / "texts",
            env={**os.environ, "PYTHONPATH": place},
            capture_output=True,
            text=True,
            check=False,
        )
        ran = [*(tmp_path / "texts").glob("*.ran")]
        assert bool(ran) == (sys.version_info < (3, 11))
        assert ran or done.stdout == "[0, 1, 2, 3]\n", done.stderr

    def test_errors_that_do_not_travel_are_named(self):
        with pytest.raises(errors.VnsumError, match=r"^OddError: 0: odd$"):
            [*answers(fail, range(2))]

    def test_errors_that_cannot_be_shown_and_warnings_of_local_classes_are_reported(self):
        with pytest.raises(errors.VnsumError, match=r"^MuteError: its message cannot be shown"):
            [*answers(fail_mutely, range(2))]
        with pytest.warns(UserWarning) as caught:
            assert len([*answers(warn_locally, range(2))]) == 2
        assert sorted(str(warning.message) for warning in caught) == ["local 0", "local 1"]
        assert {warning.category for warning in caught} == {UserWarning}

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
    def test_a_forked_process_leaves_them(self):
        jobs = ((job, job) for job in range(12))
        replies = workers.map_ordered(workers.pack(identify, nothing), jobs, workers=2)
        next(replies)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a fork with threads, from 3.12 on
            child = os.fork()
        if child == 0:
            status = 1
            try:
                replies.close()
                status = 0
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        assert len([*replies]) == 11

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
    def test_they_end_beside_a_forked_process_that_stays(self):
        jobs = ((job, job) for job in range(12))
        replies = workers.map_ordered(workers.pack(identify, nothing), jobs, workers=3)
        pids = {reply.get() for _, reply in itertools.islice(replies, 9)}
        child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child.start()
        try:
            replies.close()
            assert wait_for(lambda: not any(is_alive(pid) for pid in pids))
            assert child.is_alive()
        finally:
            child.kill()
            child.join()

    def test_errors_keep_their_kind(self):
        for error in (OddModelError(1, "x"), errors.MissingExtraError("pip"), OSError(2, "gone")):
            carried = pickle.loads(pickle.dumps(workers.make_picklable(error)))
            assert str(carried) == str(error)
            assert isinstance(carried, errors.ModelError) == isinstance(error, errors.ModelError)
            assert type(carried) is type(error) or type(carried) is errors.ModelError

    def test_nor_do_all_answers(self):
        with pytest.raises(Exception, match="lambda"):
            [*answers(return_lambda, range(2))]

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    def test_an_interrupt_while_they_start_ends_them(self, monkeypatch):
        begin = SpawnProcess.start

        def start(process):
            begin(process)
            signal.raise_signal(signal.SIGINT)  # pending until the pool has noted the process

        monkeypatch.setattr(SpawnProcess, "start", start)
        with pytest.raises(KeyboardInterrupt):
            [*answers(identify, range(2))]
        assert not multiprocessing.active_children()

    SCRIPT = """
import sys, time
sys.path.insert(0, {tests!r})
from test_workers import answers, nap
if __name__ == "__main__":
    for job, pid in answers(nap, range(100), count=3):
        print(pid, flush=True)
"""

    @pytest.mark.skipif(sys.platform == "win32", reason="process groups and signals of POSIX")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    @pytest.mark.parametrize("moment", ["start", "work"])
    def test_what_ends_the_first_process_ends_all(self, tmp_path, number, moment):
        """Ctrl-C goes to all processes of a terminal, the other signals to one."""
        script = write(tmp_path / "script.py", self.SCRIPT.format(tests=str(ROOT / "tests")))
        process = subprocess.Popen(
            [sys.executable, script],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        if moment == "work":
            assert process.stdout.readline().strip().isdigit()
        else:
            assert wait_for(lambda: len(members(process.pid)) > 1)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            os.kill(process.pid, number)
        _, said = process.communicate(timeout=60)
        if number == signal.SIGINT:
            assert said.count("Traceback") == said.count("KeyboardInterrupt") == 1
        assert wait_for(lambda: not members(process.pid))


def nap(job):
    time.sleep(1000 if job > 2 else 0)
    return os.getpid()


def members(group):
    """Return the living processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, number = stat.read_text().rpartition(")")[2].split()[:3]
            if int(number) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


def phrase(text):
    return PHRASES[text]


def load_fake(model="mini", *, cache=None, **options):
    return pipeline(function=phrase).cached(cache)


class TestCommandLine:
    @pytest.fixture
    def files(self, tmp_path):
        texts = [ARTICLE, "", "Сегодня в городе шёл сильный дождь.", ARTICLE]
        names = [write(tmp_path / f"{n}.txt", text) for n, text in enumerate(texts)]
        return [*names[:2], tmp_path / "missing.txt", *names[2:]]

    @pytest.mark.parametrize(
        "arguments", [["translate", "-f", "json"], ["summarize"]], ids=lambda a: a[0]
    )
    def test_outputs_messages_and_status_are_those_of_one_process(self, files, arguments, capsys):
        said = []
        for count in (1, 2):
            options = ["--no-cache", "--workers", str(count)]
            assert run(*arguments, *files, *options, load=load_fake) == 1
            said.append(capsys.readouterr())
        assert said[0] == said[1]
        assert "missing.txt" in said[0].err

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ("0", "workers must be an integer >= 1, not 0"),
            ("two", "expected an integer, not 'two'"),
            ("-1", "workers must be an integer >= 1, not -1"),
            ("1.5", "expected an integer, not '1.5'"),
        ],
    )
    def test_wrong_numbers_are_wrong_usage(self, files, wrong, message, capsys):
        assert run("translate", *files, "--workers", wrong, load=load_fake) == 2
        assert f"argument --workers: {message}" in capsys.readouterr().err


class Watched:
    """A translator that notes for every process what it found at its first text."""

    def __init__(self, translator, folder):
        self.translator = translator
        self.folder = folder

    # From Python 3.12 on, a protocol does not see what `__getattr__` returns.
    name = property(lambda self: self.translator.name)
    directions = property(lambda self: self.translator.directions)
    signature = property(lambda self: self.translator.signature)
    request = property(lambda self: self.translator.request)
    is_loaded = property(lambda self: self.translator.is_loaded)

    def load(self):
        return self.translator.load()

    def translate_checked(self, texts, *, source, target):
        note = self.folder / str(os.getpid())
        if not note.exists():
            note.write_text(str(self.is_loaded))
        return self.translator.translate_checked(texts, source=source, target=target)


@pytest.mark.slow
def test_the_packaged_model_in_two_processes(mini, tmp_path, monkeypatch):
    monkeypatch.setattr(streaming, "WORKER_SENTENCES", 1)
    texts = ["Trời mưa to ở Huế.", "Đường ngập.", "Hôm nay là thứ ba.", "Ông Nam đến Hà Nội."]
    alone = vnsum.load("mini", device="cpu", quality="fast")  # with the weights of `mini`
    expected = alone.translate_many(texts)
    watched = dataclasses.replace(alone, translator=Watched(alone.translator, tmp_path))
    assert watched.translate_many(texts, workers=2) == expected
    notes = [note.read_text() for note in tmp_path.iterdir()]
    assert len(notes) == 2
    if sys.platform == "linux":
        assert notes == ["True", "True"], "the weights that the first process has loaded"
