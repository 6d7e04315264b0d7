"""The trained extractive summarizer, built on two gradient-boosted tree models.

The sentence model predicts whether a sentence is part of the best extract. The candidate model
compares the best sentences alone and in pairs, to account for redundancy and length. There is one
set of models for documents with a headline and one for those without. They are trained on VietNews
by `vnsum.training.summarizer.ranker` and stored as plain arrays (no pickle).
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

from vnsum.checkpoints.files import require_file
from vnsum.errors import ModelError
from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget, require_task
from vnsum.summarization.extractive import selection
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker.candidates import (
    CandidateFeatures,
    build_candidates,
    candidate_names,
)
from vnsum.summarization.ranker.features import Features, describe, names
from vnsum.summarization.ranker.rouge_estimate import RougeEstimator
from vnsum.summarization.ranker.salience import Revision, Salience
from vnsum.summarization.ranker.trees import Trees
from vnsum.summarization.ranker.units import logistic

FORMAT = 4
PACKAGED = "ranker.npz"
BOILERPLATE = -20.0  # added to the log-odds of boilerplate
# What questions and parts of quotations, sentences that may be captions and long ones lose in the
# expected ROUGE of one or two sentences, so that others are used where they serve.
AWKWARD, CAPTION_LIKE, LONG = 0.02, 0.2, 0.01
# Factors of their probability to be a further sentence; the first one also for long sentences.
AWKWARD_SHARE, CAPTION_LIKE_SHARE = 0.25, 0.05
LONGEST = 60  # syllables
READ_ERRORS = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, MemoryError,
               NotImplementedError, RecursionError, zipfile.BadZipFile, zlib.error)  # fmt: skip
MAX_BYTES = 200_000_000  # of all arrays; a small file may unpack to much more
KINDS = {"": True, "_plain": False}  # suffix of array names -> with a headline
# Attribute of `Models` -> name in the model file.
PARTS = {
    "salience": "salience",
    "revision": "revision",
    "sentence": "sentence",
    "candidates": "sets",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models for documents with a headline, or for those without.

    `salience` predicts which words a summary uses, and `revision` updates that prediction with the
    sentence scores; `sentence` and `candidates` are tree models.
    """

    headline: bool
    salience: Salience
    revision: Revision
    sentence: Trees
    candidates: Trees

    @classmethod
    def blank(cls, *, headline: bool) -> Models:
        """Return untrained models, which give every sentence the same score."""
        nothing = Trees.blank()
        return cls(
            headline=headline,
            salience=Salience.blank(),
            revision=Revision.blank(),
            sentence=nothing,
            candidates=nothing,
        )

    def describe(self, document: Document) -> Features:
        """Return the features of a document."""
        return describe(document, self.salience)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """The contents of a ranker file: models with and without a headline, and the run's name."""

    headline: Models
    plain: Models
    name: str

    def of(self, document: Document) -> Models:
        """Return the models that apply to `document`."""
        return self.headline if has_headline(document) else self.plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """Select sentences with trained models; `path` replaces the packaged model file.

    The score of a sentence is the probability that it is part of the best extract. With `concise`,
    a budget of two sentences may yield one, if a second sentence is expected to make the summary
    worse. Larger budgets are always filled. `novelty` is the penalty, from the third sentence on,
    for words and pairs of words that selected sentences have, 0 to 1; each counts as much as it is
    likely to be used in a summary.
    """

    path: Path | None = None
    concise: bool = True
    novelty: float = 0.9

    @property
    def signature(self) -> str:
        """The method, the name of its training run and its settings."""
        name = _read(self.path).name
        return f"ranker|model:{name}|concise:{self.concise}|novelty:{self.novelty:g}"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the best sentences within `budget`, in document order."""
        require_task(document, budget)
        models = _read(self.path).of(document)
        features = models.describe(document)
        raw = sentence_scores(models, features)
        scores = logistic(raw)
        chosen = best_candidate(models, features, raw)
        limit = budget.limit(len(scores))
        if limit > 2 or not self.concise:
            likely = models.revision.predict(features.unit_probabilities, raw)
            avoided = features.awkward | (features.column("length") > LONGEST)
            shares = np.where(avoided, AWKWARD_SHARE, 1.0)
            shares[features.caption_like] = CAPTION_LIKE_SHARE
            chosen = selection.by_relevance_and_novelty(
                shares * scores,
                features.terms,
                limit,
                novelty=self.novelty,
                overlap=lambda told: np.mean([units.covered(told) for units in likely], axis=0),
                taken=chosen,
            )
        return selection.write(document, chosen, scores, budget, signature=self.signature)

    def scores(self, document: Document) -> Vector:
        """Return the probability of each sentence to be part of the best extract."""
        models = _read(self.path).of(document)
        return logistic(sentence_scores(models, models.describe(document)))

    def rouge_estimator(self, document: Document) -> RougeEstimator:
        """Return an estimator of the ROUGE scores of any summary of `document`."""
        return RougeEstimator(features=_read(self.path).of(document).describe(document))


def has_headline(document: Document) -> bool:
    """Return whether the document has a headline with a letter or digit."""
    return bool(syllables(document.title or ""))


def sentence_scores(models: Models, features: Features) -> Vector:
    """Return the log-odds of each sentence to be part of the best extract.

    Fragments get a penalty, and boilerplate (`is_boilerplate`) ranks last.
    """
    fragment = np.log(selection.fullness(features.terms))
    raw = models.sentence.predict(features.rows)
    return raw + fragment + BOILERPLATE * is_boilerplate(features)


def is_boilerplate(features: Features) -> NDArray[np.bool_]:
    """Return a mask of empty sentences, crossheads and other non-content.

    If that would be every sentence, as in a poem, none is masked.
    """
    length = features.column("length")
    crosshead = (features.column("unended") > 0) & (length < selection.FULL_LENGTH)
    found = (length == 0) | crosshead | features.non_content
    return np.zeros_like(found) if found.all() else found


def candidate_features(models: Models, features: Features, scores: Vector) -> CandidateFeatures:
    """Return the candidate summaries; `scores` are those of `sentence_scores`."""
    return build_candidates(
        features, scores, models.revision.predict(features.unit_probabilities, scores)
    )


def best_candidate(models: Models, features: Features, scores: Vector) -> list[int]:
    """Return the one or two sentences of the best candidate, the better sentence first."""
    if not len(scores):
        return []
    candidates = candidate_features(models, features, scores)
    values = models.candidates.predict(candidates.rows)
    pair = candidates.first != candidates.second
    long = features.column("length") > LONGEST
    loss = AWKWARD * features.awkward + CAPTION_LIKE * features.caption_like + LONG * long
    values = values - loss[candidates.first] - loss[candidates.second] * pair
    boilerplate = is_boilerplate(features)
    values[boilerplate[candidates.first] | boilerplate[candidates.second]] = -np.inf
    best = int(values.argmax())
    chosen = [int(candidates.first[best]), int(candidates.second[best])]
    if not pair[best]:
        return chosen[:1]
    alone = {int(candidates.first[k]): values[k] for k in np.flatnonzero(~pair)}
    return sorted(chosen, key=lambda index: -alone[index])


def save(file: ModelFile, path: Path) -> None:
    """Write a model file that `Ranker(path=...)` reads."""
    about = {"format": FORMAT, "name": file.name, **_layout()}
    arrays = _pack(file.headline, file.plain)
    np.savez_compressed(path, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)


def read(path: Path) -> ModelFile:
    """Read a model file; raises `ModelError` if it is missing, damaged or incompatible."""
    require_file(path)
    try:
        arrays = _read_arrays(path)
        about = json.loads(str(arrays["about"]))
        headline, plain = (_unpack(arrays, end) for end in KINDS)
        found = {key: about[key] for key in ("format", *_layout())}
        name = str(about["name"])
    except READ_ERRORS as error:
        raise ModelError(
            f"{path} is not a readable ranker file ({error}): reinstall vnsum, or train a new "
            "model with python -m vnsum.training.summarizer.ranker"
        ) from error
    if found != {"format": FORMAT, **_layout()}:
        raise ModelError(
            f"{path} was trained on other features than those of this version of vnsum: train it "
            "again with python -m vnsum.training.summarizer.ranker"
        )
    return ModelFile(headline=headline, plain=plain, name=name)


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a model file; raises `ValueError` for a wrong type or size."""
    # numpy does not close a file that it cannot read.
    with path.open("rb") as opened:
        with zipfile.ZipFile(opened) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > MAX_BYTES:
            raise ValueError(f"its arrays have {size:,} bytes, more than {MAX_BYTES:,}")
        opened.seek(0)
        blank = _pack(*(Models.blank(headline=headline) for headline in KINDS.values()))
        with np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in ("about", *blank)}
    for name, array in blank.items():
        if arrays[name].dtype != array.dtype:
            raise ValueError(f"{name} must have type {array.dtype}, not {arrays[name].dtype}")
    return arrays


