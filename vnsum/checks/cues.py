"""Words that tell more of a number, such as its sign or rate: "fell by 5%" is -5%."""

from __future__ import annotations

import re
from fractions import Fraction

from vnsum.quantities.units import BASE, TEMPERATURES
from vnsum.quantities.values import Date, Quantity
from vnsum.quantities.writing import says_points

# Vietnamese and English words; none of them is a word of the other language.
_FALLS = re.compile(
    r"\b(?:giảm|sụt|lỗ|âm|trừ|dưới|thấp hơn|mất|hạ|lùi|tụt|suy|ưu đãi|khuyến mãi|chiết khấu|down|"
    r"fell|falls?|fallen|falling|drop\w*|declin\w*|decreas\w*|lower\w*|los[est]\w*|contract\w*|"
    r"shr[aiu]nk\w*|below|off|discount\w*|negative|minus|cuts?|cutting|slump\w*|slid\w*|plung\w*|"
    r"reduc\w*|deficits?|less|worse)\b",
    re.IGNORECASE,
)
_BELOW_ZERO = re.compile(
    r"\b(?:âm|trừ|dưới (?:0|không)|below (?:zero|0|freezing)|minus|negative)\b", re.IGNORECASE
)
# After a temperature: "it was 10 below", "45 below in Moscow", but not "5 below the average".
_BELOW_AFTER = re.compile(r" below(?= zero\b| (?:in|on|at|and|with|today|tonight)\b|$|[.,;:!?)])")
# Before a number that is a level, and not a change: "fell to 5%".
_LEVEL = re.compile(
    r"(?:\b(?:to|at|of|is|was)|xuống|còn|mức|là|tới|đến) (?:about |around |khoảng |gần )?$",
    re.IGNORECASE,
)
_LONGEST_LEVEL = 20  # characters
# Rounds of a cup by the number of teams, and what comes before that number: the last 8.
_ROUNDS = {
    4: re.compile(r"\b(?:bán kết|semi-?finals?)\b", re.IGNORECASE),
    8: re.compile(r"\b(?:tứ kết|quarter-?finals?)\b", re.IGNORECASE),
}
# Ages in "his late fifties", from that of the decade; sixty if it is "nearly 60".
_PART_OF_DECADE = re.compile(r"(early|mid|late)\b", re.IGNORECASE)
_AGES = {"early": range(5), "mid": range(3, 8), "late": range(5, 10)}
_ABOUT = re.compile(
    r"\b(?:gần|ngót|sắp|xấp xỉ|khoảng|chừng|độ|tầm|trạc|hơn|ngoài|trên)(?: tuổi)? $", re.IGNORECASE
)
# "A day" as a length of time: in a day, a day later, a one-year term; not "5 km a day".
_SPAN = (
    r"(?:\b(?:in|within|after|for|than|about|around|over|under|nearly|almost|just|only|of|took|takes?|"
    r"lasts?|lasted|lasting|during|by|exactly|every|least|most|spent|up to)(?: just| only| about| "
    r"nearly| almost)? an? (?:full |whole |single )?{en}\b(?!-)|"
    r"\ban? {en} (?:later|ago|after|before|earlier|off|long|away)\b|"
    r"\b(?:one|1|a full|a whole|a single|past)[ -]{en}\b|"
    r"\b(?:một|1) (?:{vi})\b(?! rưỡi)|\b(?:trong|suốt) (?:{vi}) qua\b)"
)
_TIMES = {"minute": "phút", "hour": "giờ|tiếng", "day": "ngày", "week": "tuần", "year": "năm",
          "decade": "thập kỷ|thập niên|thập kỉ"}  # fmt: skip
