"""The words of both languages that open what a sentence can do without; no rules here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vnsum.reading.boilerplate.news import CAPITALS

_PLAIN = r'[^\d,;:"“”‘’«»()–—]'  # no clause ends in it, nothing is quoted, nothing is counted
_SPOKEN = r'[^\d;:"“”‘’«»()–—]'  # the same, of several clauses
_CAPITAL = rf"(?-i:[{CAPITALS}])"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutWords:
    """What one language begins and ends its sentences with that may go.

    `connective`, `opening_source` and `opening_speaker` stand at the start, comma included;
    `closing_source` is the whole of a last clause, `last_clause` its beginning. `hedged` are
    sources that say how far a statement holds (a plan, a law, a charge) and stay, and so does a
    speaker with a word of `doubted`. `pronoun` may mean the speaker. `apposition` goes on with a
    source, `subordinate` opens a clause that cannot stand alone, `first_person` needs its speaker,
    and an aside with one of `measured` says how a figure is to be read.
    """

    connective: re.Pattern[str]
    opening_source: re.Pattern[str]
    opening_speaker: re.Pattern[str]
    closing_source: re.Pattern[str]
    last_clause: re.Pattern[str]
    hedged: re.Pattern[str]
    doubted: re.Pattern[str]
    pronoun: re.Pattern[str]
    apposition: re.Pattern[str]
    subordinate: re.Pattern[str]
    first_person: re.Pattern[str]
    measured: re.Pattern[str]


def _any(phrases: str) -> str:
    """Return the alternatives of a table cell, the longest first."""
    parts = sorted((phrase.strip() for phrase in phrases.split(",")), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, parts)) + ")"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_VI_TITLES = _any(
    "ông, bà, anh, chị, cô, chú, bác, em, cụ, luật sư, bác sĩ, tiến sĩ, giáo sư, đại tá, thượng tá,"
    "trung tá, thiếu tá, đại úy, thiếu tướng, trung tướng, đại diện, lãnh đạo, một quan chức,"
    "người phát ngôn, nhân chứng, một nhân chứng"
)
_VI_VERBS = (
    "nói, nói thêm, cho biết, cho biết thêm, cho hay, chia sẻ, khẳng định, nhấn mạnh, kể, kể lại,"
    "nhận định, phân tích, giải thích, bày tỏ, trả lời, lý giải, đưa tin"
)
_VI_SAYING = _any(f"{_VI_VERBS}, thông tin")
_VI_SOURCES = _any(
    "thông tin, tin, nguồn tin, tìm hiểu, ghi nhận, tờ, báo, hãng, hãng tin, trang, kênh, đài,"
    "phóng viên, truyền thông, ông, bà, anh, chị, lãnh đạo, đại diện, công an, cơ quan, sở, cục,"
    "UBND, AFP, AP, Reuters, BBC, CNN, Guardian, Sputnik, TASS, RT, Yonhap, Tân Hoa Xã, Bloomberg,"
    "VnExpress, Tuổi Trẻ, Daily Mail, Washington Post, New York Times"
)
_VI_SOURCE = rf"(?:{_VI_SOURCES}(?!\w){_PLAIN}{{0,80}}|{_CAPITAL}{_PLAIN}{{0,60}})"

WORDS: dict[str, CutWords] = {
    "vi": CutWords(
        connective=_pattern(
            _any(
                "tuy nhiên, trong khi đó, bên cạnh đó, ngoài ra, theo đó, được biết, mặt khác,"
                "đáng chú ý, cụ thể, cụ thể hơn, như vậy, đồng thời, thêm vào đó, không chỉ vậy,"
                "hơn nữa, thực tế, có thể nói, đặc biệt, nhìn chung, nói cách khác, ngược lại,"
                "vì vậy, do đó, vì thế, do vậy, chính vì vậy, không dừng lại ở đó, qua đó"
            )
            + r",\s+"
        ),
        opening_source=_pattern(rf"theo {_VI_SOURCE},\s+"),
        opening_speaker=_pattern(
            rf"{_SPOKEN}{{2,110}}? {_any(_VI_VERBS)}(?: thêm)?(?:, rằng|,| rằng|:)\s+"
        ),
        closing_source=_pattern(rf"theo {_VI_SOURCE}|{_VI_TITLES} {_PLAIN}{{1,60}}? {_VI_SAYING}"),
        last_clause=_pattern(
            _any("nhằm, góp phần, giúp, qua đó, từ đó, trong đó, nơi, tạo điều kiện") + r"\s"
        ),
        hedged=_pattern(
            r"(?<!\w)"
            + _any(
                "kế hoạch, quy định, dự kiến, dự báo, ước tính, dự thảo, luật, nghị định, lịch,"
                "thỏa thuận, đề xuất, cáo trạng, cáo buộc, đơn, tố cáo, lời khai,"
                "giả thuyết, ban đầu, hiến pháp, hiệp định, hiệp ước, công ước, thông tư,"
                "quyết định, nghị quyết, chỉ thị, điều, tục lệ, phong tục, truyền thống, quan niệm"
            )
            + r"(?!\w)"
        ),
        doubted=_pattern(
            r"(?<!\w)"
            + _any(
                "không, chưa, chẳng, nếu, dù, mặc dù, tuy, từng, nhiều lần, phủ nhận, bác bỏ, sẽ"
            )
            + r"(?!\w)"
        ),
        # Not a title, which a name follows.
        pronoun=_pattern(
            rf"(?<!\w)(?:(?:ông|bà|anh|chị|cô|em|cháu)(?! {_CAPITAL})|họ|mình|này|đó|trên)(?!\w)"
        ),
        apposition=_pattern(
            _any(
                "giám đốc, phó, chủ tịch, trưởng, tổng, bí thư, thứ trưởng, bộ trưởng, viện trưởng,"
                "chuyên gia, nhà, luật sư, bác sĩ, đại diện, người phát ngôn, cục trưởng, nguyên,"
                "cựu, hiệu trưởng, đại tá, thượng tá, thiếu tướng, trung tướng, vợ, chồng, chủ,"
                "thành viên, giảng viên, cán bộ, và, cùng, thì, nhưng, mà, ngụ, trú, quê, bị"
            )
            + r"(?!\w)"
        ),
        subordinate=_pattern(
            _any(
                "khi, nếu, do, vì, bởi, để, sau, trước, trong khi, tuy, dù, mặc dù, bên cạnh,"
                "không chỉ, không những, ngoài, nhằm, với, từ, tại, theo, trong, ngày, hôm, sáng,"
                "chiều, tối, trưa, đêm, khoảng, liên quan, cùng với, đối với, về, mới, là, nhờ"
            )
            + r"\s"
        ),
        first_person=_pattern(r"(?<!\w)(?:tôi|chúng tôi|mình|chúng ta|tui)(?!\w)"),
        measured=_pattern(r"giờ|lịch|tính|khoảng|tương đương|chưa|không|trừ|gồm|nếu"),
    ),
    "en": CutWords(
        connective=_pattern(
            _any(
                "however, meanwhile, moreover, furthermore, in addition, additionally, besides,"
                "in fact, notably, therefore, as a result, thus, nevertheless, on the other hand"
            )
            + r",\s+"
        ),
        opening_source=_pattern(rf"according to {_PLAIN}{{2,60}},\s+"),
        opening_speaker=_pattern(
            r"(?:officials|police|authorities|(?-i:[A-Z])\w*(?: (?-i:[A-Z])\w*){0,3})"
            r" (?:said|says|added)(?: on \w+day)? that\s+"
        ),
        closing_source=_pattern(
            rf"according to {_PLAIN}{{2,60}}"
            r"|(?:he|she|they|officials|police|(?-i:[A-Z])\w*(?: (?-i:[A-Z])\w*){0,3})"
            r" (?:said|says|told reporters|added)(?: on \w+day)?"
        ),
        last_clause=_pattern(_any("so that, in order to, in an effort to, helping to") + r"\s"),
        hedged=_pattern(
            r"\b" + _any("plan, plans, law, rules, forecast, estimate, indictment, draft") + r"\b"
        ),
        doubted=_pattern(r"\b(?:not|never|if|although|once)\b"),
        pronoun=_pattern(r"\b(?:he|she|they|his|her|their|him|them)\b"),
        apposition=_pattern(
            r"(?:an?|the) \w+[^,]{0,40},|(?:who|which|and|but|then|whose|where|is|was|has)\b"
        ),
        subordinate=_pattern(
            _any("when, if, because, as, since, while, although, though, after, before, in, on, to")
            + r"\s"
        ),
        first_person=_pattern(r"\b(?:I|we|my|our|me|us)\b"),
        measured=_pattern(r"time|about|nearly|equal|excluding|including|not|if|unless|except"),
    ),
}
