"""Objects of the parent in a forked child, including locks and threads."""

import contextlib
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from transformers.utils.logging import is_progress_bar_enabled

import vnsum
from vnsum import forking
from vnsum.checkpoints import packaged
from vnsum.checkpoints.loading import loading_weights
from vnsum.checkpoints.summarizers import resolve_abstract
from vnsum.decoding import engine
from vnsum.quantities.tokens import Tokens
from vnsum.reading.web import extraction
from vnsum.summarization.abstractive.generation import make_generator
from vnsum.translation import CheckedTranslator, FakeBackend, TranslationStore
from vnsum.translation.cache.store import _using
from vnsum.translation.cache.translator import CachedTranslator
from vnsum.translation.lazy import LazyTranslator

HERE = Path(__file__).parent
SECONDS = 120  # after which something hangs, on the slowest machine
WAY = {"source": "vi", "target": "en"}

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def make_lazy():
    return LazyTranslator(
        lambda: CheckedTranslator(backend=FakeBackend()), name="fake", directions=("vi->en",)
    )


@contextlib.contextmanager
def held_elsewhere(lock, seconds=None):
    """Let another thread be in the context `lock`, at most for some seconds if they are given."""
    taken, done = threading.Event(), threading.Event()

    def hold():
        with lock:
            taken.set()
            done.wait(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


def answer_in_child(work):
    """Return what `work` returns in a forked child; a failure where it does not end."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put(work()))
    child.start()
    child.join(SECONDS)
    hangs = child.is_alive()
    if hangs:
        child.kill()
        child.join()
    assert not hangs, "the child waits for ever"
    assert child.exitcode == 0
    return answers.get()


def test_a_lazy_translator_loads_anew_in_a_child():
    lazy = make_lazy()
    before = lazy.translate_checked(["xin chào"], **WAY)
    with held_elsewhere(lazy._lock):
        loaded, after = answer_in_child(
            lambda: (lazy.is_loaded, lazy.translate_checked(["xin chào"], **WAY))
        )
    assert (loaded, after) == (False, before)
    assert lazy.is_loaded


@pytest.mark.parametrize("held", ["translator", "store"])
def test_a_cache_goes_on_in_a_child(held, tmp_path):
    with TranslationStore(tmp_path) as store:
        cached = CachedTranslator(make_lazy(), store=store)
        before = cached.translate_checked(["xin chào"], **WAY)
        with (
            held_elsewhere(cached._lock) if held == "translator" else held_elsewhere(_using.lock, 1)
        ):
            after = answer_in_child(
                lambda: cached.translate_checked(["xin chào", "trời mưa"], **WAY)
            )
        assert after[:1] == before
        assert len(store) == 2, "what the child has added is there"


def test_an_engine_and_a_writer_are_not_taken_over():
    generator = make_generator(resolve_abstract("mini"))
    generator._loaded = object()
    key = ("some", "engine")
    kept = engine.Engine(model=None, adapted=None, tokenizer=None)
    engine._process.engines[key] = kept
    with held_elsewhere(engine._process.lock), held_elsewhere(generator._lock):
        answers = answer_in_child(
            lambda: (
                generator._loaded,
                generator._lock.acquire(timeout=1),
                engine._process.lock.acquire(timeout=1),
                len(engine._process.engines),
            )
        )
    assert answers == (None, True, True, 0)
    assert engine._process.engines[key] is kept


def test_a_check_goes_on_in_a_child(monkeypatch):
    """While another thread is in the middle of one."""
    begun, done = threading.Event(), threading.Event()

    def read(text):
        if threading.current_thread() is thread:
            begun.set()
            done.wait()
        return Tokens(text)

    monkeypatch.setattr("vnsum.checks.sides.Tokens", read)
    thread = threading.Thread(target=lambda: vnsum.check("Có 5 người.", "There were 5 people."))
    thread.start()
    begun.wait()
    try:
        found = answer_in_child(lambda: vnsum.check("Có 5 người.", "There were 6 people."))
    finally:
        done.set()
        thread.join()
    assert [finding.kind for finding in found] == ["number"]


def test_objects_that_are_gone_are_not_kept():
    from vnsum import forking

    lazy = make_lazy()
    count = len(forking._resets)
    del lazy
    other = make_lazy()
    assert len(forking._resets) <= count
    assert forking._resets[-1].owner() is other


def test_a_command_that_fails_ends_with_its_error_only(tmp_path):
    """Weak references that call back while the interpreter exits print a second error."""
    folder = tmp_path / "mini"
    leave_out = shutil.ignore_patterns("model.safetensors")
    shutil.copytree(packaged.model_folder("mini"), folder, ignore=leave_out)
    (folder / "model.safetensors").write_bytes(b"not the weights")
    (tmp_path / "a.txt").write_text("Trời mưa to.", encoding="utf-8")
    command = [sys.executable, "-m", "vnsum", "translate", str(tmp_path / "a.txt")]
    command += ["--model", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"vnsum: error: .*model\.safetensors is damaged.*\n", done.stderr)


# In a process of its own, for its threads would stay in this one.
AT_WORK = """
import functools, multiprocessing, sys, threading, time
import torch
import vnsum
from vnsum.translation import CheckedTranslator, loading

# What the shortened model writes would be tried again and again.
loading.CheckedTranslator = functools.partial(CheckedTranslator, repair=False)

folder, *methods = sys.argv[1:]
pipeline = vnsum.load(folder, quality="fast", threads=2)
done = threading.Event()

def translate():
    return pipeline.translate("Trời mưa.").text

def work(answers):
    answers.put(translate())

def stay_at_work():
    while not done.is_set():
        translate()

if __name__ == "__main__":
    expected = translate()
    assert torch.get_num_threads() == 2
    thread = threading.Thread(target=stay_at_work)
    thread.start()
    time.sleep(0.1)  # until the thread is at work
    started = []
    for method in methods:
        context = multiprocessing.get_context(method)
        answers = context.SimpleQueue()
        child = context.Process(target=work, args=(answers,))
        child.start()
        started.append((method, child, answers))
    done.set()
    thread.join()
    for method, child, answers in started:
        child.join(300)
        if child.is_alive():
            child.kill()
            print(method, "hangs")
        else:
            assert child.exitcode == 0, method
            print(method, answers.get() == expected)
"""


def test_a_model_at_work_does_not_hang_its_children(tmp_path, short_mini):
    script = tmp_path / "at_work.py"
    script.write_text(AT_WORK, encoding="utf-8")
    methods = ("fork", "spawn", "forkserver")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OMP_")}
    found = subprocess.run(
        [sys.executable, "-W", "ignore", script, short_mini, *methods], cwd=HERE,
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.splitlines() == [f"{method} True" for method in methods]


def test_a_lock_is_free_in_a_child():
    lock = forking.ForkSafeLock()
    with lock:
        child = os.fork()
        if not child:
            signal.alarm(10)  # ends a child that waits
            with lock:
                os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def has_progress_bars():
    """Return whether there are progress bars, and are again after weights are loaded."""
    with loading_weights():
        pass
    return is_progress_bar_enabled()


def test_a_fork_waits_until_a_page_is_read(monkeypatch):
    pytest.importorskip("trafilatura")
    begun, ended = threading.Event(), []

    def read(*_):
        begun.set()
        time.sleep(0.3)
        ended.append(True)

    monkeypatch.setattr(extraction, "_extract", read)
    thread = threading.Thread(target=lambda: extraction.extract("<p>Mưa.</p>"))
    thread.start()
    begun.wait()
    assert answer_in_child(lambda: ended) == [True]
    thread.join()


def test_a_fork_waits_until_weights_are_loaded():
    with held_elsewhere(loading_weights(), 0.3):
        assert answer_in_child(has_progress_bars), "what the load has changed is undone"
    assert has_progress_bars()


def test_a_fork_does_not_wait_for_ever(monkeypatch):
    monkeypatch.setattr(forking, "FORK_SECONDS", 0.1)
    with held_elsewhere(loading_weights(), SECONDS):
        assert not answer_in_child(has_progress_bars), "the lock is free in the child"
    assert answer_in_child(has_progress_bars)


def test_a_fork_does_not_wait_for_itself():
    with loading_weights():
        assert not answer_in_child(is_progress_bar_enabled)
    with held_elsewhere(loading_weights(), 0.1):  # the lock is free again
        pass
    assert has_progress_bars()


# In a process of its own, in which these modules are not imported yet.
NEEDING_LOCKS = """
import os, threading, time
from vnsum import forking

forking.FORK_SECONDS = 20.0
lock, begun = forking.ForkDelayingLock(), threading.Event()

def work():
    with lock.lock:
        begun.set()
        time.sleep(0.2)  # until the fork waits
        import concurrent.futures, logging
        concurrent.futures.ThreadPoolExecutor().submit(logging.getLogger, "one").result()

with lock.lock:
    pass
import concurrent.futures.thread, logging
threading.Thread(target=work).start()
begun.wait()
start = time.monotonic()
if not (child := os.fork()):
    os._exit(0)
os.waitpid(child, 0)
print(time.monotonic() - start < 10)
"""


def test_a_fork_that_waits_holds_no_lock_that_the_load_needs():
    command = [sys.executable, "-W", "ignore", "-c", NEEDING_LOCKS]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"
