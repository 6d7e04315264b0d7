"""Low-rank changes to a model's matrices for one more task, in a small file beside its weights.

Format of the file, safetensors: `NAME.down` [rank, inputs] and `NAME.up` [outputs, rank] for every
changed matrix `NAME.weight`, which becomes weight + up @ down (LoRA, Hu et al. 2022,
arXiv:2106.09685); either may be stored in 8 bits as in `vnsum.checkpoints.packaged`. Training makes
them (`vnsum.training.lora`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.checkpoints.files import require_file
from vnsum.checkpoints.packaged import read_weights, unpack_all
from vnsum.errors import ModelError

if TYPE_CHECKING:
    import torch

ADAPTER = "adapter.safetensors"
DOWN, UP = ".down", ".up"


def read_adapter(folder: Path) -> dict[str, torch.Tensor]:
    """Return the changes beside a model's weights by name, float32; nothing where there are none.

    Raises `ModelError` where the file cannot be read or half of a change is missing.
    """
    import torch
    from safetensors import SafetensorError

    path = folder / ADAPTER
    if not path.exists():
        return {}
    require_file(path)
    try:
        tensors = unpack_all(read_weights(path), dtype=torch.float32)
    except (OSError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelError(
            f"cannot read the adapter {path}: {error}; install vnsum again, or make the file anew "
            "with vnsum train summarize"
        ) from error
    names = {name.removesuffix(DOWN).removesuffix(UP) for name in tensors}
    if lacking := [name for name in names if not {name + DOWN, name + UP} <= tensors.keys()]:
        raise ModelError(f"{path} is no adapter: {min(lacking)!r} lacks its .up or .down")
    return tensors
