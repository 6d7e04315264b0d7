"""A cache of pipelines, so that each process loads a model once for all batches.

A `Batch` is pickled without its model; each worker process loads its own.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import vnsum
from vnsum.chat.server import Server
from vnsum.checkpoints import ModelSpec
from vnsum.checkpoints.files import stamp
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

    `model` may be a function that returns a pipeline and is called with the options. A model folder
    or a glossary that was changed is loaded again. Workers, including forked children, use one
    thread unless the options or `OMP_NUM_THREADS` set more. Raises `InputError` for an option that
    is not hashable.
    """
    process = _process
    with process.lock:
        if process.forked or is_worker:
            default_to_one_thread()
        try:
            chosen = tuple(sorted(_freeze(options).items()))
            states = tuple(map(_find_state, (model, *options.values())))
            return process.make(model, chosen, states)
        except TypeError as error:
            if "unhashable" not in str(error):
                raise
            raise InputError(
                f"a model and its options must be hashable, so that it is loaded only once: {error}"
            ) from error


def _find_state(value: object) -> tuple[str, ...]:
    """Return what changes when the file or folder that an option names does."""
    if not isinstance(value, str | os.PathLike):
        return ()
    try:
        path = Path(value)
        return tuple(map(stamp, sorted(path.iterdir()) if path.is_dir() else [path]))
    except (OSError, TypeError, ValueError):
        return ()


def _make(
    model: Model, options: tuple[tuple[str, Any], ...], states: tuple[tuple[str, ...], ...]
) -> Pipeline:
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
