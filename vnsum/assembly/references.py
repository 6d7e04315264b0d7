"""Resolving references of summary sentences to sentences that were left out.

Rule-based. Pronouns with exactly one possible antecedent are replaced by the name, and connectives
with nothing to connect to are removed. Unresolved references ("this move") become findings.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnsum.names.people import Person
from vnsum.names.words import WORDS, ReferenceWords
from vnsum.results.document import Document
from vnsum.results.result import Edit, Finding, Span, Summary, SummarySentence

NEAR = 2  # sentences; within them, the most recent person is the antecedent
LONGEST_OPENING = 60  # characters before the first comma
_WORD = re.compile(r"\S+")
_OPENING_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,4}")
KIND_REFERENCE, KIND_OPENING, KIND_QUOTATION = "reference", "opening", "quotation"


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A pronoun in a sentence: its span, the titles of its antecedents, and the title to keep."""

    start: int
    end: int
    titles: frozenset[str]
    kept: str


@dataclass(frozen=True, slots=True)
class _Change:
    """A replacement of the characters from `start` to `end` of a sentence by `after`."""

    kind: str
    start: int
    end: int
    after: str
    evidence: int | None = None

    @property
    def kept_from(self) -> int:
        """The first character that is unchanged, except for its case."""
        return self.end - len(self.after) if self.kind == KIND_OPENING else self.end


def clear_references(document: Document, summary: Summary, people: Sequence[Person]) -> Summary:
    """Return `summary` with references to missing sentences resolved or flagged.

    Only sentences copied from the article are processed. Every change is recorded in
    `SummarySentence.edits` and as a finding of severity `"info"`; an unresolved reference is a
    `"warning"`.
    """
    resolver = Resolver(document, tuple(people), WORDS[document.lang])
    shown: list[int] = []
    cleared = []
    for sentence in summary.sentences:
        copied = len(sentence.evidence) == 1 and is_copy(document, sentence)
        cleared.append(resolver.clear(sentence, shown) if copied else sentence)
        shown.extend(sentence.evidence)
    return replace(summary, sentences=tuple(cleared))


