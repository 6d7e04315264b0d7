"""Reading corpora as examples: a prompt's text, the text to be learnt, and the task between them.

Files are plain or compressed with xz. What the filters leave out is counted in a `Tally`, never
dropped silently; a line from a development or test set is an error (see `ProtectedTexts`).
"""

from __future__ import annotations

import itertools
import json
import lzma
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vnsum.errors import InputError
from vnsum.languages import detect
from vnsum.training.config import Corpus, Filters

SHORT = 20  # characters under which a language cannot be told


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of a corpus: Vietnamese and English, or an article and its summary."""

    first: str
    second: str


@dataclass(slots=True)
class Tally:
    """How many examples a corpus had, and how many were left out for which reason."""

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """How many are left."""
        return self.read - self.left_out.total()


@dataclass(slots=True)
class ProtectedTexts:
    """Detects exact and near-duplicates of lines of development and test sets.

    Texts are compared as lower-cased words without punctuation. A line is near-equal where more
    than `max_overlap` of its runs of `ngram` words stand in the sets.
    """

    ngram: int
    max_overlap: float
    lines: dict[str, str] = field(default_factory=dict)
    runs: set[int] = field(default_factory=set)

    def add(self, text: str, origin: str) -> None:
        """Add a line of a protected set."""
        words = fold_words(text)
        if words:
            self.lines.setdefault(" ".join(words), origin)
            self.runs.update(map(hash, _runs(words, self.ngram)))

    def find(self, text: str) -> str | None:
        """Return where `text` comes from if it is protected, else `None`.

        Several sentences in one text are seen, too: a run of a protected line is one in a long
        text, so the share is taken of the fewer runs of 40 words at a time.
        """
        words = fold_words(text)
        if (origin := self.lines.get(" ".join(words))) is not None:
            return origin
        for start in range(0, max(1, len(words) - 20), 20):
            own = list(_runs(words[start : start + 40], self.ngram))
            shared = sum(hash(run) in self.runs for run in own)
            if own and shared > self.max_overlap * len(own):
                return "near-equal"
        return None


def fold_words(text: str) -> list[str]:
    """Return the words of `text` for comparison: NFC, lower case, letters and digits only.

    >>> fold_words("Trời mưa, 3 ngày!")
    ['trời', 'mưa', '3', 'ngày']
    """
    plain = unicodedata.normalize("NFC", text).lower()
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _runs(words: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(size)), strict=False)


def read_protected(filters: Filters) -> ProtectedTexts:
    """Return the texts of the protected files; raises `InputError` if one cannot be read."""
    protected = ProtectedTexts(ngram=filters.ngram, max_overlap=filters.max_overlap)
    for path in filters.protected:
        for line in read_lines(path):
            for text in line.split("\t"):
                protected.add(text, path.name)
    return protected


def read_examples(
    corpus: Corpus, filters: Filters, protected: ProtectedTexts
) -> tuple[list[Pair], Tally]:
    """Return the examples of a corpus that pass the filters, and how many do not.

    Raises `InputError` for a line that is none, or that is protected.
    """
    tally, kept = Tally(), []
    seen: set[int] = set()
    for number, pair in enumerate(READERS[corpus.format](corpus), start=1):
        tally.read += 1
        origin = protected.find(pair.first) or protected.find(pair.second)
        if origin and not filters.drop_protected:
            raise InputError(
                f"{corpus.path}, example {number}, is from a protected set ({origin}): "
                f"{pair.first[:60]!r}; take it out, or set filters.drop_protected = true"
            )
        reason = "protected" if origin else _object(pair, corpus, filters, seen)
        if reason:
            tally.left_out[reason] += 1
        else:
            kept.append(pair)
    return kept, tally


def sample_evenly(pairs: Sequence[Pair], count: int) -> Sequence[Pair]:
    """Return at most `count` of the pairs, from all of their list.

    >>> len(sample_evenly([Pair("Trời mưa.", "It rains.")] * 1000, 400))
    334
    """
    return pairs[:: max(1, math.ceil(len(pairs) / count))]


def _object(pair: Pair, corpus: Corpus, filters: Filters, seen: set[int]) -> str | None:
    """Return why a pair is left out, `None` if it is not."""
    if not pair.first or not pair.second:
        return "empty"
    key = hash((*fold_words(pair.first), "\t", *fold_words(pair.second)))
    if key in seen:
        return "duplicate"
    seen.add(key)
    if corpus.format == "pairs" and filters.check_language and not _speaks(pair):
        return "language"
    return None


def _speaks(pair: Pair) -> bool:
    """Return whether no side is plainly in the other side's language."""
    sides = ((pair.first, "en"), (pair.second, "vi"))
    return not any(len(text) > SHORT and detect(text) == wrong for text, wrong in sides)


def is_balanced(first: int, second: int, filters: Filters) -> bool:
    """Return whether the lengths of two texts in tokens go together.

    >>> is_balanced(10, 40, Filters(max_ratio=3)), is_balanced(2, 8, Filters(max_ratio=3))
    (False, True)
    """
    longer, shorter = max(first, second), max(1, min(first, second))
    if longer < filters.min_ratio_tokens * filters.max_ratio / 2:
        return True
    return longer <= filters.max_ratio * shorter


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, decompressed if its name ends in `.xz`."""
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8", newline="\n")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8", newline="\n") as lines
        ):
            for line in lines:
                yield line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise InputError(f"cannot read {path}: {error}") from error


def _read_pairs(corpus: Corpus) -> Iterator[Pair]:
    for number, line in enumerate(_limited(corpus), start=1):
        sides = line.split("\t")
        if len(sides) != 2:
            raise InputError(
                f"{corpus.path}, line {number}, has {len(sides)} columns: "
                "expected vietnamese<TAB>english"
            )
        first, second = (" ".join(unicodedata.normalize("NFC", side).split()) for side in sides)
        yield Pair(first, second)


def _read_articles(corpus: Corpus) -> Iterator[Pair]:
    for number, line in enumerate(_limited(corpus), start=1):
        try:
            data = json.loads(line)
            body = " ".join(_lead([data["title"], *data["body"]], corpus.words))
            abstract = data["abstract"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{corpus.path}, line {number}, is no article ({error!r}): expected JSON with "
                "'title', 'abstract' and 'body', a list of sentences"
            ) from error
        yield Pair(" ".join(body.split()), " ".join(abstract.split()))


def _lead(sentences: list[str], words: int) -> list[str]:
    """Return the first sentences, the headline always, that have at most so many words."""
    counts = itertools.accumulate(len(sentence.split()) for sentence in sentences)
    return [s for i, (s, count) in enumerate(zip(sentences, counts, strict=True))
            if not i or count <= words]  # fmt: skip


def _limited(corpus: Corpus) -> Iterable[str]:
    return itertools.islice(read_lines(corpus.path), corpus.limit or None)


READERS = {"pairs": _read_pairs, "articles": _read_articles}
