"""From a `ModelSpec` to a model and tokenizer of transformers, in evaluation mode.

Safe by construction: safetensors only, no remote code, no network when offline.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.packaged import model_folder, read_manifest, unpack_weights, verify_files
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model and its tokenizer, as transformers made them, on `device`."""

    model: Any
    tokenizer: Any
    device: torch.device


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """Configuration, weights and tokenizer of packaged weights, without a model around them."""

    config: Any
    weights: dict[str, torch.Tensor]
    tokenizer: Any
    device: torch.device


def is_offline(offline: bool | None = None) -> bool:
    """Return whether hubs are off limits: by the argument, else by `VNSUM_OFFLINE=1`."""
    if offline is not None:
        return offline
    return os.environ.get("VNSUM_OFFLINE", "").lower() in ("1", "true", "yes", "on")


def load_checkpoint(
    spec: ModelSpec, *, device: str | None = None, offline: bool | None = None
) -> Checkpoint:
    """Load what `spec` names; `ModelError` where it is damaged or cannot be reached."""
    place = choose_device(device)
    if spec.origin == "package":
        return _build_packaged(spec, place)
    return _load_pretrained(spec, place, offline=is_offline(offline))


def choose_device(device: str | None = None) -> torch.device:
    """Return the device asked for, else the fastest one there is."""
    import torch

    if device is not None:
        try:
            return torch.device(device)
        except RuntimeError as error:
            raise ModelError(
                f"unknown device {device!r}: expected 'cpu', 'cuda', 'cuda:1' or 'mps'"
            ) from error
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def choose_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 where the device multiplies it fast, float32 elsewhere."""
    import torch

    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type == "cpu" and _cpu_multiplies_bfloat16():
        return torch.bfloat16
    return torch.float32


def _cpu_multiplies_bfloat16() -> bool:
    import torch

    if not hasattr(torch.cpu, "get_capabilities"):  # older torch cannot tell
        return False
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "arm_bf16"))


def load_packaged(spec: ModelSpec, *, device: str | None = None) -> PackagedModel:
    """Load and verify weights that ship inside the package; `ModelError` where damaged."""
    import transformers

    place = choose_device(device)
    folder = model_folder(spec.checkpoint)
    verify_files(folder, read_manifest(spec.checkpoint).checksums)
    weights = unpack_weights(folder / "model.safetensors", dtype=choose_dtype(place))
    return PackagedModel(
        config=transformers.AutoConfig.from_pretrained(folder, local_files_only=True),
        weights={name: tensor.to(place) for name, tensor in weights.items()},
        tokenizer=transformers.PreTrainedTokenizerFast.from_pretrained(
            folder, local_files_only=True
        ),
        device=place,
    )


def _build_packaged(spec: ModelSpec, device: torch.device) -> Checkpoint:
    """Build the model of transformers from packaged weights."""
    import transformers

    packaged = load_packaged(spec, device=str(device))
    architecture = getattr(transformers, packaged.config.architectures[0])
    dtype = next(iter(packaged.weights.values())).dtype
    with _quiet_loading():
        model = architecture.from_pretrained(
            None, config=packaged.config, state_dict=packaged.weights, dtype=dtype
        )
    return Checkpoint(
        model=model.to(device).eval(), tokenizer=packaged.tokenizer, device=packaged.device
    )


def _load_pretrained(spec: ModelSpec, device: torch.device, *, offline: bool) -> Checkpoint:
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    kind = AutoModelForCausalLM if spec.family.causal else AutoModelForSeq2SeqLM
    where: dict[str, Any] = {
        "revision": spec.revision or "main",
        "local_files_only": offline or spec.origin == "path",
        "trust_remote_code": False,
    }
    try:
        with _quiet_loading():
            tokenizer = AutoTokenizer.from_pretrained(spec.checkpoint, **where)
            model = kind.from_pretrained(
                spec.checkpoint,
                use_safetensors=True,
                dtype=choose_dtype(device) if device.type == "cuda" else "float32",
                **where,
            )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ModelError(_explain_failure(spec, offline, error)) from error
    return Checkpoint(model=model.to(device).eval(), tokenizer=tokenizer, device=device)


def _explain_failure(spec: ModelSpec, offline: bool, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if spec.origin == "hub" and offline:
        advice = "it is not in the local cache and vnsum is offline: unset VNSUM_OFFLINE, or"
    elif spec.origin == "hub":
        advice = (
            "check the network and that it has safetensors weights (pickles are not loaded), or"
        )
    else:
        advice = "the folder needs config.json, the tokenizer's files and model.safetensors, or"
    return f"cannot load {spec.checkpoint!r}: {reason}; {advice} use the packaged model 'mini'"


@contextlib.contextmanager
def _quiet_loading() -> Iterator[None]:
    """Keep transformers' progress bar of a load of well under a second off the screen."""
    from transformers.utils import logging

    was_on = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_on:
            logging.enable_progress_bar()
