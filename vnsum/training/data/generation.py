"""Batched generation with a model during training, for development scores and synthetic data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.devices import choose_device, choose_dtype
from vnsum.checkpoints.families import FAMILIES
from vnsum.decoding.batching import plan_batches
from vnsum.training.model import load_start
from vnsum.translation.backends.prompts import Prompts, limit_output

if TYPE_CHECKING:
    import torch

    from vnsum.decoding.gemma import GemmaText

FAMILY = "gemma-tagged"
ROWS = {"cuda": 768, "cpu": 32}  # largest batch: sentences times beams
TOKENS = {"cuda": 1 << 16, "cpu": 2048}  # largest number of prompt tokens in a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedText:
    """A generated text; `score` is its mean log-probability per token."""

    text: str
    finished: bool
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextGenerator:
    """A model that translates, with its tokenizer."""

    model: GemmaText
    prompts: Prompts

    @classmethod
    def load(cls, name: str, *, device: str | None = None) -> TextGenerator:
        """Load the model in a folder, or the packaged one by its name."""
        start = load_start(name)
        place = choose_device(device)
        return cls.build(start.config, start.weights, start.tokenizer, place)

    @classmethod
    def build(
        cls, config: Any, weights: Mapping[str, torch.Tensor], tokenizer: Any, device: torch.device
    ) -> TextGenerator:
        """Return a generator with these weights."""
        from vnsum.decoding.gemma import GemmaText

        precision = str(choose_dtype(device)).removeprefix("torch.")
        model = GemmaText(config, weights, precision=precision, device=device)
        return cls(model=model, prompts=Prompts(family=FAMILIES[FAMILY], tokenizer=tokenizer))

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int = 1
    ) -> list[GeneratedText]:
        """Return the translation of each text, in order."""
        rows = [self.prompts.encode(text, source=source, target=target) for text in texts]
        return self._write(rows, [limit_output(len(row)) for row in rows], beams=beams)

    def _write(
        self, rows: list[list[int]], limits: list[int], *, beams: int
    ) -> list[GeneratedText]:
        """Generate a continuation of each row of ids; empty if the row fills the window."""
        import torch

        from vnsum.decoding.beam import search

        kind = self.model.device.type if self.model.device.type in ROWS else "cpu"
        found: dict[int, GeneratedText] = {}
        fitting = [i for i, row in enumerate(rows) if len(row) < self.model.max_positions]
        batches = plan_batches(
            [len(rows[i]) for i in fitting],
            max_rows=max(1, ROWS[kind] // beams),
            max_tokens=TOKENS[kind],
        )
        tokenizer = self.prompts.tokenizer
        for batch in ([fitting[i] for i in places] for places in batches):
            with torch.inference_mode():
                hypotheses = search(
                    self.model,
                    [rows[i] for i in batch],
                    beams=beams,
                    end=tokenizer.eos_token_id,
                    limits=[min(limits[i], self.model.max_positions - len(rows[i])) for i in batch],
                )
            for index, written in zip(batch, hypotheses, strict=True):
                text = tokenizer.decode(written.tokens, skip_special_tokens=True).strip()
                found[index] = GeneratedText(
                    text=text, finished=written.finished, score=written.score
                )
        nothing = GeneratedText(text="", finished=False, score=float("-inf"))
        return [found.get(index, nothing) for index in range(len(rows))]
