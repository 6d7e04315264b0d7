"""Noisy-channel reranking on tiny random weights; see also test_packaged_model."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny import tiny_model

from vnsum.checkpoints.families import Channel
from vnsum.decoding.gemma import GemmaText
from vnsum.translation.backends.reranking import ReverseExample, score_channel

READINGS = [
    ReverseExample(prompt=(2, 9, 17, 30), source=(21, 40, 7, 1), forward=-3.5, tokens=4),
    ReverseExample(prompt=(2, 9, 5, 11, 30), source=(21, 40, 7, 1), forward=-3.25, tokens=5),
    ReverseExample(prompt=(2, 30), source=(21, 1), forward=-1.0, tokens=1),  # an empty candidate
]
WEIGHTS = st.floats(0, 2)
SUMS = st.floats(-50, 0)


@pytest.mark.parametrize(
    "channel",
    [
        Channel(reverse=0.5, language={"en": 0.25}, length=0.125),
        Channel(reverse=1.0, language={"vi": 9.0}),
    ],
    ids=str,
)
def test_readings_come_to_what_transformers_says(channel):
    theirs = tiny_model(3)
    ours = GemmaText(theirs.config, theirs.state_dict())
    found = score_channel(ours, channel, READINGS, lang="en")
    for example, (total, reverse) in zip(READINGS, found, strict=True):
        row = [*example.prompt, *example.source]
        with torch.inference_mode():
            logs = theirs(torch.tensor([row])).logits.log_softmax(-1)[0]
        steps = [float(logs[i, token]) for i, token in enumerate(row[1:])]
        request = len(example.prompt) - 1  # the place of the token that asks for the source
        expected = example.forward + channel.reverse * sum(steps[request:])
        expected += channel.language.get("en", 0.0) * sum(steps[: request - 1])
        expected += channel.length * example.tokens
        assert total == pytest.approx(expected, abs=1e-3)
        assert reverse == pytest.approx(sum(steps[request:]) / len(example.source), abs=1e-4)


def test_no_readings_come_to_nothing():
    model = tiny_model(3)
    ours = GemmaText(model.config, model.state_dict())
    assert score_channel(ours, Channel(reverse=1.0), [], lang="en") == []


@given(WEIGHTS, WEIGHTS, SUMS, SUMS, SUMS, st.integers(1, 90))
def test_what_explains_the_source_better_never_comes_to_less(a, b, forward, reverse, text, tokens):
    channel = Channel(reverse=a, language={"en": b})
    given_ = {"forward": forward, "text": text, "lang": "en", "tokens": tokens}
    assert channel.combine(reverse=reverse / 2, **given_) >= channel.combine(
        reverse=reverse, **given_
    )
    blind = Channel(reverse=0.0)
    assert blind.combine(reverse=reverse, **given_) == forward
