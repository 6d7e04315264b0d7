"""Running a function on untrusted bytes in a separate process with a time limit.

Parsers written in C cannot be interrupted, but a process can be killed. The process is spawned, not
forked, so threads and locks do not matter, and exchanges JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import subprocess
import sys
from typing import Any

from vnsum import errors
from vnsum.errors import FetchError, VnsumError
from vnsum.reading.web.deadline import Deadline

MEMORY = 2 << 30  # bytes of address space, where the system can limit it
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from vnsum.reading.web import confinement; confinement.serve()"
)


def run_confined(function: str, data: bytes, *, deadline: Deadline, **options: Any) -> Any:
    """Return what `function`, named as `"module:name"`, returns for `data` and `options`.

    Options and the value are JSON-compatible. Errors of vnsum are raised here as well; raises
    `FetchError` if the process runs out of time or memory, or crashes.

    >>> run_confined("builtins:len", b"abc", deadline=Deadline(60))
    3
    """
    call = {"function": function, "options": options, "seconds": deadline.remaining()}
    request = json.dumps(call).encode() + b"\n" + data
    try:
        done = subprocess.run(  # noqa: S603 the command has no data of the page
            [_interpreter(), "-c", _START, *(place for place in sys.path if type(place) is str)],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=deadline.remaining(),
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise deadline.error("the page was not read") from None
    except OSError as error:
        raise FetchError(f"no process can be started to read it: {error.strerror}") from error
    except ValueError:  # the process ended without an answer
        raise _ended(done.returncode, deadline) from None
    if "error" in answer:
        raise getattr(errors, answer["error"])(answer["message"])
    return answer["value"]


def _interpreter() -> str:
    if not sys.executable or getattr(sys, "frozen", False):
        raise FetchError(
            "web pages are read in a separate Python process, which this program cannot start: "
            "save the page and read the file"
        )
    return sys.executable


def _ended(status: int, deadline: Deadline) -> FetchError:
    deadline.remaining()  # the CPU time limit ends the process, too
    return FetchError(
        f"the process that reads it ended with status {status}, by a fault of the parser or for "
        "want of memory: pass the text of the article instead"
    )


def serve() -> None:
    """Run one function call read from standard input; the entry point of the separate process."""
    answers, sys.stdout = (
        sys.stdout.buffer,
        sys.stderr,
    )  # libraries may print
    request = json.loads(sys.stdin.buffer.readline())
    _limit(request["seconds"])
    module, name = request["function"].split(":")
    answer: dict[str, Any]
    try:
        function = getattr(importlib.import_module(module), name)
        answer = {"value": function(sys.stdin.buffer.read(), **request["options"])}
    except VnsumError as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        answer = {
            "error": "FetchError",
            "message": f"it takes more than {MEMORY >> 30} GiB of memory: pass the article's text",
        }
    except Exception as error:
        answer = {"error": "FetchError", "message": f"{type(error).__name__}: {error!r}"}
    answers.write(json.dumps(answer).encode())
    answers.flush()


def _limit(seconds: float) -> None:
    """Limit this process, in case its parent process ends first."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = (("AS", MEMORY), ("CPU", math.ceil(seconds) + 1), ("CORE", 0))
    for kind, most in limits:
        # The system may not support a limit, or may have a lower one.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (most, most))
