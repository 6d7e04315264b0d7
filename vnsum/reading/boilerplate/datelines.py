"""Recognizing date lines, and datelines such as `Hà Nội (TTXVN 9/1) -` before the lead."""

from __future__ import annotations

import datetime
import re

from vnsum.reading.boilerplate.dates import bare_date, date_line, leading_date
from vnsum.reading.boilerplate.names import CAPITALS, NAME_WORD, NAMES, agency_name, is_place
from vnsum.reading.boilerplate.page import Line, Page

SHORTEST_LEAD = 40  # characters
HEAD_LINES = 6  # lines at the top of a page that may be its date line

_NAME_AND_DATE = re.compile(rf"(?P<who>{NAMES} ?[-–—|•,]) (?P<date>.*\d.*)")
_PLACE = (
    rf"(?:{NAME_WORD}(?:[ -]{NAME_WORD}){{0,4}})"
    rf"(?:[,/-] ?{NAME_WORD}(?: {NAME_WORD}){{0,4}}){{0,2}}"
)
_SHORT_DATE = (
    r"(?:ngày |hôm )?\d{1,2}(?:[/.-]\d{1,2}){0,2}(?:[/.-]\d{2,4})?|(?:ngày )?\d{1,2} tháng \d{1,2}"
    r"(?: năm \d{4})?|[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?|\d{1,2} [A-Z][a-z]{2,8}\.?(?: \d{4})?"
)
_DATELINE = re.compile(
    rf"(?:{_PLACE},? ?)?(?:\(?(?:{_SHORT_DATE})\)?,? ?)?"
    r"\((?P<who>[^\W\d_][^()]{0,38}?)(?:,? (?:" + _SHORT_DATE + r"))?\)"
    r"(?: ?(?:" + _SHORT_DATE + r"))?,? ?(?:[-–—]{1,2}|:) ?"
)
_OUTLET_DASH = re.compile(r"(?P<who>[^\W\d_][\w&.+/ ]{1,24}?) ?[-–—] (?=[“\"(]?[^\W\d_])")
_PLACE_DASH = re.compile(rf"(?P<place>{_PLACE}) ?[-–—]{{1,2}} ")
# RIVERSIDE, Calif. —; MADRID, Spain —
_CAPITAL_PLACE = re.compile(
    r"(?P<place>[A-Z]{3,}(?:[ .-][A-Z]+){0,3}), "
    r"(?!(?:Inc|Corp|Ltd|Co|Plc)\b)(?:[A-Z][a-z]{1,12}\.?|(?:[A-Z]\.){2}|W\.Va\.) ?[-–—]{1,2} "
    r"(?=[“\"‘]?[A-Z])"
)
# (Hà Nội mới) and (CAO) before a sentence, without a dash.
_OUTLET_BRACKETS = re.compile(rf"\((?P<who>[^\W\d_][^()]{{0,38}})\) (?=[“\"]?[{CAPITALS}])")
_EVENT_LABEL = re.compile(
    r"(?:venue|location|place|time|where|address|thời gian|địa điểm|giờ|nơi)\s*:", re.IGNORECASE
)
_PLACE_DATE = re.compile(rf"{_PLACE}, (?:{_SHORT_DATE})(?: -{{1,2}}| ?[–—]) ")


def claim_header_date(page: Page) -> datetime.date | None:
    """Claim `date 2026-01-10` at the start of the text, with or without text on the same line."""
    for line in page.prose()[:1]:
        if found := leading_date(page.head(line)):
            page.claim_prefix(line, found[0], "date")
            line.kind = ""
            return found[1]
    return None


def claim_date_lines(page: Page) -> datetime.date | None:
    """Claim the date lines near the top and the bottom; return the first date.

    The dates of a diary or a timeline, each above its own text, are headings and none of them is
    the date of publication.
    """
    first = None
    prose = page.prose()
    if chronology := _chronology(page, prose):
        for line in chronology:
            page.claim_line(line, "heading")
        return None
    for index, line in enumerate(prose):
        if HEAD_LINES <= index < len(prose) - 2:
            continue
        content = page.head(line)
        found = None if _tells_event(page, prose, index) else date_line(content)
        if found is None and (match := _NAME_AND_DATE.fullmatch(content)):
            found = date_line(match.group("date"))
            if found is not None:
                page.claim_prefix(line, match.end("who"), "author")
        if found is not None:
            page.claim_line(line, "date")
            first = first or found
    return first


def _chronology(page: Page, prose: list[Line]) -> list[Line]:
    """Return the lines of bare dates if there are several, each with a line of text below it."""
    found = {
        index: date for index, line in enumerate(prose) if (date := bare_date(page.head(line)))
    }
    above_text = [index for index in found if index + 1 < len(prose) and index + 1 not in found]
    several = len({found[index] for index in above_text}) > 1
    return [prose[index] for index in found] if several else []


def _tells_event(page: Page, prose: list[Line], index: int) -> bool:
    """Return whether "Date: …" is next to a line that names the place or time of an event."""
    beside = prose[max(0, index - 1) : index] + prose[index + 1 : index + 2]
    labelled = page.head(prose[index])[:5].lower() in ("date:", "date ")
    return labelled and any(_EVENT_LABEL.match(page.head(line)) for line in beside)


def claim_datelines(page: Page, *, place: str | None = None) -> str | None:
    """Claim a dateline such as `Hà Nội (TTXVN 9/1) -` or `TTO -`; return the agency it names."""
    for line in page.prose()[:3]:
        head = page.head(line)
        if place and head.startswith(f"{place} - "):
            page.claim_prefix(line, len(place) + 2, "dateline")
            return None
        match = _DATELINE.match(head)
        if match and (agency_name(match.group("who")) or _is_dateline(match.group())):
            page.claim_prefix(line, match.end(), "dateline")
            return match.group("who").strip()
        match = _OUTLET_BRACKETS.match(head)
        if match and agency_name(match["who"]):
            page.claim_prefix(line, match.end(), "dateline")
            return match["who"].strip()
        match = _OUTLET_DASH.match(head)
        if match and agency_name(match.group("who")):
            page.claim_prefix(line, match.end(), "dateline")
            return match.group("who").strip()
        match = _PLACE_DATE.match(head) or _CAPITAL_PLACE.match(head) or _place_before_lead(head)
        if match:
            page.claim_prefix(line, match.end(), "dateline")
            return None
    return None


def _place_before_lead(head: str) -> re.Match[str] | None:
    """Return the match of a known place and a dash before a sentence, not before another name."""
    match = _PLACE_DASH.match(head)
    if match is None or not is_place(match["place"]):
        return None
    lead = head[match.end() :]
    words = lead.split(maxsplit=3)
    if len(lead) < SHORTEST_LEAD or len(words) < 4 or re.search(r"[-–—]\s", lead[:60]):
        return None
    capital = match["place"].isupper() and match["place"].isascii() and " " not in match["place"]
    if capital and len(match["place"]) > 3 and not lead.isupper() and words[0][0].isupper():
        return match  # LONDON - Hartwell Foods said
    named = any(is_place(" ".join(words[:count])) for count in (1, 2, 3))
    return match if words[0][0].isupper() and not words[1][0].isupper() and not named else None


def _is_dateline(prefix: str) -> bool:
    """Return whether a prefix with an unknown name in brackets is a dateline."""
    place = prefix.partition("(")[0].strip(" ,")
    return prefix.rstrip()[-1] != ":" and (not place or (place.isupper() and len(place) > 2))
