"""`vnsum train`: the steps from the base model to an exported model.

Handles options and messages; `vnsum.training` does the work. To add a subcommand, add it to
`COMMANDS`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.families import BOTH
from vnsum.cli.commands import Load
from vnsum.cli.console import say
from vnsum.cli.groups import Subcommand
from vnsum.errors import InputError

if TYPE_CHECKING:
    from vnsum.training.averaging import Share
    from vnsum.training.card import Card
    from vnsum.training.config import Settings
    from vnsum.training.data.corpora import Pair
    from vnsum.training.export import Exported

FORMATS = ("package", "huggingface", "ctranslate2")


def add_prepare(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train prepare`."""
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--count",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="text to count tokens in: pairs (.tsv, .tsv.xz), Vietnamese articles (.jsonl, "
        ".jsonl.xz) or lines (.vi.txt, .en.txt); not development or test data",
    )
    parser.add_argument(
        "--words", type=Path, metavar="FILE", help="English words: word<TAB>frequency"
    )
    parser.add_argument(
        "--like", metavar="MODEL", help="keep the tokens of this model instead of counting"
    )
    parser.add_argument(
        "--tokens", type=int, default=58_000, metavar="N", help="vocabulary size (default: 58000)"
    )
    parser.add_argument(
        "--lines", type=int, default=250_000, help="lines to count per language (default: 250000)"
    )
    parser.add_argument(
        "--parts",
        type=Path,
        metavar="FOLDER",
        help="folder with the base model's *.gguf.part* (default: the installed packages)",
    )


