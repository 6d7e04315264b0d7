"""Prune the vocabulary of a byte-pair tokenizer to the tokens of Vietnamese and English.

Works on the JSON form of a tokenizer (`tokenizer.json`) and on token counts. With each token, all
tokens of its merge path are kept (`Merges.path`), so that text whose tokens are all kept is
tokenized exactly as before. Sennrich et al. 2016 (arXiv:1508.07909) describe byte-pair merges.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vnsum.errors import InputError

TASK_TOKENS = ("<2en>", "<2vi>", "<sum>", "<src>")
SPECIAL_TOKENS = ("<pad>", "<eos>", "<bos>", "<unk>")
BYTE_TOKEN = re.compile(r"<0x[0-9A-F]{2}>")
# Line breaks and repeated spaces are normalised before text reaches the model.
EXCLUDED = re.compile(r"\n|\t|▁▁|  ")
# Ranges of characters that are always kept: Latin with Vietnamese, combining marks, punctuation and
# currency.
CHARACTERS = ((0x20, 0x250), (0x300, 0x370), (0x1EA0, 0x1EFA), (0x2010, 0x20C0))
# The forms of a lower-cased word in text, with their shares.
SPELLINGS = (
    (lambda word: f" {word}", 0.80),
    (lambda word: f" {word[:1].upper()}{word[1:]}", 0.15),
    (lambda word: word, 0.04),
    (lambda word: f" {word.upper()}", 0.01),
)


@dataclass(frozen=True, slots=True)
class Merges:
    """The merges of a byte-pair tokenizer: the rank of each pair of tokens."""

    ranks: Mapping[tuple[str, str], int]

    def path(self, token: str) -> frozenset[str]:
        """Return all tokens that occur while `token` is merged from its characters.

        >>> merges = Merges({("a", "b"): 0, ("ab", "c"): 1, ("b", "c"): 2})
        >>> sorted(merges.path("abc"))
        ['a', 'ab', 'abc', 'b', 'c']
        """
        pieces = list(token)
        seen = {token, *pieces}
        while len(pieces) > 1:
            found = [
                (self.ranks[pair], place)
                for place, pair in enumerate(itertools.pairwise(pieces))
                if pair in self.ranks
            ]
            if not found:
                break
            place = min(found)[1]
            pieces[place : place + 2] = [pieces[place] + pieces[place + 1]]
            seen.add(pieces[place])
        return frozenset(seen)


def read_merges(tokenizer: Mapping[str, Any]) -> Merges:
    """Return the merges of a tokenizer's JSON form."""
    ranks: dict[tuple[str, str], int] = {}
    for rank, merge in enumerate(tokenizer["model"]["merges"]):
        left, right = merge.split(" ") if isinstance(merge, str) else merge
        ranks.setdefault((left, right), rank)
    return Merges(ranks)


def choose_tokens(
    tokenizer: Mapping[str, Any], counts: Sequence[Mapping[str, float]], *, size: int
) -> list[str]:
    """Return at most `size` tokens, without task tokens, in the order of their ids.

    `counts` has a table of token frequencies for each kind of text; each table is scaled to a sum
    of 1, and tokens are ranked by their sum over the tables. Byte tokens, special tokens and single
    characters of both languages are always kept. Raises `InputError` if these exceed `size`.
    """
    vocabulary: Mapping[str, int] = tokenizer["model"]["vocab"]
    merges = read_merges(tokenizer)
    kept = {token for token in vocabulary if is_basic(token)}
    if len(kept) > size:
        raise InputError(
            f"size is {size}: expected at least {len(kept)}, the number of tokens always kept"
        )
    for token in rank_tokens(counts):
        if token not in vocabulary or EXCLUDED.search(token):
            continue
        more = {t for t in merges.path(token) if t in vocabulary} - kept
        if len(kept) + len(more) <= size:
            kept |= more
        if len(kept) >= size:
            break
    return sorted(kept, key=vocabulary.__getitem__)


def rank_tokens(counts: Sequence[Mapping[str, float]]) -> list[str]:
    """Return the tokens of all tables, the most frequent first; all tables have the same weight.

    >>> rank_tokens([{"a": 8, "b": 2}, {"b": 1}])
    ['b', 'a']
    """
    total: defaultdict[str, float] = defaultdict(float)
    for table in counts:
        whole = sum(table.values()) or 1
        for token, count in table.items():
            total[token] += count / whole
    return sorted(total, key=lambda token: (-total[token], token))


def is_basic(token: str) -> bool:
    """Return whether a token is always kept: bytes, special tokens, single characters.

    >>> [is_basic(token) for token in ("<0x0A>", "ế", "▁", "漢", "ing")]
    [True, True, True, False, False]
    """
    if token in SPECIAL_TOKENS or BYTE_TOKEN.fullmatch(token) or token == "▁":
        return True
    return len(token) == 1 and any(start <= ord(token) < end for start, end in CHARACTERS)


def spell_words(frequencies: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    """Yield the forms of each word in text with their frequencies."""
    for word, frequency in frequencies.items():
        for spell, share in SPELLINGS:
            yield spell(word), frequency * share


def prune_tokenizer(tokenizer: Mapping[str, Any], tokens: Sequence[str]) -> dict[str, Any]:
    """Return the JSON form of a tokenizer with `tokens` and the task tokens, numbered in order.

    The tokenizer adds neither `<bos>` nor a space to a text.
    """
    result = {key: value for key, value in tokenizer.items() if key != "model"}
    model = {k: v for k, v in tokenizer["model"].items() if k not in ("vocab", "merges")}
    kept = set(tokens)
    numbers = {token: number for number, token in enumerate((*tokens, *TASK_TOKENS))}
    model["vocab"] = numbers
    model["merges"] = [
        [left, right]
        for left, right in read_merges(tokenizer).ranks
        if left in kept and right in kept and left + right in kept
    ]
    special = [token for token in SPECIAL_TOKENS if token in kept]
    result["added_tokens"] = [
        {
            "id": numbers[token],
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for token in (*special, *TASK_TOKENS)
    ]
    result["post_processor"] = None
    result["model"] = model
    return copy.deepcopy(result)


def find_differences(
    before: Any, after: Any, tokens: Sequence[str], texts: Iterable[str]
) -> tuple[int, list[str]]:
    """Return the number of texts of kept tokens only, and those that are tokenized differently.

    `before` and `after` are `tokenizers.Tokenizer` objects. The list should be empty.
    """
    kept, checked, different = set(tokens), 0, []
    for text in texts:
        old = before.encode(text, add_special_tokens=False).tokens
        if not kept.issuperset(old):
            continue
        checked += 1
        if after.encode(text, add_special_tokens=False).tokens != old:
            different.append(text)
    return checked, different
