"""Comparison of summarizers, baselines and the oracle on articles with reference summaries.

All systems use the same sentences. Intervals are 95 % percentile bootstrap intervals over articles.
The command is `vnsum evaluate summarize`.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vnsum import summarization
from vnsum.errors import InputError
from vnsum.evaluation import rouge, vietnews
from vnsum.rendering.markdown import escape
from vnsum.summarization import Budget, Summarizer
from vnsum.summarization.extractive.tfidf import syllables

RESAMPLES = 1000
BATCH_SIZE = 32  # articles per call of a system
# Articles -> the lines of each summary.
System = Callable[[Sequence[vietnews.ReferenceArticle]], list[list[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The results of one system; scores and intervals times 100, time in ms per article.

    `syllables` is the mean length and `compression` the ratio of the article's length to it.
    `coverage` is the share of the summary's syllables that occur in the article and `novelty` the
    share of its pairs of syllables that do not, both in percent.
    """

    system: str
    scores: tuple[float, ...]
    intervals: tuple[float, ...]
    sentences: float
    syllables: float
    compression: float
    coverage: float
    novelty: float
    milliseconds: float


def systems(sentences: int, extra: Sequence[str] = ()) -> dict[str, System]:
    """Return the systems of the table by name, for summaries of at most `sentences` sentences.

    `extra` are names of further summarizers, as for `vnsum.summarization.load`.
    """
    budget = Budget(sentences=sentences)
    rows: dict[str, System] = {
        "headline": _per_article(lambda article: [article.document.title or ""]),
        f"random-{sentences}": _per_article(lambda article: _random(article, sentences)),
    }
    for count in (1, 2, 3):
        rows[f"lead-{count}"] = _summarizer_system(
            summarization.load("lead"), Budget(sentences=count)
        )
    for name in ("lexrank", "textrank", "hybrid"):
        rows[name] = _summarizer_system(summarization.load(name), budget)
    rows["hybrid, no headline"] = _without_headline(rows["hybrid"])
    rows["ranker"] = _summarizer_system(summarization.load("ranker"), budget)
    rows["ranker, no headline"] = _without_headline(rows["ranker"])
    rows |= {name: _summarizer_system(summarization.load(name), budget) for name in extra}
    rows[f"oracle-{sentences}"] = _per_article(lambda article: oracle(article, sentences))
    rows["reference"] = _per_article(lambda article: [article.abstract])
    return rows


def evaluate(
    name: str,
    write: System,
    articles: Sequence[vietnews.ReferenceArticle],
    *,
    resamples: int = RESAMPLES,
) -> Row:
    """Return the results of one system; raises `InputError` if there are no articles."""
    if not articles:
        raise InputError("no articles to score: expected a file with at least one article")
    write(articles[:1])  # loads the model
    start = time.perf_counter()
    summaries = [
        lines
        for first in range(0, len(articles), BATCH_SIZE)
        for lines in write(articles[first : first + BATCH_SIZE])
    ]
    elapsed = time.perf_counter() - start
    texts = ["\n".join(lines) for lines in summaries]
    scores = _scores(articles, texts, syllables)
    return Row(
        system=name,
        scores=tuple(100 * scores.mean(axis=0)),
        intervals=bootstrap(scores, resamples=resamples),
        sentences=float(np.mean([len(lines) for lines in summaries])),
        milliseconds=1000 * elapsed / len(articles),
        **_overlap(articles, texts),
    )


def bootstrap(
    scores: NDArray[np.float64], *, seed: int = 1, resamples: int = RESAMPLES
) -> tuple[float, ...]:
    """Return half the width of the 95 % interval of each column's mean, times 100."""
    generator = np.random.default_rng(seed)
    means = [
        scores[generator.integers(0, len(scores), len(scores))].mean(axis=0)
        for _ in range(resamples)
    ]
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return tuple(50 * (high - low))


def oracle(article: vietnews.ReferenceArticle, sentences: int) -> list[str]:
    """Return the greedy oracle: add sentences as long as ROUGE-1 plus ROUGE-2 increases."""
    reference = syllables(article.abstract)
    texts = [sentence.text for sentence in article.document.sentences]
    units = [syllables(text) for text in texts]
    chosen: list[int] = []
    value = 0.0
    while len(chosen) < min(sentences, len(texts)):
        options = []
        for index in set(range(len(texts))) - set(chosen):
            both = [unit for i in sorted([*chosen, index]) for unit in units[i]]
            gain = rouge.ngram_f1(reference, both, 1) + rouge.ngram_f1(reference, both, 2)
            options.append((gain, -index))
        best, index = max(options)
        if best <= value:
            break
        value = best
        chosen.append(-index)
    return [texts[i] for i in sorted(chosen)]


