"""Train the learned summarizer on articles with reference summaries.

    python -m vnsum.training.ranker --train train.jsonl.xz --out ranker.npz

First the weights of words are fitted, for articles without a headline. The labels of the sentence
model are those of a greedy oracle: the sentence with the best ROUGE against the reference, and the
one that adds most to it. The set model learns the ROUGE of the best sentences alone and in pairs,
on articles that the sentence model has not seen. Every twentieth article is held back for the
figures printed at the end. LightGBM grows the trees; the file has plain arrays only.

In the packaged file the models for articles without a headline are of these parts of the train
set; those for articles with one are of an earlier run on its first 36,000 articles.
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
from vnsum.summarization import ranker
from vnsum.summarization.features import Features, Matrix, describe
from vnsum.summarization.salience import Salience
from vnsum.summarization.sets import combine
from vnsum.summarization.terms import Vector, syllables
from vnsum.summarization.trees import Trees
from vnsum.training import salience

HELD_BACK = 20  # one article in so many
# Articles for words, sentences and sets: those with this remainder after division by the first.
SALIENCE_PART, SENTENCE_PART, SET_PART = (15, 1), (5, 2), (10, 3)
SENTENCE: dict[str, Any] = {
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.6,
}
SETS: dict[str, Any] = {
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.4,
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
# ROUGE-1, -2 and -L differ in size and spread; these weights let each count for something.
WEIGHTS = (0.2, 0.35, 0.45)


Gains = dict[tuple[int, int], float]


@dataclass(slots=True)
class Sample:
    """Rows and targets that grow article by article."""

    rows: list[Matrix] = field(default_factory=list)
    targets: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, rows: Matrix, targets: NDArray[np.float32]) -> None:
        """Add the rows of one article."""
        self.rows.append(rows)
        self.targets.append(targets)


def gain(reference: Sequence[str], prediction: Sequence[str]) -> float:
    """Return what is to be maximised: the weighted mean of ROUGE-1, -2 and -L."""
    scores = (
        rouge.ngram_f1(reference, prediction, 1),
        rouge.ngram_f1(reference, prediction, 2),
        rouge.lcs_f1(reference, prediction),
    )
    return sum(weight * score for weight, score in zip(WEIGHTS, scores, strict=True))


def oracle(units: Sequence[list[str]], reference: Sequence[str]) -> list[int]:
    """Return the best single sentence and the one that adds most to it, if any adds something.

    A second sentence is never forced: the one that does least harm would be a byline.
    """
    singles = [gain(reference, unit) for unit in units]
    first = int(np.argmax(singles))
    values = [gain(reference, joined(units, first, i)) for i in range(len(units))]
    second = int(np.argmax(values))
    return [first, second] if values[second] > singles[first] else [first]


def joined(units: Sequence[list[str]], first: int, second: int) -> list[str]:
    """Return the syllables of one or two sentences in document order."""
    return [unit for i in sorted({first, second}) for unit in units[i]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An article made ready: features with and without its headline, syllables of both texts."""

    features: dict[bool, Features]
    units: list[list[str]]
    reference: list[str]


def part(
    path: Path, divisor: int, remainder: int, *, limit: int | None
) -> Iterator[vietnews.Article]:
    """Yield the articles with this remainder that are usable and not held back."""
    for number, article in enumerate(vietnews.read(path, limit=limit)):
        if number % HELD_BACK and number % divisor == remainder and is_usable(article):
            yield article


def is_usable(article: vietnews.Article) -> bool:
    """Return whether there are a body, a headline and a reference of five syllables."""
    return (
        len(article.document.sentences) > 0
        and len(syllables(article.abstract)) >= 5
        and ranker.has_headline(article.document)
    )


def prepare(article: vietnews.Article, salience: Salience) -> Case:
    """Return the article with its features."""
    bare = replace(article.document, title=None)
    return Case(
        features={
            True: describe(article.document, salience),
            False: describe(bare, salience),
        },
        units=[syllables(sentence.text) for sentence in article.document.sentences],
        reference=syllables(article.abstract),
    )


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
    """Return the largest 32-bit number not above each value: `x <= t` then stays what it was."""
    exact = np.asarray(values, dtype=np.float64)
    near = exact.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    rounded: NDArray[np.float32] = np.where(near > exact, below, near)
    return rounded


