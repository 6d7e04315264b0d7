"""Evaluation of the translation checks: false alarms, errors of systems, recall of planted errors.

The input is a folder of parallel files, `NAME.vi` and `NAME.en` (human references) and optionally
`NAME.SYSTEM.en` (system outputs):

    python -m vnsum.evaluation.checks --dev PATH
    python -m vnsum.evaluation.checks --dev PATH --model mini [--set flores] [--limit N]
                                      [--of names]

The second form translates the sentences with a figure or a name and reports their errors before and
after repair.
"""

from __future__ import annotations

import argparse
import html
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum import storage
from vnsum.checkpoints import resolve_model
from vnsum.checks import check
from vnsum.cli.options import whole_number
from vnsum.errors import InputError
from vnsum.evaluation.mutations import FIGURES, MUTATIONS
from vnsum.evaluation.translation import score_system
from vnsum.names.recognition import list_names
from vnsum.results.result import Finding
from vnsum.translation import CheckedTranslator, load_backend

SEED = 20260107
PLANTED = 1000
MOST_PAIRS = 5000  # per additional file
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """What to measure: which sentences are selected and which findings count."""

    occurs: Callable[[str], bool]
    kinds: frozenset[str]
    severity: str

    def find(self, source: str, target: str) -> list[Finding]:
        """Return the findings that count for a translation."""
        found = check(source, target)
        return [f for f in found if f.kind in self.kinds and f.severity == self.severity]


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _has_name(text: str) -> bool:
    return bool(list_names(text, "vi"))


