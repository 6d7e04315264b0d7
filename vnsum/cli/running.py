"""Run a command: parse arguments, report errors, return the exit status."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vnsum.cli.arguments import build_parser
from vnsum.cli.console import explain, say, show_traceback
from vnsum.cli.options import UsageError
from vnsum.cli.streams import OutputError, standard_streams

if TYPE_CHECKING:
    from vnsum.cli.commands import Load

FAILED, MISUSED, PIPE_CLOSED = 1, 2, 141


def run(arguments: Sequence[str], load: Load | None) -> int:
    """Run a command and return its exit status; `load` builds the pipeline (`vnsum.load`)."""
    with standard_streams() as (output, messages):
        try:
            status = _attempt(arguments, load)
            output.flush()
        except OutputError as error:
            output.drop()
            if error.is_reader_gone:
                return PIPE_CLOSED
            say(f"error: {error}")
            return FAILED
        messages.flush()
    # As in GNU commands, a lost message is a failure.
    return status or (FAILED if messages.is_lost else 0)


def _attempt(arguments: Sequence[str], load: Load | None) -> int:
    debug = "--debug" in arguments
    try:
        return _run(arguments, load, debug=debug)
    except OutputError:
        raise
    except UsageError as error:
        say(f"error: {error}")
        return MISUSED
    except Exception as error:
        if debug:
            show_traceback(error)
        else:
            say(f"error: {explain(error)}")
        return FAILED


def _run(arguments: Sequence[str], load: Load | None, *, debug: bool) -> int:
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as stop:  # after --help and --version
        return int(stop.code or 0)
    from vnsum.pipeline import load as load_pipeline

    with contextlib.nullcontext() if debug else _quiet():
        status: int = options.run(options, load or load_pipeline)
    return status


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Suppress warnings and hints of other libraries, and print our own on one line."""
    from vnsum.checkpoints import HubWarning
    from vnsum.translation import CacheWarning

    for name, value in (
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1"),
    ):
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in (CacheWarning, HubWarning):
            warnings.simplefilter("always", kind)
        warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
        yield
