"""Figures and dates that articles give differently for the same thing.

Two figures conflict if they have the same kind and unit, most of the words around them and of
their sentences are the same, and neither article has the value of the other one. Rounded figures
and partly known dates that can agree do not conflict. Precision comes before recall: a figure that
could be compared with several of one article is not compared.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vnsum import quantities
from vnsum.quantities import Date, Quantity
from vnsum.results.findings import Finding, Severity
from vnsum.summarization.digests.pool import Pool
from vnsum.summarization.extractive.tfidf import Terms

KINDS = frozenset(["number", "money", "percent", "measure", "age", "date", "time"])
DATE_PARTS = ("year", "month", "day", "quarter", "half")
NEAR = 4  # words on each side that tell what is counted
FEWEST_SHARED = 4  # of these words
FEWEST_AMONG_OTHERS = 5  # of these words, if the sentence has other figures of the same kind
SYSTEMATIC = 3  # conflicts of one article; more are figures of another moment
SAME_SENTENCE = 0.4  # cosine of the sentences without their figures
MOST_FIGURES = 4  # of one kind in a sentence; what has more is a table
MOST_COMPARED = 20  # figures with the same two words beside them
ROUGH = Fraction(3, 5)  # ratio of figures that can agree if one of them is approximate
ROUNDED = Fraction(49, 50)  # ratio of figures that can be roundings of the same
_WORD = re.compile(r"[^\W_]+")
APPROXIMATE = frozenset(
    [
        "hơn",
        "trên",
        "gần",
        "khoảng",
        "chừng",
        "cỡ",
        "dưới",
        "xấp",
        "xỉ",
        "ít",
        "nhất",
        "tới",
        "about",
        "around",
        "over",
        "nearly",
        "almost",
        "some",
        "least",
        "than",
        "roughly",
        "approximately",
        "under",
        "up",
    ]
)
# Words after which a number is a name or a rank, and marks of sizes such as 5x7.
NAMING = frozenset(["số", "thứ", "no", "number", "x", "×"])
# Openings that tell the moment of a count.
_MOMENT = re.compile(
    r"\b(?:tính đến|tính tới|cho đến|cho tới|đến thời điểm|as of|so far|by the time)\b",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"\b(?:\d{1,2}(?::|h|g| giờ )\d{2}|\d{1,2} giờ|(?:đầu|cuối) (?:phiên|ngày|giờ)|"
    r"\d{1,2} [ap]\.?m)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity with its sentence of the pool and the words before and after it.

    `alone` says whether no other figure of its sentence counts the same.
    """

    sentence: int
    quantity: Quantity
    before: tuple[str, ...]
    after: tuple[str, ...]
    alone: bool

    @property
    def words(self) -> frozenset[str]:
        """The words around the figure that tell what is counted."""
        return frozenset(w for w in (*self.before, *self.after) if w not in APPROXIMATE)

    @property
    def is_rough(self) -> bool:
        """Whether a word such as "about" or "at least" precedes it."""
        return not APPROXIMATE.isdisjoint(self.before[-2:])

    def contexts(self) -> Iterator[tuple[str, ...]]:
        """Yield what a figure for the same thing is likely to share: two words beside it."""
        before = tuple(word for word in self.before if word not in APPROXIMATE)
        for side, words in (("before", before), ("after", self.after)):
            for pair in itertools.pairwise(words):
                yield (self.quantity.kind, self.quantity.unit, side, *pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Figures that articles give differently for the same thing, and a finding about them."""

    figures: tuple[Figure, ...]
    finding: Finding


def find_conflicts(pool: Pool) -> list[Conflict]:
    """Return the conflicts between the articles of a pool."""
    figures = _read_figures(pool)
    values: dict[int, list[Quantity]] = defaultdict(list)
    for figure in figures:
        values[int(pool.article[figure.sentence])].append(figure.quantity)
    words = [[unit for unit in units if not unit.isdigit()] for units in pool.units]
    matcher = _Matcher(pool, Terms.of(words), values)
    pairs = [
        (one, other)
        for one, other in _candidates(pool, figures)
        if matcher.conflict(figures[one], figures[other])
    ]
    groups = [[figures[k] for k in group] for group in _join(pool, figures, pairs)]
    involved = Counter(
        article for group in groups for article in {int(pool.article[f.sentence]) for f in group}
    )
    systematic = {article for article, count in involved.items() if count >= SYSTEMATIC}
    return [_describe(pool, group, systematic) for group in groups]


def _read_figures(pool: Pool) -> list[Figure]:
    found = []
    for index in range(len(pool)):
        document = pool.documents[pool.article[index]]
        text = pool.text(index)
        read = quantities.read(text, lang=document.lang, published=document.published)
        counts = Counter(quantity.kind for quantity in read)
        things = Counter(_thing(text, quantity) for quantity in read)
        for one in read:
            before = tuple(word.lower() for word in _WORD.findall(text[: one.start])[-NEAR:])
            after = tuple(word.lower() for word in _WORD.findall(text[one.end :])[:NEAR])
            named = not NAMING.isdisjoint((*before[-1:], *after[:1]))
            if one.kind in KINDS and one.certain and not named and counts[one.kind] <= MOST_FIGURES:
                alone = things[_thing(text, one)] == 1
                found.append(
                    Figure(sentence=index, quantity=one, before=before, after=after, alone=alone)
                )
    return found


def _thing(text: str, quantity: Quantity) -> tuple[str, str, str]:
    """Return what a figure counts: its kind, its unit or the word after a number without one."""
    word = _WORD.search(text, quantity.end) if quantity.kind == "number" else None
    return quantity.kind, quantity.unit, word[0].lower() if word else ""


def _candidates(pool: Pool, figures: Sequence[Figure]) -> Iterator[tuple[int, int]]:
    """Yield figures of different articles with different values that share words beside them."""
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for number, figure in enumerate(figures):
        for key in figure.contexts():
            listed = index[key]
            for other in listed:
                apart = pool.origin[pool.article[figure.sentence]] != pool.origin[
                    pool.article[figures[other].sentence]
                ]  # fmt: skip
                different = figure.quantity.value != figures[other].quantity.value
                if apart and different and (other, number) not in seen:
                    seen.add((other, number))
                    yield other, number
            if len(listed) < MOST_COMPARED:
                listed.append(number)


class _Matcher:
    """Decides whether two figures are about the same thing and differ."""

    def __init__(self, pool: Pool, terms: Terms, values: dict[int, list[Quantity]]) -> None:
        self.pool, self.terms, self.values = pool, terms, values

    def conflict(self, one: Figure, other: Figure) -> bool:
        """Return whether two figures of different articles conflict."""
        return (
            len(one.words & other.words)
            >= (FEWEST_SHARED if one.alone and other.alone else FEWEST_AMONG_OTHERS)
            and not _agree(one.quantity, other.quantity, rough=one.is_rough or other.is_rough)
            and self._cosine(one.sentence, other.sentence) >= SAME_SENTENCE
            and not self._is_known(one, other.sentence)
            and not self._is_known(other, one.sentence)
        )

    def _is_known(self, figure: Figure, sentence: int) -> bool:
        """Return whether the article of a sentence has the value of a figure, too."""
        known = self.values[int(self.pool.article[sentence])]
        own = figure.quantity
        return any(
            other.value == own.value or (_is_day(other) and _is_day(own) and _agree(other, own))
            for other in known
            if (other.kind, other.unit) == (own.kind, own.unit)
        )

    def _cosine(self, one: int, other: int) -> float:
        first, second = (self._vector(index) for index in (one, other))
        return sum(weight * second.get(column, 0.0) for column, weight in first.items())

    def _vector(self, index: int) -> dict[int, float]:
        own = slice(self.terms.starts[index], self.terms.starts[index + 1])
        return dict(
            zip(self.terms.columns[own].tolist(), self.terms.weights[own].tolist(), strict=True)
        )


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


def _join(
    pool: Pool, figures: Sequence[Figure], pairs: Sequence[tuple[int, int]]
) -> list[list[int]]:
    """Return groups of conflicting figures, without those that match several of one article."""
    met: dict[tuple[int, int], set[object]] = defaultdict(set)
    for pair in pairs:
        for own, other in (pair, pair[::-1]):
            article = int(pool.article[figures[other].sentence])
            met[own, article].add(figures[other].quantity.value)
    unclear = {own for (own, _), values in met.items() if len(values) > 1}
    root: dict[int, int] = {}
    for one, other in pairs:
        if one in unclear or other in unclear:
            continue
        first, second = _find(root, one), _find(root, other)
        root[max(first, second)] = min(first, second)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in sorted({k for pair in pairs for k in pair} - unclear):
        groups[_find(root, number)].append(number)
    return [group for group in groups.values() if len(group) > 1]


def _find(root: dict[int, int], number: int) -> int:
    while root.setdefault(number, number) != number:
        number = root[number]
    return number


def _describe(pool: Pool, figures: Sequence[Figure], systematic: set[int]) -> Conflict:
    """Return a conflict; the latest article comes first in its message.

    Many figures of `systematic` articles differ, so they are of another moment.
    """
    by_place: dict[tuple[int, object], Figure] = {}
    for figure in figures:
        article = int(pool.article[figure.sentence])
        by_place.setdefault((article, figure.quantity.value), figure)
    places = sorted(by_place.values(), key=lambda figure: _latest_first(pool, figure))
    told = "; ".join(f'"{_quote(pool, one)}" ({_source(pool, one)})' for one in places)
    if _at_different_times(pool, places) or any(
        int(pool.article[one.sentence]) in systematic for one in places
    ):
        message = f"Articles give different figures at different times, the latest first: {told}."
        severity: Severity = "info"
    else:
        message = f"Articles give different figures for the same thing: {told}."
        severity = "warning"
    sentences = dict.fromkeys(pool.place(one.sentence) for one in places)
    finding = Finding(kind="conflict", severity=severity, message=message, places=tuple(sentences))
    return Conflict(figures=tuple(figures), finding=finding)


def _at_different_times(pool: Pool, figures: Sequence[Figure]) -> bool:
    """Return whether figures are of different moments by their text or publication dates."""
    days = {pool.documents[pool.article[one.sentence]].published for one in figures}
    texts = [pool.text(one.sentence) for one in figures]
    moments = [frozenset(_TIME_OF_DAY.findall(text.lower())) for text in texts]
    return (
        (len(days) > 1 and None not in days)
        or any(map(_MOMENT.search, texts))
        or (all(moments) and len(set(moments)) > 1)
    )


def _latest_first(pool: Pool, figure: Figure) -> tuple[int, int]:
    article = int(pool.article[figure.sentence])
    published = pool.documents[article].published
    return -(published.toordinal() if published else 0), article


def _quote(pool: Pool, figure: Figure) -> str:
    """Return the figure with the two words after it."""
    text = pool.text(figure.sentence)
    after = re.match(r"(?: [^\W\d_]+){0,2}", text[figure.quantity.end :])
    return figure.quantity.text + (after[0] if after else "")


def _source(pool: Pool, figure: Figure) -> str:
    article = int(pool.article[figure.sentence])
    document = pool.documents[article]
    name = document.source or f"article {article + 1}"
    return f"{name}, {document.published.isoformat()}" if document.published else name
