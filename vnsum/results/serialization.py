"""Lossless conversion of results to JSON-compatible data and back.

Supports dataclasses whose fields are strings, numbers, booleans, dates, other such dataclasses,
and optionals and tuples of these. Other types raise an error.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from typing import Any

from vnsum import require
from vnsum.errors import InputError

if typing.TYPE_CHECKING:
    from typing_extensions import Self

OMIT_DEFAULT = "omit_default"  # metadata of fields whose default the JSON form does not have
JSON_SCALARS = (str, int, float, bool, type(None))


class Serializable:
    """Mixin for dataclasses with a JSON form: `from_dict(x.to_dict()) == x`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the value as JSON-compatible dictionaries, lists, strings and numbers.

        >>> import vnsum
        >>> vnsum.Summary(lang="vi").to_dict()["type"]
        'Summary'
        """
        data: dict[str, Any] = encode(self)
        return {"type": type(self).__name__, **data}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the value that `to_dict` turned into `data`. Raises `InputError` if it is invalid.

        >>> import vnsum
        >>> summary = vnsum.Summary(lang="vi")
        >>> vnsum.Summary.from_dict(summary.to_dict()) == summary
        True
        """
        found = require.show(data.get("type") if isinstance(data, dict) else type(data).__name__)
        if not isinstance(data, dict) or found != repr(cls.__name__):
            raise InputError(
                f"expected a dictionary from {cls.__name__}.to_dict(), "
                f"with 'type': '{cls.__name__}', not {found}"
            )
        fields = {name: value for name, value in data.items() if name != "type"}
        value: Self = _decode(cls, fields, cls.__name__)
        return value


def encode(value: Any) -> Any:
    """Return a value of a result as JSON-compatible data; `InputError` for any other value.

    >>> import vnsum
    >>> encode((vnsum.Span(start=0, end=4), None))
    [{'start': 0, 'end': 4}, None]
    """
    if isinstance(value, JSON_SCALARS):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple | list):  # a list where a result was changed by hand
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encode(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default or not field.metadata.get(OMIT_DEFAULT)
        }
    raise InputError(f"a result with a value of type {type(value).__name__} has no JSON form")


def _decode(kind: Any, data: Any, where: str) -> Any:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        if data is None:
            return None
        (kind,) = (option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise InputError(f"{where} should be a list, not {require.show(data)}")
        item_kind = typing.get_args(kind)[0]
        return tuple(_decode(item_kind, item, f"{where}[{i}]") for i, item in enumerate(data))
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data, where)
    if kind is datetime.date:
        data = _decode_date(data, where)
    return _require_scalar(kind, float(data) if _is_whole(kind, data) else data, where)


def _is_whole(kind: type, data: Any) -> bool:
    """Return whether an integer was given for a float field."""
    return kind is float and type(data) is int and abs(data) <= require.LARGEST


def _decode_date(data: Any, where: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(data)
    except (TypeError, ValueError) as error:
        raise InputError(f"{where} should be an ISO date, not {require.show(data)}") from error


def _decode_dataclass(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise InputError(f"{where} should be a dictionary, not {require.show(data)}")
    kinds = _list_fields(kind)
    if unknown := [name for name in data if name not in kinds]:
        raise InputError(
            f"{where} has unknown fields {require.show(unknown)}: expected {sorted(kinds)}"
        )
    values = {name: _decode(kinds[name], item, f"{where}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise InputError(f"{where} is incomplete: {error}") from error
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def require_fields(value: Any, where: str) -> None:
    """Raise `InputError` if a field of a dataclass has the wrong type.

    >>> import vnsum
    >>> require_fields(vnsum.Summary(lang="vi", sentences=["Trời mưa."]), "summary")
    Traceback (most recent call last):
    ...
    vnsum.errors.InputError: summary.sentences should be a tuple, not ['Trời mưa.']
    """
    for name, kind in _list_fields(value.__class__).items():
        _require_kind(kind, getattr(value, name), f"{where}.{name}")


def _require_kind(kind: Any, value: Any, where: str) -> None:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        if value is None:
            return
        (kind,) = (option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, tuple):
            raise InputError(f"{where} should be a tuple, not {require.show(value)}")
        for index, item in enumerate(value):
            _require_kind(typing.get_args(kind)[0], item, f"{where}[{index}]")
    elif isinstance(kind, type) and dataclasses.is_dataclass(kind):
        if not isinstance(value, kind):
            raise InputError(f"{where} should be a {kind.__name__}, not {require.show(value)}")
        require_fields(value, where)
    else:
        _require_scalar(kind, value, where)


def _require_scalar(kind: type, value: Any, where: str) -> Any:
    """Return a string, number or date; `bool` is not a number, `datetime` not a date."""
    number = kind in (int, float)
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (number and isinstance(value, bool)) or isinstance(value, datetime.datetime):
        raise InputError(f"{where} should be {kind.__name__}, not {require.show(value)}")
    if number and not abs(value) <= require.LARGEST:
        raise InputError(f"{where} should be a number, not {require.show(value)}")
    return value


@functools.cache  # resolving the annotations takes most of the time
def _list_fields(kind: Any) -> dict[str, Any]:
    """Return the types of the fields of a dataclass."""
    hints = typing.get_type_hints(kind)
    return {field.name: _accepted(hints[field.name]) for field in dataclasses.fields(kind)}


def _accepted(kind: Any) -> Any:
    """Return `str` for a `Literal`, as another version may know more values, else `kind`."""
    return str if typing.get_origin(kind) is typing.Literal else kind
