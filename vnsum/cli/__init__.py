"""The command line: `vnsum summarize`, `translate`, `segment`, `check`, `models` and others.

Arguments, streams and exit statuses only; the work is done by the library. `vnsum --help` loads
no model library.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vnsum.cli.commands import Load

__all__ = ["main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, *, load: Load | None = None) -> int:
    """Run a command and return its exit status.

    0: done; 1: an error, one of several files failed, or `check` found something; 2: wrong usage;
    130: interrupted; 141: the reader of the output went away. `load` makes the pipeline
    (`vnsum.load`).

    >>> main(["segment", "no-such-file.txt"])
    1
    """
    try:
        # Imported here, because this takes long enough to be interrupted.
        from vnsum.cli.running import run

        return run([*(sys.argv[1:] if argv is None else argv)], load)
    except KeyboardInterrupt:
        return INTERRUPTED
