"""The command line: `vnsum summarize`, `translate`, `segment`, `check` and `models`.

Arguments, streams and exit statuses only; the work is done by the library. `vnsum --help` loads
no model library.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator, Sequence

from vnsum.cli.arguments import UsageError, build_parser
from vnsum.cli.commands import Load
from vnsum.cli.console import explain, say, show_traceback
from vnsum.pipeline import load as load_pipeline
from vnsum.translation import CacheWarning

__all__ = ["main"]

FAILED, MISUSED, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141


def main(argv: Sequence[str] | None = None, *, load: Load = load_pipeline) -> int:
    """Run a command and return its exit status.

    0: done; 1: an error, one of several files failed, or `check` found something; 2: wrong usage;
    130: interrupted; 141: the reader of standard output went away. `load` makes the pipeline.

    >>> main(["segment", "no-such-file.txt"])
    1
    """
    _use_utf8()
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    try:
        return _run(arguments, load, debug=debug)
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except UsageError as error:
        say(f"error: {error}")
        return MISUSED
    except Exception as error:
        if debug:
            show_traceback(error)
        else:
            say(f"error: {explain(error)}")
        return FAILED


def _run(arguments: Sequence[str], load: Load, *, debug: bool) -> int:
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as stop:  # after --help and --version
        return int(stop.code or 0)
    with contextlib.nullcontext() if debug else _quiet():
        status: int = options.run(options, load)
    sys.stdout.flush()
    return status


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says; what has no UTF-8 form is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the warnings and advice of other libraries off the screen, and say our own."""
    for name, value in (
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1"),
    ):
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", CacheWarning)
        warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
        yield


def _drop_output() -> None:
    """Let the interpreter's last flush go nowhere, so that it does not complain again."""
    with contextlib.suppress(io.UnsupportedOperation):
        descriptor = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
