"""Recognizing links to other articles, tags, addresses and captions by the form of their line."""

from __future__ import annotations

import itertools
import re

from vnsum.reading.boilerplate.captions import find_credit, is_caption_line, is_one_sentence
from vnsum.reading.boilerplate.names import NAMES
from vnsum.reading.boilerplate.page import Line, Page, has_stop, is_title_like
from vnsum.reading.boilerplate.sections import SECTION_NAMES
from vnsum.reading.boilerplate.signatures import is_signature

_POINTER_WORD = (
    r"(?:(?:xem|đọc|tham khảo) thêm(?: (?:tin|bài|clip|video))?|xem tiếp|đọc tiếp|đón đọc|"
    r"(?:các )?(?:tin|bài|bài viết|tin bài|tin tức) (?:liên quan|khác|đọc nhiều|xem nhiều|nên đọc|"
    r"mới nhất|nổi bật|mới|cùng (?:chuyên mục|chủ đề|tác giả))|"
    r"(?:xem )?(?:các |những )?(?:tin|bài|bài viết) khác (?:của|cùng) tác giả|"
    r"có thể bạn quan tâm|bạn có thể (?:quan tâm|thích)|(?:bạn|bạn đọc|độc giả) quan tâm|"
    r"(?:mời )?(?:quý )?(?:độc giả|bạn đọc) (?:xem|đón xem|theo dõi|đón đọc)(?: thêm)?|"
    r"mời (?:quý )?(?:bạn đọc|độc giả) xem (?:clip|video)|"
    r"(?:tin|bài|video) (?:đang )?(?:được )?(?:xem|đọc|quan tâm) nhiều(?: nhất)?|"
    r"mời (?:quý )?(?:bạn đọc|độc giả)|đừng bỏ lỡ|cùng chủ đề|chủ đề liên quan|đọc nhiều nhất|"
    r"xem nhiều nhất|xem clip|xem video|mời xem video|"
    r"related|related news|related articles|related stories|read more|see also|also read|"
    r"read next|more news|more on this story|don't miss|recommended|most read)"
)
# Labels of links that also begin paragraphs: "Recommended: a machine with 8 GB of memory."
_LABEL_OR_POINTER = re.compile(
    r"(?:tham khảo thêm|related|recommended|don't miss)\s*:", re.IGNORECASE
)
_POINTER_MARK = re.compile(r"(?:[>»]\s?){2,}|»\s?|>\s?(?=[^\s=\d])|[►▶➤]\s?")
_READER = r"(?:(?:quý )?(?:bạn đọc|độc giả)|bạn|quý vị)"
_POINTER_LINE = re.compile(
    rf"\*?\s?(?:mời )?(?:{_READER} )?{_POINTER_WORD}\s*(?::.*|[>»].*|$)", re.IGNORECASE
)
# A pointer to one page, which no list of titles follows.
_LINK_LINE = re.compile(
    rf"(?:mời )?(?:{_READER} )?(?:xem|đọc) (?:thêm|tiếp)"
    r"(?:(?: \S.{0,14})? (?:tại|ở))? đây ?[.…]?",
    re.IGNORECASE,
)
_ENDED = r"[.!?…:”\"’)]"
# Arrows point to another page after a sentence only: "Settings >> Display", "a >> log.txt".
_INLINE_POINTER = re.compile(
    rf"(?:(?<={_ENDED})|(?<={_ENDED}\s))(?:>>+|>(?: >)+|»)\s*\S.{{0,250}}$|"
    rf"(?<![>»])[>»]+\s*{_POINTER_WORD}\b.{{0,250}}$",
    re.I,
)
_SITES = r"(?:chúng tôi|báo|tạp chí|trang|kênh|fanpage|us)"
_NETWORK = r"(?:facebook|twitter|zalo|youtube|tiktok|instagram|linkedin|telegram|e-?mail|x)"
_CONTROL = re.compile(
    r"[\[(•*]?\s?(?:"
    r"(?:(?:(?:xem|gửi|tất cả|viết|hiện|đọc|thêm|đăng|để lại) ){0,3}(?:\d{1,6} )?(?:các )?"
    r"(?:bình luận|ý kiến|phản hồi)(?: bạn đọc| của bạn)?|"
    r"chia sẻ|thích|"
    r"lưu(?: tin| bài| bài viết)?|in(?: tin| bài| bài viết| trang)|gửi (?:e-?mail|bài viết)|"
    r"sao chép(?: liên kết| link)?|copy link|comments?|share|tweet|like|save|print)"
    r"(?: (?:bài viết|bài|tin|qua|lên|trên)(?: (?:này|facebook|zalo|twitter|e-?mail))?)?"
    r"(?:\s?[:(]?\s?\d{1,6}\s?\)?)?|"
    r"\d{1,6} (?:bình luận|chia sẻ|lượt (?:thích|xem|chia sẻ)|comments?|likes?|shares?|views?)|"
    rf"{_NETWORK}(?:[ ,|/]{{1,3}}{_NETWORK}){{1,8}}|bạn đang đọc bài viết\b.{{0,200}}|"
    r"đăng ký nhận (?:bản )?tin\b.{0,60}|đăng ký (?:theo dõi )?kênh(?: (?:youtube|của)\b.{0,60})?|"
    rf"đăng ký theo dõi(?: (?:{_SITES}|{_NETWORK})\b.{{0,60}})?|"
    r"quảng cáo|advertisements?|tin tài trợ|nội dung tài trợ|sponsored|"
    r"(?:nghe|phát) (?:đọc )?(?:bài|tin|audio|podcast)(?: (?:viết|báo|này))?|"
    r"listen to this article|"
    rf"theo dõi {_SITES}\b(?: \S+){{0,6}} (?:trên|tại|qua) [^.,:!?]{{1,40}}|theo dõi {_SITES}|"
    rf"(?:follow|mời {_READER} theo dõi) \S.{{0,40}} (?:on|trên|tại|qua) "
    rf"{_NETWORK}(?:(?:,? and|,|,? or| và) {_NETWORK}){{0,6}}\.?|"
    r"follow us(?: on .{1,40})?|lên đầu trang|về đầu trang|xem tất cả|xem ảnh lớn|"
    rf"(?:trở lại|quay lại|về|back to) (?:trang |chuyên mục |mục )?"
    rf"(?:chủ|trước|home|{SECTION_NAMES})"
    r")\s?[\])>»]?",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"(?:từ kh[oó][aá]|từ khoá|tags?|keywords?)\s*:\s*\S.*|"
    r"(?:chuyên mục|category)\s*:\s*[^.!?…:]{2,40}",
    re.IGNORECASE,
)
FEW = 3  # lines at the beginning, where a subject is stated; paragraphs in a row
_LABEL = re.compile(r"[^\W\d_]{1,20}(?: [^\W\d_]{1,20}){0,3}: (?=\S)")
# Also the subject of an e-mail or of a text, at the beginning or in sentences.
_SUBJECT = re.compile(r"chủ đề\s*:\s*(?:[^?!…:;.]|[:;.](?=\S))+", re.IGNORECASE)
_URL = re.compile(r"<?(?:(?:https?|ftp)://|www\.)\S+>?|<?[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}>?")
_TRAILING_BYLINE = re.compile(
    rf"(?<=[.!?…”\"]) ?(?i:tin|bài|clip)(?:,| và) (?i:ảnh|hình)\s?: ?(?:{NAMES})\.?$"
)


