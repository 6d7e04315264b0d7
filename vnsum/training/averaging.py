"""Means of checkpoints, of one run or of several that began with the same weights.

Noise of training and of rounding differs between them and shrinks in their mean, what they have
learnt does not: means of a run's last checkpoints (Vaswani et al. 2017), of several runs (Wortsman
et al. 2022, arXiv:2203.05482), and with the model that they began as (arXiv:2109.01903).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vnsum.errors import InputError, ModelError
from vnsum.training.model import EMBEDDING, load_start, save_start

# Shares may differ between these parts; norms count as attention.
PARTS = ("embedding", "attention", "feed-forward")
Share = float | Mapping[str, float]


def average_models(
    folders: Sequence[str], out: Path, *, shares: Sequence[Share] | None = None
) -> Path:
    """Write the mean of several checkpoints as a checkpoint in bfloat16, and return its folder.

    `shares` say how much each counts, all alike unless given: a number, or one for every part of
    `PARTS`. Raises `ModelError` where their weights do not have the same names and shapes,
    `InputError` for fewer than two checkpoints or shares that are no such numbers.
    """
    import torch

    if len(folders) < 2:
        raise InputError("an average takes at least two checkpoints")
    table = _spread_shares(len(folders), [1.0] * len(folders) if shares is None else shares)
    whole = {part: math.fsum(row[part] for row in table) for part in PARTS}
    first = load_start(folders[0])
    total = {key: torch.zeros_like(tensor) for key, tensor in first.weights.items()}
    for folder, row in zip(folders, table, strict=True):
        weights = load_start(folder).weights
        shapes = {key: tensor.shape for key, tensor in weights.items()}
        if shapes != {key: tensor.shape for key, tensor in first.weights.items()}:
            raise ModelError(f"{folder} and {folders[0]} are different models: cannot average them")
        for key, tensor in weights.items():
            total[key].add_(tensor, alpha=row[find_part(key)])
    mean = {key: tensor / whole[find_part(key)] for key, tensor in total.items()}
    save_start(out, replace(first, weights=mean))
    return out


def find_part(name: str) -> str:
    """Return the part of `PARTS` that a weight belongs to.

    >>> find_part("model.layers.0.mlp.up_proj.weight"), find_part("model.norm.weight")
    ('feed-forward', 'attention')
    """
    if name == EMBEDDING:
        return "embedding"
    return "feed-forward" if ".mlp." in name else "attention"


def _spread_shares(count: int, shares: Sequence[Share]) -> list[dict[str, float]]:
    """Return the share of every checkpoint in every part."""
    table = [
        dict(share) if isinstance(share, Mapping) else dict.fromkeys(PARTS, share)
        for share in shares
    ]
    numbers = [share for row in table for share in row.values()]
    if (
        len(table) != count
        or any(set(row) != {*PARTS} for row in table)
        or not all(0 <= share < math.inf for share in numbers)
        or not all(any(row[part] for row in table) for part in PARTS)
        or not all(any(row.values()) for row in table)
    ):
        raise InputError(
            f"{count} checkpoints take as many shares above 0, or for each of {', '.join(PARTS)} "
            f"shares of which one is above 0, not {[*shares]}"
        )
    return table
