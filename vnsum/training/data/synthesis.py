"""Pairs made by a model from text in one language, and the pair_filter they go through.

Back-translation (Sennrich et al. 2016, arXiv:1511.06709) makes machine sources for human targets,
forward translation human sources for machine targets. Kept is what the model finished, is of
likely length, has no wrong figure by `vnsum.checks`, and comes back as about the same text when
it is translated back. Everything is written as a corpus of pairs with a report of what was left
out; training rows that use machine sources should say `synthetic = true`.
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
from vnsum.languages import detect
from vnsum.training.data.corpora import Pair, ProtectedTexts
from vnsum.training.data.generation import TextGenerator

CHUNK = 4096  # sentences between two reports
OTHER = {"vi": "en", "en": "vi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFilter:
    """What a machine-made pair has to be to be kept.

    `max_ratio` bounds the longer side's characters by the shorter one's, `min_score` the mean
    log-probability a token, `round_trip` the chrF (0 to 100) of the text translated back against
    itself; 0 leaves out the way back. `check_figures` drops pairs with a wrong figure or date.
    """

    max_ratio: float = 2.0
    min_score: float = -1.2
    round_trip: float = 0.0
    check_figures: bool = True
    min_words: int = 4
    max_words: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisReport:
    """How many sentences went in, how many pairs came out, and why others did not."""

    read: int
    kept: int
    left_out: dict[str, int]


def synthesize(
    writer: TextGenerator,
    texts: Iterable[str],
    out: Path,
    *,
    lang: str,
    pair_filter: PairFilter = PairFilter(),
    protected: ProtectedTexts | None = None,
    beams: int = 1,
    report: Callable[[str], None] = lambda line: None,
) -> SynthesisReport:
    """Translate `texts` from `lang` and write the pairs that pass to `out`, Vietnamese first.

    `protected` holds the protected sets, from which no text may come: such texts are left out and
    counted.
    """
    if lang not in OTHER:
        raise InputError(f"unknown language {lang!r}: expected 'vi' or 'en'")
    left_out: Counter[str] = Counter()
    read = kept = 0
    draft = out.with_suffix(".tmp")
    draft.parent.mkdir(parents=True, exist_ok=True)
    with draft.open("w", encoding="utf-8") as file:
        for chunk in _chunks(texts):
            read += len(chunk)
            fitting = [
                text for text in chunk if not _refuse(text, lang, pair_filter, protected, left_out)
            ]
            for pair in _make_pairs(writer, fitting, lang, pair_filter, beams, left_out):
                kept += 1
                file.write(f"{pair.first}\t{pair.second}\n")
            report(f"{read} sentences read, {kept} pairs kept; {dict(left_out)}")
    draft.replace(out)
    made = SynthesisReport(read=read, kept=kept, left_out=dict(left_out))
    facts = {"read": read, "kept": kept, "left_out": made.left_out, "lang": lang}
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    out.with_suffix(".json").write_text(text, encoding="utf-8")
    return made


def judge(
    source: str, output: str, *, lang: str, score: float, pair_filter: PairFilter
) -> str | None:
    """Return why a translation of `source` is not kept, `None` if it is; the way back aside.

    >>> output = "There were 18,000 people."
    >>> judge("Có 1.400 người.", output, lang="vi", score=-0.3, pair_filter=PairFilter())
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


def _refuse(
    text: str,
    lang: str,
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
    writer: TextGenerator,
    texts: Sequence[str],
    lang: str,
    pair_filter: PairFilter,
    beams: int,
    left_out: Counter[str],
) -> Iterator[Pair]:
    other = OTHER[lang]
    done = writer.translate(texts, source=lang, target=other, beams=beams)
    kept = []
    for text, written in zip(texts, done, strict=True):
        reason = (
            judge(text, written.text, lang=lang, score=written.score, pair_filter=pair_filter)
            if written.finished
            else "unfinished"
        )
        if reason:
            left_out[reason] += 1
        else:
            kept.append((text, written.text))
    if pair_filter.round_trip and kept:
        sacrebleu = _import_sacrebleu()
        back = writer.translate([output for _, output in kept], source=other, target=lang)
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
            'comparing round trips needs sacrebleu: pip install "vnsum[train]"'
        ) from error
    return sacrebleu
