"""Dates that a reader can only place with the date of the article: "hôm qua", "ngày 9/1".

Reading is left to `vnsum.quantities`; here is which year a day without one belongs to.
"""

from __future__ import annotations

import datetime

from vnsum import quantities
from vnsum.quantities import Date, Quantity, Range
from vnsum.results.result import ResolvedDate, Span

# News tells of days not far from its own; a date farther away on both sides is not certain.
FARTHEST = 150


def resolve_dates(
    text: str, lang: str, published: datetime.date | None
) -> tuple[ResolvedDate, ...]:
    """Return the dates of a sentence that `published`, the date of the article, completes.

    A date that says its year needs no help and is not listed; a day or month without a year is
    taken as the nearest one, and left out where the nearest is more than five months away.
    Without `published` there is nothing to tell.

    >>> [d.iso for d in resolve_dates("Hôm qua mưa.", "vi", datetime.date(2026, 1, 10))]
    ['2026-01-09']
    """
    if published is None:
        return ()
    told = {(q.start, q.end): q.value for q in quantities.read(text, lang=lang) if q.kind == "date"}
    found = []
    for quantity in quantities.read(text, lang=lang, published=published):
        value = _complete(quantity, published)
        if value is not None and value != told.get((quantity.start, quantity.end)):
            span = Span(start=quantity.start, end=quantity.end)
            found.append(ResolvedDate(text=quantity.text, span=span, iso=value_to_iso(value)))
    return tuple(found)


def _complete(quantity: Quantity, published: datetime.date) -> Date | Range | None:
    """Return the value with its year, or `None` where that is not certain."""
    value = quantity.value
    if isinstance(value, Date):
        return _with_year(value, published)
    if isinstance(value, Range) and isinstance(value.low, Date) and isinstance(value.high, Date):
        high = _with_year(value.high, published)
        if high is None:
            return None
        low = Date(
            year=value.low.year or high.year, month=value.low.month or high.month,
            day=value.low.day, quarter=value.low.quarter,
        )  # fmt: skip
        ordered = (low.month or 0, low.day or 0) <= (high.month or 0, high.day or 0)
        return Range(low=low, high=high) if ordered or value.low.year else None
    return None


def _with_year(value: Date, published: datetime.date) -> Date | None:
    if value.year is not None:
        return value
    if value.month is None:
        return None
    options = (
        Date(year=published.year + step, month=value.month, day=value.day) for step in (-1, 0, 1)
    )
    days = [(abs((day - published).days), o) for o in options if (day := _middle(o)) is not None]
    if not days:
        return None
    distance, nearest = min(days, key=lambda entry: entry[0])
    return nearest if distance <= FARTHEST else None


def _middle(value: Date) -> datetime.date | None:
    """Return a day that stands for the date, the middle of its month where there is no day."""
    try:
        return datetime.date(value.year or 1, value.month or 1, value.day or 15)
    except ValueError:  # 29 February of another year
        return None


def value_to_iso(value: Date | Range) -> str:
    """Return a date or a range of dates by ISO 8601, as far as it is known.

    >>> value_to_iso(Date(year=2026, month=2))
    '2026-02'
    """
    if isinstance(value, Range):
        ends = (end for end in (value.low, value.high) if isinstance(end, Date))
        return "/".join(map(value_to_iso, ends))
    if value.quarter is not None:
        return f"{value.year:04}-Q{value.quarter}"
    parts = [f"{value.year:04}", *(f"{p:02}" for p in (value.month, value.day) if p is not None)]
    return "-".join(parts)
