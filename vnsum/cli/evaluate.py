"""`vnsum evaluate`: score translations and summaries; `vnsum.evaluation` has the metrics.

To add a subcommand, add it to `COMMANDS`.
"""

from __future__ import annotations

import argparse
import dataclasses
import glob
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.families import MOST_BEAMS
from vnsum.cli.commands import Load
from vnsum.cli.console import say, to_json, write_out
from vnsum.cli.evaluate_summaries import add_summarize, summarize
from vnsum.cli.files import require_other, require_output, write_text
from vnsum.cli.groups import Subcommand
from vnsum.cli.options import add_device, add_quality, add_report_format, whole_number
from vnsum.errors import InputError
from vnsum.languages import LANGUAGES
from vnsum.processors import check_threads
from vnsum.storage import read_lines

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
        help="folder with SET.vi and SET.en, and SET.SYSTEM.en for the outputs of other systems",
    )
    data.add_argument(
        "--pairs",
        type=Path,
        metavar="FILE",
        help="your own test set, one pair per line: Vietnamese<TAB>English",
    )
    parser.add_argument(
        "--set",
        action="append",
        dest="sets",
        metavar="SET",
        help=f"set in FOLDER; can be repeated (default: {DEFAULT_SET})",
    )
    parser.add_argument(
        "--to", choices=tuple(LANGUAGES), default="en", help="target language (default: en)"
    )
    parser.add_argument(
        "--limit", type=whole_number("limit"), metavar="N", help="use the first N lines only"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--model", default="mini", help="a known model, a folder or an id (default: mini)"
    )
    how.add_argument(
        "--outputs", type=Path, metavar="FILE", help="score the lines of this file instead"
    )
    add_quality(parser)
    parser.add_argument(
        "--beams",
        type=whole_number("beams", most=MOST_BEAMS),
        metavar="N",
        help="with --bare: beam width; 1 is greedy search",
    )
    parser.add_argument(
        "--no-rerank",
        dest="rerank",
        action="store_false",
        help="with --bare: skip noisy-channel reranking",
    )
    add_device(parser)
    parser.add_argument("--bare", action="store_true", help="the model without retries and repairs")
    parser.add_argument(
        "--resamples",
        type=whole_number("resamples", least=0),
        default=1000,
        help="bootstrap resamples (default: 1000)",
    )
    parser.add_argument(
        "--worst",
        type=whole_number("worst", least=0),
        default=0,
        metavar="N",
        help="print the N worst lines",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the translations to FILE")
    add_report_format(parser)


def translate(options: argparse.Namespace, load: Load) -> int:
    """Score a model, or translations in a file, on one or more sets."""
    from vnsum.evaluation import translation

    reports = []
    translation.import_sacrebleu()  # before the translation, which may take long
    if options.outputs and (options.bare or options.beams is not None or not options.rerank):
        raise InputError("--bare, --beams and --no-rerank are for models: omit them with --outputs")
    sets = read_sets(options)
    if options.save and len(sets) > 1:
        raise InputError("--save writes the translations of one set: choose one with --set")
    if options.save:
        require_other(options.save, _list_inputs(options), option="--save")
        require_output(options.save)
    translator = None if options.outputs else _Runner(options, load)
    for test in sets:
        start = time.perf_counter()
        if translator is None:
            outputs = [*read_lines(options.outputs, limit=options.limit)]
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
        write_out(to_json(reports, indent=2))
    return 0


def _list_inputs(options: argparse.Namespace) -> list[Path]:
    """Return the files that are read: the sets, and the translations to score."""
    if options.pairs:
        sets = [options.pairs]
    else:
        names = map(glob.escape, options.sets or [DEFAULT_SET])
        sets = [path for name in names for path in options.dev.glob(f"{name}.*")]
    return [*sets, *filter(None, [options.outputs])]


def read_sets(options: argparse.Namespace) -> list[TestSet]:
    """Return the sets that the options name."""
    from vnsum.evaluation import translation

    ends = {"source": "vi" if options.to == "en" else "en", "target": options.to}
    if options.pairs:
        if options.sets:
            raise InputError("--set chooses a set of --dev: omit it with --pairs")
        return [translation.read_pairs(options.pairs, limit=options.limit, **ends)]
    names = options.sets or [DEFAULT_SET]
    return [
        translation.read_folder(options.dev, name, limit=options.limit, **ends) for name in names
    ]


class _Runner:
    """A model loaded once for all sets, with or without checks and repairs."""

    def __init__(self, options: argparse.Namespace, load: Load) -> None:
        self._bare: bool = options.bare
        self._options = options
        self._load = load
        check_threads(options.threads)
        if not self._bare and (options.beams is not None or not options.rerank):
            raise InputError("--beams and --no-rerank need --bare: add it, or use --quality")
        chosen = {name: getattr(options, name) for name in ("device", "threads", "quality")}
        if self._bare:
            chosen |= {"beams": options.beams, "rerank": options.rerank}
            from vnsum.checkpoints import resolve_model
            from vnsum.translation import RunOptions, load_backend

            self._backend = load_backend(resolve_model(options.model), RunOptions(**chosen))
        else:
            self._pipeline = load(options.model, **chosen)

    @property
    def name(self) -> str:
        """The signature of the translator or backend."""
        return self._backend.signature if self._bare else self._pipeline.translator.signature

    def translate(self, test: TestSet) -> list[str]:
        """Return the translations of a set's sentences."""
        texts, source, target = test.sources, test.source, test.target
        if self._bare:
            hypotheses = self._backend.translate(texts, source=source, target=target)
            return [hypothesis.text for hypothesis in hypotheses]
        translator = self._pipeline.translator
        checked = translator.translate_checked(texts, source=source, target=target)
        return [item.text for item in checked]


def describe(test: TestSet, scores: Sequence[Score], seconds: float) -> dict[str, object]:
    """Return the scores of a set as JSON data."""
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
    """Print the scores and the worst lines of a set as Markdown."""
    from vnsum.evaluation import translation

    parts = [
        f"## {test.name} {test.source}->{test.target}, {len(test.sources)} sentences",
        translation.format_scores(scores, system=system),
        "\n".join(translation.signatures()),
    ]
    if worst:
        lines = translation.rank_lines(test, outputs)[:worst]
        parts.append(translation.format_lines(lines, test.peers))
    write_out("\n\n".join(parts) + "\n\n")


COMMANDS = (
    Subcommand(
        name="translate",
        about="Compute BLEU, chrF and chrF++ of a model and of other systems' outputs.",
        add_options=add_translate,
        run=translate,
    ),
    Subcommand(
        name="summarize",
        about="Compute ROUGE of the summarizers and of baselines (lead, headline, random, oracle).",
        add_options=add_summarize,
        run=summarize,
    ),
)
