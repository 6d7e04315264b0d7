"""A job of 300 texts that is killed repeatedly: `interrupted.py FOLDER SEED`.

Not a test: `test_faults.py` starts it and checks `history.json`, which has a record for each run.
Each run is a process forked from this one, which has no threads. All runs but the last kill
themselves with SIGKILL at a random moment: before or after a text is translated, or during or after
a commit to the cache.
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
MOMENTS = {"before": 16, "after": 16, "during": 2, "kept": 2}  # and the largest count of each
PORTION = 7  # texts between two commits, so that every kind of moment occurs


class Killer:
    """Kills this process when the chosen moment occurs for the last time."""

    def __init__(self, moment=None, count=0):
        self.moment, self.count = moment, count

    def reach(self, moment):
        if moment == self.moment:
            self.count -= 1
            if self.count == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class KillingStore(TranslationStore):
    killer = Killer()

    def _evict(self, database):  # written but not yet committed
        self.killer.reach("during")

    def put(self, texts):
        super().put(texts)
        self.killer.reach("kept")


def document(text):
    sentence = Sentence(text=text, start=0, end=len(text), paragraph=0)
    return Document(text=text, lang="en", sentences=(sentence,))


def say(text):
    number = next(word for word in text.split() if word.isdigit())
    return f"Sáng nay trời mưa {number} phút ở thành phố."


def run(folder, killer):
    KillingStore.killer = killer
    with (folder / "log").open("w", encoding="utf-8") as log:

        def translate(text):
            killer.reach("before")
            log.write(text + "\n")
            log.flush()
            killer.reach("after")
            return say(text)

        pipeline = Pipeline(
            translator=CheckedTranslator(backend=FakeBackend(function=translate)),
            summarizer=summarization.load("lead"),
        )
        store = KillingStore(folder / "job.sqlite")
        done = pipeline.cached(store).translate_many(map(document, TEXTS), to="vi")
    assert [translation.text for translation in done] == [say(text) for text in TEXTS]


def inspect(folder):
    """Return the texts that reached the model, and the translations in the cache."""
    database = sqlite3.connect(folder / "job.sqlite")
    kept = [json.loads(text[8:])["text"] for (text,) in database.execute("SELECT text FROM texts")]
    (sound,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    log = (folder / "log").read_text(encoding="utf-8").splitlines()
    return {"handed": log, "kept": kept, "sound": sound == "ok"}


def main(folder, seed):
    translator.COMMIT_EVERY = PORTION  # here, because the tests import this file
    draw = random.Random(seed)
    history = []
    for number in range(KILLS + 1):
        moment = draw.choice([*MOMENTS])
        killer = Killer(moment, draw.randint(1, MOMENTS[moment])) if number < KILLS else Killer()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(folder, killer)
                status = 0
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        history.append({"status": status, "moment": moment, **inspect(folder)})
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
