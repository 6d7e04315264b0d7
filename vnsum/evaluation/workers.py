"""Speed-up of worker processes: `python -m vnsum.evaluation.workers TEXTS --workers 2`.

Translates a file with one text per line in one process with all threads and in several processes
with one thread each, alternately, and prints seconds and ratios. The start of the workers is
included, the loading time of the single process is not. No cache is used.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import vnsum
from vnsum.cli.options import whole_number
from vnsum.errors import VnsumError
from vnsum.languages import LanguageCode
from vnsum.results.result import Translation
from vnsum.storage import read_lines


def measure(
    pipeline: vnsum.Pipeline, texts: Sequence[str], *, to: LanguageCode, workers: int
) -> tuple[list[Translation], float, float]:
    """Return the translations, the seconds until the first one, and the total seconds."""
    start = time.perf_counter()
    results, first = [], 0.0
    for result in pipeline.translate_stream(texts, to=to, workers=workers):
        first = first or time.perf_counter() - start
        results.append(result)
    return results, first, time.perf_counter() - start


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.workers", description=__doc__)
    parser.add_argument("texts", type=Path, help="a file in UTF-8, one text per line")
    parser.add_argument("--to", default="en", help="language to translate into (en)")
    count = functools.partial(parser.add_argument, type=whole_number("the number"))
    count("--workers", nargs="+", default=[2], help="processes (2)")
    count("--limit", default=500, help="maximum number of texts (500)")
    count("--runs", default=2, help="runs of each, alternately (2)")
    options = parser.parse_args(argv)
    texts = [line for line in read_lines(options.texts) if line.strip()][: options.limit]
    pipeline = vnsum.load(device="cpu")
    measure(pipeline, texts[:2], to=options.to, workers=1)
    print(f"{len(texts)} texts, {pipeline.translator.signature}")
    for _ in range(options.runs):
        expected, first, alone = measure(pipeline, texts, to=options.to, workers=1)
        print(f"  one process: {alone:.1f} s, first result after {first:.1f} s", flush=True)
        for count in options.workers:
            found, first, seconds = measure(pipeline, texts, to=options.to, workers=count)
            if found != expected:
                raise VnsumError(f"{count} workers and one process translate differently")
            print(
                f"  {count} workers: {seconds:.1f} s, first result after {first:.1f} s, "
                f"{alone / seconds:.2f} times the rate of one process",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
