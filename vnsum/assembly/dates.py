"""Resolving dates relative to the publication date: "hôm qua", "ngày 9/1"."""

from __future__ import annotations

import datetime

from vnsum import quantities
from vnsum.quantities import Date, Quantity, Range, Relative
from vnsum.quantities.resolve import resolve
from vnsum.results.result import ResolvedDate, Span

# Days; news is about nearby dates, so a date farther away than this has no certain year.
FARTHEST = 150


def resolve_dates(
    text: str, lang: str, published: datetime.date | None
) -> tuple[ResolvedDate, ...]:
    """Return the dates of a sentence that need `published`, the date of the article, to resolve.

    Dates with a year are not listed. A day or month without a year resolves to the nearest one,
    or is omitted if that is more than five months away. Empty if `published` is `None`.

    >>> [d.iso for d in resolve_dates("Hôm qua mưa.", "vi", datetime.date(2026, 1, 10))]
    ['2026-01-09']
    """
    if published is None:
        return ()
    absolute = {
        (q.start, q.end): q.value for q in quantities.read(text, lang=lang) if q.kind == "date"
    }
    found = []
    read = quantities.read(text, lang=lang, published=published)
    for quantity, after in zip(read, (*read[1:], None), strict=False):
        value, end = _complete(quantity, published), quantity.end
        if after and (day := _weekday_of_week(quantity, after, text, published)):
            value, end = day, after.end
        if value is None or value == absolute.get((quantity.start, quantity.end)):
            continue
        if _has_calendar_years(value):
            span = Span(start=quantity.start, end=end)
            iso = value_to_iso(value)
            found.append(ResolvedDate(text=text[quantity.start : end], span=span, iso=iso))
    return tuple(found)


def _has_calendar_years(value: Date | Range) -> bool:
    """Return whether all years are those of `datetime.date`: "next year" of 9999 is not."""
    ends = (value.low, value.high) if isinstance(value, Range) else (value,)
    years = [end.year for end in ends if isinstance(end, Date) and end.year is not None]
    return all(datetime.MINYEAR <= year <= datetime.MAXYEAR for year in years)


def _weekday_of_week(
    quantity: Quantity, after: Quantity, text: str, published: datetime.date
) -> Date | None:
    """Return the day of "thứ 5 tuần trước" and "Thursday last week"."""
    weekday, week = quantity.value, after.value
    near = text[quantity.end : after.start].strip() in ("", "of")
    if quantity.kind != "weekday" or not isinstance(weekday, int) or not quantity.certain:
        return None
    if not isinstance(week, Relative) or week.unit != "week" or not near:
        return None
    days = week.offset * 7 + weekday - published.isoweekday()
    value = resolve(Relative(unit="day", offset=days), published)
    return value if isinstance(value, Date) else None


def _complete(quantity: Quantity, published: datetime.date) -> Date | Range | None:
    """Return the value with its year, or `None` if the date or its year is uncertain."""
    value = quantity.value if quantity.certain else None
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
    """Return the day of a date, or the middle of its month."""
    try:
        return datetime.date(value.year or 1, value.month or 1, value.day or 15)
    except ValueError:  # 29 February of another year
        return None


def value_to_iso(value: Date | Range) -> str:
    """Return the known part of a date or range of dates in ISO 8601.

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
