"""The packaged model as a `Backend`, on the decoding loop of `gemma` and `beam`.

Measured against `generate` of transformers with the same weights by `vnsum.evaluation.speed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vnsum.checkpoints.loading import load_packaged
from vnsum.checkpoints.spec import ModelSpec
from vnsum.translation.backend import Draft
from vnsum.translation.batching import plan_batches
from vnsum.translation.prompts import Prompts, limit_output, sign

if TYPE_CHECKING:
    from vnsum.translation.gemma import GemmaText

MAX_SENTENCES = 16  # more rows make the matrix products no faster on a CPU and need more memory
MAX_BATCH_TOKENS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderBackend:
    """Runs packaged weights; `beams` is the width of the search unless told otherwise."""

    spec: ModelSpec
    model: GemmaText
    prompts: Prompts
    beams: int

    @classmethod
    def load(
        cls, spec: ModelSpec, *, device: str | None = None, beams: int | None = None
    ) -> DecoderBackend:
        """Load the packaged weights of `spec`; `ModelError` where they are damaged."""
        from vnsum.translation.gemma import GemmaText

        packaged = load_packaged(spec, device=device)
        return cls(
            spec=spec,
            model=GemmaText(packaged.config, packaged.weights),
            prompts=Prompts(family=spec.family, tokenizer=packaged.tokenizer),
            beams=beams or spec.family.beams,
        )

    @property
    def signature(self) -> str:
        """Model, revision, number format, device and beam width."""
        embedding = self.model.embedding
        return sign(self.spec, embedding.dtype, embedding.device, self.beams)

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

    def draft(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Draft]:
        """Translate in batches of similar length and return the drafts in the texts' order."""
        import torch

        from vnsum.translation.beam import search

        rows = [self.prompts.encode(text, source=source, target=target) for text in texts]
        limits = [min(limit_output(len(row)), self.model.max_positions - len(row)) for row in rows]
        end = self.prompts.tokenizer.eos_token_id
        drafts: dict[int, Draft] = {}
        batches = plan_batches(
            [len(row) for row in rows], max_rows=MAX_SENTENCES, max_tokens=MAX_BATCH_TOKENS
        )
        for batch in batches:
            with torch.inference_mode():
                found = search(
                    self.model,
                    [rows[i] for i in batch],
                    beams=beams or self.beams,
                    end=end,
                    limits=[limits[i] for i in batch],
                )
            for index, best in zip(batch, found, strict=True):
                ids = [*best.tokens, end] if best.finished else [*best.tokens]
                drafts[index] = self.prompts.decode(ids, source=source, target=target)
        return [drafts[index] for index in range(len(texts))]
