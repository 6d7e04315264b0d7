"""Recognizing likely captions before the lead of an article whose lines are lost.

A caption that became the first sentence of a text is short, in the present tense, and without a
speaker; the lead that follows begins the story again. That is likely, not certain: such a sentence
is kept in the document, and only summaries avoid it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vnsum.reading.boilerplate.captions import (
    LONGEST_WITHOUT_CREDIT,
    PLACED,
    is_bare_credit,
    is_noun_phrase,
    is_video_title,
)

MOST_SYLLABLES = 30
FIRST_SENTENCES = 2  # captions of two pictures at most

# A sentence that opens like this is a part of a story.
_OPENING = re.compile(
    r"(?:rạng|sáng|trưa|chiều|tối|đêm|khuya|ngày|hôm|khoảng|lúc|vào|mới|vừa|theo|trước|hồi|cuối|đầu|"
    r"liên quan|trong|tính|sau|từ|tại|ở|đây|đó|cụ thể|như|vì|do|để|nếu|khi|với|nhưng|tuy|song|ngoài|"
    r"bên cạnh|trên|đến|cũng|dù|mặc dù|bởi|nhờ|qua|được biết|vụ (?:việc|án|tai nạn|cháy|nổ)|sự việc|"
    r"sự cố|thông tin|quyết định|phán quyết|nạn nhân là|đối tượng|tôi|chúng tôi|họ|bạn|trao đổi|trả lời|"
    r"phát biểu|nói|chia sẻ|là|có|không|việc|điều|hiện(?! trường)|tuần|tháng|năm|thời|gần|đối|thêm|giá|"
    r"đã|\d+h|\d+ giờ)\b",
    re.IGNORECASE,
)
# Words that tell, judge or refer to something said before, which captions do not.
_STORY = re.compile(
    r"\b(?:cho biết|cho hay|theo|đưa tin|thông báo|thông tin|tuyên bố|cho rằng|nói|khẳng định|xác nhận|"
    r"đề xuất|đề nghị|kêu gọi|yêu cầu|đã|vừa|sẽ|là|rằng|nhưng|vẫn|không|chưa|cũng|nên|thì|"
    r"hiện (?:nay|tại|có|là)|trên đây|mới|có thể|phải|cần|chính thức|tỷ|tỉ|triệu|USD|đồng|%|"
    r"(?:hôm|ngày|sáng|trưa|chiều|tối) \S+ (?:ký|bắt|khởi tố|ban hành|công bố|quyết định))\b|"
    r"[\"“”:;?!…]",
    re.IGNORECASE,
)
# What a lead has: a day, a speaker, a quotation or a tense.
_LEAD = re.compile(
    r"\b(?:hôm nay|hôm qua|(?:hôm|ngày|sáng|trưa|chiều|tối|đêm)\s?\d|\d{1,2}[/-]\d|cho biết|cho hay|"
    r"theo|đưa tin|dẫn lời|tuần trước|tuần này|tuyên bố|tháng \d|tuổi|đã|vừa)\b|[\"“]",
    re.IGNORECASE,
)
_SYLLABLE = re.compile(r"[^\W_]+")


def find_likely_captions(sentences: Sequence[str]) -> list[bool]:
    """Return for each sentence of an article whether it is likely a caption.

    These are phrases without a verb, short sentences before a credit, and one or two short
    sentences before the lead.

    >>> find_likely_captions(["Người dân đứng trên mái nhà.",
    ...                       "Sáng 3/9, nước sông dâng cao đã làm ngập hàng trăm ngôi nhà ở Huế."])
    [True, False]
    """
    following = [*sentences[1:], ""]
    likely = [
        len(text) <= LONGEST_WITHOUT_CREDIT
        and (is_noun_phrase(text) or is_video_title(text) or is_bare_credit(after))
        for text, after in zip(sentences, following, strict=True)
    ]
    for i in range(min(FIRST_SENTENCES, len(sentences) - 1)):
        likely[i] = likely[i] or precedes_lead(sentences[i], following[i])
        if not likely[i]:
            break
    return likely


def precedes_lead(sentence: str, lead: str) -> bool:
    """Return whether a first sentence is likely a caption, given the sentence after it.

    >>> precedes_lead("Nước dâng cao sáng nay.", "Nó làm ngập nhiều nhà.")
    False
    """
    bare = PLACED.sub("", sentence)
    length = len(_SYLLABLE.findall(sentence))
    return (
        2 <= length <= MOST_SYLLABLES
        and sentence.endswith(".")
        and _OPENING.match(bare) is None
        and _STORY.search(bare) is None
        and _LEAD.search(lead) is not None
        and (len(_SYLLABLE.findall(lead)) > length or lead.startswith(("“", '"')))
    )
