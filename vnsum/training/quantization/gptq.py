"""Rounding to 4 bits where the columns still to be rounded make up for the error of each.

What counts is not how far the rounded weights are from the trained ones but how far their products
are, on inputs as the model has them (GPTQ, Frantar et al. 2023, arXiv:2210.17323). Then scales are
fitted to the numbers and numbers to the scales in turn. Further training moves weights by less than
a step of 4 bits, so that plain rounding takes back most of what was learnt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import GROUP
from vnsum.training.quantization.rounding import pack_groups, round_groups, round_to

if TYPE_CHECKING:
    import torch

PASSES = 3  # over the scales and the numbers, after the first rounding
DAMPING = 0.01  # of the mean of the diagonal, so that inputs that never vary do no harm


def quantize_gptq(matrix: torch.Tensor, moments: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two 4-bit numbers a byte and one float16 scale for 32 columns.

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
    fitted = torch.cat(scales, dim=1)
    for _ in range(PASSES):
        fitted = fit_scales(matrix, moments, numbers, fitted)
        numbers = refine_numbers(matrix, moments, numbers, fitted)
    return pack_groups(numbers, fitted)


def refine_numbers(
    matrix: torch.Tensor, moments: torch.Tensor, numbers: torch.Tensor, scales: torch.Tensor
) -> torch.Tensor:
    """Return numbers with which the products are kept better, or the same ones.

    Column by column, each is rounded anew to what is best with all others as they are: coordinate
    descent (QuantEase, Behdin et al. 2023, arXiv:2309.01885).
    """
    moments = moments.float()
    steps = scales.half().float().repeat_interleave(GROUP, dim=1)
    numbers = numbers.clone()
    errors = (matrix.float() - numbers * steps).T.contiguous()  # a column is one block of memory
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
    """Return the scales [outputs, groups] with which `numbers` keep the products best.

    Least squares, row by row; `scales` are those that the numbers were found with, and where all
    numbers of a group are 0 they stay.
    """
    import torch

    moments, groups = moments.float(), numbers.view(len(numbers), -1, GROUP)
    count = groups.shape[1]
    # How the products of the groups of a row vary together, and with those to be kept.
    along = torch.einsum("rhj,ihj->rhi", groups, moments.view(-1, count, GROUP))
    together = torch.einsum("rhgi,rgi->rhg", along.view(*along.shape[:2], count, GROUP), groups)
    wanted = ((matrix.float() @ moments).view_as(groups) * groups).sum(2)
    together, wanted = together.double(), wanted.double()
    # Near the scales there are, where the numbers do not say.
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
    """Return the upper Cholesky factor of the inverse: how a column's error is made up for."""
    import torch

    inverse = torch.cholesky_inverse(torch.linalg.cholesky(moments))
    factor: torch.Tensor = torch.linalg.cholesky(inverse, upper=True).float()
    return factor
