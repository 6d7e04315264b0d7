"""What the command line says on standard error: lines, and a progress bar on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from vnsum.errors import VnsumError
from vnsum.rendering.layout import one_line

PROGRAM = "vnsum"


def say(message: str) -> None:
    """Write one line to standard error, above a progress bar if there is one."""
    line = f"{PROGRAM}: {one_line(message)}"
    # A bar can only be there if tqdm has been imported.
    if "tqdm" in sys.modules:
        from tqdm import tqdm

        tqdm.write(line, file=sys.stderr)
    else:
        sys.stderr.write(line + "\n")


def explain(error: Exception) -> str:
    """Return what to tell the user about `error`, in one line and without its traceback."""
    if isinstance(error, OSError):
        file = f"{error.filename}: " if error.filename else ""
        return f"{file}{error.strerror or error}"
    if isinstance(error, VnsumError):
        return str(error)
    kind = type(error).__name__
    return f"unexpected {kind}: {error} (run again with --debug to see where, and report it)"


def show_progress(names: Sequence[str], *, to_terminal: bool) -> Iterator[str]:
    """Yield `names`, with a bar for several of them on a terminal that shows nothing else."""
    if len(names) < 2 or to_terminal or not sys.stderr.isatty():
        yield from names
        return
    from tqdm import tqdm

    with tqdm(names, unit="file", file=sys.stderr, dynamic_ncols=True) as bar:
        for name in bar:
            bar.set_postfix_str(name, refresh=True)
            yield name
