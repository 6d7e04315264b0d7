"""Beam search over a `GemmaText`: which tokens to write, for many sentences at once.

The rules are those of transformers (length penalty 1, `early_stopping=False`), so that both give
the same translations; a beam of one is greedy search. Sentences that are done leave the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from vnsum.decoding.gemma import SCORED_ROWS, GemmaText

# A loop is a run of tokens said so often, and so many tokens in all, that no sentence means it.
LOOP_COPIES = 4
LOOP_TOKENS = 16
LONGEST_PERIOD = 24
LOOK_EVERY = 8  # steps between two looks for loops
SEEN_TOKENS = LONGEST_PERIOD * LOOP_COPIES + LOOK_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHypothesis:
    """A generated sequence without its end mark; `score` is the mean log-probability a token."""

    tokens: tuple[int, ...]
    score: float
    finished: bool


@dataclass(slots=True, kw_only=True)
class Candidates:
    """Finished hypotheses of one sentence, the `width` best of them."""

    width: int
    limit: int  # tokens that may be generated
    kept: list[TokenHypothesis] = field(default_factory=list)

    def add(self, tokens: Sequence[int], score: float) -> None:
        """Keep the hypothesis if it is among the best."""
        self.kept.append(TokenHypothesis(tokens=tuple(tokens), score=score, finished=True))
        self.kept = sorted(self.kept, key=lambda h: -h.score)[: self.width]

    def is_settled(self, best_running: float) -> bool:
        """Return whether nothing still running can come in; its score is a mean so far."""
        if len(self.kept) < self.width:
            return False
        return self.width == 1 or best_running <= self.kept[-1].score


def search(
    model: GemmaText, prompts: Sequence[Sequence[int]], *, beams: int, end: int, limits: list[int]
) -> list[TokenHypothesis]:
    """Return the best hypothesis for each prompt; `limits` say how many tokens each may have."""
    return [found[0] for found in search_all(model, prompts, beams=beams, end=end, limits=limits)]


def search_all(
    model: GemmaText,
    prompts: Sequence[Sequence[int]],
    *,
    beams: int,
    end: int,
    limits: list[int],
    give_up_loops: bool = False,
) -> list[tuple[TokenHypothesis, ...]]:
    """Return the hypotheses that the search keeps for each prompt, best first, at least one.

    With `give_up_loops` a sentence ends as at its limit once its best hypothesis goes round in
    circles, unless its prompt does so too: the likelier a loop gets, the longer it goes on.
    """
    every = [Candidates(width=beams, limit=limit) for limit in limits]
    done: list[tuple[TokenHypothesis, ...]] = [()] * len(prompts)
    watched = [give_up_loops and not has_loop(prompt) for prompt in prompts]
    active = list(range(len(prompts)))  # sentences of the state, in its order
    state, logits = model.read(prompts, beams=beams)
    device = logits.device
    running = torch.full((len(prompts), beams), float("-inf"), device=device)
    running[:, 0] = 0.0
    logits = logits.repeat_interleave(beams, dim=0)
    written = torch.empty(len(prompts) * beams, 0, dtype=torch.long, device=device)
    while True:
        scores, origins, tokens = _rank(logits, running)
        length = written.shape[1] + 1
        ends = tokens == end
        # Finished ones have to be among the best `beams`, as every other one of those goes on.
        for place, rank in ends[:, :beams].nonzero().tolist():
            if not done[active[place]]:
                row = written[place * beams + int(origins[place, rank])]
                every[active[place]].add(row.tolist(), float(scores[place, rank]) / length)
        running, best = scores.masked_fill(ends, float("-inf")).topk(beams, dim=1)
        origins, tokens = origins.gather(1, best), tokens.gather(1, best)
        rows = (origins + torch.arange(len(active), device=device)[:, None] * beams).flatten()
        written = torch.cat([written[rows], tokens.view(-1, 1)], dim=1)
        _settle(active, every, done, written, running, watched)
        open_places = [place for place, index in enumerate(active) if not done[index]]
        if not open_places:
            return done
        model.reorder(state, rows)
        if len(open_places) <= 0.8 * len(active):
            kept = torch.tensor(open_places, device=device)
            model.keep(state, kept)
            running = running[kept]
            written = written.view(len(active), beams, -1)[kept].flatten(0, 1)
            active = [active[place] for place in open_places]
        logits = model.step(state, written[:, -1])


def _rank(
    logits: torch.Tensor, running: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the scores, beams and tokens of the best `2 * beams` continuations a sentence."""
    sentences, beams = running.shape
    found = [part.log_softmax(dim=-1).topk(2 * beams) for part in torch.split(logits, SCORED_ROWS)]
    top, tokens = (torch.cat(parts) for parts in zip(*found, strict=True))
    top = top + running.view(-1, 1)
    scores, places = top.view(sentences, -1).topk(2 * beams, dim=-1)
    return scores, places // (2 * beams), tokens.view(sentences, -1).gather(1, places)


def _settle(
    active: Sequence[int],
    every: Sequence[Candidates],
    done: list[tuple[TokenHypothesis, ...]],
    written: torch.Tensor,
    running: torch.Tensor,
    watched: Sequence[bool],
) -> None:
    """Close the sentences that cannot get better, have reached their limit or are given up."""
    length = written.shape[1]
    is_look_due = length % LOOK_EVERY == 0
    for place, (index, best) in enumerate(zip(active, running[:, 0].tolist(), strict=True)):
        candidates = every[index]
        if done[index]:
            continue
        if candidates.is_settled(best / length):
            done[index] = tuple(candidates.kept)
            continue
        row = written[place * running.shape[1]]
        is_lost = is_look_due and watched[index] and has_loop(row[-SEEN_TOKENS:].tolist())
        if is_lost or length >= candidates.limit:
            broken_off = TokenHypothesis(
                tokens=tuple(row.tolist()), score=best / length, finished=False
            )
            done[index] = tuple(candidates.kept or [broken_off])


def has_loop(tokens: Sequence[int]) -> bool:
    """Return whether a run of tokens is said over and over.

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
