"""Word-segmented text: the same sentences as the text that was segmented."""

from __future__ import annotations

from pathlib import Path

import pytest
import underthesea
from hypothesis import given
from hypothesis import strategies as st

from vnsum.languages.tones import place_tones
from vnsum.reading.cleaning import clean
from vnsum.reading.word_segmentation import join_syllables
from vnsum.results.document import Document
from vnsum.segmentation import segment

FOLDER = Path(__file__).parents[1] / "examples" / "articles"
ARTICLES = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))]
TEXTS = [
    'Công an quận 3 (TP. HCM) cho biết: "Xe khách chạy 90 km/h trên cầu Sài Gòn", sáng 9/1/2026. '
    "Tài xế Nguyễn Văn A. bị phạt 2,5 triệu đồng, tức 10% thu nhập năm!",
    "Bà con hỏi: “Bao giờ cầu xong?”. Giám đốc Sở Giao thông nói… “Cuối năm”; ai cũng mừng.",
    "Hội Phụ nữ xã Vĩnh Hải mở lớp dạy nghề lúc 7h30. Học viên Trần Thị Bưởi (Bắc Giang) đến sớm.",
]


def read_segmented(text: str) -> Document:
    lines = [underthesea.word_tokenize(line, format="text") for line in text.split("\n")]
    return segment("\n".join(lines))


def sentences(document: Document) -> list[str]:
    """Return the sentences with tone marks in one style, as underthesea changes them."""
    return [place_tones(sentence.text, "new") for sentence in document.sentences]


@pytest.mark.parametrize("text", ARTICLES, ids=lambda text: text[:20])
def test_segmented_articles_have_the_same_sentences(text: str) -> None:
    # The white space of `Rodriguez -Tổng thống` cannot be recovered.
    found, expected = (
        ["".join(sentence.split()) for sentence in sentences(document)]
        for document in (read_segmented(text), segment(text))
    )
    assert found == expected


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_segmented_text_has_the_sentences_of_the_text(text: str) -> None:
    document = read_segmented(text)
    assert sentences(document) == sentences(segment(text))
    assert "_" not in document.text
    assert [(f.kind, f.severity, f.message) for f in document.findings] == [
        (
            "cleaning",
            "info",
            "The text was word-segmented; its underscores and loose punctuation were removed.",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Hàm tinh_tong nhận hai tham số so_dau và so_cuoi, trả về tổng.",
        "Tệp bao_cao_quy_1.xlsx nằm ở /home/lan/tai_lieu nhé.",
        "Trong bảng, cột số_lượng ghi số hàng đã bán, còn cột bên cạnh ghi giá của từng món hàng.",
        "MAX_SIZE và __init__ là tên trong mã; lan_anh@vidu.vn là địa chỉ.",
        "_Thời sự_ hôm nay có tin __bão__ vào miền Trung .",
        "Chọn một_trong_hai.",
        "",
    ],
)
def test_identifiers_in_ordinary_text_stay(text: str) -> None:
    assert clean(text) == text
    assert segment(text, lang="vi").findings == ()


def test_identifiers_in_segmented_text_stay() -> None:
    given_text = "Lập_trình_viên gọi hàm parse_html trong tệp read_page.py và https://vidu.vn/a_b ."
    expected = "Lập trình viên gọi hàm parse_html trong tệp read_page.py và https://vidu.vn/a_b."
    assert join_syllables(given_text) == expected


@given(st.text(alphabet="aà_ .,\"'()#@/\n“”…hHộiNam19", max_size=60))
def test_only_white_space_and_underscores_change(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(value.replace("_", " ").split())

    text = f"Hà_Nội có công_an , giả_danh ai đó .\n{text}"
    joined = join_syllables(text)
    assert letters(joined) == letters(text)
    assert join_syllables(joined) == joined
    assert joined.count("\n") == text.count("\n")
