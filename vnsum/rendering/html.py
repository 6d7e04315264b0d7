"""Self-contained HTML: no scripts, no external resources, all text escaped.

A fragment contains its style, scoped to the class `vnsum`. Highlights use CSS and links, so they
work in notebooks, in saved pages and by keyboard. Identifiers are hashes of the content: equal
results give equal HTML, and different results can share a page.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from vnsum.rendering import layout
from vnsum.rendering.layout import Piece
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Finding, Span, Translation

SEVERITIES = ("info", "warning", "error")


def document(value: Document) -> str:
    """Return the document with numbered sentences and dimmed boilerplate."""
    root = _identifier(value)
    article = _article(value, lambda piece: _sentence(piece, f"{root}-s{piece.index + 1}"))
    counted = _plural(len(value.sentences), "sentence")
    return _frame(
        root,
        "document",
        [
            _header(value, ["Document", layout.language_name(value.lang), counted]),
            f'<div class="vnsum-article vnsum-numbered" lang="{_attribute(value.lang)}">{article}'
            "</div>"
            if article
            else _empty(layout.NO_SENTENCES),
        ],
    )


def translation(value: Translation) -> str:
    """Return source and translation side by side, sentence by sentence, with the findings."""
    root = _identifier(value)
    body = "".join(
        f'<ol class="vnsum-rows">{"".join(_row(value, piece, root) for piece in block)}</ol>'
        for block in layout.blocks(value.document)
    )
    counted = _plural(len(value.pairs), "sentence")
    return _frame(
        root,
        "translation",
        [
            _header(value, ["Translation", _direction(value), counted]),
            _notes(value.findings, f"{root}-n"),
            body or _empty(layout.NOTHING_TO_TRANSLATE),
            _footer(value.signature),
        ],
    )


def summary(value: BilingualSummary) -> str:
    """Return the bilingual summary beside the article, each sentence linked to its source."""
    root = _identifier(value)
    used = {index for pair in value.pairs for index in pair.source.evidence}
    counted = f"{len(value.pairs)} of {_plural(len(value.document.sentences), 'sentence')}"
    head = _header(value, ["Summary", _direction(value), counted])
    cards = "".join(_card(value, position, root) for position in range(len(value.pairs)))
    cards = f'<ol class="vnsum-cards">{cards}</ol>' if cards else ""

    def sentence(piece: Piece) -> str:
        return _sentence(piece, f"{root}-s{piece.index + 1}", evidence=piece.index in used)

    article = _article(value.document, sentence)
    if article:
        article = (
            '<details class="vnsum-source" open><summary>The article</summary>'
            f'<div class="vnsum-article" lang="{_attribute(value.document.lang)}" tabindex="0"'
            f' role="region" aria-label="The article">{article}</div></details>'
        )
    return _frame(
        root,
        "summary",
        [
            head,
            _notes(value.findings, f"{root}-n"),
            _names(value),
            f'<div class="vnsum-columns">{cards or _empty(layout.NOTHING_TO_SUMMARIZE)}{article}'
            "</div>",
            _footer(value.signature),
        ],
        style=_links(value, root),
    )


def page(fragments: Iterable[str], *, title: str) -> str:
    """Return a complete HTML document with fragments of this module."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # The page needs only its own style; the policy also disables injected markup.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_stylesheet('page.css')}</style>\n</head>\n"
        f'<body class="vnsum-page">\n<main>\n{"".join(fragments)}</main>\n</body>\n</html>\n'
    )


def escape(text: str) -> str:
    """Return `text` as HTML text: special characters as entities, unprintable ones replaced."""
    return html.escape(layout.printable(text), quote=False)


def _attribute(text: str) -> str:
    return html.escape(layout.printable(text), quote=True)


@lru_cache(maxsize=2)
def _stylesheet(name: str) -> str:
    return resources.files("vnsum.rendering").joinpath(name).read_text(encoding="utf-8")


def _identifier(value: Document | Translation | BilingualSummary) -> str:
    data = json.dumps(value.to_dict(), sort_keys=True)
    return f"vnsum-{hashlib.sha256(data.encode()).hexdigest()[:10]}"


