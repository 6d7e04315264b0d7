"""Self-contained HTML of results: no scripts, no external resources, all text escaped.

The building blocks are in `vnsum.rendering.html_parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vnsum.rendering import html_parts as parts
from vnsum.rendering import layout
from vnsum.rendering.html_parts import attribute, escape, language
from vnsum.rendering.layout import Piece
from vnsum.results.digest import Digest, DigestPair, Place
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Translation


def document(value: Document) -> str:
    """Return the document with numbered sentences and dimmed boilerplate."""
    root = parts.identifier(value)
    article = parts.article(
        value, lambda piece: parts.sentence(piece, f"{root}-s{piece.index + 1}")
    )
    counted = layout.plural(len(value.sentences), "sentence")
    return parts.frame(
        root,
        "document",
        [
            _header(value, ["Document", layout.language_name(value.lang), counted]),
            f'<div class="vnsum-article vnsum-numbered" lang="{language(value.lang)}">{article}'
            "</div>"
            if article
            else parts.empty(layout.NO_SENTENCES),
        ],
    )


def translation(value: Translation) -> str:
    """Return source and translation side by side, sentence by sentence, with the findings."""
    root = parts.identifier(value)
    body = "".join(
        f'<ol class="vnsum-rows">{"".join(_row(value, piece, root) for piece in block)}</ol>'
        for block in layout.blocks(value.document)
    )
    counted = layout.plural(len(value.pairs), "sentence")
    return parts.frame(
        root,
        "translation",
        [
            _header(value, ["Translation", _direction(value), counted]),
            parts.notes(value.findings, f"{root}-n"),
            body or parts.empty(layout.NOTHING_TO_TRANSLATE),
            parts.footer(value.signature),
        ],
    )


def summary(value: BilingualSummary) -> str:
    """Return the bilingual summary beside the article, each sentence linked to its source."""
    root = parts.identifier(value)
    used = {index for pair in value.pairs for index in pair.source.evidence}
    counted = f"{len(value.pairs)} of {layout.plural(len(value.document.sentences), 'sentence')}"

    def sentence(piece: Piece) -> str:
        classes = ("vnsum-evidence",) if piece.index in used else ()
        return parts.sentence(piece, f"{root}-s{piece.index + 1}", *classes)

    article = parts.article(value.document, sentence)
    if article:
        article = (
            '<details class="vnsum-source" open><summary>The article</summary>'
            f'<div class="vnsum-article" lang="{language(value.document.lang)}" tabindex="0"'
            f' role="region" aria-label="The article">{article}</div></details>'
        )
    places = [
        "".join(_place(value.document, index, root) for index in pair.source.evidence)
        for pair in value.pairs
    ]
    anchors = [
        [f"{root}-s{index + 1}" for index in sorted({*pair.source.evidence})]
        for pair in value.pairs
    ]
    facts = ["Summary", _direction(value), counted]
    return _beside(value, root, "summary", facts, places, anchors, article)


def digest(value: Digest) -> str:
    """Return the bilingual digest beside its articles, each sentence linked to all that say it."""
    root = parts.identifier(value)
    names = layout.article_names(value.documents)
    numbers: dict[Place, list[int]] = {}
    for number, pair in enumerate(value.pairs, start=1):
        for place in dict.fromkeys((*pair.source.evidence, *pair.source.support)):
            numbers.setdefault(place, []).append(number)
    articles = "".join(
        _source(document, index, names[index], root, numbers)
        for index, document in enumerate(value.documents)
        if document.text.strip()
    )
    if articles:
        articles = (
            '<div class="vnsum-sources" tabindex="0" role="region" aria-label="The articles">'
            f"{articles}</div>"
        )
    counted = layout.plural(len(value.pairs), "sentence")
    counted += f" from {layout.plural(len(value.documents), 'article')}"
    facts = ["Digest", _direction(value), counted]
    places = [_papers(value, pair, names, root) for pair in value.pairs]
    anchors = [
        [_anchor(root, place) for place in (*pair.source.evidence, *pair.source.support)]
        for pair in value.pairs
    ]
    return _beside(value, root, "digest", facts, places, anchors, articles, _linker(names, root))


def _beside(
    value: BilingualSummary | Digest,
    root: str,
    kind: str,
    facts: Sequence[str],
    places: Sequence[str],
    anchors: Sequence[Sequence[str]],
    articles: str,
    link: Callable[[Place], str] | None = None,
) -> str:
    """Return cards for the pairs beside `articles`, where `anchors` are linked to each card.

    `link` makes links of the places of findings, which only digests have.
    """
    cards = "".join(_card(value, n, root, where, link) for n, where in enumerate(places))
    cards = f'<ol class="vnsum-cards">{cards}</ol>' if cards else ""
    return parts.frame(
        root,
        kind,
        [
            _header(value, facts),
            parts.notes(value.findings, f"{root}-n", link),
            _names(value),
            '<div class="vnsum-columns">'
            f"{cards or parts.empty(layout.NOTHING_TO_SUMMARIZE)}{articles}</div>",
            parts.footer(value.signature),
        ],
        style=parts.links(root, anchors),
    )


def _direction(value: layout.Result) -> str:
    names = [layout.language_name(lang) for lang in (value.source_lang, value.target_lang)]
    return " → ".join(names)


def _row(value: Translation, piece: Piece, root: str) -> str:
    source_lang, target_lang = language(value.document.lang), language(value.target_lang)
    if piece.kind is not None:
        target = value.boilerplate[piece.index]
        return (
            f'<li class="vnsum-row vnsum-aside"><div lang="{source_lang}">'
            f"{parts.boilerplate(piece.kind, piece.text)}</div>"
            f'<div lang="{target_lang}">{parts.boilerplate(piece.kind, target)}</div></li>\n'
        )
    pair = value.pairs[piece.index]
    number = piece.index + 1
    notes = f"{root}-s{number}-n"
    source = parts.marked(piece.text, [(f, f.source) for f in pair.findings], notes)
    target = parts.marked(pair.target, [(f, f.target) for f in pair.findings], notes)
    return (
        f'<li class="vnsum-row" id="{root}-s{number}" value="{number}" data-number="{number}">'
        f'<div lang="{source_lang}">{source}</div><div lang="{target_lang}">{target}</div>'
        f"{_confidence(layout.confidence(pair))}{parts.notes(pair.findings, notes)}</li>\n"
    )


def _confidence(text: str) -> str:
    return f'<p class="vnsum-places"><span>{escape(text)}</span></p>' if text else ""


def _card(
    value: BilingualSummary | Digest,
    position: int,
    root: str,
    places: str,
    link: Callable[[Place], str] | None,
) -> str:
    pair = value.pairs[position]
    identifier = f"{root}-p{position + 1}"
    notes = f"{identifier}-n"
    source = parts.marked(pair.source.text, [(f, f.source) for f in pair.findings], notes)
    target = parts.marked(pair.target, [(f, f.target) for f in pair.findings], notes)
    for text in filter(None, (layout.dates(pair), layout.confidence(pair))):
        places += f"<span>{escape(text)}</span>"
    # tabindex -1: a click on the card keeps its highlight, but Tab moves between links only.
    return (
        f'<li class="vnsum-card" id="{identifier}" tabindex="-1">'
        f'<p lang="{language(value.source_lang)}">{source}</p>'
        f'<p class="vnsum-target" lang="{language(value.target_lang)}">{target}</p>'
        + (f'<p class="vnsum-places">{places}</p>' if places else "")
        + f"{parts.notes(pair.findings, notes, link)}</li>\n"
    )


def _place(value: Document, index: int, root: str) -> str:
    where = escape(layout.place(value, index).capitalize())
    if not 0 <= index < len(value.sentences):
        return f"<span>{where}</span>"
    return f'<a href="#{root}-s{index + 1}">{where}</a>'


def _names(value: BilingualSummary | Digest) -> str:
    """Return the names of a result in both spellings, on one line."""
    langs = [language(value.source_lang), language(value.target_lang)]
    listed = [
        f'<span lang="{langs[0]}">{escape(own)}</span>'
        + (f' (<span lang="{langs[1]}">{escape(other)}</span>)' if other else "")
        for own, other in layout.names(value)
    ]
    return f'<p class="vnsum-names"><b>Names:</b> {"; ".join(listed)}</p>\n' if listed else ""


def _anchor(root: str, place: Place) -> str:
    return f"{root}-a{place.article + 1}-s{place.sentence + 1}"


def _papers(value: Digest, pair: DigestPair, names: Sequence[str], root: str) -> str:
    """Return a link for every article that says a sentence, that of the printed one first."""
    shown = [f"<span>{escape(layout.spread(value, pair).capitalize())}:</span>"]
    linked: set[int] = set()
    printed = {*pair.source.evidence}
    for place in (*pair.source.evidence, *pair.source.support):
        if place.article in linked:
            continue
        linked.add(place.article)
        says = "Printed from" if place in printed else "Says the same:"
        where = layout.place(value.documents[place.article], place.sentence)
        kind = " vnsum-printed" if place in printed else ""
        shown.append(
            f'<a class="vnsum-paper{kind}" href="#{_anchor(root, place)}" '
            f'title="{attribute(f"{says} {names[place.article]}, {where}")}">'
            f"{escape(names[place.article])}</a>"
        )
    return "".join(shown)


def _source(
    document: Document, index: int, name: str, root: str, numbers: Mapping[Place, Sequence[int]]
) -> str:
    """Return an article of a digest, whose sentences link to those of the digest they support."""

    def sentence(piece: Piece) -> str:
        place = Place(article=index, sentence=piece.index)
        marks = "".join(
            f'<a class="vnsum-mark" href="#{root}-p{number}" '
            f'title="Sentence {number} of the digest">{number}</a>'
            for number in numbers.get(place, ())
        )
        classes = ("vnsum-evidence",) if marks else ()
        return parts.sentence(piece, _anchor(root, place), *classes) + marks

    places = (Place(article=index, sentence=number) for number in range(len(document.sentences)))
    cited = any(place in numbers for place in places)
    title = layout.one_line(document.title or "")
    if title in (layout.one_line(piece.text) for piece in document.boilerplate):
        title = ""  # the article shows it
    day = layout.published(document)
    return (
        f'<details class="vnsum-source"{" open" if cited else ""}>'
        f"<summary>{escape(name)}{f' · {day}' if day else ''}</summary>"
        f'<div class="vnsum-article" lang="{language(document.lang)}">'
        + (f'<p class="vnsum-headline">{escape(title)}</p>' if title else "")
        + f"{parts.article(document, sentence)}</div></details>\n"
    )


def _linker(names: Sequence[str], root: str) -> Callable[[Place], str]:
    """Return a function that links a place of a finding; `names` are those of the articles."""

    def link(place: Place) -> str:
        where = f"{names[place.article]}, sentence {place.sentence + 1}"
        return f'<a href="#{_anchor(root, place)}">{escape(where)}</a>'

    return link


def _header(value: Document | layout.Result, facts: Sequence[str]) -> str:
    shown = [f"<b>{escape(facts[0])}</b>", *(f"<span>{escape(fact)}</span>" for fact in facts[1:])]
    days = [d.published for d in layout.documents(value) if d.published is not None]
    if len({*days}) == 1:
        shown.append(f'<time datetime="{days[0].isoformat()}">{layout.published(value)}</time>')
    elif days:
        shown.append(f"<span>{layout.published(value)}</span>")
    lines = [f'<p class="vnsum-facts">{" · ".join(shown)}</p>']
    for level, (lang, title) in enumerate(layout.titles(value)):
        tag, name = ("h2", "title") if level == 0 else ("p", "subtitle")
        lines.append(f'<{tag} class="vnsum-{name}" lang="{language(lang)}">{escape(title)}</{tag}>')
    return f"<header>{''.join(lines)}</header>\n"
