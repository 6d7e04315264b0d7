"""Checkpoints from which a run continues with bit-identical results.

Tensors are stored as safetensors, the rest as JSON. A checkpoint is written to a temporary folder
and renamed, so that a killed run always leaves a complete one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum import require
from vnsum.checkpoints.failures import wrap_errors, wrap_write_errors
from vnsum.checkpoints.files import read_settings
from vnsum.errors import InputError
from vnsum.training.config import build
from vnsum.training.model import save_tensors

if TYPE_CHECKING:
    import torch

    from vnsum.training.model import Learner

STATE, TENSORS = "state.json", "state.safetensors"
ADVICE = "delete that folder to start the run again"
PREFIX, MOMENTS = "state-", ("exp_avg", "exp_avg_sq", "step")
# Settings that may differ when a run is resumed.
MUTABLE = ("schedule", "evaluation", "compile", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a run: steps done, and the epoch and index of the next batch."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    tokens: int = 0
    seconds: float = 0.0
    losses: float = 0.0  # the sum of those that are not logged yet
    unlogged: int = 0  # steps


@contextlib.contextmanager
def only_run(out: Path) -> Iterator[None]:
    """Raise `InputError` if another process or thread is in such a block with the folder `out`.

    Does nothing on Windows and on disks that have no such locks.
    """
    with wrap_write_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    # The lock of a folder needs no file, and ends with the process.
    descriptor = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise InputError(
            f"another run is writing to {out}: wait until it ends, or choose another folder"
        ) from None
    except OSError:
        pass
    try:
        yield
    finally:
        os.close(descriptor)


def save_state(out: Path, learner: Learner, progress: Progress, settings: Any) -> Path:
    """Write a checkpoint to the folder `out` and remove the previous one."""
    folder = out / f"{PREFIX}{progress.step:08d}"
    draft = out / f"{folder.name}.tmp"
    shutil.rmtree(draft, ignore_errors=True)
    data = {"progress": dataclasses.asdict(progress), "settings": settings}
    with wrap_write_errors(folder):
        draft.mkdir(parents=True)
        save_tensors(draft / TENSORS, _collect(learner))
        # In ASCII, because paths need not be UTF-8.
        (draft / STATE).write_text(json.dumps(data), encoding="ascii")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    for old in (*list_numbered(out, PREFIX), *list_numbered(out, PREFIX, suffix=".tmp")):
        if old != folder:
            shutil.rmtree(old)
    return folder


def list_numbered(out: Path, prefix: str, *, suffix: str = "") -> list[Path]:
    """Return the folders of a run that are named after a step, in the order of the steps.

    Others, such as the copy `state-00000100-best`, belong to the user.
    """
    name = re.compile(rf"{prefix}(\d{{8,}}){suffix}")
    found = [(m[1], path) for path in out.glob(f"{prefix}*") if (m := name.fullmatch(path.name))]
    return [path for step, path in sorted(found, key=lambda pair: int(pair[0])) if path.is_dir()]


def find_state(out: Path) -> Path | None:
    """Return the newest complete checkpoint of a run, or `None`."""
    return next(reversed(list_numbered(out, PREFIX)), None)


def load_state(folder: Path, learner: Learner, settings: Any) -> Progress:
    """Load a checkpoint into `learner` and return its progress.

    Raises `InputError` if the checkpoint is damaged, or was written with other settings or another
    model.
    """
    from safetensors.torch import load_file

    progress, stored = _read_progress(folder / STATE)
    for key in sorted({*settings, *stored} - {*MUTABLE}):
        if stored.get(key) != settings.get(key):
            raise InputError(
                f"the run in {folder.parent} was started with another value of {key!r}: choose "
                "another folder, or delete that one to start again"
            )
    path = folder / TENSORS
    with wrap_errors(path, what="cannot read", kind=InputError, advice=ADVICE):
        tensors = load_file(path, device=str(learner.device))
    _restore(learner, tensors, path)
    return progress


def _read_progress(path: Path) -> tuple[Progress, dict[str, Any]]:
    """Return the progress and the settings of a checkpoint."""
    data = read_settings(path)
    try:
        progress = build(Progress, data["progress"])
        for name in ("step", "epoch", "batch", "tokens", "unlogged"):
            require.whole_number(getattr(progress, name), name, least=0)
        require.number(progress.losses, "losses")
        return progress, require.instance(data["settings"], dict, "settings", "an object")
    except (InputError, LookupError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not the state of a run ({error}): {ADVICE}") from error


def _collect(learner: Learner) -> dict[str, torch.Tensor]:
    tensors = {}
    for name, master in zip(learner.names, learner.masters, strict=True):
        tensors[f"master.{name}"] = master
        for moment in MOMENTS if learner.optimizer.state[master] else ():
            tensors[f"{moment}.{name}"] = learner.optimizer.state[master][moment]
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


def _restore(learner: Learner, tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    import torch

    with torch.no_grad():
        for name, master in zip(learner.names, learner.masters, strict=True):
            shapes: dict[str, tuple[int, ...]] = {
                "master": master.shape,
                **dict.fromkeys(MOMENTS, master.shape),
                "step": (),
            }
            found = {
                kind: tensors[f"{kind}.{name}"] for kind in shapes if f"{kind}.{name}" in tensors
            }
            # Without an optimizer step there are no moments.
            if found.keys() not in (shapes.keys(), {"master"}) or any(
                tensor.shape != shapes[kind] or tensor.dtype != torch.float32
                for kind, tensor in found.items()
            ):
                raise InputError(f"{path} does not match the model at {name!r}: {ADVICE}")
            master.copy_(found.pop("master"))
            learner.optimizer.state[master] = {
                moment: tensor.clone() for moment, tensor in found.items()
            }
    learner.refresh()
