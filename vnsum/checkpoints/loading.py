"""From a `ModelSpec` to a model and tokenizer of transformers, in evaluation mode.

Safe by construction: safetensors only, no remote code; `location` has the folder by then, so
that nothing here reaches for a network.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.adapters import read_adapter
from vnsum.checkpoints.location import Located
from vnsum.checkpoints.packaged import (
    Packed,
    model_folder,
    read_largest_inputs,
    read_manifest,
    read_weights,
    unpack_all,
    verify_files,
)
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError

if TYPE_CHECKING:
    import torch

HERE = {"local_files_only": True, "trust_remote_code": False}
PRECISIONS = ("mixed", "int8", "bfloat16", "float32")
EIGHT_BITS = ("mixed", "int8")
FAST_INT8 = ("avx512_vnni", "avx_vnni", "amx_int8")
INT8 = ("avx2", *FAST_INT8)  # on which 8 bits are faster than floating point
FAST_BFLOAT16 = ("avx512_bf16", "amx_bf16", "arm_bf16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model and its tokenizer, as transformers made them, on `device`."""

    model: Any
    tokenizer: Any
    device: torch.device


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """Configuration, weights as stored and tokenizer, without a model around them."""

    config: Any
    weights: dict[str, torch.Tensor | Packed]
    changes: dict[str, torch.Tensor]  # of an adapter, where there is one
    largest_inputs: dict[str, torch.Tensor]  # of the matrices, where that was measured
    tokenizer: Any
    device: torch.device


def load_checkpoint(
    located: Located, *, device: str | None = None, dtype: torch.dtype | None = None
) -> Checkpoint:
    """Load the model and its tokenizer; `ModelError` where they are damaged or do not fit.

    `dtype` is the number format of the weights, the best one for the device unless given.
    """
    place = choose_device(device)
    if located.spec.origin == "package":
        return _build_packaged(located.spec, place, dtype or choose_dtype(place))
    import torch

    usual = choose_dtype(place) if place.type == "cuda" else torch.float32
    return _load_pretrained(located, place, dtype or usual)


def load_tokenizer(located: Located) -> Any:
    """Load the tokenizer alone, without torch; `ModelError` where that cannot be done."""
    import transformers

    packaged = located.spec.origin == "package"
    kind = transformers.PreTrainedTokenizerFast if packaged else transformers.AutoTokenizer
    with _explaining(located):
        return kind.from_pretrained(located.folder, **HERE)


def load_config(located: Located) -> Any:
    """Load the configuration alone, without torch; `ModelError` where that cannot be done."""
    import transformers

    with _explaining(located):
        return transformers.AutoConfig.from_pretrained(located.folder, **HERE)


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
    if device.type == "cpu" and _cpu_has(*FAST_BFLOAT16):
        return torch.bfloat16
    return torch.float32


def choose_precision(device: torch.device) -> str:
    """Return the number format in which the device multiplies fastest: a name in `PRECISIONS`."""
    import torch

    has_kernel = hasattr(torch.ops.onednn, "qlinear_pointwise")
    if device.type == "cpu" and has_kernel and _cpu_has(*INT8):
        return "mixed"
    return "bfloat16" if choose_dtype(device) == torch.bfloat16 else "float32"


def has_fast_int8() -> bool:
    """Return whether the processor has instructions that multiply 8-bit numbers and add in 32."""
    return _cpu_has(*FAST_INT8)


def _cpu_has(*names: str) -> bool:
    import torch

    if not hasattr(torch.cpu, "get_capabilities"):  # older torch cannot tell
        return False
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in names)


def load_packaged(spec: ModelSpec, *, device: str | None = None) -> PackagedModel:
    """Load and verify weights that ship inside the package; `ModelError` where damaged."""
    import transformers

    place = choose_device(device)
    folder = model_folder(spec.checkpoint)
    verify_files(folder, read_manifest(spec.checkpoint).checksums)
    return PackagedModel(
        config=transformers.AutoConfig.from_pretrained(folder, local_files_only=True),
        weights=read_weights(folder / "model.safetensors"),
        changes=read_adapter(folder),
        largest_inputs=read_largest_inputs(folder),
        tokenizer=_build_tokenizer(folder),
        device=place,
    )


def _build_tokenizer(folder: Path) -> Any:
    """Build the tokenizer from its files; `from_pretrained` would read the large one twice."""
    import transformers

    options = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    options.pop("tokenizer_class", None)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), **options
    )


def _build_packaged(spec: ModelSpec, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    """Build the model of transformers from packaged weights."""
    import transformers

    packaged = load_packaged(spec, device=str(device))
    architecture = getattr(transformers, packaged.config.architectures[0])
    weights = unpack_all(packaged.weights, dtype=dtype)
    with _quiet_loading():
        model = architecture.from_pretrained(
            None, config=packaged.config, state_dict=weights, dtype=dtype
        )
    return Checkpoint(
        model=model.to(device).eval(), tokenizer=packaged.tokenizer, device=packaged.device
    )


def _load_pretrained(located: Located, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    kind = AutoModelForCausalLM if located.spec.family.causal else AutoModelForSeq2SeqLM
    with _explaining(located), _quiet_loading():
        model = kind.from_pretrained(located.folder, use_safetensors=True, dtype=dtype, **HERE)
    return Checkpoint(
        model=model.to(device).eval(), tokenizer=load_tokenizer(located), device=device
    )


@contextlib.contextmanager
def _explaining(located: Located) -> Iterator[None]:
    """Turn what goes wrong inside transformers into a `ModelError` that names the folder."""
    try:
        yield
    except (OSError, ValueError, ImportError, KeyError) as error:
        lines = str(error).strip().splitlines()
        reason = lines[0] if lines else type(error).__name__
        raise ModelError(
            f"cannot load {located.spec.checkpoint!r} from {located.folder}: {reason}; get the "
            "files again, or use the packaged model 'mini'"
        ) from error


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
