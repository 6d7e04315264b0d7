"""The boilerplate of news: dates, datelines, end marks, signatures, captions, pointers, teasers.

Each function claims one group from the page; the order is in `find_boilerplate`.
"""

from __future__ import annotations

import datetime
import functools
import re
from importlib import resources

from vnsum.reading.boilerplate.dates import date_line, leading_date
from vnsum.reading.boilerplate.page import Line, Page, has_stop, is_title_like

HEAD_LINES = 6  # lines at the top of a page where its date may stand
TAIL_LINES = 4  # prose lines at the end where it may be signed
LONGEST_TITLE = 200
# Capital letters with and without diacritics, for a character class of a pattern.
CAPITALS = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

_NAME_WORD = rf"[{CAPITALS}][\w’'.]{{0,15}}"
_NAME = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,4}}"
_NAMES = rf"{_NAME}(?: ?(?:[,;&/]|[-–—]|và|and) ?{_NAME}){{0,3}}"
_BEFORE_MARK = r"[\w.!?…”\"’)\]%]"
_END_MARK = re.compile(rf"(?:(?<={_BEFORE_MARK})|(?<={_BEFORE_MARK} ))(\./\.|/\.)(?=[\s(]|$)")
_CREDIT_WORD = (
    r"(?:ảnh|hình|hình ảnh|nguồn ảnh|ảnh minh h[oọ][aạ]|ảnh minh hoạ|ảnh tư liệu|ảnh chụp màn hình|"
    r"clip|nguồn clip|video|đồ h[oọ][aạ]|đồ hoạ|infographics?|bản đồ|thiết kế|photo|photos|image|"
    r"picture|graphic|source photo|photo by|photo courtesy of)"
)
_BRACKETED_CREDIT = re.compile(
    rf"[(\[]\s*{_CREDIT_WORD}(?:\s*[:/]\s*[^()\[\]]{{1,100}}| minh h[oọ][aạ]| minh hoạ"
    rf"|\s*)[)\]]\.?$",
    re.IGNORECASE,
)
_BARE_CREDIT = re.compile(
    rf"(?:^|(?<=[.!?…”\"] )|(?<=[.!?…”\"]))(?i:{_CREDIT_WORD})\s*[:/]\s*[^.:!?]{{1,60}}\.?$"
)
_CAPTION_LINE = re.compile(rf"[(\[]?\s*{_CREDIT_WORD}\s*:.{{1,250}}", re.IGNORECASE)
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
_AUTHOR_LABEL = re.compile(
    r"[(\[]?(?:theo|nguồn|tác giả|biên dịch|người dịch|biên soạn|tổng hợp|phóng viên|pv|"
    r"thực hiện|bài và ảnh|bài, ảnh|bài|tin, ảnh|nội dung|by|written by|reporting by|source|"
    r"reported by|edited by|editing by|compiled by)"
    rf"(?:\s*:)?\s*(?P<who>(?-i:[{CAPITALS}“\"])[^.:;!?]{{1,80}})[)\]]?\.?",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    rf"(?P<who>{_NAMES})(?:\s*[(\[/|–-]\s*(?:(?:theo|tổng hợp|nguồn|t/h|th|dịch|lược dịch|"
    r"lược thuật|biên dịch|ghi|gt|from|with)\b[^()\[\]]{0,60}|[^()\[\]]{2,40})[)\]]?)?",
)
_PEN_NAME = re.compile(rf"(?:PV|P\.V|BBT|[{CAPITALS}]\.[{CAPITALS}][a-z]?)\.?(?:/.{{1,40}})?")
_NAME_AND_DATE = re.compile(rf"(?P<who>{_NAMES} ?[-–—|•,]) (?P<date>.*\d.*)")
_PLACE = (
    rf"(?:{_NAME_WORD}(?:[ -]{_NAME_WORD}){{0,4}})"
    rf"(?:[,/-] ?{_NAME_WORD}(?: {_NAME_WORD}){{0,4}}){{0,2}}"
)
_SHORT_DATE = (
    r"(?:ngày |hôm )?\d{1,2}(?:[/.-]\d{1,2}){0,2}(?:[/.-]\d{2,4})?|(?:ngày )?\d{1,2} tháng \d{1,2}"
    r"(?: năm \d{4})?|[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?|\d{1,2} [A-Z][a-z]{2,8}\.?(?: \d{4})?"
)
_DATELINE = re.compile(
    rf"(?:{_PLACE},? ?)?(?:\(?(?:{_SHORT_DATE})\)?,? ?)?"
    r"\((?P<who>[^\W\d_][^()]{0,38}?)(?:,? (?:" + _SHORT_DATE + r"))?\)"
    r"(?: ?(?:" + _SHORT_DATE + r"))?,? ?(?:[-–—]{1,2}|:) ?"
)
_OUTLET_DASH = re.compile(r"(?P<who>[^\W\d_][\w&.+/ ]{1,24}?) ?[-–—] (?=[“\"(]?[^\W\d_])")
_PLACE_DATE = re.compile(rf"{_PLACE}, (?:{_SHORT_DATE})(?: -{{1,2}}| ?[–—]) ")