_SPANS = {
    BASE[en]: re.compile(_SPAN.format(en=en, vi=vi), re.IGNORECASE) for en, vi in _TIMES.items()
}
_BEFORE_STORM = re.compile(r"\bbão $", re.IGNORECASE)
_NAMED_STORM = re.compile(
    r"\b(?i:bão|storm|typhoon|hurricane|cyclone) (?!(?i:no|number|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve|số)\b)[A-ZĐ][^\W\d_]+"
)
# Two without a number: a twin room, a couple of years.
_PAIR = re.compile(
    r"\b(?:a (?:couple|pair) of|(?:twin|double) (?:room|bed)s?|(?:phòng|giường) đôi)\b",
    re.IGNORECASE,
)
# Schools and houses by the level that Vietnamese calls them by: cấp 3, nhà cấp 4.
_LEVELS = {
    2: re.compile(r"\b(?:middle|junior|(?:lower[ -])?secondary)\b", re.IGNORECASE),
    3: re.compile(r"\b(?:high|(?:upper|senior)[ -]secondary|secondary)[ -]school", re.IGNORECASE),
    4: re.compile(r"\b(?:(?:one|single)[ -]stor(?:e?y|eyed|ied)|bungalows?)\b", re.IGNORECASE),
}
_ADDED_TIME = re.compile(r"\b(?:(?:added|stoppage|injury) time|bù giờ)\b", re.IGNORECASE)
_POINTS = re.compile(r"[ -](?:điểm|points?)\b")  # after a number
_BEFORE_TEAMS = re.compile(r"\b(?:last|round of)[ -]$", re.IGNORECASE)
_HOURLY = re.compile(r"\b(?:giờ|hour|hourly)\b", re.IGNORECASE)
# Words that are also months, but are not read as such without a sign of one: March, tháng năm.
_MONTHS = {
    number: re.compile(rf"\b(?:{words})\b")
    for number, words in {
        1: "Jan", 3: "Mar(?:ch)?", 5: "May|[Tt]háng năm", 6: "Jun", 8: "August", 9: "Sep", 12: "Dec"
    }.items()
}  # fmt: skip
# Numbers that the other language often tells without a figure, by their unit and value.
_WORDS = {
    key: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for key, words in {
        ("percent", 50): "halv(?:e[sd]?|ing)|phân nửa",
        ("m", 11): "penalty|penalties|spot[ -]kicks?|phạt đền",
        ("", 0): "goalless|scoreless|không bàn thắng",
        ("", 2): "brace|braces|cú đúp",
        ("", 3): "hat-?tricks?",
    }.items()
}
_HOLIDAYS = {
    key: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for key, words in {
        (3, 8): "women['’]s day|quốc tế phụ nữ",
        (4, 30): "(?:reunification|liberation) day|thống nhất đất nước|giải phóng miền nam",
        (5, 1): "labou?r day|may day|workers['’] day|quốc tế lao động",
        (6, 1): "children['’]s day|quốc tế thiếu nhi",
        (7, 27): "invalids|martyrs['’]? day|thương binh",
        (9, 2): "national day|independence day|quốc khánh",
        (10, 20): "women['’]s day|phụ nữ việt nam",
        (11, 20): "teachers['’] day|nhà giáo",
    }.items()
}


def may_name_month(text: str, month: Fraction) -> bool:
    """Return whether a sentence has a word for a month that may mean something else.

    >>> may_name_month("August ended with a storm.", Fraction(8))
    True
    """
    words = _MONTHS.get(int(month))
    return words is not None and words.search(text) is not None


def has_name(text: str, quantity: Quantity) -> bool:
    """Return whether a sentence has the word of a month that may be a given name: June.

    >>> from vnsum.quantities import read
    >>> has_name("Ca sĩ June Carter đến.", read("June Carter came.", lang="en")[0])
    True
    """
    return not quantity.certain and re.search(rf"\b{re.escape(quantity.text)}\b", text) is not None


def names_holiday(text: str, quantity: Quantity) -> bool:
    """Return whether a sentence names the Vietnamese holiday of a date.

    >>> from vnsum.quantities import read
    >>> names_holiday("on National Day", read("dịp lễ 2/9", lang="vi")[0])
    True
    """
    value = quantity.value
    if not isinstance(value, Date) or value.month is None or value.day is None:
        return False
    words = _HOLIDAYS.get((value.month, value.day))
    return words is not None and words.search(text) is not None


def has_word_for(text: str, unit: str, value: Fraction) -> bool:
    """Return whether a sentence tells a number by a word: 11 mét, a penalty.

    >>> has_word_for("He scored from the penalty spot.", "m", Fraction(11))
    True
    """
    words = _WORDS.get((unit, int(value))) if value.denominator == 1 else None
    return words is not None and words.search(text) is not None


def is_negative(text: str, quantity: Quantity) -> bool:
    """Return whether the words of a sentence say that one of its numbers is negative.

    >>> from vnsum.quantities import read
    >>> [is_negative(s, read(s, lang="en")[0]) for s in ("Sales fell by 5%.", "Growth fell to 5%.")]
    [True, False]
    """
    if _BELOW_AFTER.match(text, quantity.end):
        return True
    if quantity.unit in TEMPERATURES:
        return _BELOW_ZERO.search(text) is not None
    before = text[max(0, quantity.start - _LONGEST_LEVEL) : quantity.start]
    return _FALLS.search(text) is not None and _LEVEL.search(before) is None


