"""`vnsum models`: list the known models, `pull` (download) or `check` one."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from vnsum.checkpoints import FAMILIES, ModelSpec, known_models, resolve_model
from vnsum.checkpoints.families import FAMILY_HELP
from vnsum.checkpoints.hub import Snapshot
from vnsum.checkpoints.revisions import read_revision, record_revision
from vnsum.cli.commands import Load
from vnsum.cli.console import to_json, write_out
from vnsum.cli.groups import Subcommand
from vnsum.cli.options import add_report_format
from vnsum.errors import InputError, ModelError
from vnsum.rendering.layout import one_line
from vnsum.translation.backends.runtimes import RUNTIMES

SAMPLES = {"vi": "Hôm nay trời mưa to ở Hà Nội.", "en": "It is raining hard in Hanoi today."}
MEGABYTE = 1_000_000


def show(options: argparse.Namespace, load: Load) -> int:
    """Print the table of known models, with the revisions that are pinned or downloaded."""
    rows = known_models()
    if options.format == "json":
        data = [_describe(row) for row in rows]
        write_out(to_json(data, indent=2))
        return 0
    table = [("NAME", "DIRECTIONS", "SIZE", "LICENCE", "REVISION", "ORIGIN")]
    table += [
        (
            row.name,
            " ".join(row.directions) or "none",
            f"{row.size_mb} MB" if row.size_mb else "?",
            row.licence,
            (_find_revision(row) or "-")[:12],
            "included in vnsum" if row.origin == "package" else row.checkpoint,
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        write_out(line.rstrip() + "\n")
    return 0


def pull(options: argparse.Namespace, load: Load) -> int:
    """Download the files of a model, after printing their size; convert pickles if requested."""
    from vnsum.checkpoints.files import find_missing
    from vnsum.checkpoints.hub import find_snapshot
    from vnsum.checkpoints.resolution import (
        REVISION,
        is_offline,
        locate_model,
        name_newest,
        require_available,
    )

    # The recorded revision may be gone. Direction and family do not matter here, and not every
    # checkpoint declares them.
    name = name_newest(options.name) if options.update and not is_offline() else options.name
    spec = resolve_model(name, directions=("vi->en",), strict=False)
    if name != options.name:
        asked = REVISION.fullmatch(options.name)
        spec = dataclasses.replace(spec, revision=asked["revision"] if asked else None)
    if spec.origin == "package":
        write_out(f"{spec.name} is included in vnsum: nothing to download\n")
        return 0
    if spec.origin != "hub":
        if not options.convert:
            raise InputError(f"{options.name!r} is a folder: name a model of the hub to download")
        require_available(spec, convert=True)
        write_out(f"folder: {locate_model(spec).folder}\n")
        return 0
    if is_offline():
        raise ModelError("vnsum is offline: unset VNSUM_OFFLINE and HF_HUB_OFFLINE to download")
    found = None if options.update else find_snapshot(spec.checkpoint, spec.revision)
    if found is None or find_missing(found.folder):
        found = _download(spec, update=options.update, convert=options.convert)
    else:
        record_revision(spec.checkpoint, spec.revision, found.revision)
        write_out(f"{spec.checkpoint} at {found.revision[:12]} is already downloaded\n")
    write_out(f"folder: {found.folder}\n")
    return 0


def _download(spec: ModelSpec, *, update: bool, convert: bool) -> Snapshot:
    from vnsum.checkpoints import hub

    recorded = None if update else read_revision(spec.checkpoint, spec.revision)
    offer = hub.ask_hub(spec.checkpoint, recorded or spec.revision)
    files = {**offer.files, **(offer.convertible if convert and offer.is_pickled else {})}
    size = f"{sum(files.values()) / MEGABYTE:,.1f} MB in {len(files)} files"
    head = f"{offer.repository} at {offer.revision[:12]}, licence {offer.licence}"
    write_out(one_line(f"{head}: {size}") + "\n")
    sys.stdout.flush()
    return hub.download(offer, asked=spec.revision, convert=convert)


def check(options: argparse.Namespace, load: Load) -> int:
    """Print the properties of a model, and the translation of a sample in each direction.

    Raises `ModelError` if it cannot be used; the exit status is 1 if a translation has errors.
    """
    from vnsum.checkpoints.inspection import inspect_model

    spec = resolve_model(
        options.model,
        directions=options.direction,
        family=options.family,
        offline=options.offline or None,
    )
    report = inspect_model(spec, offline=options.offline or None)
    kind = "decoder only" if spec.family.causal else "encoder and decoder"
    lines: list[tuple[str, ...]] = [
        ("folder", str(report.folder)),
        ("family", f"{spec.family.name} ({kind})"),
        ("directions", ", ".join(spec.directions) or "none"),
        ("revision", report.spec.revision or "none"),
        ("licence", report.licence),
        ("runtimes", ", ".join(row.name for row in RUNTIMES if row.serves(spec))),
    ]
    lines += [
        ("file", name, f"{size:,} bytes", *(["sha256 ok"] if name in report.verified else []))
        for name, size in report.files.items()
    ]
    lines += [
        ("converted", f"from {name}", f"sha256 {digest}")
        for name, digest in report.converted.items()
    ]
    lines += [("never loaded", f"{name} (a pickle may run code)") for name in report.pickles]
    for label, *values in lines:
        _write_line(label, *values)
    return max((_try(spec, way, load, options) for way in spec.directions), default=0)


def _write_line(label: str, *values: str) -> None:
    """Print a line of `check`; names of files and texts of models may be anything."""
    write_out(f"{label:12}  {'  '.join(map(one_line, values))}\n")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `vnsum models`."""
    add_report_format(parser)


