"""Merge LoRA adapters (`vnsum.training.lora`) into the weights that they were trained on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.families import BOTH
from vnsum.checkpoints.packaged import ADAPTER, DOWN, UP, read_adapter
from vnsum.errors import InputError, ModelError
from vnsum.training.model import Start, load_start, save_start
from vnsum.training.quantization.gptq import damp_moments

if TYPE_CHECKING:
    import torch

    from vnsum.training.data.corpora import Pair


def merge_adapters(
    model: str,
    adapters: Sequence[tuple[str, float]],
    out: Path,
    *,
    only: str | None = None,
    pairs: Sequence[Pair] = (),
) -> Path:
    """Write a model with the updates of adapters added to its weights, and return its folder.

    `model` is a folder or the name of a packaged model, `adapters` the folder of each adapter and
    the share of its update. The weights are stored in bfloat16.

    `only` is a direction such as `"en->vi"`: with it, the updates are limited to the inputs of that
    direction, measured on `pairs`, so that the other direction changes as little as possible.

    Raises `ModelError` if an adapter is missing or was trained for a model of another shape, and
    `InputError` for a share that is not a finite number, an unknown direction, or a direction
    without pairs.
    """
    start = load_start(model)
    wanted, others = _measure_directions(start, only, pairs) if only else ({}, {})
    for folder, share in adapters:
        if not math.isfinite(share):
            raise InputError(f"the share of {folder} is {share}: expected a finite number")
        changes = read_updates(Path(folder), start.weights, model=model)
        for name in _list_adapted(changes):
            weight = f"{name}.weight"
            update = share * changes[name + UP] @ changes[name + DOWN]
            if only:
                update = limit_update(update, wanted[weight], others[weight])
            start.weights[weight] += update
    save_start(out, start)
    return out


def limit_update(update: torch.Tensor, wanted: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Return the update that is closest to `update` on some inputs and to 0 on others.

    `update` is [outputs, inputs]; `wanted` and `others` [inputs, inputs] are the sums of the outer
    products of the inputs on which it is to have an effect and none. This is the least-squares
    solution of RegMean (Jin et al. 2023, arXiv:2212.09849) for two models.
    """
    import torch

    products = update.double() @ wanted.double()
    found: torch.Tensor = torch.linalg.solve(damp_moments(wanted + others), products, left=False)
    return found.float()


def _measure_directions(
    start: Start, only: str, pairs: Sequence[Pair]
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Return the moments of the inputs of a direction and of the other one, by name of weight."""
    from vnsum.training.quantization.calibration import measure_inputs

    if only not in BOTH:
        raise InputError(f"the direction is {only!r}: expected one of {', '.join(BOTH)}")
    if not pairs:
        raise InputError(f"limiting adapters to {only} needs pairs: add --calibrate PAIRS.tsv")
    (other,) = (direction for direction in BOTH if direction != only)
    return (
        measure_inputs(start, pairs, [only]).moments,
        measure_inputs(start, pairs, [other]).moments,
    )


def read_updates(
    adapter: Path, weights: Mapping[str, torch.Tensor], *, model: str
) -> dict[str, torch.Tensor]:
    """Return the updates in the folder of an adapter for a model with these weights.

    Raises `ModelError` if there are none, or if they are for a model of another shape.
    """
    changes = read_adapter(adapter)
    if not changes:
        raise ModelError(f"{adapter} has no {ADAPTER}: expected the folder of a trained adapter")
    for name in _list_adapted(changes):
        shape = (len(changes[name + UP]), changes[name + DOWN].shape[1])
        weight = weights.get(f"{name}.weight")
        if weight is None or tuple(weight.shape) != shape:
            found = "missing" if weight is None else f"{tuple(weight.shape)}"
            raise ModelError(
                f"{adapter} was trained for another model than {model}: its {name} has the shape "
                f"{shape}, which is {found} in the model"
            )
    return changes


def _list_adapted(changes: Mapping[str, torch.Tensor]) -> list[str]:
    """Return the names of the matrices that an adapter changes."""
    return [name.removesuffix(UP) for name in changes if name.endswith(UP)]
