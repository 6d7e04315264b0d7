"""Written once above every backend: length limits, order, checks of the output, second tries.

What comes back names everything unusual in findings. Nothing here runs a model.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from vnsum.checks.screening import screen_output
from vnsum.errors import LanguageError
from vnsum.glossary import Glossary
from vnsum.glossary.checking import check_terms
from vnsum.languages import detect
from vnsum.quantities.writing import slash_dates
from vnsum.results.result import CheckedText, Finding
from vnsum.translation.backends.backend import Backend, Hypothesis, SupportsDiversity
from vnsum.translation.markup import Marked, restore_marks, strip_marks
from vnsum.translation.repair.candidates import Case, Repaired
from vnsum.translation.repair.figures import repair_figures
from vnsum.translation.repair.names import repair_names
from vnsum.translation.repair.negation import repair_denials
from vnsum.translation.repair.terms import enforce_terms
from vnsum.translation.splitting import halve_text
from vnsum.translation.translatable import has_words

WEIGHTS = {"info": 0, "warning": 1, "error": 10}
Attempt = Callable[..., "dict[str, CheckedText]"]
# Figures come last: what is done for the others may not spoil them, but they may be wrong already.
REMEDIES = (repair_denials, repair_names, repair_figures)
CHARACTERS_PER_TOKEN = 30  # longer texts need no counting to be over the limit


class Translator(Protocol):
    """What the pipeline asks of a translator: texts in, checked texts out, in order."""

    @property
    def name(self) -> str:
        """The name of the model, for messages."""

    @property
    def signature(self) -> str:
        """How translations are made, in one line."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions such as `"vi->en"`."""

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Return one checked translation for each text, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTranslator:
    """Makes a `Translator` of a `Backend`.

    Texts without a word to translate (numbers, addresses, code) come back as they are. Texts over
    the backend's limit are halved at clause boundaries until they fit, and joined again. Outputs
    that loop, are empty, broken off, of unlikely length or untranslated are tried again: the other
    candidates of the search, another beam width, halves, and beginnings off the likeliest path
    where the backend has them (`SupportsDiversity`); the best try is kept. Figures, dates and names
    that the translation changed or lost are repaired where that can be done (`repair=False` leaves
    them). Terms of the `glossary` that the model did not use are brought in where that can be done.
    Findings say what happened.

    >>> from vnsum.translation import FakeBackend
    >>> CheckedTranslator(backend=FakeBackend()).translate(["xin chào", "3,5"], source="vi",
    ...                                                    target="en")
    ['KVA PUNB', '3,5']
    """

    backend: Backend
    repair: bool = True
    glossary: Glossary = field(default_factory=Glossary)

    @property
    def signature(self) -> str:
        """The backend's signature, the versions of checks and repairs, the glossary's digest."""
        parts = [self.backend.signature, "guard 4"]
        parts += ["repair 3"] if self.repair else []
        parts += [f"glossary {self.glossary.digest}"] if self.glossary.terms else []
        return "|".join(parts)

    @property
    def name(self) -> str:
        """The name of the backend's model."""
        return self.backend.signature.split("|", 1)[0]

    @property
    def directions(self) -> tuple[str, ...]:
        """The backend's directions."""
        return self.backend.directions

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """Return one translation for each text, in order."""
        checked = self.translate_checked(texts, source=source, target=target)
        return [item.text for item in checked]

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Return one translation with findings for each text, in order.

        Raises `LanguageError` where the backend does not speak the direction.
        """
        require_direction(self, source=source, target=target)
        marked = {text: strip_marks(text) for text in dict.fromkeys(texts) if has_words(text)}
        pieces = {
            text: self._fit(_prepare(plain.text, source), source) for text, plain in marked.items()
        }
        unique = list(dict.fromkeys(piece for cut in pieces.values() for piece in cut))
        checked = self._translate_pieces(unique, source=source, target=target)
        done = {
            text: _restore(_join([checked[piece] for piece in pieces[text]]), plain)
            for text, plain in marked.items()
        }
        done = {text: self._add_missing(text, done[text], source, target) for text in done}
        return [done.get(text, CheckedText(text=text)) for text in texts]

    def _add_missing(
        self, text: str, checked: CheckedText, source: str, target: str
    ) -> CheckedText:
        """Add a finding for every term that the translation of `text` still lacks."""
        missing = check_terms(
            text, checked.text, glossary=self.glossary, source_lang=source, target_lang=target
        )
        return replace(checked, findings=(*checked.findings, *missing))

    def _fit(self, text: str, lang: str) -> list[str]:
        """Cut `text` into pieces that the backend takes; their words in order are the text's."""
        limit = self.backend.max_source_tokens
        queue, pieces = [text], []
        while queue:
            piece = queue.pop(0)
            short = len(piece) <= limit * CHARACTERS_PER_TOKEN
            if short and self.backend.count_tokens([piece])[0] <= limit:
                pieces.append(piece)
                continue
            halves = halve_text(piece, lang)
            if len(halves) == 1:  # a single character that the tokenizer spells long
                pieces.append(piece)
            else:
                queue[:0] = halves
        return pieces

    def _translate_pieces(
        self, pieces: Sequence[str], *, source: str, target: str
    ) -> dict[str, CheckedText]:
        """Translate pieces that fit, and try again where the output does not look right."""
        drafts = self._draft(pieces, source=source, target=target)
        tries = {text: _check(text, draft, source, target) for text, draft in drafts.items()}
        suspects = [piece for piece in pieces if _weigh(tries[piece]) > 0]
        attempts: tuple[tuple[str, Attempt], ...] = (
            ("another candidate", functools.partial(self._reconsider, drafts)),
            ("another beam width", self._search),
            ("halves", self._divide),
            ("another beginning", self._branch),
        )
        for name, attempt in attempts:
            if not suspects:
                break
            for piece, again in attempt(suspects, source=source, target=target).items():
                if _weigh(again) < _weigh(tries[piece]):
                    tries[piece] = _note_retry(again, tries[piece], name)
            suspects = [piece for piece in suspects if _weigh(tries[piece]) > 0]
        if self.glossary.terms:
            tries |= self._repair(enforce_terms, tries, drafts, source=source, target=target)
        for remedy in REMEDIES if self.repair else ():
            tries |= self._repair(remedy, tries, drafts, source=source, target=target)
        return tries

    def _repair(
        self,
        remedy: Callable[..., list[Repaired | None]],
        tries: Mapping[str, CheckedText],
        drafts: Mapping[str, Hypothesis],
        *,
        source: str,
        target: str,
    ) -> dict[str, CheckedText]:
        """Return the translations that the remedy could make better.

        What is broken as a whole is left alone: its findings would be lost with its text.
        """
        cases = [
            Case(
                source=piece,
                text=checked.text,
                score=drafts[piece].score if checked.text == drafts[piece].text else None,
                n_best=drafts[piece].n_best,
            )
            for piece, checked in tries.items()
            if all(finding.severity != "error" for finding in checked.findings)
        ]
        done = remedy(
            cases, backend=self.backend, source=source, target=target, glossary=self.glossary
        )
        return {
            case.source: _replace(tries[case.source], repaired, case.source, target)
            for case, repaired in zip(cases, done, strict=True)
            if repaired
        }

    def _draft(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> dict[str, Hypothesis]:
        if not texts:
            return {}
        drafts = self.backend.translate(texts, source=source, target=target, beams=beams)
        return dict(zip(texts, drafts, strict=True))

    def _try(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> dict[str, CheckedText]:
        drafts = self._draft(texts, source=source, target=target, beams=beams)
        return {text: _check(text, draft, source, target) for text, draft in drafts.items()}

    def _reconsider(
        self, drafts: Mapping[str, Hypothesis], texts: Sequence[str], *, source: str, target: str
    ) -> dict[str, CheckedText]:
        """Return the best of the other candidates that the search had kept."""
        return {
            text: _choose(text, _list_others(drafts[text]), source, target)
            for text in texts
            if drafts[text].n_best
        }

    def _branch(self, texts: Sequence[str], *, source: str, target: str) -> dict[str, CheckedText]:
        """Try beginnings that are not the likeliest, if the backend has them."""
        if not isinstance(self.backend, SupportsDiversity):
            return {}
        drafts = self.backend.diversify(texts, source=source, target=target)
        return {
            text: _choose(text, [draft, *_list_others(draft)], source, target)
            for text, draft in zip(texts, drafts, strict=True)
        }

    def _search(self, texts: Sequence[str], *, source: str, target: str) -> dict[str, CheckedText]:
        """Try the texts with a beam width that is not the first one's."""
        return self._try(texts, source=source, target=target, beams=6)

    def _divide(self, texts: Sequence[str], *, source: str, target: str) -> dict[str, CheckedText]:
        """Try the halves of the texts."""
        halves = {text: halve_text(text, source) for text in texts}
        flat = list(dict.fromkeys(half for cut in halves.values() for half in cut))
        done = self._try([h for h in flat if has_words(h)], source=source, target=target)
        return {
            text: _join([done.get(half, CheckedText(text=half)) for half in cut])
            for text, cut in halves.items()
            if len(cut) > 1
        }


def _prepare(text: str, lang: str) -> str:
    """Return a text as models read it best: Vietnamese dates with slashes, all else as it is."""
    return slash_dates(text) if lang == "vi" else text


def require_direction(translator: Translator, *, source: str, target: str) -> None:
    """Raise `LanguageError` where a translator does not translate `source` into `target`."""
    known = translator.directions
    if f"{source}->{target}" not in known:
        raise LanguageError(
            f"the model {translator.name!r} translates {', '.join(known) or 'nothing'}, not "
            f"{source}->{target}: choose another model; vnsum.models() and 'vnsum models' list them"
        )


def _check(source_text: str, draft: Hypothesis, source: str, target: str) -> CheckedText:
    findings = screen_output(
        source_text, draft.text, detect=detect, target=target, finished=draft.finished
    )
    return CheckedText(text=draft.text, findings=tuple(findings))


def _choose(
    source_text: str, drafts: Sequence[Hypothesis], source: str, target: str
) -> CheckedText:
    """Return the draft with the fewest objections, the first of equals."""
    return min((_check(source_text, draft, source, target) for draft in drafts), key=_weigh)


def _list_others(draft: Hypothesis) -> list[Hypothesis]:
    return [Hypothesis(text=other.text, score=other.score) for other in draft.n_best]


def _replace(
    checked: CheckedText, repaired: Repaired, source_text: str, target: str
) -> CheckedText:
    """Return the repaired text; what was said about the look of the first one is asked anew."""
    notes = [finding for finding in checked.findings if finding.severity == "info"]
    seen = screen_output(source_text, repaired.text, detect=detect, target=target)
    return CheckedText(text=repaired.text, findings=(*seen, *notes, *repaired.findings))


def _weigh(checked: CheckedText) -> int:
    return sum(WEIGHTS[finding.severity] for finding in checked.findings)


def _note_retry(again: CheckedText, first: CheckedText, how: str) -> CheckedText:
    reasons = ", ".join(sorted({f.kind for f in first.findings if f.severity != "info"}))
    note = Finding(
        kind="retry",
        severity="info",
        message=f"the first translation was set aside ({reasons}); this one comes from {how}",
    )
    return CheckedText(text=again.text, findings=(*again.findings, note))


def _join(parts: Sequence[CheckedText]) -> CheckedText:
    if len(parts) == 1:
        return parts[0]
    note = Finding(
        kind="split",
        severity="info",
        message=f"the sentence was translated in {len(parts)} pieces and joined again",
    )
    text = " ".join(part.text for part in parts if part.text)
    return CheckedText(text=text, findings=(*_merge(p.findings for p in parts), note))


def _restore(checked: CheckedText, plain: Marked) -> CheckedText:
    if not plain.marks:
        return checked
    text, findings = restore_marks(checked.text, plain.marks)
    return CheckedText(text=text, findings=(*_drop_places(checked.findings), *findings))


def _merge(groups: Iterable[tuple[Finding, ...]]) -> list[Finding]:
    """Return the findings of all groups once each, without the notes on joining."""
    every = (finding for group in groups for finding in _drop_places(group))
    return list(dict.fromkeys(finding for finding in every if finding.kind != "split"))


def _drop_places(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without their places, which were places in another text."""
    return [replace(finding, source=None, target=None) for finding in findings]
