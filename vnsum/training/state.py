"""Checkpoints of a run: everything that it needs to go on as if it had never stopped.

Tensors are safetensors, the rest is JSON; no pickle. A checkpoint is written beside its place and
renamed into it, so that a run that is killed at any moment leaves a whole one.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.errors import InputError

if TYPE_CHECKING:
    import torch

    from vnsum.training.model import Learner

PREFIX, MOMENTS = "state-", ("exp_avg", "exp_avg_sq", "step")
# Settings that may change between the parts of a run.
FREE = ("schedule", "evaluation", "compile", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: steps done, and the next batch to take of which epoch."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    tokens: int = 0
    seconds: float = 0.0


def save_state(out: Path, learner: Learner, progress: Progress, settings: Any) -> Path:
    """Write a checkpoint into the folder `out` and remove the one before it."""
    from safetensors.torch import save_file

    folder = out / f"{PREFIX}{progress.step:08d}"
    draft = out / f"{folder.name}.tmp"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    save_file(_collect(learner), draft / "state.safetensors")
    data = {"progress": dataclasses.asdict(progress), "settings": settings}
    (draft / "state.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    for old in out.glob(f"{PREFIX}*"):
        if old != folder:
            shutil.rmtree(old)
    return folder


def find_state(out: Path) -> Path | None:
    """Return the newest whole checkpoint of a run, `None` where there is none."""
    found = sorted(p for p in out.glob(f"{PREFIX}*") if p.suffix != ".tmp")
    return found[-1] if found else None


def load_state(folder: Path, learner: Learner, settings: Any) -> Progress:
    """Put a checkpoint into `learner` and return how far the run was.

    Raises `InputError` where the run was made with other settings or another model.
    """
    from safetensors.torch import load_file

    data = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    for key in sorted({*settings, *data["settings"]} - {*FREE}):
        if data["settings"].get(key) != settings.get(key):
            raise InputError(
                f"the run in {folder.parent} was made with other settings of {key!r}: choose "
                "another folder for this one, or remove that one to begin again"
            )
    tensors = load_file(folder / "state.safetensors", device=str(learner.device))
    _restore(learner, tensors)
    return Progress(**data["progress"])


def _collect(learner: Learner) -> dict[str, torch.Tensor]:
    tensors = {}
    for name, master in zip(learner.names, learner.masters, strict=True):
        tensors[f"master.{name}"] = master
        for moment in MOMENTS if learner.optimizer.state[master] else ():
            tensors[f"{moment}.{name}"] = learner.optimizer.state[master][moment]
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


def _restore(learner: Learner, tensors: Mapping[str, torch.Tensor]) -> None:
    import torch

    with torch.no_grad():
        for name, master in zip(learner.names, learner.masters, strict=True):
            master.copy_(tensors[f"master.{name}"])
            learner.optimizer.state[master] = {
                moment: tensors[f"{moment}.{name}"].clone()
                for moment in MOMENTS
                if f"{moment}.{name}" in tensors
            }
    learner.refresh()
