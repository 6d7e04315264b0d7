"""Lossless conversion of the frozen result values to plain JSON data and back.

Works on dataclasses whose fields are strings, numbers, booleans, dates, other such dataclasses,
optional ones, and tuples of these; anything else is an error, never a silent `str()`.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from typing import Any

from vnsum.errors import InputError

if typing.TYPE_CHECKING:
    from typing_extensions import Self

JSON_SCALARS = (str, int, float, bool, type(None))


class Serializable:
    """Mixin for dataclasses: `from_dict(to_dict(x)) == x`, and `to_dict` is plain JSON data."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return this value as plain dictionaries, lists, strings and numbers.

        >>> import vnsum
        >>> vnsum.Summary(lang="vi").to_dict()["type"]
        'Summary'
        """
        data: dict[str, Any] = _encode(self)
        return {"type": type(self).__name__, **data}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the value that `to_dict` made `data` of; `InputError` where it does not fit.

        >>> import vnsum
        >>> summary = vnsum.Summary(lang="vi")
        >>> vnsum.Summary.from_dict(summary.to_dict()) == summary
        True
        """
        if not isinstance(data, dict) or data.get("type") != cls.__name__:
            found = data.get("type") if isinstance(data, dict) else type(data).__name__
            raise InputError(
                f"expected a dictionary made by {cls.__name__}.to_dict(), "
                f"with 'type': '{cls.__name__}', and found {found!r}"
            )
        fields = {name: value for name, value in data.items() if name != "type"}
        value: Self = _decode(cls, fields, cls.__name__)
        return value


def _encode(value: Any) -> Any:
    if isinstance(value, JSON_SCALARS):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _decode(kind: Any, data: Any, where: str) -> Any:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        if data is None:
            return None
        (kind,) = (option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise InputError(f"{where} should be a list, not {type(data).__name__}")
        item_kind = typing.get_args(kind)[0]
        return tuple(_decode(item_kind, item, f"{where}[{i}]") for i, item in enumerate(data))
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data, where)
    if kind is datetime.date:
        try:
            return datetime.date.fromisoformat(data)
        except (TypeError, ValueError) as error:
            raise InputError(f"{where} should be an ISO date, not {data!r}") from error
    if kind is float and isinstance(data, int):
        return float(data)
    if not isinstance(data, kind):
        raise InputError(f"{where} should be {kind.__name__}, not {type(data).__name__}")
    return data


def _decode_dataclass(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise InputError(f"{where} should be a dictionary, not {type(data).__name__}")
    kinds = _list_fields(kind)
    if unknown := sorted(set(data) - set(kinds)):
        raise InputError(f"{where} has unknown fields {unknown}; known are {sorted(kinds)}")
    values = {name: _decode(kinds[name], item, f"{where}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise InputError(f"{where} is incomplete: {error}") from error


@functools.cache  # reading the annotations takes longer than all the rest
def _list_fields(kind: Any) -> dict[str, Any]:
    """Return the fields of a dataclass with their types."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
