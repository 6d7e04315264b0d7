"""Detection of text types other than prose: poem, table, price list, live report, interview, list.

Extractive summaries of such texts are less useful, so summaries get a finding. The type is
detected from the form, length and content of the lines; a text of unclear type counts as prose.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vnsum.results.document import Document
from vnsum.results.result import Finding
from vnsum.summarization.extractive.tfidf import syllables

KIND: Final = "shape"

FEWEST_LINES = 4  # shorter texts are not classified
VERSE = (3, 10)  # syllables per line of verse
ENTRY = 14  # maximum syllables per line of a list

_COLUMNS = re.compile(r"\t|\s\|\s|^\||\S {3,}\S")
_BULLET = re.compile(r"(?:[-–—•*+·]|\d{1,3}[.)]|[a-zđ][.)])\s")
_CLOCK = re.compile(r"[-–—•*]?\s*(?:\[|\()?\d{1,2}(?:[:h]\d{2}|h|\s?giờ(?:\s?\d{2})?)(?!\w)")
_PRICE = re.compile(
    r"\d[\d.,]{0,30}\s*(?:đồng|đ|k|nghìn|ngàn|triệu|tỷ|tỉ|USD|VND|VNĐ|₫|\$|€|%|kg|lượng|chỉ)"
    r"(?!\w)|[$€₫]\s?\d"
)
_SPEAKER = re.compile(r"(?:PV|Phóng viên|MC|Hỏi|Đáp|Q|A|[^\W\d_][^:.!?\n]{1,40}):\s")
_TURN = re.compile(r"[-–—]\s")
_ENDED = (".", "!", "?", "…", ".”", '."', "!”", "?”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The non-blank lines of a text and their lengths in syllables."""

    texts: tuple[str, ...]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, document: Document) -> Lines:
        """Return the lines of a document."""
        texts = tuple(line.strip() for line in document.text.splitlines() if line.strip())
        return cls(texts=texts, lengths=tuple(len(syllables(text)) for text in texts))

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of lines for which `holds` returns true."""
        return sum(bool(holds(text)) for text in self.texts) / max(1, len(self.texts))


def detect_text_type(document: Document) -> str | None:
    """Return the name of the text type of `document`, `None` for prose.

    >>> from vnsum import segment
    >>> detect_text_type(segment("Trời mưa to ở Huế. Đường ngập sâu."))
    >>> prices = "Gạo 18.000 đồng\\nThịt 95.000 đồng\\nCá 70.000 đồng\\nRau 9.000 đồng"
    >>> detect_text_type(segment(prices))
    'prices'
    """
    texts = [sentence.text for sentence in document.sentences]
    if len(texts) >= FEWEST_LINES and _most_common(texts) > len(texts) / 2:
        return "repeated"
    lines = Lines.of(document)
    if len(lines.texts) < FEWEST_LINES:
        return None
    return next((kind.name for kind in TEXT_TYPES if kind.fits(lines)), None)


def text_type_findings(document: Document) -> tuple[Finding, ...]:
    """Return a warning about the text type of `document`, nothing for prose."""
    name = detect_text_type(document)
    if name is None:
        return ()
    found = next((kind for kind in TEXT_TYPES if kind.name == name), REPEATED)
    message = f"The text looks like {found.about}: {found.risk}."
    return (Finding(kind=KIND, severity="warning", message=message),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextType:
    """A text type: its name, a description, the risk for a summary, and a test of the lines."""

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


REPEATED = TextType(
    name="repeated",
    about="one repeated sentence",
    risk="the sentence is included only once",
    fits=lambda lines: False,
)
# In order of precedence: a table of prices is a table.
TEXT_TYPES = (
    TextType(
        name="table",
        about="a table",
        risk="selected rows are hard to understand without the column headings",
        fits=_is_table,
    ),
    TextType(
        name="live",
        about="a live report",
        risk="selected entries may be outdated by later ones",
        fits=_is_live_report,
    ),
    TextType(
        name="interview",
        about="an interview",
        risk="a selected sentence may not show who is speaking or which question it answers",
        fits=_is_interview,
    ),
    TextType(
        name="prices",
        about="a price list",
        risk="selected entries are examples, not a summary",
        fits=_is_price_list,
    ),
    TextType(
        name="list",
        about="a list",
        risk="selected entries are examples, not a summary",
        fits=_is_list,
    ),
    TextType(
        name="poem",
        about="a poem",
        risk="selected lines do not tell what it is about",
        fits=_is_poem,
    ),
)