def protocol(
    articles: Sequence[vietnews.ReferenceArticle], sentences: int, *, resamples: int
) -> str:
    """Return a description of the measurement, in three lines."""
    return (
        f"{len(articles)} articles, at most {sentences} sentences unless named otherwise\n"
        f"{rouge.PROTOCOL} | ± 95 % bootstrap, {resamples} resamples\n"
        f"ranker: {summarization.load('ranker').signature}"
    )


def speed(row: Row) -> str:
    """Return one line with the time of a system for 1,000 articles."""
    return f"{row.system}: 1,000 segmented articles in {row.milliseconds:.1f} s on one thread"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| system | R-1 | R-2 | R-L | R-Lsum | sentences | syllables | compression | coverage "
        "| novelty | ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        scores = " | ".join(
            f"{score:.1f} ± {interval:.1f}"
            for score, interval in zip(row.scores, row.intervals, strict=True)
        )
        lines.append(
            f"| {escape(row.system)} | {scores} | {row.sentences:.2f} | {row.syllables:.0f} "
            f"| {row.compression:.1f} | {row.coverage:.0f} | {row.novelty:.0f} "
            f"| {row.milliseconds:.2f} |"
        )
    return "\n".join(lines)


def ascii_note(articles: Sequence[vietnews.ReferenceArticle]) -> str:
    """Return one line that shows the effect of dropping all letters outside a-z on scores."""
    lead = ["\n".join(s.text for s in a.document.sentences[:2]) for a in articles]
    turned = lead[1:] + lead[:1]  # pair every article with the lead of another
    parts = []
    for name, texts in (("lead-2", lead), ("lead-2 of another article", turned)):
        unicode, ascii_only = (
            100 * _scores(articles, texts, tokens).mean(axis=0)
            for tokens in (syllables, rouge.ascii_tokens)
        )
        parts.append(
            f"{name} {unicode[0]:.1f}/{unicode[1]:.1f}/{unicode[2]:.1f} becomes "
            f"{ascii_only[0]:.1f}/{ascii_only[1]:.1f}/{ascii_only[2]:.1f}"
        )
    return (
        "For comparison with published scores only: with the usual tokenizer (a-z0-9), which "
        f"splits words at Vietnamese letters, R-1/2/L of {'; '.join(parts)}."
    )


def _per_article(write: Callable[[vietnews.ReferenceArticle], list[str]]) -> System:
    return lambda articles: [write(article) for article in articles]


def _summarizer_system(summarizer: Summarizer, budget: Budget) -> System:
    def write(articles: Sequence[vietnews.ReferenceArticle]) -> list[list[str]]:
        documents = [article.document for article in articles]
        found = summarization.summarize_many(summarizer, documents, budget)
        return [[sentence.text for sentence in summary.sentences] for summary in found]

    return write


def _without_headline(write: System) -> System:
    def bare(article: vietnews.ReferenceArticle) -> vietnews.ReferenceArticle:
        return replace(article, document=replace(article.document, title=None))

    return lambda articles: write([bare(article) for article in articles])


def _random(article: vietnews.ReferenceArticle, sentences: int) -> list[str]:
    texts = [sentence.text for sentence in article.document.sentences]
    chooser = random.Random(article.id)  # noqa: S311 - a baseline, not a secret
    chosen = chooser.sample(range(len(texts)), min(sentences, len(texts)))
    return [texts[i] for i in sorted(chosen)]


def _scores(
    articles: Sequence[vietnews.ReferenceArticle], texts: Sequence[str], tokens: rouge.Tokenizer
) -> NDArray[np.float64]:
    found = [
        rouge.score(article.abstract, text, tokens=tokens)
        for article, text in zip(articles, texts, strict=True)
    ]
    return np.asarray([(r.rouge1, r.rouge2, r.rougeL, r.rougeLsum) for r in found])


def _overlap(
    articles: Sequence[vietnews.ReferenceArticle], texts: Sequence[str]
) -> dict[str, float]:
    length, compression, coverage, novelty = [], [], [], []
    for article, text in zip(articles, texts, strict=True):
        body, own = syllables(article.document.text), syllables(text)
        pairs, known = list(itertools.pairwise(own)), set(itertools.pairwise(body))
        length.append(len(own))
        compression.append(len(body) / max(1, len(own)))
        coverage.append(sum(map(set(body).__contains__, own)) / max(1, len(own)))
        novelty.append(sum(pair not in known for pair in pairs) / max(1, len(pairs)))
    return {
        "syllables": float(np.mean(length)),
        "compression": float(np.mean(compression)),
        "coverage": 100 * float(np.mean(coverage)),
        "novelty": 100 * float(np.mean(novelty)),
    }
