"""The argparse parser of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from vnsum.cli.groups import Subcommand
from vnsum.cli.options import (
    UsageError,
    add_files,
    add_languages,
    add_length,
    add_model,
    add_report_format,
    add_source,
    add_target,
)
from vnsum.version import __version__

AddOptions = Callable[[argparse.ArgumentParser], None]


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
        ("digest", "Join articles on one event in one text, in both languages.", _add_digest),
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

    _run_command(parser, "summarize")
    add_files(parser)
    add_length(parser)
    add_languages(parser, to_default=None, to_help="target language (default: the other language)")
    add_model(parser)
    parser.add_argument(
        "--summarizer",
        default=DEFAULT_METHOD,
        metavar="METHOD",
        help=f"one of {', '.join(sorted(METHODS))} (default: {DEFAULT_METHOD}), or an abstractive "
        "checkpoint: mini, vit5, vit5-large, mt5-xlsum, a Hugging Face id or a folder; `server` is "
        "the model of --server",
    )


def _add_digest(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli import digest

    parser.set_defaults(run=digest.run)
    add_files(parser, output="output file (default: standard output)")
    add_length(parser)
    add_target(parser, default=None, about="target language (default: the other language)")
    parser.add_argument("--title", help="headline (default: that of one of the articles)")
    add_model(parser, workers=False)


def _add_translate(parser: argparse.ArgumentParser) -> None:
    _run_command(parser, "translate")
    add_files(parser)
    add_languages(parser, to_default="en", to_help="target language (default: en)")
    add_model(parser)


def _add_segment(parser: argparse.ArgumentParser) -> None:
    _run_command(parser, "segment")
    add_files(parser)
    add_source(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    from vnsum.languages import LANGUAGES

    _run_command(parser, "check")
    parser.add_argument("source", metavar="SOURCE", help="a text file in UTF-8, or -")
    parser.add_argument("target", metavar="TARGET", help="its translation, line by line")
    parser.add_argument(
        "--from",
        dest="lang",
        choices=tuple(LANGUAGES),
        help="language of SOURCE (default: the other one than TARGET, or as the files show)",
    )
    parser.add_argument(
        "--to",
        choices=tuple(LANGUAGES),
        help="language of TARGET (default: the other one than SOURCE, or as the files show)",
    )
    add_report_format(parser)
