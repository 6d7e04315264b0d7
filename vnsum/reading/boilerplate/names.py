"""Patterns of names, and the names of news agencies and newspapers."""

from __future__ import annotations

import functools
import re
from importlib import resources

# Capital letters with and without diacritics, for a character class of a pattern.
CAPITALS = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

NAME_WORD = rf"[{CAPITALS}][\w’'.]{{0,15}}"
NAME = rf"{NAME_WORD}(?: {NAME_WORD}){{0,4}}"
NAMES = rf"{NAME}(?: ?(?:[,;&/]|[-–—]|và|and) ?{NAME}){{0,3}}"


@functools.cache
def agencies() -> frozenset[str]:
    """Return the names of news agencies and newspapers in lower case."""
    data = resources.files("vnsum.languages") / "data" / "agencies.txt"
    lines = data.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line and not line.startswith("#"))


def agency_name(name: str) -> str | None:
    """Return `name` without brackets and `theo` if it names agencies, else `None`."""
    bare = re.sub(r"(?i)^(?:theo|nguồn|by|source)(?:\s*:)?\s+", "", name.strip("()[]. "))
    parts = [part.strip() for part in re.split(r"[,/]| và | and |\s[-–]\s", bare) if part.strip()]
    known = agencies()
    if bare.lower() in known or (parts and all(part.lower() in known for part in parts)):
        return bare
    return None
