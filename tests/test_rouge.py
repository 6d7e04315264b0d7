"""ROUGE: equal to rouge-score on the same tokens, and Vietnamese letters count."""

from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer

from vnsum.evaluation import rouge
from vnsum.summarization.extractive.tfidf import syllables

NAMES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
few_words = st.sampled_from(["mưa", "lớn", "ở", "Huế", "a", "b", "12", "–"])
lines = st.lists(few_words, max_size=12).map(" ".join)
texts = st.lists(lines, max_size=4).map("\n".join)


class Syllables:
    """The tokenizer interface of rouge-score."""

    def tokenize(self, text):
        return syllables(text)


@given(reference=texts, prediction=texts)
def test_equals_rouge_score_on_the_same_tokens(reference, prediction):
    expected = rouge_scorer.RougeScorer(NAMES, tokenizer=Syllables()).score(reference, prediction)
    found = rouge.score(reference, prediction)
    for name in NAMES:
        assert abs(getattr(found, name) - expected[name].fmeasure) < 1e-12, name


@given(reference=texts, prediction=texts)
def test_ascii_tokens_are_those_of_rouge_score(reference, prediction):
    expected = rouge_scorer.RougeScorer(NAMES).score(reference, prediction)
    found = rouge.score(reference, prediction, tokens=rouge.ascii_tokens)
    for name in NAMES:
        assert abs(getattr(found, name) - expected[name].fmeasure) < 1e-12, name


@given(text=texts)
def test_a_text_with_words_scores_one_against_itself(text):
    found = rouge.score(text, text)
    assert found.rouge1 == float(bool(syllables(text)))
    assert found.rougeL == found.rouge1


@given(reference=texts, prediction=texts)
def test_scores_lie_between_zero_and_one_and_are_symmetric(reference, prediction):
    found, turned = rouge.score(reference, prediction), rouge.score(prediction, reference)
    for name in NAMES:
        assert 0.0 <= getattr(found, name) <= 1.0
    for name in ["rouge1", "rouge2", "rougeL"]:
        assert abs(getattr(found, name) - getattr(turned, name)) < 1e-12


def test_diacritics_count_and_the_ascii_score_does_not_see_them():
    one, other = "Chó cắn mèo", "Chờ căn mẹo"
    assert rouge.score(one, other).rouge1 == 0.0
    assert rouge.score(one, other, tokens=rouge.ascii_tokens).rouge1 == 1.0


def test_composed_and_decomposed_letters_are_the_same():
    assert syllables("Huê\u0301") == syllables("Huế") == ["huế"]


def test_protocol_names_what_was_done():
    for word in ["F1", "NFC", "lower-cased", "syllables", "Lsum"]:
        assert word in rouge.PROTOCOL
