"""What keeping to a glossary costs and gains, by the way in which it is done.

    python -m vnsum.evaluation.terms --dev FOLDER [--dictionary PAIRS.tsv] [--sample 60]

For every sentence of a development set, a glossary is made of what stands both in the source and in
people's translation: names of the table, foreign names, and words of a dictionary (lines
`vietnamese<TAB>english`, may be .xz). The sample are the first sentences whose translation lacks a
term of theirs; each way of bringing it in is tried on all of them, with the same rule of what is
good enough. Scores rise with the reference's own words, so that ways are to be compared with each
other more than with the first row.
"""

from __future__ import annotations

import argparse
import functools
import lzma
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum.checkpoints import resolve_model
from vnsum.errors import InputError
from vnsum.evaluation.translation import read_folder, score_system
from vnsum.glossary import Glossary
from vnsum.glossary.checking import list_uses
from vnsum.glossary.inflection import inflect
from vnsum.glossary.matching import Matcher, cut
from vnsum.names.table import is_syllable, tables
from vnsum.translation import load_backend
from vnsum.translation.backends.backend import Backend
from vnsum.translation.repair.candidates import (
    Case,
    Method,
    Option,
    Way,
    Work,
    begin,
    rate_options,
    take_candidates,
    work_through,
)
from vnsum.translation.repair.terms import MAX_LOSS, METHODS, NAMED, STEERED, TERMS

BATCH = 32
PLACEHOLDER = "X{}"
LONGEST_ENTRY = 4  # words
SHORTEST_ENTRY = 4  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sentence with its reference, the model's own translation and the terms asked for."""

    case: Case
    reference: str
    glossary: Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one way made of the sample: terms kept, of all and of those missing before, in percent;
    corpus scores in points of 100; seconds a sentence."""

    name: str
    kept: float
    gained: float
    bleu: float
    chrf: float
    seconds: float


class Dictionary:
    """Words of several syllables and what they may be in English."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        self._forms = [*entries.items()]
        self._matcher = Matcher()
        for number, (word, _) in enumerate(self._forms):
            self._matcher.add(word, number)

    @classmethod
    def read(cls, path: Path) -> Dictionary:
        """Read lines `vietnamese<TAB>english`; what is no short equivalent is left out."""
        entries: dict[str, list[str]] = {}
        try:
            with (
                lzma.open(path, "rt", encoding="utf-8")
                if path.suffix == ".xz"
                else path.open(encoding="utf-8") as lines
            ):
                for line in lines:
                    word, _, text = line.strip().partition("\t")
                    form = re.sub(r"\(.*?\)|^(?:an?|the|to) ", "", text).strip()
                    plain = re.fullmatch(r"[\w' -]+", form) and len(form) >= SHORTEST_ENTRY
                    if plain and len(form.split()) <= LONGEST_ENTRY and " " in word:
                        entries.setdefault(word, []).append(form)
        except OSError as error:
            raise InputError(f"cannot read the dictionary {path}: {error}") from error
        return cls(entries)

    def look_up(self, text: str) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the words of a text and what they may be, the longest first."""
        for match in self._matcher.find(text):
            forms = self._forms[match.owner][1]
            yield text[match.span.start : match.span.end], sorted(forms, key=len, reverse=True)


def make_glossary(source: str, reference: str, dictionary: Dictionary) -> Glossary:
    """Return the terms of a Vietnamese sentence as they stand in its translation.

    >>> make_glossary("Ở Đức, Vidal nói", "In Germany, Vidal said", Dictionary({})).terms[0].en
    ('Germany',)
    """
    offered = [*_look_up_names(source), *_list_foreign(source), *dictionary.look_up(source)]
    terms: dict[str, str] = {}
    for word, forms in offered:
        found = next((form for form in forms if _has(reference, form)), None)
        if found and word.lower() not in map(str.lower, terms):
            terms[word] = found
    return Glossary.from_dict(terms)


def _look_up_names(text: str) -> Iterator[tuple[str, Sequence[str]]]:
    rows = tables()[2]
    for match in _match_names().find(text):
        yield text[match.span.start : match.span.end], rows[match.owner].en


@functools.cache
def _match_names() -> Matcher:
    matcher = Matcher()
    for number, row in enumerate(tables()[2]):
        for form in row.vi:
            matcher.add(form, number)
    return matcher


def _list_foreign(text: str) -> Iterator[tuple[str, Sequence[str]]]:
    for token in cut(text):
        word = token.text
        latin = word.isascii() and word.isalpha() and word[0].isupper()
        if latin and len(word) >= SHORTEST_ENTRY and not is_syllable(word.lower()):
            yield word, (word,)


def _has(text: str, form: str) -> bool:
    matcher = Matcher(case="more")
    for other in inflect(form):
        matcher.add(other, 0)
    return bool(matcher.find(text))


def draw_sample(
    pairs: Sequence[tuple[str, str]], dictionary: Dictionary, *, backend: Backend, size: int
) -> tuple[list[Sample], float]:
    """Return the first `size` sentences that lack a term, and the share of terms that the model
    has by itself in all sentences that were looked at, in percent."""
    found: list[Sample] = []
    asked = kept = 0
    for start in range(0, len(pairs), BATCH):
        rows = pairs[start : start + BATCH]
        drafts = backend.draft([source for source, _ in rows], source="vi", target="en")
        for (source, reference), draft in zip(rows, drafts, strict=True):
            case = Case(
                source=source, text=draft.text, score=draft.score, alternatives=draft.alternatives
            )
            glossary = make_glossary(source, reference, dictionary)
            total, lacking = _count(Sample(case=case, reference=reference, glossary=glossary))
            asked, kept = asked + total, kept + total - lacking
            if lacking and len(found) < size:
                found.append(Sample(case=case, reference=reference, glossary=glossary))
        if len(found) == size:
            break
    return found, 100 * kept / max(1, asked)


def _count(sample: Sample, text: str | None = None) -> tuple[int, int]:
    """Return how many terms a sentence has, and how many its translation lacks."""
    uses = list_uses(
        sample.case.source, sample.case.text if text is None else text,
        glossary=sample.glossary, source_lang="vi", target_lang="en",
    )  # fmt: skip
    return len(uses), sum(use.place is None for use in uses)


def replace_own(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer the translation with the wanted form where the term's own translation stood."""
    return rate_options(works, [_replace_own(work, way) for work in works], way)