ASPECTS = {
    "figures": Aspect(occurs=_has_digit, kinds=FIGURES, severity="error"),
    "names": Aspect(occurs=_has_name, kinds=frozenset(["name"]), severity="warning"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Percentages of the selected sentences with missing or added items."""

    sentences: int
    missing: float
    added: float
    flagged: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """The number of planted errors of one kind and the percentage found."""

    planted: int
    found: float


def measure_rates(pairs: Iterable[Pair], aspect: Aspect) -> Rates:
    """Return the shares of sentences with a missing, added or changed figure or name.

    A change counts as missing and as added.
    """
    counts = [0, 0, 0, 0]
    for source, target in pairs:
        if not aspect.occurs(source):
            continue
        found = aspect.find(source, target)
        counts[0] += 1
        counts[1] += any(finding.source for finding in found)
        counts[2] += any(finding.target for finding in found)
        counts[3] += bool(found)
    shares = [100 * count / max(counts[0], 1) for count in counts]
    return Rates(sentences=counts[0], missing=shares[1], added=shares[2], flagged=shares[3])


def planted_recall(pairs: Sequence[Pair], name: str, *, count: int = PLANTED) -> Recall:
    """Return the share of planted errors that cause a new finding.

    Errors are distinct and generated with a fixed seed; there may be fewer than `count`.
    """
    mutate, kinds = MUTATIONS[name]
    rng = random.Random(f"{SEED} {name}")  # noqa: S311 - repeatable, not secret
    able = [pair for pair in pairs if mutate(*pair, rng) is not None]
    made: set[Pair] = set()
    found = 0
    for _ in range(20 * count):
        if len(made) == count or not able:
            break
        planted = mutate(*rng.choice(able), rng)
        if planted is None or planted.corrupted == planted.target:
            continue
        if (planted.source, planted.corrupted) in made:
            continue
        made.add((planted.source, planted.corrupted))
        before = {_identity(finding) for finding in check(planted.source, planted.target)}
        after = [f for f in check(planted.source, planted.corrupted) if f.kind in kinds]
        found += any(_identity(finding) not in before for finding in after)
    return Recall(planted=len(made), found=100 * found / max(len(made), 1))


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.kind, finding.message


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file; HTML entities, which some systems return, are decoded."""
    return [html.unescape(line) for line in storage.read_lines(path)]


def read_pairs(vi: Path, en: Path) -> list[Pair]:
    """Return the pairs of two parallel files; raises `InputError` if their lengths differ."""
    left, right = read_lines(vi), read_lines(en)
    if len(left) != len(right):
        raise InputError(
            f"{vi.name} has {len(left)} lines and {en.name} {len(right)}: expected parallel files"
        )
    return list(zip(left, right, strict=True))


def read_tsv(path: Path) -> list[Pair]:
    """Return the first pairs of a file with the columns Vietnamese and English."""
    rows = (line.split("\t") for line in storage.read_lines(path, limit=MOST_PAIRS))
    return [(row[0], row[1]) for row in rows if len(row) == 2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the results and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.checks", description=__doc__)
    parser.add_argument("--dev", type=Path, required=True, help="folder with NAME.vi and NAME.en")
    parser.add_argument(
        "--planted",
        type=whole_number("planted"),
        default=PLANTED,
        help="planted errors of each kind (1000)",
    )
    parser.add_argument(
        "--pairs", type=Path, nargs="*", default=[], metavar="FILE",
        help="further human pairs, vietnamese<TAB>english, .tsv or .tsv.xz",
    )  # fmt: skip
    parser.add_argument("--model", help="evaluate this model before and after repair")
    parser.add_argument("--set", default="flores", help="the set to translate (flores)")
    parser.add_argument(
        "--limit", type=whole_number("limit"), help="use the first N sentences only"
    )
    parser.add_argument("--of", choices=tuple(ASPECTS), default="figures", help="what to measure")
    parser.add_argument("--repair", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--show", action="store_true", help="print repaired sentences")
    options = parser.parse_args(arguments)
    if options.model:
        return _measure_model(options)
    sources = sorted(options.dev.glob("*.vi"))
    references = [
        vi for vi in sources if vi.with_suffix(".en").exists() and vi.stem.count(".") == 0
    ]
    if not references:
        print(f"no NAME.vi with NAME.en in {options.dev}", file=sys.stderr)
        return 2
    aspect = ASPECTS[options.of]
    print(f"vi -> en, sentences with {options.of}; missing / added / either, in %")
    for vi in references:
        print(_format_rates(f"{vi.stem}, human", read_pairs(vi, vi.with_suffix(".en")), aspect))
        for en in sorted(options.dev.glob(f"{vi.stem}.*.en")):
            name = f"{vi.stem}, {en.name.split('.')[1]}"
            print(_format_rates(name, read_pairs(vi, en), aspect))
    pairs = [pair for vi in references for pair in read_pairs(vi, vi.with_suffix(".en"))]
    pairs += [pair for path in options.pairs for pair in read_tsv(path)]
    print(f"\nplanted errors in human translations, seed {SEED}: number, found in %")
    for name in MUTATIONS:
        recall = planted_recall(pairs, name, count=options.planted)
        print(f"{name:34} {recall.planted:6d} {recall.found:6.1f}")
    return 0


def _measure_model(options: argparse.Namespace) -> int:
    """Translate the selected sentences; print rates and BLEU before and after repair."""
    aspect = ASPECTS[options.of]
    vi, en = (options.dev / f"{options.set}.{lang}" for lang in ("vi", "en"))
    rows = [row for row in read_pairs(vi, en) if aspect.occurs(row[0])]
    rows = rows[: options.limit]
    sources, references = [row[0] for row in rows], [row[1] for row in rows]
    backend = load_backend(resolve_model(options.model))
    start = time.perf_counter()
    plain = CheckedTranslator(backend=backend, repair=False)
    before = plain.translate(sources, source="vi", target="en")
    print(f"{plain.signature}: {time.perf_counter() - start:.0f} s to translate")
    print(f"{options.of} missing / added / either, in %; BLEU")

    def report(name: str, outputs: Sequence[str]) -> None:
        _print_outputs(f"{options.set}, {name}", sources, outputs, references, aspect)

    report("human", references)
    report("before repair", before)
    if options.repair:
        start = time.perf_counter()
        flagged = [pair[0] for pair in zip(sources, before, strict=True) if aspect.find(*pair)]
        after = _repair(
            CheckedTranslator(backend=backend), flagged, sources, before, show=options.show
        )
        report("after repair", after)
        print(f"{time.perf_counter() - start:.0f} s to translate flagged sentences with repair")
    return 0


def _repair(
    translator: CheckedTranslator,
    flagged: Sequence[str],
    sources: Sequence[str],
    before: Sequence[str],
    *,
    show: bool,
) -> list[str]:
    """Return the translations with repair; only flagged sentences are translated again."""
    again = translator.translate_checked(flagged, source="vi", target="en")
    done = dict(zip(flagged, again, strict=True))
    for source, first in zip(sources, before, strict=True):
        if show and source in done:
            print(f"\n  source  {source}\n  before  {first}\n  after   {done[source].text}")
            print("\n".join(f"          {f.message}" for f in done[source].findings))
    return [
        done[source].text if source in done else first
        for source, first in zip(sources, before, strict=True)
    ]


def _print_outputs(
    name: str,
    sources: Sequence[str],
    outputs: Sequence[str],
    references: Sequence[str],
    aspect: Aspect,
) -> None:
    bleu = score_system(name, outputs, references).bleu
    print(f"{_format_rates(name, zip(sources, outputs, strict=True), aspect)} {bleu:6.2f}")


def _format_rates(name: str, pairs: Iterable[Pair], aspect: Aspect) -> str:
    rates = measure_rates(pairs, aspect)
    shares = f"{rates.missing:6.1f} {rates.added:6.1f} {rates.flagged:6.1f}"
    return f"{name:34} {rates.sentences:6d} {shares}"


if __name__ == "__main__":
    sys.exit(main())
