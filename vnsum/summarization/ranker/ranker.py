"""The learned summarizer: two small tree models, one for sentences and one for sets of two.

The sentence model says how likely a sentence is part of the best extract; the set model compares
the best sentences alone and in pairs, which is where repetition and length are weighed. Both come
in a second copy for documents without a headline. They were trained by
`vnsum.training.summarizer.ranker` on VietNews and are stored as plain arrays (no pickle).
"""

from __future__ import annotations

import functools
import json
import zipfile
import zlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum.errors import ModelError
from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget
from vnsum.summarization.extractive import selection
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker.candidates import Sets, combine, set_names
from vnsum.summarization.ranker.features import Features, describe, names
from vnsum.summarization.ranker.rouge_estimate import Expectation
from vnsum.summarization.ranker.salience import Revision, Salience, logistic
from vnsum.summarization.ranker.trees import Trees

FORMAT = 4
PACKAGED = "ranker.npz"
BOILERPLATE = -20.0  # log-odds, besides its own, of what is no sentence of the article
READ_ERRORS = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError,
               zipfile.BadZipFile, zlib.error)  # fmt: skip
KINDS = {"": True, "_plain": False}  # what names of arrays end in: with a headline or without


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What is known of documents with a headline, or of those without.

    `salience` weighs the words that a summary would use, and `revision` weighs them again when
    sentences have scores; `sentence` and `sets` are trees.
    """

    headline: bool
    salience: Salience
    revision: Revision
    sentence: Trees
    sets: Trees

    @classmethod
    def blank(cls, *, headline: bool) -> Models:
        """Return models that prefer nothing."""
        nothing = Trees.blank()
        return cls(
            headline=headline,
            salience=Salience.blank(),
            revision=Revision.blank(),
            sentence=nothing,
            sets=nothing,
        )

    def describe(self, document: Document) -> Features:
        """Return the features of a document of this kind."""
        return describe(document, self.salience)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """What a ranker file holds: models for both kinds of documents, and the name of the run."""

    headline: Models
    plain: Models
    name: str

    def of(self, document: Document) -> Models:
        """Return the models for documents like this one."""
        return self.headline if has_headline(document) else self.plain


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
        name = _read_once(self.path).name
        return f"ranker|model:{name}|concise:{self.concise}|novelty:{self.novelty:g}"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the sentences that serve best within `budget`, in document order."""
        models = _read_once(self.path).of(document)
        features = models.describe(document)
        raw = sentence_scores(models, features)
        scores = logistic(raw)
        chosen = best_set(models, features, raw)
        limit = budget.limit(len(scores))
        if limit > 2 or not self.concise:
            chosen = selection.by_relevance_and_novelty(
                scores, features.terms, limit, novelty=self.novelty, taken=chosen
            )
        return selection.write(document, chosen, scores, budget, signature=self.signature)

    def expect(self, document: Document) -> Expectation:
        """Return what a summary of `document` is likely to use, to rate any text by."""
        return Expectation(features=_read_once(self.path).of(document).describe(document))


def has_headline(document: Document) -> bool:
    """Return whether the headline has any letter or digit to go by."""
    return bool(syllables(document.title or ""))


def sentence_scores(models: Models, features: Features) -> Vector:
    """Return the log-odds of every sentence to be part of the best extract, less for fragments.

    What is no sentence of the article (`is_boilerplate`) comes after all else.
    """
    fragment = np.log(selection.fullness(features.terms))
    raw = models.sentence.predict(features.rows)
    return raw + fragment + BOILERPLATE * is_boilerplate(features)


def is_boilerplate(features: Features) -> NDArray[np.bool_]:
    """Return which sentences are no sentences: without words, crossheads, asides.

    None are where all would be, as in a poem.
    """
    length = features.column("length")
    crosshead = (features.column("unended") > 0) & (length < selection.FULL_LENGTH)
    found = (length == 0) | crosshead | features.asides
    return np.zeros_like(found) if found.all() else found


def candidate_sets(models: Models, features: Features, scores: Vector) -> Sets:
    """Return the sets to choose from; `scores` are those of `sentence_scores`."""
    return combine(features, scores, models.revision.judge(features.likely, scores))


def best_set(models: Models, features: Features, scores: Vector) -> list[int]:
    """Return the one or two sentences with the best expected value, the better one first."""
    if not len(scores):
        return []
    sets = candidate_sets(models, features, scores)
    values = models.sets.predict(sets.rows)
    boilerplate = is_boilerplate(features)
    values[boilerplate[sets.first] | boilerplate[sets.second]] = -np.inf
    best = int(values.argmax())
    pair = [int(sets.first[best]), int(sets.second[best])]
    if pair[0] == pair[1]:
        return pair[:1]
    alone = {int(sets.first[k]): values[k] for k in np.flatnonzero(sets.first == sets.second)}
    return sorted(pair, key=lambda index: -alone[index])


def save(file: ModelFile, path: Path) -> None:
    """Write a model file that `Ranker(path=...)` reads."""
    about = {"format": FORMAT, "name": file.name, **_layout()}
    arrays: dict[str, NDArray[Any]] = {}
    for end, models in zip(KINDS, (file.headline, file.plain), strict=True):
        for part in ("salience", "revision", "sentence", "sets"):
            arrays |= getattr(models, part).pack(f"{part}{end}")
    np.savez_compressed(path, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)


def read(path: Path) -> ModelFile:
    """Read a model file; `ModelError` names it if it is missing, damaged or does not fit."""
    try:
        # numpy leaves a file open that it cannot read, so it is opened and closed here.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays["about"]))
        headline, plain = (_unpack(arrays, end) for end in KINDS)
        found = {key: about[key] for key in ("format", *_layout())}
        name = str(about["name"])
    except READ_ERRORS as error:
        raise ModelError(
            f"{path} is not a readable ranker file ({error}); install vnsum again, or write a new "
            "file with python -m vnsum.training.summarizer.ranker"
        ) from error
    if found != {"format": FORMAT, **_layout()}:
        raise ModelError(
            f"{path} was trained on other features than this version of vnsum computes; train it "
            "again with python -m vnsum.training.summarizer.ranker"
        )
    return ModelFile(headline=headline, plain=plain, name=name)


def _unpack(arrays: dict[str, NDArray[Any]], end: str) -> Models:
    trees = (
        Trees.unpack(arrays, f"{part}{end}", columns=len(_layout()[f"{part}{end}"]))
        for part in ("sentence", "sets")
    )
    sentence, sets = trees
    return Models(
        headline=KINDS[end],
        salience=Salience.unpack(arrays, f"salience{end}"),
        revision=Revision.unpack(arrays, f"revision{end}"),
        sentence=sentence,
        sets=sets,
    )


def _layout() -> dict[str, list[str]]:
    """Return the names of the columns that each model reads."""
    layout = {}
    for end, headline in KINDS.items():
        layout[f"sentence{end}"] = list(names(headline=headline))
        layout[f"sets{end}"] = list(set_names(headline=headline))
    return layout


@functools.lru_cache(maxsize=4)
def _read_once(path: Path | None) -> ModelFile:
    if path is not None:
        return read(path)
    with resources.as_file(
        resources.files("vnsum.summarization.ranker") / "data" / PACKAGED
    ) as packaged:
        return read(packaged)
