"""Rendering methods of results.

`vnsum.rendering` imports the results, so it is imported by name at the first call.
"""

from __future__ import annotations

import importlib
from typing import Any


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


def load_rendering() -> Any:
    """Return the module `vnsum.rendering`."""
    return importlib.import_module("vnsum.rendering")


def load_plots() -> Any:
    """Return the module `vnsum.rendering.plots`."""
    return importlib.import_module("vnsum.rendering.plots")
