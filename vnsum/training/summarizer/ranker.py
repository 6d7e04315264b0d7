"""Train the ranking summarizer on articles with reference summaries.

    python -m vnsum.training.summarizer.ranker --train train.jsonl.xz --out ranker.npz

Separate models are trained for articles with and without a headline. The stages are: weights of
words; the sentence model, whose labels are those of a greedy oracle (the sentence with the best
ROUGE against the reference, and the one that adds most to it); weights of words revised with the
scores of the sentences; and the set model, which predicts the ROUGE of single sentences and pairs.
Each stage uses articles that the earlier ones have not seen. Every twentieth article is held out
for the scores printed at the end. Trees are trained by LightGBM and stored as plain arrays.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum.errors import MissingExtraError
from vnsum.evaluation import rouge, vietnews
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker import ranker
from vnsum.summarization.ranker.candidates import join
from vnsum.summarization.ranker.features import Features, Matrix
from vnsum.summarization.ranker.trees import Trees
from vnsum.training.summarizer.salience import Scored, fit, fit_revision

HELD_BACK = 20  # every twentieth article is held out
KINDS = {"headline": True, "plain": False}
ROUNDS = (250, 500)  # number of trees for sentences and for sets
# The articles of each stage: a divisor of their numbers, and the remainders.
Part = tuple[int, tuple[int, ...]]
SALIENCE_PART: Part = (15, (1,))
SENTENCE_PART: Part = (5, (2,))
REVISION_PART: Part = (20, (5,))
CANDIDATE_PART: Part = (10, (3, 4, 8))
SENTENCE_OPTIONS: dict[str, Any] = {
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.6,
}
CANDIDATE_OPTIONS: dict[str, Any] = {
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.4,
    "learning_rate": 0.05,
}
SHARED: dict[str, Any] = {
    "learning_rate": 0.08,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "seed": 1,
    "verbose": -1,
}
# Weights of ROUGE-1, -2 and -L in the objectives. Sets determine length and order, which ROUGE-L
# measures best: these weights gain 0.13 ROUGE-L over those of the labels, for 0.18 less ROUGE-1.
LABEL_WEIGHTS, CANDIDATE_WEIGHTS = (0.2, 0.35, 0.45), (0.0, 0.1, 0.9)


@dataclass(slots=True)
class Sample:
    """Feature rows and targets, collected article by article."""

    rows: list[Matrix] = field(default_factory=list)
    targets: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, rows: Matrix, targets: NDArray[np.float32]) -> None:
        """Add the rows of one article."""
        self.rows.append(rows)
        self.targets.append(targets)


def gain(
    reference: Sequence[str], prediction: Sequence[str], weights: Sequence[float] = LABEL_WEIGHTS
) -> float:
    """Return the weighted mean of ROUGE-1, -2 and -L."""
    scores = (
        rouge.ngram_f1(reference, prediction, 1),
        rouge.ngram_f1(reference, prediction, 2),
        rouge.lcs_f1(reference, prediction),
    )
    return sum(weight * score for weight, score in zip(weights, scores, strict=True))


def oracle(units: Sequence[Sequence[str]], reference: Sequence[str]) -> list[int]:
    """Return the best single sentence and the one that adds most to it, if any improves it.

    If no second sentence improves the score, the one that lowers it least is often a byline.
    """
    singles = [gain(reference, unit) for unit in units]
    first = int(np.argmax(singles))
    values = [gain(reference, join(units, first, i)) for i in range(len(units))]
    second = int(np.argmax(values))
    return [first, second] if values[second] > singles[first] else [first]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The features of an article and the syllables of its reference."""

    features: Features
    reference: list[str]


def read_part(path: Path, part: Part, *, limit: int | None) -> Iterator[vietnews.ReferenceArticle]:
    """Yield the usable articles of a part that are not held out."""
    divisor, remainders = part
    for number, article in enumerate(vietnews.read(path, limit=limit)):
        if number % HELD_BACK and number % divisor in remainders and is_usable(article):
            yield article


