"""Repairing figures and dates that a translation changed, left out or made up.

Tried in this order: another candidate of the search, translating again with the value given, and
putting the value in place where only one can be meant. A repair is taken only when the fidelity
check passes after it, nothing else is found that was not found before, no value that was right is
lost, and the mean log-probability a token falls by no more than `MAX_LOSS`. Every repair is named
in a finding; where none is good enough, the translation stays as it was and so do its findings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from vnsum import fidelity, quantities
from vnsum.languages import detect
from vnsum.quantities.rules import CODE
from vnsum.quantities.writing import write
from vnsum.result import Finding
from vnsum.translation.backend import Alternative, Backend, Draft, Request, Steerable
from vnsum.translation.placing import are_interchangeable, locate, replace_value, stands_alone
from vnsum.translation.screening import count_copies, screen_output

MAX_LOSS = 0.4  # nats a token; the good repairs that were looked at lost 0.3 at the most
COST_OF_CHANGE = 0.5  # nats a token for a text of other words altogether
MAX_ERRORS = 4  # sentences with more are beyond repair, and tables of figures would cost much
MAX_FORMS = 6
MOST_NEW_WORDS = 6  # more than one value with its unit needs
WIDER = 8  # beams of the second search
FIGURES = frozenset(["number", "date"])
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text, its translation, and what the backend said about it."""

    source: str
    text: str
    score: float | None = None
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A translation after repair, and what was done."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The languages and the model that a repair has to do with."""

    backend: Backend
    source: str
    target: str

    def inspect(self, source: str, text: str) -> list[Finding]:
        """Return all that is found in a translation, notes left out."""
        found = fidelity.check(source, text, source_lang=self.source, target_lang=self.target)
        found += screen_output(source, Draft(text=text), detect=detect, target=self.target)
        return [finding for finding in found if finding.severity != "info"]

    def read(self, text: str, lang: str) -> Quantities:
        """Return the quantities of a text by the place where they start."""
        return {q.start: q for q in quantities.read_all(text, lang=lang)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The state of one repair: the best text so far and what is found in it."""

    case: Case
    text: str
    found: tuple[Finding, ...]
    base: float | None  # the score before any repair
    score: float | None
    how: tuple[str, ...] = ()

    @property
    def errors(self) -> list[Finding]:
        """The changed figures and dates that are left."""
        return [f for f in self.found if f.kind in FIGURES and f.severity == "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A text that may be better; `score` is `None` where nobody has rated it."""

    text: str
    score: float | None = None


Quantities = Mapping[int, quantities.Quantity]  # by the place where they start
Method = Callable[[Sequence[Work], Way], list[list[Option]]]


def repair_figures(
    cases: Sequence[Case], *, backend: Backend, source: str, target: str
) -> list[Repaired | None]:
    """Return a repaired translation for each case, `None` where nothing was or could be repaired.

    Cases without a changed figure cost one check and no call of the backend.
    """
    way = Way(backend=backend, source=source, target=target)
    begun = [_begin(case, way) for case in cases]
    wrong = {i: work for i, work in enumerate(begun) if _is_repairable(work, way)}
    works = dict(zip(wrong, _rate(list(wrong.values()), way), strict=True))
    for how, method in METHODS:
        open_works = {i: work for i, work in works.items() if work.errors}
        if not open_works:
            break
        options = method(list(open_works.values()), way)
        for (index, work), offered in zip(open_works.items(), options, strict=True):
            works[index] = _improve(work, offered, how, way)
    return [
        _finish(works[i], way) if i in works and not works[i].errors else None
        for i in range(len(cases))
    ]


def _begin(case: Case, way: Way) -> Work:
    found = tuple(way.inspect(case.source, case.text))
    return Work(case=case, text=case.text, found=found, base=case.score, score=case.score)


def _is_repairable(work: Work, way: Way) -> bool:
    """Whether there are errors, few of them, and it is certain what would be right."""
    if not 0 < len(work.errors) <= MAX_ERRORS:
        return False
    old, new = way.read(work.case.source, way.source), way.read(work.text, way.target)
    return all(_is_certain(error, old, new) for error in work.errors)


def _is_certain(error: Finding, old: Quantities, new: Quantities) -> bool:
    """Whether the lost value can mean one thing only.

    "3,500" may be 3.5 or 3500 and says too little to change a translation; 1/9 may be a fraction,
    but is the date that it looks like where the translation has another date.
    """
    lost = old.get(error.source.start) if error.source else None
    if lost is None or lost.alternative is None:
        return True
    wrong = new.get(error.target.start) if error.target else None
    return lost.kind == "date" and wrong is not None and wrong.kind == "date"


def _rate(works: Sequence[Work], way: Way) -> list[Work]:
    """Rate the translations that came without a score, where the backend can."""
    unrated = [work for work in works if work.score is None]
    scores = iter(_rate_texts([(work.case.source, work.text) for work in unrated], way))
    rated = (next(scores) if work.score is None else work.score for work in works)
    return [replace(w, base=s, score=s) for w, s in zip(works, rated, strict=True)]


def _rate_texts(pairs: Sequence[tuple[str, str]], way: Way) -> Sequence[float | None]:
    if not pairs or not isinstance(way.backend, Steerable):
        return [None] * len(pairs)
    return way.backend.rate(pairs, source=way.source, target=way.target)


def _improve(work: Work, options: Iterable[Option], how: str, way: Way) -> Work:
    """Return the work with the best option that has fewer errors and no new findings."""
    better = []
    for option in dict.fromkeys(options):
        if not is_likely(option.score, work.base) or not is_alike(option.text, work.case.text):
            continue
        if _spoil_figures(work, option.text, way):
            continue
        found = tuple(way.inspect(work.case.source, option.text))
        candidate = replace(
            work, text=option.text, found=found, score=option.score, how=(*work.how, how)
        )
        if len(candidate.errors) < len(work.errors) and not _count(found) - _count(work.found):
            better.append(candidate)
    return min(better, key=_rank, default=work)


def _spoil_figures(work: Work, text: str, way: Way) -> bool:
    """Whether a value that was right, however small, is lost, or one is said more often than ever.

    A search that is pushed off its way may say a value twice.
    """
    wrong = {error.target.start for error in work.errors if error.target}
    first = way.read(work.text, way.target).values()
    asked, said, new = (
        Counter(quantity.value for quantity in found if quantity.value != 1)
        for found in (
            way.read(work.case.source, way.source).values(),
            first,
            way.read(text, way.target).values(),
        )
    )
    right = {quantity.value for quantity in first if quantity.start not in wrong}
    lost = (right & asked.keys()) - new.keys()
    return bool(lost) or any(new[value] > max(asked[value], said[value]) for value in asked)


def _count(findings: Iterable[Finding]) -> Counter[str]:
    """Count the findings of each kind, figures of all kinds together."""
    return Counter("figure" if f.kind in FIGURES else f.kind for f in findings)


def _rank(work: Work) -> tuple[int, int, float]:
    """Order by what is found, then by likelihood, less where more of the first text is changed."""
    likelihood = float("-inf") if work.score is None else work.score
    old, new = work.case.text.split(), work.text.split()
    kept = SequenceMatcher(a=old, b=new, autojunk=False).ratio()
    return len(work.errors), len(work.found), COST_OF_CHANGE * (1 - kept) - likelihood


def is_likely(score: float | None, base: float | None) -> bool:
    """Return whether a translation loses no more than `MAX_LOSS`, as far as scores are known.

    >>> is_likely(-0.8, -0.5), is_likely(-1.1, -0.5), is_likely(None, -0.5)
    (True, False, True)
    """
    return score is None or base is None or score >= base - MAX_LOSS


def is_alike(text: str, first: str) -> bool:
    """Return whether a text is about as long as the first one and repeats itself no more.

    Marks divide words here: a search that was pushed off its way may write 10-10-10-10.
    """
    old, new = WORD.findall(first), WORD.findall(text)
    similar = len(new) <= 1.3 * len(old) + MOST_NEW_WORDS and len(old) <= 1.3 * len(new) + 2
    return similar and count_copies(new) <= max(2, count_copies(old))


def _take_candidates(works: Sequence[Work], way: Way) -> list[list[Option]]:
    return [_list_options(work.case.alternatives) for work in works]


def _search_wider(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Search again where the backend cannot be given a value; where it can, this found no more."""
    if isinstance(way.backend, Steerable):
        return [[] for _ in works]
    drafts = way.backend.draft(
        [work.case.source for work in works], source=way.source, target=way.target, beams=WIDER
    )
    return [
        [Option(text=draft.text, score=draft.score), *_list_options(draft.alternatives)]
        if draft.finished
        else []
        for draft in drafts
    ]


def _list_options(alternatives: Iterable[Alternative]) -> list[Option]:
    return [Option(text=other.text, score=other.score) for other in alternatives]


def _give_value(works: Sequence[Work], way: Way) -> list[list[Option]]:
    if not isinstance(way.backend, Steerable):
        return [[] for _ in works]
    owned = [(i, request) for i, work in enumerate(works) for request in _ask(work, way)]
    answers = way.backend.steer([r for _, r in owned], source=way.source, target=way.target)
    options: list[list[Option]] = [[] for _ in works]
    for (index, _), alternatives in zip(owned, answers, strict=True):
        options[index] += _list_options(alternatives)
    return options


def _ask(work: Work, way: Way) -> list[Request]:
    """Return a request for each error: the lost value, or anything but the one made up."""
    old = way.read(work.case.source, way.source)
    requests = []
    for error in work.errors:
        lost = old.get(error.source.start) if error.source else None
        requests.append(
            Request(
                text=work.case.source,
                draft=work.text,
                forms=_spell(lost, way) if lost else (),
                place=error.target.start if error.target else None,
            )
        )
    return [r for r in requests if r.forms or r.place is not None]


def _spell(quantity: quantities.Quantity, way: Way) -> tuple[str, ...]:
    if quantity.kind == CODE:
        return (quantity.text,)
    return write(quantity, lang=way.target)[:MAX_FORMS]


def _put_in_place(works: Sequence[Work], way: Way) -> list[list[Option]]:
    texts = [list(_substitute(work, way)) for work in works]
    pairs = [
        (work.case.source, text)
        for work, offered in zip(works, texts, strict=True)
        for text in offered
    ]
    scores = iter(_rate_texts(pairs, way))
    return [[Option(text=text, score=next(scores)) for text in offered] for offered in texts]


def _substitute(work: Work, way: Way) -> list[str]:
    """Return the texts with the one wrong value replaced, none where the pairing is not certain."""
    old, new = way.read(work.case.source, way.source), way.read(work.text, way.target)
    texts = []
    for error in work.errors:
        alone = sum(other.kind == error.kind for other in work.errors) == 1
        if not (alone and error.source and error.target):
            continue
        lost, wrong = old.get(error.source.start), new.get(error.target.start)
        if not (lost and wrong and stands_alone(work.text, error.target.end)):
            continue
        if are_interchangeable(lost, wrong):
            texts += [replace_value(work.text, wrong, form) for form in _spell(lost, way)]
    return texts


def _finish(work: Work, way: Way) -> Repaired:
    """Name every value that was repaired, and how, at its new place."""
    old = way.read(work.case.source, way.source)
    findings = []
    for error in _begin(work.case, way).errors:
        lost = old.get(error.source.start) if error.source else None
        span = locate(_spell(lost, way) if lost else (), work.text)
        now = f': "{work.text[span.start : span.end]}"' if span else ""
        steps = dict.fromkeys(how if error.source else WITHOUT.get(how, how) for how in work.how)
        message = f"{error.message.rstrip('.')}; repaired{now} ({', '.join(steps)})."
        findings.append(
            Finding(
                kind="repair", severity="info", message=message, source=error.source, target=span
            )
        )
    return Repaired(text=work.text, findings=tuple(findings))


CANDIDATE = "another candidate of the model"
GIVEN = "translated again with the value given"
PLACED = "put in place of the wrong value"
WITHOUT = {GIVEN: "translated again without it"}  # where a value was made up
# The last two go through once for each of two errors that are repaired one after the other.
METHODS: tuple[tuple[str, Method], ...] = (
    (CANDIDATE, _take_candidates),
    (CANDIDATE, _search_wider),
    (GIVEN, _give_value),
    (GIVEN, _give_value),
    (PLACED, _put_in_place),
    (PLACED, _put_in_place),
)
