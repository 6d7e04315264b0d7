"""The package's own weight format: manifest, checksums, quantized matrices and adapters.

Files are safetensors. `NAME.q8` is int8 with one float32 `NAME.scale` per row; `NAME.q4` is uint8
with two columns per byte, the even one in the low nibble, value = nibble - 8, and one float16
`NAME.scale` per group of 32 columns; every other tensor is stored as it is.

An adapter (LoRA, Hu et al. 2022, arXiv:2106.09685) adds `up @ down` to `NAME.weight`: its file
has `NAME.down` [rank, inputs] and `NAME.up` [outputs, rank], optionally quantized in the same way.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints import files
from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.files import require_file
from vnsum.checkpoints.rules import GEMMA_RULES, MANIFEST_RULES, pick
from vnsum.errors import ModelError

if TYPE_CHECKING:
    import torch

GROUP = 32  # columns that share a scale in 4-bit matrices
LARGEST_INPUTS = "largest_inputs.safetensors"
MANIFEST = "manifest.json"
ADVICE = "reinstall vnsum, or download the files of your own model again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contents of `manifest.json`: family, directions, licence and checksums of the files."""

    version: str
    family: str
    directions: tuple[str, ...]
    licence: str
    tasks: tuple[str, ...]
    checksums: dict[str, str]
    sizes: dict[str, int]  # in bytes

    @property
    def size(self) -> int:
        """The total size of all files in bytes."""
        return sum(self.sizes.values())


def model_folder(name: str) -> Path:
    """Return the folder of packaged weights; raise `ModelError` if it is missing."""
    folder = Path(str(importlib.resources.files("vnsum"))) / "models" / name
    if not (folder / MANIFEST).exists():
        raise ModelError(
            f"the weights {name!r} are not in this installation ({folder} has no manifest.json): "
            "reinstall vnsum"
        )
    return folder


def read_manifest(name: str) -> Manifest:
    """Return the manifest of packaged weights; raise `ModelError` if it is invalid."""
    path = model_folder(name) / MANIFEST
    data = pick(path, files.read_settings(path), MANIFEST_RULES)
    return Manifest(
        version=data["version"],
        family=data["family"],
        directions=tuple(data["directions"]),
        licence=data["licence"],
        tasks=tuple(data.get("tasks", ())),
        checksums={file: row["sha256"] for file, row in data["files"].items()},
        sizes={file: row["bytes"] for file, row in data["files"].items()},
    )


def read_config(folder: Path) -> dict[str, Any]:
    """Return the configuration of a packaged model; raise `ModelError` if it is invalid."""
    path = folder / files.CONFIG
    data = pick(path, files.read_settings(path), GEMMA_RULES)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id"):
        if data[name] >= data["vocab_size"]:
            raise ModelError(
                f"the model file {path} has a {name!r} that is not below its 'vocab_size'"
            )
    if len(data["layer_types"]) != data["num_hidden_layers"]:
        raise ModelError(
            f"the model file {path} has {len(data['layer_types'])} 'layer_types' for "
            f"{data['num_hidden_layers']} layers: expected one per layer"
        )
    if data["head_dim"] % 2:
        raise ModelError(f"the model file {path} has an odd 'head_dim': expected an even number")
    return data


def verify_packaged(folder: Path, manifest: Manifest) -> None:
    """Raise `ModelError` for the first file of `folder` that is missing or damaged."""
    for name, size in manifest.sizes.items():
        path = folder / name
        # Compare sizes first: a damaged file may be too large to hash.
        if files.is_file(path) and path.stat().st_size != size:
            raise ModelError(
                f"the model file {path} is damaged ({path.stat().st_size:,} bytes, expected "
                f"{size:,}): {ADVICE}"
            )
    verify_files(folder, manifest.checksums)


def verify_start(folder: Path) -> None:
    """Raise `ModelError` if a folder has a manifest and one of its files is damaged."""
    with wrap_errors(folder, what="cannot look up the model", advice="name another folder"):
        is_packaged = (folder / MANIFEST).exists()
    if is_packaged:
        verify_packaged(folder, read_manifest(str(folder.resolve())))


