"""Summarize-first against translate-first: `python -m vnsum.evaluation.orders --vietnews FILE`.

There is no English reference, so the two orders are compared by what they cost, by how often they
choose the same sentences, by ROUGE of the Vietnamese side, and by what the checks found. The same
articles, the same models; times are of one run on one machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import vnsum
from vnsum.assembly import ORDERS
from vnsum.evaluation import vietnews
from vnsum.evaluation.rouge import score
from vnsum.pipeline import Pipeline
from vnsum.results.result import BilingualSummary

ROUGE = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one order gave for one article: its summary and the seconds it took."""

    summary: BilingualSummary
    seconds: float

    @property
    def chosen(self) -> frozenset[int]:
        """The source sentences that are the evidence."""
        return frozenset(i for pair in self.summary.pairs for i in pair.source.evidence)

    def count(self, severity: str) -> int:
        """Return how many findings of this severity the sentences have."""
        return sum(f.severity == severity for p in self.summary.pairs for f in p.findings)


def run(pipeline: Pipeline, article: vietnews.Article, *, sentences: int) -> Outcome:
    """Summarize one article and take the time."""
    start = time.perf_counter()
    summary = pipeline.summarize(article.document, sentences=sentences)
    return Outcome(summary=summary, seconds=time.perf_counter() - start)


def overlap(first: Outcome, second: Outcome) -> float:
    """Return how much two choices of sentences have in common (Jaccard), 1 for the same."""
    both = first.chosen | second.chosen
    return len(first.chosen & second.chosen) / len(both) if both else 1.0


def _picked_text(outcome: Outcome) -> str:
    return " ".join(pair.source.original for pair in outcome.summary.pairs)


def compare(
    articles: Sequence[vietnews.Article], pipelines: dict[str, Pipeline], *, sentences: int
) -> str:
    """Return the comparison as text, one line an order."""
    outcomes: dict[str, list[Outcome]] = {order: [] for order in pipelines}
    for article in articles:
        for order, pipeline in pipelines.items():
            outcomes[order].append(run(pipeline, article, sentences=sentences))
    lines = [
        f"{len(articles)} articles, at most {sentences} sentences",
        f"{'':16} {'s/article':>9} {'errors':>7} {'warnings':>8} {'ROUGE-1':>8} {'ROUGE-2':>8} "
        f"{'ROUGE-L':>8}",
    ]
    for order, found in outcomes.items():
        scores = [score(a.abstract, _picked_text(o)) for a, o in zip(articles, found, strict=True)]
        means = (statistics.mean(getattr(s, name) for s in scores) for name in ROUGE)
        lines.append(
            f"{order:16} {statistics.mean(o.seconds for o in found):9.2f} "
            f"{statistics.mean(o.count('error') for o in found):7.2f} "
            f"{statistics.mean(o.count('warning') for o in found):8.2f} "
            + " ".join(f"{100 * mean:8.1f}" for mean in means)
        )
    first, second = outcomes.values()
    shared = [overlap(a, b) for a, b in zip(first, second, strict=True)]
    same = sum(share == 1 for share in shared) / len(shared)
    lines.append(
        f"evidence in common: {statistics.mean(shared):.0%}; the same for {same:.0%} of articles"
    )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.orders", description=__doc__)
    parser.add_argument("--vietnews", type=Path, required=True, help="articles: .jsonl or .xz")
    parser.add_argument("--limit", type=int, default=20, help="how many articles (default: 20)")
    parser.add_argument("--sentences", type=int, default=2, help="at most (default: 2)")
    parser.add_argument("--model", default="mini", help="the translator (default: mini)")
    parser.add_argument("--summarizer", default="ranker", help="the method (default: ranker)")
    options = parser.parse_args(argv)
    base = vnsum.load(options.model, summarizer=options.summarizer)
    base.translate("Trời mưa to ở Hà Nội.")  # loading is no part of the comparison
    pipelines = {order: replace(base, order=order) for order in ORDERS}
    articles = list(vietnews.read(options.vietnews, limit=options.limit))
    print(compare(articles, pipelines, sentences=options.sentences))
    return 0


if __name__ == "__main__":
    sys.exit(main())
