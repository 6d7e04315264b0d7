"""Inline markup survives translation: nothing of a link or of code is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.translation.markup import restore_marks, strip_marks

CASES = [
    ("Theo [VnExpress](https://a.example/x?y=1), trời mưa.", "According to VnExpress, it rained.",
     "According to [VnExpress](https://a.example/x?y=1), it rained.", 0),
    ("Xem [báo cáo](https://a.example).", "See the report.",
     "See the report. ([báo cáo](https://a.example))", 1),
    ("**Colombia** và `vnsum`.", "Colombia and vnsum.", "**Colombia** and `vnsum`.", 0),
    ("Rất **quan trọng**.", "Very important.", "Very important.", 1),
    ("[An](b) và [An](c)", "An and An", "[An](b) and [An](c)", 0),
    ("Chữ `An` trong Antwerpen.", "The word in Antwerp.", "The word in Antwerp. (`An`)", 1),
]  # fmt: skip


@pytest.mark.parametrize(("source", "translated", "expected", "unplaced"), CASES)
def test_marks_come_back(source, translated, expected, unplaced):
    restored, findings = restore_marks(translated, strip_marks(source).marks)
    assert restored == expected
    assert len(findings) == unplaced


PLAIN = ["", "2 * 3 * 4", "a[1](", "![ảnh](x.png)", "5 ** 2 ** 1", "[]()", "snake_case_name"]


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
