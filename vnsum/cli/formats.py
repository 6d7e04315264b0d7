"""Output formats of the command line, for one result and for several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum import rendering
from vnsum.cli.console import to_json
from vnsum.rendering.layout import one_line
from vnsum.rendering.markdown import escape
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Translation

Value = Document | Translation | BilingualSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How results are formatted: `single` for one result, `entry` for one of several.

    `page` formats all results together, for formats that cannot be concatenated. `failure` formats
    the error of a source, for formats that can contain one.
    """

    suffixes: tuple[str, ...]
    single: Callable[[Value], str]
    entry: Callable[[str, Value], str]
    page: Callable[[Sequence[Value]], str] | None = None
    failure: Callable[[str, str], str] | None = None


def by_suffix(output: str | None) -> str:
    """Return the format for the suffix of the output file, by default `text`.

    >>> by_suffix("summary.html")
    'html'
    """
    suffix = Path(output or "").suffix.lower()
    return next((name for name, row in FORMATS.items() if suffix in row.suffixes), "text")


def _text(value: Value) -> str:
    return _end_line(rendering.to_text(value))


def _text_entry(name: str, value: Value) -> str:
    return f"==> {one_line(name)} <==\n{_text(value)}\n"


def _markdown(value: Value) -> str:
    return _end_line(rendering.to_markdown(value))


def _markdown_entry(name: str, value: Value) -> str:
    return f"*{escape(name)}*\n\n{_markdown(value)}\n---\n\n"


def _html(value: Value) -> str:
    return rendering.to_page(value)


def _json(value: Value) -> str:
    return to_json(value.to_dict(), indent=2)


def _json_entry(name: str, value: Value) -> str:
    return to_json({"file": name, "result": value.to_dict()})


def _json_failure(name: str, message: str) -> str:
    return to_json({"file": name, "error": message})


def _end_line(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


FORMATS = {
    "text": Format(suffixes=(".txt",), single=_text, entry=_text_entry),
    "markdown": Format(suffixes=(".md", ".markdown"), single=_markdown, entry=_markdown_entry),
    "html": Format(
        suffixes=(".html", ".htm"),
        single=_html,
        entry=lambda name, value: "",
        page=lambda values: rendering.to_page(*values),
    ),
    "json": Format(
        suffixes=(".json", ".jsonl"), single=_json, entry=_json_entry, failure=_json_failure
    ),
}
