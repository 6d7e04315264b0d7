"""How many processors this process may really use."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path("/")


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
