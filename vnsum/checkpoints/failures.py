"""Errors raised while loading checkpoints: conversion to `VnsumError`, and caching."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from vnsum import require
from vnsum.errors import InputError, ModelError, VnsumError

ADVICE = "download the files again, or use the packaged model 'mini'"
PANIC = "PanicException"  # raised by Rust libraries; not a subclass of Exception


@contextlib.contextmanager
def wrap_errors(
    *paths: Path | str,
    what: str = "cannot read the model file",
    kind: type[VnsumError] = ModelError,
    advice: str = ADVICE,
) -> Iterator[None]:
    """Convert errors that a library raises because of the files `paths` to errors of type `kind`.

    Damaged files make transformers, tokenizers, safetensors and torch raise errors of nearly
    every type. Out-of-memory errors are not converted. A `ModelError` ends a batch job, other
    errors of type `VnsumError` concern one text only.
    """
    try:
        yield
    except VnsumError:
        raise
    except BaseException as error:
        if type(error).__name__ == "OutOfMemoryError":
            raise
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        lines = str(error).strip().splitlines()
        reason = require.printable(lines[0][:300] if lines else type(error).__name__)
        names = ", ".join(map(str, paths))
        raise kind(f"{what} {names}: {reason}; {advice}") from error


def require_unchanged(found: str | None, expected: str | None, *, model: str) -> None:
    """Raise `ModelError` if the fingerprint of a model is not the one from before it was loaded."""
    if found != expected:
        raise ModelError(
            f"the files of the model {model!r} changed while they were loaded: expected the same "
            "files before and after; try again when all of them are written"
        )


def wrap_write_errors(path: Path) -> AbstractContextManager[None]:
    """Convert errors of writing `path`, such as those of a full disk, to `InputError`.

    The library of tokenizers raises plain exceptions.
    """
    advice = "free some space, or choose another folder"
    return wrap_errors(path, what="cannot write", kind=InputError, advice=advice)


class FailureCache:
    """Caches the error of a failed load, so that it is raised again without loading again.

    The error is kept as long as `identify` returns the same fingerprint as before the load; it
    changes when a folder is repaired or a model is downloaded.

    >>> from vnsum.errors import ModelError
    >>> failures, loads = FailureCache(lambda: "the same"), []
    >>> for _ in range(2):
    ...     try:
    ...         with failures.attempt():
    ...             loads.append("weights")
    ...             raise ModelError("damaged")
    ...     except ModelError as error:
    ...         print(error, len(loads))
    damaged 1
    damaged 1
    """

    def __init__(self, identify: Callable[[], str | None]) -> None:
        self._identify = identify
        self._failed: tuple[VnsumError, str | None] | None = None

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Raise the cached error if the weights are unchanged, else run the block."""
        fingerprint = self._fingerprint()
        if self._failed is not None and self._failed[1] == fingerprint:
            raise copy.copy(self._failed[0])
        try:
            yield
        except VnsumError as error:
            # A copy has no traceback, which would keep everything loaded so far in memory.
            self._failed = (copy.copy(error), fingerprint)
            raise
        self._failed = None

    def _fingerprint(self) -> str | None:
        try:
            return self._identify()
        except VnsumError as error:
            return str(error)
