"""`CheckedTranslator`: splitting, checks, retries and repairs on top of any backend."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnsum.glossary import Glossary
from vnsum.glossary.checking import check_terms
from vnsum.require import exact
from vnsum.results.result import CheckedText, Finding
from vnsum.translation.backends.backend import (
    Backend,
    Hypothesis,
    SupportsConfidence,
    SupportsDiversity,
)
from vnsum.translation.headlines import translate_as_sentences
from vnsum.translation.joining import join_pieces, place_commas, restore_markup
from vnsum.translation.markup import strip_marks
from vnsum.translation.preparing import prepare
from vnsum.translation.repair.figures import repair_figures
from vnsum.translation.repair.meanings import repair_meanings
from vnsum.translation.repair.names import repair_names
from vnsum.translation.repair.states import MAX_TRIES, Repaired, RepairInput
from vnsum.translation.repair.terms import enforce_terms
from vnsum.translation.screening import screen
from vnsum.translation.splitting import halve_text
from vnsum.translation.translatable import has_words
from vnsum.translation.translator import require_direction

# Parts of the signature: raised by every change of what is found or repaired, so that cached
# translations are checked and repaired again.
CHECKS_VERSION, REPAIRS_VERSION = 21, 17
WEIGHTS = {"info": 0, "warning": 1, "error": 10}
Attempt = Callable[..., "dict[str, CheckedText]"]
# Figures come last: the other repairs keep correct figures, and may keep wrong ones.
REPAIRS = (repair_meanings, repair_names, repair_figures)
# Confidence below which a translation gets a finding: about one in ten sentences.
DOUBTFUL = 0.25
CHARACTERS_PER_TOKEN = 30  # longer texts exceed the limit without counting


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTranslator:
    """A `Translator` that adds checks, retries and repairs to a `Backend`.

    Texts without words to translate (numbers, addresses, code) are returned unchanged. Texts over
    the limit of the backend are split at clause boundaries and joined after translation. Headlines
    are translated with and without a full stop, if the backend estimates confidences. Outputs
    that are empty, truncated, untranslated, of implausible length or contain loops are retried with
    the other hypotheses of the search, another beam width, both halves of the text, and diverse
    hypotheses (`SupportsDiversity`); the best result is kept. Wrong figures, dates, names,
    negations and opposites are repaired if possible, unless `repair=False`. Missing terms of
    `glossary` are inserted if no check gets worse. In Vietnamese the comma of a quotation is
    written after its closing mark. Findings describe what was done.

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
        """Signature of the backend, versions of checks and repairs, digest of the glossary."""
        parts = [self.backend.signature, f"checks {CHECKS_VERSION}"]
        parts += [f"repairs {REPAIRS_VERSION}, {MAX_TRIES} tries"] if self.repair else []
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

        Raises `LanguageError` if the backend does not support the direction.
        """
        require_direction(self, source=source, target=target)
        source, target, texts = exact(source), exact(target), [*map(exact, texts)]
        marked = {text: strip_marks(text) for text in dict.fromkeys(texts) if has_words(text)}
        prepared = {
            text: prepare(plain.text, source, self.glossary) for text, plain in marked.items()
        }
        pieces = {text: self._fit(ready.text, source) for text, ready in prepared.items()}
        unique = list(dict.fromkeys(piece for cut in pieces.values() for piece in cut))
        checked = self._translate_pieces(unique, source=source, target=target)
        joined = {
            text: prepared[text].restore_spans(join_pieces([checked[piece] for piece in cut]))
            for text, cut in pieces.items()
        }
        if target == "vi":
            joined = {text: place_commas(translation) for text, translation in joined.items()}
        done = {text: restore_markup(joined[text], plain) for text, plain in marked.items()}
        done = {text: self._add_missing(text, done[text], source, target) for text in done}
        return [done.get(text, CheckedText(text=text)) for text in texts]

    def _add_missing(
        self, text: str, checked: CheckedText, source: str, target: str
    ) -> CheckedText:
        """Add a finding for each glossary term that is still missing."""
        missing = check_terms(
            text, checked.text, glossary=self.glossary, source_lang=source, target_lang=target
        )
        return replace(checked, findings=(*checked.findings, *missing))

    def _fit(self, text: str, lang: str) -> list[str]:
        """Split `text` into pieces within the limit of the backend."""
        limit = self.backend.max_source_tokens
        queue, pieces = [text], []
        while queue:
            piece = queue.pop(0)
            short = len(piece) <= limit * CHARACTERS_PER_TOKEN
            if short and self.backend.count_tokens([piece])[0] <= limit:
                pieces.append(piece)
                continue
            halves = halve_text(piece, lang)
            if len(halves) == 1:  # a single character with many tokens
                pieces.append(piece)
            else:
                queue[:0] = halves
        return pieces

    def _translate_pieces(
        self, pieces: Sequence[str], *, source: str, target: str
    ) -> dict[str, CheckedText]:
        """Translate pieces within the limit, and retry those with suspicious output."""
        hypotheses = self._translate(pieces, source=source, target=target)
        hypotheses |= translate_as_sentences(
            hypotheses, backend=self.backend, source=source, target=target
        )
        tries = {
            text: self._check(text, hypothesis, target) for text, hypothesis in hypotheses.items()
        }
        suspects = [piece for piece in pieces if _weigh(tries[piece]) > 0]
        attempts: tuple[tuple[str, Attempt], ...] = (
            ("another candidate", functools.partial(self._reconsider, hypotheses)),
            ("a second try with other settings", self._search),
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
            tries |= self._repair(enforce_terms, tries, hypotheses, source=source, target=target)
        for repair in REPAIRS if self.repair else ():
            tries |= self._repair(repair, tries, hypotheses, source=source, target=target)
        return self._add_confidence(tries, hypotheses, source=source, target=target)

    def _add_confidence(
        self,
        tries: Mapping[str, CheckedText],
        hypotheses: Mapping[str, Hypothesis],
        *,
        source: str,
        target: str,
    ) -> dict[str, CheckedText]:
        """Add the confidence of each translation, and a finding if it is doubtful."""
        if not isinstance(self.backend, SupportsConfidence):
            return dict(tries)
        final = [_find(hypotheses[piece], checked.text) for piece, checked in tries.items()]
        estimates = self.backend.estimate_confidence([*tries], final, source=source, target=target)
        return {
            piece: _note_doubt(replace(checked, confidence=estimate))
            for (piece, checked), estimate in zip(tries.items(), estimates, strict=True)
        }

    def _repair(
        self,
        repair: Callable[..., list[Repaired | None]],
        tries: Mapping[str, CheckedText],
        hypotheses: Mapping[str, Hypothesis],
        *,
        source: str,
        target: str,
    ) -> dict[str, CheckedText]:
        """Return the translations that `repair` improved.

        Translations with errors are skipped, as repairs would hide their findings.
        """
        inputs = [
            RepairInput(
                source=piece,
                text=checked.text,
                score=hypotheses[piece].score if checked.text == hypotheses[piece].text else None,
                n_best=hypotheses[piece].n_best,
            )
            for piece, checked in tries.items()
            if all(finding.severity != "error" for finding in checked.findings)
        ]
        done = repair(
            inputs, backend=self.backend, source=source, target=target, glossary=self.glossary
        )
        return {
            input_.source: self._replace(tries[input_.source], repaired, input_.source, target)
            for input_, repaired in zip(inputs, done, strict=True)
            if repaired
        }

    def _translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> dict[str, Hypothesis]:
        if not texts:
            return {}
        hypotheses = self.backend.translate(texts, source=source, target=target, beams=beams)
        return dict(zip(texts, hypotheses, strict=True))

    def _try(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> dict[str, CheckedText]:
        hypotheses = self._translate(texts, source=source, target=target, beams=beams)
        return {
            text: self._check(text, hypothesis, target) for text, hypothesis in hypotheses.items()
        }

    def _reconsider(
        self,
        hypotheses: Mapping[str, Hypothesis],
        texts: Sequence[str],
        *,
        source: str,
        target: str,
    ) -> dict[str, CheckedText]:
        """Return the best of the other hypotheses of the search."""
        return {
            text: self._choose(text, _list_others(hypotheses[text]), target)
            for text in texts
            if hypotheses[text].n_best
        }

    def _branch(self, texts: Sequence[str], *, source: str, target: str) -> dict[str, CheckedText]:
        """Try diverse hypotheses, if the backend supports them."""
        if not isinstance(self.backend, SupportsDiversity):
            return {}
        hypotheses = self.backend.diversify(texts, source=source, target=target)
        return {
            text: self._choose(text, [hypothesis, *_list_others(hypothesis)], target)
            for text, hypothesis in zip(texts, hypotheses, strict=True)
        }

    def _search(self, texts: Sequence[str], *, source: str, target: str) -> dict[str, CheckedText]:
        """Try again with another beam width; a server is asked with other settings."""
        return self._try(texts, source=source, target=target, beams=6)

    def _divide(self, texts: Sequence[str], *, source: str, target: str) -> dict[str, CheckedText]:
        """Translate both halves of each text."""
        halves = {text: halve_text(text, source) for text in texts}
        flat = list(dict.fromkeys(half for cut in halves.values() for half in cut))
        done = self._try([h for h in flat if has_words(h)], source=source, target=target)
        joined = {
            text: join_pieces([done.get(half, CheckedText(text=half)) for half in cut])
            for text, cut in halves.items()
            if len(cut) > 1
        }
        # What is wrong with the whole may be unknown to both halves.
        return {
            text: replace(whole, findings=_unite(checked.findings, whole.findings))
            for text, whole in joined.items()
            for checked in [self._check(text, Hypothesis(text=whole.text), target)]
        }

    def _check(self, source_text: str, hypothesis: Hypothesis, target: str) -> CheckedText:
        findings = screen(
            source_text, hypothesis.text, target=target, glossary=self.glossary,
            finished=hypothesis.finished,
        )  # fmt: skip
        # A translation of one line stays one: line breaks separate sentences and paragraphs.
        text = " ".join(line for line in hypothesis.text.splitlines() if line.strip())
        return CheckedText(text=text, findings=tuple(findings))

    def _choose(
        self, source_text: str, hypotheses: Sequence[Hypothesis], target: str
    ) -> CheckedText:
        """Return the hypothesis with the least severe findings, the first one in case of a tie."""
        found = (self._check(source_text, hypothesis, target) for hypothesis in hypotheses)
        return min(found, key=_weigh)

    def _replace(
        self, checked: CheckedText, repaired: Repaired, source_text: str, target: str
    ) -> CheckedText:
        """Return the repaired text with new screening findings, keeping earlier notes."""
        notes = [finding for finding in checked.findings if finding.severity == "info"]
        seen = screen(source_text, repaired.text, target=target, glossary=self.glossary)
        return CheckedText(text=repaired.text, findings=(*seen, *notes, *repaired.findings))


def _list_others(hypothesis: Hypothesis) -> list[Hypothesis]:
    return [Hypothesis(text=other.text, score=other.score) for other in hypothesis.n_best]


def _weigh(checked: CheckedText) -> int:
    return sum(WEIGHTS[finding.severity] for finding in checked.findings)


def _note_retry(again: CheckedText, first: CheckedText, how: str) -> CheckedText:
    reasons = ", ".join(sorted({f.kind for f in first.findings if f.severity != "info"}))
    note = Finding(
        kind="retry",
        severity="info",
        message=f"The first translation was rejected ({reasons}); this one comes from {how}.",
    )
    return CheckedText(text=again.text, findings=(*again.findings, note))


def _unite(*groups: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(finding for group in groups for finding in group))


def _find(hypothesis: Hypothesis, text: str) -> Hypothesis:
    """Return the hypothesis with `text`, without scores if the search did not find it."""
    known = [h for h in (hypothesis, *hypothesis.n_best) if h.text == text]
    return known[0] if known else Hypothesis(text=text)


def _note_doubt(checked: CheckedText) -> CheckedText:
    if checked.confidence is None or checked.confidence >= DOUBTFUL:
        return checked
    note = Finding(
        kind="doubt",
        severity="warning",
        message=f"The translation is doubtful: its confidence is {checked.confidence:.2f}.",
    )
    return replace(checked, findings=(*checked.findings, note))
