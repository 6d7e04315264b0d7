"""The packaged model as a `Backend`, on the engine of `vnsum.decoding`.

Measured against `generate` of transformers with the same weights by `vnsum.evaluation.speed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vnsum.checkpoints.families import ModelSpec
from vnsum.decoding.batching import plan_batches
from vnsum.translation.backends.backend import Constraint, Hypothesis
from vnsum.translation.backends.prompts import Prompts, limit_output, sign

if TYPE_CHECKING:
    from vnsum.checkpoints.families import Channel
    from vnsum.decoding.beam import TokenHypothesis
    from vnsum.decoding.engine import Engine
    from vnsum.decoding.gemma import GemmaText
    from vnsum.translation.backends.prefixes import Start
    from vnsum.translation.backends.reranking import Reading

MAX_SENTENCES = 32  # more rows make the matrix products no faster on a CPU and need more memory
MAX_BATCH_TOKENS = 768  # of prompts; twice as many took 100 MB more and were hardly faster
MORE_TOKENS = 16  # that a translation written again may have


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderBackend:
    """Runs packaged weights; `beams` is the width of the search unless told otherwise.

    With `rerank` the candidates of a search stand in the order that the family's `Channel` gives
    them, where the model speaks both directions; a search of width 1 has only one.
    """

    spec: ModelSpec
    engine: Engine  # kept whole, so that a summarizer finds it
    prompts: Prompts
    beams: int
    rerank: bool = True

    @classmethod
    def load(
        cls,
        spec: ModelSpec,
        *,
        device: str | None = None,
        beams: int | None = None,
        precision: str | None = None,
        rerank: bool = True,
    ) -> DecoderBackend:
        """Load the packaged weights of `spec`; `ModelError` where they are damaged."""
        from vnsum.decoding.engine import load_engine

        engine = load_engine(spec, device=device, precision=precision)
        return cls(
            spec=spec,
            engine=engine,
            prompts=Prompts(family=spec.family, tokenizer=engine.tokenizer),
            beams=beams or spec.family.beams,
            rerank=rerank,
        )

    @property
    def model(self) -> GemmaText:
        """The model that translates, without what an adapter changes in it."""
        return self.engine.model

    @property
    def signature(self) -> str:
        """Model, revision, number format, device, beam width, what reranks its candidates."""
        signed = sign(self.spec, self.model.precision, self.model.device.type, self.beams)
        ranked = self.beams > 1 and any(self._channel(*d.split("->")) for d in self.directions)
        return f"{signed}|channel {self.spec.family.channel}" if ranked else signed

    @property
    def directions(self) -> tuple[str, ...]:
        """What the row of the table says."""
        return self.spec.directions

    @property
    def max_source_tokens(self) -> int:
        """The family's limit; prompt and output together stay within the attention window."""
        return self.spec.family.max_source_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the model's own tokens."""
        return self.prompts.count_tokens(texts)

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Translate in batches of similar length and return the drafts in the texts' order."""
        rows = [self.prompts.encode(text, source=source, target=target) for text in texts]
        found = self._search(rows, [limit_output(len(row)) for row in rows], beams=beams)
        channel = self._channel(source, target)
        if channel is not None:
            found = self._rank(channel, texts, found, source, target)
        return [self._read(hypotheses, source, target) for hypotheses in found]

    def score(self, pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> list[float]:
        """Return the mean log-probability a token, end mark included, in the pairs' order."""
        import torch

        from vnsum.translation.backends.prefixes import rate_rows

        prompts = [self.prompts.encode(text, source=source, target=target) for text, _ in pairs]
        written = [
            [*self.prompts.encode_output(translation), self._end][: self._room(prompt)]
            for prompt, (_, translation) in zip(prompts, pairs, strict=True)
        ]
        with torch.inference_mode():
            sums = rate_rows(self.model, prompts, written)
        return [total / len(tokens) for total, tokens in zip(sums, written, strict=True)]

    def constrain(
        self, requests: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Put the forms where the model finds them likeliest and let the search finish."""
        import torch

        with torch.inference_mode():
            starts = [self._list_starts(request, source, target) for request in requests]
        # A translation that must use a value is hardly longer than the one without it.
        longest = [len(self.prompts.encode_output(r.draft)) + MORE_TOKENS for r in requests]
        flat = [(start, most) for own, most in zip(starts, longest, strict=True) for start in own]
        found = iter(
            self._search(
                [[*start.prompt, *start.written] for start, _ in flat],
                [
                    max(1, min(limit_output(len(start.prompt)), most) - len(start.written))
                    for start, most in flat
                ],
            )
        )
        return [
            tuple(
                sorted(
                    (o for s in own for o in self._extend(s, next(found), source, target)),
                    key=lambda option: -(option.score or 0.0),
                )
            )
            for own in starts
        ]

    def diversify(self, texts: Sequence[str], *, source: str, target: str) -> list[Hypothesis]:
        """Return what the search finds where something else has to be said at the beginning."""
        usual = self.translate(texts, source=source, target=target, beams=1)
        requests = [
            Constraint(text=text, draft=draft.text, place=0)
            for text, draft in zip(texts, usual, strict=True)
        ]
        found = self.constrain(requests, source=source, target=target)
        return [
            Hypothesis(text=others[0].text, score=others[0].score, n_best=others[1:])
            if others
            else draft
            for draft, others in zip(usual, found, strict=True)
        ]

    @property
    def _end(self) -> int:
        end: int = self.prompts.tokenizer.eos_token_id
        return end

    def _search(
        self, rows: list[list[int]], limits: list[int], *, beams: int | None = None
    ) -> list[tuple[TokenHypothesis, ...]]:
        """Search in batches of similar length; the window limits what is written, too."""
        import torch

        from vnsum.decoding.beam import search_all

        found: dict[int, tuple[TokenHypothesis, ...]] = {}
        batches = plan_batches(
            [len(row) for row in rows], max_rows=MAX_SENTENCES, max_tokens=MAX_BATCH_TOKENS
        )
        for batch in batches:
            with torch.inference_mode():
                hypotheses = search_all(
                    self.model,
                    [rows[i] for i in batch],
                    beams=beams or self.beams,
                    end=self._end,
                    limits=[min(limits[i], self.model.max_positions - len(rows[i])) for i in batch],
                    stop_loops=True,
                )
            found.update(zip(batch, hypotheses, strict=True))
        return [found[index] for index in range(len(rows))]

    def _read(self, hypotheses: Sequence[TokenHypothesis], source: str, target: str) -> Hypothesis:
        drafts = [self._spell(h.tokens, h.finished, source, target) for h in hypotheses]
        others = tuple(
            Hypothesis(text=draft.text, score=hypothesis.score)
            for draft, hypothesis in zip(drafts[1:], hypotheses[1:], strict=True)
        )
        return replace(drafts[0], score=hypotheses[0].score, n_best=others)

    def _channel(self, source: str, target: str) -> Channel | None:
        """Return what ranks candidates of this direction besides their likelihood, if anything."""
        is_asked = self.rerank and self.spec.speaks(target, source)
        return self.spec.family.channel if is_asked else None

    def _rank(
        self,
        channel: Channel,
        texts: Sequence[str],
        found: Sequence[tuple[TokenHypothesis, ...]],
        source: str,
        target: str,
    ) -> list[tuple[TokenHypothesis, ...]]:
        """Put the likeliest candidates of each text in the order of what they come to."""
        from vnsum.translation.backends.reranking import count_close, weigh_readings

        heads = [count_close([c.score for c in candidates]) for candidates in found]
        asked = [index for index, head in enumerate(heads) if head > 1]
        readings = [
            self._list_readings(texts[index], found[index][: heads[index]], source, target)
            for index in asked
        ]
        flat = [reading for own in readings for reading in own]
        totals = iter(weigh_readings(self.model, channel, flat, lang=target))
        ranked = [*found]
        for index in asked:
            head, rest = found[index][: heads[index]], found[index][heads[index] :]
            weighed = [(next(totals), candidate) for candidate in head]
            best_first = sorted(weighed, key=lambda pair: -pair[0])
            ranked[index] = (*(candidate for _, candidate in best_first), *rest)
        return ranked

    def _list_readings(
        self, text: str, candidates: Sequence[TokenHypothesis], source: str, target: str
    ) -> list[Reading]:
        from vnsum.translation.backends.reranking import Reading

        drafts = [self._spell(c.tokens, c.finished, source, target) for c in candidates]
        prompts = [self.prompts.encode(d.text, source=target, target=source) for d in drafts]
        hoped = [*self.prompts.encode_output(" ".join(text.split())), self._end]
        room = self._room(max(prompts, key=len))  # one for all of them, as sums are compared
        return [
            Reading(
                prompt=tuple(prompt),
                source=tuple(hoped[:room]),
                forward=candidate.score * (len(candidate.tokens) + 1),  # with the end mark
                tokens=len(candidate.tokens) + 1,
            )
            for prompt, candidate in zip(prompts, candidates, strict=True)
        ]

    def _spell(self, tokens: Sequence[int], finished: bool, source: str, target: str) -> Hypothesis:
        ids = [*tokens, self._end] if finished else [*tokens]
        return self.prompts.decode(ids, source=source, target=target)

    def _extend(
        self, start: Start, hypotheses: Sequence[TokenHypothesis], source: str, target: str
    ) -> list[Hypothesis]:
        """Return what was given and what was found as one, with the score of the whole."""
        options = []
        for found in hypotheses:
            if found.finished:
                rest = len(found.tokens) + 1
                total = start.score + found.score * rest
                draft = self._spell((*start.written, *found.tokens), True, source, target)
                score = total / (len(start.written) + rest)
                options.append(Hypothesis(text=draft.text, score=score))
        return options

    def _list_starts(self, request: Constraint, source: str, target: str) -> list[Start]:
        from vnsum.translation.backends.prefixes import Sketch, list_detours, list_starts

        prompt = self.prompts.encode(request.text, source=source, target=target)
        # The forms need room, too, and so does what comes after them.
        body = self.prompts.encode_output(request.draft)[: self._room(prompt) // 2]
        openings = [p for p in self.prompts.list_openings(request.draft) if p < len(body)]
        sketch = Sketch(prompt=tuple(prompt), body=tuple(body), openings=tuple(openings))
        if request.forms:
            forms = [self.prompts.encode_output(form) for form in request.forms]
            return list_starts(self.model, sketch, forms)
        if request.place is None or not body:
            return []
        place = self.prompts.find_token(request.draft, request.place)
        return list_detours(self.model, sketch, min(place, len(body) - 1))

    def _room(self, prompt: Sequence[int]) -> int:
        """Return how many tokens the attention window leaves."""
        room: int = self.model.max_positions - len(prompt)
        return room
