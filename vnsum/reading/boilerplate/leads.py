"""Recognizing captions above the lead of an article that have no credit.

Such a caption is short, in the present tense, and without a speaker; the lead that follows begins
the story again. It is claimed where it is certain: where it has no verb, says who stands on the
left, or is repeated by the lead. Others are kept in the document, and only summaries avoid them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vnsum.reading.boilerplate.captions import (
    LONGEST_CAPTION,
    LONGEST_WITHOUT_CREDIT,
    NO_CAPTION,
    OPENING_QUOTES,
    PLACED,
    has_only_nouns,
    is_bare_credit,
    is_event_caption,
    is_noun_phrase,
    is_placed,
    is_video_title,
    leading_credit,
)
from vnsum.reading.boilerplate.page import Line, Page, has_stop, is_title_like

MOST_SYLLABLES = 30
# Of a sentence that may be a caption: within the article, and above the lead.
MOST_SYLLABLES_WITHIN, MOST_SYLLABLES_FIRST = 19, 22
# Of one that shows what people do, or says what a sentence nearby says; and of such a first one.
MOST_SYLLABLES_SHOWN, MOST_SYLLABLES_TOLD_FIRST = 26, 40

# A sentence that opens like this is a part of a story.
_OPENING = re.compile(
    r"(?:rạng|sáng|trưa|chiều|tối|đêm|khuya|ngày|hôm|khoảng|lúc|vào|mới|vừa|theo|trước|hồi|cuối|"
    r"đầu|liên quan|trong|tính|sau|từ|tại|ở|đây|đó|cụ thể|như|vì|do|để|nếu|khi|với|nhưng|tuy|song|"
    r"ngoài|bên cạnh|trên|đến|cũng|dù|mặc dù|bởi|nhờ|qua|được biết|vụ (?:việc|án|tai nạn|cháy|nổ)|"
    r"sự việc|sự cố|thông tin|quyết định|phán quyết|nạn nhân là|đối tượng|tôi|chúng tôi|họ|bạn|"
    r"trao đổi|trả lời|phát biểu|nói|chia sẻ|là|có|không|việc|điều|hiện(?! trường)|tuần|tháng|năm|"
    r"thời|gần|đối|thêm|giá|đã|ghi nhận|người này|những (?:năm|ngày|tháng)|\d+h|\d+ giờ|"
    r"mùng|vài|sang|rồi|và|càng|cứ|một (?:lúc|lát|trong))\b",
    re.IGNORECASE,
)
# Words that tell, judge or refer to something said before, which captions do not.
_STORY = re.compile(
    r"\b(?:cho biết|cho hay|theo(?! dõi)|đưa tin|thông báo|thông tin|tuyên bố|cho rằng|nói(?! về)|"
    r"khẳng định|xác nhận|đã|vừa(?! qua)|sẽ|là|rằng|nhưng|vẫn|"
    r"không|chưa|cũng|nên|thì|"
    r"hiện (?:nay|tại|có|là)|trên đây|mới (?:đây|được|bị|có|ra|là|chỉ)|có thể|phải|cần|"
    r"dự kiến|từng|sắp|có nhiều|có kế hoạch|gây chú ý|thu hút|hứa hẹn|ước tính|này|"
    r"xảy ra (?:vào|lúc)|kết thúc|trở thành|chính thức|làm (?:phó )?chủ tịch|"
    r"(?:hôm|ngày|sáng|trưa|chiều|tối) \S+ "
    r"(?:ký|bắt(?! tay)|khởi tố|ban hành|công bố|quyết định))\b|"
    r"[\"“”:;?!…%]",
    re.IGNORECASE,
)
_REPORT = re.compile(r"\b(?:cho biết|cho hay|cho rằng|thông báo|đưa tin|dẫn lời)\b")
# What people do in pictures.
_SHOWN = re.compile(
    r"\s(?:phát biểu(?! rằng)|bắt tay|trả lời (?:báo|phỏng|chất)|vẫy tay|chụp ảnh|chụp hình|"
    r"trao (?:quyết|tặng|quà|giải|huân|bằng|cờ|hoa)|nhận (?:hoa|huy|quyết|giải|bằng|cờ|quà)|"
    r"tặng hoa|đứng|ngồi|nằm|tiếp(?! (?:tục|tế|theo|cận|quản|nối))|thăm|đến|tới|gặp|chào đón|đón|"
    r"thị sát|kiểm tra|tuần tra|bày tỏ|tri ân|diễu hành|tập trung|theo dõi|tham dự|dự|chủ trì|"
    r"trò chuyện|thảo luận|hạ cánh|diện|mặc|cầm|ôm|hội đàm|làm việc (?:với|tại)|bước|xem|tham quan|"
    r"xếp hàng|chất vấn|tự tin|ra (?:toà|tòa|biển)|tại|trong|cùng)\s"
)
# What a lead has: a day, a speaker, a quotation or a tense.
_LEAD = re.compile(
    r"\b(?:hôm nay|hôm qua|(?:hôm|ngày|sáng|trưa|chiều|tối|đêm)\s?\d+|\d{1,2}[/-]\d+|cho biết|"
    r"cho hay|theo|đưa tin|dẫn lời|tuần trước|tuần này|tuyên bố|tháng \d+|tuổi|đã|vừa)\b|[\"“]",
    re.IGNORECASE,
)
_SYLLABLE = re.compile(r"[^\W_]+")
_NICKNAME = re.compile(r"[\"“][^\"“”]{1,15}[\"”]")  # Joaquín "El Chapo" Guzmán
# "Dưới đây là một số hình ảnh của buổi lễ."
_ANNOUNCEMENT = re.compile(
    r"(?:(?:dưới|sau) đây là|mời|cùng(?! với)|hãy)\b[^.,]{0,60}? "
    r"(?:hình ảnh|bức ảnh|loạt ảnh|clip|video)\b",
    re.IGNORECASE,
)
# Share of a caption's syllables in the lead that repeats it, and in a sentence nearby.
REPEATED, TOLD = 0.7, 0.6
FEWEST_SYLLABLES_TOLD = 4
NEAR = 2  # sentences
_WITHOUT_VERB = (is_noun_phrase, is_event_caption)
_CONTACT = re.compile(r"(?:contact|liên hệ|phone|điện thoại|e-?mail|hotline)\b", re.IGNORECASE)
FEWEST_CAPTION_WORDS = 5  # a shorter line without a full stop is a heading


def claim_opening(page: Page) -> None:
    """Claim a caption between the headline and the lead that has no credit on its line.

    It has no full stop, or `is_certain_caption` holds. A caption and its credit may also begin the
    line of the lead.
    """
    for line in page.prose()[:2]:
        length = leading_credit(page.head(line)) if line.kind in ("", "dateline") else 0
        if length:
            page.claim_prefix(line, length, "caption")
            return
    prose = page.prose()
    if len(prose) > 1 and not prose[0].kind and _above_lead(page, prose[0], prose[1]):
        line = prose[0]
        content = page.content(line)
        if has_stop(content):
            if is_certain_caption(content, page.content(prose[1])):
                page.claim_line(line, "caption")
        elif (
            page.has_headline
            and is_title_like(content)
            and content[0] not in OPENING_QUOTES + "(*["
            and not _CONTACT.match(content)
        ):
            has_headings = any(other.kind == "heading" for other in page.lines)
            short = content.count(" ") + 1 < FEWEST_CAPTION_WORDS
            page.claim_line(line, "heading" if has_headings or short else "caption")


def claim_placed(page: Page) -> None:
    """Claim the lines that say where people stand in a picture, if other lines are left."""
    prose = page.prose()
    found = [line for line in prose if not line.kind and _is_placed_line(page.content(line))]
    if len(found) < len(prose):
        for line in found:
            page.claim_line(line, "caption")


def _is_placed_line(content: str) -> bool:
    if len(content) > LONGEST_CAPTION or not is_placed(content):
        return False
    bare = PLACED.sub("", content)
    return not (NO_CAPTION.search(bare) or _STORY.search(bare) or _OPENING.match(content))


def _above_lead(page: Page, line: Line, lead: Line) -> bool:
    """Return whether `lead` is a sentence longer than the line before it."""
    content, rest = page.content(line), page.content(lead)
    return (
        not lead.kind
        and len(content) <= LONGEST_CAPTION
        and len(rest) > max(len(content), 40)
        and has_stop(rest)
        and not rest[0].islower()
    )


def is_certain_caption(sentence: str, lead: str) -> bool:
    """Return whether the sentence above the lead is certainly a caption.

    >>> is_certain_caption("Ông Tám (phải) đón khách.", "Ông Tám hôm nay mời bà con đến nhà.")
    True
    """
    if any(rule(sentence) for rule in (*_WITHOUT_VERB, is_video_title)):
        return True
    bare = PLACED.sub("", sentence)
    if bare != sentence and not NO_CAPTION.search(bare):
        return True
    repeated = _precedes_lead(sentence, lead) and _is_repeated(sentence, lead)
    return repeated and not _STORY.search(bare)


def find_likely_captions(sentences: Sequence[str]) -> list[bool]:
    """Return for each sentence of an article whether it is likely a caption.

    These are phrases without a verb, announcements of pictures, short sentences before a credit,
    and a short first sentence before the lead.

    >>> find_likely_captions(["Người dân đứng trên mái nhà.",
    ...                       "Sáng 3/9, nước sông dâng cao đã làm ngập hàng trăm ngôi nhà ở Huế."])
    [True, False]
    """
    following = [*sentences[1:], ""]
    likely = [
        (len(text) <= LONGEST_CAPTION and any(rule(text) for rule in (*_WITHOUT_VERB, is_placed)))
        or (
            len(text) <= LONGEST_WITHOUT_CREDIT
            and (_is_video(text) or is_bare_credit(after) or _ANNOUNCEMENT.match(text) is not None)
        )
        for text, after in zip(sentences, following, strict=False)
    ]
    if len(sentences) > 1:
        likely[0] = likely[0] or _precedes_lead(sentences[0], sentences[1])
    return likely


def find_possible_captions(sentences: Sequence[str]) -> list[bool]:
    """Return for each sentence of an article whether it could be a caption.

    These are short sentences that do not tell a story, longer ones that show what people do or
    that a sentence nearby repeats, and a short first sentence without a day, a speaker or a tense
    before one that has them.

    >>> find_possible_captions(["Xe đã được kéo đi.", "Chiếc xe nằm bên lề đường."])
    [False, True]
    """
    spoken = [_syllables(text) for text in sentences]
    possible = [
        _may_be_caption(text) or _is_told_nearby(index, text, spoken)
        for index, text in enumerate(sentences)
    ]
    if len(sentences) > 1:
        possible[0] = possible[0] or _is_untold(sentences[0], sentences[1])
    return possible


def _may_be_caption(sentence: str) -> bool:
    """Return whether a sentence without a story is short or says what people do in a picture."""
    bare = PLACED.sub("", sentence)
    if not sentence.endswith(".") or _OPENING.match(bare) or _STORY.search(bare):
        return False
    length = len(_SYLLABLE.findall(sentence))
    # A list or an apposition makes a caption less likely.
    if 2 <= length <= MOST_SYLLABLES_WITHIN - (sentence.count(",") > 1):
        return True
    shown = _SHOWN.search(bare)
    return (
        length <= MOST_SYLLABLES_SHOWN
        and shown is not None
        and has_only_nouns(bare[: shown.start()])
    )


def _is_told_nearby(index: int, sentence: str, spoken: Sequence[frozenset[str]]) -> bool:
    """Return whether a longer sentence nearby has most syllables of a sentence."""
    own = spoken[index]
    most = MOST_SYLLABLES_SHOWN if index else MOST_SYLLABLES_TOLD_FIRST
    if (
        not FEWEST_SYLLABLES_TOLD <= len(_SYLLABLE.findall(sentence)) <= most
        or not sentence.endswith(".")
        or _OPENING.match(sentence)
        or _REPORT.search(sentence)
    ):
        return False
    return any(
        len(other) > len(own) and _has_share(TOLD, own, other)
        for other in (*spoken[max(0, index - NEAR) : index], *spoken[index + 1 : index + 1 + NEAR])
    )


def _is_untold(sentence: str, lead: str) -> bool:
    length, longer = (len(_SYLLABLE.findall(text)) for text in (sentence, lead))
    return (
        2 <= length <= MOST_SYLLABLES_FIRST
        and length < longer
        and sentence.endswith(".")
        and not _OPENING.match(sentence)
        and not _LEAD.search(sentence)
        and _LEAD.search(lead) is not None
    )


def _is_video(sentence: str) -> bool:
    return is_video_title(sentence) and not _STORY.search(sentence)


def _precedes_lead(sentence: str, lead: str) -> bool:
    """Return whether a first sentence is likely the caption of a picture above the lead."""
    bare = _NICKNAME.sub("", PLACED.sub("", sentence))
    length, longer = (len(_SYLLABLE.findall(text)) for text in (sentence, lead))
    if (
        not 2 <= length <= MOST_SYLLABLES
        or not sentence.endswith(".")
        or _OPENING.match(bare)
        or _LEAD.search(lead) is None
    ):
        return False
    if _STORY.search(bare):
        return longer > length and _is_repeated(sentence, lead)
    return longer > length or lead.startswith(("“", '"'))


def _is_repeated(sentence: str, lead: str) -> bool:
    return _has_share(REPEATED, _syllables(sentence), _syllables(lead))


def _syllables(text: str) -> frozenset[str]:
    return frozenset(_SYLLABLE.findall(text.lower()))


def _has_share(share: float, own: frozenset[str], other: frozenset[str]) -> bool:
    return len(own & other) >= share * len(own)
