"""Throughput of several processes on one machine: `python -m vnsum.evaluation.sharing ARTICLE`.

Prints the seconds that one, two and four simultaneous processes take for the same work each, and
the throughput relative to one process. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from vnsum.cli.options import whole_number
from vnsum.processors import WAITING

COUNTS = (1, 2, 4)
# Each process reports when it is ready and waits for a line, so that all start together.
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

    `options` is the source of the arguments of `vnsum.load`; `environment` is added to the
    environment of the processes.
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
            with process:  # closes its pipes
                process.kill()


def print_sharing(
    path: Path,
    *,
    counts: Sequence[int] = COUNTS,
    runs: int = 1,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Print the best time of `runs` for each count and the throughput relative to one process."""
    alone = 0.0
    for count in counts:
        seconds = min(time_together(path, count, environment=environment) for _ in range(runs))
        alone = alone or seconds / count
        ratio = count * alone / seconds
        print(
            f"{count} processes: {seconds:.1f} s, {ratio:.2f} of the throughput of one", flush=True
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.sharing", description=__doc__)
    parser.add_argument("article", type=Path, help="a Vietnamese article as a text file")
    parser.add_argument(
        "--runs",
        type=whole_number("runs"),
        default=1,
        help="number of runs, of which the best counts (1)",
    )
    parser.add_argument(
        "--waiting",
        action="store_true",
        help="compare how the threads of torch wait: vnsum's default, OpenMP's default, passive",
    )
    chosen = parser.parse_args(argv)
    settings: dict[str, dict[str, str]] = {"vnsum's default": {}}
    if chosen.waiting:
        # OpenMP's default spin count, set explicitly so that vnsum does not change it.
        settings |= {"OpenMP's default": {"GOMP_SPINCOUNT": "300000"}}
        settings |= {"passive": {"OMP_WAIT_POLICY": "passive"}}
        settings |= {f"{n} spins": {"GOMP_SPINCOUNT": str(n)} for n in (200, 20000)}
    given = {name: os.environ[name] for name in WAITING if name in os.environ}
    if given:
        print(f"set in the environment: {given}")
    for name, environment in settings.items():
        print(f"{name}:")
        print_sharing(chosen.article, runs=chosen.runs, environment=environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