def is_pointer(text: str) -> bool:
    """Return whether a sentence only points to another article.

    >>> is_pointer("Xem thêm > > > Giá vàng hôm nay"), is_pointer("Giá vàng tăng mạnh.")
    (True, False)
    """
    return bool(_POINTER_LINE.fullmatch(text.strip()))


def is_caption(text: str) -> bool:
    """Return whether a sentence ends with the credit of a picture, whose caption it is.

    >>> is_caption("Thủ tướng Hun Sen. Ảnh: Reuters."), is_caption("Ảnh: cảnh đẹp. Ông về quê.")
    (True, False)
    """
    return _find_credit(text.strip()) is not None


def _find_credit(text: str) -> re.Match[str] | None:
    """Return the credit of a picture at the end of a text."""
    return _BRACKETED_CREDIT.search(text) or _BARE_CREDIT.search(text)


@functools.cache
def agencies() -> frozenset[str]:
    """Return the names with which agencies and papers sign, lower-cased."""
    data = resources.files("vnsum.languages") / "data" / "agencies.txt"
    lines = data.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line and not line.startswith("#"))


def _agency(name: str) -> str | None:
    """Return `name` without brackets and `theo` if it is an agency, or several joined by `/`."""
    bare = re.sub(r"(?i)^(?:theo|nguồn|by|source)(?:\s*:)?\s+", "", name.strip("()[]. "))
    parts = [part.strip() for part in re.split(r"[,/]| và | and |\s[-–]\s", bare) if part.strip()]
    known = agencies()
    if bare.lower() in known or (parts and all(part.lower() in known for part in parts)):
        return bare
    return None


def claim_header_date(page: Page) -> datetime.date | None:
    """Claim `date 2026-01-10` at the very beginning, glued to the text or not."""
    for line in page.prose()[:1]:
        if found := leading_date(page.head(line)):
            page.claim_prefix(line, found[0], "date")
            line.kind = ""
            return found[1]
    return None


def claim_date_lines(page: Page) -> datetime.date | None:
    """Claim the date lines near the top and the bottom; the first of them is the date."""
    first = None
    prose = page.prose()
    for line in prose[:HEAD_LINES] + prose[HEAD_LINES:][-2:]:
        content = page.head(line)
        found = date_line(content)
        if found is None and (match := _NAME_AND_DATE.fullmatch(content)):
            found = date_line(match.group("date"))
            if found is not None:
                page.claim_prefix(line, match.end("who"), "author")
        if found is not None:
            page.claim_line(line, "date")
            first = first or found
    return first


def claim_end_mark(page: Page) -> str | None:
    """Claim the agency's `/.`, and what follows the last one as teasers of other articles.

    What follows is the article again, not a teaser, where it is longer than what came before, or
    more than a quarter of it on the same line. Returns the agency that signs after the mark.
    """
    before, after = _cut_at_end_marks(page)
    if not before:
        return None
    source = None
    times = 4 if after and page.text.count("\n", before[-1].end, after[0].start) == 0 else 1
    if times * _length(after) <= _length(before):
        for line in after:
            source = _claim_after_end(page, line) or source
    return source


