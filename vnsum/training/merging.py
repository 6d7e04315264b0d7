"""Merge LoRA adapters (`vnsum.training.lora`) into the weights that they were trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import ADAPTER, DOWN, UP, read_adapter, verify_start
from vnsum.errors import InputError, ModelError
from vnsum.training.model import load_start, require_replaceable, save_start

if TYPE_CHECKING:
    import torch

LARGEST_SHARE = 100  # usual are shares up to 1


def merge_adapters(model: str, adapters: Sequence[tuple[str, float]], out: Path) -> Path:
    """Write a model with the updates of adapters added to its weights, and return its folder.

    `model` is a folder or the name of a packaged model, `adapters` the folder of each adapter and
    the share of its update. The weights are stored in bfloat16.

    Raises `ModelError` if an adapter is missing or was trained for a model of another shape, and
    `InputError` for a share that is no number up to `LARGEST_SHARE`, or for an `out` with a
    packaged model.
    """
    require_replaceable(out, [model])
    start = load_start(model)
    for folder, share in adapters:
        if not abs(share) <= LARGEST_SHARE:
            raise InputError(
                f"the share of {folder} is {share}: expected a finite number up to {LARGEST_SHARE}"
            )
        changes = read_updates(Path(folder), start.weights, model=model)
        for name in _list_adapted(changes):
            weight = start.weights[f"{name}.weight"]
            weight.addmm_(changes[name + UP], changes[name + DOWN], alpha=share)
    save_start(out, start)
    return out


def read_updates(
    adapter: Path, weights: Mapping[str, torch.Tensor], *, model: str
) -> dict[str, torch.Tensor]:
    """Return the updates in the folder of an adapter for a model with these weights.

    Raises `ModelError` if there are none, or if they are for a model of another shape.
    """
    verify_start(adapter)
    changes = read_adapter(adapter)
    if not changes:
        raise ModelError(f"{adapter} has no {ADAPTER}: expected the folder of a trained adapter")
    for name in _list_adapted(changes):
        shape = (len(changes[name + UP]), changes[name + DOWN].shape[1])
        weight = weights.get(f"{name}.weight")
        if weight is None or tuple(weight.shape) != shape:
            found = "the model has none" if weight is None else f"expected {tuple(weight.shape)}"
            raise ModelError(
                f"{adapter} was trained for another model than {model}: its {name} has the shape "
                f"{shape}; {found}"
            )
    return changes


def _list_adapted(changes: Mapping[str, torch.Tensor]) -> list[str]:
    """Return the names of the matrices that an adapter changes."""
    return [name.removesuffix(UP) for name in changes if name.endswith(UP)]
