"""Any translation checkpoint of transformers as a `Backend`, through `generate`.

What sets model families apart comes from their row in `vnsum.checkpoints.families`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vnsum.checkpoints.loading import Checkpoint, load_checkpoint
from vnsum.checkpoints.spec import ModelSpec
from vnsum.languages.tones import place_tones
from vnsum.translation.backend import Draft
from vnsum.translation.batching import plan_batches

MAX_ROWS = 32
MAX_BATCH_TOKENS = 4096
# Room for the output: translations between the two languages stay well under this.
LENGTH_RATIO = 2.5
LENGTH_MARGIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class HuggingFaceBackend:
    """Runs `checkpoint` by the conventions of `spec.family`, with `beams` unless told otherwise."""

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
        """Load the weights of `spec`; `ModelError` where they cannot be had."""
        checkpoint = load_checkpoint(spec, device=device, offline=offline)
        return cls(spec=spec, checkpoint=checkpoint, beams=beams or spec.family.beams)

    @property
    def signature(self) -> str:
        """Model, revision, number format, device and beam width."""
        dtype = str(self.checkpoint.model.dtype).removeprefix("torch.")
        parts = [self.spec.name, self.spec.revision, dtype, self.checkpoint.device.type]
        return "|".join([*(part for part in parts if part), f"beam {self.beams}"])

    @property
    def directions(self) -> tuple[str, ...]:
        """What the row of the table says."""
        return self.spec.directions

    @property
    def max_source_tokens(self) -> int:
        """The family's limit, or less where the model has fewer positions."""
        return max(1, min(self.spec.family.max_source_tokens, self._positions))

    @property
    def _positions(self) -> int:
        """How many tokens of text the model can place, on either side."""
        config = self.checkpoint.model.config
        # Prefixes, language codes and end marks need a few positions too.
        return int(getattr(config, "max_position_embeddings", None) or 1 << 30) - 16

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the model's own tokens, special ones left out."""
        if not texts:
            return []
        encoded = self.checkpoint.tokenizer(list(texts), add_special_tokens=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def draft(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Draft]:
        """Translate in batches of similar length and return the drafts in the texts' order."""
        rows = [self._encode(text, source=source, target=target) for text in texts]
        drafts: dict[int, Draft] = {}
        lengths = [len(row) for row in rows]
        for batch in plan_batches(lengths, max_rows=MAX_ROWS, max_tokens=MAX_BATCH_TOKENS):
            outputs = self._generate([rows[i] for i in batch], target=target, beams=beams)
            for index, ids in zip(batch, outputs, strict=True):
                # A row's own limit, so that its answer does not depend on the batch.
                own = ids[: self._output_limit(lengths[index])]
                drafts[index] = self._decode(own, source=source, target=target)
        return [drafts[index] for index in range(len(texts))]

    def _encode(self, text: str, *, source: str, target: str) -> list[int]:
        """Return token ids; text that spells a special token stays text."""
        family, tokenizer = self.spec.family, self.checkpoint.tokenizer
        text = _spell_out(text, tuple(tokenizer.all_special_tokens))
        if source == "vi" and family.tone_style is not None:
            text = place_tones(text, family.tone_style)
        text = family.wrap_source(text, source=source, target=target)
        ids: list[int]
        if family.causal:
            ids = tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
            suffix = tokenizer.convert_tokens_to_ids(family.spell_target(target))
            return [tokenizer.bos_token_id, *ids, suffix]
        if family.target_token != "none":
            tokenizer.src_lang = family.codes[source]
        ids = tokenizer(text)["input_ids"]
        return ids

    def _generate(
        self, rows: list[list[int]], *, target: str, beams: int | None
    ) -> list[list[int]]:
        import torch

        model, tokenizer = self.checkpoint.model, self.checkpoint.tokenizer
        width = max(len(row) for row in rows)
        pad = tokenizer.pad_token_id
        gaps = [[pad] * (width - len(row)) for row in rows]
        causal = self.spec.family.causal
        padded = [gap + row if causal else row + gap for row, gap in zip(rows, gaps, strict=True)]
        seen = [[0] * len(gap) for gap in gaps]
        mask = [
            zeros + [1] * len(row) if causal else [1] * len(row) + zeros
            for row, zeros in zip(rows, seen, strict=True)
        ]
        device = self.checkpoint.device
        with torch.inference_mode():
            output = model.generate(
                input_ids=torch.tensor(padded, device=device),
                attention_mask=torch.tensor(mask, device=device),
                max_new_tokens=self._output_limit(width),
                num_beams=beams or self.beams,
                do_sample=False,
                **self._name_target(target),
            )
        start = width if causal else 1
        generated: list[list[int]] = output[:, start:].tolist()
        return generated

    def _name_target(self, target: str) -> dict[str, Any]:
        family = self.spec.family
        option = {
            "forced_bos": "forced_bos_token_id",
            "decoder_start": "decoder_start_token_id",
        }.get(family.target_token)
        if option is None:
            return {}
        return {option: self.checkpoint.tokenizer.convert_tokens_to_ids(family.spell_target(target))}

    def _decode(self, ids: list[int], *, source: str, target: str) -> Draft:
        tokenizer = self.checkpoint.tokenizer
        text = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        text = self.spec.family.unwrap_output(text, source=source, target=target)
        return Draft(text=text, finished=tokenizer.eos_token_id in ids)

    def _output_limit(self, source_tokens: int) -> int:
        return min(int(source_tokens * LENGTH_RATIO) + LENGTH_MARGIN, self._positions)


def _spell_out(text: str, special: tuple[str, ...]) -> str:
    """Return `text` with a space inside every special token that its author typed."""
    pattern = _compile_special(special)
    return pattern.sub(lambda match: f"{match.group()[0]} {match.group()[1:]}", text)


@functools.lru_cache(maxsize=8)
def _compile_special(special: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(token) for token in special if len(token) > 1) or r"(?!)")
