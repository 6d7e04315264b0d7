"""Resolving references of summary sentences to sentences that were left out.

Rule-based. Pronouns with exactly one possible antecedent are replaced by the name, and connectives
with nothing to connect to are removed. Unresolved references ("this move") become findings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnsum.assembly.edits import KIND_QUOTATION, KIND_REFERENCE, Change, flag, rewrite
from vnsum.assembly.pointers import (
    Pointer,
    find_distant,
    find_pointing,
    find_pronoun,
    find_speaker,
    find_this,
    find_time,
    first_word,
    opening_pattern,
)
from vnsum.assembly.quotation_marks import level_marks, written_closing, written_opening
from vnsum.assembly.quotations import (
    LONGEST,
    any_of,
    closing_mark,
    find_end,
    is_inside,
    lacks_speaker,
    opening_mark,
    outside_quotations,
)
from vnsum.names.people import Person
from vnsum.names.words import WORDS, ReferenceWords
from vnsum.results.document import Document
from vnsum.results.result import Finding, Summary, SummarySentence

NEAR = 2  # sentences; within them, the most recent person is the antecedent


def clear_references(document: Document, summary: Summary, people: Sequence[Person]) -> Summary:
    """Return `summary` with references to missing sentences resolved or flagged.

    Only sentences copied from the article are processed. Every change is recorded in
    `SummarySentence.edits` and as a finding of severity `"info"`; an unresolved reference is a
    `"warning"`.
    """
    resolver = Resolver(document, tuple(people), WORDS[document.lang])
    chosen = {index for sentence in summary.sentences for index in sentence.evidence}
    shown: list[int] = []
    cleared = []
    for sentence in summary.sentences:
        if len(sentence.evidence) == 1 and is_copy(document, sentence):
            cleared.append(resolver.clear(sentence, shown=shown, chosen=chosen))
        else:
            cleared.append(sentence)
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
    level: Document = field(init=False)  # with the same quotation marks everywhere
    named_in: Mapping[int, list[Person]] = field(init=False)  # people by sentence

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", level_marks(self.document))
        named_in: dict[int, list[Person]] = {}
        for person in self.people:
            for sentence in sorted({mention.sentence for mention in person.mentions}):
                named_in.setdefault(sentence, []).append(person)
        object.__setattr__(self, "named_in", named_in)

    def clear(
        self, sentence: SummarySentence, *, shown: Sequence[int], chosen: Collection[int]
    ) -> SummarySentence:
        """Return the sentence with its references resolved and its quotation closed.

        `shown` are the sentences before it in the summary, `chosen` all sentences of the summary.
        """
        last = sentence.evidence[0]  # of the sentences that follow each other in the article
        if last == 0 and len(chosen) < len(self.document.sentences):  # nothing hangs in the whole
            found = opening_pattern(self.rules.leading, comma=True).match(sentence.text)
            sentence = rewrite(sentence, found.end() if found else 0, None)
        while last + 1 in chosen and last < sentence.evidence[0] + LONGEST:
            last += 1
        cleared = self._note_speaker(self._clear(sentence, shown, last), shown, last)
        goes_on = last > sentence.evidence[0]
        return cleared if goes_on else self._close_quotation(cleared, shown)

    def _clear(self, sentence: SummarySentence, shown: Sequence[int], last: int) -> SummarySentence:
        """Return the sentence with its references resolved, given the sentences `shown` before.

        The sentences after it up to `last` are shown, too.
        """
        index = sentence.evidence[0]
        if shown and shown[-1] == index - 1:
            return sentence  # the context is the same as in the article
        if index == 0:
            return (
                sentence if last + 1 == len(self.document.sentences) else self._note_first(sentence)
            )
        if mark := opening_mark(self.level, index, last):  # references inside are not resolved
            return self._open_quotation(sentence, mark, index, shown)
        if is_inside(self.level, index):
            return flag(sentence, self._find_reference(sentence.text, shown), index)
        if claim := self._restated(sentence.text, index):
            return flag(sentence, claim, index)
        return self._resolve(sentence, index, shown)

    def _resolve(
        self, sentence: SummarySentence, index: int, shown: Sequence[int]
    ) -> SummarySentence:
        """Return the sentence without a dangling connective and with its first pronoun resolved."""
        text = sentence.text
        cut = self._dangling(text, first=not shown)
        pointer = find_pronoun(text, cut, self.rules) or find_speaker(text, self.rules)
        if pointer is None:
            found = find_pointing(text, cut, self.rules)
            change = None if found else self._introduce(index, cut, shown)
            found = found or find_time(text, cut, self.rules, first=not shown)
            if not shown:
                title = self.document.title or ""
                found = found or find_distant(text, cut, self.rules, known=title)
            return rewrite(flag(sentence, found, index), cut, change)
        return self._resolve_pronoun(sentence, index, shown, pointer, cut=cut)

    def _resolve_pronoun(
        self,
        sentence: SummarySentence,
        index: int,
        shown: Sequence[int],
        pointer: Pointer,
        *,
        cut: int = 0,
    ) -> SummarySentence:
        """Return the sentence without its first `cut` characters and with a pronoun resolved."""
        person = self._antecedent(pointer, index)
        named = self._named(pointer, shown)
        if person is not None and named and all(other == person for other in named):
            return rewrite(sentence, cut, None)
        # Without a title, the person may be of the other sex.
        if person is None or not person.titles:
            place = (pointer.start, pointer.end)
            return rewrite(flag(sentence, place, index, shown=bool(named)), cut, None)
        name = f"{pointer.kept} {person.name}".strip()
        source = person.mentions[0].sentence
        change = Change(KIND_REFERENCE, pointer.start, pointer.end, name, source)
        return rewrite(sentence, cut, change)

    def _note_first(self, sentence: SummarySentence) -> SummarySentence:
        """Flag words such as "Cục này" that open an article, if its headline does not name it."""
        found = find_this(sentence.text, 0, self.rules)
        if found is None:
            return sentence
        nouns = tuple(sentence.text[slice(*found)].split(" ")[:-1])
        explained = any_of(nouns).search(self.document.title or "")
        return sentence if explained else flag(sentence, found, 0)

    def _find_reference(self, text: str, shown: Sequence[int]) -> tuple[int, int] | None:
        """Return the span of the first reference to an earlier sentence."""
        start = self._dangling(text, first=not shown)
        pointer = find_pronoun(text, start, self.rules)
        return (pointer.start, pointer.end) if pointer else find_pointing(text, start, self.rules)

    def _open_quotation(
        self, sentence: SummarySentence, mark: str, index: int, shown: Sequence[int]
    ) -> SummarySentence:
        """Return the sentence with the opening mark of its quotation and with its speaker named."""
        mark = written_opening(self.document, self.level, index, mark)
        opened = rewrite(sentence, 0, Change(KIND_QUOTATION, 0, 0, mark))
        pointer = find_speaker(opened.text, self.rules)
        if pointer is not None:
            return self._resolve_pronoun(opened, index, shown, pointer)
        words = self.level.sentences[index].text
        end = max(map(words.rfind, '”"'))  # of the words that are not changed
        change = self._introduce(index, end, shown) if end >= 0 else None
        if change is None:
            return opened
        start, end = change.start + len(mark), change.end + len(mark)
        return rewrite(opened, 0, replace(change, start=start, end=end))

    def _close_quotation(self, sentence: SummarySentence, shown: Sequence[int]) -> SummarySentence:
        """Return the sentence with the closing mark of a quotation that ends in a later one."""
        first = index = sentence.evidence[0]
        for place in reversed(shown):
            if place != first - 1:
                break
            first = place
        mark = closing_mark(self.level, index, first)
        if not mark:
            return sentence
        end = len(sentence.text)
        mark = written_closing(self.document, self.level, index, mark)
        return rewrite(sentence, 0, Change(KIND_QUOTATION, end, end, mark))

    def _note_speaker(
        self, sentence: SummarySentence, shown: Sequence[int], last: int
    ) -> SummarySentence:
        """Add a warning to a quotation whose speaker is not in the summary, nor up to `last`."""
        index = sentence.evidence[0]
        follows = bool(shown) and shown[-1] == index - 1
        # The speaker of a sentence that is only a quotation may be in the next one.
        alone = not outside_quotations(self.level, index).strip(" .,")
        whole = index == 0 and last + 1 == len(self.document.sentences)
        told = whole or (last > index and alone)
        if follows or told or not self._lacks_speaker(index):
            return sentence
        end = find_end(self.level, index)
        if end is not None and end <= last and not self._lacks_speaker(end):
            return sentence
        message = "The speaker of the quotation is not named in the summary."
        finding = Finding(kind=KIND_QUOTATION, severity="warning", message=message)
        return replace(sentence, findings=(*sentence.findings, finding))

    def _lacks_speaker(self, index: int) -> bool:
        """Return whether sentence `index` has a quotation, but not its speaker outside of it."""
        outside = outside_quotations(self.level, index)
        people = self.named_in.get(index, ())
        mentions = (m for person in people for m in person.mentions if m.sentence == index)
        if any(mention.text in outside for mention in mentions):
            return False
        return lacks_speaker(self.level, index, self.rules)

    def _restated(self, text: str, index: int) -> tuple[int, int] | None:
        """Return the span of "Theo đó", or of "Nói cách khác" if the claim before has a source.

        Without the opening, the claim would be that of the article.
        """
        rules = self.rules
        found = opening_pattern(rules.attributing, comma=True).match(text)
        before = self.document.sentences[index - 1].text
        if any_of((rules.according, *rules.speech, *rules.sources)).search(before):
            found = found or opening_pattern(rules.restating, comma=True).match(text)
        return (0, len(found[0].rstrip(" ,"))) if found else None

    def _dangling(self, text: str, *, first: bool) -> int:
        """Return the length of an opening connective to remove, or 0."""
        rules = self.rules
        phrases = rules.connectives + (rules.sequels if first else ())
        found = opening_pattern(phrases, comma=True).match(text)
        found = found or opening_pattern(rules.bare, comma=False).match(text)
        if found is None:
            found = opening_pattern(rules.adverbials, comma=False).match(text)
            if found and first_word(text[found.end() :]) in rules.predicates:
                return 0
        return found.end() if found and found.end() < len(text) else 0

    def _antecedent(self, pointer: Pointer, index: int) -> Person | None:
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
        if any_of(self.rules.strangers).search(between):
            return None
        return person

    def _introduce(self, index: int, cut: int, shown: Sequence[int]) -> Change | None:
        """Return the full name in place of the short name of a person who was not shown before."""
        known = {*shown}
        for person in self.named_in.get(index, ()):
            earlier = [m for m in person.mentions if m.text == person.name and m.sentence < index]
            own = [m for m in person.mentions if m.sentence == index and m.start >= cut]
            named = any(mention.sentence in known for mention in person.mentions)
            if named or not earlier or not own or not own[0].title:
                continue
            first = min(own, key=lambda mention: mention.start)
            if len(first.words) < len(earlier[0].words):
                end = first.start + len(first.text)
                source = earlier[0].sentence
                return Change(KIND_REFERENCE, first.start, end, person.name, source)
        return None

    def _named(self, pointer: Pointer, shown: Sequence[int]) -> list[Person]:
        """Return the possible antecedents of a pronoun that the summary names so far."""
        return [
            person
            for index in shown
            for person in self.named_in.get(index, ())
            if _can_mean(pointer, person)
        ]


def _can_mean(pointer: Pointer, person: Person) -> bool:
    return not person.titles or bool(person.titles & pointer.titles)