def prepare(options: argparse.Namespace, load: Load) -> int:
    """Build the pruned base model."""
    from vnsum.training import base
    from vnsum.training.data.counting import sample_texts

    if bool(options.count) == bool(options.like):
        raise InputError("choose the tokens to keep with either --count FILE or --like MODEL")
    parts = sorted(options.parts.rglob("*.gguf.part*")) if options.parts else ()
    gguf = options.out / "base.gguf"
    base.assemble_base(gguf, parts=parts)
    try:
        if options.like:
            size = base.prepare_like(gguf, options.out, options.like)
            say(f"{options.out}: {size} tokens, those of {options.like}")
            return 0
        texts = sample_texts(options.count, lines=options.lines)
        say(", ".join(f"{len(lines)} lines of {kind}" for kind, lines in texts.items()))
        words = base.read_words(options.words) if options.words else None
        made = base.prepare_base(gguf, options.out, texts=texts, words=words, size=options.tokens)
    finally:
        gguf.unlink()
    coverage = ", ".join(f"{kind} {share:.3%}" for kind, share in made.coverage.items())
    say(
        f"{made.folder}: {made.tokens} tokens, {made.parameters / 1e6:.1f} M parameters; running "
        f"tokens covered: {coverage}"
    )
    say(
        f"{made.texts_checked} texts of kept tokens compared with the original tokenizer: "
        f"{made.texts_different} differ"
    )
    return 1 if made.texts_different else 0


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train translate`, `summarize` and `mix`."""
    _add_config(parser)
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="your own pairs, without --config"
    )
    parser.add_argument(
        "--from", dest="start", metavar="MODEL", help="initial model (default: mini)"
    )
    parser.add_argument("--to", action="append", choices=BOTH, metavar="DIRECTION",
                        help="with --data; can be repeated (default: vi->en)")  # fmt: skip
    parser.add_argument("--epochs", type=float, default=3.0, help="with --data (default: 3)")
    parser.add_argument("--protect", action="append", default=[], metavar="FILE",
                        help="with --data: a test set to exclude; can be repeated")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    parser.add_argument("--steps", type=int, metavar="N", help="overrides the configuration")
    parser.add_argument(
        "--minutes", type=float, metavar="M", help="stop after M minutes; rerun to resume"
    )
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="cache of tokenized corpora")
    parser.add_argument("--device", help="cpu or cuda (default: the fastest available)")
    parser.add_argument(
        "--no-compile",
        action="store_true",
        help="do not compile the model (starts faster, runs slower)",
    )
    parser.add_argument("--plot", action="store_true", help="plot the loss to loss.png at the end")


def make_run(task: str) -> Subcommand:
    """Return the subcommand that trains for a task, on the corpora of that task."""

    def run(options: argparse.Namespace, load: Load) -> int:
        if options.config is None:
            return _tune(options, task)
        return _train(options, task)

    about = {
        "translate": "Train a translation model, from your own pairs or a configuration.",
        "summarize": "Train a summarization model from a configuration.",
        "mix": "Train a model for all tasks of a configuration.",
    }
    return Subcommand(name=task, about=about[task], add_options=add_run, run=run)


def _tune(options: argparse.Namespace, task: str) -> int:
    from vnsum.training import fine_tune

    if task != "translate" or not options.data or not options.out:
        raise InputError(
            "expected --config FILE or, with `translate`, --data FILE and --out FOLDER"
        )
    tuned = fine_tune(
        options.data,
        options.out,
        start=options.start or "mini",
        directions=options.to or BOTH[:1],
        epochs=options.epochs,
        protected=options.protect,
        device=options.device,
        minutes=options.minutes,
        report=say,
    )
    say(
        f"{tuned.folder}: {tuned.steps} steps on {tuned.pairs} pairs, loss {tuned.first_loss:.3f} "
        f"to {tuned.last_loss:.3f}; use it with --model {tuned.folder}"
    )
    return 0


def _train(options: argparse.Namespace, task: str) -> int:
    from vnsum.training.journal import plot_log
    from vnsum.training.loop import train

    settings = read_settings(options, task)
    result = train(
        settings,
        device=options.device,
        minutes=options.minutes,
        cache=options.cache,
        report=say,
    )
    if options.plot:
        say(f"plot: {plot_log(settings.out)}")
    done = "finished" if result.finished else "not finished: run the same command to resume"
    say(f"{result.model}: step {result.progress.step} of {settings.schedule.steps}, {done}")
    return 0


def read_settings(options: argparse.Namespace, task: str) -> Settings:
    """Return the configuration with the command line's overrides and the task's corpora only."""
    from vnsum.training.config import read_config

    if options.data:
        raise InputError("--data cannot be used with --config: add a corpus to the configuration")
    settings = read_config(options.config)
    if task != "mix":
        kind = {"translate": "pairs", "summarize": "articles"}[task]
        rows = tuple(row for row in settings.corpora if row.format == kind)
        if not rows:
            raise InputError(f"{options.config} has no corpus of format {kind!r}")
        settings = replace(settings, corpora=rows)
    if options.steps:
        settings = replace(settings, schedule=replace(settings.schedule, steps=options.steps))
    return replace(
        settings,
        start=options.start or settings.start,
        out=options.out or settings.out,
        compile=settings.compile and not options.no_compile,
    )


def add_tokens(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train tokens`."""
    _add_config(parser, required=True)
    parser.add_argument("--cache", type=Path, required=True, metavar="FOLDER")


def tokens(options: argparse.Namespace, load: Load) -> int:
    """Filter and tokenize the corpora of a configuration."""
    from vnsum.training.config import read_config
    from vnsum.training.data.tokens import tokenize_corpora
    from vnsum.training.model import load_start

    settings = read_config(options.config)
    tokenizer = load_start(settings.start).tokenizer.backend_tokenizer
    found = tokenize_corpora(settings, tokenizer, options.cache, report=say)
    total = sum(len(row.first_ids) + len(row.second_ids) for row in found)
    say(f"{sum(map(len, found))} examples, {total} tokens on both sides")
    return 0


def add_synthesize(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train synthesize`."""
    parser.add_argument("texts", nargs="+", type=Path, metavar="FILE",
                        help="lines, pairs (.tsv) or articles (.jsonl), also .xz")  # fmt: skip
    parser.add_argument("--model", required=True, metavar="FOLDER")
    parser.add_argument("--from", dest="lang", choices=("vi", "en"), required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.tsv")
    parser.add_argument("--protect", action="append", default=[], type=Path, metavar="FILE",
                        help="development and test sets to exclude; can be repeated")  # fmt: skip
    parser.add_argument(
        "--limit", type=int, metavar="N", help="maximum number of sentences to translate"
    )
    parser.add_argument("--round-trip", type=float, default=0.0, metavar="CHRF",
                        help="minimum chrF of the back-translation (default: 0, off)")  # fmt: skip
    parser.add_argument(
        "--min-score", type=float, default=-1.2, help="minimum mean log-probability (default: -1.2)"
    )
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--device", help="cpu or cuda (default: the fastest available)")


def synthesize(options: argparse.Namespace, load: Load) -> int:
    """Translate monolingual text and keep the pairs that pass the filters."""
    from vnsum.training.config import Filters
    from vnsum.training.data.corpora import read_protected
    from vnsum.training.data.counting import read_language
    from vnsum.training.data.generation import TextGenerator
    from vnsum.training.data.synthesis import PairFilter, synthesize

    made = synthesize(
        TextGenerator.load(options.model, device=options.device),
        read_language(options.texts, options.lang, limit=options.limit),
        options.out,
        lang=options.lang,
        pair_filter=PairFilter(round_trip=options.round_trip, min_score=options.min_score),
        protected=read_protected(Filters(protected=tuple(options.protect))),
        beams=options.beams,
        report=say,
    )
    say(f"{options.out}: {made.kept} pairs of {made.read} sentences; rejected: {made.left_out}")
    return 0


def add_average(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train average`."""
    parser.add_argument(
        "models",
        nargs="+",
        metavar="FOLDER[=SHARE]",
        help="a checkpoint and its weight: a number, or three such as 0.2/0.5/1 for the embedding, "
        "attention and feed-forward layers",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")


def average(options: argparse.Namespace, load: Load) -> int:
    """Write the weighted mean of checkpoints."""
    from vnsum.training.averaging import average_models

    folders, shares = zip(*map(_read_share, options.models), strict=True)
    out = average_models(folders, options.out, shares=shares)
    say(f"{out}: mean of {len(folders)} checkpoints")
    return 0


def _read_share(text: str) -> tuple[str, Share]:
    from vnsum.training.averaging import PARTS

    folder, found, share = text.rpartition("=")
    if not found:
        return text, 1.0
    try:
        numbers = [float(number) for number in share.split("/")]
        if len(numbers) == 1:
            return folder, numbers[0]
        return folder, dict(zip(PARTS, numbers, strict=True))
    except ValueError as error:
        raise InputError(
            f"{text!r}: expected FOLDER or FOLDER=SHARE, with a number or one for each of "
            f"{', '.join(PARTS)} such as 0.2/0.5/1"
        ) from error


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train export`."""
    from vnsum.training.quantization.schemes import DEFAULT_SCHEME, SCHEMES

    parser.add_argument("model", metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--format", choices=FORMATS, default="package")
    parser.add_argument("--scheme", choices=tuple(SCHEMES), default=DEFAULT_SCHEME,
                        help=f"of the package format (default: {DEFAULT_SCHEME})")  # fmt: skip
    parser.add_argument("--calibrate", type=Path, metavar="PAIRS.tsv",
                        help="calibration pairs for 8-bit activations (400 are used)")  # fmt: skip
    parser.add_argument(
        "--quantization", default="int8", help="quantization of CTranslate2 (default: int8)"
    )
    _add_config(parser)
    parser.add_argument("--name", help="name on the model card (default: the folder name)")
    parser.add_argument("--version", default="v1")
    parser.add_argument("--to", action="append", choices=BOTH, metavar="DIRECTION",
                        help="can be repeated (default: both)")  # fmt: skip
    parser.add_argument("--score", action="append", default=[], metavar="TEXT",
                        help="a line for the model card; can be repeated")  # fmt: skip


def export(options: argparse.Namespace, load: Load) -> int:
    """Export a model for inference."""
    from vnsum.training import export as exports

    card = _make_card(options)
    if options.format == "package":
        made = exports.export_package(
            options.model, options.out, card=card, scheme=options.scheme,
            pairs=_read_measured(options.calibrate),
        )  # fmt: skip
    elif options.format == "huggingface":
        made = exports.export_huggingface(options.model, options.out, card=card)
    else:
        made = exports.export_ctranslate(
            options.model, options.out, card=card, quantization=options.quantization
        )
    _report(made)
    return 0


def _report(made: Exported) -> None:
    fits = "fits" if made.fits_package else "does not fit"
    say(f"{made.folder}: {made.size / 1e6:.1f} MB, {fits} the package (95 MB)")


def add_attach(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train attach`."""
    parser.set_defaults(name=None, to=None)  # the card of the model is extended
    parser.add_argument("adapter", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL",
                        help="the packaged model, which is modified")  # fmt: skip
    _add_config(parser)
    parser.add_argument("--version", required=True, help="version of the model with the adapter")
    parser.add_argument("--score", action="append", default=[], metavar="TEXT",
                        help="a line for the model card; can be repeated")  # fmt: skip


def attach(options: argparse.Namespace, load: Load) -> int:
    """Add a LoRA adapter to a packaged model."""
    from vnsum.training.export import attach_adapter

    _report(attach_adapter(options.adapter, options.out, card=_make_card(options)))
    return 0


def _read_measured(path: Path | None) -> Sequence[Pair]:
    from vnsum.training.config import Corpus, Filters
    from vnsum.training.data.corpora import read_examples, read_protected, sample_evenly
    from vnsum.training.fine_tuning import MEASURED

    if path is None:
        return ()
    pairs, _ = read_examples(Corpus(path=path), Filters(), read_protected(Filters()))
    return sample_evenly(pairs, MEASURED)


def _make_card(options: argparse.Namespace) -> Card:
    from vnsum.training.card import Card
    from vnsum.training.config import read_config

    corpora = read_config(options.config).corpora if options.config else ()
    tasks = {"pairs": "translate", "articles": "summarize"}
    learnt = tuple(dict.fromkeys(tasks[row.format] for row in corpora)) or ("translate",)
    return Card(
        name=options.name or options.out.name,
        version=options.version,
        directions=tuple(options.to or BOTH),
        tasks=learnt,
        corpora=corpora,
        scores=tuple(options.score),
    )


def add_rounding(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train rounding`."""
    parser.add_argument("model", metavar="FOLDER")
    parser.add_argument("--dev", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--set", dest="name", default="flores")
    parser.add_argument("--to", action="append", choices=BOTH, metavar="DIRECTION",
                        help="can be repeated (default: vi->en)")  # fmt: skip
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument(
        "--scheme", action="append", metavar="NAME", help="can be repeated (default: all)"
    )
    parser.add_argument("--device", help="cpu or cuda (default: the fastest available)")


def rounding(options: argparse.Namespace, load: Load) -> int:
    """Measure the quality loss of each quantization scheme."""
    from vnsum.training.config import Evaluation
    from vnsum.training.scoring import measure_schemes

    evaluation = Evaluation(
        folder=options.dev,
        name=options.name,
        sentences=options.sentences,
        directions=tuple(options.to or BOTH[:1]),
    )
    for row in measure_schemes(
        options.model, evaluation, schemes=options.scheme, device=options.device
    ):
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    return 0


def _add_config(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        required=required,
        metavar="FILE",
        help="a TOML file; see vnsum/training/recipes",
    )


COMMANDS = (
    Subcommand(
        name="prepare",
        about="Build the pruned base model from which training starts.",
        add_options=add_prepare,
        run=prepare,
    ),
    Subcommand(
        name="tokens",
        about="Filter and tokenize the corpora of a configuration.",
        add_options=add_tokens,
        run=tokens,
    ),
    make_run("translate"),
    make_run("summarize"),
    make_run("mix"),
    Subcommand(
        name="synthesize",
        about="Make synthetic pairs by translating monolingual text.",
        add_options=add_synthesize,
        run=synthesize,
    ),
    Subcommand(
        name="average",
        about="Average several checkpoints.",
        add_options=add_average,
        run=average,
    ),
    Subcommand(
        name="rounding",
        about="Measure the loss of BLEU and chrF by quantization.",
        add_options=add_rounding,
        run=rounding,
    ),
    Subcommand(
        name="export",
        about="Export a model for the package, transformers or CTranslate2.",
        add_options=add_export,
        run=export,
    ),
    Subcommand(
        name="attach",
        about="Add a LoRA adapter to a packaged model.",
        add_options=add_attach,
        run=attach,
    ),
)
