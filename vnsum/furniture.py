"""The furniture of a news page: tables of kinds and patterns, and the passes that apply them.

Pure functions on a cleaned text. Every pattern is linear: no nested repetition.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from vnsum.document import Furniture


@dataclass(frozen=True, slots=True, kw_only=True)
class FurnitureKind:
    """One kind: its name, what a translation does with it, and what it is.

    `handling` is `"translate"` (prose), `"keep"` (put back as it was) or `"drop"` (has no
    counterpart in the other language and is left out of a translation).
    """

    name: str
    handling: str
    meaning: str


FURNITURE_KINDS = {
    row.name: row
    for row in (
        FurnitureKind(name="headline", handling="translate", meaning="headline of the article"),
        FurnitureKind(name="heading", handling="translate", meaning="heading inside the article"),
        FurnitureKind(name="caption", handling="translate", meaning="caption of a picture"),
        FurnitureKind(name="related", handling="translate", meaning="pointer to another article"),
        FurnitureKind(name="teaser", handling="translate", meaning="beginning of another article"),
        FurnitureKind(name="tags", handling="translate", meaning="list of keywords"),
        FurnitureKind(name="date", handling="keep", meaning="date of publication"),
        FurnitureKind(name="dateline", handling="keep", meaning="place, agency, date of the report"),
        FurnitureKind(name="author", handling="keep", meaning="who wrote it"),
        FurnitureKind(name="agency", handling="keep", meaning="agency or paper it comes from"),
        FurnitureKind(name="url", handling="keep", meaning="web or mail address"),
        FurnitureKind(name="markup", handling="keep", meaning="marks of Markdown and of lists"),
        FurnitureKind(name="code", handling="keep", meaning="block of code"),
        FurnitureKind(name="end_mark", handling="drop", meaning="agency's end mark"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What `find_furniture` found in a text."""

    title: str | None
    published: datetime.date | None
    source: str | None
    pieces: tuple[Furniture, ...]


_DATE_HEADER = re.compile(r"\s*(date[ :]+(\d{4})-(\d\d)-(\d\d))(?!\S)")
_END_MARK = re.compile(r"(?<=[.!?…”\"])?[ ]?(/\.)[ ]*$", re.M)


def find_furniture(text: str) -> Found:
    """Return the furniture of a cleaned text, ordered, with the title and date it gives."""
    published = None
    spans: list[tuple[int, int, str]] = []
    if match := _DATE_HEADER.match(text):
        published = datetime.date(*map(int, match.group(2, 3, 4)))
        spans.append((*match.span(1), "date"))
    last_mark = None
    for match in _END_MARK.finditer(text):
        spans.append((*match.span(1), "end_mark"))
        last_mark = match.end()
    if last_mark is not None:
        for match in re.finditer(r"\S[^\n]*", text[last_mark:]):
            start = last_mark + match.start()
            spans.append((start, start + len(match.group().rstrip()), "teaser"))
    pieces = tuple(
        Furniture(kind=kind, text=text[start:end], start=start, end=end)
        for start, end, kind in sorted(spans)
    )
    return Found(title=None, published=published, source=None, pieces=pieces)
