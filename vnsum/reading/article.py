"""Reading text, files, web pages and URLs into an `Article` with its metadata and boilerplate."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum import require
from vnsum.errors import FetchError, InputError
from vnsum.normalization import MOST_MARKS
from vnsum.reading.boilerplate import BOILERPLATE_KINDS, BoilerplateKind, find_boilerplate
from vnsum.reading.charsets import decode
from vnsum.reading.cleaning import Fix, apply_fixes, clean, fix_d, repair_encoding
from vnsum.reading.front_matter import find_front_matter
from vnsum.reading.subtitle_text import join_cues, unroll
from vnsum.reading.subtitles import Subtitles, parse_subtitles
from vnsum.reading.web.limits import Limits, is_url
from vnsum.reading.web.recognition import is_page
from vnsum.reading.web.urls import show
from vnsum.reading.wrapping import unwrap
from vnsum.results.document import Boilerplate
from vnsum.results.findings import Finding
from vnsum.results.serialization import encode
from vnsum.storage import read_bytes

__all__ = [
    "BOILERPLATE_KINDS",
    "Article",
    "BoilerplateKind",
    "handling",
    "is_prose",
    "read_data",
    "read_file",
    "read_html",
    "read_source",
    "read_subtitles",
    "read_text",
    "read_url",
]


# Findings about fixes that change more than the encoding, by the name of the fix.
NOTES = {
    "word_segmentation": Finding(
        kind="cleaning",
        severity="info",
        message="The text was word-segmented; its underscores and loose punctuation were removed.",
    ),
    "quotations": Finding(
        kind="cleaning", severity="info", message="Wrapped lines of quotations were joined."
    ),
    "marks": Finding(
        kind="cleaning",
        severity="info",
        message=f"Combining marks after the first {MOST_MARKS} in a row were removed.",
    ),
}
ROLLING = Finding(
    kind="cleaning",
    severity="info",
    message="Lines of rolling captions that repeat the cue before were left out.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned text with its metadata and boilerplate.

    `published` is the publication date, `source` the agency or newspaper, `author` the byline and
    `url` the address it was fetched from; all are `None` if unknown. `boilerplate` is ordered, and
    `text[piece.start:piece.end] == piece.text`. `subtitles` are the cues of a subtitle file, whose
    running text is `text`; `vnsum.rendering.to_subtitles` writes their translation. `findings` say
    how the text was changed, and `crlf` whether its lines ended with CR and LF, which are LF in
    `text`.
    """

    text: str
    title: str | None = None
    published: datetime.date | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    boilerplate: tuple[Boilerplate, ...] = ()
    subtitles: Subtitles | None = None
    findings: tuple[Finding, ...] = ()
    crlf: bool = False


def handling(kind: str) -> str:
    """Return how a translation treats boilerplate of `kind`.

    It is `"translate"`, `"localize"`, `"keep"` or `"drop"`.

    >>> handling("caption"), handling("date"), handling("url"), handling("end_mark")
    ('translate', 'localize', 'keep', 'drop')
    """
    kind = require.exact(kind)
    if not isinstance(kind, str) or kind not in BOILERPLATE_KINDS:
        raise InputError(
            f"unknown kind of boilerplate {require.show(kind)}: expected one of "
            f"{[*BOILERPLATE_KINDS]}"
        )
    return BOILERPLATE_KINDS[kind].handling


def is_prose(kind: str) -> bool:
    """Return whether boilerplate of this kind is prose, which is translated."""
    return handling(kind) == "translate"


def read_text(text: str) -> Article:
    """Return an article from `text`: plain text, Markdown or an HTML page.

    The text is cleaned, and its headline, date, credits and teasers are recognized. Raises
    `InputError` for anything but text.

    >>> article = read_text("date 2026-01-10 Trời mưa to.")
    >>> article.published, [piece.kind for piece in article.boilerplate]
    (datetime.date(2026, 1, 10), ['date'])
    """
    text = require.exact(text)
    if isinstance(text, str) and is_page(text):
        return read_html(text)
    return _read(text)


