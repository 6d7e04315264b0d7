"""Read corpora as pairs of texts and filter them.

Files are plain or compressed with xz. Excluded examples are counted by reason in a `Tally`; a line
from a development or test set is an error (see `ProtectedTexts`).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vnsum import require
from vnsum.errors import InputError
from vnsum.evaluation.vietnews import list_texts
from vnsum.glossary.files import Columns, read_header
from vnsum.languages import detect
from vnsum.normalization import compose
from vnsum.storage import read_lines, read_records
from vnsum.training.config import Corpus, Filters

ARTICLE = "JSON with 'title', 'abstract' and 'body', a list of sentences"
SHORT = 20  # texts of fewer characters are too short for language detection


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of a corpus: Vietnamese and English, or an article and its summary."""

    first: str
    second: str


@dataclass(slots=True)
class Tally:
    """The number of examples that were read, and of those excluded for each reason."""

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """The number of examples that were not excluded."""
        return self.read - self.left_out.total()


@dataclass(slots=True)
class ProtectedTexts:
    """Detects exact and near-duplicates of lines of development and test sets.

    Texts are compared as lower-cased words without punctuation. A line is a near-duplicate if more
    than `max_overlap` of its n-grams of `ngram` words occur in the sets.
    """

    ngram: int
    max_overlap: float
    lines: dict[str, str] = field(default_factory=dict)
    hashes: set[int] = field(default_factory=set)  # of the n-grams

    def add(self, text: str, origin: str) -> None:
        """Add a line of a protected set."""
        words = fold_words(text)
        if words:
            self.lines.setdefault(" ".join(words), origin)
            self.hashes.update(map(hash, _ngrams(words, self.ngram)))

    def find(self, text: str) -> str | None:
        """Return the origin of `text` if it is protected, else `None`.

        Long texts are compared in windows of 40 words, so that a protected line among other
        sentences is found as well.
        """
        words = fold_words(text)
        if (origin := self.lines.get(" ".join(words))) is not None:
            return origin
        for start in range(0, max(1, len(words) - 20), 20):
            own = list(_ngrams(words[start : start + 40], self.ngram))
            shared = sum(hash(ngram) in self.hashes for ngram in own)
            if own and shared > self.max_overlap * len(own):
                return "near-equal"
        return None


def fold_words(text: str) -> list[str]:
    """Return the normalised words of `text`: NFC, lower case, letters and digits only.

    >>> fold_words("Trời mưa, 3 ngày!")
    ['trời', 'mưa', '3', 'ngày']
    """
    plain = compose(text).lower()
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _ngrams(words: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(size)), strict=False)


def read_protected(filters: Filters) -> ProtectedTexts:
    """Read the protected files; raises `InputError` if one cannot be read."""
    protected = ProtectedTexts(ngram=filters.ngram, max_overlap=filters.max_overlap)
    for path in filters.protected:
        for line in read_lines(path):
            for text in line.split("\t"):
                protected.add(text, path.name)
    return protected


def read_examples(
    corpus: Corpus, filters: Filters, protected: ProtectedTexts
) -> tuple[list[Pair], Tally]:
    """Return the examples of a corpus that pass the filters, and the counts of the others.

    Raises `InputError` for a malformed line, or for a protected one unless
    `filters.drop_protected` is set.
    """
    tally, kept = Tally(), []
    seen: set[int] = set()
    for number, pair in enumerate(READERS[corpus.format](corpus), start=1):
        tally.read += 1
        origin = protected.find(pair.first) or protected.find(pair.second)
        if origin and not filters.drop_protected:
            raise InputError(
                f"{corpus.path}, example {number}, is from a protected set ({origin}): "
                f"{pair.first[:60]!r}; remove it, or set filters.drop_protected = true"
            )
        reason = "protected" if origin else _find_reason(pair, corpus, filters, seen)
        if reason:
            tally.left_out[reason] += 1
        else:
            kept.append(pair)
    return kept, tally


def sample_evenly(pairs: Sequence[Pair], count: int) -> Sequence[Pair]:
    """Return at most `count` of the pairs at regular intervals.

    >>> len(sample_evenly([Pair("Trời mưa.", "It rains.")] * 1000, 400))
    334
    """
    return pairs[:: max(1, math.ceil(len(pairs) / count))]


def _find_reason(pair: Pair, corpus: Corpus, filters: Filters, seen: set[int]) -> str | None:
    """Return the reason for excluding a pair, or `None`."""
    if not pair.first or not pair.second:
        return "empty"
    key = hash((*fold_words(pair.first), "\t", *fold_words(pair.second)))
    if key in seen:
        return "duplicate"
    seen.add(key)
    if corpus.format == "pairs" and filters.check_language and _has_wrong_language(pair):
        return "language"
    return None


def _has_wrong_language(pair: Pair) -> bool:
    """Return whether a side is detected as the other side's language."""
    sides = ((pair.first, "en"), (pair.second, "vi"))
    return any(len(text) > SHORT and detect(text) == wrong for text, wrong in sides)


def is_balanced(first: int, second: int, filters: Filters) -> bool:
    """Return whether the ratio of two lengths in tokens is within `filters.max_ratio`.

    >>> is_balanced(10, 40, Filters(max_ratio=3)), is_balanced(2, 8, Filters(max_ratio=3))
    (False, True)
    """
    longer, shorter = max(first, second), max(1, min(first, second))
    if longer < filters.min_ratio_tokens * filters.max_ratio / 2:
        return True
    return longer <= filters.max_ratio * shorter


def read_texts(data: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """Return the title, the abstract and the sentences of an article in JSON.

    Raises `KeyError` or `InputError` if there is none, or for another type.
    """
    title, abstract = (require.encodable(data[name], name) for name in ("title", "abstract"))
    return title, abstract, list_texts(data["body"], "body")


def _read_pairs(corpus: Corpus) -> Iterator[Pair]:
    columns = Columns()
    lines = read_lines(corpus.path, limit=corpus.limit or None)
    for number, line in enumerate(lines, start=1):
        sides = line.split("\t")
        if number == 1 and (header := read_header(sides)):
            columns = header
            continue
        if len(sides) != columns.width:
            raise InputError(
                f"{corpus.path}, line {number}, has {len(sides)} columns: "
                "expected vietnamese<TAB>english"
            )
        first, second = (
            " ".join(compose(sides[place]).split()) for place in (columns.vi, columns.en)
        )
        yield Pair(first, second)


def _read_articles(corpus: Corpus) -> Iterator[Pair]:
    def convert(data: Mapping[str, Any], _: int) -> Pair:
        title, abstract, body = read_texts(data)
        lead = " ".join(_lead([title, *body], corpus.words))
        return Pair(" ".join(lead.split()), " ".join(abstract.split()))

    return read_records(
        corpus.path, convert, kind="an article", expected=ARTICLE, limit=corpus.limit or None
    )


def _lead(sentences: list[str], words: int) -> list[str]:
    """Return the headline and as many first sentences as fit a total of `words` words."""
    counts = itertools.accumulate(len(sentence.split()) for sentence in sentences)
    return [s for i, (s, count) in enumerate(zip(sentences, counts, strict=True))
            if not i or count <= words]  # fmt: skip


READERS = {"pairs": _read_pairs, "articles": _read_articles}
