"""Recognizing captions by their credit, or by their wording."""

from __future__ import annotations

import functools
import re
from importlib import resources

from vnsum.reading.boilerplate.credits import ENGLISH_CREDITS
from vnsum.reading.boilerplate.names import NAMES, agency_name
from vnsum.reading.boilerplate.page import Page, is_title_like

LONGEST_CAPTION = 250  # characters
LONGEST_WITHOUT_CREDIT = 120
OPENING_QUOTES = "\"“'‘«"
MOST_WORDS = 24  # of a caption without a verb
LONGEST_EVENT = 200  # characters of a caption that names an event and a day

_MEDIUM = (
    r"(?:(?:nguồn |hình |chú thích |trong )?ảnh|ảnh (?:trên|dưới)|hình|nguồn ảnh|ảnh chụp màn hình|"
    r"ảnh minh h[oọ][aạ]|ảnh minh hoạ|ảnh tư liệu|(?:nguồn |xem )?clip|video|đồ h[oọ][aạ]|đồ hoạ|"
    r"infographics?|bản đồ|thiết kế|photos?|image|picture|graphic|source photo|photo by|"
    r"photo courtesy of)"
)
# Credits without a colon: what the picture is, or where it comes from.
_NOTE = (
    r"(?:(?:hình )?ảnh|hình|clip|video|đồ h[oọ][aạ])\s"
    r"(?:(?:(?:chỉ )?mang )?(?:tính )?(?:chất )?minh h(?:[oọ]a|oạ)|tư liệu|internet|facebook|"
    r"chụp màn hình|(?:được )?(?:cắt|chụp|lấy|trích)(?: ra)? từ\s.{1,50}|"
    r"cắt (?:clip|video)\b.{0,50}|"
    r"(?:do\s)?\S.{1,50}\s(?:cung cấp|gửi đến|ghi lại|chụp lại)|do\s\S.{1,50}\s(?:chụp|gửi|đăng))"
)
# The text of a credit: dots only inside of names and after initials and titles.
_CREDITED = r"(?:[^.:!?;\n]|\.(?=[\w/])|(?<=\b[A-ZĐ])\.|(?<=\bMr)\.|(?<=\bDr)\.){1,70}"
_BEFORE = r"(?:^|(?<=[.!?…”\"’'\])])\s?|\s?[-–—|•·]\s?)"
_CREDITS = (
    re.compile(
        rf"[(\[]\s*(?:{_MEDIUM}(?:\s*[:/]\s*[^()\[\]]{{1,100}}|\s*)|{_NOTE})[)\]][.…]?$",
        re.IGNORECASE,
    ),
    re.compile(rf"{_BEFORE}(?:{_MEDIUM}\s*[:/]\s*{_CREDITED}|{_NOTE})[.…]?$", re.IGNORECASE),
    # After other text, only with a capital letter, as in "Sân trường ngập Ảnh: Lan Anh".
    re.compile(
        r"(?<=[\w”\"%),])\s?(?:(?:Ảnh|ẢNH|Hình|HÌNH|Nguồn ảnh|Clip|CLIP|Video|VIDEO|"
        r"Photo|PHOTO|Photograph|"
        r"Đồ (?:họa|hoạ))"
        rf"\s?:\s?(?:{NAMES})[.…]?$|"
        r"(?:Ảnh|ẢNH)\s(?i:minh h(?:[oọ]a|oạ))[.…]?$)"
    ),
    *ENGLISH_CREDITS,
)
_CAPTION_LINE = re.compile(
    rf"[(\[]?\s*(?:{_MEDIUM}\s*:.{{1,{LONGEST_CAPTION}}}|{_NOTE}[)\]]?[.…]?)", re.IGNORECASE
)
_BARE_CREDIT = re.compile(
    rf"[(\[]?(?i:ảnh|photo|video|clip|đồ họa|đồ hoạ)\s?: ?(?:{NAMES})[)\]]?\.?"
)
_PICTURE = re.compile(r"[(\[]?(?:ảnh|photo)\b", re.IGNORECASE)  # not a video, which a lead tells
_INNER_END = re.compile(r"[.!?…](?=\s)")
_LEADING_CREDIT = re.compile(
    r"(?:Ảnh|Photo)\s?:\s?|(?P<note>Ảnh minh h(?:[oọ]a|oạ)\.?(?: \(Nguồn: [^()\n]{1,60}\))?)|"
    r"(?P<bracket>\((?i:(?:ảnh|hình|video|clip|photo)[^():\n]{0,20}|nguồn)\s?:[^()\n]{1,80}\)\.?)"
)
_NAMED = re.compile(rf"(?:{NAMES})[.!]{{1,2}}(?=\s)")
PLACED = re.compile(
    r"\((?:[^()]{0,30}\s)?(?:trái|phải|giữa|áo \w{2,6}|left|right|center)(?:[,\s][^()]{0,30})?\)"
)
# Where a person stands in a picture, and nothing else: "(bên phải)", "(thứ hai từ trái)".
_SIDE = re.compile(
    r"\((?:(?:bên|bìa|bía|ngoài|cùng|từ|đứng|ngồi|góc|người|thứ \w+|hàng \w+),?\s)*"
    r"(?:trái|phải|giữa)(?:,? (?:sang|qua|ảnh|cùng)(?: (?:trái|phải))?)?\)"
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
# Nouns for events, which verbs follow: "vụ cháy", "cuộc tập trận".
_EVENTS = frozenset(["vụ", "cuộc", "trận", "chuyến", "buổi", "lễ", "đợt", "phiên"])
_NO_OPENING = frozenset([
    "theo", "tại", "ở", "trong", "từ", "sau", "hôm", "ngày", "tháng", "năm", "sáng", "chiều", "tối",
    "đêm", "trưa", "và", "cùng", "với", "hồi", "nay", "cuối",
])  # fmt: skip
_CLAUSE = re.compile(r",? (?:(?:trước|sau|trong|ngay|tại) )?(?:khi|lúc|nơi)(?! (?:đó|ấy|này)\b) ")
_VIDEO_TITLE = re.compile(
    r"(?:Video|Clip|Đoạn video|Ảnh (?:chụp|vệ tinh|chân dung)|Hiện trường|Quang cảnh|Toàn cảnh|"
    r"Phối cảnh|Chân dung)\s"
)
_SPACED_HYPHEN = re.compile(r"(?<=\w) - (?=\w)")  # Kung Sok - ung
_AFTER_NAME = frozenset(["và", "tại", "trong", "cùng"])  # after a name, where no verb is
_TELLING = re.compile(
    r"\b(?:được|có|đã|cho thấy|gây|lan|bị|là|khiến|đang|sẽ|không|xuất hiện|kéo dài|nằm)\b"
)
_MAIN_VERB = re.compile(r"\b(?:đã|đang|sẽ|thì|là|vẫn|cần|phải|không|chưa|cũng|nên|có thể)\b")
NO_CAPTION = re.compile(r"[;:\"“”!?…]|\.\s")
_EVENT_CAPTION = re.compile(
    r"(?P<who>.*?\S)\s(?P<event>(?:tại|trong)\s(?:một |buổi |lễ )?(?:cuộc|lễ|buổi|phiên|họp báo|"
    r"hội nghị|sự kiện|chuyến|hội thảo|đại hội|toạ đàm)\b"
    r".*\b(?:hôm|ngày|sáng|trưa|chiều|tối|đêm|năm|tháng)\s[\d/-]+\.)"
)
_EVENT_VERB = re.compile(
    r"\b(?:đã|đang|sẽ|bị|được|là|thì|vẫn|cần|phải|không|chưa|cũng|giành|thắng|thua|khiến|"
    r"trở thành|nói|cho|tuyên bố|theo|khi|gây|làm|và)\b"
)
# Words in quotation marks, which need not match, and words for who somebody claims to be.
_EPITHET = re.compile(
    r"[\"“‘'][^\"“”‘’']{1,32}[\"”’']|\b(?:tự xưng|lâm thời|phong trào|tự phong)\b"
)
_NO_EVENT_CAPTION = re.compile(r"[\"“”‘’';:!?…]")


def is_caption(text: str) -> bool:
    """Return whether a sentence is a caption that ends with a picture credit.

    >>> is_caption("Thủ tướng Hun Sen. Ảnh: Reuters."), is_caption("Ảnh: cảnh đẹp. Ông về quê.")
    (True, False)
    """
    return find_credit(text.strip()) is not None


def find_credit(text: str) -> re.Match[str] | None:
    """Return the match of the picture credit at the end of `text`."""
    return next(filter(None, (credit.search(text) for credit in _CREDITS)), None)


def is_bare_credit(sentence: str) -> bool:
    """Return whether a sentence is only a picture credit, such as `Ảnh: Lan Anh.`"""
    return _BARE_CREDIT.fullmatch(sentence) is not None


def is_caption_line(content: str) -> bool:
    """Return whether a line begins like a credit, such as `Video: Cảnh dọn bùn`."""
    return _CAPTION_LINE.fullmatch(content) is not None


def is_one_sentence(content: str) -> bool:
    """Return whether a text has the length of a caption and at most one end inside."""
    return len(content) <= LONGEST_CAPTION and len(_INNER_END.findall(content)) <= 1


def claim_credited(page: Page) -> None:
    """Claim the short captions whose credit follows on a line of its own."""
    lines = page.lines
    top = page.prose()[:2]
    below_title = top[-1] if len(top) > 1 and is_title_like(page.content(top[0])) else None
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        if line.kind == "caption" and before.start < before.end and not before.kind:
            content = page.content(before)
            credit = page.text[before.end : after.start].strip()
            # A sentence on the first line may be the lead, and a title the headline.
            first = before is lines[0] and not is_noun_phrase(content)
            pictured = before is below_title and _PICTURE.match(credit)
            longest = LONGEST_CAPTION if pictured else LONGEST_WITHOUT_CREDIT
            if not first and is_bare_credit(credit) and _is_short(content, longest):
                page.claim_line(before, "caption")


def _is_short(content: str, longest: int) -> bool:
    single = _INNER_END.search(content) is None
    return len(content) <= longest and single and content[-1] != ":"


def leading_credit(head: str) -> int:
    """Return the length of a caption with its credit at the start of a paragraph, or 0."""
    for match in _LEADING_CREDIT.finditer(head, 0, LONGEST_CAPTION + 100):
        end = match.end()
        if not (match["note"] or match["bracket"]):
            named = _NAMED.match(head, end)
            end = named.end() if named else end + _agency_length(head[end : end + 60])
            if end == match.end():
                continue
        rest = head[end:].lstrip(" .")
        opens = rest[:1].isupper() or rest.startswith(tuple(OPENING_QUOTES))
        if opens and is_one_sentence(head[: match.start()].rstrip(" -–")):
            return len(head) - len(rest)
        return 0
    return 0


def _agency_length(text: str) -> int:
    """Return the length of the longest name of an agency at the start of `text`, or 0."""
    ends = [match.end() for match in re.finditer(r"\S+", text)][:4]
    return next((end for end in reversed(ends) if agency_name(text[:end])), 0)


def is_noun_phrase(sentence: str) -> bool:
    """Return whether a sentence certainly has no main verb, such as a name with a title.

    Every word before `khi` or `nơi` is a proper noun, a number or listed in `caption_words.txt`.

    >>> is_noun_phrase("Hiện trường vụ cháy ở Huế."), is_noun_phrase("Cảnh sát đến hiện trường.")
    (True, False)
    """
    bare = _SPACED_HYPHEN.sub("-", PLACED.sub("", sentence))
    if not sentence.endswith(".") or NO_CAPTION.search(bare):
        return False
    phrase, *clause = _CLAUSE.split(bare, maxsplit=1)
    if clause and _MAIN_VERB.search(clause[0]):
        return False
    return 2 <= len(_WORD.findall(phrase)) <= MOST_WORDS and has_only_nouns(phrase)


def has_only_nouns(phrase: str) -> bool:
    """Return whether each word is a proper noun, a number or in `caption_words.txt`.

    >>> has_only_nouns("Nữ tài xế Lan"), has_only_nouns("Lan lái xe")
    (True, False)
    """
    words = _WORD.findall(_compounds().sub("", phrase))
    if phrase.isupper():  # where capitals say nothing about which words are names
        words = [word.lower() for word in words]
    if words and words[0].lower() in _NO_OPENING:
        return False
    named = words and words[0].lower() not in caption_words() and not _compounds().match(phrase)
    if named and words[1:] and words[1].islower() and words[1] not in _AFTER_NAME:
        return False
    free = 0  # words after the noun of an event, which may be verbs
    for word in words[1:]:
        if word.islower() and word not in caption_words() and not free:
            return False
        free = 2 if word in _EVENTS else max(0, free - 1)
    return True


def is_event_caption(sentence: str) -> bool:
    """Return whether a sentence names people at an event and a day, without a verb.

    >>> is_event_caption("Ca sĩ Lan tại lễ hội hoa hôm 3/9."), is_event_caption("Lan hát hôm 3/9.")
    (True, False)
    """
    if len(sentence) > LONGEST_EVENT:
        return False
    found = _EVENT_CAPTION.fullmatch(sentence)
    if found is None or _EVENT_VERB.search(found["event"]):
        return False
    who = " ".join(_EPITHET.sub("", PLACED.sub("", found["who"])).split())
    return bool(who) and not _NO_EVENT_CAPTION.search(who + found["event"]) and has_only_nouns(who)


def is_placed(sentence: str) -> bool:
    """Return whether a sentence says where people stand in a picture, as only captions do.

    >>> is_placed("Ông Tám (bìa phải) đón khách."), is_placed("Ông Tám (giữa tháng 5) đón khách.")
    (True, False)
    """
    found = _SIDE.search(sentence)
    return found is not None and not NO_CAPTION.search(sentence[: found.start()])


def is_video_title(sentence: str) -> bool:
    """Return whether a sentence names what a video or picture shows, without telling about it.

    >>> is_video_title("Video hiện trường ở Huế."), is_video_title("Video được phát ở Huế.")
    (True, False)
    """
    return _VIDEO_TITLE.match(sentence) is not None and not _TELLING.search(sentence)


@functools.cache
def _compounds() -> re.Pattern[str]:
    """Return a pattern of the listed nouns of several syllables."""
    nouns = sorted((word for word in caption_words() if "_" in word), key=len, reverse=True)
    return re.compile(r"\b(?:{})\b".format("|".join(nouns).replace("_", " ")), re.IGNORECASE)


@functools.cache
def caption_words() -> frozenset[str]:
    """Return the syllables of nouns, numerals and prepositions that captions use."""
    data = resources.files("vnsum.languages") / "data" / "caption_words.txt"
    lines = data.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
