"""Putting a better translation in the place of one with errors: which candidate is good enough.

Shared by the repair of figures and the enforcing of terms, which bring the candidates. One is taken
only when it has fewer errors, nothing else is found that was not found before, no value that was
right is lost, and the mean log-probability a token does not fall too far.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from vnsum import checks, quantities
from vnsum.checks.screening import count_copies, screen_output
from vnsum.glossary import Glossary
from vnsum.glossary.checking import Use, drop_explained, list_missing, list_uses
from vnsum.languages import detect
from vnsum.results.result import Finding
from vnsum.translation.backends.backend import Backend, Constraint, Hypothesis, SupportsConstraints
from vnsum.translation.repair.placing import locate

MAX_LOSS = 0.4  # nats a token; the good repairs that were looked at lost 0.3 at the most
COST_OF_CHANGE = 0.5  # nats a token for a text of other words altogether
MOST_NEW_WORDS = 6  # more than one value with its unit needs
FIGURES = {"number": "error", "date": "error"}
WORD = re.compile(r"\w+")
CANDIDATE = "another candidate of the model"  # how a finding tells of `take_candidates`

Quantities = Mapping[int, quantities.Quantity]  # by the place where they start


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text, its translation, and what the backend said about it."""

    source: str
    text: str
    score: float | None = None
    n_best: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A translation after repair, and what was done."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The languages and the model that a repair has to do with, and what it is about.

    `aims` are the kinds of findings to get rid of, with their severity.
    """

    backend: Backend
    source: str
    target: str
    glossary: Glossary = field(default_factory=Glossary)
    aims: Mapping[str, str] = field(default_factory=lambda: FIGURES)
    max_loss: float = MAX_LOSS

    def inspect(self, source: str, text: str) -> list[Finding]:
        """Return all that is found in a translation, notes left out."""
        found = checks.check(source, text, source_lang=self.source, target_lang=self.target)
        uses = self.list_uses(source, text)
        found = [*drop_explained(found, uses), *list_missing(uses, self.target)]
        found += screen_output(source, text, detect=detect, target=self.target)
        return [finding for finding in found if finding.severity != "info"]

    def list_uses(self, source: str, text: str) -> list[Use]:
        """Return the glossary's terms in the source, with their places in a translation."""
        return list_uses(
            source, text, glossary=self.glossary, source_lang=self.source, target_lang=self.target
        )

    def read(self, text: str, lang: str) -> Quantities:
        """Return the quantities of a text by the place where they start."""
        return {q.start: q for q in quantities.read_all(text, lang=lang)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The state of one repair: the best text so far and what is found in it."""

    case: Case
    text: str
    found: tuple[Finding, ...]
    aims: Mapping[str, str]
    base: float | None  # the score before any repair
    score: float | None
    how: tuple[str, ...] = ()

    @property
    def errors(self) -> list[Finding]:
        """The findings that are left to get rid of."""
        return [f for f in self.found if self.aims.get(f.kind) == f.severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A text that may be better; `score` is `None` where nobody has rated it."""

    text: str
    score: float | None = None


Method = Callable[[Sequence[Work], Way], list[list[Option]]]
Ask = Callable[[Work, Way], list[Constraint]]


def repair_cases(
    cases: Sequence[Case],
    methods: Iterable[tuple[str, Method]],
    way: Way,
    *,
    is_repairable: Callable[[Work], bool],
    finish: Callable[[Work, Work], Repaired | None],
) -> list[Repaired | None]:
    """Return what `finish` makes of each case that is repairable and was changed, else `None`.

    `finish` gets the work as it is after the methods and as it was before them.
    """
    begun = [begin(case, way) for case in cases]
    works = work_through(
        {i: work for i, work in enumerate(begun) if is_repairable(work)}, methods, way
    )
    return [
        finish(works[i], first) if i in works and works[i].how else None
        for i, first in enumerate(begun)
    ]


def begin(case: Case, way: Way) -> Work:
    """Return the work on a case before anything is done."""
    found = tuple(way.inspect(case.source, case.text))
    return Work(
        case=case, text=case.text, found=found, aims=way.aims, base=case.score, score=case.score
    )


def work_through(
    works: Mapping[int, Work], methods: Iterable[tuple[str, Method]], way: Way
) -> dict[int, Work]:
    """Return every work after the methods were tried, in their order, as long as it has errors."""
    done = dict(zip(works, _rate(list(works.values()), way), strict=True))
    tried: set[tuple[Method, int, str]] = set()  # the same again would find the same
    for how, method in methods:
        open_works = {
            i: work
            for i, work in done.items()
            if work.errors and (method, i, work.text) not in tried
        }
        if not open_works:
            continue
        tried |= {(method, i, work.text) for i, work in open_works.items()}
        options = method(list(open_works.values()), way)
        for (index, work), offered in zip(open_works.items(), options, strict=True):
            done[index] = _improve(work, offered, how, way)
    return done


def list_options(n_best: Iterable[Hypothesis]) -> list[Option]:
    """Return n_best as options."""
    return [Option(text=other.text, score=other.score) for other in n_best]


def take_candidates(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer the other candidates of the first search."""
    return [list_options(work.case.n_best) for work in works]


def constrained_options(works: Sequence[Work], ask: Ask, way: Way) -> list[list[Option]]:
    """Offer what the backend writes when it is given what `ask` asks for, if it can be steered."""
    if not isinstance(way.backend, SupportsConstraints):
        return [[] for _ in works]
    owned = [(i, request) for i, work in enumerate(works) for request in ask(work, way)]
    answers = way.backend.constrain([r for _, r in owned], source=way.source, target=way.target)
    options: list[list[Option]] = [[] for _ in works]
    for (index, _), n_best in zip(owned, answers, strict=True):
        options[index] += list_options(n_best)
    return options


def tell_repair(error: Finding, work: Work, forms: Iterable[str], how: Iterable[str]) -> Finding:
    """Return the note that an error is repaired, with the place of what is there now in its forms.

    `how` are the steps by which that was done.
    """
    span = locate(forms, work.text)
    now = f': "{work.text[span.start : span.end]}"' if span else ""
    steps = ", ".join(dict.fromkeys(how))
    message = f"{error.message.rstrip('.')}; repaired{now} ({steps})."
    return Finding(
        kind="repair", severity="info", message=message, source=error.source, target=span
    )


def rate_options(
    works: Sequence[Work], texts: Sequence[Sequence[str]], way: Way
) -> list[list[Option]]:
    """Offer texts, as likely as the backend finds them as translations of the works' sources."""
    pairs = [
        (work.case.source, text)
        for work, offered in zip(works, texts, strict=True)
        for text in offered
    ]
    scores = iter(_rate_texts(pairs, way))
    return [[Option(text=text, score=next(scores)) for text in offered] for offered in texts]


def _rate(works: Sequence[Work], way: Way) -> list[Work]:
    """Rate the translations that came without a score, where the backend can."""
    unrated = [work for work in works if work.score is None]
    scores = iter(_rate_texts([(work.case.source, work.text) for work in unrated], way))
    rated = (next(scores) if work.score is None else work.score for work in works)
    return [replace(w, base=s, score=s) for w, s in zip(works, rated, strict=True)]


def _rate_texts(pairs: Sequence[tuple[str, str]], way: Way) -> Sequence[float | None]:
    if not pairs or not isinstance(way.backend, SupportsConstraints):
        return [None] * len(pairs)
    return way.backend.score(pairs, source=way.source, target=way.target)


def _improve(work: Work, options: Iterable[Option], how: str, way: Way) -> Work:
    """Return the work with the best option that has fewer errors and no new findings."""
    better = []
    for option in dict.fromkeys(options):
        likely = is_likely(option.score, work.base, way.max_loss)
        if not likely or not is_alike(option.text, work.case.text):
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
    wrong = {f.target.start for f in work.found if f.target and FIGURES.get(f.kind) == f.severity}
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


def is_likely(score: float | None, base: float | None, max_loss: float = MAX_LOSS) -> bool:
    """Return whether a translation loses no more than `max_loss`, as far as scores are known.

    >>> is_likely(-0.8, -0.5), is_likely(-1.1, -0.5), is_likely(None, -0.5)
    (True, False, True)
    """
    return score is None or base is None or score >= base - max_loss


def is_alike(text: str, first: str) -> bool:
    """Return whether a text is about as long as the first one and repeats itself no more.

    Marks divide words here: a search that was pushed off its way may write 10-10-10-10.
    """
    old, new = WORD.findall(first), WORD.findall(text)
    similar = len(new) <= 1.3 * len(old) + MOST_NEW_WORDS and len(old) <= 1.3 * len(new) + 2
    return similar and count_copies(new) <= max(2, count_copies(old))
