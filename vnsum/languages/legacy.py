"""Conversion of legacy Vietnamese encodings (TCVN3, VNI, VISCII, CP1258) that were read as Latin-1.

They are detected by spelling: words that are not Vietnamese syllables but become syllables when
converted with a table of `data/legacy_encodings.txt`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from importlib import resources

from vnsum.languages.syllables import is_syllable
from vnsum.normalization import compose, drop_marks

SAMPLE = 20_000  # characters that are examined, without the lines and tags in ASCII
FEWEST_WORDS = 2  # distinct words that are not syllables, and distinct characters in them
LOWEST_SHARE = 0.8  # share of them, and of all words, that must become syllables
# Windows-1252 quotes and dashes have the bytes of rare VISCII capitals and are not converted.
_PUNCTUATION = frozenset("‘’“”•–—…")

_BETWEEN = re.compile(r"[\n<>]")
_HIGH = re.compile("[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_ASCII_LETTER = re.compile("[A-Za-z]")
_UNICODE_VIETNAMESE = re.compile("[ăđĩũơưạ-ỹ]", re.IGNORECASE)
# Units, temperatures and so on, which are ordinary Latin-1: m², °C, µm, n°.
_UNIT = re.compile(
    r"(?:[kcdm]?m|ft|in|mi|x|y)[¹²³]|°[CFKNSEW]|[µ\u03bc][A-Za-z]{1,2}[²³]?|[nN][°º]"
)
# Quotes and dashes of Windows-1252, in bytes decoded as Latin-1 too, are no part of a word.
_TOKEN = re.compile(r"[^\s\x21-\x40\x5b-\x60\x7b-\x7e“”‘’…–—\x85\x91-\x97]+")


def detect_standard(text: str, *, fewest: int = FEWEST_WORDS) -> str | None:
    """Return the name of the legacy encoding of `text`, or `None`.

    `fewest` is the number of distinct words that must show it.

    >>> detect_standard("Céng hßa x· héi chñ nghÜa ViÖt Nam")
    'TCVN3'
    """
    # The head of a page or file may be long and in ASCII: scripts, styles, English.
    sample = "\n".join(part for part in _BETWEEN.split(text) if not part.isascii())[:SAMPLE]
    tokens = {
        token
        for token in _TOKEN.findall(sample)
        if _HIGH.search(token)
        and _ASCII_LETTER.search(token)  # `©` and `«` are ordinary Latin-1
        and not _UNIT.fullmatch(token)
    }
    broken = {token for token in tokens if not is_syllable(token)}
    characters = set(_HIGH.findall("".join(broken)))
    if len(broken) < fewest or len(characters) < FEWEST_WORDS:
        return None
    if len(_UNICODE_VIETNAMESE.findall(sample)) > len(tokens):
        return None
    scores = {
        name: min(_share(tokens, convert_one), _share(broken, convert_one))
        for name, convert_one in converters().items()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= LOWEST_SHARE else None


def convert(text: str) -> str:
    """Return `text` converted to Unicode if it is in a legacy encoding, else unchanged."""
    standard = detect_standard(text)
    return text if standard is None else converters()[standard](text)


def _share(tokens: set[str], convert_one: Callable[[str], str]) -> float:
    return sum(is_syllable(convert_one(token)) for token in tokens) / len(tokens)


@functools.cache
def converters() -> dict[str, Callable[[str], str]]:
    """Return the function that converts text to Unicode, by the name of the encoding."""
    data = resources.files(__package__) / "data" / "legacy_encodings.txt"
    tables: dict[str, dict[str, str]] = {}
    for line in data.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            standard, code, char = line.split("\t")
            char = chr(int(char[2:], 16)) if char.startswith("U+") else char
            tables.setdefault(standard, {})[bytes.fromhex(code).decode("latin-1")] = char
    return {name: _converter(table) for name, table in tables.items()}


def _converter(table: dict[str, str]) -> Callable[[str], str]:
    for code in [code for code in table if len(code) == 1 and "\x80" <= code <= "\x9f"]:
        windows = code.encode("latin-1").decode("cp1252", "ignore")
        if windows and windows not in _PUNCTUATION:  # the same byte, read as Windows-1252
            table[windows] = table[code]
    keys = sorted(table, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(key) for key in keys))

    def convert_text(text: str) -> str:
        converted = pattern.sub(lambda match: table[match.group()], text)
        # `clean` reports that it drops marks.
        return compose(converted) if drop_marks(converted) == converted else converted

    return convert_text
