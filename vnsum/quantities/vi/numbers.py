"""Vietnamese numbers: spelled-out numbers, and the words that are also other things."""

from __future__ import annotations

from vnsum.quantities import units
from vnsum.quantities.amounts import Amounts, Grammar
from vnsum.quantities.elision import Elisions
from vnsum.quantities.numerals import Numeral, Numerals
from vnsum.quantities.phrases import Phrases
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.vi.spelled import HALVES, JOINS, spelled
from vnsum.quantities.vi.tables import (
    BEFORE_SPACED,
    COUNTED,
    DIGITS,
    FATHER,
    IDIOMS,
    KIN,
    LAST_DIGITS,
    NOT_AFTER_YEAR,
    NOT_COUNTED,
    NOT_UNITS,
    SCALE_COMPOUNDS,
    SCALES,
    SPAN_CUES,
)

# Words after "3 triệu" that begin with a syllable of "triệu chứng" (symptom) or "tỷ giá" (rate).
NOT_COMPOUNDS = frozenset(
    (first, second)
    for first, rest in (
        ("chứng", "chỉ khoán từ nhận thư minh cứ thực"), ("giá", "trị"),
        ("tập", "tin sách thơ truyện phim vở giấy ảnh tài hồ đoàn"),
        ("số", "tiền lượng dư điện liệu"),
        ("suất", "ăn cơm quà học"), ("thí", "sinh nghiệm điểm"), ("vật", "nuôi liệu tư phẩm dụng"),
    )
    for second in rest.split()
)  # fmt: skip
NUMERALS = Numerals(
    decimal=",", scales=SCALES, spelled=spelled, halves=HALVES, points=words("phẩy phảy chấm"),
    digits={**LAST_DIGITS, "không": 0},
    compounds=SCALE_COMPOUNDS, scaled=NOT_COMPOUNDS, names=words("triệu vạn"),
    before_names=words("số đường phố nhà ngõ ngách hẻm tổ năm"),
    short=True, joins=JOINS, followers=NOT_COUNTED | words("một mỗi"), before_spaced=BEFORE_SPACED,
)  # fmt: skip


def counted(tokens: Tokens, index: int, numeral: Numeral) -> bool:  # noqa: PLR0911 - one return per word
    """Return whether a number word without unit is a number: "ba" is also father, "chín" ripe."""
    if numeral.words > 1:  # Lê Văn Mười Hai is a man
        named = tokens[index].is_capital and tokens[index + 1].is_capital
        return not (named and not tokens.starts_sentence(index))
    token, before, after = tokens[index], tokens[index - 1], tokens[index + 1]
    word = token.low
    if word == "một" or (word, after.low) in IDIOMS:
        return False
    if token.is_capital and (not tokens.starts_sentence(index) or after.is_capital):
        return False
    if word == "ba":
        if after.low == "và" and tokens.low(index + 2) in words("mẹ má con anh em tôi"):
            return False
        if after.low == "em":
            return tokens.low(index + 2) in words("học bé nhỏ trai gái sinh trong đều")
        return after.low not in FATHER and before.low not in words("bố") and after.is_word
    if word == "năm":
        return (
            after.low in COUNTED and not before.is_digits and before.low not in NOT_AFTER_YEAR
            and before.low not in DIGITS
            and not (after.low == "tháng" and before.low not in SPAN_CUES)
        )  # fmt: skip
    if word == "chín":
        return after.low in COUNTED
    if word in ("tám", "bảy", "mười", "sáu", "hai") and before.low in KIN and token.is_capital:
        return False
    return after.is_word or after.text in ",.;:)\n"


def is_year(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether digits without separators are a year: 2008, but not 2000 người."""
    follower = tokens.low(numeral.end)
    return 1900 <= numeral.value <= 2099 and follower not in COUNTED and follower != "học"


CURRENCIES = units.forms(units.CURRENCIES, "vi")
# 155 đồng yên are 155 yen.
FOREIGN = [
    (f"đồng {form}", name)
    for form, name in CURRENCIES
    if name not in ("VND", "cent") and form[0].islower() and not form.startswith("đồng")
]
GRAMMAR = Grammar(
    numerals=NUMERALS,
    units=Phrases(units.forms(units.UNITS, "vi")),
    currencies=Phrases([*CURRENCIES, *FOREIGN]),
    percents=Phrases(units.forms(units.PERCENT, "vi")),
    ages=Phrases([("tuổi", "year"), ("tháng tuổi", "month"), ("ngày tuổi", "day"),
                  ("tuần tuổi", "week"), ("năm tuổi", "year")]),
    range_words=words("đến tới và"),
    score_cues=words("số thắng thua hòa hoà bại dẫn đè trận"),
    not_units=NOT_UNITS,
    sums={"tiền": words("cổ xu kim")},  # 3 nghìn đồng tiền cổ are coins
    counted=counted,
    is_year=is_year,
    mixed_before=words("muỗng thìa cốc chén ly tách bát lon gói"),  # else 1/2 is a day
    point_after=frozenset("=<>≤≥≈~("),  # not "chết .3 người"
)  # fmt: skip


AMOUNTS = Amounts(GRAMMAR)
ELISIONS = Elisions(
    amounts=AMOUNTS,
    openers=frozenset(["từ"]),
    changes={"lên": 1, "đến": 1, "tới": 1, "thành": 0, "xuống": -1, "còn": -1},
    joins={"và": False, "hoặc": True, "hay": True},
    hedges=words("mức khoảng gần hơn dưới trên chừng chỉ còn đến tới thành"),
)
