"""Conversion between the two placements of Vietnamese tone marks: old (hòa) and new (hoà).

Some models were trained on one of them. Only open syllables in oa, oe and uy differ; `quý` does
not, as its u belongs to the initial consonant.
"""

from __future__ import annotations

import re
from typing import Literal

ToneStyle = Literal["old", "new"]

OLD = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
NEW = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
TABLES: dict[ToneStyle, dict[str, str]] = {
    "new": dict(zip(OLD.split(), NEW.split(), strict=True)),
    "old": dict(zip(NEW.split(), OLD.split(), strict=True)),
}
PATTERNS = {
    style: re.compile(rf"(?<![qQ])(?:{'|'.join(table)})(?!\w)", re.IGNORECASE)
    for style, table in TABLES.items()
}


def place_tones(text: str, style: ToneStyle) -> str:
    """Return NFC `text` with the tone marks of oa, oe and uy in the given style.

    >>> place_tones("Hòa bình ở Thủy Nguyên, quý vị hoàn toàn khỏe", "new")
    'Hoà bình ở Thuỷ Nguyên, quý vị hoàn toàn khoẻ'
    """
    table = TABLES[style]

    def move(match: re.Match[str]) -> str:
        found = match.group()
        moved = table[found.lower()]
        if found.islower():
            return moved
        return moved.upper() if found.isupper() else moved.capitalize()

    return PATTERNS[style].sub(move, text)
