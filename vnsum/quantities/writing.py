"""Writing quantities in either language: the counterpart of `read`.

Writes the forms that are in common use, the most common first, without regard to the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from vnsum import languages
from vnsum.languages.en import MONTHS
from vnsum.quantities import read
from vnsum.quantities.tokens import fold
from vnsum.quantities.units import CURRENCIES, UNITS, forms
from vnsum.quantities.values import (
    Clock,
    Date,
    LunarDate,
    Number,
    Quantity,
    Range,
    Scalar,
    Value,
    exact,
)

WEEKDAYS = {"en": languages.en.WEEKDAYS, "vi": languages.vi.WEEKDAYS}
SMALL = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
           "eleven", "twelve"),
    "vi": ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"),
}  # fmt: skip
RANKS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth")  # fmt: skip
PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 8: "eighth", 10: "tenth"}
SCALES: Mapping[str, tuple[tuple[int, str], ...]] = {
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")),
    "vi": ((10**12, "nghìn tỷ"), (10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn")),
}
MOST_UNIT_FORMS = 3
POINTS = ("point", "điểm")
_UNREDUCED = re.compile(r"\d{1,6} ?/ ?[1-9]\d{0,5}")
_DATE = re.compile(r"(?<![\w/.-])\d{1,2}([-.])(?:\d{1,2}(?:\1\d{4})?|\d{4})(?![\w/-]|\.\d)")
_SEPARATORS = str.maketrans("-.", "//")


def write(quantity: Quantity, *, lang: str) -> tuple[str, ...]:
    """Return the usual forms of `quantity` in `lang`, the most common first.

    Empty if there is no short form (relative times, orders of magnitude). Raises
    `LanguageError` for a language other than `"vi"` and `"en"`.

    >>> from vnsum.quantities import read
    >>> [write(quantity, lang="en")[0] for quantity in read("6,5% vào ngày 7/1", lang="vi")]
    ['6.5%', 'January 7']
    """
    lang = languages.require(lang)
    if quantity.kind == "fraction" and _UNREDUCED.fullmatch(quantity.text):
        share = Fraction(quantity.text.replace(" ", ""))
        if f"{share.numerator}/{share.denominator}" != quantity.text:
            return (quantity.text,)  # 450/474 of the votes are not 75/79
    if quantity.kind == "percent" and says_points(quantity):
        return _points(quantity.value, lang)
    written = [
        form for value in _values(quantity) for form in _write(quantity.kind, value, quantity, lang)
    ]
    return tuple(dict.fromkeys(written))


def write_attribute(quantity: Quantity) -> tuple[str, ...]:
    """Return the English forms of `quantity` before a noun: 12-month, third-quarter.

    >>> from vnsum.quantities import read
    >>> [write_attribute(quantity)[0] for quantity in read("12 tháng, quý III/2025", lang="vi")]
    ['12-month', 'third-quarter 2025']
    """
    written = write(quantity, lang="en")
    part = isinstance(quantity.value, Date) and (quantity.value.quarter or quantity.value.half)
    if not part and not quantity.unit and quantity.kind != "century":
        return written
    return tuple(dict.fromkeys(_hyphenate(form) for form in written))


def _hyphenate(form: str) -> str:
    phrase, _, year = form.removeprefix("the ").partition(" of ")
    number, _, name = phrase.partition(" ")
    joined = "-".join([number, *_singular(name).split()])
    return f"{joined} {year}" if year.isdecimal() else joined


def says_points(quantity: Quantity) -> bool:
    """Return whether a percentage is written as percentage points.

    >>> from vnsum.quantities import read
    >>> [says_points(quantity) for quantity in read("up 2 percentage points to 6%", lang="en")]
    [True, False]
    """
    return any(word in fold(quantity.text) for word in POINTS)


def slash_dates(text: str) -> str:
    """Return a Vietnamese text with slashes in dates that are written with hyphens or full stops.

    Newspapers write 7-11, 7.11 and 7/11; the last is the most common, and neither read as a range
    nor as a number. The offsets do not change.

    >>> slash_dates("Sáng 7-11, đội nhà thắng 3-1 ở giải 2019-2020. Ngày 8.11, họ về.")
    'Sáng 7/11, đội nhà thắng 3-1 ở giải 2019-2020. Ngày 8/11, họ về.'
    """
    if not _DATE.search(text):
        return text
    written = list(text)
    for quantity in read(text, lang="vi"):
        if quantity.kind in ("date", "lunar", "range") and quantity.certain:
            for start, end in _unslashed_days(quantity):
                written[start:end] = text[start:end].translate(_SEPARATORS)
    return "".join(written)


def _unslashed_days(quantity: Quantity) -> list[tuple[int, int]]:
    """Return the spans of the days without slashes; a hyphen between two is not of one of them."""
    if isinstance(quantity.value, Range) and not isinstance(quantity.value.low, Date | LunarDate):
        return []
    found = [match.span() for match in _DATE.finditer(quantity.text)]
    one = quantity.kind == "lunar" or (found and found[-1][1] == len(quantity.text))
    if not found or len(found) != (2 if quantity.kind == "range" else 1) or not one:
        return []
    return [(quantity.start + start, quantity.start + end) for start, end in found]


def _values(quantity: Quantity) -> tuple[Value, ...]:
    if quantity.alternative is None:
        return (quantity.value,)
    return quantity.value, quantity.alternative


def _write(kind: str, value: Value, quantity: Quantity, lang: str) -> list[str]:
    if isinstance(value, Range):
        return _range(kind, value, quantity, lang)
    if isinstance(value, Date):
        return DATES[lang](value)
    if isinstance(value, LunarDate):
        return LUNAR[lang](value)
    if isinstance(value, Clock):
        return CLOCKS[lang](value)
    if not isinstance(value, int | Decimal | Fraction):
        return []
    return WRITERS.get(kind, _nothing)(value, quantity.unit, lang)


def _range(kind: str, value: Range, quantity: Quantity, lang: str) -> list[str]:
    low, high = (_end(end, lang) for end in (value.low, value.high))
    if isinstance(value.low, LunarDate):
        return []
    if isinstance(value.low, Date) and isinstance(value.high, Date):
        return _days(value.low, value.high, lang)
    if not low or not high:
        return []
    if kind == "score":
        return [f"{low[0]}-{high[0]}"]
    word = "đến" if lang == "vi" else "to"
    ends = dict.fromkeys([(low[0], high[0]), (low[-1], high[-1])])  # 1,765 and 1765
    joined = [form for one, other in ends for form in (f"{one} {word} {other}", f"{one}-{other}")]
    if not quantity.unit:
        return joined
    return [_with_unit(form, quantity.unit, lang)[0] for form in joined]


def _days(low: Date, high: Date, lang: str) -> list[str]:
    """Write two days of one month: March 27-29."""
    if low.day is None or high.day is None or (low.month, low.year) != (high.month, high.year):
        return []
    if lang == "vi":
        return [f"{low.day}-{form.removeprefix('ngày ')}" for form in _vietnamese_date(high)]
    first = _english_date(low)[0].partition(",")[0]
    tail = f", {high.year}" if high.year else ""
    return [f"{first}-{high.day}{tail}"]


def _end(value: Scalar, lang: str) -> list[str]:
    if isinstance(value, Date):
        return DATES[lang](value)
    if isinstance(value, Clock):
        return CLOCKS[lang](value)
    return _numerals(value, lang) if isinstance(value, int | Decimal | Fraction) else []


def _numerals(value: Number, lang: str) -> list[str]:
    """Write 1,400 / 1.2 million, 1,200,000 / 6.5 / 2/3."""
    if isinstance(value, Fraction):
        return [f"{value.numerator}/{value.denominator}"]
    if isinstance(value, int) and 1000 <= abs(value) < 10000:
        return [_digits(value, lang), str(value)]
    return [*_scaled(value, lang), _digits(value, lang)]


def _digits(value: int | Decimal, lang: str) -> str:
    text = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def _scaled(value: int | Decimal, lang: str) -> list[str]:
    """Write 1.2 million, if at most three decimals are needed."""
    for size, name in SCALES[lang]:
        if value == int(value) and value >= size:
            short = exact(Fraction(int(value), size))
            most = 1000 if size > 1000 else 10  # 10.241, not "10,241 nghìn"
            if isinstance(short, Fraction) or short * most != int(short * most):
                return []
            return [f"{_digits(short, lang)} {name}"]
    return []


def _number(value: Number, unit: str, lang: str) -> list[str]:
    small = SMALL[lang]
    words = [small[value]] if isinstance(value, int) and 0 < value < len(small) else []
    return [*_numerals(value, lang), *words]


def _percent(value: Number, unit: str, lang: str) -> list[str]:
    if unit == "permille":
        return [f"{form}‰" for form in _numerals(value, lang)[:1]]
    word = "phần trăm" if lang == "vi" else "percent"
    number = _digits(value, lang) if not isinstance(value, Fraction) else ""
    return [f"{number}%", f"{number} {word}"] if number else []


def _points(value: Value, lang: str) -> tuple[str, ...]:
    if not isinstance(value, int | Decimal):
        return ()
    word = "percentage point" if value == 1 else "percentage points"
    return (f"{_digits(value, lang)} {word if lang == 'en' else 'điểm phần trăm'}",)


def _amount(value: Number, unit: str, lang: str) -> list[str]:
    numbers = _number(value, "", lang) if unit in SPELLABLE else _numerals(value, lang)
    return [form for number in numbers for form in _with_unit(number, unit, lang)]


def _with_unit(number: str, unit: str, lang: str) -> list[str]:
    one = number in ("1", SMALL[lang][1])
    names = USUAL[lang].get(unit) or _known(unit, lang)
    if lang == "en" and one:
        names = tuple(_singular(name) for name in names)
    return [
        f"{name}{number}" if name in SIGNS and lang == "en" else f"{number} {name}"
        for name in names
    ] or [number]


def _singular(name: str) -> str:
    """Return the singular of an English unit."""
    return SINGULAR.get(name, name.removesuffix("s"))


def _known(unit: str, lang: str) -> tuple[str, ...]:
    """Return names of a unit that is not in `USUAL`; in English, plurals."""
    names = [form for form, name in forms((*UNITS, *CURRENCIES), lang) if name == unit]
    if lang == "en":
        names = [name for name in names if f"{name}s" not in names]
    return tuple(names[:MOST_UNIT_FORMS])


SIGNS = frozenset(["$", "€", "£", "¥", "A$", "C$", "NZ$", "HK$", "S$", "NT$"])
SPELLABLE = frozenset(["second", "minute", "hour", "day", "week", "month", "year", "quarter",
                       "decade", "century"])  # fmt: skip
SINGULAR = {"feet": "foot", "inches": "inch", "centuries": "century",
            "degrees Celsius": "degree Celsius"}  # fmt: skip
# The most common names of units that have many.
USUAL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "VND": ("dong", "VND"), "USD": ("$", "dollars", "USD"), "EUR": ("€", "euros"),
        "GBP": ("£", "pounds"), "JPY": ("yen", "¥"), "CNY": ("yuan",), "KRW": ("won",),
        "AUD": ("A$", "Australian dollars"), "CAD": ("C$", "Canadian dollars"),
        "km": ("km", "kilometers", "kilometres"), "m": ("meters", "m", "metres"),
        "cm": ("cm", "centimeters"), "mm": ("mm", "millimeters"), "kg": ("kg", "kilograms"),
        "g": ("grams", "g"), "t": ("tons", "tonnes"), "ha": ("hectares", "ha"),
        "km2": ("square kilometers", "km2"), "m2": ("square meters", "m2"),
        "km/h": ("km/h", "kilometers per hour", "kph"), "mile/h": ("mph", "miles per hour"),
        "celsius": ("degrees Celsius", "°C"), "foot": ("feet",), "inch": ("inches",),
        "century": ("centuries",), "second": ("seconds",), "minute": ("minutes",),
        "hour": ("hours",),
    },
    "vi": {
        "USD": ("USD", "đô la"), "VND": ("đồng",), "km/h": ("km/h", "km/giờ"), "hour": ("giờ",),
        "celsius": ("độ C", "°C"), "km": ("km",), "m": ("mét", "m"), "kg": ("kg",),
    },
}  # fmt: skip


def _age(value: Number, unit: str, lang: str) -> list[str]:
    number = _numerals(value, lang)[-1]
    if lang == "vi":
        return [f"{number} tuổi"] if unit == "year" else [f"{number} {_known(unit, lang)[0]} tuổi"]
    return [f"{number}-{unit}-old", f"{number}", f"{number} {unit}s old", f"aged {number}"]


def _ordinal(value: Number, unit: str, lang: str) -> list[str]:
    if not isinstance(value, int):
        return []
    if lang == "vi":
        return [f"thứ {value}"]
    word = [RANKS[value]] if 0 < value < len(RANKS) else []
    return [*word, _nth(value)]


def _nth(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return f"{value}th"
    return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th') }"


def _label(value: Number, unit: str, lang: str) -> list[str]:
    return [str(value)]


def _fraction(value: Number, unit: str, lang: str) -> list[str]:
    exact = Fraction(value)
    plain = f"{exact.numerator}/{exact.denominator}"
    part = PARTS.get(exact.denominator)
    if lang == "vi" or part is None or not 0 < exact.numerator < exact.denominator:
        return [plain]
    if exact == Fraction(1, 2):
        return ["half", plain]
    plural = part if exact.numerator == 1 else f"{part}s"
    return [f"{SMALL['en'][exact.numerator]}-{plural}", plain]


def _century(value: Number, unit: str, lang: str) -> list[str]:
    return [f"thế kỷ {value}"] if lang == "vi" else [f"{_nth(int(value))} century"]


def _weekday(value: Number, unit: str, lang: str) -> list[str]:
    return [WEEKDAYS[lang][int(value) - 1]]


def _decade(value: Number, unit: str, lang: str) -> list[str]:
    return [f"những năm {value}"] if lang == "vi" else [f"{value}s"]


def _nothing(value: Number, unit: str, lang: str) -> list[str]:
    return []


def _english_date(date: Date) -> list[str]:
    year = "" if date.year is None else str(date.year)
    if date.quarter:
        return [f"the {RANKS[date.quarter]} quarter" + (f" of {year}" if year else "")]
    if date.half:
        return [f"the {RANKS[date.half]} half of {year or 'the year'}"]
    if date.month is None:
        return [year] if year else ([_nth(date.day)] if date.day else [])
    month = MONTHS[date.month - 1]
    if date.day is None:
        return [f"{month} {year}".strip()]
    tail = f", {year}" if year else ""
    return [f"{month} {date.day}{tail}", f"{date.day} {month} {year}".strip()]


def _vietnamese_date(date: Date) -> list[str]:
    if date.quarter:
        return ["/".join(filter(None, [f"quý {date.quarter}", str(date.year or "")]))]
    if date.half:
        part = "đầu" if date.half == 1 else "cuối"
        return [" ".join(f"6 tháng {part} năm {date.year or ''}".split())]
    if date.month is None:
        return [f"năm {date.year}"] if date.year else ([f"ngày {date.day}"] if date.day else [])
    parts = [str(part) for part in (date.day, date.month, date.year) if part]
    return [f"{'ngày' if date.day else 'tháng'} {'/'.join(parts)}"]


def _english_lunar(date: LunarDate) -> list[str]:
    year = f" of {date.year}" if date.year else ""
    month = f"{_rank(date.month)} lunar month{year}" if date.month else "lunar month"
    if date.day is None:
        return [f"the {month}"]
    forms = [f"the {_nth(date.day)} day of the {month}"]
    if (date.month, date.day) == (12, 30):
        return ["Lunar New Year's Eve", "New Year's Eve", *forms]
    if date.day == 15:
        return [f"the full moon of the {month}", *forms]
    if date.month == 1 and date.day < len(RANKS):
        return [f"the {_rank(date.day)} day of Tet", *forms]
    return forms


def _rank(number: int) -> str:
    """Return a small ordinal in words: twelfth."""
    return (*RANKS, "eleventh", "twelfth")[number]


def _vietnamese_lunar(date: LunarDate) -> list[str]:
    year = f" năm {date.year}" if date.year else ""
    month = {None: "", 1: "tháng Giêng", 12: "tháng Chạp"}.get(date.month, f"tháng {date.month}")
    mark = "" if date.month in (None, 1, 12) and not year else " âm lịch"
    if date.day is None:
        return [f"{month}{year}{mark}"]
    day = "rằm" if date.day == 15 else f"mùng {date.day}" if date.day <= 10 else f"ngày {date.day}"
    forms = [" ".join(f"{day} {month}{year}{mark}".split())]
    tet = date.month == 1 and date.day <= 10 and not year
    eve = (date.month, date.day) == (12, 30) and not year
    return [f"mùng {date.day} Tết", *forms] if tet else ["30 Tết", *forms] if eve else forms


def _english_clock(clock: Clock) -> list[str]:
    half = "a.m." if clock.hour < 12 else "p.m."
    hour = (clock.hour - 1) % 12 + 1
    if clock.minute == 0:
        return [f"{hour} {half}", f"{clock.hour}:00"]
    return [f"{hour}:{clock.minute:02d} {half}", f"{clock.hour}:{clock.minute:02d}"]


def _vietnamese_clock(clock: Clock) -> list[str]:
    return [f"{clock.hour} giờ" + (f" {clock.minute}" if clock.minute else "")]


Writer = Callable[[Number, str, str], list[str]]
DATES = {"en": _english_date, "vi": _vietnamese_date}
LUNAR = {"en": _english_lunar, "vi": _vietnamese_lunar}
CLOCKS = {"en": _english_clock, "vi": _vietnamese_clock}
WRITERS: Mapping[str, Writer] = {
    "number": _number,
    "percent": _percent,
    "money": _amount,
    "measure": _amount,
    "fraction": _fraction,
    "ordinal": _ordinal,
    "age": _age,
    "label": _label,
    "century": _century,
    "weekday": _weekday,
    "decade": _decade,
}
