"""Errors of the libraries that read checkpoints, turned into ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from vnsum.errors import ModelError, VnsumError

ADVICE = "get the files again, or use the packaged model 'mini'"
PANIC = "PanicException"  # of libraries in Rust; Python does not count it among its exceptions


@contextlib.contextmanager
def explaining(
    *paths: Path | str,
    what: str = "cannot read the model file",
    kind: type[VnsumError] = ModelError,
) -> Iterator[None]:
    """Raise an error of `kind` naming `paths` where a library fails on what is in them.

    Damaged files make transformers, tokenizers, safetensors and torch raise errors of nearly
    every kind. A lack of memory on a device stays what it is. `ModelError` ends a job of many
    texts, `VnsumError` is about the text at hand.
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
        reason = lines[0][:300] if lines else type(error).__name__
        names = ", ".join(map(str, paths))
        raise kind(f"{what} {names}: {reason}; {ADVICE}") from error
