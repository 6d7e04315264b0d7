"""SmoothQuant (Xiao et al. 2023, arXiv:2211.10438) with migration strength 1/2.

Outliers in the inputs of a matrix would leave few of the 256 steps to all other inputs. Each input
is divided by a factor in the matrix or norm that produces it, and its column of the weights is
multiplied by the same factor, so the function of the model stays the same. The ranges of the inputs
are measured by `vnsum.training.quantization.calibration`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import torch

from vnsum.checkpoints.packaged import DOWN, UP, Packed, unpack_all

TINY = 1e-5
LAYER = re.compile(r"model\.layers\.\d+\.")


class SmoothedWeights(Mapping[str, "torch.Tensor | Packed"]):
    """The weights of a Gemma 3 model, with the matrices of its layers rescaled, as float32.

    `largest` has the largest absolute value of each input of the matrices `LAYER.attention_in`,
    `attention_out`, `feed_in` and `feed_out`; `heads` is the number of query heads. Adapters are
    rescaled with their matrices. Layers are rescaled on access, one at a time, to limit memory.
    """

    def __init__(
        self,
        weights: Mapping[str, torch.Tensor | Packed],
        largest: Mapping[str, torch.Tensor],
        *,
        heads: int,
    ) -> None:
        self._weights, self._largest, self._heads = weights, largest, heads
        self._layer, self._rescaled = "", dict[str, torch.Tensor]()

    def __getitem__(self, name: str) -> torch.Tensor | Packed:
        found = LAYER.match(name)
        if found is None:
            return self._weights[name]
        if found.group() != self._layer:
            self._layer = found.group()
            own = {key: self._weights[key] for key in self._weights if key.startswith(self._layer)}
            self._rescaled = unpack_all(own, dtype=torch.float32)
            _smooth_layer(self._rescaled, self._largest, self._layer, heads=self._heads)
        return self._rescaled[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)


def _smooth_layer(
    weights: dict[str, torch.Tensor], largest: Mapping[str, torch.Tensor], layer: str, *, heads: int
) -> None:
    query, key, value, out, gate, up, down = (
        f"{layer}{name}_proj.weight"
        for name in ("self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o",
                     "mlp.gate", "mlp.up", "mlp.down")
    )  # fmt: skip
    reach = {
        name: largest[f"{layer}{name}"].float()
        for name in ("attention_in", "attention_out", "feed_in", "feed_out")
    }
    factors = _balance(reach["attention_in"], weights[query], weights[key], weights[value])
    _scale_columns(weights, (query, key, value), factors)
    _scale_norm(weights, f"{layer}input_layernorm.weight", factors)
    # All heads share the values, so the factors are the same for all heads.
    width = len(reach["attention_out"]) // heads
    shared = weights[out].view(-1, width)
    factors = _balance(reach["attention_out"].view(heads, width).amax(dim=0), shared)
    _scale_columns(weights, (out,), factors.repeat(heads))
    _divide_rows(weights, value, factors)
    factors = _balance(reach["feed_in"], weights[gate], weights[up])
    _scale_columns(weights, (gate, up), factors)
    _scale_norm(weights, f"{layer}pre_feedforward_layernorm.weight", factors)
    factors = _balance(reach["feed_out"], weights[down])
    _scale_columns(weights, (down,), factors)
    _divide_rows(weights, up, factors)


def _balance(largest: torch.Tensor, *matrices: torch.Tensor) -> torch.Tensor:
    """Return the factor of each input of matrices [outputs, inputs]."""
    columns = torch.stack([matrix.abs().amax(dim=0) for matrix in matrices]).amax(dim=0)
    return (largest.clamp_min(TINY) / columns.clamp_min(TINY)).sqrt()


def _scale_columns(
    weights: dict[str, torch.Tensor], names: tuple[str, ...], factors: torch.Tensor
) -> None:
    for name in names:
        for part in (name, _adapter_name(name, DOWN)):
            if part in weights:
                weights[part] = weights[part] * factors


def _divide_rows(weights: dict[str, torch.Tensor], name: str, factors: torch.Tensor) -> None:
    for part in (name, _adapter_name(name, UP)):
        if part in weights:
            weights[part] = weights[part] / factors[:, None]


def _adapter_name(name: str, part: str) -> str:
    """Return the name of a part of a matrix's adapter."""
    return name.removesuffix(".weight") + part


def _scale_norm(weights: dict[str, torch.Tensor], name: str, factors: torch.Tensor) -> None:
    """Divide the weights of a norm, which are stored without the `1 +`."""
    weights[name] = (1 + weights[name]) / factors - 1
