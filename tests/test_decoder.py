"""Beam search of the packaged model against transformers, on tiny seeded weights."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny import END, LIMIT, prompts, tiny_model

from vnsum.decoding.beam import (
    LONGEST_PERIOD,
    LOOP_CHECK_STEPS,
    LOOP_COPIES,
    LOOP_TOKENS,
    BeamHypotheses,
    has_loop,
    search,
    search_all,
)
from vnsum.decoding.gemma import GemmaText

NEVER = -1  # an end mark that is not in the vocabulary
RUNS = st.tuples(
    st.lists(st.integers(0, 2), max_size=12),
    st.lists(st.integers(0, 2), min_size=1, max_size=LONGEST_PERIOD + 2),
    st.integers(0, 2 * LOOP_COPIES),
).map(lambda parts: [*parts[0], *parts[1] * parts[2], *parts[0]])


def ours(model, texts, beams, limits=None):
    text_model = GemmaText(model.config, model.state_dict())
    with torch.inference_mode():
        return search(
            text_model, texts, beams=beams, end=END, limits=limits or [LIMIT] * len(texts)
        )


def all_of_ours(model, texts, beams, limit, *, stop_loops):
    text_model = GemmaText(model.config, model.state_dict())
    with torch.inference_mode():
        return search_all(
            text_model, texts, beams=beams, end=NEVER, limits=[limit] * len(texts),
            stop_loops=stop_loops,
        )  # fmt: skip


def theirs(model, text, beams):
    with torch.inference_mode():
        output = model.generate(
            input_ids=torch.tensor([text]), attention_mask=torch.ones(1, len(text)).long(),
            max_new_tokens=LIMIT, num_beams=beams, do_sample=False,
        )  # fmt: skip
    return output[0, len(text) :].tolist()


@pytest.mark.parametrize("beams", [1, 2, 4])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_tokens_as_transformers(seed, beams):
    model, texts = tiny_model(seed), prompts(seed)
    compared = 0
    for text, found in zip(texts, ours(model, texts, beams), strict=True):
        expected = theirs(model, text, beams)
        # At the limit, ours prefers what is finished and theirs what scores best.
        if END in expected or beams == 1 or not found.finished:
            whole = [*found.tokens, END] if found.finished else [*found.tokens]
            assert whole == (expected[: expected.index(END) + 1] if END in expected else expected)
            compared += 1
    assert compared, "nothing could be compared"


@pytest.mark.parametrize("beams", [1, 3])
def test_the_same_whatever_the_batch(beams):
    model, texts = tiny_model(1), prompts(1)
    together = ours(model, texts, beams)
    assert [ours(model, [text], beams)[0] for text in texts] == together
    assert ours(model, texts[::-1], beams)[::-1] == together


def test_each_sentence_has_its_own_limit():
    model, texts = tiny_model(0), prompts(0)
    limits = [1, 2, 3, 4, 5, 6]
    for found, limit in zip(ours(model, texts, 2, limits), limits, strict=True):
        assert len(found.tokens) <= limit
        assert found.finished or len(found.tokens) == limit


@pytest.mark.parametrize("beams", [1, 3])
def test_only_loops_are_given_up(beams):
    model, texts = tiny_model(1), prompts(1)
    limit = 12 * LOOP_CHECK_STEPS
    patient, hasty = (
        all_of_ours(model, texts, beams, limit, stop_loops=way) for way in (False, True)
    )
    given_up = 0
    for (whole, *_), (found, *_) in zip(patient, hasty, strict=True):
        assert len(whole.tokens) == limit
        if len(found.tokens) == limit:
            assert found == whole
            continue
        given_up += 1
        assert has_loop(found.tokens)
        assert not has_loop(found.tokens[:-LOOP_CHECK_STEPS]), "at the first look that could see it"
        assert not found.finished
    assert given_up


def test_a_text_that_repeats_itself_may_be_translated_so():
    model, texts = tiny_model(1), [[7, 8] * 12]
    patient, hasty = (all_of_ours(model, texts, 1, 96, stop_loops=way) for way in (False, True))
    assert has_loop(patient[0][0].tokens)
    assert hasty == patient


def _loops_by_definition(tokens):
    return any(
        tokens[i + period : i + need] == tokens[i : i + need - period]
        for period in range(1, LONGEST_PERIOD + 1)
        for need in [max(LOOP_COPIES * period, LOOP_TOKENS)]
        for i in range(len(tokens) - need + 1)
    )


@given(RUNS)
def test_loops_are_those_of_the_definition(tokens):
    assert has_loop(tokens) == _loops_by_definition(tokens)


def test_scores_are_mean_log_probabilities():
    model, texts = tiny_model(2), prompts(2)
    for text, found in zip(texts, ours(model, texts, 3), strict=True):
        whole = torch.tensor([[*text, *found.tokens, *([END] if found.finished else [])]])
        with torch.inference_mode():
            logs = model(whole).logits.log_softmax(-1)[0]
        generated = range(len(text), whole.shape[1])
        mean = sum(float(logs[i - 1, whole[0, i]]) for i in generated) / len(generated)
        assert found.score == pytest.approx(mean, abs=1e-3)


def test_more_key_value_heads_are_refused():
    model = tiny_model(0)
    model.config.num_key_value_heads = 2
    with pytest.raises(ValueError, match="num_key_value_heads must be 1"):
        GemmaText(model.config, model.state_dict())


def test_candidates_keep_the_best():
    candidates = BeamHypotheses(width=2, limit=9)
    for score in (-3.0, -1.0, -2.0):
        candidates.add([7], score)
    assert [h.score for h in candidates.kept] == [-1.0, -2.0]
    assert candidates.is_done(-2.5)
    assert not candidates.is_done(-1.5)
