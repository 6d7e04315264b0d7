"""Digests of clusters of articles: ROUGE by part of the method, events of a mixed pile, time.

Clusters are JSON Lines, optionally compressed with xz, with `id`, `articles` (each with `title`,
`published`, `source` and `text`) and `references`, a list of human summaries. Whatever is learned
is scored by cross-validation over clusters.

    python -m vnsum.evaluation.digests rouge --data clusters.jsonl.xz
"""

from __future__ import annotations

import argparse
import datetime
import functools
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from vnsum import require, segmentation, summarization
from vnsum.evaluation import rouge, vietnews
from vnsum.evaluation.summaries import bootstrap
from vnsum.reading.article import Article
from vnsum.results.document import Document
from vnsum.storage import read_records
from vnsum.summarization import Budget
from vnsum.summarization.budget import count_words
from vnsum.summarization.digests import writing
from vnsum.summarization.digests.articles import choose_articles
from vnsum.summarization.digests.concepts import WEIGHTS, Concepts, find_concepts
from vnsum.summarization.digests.pool import Pool
from vnsum.summarization.digests.selection import Room
from vnsum.summarization.extractive.tfidf import Vector, syllables

WORDS = 180
FOLDS = 10
PENALTY = 1.0  # of squared weights
STEPS = 25
SIZES = (5, 10, 20, 50, 100, 200)  # articles in a cluster, for the time
PILE = 10_000  # articles in a pile, for the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Articles on one event with human summaries."""

    id: str
    articles: tuple[Article, ...]
    documents: tuple[Document, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A cluster with its sentences and concepts, and the share of references with each concept."""

    cluster: Cluster
    pool: Pool
    concepts: tuple[Concepts, Concepts]
    labels: tuple[Vector, Vector]


def read(path: Path) -> Iterator[Cluster]:
    """Return the clusters of a file; raises `InputError` for an invalid line."""
    return read_records(
        path,
        _read_cluster,
        kind="a cluster",
        expected="JSON with 'id', 'articles' and 'references'",
    )


def _read_cluster(data: Mapping[str, Any], _: int) -> Cluster:
    articles = tuple(
        Article(
            text=one["text"],
            title=one["title"],
            published=datetime.date.fromisoformat(one["published"]),
            source=require.optional_text(one["source"], "source"),
        )
        for one in data["articles"]
    )
    return Cluster(
        id=str(data["id"]),
        articles=articles,
        documents=tuple(map(_read_article, articles)),
        references=tuple(vietnews.list_texts(data["references"], "references")),
    )


def _read_article(article: Article) -> Document:
    """Return an article whose text is read as any text is, so that boilerplate is recognized."""
    document = segmentation.segment(
        article.text, lang="vi", title=article.title, published=article.published
    )
    return replace(document, source=article.source)


# ROUGE ---------------------------------------------------------------------------------------


def score(text: str, references: Sequence[str]) -> tuple[float, float, float]:
    """Return ROUGE-1, -2 and -L F1 times 100, the mean over the references."""
    found = syllables(text)
    rows = [
        (
            rouge.ngram_f1(expected, found, 1),
            rouge.ngram_f1(expected, found, 2),
            rouge.lcs_f1(expected, found),
        )
        for expected in map(syllables, references)
    ]
    one, two, longest = 100 * np.mean(rows, axis=0)
    return float(one), float(two), float(longest)


def sample(cluster: Cluster) -> Sample:
    """Return a cluster with its concepts and their labels."""
    pool = Pool.of(choose_articles(cluster.documents, lang="vi"))
    concepts = find_concepts(pool)
    size = max(1, len(pool.vocabulary))
    labels = [np.zeros(len(one.keys)) for one in concepts]
    for reference in cluster.references:
        numbers = [pool.vocabulary.get(syllable, -1) for syllable in syllables(reference)]
        pairs = [a * size + b for a, b in itertools.pairwise(numbers) if min(a, b) >= 0]
        for kind, keys in enumerate((numbers, pairs)):
            labels[kind] += np.isin(concepts[kind].keys, keys) / len(cluster.references)
    return Sample(cluster=cluster, pool=pool, concepts=concepts, labels=(labels[0], labels[1]))


def fit(samples: Sequence[Sample], features: Sequence[int], kind: int) -> Vector:
    """Return the weights of a logistic regression on the given columns, 0 for the others."""
    rows = np.concatenate([one.concepts[kind].features for one in samples])[:, features]
    labels = np.concatenate([one.labels[kind] for one in samples])
    found = np.zeros(len(features))
    for _ in range(STEPS):
        chances = 1.0 / (1.0 + np.exp(-rows @ found))
        slope = rows.T @ (labels - chances) - PENALTY * found
        bend = (rows * (chances * (1.0 - chances))[:, None]).T @ rows
        found += np.linalg.solve(bend + PENALTY * np.eye(len(features)), slope)
    weights = np.zeros(len(WEIGHTS))
    weights[list(features)] = found
    return weights


# Part of the method -> the features that it adds to those of the parts before it.
PARTS: dict[str, tuple[str, ...]] = {
    "support: articles that have a pair": ("articles", "share_of_articles", "sentences",
                                           "rarer_syllable", "commoner_syllable"),
    "+ places in the articles": ("first_position", "mean_position", "leads"),
    "+ headlines": ("titles",),
    "+ scores of the ranker": ("sentence_scores",),
    "+ lengths": ("sentence_length", "number_of_articles", "number_of_words"),
}  # fmt: skip


def learned(samples: Sequence[Sample], features: Sequence[str]) -> Iterator[tuple[Sample, Vector]]:
    """Yield samples with weights for syllables and pairs that were fitted on the other folds."""
    columns = [list(WEIGHTS).index(name) for name in ("constant", *features)]
    places = np.random.default_rng(0).permutation(len(samples))
    for fold in range(FOLDS):
        held = set(places[fold::FOLDS].tolist())
        rest = [one for index, one in enumerate(samples) if index not in held]
        weights = np.stack([fit(rest, columns, kind) for kind in (0, 1)])
        for index in sorted(held):
            yield samples[index], weights


def digest(
    one: Sample, weights: Vector, *, with_syllables: bool = True, ordered: bool = True
) -> str:
    """Return the digest of a sample with the given weights of features."""
    singles, pairs = one.concepts
    chances = (singles.chances(weights[0]) * with_syllables, pairs.chances(weights[1]))
    chosen = writing.cover(one.pool, singles, pairs, chances).select(
        Room.of(Budget(words=WORDS), len(one.pool))
    )
    place = writing.order(one.pool, pairs, chances[1])
    in_order = sorted(chosen, key=place.__getitem__) if ordered else sorted(chosen)
    return " ".join(map(one.pool.text, in_order))


def in_turn(one: Sample) -> str:
    """Return the sentences of all articles in turn from their beginnings, a strong baseline."""
    order = np.lexsort((one.pool.article, one.pool.position))
    texts = [one.pool.text(int(index)) for index in order]
    return " ".join(texts[k] for k in Budget(words=WORDS).fill(texts, len(texts)))


def print_rouge(clusters: Sequence[Cluster]) -> None:
    """Print ROUGE of baselines, of the method by its parts, and of the persons."""
    samples = [sample(cluster) for cluster in clusters]
    print("| system | ROUGE-1 | ROUGE-2 | ROUGE-L | words | most |\n|---|---:|---:|---:|---:|---:|")
    _print_row("all articles in turn", ((one, in_turn(one)) for one in samples))
    features: tuple[str, ...] = ()
    for name, added in PARTS.items():
        features += added
        _print_row(
            name,
            (
                (one, digest(one, w, with_syllables=False, ordered=False))
                for one, w in learned(samples, features)
            ),
        )
    _print_row(
        "+ single syllables",
        ((one, digest(one, w, ordered=False)) for one, w in learned(samples, features)),
    )
    _print_row("+ order", ((one, digest(one, w)) for one, w in learned(samples, features)))
    budget = Budget(words=WORDS)
    _print_row(
        "as packaged (weights of all clusters)",
        ((one, summarization.digest(one.cluster.documents, budget).text) for one in samples),
    )
    both = [
        (replace(one, cluster=replace(one.cluster, references=(second,))), first)
        for one in samples
        for first, second in (one.cluster.references, one.cluster.references[::-1])
    ]
    _print_row("one person against the other", iter(both))


def _print_row(name: str, digests: Iterator[tuple[Sample, str]]) -> None:
    rows = [(score(text, one.cluster.references), count_words(text)) for one, text in digests]
    scores = np.asarray([row for row, _ in rows])
    words = [length for _, length in rows]
    cells = " | ".join(
        f"{mean:.1f} ± {wide:.1f}"
        for mean, wide in zip(scores.mean(axis=0), bootstrap(scores / 100), strict=True)
    )
    print(f"| {name} | {cells} | {np.mean(words):.0f} | {max(words)} |", flush=True)


def print_weights(clusters: Sequence[Cluster]) -> None:
    """Print the weights of all features, fitted on all clusters."""
    samples = [sample(cluster) for cluster in clusters]
    table = np.stack([fit(samples, range(len(WEIGHTS)), kind) for kind in (0, 1)], axis=1)
    for name, (single, pair) in zip(WEIGHTS, table, strict=True):
        print(f'    "{name}": ({single:.3f}, {pair:.3f}),')


# Events, conflicts, time ------------------------------------------------------------------------


def b_cubed(found: Sequence[Sequence[int]], expected: Sequence[int]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of B-cubed; `expected` is the event of each article.

    >>> b_cubed([[0, 1], [2, 3]], [0, 0, 0, 0])
    (1.0, 0.5, 0.6666666666666666)
    """
    precision = recall = 0.0
    sizes = Counter(expected)
    for group in found:
        for event, count in Counter(expected[index] for index in group).items():
            precision += count * count / len(group)
            recall += count * count / sizes[event]
    precision, recall = precision / len(expected), recall / len(expected)
    return precision, recall, 2 * precision * recall / (precision + recall)


def print_events(clusters: Sequence[Cluster]) -> None:
    """Print B-cubed of `group` on all articles mixed together, with and without dates."""
    expected = [number for number, one in enumerate(clusters) for _ in one.articles]
    articles = [article for one in clusters for article in one.articles]
    undated = [replace(article, published=None) for article in articles]
    print("| articles | events | found | precision | recall | F1 |\n|---|---:|---:|---:|---:|---:|")
    for name, pile in (("with dates", articles), ("without dates", undated)):
        found = summarization.group(pile)
        scores = " | ".join(f"{100 * value:.1f}" for value in b_cubed(found, expected))
        print(f"| {len(pile)} {name} | {len(clusters)} | {len(found)} | {scores} |")


def print_conflicts(clusters: Sequence[Cluster]) -> None:
    """Print all conflicts with their sentences, to be read."""
    for one in clusters:
        done = summarization.digest(one.documents, Budget(words=WORDS))
        own = (finding for sentence in done.sentences for finding in sentence.findings)
        for finding in dict.fromkeys(replace(f, source=None) for f in (*own, *done.findings)):
            if finding.kind == "conflict":
                print(f"{one.id}: {finding.severity}: {finding.message}")
                for place in finding.places:
                    print("   ", done.documents[place.article].sentences[place.sentence].text)


def print_speed(clusters: Sequence[Cluster]) -> None:
    """Print the time of digests of clusters of different sizes, and that of `group` on a pile."""
    articles = [article for one in clusters for article in one.articles]
    print("| articles | sentences | digest, s | ms per sentence |\n|---:|---:|---:|---:|")
    for size in SIZES:
        own = _multiply(clusters[0].documents, size)
        sentences = sum(len(document.sentences) for document in own)
        seconds = _seconds(functools.partial(summarization.digest, own, Budget(words=WORDS)))
        print(f"| {size} | {sentences} | {seconds:.2f} | {1000 * seconds / sentences:.2f} |")
    pile = [
        replace(article, text=article.text.replace(" và ", f" và{copy} "))
        for copy in range(PILE // len(articles) + 1)
        for article in articles
    ][:PILE]
    print(f"\ngroup of {PILE} articles: {_seconds(lambda: summarization.group(pile)):.1f} s")


def _multiply(documents: Sequence[Document], count: int) -> list[Document]:
    """Return `count` articles on one event, each of a random half of its sentences."""
    chooser = random.Random(1)  # noqa: S311 - a benchmark, not a secret
    texts = [sentence.text for document in documents for sentence in document.sentences]
    return [
        segmentation.segment(" ".join(chooser.sample(texts, len(texts) // 2)), lang="vi")
        for _ in range(count)
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


COMMANDS = {
    "rouge": print_rouge,
    "fit": print_weights,
    "events": print_events,
    "conflicts": print_conflicts,
    "speed": print_speed,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a measurement."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.digests")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--data", type=Path, required=True, help="clusters, JSON lines")
    options = parser.parse_args(arguments)
    COMMANDS[options.command](list(read(options.data)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
