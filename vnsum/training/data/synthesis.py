"""Generate and filter synthetic pairs from monolingual text.

Back-translation (Sennrich et al. 2016, arXiv:1511.06709) gives machine-translated sources for
human targets, forward translation machine-translated targets. A pair is kept if the translation is
complete, has a plausible length, no wrong figure by `vnsum.checks`, and, optionally, translates
back to about the same text. The result is a corpus of pairs and a report of the excluded ones.
Corpora with machine-translated sources should set `synthetic = true`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum import checks
from vnsum.errors import InputError, MissingExtraError
from vnsum.languages import LanguageCode, detect
from vnsum.storage import open_atomic, write_atomic
from vnsum.training.data.corpora import Pair, ProtectedTexts
from vnsum.training.data.generation import TextGenerator

CHUNK = 4096  # sentences between reports
OTHER: dict[LanguageCode, LanguageCode] = {"vi": "en", "en": "vi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFilter:
    """Conditions for keeping a synthetic pair.

    `max_ratio` is the largest ratio of the lengths in characters, `min_score` the least mean
    log-probability per token, `round_trip` the least chrF (0 to 100) of the back-translation
    against the source; 0 skips back-translation. `check_figures` drops pairs with a wrong figure
    or date.
    """

    max_ratio: float = 2.0
    min_score: float = -1.2
    round_trip: float = 0.0
    check_figures: bool = True
    min_words: int = 4
    max_words: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisReport:
    """The number of sentences read, of pairs kept, and of sentences excluded by reason."""

    read: int
    kept: int
    left_out: dict[str, int]


def synthesize(
    generator: TextGenerator,
    texts: Iterable[str],
    out: Path,
    *,
    lang: LanguageCode,
    pair_filter: PairFilter = PairFilter(),
    protected: ProtectedTexts | None = None,
    beams: int = 1,
    report: Callable[[str], None] = lambda line: None,
) -> SynthesisReport:
    """Translate `texts` from `lang` and write the accepted pairs to `out`, Vietnamese first.

    Texts that occur in the `protected` sets are excluded and counted. `out` must end with `.tsv`;
    the report is written as JSON to a file of that name with `.json` added.
    """
    if lang not in OTHER:
        raise InputError(f"unknown language {lang!r}: expected 'vi' or 'en'")
    if out.suffix != ".tsv":
        raise InputError(f"cannot write {out}: expected a name that ends with .tsv")
    if pair_filter.round_trip:
        _import_sacrebleu()
    left_out: Counter[str] = Counter()
    read = kept = 0
    with open_atomic(out) as file:
        for chunk in _chunks(texts):
            read += len(chunk)
            fitting = [
                text for text in chunk if not _reject(text, lang, pair_filter, protected, left_out)
            ]
            for pair in _make_pairs(generator, fitting, lang, pair_filter, beams, left_out):
                kept += 1
                file.write(f"{pair.first}\t{pair.second}\n".encode())
            report(f"{read} sentences read, {kept} pairs kept; excluded: {dict(left_out)}")
    made = SynthesisReport(read=read, kept=kept, left_out=dict(left_out))
    facts = {"read": read, "kept": kept, "left_out": made.left_out, "lang": lang}
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    write_atomic(name_report(out), text.encode())
    return made


def name_report(out: Path) -> Path:
    """Return the path of the report of the pairs in `out`."""
    return out.parent / f"{out.name}.json"  # `with_name` refuses "."


def rejection_reason(
    source: str, output: str, *, lang: LanguageCode, score: float, pair_filter: PairFilter
) -> str | None:
    """Return the reason for rejecting a translation of `source`, or `None`.

    Back-translation is not considered.

    >>> text = "There were 18,000 people."
    >>> rejection_reason("Có 1.400 người.", text, lang="vi", score=-0.3, pair_filter=PairFilter())
    'figures'
    """
    if not output or "\t" in output or "\n" in output:
        return "empty"
    longer, shorter = max(len(source), len(output)), min(len(source), len(output))
    if longer > pair_filter.max_ratio * shorter:
        return "length"
    if score < pair_filter.min_score:
        return "unsure"
    if detect(output) == lang and len(output) > 20:
        return "untranslated"
    if pair_filter.check_figures and any(
        finding.severity == "error"
        for finding in checks.check(source, output, source_lang=lang, target_lang=OTHER[lang])
    ):
        return "figures"
    return None


def _reject(
    text: str,
    lang: LanguageCode,
    pair_filter: PairFilter,
    protected: ProtectedTexts | None,
    left_out: Counter[str],
) -> bool:
    words = len(text.split())
    reason = None
    if not pair_filter.min_words <= words <= pair_filter.max_words:
        reason = "words"
    elif protected is not None and protected.find(text):
        reason = "protected"
    elif detect(text) != lang:
        reason = "language"
    if reason:
        left_out[reason] += 1
    return reason is not None


def _make_pairs(
    generator: TextGenerator,
    texts: Sequence[str],
    lang: LanguageCode,
    pair_filter: PairFilter,
    beams: int,
    left_out: Counter[str],
) -> Iterator[Pair]:
    other = OTHER[lang]
    done = generator.translate(texts, source=lang, target=other, beams=beams)
    kept = []
    for text, written in zip(texts, done, strict=True):
        reason = (
            rejection_reason(
                text, written.text, lang=lang, score=written.score, pair_filter=pair_filter
            )
            if written.finished
            else "unfinished"
        )
        if reason:
            left_out[reason] += 1
        else:
            kept.append((text, written.text))
    if pair_filter.round_trip and kept:
        sacrebleu = _import_sacrebleu()
        back = generator.translate([output for _, output in kept], source=other, target=lang)
        near = [
            sacrebleu.sentence_chrf(written.text, [text]).score >= pair_filter.round_trip
            for (text, _), written in zip(kept, back, strict=True)
        ]
        left_out["round trip"] += near.count(False)
        kept = [pair for pair, fine in zip(kept, near, strict=True) if fine]
    for text, output in kept:
        yield Pair(text, output) if lang == "vi" else Pair(output, text)


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for text in texts:
        chunk.append(" ".join(text.split()))
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _import_sacrebleu() -> Any:
    try:
        import sacrebleu
    except ImportError as error:
        raise MissingExtraError(
            'the round-trip filter needs sacrebleu: pip install "vnsum[train]"'
        ) from error
    return sacrebleu