def is_pointer(text: str) -> bool:
    """Return whether a sentence is only a link to another article.

    >>> is_pointer("Xem thêm > > > Giá vàng hôm nay"), is_pointer("Giá vàng tăng mạnh.")
    (True, False)
    """
    line = text.strip()
    if _LABEL_OR_POINTER.match(line) and line.endswith("."):
        return False
    return bool(_POINTER_LINE.fullmatch(line) or _LINK_LINE.fullmatch(line))


def claim_lines(page: Page) -> None:
    """Claim the lines whose kind is recognized by their form."""
    prose = page.prose()
    labelled = _labelled_paragraphs(page, prose)
    in_list = False
    for line in prose:
        content = page.head(line)
        if line in labelled:
            in_list = False
        elif claim_by_form(page, line):
            in_list = line.kind == "related" and not _LINK_LINE.fullmatch(content)
        elif in_list and _is_related_title(page.content(line)):
            page.claim_line(line, "related")
        else:
            in_list = False
            _claim_tail(page, line, alone=len(prose) == 1)


def _labelled_paragraphs(page: Page, prose: list[Line]) -> set[Line]:
    """Return the sentences with labels of captions in a row of paragraphs with other labels.

    In a review with "Màn hình: …", "Hình ảnh: …" and "Video: …" they are its text.
    """
    found: set[Line] = set()
    for has_label, lines in itertools.groupby(
        prose, lambda line: _LABEL.match(page.head(line)) is not None
    ):
        row = [(line, page.head(line)) for line in lines] if has_label else []
        captions = [line for line, content in row if is_caption_line(content)]
        if FEW <= len(row) > len(captions):
            found.update(line for line in captions if _is_long_sentence(page.content(line)))
    return found


def _is_long_sentence(content: str) -> bool:
    return content.endswith(".") and content.count(" ") >= 5


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
    elif _TAGS.fullmatch(content) or (
        _SUBJECT.fullmatch(content) and (line is page.lines[-1] or line not in page.lines[:FEW])
    ):
        page.claim_line(line, "tags")
    elif is_pointer(content):
        page.claim_line(line, "related")
    elif _CONTROL.fullmatch(content):
        page.claim_line(line, "control")
    elif match := _POINTER_MARK.match(content):
        if match.group().strip() == ">" and has_stop(content):
            return False
        page.claim_line(line, "related")
    elif is_caption_line(content):
        page.claim_line(line, "caption")
    else:
        return False
    return True


def _inline_pointer(tail: str) -> re.Match[str] | None:
    """Return the match of a link after a sentence; a » that closes a quotation is none."""
    match = _INLINE_POINTER.search(tail)
    while match and match[0][0] == "»" and _is_open(tail, match.start()):
        match = _INLINE_POINTER.search(tail, match.start() + 1)
    return match


def _is_open(text: str, end: int) -> bool:
    return text.rfind("«", 0, end) > text.rfind("»", 0, end)


def _claim_tail(page: Page, line: Line, *, alone: bool) -> None:
    """Claim a link or byline at the end of a line, or a picture credit with its caption."""
    tail = page.text[max(line.start, line.end - 280) : line.end]
    for match, kind in (
        (_inline_pointer(tail), "related"),
        (_TRAILING_BYLINE.search(tail), "author"),
    ):
        if match:
            page.claim_suffix(line, len(match.group()), kind)
            return
    match = find_credit(tail)
    if match is None:
        return
    credit = len(match.group())
    before = page.content(line)[: line.end - line.start - credit].strip()
    if not has_stop(before) and (end := before.rfind(". ")) >= 0:
        # Only the last sentence, which the credit continues, is certainly the caption.
        page.claim_suffix(line, line.end - line.start - end - 1, "caption")
    elif is_one_sentence(before) and not alone:
        page.claim_line(line, "caption")
    else:
        page.claim_suffix(line, credit, "caption")
