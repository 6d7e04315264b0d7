"""Noisy-channel reranking of hypotheses, for causal models that translate in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vnsum.checkpoints.families import Channel
from vnsum.decoding.gemma import GemmaText
from vnsum.translation.backends.prefixes import score_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseExample:
    """A hypothesis as a prompt to translate back, with the source as the expected output.

    `prompt` is a start token, the hypothesis, and the token of the source language; `source` are
    the expected tokens. `forward` is the log-probability of the hypothesis, `tokens` its length.
    """

    prompt: tuple[int, ...]
    source: tuple[int, ...]
    forward: float
    tokens: int


def score_channel(
    model: GemmaText, channel: Channel, examples: Sequence[ReverseExample], *, lang: str
) -> list[tuple[float, float]]:
    """Return the noisy-channel and the reverse score of each hypothesis, a text in `lang`.

    One pass computes the log-probability of the source given the hypothesis and, if it has a weight
    for `lang`, that of the hypothesis as a text.
    """
    uses_language_model = bool(channel.language.get(lang))  # otherwise these logits are not needed
    rows = [(*example.prompt, *example.source) for example in examples]
    starts = [1 if uses_language_model else len(example.prompt) for example in examples]
    with torch.inference_mode():
        scored = score_tokens(model, rows, starts)
    found = []
    for example, logs in zip(examples, scored, strict=True):
        prompt_length = len(logs) - len(example.source)
        reverse = float(logs[prompt_length:].sum())
        total = channel.combine(
            forward=example.forward,
            reverse=reverse,
            # The last token of the prompt is the language token, which is not text.
            text=float(logs[: max(0, prompt_length - 1)].sum()),
            lang=lang,
            tokens=example.tokens,
        )
        found.append((total, reverse / len(example.source)))
    return found