def _cut_at_end_marks(page: Page) -> tuple[list[Line], list[Line]]:
    """Cut lines at their end marks and claim these; return the lines before and after the last."""
    lines: list[Line] = []
    last = 0
    for line in page.lines:
        lines.append(line)
        for mark, end in _end_marks(page, line):
            rest = lines[-1].cut(mark)
            page.claim(mark, end, "end_mark")
            last = len(lines)
            rest.start = end
            while rest.start < rest.end and page.text[rest.start].isspace():
                rest.start += 1
            lines.append(rest)
    page.lines = lines
    prose = [(index, line) for index, line in enumerate(lines) if line.start < line.end]
    before = [line for index, line in prose if index < last]
    return before, [line for index, line in prose if index >= last]


def _end_marks(page: Page, line: Line) -> list[tuple[int, int]]:
    """Return where the end marks of a line start and end, less the full stop of its sentence."""
    return [
        (match.start(1) + (match.group(1) == "./."), match.end())
        for match in _END_MARK.finditer(page.text, line.start, line.end)
        if "://"
        not in page.text[max(line.start, match.start() - 100) : match.start()].rpartition(" ")[2]
    ]


def _length(lines: list[Line]) -> int:
    return sum(line.end - line.start for line in lines)


def _claim_after_end(page: Page, line: Line) -> str | None:
    """Claim a line after the end of the article; return the agency if it names one."""
    content = page.head(line)
    if _is_signature(content):
        return _claim_signature(page, line)
    if not _claim_by_form(page, line):
        page.claim_line(line, "teaser")
    return None


def _is_signature(content: str) -> bool:
    """Return whether a line is only the name of an agency or of at most four people."""
    if _PEN_NAME.fullmatch(content):
        return True
    if len(content) > 100 or (" " not in content and not _agency(content)):
        return False
    name = _SIGNATURE.fullmatch(content.strip("()[] "))
    return bool(
        _agency(content)
        or (_AUTHOR_LABEL.fullmatch(content) and content.count(" ") < 12)
        or (name and not has_stop(content))
    )


def claim_lines(page: Page) -> None:
    """Claim the lines that say by their form what they are."""
    prose = page.prose()
    pointing = False
    for line in prose:
        if _claim_by_form(page, line):
            pointing = line.kind == "related"
        elif pointing and _is_pointed_at(page.content(line)):
            page.claim_line(line, "related")
        else:
            pointing = False
            _claim_tail(page, line, alone=len(prose) == 1)


def _is_pointed_at(content: str) -> bool:
    """Return whether a line below `Tin liên quan` is the title of another article."""
    return is_title_like(content) and content.count(" ") >= 2 and not _is_signature(content)


def _claim_by_form(page: Page, line: Line) -> bool:
    """Claim a whole line by its form; say whether that was done."""
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
    elif _CAPTION_LINE.fullmatch(content):
        page.claim_line(line, "caption")
    else:
        return False
    return True


def _claim_tail(page: Page, line: Line, *, alone: bool) -> None:
    """Claim the credit of a picture, with its caption, or a pointer at the end of a line."""
    tail = page.text[max(line.start, line.end - 280) : line.end]
    if match := _INLINE_POINTER.search(tail):
        page.claim_suffix(line, len(match.group()), "related")
        return
    match = _find_credit(tail)
    if match is None:
        return
    before = page.content(line)[: line.end - line.start - len(match.group())].strip()
    captioned = len(before) <= 250 and len(re.findall(r"[.!?…](?=\s)", before)) <= 1
    if captioned and not alone:
        page.claim_line(line, "caption")
    else:
        page.claim_suffix(line, len(match.group()), "caption")


