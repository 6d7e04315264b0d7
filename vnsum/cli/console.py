"""Terminal output of the command line: results, messages and a progress bar.

Texts, file names and error messages are untrusted: control characters are replaced before output.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

from vnsum.errors import VnsumError

PROGRAM = "vnsum"


def write_out(text: str) -> int:
    """Write text to standard output, with unprintable characters replaced."""
    from vnsum.rendering.layout import for_terminal

    return sys.stdout.write(for_terminal(text))


def to_json(data: Any, *, indent: int | None = None) -> str:
    """Return `data` as JSON with a final newline, with unprintable characters escaped."""
    from vnsum.rendering.layout import escape_unprintable

    return escape_unprintable(json.dumps(data, ensure_ascii=False, indent=indent)) + "\n"


def show_traceback(error: BaseException) -> None:
    """Write the traceback of `error` to standard error."""
    from vnsum.rendering.layout import for_terminal

    sys.stderr.write(for_terminal("".join(traceback.format_exception(error))))


def say(message: str) -> None:
    """Write one line to standard error, above a progress bar if there is one."""
    from vnsum.rendering.layout import one_line

    line = f"{PROGRAM}: {one_line(message)}"
    # There can be a bar only if tqdm has been imported.
    if "tqdm" in sys.modules:
        from tqdm import tqdm

        tqdm.write(line, file=sys.stderr)
    else:
        sys.stderr.write(line + "\n")


def explain(error: Exception) -> str:
    """Return the one-line message of `error` for the user, without a traceback."""
    if isinstance(error, OSError):
        file = f"{error.filename}: " if str(error.filename or "").strip() else ""
        return f"{file}{error.strerror or error}"
    if isinstance(error, VnsumError):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory: give the process more of it, or use fewer --workers"
    kind = type(error).__name__
    return f"unexpected {kind}: {error} (run again with --debug for the traceback, and report it)"


def show_progress(names: Sequence[str], *, to_terminal: bool) -> Iterator[str]:
    """Yield `names`, with a progress bar if there are several and the results go elsewhere."""
    if len(names) < 2 or to_terminal or not sys.stderr.isatty():
        yield from names
        return
    from tqdm import tqdm

    from vnsum.rendering.layout import one_line

    with tqdm(names, unit="file", file=sys.stderr, dynamic_ncols=True) as bar:
        for name in bar:
            bar.set_postfix_str(one_line(name), refresh=True)
            yield name