def is_copy(document: Document, sentence: SummarySentence) -> bool:
    """Return whether the sentence was copied from its evidence, apart from its edits."""
    index = sentence.evidence[0]
    if index >= len(document.sentences):
        return False
    return document.sentences[index].text == sentence.original


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves references in the sentences of one document."""

    document: Document
    people: tuple[Person, ...]
    rules: ReferenceWords

    def clear(self, sentence: SummarySentence, shown: Sequence[int]) -> SummarySentence:
        """Return the sentence with its references resolved, given the sentences `shown` before."""
        index = sentence.evidence[0]
        mark = _open_quotation(self.document, index)
        if index == 0 or (shown and shown[-1] == index - 1):
            return sentence  # the context is the same as in the article
        if mark:  # references inside quotations are not resolved
            change = _Change(KIND_QUOTATION, 0, 0, mark)
            return _rewrite(sentence, 0, change)
        cut = self._dangling(sentence.text, first=not shown)
        pointer = _find_pronoun(sentence.text, cut, self.rules)
        if pointer is None:
            found = _find_pointing(sentence.text, cut, self.rules)
            return _rewrite(_flag(sentence, found, index), cut, None)
        person = self._antecedent(pointer, index)
        if person is not None and self._is_introduced(person, pointer, shown):
            return _rewrite(sentence, cut, None)
        # Without a title, the person may be of the other sex.
        if person is None or not person.titles:
            return _rewrite(_flag(sentence, (pointer.start, pointer.end), index), cut, None)
        name = f"{pointer.kept} {person.name}".strip()
        source = person.mentions[0].sentence
        change = _Change(KIND_REFERENCE, pointer.start, pointer.end, name, source)
        return _rewrite(sentence, cut, change)

    def _dangling(self, text: str, *, first: bool) -> int:
        """Return the length of an opening connective to remove, or 0."""
        phrases = self.rules.connectives + (self.rules.sequels if first else ())
        found = _opening(phrases, comma=True).match(text)
        found = found or _opening(self.rules.bare, comma=False).match(text)
        return found.end() if found and found.end() < len(text) else 0

    def _antecedent(self, pointer: _Pointer, index: int) -> Person | None:
        """Return the only possible antecedent of a pronoun in sentence `index`, if any."""
        before = [
            (person, max(m.sentence for m in person.mentions if m.sentence < index))
            for person in self.people
            if any(m.sentence < index for m in person.mentions) and _can_mean(pointer, person)
        ]
        if not before:
            return None
        last = max(sentence for _, sentence in before)
        nearest = [person for person, sentence in before if sentence == last]
        if len(nearest) > 1 or (len(before) > 1 and index - last > NEAR):
            return None
        person = nearest[0]
        between = " ".join(s.text for s in self.document.sentences[last + 1 : index])
        if _any_of(self.rules.strangers).search(between):
            return None
        return person

    def _is_introduced(self, person: Person, pointer: _Pointer, shown: Sequence[int]) -> bool:
        """Return whether the summary so far names this person and no other possible antecedent."""
        named = [
            other
            for index in shown
            for other in self.people
            if any(m.sentence == index for m in other.mentions) and _can_mean(pointer, other)
        ]
        return bool(named) and all(other == person for other in named)


def _can_mean(pointer: _Pointer, person: Person) -> bool:
    return not person.titles or bool(person.titles & pointer.titles)


def _find_pronoun(text: str, start: int, rules: ReferenceWords) -> _Pointer | None:
    """Return the pronoun at the start of a sentence, an attribution, or after a first comma."""
    match = _opening((rules.according,), comma=False).match(text, start)
    places = [match.end() if match else start]
    if not match and (comma := text.find(", ", start, start + LONGEST_OPENING)) > 0:
        opening = text[start:comma]
        if not any(quote in opening for quote in "\"“”'‘") and opening[1:].islower():
            places.append(comma + 2)
    for place in places:
        if pointer := _read_pronoun(text, place, rules):
            return pointer
    return None


def _read_pronoun(text: str, place: int, rules: ReferenceWords) -> _Pointer | None:
    match = _any_of(tuple(rules.roles)).match(text, place)
    if match is not None:
        titles, kept = rules.roles[match[0].lower()], match[0]
    else:
        match = _pronoun(tuple(rules.pronouns), tuple(rules.demonstratives)).match(text, place)
        if match is None:
            return None
        titles, kept = rules.pronouns[match[1].lower()], match[1] if rules.keeps_title else ""
    after = _first_word(text[match.end() :])
    if after[:1].isupper() or (match[0].lower() == kept.lower() and after in rules.not_alone):
        return None
    return _Pointer(match.start(), match.end(), titles, kept)


def _first_word(text: str) -> str:
    return text.lstrip(" ").split(" ", 1)[0].strip(".,;:!?”\"'")


def _find_pointing(text: str, start: int, rules: ReferenceWords) -> tuple[int, int] | None:
    """Return the span of an opening such as "Động thái này", or of "yêu cầu nói trên"."""
    match = _any_of(rules.plurals + rules.demonstrations).match(text, start)
    if match and _first_word(text[match.end() :]) not in rules.not_alone:
        return match.span()
    match = _OPENING_WORDS.match(text, start)
    words = match[0].split(" ") if match else []
    low = [word.lower() for word in words]
    for count in range(1, len(words)):
        if words[count] in rules.pointing and rules.times.isdisjoint(low[:count]):
            return start, start + len(" ".join(words[: count + 1]))
        if not words[count].islower():
            break
    above = _any_of(rules.above).search(text, start)
    return above.span() if above else None


def _rewrite(sentence: SummarySentence, cut: int, change: _Change | None) -> SummarySentence:
    """Remove the first `cut` characters, apply the change, and record edits and findings."""
    text = sentence.text
    changes = [] if change is None else [change]
    if cut and change and change.start == cut:
        changes = [replace(change, start=0)]
    elif cut:
        end = _WORD.match(text, cut).end()  # type: ignore[union-attr]
        changes.insert(0, _Change(KIND_OPENING, 0, end, text[cut:end]))
    edits: list[Edit] = []
    parts: list[str] = []
    position = length = 0
    for item in changes:
        after = item.after[:1].upper() + item.after[1:] if item.start == 0 else item.after
        parts += [text[position : item.start], after]
        length += item.start - position
        edits.append(Edit(kind=item.kind, start=length, before=text[item.start : item.end],
                          after=after, evidence=item.evidence))  # fmt: skip
        position, length = item.end, length + len(after)
    findings = [_shift(finding, changes) for finding in sentence.findings]
    return replace(
        sentence,
        text="".join([*parts, text[position:]]),
        edits=(*sentence.edits, *edits),
        findings=(*findings, *map(_describe, edits)),
    )


def _shift(finding: Finding, changes: Sequence[_Change]) -> Finding:
    """Return a finding with its span shifted by the changes before it."""
    span = finding.source
    if span is None:
        return finding
    left = [change for change in changes if change.kept_from <= span.start]
    shift = sum(len(change.after) - (change.end - change.start) for change in left)
    return replace(finding, source=Span(start=span.start + shift, end=span.end + shift))


def _describe(edit: Edit) -> Finding:
    if edit.kind == KIND_OPENING:
        left = edit.before[: len(edit.before) - len(edit.after)].rstrip(" ,")
        message = f'"{left}" was removed: the sentence it refers to is not in the summary.'
        return Finding(kind=KIND_OPENING, severity="info", message=message)
    if edit.kind == KIND_QUOTATION:
        message = (
            f"The quotation begins in an earlier sentence; {edit.after} was added at the start."
        )
        return Finding(kind=KIND_QUOTATION, severity="info", message=message)
    message = (
        f'"{edit.before}" of the article was replaced by "{edit.after}", named in sentence '
        f"{(edit.evidence or 0) + 1}."
    )
    span = Span(start=edit.start, end=edit.start + len(edit.after))
    return Finding(kind=KIND_REFERENCE, severity="info", message=message, source=span)


def _flag(sentence: SummarySentence, place: tuple[int, int] | None, index: int) -> SummarySentence:
    """Add a warning that the words at `place` refer to something not in the summary."""
    if place is None:
        return sentence
    message = (
        f'"{sentence.text[slice(*place)]}" refers to something before sentence {index + 1} of the '
        "article that is not in the summary."
    )
    finding = Finding(kind=KIND_REFERENCE, severity="warning", message=message,
                      source=Span(start=place[0], end=place[1]))  # fmt: skip
    return replace(sentence, findings=(*sentence.findings, finding))


def _open_quotation(document: Document, index: int) -> str:
    """Return the opening mark of a quotation that began before the sentence and ends in it."""
    sentence = document.sentences[index]
    for opening, closing in (("“", "”"), ('"', '"')):
        first = sentence.text.find(closing)
        if first <= 0 or (opening != closing and opening in sentence.text[:first]):
            continue
        if opening == closing:
            before = document.text[: sentence.start].rpartition("\n")[2]
            inside = before.count(opening) % 2 == 1 and sentence.text.count(opening) % 2 == 1
        else:
            inside = True
        if inside:
            return opening
    return ""


@functools.cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a case-insensitive pattern that matches the phrases as whole words."""
    choices = "|".join(map(re.escape, phrases)) or r"(?!)"
    return re.compile(rf"\b(?:{choices})\b", re.IGNORECASE)


@functools.cache
def _pronoun(pronouns: tuple[str, ...], demonstratives: tuple[str, ...]) -> re.Pattern[str]:
    these = "|".join(demonstratives) or r"(?!)"
    return re.compile(rf"({'|'.join(pronouns)})(?: (?:{these}))?\b", re.IGNORECASE)


@functools.cache
def _opening(phrases: tuple[str, ...], *, comma: bool) -> re.Pattern[str]:
    choices = "|".join(map(re.escape, phrases))
    return re.compile(rf"(?:{choices}){',' if comma else ''} +(?=\w)", re.IGNORECASE)
