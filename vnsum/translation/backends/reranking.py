"""Which of a search's candidates says what the source says: what they come to in both directions.

For models that continue a prompt and translate both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vnsum.checkpoints.families import Channel
from vnsum.decoding.gemma import GemmaText
from vnsum.translation.backends.prefixes import follow_rows

# What a candidate may be less likely than the best one, in nats a token, to be asked about: those
# beyond take a third of the time and gave 0.0 BLEU on FLORES dev, 0.1 on VLSP dev.
MAX_GAP = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A candidate as the model reads it, to be asked for the source as its translation.

    `prompt` is what asks: a start mark, the candidate, the token of the source's language. `source`
    are the tokens hoped for, `forward` is the log-probability of all the candidate's `tokens`.
    """

    prompt: tuple[int, ...]
    source: tuple[int, ...]
    forward: float
    tokens: int


def count_close(scores: Sequence[float]) -> int:
    """Return how many candidates, given best first by log-probability a token, are to be asked.

    >>> count_close([-0.40, -0.42, -0.44]), count_close([])
    (2, 0)
    """
    return sum(scores[0] - score <= MAX_GAP for score in scores)


def weigh_readings(
    model: GemmaText, channel: Channel, readings: Sequence[Reading], *, lang: str
) -> list[float]:
    """Return what each candidate, a text in `lang`, comes to in `channel`.

    One pass tells both how likely the candidate is as a text, where that counts in `lang`, and how
    likely the source behind it.
    """
    reads = bool(channel.language.get(lang))  # else the vocabulary need not be asked about it
    rows = [(*reading.prompt, *reading.source) for reading in readings]
    starts = [1 if reads else len(reading.prompt) for reading in readings]
    with torch.inference_mode():
        followed = follow_rows(model, rows, starts)
    totals = []
    for reading, logs in zip(readings, followed, strict=True):
        request = len(logs) - len(reading.source)
        totals.append(
            channel.combine(
                forward=reading.forward,
                reverse=float(logs[request:].sum()),
                # The last token of a prompt is a request, which no text leads to.
                text=float(logs[: max(0, request - 1)].sum()),
                lang=lang,
                tokens=reading.tokens,
            )
        )
    return totals
