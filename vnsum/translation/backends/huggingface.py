"""`HuggingFaceBackend`: translation models of any supported family, run by transformers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vnsum.chat.templates import SEARCHING as CHAT_SEARCHING
from vnsum.chat.templates import find_ends
from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.loading import Checkpoint, load_checkpoint
from vnsum.checkpoints.resolution import locate_model
from vnsum.decoding.batching import plan_batches
from vnsum.errors import VnsumError
from vnsum.forking import ForkSafeLock
from vnsum.translation.backends.backend import Constraint, Hypothesis
from vnsum.translation.backends.prompts import (
    Prompts,
    Terms,
    ask_for_terms,
    limit_source,
    make_signature,
)

if TYPE_CHECKING:
    import torch

SAMPLES = 4  # samples per text
SAMPLING: dict[str, Any] = {"do_sample": True, "top_k": 20, "top_p": 1.0, "temperature": 1.0}
# A limit of time would make results depend on the speed of the machine, and a last token that is
# forced at the limit of a batch would tell that a text is finished that is cut off.
SEARCHING: dict[str, Any] = {"do_sample": False, "max_time": None, "forced_eos_token_id": None}
FAILED = "cannot translate with the files (config.json, generation_config.json, tokenizer) of"
MAX_ROWS = 32
MAX_BATCH_TOKENS = 4096


_sampling = ForkSafeLock()  # `generate` uses the random numbers of the process


@dataclass(frozen=True, slots=True, kw_only=True)
class HuggingFaceBackend:
    """Runs a checkpoint with `generate` of transformers; `beams` is the default beam width."""

    spec: ModelSpec
    checkpoint: Checkpoint
    beams: int

    @classmethod
    def load(
        cls,
        spec: ModelSpec,
        *,
        device: str | None = None,
        offline: bool | None = None,
        beams: int | None = None,
    ) -> HuggingFaceBackend:
        """Load the weights of `spec`; raise `ModelError` if they are not available."""
        located = locate_model(spec, offline=offline)
        checkpoint = load_checkpoint(located, device=device)
        return cls(spec=located.spec, checkpoint=checkpoint, beams=beams or spec.family.beams)

    @property
    def signature(self) -> str:
        """Model, revision, precision, device and beam width."""
        checkpoint = self.checkpoint
        precision = str(checkpoint.model.dtype).removeprefix("torch.")
        return make_signature(self.spec, precision, checkpoint.device.type, self.beams)

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions of the model."""
        return self.spec.directions

    @property
    def max_source_tokens(self) -> int:
        """The limit of the family, or less if the model has fewer positions."""
        return limit_source(self.spec.family, self._positions)

    @property
    def _positions(self) -> int:
        """The maximum number of tokens of source and target text."""
        config = self.checkpoint.model.config.get_text_config()
        # Prefixes, language tokens and end tokens need a few positions.
        return int(getattr(config, "max_position_embeddings", None) or 1 << 30) - 16

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of the model, without special tokens."""
        with wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError):
            return self._prompts.count_tokens(texts)

    @property
    def _prompts(self) -> Prompts:
        model, tokenizer = self.checkpoint.model, self.checkpoint.tokenizer
        return Prompts(
            family=self.spec.family, tokenizer=tokenizer, ends=tuple(find_ends(model, tokenizer))
        )

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Return one translation for each text, in order; texts are batched by length."""
        with wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError):
            return self._translate(texts, source=source, target=target, beams=beams)

    def _translate(
        self,
        texts: Sequence[str],
        *,
        source: str,
        target: str,
        beams: int | None,
        terms: Sequence[Terms] | None = None,
    ) -> list[Hypothesis]:
        prompts = self._prompts
        rows = [
            prompts.encode(text, source=source, target=target, terms=rows)
            for text, rows in zip(texts, terms or [()] * len(texts), strict=True)
        ]
        limits = prompts.limit_outputs(texts, rows, self._positions)
        hypotheses: dict[int, Hypothesis] = {}
        lengths = [len(row) for row in rows]
        for batch in plan_batches(lengths, max_rows=MAX_ROWS, max_tokens=MAX_BATCH_TOKENS):
            outputs = self._generate(
                [rows[i] for i in batch],
                limits=[limits[i] for i in batch],
                target=target,
                beams=beams,
            )
            for index, ids in zip(batch, outputs, strict=True):
                hypotheses[index] = prompts.decode(ids, source=source, target=target)
        return [hypotheses[index] for index in range(len(texts))]

    def diversify(self, texts: Sequence[str], *, source: str, target: str) -> list[Hypothesis]:
        """Return sampled translations, the same ones for the same text.

        They differ if another thread of the program uses the global random numbers of torch
        meanwhile. The n-best list is in sampling order with all scores zero.
        """
        with wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError):
            return self._diversify(texts, source=source, target=target)

    def _diversify(self, texts: Sequence[str], *, source: str, target: str) -> list[Hypothesis]:
        import torch

        prompts = self._prompts
        found = []
        for text in texts:
            row = prompts.encode(text, source=source, target=target)
            (limit,) = prompts.limit_outputs([text], [row], self._positions)
            with _sampling, torch.random.fork_rng():
                # Seeded with the text, so that the result does not depend on the batch.
                torch.manual_seed(zlib.crc32(text.encode("utf-8")))
                outputs = self._generate(
                    [row], limits=[limit], target=target, beams=1, samples=SAMPLES
                )
            hypotheses = [prompts.decode(ids, source=source, target=target) for ids in outputs]
            others = tuple(Hypothesis(text=d.text, score=0.0) for d in hypotheses[1:] if d.finished)
            found.append(replace(hypotheses[0], n_best=others))
        return found

    def _generate(
        self,
        rows: list[list[int]],
        *,
        limits: list[int],
        target: str,
        beams: int | None,
        samples: int = 0,
    ) -> list[list[int]]:
        """Return the best search result of each row, or `samples` sampled ones of a single row.

        `limits` are the numbers of tokens at which the search of each row ends.
        """
        import torch

        model, tokenizer = self.checkpoint.model, self.checkpoint.tokenizer
        width = max(len(row) for row in rows)
        pad = tokenizer.pad_token_id
        if pad is None:  # usual for causal models; masked
            pad = tokenizer.eos_token_id
        gaps = [[pad] * (width - len(row)) for row in rows]
        causal, chat = self.spec.family.causal, bool(self.spec.family.prompt)
        searching = CHAT_SEARCHING if chat else SEARCHING
        # The end token of the tokenizer may be missing in the settings of a chat model.
        ends = {"eos_token_id": sorted(find_ends(model, tokenizer))} if chat else {}
        sampling = {"do_sample": True} if chat else SAMPLING
        padded = [gap + row if causal else row + gap for row, gap in zip(rows, gaps, strict=True)]
        seen = [[0] * len(gap) for gap in gaps]
        mask = [
            zeros + [1] * len(row) if causal else [1] * len(row) + zeros
            for row, zeros in zip(rows, seen, strict=True)
        ]
        device = self.checkpoint.device
        start = width if causal else 1
        with torch.inference_mode():
            output = model.generate(
                input_ids=torch.tensor(padded, device=device),
                attention_mask=torch.tensor(mask, device=device),
                max_new_tokens=max(limits),
                stopping_criteria=[_stop_at(torch.tensor(limits, device=device) + start)],
                pad_token_id=pad,
                num_beams=beams or self.beams,
                num_return_sequences=samples or 1,
                return_dict_in_generate=False,
                **(sampling if samples else searching),
                **ends,
                **self._name_target(target),
            )
        generated: list[list[int]] = output[:, start:].tolist()
        # What follows is padding.
        most = limits * (samples or 1)
        return [ids[:limit] for ids, limit in zip(generated, most, strict=True)]

    def _name_target(self, target: str) -> dict[str, Any]:
        family = self.spec.family
        option = {
            "forced_bos": "forced_bos_token_id",
            "decoder_start": "decoder_start_token_id",
        }.get(family.target_token)
        if option is None:
            return {}
        return {
            option: self.checkpoint.tokenizer.convert_tokens_to_ids(family.spell_target(target))
        }


def _stop_at(ends: torch.Tensor) -> Callable[..., torch.Tensor]:
    """Return a stopping criterion that ends each row of a batch at its own number of tokens.

    So its result does not depend on the batch: a beam search that goes on may find another one.
    """

    def is_done(ids: torch.Tensor, scores: object, **_: object) -> torch.Tensor:
        # There are several hypotheses of each row, one row after the other.
        return ids.shape[1] >= ends.repeat_interleave(ids.shape[0] // len(ends))

    return is_done


class HuggingFaceChatBackend(HuggingFaceBackend):
    """Runs a chat model, which can be asked for a translation with given terms."""

    __slots__ = ()

    def constrain(
        self, constraints: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Translate again, with the first forms of the constraints as terms."""

        def translate(texts: Sequence[str], terms: Sequence[Terms]) -> list[Hypothesis]:
            with wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError):
                return self._translate(texts, source=source, target=target, beams=None, terms=terms)

        return ask_for_terms(constraints, translate)
