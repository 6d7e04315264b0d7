"""Shortened sentences: words are left out and never written, and every cut can be undone."""

import json
import re
from pathlib import Path

import pytest
from documents import build
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum import summarization
from vnsum.results.result import Summary
from vnsum.summarization import Budget
from vnsum.summarization.compression import KIND, compress
from vnsum.summarization.extractive.lead import Lead

CASES = json.loads((Path(__file__).parent / "cases" / "shortened.json").read_text(encoding="utf-8"))
PIECES = sorted({piece for case in CASES for piece in re.split(r"(?<=,) ", case["text"])})
odd_sentences = st.lists(st.sampled_from([*PIECES, "12", "(", "”", "(gần)", "."]), min_size=1)


def shortened(text, lang="vi"):
    document = build([text], lang=lang)
    return compress(Lead().summarize(document, Budget()), document).sentences[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case):
    found = shortened(case["text"], case.get("lang", "vi"))
    assert found.text == (case["short"] or case["text"])


@given(pieces=odd_sentences, lang=st.sampled_from(["vi", "en"]))
def test_words_are_left_out_and_never_written(pieces, lang):
    text = " ".join(pieces)
    found = shortened(text, lang)
    assert found.original == text
    assert len(found.text) <= len(text)
    rest = iter(text.lower())
    assert all(letter in rest for letter in found.text.lower())
    assert re.findall(r"\d+", found.text) == re.findall(r"\d+", text)


@given(pieces=odd_sentences)
def test_every_cut_is_an_edit_and_a_finding(pieces):
    found = shortened(" ".join(pieces))
    assert {edit.kind for edit in found.edits} <= {KIND}
    assert [finding.kind for finding in found.findings] == [edit.kind for edit in found.edits]
    for edit, finding in zip(found.edits, found.findings, strict=True):
        assert found.text[finding.source.start : finding.source.end] == edit.after
    again = Summary(lang="vi", sentences=(found,))
    assert Summary.from_dict(again.to_dict()) == again


@settings(deadline=None)
@given(count=st.integers(1, 4))
def test_a_compressed_summarizer_picks_the_same_sentences(count):
    document = build([case["text"] for case in CASES])
    plain = summarization.load("hybrid").summarize(document, Budget(sentences=count))
    summary = summarization.load("hybrid", compress=True).summarize(
        document, Budget(sentences=count)
    )
    assert [s.evidence for s in summary.sentences] == [s.evidence for s in plain.sentences]
    assert [s.original for s in summary.sentences] == [s.text for s in plain.sentences]
    assert summary.signature == f"{plain.signature}|compressed"


def test_what_the_summary_needs_is_not_cut_by_a_summarizer_that_knows():
    text = "Cầu gỗ bắc qua sông Hoài sập lúc rạng sáng, bà Lan ở chợ Bến Thành cho biết."
    rest = ["Trời mưa to ở Huế.", "Người dân đi lại khó khăn.", "Đường ngập sâu."]
    cut = summarization.load("ranker", compress=True)

    def written(title):
        summary = cut.summarize(build([text, *rest], title=title), Budget(sentences=1))
        return summary.sentences[0].text

    assert written("Cầu gỗ bắc qua sông Hoài sập lúc rạng sáng").endswith("rạng sáng.")
    assert written("Bà Lan ở chợ Bến Thành cho biết cầu gỗ sập").endswith("cho biết.")