def _read(text: str, *, place: str | None = None) -> Article:
    """Return the article of plain text; `place` is where it was reported from, if known."""
    cleaned, fixes = apply_fixes(text)
    matter = find_front_matter(cleaned)
    found = find_boilerplate(unwrap(matter.blank(cleaned)), place=place)
    pieces = [
        dataclasses.replace(piece, text=cleaned[piece.start : piece.end]) for piece in found.pieces
    ]
    return Article(
        text=cleaned,
        title=found.title or matter.title,
        published=found.published or matter.published,
        source=found.source or matter.source,
        author=found.author,
        boilerplate=(*matter.pieces, *pieces),
        crlf="\r\n" in text and text.count("\r\n") == text.count("\n"),
        findings=_note(fixes),
    )


def _note(fixes: Iterable[Fix]) -> tuple[Finding, ...]:
    """Return the findings about fixes, each once."""
    names = dict.fromkeys(fix.name for fix in fixes)
    return tuple(NOTES[name] for name in names if name in NOTES)


def read_html(page: str, *, url: str | None = None) -> Article:
    """Return the article of an HTML page, extracted with trafilatura.

    Needs the extra `web`. The text is the headline, an empty line and the paragraphs, beginning
    with the lead. `url` is the address of the page. Raises `InputError` if no article is found.
    """
    from vnsum.reading.web import extraction

    url = require.exact(url)
    found = extraction.extract(repair_encoding(require.encodable(page, "a page")), url=url)
    body, fixes = apply_fixes(found.text)
    title, place = (clean(part) if part else None for part in (found.title, found.place))
    title, place, source, author = (
        fix_d(part, context=body).strip() if part else None
        for part in (title, place, found.source, found.author)
    )
    if title and body.split("\n", 1)[0].strip() != title:
        body = f"{title}\n\n{body}"
    article = _read(body, place=place)
    return dataclasses.replace(
        article,
        title=article.title or title,
        published=article.published or _iso_date(found.date),
        source=article.source or source,
        author=author or article.author,
        url=url,
        findings=(*_note(fixes), *article.findings, *found.findings),
    )


def read_subtitles(text: str, format: str) -> Article:
    """Return the running text of subtitles in the format `"srt"` or `"vtt"`.

    A sentence over several cues is joined. Rolling captions, as YouTube has them, lose the lines
    that repeat the cue before. Raises `InputError` with the line number for a malformed cue.

    >>> cues = "1\\n00:01,000 --> 00:02,500\\nTrời mưa to\\n\\n2\\n00:03,000 --> 00:04,500\\nở Huế."
    >>> read_subtitles(cues, "srt").text
    'Trời mưa to ở Huế.'
    """
    content = repair_encoding(require.text(text, "subtitles"))
    subtitles = parse_subtitles(content, format)
    if (fixed := fix_d(content, context=join_cues(subtitles).text)) != content:
        subtitles = parse_subtitles(fixed, format)
    fixes = (fix for cue in subtitles.cues for fix in apply_fixes("\n".join(cue.lines))[1])
    unrolled = unroll(subtitles)
    findings = (*_note(fixes), *((ROLLING,) if unrolled != subtitles else ()))
    return Article(text=join_cues(unrolled).text, subtitles=unrolled, findings=findings)


def read_url(url: str, *, limits: Limits | None = None, offline: bool | None = None) -> Article:
    """Fetch and read a web page or plain text; see `vnsum.reading.web.fetching.fetch`.

    The time limit covers fetching and reading. The page is read in a separate process, which is
    killed at the limit.
    """
    from vnsum.reading.web.deadline import Deadline

    url = require.exact(url)
    limits = limits or Limits()
    deadline = Deadline(limits.timeout)
    from vnsum.reading.web import confinement, extraction, fetching

    extraction.require_trafilatura()  # before using the network
    page = fetching.fetch(url, limits=limits, offline=offline)
    try:
        found = confinement.run_confined(
            f"{__name__}:_read_page",
            page.data,
            deadline=deadline,
            url=page.url,
            charset=page.charset,
            is_html=page.is_html,
        )
    except FetchError as error:
        raise FetchError(f"cannot read {show(page.url)}: {error}") from error
    pieces = tuple(
        Boilerplate(kind=kind, text=found["text"][start:end], start=start, end=end)
        for kind, start, end in found.pop("boilerplate")
    )
    published = _iso_date(found.pop("published"))
    findings = tuple(Finding(**finding) for finding in found.pop("findings"))  # without spans
    return Article(**found, published=published, boilerplate=pieces, findings=findings)