def names_round(text: str, quantity: Quantity, other: str) -> bool:
    """Return whether a number of a sentence is a round of a cup that another sentence names.

    >>> from vnsum.quantities import read
    >>> [names_round(s, read(s, lang="en")[0], "Họ vào tứ kết.") for s in ("the last 8", "8 men")]
    [True, False]
    """
    before = text[max(0, quantity.start - _LONGEST_LEVEL) : quantity.start]
    teams = quantity.unit == "round of" or _BEFORE_TEAMS.search(before) is not None
    named = _ROUNDS.get(quantity.value) if isinstance(quantity.value, int) else None
    return teams and named is not None and named.search(other) is not None


def names_storm(text: str, quantity: Quantity, other: str) -> bool:
    """Return whether a number of a sentence is that of a storm, which another one names.

    >>> from vnsum.quantities import read
    >>> text = "Bão số 3 đổ bộ."
    >>> names_storm(text, read(text, lang="vi")[0], "Typhoon Yagi made landfall.")
    True
    """
    before = text[max(0, quantity.start - _LONGEST_LEVEL) : quantity.start]
    numbered = quantity.kind == "label" and _BEFORE_STORM.search(before) is not None
    return numbered and _NAMED_STORM.search(other) is not None


def has_pair(text: str, unit: str, value: Fraction) -> bool:
    """Return whether a sentence tells two things or a time as a pair: 2 giường, a twin room.

    >>> has_pair("They met again after a couple of years.", "year", Fraction(2))
    True
    """
    counted = unit == "" or BASE.get(unit, ("",))[0] in ("time", "calendar")
    return value == 2 and counted and _PAIR.search(text) is not None


def names_level(quantity: Quantity, other: str) -> bool:
    """Return whether a level of schools or houses is named by an English sentence: lên cấp 3.

    >>> from vnsum.quantities import read
    >>> level = read("Lên cấp 3, tôi bỏ hút thuốc.", lang="vi")[0]
    >>> [names_level(level, s) for s in ("In high school I gave up smoking.", "At level 2 I did.")]
    [True, False]
    """
    named = _LEVELS.get(quantity.value) if isinstance(quantity.value, int) else None
    return quantity.unit == "level" and named is not None and named.search(other) is not None


def list_ages(quantity: Quantity) -> list[int]:
    """Return the ages that an age in tens may mean, with that of the next decade.

    >>> from vnsum.quantities import read
    >>> list_ages(read("a woman in her late fifties", lang="en")[0])
    [55, 56, 57, 58, 59, 60]
    """
    part = _PART_OF_DECADE.match(quantity.text) if quantity.kind == "age" else None
    first = quantity.value
    if part is None or not isinstance(first, int):
        return []
    ages = [first + year for year in _AGES[part[1].lower()]]
    return [*ages, first + 10] if ages[-1] == first + 9 else ages


def is_about(text: str, quantity: Quantity) -> bool:
    """Return whether a Vietnamese sentence tells that a number is not exact: gần 60 tuổi."""
    return _ABOUT.search(text[max(0, quantity.start - _LONGEST_LEVEL) : quantity.start]) is not None


def has_one(text: str, unit: str, value: Fraction) -> bool:
    """Return whether a sentence tells a time as one of a larger unit: 24 hours are "a day".

    >>> [has_one(s, "hour", Fraction(24)) for s in ("It takes effect in a day.", "5 km a day.")]
    [True, False]
    """
    dimension, size = BASE.get(unit, ("", Fraction(0)))
    span = _SPANS.get((dimension, value * size)) if value > 1 else None
    return span is not None and span.search(text) is not None


def has_added_time(text: str) -> bool:
    """Return whether a sentence is about the time added to a match.

    >>> has_added_time("Kane scored four minutes into added time.")
    True
    """
    return _ADDED_TIME.search(text) is not None


def is_in_points(text: str, quantity: Quantity) -> bool:
    """Return whether a sentence tells a number in points, such as percentage points.

    >>> from vnsum.quantities import read
    >>> [is_in_points(s, read(s, lang="en")[0]) for s in ("rose 2 percentage points", "rose 2%")]
    [True, False]
    """
    return says_points(quantity) or _POINTS.match(text, quantity.end) is not None


def is_hourly(text: str) -> bool:
    """Return whether a sentence tells how much of something there is an hour.

    >>> is_hourly("Mỗi giờ xe đi được 60 km.")
    True
    """
    return _HOURLY.search(text) is not None
