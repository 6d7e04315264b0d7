"""Results and tables as pictures: what a summary covers, where findings are, scores, times.

Drawing only: every length in a picture is a number of the value handed in. Needs the extra `plot`
(matplotlib). The figures belong to no pyplot session, so that nothing has to be closed; text and
background follow the style that is set (`matplotlib.style.context("dark_background")`), and the
data have colours that stay apart on light and dark and for the colour-blind.
"""

from __future__ import annotations

from vnsum.rendering.plots.picture import Picture
from vnsum.rendering.plots.results import plot_summary, plot_translation
from vnsum.rendering.plots.tables import plot_scores, plot_times

__all__ = ["Picture", "plot_scores", "plot_summary", "plot_times", "plot_translation"]
