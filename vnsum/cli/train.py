"""`vnsum train`: the steps from the base model to an exported model.

Handles options and messages; `vnsum.training` does the work. To add a subcommand, add it to
`COMMANDS`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.families import BOTH, MOST_BEAMS
from vnsum.cli import train_models as models
from vnsum.cli.commands import Load
from vnsum.cli.console import say
from vnsum.cli.files import require_other, require_output
from vnsum.cli.groups import Subcommand
from vnsum.cli.options import finite_number, whole_number
from vnsum.cli.train_models import add_config
from vnsum.errors import InputError

if TYPE_CHECKING:
    from vnsum.training.config import Settings

EPOCHS = 3.0
NOT_FINISHED = "not finished: run the same command to resume"
# The options of a run that have no meaning with the other source of its settings.
OTHER_SOURCE = {
    **dict.fromkeys(("to", "epochs", "protect"), "config"),
    **dict.fromkeys(("steps", "cache", "no_compile", "plot"), "data"),
}


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
        "--tokens",
        type=whole_number("tokens"),
        default=58_000,
        metavar="N",
        help="vocabulary size (default: 58000)",
    )
    parser.add_argument(
        "--lines",
        type=whole_number("lines"),
        default=250_000,
        help="lines to count per language (default: 250000)",
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
    from vnsum.training.gguf import assemble_base
    from vnsum.training.model import require_replaceable

    if bool(options.count) == bool(options.like):
        raise InputError("choose the tokens to keep with either --count FILE or --like MODEL")
    require_replaceable(options.out)
    parts = sorted(options.parts.rglob("*.gguf.part*")) if options.parts else ()
    gguf = options.out / "base.gguf"
    assemble_base(gguf, parts=parts)
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
    add_config(parser)
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="your own pairs, without --config"
    )
    parser.add_argument(
        "--from", dest="start", metavar="MODEL", help="initial model (default: mini)"
    )
    parser.add_argument("--to", action="append", choices=BOTH, metavar="DIRECTION",
                        help="with --data: 'vi->en' or 'en->vi', in quotes; can be repeated "
                        "(default: vi->en)")  # fmt: skip
    parser.add_argument(
        "--epochs", type=finite_number("epochs"), help=f"with --data (default: {EPOCHS:g})"
    )
    parser.add_argument("--protect", action="append", metavar="FILE",
                        help="with --data: a test set; pairs that equal or nearly equal one of "
                        "its lines are an error; can be repeated")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--steps", type=whole_number("steps"), metavar="N", help="overrides the configuration's"
    )
    parser.add_argument(
        "--minutes",
        type=finite_number("minutes"),
        metavar="M",
        help="stop after M minutes; rerun to resume",
    )
    parser.add_argument(
        "--cache", type=Path, metavar="FOLDER", help="with --config: cache of tokenized corpora"
    )
    parser.add_argument("--device", help="cpu or cuda (default: the fastest available)")
    parser.add_argument(
        "--no-compile",
        action="store_true",
        default=None,
        help="with --config: do not compile the model (starts faster, runs slower)",
    )
    parser.add_argument("--plot", action="store_true", default=None,
                        help="with --config: plot the loss to loss.png at the end")  # fmt: skip


def make_run(task: str) -> Subcommand:
    """Return the subcommand that trains for a task, on the corpora of that task."""

    def run(options: argparse.Namespace, load: Load) -> int:
        for name, other in OTHER_SOURCE.items():
            if getattr(options, name) is not None and getattr(options, other) is not None:
                option = f"--{name.replace('_', '-')}"
                raise InputError(f"{option} cannot be used with --{other}")
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
        epochs=EPOCHS if options.epochs is None else options.epochs,
        protected=options.protect or (),
        device=options.device,
        minutes=options.minutes,
        report=say,
    )
    first, last = tuned.first_loss, tuned.last_loss
    loss = "" if first is None or last is None else f", loss {first:.3f} to {last:.3f}"
    say(
        f"{tuned.folder}: {tuned.steps} steps on {tuned.pairs} pairs{loss}; use it with --model "
        f"{tuned.folder}" + ("" if tuned.finished else f"; {NOT_FINISHED}")
    )
    return 0


def _train(options: argparse.Namespace, task: str) -> int:
    from vnsum.training.journal import import_figure, plot_log
    from vnsum.training.loop import train

    settings = read_settings(options, task)
    if options.plot:
        import_figure()  # before the run, which may take long
    result = train(
        settings,
        device=options.device,
        minutes=options.minutes,
        cache=options.cache,
        report=say,
    )
    if options.plot:
        say(f"plot: {plot_log(settings.out)}")
    done = "finished" if result.finished else NOT_FINISHED
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
    add_config(parser, required=True)
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
        "--limit",
        type=whole_number("limit"),
        metavar="N",
        help="maximum number of sentences to translate",
    )
    parser.add_argument(
        "--round-trip",
        type=finite_number("round-trip"),
        default=0.0,
        metavar="CHRF",
        help="minimum chrF of the back-translation (default: 0, off)",
    )
    parser.add_argument(
        "--min-score",
        type=finite_number("min-score"),
        default=-1.2,
        help="minimum mean log-probability (default: -1.2)",
    )
    parser.add_argument("--beams", type=whole_number("beams", most=MOST_BEAMS), default=1)
    parser.add_argument("--device", help="cpu or cuda (default: the fastest available)")


def synthesize(options: argparse.Namespace, load: Load) -> int:
    """Translate monolingual text and keep the pairs that pass the filters."""
    from vnsum.training.config import Filters
    from vnsum.training.data.corpora import read_protected
    from vnsum.training.data.counting import read_language
    from vnsum.training.data.generation import TextGenerator
    from vnsum.training.data.synthesis import PairFilter, name_report, synthesize

    for path in (options.out, name_report(options.out)):
        require_other(path, [*options.texts, *options.protect], option="--out")
        require_output(path)
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
        add_options=models.add_average,
        run=models.average,
    ),
    Subcommand(
        name="merge",
        about="Add LoRA adapters to the weights of a model.",
        add_options=models.add_merge,
        run=models.merge,
    ),
    Subcommand(
        name="rounding",
        about="Measure the loss of BLEU and chrF by quantization.",
        add_options=models.add_rounding,
        run=models.rounding,
    ),
    Subcommand(
        name="export",
        about="Export a model for the package, transformers or CTranslate2.",
        add_options=models.add_export,
        run=models.export,
    ),
    Subcommand(
        name="attach",
        about="Add a LoRA adapter to a packaged model.",
        add_options=models.add_attach,
        run=models.attach,
    ),
)
