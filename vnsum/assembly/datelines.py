"""Writing date lines and datelines in the other language, by rules."""

from __future__ import annotations

import re

from vnsum.languages import en, vi
from vnsum.languages.en import MONTHS
from vnsum.names.table import PLACES, Row, tables
from vnsum.quantities.values import is_day

# Vietnamese and English words of date lines; the longer ones come first.
_WORDS = (
    ("ngày cập nhật", "Updated"), ("cập nhật", "Updated"), ("ngày xuất bản", "Published"),
    ("xuất bản", "Published"), ("ngày phát hành", "Published"), ("phát hành", "Published"),
    ("ngày đăng tải", "Published"), ("đăng tải", "Published"), ("ngày đăng", "Published"),
    ("đăng", "Published"), ("thời gian", "Time"), ("hôm", "on"), ("lúc", "at"),
    *zip(map(str.lower, vi.WEEKDAYS), en.WEEKDAYS, strict=True),
    *((f"thứ {number}", en.WEEKDAYS[number - 2]) for number in range(2, 8)),
    ("cn", "Sunday"),
)  # fmt: skip
_ENGLISH_WORDS = (
    ("last updated", "Cập nhật"), ("updated", "Cập nhật"), ("published", "Đăng"),
    ("posted", "Đăng"), ("at", "lúc"),
    *((day, local.capitalize()) for day, local in zip(en.WEEKDAYS, vi.WEEKDAYS, strict=True)),
    *((day[:3], local.capitalize()) for day, local in zip(en.WEEKDAYS, vi.WEEKDAYS, strict=True)),
)  # fmt: skip
_VIETNAMESE_DATE = re.compile(
    r"(?<![\d/.:h-])(?:ngày )?(?:"
    r"(?P<d>\d{1,2}) tháng (?P<m>\d{1,2})(?:(?:,? năm|,)? (?P<y>\d{4}))?|"
    r"(?P<day>\d{1,2}) ?[-/.] ?(?P<month>\d{1,2})(?: ?[-/.] ?(?P<year>\d{4}))?)(?!\d|[/.-]\d)",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:date|ngày)[ :]+(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", re.IGNORECASE)
_MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS) + "|sept"
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<m>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?|"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})\b\.?)(?:,? (?P<y>\d{{4}}))?\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b(\d{1,2})[hg](\d\d)\b")
_PLACE = re.compile(r"[^\W\d_][\w.’' -]{0,40}?(?=,? ?\(|,| ?[-–—] ?$| [–—]| -)")


def localize(text: str, lang: str) -> str:
    """Return a date line or dateline with its date, weekday and place written in `lang`.

    What is not certain is left unchanged: numeric dates of English text, dates that do not exist,
    and names of agencies. Dates such as `2026-01-10` are left unchanged, too, except in a header
    `date 2026-01-10`.

    >>> localize("Hà Nội, thứ Sáu, 9/1/2026, 10:30", "en")
    'Hanoi, Friday, 9 January 2026, 10:30'
    """
    if header := _HEADER.fullmatch(text):
        return _write_header(header, lang)
    date = _VIETNAMESE_DATE if lang == "en" else _ENGLISH_DATE
    write = _english if lang == "en" else _vietnamese
    match = _PLACE.match(text)
    place = _place(match.group(), lang) if match else None
    rest = text[match.end() :] if match and place is not None else text
    written = (place or "") + _replace_words(date.sub(write, rest), lang)
    return written if written == text else written[0].upper() + written[1:]


def _write_header(match: re.Match[str], lang: str) -> str:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if lang == "en" or not is_day(year, month, day):
        return _english(match)
    return f"ngày {day} tháng {month} năm {year}"


def _replace_words(text: str, lang: str) -> str:
    for word, other in _WORDS if lang == "en" else _ENGLISH_WORDS:
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, text, flags=re.IGNORECASE)
    return _CLOCK.sub(r"\1:\2", text) if lang == "en" else text


def _english(match: re.Match[str]) -> str:
    day, month, year = _parts(match, "day", "month", "year")
    if not is_day(int(year) if year else None, int(month), int(day)):
        return match.group()
    return f"{int(day)} {MONTHS[int(month) - 1]}" + (f" {year}" if year else "")


def _vietnamese(match: re.Match[str]) -> str:
    day, name, year = _parts(match, "day", "month", "year")
    month = next(
        (i for i, known in enumerate(MONTHS, 1) if known.lower().startswith(name.lower()[:3])),
        None,  # a letter that is equal to one of the name only without case: ſep
    )
    if month is None or not is_day(int(year) if year else None, month, int(day)):
        return match.group()
    return f"ngày {int(day)} tháng {month}" + (f" năm {year}" if year else "")


def _parts(match: re.Match[str], *names: str) -> list[str]:
    """Return the groups of the alternative that matched."""
    found = match.groupdict()
    return [found.get(name[0]) or found.get(name) or "" for name in names]


def _place(name: str, lang: str) -> str | None:
    """Return the name of a place in `lang`, or `None` if it is unknown."""
    row = next((row for row in tables()[2] if _names(row, name, lang)), None)
    if row is not None:
        written = row.en[0] if lang == "en" else row.vi[0]
        source = row.vi[0] if lang == "en" else row.en[0]
        return written.upper() if name == source.upper() else written
    return None


def _names(row: Row, name: str, lang: str) -> bool:
    forms = row.vi if lang == "en" else row.en[:1]
    return row.kind in PLACES and name.lower() in (form.lower() for form in forms)
