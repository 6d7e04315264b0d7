"""Detection, words and tables of the two languages."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum import languages
from vnsum.errors import LanguageError
from vnsum.languages.abbreviations import find_abbreviations
from vnsum.languages.detection import guess_language
from vnsum.segmentation import segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trời mưa to ở Hà Nội.", "vi"),
        ("Hà Nội", "vi"),
        ("Troi mua to o Ha Noi hom nay va ngay mai", "vi"),
        ("Trà xanh và cà phê", "vi"),
        ("Con tàu dài 100 m", "vi"),
        ("Máy bay dài 70 m, cao 19 m.", "vi"),
        ("Pin 5.000 mAh.", "vi"),
        ("The bottle holds 500 ml.", "en"),
        ("9th of 12", "en"),
        ("5 km", "en"),
        ("Temperatures hit 40ºC.", "en"),
        ("It rained all day in the old town.", "en"),
        ("Dogs chase cats.", "en"),
        ("a) Hà Nội\nb) Huế\nc) Sài Gòn", "vi"),
        ("I. Mở đầu\n1.1 Lý do\na. Một\nb. Hai\nII. Kết luận", "vi"),
        ("a) Write\nb) Read\nI. Introduction", "en"),
        ("The flat has 50 m² and a pool of 30 m³.", "en"),
        ("Add ½ cup, ¼ lb and x².", "en"),
        ("Can ho rong 50 m² va ho boi 30 m³.", "vi"),
        ("The mayor of Đà Nẵng, Nguyễn Văn Hùng, said that it was late.", "en"),
        ("Ông Smith nói về The New York Times và Apple ở Mỹ.", "vi"),
        ("Bonjour, je suis ici avec vous pour la nuit.", None),
        ("São Paulo não é a capital, então vamos para lá.", None),
        ("Wir gehen heute nicht in die Schule.", None),
        ("这是中文", None),
        ("12345 ...", None),
        ("", None),
    ],
)
def test_detection(text: str, expected: str | None) -> None:
    assert languages.detect(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Xin loi em", "Chuc ban ngu ngon", "Toi khong biet", "Me di cho chua", "Com nguoi roi",
        "Hom nay troi dep qua", "shop co ship ve Hue ko a", "Mua hai con ga", "Le nay di dau",
        "HOM NAY NGHI HOC", "Nguyen Thi Thu Ha", "Da Lat", "Anh Tuan oi", "Ở nhà to",
        "Bạn Lan in sách",
    ],
)  # fmt: skip
def test_short_vietnamese(text: str) -> None:
    assert languages.detect(text) == "vi"


@pytest.mark.parametrize(
    "text",
    [
        "Good morning", "Tran Van Hai works in Can Tho.", "Trần Văn Hải works in Cần Thơ.",
        "Pham Nhat Vuong meets Elon Musk.", "Ba Dinh Square", "I can go", "Lan said no.", "Yes",
        "Quang Hai scored twice.", "Bui Thi Ngoc sings a song in Hoi An", "Stop", "She is at home",
    ],
)  # fmt: skip
def test_short_english(text: str) -> None:
    assert languages.detect(text) == "en"


SENTENCES = [
    "Sáng nay đoàn cứu trợ đã lên đường mang theo gạo và nước sạch cho bà con.",
    "Giá vé xe khách tăng gấp đôi trong dịp nghỉ lễ.",
    "Con mèo nằm ngủ trên mái nhà.",
    "Bạn có muốn uống trà không?",
    "Cháu bé được cứu sống sau ba giờ mắc kẹt.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_beginning_without_diacritics_is_vietnamese(sentence: str) -> None:
    letters = unicodedata.normalize("NFD", sentence.replace("đ", "d").replace("Đ", "D"))
    words = "".join(char for char in letters if not unicodedata.combining(char)).split()
    for length in range(3, len(words) + 1):
        assert languages.detect(" ".join(words[:length])) == "vi"


def test_more_evidence_is_more_certain() -> None:
    guesses = [guess_language(text) for text in ("Mai", "Mai di", "Mai di hoc khong")]
    assert all(guess and guess.lang == "vi" for guess in guesses)
    certainties = [guess.certainty for guess in guesses if guess]
    assert certainties == sorted(certainties)
    assert 0.5 <= certainties[0] < 0.9 < certainties[-1] < 1


@pytest.mark.parametrize(
    ("text", "severity", "message"),
    [
        ("Com ngon qua", "info", "The text is probably Vietnamese without diacritics (about 99% "
         "certain); give its language if it is not."),
        ("Quang Hai sang Thai Lan", "warning", "The text is probably Vietnamese without diacritics "
         "(about 83% certain); give its language if it is not."),
        ("Pham Tuan wins", "warning", "The text is probably English (about 88% certain); give its "
         "language if it is not."),
    ],
)  # fmt: skip
def test_an_uncertain_language_is_a_finding(text: str, severity: str, message: str) -> None:
    (finding,) = segment(text).findings
    assert (finding.kind, finding.severity, finding.message) == ("language", severity, message)
    assert segment(text, lang="vi").findings == ()


@pytest.mark.parametrize("text", ["Cơm ngon", "The rice was good today.", ""])
def test_a_certain_language_is_none(text: str) -> None:
    assert segment(text).findings == ()


def test_known_languages() -> None:
    assert [languages.require(code) for code in languages.LANGUAGES] == ["vi", "en"]
    with pytest.raises(LanguageError, match=r"expected one of 'vi' .Vietnamese., 'en' .English."):
        languages.require("de")


def test_vietnamese_words_are_lower_case_and_hold_several_syllables() -> None:
    words = languages.words("Nhà nước Việt Nam, 2026!", "vi")
    assert "việt nam" in words
    assert "2026" in words
    assert all(word == word.lower() and any(map(str.isalnum, word)) for word in words)


def test_english_words() -> None:
    assert languages.words("Don’t stop: it's 5 o'clock.", "en") == [
        "don't",
        "stop",
        "it's",
        "5",
        "o'clock",
    ]


def test_importing_the_front_end_loads_no_heavy_library() -> None:
    code = (
        "import sys, vnsum.segmentation, vnsum.languages;"
        "import vnsum.reading.article, vnsum.reading.cleaning;"
        "heavy = {'torch', 'transformers', 'underthesea', 'numpy', 'ftfy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("Lực lượng CSGT dừng xe.", ["cảnh sát giao thông"]),
        ("CSGT dừng xe.", ["Cảnh sát giao thông"]),
        ("“CSGT dừng xe”, ông nói.", ["Cảnh sát giao thông"]),
        ("Sở GD&ĐT, Bộ GD-ĐT và Phòng GDĐT.", ["Giáo dục và Đào tạo"] * 3),
        ("Sở LĐ-TB&XH và Bộ VHTT&DL.",
         ["Lao động, Thương binh và Xã hội", "Văn hóa, Thể thao và Du lịch"]),
        ("Theo TS. Lê Nam và BS Trần Mai.", ["tiến sĩ", "bác sĩ"]),
        ("Ông Nam (SN 1983) và bà Lan (SN: 1990).", ["sinh năm", "sinh năm"]),
        ("Xe BKS 29A-123.45 ở P.12, Q.3, TP.HCM.", ["phường "]),
        ("CA TP Huế, GĐ Sở Y tế, BV Chợ Rẫy, TX.Sơn Tây và ĐT VN.",
         ["Công an", "giám đốc", "bệnh viện", "thị xã ", "đội tuyển", "Việt Nam"]),
        ("CA 3, GĐ anh Nam, P.12 là phòng của tôi, VN Pharma, VN-Index và BV.", []),
        # An explanation, codes, parts of words, another meaning, capitals.
        ("Hợp tác xã (HTX) này.", []),
        ("Quyết định 12/2020/QĐ-VKSND, CSGT-TT và xCSGT.", []),
        ("Có 200 TS trúng tuyển; SN là gì? PGS.TS Trần Mai.", []),
        ("CSGT BẮT HAI XE", []),
        ("LS Electric, GS Caltex, TS Entertainment, ắc quy GS Việt Nam, máy ảnh KTS Canon.", []),
        ("Tàu KTX, siêu tân tinh SN 1987A, csgt CSGT@hanoi.gov.vn, #CSGT.", []),
        ("Bảo hiểm xã hội (sau đây gọi tắt là BHXH) và CSGT (cảnh sát giao thông).", []),
        ("TS Nguyễn Văn An, số báo danh 020123.", []),
        # Terawatts, flights, clubs; what is explained as an abbreviation.
        ("Công suất 11 TW, chuyến bay VN 1188, CLB CAND, mã GTVT.", []),
        ("Hội nghị lần thứ 8 TW, nghị quyết số 5 TW, nghị quyết 18 TW, ngày 5/3/2019 TW họp ở TW.",
         ["Trung ương"] * 5),
        ("Kinh tế VN 2025 tăng 8%.", ["Việt Nam"]),
        ("Theo TS Nguyễn Thị Lâm, đậu nành tốt cho tim.", ["tiến sĩ"]),
        ("“VKS” là viết tắt của Viện kiểm sát.", []),
        ("TS Nguyễn Văn An trúng tuyển.", []),
        ("", []),
    ],
)  # fmt: skip
def test_abbreviations_are_written_out(text, meanings):
    found = [*find_abbreviations(text)]
    assert [meaning for _, _, meaning in found] == meanings
    assert all(0 <= start < end <= len(text) for start, end, _ in found)


@given(st.text(alphabet="CSGTĐHXABcsgt .&-/()“1", max_size=60))
def test_abbreviations_do_not_overlap(text):
    places = [place for start, end, _ in find_abbreviations(text) for place in (start, end)]
    assert places == sorted(places)
