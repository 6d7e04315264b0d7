"""Assembling summaries: reversible edits, unresolved references, agreement of both sides."""

import datetime
import json
import re
from pathlib import Path

import pytest
from documents import build
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum.assembly import (
    clear_references,
    find_people,
    list_names,
    pair_up,
    resolve_dates,
)
from vnsum.assembly.quotation_marks import level_marks, written_closing, written_opening
from vnsum.results.result import (
    BilingualSummary,
    CheckedText,
    Edit,
    Finding,
    Span,
    Summary,
    SummarySentence,
)
from vnsum.segmentation import segment

CASES = json.loads((Path(__file__).parent / "cases/assembly.json").read_text(encoding="utf-8"))

PIECES = (
    "Tuy nhiên, ", "Trước đó, ", "Nhưng ", "Theo ", "Ông ", "ông ", "bà ", "Bà này ", "Họ ", "này ",
    "Động thái này ", "Lê Văn Tám ", "Nga ", "“", "”", '"', ", ", "nói ", "mưa ", "Hà Nội ", "7/1 ",
    "H. ", "Nam ca sĩ ", "hôm qua ", "12 ", "- ",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map(
    lambda pieces: "x" if not (text := "".join(pieces).strip()) else text
)
documents = st.builds(
    build, st.lists(texts, min_size=1, max_size=8), lang=st.sampled_from(["vi", "en"])
)

CHANGED = ("sentences", "texts")  # fields of a case with the words of an article
# In single marks, a quotation inside another one is not certain.
OTHER_MARKS = [
    pytest.param(case, pair, id=f"{pair} {case['label']}")
    for case in CASES
    if "“" in str(case["sentences"]) and "“" in str(case["texts"])
    for pair in ("«»", "‘’", "''")
    if pair == "«»" or not re.search("“[^”]*“", " ".join(case["sentences"]))
]


def pick(document, indices):
    return Summary(
        lang=document.lang,
        sentences=tuple(
            SummarySentence(text=document.sentences[i].text, evidence=(i,), score=1.0)
            for i in indices
        ),
        signature="picked",
    )


def clear(document, summary):
    return clear_references(document, summary, find_people(document))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_cases(case):
    separator = "\n" if case.get("lines") else " "
    lang, title = case.get("lang", "vi"), case.get("title")
    document = build(case["sentences"], lang=lang, title=title, separator=separator)
    summary = clear(document, pick(document, case["picked"]))
    assert [sentence.text for sentence in summary.sentences] == case["texts"]
    kinds = [" ".join(f"{f.kind} {f.severity}" for f in s.findings) for s in summary.sentences]
    assert kinds == case["kinds"]


@pytest.mark.parametrize(("case", "pair"), OTHER_MARKS)
def test_cases_in_other_quotation_marks(case, pair):
    marks = str.maketrans("“”", pair)
    test_cases(case | {key: [text.translate(marks) for text in case[key]] for key in CHANGED})


@pytest.mark.parametrize(
    ("text", "index", "found"),
    [
        (
            "Ông Tám kể.\n\n> Nước lên nhanh. Chúng tôi mất hết đồ.\n> Tôi đi.\n\nTrời tạnh.",
            2,
            True,
        ),
        ("Ông Tám kể.\n\n> Nước lên nhanh.\n> Đồ đạc mất hết.\n\nTrời tạnh.", 2, False),
        ("Trời mưa.\n\nÔng Tám nói:\n\n- Nước lên nhanh.\n- Chúng tôi mất hết đồ.", 3, True),
        ("Trời mưa.\n\nXã gồm:\n\n- Nước lên nhanh.\n- Chúng tôi mất hết đồ.", 3, False),
        ("Trời mưa.\n\nÔng Tám nói:\n\nNước lên nhanh.\n\nChúng tôi mất hết đồ.", 3, False),
        ("It rained.\n\nHe said:\n\n* It rose.\n* We lost all.", 3, True),
    ],
)
def test_quotations_without_marks(text, index, found):
    document = segment(text)
    (sentence,) = clear(document, pick(document, [index])).sentences
    assert [finding.kind for finding in sentence.findings] == ["quotation"] * found


@pytest.mark.parametrize(
    ("text", "level"),
    [
        (
            "He said: ‘Don’t go. It’s late.’ Then ‘no’.",
            "He said: “Don’t go. It’s late.” Then “no”.",
        ),
        ("‘Go.\n‘Go now,’ he said.", "“Go.\n“Go now,” he said."),
        ("‘The workers’ union won,’ he said.", "“The workers” union won,’ he said."),
        ("The workers’ union won. The teachers’ union did not.", None),
        ("In the '90s he played rock 'n' roll.", None),
        ("In ’08 and ‘09 it rained, didn’t it?’", None),
        ("He is 6' 2 and ran for 5'. The bosses' car left.", None),
        ("H' Nhi sống ở Đắk R'lấp, gần M’Nông.", None),
        ("“He said ‘go,’ and left,” she said.", None),
        ("He said: “No.” She said: ‘Yes.’", None),
        ("Trang chủ » Tin tức", None),
        ("Ông nói: «Trời mưa. Đường ngập».", "Ông nói: “Trời mưa. Đường ngập”."),
        ('Quán của Út "trọc” đóng, Út “trọc" buồn.', "Quán của Út “trọc” đóng, Út “trọc” buồn."),
        ('Ông Út ”trọc” nói: "Tôi đi. Tôi mệt”.', "Ông Út “trọc” nói: “Tôi đi. Tôi mệt”."),
        ('Ông nói: “Út "trọc" đến”. Bà kể: "Có".', None),
        ('Ông "im”lặng. “Bà"ấy đi.', None),
    ],
)
def test_marks_that_are_read_as_quotation_marks(text, level):
    assert level_marks(build([text])).text == (level or text)


@settings(deadline=None)
@given(document=documents, data=st.data())
def test_every_edit_can_be_undone_and_is_told(document, data):
    indices = st.lists(st.integers(0, len(document.sentences) - 1), unique=True).map(sorted)
    summary = pick(document, data.draw(indices))
    cleared = clear(document, summary)
    assert len(cleared.sentences) == len(summary.sentences)
    for sentence, old in zip(cleared.sentences, summary.sentences, strict=True):
        assert sentence.original == old.text == document.sentences[old.evidence[0]].text
        assert sentence.evidence == old.evidence
        assert sentence.text.strip()
        told = [finding for finding in sentence.findings if finding.severity == "info"]
        assert [edit.kind for edit in sentence.edits] == [finding.kind for finding in told]
        for edit in sentence.edits:
            assert sentence.text[edit.start : edit.start + len(edit.after)] == edit.after
        for finding in sentence.findings:
            if finding.source is not None:
                span = sentence.text[finding.source.start : finding.source.end]
                assert span
                assert f'"{span}"'.lower() in finding.message.lower()


@settings(deadline=None)
@given(documents)
def test_the_whole_document_as_its_summary_stays_as_it_is(document):
    summary = pick(document, range(len(document.sentences)))
    assert clear(document, summary) == summary


@settings(deadline=None)
@given(documents)
def test_people_stand_where_they_are_said_to_stand(document):
    for person in find_people(document):
        for mention in person.mentions:
            text = document.sentences[mention.sentence].text
            assert text[mention.start :].startswith(mention.text)
            assert len(mention.text) <= len(person.name)


@settings(deadline=None)
@given(texts, texts, st.sampled_from(["Có 12 người", "Ngày 9/1", "Nga"]))
def test_edits_of_a_summarizer_keep_their_places(text, first, mark):
    document = build(["Ông Lê Văn Tám đến.", first, f"{text} (theo đó) {mark} ở lại."])
    whole = document.sentences[2].text
    cut = whole.index(" (theo đó)")
    shorter = whole.replace(" (theo đó)", "", 1)
    place = shorter.rindex(mark)
    note = Finding(kind="cut", severity="info", message="cut",
                   source=Span(start=place, end=place + len(mark)))  # fmt: skip
    edit = Edit(kind="cut", start=cut, before=" (theo đó)", after="")
    sentence = SummarySentence(text=shorter, evidence=(2,), score=1.0, edits=(edit,),
                               findings=(note,))  # fmt: skip
    (cleared,) = clear(
        document, Summary(lang="vi", sentences=(sentence,))
    ).sentences  # fmt: skip
    assert cleared.original == whole
    assert cleared.edits[0] == edit
    span = next(f.source for f in cleared.findings if f.kind == "cut")
    assert cleared.text[span.start : span.end] == mark


def test_a_sentence_that_is_no_copy_is_left_alone():
    document = build(["Trời mưa.", "Đường ngập.", "Tuy nhiên, chợ vẫn họp."])
    own = SummarySentence(text="Tuy nhiên, chợ họp.", evidence=(2,), score=1.0)
    summary = Summary(lang="vi", sentences=(own,))
    assert clear(document, summary) == summary


def test_a_pronoun_for_somebody_in_the_summary_may_refer_to_somebody_else():
    document = build(["Ông Quist đến.", "Mưa to.", "Ông Nam gặp ông Bảo.", "Tạnh mưa.", "Ông đi."])
    whole = clear(document, pick(document, [0, 4])).sentences[-1]
    alone = clear(document, pick(document, [4])).sentences[-1]
    assert whole.findings[-1].message.startswith('"Ông" may refer to')
    assert alone.findings[-1].message.startswith('"Ông" refers to')


class TestPeople:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            (
                "Tổng thống Mỹ Donald Trump gặp ông Gustavo Petro.",
                ["Donald Trump", "Gustavo Petro"],
            ),
            ("Chủ tịch UBND TP Hà Nội Nguyễn Đức Chung phát biểu.", ["Nguyễn Đức Chung"]),
            ("Tổng giám đốc Techcombank Nguyễn Lê Quốc Anh trả lời.", ["Nguyễn Lê Quốc Anh"]),
            ("Chánh văn phòng Nhà Trắng John Kelly từ chức.", ["John Kelly"]),
            ("Hôm nay Hồng Đăng chia sẻ rằng mình vui.", ["Hồng Đăng"]),
            ("Xe đi qua đường Trần Phú và phường Lê Lợi.", []),
            ("Bà H. thuê ông Nguyễn Viết Chu lái xe.", ["H.", "Nguyễn Viết Chu"]),
            ("Ngày 9/1 ở Hà Nội, White House im lặng.", []),
            # The relative of somebody who is known by the last name, and two of different sex.
            ("Ông Quist đến. Ivanka Quist, con gái ông, cười.", ["Quist"]),
            ("Ông Quist và vợ, Melania Quist, đến.", ["Quist"]),
            ("Bà Hillary Quist đến. Ông Quist cười.", ["Hillary Quist", "Quist"]),
            ("Cố vấn Julian Quist đến. Ông Quist cười.", ["Julian Quist"]),
            ("Chị Charlotte Quist đến. Anh chị Quist cười.", ["Charlotte Quist"]),
            # Offices, fields and places in capitals, which are no part of the name.
            ("Bộ trưởng Công Thương Nguyễn Viết Chu đến.", ["Nguyễn Viết Chu"]),
            ("Bộ trưởng Quốc Phòng Quist đến.", ["Quist"]),
            ("Ông Phó Thủ Tướng Lê Tám đến. Ông Tám cười.", ["Lê Tám"]),
            ("Bác Sĩ Lê Tám đến.", ["Lê Tám"]),
            ("Chủ tịch Hòa Phát Trần Viết Chu đến.", ["Trần Viết Chu"]),
            ("Tổng biên tập báo Tuổi Trẻ Lê Văn Tám cho biết giá tăng.", ["Lê Văn Tám"]),
            ("Ông Quist đến. Chủ tịch Ủy ban châu Âu Quist cười.", ["Quist"]),
            ("Ông Âu Tám đến.", ["Âu Tám"]),
            ("Luật sư Hải tranh luận với ông Nguyễn Văn Nam.", ["Hải", "Nguyễn Văn Nam"]),
            ("Thủ tướng Chính chủ trì cuộc họp.", ["Chính"]),
            ("Giám đốc Hà Ngọc Mai Anh cho biết giá tăng.", ["Hà Ngọc Mai Anh"]),
            ("Hôm thứ Ba Macron cười. Ông Ba đến.", ["Ba"]),
            ("Chị Nguyễn Thị Hoa sống ở Bà Rịa - Vũng Tàu.", ["Nguyễn Thị Hoa"]),
            ("Ông Phó Thủ tướng họp. Bà Bộ trưởng đến. Ông Chủ tịch xã về.", []),
            ("Anh Quốc Bảo cười.", ["Quốc Bảo"]),
            ("Cô Hiệu phó đến. Ông Giám đốc Sở nói.", []),
            ("Bộ trưởng Y tế họp. Bí thư Tỉnh ủy đến. Hoa hậu Hoàn vũ cười.", []),
            ("Bị cáo Tám khai nhận. Diễn viên Hoa đã khóc.", ["Tám", "Hoa"]),
            ("Bé Khoa cười.", ["Khoa"]),
            # Places whose first syllable is a surname, in the table or told by the document.
            ("Phan Thiết đông khách. Đà Lạt, Phan Rang và Châu Đốc cũng vậy.", []),
            ("Hồ Tây đông người. Hồ Gươm vắng.", []),
            # People who are called like a place.
            ("Ông Lý Sơn trồng tỏi. Lý Sơn ra đảo Lý Sơn.", ["Lý Sơn"]),
            ("Quận Lê Chân kẹt xe. Lê Chân, 40 tuổi, về muộn.", ["Lê Chân"]),
            ("Huyện Mai Châu mưa to. Chị Mai Châu về.", ["Mai Châu"]),
            ("Lê Chân ở quận Lê Chân. Chị Chân cười.", ["Lê Chân"]),
            ("Huyện Mai Châu mưa to. Ca sĩ Mai Châu về.", ["Mai Châu"]),
            ("Chị Nguyễn Mai Châu về huyện Mai Châu.", ["Nguyễn Mai Châu"]),
            ("Ông Phan Thiết đến Phan Thiết.", ["Phan Thiết"]),
            ("Võ Thị Sáu sinh năm 1933. Đường Võ Thị Sáu dài 2 km.", ["Võ Thị Sáu"]),
            ("Lê Hùng cãi. Họ yêu cầu Lê Hùng trả tiền.", ["Lê Hùng"]),
            ("Phó chủ tịch huyện Lê Hùng đến. Lê Hùng cười.", ["Lê Hùng"]),
            ("Hiệu trưởng trường Lê Hùng đến. Lê Hùng cười.", ["Lê Hùng"]),
            ("Tiền vệ Hồ Tây Phong vui.", ["Hồ Tây Phong"]),
            # Given names that begin like a country.
            ("Ca sĩ Mỹ Tâm hát. Diễn viên Thái Hòa cười.", ["Mỹ Tâm", "Thái Hòa"]),
            ("Tổng thống Mỹ đến. Lãnh đạo Hàn Quốc, Nhật Bản và Thái Lan họp.", []),
            ("Thủ tướng Anh May họp. Đại sứ Mỹ Lê Hùng Đức đến.", ["May", "Lê Hùng Đức"]),
            # Where a name begins is not certain.
            ("Các bị can Nguyễn Minh Hùng Nguyễn Trí Nhật ra tòa.", []),
            ("Giám đốc Hồng Sơn Hồ Tám đến.", []),
        ],
    )
    def test_names(self, text, names):
        assert [person.name for person in find_people(build([text]))] == names

    def test_short_forms_belong_to_the_full_name(self):
        document = build(["Bị cáo Nguyễn Đào bị bắt.", "Ông Đào khai nhận.", "Đào bị phạt tù."])
        (person,) = find_people(document)
        assert (person.name, person.titles) == ("Nguyễn Đào", {"ông"})
        assert [mention.sentence for mention in person.mentions] == [0, 1, 2]


