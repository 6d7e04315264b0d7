"""Figures and dates that articles give differently for the same thing.

Two figures conflict if they have the same kind and unit, most of the words around them and of
their sentences are the same, and neither article has the value of the other one. Rounded figures
and partly known dates that can agree do not conflict.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from vnsum import quantities
from vnsum.quantities import Date, Quantity
from vnsum.quantities.tokens import words
from vnsum.summarization.digests.claims import (
    FEWEST_AMONG_OTHERS,
    FEWEST_SHARED,
    Claim,
    Sentences,
    candidates,
    words_beside,
)
from vnsum.summarization.digests.pool import Pool

KINDS = frozenset(["number", "money", "percent", "measure", "age", "date", "time"])
DATE_PARTS = ("year", "month", "day", "quarter", "half")
MOST_FIGURES = 4  # of one kind in a sentence; what has more is a table
ROUGH = Fraction(3, 5)  # ratio of figures that can agree if one of them is approximate
ROUNDED = Fraction(49, 50)  # ratio of figures that can be roundings of the same
_WORD = re.compile(r"[^\W_]+")
_NOUN = re.compile(r"(?: [^\W\d_]+){0,2}")
APPROXIMATE = words(
    "hơn trên gần khoảng chừng cỡ dưới xấp xỉ ít nhất tới about around over nearly almost some"
    " least than roughly approximately under up"
)
# Words that end the noun after a number.
NOT_NOUNS = words(
    "và với cùng hoặc hay nhưng mà thì là đã đang sẽ được bị có không chưa cũng vẫn còn phải cần"
    " nên muốn ở tại trong ngoài trên dưới trước sau từ đến tới về vào ra cho của do bởi để vì nếu"
    " khi như theo qua so này đó kia ấy trở gồm gây rồi"
    " and or but of in on at to from for with by as is are was were be been has have had will would"
    " can could may might this that these those who which while when after before since until"
)
# Words after which a number is a name or a rank, and marks of sizes such as 5x7.
NAMING = frozenset(["số", "thứ", "no", "number", "x", "×"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Claim):
    """A quantity in a sentence; `alone` if no other figure of the sentence counts the same."""

    noun: ClassVar[str] = "figures"
    changes: ClassVar[bool] = True
    quantity: Quantity

    @property
    def value(self) -> object:
        """The value of the quantity."""
        return self.quantity.value

    @property
    def words(self) -> frozenset[str]:
        """The words around the figure that tell what is counted."""
        return frozenset(w for w in (*self.before, *self.after) if w not in APPROXIMATE)

    @property
    def is_rough(self) -> bool:
        """Whether a word such as "about" or "at least" precedes it."""
        return not APPROXIMATE.isdisjoint(self.before[-2:])

    def contexts(self) -> Iterator[tuple[str, ...]]:
        """Yield two words beside the figure, with its kind and unit."""
        before = tuple(word for word in self.before if word not in APPROXIMATE)
        for side, beside in (("before", before), ("after", self.after)):
            for pair in itertools.pairwise(beside):
                yield (self.quantity.kind, self.quantity.unit, side, *pair)

    def quote(self, text: str) -> str:
        """Return the figure; a number with the noun that it counts."""
        after = _NOUN.match(text, self.end) if self.quantity.kind == "number" else None
        noun = after[0].split() if after else []
        noun = [*itertools.takewhile(lambda word: word.lower() not in NOT_NOUNS, noun)]
        return " ".join((self.quantity.text, *noun))


def find_figures(pool: Pool, sentences: Sentences) -> tuple[list[Figure], list[tuple[int, int]]]:
    """Return the figures of a pool and the pairs of them that conflict."""
    figures = [*_read_figures(pool)]
    values: dict[int, dict[Hashable, dict[object, Quantity]]] = defaultdict(dict)
    for figure in figures:
        own = values[int(pool.article[figure.sentence])]
        own.setdefault(_lookup(figure.quantity), {})[figure.value] = figure.quantity
    return figures, [
        (first, second)
        for first, second in candidates(pool, figures)
        if _conflict(figures[first], figures[second])
        and sentences.are_alike(figures[first].sentence, figures[second].sentence)
        and not _is_known(figures[first], values[int(pool.article[figures[second].sentence])])
        and not _is_known(figures[second], values[int(pool.article[figures[first].sentence])])
    ]


def _read_figures(pool: Pool) -> Iterator[Figure]:
    for index in range(len(pool)):
        document = pool.documents[pool.article[index]]
        text = pool.text(index)
        read = quantities.read(text, lang=document.lang, published=document.published)
        counts = Counter(quantity.kind for quantity in read)
        things = Counter(_thing(text, quantity) for quantity in read)
        for one in read:
            if one.kind not in KINDS or not one.certain or counts[one.kind] > MOST_FIGURES:
                continue
            before, after = words_beside(text, one.start, one.end)
            if NAMING.isdisjoint((*before[-1:], *after[:1])):
                yield Figure(
                    sentence=index, start=one.start, end=one.end, before=before, after=after,
                    alone=things[_thing(text, one)] == 1, quantity=one,
                )  # fmt: skip


def _thing(text: str, quantity: Quantity) -> tuple[str, str, str]:
    """Return what a figure counts: its kind, its unit or the word after a number without one."""
    word = _WORD.search(text, quantity.end) if quantity.kind == "number" else None
    return quantity.kind, quantity.unit, word[0].lower() if word else ""


def _conflict(one: Figure, other: Figure) -> bool:
    """Return whether two figures count the same and differ."""
    fewest = FEWEST_SHARED if one.alone and other.alone else FEWEST_AMONG_OTHERS
    rough = one.is_rough or other.is_rough
    return len(one.words & other.words) >= fewest and not _agree(
        one.quantity, other.quantity, rough=rough
    )


def _is_known(figure: Figure, known: Mapping[Hashable, Mapping[object, Quantity]]) -> bool:
    """Return whether an article with the quantities `known` has the value of a figure, too."""
    alike = known.get(_lookup(figure.quantity), {})
    return figure.value in alike or (
        _is_day(figure.quantity) and any(_agree(one, figure.quantity) for one in alike.values())
    )


def _lookup(quantity: Quantity) -> Hashable:
    """Return what quantities that can be equal share: their value or, of dates, the day."""
    value = quantity.value
    same = value.day if isinstance(value, Date) and value.day is not None else value
    return quantity.kind, quantity.unit, same


def _agree(one: Quantity, other: Quantity, *, rough: bool = False) -> bool:
    """Return whether two quantities of one kind can be the same; `rough` if one is approximate."""
    first, second = one.value, other.value
    if isinstance(first, Date) and isinstance(second, Date):
        if (first.day is None) != (second.day is None):
            return True
        parts = [(getattr(first, part), getattr(second, part)) for part in DATE_PARTS]
        return all(a == b for a, b in parts if a is not None and b is not None)
    try:
        low, high = sorted((abs(Fraction(first)), abs(Fraction(second))))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return first == second or type(first) is not type(second)
    # Whole numbers of people and things are counted, others are rounded.
    counted = one.kind in ("number", "age") and one.spelled == other.spelled
    return low >= high * (ROUGH if rough else 1 if counted else ROUNDED)


def _is_day(quantity: Quantity) -> bool:
    return isinstance(quantity.value, Date) and quantity.value.day is not None
