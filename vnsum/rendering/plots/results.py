"""Plots of results: the coverage of a summary, the findings of a translation."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from vnsum import require
from vnsum.rendering import layout
from vnsum.rendering.plots.picture import (
    Picture,
    count,
    make_picture,
    palette,
    set_heading,
    with_fallback_font,
)
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Finding, Span, Translation
from vnsum.results.serialization import require_fields

CELLS_WITH_EDGES = 150  # in longer articles the edges would hide the sentences
WHOLE = "whole text"
SEVERITIES = ("info", "warning", "error")
MARKERS = {"info": "o", "warning": "^", "error": "X"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The place of a finding: characters of the text, and its row in the plot."""

    row: str
    severity: str
    label: str
    start: int
    width: int


@with_fallback_font
def plot(result: BilingualSummary | Translation) -> Picture:
    """Return the figure of a result: `plot_summary` or `plot_translation`."""
    return (
        plot_summary(result) if isinstance(result, BilingualSummary) else plot_translation(result)
    )


def plot_summary(summary: BilingualSummary) -> Picture:
    """Plot which sentences of the article a summary covers.

    The lower panel shows the article as a strip, with the width of each sentence in characters and
    the sentences of the summary in colour; the upper panel shows their scores. Raises
    `MissingExtraError` if matplotlib is not installed.

    >>> import vnsum
    >>> document = vnsum.segment("Trời mưa. Đường ngập.")
    >>> first = vnsum.SummarySentence(text="Trời mưa.", evidence=(0,), score=0.5)
    >>> summary = vnsum.BilingualSummary(document=document, target_lang="en",
    ...                                  pairs=(vnsum.SummaryPair(source=first, target="Rain."),))
    >>> plot_summary(summary).description
    'The summary covers 1 of 2 sentences, 45 % of their characters.'
    """
    require.instance(summary, BilingualSummary, "a summary", "a BilingualSummary")
    require_fields(summary, "summary")
    document = summary.document
    known = range(len(document.sentences))
    scores = [(i, p.source.score) for p in summary.pairs for i in p.source.evidence if i in known]
    chosen = sorted({index for index, _ in scores})
    length = sum(sentence.end - sentence.start for sentence in document.sentences)
    covered = sum(document.sentences[i].end - document.sentences[i].start for i in chosen)
    description = (
        f"The summary covers {len(chosen)} of {count(len(known), 'sentence')}, "
        f"{100 * covered / max(1, length):.0f} % of their characters."
    )
    picture, (above, strip) = _stack(document, description, ratio=4)
    colours = palette(above)
    if scores:
        spans = [_extent(document, index) for index, _ in scores]
        above.bar(
            [start for start, _ in spans],
            [score for _, score in scores],
            [width for _, width in spans],
            align="edge",
            color=colours.info,
        )
        above.axhline(0, color=colours.quiet, linewidth=0.8)
        above.margins(y=0.15)
        for (start, width), (index, score) in zip(spans, scores, strict=True):
            _note(above, start + width / 2, score, str(index + 1), points=3 if score >= 0 else -3)
    above.set_ylabel("score")
    _draw_strip(strip, document, dict.fromkeys(chosen, colours.info))
    return picture


@with_fallback_font
def plot_translation(translation: Translation) -> Picture:
    """Plot the positions of findings in the text, with one row per kind of finding.

    The lower panel shows the text as a strip of sentences, in the colour of the most severe finding
    of each. Circles are infos, triangles warnings, crosses errors. A finding without a span extends
    over its sentence or the whole text.

    >>> import vnsum
    >>> document = vnsum.segment("Có 18 người.")
    >>> found = vnsum.check("Có 18 người.", "There were 80 people.")
    >>> pair = vnsum.SentencePair(source=document.sentences[0], target="There were 80 people.",
    ...                           findings=tuple(found))
    >>> translation = vnsum.Translation(document=document, target_lang="en", pairs=(pair,))
    >>> plot_translation(translation).description
    '1 finding in 1 of 1 sentence.'
    """
    require.instance(translation, Translation, "a translation", "a Translation")
    require_fields(translation, "translation")
    document = translation.document
    places = _places(translation)
    touched = sum(bool(pair.findings) for pair in translation.pairs)
    description = (
        f"{count(len(places), 'finding')} in {touched} of "
        f"{count(len(translation.pairs), 'sentence')}."
    )
    kinds = list(dict.fromkeys(place.row for place in places))
    picture, (above, strip) = _stack(document, description, ratio=1 + len(kinds), rows=len(kinds))
    colours = palette(above)
    for place in places:
        colour, row = getattr(colours, place.severity), kinds.index(place.row)
        middle = place.start + place.width / 2
        above.hlines(row, place.start, place.start + place.width, color=colour, linewidth=3)
        above.plot(middle, row, MARKERS[place.severity], color=colour, markersize=9)
        _note(above, middle, row, place.label, points=6)
    labels = kinds or ["no findings"]
    above.set_yticks(range(len(labels)), labels, parse_math=False)
    above.set_ylim(len(labels) - 0.5, -0.5)
    _add_legend(above, {place.severity for place in places})
    worst = {
        index: max(map(_severity, pair.findings), key=SEVERITIES.index)
        for index, pair in enumerate(translation.pairs)
        if pair.findings
    }
    _draw_strip(strip, document, {i: getattr(colours, severity) for i, severity in worst.items()})
    return picture


