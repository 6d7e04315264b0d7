"""Decoding the bytes of files and web pages.

Unicode is detected before any declared encoding is used, as declarations are often wrong. Legacy
Vietnamese encodings are decoded as Latin text, which `vnsum.reading.cleaning` converts.
"""

from __future__ import annotations

import codecs
import html
import re

from vnsum.errors import InputError
from vnsum.languages import legacy

# UTF-32 comes first, because its mark begins with that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDE = ("utf-16", "utf-32")
# Declared by pages in legacy Vietnamese encodings, too.
LATIN_1 = {"iso8859-1", "cp1252", "ascii"}
OTHER_LATIN = re.compile(r"iso8859-(?:[2-49]|1[03-6])|cp125[0478]")
MISDECLARED = 8  # distinct words that show that a page is not in the Latin charset it declares
META_BYTES = 4096  # as in browsers, the declaration is searched for in these bytes only
SPOILED = 0.001  # maximum share of invalid characters in a page

_LABEL = re.compile(r"[\w.:-]{1,40}", re.ASCII)
_META = re.compile(
    rb"""<(?:meta[^>]{0,300}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*(?:["']\s*)?([\w.:-]{1,40})""",
    re.IGNORECASE,
)
# Python has other codecs, some of which are unsafe for untrusted data.
_OF_PAGES = re.compile(
    r"utf-(?:8|16|32)|iso8859|iso2022|cp\d|koi8|mac|gb|big5|euc|shift|tis|johab|ascii"
)


def decode(data: bytes, *, name: str, label: str | None = None, is_html: bool = False) -> str:
    """Return the text of `data`; `label` is the encoding that the server declares, if any.

    The encoding that an HTML page declares is used, too. Raises `InputError` if none fits.

    >>> decode("Nước lên".encode("utf-16"), name="bai.txt")
    'Nước lên'
    """
    marked = next((code for mark, code in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    own = _META.search(data[:META_BYTES]) if is_html else None
    labels = [label, own[1].decode("ascii", "ignore") if own else None]
    codes = [code for code in map(_codec, labels) if code is not None]
    # ASCII characters have zero bytes in wide encodings: without any, the declaration is wrong.
    wide = [code for code in codes if code.startswith(WIDE)]
    codes = [code for code in codes if code not in wide]
    latin = data.decode("latin-1")
    for code in [marked] if marked else [*(wide if b"\0" in data else ()), "utf-8", *codes]:
        try:
            if code in LATIN_1 or (OTHER_LATIN.fullmatch(code) and _is_misdeclared(latin, code)):
                return latin
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    if not marked and legacy.detect_standard(latin) is not None:
        return latin
    return _decode_spoiled(data, marked or next(iter(codes), "utf-8"), name, is_html)


def _is_misdeclared(latin: str, code: str) -> bool:
    """Return whether a page that declares a Latin charset is in another Vietnamese encoding.

    Letters that the declared charset does not have are written as character references.
    """
    standard = legacy.detect_standard(html.unescape(latin), fewest=MISDECLARED)
    return standard is not None and (standard, code) != ("CP1258", "cp1258")


def _codec(label: str | None) -> str | None:
    """Return Python's name of a text encoding, or `None` for an unknown label."""
    label = (label or "").strip()
    if not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return name if _OF_PAGES.match(name) else None


def _decode_spoiled(data: bytes, code: str, name: str, is_html: bool) -> str:
    """Return a page that has a few invalid characters, which become U+FFFD."""
    text = data.decode(code, "replace")
    if is_html and text.count("\ufffd") <= SPOILED * len(text):
        return text
    try:
        data.decode(code)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name!r} is not valid {code} (byte {error.start}) and in no legacy Vietnamese "
            "encoding that is recognised: save it as UTF-8, or decode it and pass the text"
        ) from error
    return text
