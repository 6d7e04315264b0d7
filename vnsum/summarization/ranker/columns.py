"""Columns of the ranker's features by group: form, position, similarity, headline."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np

from vnsum.summarization.extractive.lexrank import centrality
from vnsum.summarization.extractive.tfidf import Terms, Vector, common_subsequence, syllables
from vnsum.summarization.ranker.salience import UnitProbabilities

Columns = dict[str, Vector]

_RUN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTES = '"“”‘’«»'
_OPENING_QUOTE = re.compile(r"\s*(?:[-–—]\s*)?[\"“‘«]")

# Feature -> openings that mark the relation of a sentence to the one before.
DISCOURSE: dict[str, tuple[str, ...]] = {
    "opens_contrast": ("tuy nhiên", "nhưng", "thế nhưng", "song", "trong khi", "mặc dù", "dù",
                       "however", "but", "although", "while"),
    "opens_addition": ("ngoài ra", "bên cạnh", "đồng thời", "cùng với", "đặc biệt", "thậm chí",
                       "cũng", "hơn nữa", "in addition", "moreover", "also", "besides"),
    "opens_back": ("trước đó", "được biết", "trước đây", "đây là", "đó là", "từ đó", "sau đó",
                   "tại đây", "do đó", "vì vậy", "lúc này", "như vậy", "earlier", "then",
                   "therefore", "thus"),
    "opens_time": ("ngày", "sáng", "chiều", "trưa", "tối", "hôm", "khoảng", "mới đây", "vừa qua",
                   "liên quan", "hiện", "today", "on", "yesterday"),
    "opens_source": ("theo", "trả lời", "chia sẻ", "nói về", "phát biểu", "according", "speaking"),
    "opens_pronoun": ("ông", "bà", "anh", "chị", "cô", "họ", "tôi", "nó", "em", "chúng", "người",
                      "he", "she", "they", "i", "it", "we"),
}  # fmt: skip

ATTRIBUTION = ("cho biết", "cho hay", "chia sẻ", "khẳng định", "nhấn mạnh", "nói rằng", "cho rằng",
               "thông tin", "said", "told")  # fmt: skip


def _vector(values: Sequence[float]) -> Vector:
    return np.asarray(values, dtype=np.float64)


def is_unended(text: str) -> bool:
    """Return whether a sentence has no full stop or similar mark at its end."""
    return not text.rstrip(_QUOTES + " )").endswith((".", "!", "?", "…"))


def describe_form(texts: list[str], units: list[list[str]]) -> Columns:
    """Return features of the form of each sentence."""
    columns = {
        "commas": _vector([text.count(",") for text in texts]),
        "brackets": _vector([text.count("(") for text in texts]),
        "quotes": _vector([sum(text.count(quote) for quote in _QUOTES) for text in texts]),
        "opens_quote": _vector([_OPENING_QUOTE.match(text) is not None for text in texts]),
        "question": _vector(["?" in text for text in texts]),
        "colon": _vector([":" in text for text in texts]),
        "unended": _vector([is_unended(text) for text in texts]),
        "characters_per_syllable": _vector(
            [len("".join(u)) / len(u) if u else 0.0 for u in units]
        ),
    }  # fmt: skip
    plain = [f" {' '.join(u)} " for u in units]
    columns["attribution"] = _vector([any(f" {a} " in text for a in ATTRIBUTION) for text in plain])
    for name, openings in DISCOURSE.items():
        starts = tuple(f" {opening} " for opening in openings)
        columns[name] = _vector([text.startswith(starts) for text in plain])
    return columns


def describe_positions(units: list[list[str]]) -> Columns:
    """Return features of position and length."""
    count = len(units)
    index = np.arange(count, dtype=np.float64)
    length = _vector([len(u) for u in units])
    total = float(length.sum())
    return {
        "position": index,
        "position_from_end": count - 1 - index,
        "position_share": index / max(1, count),
        "sentences": np.full(count, float(count)),
        "length": length,
        "length_ratio": length * count / max(1.0, total),
        "document_length": np.full(count, total),
        "first_length": np.full(count, length[0] if count else 0.0),
    }


def describe_similarity(terms: Terms) -> Columns:
    """Return features of the similarity of sentences."""
    count = len(terms)
    central = centrality(terms) * count
    like = [terms.compare(terms.sentence(i)) for i in range(min(2, count))]
    like += [np.zeros(count)] * (2 - len(like))
    seen = np.zeros(len(terms.vocabulary))
    earlier, overlap, previous = np.zeros(count), np.zeros(count), np.zeros(count)
    last = np.zeros(len(terms.vocabulary))
    before = terms.columns[:0]
    for i in range(count):
        own = slice(terms.starts[i], terms.starts[i + 1])
        columns, weights = terms.columns[own], terms.weights[own]
        earlier[i] = (weights * seen[columns]).sum() / max(1, i)
        overlap[i] = (seen[columns] > 0).mean() if len(columns) else 0.0
        previous[i] = (weights * last[columns]).sum()
        seen[columns] += weights
        last[before] = 0.0
        last[columns] = weights
        before = columns
    frequency = np.bincount(terms.columns, minlength=len(terms.vocabulary)) / max(1, count)
    distinct = np.maximum(1, np.diff(terms.starts))
    return {
        "central": central,
        "central_rank": _rank(central),
        "like_all": (terms.compare(terms.mix(np.ones(count))) - 1.0) / max(1, count - 1),
        "like_first": like[0],
        "like_second": like[1],
        "like_previous": previous,
        "like_next": np.append(previous[1:], 0.0)[:count],
        "like_earlier": earlier,
        "earlier_overlap": overlap,
        "common": np.bincount(
            terms.rows, frequency[terms.columns].astype(np.float64), minlength=count
        )
        / distinct,
    }


def describe_phrases(phrases: Terms) -> Columns:
    """Return features of the repetition of pairs of syllables in the document."""
    count = len(phrases)
    spread = np.bincount(phrases.columns, minlength=len(phrases.vocabulary))
    again = np.bincount(phrases.rows, (spread > 1.0)[phrases.columns], minlength=count)
    return {
        "phrases_like_all": phrases.compare(phrases.mix(np.ones(count))),
        "phrases_repeated": again / np.maximum(1, np.diff(phrases.starts)),
    }


def describe_likely(likely: Sequence[UnitProbabilities], length: Vector) -> Columns:
    """Return features of the expected overlap with a summary."""
    columns: Columns = {}
    for name, found in zip(("likely", "likely_pairs"), likely, strict=True):
        f1 = found.f1(found.sums, length)
        columns |= {
            name: found.sums,
            f"{name}_share": found.sums / max(1e-9, found.total),
            f"{name}_mean": found.sums / np.maximum(1.0, length),
            f"{name}_f1": f1,
            f"{name}_rank": _rank(f1),
        }
    f1 = columns["likely_pairs_f1"]
    return {**columns, "likely_pairs_gap": f1 - f1.max(initial=0.0)}


def find_names(texts: list[str]) -> set[str]:
    """Return the lower-cased words that are capitalized within a sentence."""
    return {w.lower() for t in texts for w in _RUN.findall(t)[1:] if w[0].isupper()}


def describe_news(texts: list[str]) -> Columns:
    """Return counts of numbers and capitalized words, and of those not mentioned before."""
    seen: set[str] = set()
    rows: list[tuple[int, ...]] = []
    for text in texts:
        numbers = _NUMBER.findall(text)
        # The first word of a sentence is always capitalized.
        names = [word for word in _RUN.findall(text)[1:] if word[0].isupper()]
        new_numbers = len({n for n in numbers if n not in seen})
        new_names = len({n for n in names if n not in seen})
        rows.append((len(numbers), new_numbers, len(names), new_names, len(text.split())))
        seen.update(numbers, names)
    table = np.asarray(rows, dtype=np.float64).reshape(len(rows), 5).T
    return {
        "numbers": table[0],
        "new_numbers": table[1],
        "names": table[2],
        "new_names": table[3],
        "name_share": table[2] / np.maximum(1.0, table[4]),
    }


def describe_headline(title: str, units: list[list[str]], terms: Terms, phrases: Terms) -> Columns:
    """Return features of the overlap with the headline."""
    count = len(units)
    words = syllables(title)
    wanted, pairs = set(words), set(itertools.pairwise(words))
    names = {word.lower() for word in _RUN.findall(title)[1:] if word[0].isupper()}
    cosine = terms.compare(terms.weigh(words))
    covered: set[str] = set()
    rows: list[tuple[float, ...]] = []
    for unit in units:
        own = set(unit)
        shared = wanted & own
        rows.append(
            (
                len(shared) / len(wanted),
                sum(u in wanted for u in unit) / max(1, len(unit)),
                len(pairs & set(itertools.pairwise(unit))) / max(1, len(pairs)),
                len(names & own),
                _longest_run(unit, wanted),
                len(covered) / len(wanted),
                len(shared - covered) / len(wanted),
                common_subsequence(words, unit) / len(words),
                2.0 * len(shared) / (len(wanted) + len(unit)),
            )
        )
        covered |= shared
    table = np.asarray(rows, dtype=np.float64).reshape(count, 9).T
    return {
        "title_cosine": cosine,
        "title_cosine_rank": _rank(cosine),
        "title_cosine_share": cosine / max(1e-9, float(cosine.max(initial=0.0))),
        "title_recall": table[0],
        "title_precision": table[1],
        "title_pairs": table[2],
        "title_names": table[3],
        "title_length": np.full(count, float(len(words))),
        "title_chain": table[4],
        "title_seen": table[5],
        "title_rest": table[6],
        "title_order": table[7],
        "title_f1": table[8],
        "title_phrases": phrases.compare(
            phrases.weigh(list(map(" ".join, itertools.pairwise(words))))
        ),
    }


def _longest_run(unit: list[str], wanted: set[str]) -> int:
    """Return the length of the longest run of syllables that occur in the headline."""
    longest = run = 0
    for syllable in unit:
        run = run + 1 if syllable in wanted else 0
        longest = max(longest, run)
    return longest


def _rank(values: Vector) -> Vector:
    """Return the rank of each value, 0 for the largest; ties go to the earlier one."""
    order = np.argsort(-values, kind="stable")
    rank = np.empty(len(values))
    rank[order] = np.arange(len(values))
    return rank
