"""The part of an article that a model of limited reach is given: its headline and best sentences.

The best come first, so that the model knows what was found to be most worth saying. Choosing what
to say and saying it are two tasks; a small model writes better from a few good sentences than from
a whole article (Chen & Bansal 2018, "Fast Abstractive Summarization with Reinforce-Selected
Sentence Rewriting", arXiv:1805.11080). Training and use both choose here, so that a model meets in
use what it has learned from.
"""

from __future__ import annotations

from dataclasses import dataclass

from vnsum.checkpoints.summarizers import EXTRACT_WORDS
from vnsum.results.document import Document
from vnsum.summarization.budget import Budget
from vnsum.summarization.ranker.ranker import Ranker

WORDS = EXTRACT_WORDS
SENTENCES = 3  # fewer say too little, and what ranks lower is rarely used
ENDS = ".!?…:;”\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The headline as a sentence, empty where there is none, and sentences, the best first."""

    headline: str
    chosen: tuple[int, ...]

    def texts(self, document: Document) -> list[str]:
        """Return the texts of the document that the extract is made of, the headline first."""
        sentences = [document.sentences[index].text for index in self.chosen]
        return [self.headline, *sentences] if self.headline else sentences


def cut_extract(document: Document, *, words: int = WORDS) -> Extract:
    """Return the headline and the best-ranked sentences that have at most `words` words together.

    At most `SENTENCES` are taken, the best first; one that does not fit is passed over for a worse
    one that does. A headline that would take more than half of the words is none.
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
    return Extract(headline=headline, chosen=tuple(chosen))


def headline_sentence(title: str | None) -> str:
    """Return a headline as a sentence that others can follow; empty where there is none.

    >>> headline_sentence("Mưa lớn ở Huế"), headline_sentence("Vì sao?"), headline_sentence(None)
    ('Mưa lớn ở Huế.', 'Vì sao?', '')
    """
    text = " ".join((title or "").split())
    return text if not text or text[-1] in ENDS else f"{text}."
