"""The number of processors that a process may use, and its number of threads."""

import os
import subprocess
import sys

import pytest

import vnsum
from vnsum import processors
from vnsum.errors import InputError
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


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "2", True])
def test_a_wrong_number_of_threads_is_told(wrong):
    with pytest.raises(InputError, match="threads must be an integer >= 1"):
        vnsum.load(threads=wrong)


@pytest.mark.parametrize(
    ("asked", "environment", "expected"),
    [(None, "", 3), (None, "5", 5), (2, "5", 2), (None, "4,2", 4), (None, "nonsense", 3)],
)
def test_threads_are_those_asked_for_else_the_environments(
    asked, environment, expected, monkeypatch
):
    monkeypatch.setattr(processors, "count_cpus", lambda: 3)
    monkeypatch.setenv("OMP_NUM_THREADS", environment)
    assert processors.choose_threads(asked) == expected


# In a process of its own, as torch has one number of threads for all of a process. The weights are
# not loaded; `test_forking.py` does that with a number of threads.
FRESH = """
import os, sys
from vnsum import processors
import vnsum
from vnsum.translation.backends.packaged import PackagedBackend
PackagedBackend.load = lambda *_, **options: __import__("torch")
processors.count_cpus = lambda: 1
{before}
pipeline = vnsum.load("mini", {options})
assert "torch" not in sys.modules
pipeline.translator.load()
import torch
print(torch.get_num_threads(), os.environ.get("GOMP_SPINCOUNT"))
"""
SPINS = processors.SPIN_COUNT
STARTS = {
    "what there is": ({}, "", "", f"1 {SPINS}"),
    "asked for": ({}, "", "threads=3", f"3 {SPINS}"),
    "the environment's": ({"OMP_NUM_THREADS": "2"}, "", "", f"2 {SPINS}"),
    "a worker's": ({}, "processors.count_cpus = lambda: 4; processors.default_to_one_thread()", "",
                   f"1 {SPINS}"),
    "a worker with threads": ({}, "processors.default_to_one_thread()", "threads=2", f"2 {SPINS}"),
    "a policy of one's own": ({"OMP_WAIT_POLICY": "passive"}, "", "", "1 None"),
    "turns of one's own": ({"GOMP_SPINCOUNT": "7"}, "", "", "1 7"),
}  # fmt: skip


@pytest.mark.parametrize("name", STARTS)
def test_the_threads_of_a_new_process(name):
    environment, before, options, expected = STARTS[name]
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_"))}
    found = subprocess.run(
        [sys.executable, "-c", FRESH.format(before=before, options=options)],
        env=usual | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == expected
