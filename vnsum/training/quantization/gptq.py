"""4-bit quantization by GPTQ (Frantar et al. 2023, arXiv:2210.17323).

GPTQ minimises the error of the products on typical inputs: the error of each rounded column is
compensated by the columns that are not yet rounded. Afterwards scales and numbers are refined in
turn. Fine-tuning changes weights by less than a 4-bit step, so that plain rounding would undo most
of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import GROUP
from vnsum.training.quantization.rounding import pack_groups, round_groups, round_to

if TYPE_CHECKING:
    import torch

PASSES = 3  # refinements of scales and numbers after the first rounding
DAMPING = 0.01  # share of the mean of the diagonal, for inputs that are constant


def quantize_gptq(matrix: torch.Tensor, moments: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return packed 4-bit numbers, two in a byte, and a float16 scale for every 32 columns.

    `matrix` is [outputs, inputs], `moments` [inputs, inputs] the sum of the inputs' outer products.
    """
    import torch

    rest, moments = matrix.float().clone(), _damp(moments)
    effects = _invert(moments)
    numbers, scales = torch.empty_like(rest), []
    for start in range(0, rest.shape[1], GROUP):
        group = slice(start, start + GROUP)
        costs = effects.diagonal()[group] ** -2.0
        _, scale = round_groups(rest[:, group], costs=costs)
        errors = torch.empty(rest.shape[0], GROUP)
        for place in range(GROUP):
            column = start + place
            found = round_to(rest[:, column : column + 1], scale)
            numbers[:, column] = found[:, 0]
            error = (rest[:, column] - found[:, 0] * scale[:, 0]) / effects[column, column]
            rest[:, column + 1 : group.stop] -= torch.outer(
                error, effects[column, column + 1 : group.stop]
            )
            errors[:, place] = error
        rest[:, group.stop :] -= errors @ effects[group, group.stop :]
        scales.append(scale)
    return _refine(matrix, moments, numbers, torch.cat(scales, dim=1))


def _refine(
    matrix: torch.Tensor, moments: torch.Tensor, numbers: torch.Tensor, scales: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    for _ in range(PASSES):
        scales = fit_scales(matrix, moments, numbers, scales)
        numbers = refine_numbers(matrix, moments, numbers, scales)
    return pack_groups(numbers, scales)


def refine_numbers(
    matrix: torch.Tensor, moments: torch.Tensor, numbers: torch.Tensor, scales: torch.Tensor
) -> torch.Tensor:
    """Return numbers with an error of the products that is smaller or the same.

    Coordinate descent: each column is rounded again with all others fixed (QuantEase, Behdin et al.
    2023, arXiv:2309.01885).
    """
    moments = moments.float()
    steps = scales.half().float().repeat_interleave(GROUP, dim=1)
    numbers = numbers.clone()
    errors = (matrix.float() - numbers * steps).T.contiguous()  # columns contiguous in memory
    for column, weight in enumerate(moments.diagonal().tolist()):
        if weight <= 0:
            continue
        step = steps[:, column]
        exact = numbers[:, column] + (moments[column] @ errors) / (weight * step)
        found = round_to(exact, step.new_ones(()))
        errors[column] -= (found - numbers[:, column]) * step
        numbers[:, column] = found
    return numbers


def fit_scales(
    matrix: torch.Tensor, moments: torch.Tensor, numbers: torch.Tensor, scales: torch.Tensor
) -> torch.Tensor:
    """Return the scales [outputs, groups] with the least error of the products for `numbers`.

    Least squares for each row, regularised towards the current `scales`. The scale of a group of
    zeros does not change.
    """
    import torch

    moments, groups = moments.float(), numbers.view(len(numbers), -1, GROUP)
    count = groups.shape[1]
    # Gram matrix of the groups' products for each row, and inner products with the exact ones.
    along = torch.einsum("rhj,ihj->rhi", groups, moments.view(-1, count, GROUP))
    together = torch.einsum("rhgi,rgi->rhg", along.view(*along.shape[:2], count, GROUP), groups)
    wanted = ((matrix.float() @ moments).view_as(groups) * groups).sum(2)
    together, wanted = together.double(), wanted.double()
    # Regularise towards the current scales where the system is nearly singular.
    strength = DAMPING * together.diagonal(dim1=1, dim2=2).mean(1).clamp_min(1e-12)
    damping = strength[:, None] * torch.ones_like(wanted)
    found = torch.linalg.solve(
        together + torch.diag_embed(damping), wanted + damping * scales.double()
    ).float()
    used = groups.abs().amax(2) > 0
    return torch.where(used & (found.half() != 0), found, scales)


def _damp(moments: torch.Tensor) -> torch.Tensor:
    import torch

    moments = moments.double()
    damping = DAMPING * moments.diagonal().mean().clamp_min(1e-12)
    return moments + damping * torch.eye(len(moments), dtype=torch.float64)


def _invert(moments: torch.Tensor) -> torch.Tensor:
    """Return the upper Cholesky factor of the inverse, which gives the compensation of errors."""
    import torch

    inverse = torch.cholesky_inverse(torch.linalg.cholesky(moments))
    factor: torch.Tensor = torch.linalg.cholesky(inverse, upper=True).float()
    return factor
