"""Planted errors: changes to correct translations that the checks should find."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from vnsum import quantities
from vnsum.languages.en import MONTHS
from vnsum.quantities.tokens import words
from vnsum.quantities.values import Date, Quantity

FIGURES = frozenset(["number", "date"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A human pair (dates may be replaced on both sides) and its target with a planted error."""

    source: str
    target: str
    corrupted: str


Mutate = Callable[[str, str, random.Random], "Planted | None"]

SCALES = ("thousand", "million", "billion", "trillion")


def change_digit(source: str, target: str, rng: random.Random) -> Planted | None:
    """Return the pair with one digit of the English text changed."""
    places = [place for place, character in enumerate(target) if character.isdecimal()]
    if not places:
        return None
    place = rng.choice(places)
    digit = rng.choice([digit for digit in "123456789" if digit != target[place]])
    return Planted(source=source, target=target, corrupted=_put(target, place, place + 1, digit))


def change_scale(source: str, target: str, rng: random.Random) -> Planted | None:
    """Return the pair with a scale word or the magnitude of a number changed."""
    scales = [match for match in re.finditer(r"\w+", target) if match.group() in SCALES]
    groups = list(re.finditer(r"\b\d{1,3}(,\d{3})+\b", target))
    if not scales and not groups:
        return None
    match = rng.choice([*scales, *groups])
    if match.group() in SCALES:
        other = rng.choice([scale for scale in SCALES if scale != match.group()])
    else:
        number = int(match.group().replace(",", ""))
        other = f"{rng.choice([number // 1000, number // 10, number * 10, number * 1000]):,}"
    return Planted(source=source, target=target, corrupted=_put(target, *match.span(), other))


def swap_date(source: str, target: str, rng: random.Random) -> Planted | None:
    """Return the pair with a new random date on both sides, and day and month swapped in the error.

    Random dates yield a thousand different errors from about a hundred sentences with a date.
    """
    left, right = (
        [q for q in quantities.read(text, lang=lang) if _has_day(q)]
        for text, lang in ((source, "vi"), (target, "en"))
    )
    common = [(old, new) for old in left for new in right if old.key == new.key]
    if not common:
        return None
    old, new = rng.choice(common)
    day, month = rng.sample(range(1, 13), 2)
    year = old.value.year if isinstance(old.value, Date) else None
    vi = f"ngày {day}/{month}" if rng.random() < 0.5 else f"ngày {day} tháng {month}"
    if year:
        vi += f"/{year}" if "/" in vi else f" năm {year}"
    clean, corrupted = _english_date(day, month, year), _english_date(month, day, year)
    return Planted(
        source=_put(source, old.start, old.end, vi),
        target=_put(target, new.start, new.end, clean),
        corrupted=_put(target, new.start, new.end, corrupted),
    )


def _has_day(quantity: Quantity) -> bool:
    return isinstance(quantity.value, Date) and bool(quantity.value.day and quantity.value.month)


def _english_date(day: int, month: int, year: int | None) -> str:
    return f"{MONTHS[month - 1]} {day}" + (f", {year}" if year else "")


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def change_name(source: str, target: str, rng: random.Random) -> Planted | None:
    """Return the pair with a name of the English text replaced by another one."""
    own_words = set(re.findall(r"\w+", source))
    own = [
        match
        for match in re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{3,}", target)
        if match.group() in own_words or match.group() in COUNTRIES
    ]
    if not own:
        return None
    match = rng.choice(own)
    pool = COUNTRIES if match.group() in COUNTRIES else PERSONS
    other = rng.choice([name for name in pool if name not in target])
    return Planted(source=source, target=target, corrupted=_put(target, *match.span(), other))


COUNTRIES = sorted(
    words(
        "China Japan France Germany Russia India Thailand Laos Cambodia Australia Italy Spain"
        " Portugal Belgium Austria Sweden Norway Denmark Finland Poland Greece Turkey Egypt"
        " Taiwan Vietnam Britain Netherlands Switzerland Mongolia Ireland"
    )
)
PERSONS = sorted(
    words(
        "Hargreaves Lindqvist Okafor Morrison Delgado Petrov Whitfield Castellano Bergstrom"
        " Novak Fitzgerald Yamamoto Brighton Toledo Marlowe Kensington Rotterdam Winslow Zeller"
    )
)
NEGATIONS = (
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"\bcan't\b"), "can"),
    (re.compile(r"\bwon't\b"), "will"),
    (re.compile(r"(?<!\bca)(?<!\bwo)n't\b"), ""),
    (re.compile(r" not\b(?! only)"), ""),
    (re.compile(r"\bnever "), ""),
    (re.compile(r"\bwithout\b"), "with"),
    (re.compile(r"\b[Nn]o (?=[a-z])"), "some "),
)


def drop_negation(source: str, target: str, rng: random.Random) -> Planted | None:
    """Return the pair with a negation of the English text removed."""
    places = [(m, new) for pattern, new in NEGATIONS for m in pattern.finditer(target)]
    if not places:
        return None
    match, new = rng.choice(places)
    return Planted(source=source, target=target, corrupted=_put(target, *match.span(), new))


VERBS = re.compile(r"\b(is|are|was|were|will|would|has|have|had|can|could|should|must|may)\b")


def add_negation(source: str, target: str, rng: random.Random) -> Planted | None:
    """Return the pair with a verb of the English text negated."""
    places = list(VERBS.finditer(target))
    if not places:
        return None
    end = rng.choice(places).end()
    return Planted(source=source, target=target, corrupted=_put(target, end, end, " not"))


MUTATIONS: dict[str, tuple[Mutate, frozenset[str]]] = {
    "digit": (change_digit, FIGURES),
    "scale": (change_scale, FIGURES),
    "date order": (swap_date, FIGURES),
    "name": (change_name, frozenset(["name"])),
    "negation dropped": (drop_negation, frozenset(["negation"])),
    "negation added": (add_negation, frozenset(["negation"])),
}
