"""Options that several commands share, and the conversion of their values."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable
from typing import TypeVar

from vnsum.errors import InputError

Number = TypeVar("Number", int, float)


class UsageError(Exception):
    """The arguments are invalid; nothing has been run."""


def add_files(
    parser: argparse.ArgumentParser,
    *,
    output: str = "output file, or a directory for one output per FILE (default: standard output)",
) -> None:
    """Add the input files, and the options of the output; `output` is the help of `--output`."""
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
    parser.add_argument("-o", "--output", metavar="FILE", help=output)


def add_length(parser: argparse.ArgumentParser) -> None:
    """Add the length of a summary."""
    from vnsum.summarization.budget import LENGTHS

    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--sentences",
        type=functools.partial(_read_limit, kind=int, name="sentences"),
        metavar="N",
        help="maximum number of sentences (default: 3)",
    )
    length.add_argument(
        "--words",
        type=functools.partial(_read_limit, kind=int, name="words"),
        metavar="N",
        help="maximum number of words before the translation, which are syllables in Vietnamese",
    )
    length.add_argument(
        "--ratio",
        type=functools.partial(_read_limit, kind=float, name="ratio"),
        metavar="R",
        help="maximum share of the article's sentences, for example 0.2",
    )
    length.add_argument(
        "--length",
        choices=tuple(LENGTHS),
        help="1 sentence, 2, 3, or 30 %% of the article (at least 3)",
    )


def add_source(parser: argparse.ArgumentParser) -> None:
    """Add the source language and the headline."""
    from vnsum.languages import LANGUAGES

    parser.add_argument(
        "--from",
        dest="lang",
        choices=tuple(LANGUAGES),
        help="source language (default: detected)",
    )
    parser.add_argument("--title", help="headline, if the text does not contain it")


def add_languages(parser: argparse.ArgumentParser, *, to_default: str | None, to_help: str) -> None:
    """Add the target language, the source language and the headline."""
    add_target(parser, default=to_default, about=to_help)
    add_source(parser)


def add_target(parser: argparse.ArgumentParser, *, default: str | None, about: str) -> None:
    """Add the target language; `about` is its help."""
    from vnsum.languages import LANGUAGES

    parser.add_argument("--to", choices=tuple(LANGUAGES), default=default, help=about)


def add_model(parser: argparse.ArgumentParser, *, workers: bool = True) -> None:
    """Add the translation model, its options, the glossary and the cache."""
    from vnsum.checkpoints.families import FAMILIES, FAMILY_HELP

    parser.add_argument(
        "--model",
        metavar="NAME",
        help="a name from `vnsum models`, a Hugging Face id or a folder (default: mini), or with "
        "--server the name of a model there",
    )
    parser.add_argument(
        "--server",
        metavar="URL",
        help="base URL of an OpenAI-compatible server, for example http://localhost:11434/v1",
    )
    parser.add_argument(
        "--key-env",
        metavar="VARIABLE",
        help="environment variable that has the key of the server",
    )
    parser.add_argument("--family", choices=tuple(FAMILIES), help=FAMILY_HELP)
    parser.add_argument(
        "--runtime",
        help="inference engine: vnsum, ctranslate2 or transformers (default: the fastest)",
    )
    add_device(parser)
    if workers:
        parser.add_argument(
            "--workers",
            type=_read_workers,
            default=1,
            metavar="N",
            help="process several files in N processes with one thread each (default: 1)",
        )
    add_quality(parser)
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


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add the device and the number of threads."""
    parser.add_argument("--device", help="cpu, cuda or mps (default: the fastest available)")
    parser.add_argument(
        "--threads", type=int, metavar="N", help="number of CPU threads (default: all available)"
    )


def add_quality(parser: argparse.ArgumentParser) -> None:
    """Add the quality level."""
    from vnsum.checkpoints.families import QUALITIES

    parser.add_argument(
        "--quality",
        choices=QUALITIES,
        default="standard",
        help="fast, standard or best: faster or better translations (default: standard)",
    )


def add_report_format(parser: argparse.ArgumentParser) -> None:
    """Add the format of a report."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format (default: text)"
    )


def whole_number(name: str, *, least: int = 1, most: int | None = None) -> Callable[[str], int]:
    """Return the `type=` of an option that is an integer from `least` to `most`."""
    from vnsum import require  # not at the top, so that --help imports little

    most = require.LARGEST if most is None else most
    check = functools.partial(require.whole_number, name=name, least=least, most=most)
    return functools.partial(_read, kind=int, expected="an integer", check=check)


def finite_number(name: str) -> Callable[[str], float]:
    """Return the `type=` of an option that is a number, but not infinite or NaN."""
    from vnsum import require

    check = functools.partial(require.number, name=name)
    return functools.partial(_read, kind=float, expected="a number", check=check)


def _read_limit(text: str, *, kind: type[Number], name: str) -> Number:
    """Return the number of an option that limits a length: a field of `Budget`."""
    from vnsum.summarization import Budget

    expected = "an integer" if kind is int else "a number"
    return _read(text, kind, expected, lambda value: Budget(**{name: value}))  # type: ignore[arg-type]


def _read_workers(text: str) -> int:
    """Return a number of processes."""
    from vnsum.workers import require_count

    return _read(text, int, "an integer", require_count)


def _read(
    text: str, kind: type[Number], expected: str, check: Callable[[Number], object]
) -> Number:
    """Convert `text`; raises the error that argparse reports."""
    from vnsum import require

    try:
        value = kind(text)
        check(value)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"expected {expected}, not {require.show(text)}"
        ) from error
    return value
