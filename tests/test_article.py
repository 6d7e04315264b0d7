"""`article.read_text`: the boilerplate of each case, properties of boilerplate, files, pages."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vnsum import segmentation
from vnsum.assembly.datelines import localize
from vnsum.errors import InputError, MissingExtraError
from vnsum.reading import article
from vnsum.reading.boilerplate.dates import date_line
from vnsum.reading.boilerplate.leads import find_likely_captions, find_possible_captions

CASES = json.loads((Path(__file__).parent / "cases" / "article.json").read_text(encoding="utf-8"))
COLOMBIA = Path(__file__).parents[1] / "examples" / "articles" / "colombia.txt"
LINES = st.lists(
    st.sampled_from(
        [
            "date 2026-01-10 ",
            "Trời mưa to.",
            "/.",
            "./.",
            "\n",
            "\n\n",
            ">> Xem thêm: ",
            "# ",
            "- ",
            "```\n",
            "(Ảnh: AFP)",
            "Hà Nội (TTXVN 9/1) - ",
            "Nguyễn Lan",
            "TTXVN",
            "| a | b |",
            "> ",
            "Tin liên quan",
            "9/1/2026",
            "**",
            "[a](b)",
            "https://vidu.vn",
            "Từ khóa: a",
            " ",
            "---",
        ]
    ),
    max_size=25,
).map("".join)


LEAD = "Sáng 3/9, nước sông dâng cao đã làm ngập hàng trăm ngôi nhà ở hạ lưu, theo ủy ban xã."


@pytest.mark.parametrize(
    ("first", "likely"),
    [
        ("Người dân đứng trên mái nhà.", True),
        ("Ông Năm (áo xanh) chèo xuồng qua cánh đồng.", True),
        ('Chủ xuồng Lê "Tư Ếch" Văn Tư ngồi trước hiên nhà.', True),
        ("Nước sông đã dâng cao từ đêm qua.", False),
        ("Theo ủy ban xã, nước sông dâng cao.", False),
        ("Chiều 2/9, nước sông dâng cao.", False),
        ("“Nước dâng cao quá”, bà Năm kể.", False),
        ("Nước sông dâng cao", False),
        ("", False),
    ],
)
def test_likely_captions_above_a_lead(first: str, likely: bool) -> None:
    assert find_likely_captions([first, LEAD]) == [likely, False]
    assert find_likely_captions([LEAD, first, LEAD]) == [False, False, False]


def test_likely_captions_elsewhere() -> None:
    texts = [LEAD, "Bà Năm đứng trước hiên nhà.", "Ảnh: Lan Anh", "Quang cảnh vàm sông.", LEAD]
    assert find_likely_captions(texts) == [False, True, False, True, False]
    event = "Trưởng phong trào 'xuồng ba lá \"Lê Văn Tám tại họp báo ở Huế hôm 3/9."
    told = event.replace("ở Huế", "đã rời Huế")
    assert find_likely_captions([LEAD, event, told, LEAD]) == [False, True, False, False]
    assert find_likely_captions([]) == []


@pytest.mark.parametrize(
    ("text", "announces"),
    [
        ("Dưới đây là vài hình ảnh của phiên chợ.", True),
        ("Mời quý vị xem những bức ảnh đẹp nhất của phiên chợ:", True),
        ("Cùng với đó là những hình ảnh của phiên chợ.", False),
        ("Dưới đây, người dân đang dọn bùn.", False),
        ("Hình ảnh của phiên chợ làm nhiều người nhớ nhà.", False),
    ],
)
def test_announcements_of_pictures_are_likely_captions(text: str, announces: bool) -> None:
    assert find_likely_captions([LEAD, text, LEAD]) == [False, announces, False]


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("Ba chiếc xuồng chở gạo vượt qua cánh đồng ngập.", True),
        ("Bà Năm (trái) phát gạo ở xóm Chài.", True),
        ("Bà Năm cho biết gạo sắp hết.", False),
        ("Trước đó, xuồng chở gạo vượt qua cánh đồng.", False),
        ("Ba chiếc xuồng đã chở gạo qua cánh đồng.", False),
        ("Ba chiếc xuồng chở gạo", False),
        ("Ba chiếc xuồng chở gạo trị giá 70 triệu đồng vượt qua cánh đồng ngập.", True),
        ("Dân quân ra hiệu, yêu cầu ba chiếc xuồng chở gạo tránh xa trụ cầu xóm Chài.", True),
        ("Trưởng ấp xóm Chài nói về mùa lũ.", True),
        ("Trưởng ấp xóm Chài nói gạo sắp hết.", False),
        ("Phó chủ tịch huyện Lê Văn Tám trao quà cho các hộ dân xóm Chài ở nhà văn hóa xã.", True),
        ("Người dân xóm Chài tập trung trên bờ đê theo dõi những chiếc xuồng chở gạo từ xã.", True),
        ("Vài hộ dân xóm Chài tập trung trên bờ đê chờ những chiếc xuồng chở gạo từ xã.", False),
        (
            "Lũ tràn qua bờ đê xóm Chài, cuốn trôi nhiều nhà dân, hoa màu và tám chiếc cầu gỗ.",
            False,
        ),
        ("Ba chiếc xuồng " + "chở gạo và nước uống " * 4 + "qua đồng.", False),
    ],
)
def test_short_sentences_without_a_story_may_be_captions(text: str, possible: bool) -> None:
    assert find_possible_captions([LEAD, text, LEAD]) == [False, possible, False]


def test_what_a_longer_sentence_nearby_says_may_be_a_caption() -> None:
    lead = "Sáng 3/9, hơn 20 hành khách trên chiếc tàu mắc cạn kêu cứu vì nước tràn vào khoang lái."
    caption = "Hơn 20 hành khách kêu cứu trên tàu không có phao."
    assert find_possible_captions([lead, LEAD, caption, LEAD]) == [False, False, True, False]
    assert find_possible_captions([lead, LEAD, LEAD, caption]) == [False] * 4
    told = "Thuyền trưởng cho biết hơn 20 hành khách kêu cứu trên tàu."
    assert find_possible_captions([lead, told, LEAD]) == [False, False, False]


def test_a_long_first_sentence_that_the_next_one_repeats_may_be_a_caption() -> None:
    first = (
        "Dân quân xóm Chài kéo ba chiếc xuồng chở gạo, nước uống và áo phao qua đoạn đê vỡ dài hơn "
        "40 mét ở xã Cái Bè trong mùa lũ tháng 9."
    )
    lead = (
        "Trong mùa lũ tháng 9, dân quân ở xã Cái Bè dùng dây thừng kéo xuồng chở gạo và nước uống "
        "qua đoạn đê vỡ để giúp 60 hộ dân xóm Chài, theo lời kể của ông Tám, trưởng ấp."
    )
    assert find_possible_captions([first, lead]) == [True, False]
    assert find_possible_captions([LEAD, first, lead]) == [False, False, False]
    assert find_possible_captions([first, LEAD]) == [False, False]


@pytest.mark.parametrize(("day", "likely"), [("hôm 3/9", True), ("hôm 13/10", True), ("", False)])
def test_a_day_marks_a_lead(day: str, likely: bool) -> None:
    first = "Bà Năm ngồi một mình trong căn bếp ngập nước ở xóm Chài."
    lead = f"Bà Năm {day} kể về đêm nước dâng ngập căn bếp của gia đình bà ở xóm Chài, xã Cái Bè."
    assert find_likely_captions([first, lead]) == [likely, False]


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("Bà Năm (bìa phải) nhận gạo từ ông Tám (đứng giữa).", True),
        ("Bà Năm (thứ hai từ trái) và các con gái được trao ba bao gạo.", True),
        ("Bà Năm (giữa tháng 9) nhận gạo.", False),
        ("Xóm Chài (giữa sông Tiền và sông Hậu) bị ngập.", False),
        ("Theo bà Năm (phải), gạo sắp hết.", False),
        ("Bà Năm (phải) cho biết gạo sắp hết.", False),
    ],
)
def test_lines_that_place_people_in_a_picture_are_claimed(text: str, placed: bool) -> None:
    read = article.read_text(f"Lũ về xóm Chài\n\n{LEAD}\n{text}\n{LEAD}")
    assert [piece.text for piece in read.boilerplate if piece.kind == "caption"] == [text] * placed


def test_a_text_of_captions_alone_is_kept() -> None:
    text = "Bà Năm (phải) nhận gạo.\nÔng Tám (trái) phát gạo."
    assert article.read_text(text).boilerplate == ()


@pytest.mark.parametrize(
    ("first", "possible"),
    [
        ("Nhiều hộ dân không kịp chuyển đồ đạc lên gác.", True),
        ("Theo người dân, đồ đạc không kịp chuyển lên gác.", False),
        ("Bà Năm không kịp chuyển đồ đạc, theo lời con gái.", False),
        ("Nhiều hộ dân không kịp chuyển đồ đạc " + "và thóc lúa " * 5 + "lên gác.", False),
    ],
)
def test_a_short_first_sentence_without_the_marks_of_a_lead(first: str, possible: bool) -> None:
    assert find_possible_captions([first, LEAD]) == [possible, False]
    assert find_possible_captions([LEAD, first]) == [False, False]
    later = "Tuy nhiên, mưa còn to và gió còn lớn ở tất cả các xã ven sông trong nhiều giờ liền."
    assert find_possible_captions([first, later]) == [False, False]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case(case: dict[str, object]) -> None:
    read = article.read_text(case["input"])
    published = read.published.isoformat() if read.published else None
    assert [[piece.kind, piece.text] for piece in read.boilerplate] == case["boilerplate"]
    assert (read.title, published, read.source) == (
        case["title"],
        case["published"],
        case["source"],
    )
    document = segmentation.segment(read, lang=case["lang"])
    assert [sentence.text for sentence in document.sentences] == case["sentences"]


@given(LINES)
@example("| a | b |\nTrời mưa to.")
def test_boilerplate_is_ordered_named_and_spelled_by_the_text(text: str) -> None:
    read = article.read_text(text)
    position = 0
    for piece in read.boilerplate:
        assert position <= piece.start < piece.end
        assert read.text[piece.start : piece.end] == piece.text == piece.text.strip()
        assert piece.kind in article.BOILERPLATE_KINDS
        position = piece.end


def test_every_kind_is_handled_and_has_a_case() -> None:
    handlings = {kind: article.handling(kind) for kind in article.BOILERPLATE_KINDS}
    assert set(handlings.values()) == {"translate", "localize", "keep", "drop"}
    assert {kind for case in CASES for kind, _ in case["boilerplate"]} == set(handlings)
    with pytest.raises(InputError, match="unknown kind of boilerplate"):
        article.is_prose("nonsense")


SENTENCES_LIKE_NOTICES = [
    "Copyright law protects the songs for seventy years.",
    "The views expressed are those of the villagers, the mayor said.",
    "Get to the station early, as trains are full.",
    "Write to us before 5 May.",
    "Comments are closed to the public, the court ruled.",
    "Have a tip? Leave it on the table.",
    "Appeared in the window, then was gone.",
    "Share this article of faith with your children.",
    "Mời độc giả là thói quen của ông chủ tiệm sách.",
    "Bài viết thể hiện nỗi nhớ nhà của ông.",
    "Bản quyền thuộc về nhạc sĩ, theo tòa án.",
    "Liên hệ giữa hai vụ án chưa rõ.",
    "Xin cảm ơn ông về cuộc trò chuyện này!",
    "Bạn có thể để lại xe ở bãi phía dưới cầu.",
    "Bạn đọc gửi về tòa soạn hàng trăm lá thư mỗi ngày.",
    "Lượt xem: trò mua bán mới trên mạng.",
    "Nguồn nước: hai giếng khoan cạn từ tháng 3.",
    "Hotline: nơi dân kêu cứu mỗi mùa lũ.",
]


def test_the_place_in_a_credit_is_not_of_the_author() -> None:
    credit = "Reporting by Jane Roe in Millport; Editing by Al Fox"
    assert article.read_text(f"{LEAD}\n\n{LEAD}\n\n{credit}").author == "Jane Roe"


@pytest.mark.parametrize("line", SENTENCES_LIKE_NOTICES)
def test_sentences_that_begin_like_notices_are_text(line: str) -> None:
    assert not article.read_text(f"{LEAD}\n\n{LEAD}\n\n{line}").boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Thứ Ba, 09:12, 12/05/2026", "Thứ Ba, 12/05/2026, 09:12 [GMT+7]", "T3, 12/05/2026",
        "Tháng Năm 12, 2026", "12 Tháng Năm, 2026", "12 tháng năm năm 2026", "Tháng 5 12, 2026",
        "12 Th5, 2026", "Th5 12, 2026", "Tue 12 May 2026 11.00 BST", "12/05/2026 09:12 AM EST",
        "Published 9:00 AM EDT, Tue May 12, 2026", "Updated 3:04 PM GMT+7, May 12, 2026",
    ],
)  # fmt: skip
def test_date_lines_of_sites(line: str) -> None:
    assert date_line(line) == datetime.date(2026, 5, 12)
    read = article.read_text(f"Chợ nổi mở lại\n\n{line}\n\n{LEAD}\n\n{LEAD}")
    assert read.published == datetime.date(2026, 5, 12)


@pytest.mark.parametrize(
    ("month", "word"), [(1, "Một"), (4, "Tư"), (10, "Mười"), (11, "Mười Một"), (12, "mười hai")]
)
def test_months_in_words(month: int, word: str) -> None:
    assert date_line(f"Tháng {word} 9, 2026") == datetime.date(2026, month, 9)


@pytest.mark.parametrize(
    "line",
    [
        "12 tháng lương, 2026", "Tháng Năm, 2026", "T3, 12/05", "12.05.2026 11.00 đồng",
        "Th5, 2026", "Trong 12 tháng năm 2026", "9.00 2026", "Tháng Năm 32, 2026",
        "Thứ Ba, 09:12, 12/05/2026 mưa",
    ],
)  # fmt: skip
def test_lines_that_are_no_dates(line: str) -> None:
    assert date_line(line) is None


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("Cần Thơ, ngày 3 tháng 2 năm 2026", "Can Tho, 3 February 2026"),
        ("Thứ Ba, 3/2/2026, 10:30", "Tuesday, 3 February 2026, 10:30"),
        ("CN, 8-2-2026 | 7h05", "Sunday, 8 February 2026 | 7:05"),
        ("10:30 - 03/02/2026", "10:30 - 3 February 2026"),
        ("Hà Nội (TTXVN 3/2) -", "Hanoi (TTXVN 3 February) -"),
        ("HÀ NỘI (TTXVN) -", "HANOI (TTXVN) -"),
        ("Xóm Mẫu, ngày 31 tháng 2 năm 2026", "Xóm Mẫu, ngày 31 tháng 2 năm 2026"),
        ("date 2026-02-03", "3 February 2026"),
        ("Ngày: 2026-02-03", "3 February 2026"),
        ("date 2026-02-31", "date 2026-02-31"),
        ("2026-02-03", "2026-02-03"),
    ],
)
def test_date_lines_are_written_in_english(vi: str, en: str) -> None:
    assert localize(vi, "en") == en


@pytest.mark.parametrize(
    ("en", "vi"),
    [
        ("February 3, 2026", "Ngày 3 tháng 2 năm 2026"),
        ("Tuesday, 3 February 2026, 10:30", "Thứ ba, ngày 3 tháng 2 năm 2026, 10:30"),
        ("HANOI (Reuters) -", "HÀ NỘI (Reuters) -"),
        ("2/3/2026", "2/3/2026"),
    ],
)
def test_date_lines_are_written_in_vietnamese(en: str, vi: str) -> None:
    assert localize(en, "vi") == vi


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_a_date_line_written_in_the_other_language_keeps_its_date(date: datetime.date) -> None:
    line = f"Hà Nội, ngày {date.day} tháng {date.month} năm {date.year}"
    english = localize(line, "en")
    assert date_line(english) == date_line(localize(english, "vi")) == date


def test_the_sample_article() -> None:
    document = segmentation.segment(COLOMBIA.read_text(encoding="utf-8"))
    assert document.published == datetime.date(2026, 1, 10)
    assert [piece.kind for piece in document.boilerplate] == ["date", "end_mark", "teaser"]
    assert len(document.sentences) == 12
    assert document.sentences[0].text.startswith("Ngày 9/1, chia sẻ")
    assert document.sentences[2].text.endswith("tháng 2.”")
    assert document.sentences[-1].text.endswith("không đủ điều kiện tái tranh cử.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_files_in_unicode(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bai.txt"
    path.write_bytes("Nước lên nhanh.".encode(encoding))
    assert article.read_file(path).text == "Nước lên nhanh."


def test_a_file_in_a_legacy_encoding_is_converted(tmp_path: Path) -> None:
    path = tmp_path / "bai.txt"
    path.write_bytes("Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("latin-1"))
    assert article.read_file(path).text == "Cộng hòa xã hội chủ nghĩa Việt Nam"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "expected a file ending in .txt, .md"),
        ("a.txt", b"caf\xe9 cr\xe8me", "not valid utf-8"),
        ("missing.md", None, "cannot read"),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        article.read_file(tmp_path / name)


def test_a_web_page_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtraError, match=r'pip install "vnsum\[web\]"'):
        article.read_text("<!DOCTYPE html><html><body><p>Mưa.</p></body></html>")


def test_a_web_page_without_an_article() -> None:
    pytest.importorskip("trafilatura")
    with pytest.raises(InputError, match="no article"):
        article.read_html("<html><body><button>Vào</button></body></html>")


PARTS = "<p>Nước lên <b>nhanh</b>.</p>\n<p>Dân đi thuyền<br>qua phố.</p>"
PAGE = f"<html><body><h1>Lũ</h1>{PARTS * 9}</body></html>"


@pytest.mark.parametrize(
    "before",
    ["", "\ufeff", "\n" * 200, "<!-- 12:00 -->\n", '<?xml version="1.0" encoding="utf-8"?>\n',
     "\ufeff <?xml version='1.0'?><!-- a --><!-- <p> -->"],
)  # fmt: skip
@pytest.mark.parametrize(
    "doctype", ["", "<!DOCTYPE html>\n", '<!doctype html PUBLIC "-//W3C//DTD">']
)
def test_a_page_is_recognized_whatever_is_before_it(before: str, doctype: str) -> None:
    pytest.importorskip("trafilatura")
    read = article.read_text(before + doctype + PAGE)
    assert read.text == article.read_html(PAGE).text
    assert "Nước lên nhanh." in read.text


@pytest.mark.parametrize(
    "text",
    [
        PARTS, f"<h1>Lũ</h1>{PARTS}", "<!-- 12:00 -->\n<p>Chợ đông.</p>",
        "<p align=center>Chợ nổi</p>\n\n# Chợ nổi\n\nChợ đông.",
        "<div>\n\n# Chợ nổi\n\nChợ đông.\n\n</div>",
        "<details><summary>Chợ</summary>\n\nChợ đông.\n\n</details>",
        "<p>Chợ đông.</p> Chợ vắng.", "<p>Chợ đông.", "<p>", "<b>Chợ</b> đông.", "Chợ <p>đông.</p>",
        "<div><div>Chợ đông.</div>", "<!-- Chợ --> Chợ đông.", "<!-- Chợ đông.", "<?xml Chợ đông.",
        "<p class='a'>Chợ <b>nổi</b> đông.</p>", "<div><p>Chợ đông.</p></div>",
        "<pre>Chợ đông.</pre>", "<p>Chợ đông.</p><b>Chợ</b>",
    ],
)  # fmt: skip
def test_other_text_with_tags_keeps_them(text: str) -> None:
    assert article.read_text(text).text == text


FRONT = '---\nlayout: post\ntitle: "Chợ nổi Cái Răng"\ndate: 2026-01-05 08:00\ntags:\n  - chợ\n---'


@pytest.mark.parametrize(
    ("front", "title", "published"),
    [
        (FRONT, "Chợ nổi Cái Răng", "2026-01-05"),
        ("+++\ntitle = 'Chợ nổi'\ndate = 2026-02-30\n+++", "Chợ nổi", None),
        ("---\nlayout: page\n...", None, None),
    ],
)
def test_front_matter_is_kept(front: str, title: str | None, published: str | None) -> None:
    text = f"{front}\n\nThuyền chở dưa cập bến từ sáng. Khách đã đông."
    read = article.read_text(text)
    assert (read.title, read.published and read.published.isoformat()) == (title, published)
    assert [(piece.kind, piece.text) for piece in read.boilerplate] == [("code", front)]
    document = segmentation.segment(read)
    assert [s.text for s in document.sentences] == [
        "Thuyền chở dưa cập bến từ sáng.",
        "Khách đã đông.",
    ]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("[^1]: Theo tỉnh, bảy người chết.", "Theo tỉnh, bảy người chết."),
        ("[^lu-2]: Nước lên.", "Nước lên."),
        ("[Ghi chú]: Theo tỉnh, bảy người chết.", "[Ghi chú]: Theo tỉnh, bảy người chết."),
        ("[1]: https://example.org/a", None),
        ('[báo]: <https://example.org> "Báo Vidu"', None),
    ],
)
def test_footnotes_are_text_and_targets_of_links_are_not(line: str, text: str | None) -> None:
    document = segmentation.segment(f"# Báo cáo\n\nLũ lớn ở Huế trong tuần qua.\n\n{line}\n")
    found = [s.text for s in document.sentences]
    assert found == ["Lũ lớn ở Huế trong tuần qua.", *([text] if text else [])]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```\nx\n```", ["```\nx\n```"]),
        ("````\n```\nx\n```\n````", ["````\n```\nx\n```\n````"]),
        ("```py\nx\n`````", ["```py\nx\n`````"]),
        ("~~~\n```\n~~~\n\nHai.\n\n  ```\n  y\n  ```", ["~~~\n```\n~~~", "```\n  y\n  ```"]),
        ("````\nx\n```", []),
        ("- ```sh\n  x\n  ```\n- Hai.", ["```sh\n  x\n  ```"]),
        ("~~~~\nHai ngày sau.\n~~~~", []),
        ("> Một dòng.\n> ```\n> x\n> ```\n> Hai dòng.", []),
        ("```\nx\n~~~", []),
        ("```x``` là mã.", []),
    ],
)
def test_fenced_code_blocks(text: str, code: list[str]) -> None:
    read = article.read_text(f"Lũ lớn ở Huế.\n\n{text}\n\nNước lên.")
    assert [piece.text for piece in read.boilerplate if piece.kind == "code"] == code


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Chủ đề: Họp giao ban tuần 12\n\nMời các phòng dự họp.", []),
        ("Chủ đề: Vì sao biển mặn? Đây là câu hỏi hay. Nước biển có muối.", []),
        ("Lũ lớn.\n\nNước lên.\n\nDân chạy.\n\nChủ đề: lũ, Huế", ["tags"]),
        ("Lũ lớn.\n\nNước lên.\n\nChủ đề: TP.HCM, U.23 Việt Nam", ["tags"]),
    ],
)
def test_a_subject_is_no_list_of_tags(text: str, kinds: list[str]) -> None:
    found = [piece.kind for piece in article.read_text(text).boilerplate]
    assert [kind for kind in found if kind == "tags"] == kinds


def test_front_matter_names_the_newspaper() -> None:
    read = article.read_text('---\ntitle: Chợ nổi\nsource: "Báo Sông Xanh"\n---\n\nChợ đã đông.')
    assert read.source == segmentation.segment(read).source == "Báo Sông Xanh"


@pytest.mark.parametrize(
    "text",
    [
        "---\nThuyền đã cập bến: khách lên bờ\n---\nChợ đông.",
        "---\n\ntitle: a\n",
        "+++ a: b",
        "---\nLan: Trời mưa to quá.\nNam: Ừ, đường ngập rồi.\n---\nHọ về nhà.",
        "---\ntitle: Chợ nổi\nThuyền đã cập bến từ sáng.\n---\nChợ đông.",
    ],
)
def test_rules_are_no_front_matter(text: str) -> None:
    assert "code" not in [piece.kind for piece in article.read_text(text).boilerplate]


@pytest.mark.parametrize(
    ("text", "crlf"),
    [
        ("Một.\r\nHai.\r\n", True),
        ("Một.\nHai.", False),
        ("Một.\r\nHai.\nBa.", False),
        ("Một", False),
    ],
)
def test_line_ends_of_a_text(text: str, crlf: bool) -> None:
    read = article.read_text(text)
    assert read.crlf is segmentation.segment(read).crlf is crlf
    assert "\r" not in read.text
