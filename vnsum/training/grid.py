"""Training with the weights on a grid: the numbers of a rounded model, whose scales stay.

Rounding that makes up for its errors (`vnsum.training.quantization.gptq`) keeps each matrix's
products, not what the model writes. Training on with the rounded numbers in the forward pass lets
the numbers themselves change where that lowers the loss (quantisation-aware training, Jacob et al.
2018, arXiv:1712.05877, begun from a compensated rounding as in Li et al. 2021, BRECQ,
arXiv:2102.05426).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import GROUP, Packed, read_weights
from vnsum.errors import InputError
from vnsum.training.quantization.rounding import round_to

if TYPE_CHECKING:
    import torch

# How far a weight begins from where its number changes, in steps: training moves all weights
# somewhat, and the numbers of a compensated rounding only fit together.
MARGIN = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Scales of matrices with 4-bit numbers, by name [rows, groups], and the numbers' products."""

    folder: Path
    scales: Mapping[str, torch.Tensor]
    weights: Mapping[str, torch.Tensor]

    def to(self, device: torch.device) -> Grid:
        """Return the same on a device."""
        scales = {name: scale.to(device) for name, scale in self.scales.items()}
        return Grid(folder=self.folder, scales=scales, weights=self.weights)

    def round(self, name: str, matrix: torch.Tensor) -> torch.Tensor:
        """Return the nearest weights on the grid; what has no grid comes back unchanged."""
        if name not in self.scales:
            return matrix
        scale = self.scales[name][..., None]
        numbers = self.number(name, matrix).view(*scale.shape[:2], GROUP)
        return numbers.mul_(scale).view_as(matrix)

    def number(self, name: str, matrix: torch.Tensor) -> torch.Tensor:
        """Return the numbers from -8 to 7 that `round` multiplies with scales."""
        scale = self.scales[name][..., None]
        return round_to(matrix.float().view(*scale.shape[:2], GROUP), scale).view_as(matrix)

    def pull(self, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return weights moved no further than it takes to be rounded to the grid's own numbers.

        Raises `InputError` where the grid is of another model.
        """
        pulled = dict(weights)
        for name, scale in self.scales.items():
            if name not in weights or weights[name].shape != self.weights[name].shape:
                raise InputError(
                    f"{self.folder} is a grid for another model: it has {name} of shape "
                    f"{tuple(self.weights[name].shape)}; round the model that is trained"
                )
            reach = (0.5 - MARGIN) * scale.abs().repeat_interleave(GROUP, dim=1)
            centre = self.weights[name]
            pulled[name] = weights[name].float().clamp(centre - reach, centre + reach)
        return pulled


def read_grid(folder: Path) -> Grid:
    """Return the grid of a model in the package's format; `InputError` where it has no 4 bits."""
    path = folder / "model.safetensors"
    if not path.is_file():
        raise InputError(f"{folder} has no model.safetensors: expected what `vnsum train export` "
                         "writes with a scheme of 4 bits")  # fmt: skip
    stored = {
        name: tensor
        for name, tensor in read_weights(path).items()
        if isinstance(tensor, Packed) and tensor.form == "q4"
    }
    if not stored:
        raise InputError(f"{folder} has no matrices of 4 bits: export with another scheme")
    return Grid(
        folder=folder,
        scales={name: packed.scale.float() for name, packed in stored.items()},
        weights={name: packed.unpack() for name, packed in stored.items()},
    )
