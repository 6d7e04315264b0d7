"""Properties of an extractive summary, for every summarizer and any document."""

import subprocess
import sys
from collections import Counter
from math import gcd

import pytest
from documents import build, documents, picked
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vnsum import summarization
from vnsum.errors import InputError, ModelError
from vnsum.summarization import Budget
from vnsum.summarization.extractive.lexrank import LexRank
from vnsum.summarization.extractive.tfidf import syllables

ALL = sorted(summarization.METHODS)

budgets = st.builds(Budget, sentences=st.integers(1, 8)) | st.builds(
    Budget, ratio=st.floats(0.01, 1.0)
)


def same_words(document, index):
    """The words of a sentence with their shares, equal where the cosine of two sentences is 1."""
    counts = Counter(syllables(document.sentences[index].text))
    common = gcd(*counts.values())
    return frozenset((word, count // common) for word, count in counts.items())


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None)
@example(build(["mưa", "mưa", "mưa", "mưa lớn", "lớn"]), Budget(sentences=3))
@example(build(["mưa", "lớn", ".", "."]), Budget(sentences=3))
@given(document=documents, budget=budgets)
def test_sentences_are_the_evidence_in_order_and_within_the_budget(name, document, budget):
    summary = summarization.load(name).summarize(document, budget)
    indices = picked(summary)
    assert indices == sorted(set(indices))
    limit = budget.limit(len(document.sentences))
    assert len(indices) <= limit
    taken = {same_words(document, i) for i in indices}
    assert len({document.sentences[i].text for i in indices}) == len(indices)
    # The ranker may write one sentence where two are allowed; everything else is filled, unless
    # all that is left says the same again.
    left = {same_words(document, i) for i in range(len(document.sentences))} - taken
    assert len(indices) == limit or not left or (name == "ranker" and limit == 2)
    for sentence in summary.sentences:
        assert [document.sentences[i].text for i in sentence.evidence] == [sentence.text]
        assert sentence.score == sentence.score  # not NaN
    assert summary.lang == document.lang


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None)
@given(document=documents, lengths=st.tuples(st.integers(1, 12), st.integers(1, 12)))
def test_a_shorter_summary_is_part_of_a_longer_one(name, document, lengths):
    summarizer = summarization.load(name)
    short, long = (summarizer.summarize(document, Budget(sentences=n)) for n in sorted(lengths))
    assert set(short.sentences) <= set(long.sentences)


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None)
@given(document=documents, budget=budgets)
def test_the_same_document_gives_the_same_summary(name, document, budget):
    first = summarization.load(name).summarize(document, budget)
    assert summarization.load(name).summarize(document, budget) == first
    assert summarization.load(name).signature == first.signature


@pytest.mark.parametrize("name", ALL)
def test_an_empty_document_has_an_empty_summary(name):
    summary = summarization.load(name).summarize(build([]), Budget())
    assert summary.sentences == ()
    assert summary.text == ""


@pytest.mark.parametrize("name", ALL)
def test_one_sentence_is_its_own_summary(name):
    document = build(["Mưa lớn gây ngập ở Huế."], title="Huế ngập")
    assert picked(summarization.load(name).summarize(document, Budget())) == [0]


@pytest.mark.parametrize("name", ALL)
def test_sentences_without_words_are_no_trouble(name):
    document = build(["***", "…", "---", "."], title="???")
    assert len(picked(summarization.load(name).summarize(document, Budget(sentences=2)))) == 2


@pytest.mark.parametrize("name", ALL)
def test_of_identical_sentences_the_first_comes_first(name):
    document = build(["Trời hôm nay mưa rất to ở khắp thành phố Huế."] * 6)
    assert 0 in picked(summarization.load(name).summarize(document, Budget(sentences=1)))


@pytest.mark.parametrize("name", ["hybrid", "lexrank", "ranker"])
def test_a_document_of_three_thousand_sentences(name):
    texts = [
        f"Ngày {i % 31}, tổ {i} ở xã {i % 97} báo cáo {i * 7 % 1000} việc." for i in range(3000)
    ]
    summary = summarization.load(name).summarize(build(texts), Budget(ratio=0.05))
    assert len(picked(summary)) == 150


@pytest.mark.parametrize("name", ["hybrid", "ranker"])
def test_a_repeated_sentence_is_not_taken_twice(name):
    texts = [
        "Công an tỉnh Thanh Hóa bắt giữ ba người trộm xe máy trong đêm mưa bão.",
        "Công an tỉnh Thanh Hóa bắt giữ ba người trộm xe máy trong đêm mưa bão.",
        "Nhà chức trách trả lại bảy chiếc xe cho các chủ xe đã trình báo mất từ tháng trước.",
    ]
    assert picked(summarization.load(name).summarize(build(texts), Budget(sentences=2)))[1:] in (
        [2],
        [],  # the ranker may find the first sentence enough
    )


def test_the_headline_steers_the_summary():
    texts = [
        "Sáng nay nhiều tuyến đường ở trung tâm đông người hơn ngày thường.",
        "Các quán ăn ven sông mở cửa muộn vì trời có sương mù.",
        "Cây cầu gỗ bắc qua sông Hoài sập khi một xe tải chở cát đi qua.",
        "Người bán hàng cho biết khách du lịch vẫn đến chụp ảnh.",
    ]
    summarizer = summarization.load()
    document = build(texts, title="Cầu gỗ qua sông Hoài sập vì xe tải chở cát")
    assert picked(summarizer.summarize(document, Budget(sentences=1))) == [2]


def test_thread_count_does_not_matter():
    program = (
        "from vnsum import summarization as s; from vnsum.evaluation.vietnews import document as d;"
        "doc = d([f'Tổ {i} báo cáo {i * 7 % 13} việc ở xã {i % 5}.' for i in range(400)],"
        "title='xã');"
        "print([s.load(n).summarize(doc, s.Budget(sentences=9)).to_dict() for n in s.METHODS])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ["1", "2"]
    }
    assert len(outputs) == 1
    assert next(iter(outputs)).count("'type': 'Summary'") == len(ALL)


def test_an_unknown_method_names_the_known_ones():
    with pytest.raises(ModelError, match="unknown summarizer 'nosuch'") as caught:
        summarization.load("nosuch")
    for name in ALL:
        assert name in str(caught.value)


def test_an_unknown_unit_names_the_known_ones():
    with pytest.raises(InputError, match="syllables"):
        LexRank(unit="letters").summarize(build(["Mưa."]), Budget())


def test_every_method_is_in_the_table_under_its_own_name():
    assert summarization.DEFAULT_METHOD in summarization.METHODS
    for name in ALL:
        assert summarization.load(name).signature.split("|")[0] == name
