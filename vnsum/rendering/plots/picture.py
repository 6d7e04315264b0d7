"""The `Picture` figure with its palette, fonts and heading.

matplotlib is first imported here, so that a missing extra is reported in one place.
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
    raise MissingExtraError('plots need matplotlib: pip install "vnsum[plot]"') from error

Options = ParamSpec("Options")

WIDTH = 8.0  # inches
TALLEST = 60.0  # inches; a longer table is drawn denser, not cut
FALLBACK_FONT = "DejaVu Sans"  # ships with matplotlib and covers Vietnamese
LINE = 90  # characters of a heading that fit the width


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The data colours for a light or dark background.

    The first three are distinguishable with every kind of colour blindness and have a contrast of
    3:1 with the background, which a test checks.
    """

    info: str
    warning: str
    error: str
    pale: str
    quiet: str


LIGHT = Palette(info="#0072b2", warning="#b86e00", error="#7a0030", pale="#c3c9d4", quiet="#5a6170")
DARK = Palette(info="#56b4e9", warning="#f0b429", error="#ff7a8a", pale="#4a505d", quiet="#a4acba")


class Picture(Figure):
    """A matplotlib figure that notebooks display; save it with `picture.savefig(path)`.

    `description` describes the plot in words, as alternative text.
    """

    description: str = ""

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        data = io.BytesIO()
        self.savefig(data, format="png", dpi=2 * self.dpi)
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        return data.getvalue(), {"width": width, "height": height, "alt": self.description}


def with_fallback_font(draw: Callable[Options, Picture]) -> Callable[Options, Picture]:
    """Add a fallback font that covers Vietnamese to the fonts of the active style."""

    @functools.wraps(draw)
    def drawn(*args: Options.args, **kwargs: Options.kwargs) -> Picture:
        fonts = [*matplotlib.rcParams["font.family"], FALLBACK_FONT]
        with matplotlib.rc_context({"font.family": fonts}):
            return draw(*args, **kwargs)

    return drawn


def make_picture(rows: int, description: str, *, base: float = 1.1) -> Picture:
    """Return an empty picture for `rows` rows."""
    picture = Picture(figsize=(WIDTH, min(TALLEST, base + 0.3 * rows)), layout="constrained")
    picture.description = description
    return picture


def set_heading(picture: Picture, heading: str, description: str = "") -> None:
    """Set the heading of the picture and the description over its first panel."""
    if heading.strip():
        lines = textwrap.fill(layout.one_line(heading), width=LINE)
        title = picture.suptitle(lines, x=0.01, ha="left", fontweight="bold", fontsize="medium")
        title.set_parse_math(False)
    if description:
        picture.axes[0].set_title(description, loc="left", fontsize="small")


def palette(axes: Axes) -> Palette:
    """Return the palette for the background of the panel."""
    red, green, blue = to_rgb(axes.get_facecolor())
    return LIGHT if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 else DARK


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural if needed."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