def _add_pull(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", help="a name from `vnsum models`, or a Hugging Face id"
    )
    parser.add_argument(
        "--update", action="store_true", help="download the newest revision, not the recorded one"
    )
    parser.add_argument(
        "--convert",
        action="store_true",
        help="if the weights are pickles only, convert them to safetensors without executing code",
    )


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="MODEL", help="a folder, a name from `vnsum models`, or a Hugging Face id"
    )
    parser.add_argument(
        "--direction",
        action="append",
        metavar="vi->en",
        help="direction, if the model does not declare it; can be repeated",
    )
    parser.add_argument("--family", choices=tuple(FAMILIES), help=FAMILY_HELP)
    parser.add_argument("--runtime", help="inference engine (default: the fastest available)")
    parser.add_argument("--offline", action="store_true", help="do not use the network")


COMMANDS = (
    Subcommand(
        name="pull",
        about="Download a model (safetensors and tokenizer files only).",
        add_options=_add_pull,
        run=pull,
    ),
    Subcommand(
        name="check",
        about="Print the properties and problems of a model, and a sample translation.",
        add_options=_add_check,
        run=check,
    ),
)


def _try(spec: ModelSpec, way: str, load: Load, options: argparse.Namespace) -> int:
    """Print the translation of a sample; return 1 if it has errors."""
    source, target = way.split("->")
    pipeline = load(
        dataclasses.replace(spec, directions=(way,)),
        offline=options.offline or None,
        runtime=options.runtime or "auto",
    )
    checked = pipeline.translator.translate_checked(
        [SAMPLES[source]], source=source, target=target
    )[0]
    wrong = [finding.message for finding in checked.findings if finding.severity == "error"]
    _write_line(way, f"{SAMPLES[source]} -> {checked.text}")
    for message in wrong:
        _write_line("error", message)
    return 1 if wrong else 0


def _find_revision(row: ModelSpec) -> str | None:
    if row.origin != "hub":
        return row.revision
    return read_revision(row.checkpoint, row.revision) or row.revision


def _describe(row: ModelSpec) -> dict[str, Any]:
    return {
        "name": row.name,
        "checkpoint": row.checkpoint,
        "origin": row.origin,
        "family": row.family.name,
        "directions": list(row.directions),
        "licence": row.licence,
        "size_mb": row.size_mb or None,
        "revision": _find_revision(row),
        "note": row.note,
    }
