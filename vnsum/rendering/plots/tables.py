"""Plots of tables: scores of systems with intervals, measured times."""

from __future__ import annotations

import numbers
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes

from vnsum import require
from vnsum.errors import InputError
from vnsum.rendering.plots.picture import (
    Picture,
    make_picture,
    palette,
    set_heading,
    with_fallback_font,
)

BAR = 0.62  # of the height of a row


@with_fallback_font
def plot_scores(
    scores: Mapping[str, Mapping[str, float | None]],
    *,
    intervals: Mapping[str, Mapping[str, float]] | None = None,
    highlight: Sequence[str] = (),
    title: str = "",
) -> Picture:
    """Plot scores as bars, with one row per system and one panel per metric.

    `scores` maps systems to metrics to numbers, like `frame.to_dict("index")` of pandas; `None`,
    NaN or a missing score leaves a gap. `intervals` has the half-widths of the intervals. The
    systems in `highlight` (by default all) get the strong colour. Raises `InputError` for a table
    without scores or with anything else in it.

    >>> table = {"lead": {"ROUGE-1": 28.8, "ROUGE-2": 15.3}, "ranker": {"ROUGE-1": 34.4}}
    >>> plot_scores(table, highlight=["ranker"]).description
    'ROUGE-1: lead 28.8, ranker 34.4. ROUGE-2: lead 15.3.'
    """
    scores = _require_table(scores, "scores")
    intervals = {} if intervals is None else _require_table(intervals, "intervals")
    title = require.text(title, "title")
    highlight = [*require.items(highlight, "highlight", "names of systems")]
    metrics = list(dict.fromkeys(metric for row in scores.values() for metric in row))
    table = {
        metric: {system: _score(row.get(metric), system, metric) for system, row in scores.items()}
        for metric in metrics
    }
    if not any(value is not None for column in table.values() for value in column.values()):
        raise InputError("there are no scores to plot: expected {system: {metric: number}}")
    description = " ".join(f"{metric}: {_listed(column)}." for metric, column in table.items())
    picture = make_picture(len(scores), description)
    panels = picture.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for axes, (metric, column) in zip(panels, table.items(), strict=True):
        colours = palette(axes)
        for row, (system, value) in enumerate(column.items()):
            if value is not None:
                margin = intervals.get(system, {}).get(metric, 0.0)
                margin = require.number(margin, f"the interval of {metric} of {system}")
                strong = not highlight or system in highlight
                colour = colours.info if strong else colours.pale
                _draw_bar(axes, row, value, (margin, margin), label=f"{value:.1f}", colour=colour)
        _draw_rows(axes, list(scores))
        axes.set_title(metric, loc="left", fontsize="medium", parse_math=False)
        axes.margins(x=0.22)
    set_heading(picture, title)
    return picture


@with_fallback_font
def plot_times(seconds: Mapping[str, Sequence[float]], *, title: str = "") -> Picture:
    """Plot measured times as bars of medians, with lines from minimum to maximum.

    `seconds` maps names to the seconds of each run. Raises `InputError` for a name without runs or
    a time that is not a finite number.

    >>> plot_times({"plain generate": [19.4, 18.0, 21.1], "vnsum": [4.1, 4.2]}).description
    'Seconds: plain generate 19.4, vnsum 4.2.'
    """
    title = require.text(title, "title")
    require.instance(seconds, Mapping, "seconds", "a dict {name: [seconds of each run]}")
    times = {require.exact(n): [*require.items(v, "a row", "times")] for n, v in seconds.items()}
    if not times or not all(times.values()):
        raise InputError("there are no times to plot: expected {name: [seconds of each run]}")
    runs = {
        name: [require.number(value, f"a time of {name}") for value in values]
        for name, values in times.items()
    }
    medians: dict[str, float | None] = {
        name: statistics.median(values) for name, values in runs.items()
    }
    picture = make_picture(len(runs), f"Seconds: {_listed(medians)}.")
    axes = picture.subplots()
    for row, values in enumerate(runs.values()):
        median = statistics.median(values)
        around = (median - min(values), max(values) - median)
        _draw_bar(axes, row, median, around, label=f"{median:.2f} s", colour=palette(axes).info)
    _draw_rows(axes, list(runs))
    axes.set_xlabel("seconds")
    axes.margins(x=0.15)
    set_heading(picture, title)
    return picture


def _draw_bar(
    axes: Axes, row: int, value: float, around: tuple[float, float], *, label: str, colour: str
) -> None:
    """Draw a bar with its interval, if any, and its label."""
    axes.barh(row, value, BAR, color=colour)
    if any(around):
        ink = matplotlib.rcParams["text.color"]
        axes.errorbar(value, row, xerr=[[around[0]], [around[1]]], color=ink, capsize=3)
    axes.text(
        max(0.0, value + around[1]),
        row,
        f"  {label}",
        va="center",
        fontsize="small",
        parse_math=False,
    )


def _draw_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _require_table(table: object, name: str) -> dict[str, dict[str, Any]]:
    """Return a table whose names are exact strings, as they are written into the plot."""
    wanted = "a dict {system: {metric: number}}"
    found: Mapping[str, Any] = require.instance(table, Mapping, name, wanted)
    for row in found.values():
        require.instance(row, Mapping, f"a row of {name}", wanted)
    return {
        require.exact(system): {require.exact(metric): value for metric, value in row.items()}
        for system, row in found.items()
    }


def _score(value: object, system: str, metric: str) -> float | None:
    # `math.isnan` fails for large integers.
    if value is None or (isinstance(value, numbers.Real) and value != value):  # noqa: PLR0124
        return None
    return require.number(value, f"{metric} of {system}")


def _listed(figures: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in figures.items() if value is not None)
