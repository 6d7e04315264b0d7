"""What several processes do at once on one machine: `python -m vnsum.evaluation.sharing ARTICLE`.

Prints the seconds that one, two and four processes take for the same work each, and the ratio of
their throughput to that of one alone. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from vnsum.processors import WAITING

COUNTS = (1, 2, 4)
# Each says when it is ready and waits for a line, so that all start the work at the same time.
WORK = """
import pathlib, sys, time
import vnsum
pipeline = vnsum.load({options})
sentences = [s.text for s in vnsum.segment(pathlib.Path(sys.argv[1]).read_text("utf-8")).sentences]
sentences = sentences[: {sentences}]
pipeline.translate(sentences[0])
print("ready", flush=True)
sys.stdin.readline()
start = time.perf_counter()
pipeline.translate_many(sentences)
print(time.perf_counter() - start, flush=True)
"""


def time_together(
    path: Path,
    count: int,
    *,
    sentences: int = 12,
    options: str = "",
    environment: Mapping[str, str] | None = None,
) -> float:
    """Return the seconds until the last of `count` processes has translated the sentences.

    `options` are those of `vnsum.load`, `environment` is added to that of the processes.
    """
    script = WORK.format(options=options, sentences=sentences)
    processes = [
        subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", script, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        for _ in range(count)
    ]
    try:
        for process in processes:
            if process.stdout is None or process.stdout.readline().strip() != "ready":
                raise RuntimeError(f"a process could not translate {path}")
        start = time.perf_counter()
        for process in processes:
            process.communicate("\n")
        if any(process.returncode for process in processes):
            raise RuntimeError(f"a process failed while it translated {path}")
        return time.perf_counter() - start
    finally:
        for process in processes:
            process.kill()
            process.wait()


def print_sharing(
    path: Path,
    *,
    counts: Sequence[int] = COUNTS,
    runs: int = 1,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Print the least seconds of `runs` for each count, and the throughput beside one alone."""
    alone = 0.0
    for count in counts:
        seconds = min(time_together(path, count, environment=environment) for _ in range(runs))
        alone = alone or seconds / count
        ratio = count * alone / seconds
        print(f"{count} processes at once: {seconds:.1f} s, {ratio:.2f} of one alone", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.sharing", description=__doc__)
    parser.add_argument("article", type=Path, help="a Vietnamese article as a text file")
    parser.add_argument("--runs", type=int, default=1, help="runs, of which the best counts (1)")
    parser.add_argument(
        "--waiting",
        action="store_true",
        help="compare how the threads of torch wait: vnsum's way, OpenMP's own, passive",
    )
    chosen = parser.parse_args(argv)
    ways: dict[str, dict[str, str]] = {"vnsum's way": {}}
    if chosen.waiting:
        # OpenMP's own number of turns, spelt out so that vnsum leaves it.
        ways |= {"OpenMP's own": {"GOMP_SPINCOUNT": "300000"}}
        ways |= {"passive": {"OMP_WAIT_POLICY": "passive"}}
        ways |= {f"{n} turns": {"GOMP_SPINCOUNT": str(n)} for n in (200, 20000)}
    given = {name: os.environ[name] for name in WAITING if name in os.environ}
    if given:
        print(f"as the environment has it: {given}")
    for name, environment in ways.items():
        print(f"{name}:")
        print_sharing(chosen.article, runs=chosen.runs, environment=environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
