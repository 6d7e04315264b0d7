"""BLEU, chrF and chrF++ of translations, with paired bootstrap tests against other systems.

Metrics and tests are those of sacrebleu. A `TestSet` is read from a folder with `SET.vi`, `SET.en`
and optionally outputs of other systems (`SET.SYSTEM.en`), or from a file of pairs. This module runs
no model; the command is `vnsum evaluate translate`.
"""

from __future__ import annotations

import glob
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vnsum import require
from vnsum.errors import InputError, MissingExtraError
from vnsum.glossary.files import Columns, read_header
from vnsum.rendering.markdown import escape
from vnsum.storage import read_lines

RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSet:
    """Sentences with reference translations and the outputs of other systems (`peers`)."""

    __test__ = False  # not for pytest

    name: str
    source: str
    target: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Corpus scores of one system, 0 to 100.

    `p_bleu` and `p_chrf` are the p-values of the difference to the system under test (paired
    bootstrap), `None` for that system itself.
    """

    system: str
    bleu: float
    chrf: float
    chrf_plus: float
    p_bleu: float | None = None
    p_chrf: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence of a test set with its translation and sentence-level chrF."""

    number: int
    chrf: float
    source: str
    output: str
    reference: str


def read_folder(
    folder: Path, name: str, *, source: str, target: str, limit: int | None = None
) -> TestSet:
    """Return the set `name` of a folder with `NAME.vi`, `NAME.en` and outputs `NAME.SYSTEM.xx`.

    Raises `InputError` if a file is missing or the line counts differ.
    """
    if require.path(name, "the name of a test set").name != name:
        raise InputError(
            f"the name of a test set must be one of files in {folder}, not {require.show(name)}"
        )
    peers = {
        path.name.removeprefix(f"{name}.").split(".")[0]: tuple(read_lines(path, limit=limit))
        for path in sorted(folder.glob(f"{glob.escape(name)}.*.{target}"))
    }
    return _pair_up(
        TestSet(
            name=name,
            source=source,
            target=target,
            sources=tuple(read_lines(folder / f"{name}.{source}", limit=limit)),
            references=tuple(read_lines(folder / f"{name}.{target}", limit=limit)),
            peers=peers,
        )
    )


def read_pairs(path: Path, *, source: str, target: str, limit: int | None = None) -> TestSet:
    """Return the test set in a file of lines `vietnamese<TAB>english`.

    A header line with names such as `vi` and `en`, or `source` and `target`, is skipped; it may
    name another order, and further columns.
    """
    rows = [line.split("\t") for line in read_lines(path)]
    header = read_header(rows[0], source=source) if rows else None
    columns = header or Columns()
    first = 1 if header else 0
    rows = rows[first:][:limit]
    for number, row in enumerate(rows, start=first + 1):
        if len(row) != columns.width:
            raise InputError(
                f"{path}, line {number}, has {len(row)} columns: expected "
                + ("those of the header" if header else "vietnamese<TAB>english")
            )
    sides = {
        "vi": tuple(row[columns.vi] for row in rows),
        "en": tuple(row[columns.en] for row in rows),
    }
    return _pair_up(
        TestSet(
            name=path.stem,
            source=source,
            target=target,
            sources=sides[source],
            references=sides[target],
        )
    )


def score_system(system: str, outputs: Sequence[str], references: Sequence[str]) -> Score:
    """Return the corpus scores of `outputs`; raises `InputError` if the line counts differ.

    BLEU (Papineni et al. 2002), chrF (Popović 2015) and chrF++ (Popović 2017), with sacrebleu's
    defaults.
    """
    if len(outputs) != len(references):
        raise InputError(
            f"{system} has {len(outputs)} lines and the reference has {len(references)}: "
            "expected one line per reference"
        )
    found = {
        name: metric.corpus_score(list(outputs), [list(references)]).score
        for name, metric in make_metrics().items()
    }
    return Score(system=system, **found)


