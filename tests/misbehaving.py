"""Functions that crash, hang or misbehave in a subprocess; imports nothing slow."""

import os
import sys
import time

from vnsum.errors import InputError


def hang(data: bytes) -> None:
    time.sleep(600)


def fill(data: bytes) -> int:
    return len(bytearray(3 << 30))


def die(data: bytes) -> None:
    os._exit(7)


def fail(data: bytes) -> None:
    raise ZeroDivisionError("no\x1bway")


def refuse(data: bytes) -> None:
    raise InputError("no such text")


def shout(data: bytes, *, times: int) -> str:
    sys.stdout.write("this is not the result")
    return data.decode() * times


def tell_limits(data: bytes) -> list[int]:
    import resource

    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
    return [resource.getrlimit(kind)[0] for kind in kinds]
