"""Faults during a long job: killed processes, many threads, long texts, broken models.

Faults of the cache's file are in `test_store.py`, damaged weights in `test_packaged_model.py`.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import interrupted
import pytest
from test_pipeline import pipeline

import vnsum
from vnsum.translation import CheckedTranslator, FakeBackend, TranslationStore
from vnsum.translation.backends.backend import Hypothesis, scramble

HERE = Path(__file__).parent
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


def python(code, *arguments):
    """Run code in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, cwd=HERE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@forks
def test_a_job_that_is_killed_twenty_times_loses_and_doubles_nothing(tmp_path):
    subprocess.run([sys.executable, HERE / "interrupted.py", tmp_path, "1"], check=True)
    *killed, last = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert len(killed) == 20
    assert all(row["status"] == -9 and row["sound"] for row in killed)
    assert last["status"] == 0, "the results are those of a job that nobody disturbed"
    kept: set[str] = set()
    for row in (*killed, last):
        assert kept <= set(row["kept"]), "nothing is lost"
        assert len(row["kept"]) == len(set(row["kept"]))
        assert not kept & set(map(interrupted.say, row["handed"])), "nothing is done twice"
        lost = len(row["handed"]) - (len(row["kept"]) - len(kept))
        assert 0 <= lost <= interrupted.PORTION, "but for the portion that was under way"
        kept = set(row["kept"])
    assert kept == set(map(interrupted.say, interrupted.TEXTS))


SHARE = """
import sys, threading
from test_faults import crowd
crowd(sys.argv[1], int(sys.argv[2]))
"""