def _frame(root: str, kind: str, parts: Iterable[str], *, style: str = "") -> str:
    return (
        f'<style>{_stylesheet("style.css")}{style}</style>\n<article class="vnsum vnsum-{kind}"'
        f' id="{root}" lang="en"><div class="vnsum-body">\n{"".join(parts)}</div></article>\n'
    )


def _header(value: Document | Translation | BilingualSummary, facts: Sequence[str]) -> str:
    source = value if isinstance(value, Document) else value.document
    shown = [f"<b>{escape(facts[0])}</b>", *(f"<span>{escape(fact)}</span>" for fact in facts[1:])]
    if source.published is not None:
        day = layout.published(source)
        shown.append(f'<time datetime="{source.published.isoformat()}">{day}</time>')
    lines = [f'<p class="vnsum-facts">{" · ".join(shown)}</p>']
    for level, (lang, title) in enumerate(layout.titles(value)):
        tag, name = ("h2", "title") if level == 0 else ("p", "subtitle")
        lines.append(
            f'<{tag} class="vnsum-{name}" lang="{_attribute(lang)}">{escape(title)}</{tag}>'
        )
    return f"<header>{''.join(lines)}</header>\n"


def _direction(value: Translation | BilingualSummary) -> str:
    names = [layout.language_name(lang) for lang in (value.document.lang, value.target_lang)]
    return " → ".join(names)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _article(value: Document, sentence: Callable[[Piece], str]) -> str:
    paragraphs = []
    for block in layout.blocks(value):
        inner = "".join(
            (escape(piece.gap) if position else "")
            + (sentence(piece) if piece.kind is None else _boilerplate(piece.kind, piece.text))
            for position, piece in enumerate(block)
        )
        paragraphs.append(f"<p>{inner}</p>\n")
    return "".join(paragraphs)


def _sentence(piece: Piece, identifier: str, *, evidence: bool = False) -> str:
    name = "vnsum-sentence vnsum-evidence" if evidence else "vnsum-sentence"
    return (
        f'<span class="{name}" id="{identifier}" data-number="{piece.index + 1}">'
        f"{escape(piece.text)}</span>"
    )


def _boilerplate(kind: str, text: str) -> str:
    label = _attribute(layout.kind_label(kind))
    return f'<span class="vnsum-boilerplate" title="{label}, not part of the article">' + (
        f"{escape(text)}</span>"
    )


def _row(value: Translation, piece: Piece, root: str) -> str:
    source_lang, target_lang = _attribute(value.document.lang), _attribute(value.target_lang)
    if piece.kind is not None:
        target = value.boilerplate[piece.index]
        return (
            f'<li class="vnsum-row vnsum-aside"><div lang="{source_lang}">'
            f"{_boilerplate(piece.kind, piece.text)}</div>"
            f'<div lang="{target_lang}">{_boilerplate(piece.kind, target)}</div></li>\n'
        )
    pair = value.pairs[piece.index]
    number = piece.index + 1
    notes = f"{root}-s{number}-n"
    source = _marked(piece.text, [(f, f.source) for f in pair.findings], notes)
    target = _marked(pair.target, [(f, f.target) for f in pair.findings], notes)
    return (
        f'<li class="vnsum-row" id="{root}-s{number}" value="{number}" data-number="{number}">'
        f'<div lang="{source_lang}">{source}</div><div lang="{target_lang}">{target}</div>'
        f"{_confidence(layout.confidence(pair))}{_notes(pair.findings, notes)}</li>\n"
    )


def _confidence(text: str) -> str:
    return f'<p class="vnsum-places"><span>{escape(text)}</span></p>' if text else ""


