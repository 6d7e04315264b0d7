"""Resolution of "next February", "năm ngoái" and "hôm qua" to dates, given the article's date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vnsum.quantities.values import Date, Relative, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """A month (and day) whose year depends on the date of publication.

    `direction` is -1 for the last such month before it and +1 for the next one after it; `years`,
    if given, is the offset of the year instead.
    """

    month: int
    day: int | None = None
    direction: int = 0
    years: int | None = None


def resolve(value: Value | Anchored, published: datetime.date | None) -> Value:
    """Return the date that a value means, given the date of publication, as far as it is known."""
    if isinstance(value, Anchored):
        return _anchored(value, published)
    if isinstance(value, Relative) and published is not None:
        return _relative(value, published)
    return value


def _anchored(value: Anchored, published: datetime.date | None) -> Date:
    year = None
    if published is not None:
        if value.years is not None:
            year = published.year + value.years
        elif value.direction > 0:
            year = published.year + (1 if value.month <= published.month else 0)
        else:
            year = published.year - (1 if value.month >= published.month else 0)
    return Date(year=year, month=value.month, day=value.day)


def _relative(value: Relative, published: datetime.date) -> Date | Relative:
    step = value.offset
    if value.unit == "year":
        return Date(year=published.year + step)
    if value.unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return Date(year=months // 12, month=months % 12 + 1)
    if value.unit == "quarter":
        quarters = published.year * 4 + (published.month - 1) // 3 + step
        return Date(year=quarters // 4, quarter=quarters % 4 + 1)
    if value.unit == "day":
        try:
            day = published + datetime.timedelta(days=step)
        except OverflowError:
            return value
        return Date(year=day.year, month=day.month, day=day.day)
    return value
