"""Detection of hard-wrapped text, as in e-mails, PDF files and OCR output, by its line lengths.

A line of wrapped text is full: the first word of the next line does not fit into its width. The
line lengths of the whole text decide whether it is wrapped and at which width. Lines of a
proportional font have the same width but not the same length, so their width is estimated from
their letters.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vnsum.languages.rules import word_classes
from vnsum.reading.boilerplate.dates import date_line
from vnsum.reading.letter_widths import ERROR, measure

NARROWEST, WIDEST = 42, 125  # characters of the longest line of a wrapped text
SHORTEST_LINE = 40  # characters of a line that continues with a small letter in any text
RAGGED = 0.15  # share of the width by which lines of proportional fonts differ
FEW_BREAKS = 3  # fewer line breaks within sentences are weak evidence

_LINE = re.compile(r"[^\n]+")
_CLOSING = "\"'”’»)]*_ "
_OPENING = "\"'“‘«([*_ \t"
_WORD = re.compile(r"\S+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_QUOTE = re.compile(r"(?!>>>)(?:> ?)+")  # not the prompt of Python
# Lines of lists, tables, headings, quotations, markup and front matter are never joined.
_STRUCTURE = re.compile(r"\s*(?:[|>#<]|[-=*_~]{3,}\s*$|\[[^\]]{1,100}\]:\s)")
_ITEM = re.compile(r"\s*(?:[-*+•●▪◦■□◆♦►➢✓✔·–—][ \t]|[•●▪◦►➢✓✔]|\d{1,3}[.)][ \t]|[a-zđ]\)[ \t])")
# A credit or another label at the end of a line, which is not evidence of an unfinished sentence.
_LABEL_END = re.compile(
    r"[(\[][^()\[\]]{0,80}[:/][^()\[\]]{0,80}[)\]]\.?$"
    r"|(?:^|[.!?…”\")|(–-] ?)[^\W\d_]{2,8}(?: [^\W\d_]{2,8}){0,2} ?: ?[^.:!?]{1,60}$"
)
_INNER_STOP = re.compile(r"[^\W\d_]{2}[.!?…] {1,3}[^\W\d_a-zà-ỹ]")


@dataclass(frozen=True, slots=True)
class _Break:
    """The line break between two adjacent lines, as offsets of the text.

    `start` and `end` are the ends of the two lines. `length` is the length of the line before with
    its indentation, `word` the first word after and `room` the length of this word. `first` tells
    whether the line before is the first line of the text.
    """

    start: int
    end: int
    line: str
    after: str
    length: int
    word: str
    room: int
    first: bool

    @property
    def ended(self) -> bool:
        """Whether the line before ends like a sentence or with a label such as a credit."""
        return _ends_sentence(self.line) or _LABEL_END.search(self.line[-170:]) is not None

    @property
    def lower(self) -> bool:
        """Whether the next line starts with a small letter."""
        return self.word.lstrip(_OPENING)[:1].islower()

    @property
    def starts_item(self) -> bool:
        """Whether the next line is an item of a list; after an unfinished sentence it is not."""
        return _ITEM.match(self.after) is not None and (
            self.ended or self.line[-1] in ":;" or _ITEM.match(self.line) is not None
        )

    def fills(self, width: int, slack: int = 0) -> bool:
        """Return whether the next word does not fit into the line before."""
        return self.length <= width <= self.length + max(self.room, slack)

    @property
    def unfinished(self) -> bool:
        """Whether the line before cannot be a title, or the next line not a new sentence."""
        last = self.line.rsplit(maxsplit=1)[-1].strip(_OPENING).lower()
        if self.line[-1] in ",(-–" or last in _words("unfinished"):
            return True
        if self.lower or self.line.lstrip(_OPENING)[:1].islower() or _INNER_STOP.search(self.line):
            return True
        return self.named

    @property
    def named(self) -> bool:
        """Whether the next line starts with another word than those that often start a sentence."""
        first = re.match(r"\w*", self.word.lstrip(_OPENING))
        return first is None or first.group() not in _words("starter")

    @property
    def within(self) -> bool:
        """Whether the break is within a sentence by the last word of the line before alone."""
        return self.line.rsplit(maxsplit=1)[-1].lstrip(_OPENING) in _words("unfinished")


def unwrap(text: str) -> str:
    """Return `text` with the line breaks within wrapped paragraphs replaced by spaces.

    The result has the same length. Text that is not wrapped is returned unchanged.

    >>> unwrap("Sáng nay đoàn cứu trợ đã lên đường mang theo gạo,\\nmì và nước sạch.")
    'Sáng nay đoàn cứu trợ đã lên đường mang theo gạo, mì và nước sạch.'
    """
    lines = list(_prose_lines(text))
    breaks = list(_breaks(lines, text))
    if not breaks:
        return text
    prose = [line for _, line in lines if " " in line.strip()]
    inner = [here for here in breaks if not here.ended and not here.starts_item]
    width, slack = _find_width(inner, len(breaks), [len(line) for line in prose])
    known = sum(here.fills(width, slack) for here in inner)
    printed = _find_printed(inner, len(breaks), prose, known) if known < len(inner) else set()
    pieces, position = [], 0
    for here in breaks:
        if here.start in printed or _is_soft(here, width, slack):
            pieces += [text[position : here.start], " "]
            position = here.start + 1
    return "".join([*pieces, text[position:]])


def join_quoted(text: str) -> str:
    """Return `text` with the wrapped lines of quotations, which begin with `>`, joined.

    >>> join_quoted("> Em đã nhận được thư của chị và sẽ trả lời trước\\n> cuối tuần này.")
    '> Em đã nhận được thư của chị và sẽ trả lời trước cuối tuần này.'
    """
    written: list[str] = []
    in_code = False

    def depth_of(line: str) -> int:
        nonlocal in_code
        in_code ^= _FENCE.match(line) is not None
        return 0 if in_code else _mark(line).count(">")

    for depth, lines in itertools.groupby(text.split("\n"), key=depth_of):
        block = list(lines)
        inner = "\n".join(line[len(_mark(line)) :] for line in block)
        if depth and (joined := unwrap(inner)) != inner:
            mark = _mark(block[0])
            block = [f"{mark}{line}" if line else mark.rstrip() for line in joined.split("\n")]
        written += block
    return "\n".join(written)


def _mark(line: str) -> str:
    """Return the marks of a quotation at the start of a line."""
    match = _QUOTE.match(line)
    return match.group() if match else ""


def _is_soft(here: _Break, width: int, slack: int) -> bool:
    """Return whether a line break is only due to the width of the text."""
    if here.starts_item:
        return False
    if here.lower and here.length >= SHORTEST_LINE and here.line[-1] not in '.!?…:;”"':
        return True
    return width > 0 and here.fills(width, slack)


def _prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset of the end and the text of each line outside of code, lists of links etc."""
    in_code = False
    for match in _LINE.finditer(text):
        line = match.group()
        fence = _FENCE.match(line) is not None
        in_code ^= fence
        if not (in_code or fence or line.isspace() or _STRUCTURE.match(line)):
            yield match.end(), line.rstrip()


