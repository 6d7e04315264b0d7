"""Comparison of runtimes: speed and BLEU of the same model in one run.

    python -m vnsum.evaluation.runtimes --dev FOLDER [--set flores] [--limit 200] [--beams 4]

Seconds depend on the machine; compare ratios. `translate_by_hand` calls CTranslate2 directly,
without vnsum.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vnsum.checkpoints import resolve_model
from vnsum.cli.options import whole_number
from vnsum.evaluation.translation import read_folder, score_system
from vnsum.translation import Backend, RunOptions
from vnsum.translation.backends.ctranslate import CTranslateBackend
from vnsum.translation.loading import load_backend

ROWS = 32
LONGEST = 256


def translate_by_hand(backend: CTranslateBackend, texts: Sequence[str]) -> list[str]:
    """Translate Vietnamese texts with one call of CTranslate2's generator.

    For causal models; uses the weights of `backend`.
    """
    tokenizer, beams = backend.prompts.tokenizer, backend.beams
    rows = [backend.prompts.encode(text, source="vi", target="en") for text in texts]
    results = backend.engine.generate_batch(
        [tokenizer.convert_ids_to_tokens(row) for row in rows],
        max_batch_size=ROWS,
        beam_size=beams,
        max_length=LONGEST,
        include_prompt_in_result=False,
    )
    ids = [result.sequences_ids[0] for result in results]
    return [text.strip() for text in tokenizer.batch_decode(ids, skip_special_tokens=True)]


def translate_plainly(backend: Backend, texts: Sequence[str]) -> list[str]:
    """Translate Vietnamese texts with a backend."""
    return [found.text for found in backend.translate(texts, source="vi", target="en")]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the comparison; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.runtimes")
    parser.add_argument("--dev", type=Path, required=True, help="folder with NAME.vi and NAME.en")
    parser.add_argument("--set", default="flores", help="name of the set (flores)")
    parser.add_argument(
        "--limit", type=whole_number("limit"), default=200, help="use the first N lines (200)"
    )
    parser.add_argument("--model", default="mini")
    parser.add_argument("--beams", type=whole_number("beams"), default=4)
    parser.add_argument("--precision", action="append", help="number format of CTranslate2 (int8)")
    options = parser.parse_args(argv)
    test = read_folder(options.dev, options.set, source="vi", target="en", limit=options.limit)
    spec = resolve_model(options.model)
    runtimes: dict[str, Callable[[Sequence[str]], list[str]]] = {}
    for rerank in (False, True):
        own = load_backend(spec, RunOptions(device="cpu", beams=options.beams, rerank=rerank))
        runtimes[own.signature] = functools.partial(translate_plainly, own)
    for precision in options.precision or ["int8"]:
        other = CTranslateBackend.load(spec, device="cpu", beams=options.beams, precision=precision)
        runtimes[other.signature] = functools.partial(translate_plainly, other)
        if spec.family.causal:
            runtimes[f"by hand {precision}"] = functools.partial(translate_by_hand, other)
    base = 0.0
    for name, translate in runtimes.items():
        translate(test.sources[:2])  # warm-up
        start = time.perf_counter()
        outputs = translate(test.sources)
        seconds = time.perf_counter() - start
        base = base or seconds
        row = score_system(name, outputs, test.references)
        print(
            f"{seconds:7.1f} s  {base / seconds:5.2f} x  {row.bleu:5.1f} BLEU {row.chrf:5.1f} chrF"
            f"  {name}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
