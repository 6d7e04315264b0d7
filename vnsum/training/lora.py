"""LoRA adapters (Hu et al. 2022, arXiv:2106.09685): train low-rank updates of a frozen model.

A matrix W becomes W + scale * up @ down, with `up` [outputs, rank] and `down` [rank, inputs]. The
layers below the first adapted one need no gradients, which makes training on two processor cores
feasible. `vnsum.checkpoints.packaged` loads adapters for inference.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from vnsum.checkpoints.packaged import UP, read_adapter, verify_start
from vnsum.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vnsum.training.config import Adapter

PARTS = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
         "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")  # fmt: skip


class LoraLinear(nn.Module):
    """A frozen linear layer with a trainable low-rank update, which starts as zero."""

    def __init__(self, base: nn.Linear, options: Adapter, generator: torch.Generator) -> None:
        super().__init__()
        self.base, self.scale = base, options.scale
        width = base.in_features
        first = torch.randn(options.rank, width, generator=generator) * width**-0.5
        self.down = nn.Parameter(first.to(base.weight))
        self.up = nn.Parameter(base.weight.new_zeros(base.out_features, options.rank))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return the output of the layer and its update for `values` [..., inputs]."""
        change = functional.linear(functional.linear(values, self.down), self.up)
        return torch.add(self.base(values), change, alpha=self.scale)


def insert_lora(model: Any, options: Adapter, *, seed: int = 0) -> None:
    """Freeze `model`, a `Gemma3ForCausalLM`, and add updates to the last `options.layers` layers.

    Raises `InputError` if the model has fewer layers or the rank is not positive.
    """
    layers = list(model.model.layers)
    if options.rank < 1 or not 1 <= options.layers <= len(layers):
        raise InputError(
            f"adapter.rank is {options.rank} and adapter.layers is {options.layers}: expected a "
            f"rank of at least 1 and 1 to {len(layers)} layers (the model has {len(layers)})"
        )
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for layer in layers[len(layers) - options.layers :]:
        for part in PARTS:
            owner, _, name = part.rpartition(".")
            module = layer.get_submodule(owner)
            setattr(module, name, LoraLinear(getattr(module, name), options, generator))


def load_lora(model: Any, options: Adapter) -> None:
    """Initialise the updates in `model` with the adapter in the folder `options.start`.

    Raises `InputError` if the folder has no adapter, or one of other layers or another rank.
    """
    verify_start(Path(options.start))
    stored = read_adapter(Path(options.start))
    trainable = {n: weight for n, weight in model.named_parameters() if weight.requires_grad}
    shapes = {n: weight.shape for n, weight in trainable.items()}
    if shapes != {n: tensor.shape for n, tensor in stored.items()}:
        raise InputError(
            f"adapter.start is {options.start!r}: expected a folder with an adapter of rank "
            f"{options.rank} for the last {options.layers} layers of this model"
        )
    with torch.no_grad():
        for name, tensor in fold_scale(stored, 1 / options.scale).items():
            trainable[name].copy_(tensor)


def fold_scale(tensors: Mapping[str, torch.Tensor], scale: float) -> dict[str, torch.Tensor]:
    """Return the updates by name with `scale` multiplied into `up`, the form that is stored."""
    return {
        name: tensor * scale if name.endswith(UP) else tensor for name, tensor in tensors.items()
    }
