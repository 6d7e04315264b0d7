"""Validation of public arguments: each function returns its value or raises `InputError`."""

from __future__ import annotations

import datetime
import math
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from vnsum.errors import InputError

Value = TypeVar("Value")

LONGEST_SHOWN = 80  # characters of an invalid value in a message
LONGEST_PART = 255  # bytes of a file name
LARGEST = 2**63 - 1  # upper bound of integers


def show(value: object) -> str:
    """Return the `repr` of an invalid value for a message, shortened to one line.

    >>> show([1, "a"]), show("a" * 100)[-3:]
    ("[1, 'a']", 'aa…')
    """
    try:
        shown = repr(value)
    except Exception:  # too deeply nested, too many digits, or a faulty `__repr__`
        return f"a value of type {type(value).__name__}"
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def printable(text: str) -> str:
    """Return a text from a file or server for a message, with `?` for each control character.

    >>> printable("a\\x1b[2J")
    'a?[2J'
    """
    return "".join(c if c.isprintable() else "?" for c in text)


def exact(value: Value) -> Value:
    """Return a string of a subclass of `str` as a `str`; other values unchanged.

    A text of BeautifulSoup leads to its whole page, and a member of a `class Lang(str, Enum)` is
    formatted as `Lang.vi`; a subclass may have any methods, none of which is called here.

    >>> import enum
    >>> f"{exact(enum.Enum('Lang', {'vi': 'vi'}, type=str).vi)}"
    'vi'
    """
    if type(value) is not str and isinstance(value, str):
        return str.__str__(value)  # type: ignore[return-value]
    return value


def instance(
    value: Any, kinds: type[Value] | tuple[type[Value], ...], name: str, wanted: str
) -> Value:
    """Return `value` if it is an instance of `kinds`; `wanted` describes them in the message."""
    if not isinstance(value, kinds):
        raise InputError(f"{name} must be {wanted}, not {type(value).__name__} {show(value)}")
    return value


def methods(value: Any, names: Collection[str], name: str, wanted: str) -> Any:
    """Return an object if it has the methods `names`."""
    if isinstance(value, type) or not all(callable(getattr(value, one, None)) for one in names):
        raise InputError(
            f"{name} must be {wanted} with {', '.join(names)}, not {type(value).__name__}"
        )
    return value


def text(value: Any, name: str) -> str:
    """Return a string, exactly a `str`."""
    return exact(instance(value, str, name, "a text (str)"))


def optional_text(value: Any, name: str) -> str | None:
    """Return a string or `None`."""
    return None if value is None else text(value, name)


def encodable(value: Any, name: str) -> str:
    """Return a string without lone surrogates, which cannot be encoded."""
    found = text(value, name)
    try:
        found.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} has a lone surrogate at character {error.start}: it was decoded with the "
            "wrong encoding; read it again with the right one"
        ) from None
    return found


def flag(value: Any, name: str) -> bool:
    """Return a `bool`; 0 and 1 are not accepted."""
    return instance(value, bool, name, "True or False")


def optional_flag(value: Any, name: str) -> bool | None:
    """Return a `bool` or `None`."""
    return None if value is None else flag(value, name)


def one_of(value: Any, known: Collection[str], name: str) -> str:
    """Return a string that is one of `known`."""
    found = exact(value)
    if not isinstance(found, str) or found not in known:
        raise InputError(f"{name} must be one of {', '.join(known)}, not {show(value)}")
    return found


def date(value: Any, name: str) -> datetime.date | None:
    """Return a date or `None`; the date of a `datetime` would depend on the time zone."""
    if isinstance(value, datetime.datetime):
        raise InputError(f"{name} must be a datetime.date, not a datetime: pass its date()")
    return None if value is None else instance(value, datetime.date, name, "a datetime.date")


def whole_number(value: Any, name: str, *, least: int, most: int = LARGEST) -> int:
    """Return an integer of at least `least` and at most `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        limit = "" if most == LARGEST else f" and <= {most}"
        raise InputError(f"{name} must be an integer >= {least}{limit}, not {show(value)}")
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
    """Return an iterable that is no string, mapping or table, nor an array of no dimensions."""
    shape = getattr(value, "shape", None)
    if isinstance(value, Mapping) or (isinstance(shape, tuple) and len(shape) > 1):
        raise InputError(
            f"{name}: expected a list of {wanted}, not a {type(value).__name__}: pass its values, "
            "or one of its columns"
        )
    if isinstance(value, str | bytes) or shape == () or not isinstance(value, Iterable):
        raise InputError(
            f"{name}: expected a list of {wanted}, not one {type(value).__name__}: "
            "put it into a list"
        )
    return value


def path_text(value: Any, name: str) -> str:
    """Return the text of a path, which need not be a valid one."""
    instance(value, (str, os.PathLike), name, "a path")
    try:
        return exact(os.fsdecode(value))
    except TypeError:  # what its `__fspath__` returns is no path
        raise InputError(f"{name} must be a path, not {show(value)}") from None


def path(value: Any, name: str) -> Path:
    """Return a valid path of a file or folder.

    >>> path("article.txt", "a source").suffix
    '.txt'
    """
    given = path_text(value, name)
    try:
        parts = Path(given).parts
        possible = max((len(os.fsencode(part)) for part in parts), default=0) <= LONGEST_PART
    except UnicodeError:
        possible = False
    if not given or not possible or any("\0" in part for part in parts):
        raise InputError(f"{name} must be a valid path, not {show(value)}")
    return Path(*parts)
