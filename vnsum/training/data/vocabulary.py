"""Choosing the part of a large vocabulary that Vietnamese and English use, and cutting the rest.

Works on the JSON form of a byte-pair tokenizer (`tokenizer.json`) and on counts; loads no model.
A kept token keeps every token on its way through the merges (`Merges.path`), so that text whose
tokens are all kept is tokenized exactly as before: every merge that made it is still there, and
no merge was added. Sennrich et al. 2016 (arXiv:1508.07909) describe the merges.
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
# Line breaks and runs of spaces never reach the model.
NEVER = re.compile(r"\n|\t|▁▁|  ")
# Latin with Vietnamese, combining marks, punctuation, currency: every single character of these.
CHARACTERS = ((0x20, 0x250), (0x300, 0x370), (0x1EA0, 0x1EFA), (0x2010, 0x20C0))
# How a word of a list of lower-cased words is found in text, and in what share.
SPELLINGS = (
    (lambda word: f" {word}", 0.80),
    (lambda word: f" {word[:1].upper()}{word[1:]}", 0.15),
    (lambda word: word, 0.04),
    (lambda word: f" {word.upper()}", 0.01),
)


@dataclass(frozen=True, slots=True)
class Merges:
    """The merges of a byte-pair tokenizer, by the pair of tokens, in the order of their rank."""

    ranks: Mapping[tuple[str, str], int]

    def path(self, token: str) -> frozenset[str]:
        """Return all tokens that appear while `token` is put together from its characters.

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
    """Return at most `size` tokens in the order of their old ids, task tokens not counted.

    `counts` are frequencies of tokens, one table a kind of text; each is scaled to sum to 1 and a
    token's rank is by its sum over the tables. Byte tokens, special tokens and the single
    characters of both languages are always kept. Raises `InputError` where those alone are more.
    """
    vocabulary: Mapping[str, int] = tokenizer["model"]["vocab"]
    merges = read_merges(tokenizer)
    kept = {token for token in vocabulary if is_basic(token)}
    if len(kept) > size:
        raise InputError(f"{len(kept)} tokens are always kept: a size of {size} is too small")
    for token in rank_tokens(counts):
        if token not in vocabulary or NEVER.search(token):
            continue
        more = {t for t in merges.path(token) if t in vocabulary} - kept
        if len(kept) + len(more) <= size:
            kept |= more
        if len(kept) >= size:
            break
    return sorted(kept, key=vocabulary.__getitem__)


def rank_tokens(counts: Sequence[Mapping[str, float]]) -> list[str]:
    """Return the tokens of all tables, the most frequent first, each table weighing the same.

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
    """Return whether a token is kept whatever the counts: bytes, special, single characters.

    >>> [is_basic(token) for token in ("<0x0A>", "ế", "▁", "漢", "ing")]
    [True, True, True, False, False]
    """
    if token in SPECIAL_TOKENS or BYTE_TOKEN.fullmatch(token) or token == "▁":
        return True
    return len(token) == 1 and any(start <= ord(token) < end for start, end in CHARACTERS)


def spell_words(frequencies: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    """Yield the ways in which words of a list stand in text, with their shares of the frequency."""
    for word, frequency in frequencies.items():
        for spell, share in SPELLINGS:
            yield spell(word), frequency * share


def cut_tokenizer(tokenizer: Mapping[str, Any], tokens: Sequence[str]) -> dict[str, Any]:
    """Return the JSON form of a tokenizer of `tokens` and the task tokens, numbered in order.

    Adds nothing to a text by itself: no `<bos>`, no space.
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
    """Return how many texts use kept tokens only, and those of them that are cut differently.

    `before` and `after` are tokenizers of the `tokenizers` library; the law is an empty list.
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
