"""Patterns of names, and the names of news agencies and newspapers."""

from __future__ import annotations

import functools
import re
from importlib import resources

from vnsum.names.table import PLACES, tables

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


@functools.cache
def places() -> frozenset[str]:
    """Return the names of countries, regions, provinces and cities in lower case.

    For each there are the Vietnamese names and the most common English one.
    """
    known = [row for row in tables()[2] if row.kind in PLACES]
    named = {form for row in known for form in (*row.vi, row.en[0])}
    data = resources.files("vnsum.languages") / "data" / "places.txt"
    more = data.read_text(encoding="utf-8").splitlines()
    named.update(line for line in more if line and not line.startswith("#"))
    return frozenset(name.lower() for name in named)


def is_place(name: str) -> bool:
    """Return whether a name is that of a known place, with or without `tỉnh` or `thành phố`."""
    bare = re.sub(r"(?i)^(?:tỉnh|thành phố|tp\.?)\s+", "", name.strip(" .,;"))
    return bare.lower() in places()


def agency_name(name: str) -> str | None:
    """Return `name` without brackets and `theo` if it names agencies, else `None`."""
    bare = re.sub(r"(?i)^(?:theo|nguồn|by|source)(?:\s*:)?\s+", "", name.strip("()[]. "))
    parts = [part.strip() for part in re.split(r"[,/]| và | and |\s[-–]\s", bare) if part.strip()]
    known = agencies()
    if bare.lower() in known or (parts and all(part.lower() in known for part in parts)):
        return bare
    return None
