"""`vnsum evaluate summarize`: options and output; `vnsum.evaluation.summaries` has the metrics."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.cli.commands import Load
from vnsum.cli.console import say, to_json, write_out
from vnsum.cli.options import add_report_format, whole_number
from vnsum.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vnsum.evaluation.summaries import Row, System


def add_summarize(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum evaluate summarize`."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="FILE",
        help="VietNews, or JSON lines with article, summary and title; may be compressed (.xz)",
    )
    parser.add_argument(
        "--limit", type=whole_number("limit"), metavar="N", help="use the first N articles only"
    )
    parser.add_argument(
        "--sentences",
        type=whole_number("sentences"),
        default=2,
        metavar="N",
        help="maximum length (default: 2)",
    )
    parser.add_argument(
        "--system",
        action="append",
        dest="systems",
        metavar="NAME",
        help="score only this system; can be repeated (default: all)",
    )
    parser.add_argument(
        "--summarizer",
        action="append",
        dest="extra",
        default=[],
        metavar="NAME",
        help="score this abstractive checkpoint too; can be repeated",
    )
    parser.add_argument(
        "--resamples",
        type=whole_number("resamples"),
        default=1000,
        help="bootstrap resamples (default: 1000)",
    )
    add_report_format(parser)


def summarize(options: argparse.Namespace, load: Load) -> int:
    """Score summarizers on articles with reference summaries."""
    from vnsum.evaluation import rouge, summaries, vietnews

    articles = list(vietnews.read(options.data, limit=options.limit))
    if not articles:
        raise InputError(f"{options.data} has no articles to score")
    systems = _chosen(summaries.systems(options.sentences, options.extra), options.systems)
    rows: list[Row] = []
    for name, write in systems.items():
        rows.append(summaries.evaluate(name, write, articles, resamples=options.resamples))
        say(f"{name}: {rows[-1].milliseconds:.1f} ms per article")
    if options.format == "json":
        report = {
            "articles": len(articles),
            "protocol": rouge.PROTOCOL,
            "rows": [dataclasses.asdict(row) for row in rows],
        }
        write_out(to_json(report, indent=2))
        return 0
    parts = [
        summaries.protocol(articles, options.sentences, resamples=options.resamples),
        summaries.table(rows),
        *(summaries.speed(row) for row in rows if row.system == "ranker"),
        summaries.ascii_note(articles),
    ]
    write_out("\n\n".join(parts) + "\n")
    return 0


def _chosen(systems: Mapping[str, System], names: Sequence[str] | None) -> Mapping[str, System]:
    """Return the systems with these names, by default all; `InputError` for unknown names."""
    for name in names or ():
        if name not in systems:
            raise InputError(f"unknown system {name!r}: expected one of {', '.join(systems)}")
    return {name: write for name, write in systems.items() if not names or name in names}
