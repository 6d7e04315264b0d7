"""How large the inputs of a model's matrices get on some text, for `vnsum.translation.smoothing`.

`python -m vnsum.training.calibration --pairs PAIRS.tsv --out FILE` measures the packaged model on
Vietnamese-English pairs; the file belongs beside the weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file

from vnsum.checkpoints import resolve_model
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


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the packaged model and write the file; see `--help`."""
    parser = argparse.ArgumentParser(
        prog="python -m vnsum.training.calibration", description=__doc__
    )
    parser.add_argument("--pairs", type=Path, required=True, help="Vietnamese TAB English lines")
    parser.add_argument("--model", default="mini", help="a packaged model (mini)")
    parser.add_argument("--out", type=Path, required=True, help="the safetensors file to write")
    options = parser.parse_args(argv)
    lines = options.pairs.read_text(encoding="utf-8").splitlines()
    backend = DecoderBackend.load(resolve_model(options.model), device="cpu", precision="float32")
    rows = []
    for line in lines:
        source, target = line.split("\t")[:2]
        prompt = backend.prompts.encode(source, source="vi", target="en")
        rows.append([*prompt, *backend.prompts.encode_output(target)])
    largest = record_largest(backend.model, rows)
    save_file({name: values.half() for name, values in largest.items()}, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
