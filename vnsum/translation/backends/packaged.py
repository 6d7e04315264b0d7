"""`PackagedBackend`: the packaged model on the engine of `vnsum.decoding`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.families import ModelSpec
from vnsum.decoding.batching import plan_batches
from vnsum.errors import ModelError, VnsumError
from vnsum.translation.backends.backend import Constraint, Hypothesis
from vnsum.translation.backends.prompts import Prompts, limit_output, make_signature

if TYPE_CHECKING:
    from vnsum.checkpoints.families import Channel
    from vnsum.decoding.beam import TokenHypothesis
    from vnsum.decoding.engine import Engine
    from vnsum.decoding.gemma import GemmaText
    from vnsum.translation.backends.prefixes import ForcedPrefix
    from vnsum.translation.backends.reranking import ReverseExample

MAX_SENTENCES = 32  # more rows are not faster on a CPU and need more memory
MAX_BATCH_TOKENS = 768  # of prompts; twice as many need 100 MB more and are hardly faster
# Version of the reranking, for signatures: 1 left out hypotheses that were 0.03 nats per token less
# likely than the best, 2 none, and 3 the less likely half.
RANKING = 3
FAILED = "cannot translate with the files of"  # the tokenizer of a folder may fail for some texts
MORE_TOKENS = 16  # additional tokens of a constrained translation


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedBackend:
    """Runs packaged weights with beam search; `beams` is the default width.

    With `rerank`, the likelier half of the hypotheses is reranked by the noisy-channel score of the
    family, if the model translates in both directions and `beams` is greater than 1.
    """

    spec: ModelSpec
    engine: Engine  # kept alive, so that a summarizer can share it
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
    ) -> PackagedBackend:
        """Load the packaged weights of `spec`; raise `ModelError` if they are damaged."""
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
        """The model for translation, without adapter."""
        return self.engine.model

    @property
    def signature(self) -> str:
        """Model, revision, precision, device, beam width and reranking weights."""
        signed = make_signature(self.spec, self.model.precision, self.model.device.type, self.beams)
        ranked = any(self._channel(*d.split("->")) for d in self.directions)
        return f"{signed}|channel {RANKING}: {self.spec.family.channel}" if ranked else signed

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions of the model."""
        return self.spec.directions

    @property
    def max_source_tokens(self) -> int:
        """The limit of the family; prompt and output together fit into the attention window."""
        return self.spec.family.max_source_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of the model, without special tokens."""
        with self._wrap_errors():
            return self.prompts.count_tokens(texts)

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Return one translation for each text, in order; texts are batched by length."""
        with self._wrap_errors():
            rows = [self.prompts.encode(text, source=source, target=target) for text in texts]
            found = self._search(rows, [limit_output(len(row)) for row in rows], beams=beams)
            if channel := self._channel(source, target, beams=beams):
                found = self._rank(channel, texts, found, source, target)
            return [self._read(hypotheses, source, target) for hypotheses in found]

    def score(self, pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> list[float]:
        """Return the mean log-probability per token, including the end token, of each pair."""
        import torch

        from vnsum.translation.backends.prefixes import score_continuations

        with self._wrap_errors():
            prompts = [self.prompts.encode(text, source=source, target=target) for text, _ in pairs]
            written = [
                [*self.prompts.encode_output(translation), self._end][: self._remaining(prompt)]
                for prompt, (_, translation) in zip(prompts, pairs, strict=True)
            ]
            with torch.inference_mode():
                sums = score_continuations(self.model, prompts, written)
            return [total / len(tokens) for total, tokens in zip(sums, written, strict=True)]

    def constrain(
        self, constraints: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Insert the forms at their most likely positions and complete the translations."""
        import torch

        with self._wrap_errors():
            with torch.inference_mode():
                starts = [
                    self._find_prefixes(constraint, source, target) for constraint in constraints
                ]
            # A constrained translation is hardly longer than the original one.
            longest = [
                len(self.prompts.encode_output(c.translation)) + MORE_TOKENS for c in constraints
            ]
            flat = [
                (start, most) for own, most in zip(starts, longest, strict=True) for start in own
            ]
            found = iter(
                self._search(
                    [[*start.prompt, *start.tokens] for start, _ in flat],
                    [
                        max(1, min(limit_output(len(start.prompt)), most) - len(start.tokens))
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
        """Return translations whose first word differs from that of the best translation."""
        usual = self.translate(texts, source=source, target=target, beams=1)
        constraints = [
            Constraint(text=text, translation=hypothesis.text, place=0)
            for text, hypothesis in zip(texts, usual, strict=True)
        ]
        found = self.constrain(constraints, source=source, target=target)
        return [
            Hypothesis(text=others[0].text, score=others[0].score, n_best=others[1:])
            if others
            else hypothesis
            for hypothesis, others in zip(usual, found, strict=True)
        ]

    def estimate_confidence(
        self, texts: Sequence[str], hypotheses: Sequence[Hypothesis], *, source: str, target: str
    ) -> list[float | None]:
        """Return the confidence of each hypothesis; `None` without reranking."""
        confidence = self.spec.family.confidence
        if confidence is None or not self._channel(source, target):
            return [None] * len(texts)
        pairs = [(text, h.text) for text, h in zip(texts, hypotheses, strict=True)]
        backward = [(translation, text) for text, translation in pairs]
        forward = self._complete([h.score for h in hypotheses], pairs, source, target)
        reverse = self._complete([h.reverse_score for h in hypotheses], backward, target, source)
        return [
            confidence.estimate(forward=one, reverse=other, lang=target)
            for one, other in zip(forward, reverse, strict=True)
        ]

    def _complete(
        self, scores: list[float | None], pairs: list[tuple[str, str]], source: str, target: str
    ) -> list[float]:
        """Return the scores of all pairs, computing those that are missing."""
        missing = [pair for pair, score in zip(pairs, scores, strict=True) if score is None]
        computed = iter(self.score(missing, source=source, target=target))
        return [next(computed) if score is None else score for score in scores]

    def _wrap_errors(self) -> AbstractContextManager[None]:
        return wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError)

    @property
    def _end(self) -> int:
        end: int = self.prompts.tokenizer.eos_token_id
        return end

    def _search(
        self, rows: list[list[int]], limits: list[int], *, beams: int | None = None
    ) -> list[tuple[TokenHypothesis, ...]]:
        """Run beam search in batches of similar length, within the attention window."""
        import torch

        from vnsum.decoding.beam import search_all

        found: dict[int, tuple[TokenHypothesis, ...]] = {}
        longest, window = max(map(len, rows), default=0), self.model.max_positions
        if longest >= window:  # longer texts were split, unless a tokenizer makes any text long
            raise ModelError(
                f"{self.spec.name!r} needs {longest:,} tokens for a text and has {window:,} "
                "positions: its tokenizer does not fit its configuration"
            )
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
            if not all(hypotheses):
                raise ModelError(
                    f"{self.spec.name!r} finds no translation, because its scores are NaN: its "
                    "weights are damaged, or too large for their number format"
                )
            found.update(zip(batch, hypotheses, strict=True))
        return [found[index] for index in range(len(rows))]

    def _read(self, hypotheses: Sequence[TokenHypothesis], source: str, target: str) -> Hypothesis:
        decoded = [self._decode(h.tokens, h.finished, source, target) for h in hypotheses]
        first, *others = (
            replace(draft, score=found.score, reverse_score=found.reverse_score)
            for draft, found in zip(decoded, hypotheses, strict=True)
        )
        return replace(first, n_best=tuple(others))

    def _channel(self, source: str, target: str, *, beams: int | None = None) -> Channel | None:
        """Return the reranking weights for a search, or `None` if it is not reranked."""
        is_asked = self.rerank and (beams or self.beams) > 1
        return self.spec.family.channel if is_asked and self.spec.speaks(target, source) else None

    def _rank(
        self,
        channel: Channel,
        texts: Sequence[str],
        found: Sequence[tuple[TokenHypothesis, ...]],
        source: str,
        target: str,
    ) -> list[tuple[TokenHypothesis, ...]]:
        """Order the likelier half of the hypotheses of each text by their noisy-channel scores.

        A reverse score costs about as much as the search of two beams, and the best total is seldom
        in the other half.
        """
        from vnsum.translation.backends.reranking import score_channel

        halves = [candidates[: -(-len(candidates) // 2)] for candidates in found]
        flat = [
            example
            for text, half in zip(texts, halves, strict=True)
            for example in self._make_reverse_examples(text, half, source, target)
        ]
        scores = iter(score_channel(self.model, channel, flat, lang=target))
        ranked = []
        for candidates, half in zip(found, halves, strict=True):
            weighed = []
            for candidate in half:
                total, reverse = next(scores)
                weighed.append((total, replace(candidate, reverse_score=reverse)))
            best_first = sorted(weighed, key=lambda pair: -pair[0])
            others = candidates[len(half) :]
            ranked.append((*(candidate for _, candidate in best_first), *others))
        return ranked

    def _make_reverse_examples(
        self, text: str, candidates: Sequence[TokenHypothesis], source: str, target: str
    ) -> list[ReverseExample]:
        from vnsum.translation.backends.reranking import ReverseExample

        decoded = [self._decode(c.tokens, c.finished, source, target) for c in candidates]
        prompts = [self.prompts.encode(d.text, source=target, target=source) for d in decoded]
        expected = [*self.prompts.encode_output(" ".join(text.split())), self._end]
        room = self._remaining(max(prompts, key=len))  # the same for all, as sums are compared
        return [
            ReverseExample(
                prompt=tuple(prompt),
                source=tuple(expected[:room]),
                forward=candidate.score * (len(candidate.tokens) + 1),  # including the end token
                tokens=len(candidate.tokens) + 1,
            )
            for prompt, candidate in zip(prompts, candidates, strict=True)
        ]

    def _decode(
        self, tokens: Sequence[int], finished: bool, source: str, target: str
    ) -> Hypothesis:
        ids = [*tokens, self._end] if finished else [*tokens]
        return self.prompts.decode(ids, source=source, target=target)

    def _extend(
        self, start: ForcedPrefix, hypotheses: Sequence[TokenHypothesis], source: str, target: str
    ) -> list[Hypothesis]:
        """Return the completed translations with the scores of prefix and completion together."""
        options = []
        for found in hypotheses:
            if found.finished:
                rest = len(found.tokens) + 1
                total = start.score + found.score * rest
                draft = self._decode((*start.tokens, *found.tokens), True, source, target)
                score = total / (len(start.tokens) + rest)
                options.append(Hypothesis(text=draft.text, score=score))
        return options

    def _find_prefixes(
        self, constraint: Constraint, source: str, target: str
    ) -> list[ForcedPrefix]:
        from vnsum.translation.backends.prefixes import (
            TokenizedTranslation,
            find_alternatives,
            find_prefixes,
        )

        prompt = self.prompts.encode(constraint.text, source=source, target=target)
        # Leave space for the forms and the completion.
        body = self.prompts.encode_output(constraint.translation)[: self._remaining(prompt) // 2]
        word_starts = [
            p for p in self.prompts.find_word_starts(constraint.translation) if p < len(body)
        ]
        translation = TokenizedTranslation(
            prompt=tuple(prompt), body=tuple(body), word_starts=tuple(word_starts)
        )
        if constraint.forms:
            forms = [self.prompts.encode_output(form) for form in constraint.forms]
            return find_prefixes(self.model, translation, forms)
        if constraint.place is None or not body:
            return []
        place = self.prompts.find_token(constraint.translation, constraint.place)
        return find_alternatives(self.model, translation, min(place, len(body) - 1))

    def _remaining(self, prompt: Sequence[int]) -> int:
        """Return the number of tokens that fit into the attention window after a prompt."""
        remaining: int = self.model.max_positions - len(prompt)
        return remaining