def _read_page(data: bytes, *, url: str, charset: str | None, is_html: bool) -> dict[str, Any]:
    """Return a page as an `Article` in JSON-compatible form."""
    text = decode(data, name=show(url), label=charset, is_html=is_html)
    article = read_html(text, url=url) if is_html else read_text(text)
    return {
        "text": article.text,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "source": article.source,
        "author": article.author,
        "url": url,
        "boilerplate": [(piece.kind, piece.start, piece.end) for piece in article.boilerplate],
        "findings": encode(article.findings),
        "crlf": article.crlf,
    }


def read_source(
    source: str | os.PathLike[str], *, limits: Limits | None = None, offline: bool | None = None
) -> Article:
    """Read the article at a URL or in a file."""
    require.optional_flag(offline, "offline")
    source = require.exact(source)
    if isinstance(source, str) and is_url(source):
        return read_url(source, limits=limits, offline=offline)
    return read_file(source)


def _iso_date(value: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if value else None
    except ValueError:  # the date of a page may be invalid
        return None


READERS: dict[str, Callable[[str], Article]] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".srt": functools.partial(read_subtitles, format="srt"),
    ".vtt": functools.partial(read_subtitles, format="vtt"),
}
# Commands that convert other documents to text or subtitles.
_PANDOC = "pandoc -t plain -o FILE.txt FILE"
CONVERTERS = {
    ".pdf": "pdftotext FILE.pdf FILE.txt",
    **{suffix: f"{_PANDOC}{suffix}" for suffix in (".docx", ".odt", ".epub", ".rtf")},
    ".doc": "soffice --convert-to txt FILE.doc",
    **{suffix: f"ffmpeg -i FILE{suffix} FILE.srt" for suffix in (".ass", ".ssa")},
    ".zip": f"{_PANDOC}.docx if it is a .docx, .odt or .epub document",
}
SIGNATURES = {b"%PDF-": ".pdf", b"{\\rtf": ".rtf", b"PK\3\4": ".zip", b"\xd0\xcf\x11\xe0": ".doc"}
SUBTITLE_SUFFIXES = (".srt", ".vtt")


def read_file(path: str | os.PathLike[str]) -> Article:
    """Read an article from a `.txt`, `.md`, `.html`, `.srt` or `.vtt` file.

    The encoding may be UTF-8, UTF-16 or a legacy Vietnamese encoding. Raises `InputError` for a
    file that is missing, of another type, or in an unknown encoding.
    """
    file = require.path(path, "a source")
    _choose_reader(file.name)
    try:
        data = read_bytes(file)
    except OSError as error:
        raise InputError(f"cannot read {str(file)!r}: {error.strerror}") from error
    return read_data(data, name=file.name)


def read_data(data: bytes, *, name: str) -> Article:
    """Read an article from the bytes of a file called `name`; see `read_file`."""
    name = require.text(name, "name")
    require.instance(data, bytes, "data", "bytes")
    reader = _choose_reader(name)
    require_plain(name, data)
    text = decode(data, name=name, is_html=reader is read_html)
    try:
        return reader(text)
    except InputError as error:
        if Path(name).suffix.lower() not in SUBTITLE_SUFFIXES:
            raise
        raise InputError(f"{name}: {error}") from error


def require_plain(name: str, data: bytes = b"") -> None:
    """Raise `InputError` for a document such as a PDF, by its suffix or its first bytes."""
    suffix = Path(name).suffix.lower()
    found = next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), suffix)
    kind = suffix if suffix in CONVERTERS else found
    if kind in CONVERTERS:
        raise InputError(
            f"cannot read {name!r}, which is a {kind} file: convert it first, for example "
            f"with {CONVERTERS[kind]}"
        )


def _choose_reader(name: str) -> Callable[[str], Article]:
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        require_plain(name)
        raise InputError(f"cannot read {name!r}: expected a file ending in {', '.join(READERS)}")
    return reader
