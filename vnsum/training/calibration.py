"""How large the inputs of a model's matrices get on some text, for `vnsum.translation.smoothing`.

`vnsum train export --calibrate PAIRS.tsv` measures it for a model that is to be packaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file

from vnsum.checkpoints import resolve_model
from vnsum.checkpoints.packaged import LARGEST_INPUTS
from vnsum.training.corpora import Pair
from vnsum.translation.decoder import DecoderBackend
from vnsum.translation.gemma import GemmaText, watch_matrices
from vnsum.translation.matrices import Matrix


@dataclass(slots=True, kw_only=True)
class Recorder:
    """A matrix that remembers the greatest absolute value of each of its inputs."""

    matrix: Matrix
    largest: torch.Tensor | None = None

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Remember and multiply."""
        found = values.abs().amax(dim=0)
        self.largest = found if self.largest is None else torch.maximum(self.largest, found)
        return self.matrix.multiply(values)


def record_largest(
    model: GemmaText, rows: Sequence[Sequence[int]], *, batch: int = 16
) -> dict[str, torch.Tensor]:
    """Return the greatest absolute inputs by name, over token rows (prompt and translation).

    The model must be in a floating-point format and is as it was afterwards.
    """
    recorders: dict[str, Recorder] = {}

    def record(name: str, matrix: Matrix) -> Matrix:
        recorders[name] = Recorder(matrix=matrix)
        return recorders[name]

    with watch_matrices(model, record), torch.inference_mode():
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            for _ in model.rate(part, [0] * len(part)):
                pass
    return {
        name: recorder.largest.clone()
        for name, recorder in recorders.items()
        if recorder.largest is not None and name.startswith("model.layers.")
    }


def calibrate(folder: Path, pairs: Sequence[Pair]) -> Path:
    """Measure the model in a package's folder on Vietnamese-English pairs and write what was found.

    It reads and writes in all its directions; the file lies beside the weights.
    """
    backend = DecoderBackend.load(resolve_model(folder), device="cpu", precision="float32")
    rows = []
    for direction in backend.directions:
        source, target = direction.split("->")
        for pair in pairs:
            said = {"vi": pair.first, "en": pair.second}
            prompt = backend.prompts.encode(said[source], source=source, target=target)
            row = [*prompt, *backend.prompts.encode_output(said[target])]
            rows.append(row[: backend.model.max_positions])
    largest = record_largest(backend.model, rows)
    path = folder / LARGEST_INPUTS
    save_file({name: values.half() for name, values in largest.items()}, path)
    return path
