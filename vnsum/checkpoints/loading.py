"""Loading of models and tokenizers with transformers, in evaluation mode.

Loads safetensors only and no remote code. Files are local by then (`locate_model`): no network
access.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.charsmaps import require_short_texts
from vnsum.checkpoints.devices import choose_device, choose_dtype, find_free_memory
from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.files import (
    CONFIG,
    TOKENIZERS,
    WEIGHTS,
    list_weights,
    read_settings,
)
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
from vnsum.checkpoints.rules import (
    LABEL_RULES,
    LOADING_RULES,
    OTHER_RULES,
    SEARCH_RULES,
    TOKENIZER_RULES,
    pick,
)
from vnsum.checkpoints.shapes import (
    read_tensor_info,
    require_changes,
    require_gemma,
    require_inputs,
    require_room,
)
from vnsum.checkpoints.tokenizer_rules import (
    MOST_ADDED,
    VOCABULARY,
    make_exact,
    replace_settings,
    require_bounded,
    require_few_tokens,
    require_own_files,
    require_short_tokens,
    require_tokens_only,
)
from vnsum.errors import ModelError
from vnsum.forking import ForkDelayingLock

if TYPE_CHECKING:
    import torch

# Configuration and model classes of transformers for models in the package's format.
CLASSES = {"gemma3_text": ("Gemma3TextConfig", "Gemma3ForCausalLM")}
GENERATION = "generation_config.json"
TOKENIZER = "tokenizer_config.json"
SPECIAL, ADDED = "special_tokens_map.json", "added_tokens.json"
SETTINGS = (GENERATION, TOKENIZER, SPECIAL, ADDED)


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


def load_tokenizer(located: Located) -> Any:
    """Load the tokenizer only, without torch; raise `ModelError` if it is invalid."""
    import transformers

    folder = located.folder
    packaged = located.spec.origin == "package"
    named = "PreTrainedTokenizerFast" if packaged else located.spec.family.tokenizer
    kind = getattr(transformers, named or "AutoTokenizer")
    require_settings(folder)
    if (folder / VOCABULARY).exists():
        require_bounded(folder / VOCABULARY)
    require_short_texts(folder)
    settings = folder / TOKENIZER
    own = replace_settings(folder, read_settings(settings)) if settings.exists() else {}
    with wrap_errors(*_list_tokenizers(folder), what="cannot load the tokenizer from"):
        tokenizer = kind.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            **own,
        )
        make_exact(tokenizer)
        require_short_tokens(tokenizer, folder)
        _require_tokens(tokenizer, located.spec, folder)
    return tokenizer


def load_config(located: Located) -> Any:
    """Load the configuration only, without torch; raise `ModelError` if it is invalid."""
    import transformers

    require_settings(located.folder)
    with wrap_errors(located.folder / CONFIG):
        return transformers.AutoConfig.from_pretrained(
            located.folder, local_files_only=True, trust_remote_code=False
        )


def require_settings(folder: Path) -> dict[str, Any]:
    """Return `config.json`; raise `ModelError` if a settings file is damaged or unsafe."""
    there = (CONFIG, *(name for name in SETTINGS if (folder / name).exists()))
    found = {name: read_settings(folder / name) for name in there}
    pick(folder / CONFIG, found[CONFIG], LOADING_RULES)
    for part in (found[CONFIG], *found[CONFIG].values()):
        if isinstance(part, dict):
            pick(folder / CONFIG, part, LABEL_RULES)
    options = {k: v for k, v in found.get(GENERATION, {}).items() if v is not None}
    pick(folder / GENERATION, options, SEARCH_RULES)
    pick(folder / TOKENIZER, found.get(TOKENIZER, {}), OTHER_RULES)
    require_own_files(folder / TOKENIZER, found.get(TOKENIZER, {}))
    require_tokens_only(folder / SPECIAL, found.get(SPECIAL, {}))
    require_few_tokens(folder / ADDED, found.get(ADDED, {}), most=MOST_ADDED)
    return found[CONFIG]


def _list_tokenizers(folder: Path) -> list[Path]:
    """Return the tokenizer files in `folder`."""
    names = [*TOKENIZERS, TOKENIZER]
    return sorted({path for pattern in names for path in folder.glob(pattern)})


def _require_tokens(tokenizer: Any, spec: ModelSpec, folder: Path) -> None:
    """Raise `ModelError` if a tokenizer lacks a special token or the token of a target language."""
    family = spec.family
    marks: tuple[str, ...] = ("eos_token", "pad_token")
    if family.causal:  # those of a prompt are in its template
        marks = ("eos_token",) if family.prompt else ("bos_token", "eos_token")
    lacking = [mark for mark in marks if getattr(tokenizer, f"{mark}_id") is None]
    if family.target_token != "none":
        targets = {d.partition("->")[2] for d in spec.directions}
        tokens = [family.spell_target(language) for language in sorted(targets)]
        unknown = (None, tokenizer.unk_token_id)
        lacking += [t for t in tokens if tokenizer.convert_tokens_to_ids(t) in unknown]
    if family.prompt and not tokenizer.chat_template:
        lacking.append("chat template")
    if lacking:
        names = ", ".join(path.name for path in _list_tokenizers(folder))
        raise ModelError(
            f"the tokenizer in {folder} ({names}) has no {', no '.join(lacking)}: expected a "
            f"tokenizer of the family {family.name!r}"
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
        tokenizer=_build_tokenizer(folder, spec, rows=settings["vocab_size"]),
        device=place,
    )


def _get_class(name: str) -> Any:
    import transformers

    return getattr(transformers, name)


def _build_tokenizer(folder: Path, spec: ModelSpec, *, rows: int) -> Any:
    """Create the tokenizer from its files; `from_pretrained` would read the large file twice."""
    import transformers

    settings, path = folder / TOKENIZER, folder / VOCABULARY
    options = pick(settings, read_settings(settings), TOKENIZER_RULES)
    require_bounded(path)
    with wrap_errors(path, what="cannot load the tokenizer from"):
        tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), **options)
        make_exact(tokenizer)
        require_short_tokens(tokenizer, path, settings)
        _require_tokens(tokenizer, spec, folder)
        last = max(tokenizer.get_vocab().values())
    if last >= rows:
        raise ModelError(_explain_rows(f"{path} and {settings.name}", last, rows))
    return tokenizer


def _require_rows(tokenizer: Any, located: Located, *, rows: int) -> None:
    """Raise `ModelError` if a tokenizer has more tokens than the model has embeddings.

    Added tokens other than those of the languages may have none, because they are not used.
    """
    family = located.spec.family
    used = [tokenizer.vocab_size - 1, tokenizer.eos_token_id, tokenizer.pad_token_id]
    if family.target_token != "none":
        used += [
            tokenizer.convert_tokens_to_ids(family.spell_target(code)) for code in family.codes
        ]
    if (last := max(index for index in used if index is not None)) >= rows:
        names = ", ".join(path.name for path in _list_tokenizers(located.folder))
        raise ModelError(_explain_rows(f"{located.folder} ({names})", last, rows))


def _explain_rows(where: str, last: int, rows: int) -> str:
    return (
        f"the tokenizer of {where} has the token id {last}, but the vocabulary of the model has "
        f"{rows:,} tokens: the files belong to different models; download both again"
    )


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
    require_room(folder, require_settings(folder), weights)
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
    _require_rows(tokenizer, located, rows=model.get_input_embeddings().num_embeddings)
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

    with _loading:
        was_on = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            if was_on:
                logging.enable_progress_bar()
