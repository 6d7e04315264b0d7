"""The commands of `vnsum train` for trained models: average, merge, rounding, export and attach."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.families import BOTH
from vnsum.cli.commands import Load
from vnsum.cli.console import say
from vnsum.cli.options import whole_number
from vnsum.errors import InputError

if TYPE_CHECKING:
    from vnsum.training.averaging import Share
    from vnsum.training.card import Card
    from vnsum.training.data.corpora import Pair
    from vnsum.training.export import Exported

FORMATS = ("package", "huggingface", "ctranslate2")
# The only format for which an option has a meaning.
FORMAT_OPTIONS = {"scheme": "package", "calibrate": "package", "quantization": "ctranslate2"}


def add_config(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add the option `--config`."""
    parser.add_argument(
        "--config",
        type=Path,
        required=required,
        metavar="FILE",
        help="a TOML file; see vnsum/training/recipes",
    )


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


def add_merge(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train merge`."""
    parser.add_argument("model", metavar="MODEL", help="a folder, or the packaged model mini")
    parser.add_argument(
        "adapters",
        nargs="+",
        metavar="FOLDER[=SHARE]",
        help="a trained adapter and the share of its update (default: 1)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")


def merge(options: argparse.Namespace, load: Load) -> int:
    """Add adapters to the weights of a model."""
    from vnsum.training.merging import merge_adapters

    out = merge_adapters(options.model, [*map(_read_number, options.adapters)], options.out)
    say(f"{out}: {options.model} and {len(options.adapters)} adapters")
    return 0


def _read_number(text: str) -> tuple[str, float]:
    folder, share = _read_share(text)
    if isinstance(share, Mapping):
        raise InputError(f"{text!r}: expected FOLDER or FOLDER=SHARE with one number")
    return folder, share


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum train export`."""
    from vnsum.training.quantization.schemes import DEFAULT_SCHEME, SCHEMES

    parser.add_argument("model", metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--format", choices=FORMATS, default="package")
    parser.add_argument("--scheme", choices=tuple(SCHEMES),
                        help=f"of the package format (default: {DEFAULT_SCHEME})")  # fmt: skip
    parser.add_argument("--calibrate", type=Path, metavar="PAIRS.tsv",
                        help="pairs (400 are used) to reduce the loss of quantization")  # fmt: skip
    parser.add_argument(
        "--quantization", metavar="TYPE", help="of the format ctranslate2 (default: int8)"
    )
    add_config(parser)
    parser.add_argument("--name", help="name on the model card (default: the folder name)")
    parser.add_argument("--version", default="v1")
    parser.add_argument("--to", action="append", choices=BOTH, metavar="DIRECTION",
                        help="can be repeated (default: both)")  # fmt: skip
    parser.add_argument("--score", action="append", default=[], metavar="TEXT",
                        help="a line for the model card; can be repeated")  # fmt: skip


def export(options: argparse.Namespace, load: Load) -> int:
    """Export a model for inference."""
    from vnsum.checkpoints.packaged import ADAPTER
    from vnsum.training import export as exports
    from vnsum.training.model import find_start
    from vnsum.training.quantization.schemes import DEFAULT_SCHEME

    for name, only in FORMAT_OPTIONS.items():
        if getattr(options, name) is not None and options.format != only:
            raise InputError(f"--{name} cannot be used with --format {options.format}")
    card = _make_card(options)
    if options.format == "package":
        made = exports.export_package(
            options.model, options.out, card=card, scheme=options.scheme or DEFAULT_SCHEME,
            pairs=_read_measured(options.calibrate),
        )  # fmt: skip
    elif options.format == "huggingface":
        made = exports.export_huggingface(options.model, options.out, card=card)
    else:
        made = exports.export_ctranslate(
            options.model, options.out, card=card, quantization=options.quantization or "int8"
        )
    if (find_start(options.model) / ADAPTER).exists():
        say(f"{options.model}: its adapter is not exported; add one with vnsum train attach")
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
    add_config(parser)
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
    parser.add_argument("--sentences", type=whole_number("sentences"), default=200)
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
