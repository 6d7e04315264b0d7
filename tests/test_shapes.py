"""Texts that are not running prose: recognized, and summarized within bounds."""

import json
from pathlib import Path

import pytest
from documents import build
from hypothesis import given
from hypothesis import strategies as st

import vnsum
from vnsum import summarization
from vnsum.summarization import Budget
from vnsum.summarization.text_type import detect_text_type, text_type_findings

CASES = json.loads((Path(__file__).parent / "cases" / "shapes.json").read_text(encoding="utf-8"))
LINES = [line for case in CASES for line in case["text"].splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_the_shape_is_named(case):
    assert detect_text_type(vnsum.segment(case["text"])) == case["shape"]


@pytest.mark.parametrize("name", sorted(summarization.METHODS))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_a_summary_is_within_its_budget_and_says_what_the_text_looks_like(case, name):
    document = vnsum.segment(case["text"])
    for count in (1, 2, 3):
        summary = summarization.load(name).summarize(document, Budget(sentences=count))
        assert 1 <= len(summary.sentences) <= count
        assert {sentence.text for sentence in summary.sentences} <= {
            sentence.text for sentence in document.sentences
        }
        kinds = [finding.kind for finding in summary.findings]
        assert kinds == ([] if case["shape"] is None else ["shape"])


@given(lines=st.lists(st.sampled_from(LINES), max_size=12))
def test_no_text_is_too_odd(lines):
    document = vnsum.segment("\n".join(lines), lang="vi")
    assert len(text_type_findings(document)) <= 1
    assert len({finding.message for finding in text_type_findings(document)}) == len(
        text_type_findings(document)
    )


def test_a_document_without_lines_has_no_shape():
    assert detect_text_type(build([])) is None
    assert detect_text_type(build(["12", "15", "18", "19"])) is None


LONG = {
    "three thousand times the same": ["Trời hôm nay mưa rất to ở khắp thành phố Huế."] * 3000,
    "a sentence of twenty thousand syllables": [" ".join(f"từ{i % 500}" for i in range(20_000))],
    "three thousand lines without words": ["***"] * 3000,
}


@pytest.mark.parametrize("name", sorted(summarization.METHODS))
@pytest.mark.parametrize("label", LONG)
def test_long_and_empty_texts_give_one_sentence_of_a_kind(label, name):
    summary = summarization.load(name).summarize(build(LONG[label]), Budget(sentences=3))
    assert [sentence.text for sentence in summary.sentences] == LONG[label][:1]
