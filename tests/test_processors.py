"""How many processors and threads a process gets, and what becomes of it after a fork."""

import os

import pytest

from vnsum.processors import count_cpus

MANY = 1000  # processors, more than any machine of the tests has

SELF, TOP = "proc/self/cgroup", "sys/fs/cgroup"
# Files below the root, and what they allow at most.
LIMITS = {
    "version 2": ({SELF: "0::/app\n", f"{TOP}/app/cpu.max": "200000 100000\n"}, 2),
    "no limit": ({SELF: "0::/app\n", f"{TOP}/app/cpu.max": "max 100000\n"}, MANY),
    "a parent's": ({SELF: "0::/a/b\n", f"{TOP}/a/cpu.max": "300000 100000\n",
            f"{TOP}/a/b/cpu.max": "max 100000\n"}, 3),
    "the least counts": ({SELF: "0::/a/b\n", f"{TOP}/a/cpu.max": "100000 100000\n",
                  f"{TOP}/a/b/cpu.max": "300000 100000\n"}, 1),
    "seen from outside": ({SELF: "0::/docker/1f\n", f"{TOP}/cpu.max": "250000 100000\n"}, 2),
    "less than one": ({SELF: "0::/\n", f"{TOP}/cpu.max": "50000 100000\n"}, 1),
    "version 1": ({SELF: "5:cpu,cpuacct:/app\n4:memory:/app\n",
                   f"{TOP}/cpu,cpuacct/app/cpu.cfs_quota_us": "400000\n",
                   f"{TOP}/cpu,cpuacct/app/cpu.cfs_period_us": "100000\n"}, 4),
    "version 1, no limit": ({SELF: "5:cpu:/\n",
                     f"{TOP}/cpu/cpu.cfs_quota_us": "-1\n",
                     f"{TOP}/cpu/cpu.cfs_period_us": "100000\n"}, MANY),
    "not Linux": ({}, MANY),
    "nonsense": ({SELF: "\n::\n0::/app\n", f"{TOP}/app/cpu.max": "? 0\n"}, MANY),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_quotas_and_affinity_limit_the_processors(name, tmp_path, monkeypatch):
    files, expected = LIMITS[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="ascii")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(MANY)), raising=False)
    assert count_cpus(root=tmp_path) == expected
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1})
    assert count_cpus(root=tmp_path) == 1
