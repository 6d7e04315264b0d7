"""Checks of what is handed in at the public door: one line each, one `InputError` that says what.

The functions return what they were given, so that a check can stand where the value is used.
"""

from __future__ import annotations

import datetime
import math
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, TypeVar

from vnsum.errors import InputError

Value = TypeVar("Value")

LONGEST_SHOWN = 80  # characters of a wrong value in a message
LONGEST_PART = 255  # bytes of the name of a file
LARGEST = 2**63  # of whole numbers: more is nobody's count


def show(value: object) -> str:
    """Return a wrong value for a message: short, on one line, whatever it is.

    >>> show([1, "a"]), show("a" * 100)[-3:]
    ("[1, 'a']", 'aa…')
    """
    try:
        shown = repr(value)
    except Exception:  # nested too deep, too many digits, or a class of the user's
        return f"a value of the type {type(value).__name__}"
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def instance(
    value: Any, kinds: type[Value] | tuple[type[Value], ...], name: str, wanted: str
) -> Value:
    """Return `value` if it is an instance of `kinds`; `wanted` says in words what was expected."""
    if not isinstance(value, kinds):
        raise InputError(f"{name} must be {wanted}, not {type(value).__name__} {show(value)}")
    return value


def methods(value: Any, names: Collection[str], name: str, wanted: str) -> Any:
    """Return a part of the user's own that has these methods."""
    if isinstance(value, type) or not all(callable(getattr(value, one, None)) for one in names):
        raise InputError(
            f"{name} must be {wanted}, with {', '.join(names)}, not {type(value).__name__}"
        )
    return value


def text(value: Any, name: str) -> str:
    """Return a text."""
    return instance(value, str, name, "a text (str)")


def optional_text(value: Any, name: str) -> str | None:
    """Return a text or `None`."""
    return None if value is None else text(value, name)


def encodable(value: Any, name: str) -> str:
    """Return a text without halves of characters, which no model and no file can take."""
    found = text(value, name)
    try:
        found.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} has a lone surrogate at character {error.start}: it was decoded from bytes "
            "that are not in the encoding it was read with; read it again with the right encoding"
        ) from None
    return found


def flag(value: Any, name: str) -> bool:
    """Return `True` or `False`; 0 and 1 are not taken for them."""
    return instance(value, bool, name, "True or False")


def optional_flag(value: Any, name: str) -> bool | None:
    """Return `True`, `False` or `None`."""
    return None if value is None else flag(value, name)


def one_of(value: Any, known: Collection[str], name: str) -> str:
    """Return one of some names."""
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{name} must be one of {', '.join(known)}, not {show(value)}")
    return value


def date(value: Any, name: str) -> datetime.date | None:
    """Return a day or `None`; a moment is refused, as its day depends on the time zone."""
    if isinstance(value, datetime.datetime):
        raise InputError(f"{name} must be a datetime.date, not a datetime: pass its date()")
    return None if value is None else instance(value, datetime.date, name, "a datetime.date")


def whole_number(value: Any, name: str, *, least: int) -> int:
    """Return a whole number from `least` up."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < LARGEST:
        raise InputError(f"{name} must be a whole number from {least} up, not {show(value)}")
    return value


def number(value: Any, name: str) -> float:
    """Return a finite number."""
    try:
        if not isinstance(value, bool | str | bytes) and math.isfinite(value):
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise InputError(f"{name} must be a finite number, not {show(value)}")


def items(value: Any, name: str, wanted: str) -> Iterable[Any]:
    """Return several values; a text is one."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise InputError(
            f"{name}: expected a list of {wanted}, not one {type(value).__name__}: "
            "put it into a list"
        )
    return value


def path(value: Any, name: str) -> Path:
    """Return the path of a file or folder that an operating system could have."""
    instance(value, (str, os.PathLike), name, "the path of a file")
    given = os.fspath(value)
    try:
        parts = Path(os.fsdecode(given)).parts
        possible = max((len(os.fsencode(part)) for part in parts), default=0) <= LONGEST_PART
    except UnicodeError:
        possible = False
    if not possible or any("\0" in part for part in parts):
        raise InputError(f"{name} must be the path of a file, and {show(value)} can be none")
    return Path(*parts)
