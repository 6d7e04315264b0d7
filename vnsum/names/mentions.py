"""Putting the mentions of a document to the people they name, where that is certain."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vnsum.names.table import may_be_syllable
from vnsum.quantities.tokens import words

SEXES = {
    **dict.fromkeys(words("ông anh chú mr sir lord"), "male"),
    **dict.fromkeys(words("bà chị cô mrs ms miss lady"), "female"),
}
MOST_NAMESAKES = 8  # persons and mentions of each that are compared
SHORTEST_NICKNAME = 3  # letters of Steph, which may be Stephen


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A mention of a person: a name, without its title, at `start` of a sentence.

    `is_relative` says whether it is the name of a relative, such as "con gái Ivanka Trump", and
    `has_office` whether an office stands before or behind it.
    """

    sentence: int
    start: int
    words: tuple[str, ...]
    title: str = ""
    is_relative: bool = False
    has_office: bool = False

    @property
    def text(self) -> str:
        """The name as written."""
        return " ".join(self.words)


@dataclass(slots=True, eq=False)
class Known:
    """A person: the mentions so far, their names in order, and the sexes that the titles tell.

    `lasts` are the last words of the foreign full names.
    """

    mentions: list[Mention] = field(default_factory=list)
    names: dict[tuple[str, ...], None] = field(default_factory=dict)
    lasts: set[str] = field(default_factory=set)
    sexes: set[str] = field(default_factory=set)
    is_relative: bool = False

    def add(self, mention: Mention) -> None:
        """Add a mention."""
        self.mentions.append(mention)
        self.names[mention.words] = None
        self.sexes |= _sexes(mention)
        if len(mention.words) > 1 and _is_foreign(mention.words):
            self.lasts.add(mention.words[-1])
            self.is_relative |= mention.is_relative


@dataclass(frozen=True, slots=True)
class Register:
    """The people found so far, and who can be called by which words.

    `shared` are the last names of several people.
    """

    shared: frozenset[str]
    people: list[Known] = field(default_factory=list)
    called: dict[tuple[str, ...], list[Known]] = field(default_factory=dict)

    def enter(self, mention: Mention, *, new: bool) -> None:
        """Put a mention to the one person whose name it can be, or else to a new one if `new`."""
        matching = self.called.get(mention.words, []) or self._find_namesakes(mention)
        if len(matching) > MOST_NAMESAKES:
            return
        possible = [known for known in matching if self._can_be(mention, known)]
        same = [known for known in possible if mention.words in known.names] or possible
        if len(same) == 1:
            known = same[0]
        elif new and not same:
            known = Known()
            self.people.append(known)
        else:
            return
        known.add(mention)
        for form in _forms(mention.words):
            if known not in (others := self.called.setdefault(form, [])):
                others.append(known)

    def _find_namesakes(self, mention: Mention) -> list[Known]:
        """Return the foreign persons who have the same last name and no other first name.

        A person known by the last name alone is one of them if the full name has an office.
        """
        first, last = mention.words[0], mention.words[-1]
        if len(mention.words) < 2 or all(may_be_syllable(word.lower()) for word in mention.words):
            return []
        certain = mention.has_office and not mention.is_relative and last not in self.shared
        return [
            known
            for known in self.called.get((last,), [])[:MOST_NAMESAKES]
            if all(
                certain if len(name) == 1 else is_short_for(first, name[0])
                for name in itertools.islice(known.names, MOST_NAMESAKES)
            )
        ]

    def _can_be(self, mention: Mention, known: Known) -> bool:
        """Return whether a mention can be one of a person, by the sex and by a last name.

        A last name alone is not that of a relative: ông Biden is not "con trai Hunter Biden". Nor
        is one that several people have, unless the titles tell them apart.
        """
        if len(known.sexes | _sexes(mention)) > 1:
            return False
        (last,) = mention.words[-1:]
        if len(mention.words) > 1 or mention.words in known.names or last not in known.lasts:
            return True
        return not known.is_relative and (bool(known.sexes) or last not in self.shared)


def are_of_two_sexes(title: str, other: str) -> bool:
    """Return whether two titles are those of a man and a woman."""
    return {SEXES.get(title), SEXES.get(other)} == {"male", "female"}


def _sexes(mention: Mention) -> set[str]:
    return {SEXES[mention.title]} if mention.title in SEXES else set()


def find_shared_names(mentions: Iterable[Mention]) -> frozenset[str]:
    """Return the foreign last names with several first names, or with titles of both sexes."""
    full: dict[str, set[tuple[str, ...]]] = {}
    sexes: dict[str, set[str]] = {}
    for mention in mentions:
        if len(mention.words) > 1 and _is_foreign(mention.words):
            full.setdefault(mention.words[-1], set()).add(mention.words)
        if mention.title in SEXES:
            sexes.setdefault(mention.words[-1], set()).add(SEXES[mention.title])
    several = (last for last, names in full.items() if _are_several(sorted(names, key=len)))
    return frozenset((*several, *(last for last, both in sexes.items() if len(both) > 1)))


def _are_several(names: Sequence[tuple[str, ...]]) -> bool:
    """Return whether names with one last name, the shortest first, are not all of one person."""
    shortest, *others = names
    return any(
        other[-len(shortest) :] != shortest and not is_short_for(shortest[0], other[0])
        for other in others
    )


def _is_foreign(name: Sequence[str]) -> bool:
    """Return whether a name has a word that is neither Vietnamese nor an initial."""
    return any(
        len(word) > 2 and "." not in word and not may_be_syllable(word.lower()) for word in name
    )


def is_short_for(one: str, other: str) -> bool:
    """Return whether of two first names one may be the beginning of the other: Rob, Robert."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return len(short) >= SHORTEST_NICKNAME and long.startswith(short)


def without_article(word: str) -> str:
    """Return a word of a name without an article in lower case: al-Assad is Assad."""
    return (word.partition("-")[2] or word) if word[0].islower() else word


def _forms(full: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return what can stand for a name: its end, or one word of a foreign one: al-Assad, Assad."""
    forms = {full[start:] for start in range(len(full))}
    if not all(may_be_syllable(word.lower()) for word in full):
        forms |= {(form,) for word in full for form in (word, without_article(word))}
    return forms