def verify_files(folder: Path, checksums: Mapping[str, str]) -> None:
    """Raise `ModelError` for the first file of `folder` that is missing or damaged."""
    files.verify_files(folder, checksums, advice=ADVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A quantized matrix: integer values and scales; `form` is `"q8"` or `"q4"`."""

    form: str
    values: torch.Tensor
    scale: torch.Tensor

    @property
    def rows(self) -> tuple[torch.Tensor, torch.Tensor] | None:
        """The int8 values and the scale of each row, or `None` if `form` is not `"q8"`."""
        return (self.values, self.scale) if self.form == "q8" else None

    def to(self, device: torch.device) -> Packed:
        """Return a copy on `device`."""
        return Packed(form=self.form, values=self.values.to(device), scale=self.scale.to(device))

    def unpack(self) -> torch.Tensor:
        """Return the dequantized matrix as float32."""
        return UNPACKERS[self.form](self.values, self.scale)


def read_weights(path: Path) -> dict[str, torch.Tensor | Packed]:
    """Return the tensors of a safetensors file by name, with matrices still quantized.

    Raises `ModelError` for NaN and infinity, with which a model finds no translation.
    """
    from safetensors import safe_open

    weights: dict[str, torch.Tensor | Packed] = {}
    with safe_open(path, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118 - safe_open is no mapping
            name, _, form = key.rpartition(".")
            if form in UNPACKERS:
                scale = file.get_tensor(f"{name}.scale")
                weights[name] = Packed(form=form, values=file.get_tensor(key), scale=scale)
            elif form != "scale":
                weights[key] = file.get_tensor(key)
    for name, stored in weights.items():
        if not is_finite(stored.scale if isinstance(stored, Packed) else stored):
            raise ModelError(f"{path} is damaged: {name} contains NaN or infinity")
    return weights


def is_finite(tensor: torch.Tensor) -> bool:
    """Return whether a tensor contains neither NaN nor infinity."""
    return bool(tensor.isfinite().all())


def read_largest_inputs(folder: Path) -> dict[str, torch.Tensor]:
    """Return the largest absolute input of each matrix by name; empty if there is no such file."""
    from safetensors.torch import load_file

    path = folder / LARGEST_INPUTS
    return load_file(path) if path.exists() else {}


def unpack_weights(path: Path, *, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Return the tensors of a quantized safetensors file, dequantized to `dtype`."""
    return unpack_all(read_weights(path), dtype=dtype)


def unpack_all(
    weights: Mapping[str, torch.Tensor | Packed], *, dtype: torch.dtype
) -> dict[str, torch.Tensor]:
    """Return the tensors of `read_weights`, dequantized to `dtype`."""
    return {
        name: (stored.unpack() if isinstance(stored, Packed) else stored).to(dtype)
        for name, stored in weights.items()
    }


def _unpack_rows(values: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    return values.float().mul_(scale[:, None])


def _unpack_groups(values: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    import torch

    rows, half = values.shape
    nibbles = torch.empty(rows, half, 2)
    nibbles[..., 0] = values & 15
    nibbles[..., 1] = values >> 4
    groups = nibbles.view(rows, -1, GROUP).sub_(8).mul_(scale.float()[..., None])
    return groups.view(rows, -1)


UNPACKERS: Mapping[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "q8": _unpack_rows,
    "q4": _unpack_groups,
}


ADAPTER = "adapter.safetensors"
DOWN, UP = ".down", ".up"


def read_adapter(folder: Path) -> dict[str, torch.Tensor]:
    """Return the adapter in a model's folder by tensor name, as float32; empty if there is none.

    Raises `ModelError` if the file cannot be read, or has an `.up` without a `.down`.
    """
    import torch
    from safetensors import SafetensorError

    path = folder / ADAPTER
    if not path.exists():
        return {}
    require_file(path)
    try:
        tensors = unpack_all(read_weights(path), dtype=torch.float32)
    except (OSError, RuntimeError, LookupError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"cannot read the adapter {path}: {error}; reinstall vnsum, or create the file "
            "again with 'vnsum train summarize'"
        ) from error
    for name in sorted({name.removesuffix(DOWN).removesuffix(UP) for name in tensors}):
        shapes = [tuple(tensors[name + end].shape) for end in (UP, DOWN) if name + end in tensors]
        if len(shapes) < 2:
            raise ModelError(f"{path} is not a valid adapter: {name!r} has no .up or no .down")
        up, down = shapes
        if not (len(up) == len(down) == 2 and up[1] == down[0] > 0):
            raise ModelError(
                f"{path} is not a valid adapter: {name!r} has the shapes {up} and {down}, expected "
                "[outputs, rank] and [rank, inputs]"
            )
    return tensors
