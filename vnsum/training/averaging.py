"""Average checkpoints of one run, or of several runs that started from the same weights.

Averaging reduces the noise of training and of rounding. It is used for the last checkpoints of a
run (Vaswani et al. 2017), for several runs (Wortsman et al. 2022, arXiv:2203.05482), and for a
model with its initial weights (Wortsman et al. 2022, arXiv:2109.01903).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vnsum.errors import InputError, ModelError
from vnsum.training.model import EMBEDDING, load_start, require_replaceable, save_start

# Shares may differ between these parts; norms belong to attention.
PARTS = ("embedding", "attention", "feed-forward")
Share = float | Mapping[str, float]


def average_models(
    folders: Sequence[str], out: Path, *, shares: Sequence[Share] | None = None
) -> Path:
    """Write the weighted mean of several checkpoints in bfloat16 and return its folder.

    `shares` are the weights of the mean, equal by default: a number for each checkpoint, or a
    mapping with a number for each part of `PARTS`. Raises `ModelError` if the checkpoints differ in
    the names or shapes of their tensors, and `InputError` for fewer than two checkpoints, for
    invalid shares or for an `out` with a packaged model.
    """
    import torch

    require_replaceable(out, folders)
    if len(folders) < 2:
        raise InputError(f"averaging needs at least two checkpoints, not {len(folders)}")
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
    """Return the share of every checkpoint in every part, the largest of a part being 1."""
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
            f"shares must be {count} numbers >= 0 (one for each checkpoint, or one for each of "
            f"{', '.join(PARTS)}), not all 0 for a checkpoint or a part, not {[*shares]}"
        )
    # Larger shares might be too large for a sum, or for the numbers of the weights.
    largest = {part: max(row[part] for row in table) for part in PARTS}
    return [{part: row[part] / largest[part] for part in PARTS} for row in table]