def _replace_own(work: Work, way: Way) -> list[str]:
    texts = []
    for use in way.list_uses(work.case.source, work.text):
        if use.place is None:
            (alone,) = way.backend.draft([use.mention.text], source=way.source, target=way.target)
            matcher = Matcher(case="ignore")
            for form in inflect(alone.text.rstrip(". ")):
                if any(character.isalnum() for character in form):
                    matcher.add(form, 0)
            for match in matcher.find(work.text)[:1]:
                start, end = match.span.start, match.span.end
                texts.append(work.text[:start] + use.forms[0] + work.text[end:])
    return texts


def hold_place(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer what the model writes around placeholders, with the wanted forms put in for them."""
    return rate_options(works, [_hold_place(work, way) for work in works], way)


def _hold_place(work: Work, way: Way) -> list[str]:
    uses = [use for use in way.list_uses(work.case.source, work.text) if use.place is None]
    text = work.case.source
    for number, use in reversed([*enumerate(uses, start=1)]):
        span = use.mention.span
        text = text[: span.start] + PLACEHOLDER.format(number) + text[span.end :]
    (draft,) = way.backend.draft([text], source=way.source, target=way.target)
    options = [draft.text, *(other.text for other in draft.alternatives)]
    for number, use in enumerate(uses, start=1):
        mark = re.compile(rf"\b{PLACEHOLDER.format(number)}\b")
        options = [use.forms[0].join(mark.split(option)) for option in options]
    return options


WAYS: dict[str, tuple[tuple[str, Method], ...]] = {
    "the model alone": (),
    "another candidate": (("", take_candidates),),
    "replaced in the output": (("", replace_own),) * 2,
    "placeholders": (("", hold_place),),
    "form in the source": tuple(row for row in METHODS if row[0] == NAMED),
    "steered": tuple(row for row in METHODS if row[0] == STEERED),
    "all, as vnsum does it": METHODS,
}


def measure(name: str, samples: Sequence[Sample], backend: Backend) -> Result:
    """Return what a way makes of the sample."""
    start = time.perf_counter()
    outputs = [_bring_in(WAYS[name], sample, backend) for sample in samples]
    seconds = time.perf_counter() - start
    counts = [_count(sample, text) for sample, text in zip(samples, outputs, strict=True)]
    terms, lacking = (sum(column) for column in zip(*counts, strict=True))
    before = sum(_count(sample)[1] for sample in samples)
    score = score_system(name, outputs, [sample.reference for sample in samples])
    return Result(
        name=name,
        kept=100 * (terms - lacking) / terms,
        gained=100 * (before - lacking) / before,
        bleu=score.bleu,
        chrf=score.chrf,
        seconds=seconds / len(samples),
    )


def _bring_in(methods: tuple[tuple[str, Method], ...], sample: Sample, backend: Backend) -> str:
    way = Way(
        backend=backend, source="vi", target="en", glossary=sample.glossary, aims=TERMS,
        max_loss=MAX_LOSS,
    )  # fmt: skip
    return work_through({0: begin(sample.case, way)}, methods, way)[0].text


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.terms")
    parser.add_argument("--dev", type=Path, required=True, help="folder with the development sets")
    parser.add_argument("--set", default="flores", help="name of the set (default: flores)")
    parser.add_argument("--dictionary", type=Path, help="lines of Vietnamese<TAB>English words")
    parser.add_argument("--sample", type=int, default=60, help="sentences that lack a term (60)")
    parser.add_argument("--model", default="mini")
    options = parser.parse_args(argv)
    test = read_folder(options.dev, options.set, source="vi", target="en")
    dictionary = Dictionary.read(options.dictionary) if options.dictionary else Dictionary({})
    backend = load_backend(resolve_model(options.model))
    pairs = [*zip(test.sources, test.references, strict=True)]
    samples, alone = draw_sample(pairs, dictionary, backend=backend, size=options.sample)
    if not samples:
        print(f"no sentence of {options.set} lacks a term")
        return 0
    print(f"{backend.signature}: {alone:.1f} % of the terms are there without a glossary")
    print(f"{len(samples)} sentences of {options.set} that lack a term")
    print(f"{'':24}{'terms':>8}{'gained':>8}{'BLEU':>7}{'chrF':>7}{'s/sentence':>12}")
    for name in WAYS:
        row = measure(name, samples, backend)
        print(f"{name:24}{row.kept:7.1f}%{row.gained:7.1f}%{row.bleu:7.1f}{row.chrf:7.1f}"
              f"{row.seconds:12.1f}", flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
