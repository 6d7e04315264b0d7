"""Plots: the coverage of a summary, the findings of a translation, scores, times.

Needs the extra `plot` (matplotlib). Figures are not registered with pyplot and need not be closed.
Text and background follow the active style (`matplotlib.style.context("dark_background")`); the
data colours are distinguishable on light and dark backgrounds and by colour-blind readers.
"""

from __future__ import annotations

from vnsum.rendering.plots.picture import Picture
from vnsum.rendering.plots.results import plot, plot_summary, plot_translation
from vnsum.rendering.plots.tables import plot_scores, plot_times

__all__ = ["Picture", "plot", "plot_scores", "plot_summary", "plot_times", "plot_translation"]
