"""Shortening the sentences of an extractive summary by leaving words out, never by writing any.

What may go: a connective at the start ("Tuy nhiên,"), the source of a report or its speaker at the
start or end ("Theo Reuters, …", "Ông Nam cho biết, …", "…, ông Nam cho biết."), a last clause of
purpose and an aside in brackets that hold no name. A figure never goes, nothing is cut inside a
quotation, and a sentence that does not fit a rule cleanly stays as it is. Where the summarizer
knows what to expect of a text (the ranker does), a sentence also stays whole if the summary would
be worth less without what goes. Each cut is an `Edit` of kind `"shortened"` and a finding: a report
without its source reads as a fact, which is why this is off unless asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vnsum.document import Document
from vnsum.result import Edit, Finding, Span, Summary, SummarySentence
from vnsum.summarization import Summarizer, summarize_many
from vnsum.summarization.budget import Budget
from vnsum.summarization.cuttable import WORDS, CutWords
from vnsum.summarization.expectation import Expectation, Expecting
from vnsum.summarization.terms import syllables

KIND = "shortened"

FEWEST = 10  # syllables that must be left
LONGEST = 24  # syllables of a clause that may go
_QUOTES = '"“”‘’«»'
_ASIDE = re.compile(r"(?<!\s)\s*\(([^()]*)\)")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compressed:
    """Another summarizer with its sentences shortened; only copied sentences are touched.

    >>> from vnsum.summarization.lead import Lead
    >>> Compressed(summarizer=Lead()).signature
    'lead|compressed'
    """

    summarizer: Summarizer

    @property
    def signature(self) -> str:
        """The signature of the other summarizer, and that it is compressed."""
        return f"{self.summarizer.signature}|compressed"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the summary of the other summarizer in fewer words."""
        return self.summarize_many([document], budget)[0]

    def summarize_many(self, documents: Sequence[Document], budget: Budget) -> list[Summary]:
        """Return the summaries of the other summarizer in fewer words."""
        summaries = summarize_many(self.summarizer, documents, budget)
        return [
            replace(compress(summary, document, self._expecting), signature=self.signature)
            for document, summary in zip(documents, summaries, strict=True)
        ]

    @property
    def _expecting(self) -> Expecting | None:
        return self.summarizer if isinstance(self.summarizer, Expecting) else None


def compress(summary: Summary, document: Document, expecting: Expecting | None = None) -> Summary:
    """Return `summary` with its copied sentences shortened, each cut an edit and a finding.

    With a summarizer that is `expecting`, a sentence is shortened only where that makes the summary
    worth more.
    """
    texts = [sentence.text for sentence in document.sentences]
    short = {
        index: _shortened(sentence, summary.lang)
        for index, sentence in enumerate(summary.sentences)
        if [texts[i] for i in sentence.evidence] == [sentence.text]
    }
    cut = {index: found for index, found in short.items() if found.edits}
    # To know what to expect costs as much as to rank the document; most have nothing to cut.
    expectation = expecting.expect(document) if expecting and cut else None
    sentences = list(summary.sentences)
    for index, found in cut.items():
        shorter = [*sentences[:index], found, *sentences[index + 1 :]]
        if expectation is None or _worth(shorter, expectation) > _worth(sentences, expectation):
            sentences = shorter
    return replace(summary, sentences=tuple(sentences))


def _worth(sentences: Sequence[SummarySentence], expectation: Expectation) -> float:
    return sum(expectation.rate(" ".join(sentence.text for sentence in sentences)))


def shorten(text: str, lang: str) -> tuple[Edit, ...]:
    """Return the cuts that shorten a sentence, from left to right; none if no rule fits.

    >>> shorten("Tuy nhiên, đường vào bản vẫn ngập sâu sau ba ngày mưa lớn.", "vi")
    (Edit(kind='shortened', start=0, before='Tuy nhiên, đ', after='Đ', evidence=None),)
    """
    words = WORDS[lang]
    start, end = _open(text, words), len(text)
    while (shorter := _close(text, start, end, words)) is not None:
        end = shorter
    cuts = [_opening_cut(text, start)] if start else []
    cuts += [(m.start(), m.end(), "") for m in _asides(text, start, end, words)]
    if end < len(text):
        cuts.append((end, len(text) - 1, ""))
    edits, shift = [], 0
    for first, last, after in cuts:
        edits.append(Edit(kind=KIND, start=first + shift, before=text[first:last], after=after))
        shift += len(after) - (last - first)
    return tuple(edits)


