"""One pipeline for each model in a process, however many batches ask for it.

Pipelines are made when they are first needed and never travel: a `Batch` is pickled without its
model, and each worker process loads its own.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

import vnsum
from vnsum.checkpoints import ModelSpec
from vnsum.errors import InputError
from vnsum.pipeline import Pipeline
from vnsum.processors import work_beside_others

Model = str | os.PathLike[str] | ModelSpec | Callable[..., Pipeline]

KEPT = 4  # models of one process that stay in memory


class _Process:
    """What this process holds; a forked child starts with nothing, its parent's locks included."""

    def __init__(self, *, forked: bool) -> None:
        self.forked = forked
        self.lock = threading.Lock()
        self.make: Callable[..., Pipeline] = functools.lru_cache(maxsize=KEPT)(_make)


def shared_pipeline(
    model: Model, options: Mapping[str, Any], *, is_worker: bool = False
) -> Pipeline:
    """Return the pipeline of this process for a model and options of `vnsum.load`.

    `model` may be a function that returns a pipeline; it is called with the options. A worker, as a
    forked child is, too, has one thread unless the options or `OMP_NUM_THREADS` say more.
    `InputError` for an option whose value cannot be compared with others.
    """
    process = _process
    with process.lock:
        if process.forked or is_worker:
            work_beside_others()
        try:
            return process.make(model, tuple(sorted(_freeze(options).items())))
        except TypeError as error:
            if "unhashable" not in str(error):
                raise
            raise InputError(
                f"a model and its options must be hashable, so that each is loaded once: {error}"
            ) from error


def _make(model: Model, options: tuple[tuple[str, Any], ...]) -> Pipeline:
    chosen = dict(options)
    return model(**chosen) if callable(model) else vnsum.load(model, **chosen)


def _freeze(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in options.items()}


def _start_over() -> None:
    global _process  # noqa: PLW0603
    _process = _Process(forked=True)


_process = _Process(forked=False)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_over)
