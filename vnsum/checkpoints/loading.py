"""From a `ModelSpec` to a model and tokenizer of transformers, in evaluation mode.

Safe by construction: safetensors only, no remote code; `location` has the folder by then, so
that nothing here reaches for a network.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.adapters import ADAPTER, read_adapter
from vnsum.checkpoints.explaining import explaining
from vnsum.checkpoints.files import (
    CONFIG,
    TOKENIZERS,
    WEIGHTS,
    list_weights,
    read_settings,
    require_file,
)
from vnsum.checkpoints.location import Located
from vnsum.checkpoints.packaged import (
    LARGEST_INPUTS,
    Packed,
    model_folder,
    read_config,
    read_largest_inputs,
    read_manifest,
    read_weights,
    unpack_all,
    verify_packaged,
)
from vnsum.checkpoints.rules import LOADING_RULES, SEARCH_RULES, TOKENIZER_RULES, pick
from vnsum.checkpoints.shapes import require_changes, require_gemma, require_inputs, require_room
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError

if TYPE_CHECKING:
    import torch

# What runs a model in the package's format: its configuration and its model in transformers.
CLASSES = {"gemma3_text": ("Gemma3TextConfig", "Gemma3ForCausalLM")}
GENERATION = "generation_config.json"
SETTINGS = (GENERATION, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
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

    folder = located.folder
    packaged = located.spec.origin == "package"
    kind = transformers.PreTrainedTokenizerFast if packaged else transformers.AutoTokenizer
    _require_settings(folder)
    with explaining(*_list_tokenizers(folder), what="cannot make a tokenizer of"):
        tokenizer = kind.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        _require_tokens(tokenizer, located.spec, folder)
    return tokenizer


def load_config(located: Located) -> Any:
    """Load the configuration alone, without torch; `ModelError` where that cannot be done."""
    import transformers

    _require_settings(located.folder)
    with explaining(located.folder / CONFIG):
        return transformers.AutoConfig.from_pretrained(
            located.folder, local_files_only=True, trust_remote_code=False
        )


def _require_settings(folder: Path) -> dict[str, Any]:
    """Return `config.json`; `ModelError` where a file with settings is damaged or unsafe."""
    there = (CONFIG, *(name for name in SETTINGS if (folder / name).exists()))
    found = {name: read_settings(folder / name) for name in there}
    pick(folder / CONFIG, found[CONFIG], LOADING_RULES)
    wishes = {k: v for k, v in found.get(GENERATION, {}).items() if v is not None}
    pick(folder / GENERATION, wishes, SEARCH_RULES)
    return found[CONFIG]


def _list_tokenizers(folder: Path) -> list[Path]:
    """Return the files that a tokenizer may be made of."""
    names = [*TOKENIZERS, "tokenizer_config.json"]
    return sorted({path for pattern in names for path in folder.glob(pattern)})


def _require_tokens(tokenizer: Any, spec: ModelSpec, folder: Path) -> None:
    """Raise `ModelError` where a tokenizer lacks a mark, or the name of a target language."""
    family = spec.family
    marks = ("bos_token", "eos_token") if family.causal else ("eos_token", "pad_token")
    lacking = [mark for mark in marks if getattr(tokenizer, f"{mark}_id") is None]
    if family.target_token != "none":
        targets = {way.partition("->")[2] for way in spec.directions}
        tokens = [family.spell_target(language) for language in sorted(targets)]
        unknown = (None, tokenizer.unk_token_id)
        lacking += [t for t in tokens if tokenizer.convert_tokens_to_ids(t) in unknown]
    if lacking:
        names = ", ".join(path.name for path in _list_tokenizers(folder))
        raise ModelError(
            f"the tokenizer in {folder} ({names}) has no {', no '.join(lacking)}: it is not one of "
            f"the family {family.name!r}"
        )


def choose_device(device: str | None = None) -> torch.device:
    """Return the device asked for, else the fastest one there is.

    Raises `ModelError` for one that is unknown or that this machine does not have.
    """
    import torch

    if device is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        if not isinstance(device, str) or device.partition(":")[0] == "meta":
            raise TypeError("it holds no numbers")
        place = torch.device(device)
        torch.empty(1, device=place).zero_()
    except Exception as error:  # each kind of device fails in a way of its own
        lines = str(error).strip().splitlines()
        raise ModelError(
            f"cannot use the device {device!r}: {lines[0] if lines else type(error).__name__}; "
            "expected 'cpu', or 'cuda', 'cuda:1' or 'mps' where there is one"
        ) from error
    return place


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
    """Load and verify weights in the package's own format; `ModelError` where damaged."""
    place = choose_device(device)
    folder = model_folder(spec.checkpoint)
    verify_packaged(folder, read_manifest(spec.checkpoint))
    settings = read_config(folder)
    kind, _ = CLASSES[settings["model_type"]]
    weights, adapter, inputs = folder / WEIGHTS, folder / ADAPTER, folder / LARGEST_INPUTS
    require_gemma(weights, settings)
    if adapter.exists():
        require_changes(adapter, settings)
    if inputs.exists():
        require_inputs(inputs, settings)
    with explaining(weights):
        stored = read_weights(weights)
    return PackagedModel(
        config=_get_class(kind)(**settings),
        weights=stored,
        changes=read_adapter(folder),
        largest_inputs=read_largest_inputs(folder),
        tokenizer=_build_tokenizer(folder, spec, rows=settings["vocab_size"]),
        device=place,
    )


def _get_class(name: str) -> Any:
    import transformers

    return getattr(transformers, name)


def _build_tokenizer(folder: Path, spec: ModelSpec, *, rows: int) -> Any:
    """Build the tokenizer from its files; `from_pretrained` would read the large one twice."""
    import transformers

    settings, path = folder / "tokenizer_config.json", folder / "tokenizer.json"
    options = pick(settings, read_settings(settings), TOKENIZER_RULES)
    require_file(path)
    with explaining(path, what="cannot make a tokenizer of"):
        tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), **options)
        _require_tokens(tokenizer, spec, folder)
        last = max(tokenizer.get_vocab().values())
    if last >= rows:
        raise ModelError(
            f"the tokenizer of {path} and {settings.name} has a token {last}, and the model has "
            f"{rows:,} tokens"
        )
    return tokenizer


def _build_packaged(spec: ModelSpec, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    """Build the model of transformers from packaged weights."""
    packaged = load_packaged(spec, device=str(device))
    _, architecture = CLASSES[packaged.config.model_type]
    weights = unpack_all(packaged.weights, dtype=dtype)
    with _quiet_loading(), explaining(model_folder(spec.checkpoint) / WEIGHTS):
        model = _get_class(architecture).from_pretrained(
            None, config=packaged.config, state_dict=weights, dtype=dtype, trust_remote_code=False
        )
    return Checkpoint(
        model=model.to(device).eval(), tokenizer=packaged.tokenizer, device=packaged.device
    )


def _load_pretrained(located: Located, device: torch.device, dtype: torch.dtype) -> Checkpoint:
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    folder, weights = located.folder, list_weights(located.folder)
    require_room(folder, _require_settings(folder), weights)
    tokenizer = load_tokenizer(located)
    kind = AutoModelForCausalLM if located.spec.family.causal else AutoModelForSeq2SeqLM
    with explaining(*weights, folder / CONFIG, what="cannot load the weights of"), _quiet_loading():
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
    return Checkpoint(model=model, tokenizer=tokenizer, device=device)


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
