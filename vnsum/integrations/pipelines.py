"""A cache of pipelines, so that each process loads a model once for all batches.

A `Batch` is pickled without its model; each worker process loads its own.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

import vnsum
from vnsum.chat.server import Server
from vnsum.checkpoints import ModelSpec
from vnsum.errors import InputError
from vnsum.pipeline import Pipeline
from vnsum.processors import default_to_one_thread

Model = str | os.PathLike[str] | ModelSpec | Server | Callable[..., Pipeline]

KEPT = 4  # pipelines kept in memory per process


class _Process:
    """The pipelines of this process; a forked child starts with a new, empty instance."""

    def __init__(self, *, forked: bool) -> None:
        self.forked = forked
        self.lock = threading.Lock()
        self.make: Callable[..., Pipeline] = functools.lru_cache(maxsize=KEPT)(_make)


def shared_pipeline(
    model: Model, options: Mapping[str, Any], *, is_worker: bool = False
) -> Pipeline:
    """Return the pipeline of this process for a model and options of `vnsum.load`.

    `model` may be a function that returns a pipeline and is called with the options. Workers,
    including forked children, use one thread unless the options or `OMP_NUM_THREADS` set more.
    Raises `InputError` for an option that is not hashable.
    """
    process = _process
    with process.lock:
        if process.forked or is_worker:
            default_to_one_thread()
        try:
            return process.make(model, tuple(sorted(_freeze(options).items())))
        except TypeError as error:
            if "unhashable" not in str(error):
                raise
            raise InputError(
                f"a model and its options must be hashable, so that it is loaded only once: {error}"
            ) from error


def _make(model: Model, options: tuple[tuple[str, Any], ...]) -> Pipeline:
    chosen = dict(options)
    return model(**chosen) if callable(model) else vnsum.load(model, **chosen)


def _freeze(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in options.items()}


def _reset_child() -> None:
    global _process  # noqa: PLW0603
    _process = _Process(forked=True)


_process = _Process(forked=False)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_child)
