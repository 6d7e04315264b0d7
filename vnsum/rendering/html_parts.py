"""Building blocks of the HTML: escaped text, articles, marks, notes, frames and pages.

A fragment contains its style, scoped to the class `vnsum`. Highlights use CSS and links, so they
work in notebooks, in saved pages and by keyboard. Identifiers are hashes of the content: equal
results give equal HTML, and different results can share a page.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from vnsum.rendering import layout
from vnsum.rendering.layout import Piece
from vnsum.results.document import Document
from vnsum.results.findings import Finding, Place, Span, shorten

SEVERITIES = ("info", "warning", "error")


def page(fragments: Iterable[str], *, title: str) -> str:
    """Return a complete HTML document with fragments of this module."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # The page needs only its own style; the policy also disables injected markup.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{stylesheet('page.css')}</style>\n</head>\n"
        f'<body class="vnsum-page">\n<main>\n{"".join(fragments)}</main>\n</body>\n</html>\n'
    )


def escape(text: str) -> str:
    """Return `text` as HTML text: special characters as entities, unprintable ones replaced."""
    return html.escape(layout.printable(text), quote=False)


def attribute(text: str) -> str:
    """Return `text` for the value of an attribute."""
    return html.escape(layout.printable(text), quote=True)


def language(code: str) -> str:
    """Return the code of a language for an attribute, shortened if it is unknown and long."""
    return attribute(shorten(code))


@lru_cache(maxsize=2)
def stylesheet(name: str) -> str:
    """Return the text of a stylesheet of this package."""
    return resources.files("vnsum.rendering").joinpath(name).read_text(encoding="utf-8")


def identifier(value: Document | layout.Result) -> str:
    """Return the identifier of a result: a hash of its content."""
    data = json.dumps(value.to_dict(), sort_keys=True)
    return f"vnsum-{hashlib.sha256(data.encode()).hexdigest()[:10]}"


def frame(root: str, kind: str, parts: Iterable[str], *, style: str = "") -> str:
    """Return a fragment with its style."""
    return (
        f'<style>{stylesheet("style.css")}{style}</style>\n<article class="vnsum vnsum-{kind}"'
        f' id="{root}" lang="en"><div class="vnsum-body">\n{"".join(parts)}</div></article>\n'
    )


def article(value: Document, sentence: Callable[[Piece], str]) -> str:
    """Return the paragraphs of a document; `sentence` makes its sentences."""
    paragraphs = []
    for block in layout.blocks(value):
        inner = "".join(
            (escape(piece.gap) if position else "")
            + (sentence(piece) if piece.kind is None else boilerplate(piece.kind, piece.text))
            for position, piece in enumerate(block)
        )
        paragraphs.append(f"<p>{inner}</p>\n")
    return "".join(paragraphs)


def sentence(piece: Piece, anchor: str, *classes: str) -> str:
    """Return a sentence of an article with the identifier `anchor`."""
    return (
        f'<span class="{" ".join(("vnsum-sentence", *classes))}" id="{anchor}" '
        f'data-number="{piece.index + 1}">{escape(piece.text)}</span>'
    )


def boilerplate(kind: str, text: str) -> str:
    """Return a piece of boilerplate, dimmed."""
    label = attribute(layout.kind_label(kind))
    return f'<span class="vnsum-boilerplate" title="{label}, not part of the article">' + (
        f"{escape(text)}</span>"
    )


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    severity: str
    message: str
    note: str


MOST_MARKS = 10  # findings that are named at one place of a text; all are listed below it
LONGEST_TITLE = 200  # characters of their messages there


def marked(text: str, found: Iterable[tuple[Finding, Span | None]], notes: str) -> str:
    """Return `text` escaped, with the spans of findings underlined; spans may overlap."""
    starting: dict[int, list[_Mark]] = {}
    ending: dict[int, list[_Mark]] = {}
    for number, (finding, span) in enumerate(found, start=1):
        if span is not None and 0 <= span.start < (end := min(span.end, len(text))):
            message = shorten(finding.message, LONGEST_TITLE)
            mark = _Mark(span.start, end, severity(finding), message, f"{notes}{number}")
            starting.setdefault(span.start, []).append(mark)
            ending.setdefault(end, []).append(mark)
    parts = []
    active: dict[str, _Mark] = {}
    counts = Counter[str]()  # of the active ones, by severity
    for start, end in itertools.pairwise(sorted({0, len(text), *starting, *ending})):
        for mark in ending.get(start, ()):
            del active[mark.note]
            counts[mark.severity] -= 1
        for mark in starting.get(start, ()):
            active[mark.note] = mark
            counts[mark.severity] += 1
        piece = escape(text[start:end])
        parts.append(_underlined(piece, active.values(), counts) if active else piece)
    return "".join(parts)


def _underlined(piece: str, active: Iterable[_Mark], counts: Mapping[str, int]) -> str:
    named = list(itertools.islice(active, MOST_MARKS))
    message = attribute(shorten(" · ".join(mark.message for mark in named), LONGEST_TITLE))
    worst = [severity for severity in SEVERITIES if counts[severity]][-1]
    notes = " ".join(mark.note for mark in named)
    return (
        f'<mark class="vnsum-flag vnsum-{worst}" tabindex="0" title="{message}"'
        f' aria-describedby="{notes}">{piece}</mark>'
    )


def severity(finding: Finding) -> str:
    """Return the severity of a finding, that of a warning if it is unknown."""
    return finding.severity if finding.severity in SEVERITIES else "warning"


def notes(
    findings: Sequence[Finding], identifier: str, link: Callable[[Place], str] | None = None
) -> str:
    """Return findings as a list; `link` makes links of their places."""
    if not findings:
        return ""
    items = "".join(
        f'<li class="vnsum-{severity(finding)}" id="{identifier}{number}" lang="en">'
        f'<span aria-hidden="true">{layout.symbol(finding)}</span> '
        f"<b>{escape(layout.kind_label(finding.kind))}:</b> {escape(finding.message)}"
        + (f" ({', '.join(map(link, finding.places))})" if link and finding.places else "")
        + "</li>"
        for number, finding in enumerate(findings, start=1)
    )
    return f'<ul class="vnsum-notes">{items}</ul>\n'


def links(root: str, anchors: Iterable[Iterable[str]]) -> str:
    """Return CSS rules that highlight each card of `root` together with its `anchors`."""
    rules = []
    for number, linked in enumerate(anchors, start=1):
        card = f"#{root}-p{number}"
        for anchor in dict.fromkeys(linked):
            rules.append(f"#{root}:has({card}:is(:hover,:focus-within)) #{anchor}")
            rules.append(f"#{root}:has(#{anchor}:is(:hover,:target)) {card}")
    return f"{','.join(rules)}{{--vnsum-lit:var(--vnsum-hit)}}\n" if rules else ""


def empty(message: str) -> str:
    """Return a message in place of a body."""
    return f'<p class="vnsum-empty">{escape(message)}</p>\n'


def footer(signature: str) -> str:
    """Return the signature of a result."""
    return f"<footer>{escape(signature)}</footer>\n" if signature.strip() else ""
