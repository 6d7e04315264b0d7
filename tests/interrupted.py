"""A job of 300 texts that is killed again and again: `interrupted.py FOLDER SEED`.

Not a test: `test_faults.py` starts it and judges what it leaves in `history.json`, one row a run.
Each run is a process of its own, forked from this one, which has no threads; it ends itself by
SIGKILL at a moment drawn from the seed, the last one excepted: before or after a text is
translated, while a portion is written to the cache, or when it has been.
"""

import json
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

from vnsum import Pipeline, summarization
from vnsum.results.document import Document, Sentence
from vnsum.translation import CheckedTranslator, FakeBackend, TranslationStore
from vnsum.translation.cache import translator

KILLS = 20
TEXTS = [f"This morning it rained for {number} minutes in the city." for number in range(300)]
MOMENTS = {"before": 16, "after": 16, "during": 2, "kept": 2}  # and how often it comes at most
PORTION = 7  # texts between two commits of these jobs, so that a kill meets all of its moments


class Doom:
    """Kills this process when the chosen moment comes for the last time."""

    def __init__(self, moment=None, count=0):
        self.moment, self.count = moment, count

    def meet(self, moment):
        if moment == self.moment:
            self.count -= 1
            if self.count == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class DoomedStore(TranslationStore):
    doom = Doom()

    def _evict(self, database):  # the portion is in the database and not yet safe
        self.doom.meet("during")

    def put(self, texts):
        super().put(texts)
        self.doom.meet("kept")


def document(text):
    sentence = Sentence(text=text, start=0, end=len(text), paragraph=0)
    return Document(text=text, lang="en", sentences=(sentence,))


def say(text):
    number = next(word for word in text.split() if word.isdigit())
    return f"Sáng nay trời mưa {number} phút ở thành phố."


def run(folder, doom):
    DoomedStore.doom = doom
    with (folder / "log").open("w", encoding="utf-8") as log:

        def translate(text):
            doom.meet("before")
            log.write(text + "\n")
            log.flush()
            doom.meet("after")
            return say(text)

        pipeline = Pipeline(
            translator=CheckedTranslator(backend=FakeBackend(function=translate)),
            summarizer=summarization.load("lead"),
        )
        store = DoomedStore(folder / "job.sqlite")
        done = pipeline.cached(store).translate_many(map(document, TEXTS), to="vi")
    assert [translation.text for translation in done] == [say(text) for text in TEXTS]


def look(folder):
    """Return what a run has left: the texts that reached the model, the translations kept."""
    database = sqlite3.connect(folder / "job.sqlite")
    kept = [json.loads(text[8:])["text"] for (text,) in database.execute("SELECT text FROM texts")]
    (sound,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    log = (folder / "log").read_text(encoding="utf-8").splitlines()
    return {"handed": log, "kept": kept, "sound": sound == "ok"}


def main(folder, seed):
    translator.COMMIT_EVERY = PORTION  # of this process only: the tests import this file, too
    draw = random.Random(seed)
    history = []
    for number in range(KILLS + 1):
        moment = draw.choice([*MOMENTS])
        doom = Doom(moment, draw.randint(1, MOMENTS[moment])) if number < KILLS else Doom()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(folder, doom)
                status = 0
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        history.append({"status": status, "moment": moment, **look(folder)})
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