def train(path: Path, *, limit: int | None, rounds: tuple[int, int], name: str) -> ranker.Models:
    """Return models trained on the articles of a file, less every twentieth."""
    weights = salience.fit(part(path, *SALIENCE_PART, limit=limit))
    _report("weights of words fitted")
    samples = {True: Sample(), False: Sample()}
    for article in part(path, *SENTENCE_PART, limit=limit):
        case = prepare(article, weights)
        labels = np.zeros(len(case.units), dtype=np.float32)
        labels[oracle(case.units, case.reference)] = 1.0
        for headline, sample in samples.items():
            sample.add(case.features[headline].rows, labels)
    sentence = {
        headline: grow(sample, rounds[0], objective="binary", **SENTENCE)
        for headline, sample in samples.items()
    }
    _report(f"sentence models: {len(samples[True].rows)} articles")
    empty = flatten([])
    models = ranker.Models(
        sentence=sentence[True],
        sentence_plain=sentence[False],
        sets=empty,
        sets_plain=empty,
        salience=weights,
        name=name,
    )
    samples = {True: Sample(), False: Sample()}
    for article in part(path, *SET_PART, limit=limit):
        case = prepare(article, weights)
        known: Gains = {}
        for headline, sample in samples.items():
            sample.add(*set_targets(models, case, known, headline=headline))
    sets = {
        h: grow(sample, rounds[1], objective="regression", **SETS) for h, sample in samples.items()
    }
    _report(f"set models: {len(samples[True].rows)} articles")
    return replace(models, sets=sets[True], sets_plain=sets[False])


def set_targets(
    models: ranker.Models, case: Case, known: Gains, *, headline: bool
) -> tuple[Matrix, NDArray[np.float32]]:
    """Return the rows of an article's candidate sets and how far each is above their mean.

    `known` keeps the values that both headline settings need.
    """
    features = case.features[headline]
    sets = combine(features, ranker.sentence_scores(models, features))
    pairs = [(int(min(p)), int(max(p))) for p in zip(sets.first, sets.second, strict=True)]
    for first, second in pairs:
        if (first, second) not in known:
            known[first, second] = gain(case.reference, joined(case.units, first, second))
    values = np.asarray([known[pair] for pair in pairs])
    return sets.rows, (values - values.mean()).astype(np.float32)


def held_back(path: Path, models: ranker.Models, *, limit: int | None) -> dict[bool, Vector]:
    """Return mean ROUGE-1, -2 and -L on every twentieth article, with and without headline."""
    found: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}
    for article in itertools.islice(vietnews.read(path, limit=limit), 0, None, HELD_BACK):
        if not is_usable(article):
            continue
        case = prepare(article, models.salience)
        for headline, scores in found.items():
            features = case.features[headline]
            best = ranker.best_set(models, features, ranker.sentence_scores(models, features))
            text = joined(case.units, best[0], best[-1])
            scores.append(
                (
                    rouge.ngram_f1(case.reference, text, 1),
                    rouge.ngram_f1(case.reference, text, 2),
                    rouge.lcs_f1(case.reference, text),
                )
            )
    return {headline: np.mean(scores, axis=0) for headline, scores in found.items()}


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
    """Train, write the model file, and print the figures of the articles held back."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.training.ranker", description=__doc__)
    parser.add_argument("--train", type=Path, required=True, help="articles, .jsonl or .jsonl.xz")
    parser.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--limit", type=int, help="read only so many articles")
    parser.add_argument("--rounds", type=int, nargs=2, default=(250, 300), metavar="TREES")
    parser.add_argument("--name", default="vietnews", help="written into every signature")
    options = parser.parse_args(arguments)
    rounds = (options.rounds[0], options.rounds[1])
    models = train(options.train, limit=options.limit, rounds=rounds, name=options.name)
    ranker.save(models, options.out)
    for headline, scores in held_back(options.train, models, limit=options.limit).items():
        _report(f"held back, headline {headline}: R-1/2/L {np.round(100 * scores, 2)}")


if __name__ == "__main__":
    main()
