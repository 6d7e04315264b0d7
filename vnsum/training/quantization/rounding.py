"""Round matrices to 8 and 4 bits in the package's format; `vnsum.checkpoints.packaged` reads them.

8-bit numbers have a scale for each row, 4-bit numbers one for each group of 32 columns, which is
clipped to minimise the squared error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import GROUP

if TYPE_CHECKING:
    import torch

CLIPS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
LARGEST8, LARGEST4 = 127, 7
TINY = 1e-8


def quantize_rows(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return int8 numbers and a float32 scale for each row."""
    import torch

    matrix = matrix.float()
    scale = matrix.abs().amax(1).clamp_min(TINY) / LARGEST8
    values = (matrix / scale[:, None]).round().clamp(-LARGEST8, LARGEST8).to(torch.int8)
    return values, scale


def quantize_groups(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return packed 4-bit numbers, two in a byte, and a float16 scale for every 32 columns."""
    numbers, scale = round_groups(matrix.float().view(-1, GROUP))
    return pack_groups(numbers.view(matrix.shape), scale.view(matrix.shape[0], -1))


def round_to(groups: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Return the nearest integers from -8 to 7 for a scale per row [rows, 1]."""
    return (groups / scale).round().clamp(-LARGEST4 - 1, LARGEST4)


def round_groups(
    groups: torch.Tensor, *, costs: torch.Tensor | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return integers from -8 to 7 and the scales [rows, 1] with the least squared error.

    A scale may be negative: the range has one more number below zero than above, which is used on
    the side of the largest weight. `costs` [columns] weights the squared errors.
    """
    import torch

    place = groups.abs().argmax(1, keepdim=True)
    largest = groups.gather(1, place)
    largest = torch.where(largest.abs() < TINY, largest.new_tensor(TINY), largest)
    best_error = torch.full_like(largest, float("inf"))
    best_scale, best = torch.zeros_like(largest), torch.zeros_like(groups)
    for clip in CLIPS:
        for steps in (-LARGEST4 - 1, LARGEST4):
            scale = _to_half(largest * (clip / steps))
            values = round_to(groups, scale)
            errors = (values * scale - groups) ** 2
            error = (errors if costs is None else errors * costs).sum(1, keepdim=True)
            better = error < best_error
            best_error = torch.where(better, error, best_error)
            best_scale = torch.where(better, scale, best_scale)
            best = torch.where(better, values, best)
    return best, best_scale


def _to_half(scale: torch.Tensor) -> torch.Tensor:
    """Round a scale to 16 bits, but not to 0."""
    import torch

    half = scale.half().float()
    return torch.where(half == 0, scale.new_tensor(2**-24), half)


def pack_groups(numbers: torch.Tensor, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return 4-bit numbers packed two in a byte, and the scales [rows, groups] as float16."""
    import torch

    nibbles = (numbers + 8).to(torch.uint8)
    return nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), scale.half()