def compare_systems(
    test: TestSet, outputs: Sequence[str], *, system: str, resamples: int = RESAMPLES
) -> list[Score]:
    """Return the scores of `system` and of all peers, best BLEU first.

    The p-values come from paired bootstrap resampling (Koehn 2004) against `system`.
    """
    import_sacrebleu()
    from sacrebleu.significance import PairedTest

    scores = {system: score_system(system, outputs, test.references)}
    for peer, lines in test.peers.items():
        scores[peer] = score_system(peer, lines, test.references)
    others = {peer: rows for peer, rows in test.peers.items() if [*rows] != [*outputs]}
    if others and resamples:  # sacrebleu reports equal outputs as different
        metrics = make_metrics()
        logging.getLogger("sacrebleu").setLevel(logging.WARNING)
        _, found = PairedTest(
            [(system, list(outputs)), *((peer, list(rows)) for peer, rows in others.items())],
            {"bleu": metrics["bleu"], "chrf": metrics["chrf"]},
            references=[list(test.references)],
            test_type="bs",
            n_samples=resamples,
        )()
        for place, peer in enumerate(others, start=1):
            scores[peer] = replace(
                scores[peer],
                p_bleu=found["BLEU"][place].p_value,
                p_chrf=found["chrF2"][place].p_value,
            )
    return sorted(scores.values(), key=lambda score: -score.bleu)


def rank_lines(test: TestSet, outputs: Sequence[str]) -> list[Line]:
    """Return all sentences, lowest sentence-level chrF first."""
    sacrebleu = import_sacrebleu()
    lines = [
        Line(
            number=number,
            chrf=sacrebleu.sentence_chrf(output, [reference]).score,
            source=source,
            output=output,
            reference=reference,
        )
        for number, (source, output, reference) in enumerate(
            zip(test.sources, outputs, test.references, strict=True), start=1
        )
    ]
    return sorted(lines, key=lambda line: (line.chrf, line.number))


def make_metrics() -> dict[str, Any]:
    """Return sacrebleu's metrics by field of `Score`."""
    sacrebleu = import_sacrebleu()
    return {
        "bleu": sacrebleu.BLEU(),
        "chrf": sacrebleu.CHRF(),
        "chrf_plus": sacrebleu.CHRF(word_order=2),
    }


def signatures() -> tuple[str, ...]:
    """Return sacrebleu's signatures of the metrics."""
    metrics = make_metrics()
    names = [metric.corpus_score(["a b c d"], [["a b c d"]]).name for metric in metrics.values()]
    return tuple(
        f"{name}|{metric.get_signature()}"
        for name, metric in zip(names, metrics.values(), strict=True)
    )


def format_scores(scores: Sequence[Score], *, system: str) -> str:
    """Return the scores as a Markdown table; p-values are relative to `system`.

    >>> row = Score(system="ours", bleu=25.61, chrf=53.2, chrf_plus=50.9)
    >>> print(format_scores([row], system="ours").splitlines()[-1])
    | **ours** | 25.6 | 53.2 | 50.9 |  |  |
    """
    lines = [
        "| system | BLEU | chrF | chrF++ | p(BLEU) | p(chrF) |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in scores:
        shown = escape(row.system)
        name = f"**{shown}**" if row.system == system else shown
        chances = " | ".join("" if p is None else f"{p:.3f}" for p in (row.p_bleu, row.p_chrf))
        lines.append(
            f"| {name} | {row.bleu:.1f} | {row.chrf:.1f} | {row.chrf_plus:.1f} | {chances} |"
        )
    return "\n".join(lines)


def format_lines(lines: Sequence[Line], peers: Mapping[str, Sequence[str]]) -> str:
    """Return sentences with the outputs of all peers as Markdown."""
    parts = []
    for line in lines:
        rows = [("source", line.source), ("output", line.output), ("reference", line.reference)]
        rows += [(peer, outputs[line.number - 1]) for peer, outputs in peers.items()]
        body = "\n".join(f"- {escape(name)}: {escape(text)}" for name, text in rows)
        parts.append(f"### Line {line.number}, chrF {line.chrf:.1f}\n\n{body}")
    return "\n\n".join(parts)


def _pair_up(test: TestSet) -> TestSet:
    if not test.sources:
        raise InputError(f"the set {test.name!r} has no lines: expected at least one")
    columns = {test.source: test.sources, test.target: test.references, **test.peers}
    for name, lines in columns.items():
        if len(lines) != len(test.sources):
            raise InputError(
                f"{test.name}: {name} has {len(lines)} lines and {test.source} has "
                f"{len(test.sources)}: expected parallel lines"
            )
    return test


def import_sacrebleu() -> Any:
    """Return the module; raise `MissingExtraError` if it is not installed."""
    try:
        import sacrebleu
    except ImportError as error:
        raise MissingExtraError(
            'scoring needs sacrebleu: pip install "vnsum[evaluation]"'
        ) from error
    return sacrebleu
