"""Loading of models and their configurations with transformers, in evaluation mode.

Loads safetensors only and no remote code. Files are local by then (`locate_model`): no network
access.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.devices import choose_device, choose_dtype, find_free_memory
from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.files import CONFIG, WEIGHTS, list_weights
from vnsum.checkpoints.packaged import (
    ADAPTER,
    LARGEST_INPUTS,
    Packed,
    read_adapter,
    read_config,
    read_largest_inputs,
    read_weights,
    unpack_all,
)
from vnsum.checkpoints.resolution import Located
from vnsum.checkpoints.settings import require_settings
from vnsum.checkpoints.shapes import (
    read_tensor_info,
    require_changes,
    require_gemma,
    require_inputs,
    require_room,
)
from vnsum.checkpoints.tokenizers import build_tokenizer, load_tokenizer, require_rows
from vnsum.errors import ModelError
from vnsum.forking import ForkDelayingLock

if TYPE_CHECKING:
    import torch

# Configuration and model classes of transformers for models in the package's format.
CLASSES = {"gemma3_text": ("Gemma3TextConfig", "Gemma3ForCausalLM")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model of transformers on `device`, and its tokenizer."""

    model: Any
    tokenizer: Any
    device: torch.device


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """Configuration, quantized weights and tokenizer of a model in the package's format."""

    config: Any
    weights: dict[str, torch.Tensor | Packed]
    changes: dict[str, torch.Tensor]  # of the adapter; empty if there is none
    largest_inputs: dict[str, torch.Tensor]  # of the matrices; empty if not measured
    tokenizer: Any
    device: torch.device


def load_checkpoint(
    located: Located, *, device: str | None = None, dtype: torch.dtype | None = None
) -> Checkpoint:
    """Load the model and its tokenizer; raise `ModelError` if files are damaged or do not match.

    `dtype` defaults to the fastest type for the device.
    """
    place = choose_device(device)
    if located.spec.origin == "package":
        return _build_packaged(located, place, dtype or choose_dtype(place))
    import torch

    usual = choose_dtype(place) if place.type == "cuda" else torch.float32
    return _load_pretrained(located, place, dtype or usual)


def load_config(located: Located) -> Any:
    """Load the configuration only, without torch; raise `ModelError` if it is invalid."""
    import transformers

    require_settings(located.folder)
    with wrap_errors(located.folder / CONFIG):
        return transformers.AutoConfig.from_pretrained(
            located.folder, local_files_only=True, trust_remote_code=False
        )


def load_packaged(located: Located, *, device: str | None = None) -> PackagedModel:
    """Load weights in the package's own format, whose checksums `locate_model` has verified.

    Raises `ModelError` if their shapes do not match the configuration.
    """
    place, folder, spec = choose_device(device), located.folder, located.spec
    settings = read_config(folder)
    kind, _ = CLASSES[settings["model_type"]]
    weights, adapter, inputs = folder / WEIGHTS, folder / ADAPTER, folder / LARGEST_INPUTS
    require_gemma(weights, settings)
    if adapter.exists():
        require_changes(adapter, settings)
    if inputs.exists():
        require_inputs(inputs, settings)
    with wrap_errors(weights):
        stored = read_weights(weights)
    return PackagedModel(
        config=_get_class(kind)(**settings),
        weights=stored,
        changes=read_adapter(folder),
        largest_inputs=read_largest_inputs(folder),
        tokenizer=build_tokenizer(folder, spec, rows=settings["vocab_size"]),
        device=place,
    )


def _get_class(name: str) -> Any:
    import transformers

    return getattr(transformers, name)


def _build_packaged(located: Located, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    """Create a transformers model from packaged weights."""
    packaged = load_packaged(located, device=str(device))
    _, architecture = CLASSES[packaged.config.model_type]
    weights = unpack_all(packaged.weights, dtype=dtype)
    with loading_weights(), wrap_errors(located.folder / WEIGHTS):
        model = _get_class(architecture).from_pretrained(
            None, config=packaged.config, state_dict=weights, dtype=dtype, trust_remote_code=False
        )
    return Checkpoint(
        model=model.to(device).eval(), tokenizer=packaged.tokenizer, device=packaged.device
    )


def _load_pretrained(located: Located, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    folder, weights = located.folder, list_weights(located.folder)
    require_room(folder, require_settings(folder)[CONFIG], weights)
    _require_memory(located, weights, device, dtype)
    tokenizer = load_tokenizer(located)
    kind = AutoModelForCausalLM if located.spec.family.causal else AutoModelForSeq2SeqLM
    with (
        wrap_errors(*weights, folder / CONFIG, what="cannot load the weights of"),
        loading_weights(),
    ):
        model, report = kind.from_pretrained(
            folder,
            use_safetensors=True,
            dtype=dtype,
            output_loading_info=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        if missing := sorted(report["missing_keys"]):
            raise ValueError(f"{len(missing)} weights are missing, such as {missing[0]!r}")
        model = model.to(device).eval()
    require_rows(tokenizer, located, rows=model.get_input_embeddings().num_embeddings)
    return Checkpoint(model=model, tokenizer=tokenizer, device=device)


def _require_memory(
    located: Located, weights: Sequence[Path], device: torch.device, dtype: torch.dtype
) -> None:
    """Raise `ModelError` if the weights do not fit the free memory of the device."""
    free = find_free_memory(device)
    size = sum(info.size for path in weights for info in read_tensor_info(path).values())
    needed = size * dtype.itemsize
    if free is not None and needed > free:
        raise ModelError(
            f"the weights of {located.spec.name!r} need {needed / 1e9:,.1f} GB of memory, but "
            f"{device.type!r} has {free / 1e9:,.1f} GB free: choose a smaller model "
            "('vnsum models' lists them) or another device"
        )


_loading = ForkDelayingLock()  # `from_pretrained` changes classes of transformers while it loads


@contextlib.contextmanager
def loading_weights() -> Iterator[None]:
    """Load weights with transformers: in one thread at a time, and without its progress bar."""
    from transformers.utils import logging

    with _loading.lock:
        was_on = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            if was_on:
                logging.enable_progress_bar()
