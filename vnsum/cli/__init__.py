"""The command line: `vnsum` with its commands.

They are `summarize`, `digest`, `translate`, `segment`, `check`, `models`, `cache`, `evaluate` and
`train`. This package handles arguments, streams and exit statuses; the library does the work.
`vnsum --help` imports no model library.
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

    0: success; 1: an error, a file that failed, or findings of `check`; 2: invalid usage;
    130: interrupted; 141: the reader closed the output pipe. `load` builds the pipeline, by default
    `vnsum.load`.

    >>> main(["segment", "no-such-file.txt"])
    1
    """
    try:
        # Inside the `try`: the import takes long enough to be interrupted.
        from vnsum.cli.running import run

        return run([*(sys.argv[1:] if argv is None else argv)], load)
    except KeyboardInterrupt:
        return INTERRUPTED