def _card(value: BilingualSummary, position: int, root: str) -> str:
    pair = value.pairs[position]
    identifier = f"{root}-p{position + 1}"
    notes = f"{identifier}-n"
    source = _marked(pair.source.text, [(f, f.source) for f in pair.findings], notes)
    target = _marked(pair.target, [(f, f.target) for f in pair.findings], notes)
    places = "".join(_place(value.document, index, root) for index in pair.source.evidence)
    for text in filter(None, (layout.dates(pair), layout.confidence(pair))):
        places += f"<span>{escape(text)}</span>"
    # tabindex -1: a click on the card keeps its highlight, but Tab moves between links only.
    return (
        f'<li class="vnsum-card" id="{identifier}" tabindex="-1">'
        f'<p lang="{_attribute(value.document.lang)}">{source}</p>'
        f'<p class="vnsum-target" lang="{_attribute(value.target_lang)}">{target}</p>'
        + (f'<p class="vnsum-places">{places}</p>' if places else "")
        + f"{_notes(pair.findings, notes)}</li>\n"
    )


def _names(value: BilingualSummary) -> str:
    """Return the names of a summary in both spellings, on one line."""
    langs = [_attribute(value.document.lang), _attribute(value.target_lang)]
    listed = [
        f'<span lang="{langs[0]}">{escape(own)}</span>'
        + (f' (<span lang="{langs[1]}">{escape(other)}</span>)' if other else "")
        for own, other in layout.names(value)
    ]
    return f'<p class="vnsum-names"><b>Names:</b> {"; ".join(listed)}</p>\n' if listed else ""


def _place(value: Document, index: int, root: str) -> str:
    where = escape(layout.place(value, index).capitalize())
    if not 0 <= index < len(value.sentences):
        return f"<span>{where}</span>"
    return f'<a href="#{root}-s{index + 1}">{where}</a>'


def _links(value: BilingualSummary, root: str) -> str:
    """Return CSS rules that highlight a card together with its source sentences."""
    rules = []
    for position, pair in enumerate(value.pairs):
        card = f"#{root}-p{position + 1}"
        for index in sorted(set(pair.source.evidence)):
            sentence = f"#{root}-s{index + 1}"
            rules.append(f"#{root}:has({card}:is(:hover,:focus-within)) {sentence}")
            rules.append(f"#{root}:has({sentence}:is(:hover,:target)) {card}")
    return f"{','.join(rules)}{{--vnsum-lit:var(--vnsum-hit)}}\n" if rules else ""


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    finding: Finding
    note: str


def _marked(text: str, found: Iterable[tuple[Finding, Span | None]], notes: str) -> str:
    """Return `text` escaped, with the spans of findings underlined; spans may overlap."""
    marks = [
        _Mark(span.start, min(span.end, len(text)), finding, f"{notes}{number}")
        for number, (finding, span) in enumerate(found, start=1)
        if span is not None and 0 <= span.start < min(span.end, len(text))
    ]
    cuts = sorted({0, len(text), *(m.start for m in marks), *(m.end for m in marks)})
    parts = []
    for start, end in itertools.pairwise(cuts):
        active = [mark for mark in marks if mark.start <= start and end <= mark.end]
        piece = escape(text[start:end])
        parts.append(_underlined(piece, active) if active else piece)
    return "".join(parts)


def _underlined(piece: str, active: Sequence[_Mark]) -> str:
    message = _attribute(" · ".join(mark.finding.message for mark in active))
    worst = max((_severity(mark.finding) for mark in active), key=SEVERITIES.index)
    notes = " ".join(mark.note for mark in active)
    return (
        f'<mark class="vnsum-flag vnsum-{worst}" tabindex="0" title="{message}"'
        f' aria-describedby="{notes}">{piece}</mark>'
    )


def _severity(finding: Finding) -> str:
    return finding.severity if finding.severity in SEVERITIES else "warning"


def _notes(findings: Sequence[Finding], identifier: str) -> str:
    if not findings:
        return ""
    items = "".join(
        f'<li class="vnsum-{_severity(finding)}" id="{identifier}{number}" lang="en">'
        f'<span aria-hidden="true">{layout.symbol(finding)}</span> '
        f"<b>{escape(layout.kind_label(finding.kind))}:</b> {escape(finding.message)}</li>"
        for number, finding in enumerate(findings, start=1)
    )
    return f'<ul class="vnsum-notes">{items}</ul>\n'


def _empty(message: str) -> str:
    return f'<p class="vnsum-empty">{escape(message)}</p>\n'


def _footer(signature: str) -> str:
    return f"<footer>{escape(signature)}</footer>\n" if signature.strip() else ""