def is_usable(article: vietnews.ReferenceArticle) -> bool:
    """Return whether there are a body, a headline and a reference of at least five syllables."""
    return (
        len(article.document.sentences) > 0
        and len(syllables(article.abstract)) >= 5
        and ranker.has_headline(article.document)
    )


def prepare(article: vietnews.ReferenceArticle, models: ranker.Models) -> Case:
    """Compute the features of an article."""
    return Case(features=models.describe(article.document), reference=syllables(article.abstract))


def grow(sample: Sample, rounds: int, **options: Any) -> Trees:
    """Fit boosted trees to a sample with LightGBM and return them as arrays."""
    lightgbm = _lightgbm()
    rows = np.concatenate(sample.rows)
    data = lightgbm.Dataset(rows, np.concatenate(sample.targets))
    booster = lightgbm.train({**SHARED, **options}, data, rounds)
    trees = flatten([tree["tree_structure"] for tree in booster.dump_model()["tree_info"]])
    probe = rows[:1000]
    if not np.allclose(trees.predict(probe), booster.predict(probe, raw_score=True), atol=1e-3):
        raise AssertionError("the exported trees do not predict what LightGBM predicts")
    return trees


def flatten(structures: Sequence[dict[str, Any]]) -> Trees:
    """Return trees of LightGBM's `dump_model` as arrays."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []
    deepest = 0

    def place(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        index = len(feature)
        inner = "split_feature" in node
        feature.append(node["split_feature"] if inner else 0)
        threshold.append(node["threshold"] if inner else 0.0)
        value.append(0.0 if inner else node["leaf_value"])
        left.append(index)
        right.append(index)
        if inner:
            left[index] = place(node["left_child"], depth + 1)
            right[index] = place(node["right_child"], depth + 1)
        return index

    roots = [place(structure, 0) for structure in structures]
    return Trees(
        roots=np.asarray(roots, dtype=np.int32),
        feature=np.asarray(feature, dtype=np.int16),
        threshold=_rounded_down(threshold),
        left=np.asarray(left, dtype=np.int32),
        right=np.asarray(right, dtype=np.int32),
        value=np.asarray(value, dtype=np.float32),
        depth=np.asarray(deepest, dtype=np.int32),
    )


def _rounded_down(values: Sequence[float]) -> NDArray[np.float32]:
    """Round down to 32 bits, which preserves the result of `x <= t` for 32-bit values."""
    exact = np.asarray(values, dtype=np.float64)
    near = exact.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    rounded: NDArray[np.float32] = np.where(near > exact, below, near)
    return rounded


def train(
    path: Path, *, headline: bool, limit: int | None, rounds: tuple[int, int]
) -> ranker.Models:
    """Train models on a file without its held-out articles.

    Without `headline` the headlines are removed from the articles.
    """

    def draw(part: Part) -> Iterator[vietnews.ReferenceArticle]:
        for article in read_part(path, part, limit=limit):
            yield article if headline else without_headline(article)

    models = ranker.Models.blank(headline=headline)
    models = replace(models, salience=fit(draw(SALIENCE_PART)))
    _report("weights of words fitted")
    sample = Sample()
    for article in draw(SENTENCE_PART):
        case = prepare(article, models)
        units = case.features.units
        labels = np.zeros(len(units), dtype=np.float32)
        labels[oracle(units, case.reference)] = 1.0
        sample.add(case.features.rows, labels)
    models = replace(
        models, sentence=grow(sample, rounds[0], objective="binary", **SENTENCE_OPTIONS)
    )
    _report(f"sentence model: {len(sample.rows)} articles")
    models = replace(models, revision=fit_revision(_scored(models, draw(REVISION_PART))))
    _report(f"weights of words revised: {models.revision.weights.round(2).tolist()}")
    sample = Sample()
    for article in draw(CANDIDATE_PART):
        sample.add(*candidate_targets(models, prepare(article, models)))
    models = replace(
        models, candidates=grow(sample, rounds[1], objective="regression", **CANDIDATE_OPTIONS)
    )
    _report(f"set model: {len(sample.rows)} articles")
    return models


def _scored(
    models: ranker.Models, articles: Iterator[vietnews.ReferenceArticle]
) -> Iterator[Scored]:
    for article in articles:
        case = prepare(article, models)
        scores = ranker.sentence_scores(models, case.features)
        yield Scored(features=case.features, scores=scores, reference=case.reference)


def without_headline(article: vietnews.ReferenceArticle) -> vietnews.ReferenceArticle:
    """Return the article without its headline."""
    return replace(article, document=replace(article.document, title=None))


def candidate_targets(models: ranker.Models, case: Case) -> tuple[Matrix, NDArray[np.float32]]:
    """Return the features of an article's candidate sets and their scores minus the mean."""
    scores = ranker.sentence_scores(models, case.features)
    sets = ranker.candidate_features(models, case.features, scores)
    values = np.asarray(
        [
            gain(
                case.reference,
                join(case.features.units, int(first), int(second)),
                CANDIDATE_WEIGHTS,
            )
            for first, second in zip(sets.first, sets.second, strict=True)
        ]
    )
    return sets.rows, (values - values.mean()).astype(np.float32)


