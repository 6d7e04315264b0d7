"""Excerpts of articles as input of small abstractive models: the headline and the best sentences.

A small model generates better summaries from a few selected sentences, best first, than from a
whole article (Chen & Bansal 2018, "Fast Abstractive Summarization with Reinforce-Selected Sentence
Rewriting", arXiv:1805.11080). Training and inference share this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from vnsum.checkpoints.summarizers import EXTRACT_WORDS
from vnsum.results.document import Document
from vnsum.summarization.budget import Budget
from vnsum.summarization.ranker.ranker import Ranker

WORDS = EXTRACT_WORDS
SENTENCES = 3  # lower-ranked sentences are rarely used
ENDS = ".!?…:;”\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The headline as a sentence (may be empty) and the indices of sentences, best first."""

    headline: str
    chosen: tuple[int, ...]

    def texts(self, document: Document) -> list[str]:
        """Return the texts of the excerpt, the headline first."""
        sentences = [document.sentences[index].text for index in self.chosen]
        return [self.headline, *sentences] if self.headline else sentences


def cut_excerpt(document: Document, *, words: int = WORDS) -> Excerpt:
    """Return the headline and the best-ranked sentences of at most `words` words in total.

    At most `SENTENCES` sentences are taken, best first; one that does not fit is skipped. A
    headline of more than half of the words is dropped.
    """
    headline = headline_sentence(document.title)
    room = words - len(headline.split())
    if room < words / 2:
        headline, room = "", words
    ranked = Ranker().summarize(document, Budget(ratio=1.0)).sentences
    chosen: list[int] = []
    for sentence in sorted(ranked, key=lambda sentence: -sentence.score):
        cost = len(sentence.text.split())
        if cost <= room and len(chosen) < SENTENCES:
            chosen += sentence.evidence
            room -= cost
    return Excerpt(headline=headline, chosen=tuple(chosen))


def headline_sentence(title: str | None) -> str:
    """Return a headline with final punctuation, or an empty string.

    >>> headline_sentence("Mưa lớn ở Huế"), headline_sentence("Vì sao?"), headline_sentence(None)
    ('Mưa lớn ở Huế.', 'Vì sao?', '')
    """
    text = " ".join((title or "").split())
    return text if not text or text[-1] in ENDS else f"{text}."