def _breaks(lines: list[tuple[int, str]], text: str) -> Iterator[_Break]:
    """Yield the breaks between adjacent lines."""
    for (end, line), (after_end, after) in itertools.pairwise(lines):
        if text.find("\n", end + 1, after_end) >= 0:
            continue
        if date_line(line.strip()) or date_line(after.strip()):
            continue
        word = _WORD.search(after)
        yield _Break(
            start=end,
            end=after_end,
            line=line[-2 * WIDEST :],
            after=after[: 2 * WIDEST],
            length=len(line),
            word=word.group() if word else "",
            room=len(word.group()) if word else 0,
            first=end == lines[0][0],
        )


def _find_printed(inner: list[_Break], count: int, prose: list[str], known: int) -> set[int]:
    """Return the starts of breaks within sentences of a text in a proportional font.

    Such a text has more full lines than the `known` ones, which are full by their characters, and
    few others. If all its lines are full, none of them is a heading, except perhaps the first.
    """
    estimates = [_estimate(here) for here in inner]
    width, slack = _find_width(estimates, count, [measure(line) for line in prose])
    full = [here for here in estimates if here.fills(width)]
    lower = {here.start for here in full if here.lower}
    if slack or not lower or len(full) <= known:
        return set()
    if 10 * len(_misfits(estimates, width, 0)) > len(full):
        return set()
    found = {here.start for here in full if here.within}
    if len(full) == len(inner):
        found |= {
            here.start
            for here in full
            if here.named
            and not here.first
            and (here.end in lower or _ends_sentence(here.after) or _INNER_STOP.search(here.after))
        }
    return found


def _estimate(here: _Break) -> _Break:
    """Return a break with the estimated widths of its line and word in a proportional font."""
    length = measure(here.line)
    return replace(here, length=length, room=measure(here.word) + int(ERROR * length))


def _find_width(inner: list[_Break], count: int, lengths: list[int]) -> tuple[int, int]:
    """Return the width of a wrapped text and the slack of its lines, or 0 if it is not wrapped.

    `inner` are the breaks within sentences, of `count` breaks.
    """
    for ragged in (0, RAGGED):
        full = [0] * (WIDEST + 1)
        for here in inner:
            most = here.length + max(here.room, int(ragged * here.length))
            for width in range(max(here.length, NARROWEST), min(most, WIDEST) + 1):
                full[width] += 1
        fitting = list(itertools.accumulate(map(lengths.count, range(WIDEST + 1))))
        width = max(range(NARROWEST, WIDEST + 1), key=lambda w: (full[w], fitting[w], -w))
        slack = int(ragged * width)
        if _is_wrapped(width, slack, inner, count, lengths):
            return width, slack
    return 0, 0


def _is_wrapped(
    width: int, slack: int, inner: list[_Break], count: int, lengths: list[int]
) -> bool:
    """Return whether the line lengths are those of a text that is wrapped at `width`."""
    full = [here for here in inner if here.fills(width, slack)]
    longer = sum(length > width for length in lengths)
    if not full or 20 * longer > len(lengths):
        return False
    if 3 * len(_misfits(inner, width, slack)) > len(full) or 3 * len(full) < count:
        return False
    if slack:
        return len(full) > FEW_BREAKS and 3 * sum(here.lower for here in full) > len(full)
    if len(full) >= FEW_BREAKS and any(here.lower for here in full):
        return True
    return all(here.unfinished for here in full) and any(
        _ends_sentence(here.after) for here in full
    )


def _misfits(inner: list[_Break], width: int, slack: int) -> list[_Break]:
    """Return the breaks after a long line that is not full."""
    others = (here for here in inner if not here.fills(width, slack))
    return [here for here in others if width < 2 * here.length <= 2 * width]


def _ends_sentence(line: str) -> bool:
    return line.rstrip(_CLOSING)[-1:] in tuple(".!?…")


@functools.cache
def _words(kind: str) -> frozenset[str]:
    """Return the words of a class of `boundary_words.txt` in both languages."""
    return frozenset().union(
        *(word_classes("boundary_words.txt", lang)[kind] for lang in ("vi", "en"))
    )
