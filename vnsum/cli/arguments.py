"""The argparse parser of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from vnsum.cli.groups import Subcommand
from vnsum.errors import InputError
from vnsum.version import __version__

AddOptions = Callable[[argparse.ArgumentParser], None]


class UsageError(Exception):
    """The arguments are invalid; nothing has been run."""


class _Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` instead of printing its usage and exiting.

    `add_options` is called when the command is chosen, so that `vnsum --help` imports no command.
    """

    def __init__(self, *args: Any, add_options: AddOptions | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add_options = add_options

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Add the options if that is still to be done, and parse."""
        add_options, self._add_options = self._add_options, None
        if add_options:
            add_options(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; parsed options have `run`, the function of the chosen command."""
    parser = _Parser(
        prog="vnsum",
        description="Translate between Vietnamese and English, and summarize in both languages.",
    )
    parser.add_argument("--version", action="version", version=f"vnsum {__version__}")
    _add_debug(parser)
    chosen = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, about, add_options in (
        ("summarize", "Summarize articles in both languages, with their evidence.", _add_summarize),
        ("translate", "Translate whole texts.", _add_translate),
        ("segment", "Split texts into sentences and list their boilerplate.", _add_segment),
        ("check", "Compare a translation with its source, line by line.", _add_check),
        ("models", "List the known models; download or check one.", _add_models),
        ("cache", "Show the location and size of the translation cache, or clear it.", _add_cache),
        ("evaluate", "Score translations and summaries on development data.", _add_evaluate),
        ("train", "Train, fine-tune and export models.", _add_train),
    ):
        _add_command(chosen, name, about, add_options)
    return parser


def _add_command(chosen: Any, name: str, about: str, add_options: AddOptions) -> None:
    """Add a command whose options are added when it is chosen."""

    def add(command: argparse.ArgumentParser) -> None:
        add_options(command)
        _add_debug(command)

    chosen.add_parser(name, help=about, description=about, add_options=add)


def _add_group(
    group: argparse.ArgumentParser, rows: Sequence[Subcommand], *, required: bool = True
) -> None:
    inner = group.add_subparsers(title="commands", metavar="COMMAND", required=required)
    for row in rows:

        def add(command: argparse.ArgumentParser, row: Subcommand = row) -> None:
            row.add_options(command)
            command.set_defaults(run=row.run)

        _add_command(inner, row.name, row.about, add)


def _add_models(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli import models

    models.add_options(parser)
    parser.set_defaults(run=models.show)
    _add_group(parser, models.COMMANDS, required=False)


def _add_cache(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli import cache

    parser.set_defaults(run=cache.show)
    _add_group(parser, cache.COMMANDS, required=False)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli import evaluate

    _add_group(parser, evaluate.COMMANDS)


def _add_train(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli import train

    _add_group(parser, train.COMMANDS)


def _run_command(parser: argparse.ArgumentParser, name: str) -> None:
    from vnsum.cli import commands

    parser.set_defaults(run=getattr(commands, name))


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS if " " in parser.prog else False,
        help="show warnings of other libraries and the tracebacks of errors",
    )


def _add_summarize(parser: argparse.ArgumentParser) -> None:
    from vnsum.summarization import DEFAULT_METHOD, METHODS
    from vnsum.summarization.budget import LENGTHS

    _run_command(parser, "summarize")
    _add_files(parser)
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--sentences",
        type=_sentences,
        metavar="N",
        help="maximum number of sentences (default: 3)",
    )
    length.add_argument(
        "--ratio",
        type=_ratio,
        metavar="R",
        help="maximum share of the article's sentences, for example 0.2",
    )
    length.add_argument(
        "--length",
        choices=tuple(LENGTHS),
        help="1 sentence, 2, 3, or 30 %% of the article (at least 3)",
    )
    _add_languages(parser, to_default=None, to_help="target language (default: the other language)")
    _add_model(parser)
    parser.add_argument(
        "--summarizer",
        default=DEFAULT_METHOD,
        metavar="METHOD",
        help=f"one of {', '.join(sorted(METHODS))} (default: {DEFAULT_METHOD}), or an abstractive "
        "checkpoint: mini, vit5, vit5-large, mt5-xlsum, a Hugging Face id or a folder",
    )


def _add_translate(parser: argparse.ArgumentParser) -> None:
    _run_command(parser, "translate")
    _add_files(parser)
    _add_languages(parser, to_default="en", to_help="target language (default: en)")
    _add_model(parser)


def _add_segment(parser: argparse.ArgumentParser) -> None:
    _run_command(parser, "segment")
    _add_files(parser)
    _add_source(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    from vnsum.languages import LANGUAGES

    _run_command(parser, "check")
    parser.add_argument("source", metavar="SOURCE", help="a text file in UTF-8, or -")
    parser.add_argument("target", metavar="TARGET", help="its translation, line by line")
    parser.add_argument(
        "--from",
        dest="lang",
        choices=tuple(LANGUAGES),
        default="vi",
        help="language of SOURCE (default: vi)",
    )
    parser.add_argument(
        "--to", choices=tuple(LANGUAGES), default="en", help="language of TARGET (default: en)"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format (default: text)"
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli.formats import FORMATS

    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a text, HTML or subtitle file, a URL (https://…), or - for standard input",
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="allow URLs on this machine and in private networks",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=tuple(FORMATS),
        help="output format (default: from the suffix of --output, otherwise text); json for "
        "several files is one JSON object per line",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="output file, or a directory for one output per FILE (default: standard output)",
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    from vnsum.languages import LANGUAGES

    parser.add_argument(
        "--from",
        dest="lang",
        choices=tuple(LANGUAGES),
        help="source language (default: detected)",
    )
    parser.add_argument("--title", help="headline, if the text does not contain it")


def _add_languages(
    parser: argparse.ArgumentParser, *, to_default: str | None, to_help: str
) -> None:
    from vnsum.languages import LANGUAGES

    parser.add_argument("--to", choices=tuple(LANGUAGES), default=to_default, help=to_help)
    _add_source(parser)


def _add_model(parser: argparse.ArgumentParser) -> None:
    from vnsum.checkpoints.families import QUALITIES

    parser.add_argument(
        "--model",
        default="mini",
        metavar="NAME",
        help="a name from `vnsum models`, a Hugging Face id or a folder (default: mini)",
    )
    parser.add_argument(
        "--runtime",
        help="inference engine: vnsum, ctranslate2 or transformers (default: the fastest)",
    )
    parser.add_argument("--device", help="cpu, cuda or mps (default: the fastest available)")
    parser.add_argument(
        "--threads", type=int, metavar="N", help="number of CPU threads (default: all available)"
    )
    parser.add_argument(
        "--workers",
        type=_workers,
        default=1,
        metavar="N",
        help="process several files in N processes with one thread each (default: 1)",
    )
    parser.add_argument(
        "--quality",
        choices=QUALITIES,
        default="standard",
        help="fast, standard or best: faster or better translations (default: standard)",
    )
    parser.add_argument("--offline", action="store_true", help="do not use the network")
    parser.add_argument(
        "--glossary",
        metavar="FILE",
        help="a TSV or CSV file with one term per row: Vietnamese, English",
    )
    parser.add_argument(
        "--keep",
        action="append",
        metavar="NAME",
        help="a name to leave untranslated; can be repeated",
    )
    parser.add_argument(
        "--diacritics",
        choices=("strip", "keep"),
        default="strip",
        help="spelling of Vietnamese names in English: strip or keep diacritics (default: strip)",
    )
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--cache",
        metavar="FILE",
        default=True,
        help="file or folder of the translation cache, from which an interrupted run resumes "
        "(default: see `vnsum cache`)",
    )
    kept.add_argument(
        "--no-cache",
        dest="cache",
        action="store_const",
        const=None,
        help="do not cache translations",
    )


def _sentences(text: str) -> int:
    from vnsum.summarization import Budget

    try:
        value = int(text)
        Budget(sentences=value)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected an integer, not {text!r}") from error
    return value


def _workers(text: str) -> int:
    from vnsum.workers import require_count

    try:
        return require_count(int(text))
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected an integer, not {text!r}") from error


def _ratio(text: str) -> float:
    from vnsum.summarization import Budget

    try:
        value = float(text)
        Budget(ratio=value)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a number, not {text!r}") from error
    return value
