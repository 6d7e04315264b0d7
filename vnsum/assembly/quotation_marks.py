"""Quotation marks such as « », ‘ ’ and " ”, read as “ and ” where they certainly are such marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vnsum.results.document import Document

REACH = 3000  # characters from the beginning of a quotation to its end
OPENING = {"”": "“", "»": "«", "’": "‘", "'": "'", '"': '"'}
CLOSING = {opening: closing for closing, opening in OPENING.items()}
_SINGLE = re.compile(
    # Not an apostrophe: '90s, 'em.
    r"(?<![^\s(\[“—–-])(?P<opening>[‘'])(?=[\w“])(?!\d\ds?\b|(?:em|tis|twas|til|cause|n|bout)\b)"
    r"|(?<=[.,!?…;:)”])[’'](?!\w)"
    r"|(?<=[^\W\d_])[’'](?=[.,!?…;:)\n]| [-–—]|$)"
    r"|(?<=[^\W\d_])(?P<either>[’'])(?!\w)"  # the workers’ union
)
# Two double marks on one line with no other between them: Út "trọc”.
_DOUBLE = re.compile(r"(?<![^\s(\[—–-])[“”\"](?=\w)([^“”\"\n]+)(?<=\S)[“”\"](?!\w)")
_SENTENCE_END = re.compile(r"[.!?…]\s|\n")
_DIRECTED = re.compile("[“”]")


def level_marks(document: Document) -> Document:
    """Return the document with “ and ” in place of other quotation marks; offsets stay the same.

    Single marks are read only if the article quotes in them, and not in double ones.
    """
    text = _level(document.text)
    if text == document.text:
        return document
    sentences = tuple(replace(s, text=text[s.start : s.end]) for s in document.sentences)
    return replace(document, text=text, sentences=sentences, boilerplate=())


def written_opening(document: Document, level: Document, index: int, mark: str) -> str:
    """Return the opening mark, as the article writes it, of a quotation that ends after a place.

    The place is the beginning of sentence `index`, and `mark` that of the level document.
    """
    start = document.sentences[index].start
    found = _unmatched(_DIRECTED.finditer(level.text, start, start + REACH), "”")
    return mark if mark == '"' or found is None else OPENING.get(document.text[found], mark)


def written_closing(document: Document, level: Document, index: int, mark: str) -> str:
    """Return the closing mark, as the article writes it, of a quotation that began before a place.

    The place is the end of sentence `index`, and `mark` that of the level document.
    """
    end = document.sentences[index].end
    marks = [*_DIRECTED.finditer(level.text, max(0, end - REACH), end)]
    found = _unmatched(reversed(marks), "“")
    # ” may also begin a quotation, as in ”trọc".
    return mark if mark == '"' or found is None else CLOSING.get(document.text[found], mark)


def _unmatched(marks: Iterator[re.Match[str]], kind: str) -> int | None:
    """Return the offset of the first mark of a kind that no mark before it belongs to."""
    depth = 0
    for match in marks:
        depth += -1 if match.group() == kind else 1
        if depth < 0:
            return match.start()
    return None


def _level(text: str) -> str:
    if 0 < text.count("«") == text.count("»"):
        text = text.replace("«", "“").replace("»", "”")
    text = _DOUBLE.sub(_level_double, text)
    found = _pair_singles(text) if "'" in text or "’" in text else {}
    if not found or list(found.values()).count("“") <= text.count("“") + text.count('"') / 2:
        return text
    pieces = [found.get(place, character) for place, character in enumerate(text)]
    return "".join(pieces)


def _level_double(match: re.Match[str]) -> str:
    """Return a quotation with “ and ”, unless both marks are straight."""
    straight = match[0][0] == match[0][-1] == '"'
    return match[0] if straight else f"“{match[1]}”"


def _pair_singles(text: str) -> dict[int, str]:
    """Return “ or ” for the offset of every single quotation mark whose other half is known."""
    found: dict[int, str] = {}
    opened: list[int] = []  # more than one if a quotation has several paragraphs
    for match in _SINGLE.finditer(text):
        place = match.start()
        if match["opening"]:
            goes_on = bool(opened) and text[place - 1] == "\n"
            opened = [*opened, place] if goes_on else [place]
        elif opened and place - opened[0] <= REACH:
            if match["either"] and _SENTENCE_END.search(text, opened[-1], place):
                continue
            found |= {**dict.fromkeys(opened, "“"), place: "”"}
            opened = []
    return found