class TestDates:
    PUBLISHED = datetime.date(2026, 1, 10)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Hôm qua, 9/1, trời mưa.", ["2026-01-09", "2026-01-09"]),
            ("Ngày 30/12 trời mưa.", ["2025-12-30"]),
            ("Ông sẽ đến vào tháng 2 tới.", ["2026-02"]),
            ("Năm ngoái giá tăng.", ["2025"]),
            ("Ngày 9/1/2024 trời mưa.", []),
            ("Ngày 5/7 trời mưa.", []),
            ("Ngày 31/2 không có.", []),
            ("Tuần trước trời mưa.", []),
            ("Có 12 người.", []),
        ],
    )
    def test_cases(self, text, found):
        dates = resolve_dates(text, "vi", self.PUBLISHED)
        assert [date.iso for date in dates] == found
        assert all(text[d.span.start : d.span.end] == d.text for d in dates)

    @pytest.mark.parametrize(
        ("text", "published"),
        [
            ("Tháng sau trời nắng.", datetime.date(9999, 12, 31)),
            ("Năm sau trời nắng.", datetime.date.max),
            ("Năm ngoái trời mưa.", datetime.date.min),
            ("Quý trước trời mưa.", datetime.date.min),
        ],
    )
    def test_years_that_no_calendar_has(self, text, published):
        assert resolve_dates(text, "vi", published) == ()

    @given(st.text(alphabet="ngàyhôm quatới 0123456789/-đếtừm", max_size=40), st.dates())
    def test_any_text_and_any_day(self, text, published):
        for date in resolve_dates(text, "vi", published):
            assert text[date.span.start : date.span.end] == date.text
        assert resolve_dates(text, "vi", None) == ()


