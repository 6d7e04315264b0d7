"""Prefix-constrained decoding for causal models, and scoring of given translations.

A prefix of an earlier translation and the forced tokens are appended to the prompt; the search
completes the translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vnsum.decoding.batching import plan_batches
from vnsum.decoding.gemma import GemmaText

SHORTLIST = 8  # prefixes scored per constraint
SEARCHES = 4  # prefixes per constraint from which to search
# Maximum score difference to the best prefix in nats: on 120 news sentences, prefixes beyond it
# gave none of the 27 repairs and took a sixth of the time.
MAX_GAP = 4.0
MAX_ROWS = 16
MAX_BATCH_TOKENS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedTranslation:
    """A tokenized translation; `word_starts` are the positions where a form may be inserted."""

    prompt: tuple[int, ...]
    body: tuple[int, ...]
    word_starts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedPrefix:
    """The beginning of a translation: a prefix of an earlier one, followed by forced tokens.

    `score` is the sum of the log-probabilities of both.
    """

    prompt: tuple[int, ...]
    kept: tuple[int, ...]
    forced: tuple[int, ...]
    score: float

    @property
    def tokens(self) -> tuple[int, ...]:
        """All tokens after the prompt."""
        return self.kept + self.forced


def score_continuations(
    model: GemmaText, prompts: Sequence[Sequence[int]], continuations: Sequence[Sequence[int]]
) -> list[float]:
    """Return the log-probability of the continuation of each prompt."""
    rows = [[*prompt, *tokens] for prompt, tokens in zip(prompts, continuations, strict=True)]
    return [float(found.sum()) for found in score_tokens(model, rows, [len(p) for p in prompts])]


def score_tokens(
    model: GemmaText, rows: Sequence[Sequence[int]], starts: Sequence[int]
) -> list[torch.Tensor]:
    """Return the log-probabilities [length - start] of the tokens of each row from its start on.

    Starts must be at least 1, as the first token of a row has no context.
    """
    scored: dict[int, torch.Tensor] = {}
    lengths = [len(row) for row in rows]
    for batch in plan_batches(lengths, max_rows=MAX_ROWS, max_tokens=MAX_BATCH_TOKENS):
        logs = model.score([rows[i][:-1] for i in batch], [starts[i] - 1 for i in batch])
        for index, log in zip(batch, logs, strict=True):
            tokens = torch.tensor(rows[index][starts[index] :], device=log.device)
            scored[index] = log.gather(1, tokens[:, None])[:, 0]
    return [scored[index] for index in range(len(rows))]


def find_prefixes(
    model: GemmaText, translation: TokenizedTranslation, forms: Sequence[Sequence[int]]
) -> list[ForcedPrefix]:
    """Return the most likely prefixes that end with one of `forms`.

    Positions are preselected by the first token of a form, then scored with the whole form.
    """
    logs = _score_positions(model, translation)
    ranked = sorted(
        (-float(logs[place, form[0]]), place, index)
        for index, form in enumerate(forms)
        for place in translation.word_starts
    )[:SHORTLIST]
    kept = [translation.body[:place] for _, place, _ in ranked]
    forced = [tuple(forms[index]) for _, _, index in ranked]
    scores = score_continuations(model, [translation.prompt + prefix for prefix in kept], forced)
    best: dict[int, ForcedPrefix] = {}  # by position
    least = max(scores, default=0.0) - MAX_GAP
    for score, prefix, form in sorted(zip(scores, kept, forced, strict=True), reverse=True):
        if score < least:
            break
        total = score + _sum(logs, translation, len(prefix))
        found = ForcedPrefix(prompt=translation.prompt, kept=prefix, forced=form, score=total)
        best.setdefault(len(prefix), found)
    return list(best.values())[:SEARCHES]


def find_alternatives(
    model: GemmaText, translation: TokenizedTranslation, place: int
) -> list[ForcedPrefix]:
    """Return prefixes that replace the token of the translation at `place`."""
    logs = _score_positions(model, translation)
    kept = translation.body[:place]
    score = _sum(logs, translation, place)
    logs[place, translation.body[place]] = float("-inf")
    found = logs[place].topk(SEARCHES)
    least = float(found.values[0]) - MAX_GAP
    return [
        ForcedPrefix(prompt=translation.prompt, kept=kept, forced=(token,), score=score + value)
        for value, token in zip(found.values.tolist(), found.indices.tolist(), strict=True)
        if value >= least
    ]


def _score_positions(model: GemmaText, translation: TokenizedTranslation) -> torch.Tensor:
    """Return the log-probabilities [body + 1, vocabulary] at each position of the translation."""
    (log,) = model.score([[*translation.prompt, *translation.body]], [len(translation.prompt) - 1])
    return log


def _sum(logs: torch.Tensor, translation: TokenizedTranslation, place: int) -> float:
    """Return the log-probability of the translation up to `place`."""
    body = [*translation.body[:place]]
    tokens = torch.tensor(body, dtype=torch.long, device=logs.device)[:, None]
    return float(logs[:place].gather(1, tokens).sum())