def _stack(
    document: Document, description: str, *, ratio: float, rows: int = 4
) -> tuple[Picture, tuple[Axes, Axes]]:
    """Return a picture with an empty panel above an empty strip."""
    picture = make_picture(rows, description, base=2.0)
    above, strip = picture.subplots(2, 1, sharex=True, height_ratios=[ratio, 1])
    opening = document.title or (document.sentences[0].text if document.sentences else "")
    heading = textwrap.shorten(layout.one_line(opening), width=160, placeholder=" …")
    set_heading(picture, heading, description)
    for side in ("top", "right", "bottom"):
        above.spines[side].set_visible(False)
    above.tick_params(axis="both", length=0)
    return picture, (above, strip)


def _draw_strip(strip: Axes, document: Document, colours: Mapping[int, str]) -> None:
    """Draw the sentences of `document` as cells, coloured by index with `colours`."""
    cells = [_extent(document, index) for index in range(len(document.sentences))]
    edge = 1.0 if len(cells) <= CELLS_WITH_EDGES else 0.0
    strip.broken_barh(
        cells,
        (0, 1),
        facecolors=[colours.get(index, palette(strip).pale) for index in range(len(cells))],
        edgecolors=strip.get_facecolor(),
        linewidth=edge,
    )
    strip.set_yticks([])
    for spine in strip.spines.values():
        spine.set_visible(False)
    if cells:
        strip.set_xlim(cells[0][0], sum(cells[-1]))
    strip.set_xlabel("characters of the text")


def _note(axes: Axes, x: float, y: float, text: str, *, points: int) -> None:
    """Write `text` above (x, y) at a distance of `points`, or below if negative."""
    axes.annotate(
        text,
        (x, y),
        (0, points),
        textcoords="offset points",
        ha="center",
        va="bottom" if points > 0 else "top",
        fontsize="small",
        parse_math=False,
    )


def _extent(document: Document, index: int) -> tuple[int, int]:
    sentence = document.sentences[index]
    return sentence.start, sentence.end - sentence.start


def _places(translation: Translation) -> list[_Place]:
    found = []
    for number, pair in enumerate(translation.pairs, start=1):
        sentence = pair.source
        for finding in pair.findings:
            span = finding.source or Span(start=0, end=sentence.end - sentence.start)
            found.append(
                _Place(
                    row=layout.kind_label(finding.kind),
                    severity=_severity(finding),
                    label=str(number),
                    start=sentence.start + span.start,
                    width=span.end - span.start,
                )
            )
    length = len(translation.document.text)
    found += [
        _Place(
            row=WHOLE,
            severity=_severity(finding),
            label=layout.kind_label(finding.kind),
            start=0,
            width=length,
        )
        for finding in translation.findings
    ]
    return found


def _severity(finding: Finding) -> str:
    return finding.severity if finding.severity in SEVERITIES else "warning"


def _add_legend(axes: Axes, severities: Collection[str]) -> None:
    colours = palette(axes)
    for severity in SEVERITIES:
        if severity in severities:
            axes.plot([], [], MARKERS[severity], color=getattr(colours, severity), label=severity)
    if severities:
        axes.legend(
            loc="lower right",
            bbox_to_anchor=(1, 1),
            ncols=len(SEVERITIES),
            frameon=False,
            fontsize="small",
            borderpad=0,
        )