class TestNames:
    def test_both_spellings_and_their_sentences(self):
        sides = [
            ("Tổng thống Mỹ Donald Trump đến Hà Nội.", "US President Donald Trump came to Hanoi."),
            ("Ông Trump gặp Tập Cận Bình.", "Mr Trump met Xi Jinping."),
        ]
        people = find_people(build([vi for vi, _ in sides]))
        found = [(n.vi, n.en, n.kind, n.sentences) for n in list_names(sides, people)]
        assert found == [
            ("Mỹ", "United States", "place", (0,)),
            ("Donald Trump", "Donald Trump", "person", (0, 1)),
            ("Hà Nội", "Hanoi", "place", (0,)),
            ("Tập Cận Bình", "Xi Jinping", "person", (1,)),
        ]

    @pytest.mark.parametrize(
        ("english", "sides", "names"),
        [
            (["Governor Nguyen Thi Hong spoke.", "Ms. Hong left Hue."],
             ["Thống đốc Nguyễn Thị Hồng phát biểu.", "Bà Hồng rời Huế."],
             [("Nguyễn Thị Hồng", "Nguyen Thi Hong", (0, 1)), ("Huế", "Hue", (1,))]),
            (["Governor Nguyen Thi Hong spoke.", "Ms. Hong left.", "Nguyen Thi Hong won."],
             ["", "Bà Hồng đã đi.", "Bà Nguyễn Thị Hồng thắng."],
             [("Nguyễn Thị Hồng", "Nguyen Thi Hong", (1, 2))]),
            (["National Assembly Chairman Vuong Dinh Hue visited Hue."],
             ["Chủ tịch Quốc hội Vương Đình Huệ thăm Huế."],
             [("Vương Đình Huệ", "Vuong Dinh Hue", (0,)), ("Huế", "Hue", (0,))]),
            (["Mr. Tran Van Hung met Mr. Le Van Hung.", "Mr. Hung won."],
             ["Ông Trần Văn Hùng gặp ông Lê Văn Hưng.", "Ông Hùng thắng."],
             [("Trần Văn Hùng", "Tran Van Hung", (0,)), ("Lê Văn Hưng", "Le Van Hung", (0,))]),
            # A person of the table of names, with and without marks; a hyphened name.
            (["Ho Chi Minh was born in 1890.", "Mr. Minh left.", "Ho Chi Minh won."],
             ["Hồ Chí Minh sinh năm 1890.", "Ông Minh rời đi.", "Ông Ho Chi Minh thắng."],
             [("Hồ Chí Minh", "Ho Chi Minh", (0, 1, 2))]),
            (["Ho Chi Minh left.", "Ho Chi Minh won."], ["Ông rời đi.", "Hồ Chí Minh thắng."],
             [("Hồ Chí Minh", "Ho Chi Minh", (1,))]),
            (["Coach Park Hang-quist met Mr. Rossi."], ["HLV Park Hang-quist gặp ông Rossi."],
             [("Park Hang-quist", "Park Hang-quist", (0,)), ("Rossi", "Rossi", (0,))]),
        ],
    )  # fmt: skip
    def test_names_of_an_english_article(self, english, sides, names):
        people = find_people(build(english, lang="en"))
        found = list_names([*zip(sides, english, strict=True)], people, source="en")
        assert [(name.vi, name.en, name.sentences) for name in found] == names

    def test_a_foreign_place_is_named_whole(self):
        names = list_names([("Ở tỉnh Tbong Khmum mưa to.", "It rained in Tbong Khmum.")], ())
        assert [(n.vi, n.en, n.kind) for n in names] == [("Tbong Khmum", "Tbong Khmum", "place")]

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Họ thích John F. Kennedy.", "John F. Kennedy"),
            ("Họ thích Samuel L. Jackson Quist.", "Samuel L. Jackson Quist"),
            ("Họ thích Quist A. Hôm nay vui.", "Quist A"),
            ("Họ thích Rossi. Quist vui.", "Rossi"),
        ],
    )
    def test_initials_inside_of_a_name(self, text, name):
        assert list_names([(text, text.replace("Họ thích", "They like"))], ())[0].vi == name

    def test_a_name_that_english_does_not_have_loses_its_marks(self):
        vi = "Bà Nguyễn Thị Hoa đến."
        (name,) = list_names([(vi, "She came.")], find_people(build([vi])))
        assert name.en == "Nguyen Thi Hoa"

    @pytest.mark.parametrize(
        ("text", "english", "names"),
        [
            # A person is listed once, whatever the form.
            (
                "Tổng thống Vladimir Putin họp. Ông Putin nói. Theo Putin, trời lạnh.",
                "Putin met. Putin spoke. Putin was cold.",
                [("Vladimir Putin", "Vladimir Putin", "person")],
            ),
            # The whole name of a country.
            ("Thượng đỉnh Mỹ - Triều kết thúc.", "The US-North Korea summit is over.",
             [("Mỹ", "United States", "place"), ("Triều Tiên", "North Korea", "place")]),
            ("Biên giới Trung-Ấn yên ắng.", "The China-India border is quiet.",
             [("Trung Quốc", "China", "place"), ("Ấn Độ", "India", "place")]),
            # One of two places that are called alike, as the translation writes it.
            (
                "Mưa ở Sơn Tây. Nắng ở Lạc Dương. Gió ở Hà Bắc.",
                "Rain in Son Tay. Sun in Luoyang. Wind there.",
                [("Sơn Tây", "Son Tay", "place"), ("Lạc Dương", "Luoyang", "place"),
                 ("Hà Bắc", "Hebei", "place")],
            ),
            (
                "Ông Rob Halford hát. Robert Halford cười.",
                "Rob Halford sang. Robert Halford laughed.",
                [("Robert Halford", "Robert Halford", "person")],
            ),
            (
                "Ông Pyo Gwang - rhee đến. Ông Pyo cười.",
                "Pyo Gwang-rhee came. Pyo laughed.",
                [("Pyo Gwang - rhee", "Pyo Gwang-rhee", "person")],
            ),
            # Not that of the relative.
            (
                "Tổng thống Donald Trump đến. Ivanka Trump cười.",
                "Donald Trump came. Ivanka Trump laughed.",
                [("Donald Trump", "Donald Trump", "person"),
                 ("Ivanka Trump", "Ivanka Trump", "other")],
            ),
            (
                "Ông Quist kể về Ivanka Quist.",
                "Mr Quist told of Ivanka Quist.",
                [("Quist", "Quist", "person"), ("Ivanka Quist", "Ivanka Quist", "other")],
            ),
            # A given name that is also the name of a country.
            ("Bà Trần Thị Nga đến. Bà Nga cười.", "She came. She laughed.",
             [("Trần Thị Nga", "Tran Thi Nga", "person")]),
            ("Anh Thái bán cá cho chị Mỹ.", "Thai sold fish to My.",
             [("Thái", "Thai", "person"), ("Mỹ", "My", "person")]),
            # Foreign names with a word that tells what they are.
            ("Cô dạy ở Ljubljana.", "She teaches in Ljubljana.",
             [("Ljubljana", "Ljubljana", "place")]),
            ("Theo tờ Daily Planet, trời mưa.", "The Daily Planet says it rains.",
             [("Daily Planet", "Daily Planet", "body")]),
            ("Nhà phân tích Wilma Quist nói vậy.", "Analyst Wilma Quist said so.",
             [("Wilma Quist", "Wilma Quist", "person")]),
            # No names.
            ("Ôtô lao vào Sân bay.", "The car hit an airport.", []),
            ("Giám đốc Sở Y tế trả lời.", "The director answered.", []),
            # Countries, lists, agencies and ages; a given name beside the name of a country.
            ("Tổng thống Indonesia đến.", "The president of Indonesia came.",
             [("Indonesia", "Indonesia", "place")]),
            ("Họ thắng ở Ohio, Iowa và Ljubljana.", "They won in Ohio, Iowa and Ljubljana.",
             [("Ohio", "Ohio", "place"), ("Iowa", "Iowa", "place"),
              ("Ljubljana", "Ljubljana", "place")]),
            ("Tờ báo cũ bị Gazette ngày 5/4 đưa tin sai.", "The Gazette of 5 April misreported it.",
             [("Gazette", "Gazette", "body")]),
            ("Khách là Quist, 31 tuổi.", "The guest is Quist, 31.", [("Quist", "Quist", "person")]),
            ("Bà Lê Thị Nga sang Nga. Bà Nga về.", "Le Thi Nga went to Russia. Nga came home.",
             [("Lê Thị Nga", "Le Thi Nga", "person"), ("Nga", "Russia", "place")]),
            ("Cha của Wilma Quist vui. Chỉ Quist buồn.", "Wilma Quist's father smiled. Quist wept.",
             [("Wilma Quist", "Wilma Quist", "other")]),
            ("Chủ tịch UBND xã Lê Văn Tám đến.", "Le Van Tam, head of the commune, came.",
             [("UBND", "People's Committee", "body"), ("Lê Văn Tám", "Le Van Tam", "person")]),
            ("Họ đợi ở sân bay Cát Bi.", "They waited at Cat Bi airport.",
             [("Cát Bi", "Cat Bi", "place")]),
            ("Ông Hồ Tây Phong dạo quanh Hồ Tây.", "Ho Tay Phong strolled around West Lake.",
             [("Hồ Tây Phong", "Ho Tay Phong", "person"), ("Hồ Tây", "West Lake", "place")]),
            ("Chị Lê Chân đến quận Lê Chân. Lê Chân về.",
             "Le Chan came to Le Chan district. Le Chan left.",
             [("Lê Chân", "Le Chan", "person")]),
            ("Khách dạo quanh Hồ Gươm. Phan Thiết vắng.",
             "Visitors stroll by Hoan Kiem Lake. Phan Thiet is empty.",
             [("Hồ Gươm", "Hoan Kiem Lake", "place"), ("Phan Thiết", "Phan Thiet", "place")]),
            ("Nhạc sĩ Lê Văn Tám đến. Đường Lê Văn Tám đẹp.",
             "Composer Le Van Tam came. Le Van Tam Street is pretty.",
             [("Lê Văn Tám", "Le Van Tam", "person"), ("Lê Văn Tám", "Le Van Tam", "place")]),
            ("Ông Lê Văn Tám đến. Tổ trưởng dân phố Lê Văn Tám cười.",
             "Le Van Tam came. Le Van Tam, head of the ward, smiled.",
             [("Lê Văn Tám", "Le Van Tam", "person")]),
            # First words that look Vietnamese, if the English side has them, too.
            ("Điều phối viên Liên Hợp Quốc Tim Quist thăm thị trấn El Bashra.",
             "UN coordinator Tim Quist visited the town of El Bashra.",
             [("Liên Hợp Quốc", "United Nations", "body"), ("Tim Quist", "Tim Quist", "other"),
              ("El Bashra", "El Bashra", "place")]),
            ("Khách là phát thanh viên Tim Quist.", "The guest is announcer Tim Quist.",
             [("Tim Quist", "Tim Quist", "person")]),
            ("Theo Quist, trời lạnh. Tin Quist là sai.", "It was cold, Quist says. He erred.",
             [("Quist", "Quist", "body")]),
            # Known in one sentence, or to be a place in none: "phía" is also a side of a dispute.
            ("Họ ở El Quist. El Quist mưa to.", "They live in El Quist. It rains in El Quist.",
             [("El Quist", "El Quist", "place")]),
            ("Ai cũng thích Quist, Ivanka. Ông ở Quist.", "All like Quist, Ivanka. He is in Quist.",
             [("Quist", "Quist", "place"), ("Ivanka", "Ivanka", "other")]),
            ("Họ đòi phía Quist trả.", "They want Quist to pay.", [("Quist", "Quist", "other")]),
            # Spoken of, with a full stop that is missing, with what it is in capitals.
            ("Ai cũng nhắc tới Karim Quist. Quist đã về.", "All talk of Karim Quist. Quist left.",
             [("Karim Quist", "Karim Quist", "other")]),
            ("Ai cũng thích Quist Trên sân, anh về.", "All like Quist on the pitch, he left.",
             [("Quist", "Quist", "other")]),
            ("Họ xem CLB Real Quist đá.", "They saw CLB Real Quist play.",
             [("Real Quist", "Real Quist", "body")]),
            # With words in lower case inside.
            ("Ông Tamim bin Quist al Rossi đến. Ông Rossi về.",
             "Mr Tamim bin Quist al Rossi came. Mr Rossi left.",
             [("Tamim bin Quist al Rossi", "Tamim bin Quist al Rossi", "person")]),
            ("Họ thích Ursula von der Quist.", "They like Ursula von der Quist.",
             [("Ursula von der Quist", "Ursula von der Quist", "other")]),
            ("Bà Quist van xin Rossi.", "Ms Quist begged Rossi.",
             [("Quist", "Quist", "person"), ("Rossi", "Rossi", "other")]),
            ("HLV Erik ten Quist bị sa thải. Ông Quist buồn.",
             "Coach Erik ten Quist was sacked. Quist wept.",
             [("Erik ten Quist", "Erik ten Quist", "person")]),
            # With hyphens and articles.
            ("Họ thích Jean-Luc Quist.", "They like Jean-Luc Quist.",
             [("Jean-Luc Quist", "Jean-Luc Quist", "other")]),
            ("Cầu thủ Pierre-Emerick Quist vui.", "Pierre-Emerick Quist is happy.",
             [("Pierre-Emerick Quist", "Pierre-Emerick Quist", "person")]),
            ("Tổng thống Bashar al-Quist bỏ trốn. Ông Quist sang Nga.",
             "President Bashar al-Quist fled. Quist went to Russia.",
             [("Bashar al-Quist", "Bashar al-Quist", "person"), ("Nga", "Russia", "place")]),
            ("Họ thích Ayman al-Quist.", "They like Ayman al-Quist.",
             [("Ayman al-Quist", "Ayman al-Quist", "other")]),
            ("Kim Jong-un cười. Ông Kim vui.", "Kim Jong-un smiled. Kim was happy.",
             [("Kim Jong-un", "Kim Jong-un", "person")]),
            ("Ca sĩ Mỹ Tâm hát. Cô Tâm thích Mỹ.", "Singer My Tam sang. My Tam likes the US.",
             [("Mỹ Tâm", "My Tam", "person"), ("Mỹ", "United States", "place")]),
            # Prizes, codes, and what the English side shows apart.
            ("Cô đoạt giải Quist Hòa bình.", "She won the Quist Peace Prize.",
             [("Quist", "Quist", "other")]),
            ("Cô đoạt giải Quist Nữ diễn viên hay.", "She won the Quist for best actress.",
             [("Quist", "Quist", "other")]),
            ("Cô đoạt giải Quist Đặc biệt.", "She won the special Quist.",
             [("Quist", "Quist", "other")]),
            ("Họ bay bằng Quist A321.", "They flew in a Quist A321.",
             [("Quist", "Quist", "other")]),
            ("Chuyến bay VN1188 hạ cánh.", "Flight VN1188 landed.", []),
            ("CEO Quist Tim Rossi thăm Ohio.", "Quist CEO Tim Rossi visited Ohio.",
             [("Quist", "Quist", "other"), ("Tim Rossi", "Tim Rossi", "other"),
              ("Ohio", "Ohio", "place")]),
            ("HLV Quist Arne Rossi nói. Ông Rossi vui.", "Quist coach Arne Rossi spoke. Rossi won.",
             [("Quist", "Quist", "other"), ("Arne Rossi", "Arne Rossi", "person")]),
            # Not certainly apart.
            ("Họ thích Quist Rossi.", "They like Rossi Quist.",
             [("Quist Rossi", "Quist Rossi", "other")]),
            ("Họ thích Wilma Quist.", "They like Wilma J Quist.",
             [("Wilma Quist", "Wilma Quist", "other")]),
            ("Họ thích Quist Rossi.", "They like the Rossi of Quist.",
             [("Quist Rossi", "Quist Rossi", "other")]),
            ("Họ thích Wilma Quist Đức.", "They like Wilma Quist Duc.",
             [("Wilma Quist Đức", "Wilma Quist Duc", "other")]),
            ("Quist Việt Nam thắng.", "Quist Vietnam won.",
             [("Quist Việt Nam", "Quist Vietnam", "other")]),
            ("Đại lễ đường Nhân dân đóng cửa.", "The Great Hall of the People closed.", []),
        ],
    )  # fmt: skip
    def test_each_name_is_listed_once(self, text, english, names):
        sentences = [f"{part.strip('. ')}." for part in text.split(". ")]
        targets = [f"{part.strip('. ')}." for part in english.split(". ")]
        found = list_names([*zip(sentences, targets, strict=True)], find_people(build(sentences)))
        assert [(name.vi, name.en, name.kind) for name in found] == names


