"""Repairing encoding errors in Vietnamese and English text, with an ordered table of fixes.

Spelling, quotation marks and tone placement are kept. Word-segmented text becomes ordinary text.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

from vnsum.errors import InputError
from vnsum.languages import legacy
from vnsum.languages.detection import detect
from vnsum.languages.syllables import is_syllable
from vnsum.normalization import LONG_RUN, MOST_MARKS, compose, drop_marks
from vnsum.reading import word_segmentation, wrapping
from vnsum.reading.code_blocks import find_code_blocks
from vnsum.require import exact

HOLES = range(0xFDD0, 0xFDF0)  # noncharacters, which no entity stands for, in place of code blocks
# Fixes of what is wrong in a whole file; the others do not change code blocks.
REPAIR_CODE = frozenset(
    ["c1", "controls", "legacy", "line_breaks", "marks", "mojibake", "surrogates"]
)
MAX_PASSES = 10  # real texts need at most 2
BINARY_SHARE = 0.1  # share of control characters above which data is binary


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A fix that was applied: its `name` in `FIXES` and what it `repairs`."""

    name: str
    repairs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRule:
    """A fix of `FIXES`: `apply` repairs texts in which `trigger` matches."""

    name: str
    repairs: str
    trigger: re.Pattern[str]
    apply: Callable[[str], str]


def clean(text: str) -> str:
    """Return `text` with its encoding repaired, or the same object if nothing is wrong.

    The function is idempotent. Raises `InputError` for bytes, paths, binary data and lone
    surrogates.

    >>> clean("Ha\\u0300\\u00a0No\\u0323\\u0302i &amp; Ðà Nẵng")
    'Hà Nội & Đà Nẵng'
    """
    return apply_fixes(text)[0]


def repair_encoding(text: str) -> str:
    """Return a page, or the content of a subtitle file, with the encoding of the whole repaired.

    In a wrong encoding, letters look like spaces, soft hyphens and controls, which parsers remove,
    and short parts do not show which encoding it is. ASCII characters, and so markup, are kept.

    >>> repair_encoding("<p>Céng hßa<br>x· héi</p>")
    '<p>Cộng hòa<br>xã hội</p>'
    """
    return _fix_c1(_convert_page(_decode_twice(text)))


def apply_fixes(text: str) -> tuple[str, tuple[Fix, ...]]:
    """Return the cleaned text and the fixes that were applied, in order."""
    _require_text(text := exact(text))
    applied: dict[str, Fix] = {}
    for _ in range(MAX_PASSES):
        before = text
        for rule in FIXES:
            if rule.trigger.search(text) and (fixed := _apply(rule, text)) != text:
                text = fixed
                applied[rule.name] = Fix(name=rule.name, repairs=rule.repairs)
        if text == before:
            return before, tuple(applied.values())
    raise InputError(
        f"the text has escapes nested more than {MAX_PASSES} deep, such as '&amp;amp;amp;…': "
        "decode it first"
    )


def _apply(rule: FixRule, text: str) -> str:
    """Apply a fix whose trigger matches, to the text around code blocks or to the whole text."""
    spans = () if rule.name in REPAIR_CODE else find_code_blocks(text).spans
    hole = next((hole for hole in map(chr, HOLES) if hole not in text), None) if spans else None
    if hole is None:
        return rule.apply(text)
    ends = [0, *itertools.chain.from_iterable(spans), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(ends)]
    prose = rule.apply(hole.join(parts[::2])).split(hole)
    return "".join(
        itertools.chain.from_iterable(itertools.zip_longest(prose, parts[1::2], fillvalue=""))
    )


_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def _require_text(text: object) -> None:
    if not isinstance(text, str):
        hints = {"bytes": "decode it first, for example data.decode('utf-8')"}
        hint = hints.get(type(text).__name__, "to read a file or URL use vnsum.read")
        raise InputError(f"expected text as a str, not {type(text).__name__}: {hint}")
    if len(_CONTROLS.findall(text)) > BINARY_SHARE * len(text):
        raise InputError(
            "the text has too many control characters and seems to be binary data: extract its "
            "text first"
        )


def _join_surrogates(text: str) -> str:
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        at = error.start // 2
        raise InputError(
            f"the text has a lone surrogate near character {at}: it was decoded from bytes that "
            "are not in the encoding it was read with; read it again with the right encoding"
        ) from error


_LINE_MOJIBAKE = re.compile(
    "á[º»][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|Ä[‘\u0090\u0091]|Æ[°¡]|Ã[¡-º¼-¿]|â€|Ã[ƒ‚]"
)


# Bytes of UTF-8 follow one another, and none of them is ASCII.
_RUN = re.compile(r"[^\x00-\x7f]+")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_FROM_WINDOWS = {ord(char): code for code, char in _WINDOWS.items() if char}


def _decode_twice(text: str) -> str:
    """Return a text that is UTF-8 read as Latin throughout; others may quote such words."""
    if not _LINE_MOJIBAKE.search(text):
        return text
    while True:  # a pass shortens the text or ends
        try:
            fixed = _RUN.sub(_decode_run, text)
        except UnicodeError:
            return text
        if fixed == text:
            return text
        text = fixed


def _decode_run(match: re.Match[str]) -> str:
    run = match.group()
    try:
        return run.translate(_FROM_WINDOWS).encode("latin-1").decode("utf-8")
    except UnicodeError:
        if any(char.isalpha() for char in run):
            raise
        return run  # ©, », no-break spaces


def _fix_mojibake(text: str) -> str:
    from ftfy import fix_encoding

    lines = text.split("\n")
    return "\n".join(fix_encoding(line) if _LINE_MOJIBAKE.search(line) else line for line in lines)


