"""Crossheads: the short lines without a stop that divide a news article into parts.

Only a line between two paragraphs of running prose can be one; lines of verse, of a list or of a
table stand among their like and are left alone.
"""

from __future__ import annotations

from vnsum.reading.boilerplate.page import Line, Page, has_stop, is_title_like

LONGEST = 120
PARAGRAPH = 100  # characters that make a line a paragraph where no blank lines tell


def claim_crossheads(page: Page) -> None:
    """Claim the crossheads of a page as headings."""
    prose = page.prose()
    for before, line, after in list(zip(prose, prose[1:], prose[2:], strict=False)):
        listed = "item" in (before.kind, after.kind)
        if not (line.kind or listed) and _divides(page, before, line, after):
            page.claim_line(line, "heading")


def _divides(page: Page, before: Line, line: Line, after: Line) -> bool:
    content = page.content(line)
    if len(content) > LONGEST or content[0] in "\"“'‘(" or not is_title_like(content):
        return False
    if not content[0].isupper() or " " not in content:
        return False
    least = len(content) if before.blank_after and line.blank_after else PARAGRAPH
    return (
        all(
            has_stop(page.content(other)) and other.end - other.start > least
            for other in (before, after)
        )
        and not page.head(after)[:1].islower()
    )
