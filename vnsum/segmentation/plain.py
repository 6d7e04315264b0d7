"""A line as it is read aloud: without note references, inline markup and emoji.

They would hide that a sentence ends, as in `**Trời mưa.**[1]`.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

_ENDED = r"(?<=[.!?…\"'”’»›)\]*_>])"  # after a final mark or what closes a sentence
_ENDS = r"(?=[.,;:!?…\"'”’»›)\]]{0,4}(?:\s|$))"  # at the end of a word
_NUMBERS = r"\d{1,4}[a-z]?(?: ?[,;–-] ?\d{1,4}[a-z]?){0,9}"
_REMARK = r"[^\W\d_A-Z](?=[^\[\]\n]{0,40}[ ?]|ic\])[^\[\]\n.!…]{1,40}"  # cần dẫn nguồn, who?, sic
_LABEL = (
    rf"{_NUMBERS}|[A-Za-z]|[ivx]{{1,5}}|\^[^\[\]\s]{{1,40}}|(?:[^\W\d_]{{1,7}} ){{1,2}}\d{{1,3}}"
)
_TARGET = r"\((?:[^()\s]|\([^()\s]{0,100}\)){1,1000}(?: \"[^\"\n]{0,200}\")?\)"  # of a link
_NOTE = rf"\\?\[(?:\\?\[)?(?:{_LABEL})\\?\](?:\])?(?:{_TARGET}|:{_NUMBERS})?"
_EMOJI = r"[\u2600-\u27bf\U0001f1e6-\U0001faff\ufe0f\u200d]"
_NAMES = "a|abbr|b|br|cite|del|em|font|i|ins|mark|s|small|span|strong|sub|sup|u"
_TAG = rf"</?(?:{_NAMES})(?:\s[^<>\n]{{0,500}})?/?>"
# What is not read, which belongs to the sentence before it if no space is between them.
_UNREAD = re.compile(
    "|".join(
        (
            rf"{_ENDED}(?:{_NOTE})+",
            rf"{_ENDED}\[{_REMARK}\](?=\s+[^a-z\s]|\s*$|\[)",
            rf"(?<=[^\W_])(?:{_NOTE}){{1,9}}{_ENDS}",
            rf"{_ENDED}\({_NUMBERS}\)(?=\s+[^a-z\s]|\s*$)",
            rf"{_ENDED}[¹²³⁰-⁹]+(?:[,–⁻˒][¹²³⁰-⁹]+)*",
            rf"{_ENDED}<sup>[^<>\n]{{1,40}}</sup>",
            _TAG,
            rf"(?<=\]){_TARGET}",
            r"(?<![^\s(\[“\"‘'])(?P<opening>[*_~]{1,6})(?=[^\s*_~])",
            rf"(?<=[^\s*_~])(?P<closing>[*_~]{{1,6}})(?:(?=[<\[])|{_ENDS})",
            rf"{_ENDED}(?: ?{_EMOJI})+",
            rf"{_ENDED}(?: ?[:;]| =)-?[()DPpv3]{{1,9}}(?=\s|$)",
        )
    )
)
# Two quick searches that tell most lines have nothing of the kind.
_SIGN = re.compile(r"[\[*_~<]")
_SIGN_AFTER_END = re.compile(rf"[.!?…\"'”’»›)] ?(?:{_EMOJI}|[:;=(¹²³⁰-⁹])")


@dataclass(frozen=True, slots=True)
class Plain:
    """The `text` of a line without what is not read, and where that was.

    `cuts` are offsets in the text in order, `removed` the number of characters removed up to each.
    """

    text: str
    cuts: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    def original(self, end: int) -> int:
        """Return the offset in the line of an end in the text, after what was removed there."""
        before = bisect.bisect_right(self.cuts, end)
        return end + self.removed[before - 1] if before else end


def read_plain(line: str) -> Plain:
    """Return a line without note references, inline markup, and emoji after a sentence.

    >>> read_plain("**Trời mưa.**[1] Gió to. 😀").text
    'Trời mưa. Gió to.'
    """
    if not (_SIGN.search(line) or _SIGN_AFTER_END.search(line)):
        return Plain(line)
    pieces: list[str] = []
    cuts: list[int] = []
    removed: list[int] = []
    position = total = 0
    for match in _find_unread(line):
        pieces.append(line[position : match.start()])
        position = match.end()
        cuts.append(match.start() - total)
        total += len(match.group())
        removed.append(total)
    return Plain("".join([*pieces, line[position:]]), tuple(cuts), tuple(removed))


def _find_unread(line: str) -> list[re.Match[str]]:
    """Return what is not read, of emphasis only the marks that have another half."""
    matches = [*_UNREAD.finditer(line)]
    opened: dict[str, int] = {}
    paired: set[int] = set()
    for match in matches:
        if match["opening"]:
            opened[match["opening"]] = match.start()
        elif match["closing"] and (start := opened.pop(match["closing"][::-1], None)) is not None:
            paired |= {start, match.start()}
    return [match for match in matches if match.lastgroup is None or match.start() in paired]