def crowd(path, first):
    """Eight threads on one pipeline, each with all texts and another one to begin with."""
    fake = pipeline(function=interrupted.say).cached(path)
    texts = interrupted.TEXTS[:160]
    failed = []

    def work(offset):
        own = texts[offset:] + texts[:offset]
        done = fake.translate_many(map(interrupted.document, own), to="vi")
        if [item.text for item in done] != [interrupted.say(text) for text in own]:
            failed.append(offset)

    threads = [threading.Thread(target=work, args=(first + 10 * i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    handed = [text for call in fake.translator.translator.backend.calls for text in call]
    assert len(handed) == len(set(handed)), "each text once in a process"
    sys.stdout.write(str(len(handed)))


def test_two_processes_of_eight_threads_on_one_cache(tmp_path):
    job = tmp_path / "job.sqlite"
    processes = [
        subprocess.Popen([sys.executable, "-c", SHARE, job, str(first)], cwd=HERE,
                         stdout=subprocess.PIPE, text=True)
        for first in (0, 80)
    ]  # fmt: skip
    counts = [int(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert 160 <= sum(counts) <= 320
    with TranslationStore(job) as store:
        assert len(store) == 160
    assert python(SHARE, job, 0).strip() == "0"


CONSTANT = """
import resource, sys
import vnsum.pipeline
from vnsum import Pipeline, summarization
from vnsum import checks
from vnsum.translation import FakeBackend, CheckedTranslator

checks.check = lambda *texts, **options: []  # keeps nothing and takes most of the time

class Forgetful(FakeBackend):
    def translate(self, texts, **options):
        self.calls.clear()
        return super().translate(texts, **options)

def lines(count):
    for number in range(count // 5):
        yield f"It rained for {number % 500} minutes. The streets were flooded. "
        yield "They waited. No help came. The water fell.\\n" + "\\n" * (number % 40 == 0)

pipeline = Pipeline(
    translator=CheckedTranslator(backend=Forgetful(function=lambda text: text), repair=False),
    summarizer=summarization.load("lead"),
)
for count in (4_000, 50_000):
    pairs = length = 0
    for section in pipeline.cached(sys.argv[1]).translate_sections(lines(count), to="vi"):
        pairs += len(section.pairs)
        length += len(section.text)
    assert (pairs, length) == (count, sum(map(len, lines(count))))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no getrusage on this system")
def test_a_text_of_50_000_sentences_takes_no_more_memory_than_one_of_4_000(tmp_path):
    small, large = map(int, python(CONSTANT, tmp_path / "job.sqlite").split())
    assert large < 1.2 * small, "its sentences alone would take more than a fifth"


RAIN = "Hôm nay trời mưa to ở nhiều nơi, 12 tuyến đường ngập sâu hơn 50 cm."
# What a model may write instead of a translation, and what has to be said about it.
GARBAGE = {
    "nothing": (lambda text: "", "empty"),
    "spaces": (lambda text: " \n\t ", "empty"),
    "the source": (lambda text: text, "untranslated"),
    "the source twice": (lambda text: f"{text} {text}", "untranslated"),
    "a word": (lambda text: "It.", "length"),
    "a loop of words": (lambda text: "of the rain " * 40, "loop"),
    "a loop of letters": (lambda text: "a" * 5000, "loop"),
    "a book": (lambda text: " ".join(f"word{i}" for i in range(300)), "length"),
    "a book in a word": (lambda text: "".join(chr(97 + i % 23) for i in range(20_000)), "length"),
    "another alphabet": (
        lambda text: "Сегодня идёт дождь на многих улицах города.",
        "number",
    ),
}


class Broken(FakeBackend):
    """Says the same whatever the beams; `finished` as a model that ran into its limit."""

    def translate(self, texts, *, source, target, beams=None):
        self.calls.append(tuple(texts))
        return [
            Hypothesis(text=said, finished=len(said) < 5000)
            for said in (self.function(text) for text in texts)
        ]


@pytest.mark.parametrize("kind", sorted(GARBAGE))
def test_garbage_of_a_model_is_called_so_and_nothing_breaks(kind):
    function, expected = GARBAGE[kind]
    translator = CheckedTranslator(backend=Broken(function=function))
    fake = pipeline()
    fake = type(fake)(translator=translator, summarizer=fake.summarizer)
    text = f"{RAIN} Sáng nay trời nắng đẹp ở Huế, giá vàng tăng 5,2%.\n\n{RAIN}"
    for result in (fake.translate(text), fake.summarize(text)):
        assert len(result.pairs) == (3 if isinstance(result, vnsum.Translation) else 2)
        for pair in result.pairs:
            serious = {f.kind for f in pair.findings if f.severity != "info"}
            assert expected in serious, pair.findings
        assert type(result).from_dict(json.loads(json.dumps(result.to_dict()))) == result
        assert result.report()
        assert result.to_markdown()
    assert len(translator.backend.calls) < 30, "second tries come to an end"


SHORT = "Trời mưa to."
UNPRINTABLE = ["a\x00b\x1b[31m", "\ud800 lone", "<script>alert(1)</script>", "\u202eright to left"]


@pytest.mark.parametrize("said", UNPRINTABLE, ids=ascii)
def test_letters_that_no_translation_has_do_not_break_the_cache(tmp_path, said):
    for _ in range(2):
        fake = pipeline(function=lambda text: said).cached(tmp_path / "job.sqlite")
        assert [pair.target for pair in fake.translate(SHORT).pairs] == [said]


def test_a_model_that_recovers_spoils_nothing_else():
    """Every third answer is garbage: the others are as they were, and each is in its place."""
    counter = iter(range(10**6))
    texts = [f"Sáng nay trời mưa {number} phút ở Huế." for number in range(60)]

    def sometimes(text):
        return "" if next(counter) % 3 == 0 else scramble(text)

    done = CheckedTranslator(backend=Broken(function=sometimes)).translate_checked(
        texts, source="vi", target="en"
    )
    for text, checked in zip(texts, done, strict=True):
        if checked.text == "":
            assert "empty" in {finding.kind for finding in checked.findings}
        else:
            assert checked.text.replace(" ", "") == scramble(text).replace(" ", "")
