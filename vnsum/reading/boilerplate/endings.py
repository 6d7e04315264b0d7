"""Recognizing the end of an article: end marks, signatures, and teasers of other articles."""

from __future__ import annotations

import re

from vnsum.reading.boilerplate.lines import claim_by_form
from vnsum.reading.boilerplate.names import agency_name, is_place
from vnsum.reading.boilerplate.page import Line, Page, has_stop
from vnsum.reading.boilerplate.signatures import (
    claim_signature,
    goes_on_byline,
    is_byline,
    is_signature,
    names_agency,
)

MOST_SIGNATURES = 3
TAIL_LINES = 4  # lines of prose at the end that may follow a signature

_LIST = re.compile(
    r"\b(?:các|những|hai|ba|bốn|năm|sáu|\d{1,2}) (?:\w{1,10} ){1,3}sau\b(?! (?:khi|đó|này|cùng))"
    r"|\b(?:sau đây|dưới đây|như sau|bao gồm|gồm có|the following)\b",
    re.IGNORECASE,
)
_BEFORE_MARK = r"[\w.!?…”\"’)\]%]"
# After a word and a space, only at the end of a line: "mount it on /. Then reboot".
_END_MARK = re.compile(
    rf"(?:(?<={_BEFORE_MARK})|(?<=[.!?…”\"’)\]%] ))(?:\./\.|/\.)(?=[\s(]|$)|"
    r"(?<=\w )(?:\./\.|/\.)(?=\s*(?:\(|\n|$))"
)
_PART_OF_LAW = re.compile(r"(?:Điều|Chương|Mục|Phụ lục|Article|Chapter|Annex) [IVX\d]")


def claim_end_mark(page: Page) -> str | None:
    """Claim the end marks `/.`, and the text after the last one as teasers of other articles.

    The text is not a teaser if it is longer than the text before the mark, or on the same line and
    longer than a quarter of it, or an annex with articles. Returns the agency named after the mark.
    """
    before, after = _cut_at_end_marks(page)
    if not before or any(_PART_OF_LAW.match(page.head(line)) for line in after):
        return None
    source = None
    times = 4 if after and page.text.count("\n", before[-1].end, after[0].start) == 0 else 1
    if times * _length(after) <= _length(before):
        for line in after:
            source = _claim_after_end(page, line) or source
    return source


def _cut_at_end_marks(page: Page) -> tuple[list[Line], list[Line]]:
    """Split lines at end marks and claim the marks; return the lines before and after the last."""
    lines: list[Line] = []
    last = 0
    for line in page.lines:
        lines.append(line)
        for mark, end in _end_marks(page, line):
            rest = lines[-1].cut(mark)
            page.claim(mark, end, "end_mark")
            last = len(lines)
            rest.start = end
            while rest.start < rest.end and page.text[rest.start].isspace():
                rest.start += 1
            lines.append(rest)
    page.lines = lines
    prose = [(index, line) for index, line in enumerate(lines) if line.start < line.end]
    before = [line for index, line in prose if index < last]
    return before, [line for index, line in prose if index >= last]


def _end_marks(page: Page, line: Line) -> list[tuple[int, int]]:
    """Return the start and end of each end mark in a line, without the sentence's full stop."""
    return [
        (match.start() + (match.group() == "./."), match.end())
        for match in _END_MARK.finditer(page.text, line.start, line.end)
        if "://"
        not in page.text[max(line.start, match.start() - 100) : match.start()].rpartition(" ")[2]
    ]


def _length(lines: list[Line]) -> int:
    return sum(line.end - line.start for line in lines)


def _claim_after_end(page: Page, line: Line) -> str | None:
    """Claim a line after the end of the article; return the agency it names, if any."""
    content = page.head(line)
    if is_signature(content):
        return claim_signature(page, line)
    if not claim_by_form(page, line):
        page.claim_line(line, "teaser")
    return None


def claim_endings(page: Page) -> str | None:
    """Claim bylines below the headline or at the end, and the text after the last signature."""
    source = None
    prose = page.prose()
    if len(prose) > 1 and page.has_headline and is_signature(page.content(prose[0])):
        byline = is_byline(page.content(prose[0]))
        source = claim_signature(page, prose[0])
        for line in prose[1:-1] if byline else []:
            if not goes_on_byline(page.content(line)):
                break
            page.claim_line(line, "author")
    body = page.prose()
    _claim_after_signature(page, body)
    for line in _closing_signatures(page):
        source = claim_signature(page, line) or source
    for line in page.prose()[-1:]:
        source = _claim_trailing_agency(page, line) or source
    return source


def _closing_signatures(page: Page) -> list[Line]:
    """Return the lines of signatures at the end, the last one first.

    Several names after a colon or "ba bạn sau", several places, and more names than an article has
    authors are a list, not signatures.
    """
    found: list[Line] = []
    before = ""
    prose = page.prose()
    for line in reversed(prose[1:]):
        before = page.content(line)
        if not is_signature(before) or line.kind == "item":
            break
        found.append(line)
    else:
        before = page.content(prose[0]) if prose else ""
    places = all(is_place(page.content(line)) for line in found)
    announced = before.endswith(":") or _LIST.search(before) is not None
    listed = len(found) > 1 and (announced or places)
    return [] if listed or len(found) > MOST_SIGNATURES else found


def _claim_after_signature(page: Page, body: list[Line]) -> None:
    """Claim the lines after an agency's signature near the end of the text as teasers."""
    for index in range(max(3, len(body) - TAIL_LINES), len(body) - 1):
        if agency_name(page.content(body[index])) or names_agency(page.content(body[index])):
            for line in body[index + 1 :]:
                _claim_after_end(page, line)
            return


def _claim_trailing_agency(page: Page, line: Line) -> str | None:
    """Claim `(TTXVN/Vietnam+)` after the last sentence of a line."""
    content = page.text[max(line.start, line.end - 60) : line.end]
    opened = content.rfind("(")
    if not content.endswith(")") or opened <= 0:
        return None
    before = content[:opened].rstrip()
    agency = agency_name(content[opened:])
    if agency and has_stop(before):
        page.claim_suffix(line, len(content) - opened, "agency")
        return agency
    return None
