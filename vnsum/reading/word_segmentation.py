"""Conversion of word-segmented Vietnamese, such as `công_an .`, to ordinary text.

VnCoreNLP, pyvi and underthesea write the syllables of a word with underscores between them and
white space around punctuation marks.
"""

from __future__ import annotations

import re

from vnsum.languages.syllables import is_syllable

LOWEST_SHARE = 0.08  # of the words; segmenters join at least every fourth word of running text

JOINED = re.compile(r"[^\W_]\.?_[^\W_]")
_TOKEN = re.compile(r"\S+")
# URL, e-mail address, path or file name
_ADDRESS = re.compile(r"://|www\.|\w@\w|^[!-.:-~]*[A-Za-z]/|^[!-~]*\.[A-Za-z]{2,4}$")
_IDENTIFIER = re.compile(r"[a-z0-9_]+")
_AFTER_SIGN = re.compile(r"(?<=^[#@])_")
_LOOSE_MARK = re.compile(r"(?<=[^\W_]) [.,;:!?…](?=\s|$)")
_ATTACHED_MARK = re.compile(r"(?<=[^\W_])[.,;:!?…](?=\s|$)")
_EDGES = "\"'“”‘’()[]{}.,;:!?…#@"
_QUOTE = re.compile(r"(?<!\S)([\"'])(?!\S)")  # a straight quote on its own
_SPACE = re.compile(
    # before a mark
    r"(?<=\S) (?=(?:[.,;:!?…%)\]}”’»]|\.\.\.)[\s.,;:!?…%)\]}”’»\"'/]|[.,;:!?…%)\]}”’»]$)"
    r"|(?<=\S) (?=/ ?\.(?:\s|$))"  # before the end mark of an agency
    r"|(?<=[(\[{“‘«]) "  # after an opening mark
    r"|(?<=[^\W_]|[%²³]) (?=/ [^\W_])|(?<=[^\W_] /|[%²³] /) (?=[^\W_])"  # around a slash
    r"|(?<=\d) (?=h\d\d(?!\w))"  # 7 h30
    r"|(?<=\d{4}) (?=- \d\d-\d\d(?!\d))|(?<=\d{4} -) (?=\d\d-\d\d(?!\d))"  # 2026 - 01-10
)


def join_syllables(text: str) -> str:
    """Return word-segmented text as ordinary text; other text is returned unchanged.

    Identifiers, file names and addresses keep their underscores.

    >>> join_syllables("Bản_án dành cho kẻ giả_danh công_an .")
    'Bản án dành cho kẻ giả danh công an.'
    >>> join_syllables("Hàm ten_day_du nằm trong tệp bao_cao.py.")
    'Hàm ten_day_du nằm trong tệp bao_cao.py.'
    """
    if not _is_segmented(text):
        return text
    joined = _TOKEN.sub(lambda match: _join(match.group()), text)
    return "\n".join(_attach_marks(line) for line in joined.split("\n"))


def _is_segmented(text: str) -> bool:
    """Return whether many words of the text have marked Vietnamese syllables with underscores."""
    tokens = _TOKEN.findall(text)
    joined = sum(1 for token in tokens if _is_marked_word(token))
    loose = len(_LOOSE_MARK.findall(text))
    if loose > 2 * len(_ATTACHED_MARK.findall(text)):
        return joined >= max(1, LOWEST_SHARE / 2 * len(tokens))
    return joined >= max(2, LOWEST_SHARE * len(tokens))


def _is_marked_word(token: str) -> bool:
    """Return whether a token is a word of several syllables, not all of them in ASCII."""
    return (
        not token.isascii()
        and JOINED.search(token) is not None
        and all(map(is_syllable, token.strip(_EDGES).split("_")))
    )


def _join(token: str) -> str:
    """Return a token of a segmented text without underscores, except in identifiers."""
    if "_" not in token or token.strip("_") == "" or _ADDRESS.search(token):
        return token
    word = token.strip(_EDGES)
    if _IDENTIFIER.fullmatch(word) and not any(map(is_syllable, word.split("_"))):
        return token
    return _AFTER_SIGN.sub("", token).replace("_", " ")


def _attach_marks(line: str) -> str:
    """Remove the white space between the punctuation marks of a line and their words."""
    pieces = _QUOTE.split(line)
    opened = {'"': False, "'": False}
    for index in range(1, len(pieces), 2):
        quote = pieces[index]
        opened[quote] = not opened[quote]
        if opened[quote]:
            pieces[index + 1] = pieces[index + 1].lstrip(" ")
        else:
            pieces[index - 1] = pieces[index - 1].rstrip(" ")
    return _SPACE.sub("", "".join(pieces))
