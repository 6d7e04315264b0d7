"""Normalization in linear time: the limit of combining marks, and where they are dropped."""

import sys
import unicodedata

import pytest
from growth import grows_too_fast, repeated
from hypothesis import given
from hypothesis import strategies as st

import vnsum
from vnsum.errors import InputError
from vnsum.normalization import LONG_RUN, MOST_MARKS, compose, decompose, drop_marks, is_mark
from vnsum.reading.article import read_html, read_subtitles, read_text
from vnsum.reading.cleaning import apply_fixes

MARKS = "\u0345\u0301\u0323\u0327\u0338"
CHARACTERS = st.sampled_from([*"aệ=∃Ж 1.\n", *MARKS, "\u0344", "\u0f73", "\u034f", "\u05b4"])
TEXTS = st.lists(st.tuples(CHARACTERS, st.integers(1, 40)), max_size=8).map(
    lambda runs: "".join(character * times for character, times in runs)
)


def longest_run(text):
    runs = "".join("m" if is_mark(character) else " " for character in text).split()
    return max(map(len, runs), default=0)


def test_every_mark_can_be_in_a_long_run():
    characters = [*map(chr, range(0xD800)), *map(chr, range(0xE000, sys.maxunicode + 1))]
    marks = [character for character in characters if is_mark(character)]
    assert len(marks) > 800
    assert all(LONG_RUN.fullmatch(mark * (MOST_MARKS + 1)) for mark in marks)


@given(TEXTS)
def test_at_most_30_marks_in_a_row_are_kept(text):
    kept = drop_marks(text)
    assert longest_run(kept) == min(longest_run(text), MOST_MARKS)
    assert drop_marks(kept) == kept
    letters = [[c for c in part if not is_mark(c)] for part in (text, kept)]
    assert letters[0] == letters[1]
    assert kept == text or longest_run(text) > MOST_MARKS


@given(TEXTS)
def test_other_texts_are_normalized_as_by_unicode(text):
    text = drop_marks(text)
    assert compose(text) == unicodedata.normalize("NFC", text)
    assert decompose(text) == unicodedata.normalize("NFD", text)


@pytest.mark.skipif(sys.platform == "win32", reason="needs interval timers")
@pytest.mark.parametrize("function", [compose, decompose])
def test_normalization_is_linear(function):
    assert not grows_too_fast(function, repeated("a", MARKS, ""), 10_000)


BODY = "Sáng nay trời mưa rất to ở Huế và nhiều tuyến đường bị ngập sâu trong nước. " * 8
PAGE = f"<html><body><article><h1>Mưa</h1><p>{BODY}</p><p>a%s</p></article></body></html>"
CUE = "1\n00:00:01,000 --> 00:00:02,500\nTrời mưa%s.\n"
SOURCES = {
    "text": lambda marks: read_text(f"Trời mưa{marks} to ở Huế."),
    "entities": lambda marks: read_text(f"Trời mưa{marks.replace(MARKS, '&#834;' * 5)} to."),
    "page": lambda marks: read_html(PAGE % marks),
    "subtitles": lambda marks: read_subtitles(CUE % marks, "srt"),
    "legacy": lambda marks: read_text(
        f"TôÒng thôìng MyÞ tõìi thãm a{marks.replace(MARKS, 'Ì' * 5)}"
    ),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_dropped_marks_are_reported(kind):
    if kind == "page":
        pytest.importorskip("trafilatura")
    article = SOURCES[kind](MARKS * 50)
    assert 20 < longest_run(article.text) <= MOST_MARKS
    (finding,) = article.findings
    assert finding.message == "Combining marks after the first 30 in a row were removed."
    assert SOURCES[kind](MARKS).findings == ()


def test_a_document_tells_it():
    (finding,) = vnsum.segment(f"Trời mưa{MARKS * 50} to ở Huế.").findings
    assert finding.kind == "cleaning"


def test_a_term_with_more_marks_is_refused():
    with pytest.raises(InputError, match="has too many combining marks: remove them"):
        vnsum.Glossary.from_dict({f"a{MARKS * 7}": "b"})


@given(TEXTS)
def test_a_cleaned_text_keeps_the_limit(text):
    cleaned, fixes = apply_fixes(text)
    assert longest_run(cleaned) <= MOST_MARKS
    assert "marks" in {fix.name for fix in fixes} or longest_run(text) <= MOST_MARKS
