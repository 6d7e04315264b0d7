"""One style of English dates in a document, and months named as the date of the article requires.

The order of day and month that most dates of the document have is used, the first one in case of a
tie. Where some months are abbreviated and others are not, or some with a period and others without,
all are written in full. "Next February" is written "this February" if that February is in the year
of the article.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vnsum import quantities
from vnsum.languages.en import MONTHS
from vnsum.quantities.en.tables import MONTHS as MONTH_NUMBERS
from vnsum.quantities.values import Date
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

MONTH_NAME = "|".join(name.capitalize() for name in MONTH_NUMBERS)
DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{MONTH_NAME})(?: (?P<year>\d{{4}}))?")
MONTH_FIRST = re.compile(rf"(?P<month>{MONTH_NAME})\.? (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?")
STYLES = {"day first": DAY_FIRST, "month first": MONTH_FIRST}
NEXT_MONTH = re.compile(rf"\b(in )?next (?P<month>{'|'.join(MONTHS)})\b", re.IGNORECASE)


class StyledDate(NamedTuple):
    """A date of a translation: its style, its position, and its parts, the month in full.

    `spelling` of the month in the translation is `"full"`, or abbreviated with a `"period"` or
    `"bare"`.
    """

    style: str
    span: Span
    day: str
    month: str
    year: str | None
    spelling: str = "full"

    def write(self, style: str) -> str:
        """Return the date in another style.

        >>> date = StyledDate("month first", Span(start=0, end=9), "9", "January", "2026")
        >>> date.write("day first"), date.write("month first")
        ('9 January 2026', 'January 9, 2026')
        """
        if style == "day first":
            return " ".join(filter(None, (self.day, self.month, self.year)))
        return f"{self.month} {self.day}" + (f", {self.year}" if self.year else "")


def name_months(
    table: Mapping[str, CheckedText],
    *,
    source: str,
    target: str,
    published: datetime.date | None,
) -> dict[str, CheckedText]:
    """Return the translations of the texts of a document with "this" before months of its year.

    Only English translations are changed. Each change adds a finding.

    >>> table = {"Tháng 2 tới, cầu mở.": CheckedText(text="The bridge opens next February.")}
    >>> done = name_months(table, source="vi", target="en", published=datetime.date(2026, 1, 9))
    >>> [checked.text for checked in done.values()]
    ['The bridge opens this February.']
    """
    if target != "en" or published is None:
        return {**table}
    return {
        text: apply_changes(checked, _name_months(text, checked.text, source, published))
        for text, checked in table.items()
    }


def unify_dates(table: Mapping[str, CheckedText], *, target: str) -> dict[str, CheckedText]:
    """Return the translations of the texts of a document with one style of dates.

    Only English translations are changed. Each change adds a finding.

    >>> table = {"a": CheckedText(text="On 9 January"), "b": CheckedText(text="on 8 May 2026"),
    ...          "c": CheckedText(text="On January 7, it rained.")}
    >>> unify_dates(table, target="en")["c"].text
    'On 7 January, it rained.'
    """
    if target != "en":
        return {**table}
    found = {text: [*_list_dates(checked.text)] for text, checked in table.items()}
    dates = [date for own in found.values() for date in own]
    counts = Counter(date.style for date in dates)
    spellings = {date.spelling for date in dates if date.month != "May"}  # it has no short form
    if len(counts) < 2 and len(spellings) < 2:
        return {**table}
    style = counts.most_common(1)[0][0]
    return {
        text: apply_changes(checked, _restyle(checked.text, found[text], style))
        for text, checked in table.items()
    }


def _list_dates(text: str) -> Iterator[StyledDate]:
    for quantity in quantities.read(text, lang="en"):
        for style, pattern in STYLES.items():
            match = pattern.fullmatch(quantity.text)
            if match and quantity.kind == "date" and quantity.certain:
                span = Span(start=quantity.start, end=quantity.end)
                month = MONTHS[MONTH_NUMBERS[match["month"].lower()] - 1]
                short = "period" if "." in quantity.text else "bare"
                spelling = "full" if match["month"] == month else short
                yield StyledDate(style, span, match["day"], month, match["year"], spelling)


def _restyle(text: str, dates: list[StyledDate], style: str) -> Iterator[Change]:
    for date in dates:
        old, new = text[date.span.start : date.span.end], date.write(style)
        if old != new:
            message = f'"{old}" was changed to "{new}": the dates of a document have one style.'
            yield Change(date.span, new, "date", message)


def _name_months(
    source_text: str, text: str, source: str, published: datetime.date
) -> Iterator[Change]:
    """Yield changes of "next" before a month of the source that is in the year of the article."""
    matches = [*NEXT_MONTH.finditer(text)]
    if not matches:
        return
    values = [q.value for q in quantities.read(source_text, lang=source, published=published)]
    this_year = {
        MONTHS[value.month - 1]
        for value in values
        if isinstance(value, Date) and value.month and value.year == published.year
    }
    for match in matches:
        month = match["month"].capitalize()
        if month in this_year:
            this = "This" if match.group()[0].isupper() else "this"
            new = f"{match[1] or f'{this} '}{month}"
            message = f'"{match.group()}" was changed to "{new}", as it is in {published.year}.'
            yield Change(Span(start=match.start(), end=match.end()), new, "date", message)