def held_back(path: Path, models: ranker.Models, *, limit: int | None) -> Vector:
    """Return mean ROUGE-1, -2 and -L on the held-out articles."""
    found: list[tuple[float, float, float]] = []
    for article in itertools.islice(vietnews.read(path, limit=limit), 0, None, HELD_BACK):
        if not is_usable(article):
            continue
        case = prepare(article if models.headline else without_headline(article), models)
        scores = ranker.sentence_scores(models, case.features)
        best = ranker.best_candidate(models, case.features, scores)
        text = join(case.features.units, best[0], best[-1])
        found.append(
            (
                rouge.ngram_f1(case.reference, text, 1),
                rouge.ngram_f1(case.reference, text, 2),
                rouge.lcs_f1(case.reference, text),
            )
        )
    return np.asarray(np.mean(found, axis=0))


def _lightgbm() -> Any:
    try:
        lightgbm = importlib.import_module("lightgbm")
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "training the ranker needs LightGBM: pip install 'vnsum[train]'"
        ) from error
    return lightgbm


_report: Callable[[str], None] = print


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write the model file, and print the scores of the held-out articles."""
    parser = argparse.ArgumentParser(
        prog="python -m vnsum.training.summarizer.ranker", description=__doc__
    )
    parser.add_argument("--train", type=Path, required=True, help="articles, .jsonl or .jsonl.xz")
    parser.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--limit", type=int, help="maximum number of articles to read")
    parser.add_argument("--rounds", type=int, nargs=2, default=ROUNDS, metavar="TREES")
    parser.add_argument("--name", default="vietnews", help="name of the model in signatures")
    parser.add_argument(
        "--base", type=Path, help="model file from which the kinds not trained are copied"
    )
    parser.add_argument(
        "--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="kinds of articles to train"
    )
    options = parser.parse_args(arguments)
    rounds = (options.rounds[0], options.rounds[1])
    blanks = {kind: ranker.Models.blank(headline=headline) for kind, headline in KINDS.items()}
    file = ranker.read(options.base) if options.base else ranker.ModelFile(**blanks, name="")
    for kind in options.kinds:
        models = train(options.train, headline=KINDS[kind], limit=options.limit, rounds=rounds)
        scores = held_back(options.train, models, limit=options.limit)
        _report(f"held out, {kind}: R-1/2/L {np.round(100 * scores, 2)}")
        file = replace(file, headline=models) if KINDS[kind] else replace(file, plain=models)
    ranker.save(replace(file, name=options.name), options.out)


if __name__ == "__main__":
    main()
