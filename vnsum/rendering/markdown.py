"""Markdown (CommonMark with the tables of GitHub, Jupyter and Pandoc), with all text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vnsum.rendering import layout
from vnsum.results.digest import Digest, DigestPair
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Finding, SummaryPair, Translation

# `$` starts mathematics in Jupyter and on GitHub, `~` strikes out, `#` can end a heading, and
# Pandoc reads attributes in braces.
_SPECIAL = re.compile(r"[\\`*_\[\]|~$#{}]")
# Entities, not backslashes, because some converters do not support `\<`.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile("[&<>]")

Row = Sequence[str]


def document(value: Document) -> str:
    """Return the sentences as a numbered table, with the boilerplate in text order."""
    rows = [
        _boilerplate_row(piece.kind, [escape(piece.text)])
        if piece.kind is not None
        else [str(piece.index + 1), escape(piece.text)]
        for block in layout.blocks(value)
        for piece in block
    ]
    table = _table(["", escape(layout.language_name(value.lang))], rows)
    return _join([*_heading(value), table or layout.NO_SENTENCES])


def translation(value: Translation) -> str:
    """Return source and translation side by side, then the findings."""
    rows: list[Row] = []
    for piece in (piece for block in layout.blocks(value.document) for piece in block):
        if piece.kind is not None:
            both = [escape(piece.text), escape(value.boilerplate[piece.index])]
            rows.append(_boilerplate_row(piece.kind, both))
        else:
            target = value.pairs[piece.index].target
            rows.append([str(piece.index + 1), escape(piece.text), escape(target)])
    table = _table(["", *_languages(value)], rows)
    notes = [
        (f"Sentence {index + 1}", finding)
        for index, pair in enumerate(value.pairs)
        for finding in pair.findings
    ]
    return _join(
        [
            *_heading(value),
            table or layout.NOTHING_TO_TRANSLATE,
            _findings(value.findings, notes),
            _signature(value.signature),
        ]
    )


def summary(value: BilingualSummary | Digest) -> str:
    """Return the result as a table: place in the article, and both languages."""
    names = layout.article_names(layout.documents(value))
    rows = [
        [
            "<br>".join(_places(value, pair, names)),
            escape(pair.source.text),
            escape(pair.target),
        ]
        for pair in value.pairs
    ]
    table = _table(["Where", *_languages(value)], rows)
    notes = [
        (f"Sentence {label}", finding)
        for label, pair in layout.labelled(value)
        for finding in pair.findings
    ]
    return _join(
        [
            *_heading(value),
            table or layout.NOTHING_TO_SUMMARIZE,
            _names(value),
            _articles(value, names) if isinstance(value, Digest) else "",
            _findings(value.findings, notes),
            _signature(value.signature),
        ]
    )


def _places(
    value: BilingualSummary | Digest, pair: SummaryPair | DigestPair, names: Sequence[str]
) -> list[str]:
    places = [escape(place) for place in layout.places(value, pair, names)]
    if isinstance(value, Digest) and isinstance(pair, DigestPair):
        places.append(layout.spread(value, pair))
    dates = layout.dates(pair)
    return [*places, f"*{escape(dates)}*"] if dates else places


def _articles(value: Digest, names: Sequence[str]) -> str:
    """Return a list of the articles: name, title, date."""
    named = zip(names, value.documents, strict=True)
    return "\n".join(
        f"{number}. "
        + ", ".join(
            escape(part)
            for part in (name, document.title, layout.published(document))
            if part and part.strip()
        )
        for number, (name, document) in enumerate(named, start=1)
    )


def _names(value: BilingualSummary | Digest) -> str:
    listed = [
        escape(own) + (f" ({escape(other)})" if other else "") for own, other in layout.names(value)
    ]
    return f"**Names:** {'; '.join(listed)}" if listed else ""


def escape(text: str) -> str:
    r"""Return `text` on one line with the special characters of Markdown escaped.

    >>> escape("5 * 3 | <b>_x_</b>")
    '5 \\* 3 \\| &lt;b&gt;\\_x\\_&lt;/b&gt;'
    """
    text = _ENTITY.sub(lambda match: _ENTITIES[match[0]], layout.one_line(text))
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def _heading(value: Document | layout.Result) -> list[str]:
    signs = ("# {}", "**{}**")
    parts = [
        sign.format(escape(title))
        for sign, (_, title) in zip(signs, layout.titles(value), strict=False)
    ]
    day = layout.published(value)
    return [*parts, f"*Published {day}*"] if day else parts


def _languages(value: layout.Result) -> list[str]:
    return [escape(layout.language_name(lang)) for lang in (value.source_lang, value.target_lang)]


def _boilerplate_row(kind: str, cells: Iterable[str]) -> Row:
    return [f"*{escape(layout.kind_label(kind))}*", *(f"*{c}*" if c else "" for c in cells)]


def _table(header: Row, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _findings(whole: Iterable[Finding], notes: Iterable[tuple[str, Finding]]) -> str:
    lines = [_finding(finding) for finding in whole]
    lines += [_finding(finding, f"{where}, ") for where, finding in notes]
    return "\n".join(lines)


def _finding(finding: Finding, where: str = "") -> str:
    kind = escape(layout.kind_label(finding.kind))
    return f"- {layout.symbol(finding)} **{where}{kind}:** {escape(finding.message)}"


def _signature(signature: str) -> str:
    return f"<sub>{escape(signature)}</sub>" if signature.strip() else ""


def _join(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)
