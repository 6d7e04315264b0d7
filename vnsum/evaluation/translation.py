"""Score a model on a development set beside other systems' outputs, with sacrebleu.

    python -m vnsum.evaluation.translation --dev FOLDER [--set flores] [--limit N] [--worst 5]

`FOLDER` has `SET.vi` and `SET.en`, one sentence a line, and may have `SET.SYSTEM.en` with the
outputs of other systems; every file found is scored on the same lines.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vnsum
from vnsum.errors import InputError, MissingExtraError

WAYS = {"vi->en": ("vi", "en"), "en->vi": ("en", "vi")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Corpus BLEU and chrF of one system, in points of 100."""

    system: str
    bleu: float
    chrf: float


def score(system: str, outputs: Sequence[str], references: Sequence[str]) -> Score:
    """Return the corpus scores of `outputs`; `InputError` where the lines do not pair up.

    BLEU (Papineni et al. 2002) and chrF (Popović 2015) are sacrebleu's, with its defaults.
    """
    sacrebleu = _import_sacrebleu()
    if len(outputs) != len(references):
        raise InputError(
            f"{system} has {len(outputs)} lines and the reference {len(references)}: "
            "they should pair up line by line"
        )
    return Score(
        system=system,
        bleu=sacrebleu.corpus_bleu(list(outputs), [list(references)]).score,
        chrf=sacrebleu.corpus_chrf(list(outputs), [list(references)]).score,
    )


def signatures() -> str:
    """Return sacrebleu's signatures of the two metrics."""
    sacrebleu = _import_sacrebleu()
    metrics = (sacrebleu.BLEU(), sacrebleu.CHRF())
    for metric in metrics:
        metric.corpus_score(["a b c d"], [["a b c d"]])
    return " ".join(str(metric.get_signature()) for metric in metrics)


def read_peers(folder: Path, name: str, lang: str, limit: int | None) -> dict[str, list[str]]:
    """Return the outputs of other systems in `lang`, by system."""
    found = sorted(folder.glob(f"{name}.*.{lang}"))
    return {path.name.split(".")[1]: _read_lines(path, limit) for path in found}


def find_worst(
    outputs: Sequence[str], references: Sequence[str], sources: Sequence[str], count: int
) -> list[tuple[float, str, str, str]]:
    """Return the sentences with the lowest chrF: score, source, output, reference."""
    sacrebleu = _import_sacrebleu()
    rows = [
        (sacrebleu.sentence_chrf(output, [reference]).score, source, output, reference)
        for output, reference, source in zip(outputs, references, sources, strict=True)
    ]
    return sorted(rows)[:count]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.translation")
    parser.add_argument("--dev", type=Path, required=True, help="folder with the development sets")
    parser.add_argument("--set", default="flores", help="name of the set (default: flores)")
    parser.add_argument("--way", choices=sorted(WAYS), default="vi->en")
    parser.add_argument("--limit", type=int, help="the first N lines only")
    parser.add_argument("--worst", type=int, default=0, help="print the N worst sentences")
    parser.add_argument("--model", default="mini")
    parser.add_argument("--beams", type=int, help="width of the beam search")
    options = parser.parse_args(argv)
    source, target = WAYS[options.way]
    sources = _read_lines(options.dev / f"{options.set}.{source}", options.limit)
    references = _read_lines(options.dev / f"{options.set}.{target}", options.limit)
    translator = vnsum.load(options.model, beams=options.beams).translator
    start = time.perf_counter()
    checked = translator.translate_checked(sources, source=source, target=target)
    seconds = time.perf_counter() - start
    outputs = [item.text for item in checked]
    systems = read_peers(options.dev, options.set, target, options.limit)
    rows = [score(name, lines, references) for name, lines in systems.items()]
    rows.append(score(translator.signature, outputs, references))
    print(f"{options.set} {options.way}, {len(sources)} sentences; {signatures()}")
    for row in sorted(rows, key=lambda row: row.bleu):
        print(f"{row.bleu:6.1f} BLEU {row.chrf:6.1f} chrF  {row.system}")
    retried = sum(any(f.kind == "retry" for f in item.findings) for item in checked)
    flagged = sum(any(f.severity != "info" for f in item.findings) for item in checked)
    print(f"{seconds:.0f} s; {retried} sentences tried again, {flagged} flagged by the screening")
    for chrf, text, output, reference in find_worst(outputs, references, sources, options.worst):
        print(f"\n{chrf:.1f} chrF\n  source     {text}\n  output     {output}")
        print(f"  reference  {reference}")
    return 0


def _read_lines(path: Path, limit: int | None) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()[:limit]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error}") from error


def _import_sacrebleu() -> Any:
    try:
        import sacrebleu
    except ImportError as error:
        raise MissingExtraError(
            'scoring needs sacrebleu: pip install "vnsum[evaluation]"'
        ) from error
    return sacrebleu


if __name__ == "__main__":
    sys.exit(main())
