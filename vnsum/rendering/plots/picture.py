"""What all pictures share: a figure that shows itself, colours, fonts, headings.

Nothing here knows about results or tables. matplotlib is imported here first, so that a missing
extra is said in one place.
"""

from __future__ import annotations

import functools
import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec

from vnsum.errors import MissingExtraError
from vnsum.rendering import layout

try:
    import matplotlib
    from matplotlib.axes import Axes
    from matplotlib.colors import to_rgb
    from matplotlib.figure import Figure
except ImportError as error:
    raise MissingExtraError('pictures need matplotlib: run  pip install "vnsum[plot]"') from error

Options = ParamSpec("Options")

WIDTH = 8.0  # inches
TALLEST = 60.0  # inches; a longer table is drawn narrower, never cut
FALLBACK_FONT = "DejaVu Sans"  # ships with matplotlib and has every Vietnamese letter
LINE = 90  # letters of a heading that fit the width


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of data on one kind of background.

    The first three stay apart for every kind of colour-blindness and reach a contrast of 3 to 1
    with the background; a test holds both.
    """

    info: str
    warning: str
    error: str
    pale: str
    quiet: str


LIGHT = Palette(info="#0072b2", warning="#b86e00", error="#7a0030", pale="#c3c9d4", quiet="#5a6170")
DARK = Palette(info="#56b4e9", warning="#f0b429", error="#ff7a8a", pale="#4a505d", quiet="#a4acba")


class Picture(Figure):
    """A matplotlib figure that shows itself in notebooks; save it with `picture.savefig(path)`.

    `description` says in words what is drawn, for those who cannot see it.
    """

    description: str = ""

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        data = io.BytesIO()
        self.savefig(data, format="png", dpi=2 * self.dpi)
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        return data.getvalue(), {"width": width, "height": height, "alt": self.description}


def with_every_letter(draw: Callable[Options, Picture]) -> Callable[Options, Picture]:
    """Draw with the fonts of the user's style, and one behind them that has every letter."""

    @functools.wraps(draw)
    def drawn(*args: Options.args, **kwargs: Options.kwargs) -> Picture:
        fonts = [*matplotlib.rcParams["font.family"], FALLBACK_FONT]
        with matplotlib.rc_context({"font.family": fonts}):
            return draw(*args, **kwargs)

    return drawn


def make_picture(rows: int, told: str, *, base: float = 1.1) -> Picture:
    """Return an empty picture high enough for so many rows; `told` describes it in words."""
    picture = Picture(figsize=(WIDTH, min(TALLEST, base + 0.3 * rows)), layout="constrained")
    picture.description = told
    return picture


def set_heading(picture: Picture, heading: str, told: str = "") -> None:
    """Write a heading over the picture, and what it tells in words over its first panel."""
    if heading.strip():
        lines = textwrap.fill(layout.one_line(heading), width=LINE)
        title = picture.suptitle(lines, x=0.01, ha="left", fontweight="bold", fontsize="medium")
        title.set_parse_math(False)
    if told:
        picture.axes[0].set_title(told, loc="left", fontsize="small")


def palette(axes: Axes) -> Palette:
    """Return the colours for the background that the user's style gave the panel."""
    red, green, blue = to_rgb(axes.get_facecolor())
    return LIGHT if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 else DARK


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it takes one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
