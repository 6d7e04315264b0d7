"""Compare summarizers on articles with reference summaries, beside baselines and the oracle.

Every system gets the same sentences. Intervals are 95 % percentile bootstrap intervals over
articles. `vnsum evaluate summarize` is the command for this.
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
from vnsum.summarization import Budget, Summarizer
from vnsum.summarization.extractive.tfidf import syllables

RESAMPLES = 1000
TOGETHER = 32  # articles that a system gets at a time
# Articles -> the lines of the summary of each.
Writer = Callable[[Sequence[vietnews.Article]], list[list[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one system; scores and intervals in points of 100, time in ms an article.

    `syllables` is the mean length; `compression` how many times longer the article is; `coverage`
    the share of the summary's syllables that the article has; `novelty` the share of its pairs of
    syllables that the article does not have, in points of 100.
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


def systems(sentences: int, extra: Sequence[str] = ()) -> dict[str, Writer]:
    """Return every system of the table by name, for summaries of at most so many sentences.

    `extra` are further summarizers by the names that `vnsum.summarization.load` knows.
    """
    budget = Budget(sentences=sentences)
    rows: dict[str, Writer] = {
        "headline": _each(lambda article: [article.document.title or ""]),
        f"random-{sentences}": _each(lambda article: _random(article, sentences)),
    }
    for count in (1, 2, 3):
        rows[f"lead-{count}"] = _written(summarization.load("lead"), Budget(sentences=count))
    for name in ("lexrank", "textrank", "hybrid"):
        rows[name] = _written(summarization.load(name), budget)
    rows["hybrid, no headline"] = _without_headline(rows["hybrid"])
    rows["ranker"] = _written(summarization.load("ranker"), budget)
    rows["ranker, no headline"] = _without_headline(rows["ranker"])
    rows |= {name: _written(summarization.load(name), budget) for name in extra}
    rows[f"oracle-{sentences}"] = _each(lambda article: oracle(article, sentences))
    rows["reference"] = _each(lambda article: [article.abstract])
    return rows


def evaluate(
    name: str,
    write: Writer,
    articles: Sequence[vietnews.Article],
    *,
    resamples: int = RESAMPLES,
) -> Row:
    """Run one system over the articles and return its figures; `InputError` without articles."""
    if not articles:
        raise InputError("there are no articles to score: give a file with at least one line")
    write(articles[:1])  # reads the model, where there is one
    start = time.perf_counter()
    summaries = [
        lines
        for first in range(0, len(articles), TOGETHER)
        for lines in write(articles[first : first + TOGETHER])
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
    """Return half the width of the 95 % interval of each column's mean, in points of 100."""
    generator = np.random.default_rng(seed)
    means = [
        scores[generator.integers(0, len(scores), len(scores))].mean(axis=0)
        for _ in range(resamples)
    ]
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return tuple(50 * (high - low))


def oracle(article: vietnews.Article, sentences: int) -> list[str]:
    """Return the greedy oracle: add the sentence that helps ROUGE-1 plus ROUGE-2 most, or stop."""
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


def protocol(articles: Sequence[vietnews.Article], sentences: int, *, resamples: int) -> str:
    """Return what was measured and how, in three lines."""
    return (
        f"{len(articles)} articles, at most {sentences} sentences unless named otherwise\n"
        f"{rouge.PROTOCOL} | ± 95 % bootstrap, {resamples} resamples\n"
        f"ranker: {summarization.load('ranker').signature}"
    )


def speed(row: Row) -> str:
    """Return one line that says how long a system takes for 1,000 articles."""
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
            f"| {row.system} | {scores} | {row.sentences:.2f} | {row.syllables:.0f} "
            f"| {row.compression:.1f} | {row.coverage:.0f} | {row.novelty:.0f} "
            f"| {row.milliseconds:.2f} |"
        )
    return "\n".join(lines)


def ascii_note(articles: Sequence[vietnews.Article]) -> str:
    """Return one line that shows what dropping every letter outside a-z does to the scores."""
    lead = ["\n".join(s.text for s in a.document.sentences[:2]) for a in articles]
    turned = lead[1:] + lead[:1]  # every article gets the lead of another
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
        "For comparison with published figures only: with the usual tokens a-z0-9, where "
        f"Vietnamese letters break words apart, R-1/2/L of {'; '.join(parts)}."
    )


def _each(write: Callable[[vietnews.Article], list[str]]) -> Writer:
    return lambda articles: [write(article) for article in articles]


def _written(summarizer: Summarizer, budget: Budget) -> Writer:
    def write(articles: Sequence[vietnews.Article]) -> list[list[str]]:
        documents = [article.document for article in articles]
        found = summarization.summarize_many(summarizer, documents, budget)
        return [[sentence.text for sentence in summary.sentences] for summary in found]

    return write


def _without_headline(write: Writer) -> Writer:
    def bare(article: vietnews.Article) -> vietnews.Article:
        return replace(article, document=replace(article.document, title=None))

    return lambda articles: write([bare(article) for article in articles])


def _random(article: vietnews.Article, sentences: int) -> list[str]:
    texts = [sentence.text for sentence in article.document.sentences]
    chooser = random.Random(article.id)  # noqa: S311 - a baseline, not a secret
    chosen = chooser.sample(range(len(texts)), min(sentences, len(texts)))
    return [texts[i] for i in sorted(chosen)]


def _scores(
    articles: Sequence[vietnews.Article], texts: Sequence[str], tokens: rouge.Tokenizer
) -> NDArray[np.float64]:
    found = [
        rouge.score(article.abstract, text, tokens=tokens)
        for article, text in zip(articles, texts, strict=True)
    ]
    return np.asarray([(r.rouge1, r.rouge2, r.rougeL, r.rougeLsum) for r in found])


def _overlap(articles: Sequence[vietnews.Article], texts: Sequence[str]) -> dict[str, float]:
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
