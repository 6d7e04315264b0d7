"""Measure the inputs of a model's matrices on calibration data, before quantization.

`vnsum.decoding.smoothing` uses the largest values, `vnsum.training.quantization.gptq` the second
moments. `vnsum train export --calibrate PAIRS.tsv` measures both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from vnsum.checkpoints.families import FAMILIES
from vnsum.decoding.gemma import GemmaText, watch_matrices
from vnsum.decoding.layers import MATRICES
from vnsum.decoding.matrices import Matrix
from vnsum.training.data.corpora import Pair
from vnsum.training.model import Start
from vnsum.translation.backends.prompts import Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class InputStatistics:
    """Statistics of the inputs of matrices: largest absolute values, and sums of outer products.

    The keys of `largest` are the names of `watch_matrices`, those of `moments` the names of the
    weights.
    """

    largest: dict[str, torch.Tensor] = field(default_factory=dict)
    moments: dict[str, torch.Tensor] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Recorder:
    """Wraps a matrix and records statistics of its inputs."""

    matrix: Matrix
    largest: torch.Tensor | None = None
    moments: torch.Tensor | None = None

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Record `values` and return their products."""
        largest, moments = values.abs().amax(dim=0), values.T @ values
        self.largest = largest if self.largest is None else torch.maximum(self.largest, largest)
        self.moments = moments if self.moments is None else self.moments.add_(moments)
        return self.matrix.multiply(values)


def measure_inputs(
    start: Start, pairs: Sequence[Pair], directions: Sequence[str]
) -> InputStatistics:
    """Return statistics of the inputs on prompts and outputs built from the pairs."""
    prompts = Prompts(family=FAMILIES["gemma-tagged"], tokenizer=start.tokenizer)
    model = GemmaText(start.config, start.weights)
    rows = []
    for direction in directions:
        source, target = direction.split("->")
        for pair in pairs:
            texts = {"vi": pair.first, "en": pair.second}
            prompt = prompts.encode(texts[source], source=source, target=target)
            row = [*prompt, *prompts.encode_output(texts[target])]
            rows.append(row[: model.max_positions])
    return record_inputs(model, rows)


def record_inputs(
    model: GemmaText, rows: Sequence[Sequence[int]], *, batch: int = 16
) -> InputStatistics:
    """Return statistics of the inputs of the layers' matrices over rows of tokens.

    The model must be in a floating-point format. It is not changed.
    """
    recorders: dict[str, Recorder] = {}

    def record(name: str, matrix: Matrix) -> Matrix:
        if not name.startswith("model.layers."):
            return matrix
        return recorders.setdefault(name, Recorder(matrix=matrix))

    with watch_matrices(model, record), torch.inference_mode():
        for first in range(0, len(rows), batch):
            model.prefill(rows[first : first + batch], beams=1)
    inputs = InputStatistics()
    for name, recorder in recorders.items():
        layer, _, role = name.rpartition(".")
        if recorder.largest is not None and recorder.moments is not None:
            inputs.largest[name] = recorder.largest.clone()
            for part in MATRICES[role]:
                inputs.moments[f"{layer}.{part}.weight"] = recorder.moments
    return inputs
