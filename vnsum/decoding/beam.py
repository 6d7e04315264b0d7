"""Beam search with a `GemmaText` for many sentences at once.

Equivalent to `generate` of transformers with `length_penalty=1` and `early_stopping=False`; one
beam is greedy search. Finished sentences are removed from the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from vnsum.decoding.gemma import SCORED_ROWS, GemmaText

# A loop is a sequence repeated at least this often, with at least this many tokens in all.
LOOP_COPIES = 4
LOOP_TOKENS = 16
LONGEST_PERIOD = 24
LOOP_CHECK_STEPS = 8  # steps between two checks for loops
SEEN_TOKENS = LONGEST_PERIOD * LOOP_COPIES + LOOP_CHECK_STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHypothesis:
    """A generated sequence without end token; `score` is the mean log-probability per token.

    `reverse_score` is set by reranking; see `Hypothesis`.
    """

    tokens: tuple[int, ...]
    score: float
    finished: bool
    reverse_score: float | None = None


@dataclass(slots=True, kw_only=True)
class BeamHypotheses:
    """The `width` best finished hypotheses of a sentence."""

    width: int
    limit: int  # tokens that may be generated
    kept: list[TokenHypothesis] = field(default_factory=list)

    def add(self, tokens: Sequence[int], score: float) -> None:
        """Add a hypothesis if it is among the best."""
        self.kept.append(TokenHypothesis(tokens=tuple(tokens), score=score, finished=True))
        self.kept = sorted(self.kept, key=lambda h: -h.score)[: self.width]

    def is_done(self, best_running: float) -> bool:
        """Return whether no running hypothesis, `best_running` at best, can still be kept."""
        if len(self.kept) < self.width:
            return False
        return self.width == 1 or best_running <= self.kept[-1].score


def search(
    model: GemmaText, prompts: Sequence[Sequence[int]], *, beams: int, end: int, limits: list[int]
) -> list[TokenHypothesis]:
    """Return the best hypothesis for each prompt, with at most `limits` tokens each."""
    return [found[0] for found in search_all(model, prompts, beams=beams, end=end, limits=limits)]


def search_all(
    model: GemmaText,
    prompts: Sequence[Sequence[int]],
    *,
    beams: int,
    end: int,
    limits: list[int],
    stop_loops: bool = False,
) -> list[tuple[TokenHypothesis, ...]]:
    """Return the n-best list for each prompt, best first, with at least one hypothesis.

    With `stop_loops`, a sentence ends unfinished as soon as its best hypothesis is a loop, unless
    its prompt contains one too: models rarely leave a loop.
    """
    every = [BeamHypotheses(width=beams, limit=limit) for limit in limits]
    done: list[tuple[TokenHypothesis, ...]] = [()] * len(prompts)
    watched = [stop_loops and not has_loop(prompt) for prompt in prompts]
    active = list(range(len(prompts)))  # sentences in the cache, in its order
    cache, logits = model.prefill(prompts, beams=beams)
    device = logits.device
    running = torch.full((len(prompts), beams), float("-inf"), device=device)
    running[:, 0] = 0.0
    logits = logits.repeat_interleave(beams, dim=0)
    written = torch.empty(len(prompts) * beams, 0, dtype=torch.long, device=device)
    while True:
        scores, origins, tokens = _rank(logits, running)
        length = written.shape[1] + 1
        ends = tokens == end
        # Only the best `beams` continuations may finish; the others serve as replacements.
        for place, rank in ends[:, :beams].nonzero().tolist():
            if not done[active[place]]:
                row = written[place * beams + int(origins[place, rank])]
                every[active[place]].add(row.tolist(), float(scores[place, rank]) / length)
        running, best = scores.masked_fill(ends, float("-inf")).topk(beams, dim=1)
        origins, tokens = origins.gather(1, best), tokens.gather(1, best)
        rows = (origins + torch.arange(len(active), device=device)[:, None] * beams).flatten()
        written = torch.cat([written[rows], tokens.view(-1, 1)], dim=1)
        _close_sentences(active, every, done, written, running, watched)
        open_places = [place for place, index in enumerate(active) if not done[index]]
        if not open_places:
            return done
        cache.reorder(rows)
        if len(open_places) <= 0.8 * len(active):
            kept = torch.tensor(open_places, device=device)
            cache.select(kept)
            running = running[kept]
            written = written.view(len(active), beams, -1)[kept].flatten(0, 1)
            active = [active[place] for place in open_places]
        logits = model.step(cache, written[:, -1])


def _rank(
    logits: torch.Tensor, running: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return scores, beams and tokens of the best `2 * beams` continuations per sentence."""
    sentences, beams = running.shape
    found = [part.log_softmax(dim=-1).topk(2 * beams) for part in torch.split(logits, SCORED_ROWS)]
    top, tokens = (torch.cat(parts) for parts in zip(*found, strict=True))
    top = top + running.view(-1, 1)
    scores, places = top.view(sentences, -1).topk(2 * beams, dim=-1)
    return scores, places // (2 * beams), tokens.view(sentences, -1).gather(1, places)


def _close_sentences(
    active: Sequence[int],
    every: Sequence[BeamHypotheses],
    done: list[tuple[TokenHypothesis, ...]],
    written: torch.Tensor,
    running: torch.Tensor,
    watched: Sequence[bool],
) -> None:
    """Close the sentences that cannot improve, have reached their limit, or are in a loop."""
    length = written.shape[1]
    is_check_due = length % LOOP_CHECK_STEPS == 0
    for place, (index, best) in enumerate(zip(active, running[:, 0].tolist(), strict=True)):
        candidates = every[index]
        if done[index]:
            continue
        if candidates.is_done(best / length):
            done[index] = tuple(candidates.kept)
            continue
        row = written[place * running.shape[1]]
        is_loop = is_check_due and watched[index] and has_loop(row[-SEEN_TOKENS:].tolist())
        if is_loop or length >= candidates.limit:
            unfinished = TokenHypothesis(
                tokens=tuple(row.tolist()), score=best / length, finished=False
            )
            done[index] = tuple(candidates.kept or [unfinished])


def has_loop(tokens: Sequence[int]) -> bool:
    """Return whether a sequence of tokens is repeated over and over.

    >>> has_loop([5, *[1, 2, 3] * 6, 7]), has_loop([1, 2, 3] * 3), has_loop(range(99))
    (True, False, False)
    """
    for period in range(1, min(LONGEST_PERIOD, len(tokens) // LOOP_COPIES) + 1):
        enough = max(LOOP_COPIES * period, LOOP_TOKENS) - period
        matches = 0
        for token, earlier in zip(tokens[period:], tokens, strict=False):
            matches = matches + 1 if token == earlier else 0
            if matches >= enough:
                return True
    return False