def _pack(headline: Models, plain: Models) -> dict[str, NDArray[Any]]:
    """Return the arrays of both models under their names in a model file."""
    arrays: dict[str, NDArray[Any]] = {}
    for end, models in zip(KINDS, (headline, plain), strict=True):
        for part, name in PARTS.items():
            arrays |= getattr(models, part).pack(f"{name}{end}")
    return arrays


def _unpack(arrays: dict[str, NDArray[Any]], end: str) -> Models:
    trees = (
        Trees.unpack(arrays, f"{part}{end}", columns=len(_layout()[f"{part}{end}"]))
        for part in ("sentence", "sets")
    )
    sentence, candidates = trees
    return Models(
        headline=KINDS[end],
        salience=Salience.unpack(arrays, f"salience{end}"),
        revision=Revision.unpack(arrays, f"revision{end}"),
        sentence=sentence,
        candidates=candidates,
    )


def _layout() -> dict[str, list[str]]:
    """Return the column names of each model."""
    layout = {}
    for end, headline in KINDS.items():
        layout[f"sentence{end}"] = list(names(headline=headline))
        layout[f"sets{end}"] = list(candidate_names(headline=headline))
    return layout


def _read(path: Path | None) -> ModelFile:
    """Return the contents of a file, which are read again if it was replaced."""
    if path is None:
        return _read_once(None, ())
    try:
        found = path.stat()
    except OSError:
        return read(path)  # which explains what is wrong
    return _read_once(path.absolute(), (found.st_ino, found.st_size, found.st_mtime_ns))


@functools.lru_cache(maxsize=4)
def _read_once(path: Path | None, state: tuple[int, ...]) -> ModelFile:
    if path is not None:
        return read(path)
    with resources.as_file(
        resources.files("vnsum.summarization.ranker") / "data" / PACKAGED
    ) as packaged:
        return read(packaged)
