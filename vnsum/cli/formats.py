"""Output formats of the command line, for one result and for several."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum import rendering
from vnsum.cli.console import to_json
from vnsum.errors import InputError
from vnsum.reading.article import CONVERTERS, Article
from vnsum.reading.subtitles import FORMATS as SUBTITLES
from vnsum.reading.web.limits import is_url
from vnsum.rendering.layout import Result, one_line
from vnsum.rendering.markdown import escape
from vnsum.rendering.subtitles import to_subtitles
from vnsum.results.document import Document
from vnsum.results.result import Translation

Value = Document | Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How results are formatted: `single` for one result, `entry` for one of several.

    `single` gets the article, too, which has the cues of subtitles. `page` formats all results
    together, for formats that cannot be concatenated; subtitles have neither. `failure` formats the
    error of a source, for formats that can contain one.
    """

    suffixes: tuple[str, ...]
    single: Callable[[Value, Article], str]
    entry: Callable[[str, Value], str] | None = None
    page: Callable[[Sequence[Value]], str] | None = None
    failure: Callable[[str, str], str] | None = None


def by_suffix(output: str | None) -> str:
    """Return the format for the suffix of the output file, by default `text`.

    >>> by_suffix("summary.html")
    'html'
    """
    suffix = Path(output or "").suffix.lower()
    return next((name for name, row in FORMATS.items() if suffix in row.suffixes), "text")


def choose_format(
    sources: Sequence[str], output: str | None, chosen: str | None, *, translates: bool
) -> str:
    """Return the chosen format, or that of the output's suffix, or that of translated subtitles.

    Raises `InputError` if the results cannot be written as subtitles, or only some of them can.
    """
    suffixes = {Path(source).suffix.lower() for source in sources if not is_url(source)}
    if not chosen and (suffix := Path(output or "").suffix.lower()) in CONVERTERS:
        raise InputError(
            f"cannot write {suffix} files: write .html or .md and convert that, or choose what to "
            "write with -f"
        )
    name = chosen or by_suffix(output)
    if (
        translates
        and not chosen
        and Path(output or "").suffix.lower() not in FORMATS[name].suffixes
    ):
        name = next((kind for kind in SUBTITLES if suffixes == {f".{kind}"}), name)
        if name not in SUBTITLES and not suffixes.isdisjoint(f".{kind}" for kind in SUBTITLES):
            raise InputError(
                "subtitles cannot be translated together with files of another format: translate "
                "them separately, or choose a format for all with -f"
            )
    if name not in SUBTITLES:
        return name
    if not translates:
        raise InputError(
            f"only translations can be written as subtitles: choose another format than {name}"
        )
    if not suffixes <= {f".{kind}" for kind in SUBTITLES} or any(map(is_url, sources)):
        raise InputError(
            f"the format {name} is for subtitles: expected only .srt and .vtt files as sources"
        )
    return name


def _text(value: Value, article: Article) -> str:
    return _end_line(rendering.to_text(value))


def _text_entry(name: str, value: Value) -> str:
    return f"==> {one_line(name)} <==\n{_end_line(rendering.to_text(value))}\n"


def _markdown(value: Value, article: Article) -> str:
    return _end_line(rendering.to_markdown(value))


def _markdown_entry(name: str, value: Value) -> str:
    return f"*{escape(name)}*\n\n{_end_line(rendering.to_markdown(value))}\n---\n\n"


def _html(value: Value, article: Article) -> str:
    return rendering.to_page(value)


def _json(value: Value, article: Article) -> str:
    return to_json(value.to_dict(), indent=2)


def _json_entry(name: str, value: Value) -> str:
    return to_json({"file": name, "result": value.to_dict()})


def _json_failure(name: str, message: str) -> str:
    return to_json({"file": name, "error": message})


def _subtitles(value: Value, article: Article, *, format: str) -> str:
    if not isinstance(value, Translation) or article.subtitles is None:
        raise InputError("only the translation of a .srt or .vtt file can be written as subtitles")
    return to_subtitles(value, article.subtitles, format=format)


def _end_line(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


FORMATS = {
    "text": Format(suffixes=(".txt",), single=_text, entry=_text_entry),
    "markdown": Format(suffixes=(".md", ".markdown"), single=_markdown, entry=_markdown_entry),
    "html": Format(
        suffixes=(".html", ".htm"),
        single=_html,
        page=lambda values: rendering.to_page(*values),
    ),
    "json": Format(
        suffixes=(".json", ".jsonl"), single=_json, entry=_json_entry, failure=_json_failure
    ),
    **{
        kind: Format(suffixes=(f".{kind}",), single=functools.partial(_subtitles, format=kind))
        for kind in SUBTITLES
    },
}
