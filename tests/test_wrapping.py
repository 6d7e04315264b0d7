"""Hard-wrapped text: the same sentences at any width, and no change to text that is not wrapped."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.reading import article
from vnsum.reading.wrapping import join_quoted, unwrap
from vnsum.segmentation import segment

ROOT = Path(__file__).parents[1]
ARTICLES = [
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples/articles").glob("*.txt"))
]
MARKET = (
    "Ban quản lý chợ Bình Tây cho biết từ ngày 5/3 sẽ sửa mái nhà lồng số 2, nơi có hơn 120 quầy "
    "bán vải và giày dép. Bà Trần Thị Lựu (58 tuổi), chủ một quầy vải, nói nhiều khách đã quen chỗ "
    "nên không muốn dời. Việc sửa chữa kéo dài khoảng 4 tháng; tiền thuê quầy trong thời gian này "
    "được giảm một nửa."
)
SCHOOL = (
    "Trường Tiểu học Kim Đồng ở huyện Ba Vì, TP. Hà Nội, vừa nhận 300 cuốn sách do nhóm Tủ sách "
    "Mùa Hè gửi tặng. Thầy Nguyễn Văn Khôi, hiệu trưởng, cho hay sách được chia về 12 lớp ngay "
    "trong tuần. Em Lò Thị Pằng (lớp 4B) thích nhất cuốn kể chuyện về sao Hỏa."
)
ENGLISH = (
    "The market office said on Monday that the roof of Hall 2, where more than 120 stalls sell "
    "cloth and shoes, will be repaired from March 5. Ms. Tran Thi Luu (58), who runs a stall, said "
    "that many customers know her place and she does not want to move."
)
TEXTS = [*ARTICLES, MARKET, SCHOOL, ENGLISH, f"{MARKET}\n\n{SCHOOL}", f"{MARKET}\n{SCHOOL}"]
WIDTHS = range(50, 101)
# Lines that are not wrapped: verse, lists of titles, notes, a letter, chat, a recipe.
NOT_WRAPPED = [
    "Nắng chiều rơi xuống bến sông quê ngoại xa xôi\nGió đưa câu hát của ai về phía cuối đồi\n"
    "Mẹ ngồi nhặt lá bàng rơi trong sân chùa vắng\nCon về muộn quá, chuông chùa đã tắt lâu rồi",
    "Giá vải thiều Lục Ngạn tăng trở lại sau một tuần mưa\nHội An đón đoàn khách tàu biển\n"
    "Xe buýt điện chạy thử trên ba tuyến nội đô từ tháng 9\nSầu riêng Đắk Lắk vào vụ thu hoạch sớm",
    "Nguyên liệu cho món bánh xèo miền Tây dành cho bốn người ăn\n200 g bột gạo và ít bột nghệ\n"
    "300 g tôm đất còn tươi, bỏ đầu\nRửa sạch rau.",
    "Kính gửi anh Nam,\nTrân trọng,\nPhòng Tổ chức\nĐT: 0909 123 456",
    "Mưa lớn gây ngập nhiều tuyến đường ở trung tâm thành phố\nSáng nay, nước ở Huế rút chậm.",
    "Cần mang theo:\n- Thẻ quầy, bản sao giấy phép kinh doanh và hóa đơn tiền thuê ba tháng qua\n"
    "- Chìa khóa\n- Ảnh 3x4",
    "| Tên | Giá |\n| Gạo tám thơm loại một của hợp tác xã Hải Hậu, Nam Định, vụ mùa | 5 |\n",
    "```\nmột dòng mã dài hơn bốn mươi ký tự ở trong khối này\nvà dòng sau của nó\n```",
    "Ngày\n9/1/2026",
]


def sentences(text: str) -> list[str]:
    return [" ".join(sentence.text.split()) for sentence in segment(text).sentences]


def wrap(text: str, width: int) -> str:
    lines = text.split("\n")
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in lines
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_wrapping_does_not_change_the_sentences(text: str) -> None:
    expected = sentences(text)
    for width in WIDTHS:
        assert sentences(wrap(text, width)) == expected, width


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_wrapping_does_not_change_title_and_boilerplate(text: str) -> None:
    expected = article.read_text(text)
    for width in (50, 66, 72, 100):
        read = article.read_text(wrap(text, width))
        assert read.title == expected.title
        assert [(p.kind, " ".join(p.text.split())) for p in read.boilerplate] == [
            (p.kind, " ".join(p.text.split())) for p in expected.boilerplate
        ]


@pytest.mark.parametrize("text", [*TEXTS, *NOT_WRAPPED], ids=lambda text: text[:20])
def test_text_that_is_not_wrapped_is_unchanged(text: str) -> None:
    assert unwrap(text) == text


def test_cases_of_articles_are_not_wrapped() -> None:
    cases = json.loads((ROOT / "tests/cases/article.json").read_text(encoding="utf-8"))
    assert [case["label"] for case in cases if unwrap(case["input"]) != case["input"]] == []


def test_a_heading_above_wrapped_text_is_a_heading() -> None:
    document = segment(f"Chợ Bình Tây sửa mái\n{textwrap.fill(MARKET, 66)}")
    assert document.title == "Chợ Bình Tây sửa mái"
    assert len(document.sentences) == 3


def test_items_of_a_list_may_be_wrapped() -> None:
    first, second = (
        textwrap.fill(f"{number}. {text}", 60, subsequent_indent="   ")
        for number, text in enumerate((MARKET, SCHOOL), 1)
    )
    expected = sentences(MARKET) + sentences(SCHOOL)
    assert sentences(f"{first}\n{second}") == expected


def test_lines_of_proportional_fonts_differ_in_length() -> None:
    text = (
        "Ban quản lý chợ Bình Tây cho biết từ ngày 5/3 sẽ sửa mái\n"
        "nhà lồng số 2, nơi có hơn 120 quầy bán đồ cũ của\n"
        "Hội Phụ nữ. Bà Trần Thị Lựu (58 tuổi), chủ quầy vải, nói\n"
        "nhiều người khách đã quen nên không muốn dời. Ban\n"
        "Quản lý đang chờ ý kiến của quận, theo lời ông Hồ Minh,\n"
        "người phụ trách."
    )
    assert len(sentences(text)) == 3


# Set in Times and Helvetica: by its characters, the name after a line would have fitted into it.
PRINTED = [
    "Mùng 5/3, Hợp tác xã Hòa Phát ở xã Ea Tu đã thu hoạch vụ cà phê đầu tiên\n"
    "trồng theo cách mới. Ông Y Thịnh Niê, phó giám đốc Hợp tác xã, cho biết 40\n"
    "hộ dân ở buôn Ko Tam và buôn Krông A cùng tham gia, trong đó có gia đình\n"
    "bà H'Loan Kbuôr.\n\n"
    "Cà phê sau khi hái được chở về nhà máy của Công ty Minh Long ở phường\n"
    "Tân Lợi, nơi có dàn phơi do Hội Nông dân tặng. Mỗi ngày, nhà máy nhận\n"
    "khoảng 5 tấn quả tươi.",
    "On Monday the farmers of Hoa Phat picked the first coffee that they\n"
    "had grown in the new way. Y Thinh Nie, who leads the group with\n"
    "Ms. H'Loan Kbuor, said that 40 families from the villages of Ko Tam\n"
    "and Krong A had joined, and that the Farmers' Union had lent them\n"
    "money for the seedlings.\n\n"
    "The fruit goes to a mill that the Minh Long Company built in Tan\n"
    "Loi, where it is dried on frames from the Red Cross. The mill takes\n"
    "about 5 tons a day.",
]


@pytest.mark.parametrize("text", PRINTED, ids=lambda text: text[:20])
def test_lines_of_proportional_fonts_are_full_by_their_letters(text: str) -> None:
    assert unwrap(text).count("\n") == 2


@pytest.mark.parametrize(
    "heading",
    [
        "Hợp tác xã đón khách",
        "Nhà máy mới của Công ty Minh Long ở phường",
        "NHÀ MÁY MINH LONG ĐÓN CÀ PHÊ CỦA 40 HỘ DÂN BUÔN HÒA PHÁT",
    ],
)
@pytest.mark.parametrize("text", PRINTED, ids=lambda text: text[:20])
def test_headings_above_lines_of_proportional_fonts_stay(text: str, heading: str) -> None:
    first, second = text.split("\n\n")
    assert f"{heading}\n" in unwrap(f"{heading}\n{text}")
    assert f"{heading}\n" in unwrap(f"{heading}\n{second}\n\n{first}")


def test_an_abbreviation_in_a_title_is_no_sentence_end_within_a_line() -> None:
    title = "TP. HCM tăng hơn 1.800 chuyến xe buýt phục vụ lễ 30-4, 1-5"
    text = (
        f"{title}\n"
        'Nhắc tới bà Hồ Thị Thu, người ta nghĩ ngay "bà hoàng nước mắm\n'
        'Việt" giàu có, bận rộn nhất nhì vùng biển Nam Trung Bộ.\n\n'
        "Nhưng ít ai biết rằng, sau vẻ ngoài thảnh thơi hằng ngày, bà Thị\n"
        "Thu phải trả món nợ của gia đình trong suốt 30 năm không thể kể ra\n"
        "với bất kỳ ai."
    )
    assert unwrap(text).startswith(f"{title}\n")


def test_titles_one_below_the_other_are_not_lines_of_a_proportional_font() -> None:
    text = (
        "Bão số 12 mạnh lên, TP. HCM cấm tàu thuyền ra khơi\n"
        "Chậm thu hồi dự án bãi rác Nha Trang Sao do vướng luật?"
    )
    assert unwrap(text) == text


@given(st.text(alphabet="aA1. ,\n-(”:", max_size=300), st.integers(40, 130))
def test_only_line_breaks_become_spaces(text: str, width: int) -> None:
    text += "\n" + textwrap.fill(MARKET, width)
    joined = unwrap(text)
    assert len(joined) == len(text)
    changes = {(a, b) for a, b in zip(text, joined, strict=True) if a != b}
    assert changes <= {("\n", " ")}


MAIL = """Chị Hoa ơi,
> Em gửi chị bản dự thảo hợp đồng thuê kho, chị xem lại giúp em các
> điều khoản về giá. Nếu được thì tuần sau
> mình ký.
>
> > Kho ở Bình Chánh còn trống đến hết tháng, chủ kho đã đồng ý giảm mười
> > phần trăm.
Chị đồng ý."""


def test_wrapped_quotations_give_whole_sentences() -> None:
    document = segment(MAIL, lang="vi")
    assert [sentence.text for sentence in document.sentences] == [
        "Chị Hoa ơi,",
        "Em gửi chị bản dự thảo hợp đồng thuê kho, chị xem lại giúp em các điều khoản về giá.",
        "Nếu được thì tuần sau mình ký.",
        "Kho ở Bình Chánh còn trống đến hết tháng, chủ kho đã đồng ý giảm mười phần trăm.",
        "Chị đồng ý.",
    ]
    assert {piece.kind for piece in document.boilerplate} == {"markup"}
    assert [f.message for f in document.findings] == ["Wrapped lines of quotations were joined."]


@pytest.mark.parametrize(
    "text",
    [
        "> Giá vàng tăng mạnh phiên thứ ba liên tiếp\n> Vì sao giá điện chưa giảm",
        "```\n> dong nay dai hon bon muoi ky tu va con di tiep\n> o dong sau\n```",
        ">>> ket_qua = tinh(mot_tham_so_dai, mot_tham_so_khac_nua)\n>>> in_ra(ket_qua)",
    ],
)
def test_links_and_code_are_no_quotations(text: str) -> None:
    assert join_quoted(text) == text