# `&` may be escaped repeatedly, as in `&amp;amp;`: the whole chain is one entity.
_ENTITY = re.compile(r"&(?:amp;|#0{0,5}38;|#[xX]0{0,5}26;)*([A-Za-z][A-Za-z0-9]{1,31};|#[0-9]{1,8};"
                     r"|#[xX][0-9A-Fa-f]{1,6};)|&(?:amp;|#0{0,5}38;|#[xX]0{0,5}26;)+")  # fmt: skip
_ENTITY_SPELLING = re.compile(r"[A-Za-z0-9#;]")


def _decode_entity(match: re.Match[str]) -> str:
    name = match.group(1)
    if name is None:
        return "&"
    char = html.unescape(f"&{name}")
    if char == f"&{name}" or _ENTITY_SPELLING.search(char):
        return match.group()
    return char


def _decode_entities(text: str) -> str:
    return _ENTITY.sub(_decode_entity, text)


_PAGE_ENTITY = re.compile(r"&(?:[A-Za-z]{3,8}|#[0-9]{3,4}|#[xX][0-9A-Fa-f]{2,4});")


def _convert_page(page: str) -> str:
    """Return a page converted to Unicode if it is in a legacy encoding, else unchanged."""
    # Editors wrote the bytes of such pages as entities of Latin-1: `Vi&Ouml;t` for `ViÖt`.
    plain = _PAGE_ENTITY.sub(_decode_letter, page)
    raw, found = (len(_NOT_ASCII.findall(form)) for form in (page, plain))
    form = plain if found > 2 * raw else page
    converted = legacy.convert(form)
    return page if converted == form else converted


def _decode_letter(match: re.Match[str]) -> str:
    char = html.unescape(match.group())
    return match.group() if char.isascii() or char == "\u00a0" else char


def _fix_c1(text: str) -> str:
    return text.translate(_WINDOWS)


_CAPITALS = re.compile(r"[A-ZĐÐƉ]{2,6}")
_D_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]*[ÐðƉɖ][^\W\d_]*")
_D_LOOKALIKES = {ord("Ð"): "Đ", ord("ð"): "đ", ord("Ɖ"): "Đ", ord("ɖ"): "đ"}


def _fix_d_word(match: re.Match[str]) -> str:
    word = match.group()
    fixed = word.translate(_D_LOOKALIKES)
    return fixed if is_syllable(fixed) or _CAPITALS.fullmatch(word) else word


def fix_d(text: str, *, context: str) -> str:
    """Return a part of a text with the D of its Vietnamese words; `context` tells the language."""
    is_vietnamese = _D_WORD.search(text) and detect(context) == "vi"
    return _D_WORD.sub(_fix_d_word, text) if is_vietnamese else text


def _table(keys: str, values: str) -> dict[int, str]:
    return {ord(key): value for key, value in zip(keys, values, strict=True)}


_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LIGATURES = {0xFB00 + i: s for i, s in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad]+")
_LATIN = r"[\x00-\x7f\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]"
# Joiners have a meaning between emoji and in Arabic or Indic scripts, but not beside Latin letters.
_JOINERS = re.compile(
    f"(?:(?<={_LATIN})|^)[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]+(?={_LATIN}|$)"
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _rule(
    name: str, repairs: str, trigger: re.Pattern[str] | str, apply: Callable[[str], str]
) -> FixRule:
    return FixRule(name=name, repairs=repairs, trigger=re.compile(trigger), apply=apply)


FIXES: tuple[FixRule, ...] = (
    _rule("surrogates", "surrogate pairs", "[\ud800-\udfff]", _join_surrogates),
    _rule("mojibake", "UTF-8 read as Windows-1252 or Latin-1", _LINE_MOJIBAKE, _fix_mojibake),
    _rule("legacy", "TCVN3, VNI, VISCII or CP1258 read as Latin", _NOT_ASCII, legacy.convert),
    _rule("c1", "Windows-1252 read as Latin-1", "[\x80-\x9f]", _fix_c1),
    _rule("entities", "HTML entities", _ENTITY, _decode_entities),
    _rule("line_breaks", "line breaks other than \\n", _LINE_BREAKS,
          lambda text: _LINE_BREAKS.sub("\n", text)),
    _rule("controls", "control characters", _CONTROLS, lambda text: _CONTROLS.sub("", text)),
    _rule("zero_width", "invisible characters", _ZERO_WIDTH,
          lambda text: _ZERO_WIDTH.sub("", text)),
    _rule("joiners", "joiners beside Latin letters", _JOINERS,
          lambda text: _JOINERS.sub("", text)),
    _rule("spaces", "no-break and other wide spaces", _SPACES,
          lambda text: _SPACES.sub(" ", text)),
    _rule("full_width", "full-width letters, digits and punctuation", "[\uff01-\uff5e]",
          lambda text: text.translate(_FULL_WIDTH)),
    _rule("ligatures", "typographic ligatures", "[\ufb00-\ufb06]",
          lambda text: text.translate(_LIGATURES)),
    _rule("hyphens", "no-break and Unicode hyphens", "[\u2010\u2011]",
          lambda text: text.translate(_table("\u2010\u2011", "--"))),
    _rule("marks", f"more than {MOST_MARKS} combining marks in a row", LONG_RUN, drop_marks),
    _rule("nfc", "decomposed letters (NFD, CP1258)", _NOT_ASCII, compose),
    _rule("word_segmentation", "words joined by underscores", word_segmentation.JOINED,
          word_segmentation.join_syllables),
    _rule("quotations", "wrapped lines of quotations in e-mails", r"(?m)^>.*\n>",
          wrapping.join_quoted),
    _rule("d_stroke", "Icelandic and African D for Vietnamese Đ", "[ÐðƉɖ]",
          lambda text: fix_d(text, context=text)),
)  # fmt: skip
