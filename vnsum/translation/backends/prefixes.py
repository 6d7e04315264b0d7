"""Where in a translation a value is likeliest, and how likely a given translation is.

For models that continue a prompt: the text, what is kept of the translation and the value become
the prompt, and the search finishes it (prefix forcing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vnsum.decoding.batching import plan_batches
from vnsum.decoding.gemma import GemmaText

SHORTLIST = 8  # starts of a request that are rated
SEARCHES = 4  # starts of a request from which the search goes on
# What a start may be less likely than the best one of its request, in nats: of 120 sentences of
# news, those beyond gave none of the 27 repairs and cost a sixth of the time.
MAX_GAP = 4.0
MAX_ROWS = 16
MAX_BATCH_TOKENS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A translation in tokens: `openings` are the places at which a word may be put in."""

    prompt: tuple[int, ...]
    body: tuple[int, ...]
    openings: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The beginning of a translation: what is kept of an earlier one, and the tokens forced.

    `score` is the sum of the log-probabilities of both once they are rated.
    """

    prompt: tuple[int, ...]
    kept: tuple[int, ...]
    forced: tuple[int, ...]
    score: float

    @property
    def written(self) -> tuple[int, ...]:
        """All tokens behind the prompt."""
        return self.kept + self.forced


def rate_rows(
    model: GemmaText, prompts: Sequence[Sequence[int]], written: Sequence[Sequence[int]]
) -> list[float]:
    """Return the sum of the log-probabilities of what is written after each prompt."""
    rows = [[*prompt, *tokens] for prompt, tokens in zip(prompts, written, strict=True)]
    return [float(found.sum()) for found in follow_rows(model, rows, [len(p) for p in prompts])]


def follow_rows(
    model: GemmaText, rows: Sequence[Sequence[int]], starts: Sequence[int]
) -> list[torch.Tensor]:
    """Return the log-probabilities [length - start] of each row's tokens from its start on.

    What comes before a token in its row leads to it, so that no row may start at 0.
    """
    rated: dict[int, torch.Tensor] = {}
    lengths = [len(row) for row in rows]
    for batch in plan_batches(lengths, max_rows=MAX_ROWS, max_tokens=MAX_BATCH_TOKENS):
        logs = model.score([rows[i][:-1] for i in batch], [starts[i] - 1 for i in batch])
        for index, log in zip(batch, logs, strict=True):
            tokens = torch.tensor(rows[index][starts[index] :], device=log.device)
            rated[index] = log.gather(1, tokens[:, None])[:, 0]
    return [rated[index] for index in range(len(rows))]


def list_starts(model: GemmaText, sketch: Sketch, forms: Sequence[Sequence[int]]) -> list[Start]:
    """Return starts that end with a form, at the places where the model finds it likeliest.

    Places are taken by the form's first token, and those few rated by the whole form.
    """
    logs = _follow(model, sketch)
    ranked = sorted(
        (-float(logs[place, form[0]]), place, index)
        for index, form in enumerate(forms)
        for place in sketch.openings
    )[:SHORTLIST]
    kept = [sketch.body[:place] for _, place, _ in ranked]
    forced = [tuple(forms[index]) for _, _, index in ranked]
    scores = rate_rows(model, [sketch.prompt + prefix for prefix in kept], forced)
    best: dict[int, Start] = {}  # one for each place
    least = max(scores, default=0.0) - MAX_GAP
    for score, prefix, form in sorted(zip(scores, kept, forced, strict=True), reverse=True):
        if score < least:
            break
        total = score + _sum(logs, sketch, len(prefix))
        start = Start(prompt=sketch.prompt, kept=prefix, forced=form, score=total)
        best.setdefault(len(prefix), start)
    return list(best.values())[:SEARCHES]


def list_detours(model: GemmaText, sketch: Sketch, place: int) -> list[Start]:
    """Return starts that go on with another token than the translation's at `place`."""
    logs = _follow(model, sketch)
    kept = sketch.body[:place]
    score = _sum(logs, sketch, place)
    logs[place, sketch.body[place]] = float("-inf")
    found = logs[place].topk(SEARCHES)
    least = float(found.values[0]) - MAX_GAP
    return [
        Start(prompt=sketch.prompt, kept=kept, forced=(token,), score=score + value)
        for value, token in zip(found.values.tolist(), found.indices.tolist(), strict=True)
        if value >= least
    ]


def _follow(model: GemmaText, sketch: Sketch) -> torch.Tensor:
    """Return the log-probabilities [body + 1, vocabulary] at every place of the translation."""
    (log,) = model.score([[*sketch.prompt, *sketch.body]], [len(sketch.prompt) - 1])
    return log


def _sum(logs: torch.Tensor, sketch: Sketch, place: int) -> float:
    """Return the log-probability of the translation up to `place`."""
    tokens = torch.tensor([*sketch.body[:place]], dtype=torch.long, device=logs.device)[:, None]
    return float(logs[:place].gather(1, tokens).sum())
