"""Rendering of documents, translations, bilingual summaries and digests as text, Markdown and HTML.

Pure functions of a result, without notebook libraries. All text is escaped for the output format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from vnsum.errors import InputError
from vnsum.rendering import html, html_parts, layout, markdown, text
from vnsum.rendering.subtitles import to_subtitles
from vnsum.results.digest import Digest
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Translation
from vnsum.results.serialization import require_fields

__all__ = ["findings", "report", "to_html", "to_markdown", "to_page", "to_subtitles", "to_text"]

Value = Document | layout.Result
Table = Mapping[type, Callable[[Any], str]]
Made = TypeVar("Made")

RESULTS = (Translation, BilingualSummary, Digest)
TEXT: Table = {
    Document: text.document,
    Translation: text.translation,
    BilingualSummary: text.summary,
    Digest: text.summary,
}
MARKDOWN: Table = {
    Document: markdown.document,
    Translation: markdown.translation,
    BilingualSummary: markdown.summary,
    Digest: markdown.summary,
}
HTML: Table = {
    Document: html.document,
    Translation: html.translation,
    BilingualSummary: html.summary,
    Digest: html.digest,
}


def to_text(value: Value) -> str:
    """Return a result as plain text for a terminal of 80 columns.

    For a document: its numbered sentences and its boilerplate. For a summary or digest: headline,
    date, every sentence in both languages with its place, findings and signature. For a
    translation: its text only (see `findings`). Raises `InputError` for anything else.
    """
    return _render(value, TEXT)


def to_markdown(value: Value) -> str:
    """Return a result as a Markdown table of sentences; `InputError` for anything else.

    >>> from vnsum.results.document import Document, Sentence
    >>> sentence = Sentence(text="Giá *tăng*.", start=0, end=11, paragraph=0)
    >>> print(to_markdown(Document(text="Giá *tăng*.", lang="vi", sentences=(sentence,))))
    |  | Vietnamese |
    | --- | --- |
    | 1 | Giá \\*tăng\\*. |
    """
    return _render(value, MARKDOWN)


def to_html(value: Value) -> str:
    """Return a result as an HTML fragment with its own style; `InputError` for anything else.

    It uses no script and no network, and fits into any page or notebook, light or dark.
    """
    return _render(value, HTML)


def to_page(*values: Value) -> str:
    """Return one or several results as one complete HTML document."""
    parts = [to_html(value) for value in values]
    titles = [title for value in values for _, title in layout.titles(value)]
    return html_parts.page(parts, title=titles[0] if titles else "vnsum")


def findings(value: layout.Result) -> list[str]:
    """Return the findings of a result as lines of plain text, with their sentence numbers."""
    return _render(value, dict.fromkeys(RESULTS, text.findings))


def report(value: layout.Result) -> str:
    """Return a plain-text report of the checks: counts, then findings with their places."""
    return _render(value, dict.fromkeys(RESULTS, text.report))


def _render(value: Any, table: Mapping[type, Callable[[Any], Made]]) -> Made:
    for kind, function in table.items():
        if isinstance(value, kind):
            require_fields(value, kind.__name__)
            return function(value)
    raise InputError(
        f"expected a {' or '.join(kind.__name__ for kind in table)}, not {type(value).__name__}: "
        "create one with vnsum.segment, vnsum.translate, vnsum.summarize or vnsum.digest"
    )
