"""Names that articles spell differently for the same person or place.

Two Vietnamese names of as many syllables conflict if one syllable differs by diacritics or one
letter, or the given name differs and the words beside it are the same; if the sentences say the
same or the title and the age are the same; and if neither article has the other name. Other
spellings of one name are no conflict: tone marks in the old and new place, i for y, a name without
diacritics, and the forms of the table of names. Names with foreign words are not compared, since
transliterations differ.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnsum.languages.surnames import SURNAMES
from vnsum.names.mentions import are_of_two_sexes
from vnsum.names.recognition import PERSON_CUES, PLACE_CUES, Name, list_names
from vnsum.names.table import fold_tone, plain
from vnsum.normalization import compose
from vnsum.quantities.tokens import fold, words
from vnsum.summarization.digests.claims import (
    FEWEST_AMONG_OTHERS,
    FEWEST_SHARED,
    Claim,
    Sentences,
    candidates,
    words_beside,
)
from vnsum.summarization.digests.pool import Pool

FEWEST, MOST = 2, 5  # syllables of a name
FEWEST_OF_PERSON = 3  # syllables of a name whose given name differs
MOST_NAMES = 12  # in a sentence; what has more is a list
FEWEST_SPELLINGS = 2  # shared words beside names that differ in spelling
FEWEST_WITHOUT_AGE = 6  # shared words beside given names that differ, without an age
AGE_WORDS = words("tuổi sinh sn")
_CAPITALS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_Y = re.compile(r"(qu|ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdđghklmnprstvx])y(?=\W*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Claim):
    """A name in a sentence; `alone` if it is the only one of its kind in the sentence."""

    noun: ClassVar[str] = "names"
    changes: ClassVar[bool] = False
    name: Name
    syllables: tuple[str, ...]

    @property
    def value(self) -> tuple[str, ...]:
        """The syllables in the form in which they are compared."""
        return self.syllables

    @property
    def cue(self) -> str:
        """The title or the kind of place before the name, or the empty string."""
        last = self.before[-1] if self.before else ""
        return last if last in PERSON_CUES or last in PLACE_CUES else ""

    @property
    def age(self) -> frozenset[str]:
        """The numbers of the age or the date of birth after the name."""
        told = not AGE_WORDS.isdisjoint(self.after)
        return frozenset(word for word in self.after if told and word.isdecimal())

    def contexts(self) -> Iterator[tuple[object, ...]]:
        """Yield the name without one of its syllables."""
        for index in range(len(self.syllables)):
            yield index, self.syllables[:index], self.syllables[index + 1 :]

    def quote(self, text: str) -> str:
        """Return the name with its title or kind of place."""
        return f"{self.cue} {text[self.start : self.end]}".strip()


def find_names(pool: Pool, sentences: Sentences) -> tuple[list[Mention], list[tuple[int, int]]]:
    """Return the names of a pool and the pairs of them that conflict."""
    mentions = [*_read_mentions(pool)]
    known = _read_forms(pool)
    heads: dict[tuple[int, object], int] = {}
    for number, one in enumerate(mentions):
        heads.setdefault((_article(pool, one), one.value), number)
    pairs = {
        (heads[_article(pool, one), one.value], heads[_article(pool, other), other.value])
        for one, other in ((mentions[a], mentions[b]) for a, b in candidates(pool, mentions))
        if one.value not in known[_article(pool, other)]
        and other.value not in known[_article(pool, one)]
        and _differ(one, other)
        and _are_one(one, other, sentences)
    }
    # All mentions of the names in conflict belong to it.
    first = {mentions[k].value: k for k in sorted({*itertools.chain(*pairs)}, reverse=True)}
    again = ((first.get(one.value, k), k) for k, one in enumerate(mentions))
    return mentions, sorted(pairs) + [pair for pair in again if pair[0] != pair[1]]


def _article(pool: Pool, mention: Mention) -> int:
    return int(pool.article[mention.sentence])


def _read_mentions(pool: Pool) -> Iterator[Mention]:
    for index in range(len(pool)):
        document = pool.documents[pool.article[index]]
        text = pool.text(index)
        names = list_names(text, "vi") if document.lang == "vi" else []
        found = []
        for name in names if len(names) <= MOST_NAMES else ():
            syllables = tuple(map(_fold, name.text.split()))
            initial = min(map(len, syllables)) == 1  # as in Nguyễn Văn A.
            if FEWEST <= len(syllables) <= MOST and not initial:
                before, after = words_beside(text, name.span.start, name.span.end)
                found.append((name, syllables, before, after))
        kinds = Counter(_kind(before) for _, _, before, _ in found)
        for name, syllables, before, after in found:
            yield Mention(
                sentence=index, start=name.span.start, end=name.span.end, before=before,
                after=after, alone=kinds[_kind(before)] == 1, name=name, syllables=syllables,
            )  # fmt: skip


def _kind(before: tuple[str, ...]) -> str:
    """Return the kind of place before a name, or the empty string for that of a person."""
    return before[-1] if before and before[-1] in PLACE_CUES else ""


def _read_forms(pool: Pool) -> dict[int, set[tuple[str, ...]]]:
    """Return the runs of capitalized syllables of each article, whether they are names or not."""
    forms: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for index in range(len(pool)):
        own = forms[int(pool.article[index])]
        for match in _CAPITALS.finditer(compose(pool.text(index))):
            run: list[str] = []
            for word in match[0].split(" "):
                run = [*run[1 - MOST :], _fold(word)] if word[0].isupper() else []
                own.update(tuple(run[start:]) for start in range(len(run) - FEWEST + 1))
    return forms


@functools.lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    """Return the form in which syllables are compared: Kỳ and Kì, Hoà and Hòa are the same."""
    return _Y.sub(r"\1i", fold_tone(fold(word)))


def _differ(one: Mention, other: Mention) -> bool:
    """Return whether two names of which one syllable differs are not two spellings of one."""
    names = one.name, other.name
    if any(name.rows for name in names):  # another known name, or a misspelled one
        return False
    without = [" ".join(map(plain, mention.syllables)) for mention in (one, other)]
    return without[0] != without[1] or not any(name.text.isascii() for name in names)


def _are_one(one: Mention, other: Mention, sentences: Sentences) -> bool:
    """Return whether two names that differ in a syllable are of the same person or place."""
    if _kind(one.before) != _kind(other.before) or are_of_two_sexes(one.cue, other.cue):
        return False
    same_title = one.before[-1:] == other.before[-1:]
    same_age = same_title and not one.age.isdisjoint(other.age)
    other_age = bool(one.age and other.age) and one.age.isdisjoint(other.age)
    index = next(k for k, own in enumerate(one.syllables) if own != other.syllables[k])
    if _are_similar(one.syllables[index], other.syllables[index]):
        if same_age:
            return True
        strict = other_age or not (one.alone and other.alone)
        fewest = FEWEST_AMONG_OTHERS if strict else FEWEST_SPELLINGS
    elif _is_given_name(one, index) and not other_age:
        fewest = FEWEST_SHARED if same_age else FEWEST_WITHOUT_AGE
    else:
        return False
    return len(one.words & other.words) >= fewest and sentences.are_alike(
        one.sentence, other.sentence
    )


def _is_given_name(mention: Mention, index: int) -> bool:
    """Return whether a syllable is the given name of a person whose other names are known."""
    syllables = mention.syllables
    return FEWEST_OF_PERSON <= len(syllables) == index + 1 and syllables[0] in _surnames()


@functools.cache
def _surnames() -> frozenset[str]:
    return frozenset(map(_fold, SURNAMES))


def _are_similar(one: str, other: str) -> bool:
    """Return whether two syllables differ by diacritics or by one letter that is not the first."""
    first, second = sorted((plain(one), plain(other)), key=len)
    return first == second or any(
        second[:k] + second[k + 1 :] in (first, first[:k] + first[k + 1 :])
        for k in range(1, len(second))
    )
