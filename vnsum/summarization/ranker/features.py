"""Features of sentences for the ranker.

Computing them is linear in the length of the text. Training and inference share this module; the
column names are stored in the model file, and a file with other columns is rejected.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.reading.boilerplate.captions import is_caption
from vnsum.reading.boilerplate.leads import find_likely_captions, find_possible_captions
from vnsum.reading.boilerplate.lines import is_pointer
from vnsum.results.document import Document
from vnsum.summarization.extractive.tfidf import Terms, syllables
from vnsum.summarization.ranker.columns import (
    DISCOURSE,
    describe_form,
    describe_headline,
    describe_likely,
    describe_news,
    describe_phrases,
    describe_positions,
    describe_similarity,
    find_names,
)
from vnsum.summarization.ranker.salience import Salience, UnitProbabilities
from vnsum.summarization.ranker.units import Numbers, Stream, number_pairs

Matrix = NDArray[np.float32]

# Features of every sentence, features of the headline, and expected overlap with a summary.
COMMON = (
    "position", "position_from_end", "position_share", "sentences", "length", "length_ratio",
    "document_length", "central", "central_rank", "like_all", "like_first", "like_second",
    "like_previous", "like_next", "like_earlier", "common", "commas", "brackets", "numbers",
    "new_numbers", "names", "new_names", "name_share", "quotes", "opens_quote", "question",
    "colon", "unended", "characters_per_syllable", "attribution", "earlier_overlap",
    "first_length", "phrases_like_all", "phrases_repeated",
    *DISCOURSE,
)  # fmt: skip
HEADLINE = (
    "title_cosine", "title_cosine_rank", "title_cosine_share", "title_recall", "title_precision",
    "title_pairs", "title_names", "title_length", "title_chain", "title_seen", "title_rest",
    "title_phrases", "title_order", "title_f1",
)  # fmt: skip
LIKELY = (
    "likely", "likely_share", "likely_mean", "likely_f1", "likely_rank",
    "likely_pairs", "likely_pairs_share", "likely_pairs_mean", "likely_pairs_f1",
    "likely_pairs_rank", "likely_pairs_gap",
)  # fmt: skip
# A subordinate clause alone, as in "Bởi nước lên quá nhanh."
_CLAUSE = re.compile(r"(?:bởi(?! (?:vậy|thế))|trong khi(?! đó)|mặc dù|dù) [^,]*", re.IGNORECASE)
_MAIN_CLAUSE = re.compile(r"\b(?:nên|thì|nhưng|song|vẫn|cũng|mà)\b")


def names(*, headline: bool) -> tuple[str, ...]:
    """Return the column names for documents with or without a headline."""
    return (*COMMON, *(HEADLINE if headline else ()), *LIKELY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of a document, one row per sentence, and its TF-IDF vectors.

    The columns are those of `names`. `units` are the syllables of each sentence, `title` those of
    the headline. `unit_probabilities` are the probabilities that a summary uses each syllable and
    each pair of syllables. `non_content` marks pointers to other articles, captions, also likely
    ones, and repetitions of the headline; `awkward` marks questions and parts of quotations, and
    `caption_like` sentences that have no full stop, or are short and do not tell a story.
    """

    rows: Matrix
    terms: Terms
    units: Sequence[Sequence[str]]
    title: Sequence[str]
    unit_probabilities: tuple[UnitProbabilities, ...]
    non_content: NDArray[np.bool_]
    awkward: NDArray[np.bool_]
    caption_like: NDArray[np.bool_]

    @property
    def headline(self) -> bool:
        """Whether the document has a headline."""
        return bool(self.title)

    def column(self, name: str) -> Matrix:
        """Return the values of one column."""
        return self.rows[:, names(headline=self.headline).index(name)]

    def find(self, text: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Return the keys of the syllables and pairs of `text`, -1 if not in the document."""
        known = self.terms.vocabulary
        places = np.asarray([known.get(unit, -1) for unit in text], dtype=np.int64)
        return places, number_pairs(places, max(1, len(known)))


def describe(document: Document, salience: Salience) -> Features:
    """Return the features of `document`; `salience` predicts which words a summary uses."""
    texts = [sentence.text for sentence in document.sentences]
    units = [syllables(text) for text in texts]
    title = syllables(document.title or "")
    terms = Terms.of(units)
    columns = {
        **describe_form(texts, units),
        **describe_positions(units),
        **describe_similarity(terms),
    }
    columns.update(describe_news(texts))
    phrases = Terms.of([list(map(" ".join, itertools.pairwise(u))) for u in units])
    columns.update(describe_phrases(phrases))
    if title:
        columns.update(describe_headline(document.title or "", units, terms, phrases))
    likely = salience.predict(Stream.of(units, terms, find_names(texts), title))
    columns.update(describe_likely(likely, columns["length"]))
    rows = np.stack([columns[name] for name in names(headline=bool(title))], axis=1)
    return Features(
        rows=rows.astype(np.float32),
        terms=terms,
        units=units,
        title=title,
        unit_probabilities=likely,
        non_content=find_non_content(texts, units, title),
        awkward=np.asarray([is_awkward(text) for text in texts], dtype=bool),
        caption_like=np.asarray(find_possible_captions(texts), dtype=bool)
        | (columns["unended"] > 0),
    )


def find_non_content(
    texts: Sequence[str], units: Sequence[Sequence[str]], title: Sequence[str]
) -> NDArray[np.bool_]:
    """Return a mask of pointers, captions, also likely ones, and repetitions of the headline."""
    likely = find_likely_captions(texts)
    return np.asarray(
        [
            likely[i] or is_pointer(text) or is_caption(text) or units[i] == title
            for i, text in enumerate(texts)
        ],
        dtype=bool,
    )


def is_awkward(text: str) -> bool:
    """Return whether a sentence is a question or a fragment, or a part of a quotation.

    >>> is_awkward('Có thể xử lý được không?'), is_awkward('Rồi nước rút", bà Lan kể.')
    (True, True)
    """
    quotes = text.count('"')
    if _CLAUSE.fullmatch(text) and not _MAIN_CLAUSE.search(text):
        return True
    if quotes % 2 or text.count("“") != text.count("”"):
        return True
    return text.rstrip().endswith("?") and not quotes and "“" not in text


def read_stream(document: Document) -> Stream:
    """Return the syllables of `document`, as `describe` uses them."""
    texts = [sentence.text for sentence in document.sentences]
    units = [syllables(text) for text in texts]
    return Stream.of(units, Terms.of(units), find_names(texts), syllables(document.title or ""))
