"""`vnsum evaluate`: score what the library does on development data, as a table of subcommands.

To add a subcommand, add a row to `COMMANDS`. The scoring itself is in `vnsum.evaluation`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.cli.commands import Load
from vnsum.cli.console import say
from vnsum.cli.evaluate_summaries import add_summarize, summarize
from vnsum.cli.files import require_output, write_text
from vnsum.cli.groups import Subcommand
from vnsum.errors import InputError
from vnsum.languages import LANGUAGES
from vnsum.processors import check_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vnsum.evaluation.translation import Score, TestSet

DEFAULT_SET = "flores"


def add_translate(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum evaluate translate`."""
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument(
        "--dev",
        type=Path,
        metavar="FOLDER",
        help="folder with SET.vi and SET.en, and SET.SYSTEM.en where another system's output is",
    )
    data.add_argument(
        "--pairs", type=Path, metavar="FILE", help="your own set: vietnamese<TAB>english"
    )
    parser.add_argument(
        "--set", action="append", dest="sets", metavar="SET", help=f"of FOLDER ({DEFAULT_SET})"
    )
    parser.add_argument("--to", choices=tuple(LANGUAGES), default="en", help="(en)")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N lines only")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--model", default="mini", help="a known model, a folder, or an id (mini)")
    how.add_argument("--outputs", type=Path, metavar="FILE", help="score these lines instead")
    parser.add_argument("--beams", type=int, metavar="N", help="width of the search; 1 is greedy")
    parser.add_argument(
        "--no-rerank", dest="rerank", action="store_false", help="the likeliest candidate as it is"
    )
    parser.add_argument("--device", help="cpu, cuda or mps (the fastest there is)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads on a CPU (all it has)")
    parser.add_argument(
        "--bare", action="store_true", help="the model alone: no second tries, no repairs"
    )
    parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap (1000)")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N worst lines")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the translations here")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def translate(options: argparse.Namespace, load: Load) -> int:
    """Score a model, or translations in a file, on one or more sets."""
    from vnsum.evaluation import translation

    reports = []
    sets = read_sets(options)
    if options.save and len(sets) > 1:
        raise InputError("--save takes the translations of one set: name one with --set")
    if options.save:
        require_output(options.save)
    translator = None if options.outputs else _Runner(options, load)
    for test in sets:
        start = time.perf_counter()
        if translator is None:
            outputs = read_outputs(options.outputs, limit=options.limit)
            system = options.outputs.name
        else:
            outputs, system = translator.translate(test), translator.name
        seconds = time.perf_counter() - start
        if options.save:
            write_text(options.save, "".join(f"{' '.join(text.split())}\n" for text in outputs))
        scores = translation.compare_systems(
            test, outputs, system=system, resamples=options.resamples
        )
        if options.format == "json":
            reports.append(describe(test, scores, seconds))
        else:
            show(test, outputs, scores, system=system, worst=options.worst)
            say(f"{test.name}: {seconds:.1f} s")
    if options.format == "json":
        sys.stdout.write(json.dumps(reports, ensure_ascii=False, indent=2) + "\n")
    return 0


def read_sets(options: argparse.Namespace) -> list[TestSet]:
    """Return the sets that the options name."""
    from vnsum.evaluation import translation

    ends = {"source": "vi" if options.to == "en" else "en", "target": options.to}
    if options.pairs:
        if options.sets:
            raise InputError("--set names a set of --dev: leave it out with --pairs")
        return [translation.read_pairs(options.pairs, limit=options.limit, **ends)]
    names = options.sets or [DEFAULT_SET]
    return [
        translation.read_folder(options.dev, name, limit=options.limit, **ends) for name in names
    ]


def read_outputs(path: Path, *, limit: int | None) -> list[str]:
    """Return the lines of a file of translations."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")[:limit]


class _Runner:
    """A model that is loaded once for all sets, with the library's checks around it or without."""

    def __init__(self, options: argparse.Namespace, load: Load) -> None:
        self._bare: bool = options.bare
        self._options = options
        self._load = load
        check_threads(options.threads)
        chosen = {name: getattr(options, name) for name in ("device", "threads", "beams", "rerank")}
        if self._bare:
            from vnsum.checkpoints import resolve_model
            from vnsum.translation import load_backend

            self._backend = load_backend(resolve_model(options.model), **chosen)
        else:
            self._pipeline = load(options.model, **chosen)

    @property
    def name(self) -> str:
        """The signature of what was run."""
        return self._backend.signature if self._bare else self._pipeline.translator.signature

    def translate(self, test: TestSet) -> list[str]:
        """Return the translations of a set's sentences."""
        texts, source, target = test.sources, test.source, test.target
        if self._bare:
            drafts = self._backend.draft(texts, source=source, target=target)
            return [draft.text for draft in drafts]
        translator = self._pipeline.translator
        checked = translator.translate_checked(texts, source=source, target=target)
        return [item.text for item in checked]


def describe(test: TestSet, scores: Sequence[Score], seconds: float) -> dict[str, object]:
    """Return one set's scores as JSON data."""
    from vnsum.evaluation import translation

    return {
        "set": test.name,
        "direction": f"{test.source}->{test.target}",
        "sentences": len(test.sources),
        "seconds": round(seconds, 1),
        "signatures": translation.signatures(),
        "scores": [dataclasses.asdict(score) for score in scores],
    }


def show(
    test: TestSet, outputs: Sequence[str], scores: Sequence[Score], *, system: str, worst: int
) -> None:
    """Write one set's scores and its worst lines as Markdown."""
    from vnsum.evaluation import translation

    parts = [
        f"## {test.name} {test.source}->{test.target}, {len(test.sources)} sentences",
        translation.format_scores(scores, system=system),
        "\n".join(translation.signatures()),
    ]
    if worst:
        lines = translation.rank_lines(test, outputs)[:worst]
        parts.append(translation.format_lines(lines, test.peers))
    sys.stdout.write("\n\n".join(parts) + "\n\n")


COMMANDS = (
    Subcommand(
        name="translate",
        about="BLEU, chrF and chrF++ of a model beside other systems' outputs",
        add_options=add_translate,
        run=translate,
    ),
    Subcommand(
        name="summarize",
        about="ROUGE of every summarizer beside lead, headline, random and oracle",
        add_options=add_summarize,
        run=summarize,
    ),
)
