"""Rounding matrices to 8 and 4 bits in the package's format, and which matrices get how many.

The opposite direction, reading them, is `vnsum.checkpoints.packaged`. Rows of 8-bit numbers share a
scale; 4-bit numbers share one in groups of 32 columns, its clip chosen to minimise the squared
error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vnsum.checkpoints.packaged import GROUP, UNPACKERS
from vnsum.errors import InputError

if TYPE_CHECKING:
    import torch

# Which matrices get 4 bits, by the name of the scheme; vectors always keep 16.
SCHEMES: Mapping[str, tuple[str, ...]] = {
    "int8": (),
    "feed4": (".mlp.",),
    "embed4": (".mlp.", "embed_tokens"),
    "layers4": (".mlp.", ".self_attn."),
    "mini4": (".mlp.", ".q_proj", ".o_proj"),  # keys and values are few and read by all heads
    "all4": (".mlp.", ".self_attn.", "embed_tokens"),
}
# What of these gets 8 bits all the same: the layers next to the words lose most.
SPARED: Mapping[str, tuple[str, ...]] = {"mini4": (".layers.0.mlp.", ".layers.17.mlp.")}
DEFAULT_SCHEME = "feed4"
CLIPS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
LARGEST8, LARGEST4 = 127, 7
TINY = 1e-8


def choose_form(name: str, tensor: torch.Tensor, scheme: str = DEFAULT_SCHEME) -> str | None:
    """Return `"q4"` or `"q8"` for a matrix, `None` for what stays as it is."""
    if scheme not in SCHEMES:
        raise InputError(f"unknown scheme {scheme!r}: expected one of {', '.join(SCHEMES)}")
    if tensor.ndim != 2:
        return None
    chosen = any(part in name for part in SCHEMES[scheme])
    spared = any(part in name for part in SPARED.get(scheme, ()))
    return "q4" if chosen and not spared and tensor.shape[1] % GROUP == 0 else "q8"


def quantise_rows(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return int8 numbers and one float32 scale a row."""
    import torch

    matrix = matrix.float()
    scale = matrix.abs().amax(1).clamp_min(TINY) / LARGEST8
    values = (matrix / scale[:, None]).round().clamp(-LARGEST8, LARGEST8).to(torch.int8)
    return values, scale


def quantise_groups(
    matrix: torch.Tensor, *, clips: tuple[float, ...] = CLIPS
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two 4-bit numbers a byte and one float16 scale for 32 columns."""
    groups = matrix.float().view(-1, GROUP)
    numbers, scale = round_groups(groups, clips=clips)
    return pack_groups(numbers.view(matrix.shape), scale.view(matrix.shape[0], -1))


def round_to(groups: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Return the whole numbers from -8 to 7 that are nearest with a scale a row [rows, 1]."""
    return (groups / scale).round().clamp(-LARGEST4 - 1, LARGEST4)


def round_groups(
    groups: torch.Tensor,
    *,
    clips: tuple[float, ...] = CLIPS,
    costs: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return whole numbers from -8 to 7 and the scale a row [rows, 1] with the least error.

    A scale may be negative: there is one more number below zero than above, which is for the side
    with the largest weight. `costs` [columns] are what squared errors count.
    """
    import torch

    place = groups.abs().argmax(1, keepdim=True)
    largest = groups.gather(1, place)
    largest = torch.where(largest.abs() < TINY, largest.new_tensor(TINY), largest)
    best_error = torch.full_like(largest, float("inf"))
    best_scale, best = torch.zeros_like(largest), torch.zeros_like(groups)
    for clip in clips:
        for steps in (-LARGEST4 - 1, LARGEST4):
            scale = _to_half(largest * (clip / steps))
            values = round_to(groups, scale)
            errors = (values * scale - groups) ** 2
            error = (errors if costs is None else errors * costs).sum(1, keepdim=True)
            better = error < best_error
            best_error = torch.where(better, error, best_error)
            best_scale = torch.where(better, scale, best_scale)
            best = torch.where(better, values, best)
    return best, best_scale


def _to_half(scale: torch.Tensor) -> torch.Tensor:
    """Return what 16 bits hold of a scale, which is never 0."""
    import torch

    half = scale.half().float()
    return torch.where(half == 0, scale.new_tensor(2**-24), half)


def pack_groups(numbers: torch.Tensor, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two 4-bit numbers a byte, and the scales [rows, groups] as float16."""
    import torch

    nibbles = (numbers + 8).to(torch.uint8)
    return nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), scale.half()


QUANTISERS = {"q8": quantise_rows, "q4": quantise_groups}


def pack_weights(
    weights: Mapping[str, torch.Tensor],
    scheme: str = DEFAULT_SCHEME,
    moments: Mapping[str, torch.Tensor] | None = None,
) -> dict[str, torch.Tensor]:
    """Return tensors in the package's format: matrices rounded, vectors in bfloat16.

    `moments` of the inputs of matrices, by name, make for better rounding to 4 bits, see
    `vnsum.training.quantization.gptq`.
    """
    from vnsum.training.quantization.gptq import quantise_compensated

    packed: dict[str, torch.Tensor] = {}
    for name, tensor in weights.items():
        form = choose_form(name, tensor, scheme)
        if form is None:
            packed[name] = tensor.bfloat16()
            continue
        if form == "q4" and moments and name in moments:
            values, scale = quantise_compensated(tensor, moments[name])
        else:
            values, scale = QUANTISERS[form](tensor)
        packed[f"{name}.{form}"], packed[f"{name}.scale"] = values.contiguous(), scale.contiguous()
    return packed


def round_matrix(
    name: str, tensor: torch.Tensor, scheme: str = DEFAULT_SCHEME, *, search: bool = False
) -> torch.Tensor:
    """Return `tensor` as it is after packing and unpacking; vectors come back unchanged.

    Without `search` the clip of 4-bit groups is not searched for, which is much faster.
    """
    form = choose_form(name, tensor, scheme)
    if form is None:
        return tensor
    if form == "q8":
        return UNPACKERS[form](*quantise_rows(tensor))
    return UNPACKERS[form](*quantise_groups(tensor, clips=CLIPS if search else CLIPS[:1]))


def measure_size(shapes: Mapping[str, tuple[int, ...]], scheme: str = DEFAULT_SCHEME) -> int:
    """Return how many bytes tensors of these shapes take in the package's format.

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
