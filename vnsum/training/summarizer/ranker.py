"""Train the ranking summarizer on articles with reference summaries.

    python -m vnsum.training.summarizer.ranker --train train.jsonl.xz --out ranker.npz

Separate models are trained for articles with and without a headline. The stages are: weights of
words; the sentence model, whose labels are those of a greedy oracle (the sentence with the best
ROUGE against the reference, and the one that adds most to it); weights of words revised with the
scores of the sentences; and the set model, which predicts the ROUGE of single sentences and pairs.
Each stage uses articles that the earlier ones have not seen. Every twentieth article is held out
for the scores printed at the end. Articles lose the boilerplate that is recognized in use, and
captions, also likely ones, are never labelled as the best sentences, although references of
VietNews repeat them. The packaged file is `vietnews-5`.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum.cli.options import whole_number
from vnsum.evaluation import rouge, vietnews
from vnsum.reading.boilerplate import find_boilerplate
from vnsum.results.document import Document
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker import ranker
from vnsum.summarization.ranker.candidates import join
from vnsum.summarization.ranker.features import Features, Matrix
from vnsum.training.summarizer.boosting import Sample, grow
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
# Weights of ROUGE-1, -2 and -L in the objectives. Sets determine length and order, which ROUGE-L
# measures best: these weights gain 0.13 ROUGE-L over those of the labels, for 0.18 less ROUGE-1.
LABEL_WEIGHTS, CANDIDATE_WEIGHTS = (0.2, 0.35, 0.45), (0.0, 0.1, 0.9)


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


def oracle(
    units: Sequence[Sequence[str]], reference: Sequence[str], excluded: NDArray[np.bool_]
) -> list[int]:
    """Return the best single sentence and the one that adds most to it, if any improves it.

    If no second sentence improves the score, the one that lowers it least is often a byline.
    `excluded` sentences score nothing.
    """
    singles = np.where(excluded, -1.0, [gain(reference, unit) for unit in units])
    first = int(np.argmax(singles))
    both = [gain(reference, join(units, first, i)) for i in range(len(units))]
    values = np.where(excluded, -1.0, both)
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


def train(
    path: Path, *, headline: bool, limit: int | None, rounds: tuple[int, int]
) -> ranker.Models:
    """Train models on a file without its held-out articles.

    Without `headline` the headlines are removed from the articles.
    """

    def draw(part: Part) -> Iterator[vietnews.ReferenceArticle]:
        for article in read_part(path, part, limit=limit):
            cleaned = replace(article, document=without_boilerplate(article.document))
            yield cleaned if headline else without_headline(cleaned)

    models = ranker.Models.blank(headline=headline)
    models = replace(models, salience=fit(draw(SALIENCE_PART)))
    _report("weights of words fitted")
    sample = Sample()
    for article in draw(SENTENCE_PART):
        case = prepare(article, models)
        units = case.features.units
        labels = np.zeros(len(units), dtype=np.float32)
        labels[oracle(units, case.reference, ranker.is_boilerplate(case.features))] = 1.0
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


def without_boilerplate(document: Document) -> Document:
    """Return the document without the sentences that are boilerplate, unless all are.

    Every sentence is read as a line below the headline.
    """
    texts = [sentence.text for sentence in document.sentences]
    page = "\n".join([document.title or "", "", *texts])
    claimed = {(piece.start, piece.end) for piece in find_boilerplate(page).pieces}
    start = len(page) - len("\n".join(texts))
    kept = []
    for text in texts:
        if (start, start + len(text)) not in claimed:
            kept.append(text)
        start += len(text) + 1
    return vietnews.document(kept, title=document.title, lang=document.lang) if kept else document


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
        cleaned = replace(article, document=without_boilerplate(article.document))
        case = prepare(cleaned if models.headline else without_headline(cleaned), models)
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


_report: Callable[[str], None] = print


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write the model file, and print the scores of the held-out articles."""
    parser = argparse.ArgumentParser(
        prog="python -m vnsum.training.summarizer.ranker", description=__doc__
    )
    parser.add_argument("--train", type=Path, required=True, help="articles, .jsonl or .jsonl.xz")
    parser.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    parser.add_argument(
        "--limit", type=whole_number("limit"), help="maximum number of articles to read"
    )
    parser.add_argument(
        "--rounds", type=whole_number("rounds"), nargs=2, default=ROUNDS, metavar="TREES"
    )
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
