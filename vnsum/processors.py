"""How many processors this process may really use, and how many threads work on them."""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from vnsum import forking
from vnsum.errors import InputError

ROOT = Path("/")
THREADS = "OMP_NUM_THREADS"
SPINS = "GOMP_SPINCOUNT"
WAITING = ("OMP_WAIT_POLICY", SPINS)
# Turns of a waiting thread before it sleeps: longer than from one operation of a step to the next.
SPIN_COUNT = 2000


def count_cpus(*, root: Path = ROOT) -> int:
    """Return how many processors this process may use, at least 1.

    That is the least of what its affinity (`taskset`, a batch system) and the quotas of its control
    groups (containers) allow; part of a processor does not count. `root` is where `proc` and `sys`
    are found.

    >>> count_cpus() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    # As threads that wait for each other all stop when the quota is used up, this rounds down.
    return max(1, math.floor(min([allowed, *_read_quotas(root)])))


def _read_quotas(root: Path) -> Iterator[float]:
    """Yield the quota, in processors, of each control group that has this process in it."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux, or hidden
        return
    groups = root / "sys/fs/cgroup"
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        path = PurePosixPath(name.lstrip("/"))
        # Inside a container a group may be mounted where its parents' names do not lead: its limits
        # are then those of the mount itself, which is the last of the parents.
        for part in (path, *path.parents):
            if not controllers:
                yield from _read_quota(groups / part / "cpu.max")
            elif "cpu" in controllers.split(","):
                for mount in ("cpu", "cpu,cpuacct", "cpuacct,cpu"):
                    folder = groups / mount / part
                    yield from _read_quota(folder / "cpu.cfs_quota_us", "cpu.cfs_period_us")


def _read_quota(file: Path, period: str | None = None) -> Iterator[float]:
    """Yield quota / period, both in microseconds, where the group has a quota."""
    try:
        numbers = file.read_text(encoding="ascii").split()
        if period is not None:
            numbers += (file.with_name(period)).read_text(encoding="ascii").split()
        quota, length = (int(number) for number in numbers)
    except (OSError, ValueError):  # no such controller, or `max`, which is no limit
        return
    if quota > 0 and length > 0:
        yield quota / length


def check_threads(threads: int | None) -> None:
    """Raise `InputError` for what is no number of threads; `None` leaves the choice to vnsum."""
    if threads is None:
        return
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise InputError(f"threads must be a whole number from 1 up, not {threads!r}")


def choose_threads(threads: int | None = None) -> int:
    """Return `threads`, else `OMP_NUM_THREADS`, else one for each processor there is to use."""
    wish = os.environ.get(THREADS, "").split(",")[0].strip()
    return threads or (int(wish) if wish.isdecimal() else 0) or count_cpus()


def limit_waiting() -> None:
    """Let the threads of torch give up their processor soon when they have nothing to do.

    GNU's OpenMP lets them spin for ten milliseconds and more, which another process needs. Only
    before torch is first imported, and only where the user has not decided it.
    """
    if "torch" not in sys.modules and not any(name in os.environ for name in WAITING):
        os.environ[SPINS] = str(SPIN_COUNT)


def use_threads(threads: int | None = None) -> None:
    """Let torch work in that many threads, all of this process, else in no more than it may use.

    After a fork torch has one thread in the child and no way to get more, which a warning tells.
    """
    import torch

    if forking.has_lost_threads():
        if threads is not None and threads > 1:
            warnings.warn(
                f"threads={threads} in a forked process, where torch can only use one: start it "
                "with the method 'spawn' or 'forkserver' of multiprocessing",
                RuntimeWarning,
                stacklevel=2,
            )
        return
    if threads is not None or not os.environ.get(THREADS):
        most = threads or min(torch.get_num_threads(), count_cpus())
        if most != torch.get_num_threads():
            torch.set_num_threads(most)


def work_beside_others() -> None:
    """Use one thread in this process, as its siblings use the other processors.

    `OMP_NUM_THREADS` and `threads=` have the last word.
    """
    if not os.environ.get(THREADS):
        os.environ[THREADS] = "1"
        forking.use_one_thread()
