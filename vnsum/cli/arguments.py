"""The arguments of the command line, as argparse parsers: a table of commands, shared options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from vnsum.assembly import ORDERS, SUMMARIZE_FIRST
from vnsum.cli import cache, commands, evaluate, models, train
from vnsum.cli.formats import FORMATS
from vnsum.cli.groups import Subcommand
from vnsum.errors import InputError
from vnsum.languages import LANGUAGES
from vnsum.summarization import DEFAULT_METHOD, METHODS, Budget
from vnsum.summarization.budget import LENGTHS
from vnsum.version import __version__
from vnsum.workers import require_count


class UsageError(Exception):
    """The command line itself is wrong; nothing has been done."""


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would print its whole usage and end the process."""

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
    for name, about, run, add_options in (
        ("summarize", "a summary in both languages, with its evidence",
         commands.summarize, _add_summarize),
        ("translate", "the whole text in the other language",
         commands.translate, _add_translate),
        ("segment", "the sentences of the text and what is not part of the article",
         commands.segment, _add_segment),
        ("check", "what a translation changed, left out or added",
         commands.check, _add_check),
    ):  # fmt: skip
        command = chosen.add_parser(name, help=about, description=f"Write {about}.")
        add_options(command)
        _add_debug(command)
        command.set_defaults(run=run)
    about = "the table of known models"
    group = chosen.add_parser("models", help=about, description=f"Write {about}.")
    models.add_options(group)
    group.set_defaults(run=models.show)
    _add_group(group, models.COMMANDS, required=False)
    about = "where translations are kept, and how many"
    group = chosen.add_parser("cache", help=about, description=f"Write {about}.")
    group.set_defaults(run=cache.show)
    _add_debug(group)
    _add_group(group, cache.COMMANDS, required=False)
    for name, about, rows in (
        ("evaluate", "scores on development data", evaluate.COMMANDS),
        ("train", "models made from data, and from your own", train.COMMANDS),
    ):  # fmt: skip
        group = chosen.add_parser(name, help=about, description=f"Write {about}.")
        _add_group(group, rows)
    return parser


def _add_group(
    group: argparse.ArgumentParser, rows: Sequence[Subcommand], *, required: bool = True
) -> None:
    inner = group.add_subparsers(title="commands", metavar="COMMAND", required=required)
    for row in rows:
        command = inner.add_parser(row.name, help=row.about, description=f"Write {row.about}.")
        row.add_options(command)
        _add_debug(command)
        command.set_defaults(run=row.run)


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS if " " in parser.prog else False,
        help="show warnings of libraries and the traceback of an error",
    )


def _add_summarize(parser: argparse.ArgumentParser) -> None:
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
    parser.add_argument(
        "--order",
        choices=ORDERS,
        help=f"choose the sentences before or after translating ({SUMMARIZE_FIRST})",
    )


def _add_translate(parser: argparse.ArgumentParser) -> None:
    _add_files(parser)
    _add_languages(parser, to_default="en", to_help="language to translate into (en)")
    _add_model(parser)


def _add_segment(parser: argparse.ArgumentParser) -> None:
    _add_files(parser)
    _add_source(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a text file in UTF-8, or -")
    parser.add_argument("target", metavar="TARGET", help="its translation, line by line")
    parser.add_argument("--from", dest="lang", choices=tuple(LANGUAGES), default="vi")
    parser.add_argument("--to", choices=tuple(LANGUAGES), default="en")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_files(parser: argparse.ArgumentParser) -> None:
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
    try:
        value = int(text)
        Budget(sentences=value)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {text!r}") from error
    return value


def _workers(text: str) -> int:
    try:
        return require_count(int(text))
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {text!r}") from error


def _ratio(text: str) -> float:
    try:
        value = float(text)
        Budget(ratio=value)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a number, not {text!r}") from error
    return value
