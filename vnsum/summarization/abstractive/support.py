"""Alignment of generated sentences with the source sentences that support them.

The words of a generated sentence, weighted by rarity, are covered greedily by few source sentences;
figures, dates, codes and addresses are matched as well. A negation lost among the same words is
found, too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from vnsum import quantities
from vnsum.checks.negation_words import NEGATIONS
from vnsum.quantities import Quantity
from vnsum.quantities.rules import CODE
from vnsum.quantities.tokens import ADDRESS, CHUNK
from vnsum.results.document import Document
from vnsum.results.result import Span
from vnsum.summarization.extractive.tfidf import syllables

MAX_EVIDENCE = 3  # source sentences per summary sentence
AROUND = 4  # syllables next to a negation, with the ends of the sentence: mostly two on each side
MARKS = ".,;:!?…()[]<>\"'“”‘’"  # around an address
LEAST_GAIN = 0.15  # minimum share of the words covered by each further sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """The support of a sentence: `evidence` are the indices of source sentences, ascending.

    `share` is the share of its words, weighted by rarity, in the evidence or the headline, 0 to 1.
    `missing` are figures and dates in neither of them, and codes and addresses not in the article;
    `scattered` are figures in neither the headline nor the source sentence with most of the
    figures, but in other sentences. `negation` is a negation of the evidence that the sentence
    lacks among the same words, else empty. `new_words`
    are words not in the article, and `new_pairs` is the share of pairs of adjacent syllables not in
    the article, 0 to 1.
    """

    evidence: tuple[int, ...]
    share: float
    missing: tuple[Span, ...] = ()
    scattered: tuple[Quantity, ...] = ()
    negation: str = ""
    new_words: tuple[str, ...] = ()
    new_pairs: float = 0.0


class EvidenceAligner:
    """Aligns sentences with the sentences of one document.

    >>> import vnsum
    >>> document = vnsum.segment("Mưa lớn gây ngập ở Huế. Có 12 người bị thương.")
    >>> EvidenceAligner(document).align("12 người bị thương ở Huế").evidence
    (0, 1)
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        texts = [document.title or "", *(sentence.text for sentence in document.sentences)]
        units = [syllables(text) for text in texts]
        read = [self._read(text) for text in texts]
        self._units = units[1:]
        self._runs = frozenset(run for unit in units for run in _runs(["", *unit, ""]))
        self._codes = frozenset(code for _, codes in read for _, code in codes)
        self._pairs = frozenset(pair for unit in units for pair in itertools.pairwise(unit))
        self._headline = frozenset(units[0])
        self._stated = frozenset(quantity.key for quantity in read[0][0])
        self._words = [frozenset(unit) for unit in units[1:]]
        self._figures = [frozenset(figure.key for figure in figures) for figures, _ in read[1:]]
        counts: dict[str, int] = {}
        for words in self._words:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        total = len(self._words)
        self._weights = {word: 1.0 + math.log(total / count) for word, count in counts.items()}
        self._unknown = 1.0 + math.log(max(1, total))

    def align(self, text: str) -> Support:
        """Return the source sentences that support `text`, and what they do not support."""
        units = syllables(text)
        words = frozenset(units)
        figures, codes = self._read(text)
        evidence = self._cover(words)
        evidence = self._add_figures(evidence, figures)
        covered = self._headline.union(*(self._words[index] for index in evidence))
        known = self._stated.union(*(self._figures[index] for index in evidence))
        missing = [(figure.start, figure.end) for figure in figures if figure.key not in known]
        missing += [place for place, code in codes if code not in self._codes]
        return Support(
            evidence=tuple(sorted(evidence)),
            share=self._weigh(words & covered) / self._weigh(words) if words else 0.0,
            missing=tuple(Span(start=start, end=end) for start, end in sorted(set(missing))),
            negation=self._find_lost_negation(units, evidence),
            scattered=self._scatter([figure for figure in figures if figure.key in known]),
            new_words=tuple(sorted(words - self._headline.union(*self._words))),
            new_pairs=self._count_new(units) / max(1, len(units) - 1),
        )

    def _find_lost_negation(self, units: Sequence[str], evidence: Sequence[int]) -> str:
        """Return a negation of the evidence whose neighbours stand side by side in a sentence."""
        lost = _runs(["", *units, ""]) - self._runs
        for index in evidence:
            own = ["", *self._units[index], ""]
            for place, word in enumerate(own):
                if word in NEGATIONS[self._document.lang] and own[place + 1]:
                    before = own[max(0, place - 2) : place]
                    after = own[place + 1 : place + 1 + AROUND - len(before)]
                    if (*before, *after) in lost:
                        return word
        return ""

    def _count_new(self, units: Sequence[str]) -> int:
        return sum(pair not in self._pairs for pair in itertools.pairwise(units))

    def _read(self, text: str) -> tuple[list[Quantity], list[tuple[tuple[int, int], str]]]:
        """Return the figures of a text, and the places and letters of its codes and addresses."""
        document = self._document
        found = quantities.read_all(text, lang=document.lang, published=document.published)
        codes = [((code.start, code.end), code.unit) for code in found if code.kind == CODE]
        for match in CHUNK.finditer(text):
            if any(sign in match[0] for sign in ADDRESS):
                start, address = match.end() - len(match[0].lstrip(MARKS)), match[0].strip(MARKS)
                letters = "".join(filter(str.isalnum, address.upper()))
                codes.append(((start, start + len(address)), letters))
        return [figure for figure in found if figure.kind != CODE], codes

    def _cover(self, words: frozenset[str]) -> list[int]:
        """Return source sentences by greedy coverage of the words."""
        whole = self._weigh(words)
        left, chosen = words, list[int]()
        while left and len(chosen) < MAX_EVIDENCE:
            gains = [self._weigh(left & own) for own in self._words]
            best = max(
                range(len(gains)), key=gains.__getitem__, default=None
            )  # ties go to the earliest
            if best is None or gains[best] <= 0 or (chosen and gains[best] < LEAST_GAIN * whole):
                break
            chosen.append(best)
            left -= self._words[best]
        return chosen

    def _add_figures(self, chosen: list[int], figures: Sequence[Quantity]) -> list[int]:
        """Add sentences with figures that the selected ones do not contain."""
        for figure in figures:
            if any(figure.key in self._figures[index] for index in chosen):
                continue
            having = [i for i, known in enumerate(self._figures) if figure.key in known]
            if having and len(chosen) < MAX_EVIDENCE:
                chosen = [*chosen, having[0]]
        return chosen

    def _scatter(self, figures: Sequence[Quantity]) -> tuple[Quantity, ...]:
        """Return the figures not in the source sentence with most of the figures."""
        wanted = {figure.key for figure in figures} - self._stated
        together = [wanted & known for known in self._figures]
        most = max(together, key=len) if together else frozenset()
        return tuple(figure for figure in figures if figure.key in wanted - most)

    def _weigh(self, words: frozenset[str]) -> float:
        # Sorted, because the sum of floats depends on their order.
        return sum(self._weights.get(word, self._unknown) for word in sorted(words))


def _runs(units: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the runs of syllables of the length that a negation is looked up with."""
    return {tuple(units[i : i + AROUND]) for i in range(len(units) - AROUND + 1)}