@settings(deadline=None)
@given(document=documents, data=st.data())
def test_pairs_keep_order_count_and_findings(document, data):
    indices = data.draw(
        st.lists(st.integers(0, len(document.sentences) - 1), unique=True).map(sorted)
    )
    summary = clear(document, pick(document, indices))
    note = Finding(kind="number", severity="error", message="other")
    targets = [CheckedText(text=f"Hanoi {i} Tam", findings=(note,)) for i in indices]
    to = "en" if document.lang == "vi" else "vi"
    both = pair_up(document, summary, targets, find_people(document), target_lang=to)
    assert len(both.vi.sentences) == len(both.en.sentences) == len(indices)
    assert [pair.target for pair in both.pairs] == [target.text for target in targets]
    for pair, sentence in zip(both.pairs, summary.sentences, strict=True):
        assert pair.findings == (*sentence.findings, note)
        assert pair.source.original == sentence.original
    for name in both.names:
        assert set(name.sentences) <= set(range(len(both.pairs)))
        assert name.kind in ("person", "place", "body")
    assert BilingualSummary.from_dict(json.loads(json.dumps(both.to_dict()))) == both


def test_summaries_of_earlier_versions_still_load():
    document = build(["Trời mưa."])
    both = pair_up(
        document, pick(document, [0]), [CheckedText(text="It rained.")], (), target_lang="en"
    )
    data = both.to_dict()
    del data["names"], data["pairs"][0]["dates"]
    del data["pairs"][0]["source"]["edits"], data["pairs"][0]["source"]["findings"]
    assert BilingualSummary.from_dict(data) == both


@pytest.mark.parametrize("marks", ['”"', '"”', "““"])
def test_a_mark_on_the_wrong_side_is_completed(marks):
    document = build([f"{marks[0]}Mưa to.", f"Gió lớn{marks[1]} là lời ông."])
    level = level_marks(document)
    assert level.text == "“Mưa to. Gió lớn” là lời ông."
    assert written_closing(document, level, 0, "”") in '”"'
    assert written_opening(document, level, 1, "“") in '“"'
