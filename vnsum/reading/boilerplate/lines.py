"""Recognizing links to other articles, tags, addresses and captions by the form of their line."""

from __future__ import annotations

import re

from vnsum.reading.boilerplate.captions import CAPTION_LINE, find_credit
from vnsum.reading.boilerplate.page import Line, Page, has_stop, is_title_like
from vnsum.reading.boilerplate.signatures import is_signature

_POINTER_WORD = (
    r"(?:xem thêm|đọc thêm|xem tiếp|đọc tiếp|tin liên quan|bài liên quan|tin bài liên quan|"
    r"bài viết liên quan|tin cùng chuyên mục|bài cùng chuyên mục|tin khác|các tin khác|"
    r"có thể bạn quan tâm|bạn có thể quan tâm|mời độc giả xem thêm|mời bạn đọc|mời quý độc giả|"
    r"tin nên đọc|đừng bỏ lỡ|tin mới nhất|tin nổi bật|cùng chủ đề|"
    r"xem clip|xem video|mời xem video|mời độc giả theo dõi|"
    r"related|related news|related articles|related stories|read more|see also|also read|"
    r"read next|more news|more on this story|don't miss|recommended)"
)
_POINTER_MARK = re.compile(r"(?:[>»]\s?){2,}|»\s?|>\s?(?=\S)|[►▶➤]\s?")
_POINTER_LINE = re.compile(rf"\*?\s?(?:mời )?{_POINTER_WORD}\s*(?::.*|[>»].*|$)", re.IGNORECASE)
_INLINE_POINTER = re.compile(
    rf"(?:>>+|>(?: >)+|(?<=\s)»)\s*\S.{{0,250}}$|(?<![>»])[>»]+\s*{_POINTER_WORD}\b.{{0,250}}$",
    re.I,
)
_TAGS = re.compile(r"(?:từ kh[oó][aá]|từ khoá|tags?|keywords?|chủ đề)\s*:\s*\S.*", re.IGNORECASE)
_URL = re.compile(r"<?(?:(?:https?|ftp)://|www\.)\S+>?|<?[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}>?")


def is_pointer(text: str) -> bool:
    """Return whether a sentence is only a link to another article.

    >>> is_pointer("Xem thêm > > > Giá vàng hôm nay"), is_pointer("Giá vàng tăng mạnh.")
    (True, False)
    """
    return bool(_POINTER_LINE.fullmatch(text.strip()))


def claim_lines(page: Page) -> None:
    """Claim the lines whose kind is recognized by their form."""
    prose = page.prose()
    in_list = False
    for line in prose:
        if claim_by_form(page, line):
            in_list = line.kind == "related"
        elif in_list and _is_related_title(page.content(line)):
            page.claim_line(line, "related")
        else:
            in_list = False
            _claim_tail(page, line, alone=len(prose) == 1)


def _is_related_title(content: str) -> bool:
    """Return whether a line below `Tin liên quan` is the title of another article."""
    return is_title_like(content) and content.count(" ") >= 2 and not is_signature(content)


def claim_by_form(page: Page, line: Line) -> bool:
    """Claim a whole line by its form; return whether it was claimed."""
    content = page.head(line)
    if len(content) < line.end - line.start:
        return False
    if _URL.fullmatch(content):
        page.claim_line(line, "url")
    elif _TAGS.fullmatch(content):
        page.claim_line(line, "tags")
    elif _POINTER_LINE.fullmatch(content):
        page.claim_line(line, "related")
    elif match := _POINTER_MARK.match(content):
        if match.group().strip() == ">" and has_stop(content):
            return False
        page.claim_line(line, "related")
    elif CAPTION_LINE.fullmatch(content):
        page.claim_line(line, "caption")
    else:
        return False
    return True


def _claim_tail(page: Page, line: Line, *, alone: bool) -> None:
    """Claim a link at the end of a line, or a picture credit with its caption."""
    tail = page.text[max(line.start, line.end - 280) : line.end]
    if match := _INLINE_POINTER.search(tail):
        page.claim_suffix(line, len(match.group()), "related")
        return
    match = find_credit(tail)
    if match is None:
        return
    before = page.content(line)[: line.end - line.start - len(match.group())].strip()
    captioned = len(before) <= 250 and len(re.findall(r"[.!?…](?=\s)", before)) <= 1
    if captioned and not alone:
        page.claim_line(line, "caption")
    else:
        page.claim_suffix(line, len(match.group()), "caption")
