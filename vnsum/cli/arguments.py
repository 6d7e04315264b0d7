"""The arguments of the command line, as argparse parsers: a table of commands, shared options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from vnsum.cli.groups import Subcommand
from vnsum.errors import InputError
from vnsum.version import __version__

AddOptions = Callable[[argparse.ArgumentParser], None]


class UsageError(Exception):
    """The command line itself is wrong; nothing has been done."""


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would print its whole usage and end the process.

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
    """Return the parser; what it returns has a `run`, the function of the chosen command."""
    parser = _Parser(
        prog="vnsum",
        description="Translate between Vietnamese and English, and summarize in both languages.",
    )
    parser.add_argument("--version", action="version", version=f"vnsum {__version__}")
    _add_debug(parser)
    chosen = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, about, add_options in (
        ("summarize", "a summary in both languages, with its evidence", _add_summarize),
        ("translate", "the whole text in the other language", _add_translate),
        ("segment", "the sentences of the text and what is not part of the article", _add_segment),
        ("check", "what a translation changed, left out or added", _add_check),
    ):  # fmt: skip
        _add_command(chosen, name, about, add_options)
    about = "the table of known models"
    _add_command(chosen, "models", about, _add_models)
    about = "where translations are kept, and how many"
    _add_command(chosen, "cache", about, _add_cache)
    for name, about, add_options in (
        ("evaluate", "scores on development data", _add_evaluate),
        ("train", "models made from data, and from your own", _add_train),
    ):  # fmt: skip
        _add_command(chosen, name, about, add_options)
    return parser


def _add_command(chosen: Any, name: str, about: str, add_options: AddOptions) -> None:
    """Add a command whose options are added when it is chosen."""

    def add(command: argparse.ArgumentParser) -> None:
        add_options(command)
        _add_debug(command)

    chosen.add_parser(name, help=about, description=f"Write {about}.", add_options=add)


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
        help="show warnings of libraries and the traceback of an error",
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
        help="at most N sentences (3)",
    )
    length.add_argument(
        "--ratio",
        type=_ratio,
        metavar="R",
        help="at most this part of the article's sentences, for example 0.2",
    )
    length.add_argument(
        "--length",
        choices=tuple(LENGTHS),
        help="one sentence, two, three, or three tenths of the article (standard)",
    )
    _add_languages(parser, to_default=None, to_help="language of the translation (the other one)")
    _add_model(parser)
    parser.add_argument(
        "--summarizer",
        default=DEFAULT_METHOD,
        metavar="METHOD",
        help=f"one of {', '.join(sorted(METHODS))} ({DEFAULT_METHOD}), or a model that writes "
        "summaries: mini, vit5, vit5-large, mt5-xlsum, a Hugging Face id or a folder",
    )


def _add_translate(parser: argparse.ArgumentParser) -> None:
    _run_command(parser, "translate")
    _add_files(parser)
    _add_languages(parser, to_default="en", to_help="language to translate into (en)")
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
    parser.add_argument("--from", dest="lang", choices=tuple(LANGUAGES), default="vi")
    parser.add_argument("--to", choices=tuple(LANGUAGES), default="en")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_files(parser: argparse.ArgumentParser) -> None:
    from vnsum.cli.formats import FORMATS

    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a text file in UTF-8, a web page (https://…), or - for standard input",
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="fetch web pages from this machine and private networks too",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=tuple(FORMATS),
        help="what to write (what the name after -o ends in, otherwise text); "
        "json for several files is one document a line",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write (standard output); a directory gets one file for every FILE",
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    from vnsum.languages import LANGUAGES

    parser.add_argument(
        "--from",
        dest="lang",
        choices=tuple(LANGUAGES),
        help="language of the text (detected)",
    )
    parser.add_argument("--title", help="headline, where the text does not have it")


def _add_languages(
    parser: argparse.ArgumentParser, *, to_default: str | None, to_help: str
) -> None:
    from vnsum.languages import LANGUAGES

    parser.add_argument("--to", choices=tuple(LANGUAGES), default=to_default, help=to_help)
    _add_source(parser)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        default="mini",
        metavar="NAME",
        help="a name from `vnsum models`, a Hugging Face id or a folder (mini)",
    )
    parser.add_argument(
        "--runtime",
        help="what runs the model: vnsum, ctranslate2 or transformers (the fastest there is)",
    )
    parser.add_argument("--device", help="cpu, cuda or mps (the fastest there is)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads on a CPU (all it has)")
    parser.add_argument(
        "--workers",
        type=_workers,
        default=1,
        metavar="N",
        help="do several files in N processes of one thread each (1)",
    )
    parser.add_argument(
        "--no-rerank",
        dest="rerank",
        action="store_false",
        help="do not ask candidates for the source back: half the time, a little worse",
    )
    parser.add_argument("--offline", action="store_true", help="never use the network")
    parser.add_argument(
        "--glossary",
        metavar="FILE",
        help="a TSV or CSV file with a term a row: Vietnamese, English",
    )
    parser.add_argument(
        "--keep",
        action="append",
        metavar="NAME",
        help="a name that is not to be translated; may be given several times",
    )
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--cache",
        metavar="FILE",
        default=True,
        help="where translations are kept, so that a run that was stopped goes on from there "
        "(see `vnsum cache`)",
    )
    kept.add_argument(
        "--no-cache", dest="cache", action="store_const", const=None, help="keep no translations"
    )


def _sentences(text: str) -> int:
    from vnsum.summarization import Budget

    try:
        value = int(text)
        Budget(sentences=value)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {text!r}") from error
    return value


def _workers(text: str) -> int:
    from vnsum.workers import require_count

    try:
        return require_count(int(text))
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {text!r}") from error


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
