"""The log of a training run: JSON lines, a progress bar and a plot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vnsum import require
from vnsum.checkpoints.failures import wrap_write_errors
from vnsum.errors import InputError, MissingExtraError
from vnsum.storage import read_bytes, read_records, special_file_kind

LOG = "log.jsonl"


class Journal:
    """Appends to the log of a run and shows a progress bar."""

    def __init__(self, out: Path, *, total: int, done: int, show: bool) -> None:
        from tqdm.auto import tqdm

        self._path = out / LOG
        with wrap_write_errors(out):
            out.mkdir(parents=True, exist_ok=True)
        # Steps after the last checkpoint of a killed run are repeated.
        rows = [row for row in read_log(out) if row.get("step", 0) <= done]
        with wrap_write_errors(self._path):
            self._path.write_text("".join(map(_line, rows)), encoding="utf-8")
        self._bar = tqdm(
            total=total, initial=done, unit="step", disable=not show, dynamic_ncols=True
        )

    def write(self, row: Mapping[str, Any]) -> None:
        """Append a record to the log."""
        with wrap_write_errors(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(_line(row))

    def advance(self) -> None:
        """Count one step."""
        self._bar.update()

    def show(self, **facts: str) -> None:
        """Show facts beside the progress bar."""
        self._bar.set_postfix(facts)

    def close(self) -> None:
        """Close the progress bar."""
        self._bar.close()


def read_log(out: Path) -> list[dict[str, Any]]:
    """Return the records of a run's log, without an incomplete last line.

    Raises `InputError` for a file that cannot be read and for any other line that is no record.
    """
    path = out / LOG
    try:
        if kind := special_file_kind(path):
            raise InputError(f"cannot read {path}: it is {kind}")
        complete = read_bytes(path).count(b"\n")  # a killed run may have left a part of a line
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"cannot read {path}: {error}") from error
    return list(
        read_records(
            path,
            _read_record,
            kind="a record of the run",
            expected="JSON with 'step' and 'tokens'; delete the line to go on",
            limit=complete,
        )
    )


def _read_record(row: Any, _: int) -> dict[str, Any]:
    record: dict[str, Any] = require.instance(row, dict, "a record", "a JSON object")
    for name, value in {
        "step": record["step"],
        "tokens": record["tokens"],
        **record.get("bleu", {}),
    }.items():
        require.number(value, name)
    require.number(record.get("loss", 0.0), "loss")
    return record


def plot_log(out: Path) -> Path:
    """Plot loss and development BLEU over tokens to `loss.png` in the folder of a run."""
    rows = read_log(out)
    figure = import_figure()(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    losses = [row for row in rows if "loss" in row]
    axes.plot([row["tokens"] / 1e6 for row in losses], [row["loss"] for row in losses], lw=1)
    axes.set_xlabel("million tokens")
    axes.set_ylabel("training loss")
    scored = [row for row in rows if "bleu" in row]
    if scored:
        right = axes.twinx()
        for direction in sorted({direction for row in scored for direction in row["bleu"]}):
            points = [(row["tokens"] / 1e6, row["bleu"][direction]) for row in scored]
            right.plot(*zip(*points, strict=True), "o--", label=f"BLEU {direction}")
        right.set_ylabel("development BLEU")
        right.legend(loc="center right")
    path = out / "loss.png"
    figure.savefig(path, dpi=120)
    return path


def import_figure() -> Any:
    """Return the class of figures; raise `MissingExtraError` if matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError('drawing needs matplotlib: pip install "vnsum[plot]"') from error
    return Figure


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
