"""The learned summarizer: two small tree models, one for sentences and one for sets of two.

The sentence model says how likely a sentence is part of the best extract; the set model compares
the best sentences alone and in pairs, which is where repetition and length are weighed. Both come
in a second copy for documents without a headline. They were trained by `vnsum.training.ranker` on
VietNews and are stored as plain arrays (no pickle).
"""

from __future__ import annotations

import functools
import json
import zipfile
import zlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from vnsum.document import Document
from vnsum.errors import ModelError
from vnsum.result import Summary
from vnsum.summarization import selection
from vnsum.summarization.budget import Budget
from vnsum.summarization.features import Features, describe, names
from vnsum.summarization.salience import Salience
from vnsum.summarization.sets import combine, set_names
from vnsum.summarization.terms import Vector, syllables
from vnsum.summarization.trees import Trees

FORMAT = 2
PACKAGED = "ranker.npz"
READ_ERRORS = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError,
               zipfile.BadZipFile, zlib.error)  # fmt: skip
SALIENCE = "salience"
TREES = ("sentence", "sentence_plain", "sets", "sets_plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What a ranker file holds: trees for sentences and for sets, with a headline and without.

    `salience` weighs words, for documents without a headline.
    """

    sentence: Trees
    sentence_plain: Trees
    sets: Trees
    sets_plain: Trees
    salience: Salience
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """Pick sentences by trained models; `path` is another model file than the packaged one.

    A score is the probability that the sentence belongs to the best extract. With `concise`, a
    budget of two sentences is an upper bound: where one sentence alone is expected to serve the
    reader better (because it is long, or the second would repeat it), only that one is written.
    Budgets of three and more are filled. `novelty` is how much, from the third sentence on, a
    sentence loses for repeating one already taken.
    """

    path: Path | None = None
    concise: bool = True
    novelty: float = 0.9

    @property
    def signature(self) -> str:
        """The method, the name of its training run, and its settings."""
        name = _models(self.path).name
        return f"ranker|model:{name}|concise:{self.concise}|novelty:{self.novelty:g}"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the sentences that serve best within `budget`, in document order."""
        models = _models(self.path)
        features = describe(document, models.salience)
        raw = sentence_scores(models, features)
        scores = 1.0 / (1.0 + np.exp(-raw))
        chosen = best_set(models, features, raw)
        limit = budget.limit(len(scores))
        if limit > 2 or not self.concise:
            chosen = selection.by_relevance_and_novelty(
                scores, features.terms, limit, novelty=self.novelty, taken=chosen
            )
        return selection.write(document, chosen, scores, budget, signature=self.signature)


def has_headline(document: Document) -> bool:
    """Return whether the headline has any letter or digit to go by."""
    return bool(syllables(document.title or ""))


def sentence_scores(models: Models, features: Features) -> Vector:
    """Return the log-odds of every sentence to be part of the best extract, less for fragments."""
    fragment = np.log(selection.fullness(features.terms))
    trees = models.sentence if features.headline else models.sentence_plain
    return trees.predict(features.rows) + fragment


def best_set(models: Models, features: Features, scores: Vector) -> list[int]:
    """Return the one or two sentences with the best expected value, the better one first."""
    if not len(scores):
        return []
    sets = combine(features, scores)
    values = (models.sets if features.headline else models.sets_plain).predict(sets.rows)
    best = int(values.argmax())
    pair = [int(sets.first[best]), int(sets.second[best])]
    if pair[0] == pair[1]:
        return pair[:1]
    alone = {int(sets.first[k]): values[k] for k in np.flatnonzero(sets.first == sets.second)}
    return sorted(pair, key=lambda index: -alone[index])


def save(models: Models, path: Path) -> None:
    """Write a model file that `Ranker(path=...)` reads."""
    about = {"format": FORMAT, "name": models.name, **_layout()}
    arrays = {
        key: value for name in TREES for key, value in getattr(models, name).pack(name).items()
    }
    arrays |= models.salience.pack(SALIENCE)
    np.savez_compressed(path, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)


def read(path: Path) -> Models:
    """Read a model file; `ModelError` names it if it is missing, damaged or does not fit."""
    try:
        # numpy leaves a file open that it cannot read, so it is opened and closed here.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays["about"]))
        trees = {name: Trees.unpack(arrays, name, columns=len(_layout()[name])) for name in TREES}
        salience = Salience.unpack(arrays, SALIENCE)
        found = {key: about[key] for key in ("format", *TREES)}
        name = str(about["name"])
    except READ_ERRORS as error:
        raise ModelError(
            f"{path} is not a readable ranker file ({error}); install vnsum again, or write a new "
            "file with python -m vnsum.training.ranker"
        ) from error
    if found != {"format": FORMAT, **_layout()}:
        raise ModelError(
            f"{path} was trained on other features than this version of vnsum computes; train it "
            "again with python -m vnsum.training.ranker"
        )
    return Models(name=name, salience=salience, **trees)


def _layout() -> dict[str, list[str]]:
    """Return the names of the columns that each model reads."""
    return {
        "sentence": list(names(headline=True)),
        "sentence_plain": list(names(headline=False)),
        "sets": list(set_names(headline=True)),
        "sets_plain": list(set_names(headline=False)),
    }


@functools.lru_cache(maxsize=4)
def _models(path: Path | None) -> Models:
    if path is not None:
        return read(path)
    with resources.as_file(resources.files("vnsum.summarization") / "data" / PACKAGED) as packaged:
        return read(packaged)
