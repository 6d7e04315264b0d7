"""Rendering methods of results.

`vnsum.rendering` imports the results, so it is imported by name at the first call.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vnsum.rendering.plots import Picture


class Renderable:
    """Mixin for results that render as Markdown, and as HTML in notebooks."""

    __slots__ = ()

    def to_markdown(self) -> str:
        """Return the result as Markdown: a table of its sentences, with their findings.

        >>> import vnsum
        >>> print(vnsum.segment("Trời mưa.").to_markdown())
        |  | Vietnamese |
        | --- | --- |
        | 1 | Trời mưa. |
        """
        return str(load_rendering().to_markdown(self))

    def _repr_html_(self) -> str:
        return str(load_rendering().to_html(self))


class Reported(Renderable):
    """Mixin for results with findings: a report."""

    __slots__ = ()

    def report(self) -> str:
        """Return a plain-text report of the checks: the numbers of sentences without findings,
        repaired, doubtful and flagged, then every finding with the place of its sentence. It says
        if no confidence was estimated, so that no sentence can be doubtful.

        >>> print(translation.report())
        2 sentences checked: 2 without findings, 0 repaired, 0 doubtful, 0 flagged.
        The confidence was not estimated.
        """
        return str(load_rendering().report(self))


class CheckedResult(Reported):
    """Mixin for results with findings: a report and a plot."""

    __slots__ = ()

    def plot(self) -> Picture:
        """Return a matplotlib figure: the positions of the findings in a translated text, or the
        parts of the article that a summary covers.

        Notebooks display it. Needs the extra `plot`; see `vnsum.rendering.plots`.

        >>> translation.plot().description
        '0 findings in 0 of 2 sentences.'
        >>> summary.plot().description
        'The summary covers 1 of 2 sentences, 45 % of their characters.'
        """
        picture: Picture = load_plots().plot(self)
        return picture


def load_rendering() -> Any:
    """Return the module `vnsum.rendering`."""
    return importlib.import_module("vnsum.rendering")


def load_plots() -> Any:
    """Return the module `vnsum.rendering.plots`."""
    return importlib.import_module("vnsum.rendering.plots")
