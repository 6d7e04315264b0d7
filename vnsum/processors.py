"""Number of available processors and of threads."""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from vnsum import forking, require

ROOT = Path("/")
THREADS = "OMP_NUM_THREADS"
SPINS = "GOMP_SPINCOUNT"
WAITING = ("OMP_WAIT_POLICY", SPINS)
# Spins of a waiting thread before it sleeps: longer than the gap between two operations.
SPIN_COUNT = 2000


def count_cpus(*, root: Path = ROOT) -> int:
    """Return the number of processors that this process may use, at least 1.

    This is the minimum of its affinity (`taskset`, a batch system) and the quotas of its control
    groups (containers), rounded down. `root` is the folder of `proc` and `sys`.

    >>> count_cpus() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    # Rounded down: threads that wait for each other all stop when the quota is used up.
    return max(1, math.floor(min([allowed, *_read_quotas(root)])))


def _read_quotas(root: Path) -> Iterator[float]:
    """Yield the quota, in processors, of each control group of this process."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux, or not mounted
        return
    groups = root / "sys/fs/cgroup"
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        path = PurePosixPath(name.lstrip("/"))
        # In a container the group may be mounted at the root, without the folders of its path:
        # then the limits are in the root folder, which is the last of the parents.
        for part in (path, *path.parents):
            if not controllers:
                yield from _read_quota(groups / part / "cpu.max")
            elif "cpu" in controllers.split(","):
                for mount in ("cpu", "cpu,cpuacct", "cpuacct,cpu"):
                    folder = groups / mount / part
                    yield from _read_quota(folder / "cpu.cfs_quota_us", "cpu.cfs_period_us")


def _read_quota(file: Path, period: str | None = None) -> Iterator[float]:
    """Yield quota / period, both in microseconds, if the group has a quota."""
    try:
        numbers = file.read_text(encoding="ascii").split()
        if period is not None:
            numbers += (file.with_name(period)).read_text(encoding="ascii").split()
        quota, length = (int(number) for number in numbers)
    except (OSError, ValueError):  # no such controller, or `max` (no limit)
        return
    if quota > 0 and length > 0:
        yield quota / length


def check_threads(threads: int | None) -> None:
    """Raise `InputError` for an invalid number of threads; `None` leaves the choice to vnsum."""
    if threads is not None:
        require.whole_number(threads, "threads", least=1)


def choose_threads(threads: int | None = None) -> int:
    """Return `threads`, by default `OMP_NUM_THREADS` or the number of available processors."""
    wish = os.environ.get(THREADS, "").split(",")[0].strip()
    return threads or (int(wish) if wish.isdecimal() else 0) or count_cpus()


def limit_spinning() -> None:
    """Make idle threads of torch sleep soon instead of spinning.

    GNU OpenMP lets them spin for 10 ms and more, which slows down other processes. Has an effect
    only before torch is imported, and none if the user has set a wait policy.
    """
    if "torch" not in sys.modules and not any(name in os.environ for name in WAITING):
        os.environ[SPINS] = str(SPIN_COUNT)


def use_threads(threads: int | None = None) -> None:
    """Set the number of torch threads, by default at most the number of available processors.

    In a forked child torch is limited to one thread; a warning reports this.
    """
    import torch

    if forking.has_lost_threads():
        if threads is not None and threads > 1:
            warnings.warn(
                f"threads={threads} in a forked process, where torch can use only one: start it "
                "with the multiprocessing start method 'spawn' or 'forkserver'",
                RuntimeWarning,
                stacklevel=2,
            )
        return
    if threads is not None or not os.environ.get(THREADS):
        count = threads or min(torch.get_num_threads(), count_cpus())
        if count != torch.get_num_threads():
            torch.set_num_threads(count)


def default_to_one_thread() -> None:
    """Use one thread in this worker process, because its siblings use the other processors.

    `OMP_NUM_THREADS` and `threads=` take precedence.
    """
    if not os.environ.get(THREADS):
        os.environ[THREADS] = "1"
        forking.use_one_thread()
