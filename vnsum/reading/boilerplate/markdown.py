"""Recognizing the markup of Markdown and plain lists."""

from __future__ import annotations

import itertools
import re
import sys

from vnsum.reading.boilerplate.page import Line, Page, has_stop
from vnsum.reading.code_blocks import find_code_blocks

NO_SPAN = (sys.maxsize, sys.maxsize)  # after the last one
_EVIDENCE = re.compile(
    r"#{1,6} \S|(?:```|~~~)|\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)|\*\*[^*\n]+\*\*$"
)
_CONTENT = re.compile(r"[^\W_]")
_HEADING = re.compile(r"#{1,6}[ \t]+")
_CLOSING_HASHES = re.compile(r"\s#+$")
_QUOTE = re.compile(r"(?:>(?!=)[ \t]?)+")
_BULLET = re.compile(
    r"(?:[-*+•●▪◦■□◆♦►➢✓✔·–—][ \t]+(?:\[[ xX]\][ \t]+)?|[•●▪◦►➢✓✔](?=\w)|"
    r"\d{1,3}[.)][ \t]+|[a-zđ]\)[ \t]+)"
)
_ARROW = re.compile(r"[➤▶»][ \t]*(?=\w)")  # a bullet before a sentence, else a link
_AMOUNT = re.compile(r">[ \t]?\d")  # "> 60%" is more than that
_WHOLE_LINK = re.compile(r"(!?\[)([^\[\]\n]{0,300})(\]\([^()\s]{1,500}(?: \"[^\"]{0,200}\")?\))")
_LINK_TARGET = re.compile(
    r"\[(?!\^)[^\]\n]{1,100}\]:[ \t]+\S{1,500}"
    r"(?:[ \t]+(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\([^()]{0,200}\)))?"
)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]:[ \t]+")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*|_)(?=\S)([^*_]{1,400})(?<=\S)\1")
_TABLE_EDGE = re.compile(r"\|")


def claim_marks(page: Page) -> None:
    """Claim code blocks, rules, bullets, and the markup of headings, quotes, links and emphasis.

    Links and emphasis are claimed if they span the whole line.
    """
    page.is_markdown = any(_EVIDENCE.match(page.head(line)) for line in page.lines)
    _claim_code(page)
    quoted = _quotations(page)
    for line in page.prose():
        content = page.head(line)
        whole = line.end - line.start <= len(content)
        if whole and (not _CONTENT.search(content) or _LINK_TARGET.fullmatch(content)):
            page.claim_line(line, "markup")
        elif content[0] == content[-1] == "|" and len(content) > 2:
            _claim_table_row(page, line)
        else:
            _claim_prefixes(page, line, is_quoted=line in quoted)
            _claim_wrappers(page, line)


def _claim_code(page: Page) -> None:
    """Claim each fenced code block as a whole; claim an unclosed fence as markup."""
    code = find_code_blocks(page.text)
    spans = iter(code.spans)
    start, end = next(spans, NO_SPAN)
    for line in page.prose():
        while line.start >= end:
            start, end = next(spans, NO_SPAN)
        if line.start <= start < line.end:
            page.claim(line.start, start, "markup")
            page.claim(start, end, "code")
        if line.end > start:
            line.start = line.end
            line.kind = "code"
        elif code.unclosed is not None and line.start <= code.unclosed < line.end:
            page.claim_line(line, "markup")


def _claim_table_row(page: Page, line: Line) -> None:
    """Claim the bars of a table row; its cells remain prose that is not claimed later."""
    for match in _TABLE_EDGE.finditer(page.text, line.start, line.end):
        page.claim(match.start(), match.end(), "markup")
    line.start = line.end


def _quotations(page: Page) -> set[Line]:
    """Return the lines of blocks that begin with `>`, if one of them ends like a sentence.

    Other such lines are links to other articles.
    """
    found: set[Line] = set()
    for marked, lines in itertools.groupby(
        page.lines, lambda line: _QUOTE.match(page.head(line)) is not None
    ):
        block = list(lines)
        single = (
            page.head(line) for line in block if not page.head(line).startswith((">>", "> >"))
        )
        if marked and len(block) > 1 and any(map(has_stop, single)):
            found.update(block)
    return found


def _claim_prefixes(page: Page, line: Line, *, is_quoted: bool) -> None:
    content = page.head(line)
    if match := _HEADING.match(content):
        page.claim_prefix(line, match.end(), "markup")
        line.kind = "heading"
        if match := _CLOSING_HASHES.search(page.head(line)):
            page.claim_suffix(line, len(match.group()), "markup")
        return
    if match := _QUOTE.match(content):
        several = match.group().count(">") > 1
        closed = has_stop(page.content(line)) and not (several or _AMOUNT.match(content))
        if not (page.is_markdown or is_quoted or closed):
            return  # a link to another article, claimed by `lines`
        page.claim_prefix(line, match.end(), "markup")
        content = page.head(line)
    if match := _FOOTNOTE.match(content):
        page.claim_prefix(line, match.end(), "markup")
    elif match := _BULLET.match(content) or _arrow(page, line):
        page.claim_prefix(line, match.end(), "markup")
        line.kind = "item"


def _arrow(page: Page, line: Line) -> re.Match[str] | None:
    return _ARROW.match(page.head(line)) if page.content(line)[-1] in ".;" else None


def _claim_wrappers(page: Page, line: Line) -> None:
    """Claim the markup of a link or emphasis that spans the whole line."""
    content = page.head(line)
    if match := _WHOLE_LINK.fullmatch(content):
        page.claim_prefix(line, len(match.group(1)), "markup")
        page.claim_suffix(line, len(match.group(3)), "markup")
        if match.group(1) == "![":
            page.claim_line(line, "caption")
    elif match := _EMPHASIS.fullmatch(content):
        mark = len(match.group(1))
        page.claim_prefix(line, mark, "markup")
        page.claim_suffix(line, mark, "markup")
        if mark > 1 and not has_stop(match.group(2)):
            line.kind = line.kind if line.kind == "item" else "heading"
