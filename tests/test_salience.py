"""Word salience: counts, training and determinism."""

import itertools

import numpy as np
import pytest
from documents import build, documents
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum.evaluation.vietnews import ReferenceArticle
from vnsum.summarization.extractive.tfidf import syllables
from vnsum.summarization.ranker.features import describe, read_stream
from vnsum.summarization.ranker.salience import Revision, Salience, UnitProbabilities
from vnsum.summarization.ranker.units import TABLE
from vnsum.training.summarizer import salience as training

weights = st.integers(0, 2**31).map(
    lambda seed: np.random.default_rng(seed).normal(size=TABLE).astype(np.float32)
)


def texts(document):
    return [syllables(sentence.text) for sentence in document.sentences]


@settings(deadline=None)
@given(document=documents)
def test_units_are_the_distinct_syllables_and_pairs_of_each_sentence(document):
    stream = read_stream(document)
    for units, size in ((stream.singles(), 1), (stream.pairs(), 2)):
        expected = [set(zip(*(u[i:] for i in range(size)), strict=False)) for u in texts(document)]
        counts = np.bincount(units.rows, minlength=len(expected))
        assert list(counts) == [len(found) for found in expected]
        assert len(units.keys) == len(set(itertools.chain.from_iterable(expected)))
        assert units.indices.shape[0] == len(units.keys)
        assert ((units.indices >= 0) & (units.indices < TABLE)).all()


@settings(deadline=None)
@given(document=documents, table=weights)
def test_two_sentences_share_what_both_have(document, table):
    stream = read_stream(document)
    likely = UnitProbabilities.of(stream.singles(), table, stream.count)
    everyone = np.arange(stream.count)
    shared = likely.shared(everyone)
    np.testing.assert_allclose(np.diag(shared), likely.sums, atol=1e-9)
    np.testing.assert_allclose(shared, shared.T, atol=1e-9)
    assert (shared <= np.minimum(likely.sums[:, None], likely.sums) + 1e-9).all()
    assert ((likely.probabilities > 0) & (likely.probabilities < 1)).all()


@settings(deadline=None)
@given(document=documents, table=weights, data=st.data())
def test_the_covered_share_grows_with_the_selected_sentences(document, table, data):
    stream = read_stream(document)
    likely = UnitProbabilities.of(stream.singles(), table, stream.count)
    chosen = data.draw(st.lists(st.sampled_from(range(stream.count)), unique=True) if stream.count
                       else st.just([]))  # fmt: skip
    shares = [likely.covered(chosen[:count]) for count in range(len(chosen) + 1)]
    assert not shares[0].any()
    assert all((more >= less - 1e-9).all() for less, more in itertools.pairwise(shares))
    written = np.array([bool(text) for text in texts(document)], dtype=bool)
    np.testing.assert_allclose(shares[-1][chosen], written[chosen], atol=1e-9)
    assert (shares[-1] <= 1 + 1e-9).all()


def test_weights_come_back_as_they_were_saved():
    saved = training.fit([]).pack("x")
    again = Salience.unpack(saved, "x")
    for name, table in again.pack("x").items():
        np.testing.assert_array_equal(table, saved[name])


def test_what_references_use_becomes_likely():
    body = ["Cầu gỗ sập sáng nay.", "Trời mưa to.", "Người dân đi lại khó khăn."]
    article = ReferenceArticle(id="1", document=build(body, title="Sập cầu"), abstract="Cầu gỗ sập")
    fitted = training.fit([article] * 200)
    stream = read_stream(article.document)
    for likely in fitted.predict(stream):
        assert likely.sums[0] > 2 * likely.sums[1]


@settings(deadline=None)
@given(document=documents, table=weights)
def test_a_blank_revision_changes_nothing(document, table):
    stream = read_stream(document)
    likely = Salience(syllables=table, pairs=table).predict(stream)
    again = Revision.blank().predict(likely, np.zeros(stream.count))
    for before, after in zip(likely, again, strict=True):
        usual = np.clip(before.probabilities, 1e-3, 1 - 1e-3)  # what no revision tells apart
        np.testing.assert_allclose(after.probabilities, usual, atol=1e-9)
        assert after.units is before.units


def test_what_likely_sentences_have_becomes_likelier():
    stream = read_stream(build(["Cầu gỗ sập.", "Trời mưa to."]))
    likely = Salience.blank().predict(stream)
    scores = np.array([2.0, -2.0])
    revised = Revision(weights=np.array([[1, 0.5, 0], [1, 0, 0]], dtype=np.float32))
    singles, pairs = revised.predict(likely, scores)
    assert singles.sums[0] > singles.sums[1]
    np.testing.assert_allclose(pairs.sums, likely[1].sums)


def test_a_revision_learns_how_far_scores_can_be_trusted():
    body = ["Cầu gỗ sập sáng nay.", "Trời mưa to."]
    features = describe(build(body), Salience.blank())

    def learn(scores):
        scored = training.Scored(
            features=features, scores=np.array(scores), reference=syllables(body[0])
        )
        return training.fit_revision([scored] * 20).weights

    right, wrong = learn([2.0, -2.0]), learn([-2.0, 2.0])
    assert (right[:, 1] > 0).all() and (wrong[:, 1] < 0).all()
    assert np.array_equal(training.fit_revision([]).weights, Revision.blank().weights)


def test_a_revision_comes_back_as_it_was_saved():
    saved = Revision(weights=np.array([[1, 0.25, 0], [0.5, 0, -1]], dtype=np.float32))
    assert np.array_equal(Revision.unpack(saved.pack("x"), "x").weights, saved.weights)
    for broken in (np.zeros((2, 2)), np.full((2, 3), np.nan)):
        with pytest.raises(ValueError, match="x must have"):
            Revision.unpack({"x": broken}, "x")