def claim_headline(page: Page) -> str | None:
    """Claim the headline, a first line like a title with prose below it, and other headings."""
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
    leads_on = has_stop(page.content(prose[1])) or len(lead) >= 80
    asks = first.endswith(("?", "!")) and prose[0].blank_after and len(lead) > len(first)
    title_like = is_title_like(first) or (asks and is_title_like(first.rstrip("?!")))
    return first if title_like and leads_on and not lead[:1].islower() else None


def _claim_rubric(page: Page, prose: list[Line]) -> None:
    """Claim `Thời sự` above the headline: some words above a longer title and its lead."""
    if len(prose) < 3 or any(line.kind for line in prose[:3]):
        return
    rubric, title, lead = map(page.content, prose[:3])
    if (
        rubric.count(" ") < 4 <= title.count(" ")
        and is_title_like(rubric)
        and is_title_like(title)
        and has_stop(lead)
        and len(lead) > len(title)
    ):
        page.claim_line(prose[0], "heading")


def claim_datelines(page: Page) -> str | None:
    """Claim `Hà Nội (TTXVN 9/1) -` and `TTO -` before the lead; return the agency they name."""
    for line in page.prose()[:3]:
        head = page.head(line)
        match = _DATELINE.match(head)
        if match and (_agency(match.group("who")) or _is_dateline(match.group())):
            page.claim_prefix(line, match.end(), "dateline")
            return match.group("who").strip()
        match = _OUTLET_DASH.match(head)
        if match and _agency(match.group("who")):
            page.claim_prefix(line, match.end(), "dateline")
            return match.group("who").strip()
        if match := _PLACE_DATE.match(head):
            page.claim_prefix(line, match.end(), "dateline")
            return None
    return None


def _is_dateline(prefix: str) -> bool:
    """Return whether a prefix with an unknown name in brackets still is a dateline."""
    place = prefix.partition("(")[0].strip(" ,")
    return prefix.rstrip()[-1] != ":" and (not place or (place.isupper() and len(place) > 2))


def claim_endings(page: Page) -> str | None:
    """Claim who signed, below the headline or at the end, and what comes after the signature."""
    source = None
    prose = page.prose()
    if len(prose) > 1 and page.has_headline and _is_signature(page.content(prose[0])):
        source = _claim_signature(page, prose[0])
    body = page.prose()
    _claim_after_signature(page, body)
    for line in reversed(page.prose()[1:]):
        if not _is_signature(page.content(line)) or line.kind == "item":
            break
        source = _claim_signature(page, line) or source
    for line in page.prose()[-1:]:
        source = _claim_trailing_agency(page, line) or source
    return source


def _claim_after_signature(page: Page, body: list[Line]) -> None:
    """Claim what follows an agency's signature near the end as teasers, where it is short."""
    for index in range(max(3, len(body) - TAIL_LINES), len(body) - 1):
        if _agency(page.content(body[index])) or _signed_for(page.content(body[index])):
            for line in body[index + 1 :]:
                _claim_after_end(page, line)
            return


def _signed_for(content: str) -> bool:
    """Return whether a line is a signature that names an agency, as `Như Tâm (Theo CNN)`."""
    return _is_signature(content) and any(map(_agency, re.split(r"[()]| - ", content)))


def _claim_signature(page: Page, line: Line) -> str | None:
    """Claim a line that is a signature; return the agency if it names one."""
    content = page.content(line)
    agency = _agency(content)
    page.claim_line(line, "agency" if agency else "author")
    return agency or next(filter(None, map(_agency, re.split(r"[()]| - ", content))), None)


def _claim_trailing_agency(page: Page, line: Line) -> str | None:
    """Claim `(TTXVN/Vietnam+)` after the last sentence of a line."""
    content = page.text[max(line.start, line.end - 60) : line.end]
    opened = content.rfind("(")
    if not content.endswith(")") or opened <= 0:
        return None
    before = content[:opened].rstrip()
    agency = _agency(content[opened:])
    if agency and has_stop(before):
        page.claim_suffix(line, len(content) - opened, "agency")
        return agency
    return None
