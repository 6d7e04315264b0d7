"""Inline markup survives translation: no part of a link or of code is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.translation.markup import OPAQUE, restore_marks, strip_marks
from vnsum.translation.translatable import has_words

CASES = [
    ("Theo [VnExpress](https://a.example/x?y=1), trời mưa.", "According to VnExpress, it rained.",
     "According to [VnExpress](https://a.example/x?y=1), it rained.", 0),
    ("Xem [báo cáo](https://a.example).", "See the report.",
     "See the report. ([báo cáo](https://a.example))", 1),
    ("**Colombia** và `vnsum`.", "Colombia and vnsum.", "**Colombia** and `vnsum`.", 0),
    ("Rất **quan trọng**.", "Very important.", "Very important.", 1),
    ("[An](b) và [An](c)", "An and An", "[An](b) and [An](c)", 0),
    ("<p>An và [An](b), An, **An**</p>", "An and An, An, An",
     "<p>An and [An](b), An, **An**</p>", 0),
    ("An và [An](b).", "Only An.", "Only [An](b).", 0),
    ("Antwerpen, An và [An](b).", "Antwerp, An and An.", "Antwerp, An and [An](b).", 0),
    ("Viết ``mã `kép` `` rồi `x`.", "Write mã `kép`  then x.", "Write ``mã `kép` `` then `x`.", 0),
    ("Chữ `An` trong Antwerpen.", "The word in Antwerp.", "The word in Antwerp. (`An`)", 1),
]  # fmt: skip


@pytest.mark.parametrize(("source", "translated", "expected", "unplaced"), CASES)
def test_marks_come_back(source, translated, expected, unplaced):
    restored, findings = restore_marks(translated, strip_marks(source).marks)
    assert restored == expected
    assert len(findings) == unplaced


OPAQUE_CASES = [
    ("Chào {ten}, bạn còn %d lượt.", "Hello {ten}, you have %d turns left."),
    ("{{ page.date }} là ngày đăng.", "{{ page.date }} is the date."),
    ("Chạy {% include menu.html %} trước.", "Run {% include menu.html %} first."),
    ("Nặng ${nang}kg và %(gia)s đồng.", "Weighs ${nang}kg and %(gia)s dong."),
    ("Dòng một<br>dòng hai.", "Line one<br>line two."),
    ("Xem [![Bản dựng](https://a.vn/b.svg)](https://a.vn) ở đây.",
     "See [![Bản dựng](https://a.vn/b.svg)](https://a.vn) here."),
    ("Còn {so}5 ngày và %d2 lượt.", "{so}5 days and %d2 turns left."),
    ("Trời mưa <!-- xem lại --> to.", "It rained <!-- xem lại --> hard."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target"), OPAQUE_CASES)
def test_placeholders_are_codes_for_the_model(source, target):
    marked = strip_marks(source)
    for mark in marked.marks:
        assert mark.kind == "opaque" and mark.written in source
        assert mark.written not in marked.text
        assert marked.text.count(mark.words) == 1
    translated = target
    for mark in marked.marks:
        translated = translated.replace(mark.written, mark.words)
    assert restore_marks(translated, marked.marks) == (target, [])


def test_placeholders_may_change_their_order():
    marks = strip_marks("{a} đến {b}.").marks
    assert restore_marks("X2 from X1.", marks) == ("{b} from {a}.", [])


def test_a_lost_placeholder_is_appended_and_flagged():
    marks = strip_marks("Chào {ten}!").marks
    restored, (finding,) = restore_marks("Hello!", marks)
    assert restored == "Hello! ({ten})"
    assert (finding.kind, finding.severity) == ("markup", "warning")
    assert finding.message == (
        "The position of '{ten}' in the translation is unknown; it was appended to the sentence."
    )


def test_a_doubled_placeholder_is_flagged():
    restored, (finding,) = restore_marks("X1, X1", strip_marks("Chào {ten}").marks)
    assert restored == "{ten}, {ten}"
    assert finding.message == "'{ten}' occurs 2 times in the translation."


def test_a_code_of_the_text_stays():
    marked = strip_marks("Xe X1 chở {hang}.")
    assert marked.text == "Xe X1 chở X2."
    assert restore_marks("X1 carries X2.", marked.marks)[0] == "X1 carries {hang}."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<p class="a">Chợ <b>nổi</b> đông.</p>', "Chợ nổi đông."),
        ("<li><em>Gạo</em></li>", "Gạo"),
        ("<br>Trời mưa.<br/>", "Trời mưa."),
        ("<i>Gạo</i> và <i>nước</i>", "Gạo và nước"),
        ("[![A](b.svg)](c) {% raw %} Chợ nổi", "Chợ nổi"),
    ],
)
def test_tags_around_the_text_are_put_back(source, text):
    marked = strip_marks(source)
    assert marked.text == text
    assert restore_marks(text, marked.marks) == (source, [])


def test_formatting_of_changed_words_is_removed_with_a_finding():
    marked = strip_marks("<p>Chợ <b>nổi {ten}</b> đông.</p>")
    restored, (finding,) = restore_marks("The market of X1 is busy.", marked.marks)
    assert restored == "<p>The market of {ten} is busy.</p>"
    assert finding.message == (
        "The position of '<b>nổi {ten}</b>' in the translation is unknown; its markup was removed."
    )


@pytest.mark.parametrize("text", ["{{ noi_dung }}", "<hr/>", "{ten}", "%s", "<!-- ghi chú -->"])
def test_placeholders_alone_are_not_translated(text):
    assert not has_words(text)


@given(st.lists(st.sampled_from(
    ["{a}", "%s", "{{ b }}", "<br>", "<p>", "</p>", "<b>", "</b>", "mưa ", " to", "`x`", "**c**"]
), max_size=12).map("".join))  # fmt: skip
def test_nothing_opaque_is_ever_lost(text):
    marked = strip_marks(text)
    restored = restore_marks("", marked.marks)[0]
    for mark in marked.marks:
        assert mark.kind in ("bold", "html") or all(
            part in restored for part in OPAQUE.findall(mark.written)
        )
    assert restore_marks(marked.text, marked.marks)[0].count("{a}") >= text.count("{a}")


PLAIN = ["", "2 * 3 * 4", "a[1](", "![ảnh](x.png)", "5 ** 2 ** 1", "[]()", "snake_case_name",
         "50% dân số", "a < b > c", "{một, hai}", "5%d"]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_markup_stays(text):
    assert strip_marks(text).text == text
    assert strip_marks(text).marks == ()


@given(st.text(alphabet="a b*`[]()!\n", max_size=40))
def test_an_identity_translation_gives_the_text_back(text):
    marked = strip_marks(text)
    restored, _ = restore_marks(marked.text, marked.marks)
    for mark in marked.marks:
        assert mark.kind == "bold" or mark.written in restored


@given(st.lists(st.sampled_from(["a", "b", "c.", "**a**", "`b`", "[a](u)", "**a b**", "{x}"])))
def test_marks_of_repeated_words_stay_where_they_are(words):
    text = " ".join(words)
    marked = strip_marks(text)
    assert restore_marks(marked.text, marked.marks) == (text, [])
