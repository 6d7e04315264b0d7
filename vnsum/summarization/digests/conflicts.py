"""Conflicts: figures, dates and names that articles give differently for the same thing.

Precision comes before recall: a figure or name that could be compared with several of one article
is not compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from vnsum.results.findings import Finding, Severity, shorten
from vnsum.summarization.digests.claims import Claim, Sentences
from vnsum.summarization.digests.figures import find_figures
from vnsum.summarization.digests.mentions import find_names
from vnsum.summarization.digests.pool import Pool

SYSTEMATIC = 3  # conflicts of one article; more are figures of another moment
# Openings that tell the moment of a count.
_MOMENT = re.compile(
    r"\b(?:tính đến|tính tới|cho đến|cho tới|đến thời điểm|as of|so far|by the time)\b",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"\b(?:\d{1,2}(?::|h|g| giờ )\d{2}|\d{1,2} giờ|(?:đầu|cuối) (?:phiên|ngày|giờ)|"
    r"\d{1,2} [ap]\.?m)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What articles give differently for the same thing, and a finding about it."""

    claims: tuple[Claim, ...]
    finding: Finding


def find_conflicts(pool: Pool) -> list[Conflict]:
    """Return the conflicts between the articles of a pool, those of figures first."""
    sentences = Sentences(pool)
    return [
        conflict
        for claims, pairs in (find_figures(pool, sentences), find_names(pool, sentences))
        for conflict in _conflicts(pool, claims, pairs)
    ]


def _conflicts(
    pool: Pool, claims: Sequence[Claim], pairs: Sequence[tuple[int, int]]
) -> list[Conflict]:
    groups = [[claims[k] for k in group] for group in _join(pool, claims, pairs)]
    involved = Counter(
        article for group in groups for article in {int(pool.article[c.sentence]) for c in group}
    )
    systematic = {article for article, count in involved.items() if count >= SYSTEMATIC}
    return [_describe(pool, group, systematic) for group in groups]


def _join(pool: Pool, claims: Sequence[Claim], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return groups of conflicting claims, without those that match several of one article."""
    met: dict[tuple[int, int], set[object]] = defaultdict(set)
    for pair in pairs:
        for own, other in (pair, pair[::-1]):
            article = int(pool.article[claims[other].sentence])
            met[own, article].add(claims[other].value)
    unclear = {own for (own, _), values in met.items() if len(values) > 1}
    root: dict[int, int] = {}
    for one, other in pairs:
        if one in unclear or other in unclear:
            continue
        first, second = _find(root, one), _find(root, other)
        root[max(first, second)] = min(first, second)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in sorted({k for pair in pairs for k in pair} - unclear):
        groups[_find(root, number)].append(number)
    return [group for group in groups.values() if len({claims[k].value for k in group}) > 1]


def _find(root: dict[int, int], number: int) -> int:
    while root.setdefault(number, number) != number:
        number = root[number]
    return number


def _describe(pool: Pool, claims: Sequence[Claim], systematic: set[int]) -> Conflict:
    """Return a conflict; the latest article comes first in its message.

    Many figures of `systematic` articles differ, so they are of another moment.
    """
    by_place: dict[tuple[int, object], Claim] = {}
    for claim in claims:
        by_place.setdefault((int(pool.article[claim.sentence]), claim.value), claim)
    places = sorted(by_place.values(), key=lambda claim: _latest_first(pool, claim))
    told = "; ".join(
        f'"{one.quote(pool.text(one.sentence))}" ({_source(pool, one)})' for one in places
    )
    severity: Severity = "warning"
    reason = "for the same thing"
    if places[0].changes and (
        _at_different_times(pool, places)
        or any(int(pool.article[one.sentence]) in systematic for one in places)
    ):
        severity, reason = "info", "at different times, the latest first"
    sentences = dict.fromkeys(pool.place(one.sentence) for one in places)
    finding = Finding(
        kind="conflict",
        severity=severity,
        message=f"Articles give different {places[0].noun} {reason}: {told}.",
        places=tuple(sentences),
    )
    return Conflict(claims=tuple(claims), finding=finding)


def _at_different_times(pool: Pool, claims: Sequence[Claim]) -> bool:
    """Return whether claims are of different moments by their text or publication dates."""
    days = {pool.documents[pool.article[one.sentence]].published for one in claims}
    texts = [pool.text(one.sentence) for one in claims]
    moments = [frozenset(_TIME_OF_DAY.findall(text.lower())) for text in texts]
    return (
        (len(days) > 1 and None not in days)
        or any(map(_MOMENT.search, texts))
        or (all(moments) and len(set(moments)) > 1)
    )


def _latest_first(pool: Pool, claim: Claim) -> tuple[int, int]:
    article = int(pool.article[claim.sentence])
    published = pool.documents[article].published
    return -(published.toordinal() if published else 0), article


def _source(pool: Pool, claim: Claim) -> str:
    article = int(pool.article[claim.sentence])
    document = pool.documents[article]
    name = shorten(document.source or "") or f"article {article + 1}"
    return f"{name}, {document.published.isoformat()}" if document.published else name