def _shortened(sentence: SummarySentence, lang: str) -> SummarySentence:
    edits = shorten(sentence.text, lang)
    text = sentence.text
    for edit in edits:
        text = text[: edit.start] + edit.after + text[edit.start + len(edit.before) :]
    findings = [
        Finding(
            kind=KIND,
            severity="info",
            message=f"left out: {edit.before[: len(edit.before) - len(edit.after)].strip()}",
            source=Span(start=edit.start, end=edit.start + len(edit.after)),
        )
        for edit in edits
    ]
    return replace(sentence, text=text, edits=edits, findings=(*sentence.findings, *findings))


def _opening_cut(text: str, start: int) -> tuple[int, int, str]:
    """Return the cut of everything before `start`; what follows begins with a capital."""
    capital = text[start].upper()
    return (0, start, "") if capital == text[start] else (0, start + 1, capital)


def _open(text: str, words: CutWords) -> int:
    """Return where the sentence begins without connectives and without its source."""
    start = 0
    rules = (words.connective, words.opening_source, words.opening_speaker)
    while True:
        found = (rule.match(text, start) for rule in rules)
        match = next((m for m in found if m and _can_open(text, m, words)), None)
        if match is None:
            return start
        start = match.end()


def _can_open(text: str, match: re.Match[str], words: CutWords) -> bool:
    rest = text[match.end() :]
    if match.re is words.opening_speaker and (
        words.doubted.search(match[0])
        or words.first_person.search(rest)
        or words.pronoun.search(rest)
    ):
        return False
    return (
        _is_whole(rest)
        and not words.hedged.search(match[0])
        # "Theo ông Nam, giám đốc công ty, ...": what follows the comma is still the source.
        and not words.apposition.match(rest)
        and rest[0].isalnum()
    )


def _close(text: str, start: int, end: int, words: CutWords) -> int | None:
    """Return where the sentence ends without its last clause; `None` if that has to stay."""
    if not text.endswith(".") or text.endswith(".."):
        return None
    body = text[start:end].removesuffix(".")
    comma = body.rfind(",")
    clause, rest = body[comma + 1 :].strip(), body[:comma]
    if comma < 0 or len(syllables(clause)) > LONGEST or set(clause) & set(_QUOTES + "()"):
        return None
    if not _is_whole(rest) or (words.subordinate.match(rest) and "," not in rest):
        return None
    source = words.closing_source.fullmatch(clause)
    if source and not words.hedged.search(clause) and not words.first_person.search(rest):
        # Words in quotation marks without their speaker are nobody's words.
        return None if rest.rstrip()[-1:] in _QUOTES else start + comma
    if words.last_clause.match(clause) and not _has_facts(clause):
        return start + comma
    return None


def _asides(text: str, start: int, end: int, words: CutWords) -> Iterator[re.Match[str]]:
    """Yield the asides in brackets that may go."""
    for match in _ASIDE.finditer(text, start + 1, end):
        if not (
            _has_facts(match[1])
            or words.measured.search(match[1])
            or _in_quotation(text, match.start())
        ):
            yield match


def _has_facts(words: str) -> bool:
    """Return whether there is a figure or a name in what might go."""
    return bool(_DIGIT.search(words)) or any(w[0][0].isupper() for w in _WORD.finditer(words))


def _is_whole(text: str) -> bool:
    """Return whether a rest is long enough and closes every quotation and bracket it opens."""
    return (
        len(syllables(text)) >= FEWEST
        and text.count("(") == text.count(")")
        and not _in_quotation(text, len(text))
    )


def _in_quotation(text: str, place: int) -> bool:
    before = text[:place]
    return (
        before.count('"') % 2 == 1
        or before.count("“") != before.count("”")
        or before.count("«") != before.count("»")
    )
