"""What a text is besides running prose: a poem, a table, a price list, a live report, an interview.

Picking sentences works for prose. For other shapes a summary is still made, but its reader should
know; here the shape is seen from how the lines begin, how long they are and what they hold. Pure
functions of a document; a shape that is not clear is no shape.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vnsum.results.document import Document
from vnsum.results.result import Finding
from vnsum.summarization.extractive.tfidf import syllables

KIND = "shape"

FEWEST_LINES = 4  # fewer have no shape
VERSE = (3, 10)  # syllables of a line of verse
ENTRY = 14  # syllables of a line of a list, at most

_COLUMNS = re.compile(r"\t|\s\|\s|^\||\S {3,}\S")
_BULLET = re.compile(r"(?:[-–—•*+·]|\d{1,3}[.)]|[a-zđ][.)])\s")
_CLOCK = re.compile(r"[-–—•*]?\s*(?:\[|\()?\d{1,2}(?:[:h]\d{2}|h|\s?giờ(?:\s?\d{2})?)(?!\w)")
_PRICE = re.compile(
    r"\d(?:[\d.,]*)\s*(?:đồng|đ|k|nghìn|ngàn|triệu|tỷ|tỉ|USD|VND|VNĐ|₫|\$|€|%|kg|lượng|chỉ)"
    r"(?!\w)|[$€₫]\s?\d"
)
_SPEAKER = re.compile(r"(?:PV|Phóng viên|MC|Hỏi|Đáp|Q|A|[^\W\d_][^:.!?\n]{1,40}):\s")
_TURN = re.compile(r"[-–—]\s")
_ENDED = (".", "!", "?", "…", ".”", '."', "!”", "?”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of a text that are not blank, with their numbers of syllables."""

    texts: tuple[str, ...]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, document: Document) -> Lines:
        """Return the lines of the document's text."""
        texts = tuple(line.strip() for line in document.text.splitlines() if line.strip())
        return cls(texts=texts, lengths=tuple(len(syllables(text)) for text in texts))

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of lines for which `holds` is true."""
        return sum(bool(holds(text)) for text in self.texts) / max(1, len(self.texts))


def name_shape(document: Document) -> str | None:
    """Return the name of the shape of `document`, a key of `SHAPES`, or `None` for prose.

    >>> from vnsum import segment
    >>> name_shape(segment("Trời mưa to ở Huế. Đường ngập sâu."))
    >>> name_shape(segment("Gạo 18.000 đồng\\nThịt 95.000 đồng\\nCá 70.000 đồng\\nRau 9.000 đồng"))
    'prices'
    """
    texts = [sentence.text for sentence in document.sentences]
    if len(texts) >= FEWEST_LINES and _most_common(texts) > len(texts) / 2:
        return "repeated"
    lines = Lines.of(document)
    if len(lines.texts) < FEWEST_LINES:
        return None
    return next((shape.name for shape in SHAPES if shape.fits(lines)), None)


def note_shape(document: Document) -> tuple[Finding, ...]:
    """Return a finding about the shape of `document`, or none for prose."""
    name = name_shape(document)
    if name is None:
        return ()
    shape = next((shape for shape in SHAPES if shape.name == name), REPEATED)
    message = f"the text looks like {shape.about}: {shape.risk}"
    return (Finding(kind=KIND, severity="warning", message=message),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One row of the table: what the shape is called, what it does to a summary, how it looks."""

    name: str
    about: str
    risk: str
    fits: Callable[[Lines], bool]


def _most_common(texts: Sequence[str]) -> int:
    return Counter(texts).most_common(1)[0][1]


def _is_table(lines: Lines) -> bool:
    return lines.share(_COLUMNS.search) >= 0.6


def _is_live_report(lines: Lines) -> bool:
    stamped = [text for text in lines.texts if _CLOCK.match(text)]
    return len(stamped) >= 3 and len(stamped) >= 0.25 * len(lines.texts)


def _is_price_list(lines: Lines) -> bool:
    short = sum(length <= ENTRY for length in lines.lengths) / len(lines.lengths)
    return short >= 0.7 and lines.share(_PRICE.search) >= 0.6


def _is_interview(lines: Lines) -> bool:
    questions = [text for text in lines.texts if "?" in text]
    turns = [text for text in lines.texts if _TURN.match(text) or _SPEAKER.match(text)]
    asked = len(questions) >= 0.2 * len(lines.texts)
    return len(questions) >= 2 and asked and len(turns) >= 0.4 * len(lines.texts)


def _is_list(lines: Lines) -> bool:
    short = sum(length <= ENTRY for length in lines.lengths) / len(lines.lengths)
    marked = lines.share(_BULLET.match)
    return (marked >= 0.6 and short >= 0.5) or (
        short >= 0.8 and lines.share(lambda text: re.search(r"\d", text)) >= 0.6
    )


def _is_poem(lines: Lines) -> bool:
    verses = [VERSE[0] <= length <= VERSE[1] for length in lines.lengths]
    even = statistics.pstdev(lines.lengths) <= 2.5
    unended = lines.share(lambda text: not text.endswith(_ENDED)) >= 0.4
    figures = lines.share(lambda text: re.search(r"\d", text)) >= 0.25
    return sum(verses) >= 0.9 * len(verses) and even and unended and not figures


SENTENCES = "picked sentences"
REPEATED = Shape(
    name="repeated",
    about="one sentence again and again",
    risk="it is written once",
    fits=lambda lines: False,
)
# In the order in which they are tried: a table of prices is a table.
SHAPES = (
    Shape(
        name="table",
        about="a table",
        risk="picked rows say little without their headings",
        fits=_is_table,
    ),
    Shape(
        name="live",
        about="a live report",
        risk="what is picked may have been overtaken by later entries",
        fits=_is_live_report,
    ),
    Shape(
        name="interview",
        about="an interview",
        risk="a picked sentence may not say who speaks, or which question it answers",
        fits=_is_interview,
    ),
    Shape(
        name="prices",
        about="a list of prices",
        risk="picked entries are examples, not a summary",
        fits=_is_price_list,
    ),
    Shape(
        name="list",
        about="a list",
        risk="picked entries are examples, not a summary",
        fits=_is_list,
    ),
    Shape(
        name="poem",
        about="a poem",
        risk="picked lines do not say what it is about",
        fits=_is_poem,
    ),
)
