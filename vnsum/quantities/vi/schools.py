"""The levels of Vietnamese schools: "cấp 3" is a high school, and no grade or level 3."""

from __future__ import annotations

import re

from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.tables import NOT_COUNTED, SCALES

LEVELS = {"1": 1, "2": 2, "3": 3, "một": 1, "hai": 2, "ba": 3, "i": 1, "ii": 2, "iii": 3}
LISTED = re.compile("[123](?:,[123]){1,2}")  # cấp 2,3
JOINS = words(", - – / & và hay hoặc đến")
# Words before "cấp 3", and words before some of them with which they mean something else.
LEADS = words("hồi thời hết xong suốt bạn")
NOT_LEADS = {
    "trường": words("nhà thị môi công hiện hội quảng thương nông lâm đấu phim chiến"),
    "học": words(
        "đại khoa y hóa hoá tin toán văn sử sinh khóa khoá bài trình lớp môn tiết buổi tự"
    ),
}
LEADS_OF_TWO = frozenset(
    [("học", "sinh"), ("giáo", "viên"), ("phổ", "thông"), ("tốt", "nghiệp"), ("thầy", "cô"),
     ("phụ", "huynh")]
)  # fmt: skip
# Words after "trường cấp 3"; another one may be what the school gives: trường cấp 3 máy tính.
AFTER_SCHOOL = NOT_COUNTED | words(
    "huyện tỉnh quận xã thành nay này ấy đó gần tư công nội dân chuyên ngoài trong như từ cũng"
    " đều vẫn nào đang chưa còn phải năm hồi cùng trực thuộc đóng mở nghỉ dạy của cũ"
)
CUES = words("học trường lớp thầy giáo")
NEAR = 6  # tokens


def read_school(tokens: Tokens, index: int) -> Found | None:
    """Read "học sinh cấp 3", "hồi cấp 2", "trường cấp 2-3"; not "bão cấp 3"."""
    level = _level(tokens, index + 1)
    if level is None or not _is_led(tokens, index):
        return None
    value, end = level
    single = end == index + 2 and tokens[index + 1].text in LEVELS
    while tokens[end].text in JOINS:
        at = end + 2 if tokens.low(end + 1) == "cấp" else end + 1
        more = _level(tokens, at)
        if more is None:
            break
        end, single = more[1], False
    after = tokens[end]
    open_to = after.is_word and not (after.is_capital or after.low in AFTER_SCHOOL)
    if tokens.low(index - 1) in ("trường", "bạn") and single and open_to:
        return None
    if SCALES.match(tokens, end) or AMOUNTS.unit(tokens, end)[0] in ("money", "percent"):
        return None
    return Found("label", value, "school", end)


def _level(tokens: Tokens, index: int) -> tuple[int, int] | None:
    value = LEVELS.get(tokens.low(index))
    if value is None and LISTED.fullmatch(tokens[index].text):
        value = int(tokens[index].text[0])
    after = tokens[index + 1]
    return None if value is None or (after.glued and after.is_word) else (value, index + 1)


def _is_led(tokens: Tokens, index: int) -> bool:
    two, one = tokens.low(index - 2), tokens.low(index - 1)
    if (two, one) in LEADS_OF_TWO:
        return True
    return one in LEADS | NOT_LEADS.keys() and two not in NOT_LEADS.get(one, ())


def is_near_school(tokens: Tokens, index: int) -> bool:
    """Return whether a word of schools is near: "Học xong, em lên cấp 3." may mean a school."""
    return any(tokens.low(at) in CUES for at in range(index - NEAR, index + NEAR))
