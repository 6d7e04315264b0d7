"""Resolving references of the sentences of a digest, each in the article that it is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vnsum.assembly.references import Resolver, is_copy
from vnsum.names.people import Person
from vnsum.names.words import WORDS
from vnsum.results.digest import DigestSummary
from vnsum.results.result import SummarySentence


def clear_digest_references(
    summary: DigestSummary, people: Mapping[int, Sequence[Person]]
) -> DigestSummary:
    """Return a digest with references to missing sentences resolved or flagged.

    As `clear_references`; `people` are those of each article that a sentence is printed from. After
    a sentence of another article, references are resolved as at the beginning of a summary.
    """
    resolvers = {
        article: Resolver(summary.documents[article], tuple(own), WORDS[summary.lang])
        for article, own in people.items()
    }
    cleared = []
    shown: list[int] = []  # sentences of one article, since the last one of another
    last = None
    for sentence in summary.sentences:
        place = sentence.evidence[0]
        shown = shown if place.article == last else []
        own = SummarySentence(
            text=sentence.text,
            evidence=(place.sentence,),
            score=sentence.score,
            edits=sentence.edits,
            findings=sentence.findings,
        )
        if len(sentence.evidence) == 1 and is_copy(summary.documents[place.article], own):
            own = resolvers[place.article].clear(own, shown)
        cleared.append(replace(sentence, text=own.text, edits=own.edits, findings=own.findings))
        shown, last = [*shown, place.sentence], place.article
    return replace(summary, sentences=tuple(cleared))
