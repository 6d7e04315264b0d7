"""The layers of a Gemma 3 text model and the loading of their weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from vnsum.checkpoints.packaged import DOWN, UP, Packed
from vnsum.decoding.matrices import (
    MAKERS,
    LowRankMatrix,
    Matrix,
    choose_format,
    make_low_rank,
    unpack,
)

MATRICES = {
    "attention_in": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "attention_out": ("self_attn.o_proj",),
    "feed_in": ("mlp.gate_proj", "mlp.up_proj"),
    "feed_out": ("mlp.down_proj",),
}
NORMS = {
    "input": "input_layernorm",
    "post_attention": "post_attention_layernorm",
    "pre_feedforward": "pre_feedforward_layernorm",
    "post_feedforward": "post_feedforward_layernorm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """RMSNorm (Zhang and Sennrich 2019) with few operations.

    `weight` is the learned factor times the square root of the width, `floor` the square root of
    the width times epsilon: x / sqrt(mean(x^2) + eps) * w = x / hypot(|x|, floor) * weight.
    """

    weight: torch.Tensor
    floor: torch.Tensor

    def scale(self, values: torch.Tensor) -> torch.Tensor:
        """Return `values` [..., width] normalized and scaled."""
        return self._normalize(values).mul_(self.weight)

    def add_scaled(self, values: torch.Tensor, more: torch.Tensor) -> torch.Tensor:
        """Return `values` plus the normalized and scaled `more`."""
        return torch.addcmul(values, self._normalize(more), self.weight)

    def _normalize(self, values: torch.Tensor) -> torch.Tensor:
        length = torch.linalg.vector_norm(values, dim=-1, keepdim=True)
        return values / torch.hypot(length, self.floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Weights of one layer; norms are float32 and include the `1 +`."""

    attention_in: Matrix  # queries, keys, values: [heads * dim + 2 * dim, hidden]
    attention_out: Matrix
    feed_in: Matrix  # gate, up: [2 * intermediate, hidden]
    feed_out: Matrix
    norms: Mapping[str, Norm]
    local: bool  # uses the rotary base of sliding-window layers


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightLoader:
    """Creates matrices and norms from stored weights."""

    weights: Mapping[str, torch.Tensor | Packed]
    precision: str
    device: torch.device
    eps: float

    def join(self, role: str, *names: str) -> Matrix:
        """Return the concatenated matrices of `names`."""
        parts = [self.weights[f"{name}.weight"].to(self.device) for name in names]
        return MAKERS[choose_format(self.precision, role)](parts)

    def adapter(self, *names: str) -> LowRankMatrix | None:
        """Return the adapter of the concatenated matrices of `names`, or `None` without one."""
        adapted = [name for name in names if f"{name}{UP}" in self.weights]
        if not adapted:
            return None
        if len(adapted) < len(names):
            raise ValueError(f"the adapter has only {adapted}: expected all of {names}")
        ups, downs = (
            [unpack(self.weights[f"{name}{part}"]).to(self.device) for name in names]
            for part in (UP, DOWN)
        )
        return make_low_rank(ups, downs, self.precision)

    def norm(self, name: str) -> Norm:
        """Return a norm; its weights are stored without the `1 +`."""
        return self._make_norm(1 + self._vector(name))

    def qk_norm(self, attention: str, config: Any) -> Norm:
        """Return the norms of queries and key as one [heads + 1, dim].

        The norm of the queries includes the scaling factor of the attention.
        """
        query = (1 + self._vector(f"{attention}.q_norm")) * config.query_pre_attn_scalar**-0.5
        key = 1 + self._vector(f"{attention}.k_norm")
        return self._make_norm(torch.stack([query] * config.num_attention_heads + [key]))

    def _vector(self, name: str) -> torch.Tensor:
        return unpack(self.weights[f"{name}.weight"]).to(self.device).float()

    def _make_norm(self, factors: torch.Tensor) -> Norm:
        width = factors.shape[-1]
        floor = torch.tensor((width * self.eps) ** 0.5, device=self.device)
        return Norm(weight=factors * width**0.5, floor=floor)


def load_layer(loader: WeightLoader, prefix: str, config: Any, *, local: bool) -> Layer:
    """Return the layer whose weights have the name prefix `prefix`."""
    norms = {key: loader.norm(f"{prefix}{name}") for key, name in NORMS.items()}
    matrices = {
        role: loader.join(role, *(f"{prefix}{name}" for name in names))
        for role, names in MATRICES.items()
    }
    return Layer(
        **matrices,
        norms=norms | {"qk": loader.qk_norm(f"{prefix}self_attn", config)},
        local=local,
    )


def load_adapters(loader: WeightLoader, prefix: str) -> dict[str, LowRankMatrix]:
    """Return the adapters of a layer by the names in `MATRICES`."""
    found = {
        role: loader.adapter(*(f"{prefix}{name}" for name in names))
        for role, names in MATRICES.items()
    }
    return {role: adapter for role, adapter in found.items() if adapter is not None}


def make_rotations(base: float, dim: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return cosines and sines [length, 1, dim] of rotary embeddings (Su et al. 2021).

    The first half of the sines is negative, as they multiply values with swapped halves.
    """
    speeds = base ** (-torch.arange(0, dim, 2, dtype=torch.float32) / dim)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), speeds).repeat(1, 2)
    sines = angles.sin()
    sines[:, : dim // 2] *= -1
    return angles.cos()[:, None], sines[:, None]


def replace_matrices(
    layer: Layer, make: Callable[[str, Matrix], Matrix], *, prefix: str = ""
) -> Layer:
    """Return a layer with each matrix replaced by `make(prefix + role, matrix)`."""
    into, out, feed_in, feed_out = (make(prefix + role, getattr(layer, role)) for role in MATRICES)
    return replace(layer, attention_in=into, attention_out=out, feed_in=feed_in, feed_out=feed_out)
