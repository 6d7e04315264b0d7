"""Recognizing the headline, the name of the section above it, and headings."""

from __future__ import annotations

import itertools
import re

from vnsum.reading.boilerplate.page import Line, Page, has_stop, is_title_like
from vnsum.reading.boilerplate.sections import is_section
from vnsum.reading.boilerplate.signatures import goes_on_byline, is_byline

LONGEST_TITLE = 200
SHORTEST_LEAD = 60  # characters
LONGEST_CROSSHEAD = 120
PARAGRAPH = 100  # minimum length of a paragraph in characters, if no blank lines separate them
REPEATED = 0.6  # of the words of a line, if the sentence below it says the same
FEWEST_WORDS = 3
MOST_WORDS_ASKED = 12  # of a heading that is a question
_SENTENCE = re.compile(r".*?[^\WA-Z][.!?…][\"”’)]*(?=\s|$)")  # not up to the stop of TP.
_WORD = re.compile(r"[^\W_]+")
# Questions of somebody, to somebody, or about what was said before.
_ASKED = re.compile(
    r"^(?:Vậy|Nếu|Thế|Nhưng|Và|Vì sao lại|Rồi|Còn|Hay|Liệu|Tại sao|Sao|Phải chăng|Chẳng lẽ|Lẽ nào|"
    r"Xin|Thưa|Chào)\b|^\S+(?: \S+)?:|"
    r"\b(?:ấy|này|đó|thế|vậy|kia|đây|tôi|chúng ta|bạn|mình|anh|chị|em|ông|bà|con|cháu|cô|thầy|nó|"
    r"họ|ta)\b",
    re.IGNORECASE,
)


def claim_headline(page: Page) -> str | None:
    """Claim the headline, a title-like first line followed by prose, and the other headings.

    Returns the headline.
    """
    _claim_rubric(page, page.prose())
    prose = page.prose()
    title = _headline(page, prose)
    if title is not None:
        page.claim_line(prose[0], "headline")
        page.has_headline = True
    for line in page.prose():
        if line.kind == "heading":
            page.claim_line(line, "heading")
    return title


def _headline(page: Page, prose: list[Line]) -> str | None:
    if not prose or prose[0].kind == "item":
        return None
    first = page.content(prose[0])
    if prose[0].kind == "heading":
        return first
    if len(prose) < 2 or len(first) > LONGEST_TITLE or prose[1].kind == "item":
        return None
    lead = page.head(prose[1])
    leads_on = has_stop(page.content(prose[1])) or len(lead) >= 80 or _leads_later(page, prose)
    asks = first.endswith(("?", "!")) and prose[0].blank_after and len(lead) > len(first)
    title_like = is_title_like(first) or (asks and is_title_like(first.rstrip("?!")))
    return first if title_like and leads_on and not lead[:1].islower() else None


def _leads_later(page: Page, prose: list[Line]) -> bool:
    """Return whether the second line is a byline, caption or heading above the lead."""
    if len(prose) < 3 or any(line.kind for line in prose[1:3]):
        return False
    if len(prose) > 3 and is_byline(page.content(prose[1])):
        below = (page.content(line) for line in prose[2:])
        return has_stop(next(itertools.dropwhile(goes_on_byline, below), ""))
    second, lead = map(page.content, prose[1:3])
    return is_title_like(second) and has_stop(lead) and len(lead) > max(len(second), SHORTEST_LEAD)


def _claim_rubric(page: Page, prose: list[Line]) -> None:
    """Claim the section name above a headline, such as `Thời sự`, as a heading."""
    if len(prose) < 3 or any(line.kind for line in prose[:3]):
        return
    rubric, title, lead = map(page.content, prose[:3])
    if (
        (is_section(rubric) or (rubric.count(" ") < 2 and is_title_like(rubric)))
        and title.count(" ") >= 2
        and is_title_like(title)
        and has_stop(lead)
        and len(lead) > len(title)
    ):
        page.claim_line(prose[0], "heading")


def claim_crossheads(page: Page) -> None:
    """Claim crossheads as headings: short lines without a full stop between two paragraphs.

    Or above a sentence that repeats them, or a question below the headline. Lines of verse, lists
    and tables stand next to similar lines and are not claimed.
    """
    prose = page.prose()
    if page.has_headline and len(prose) > 1 and _asks_above(page, *prose[:2]):
        page.claim_line(prose[0], "heading")
    for before, line, after in list(zip(prose, prose[1:], prose[2:], strict=False)):
        listed = "item" in (before.kind, after.kind)
        if line.kind or listed or not _is_crosshead_like(page.content(line)):
            continue
        if _divides(page, before, line, after) or _is_repeated(page, line, after):
            page.claim_line(line, "heading")


def _asks_above(page: Page, line: Line, after: Line) -> bool:
    """Return whether a line is a short question to nobody, above a long and complete sentence."""
    content, rest = page.content(line), page.content(after)
    return (
        not (line.kind or after.kind)
        and FEWEST_WORDS <= content.count(" ") + 1 <= MOST_WORDS_ASKED
        and content.endswith("?")
        and content[0].isupper()
        and not _ASKED.search(content)
        and len(rest) > PARAGRAPH
        and rest.endswith(".")
        and rest[0].isupper()
        and _is_balanced(content)
        and _is_balanced(rest)
    )


def _is_balanced(content: str) -> bool:
    return content.count("“") == content.count("”") and content.count('"') % 2 == 0


def _is_crosshead_like(content: str) -> bool:
    if len(content) > LONGEST_CROSSHEAD or content[0] in "\"“'‘(" or not is_title_like(content):
        return False
    return content[0].isupper() and " " in content


def _is_repeated(page: Page, line: Line, after: Line) -> bool:
    """Return whether the first sentence of the next line says the same at greater length."""
    sentence = _SENTENCE.match(page.head(after))
    if sentence is None or not sentence[0][0].isupper():
        return False
    own, others = (_WORD.findall(text.lower()) for text in (page.content(line), sentence[0]))
    shared = len({*own} & {*others}) / max(1, len({*own}))
    return FEWEST_WORDS <= len(own) < len(others) and shared >= REPEATED


def _divides(page: Page, before: Line, line: Line, after: Line) -> bool:
    content = page.content(line)
    least = len(content) if before.blank_after and line.blank_after else PARAGRAPH
    return (
        all(
            has_stop(page.content(other)) and other.end - other.start > least
            for other in (before, after)
        )
        and not page.head(after)[:1].islower()
    )
