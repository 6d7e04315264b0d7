"""Quantization schemes: which matrices are stored in 8 and in 4 bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import GROUP, UNPACKERS
from vnsum.errors import InputError
from vnsum.training.quantization.gptq import quantize_gptq
from vnsum.training.quantization.rounding import quantize_groups, quantize_rows

if TYPE_CHECKING:
    import torch


# The matrices in 4 bits by the name of the scheme; vectors are always stored in 16.
SCHEMES: Mapping[str, tuple[str, ...]] = {
    "int8": (),
    "feed4": (".mlp.",),
    "embed4": (".mlp.", "embed_tokens"),
    "layers4": (".mlp.", ".self_attn."),
    "mini4": (".mlp.", ".q_proj", ".o_proj"),  # keys and values are small and shared by all heads
    "all4": (".mlp.", ".self_attn.", "embed_tokens"),
}
# Exceptions in 8 bits: the first and the last layer are the most sensitive.
EXCEPTIONS: Mapping[str, tuple[str, ...]] = {"mini4": (".layers.0.mlp.", ".layers.17.mlp.")}
DEFAULT_SCHEME = "feed4"


def choose_form(name: str, tensor: torch.Tensor, scheme: str = DEFAULT_SCHEME) -> str | None:
    """Return `"q4"` or `"q8"` for a matrix, `None` for a tensor that is not quantized."""
    if scheme not in SCHEMES:
        raise InputError(f"unknown scheme {scheme!r}: expected one of {', '.join(SCHEMES)}")
    if tensor.ndim != 2:
        return None
    chosen = any(part in name for part in SCHEMES[scheme])
    excepted = any(part in name for part in EXCEPTIONS.get(scheme, ()))
    return "q4" if chosen and not excepted and tensor.shape[1] % GROUP == 0 else "q8"


QUANTIZERS = {"q8": quantize_rows, "q4": quantize_groups}


def pack_weights(
    weights: Mapping[str, torch.Tensor],
    scheme: str = DEFAULT_SCHEME,
    moments: Mapping[str, torch.Tensor] | None = None,
) -> dict[str, torch.Tensor]:
    """Return tensors in the package's format: quantized matrices, and vectors in bfloat16.

    With `moments` of the inputs of matrices, by name, 4-bit matrices are quantized by GPTQ, see
    `vnsum.training.quantization.gptq`.
    """
    packed: dict[str, torch.Tensor] = {}
    for name, tensor in weights.items():
        form = choose_form(name, tensor, scheme)
        if form is None:
            packed[name] = tensor.bfloat16()
            continue
        if form == "q4" and moments and name in moments:
            values, scale = quantize_gptq(tensor, moments[name])
        else:
            values, scale = QUANTIZERS[form](tensor)
        packed[f"{name}.{form}"], packed[f"{name}.scale"] = values.contiguous(), scale.contiguous()
    return packed


def round_matrix(name: str, tensor: torch.Tensor, scheme: str = DEFAULT_SCHEME) -> torch.Tensor:
    """Quantize and dequantize `tensor`; vectors are returned unchanged."""
    form = choose_form(name, tensor, scheme)
    return tensor if form is None else UNPACKERS[form](*QUANTIZERS[form](tensor))


def measure_size(shapes: Mapping[str, tuple[int, ...]], scheme: str = DEFAULT_SCHEME) -> int:
    """Return the size in bytes of tensors of these shapes in the package's format.

    >>> measure_size({"a.mlp.weight": (2, 64), "norm": (64,)}, "feed4")
    200
    """
    import torch

    total = 0
    for name, shape in shapes.items():
        form = choose_form(name, torch.empty(shape, device="meta"), scheme)
        rows, columns = (shape[0], shape[-1])
        cells = rows * columns if len(shape) > 1 else rows
        total += {
            None: 2 * cells,
            "q8": cells + 4 * rows,
            "q4": cells // 2 + 2 * cells // GROUP,
        }[form]
    return total
