"""Conversion of checkpoints to CTranslate2, stored in the cache folder.

Converted folders are written atomically. Their manifest has the parameters of the conversion and
the checksums of the files, and both are verified before use.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vnsum.checkpoints.failures import require_unchanged, wrap_errors
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.files import hash_file, read_settings, verify_files
from vnsum.checkpoints.inspection import identify_weights
from vnsum.checkpoints.loading import Checkpoint, load_checkpoint
from vnsum.checkpoints.resolution import Located
from vnsum.errors import MissingExtraError, ModelError
from vnsum.storage import cache_folder, remove_temporary_paths, temporary_path

LAYOUT = 2  # version of the converted folder; increment it for incompatible changes
MANIFEST = "manifest.json"
# The position of layer norms, which the converter needs to know.
NORM_FIRST = {"mbart": True, "bart": False}
# Decoders whose scores were compared with those of transformers.
DECODERS = ("gemma3_text", "llama", "mistral", "qwen2", "qwen3")
FIXED_WIDTH = ("llama", "qwen2")  # heads share the hidden size
# Base frequencies in the converter.
GEMMA_THETAS = {"full_attention": 1_000_000, "sliding_attention": 10_000}
ADVICE = "set VNSUM_CACHE to a folder with free space, or load with runtime='transformers'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The parameters of a conversion; equal parameters give equal weights.

    `weights` is the fingerprint of the source weights, `precision` a type of CTranslate2 such as
    `"int8"`.
    """

    model: str
    weights: str
    precision: str
    ctranslate2: str
    layout: int = LAYOUT

    @property
    def folder(self) -> Path:
        """The folder of the converted weights."""
        digest = hashlib.sha256(repr(self).encode()).hexdigest()[:16]
        return cache_folder() / "ctranslate2" / f"{self.model}-{self.precision}-{digest}"

    def to_dict(self) -> dict[str, object]:
        """Return the parameters as a dictionary."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def import_ctranslate2() -> Any:
    """Return the module; raise `MissingExtraError` if it is not installed."""
    try:
        import ctranslate2
    except ImportError as error:
        raise MissingExtraError(
            'running models with CTranslate2 needs an extra: pip install "vnsum[fast]"'
        ) from error
    return ctranslate2


def provide_converted(located: Located, *, spec: ModelSpec, precision: str) -> Path:
    """Return the folder with the converted weights, converting them if needed.

    `spec` is the model as it was asked for. Raises `ModelError` if the model cannot be converted,
    if its files change meanwhile, or if the cache folder is not readable and writable.
    """
    recipe = Recipe(
        model=located.spec.name,
        weights=identify_weights(spec) or "",
        precision=precision,
        ctranslate2=import_ctranslate2().__version__,
    )
    folder = recipe.folder
    try:
        if is_intact(recipe):
            return folder
        with _lock(folder):
            if not is_intact(recipe):  # another process may have converted it meanwhile
                remove_temporary_paths(folder)
                if folder.exists():  # damaged
                    shutil.rmtree(folder)
                _convert(located, recipe, spec)
    except OSError as error:
        raise ModelError(
            f"cannot store the converted model {recipe.model!r} in {folder}: {error}; {ADVICE}"
        ) from error
    return folder


def is_intact(recipe: Recipe) -> bool:
    """Return whether the converted folder exists and is intact; warn if it is damaged."""
    folder = recipe.folder
    if not folder.exists():
        return False
    try:
        data = read_settings(folder / MANIFEST)
        made_of, files = data["recipe"], data["files"]
        verify_files(folder, files, advice="converting again")
    except (KeyError, TypeError, AttributeError, ModelError) as error:
        warnings.warn(
            f"the converted model is damaged and is converted again: {error}", stacklevel=2
        )
        return False
    return bool(made_of == recipe.to_dict())


def _convert(located: Located, recipe: Recipe, spec: ModelSpec) -> None:
    """Convert into a temporary folder, and rename it when it is complete."""
    with temporary_path(recipe.folder) as draft:
        what = "CTranslate2 cannot convert"
        with _show_progress(recipe), wrap_errors(located.folder, what=what):
            _make_converter(located).convert(str(draft), quantization=recipe.precision)
        require_unchanged(identify_weights(spec) or "", recipe.weights, model=spec.name)
        files = {path.name: hash_file(path) for path in sorted(draft.iterdir())}
        manifest = {"recipe": recipe.to_dict(), "files": files}
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _make_converter(located: Located) -> Any:
    """Return a converter of CTranslate2 for a model loaded by vnsum."""
    import torch
    from ctranslate2.converters import TransformersConverter

    checkpoint = load_checkpoint(located, device="cpu", dtype=torch.float32)
    _require_convertible(located.spec, checkpoint)
    config = checkpoint.model.config
    # transformers defines this in its code, not in the configuration.
    if config.model_type in NORM_FIRST:
        config.normalize_before = NORM_FIRST[config.model_type]
    # The converter scales the logits of T5 if the embeddings are tied, which transformers 5 claims
    # of every T5. mT5 has no such setting and never scales.
    if config.model_type in ("t5", "mt5"):
        config.tie_word_embeddings = getattr(config, "scale_decoder_outputs", False)

    class Converter(TransformersConverter):  # type: ignore[misc] # the library has no types
        """Uses the loaded model: no pickles, no network, packaged weights supported."""

        def load_model(self, *arguments: Any, **options: Any) -> Any:
            return checkpoint.model

        def load_tokenizer(self, *arguments: Any, **options: Any) -> Any:
            return _NamedRows(checkpoint.tokenizer, list_tokens(located, checkpoint))

    return Converter(str(located.folder))


def list_tokens(located: Located, checkpoint: Checkpoint) -> list[str]:
    """Return a unique name for every row of the embedding, including those without a token."""
    tokenizer = checkpoint.tokenizer
    size = int(checkpoint.model.config.get_text_config().vocab_size)
    names = {index: token for token, index in tokenizer.get_vocab().items()}
    family = located.spec.family
    for language in family.codes:  # not in the vocabulary of M2M100
        token = family.spell_target(language)
        names[tokenizer.convert_tokens_to_ids(token)] = token
    return [names.get(index, f"<row {index}>") for index in range(size)]


def read_tokens(folder: Path) -> list[str]:
    """Return the names of token ids from a converted folder."""
    for name in ("shared_vocabulary.json", "vocabulary.json"):
        if (folder / name).is_file():
            tokens: list[str] = json.loads((folder / name).read_text(encoding="utf-8"))
            return tokens
    raise ModelError(
        f"the converted model {folder} has no vocabulary: delete the folder to convert it again"
    )


class _NamedRows:
    """A tokenizer with a complete vocabulary for the converter."""

    num_madeup_words = 0
    chat_template = None  # the converter guesses the end token of models that have one
    special_tokens_map: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, tokenizer: Any, tokens: Sequence[str]) -> None:
        self._tokenizer = tokenizer
        self._tokens = tokens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    @property
    def bos_token(self) -> str:
        """The start token, or the end token for models that do not use one."""
        token: str = self._tokenizer.bos_token or self._tokenizer.eos_token
        return token

    def get_vocab(self) -> dict[str, int]:
        """Return the id of every token."""
        return {token: index for index, token in enumerate(self._tokens)}


def _require_convertible(spec: ModelSpec, checkpoint: Checkpoint) -> None:
    """Raise `ModelError` for models that the converter would convert incorrectly."""
    config = checkpoint.model.config
    reasons = []
    if config.model_type == "marian" and config.pad_token_id != config.vocab_size - 1:
        reasons.append("its padding token is not the last one of the vocabulary")
    if spec.family.causal:
        reasons += _list_unsupported(config.get_text_config())
    if reasons:
        raise ModelError(
            f"{spec.name!r} cannot be converted to CTranslate2: {', '.join(reasons)}; "
            "load it with runtime='transformers'"
        )


def _list_unsupported(config: Any) -> list[str]:
    """Return the settings of a decoder that the converter ignores."""
    reasons = []
    if config.model_type not in DECODERS:
        return [f"decoders of type {config.model_type!r} are not supported"]
    rotary = getattr(config, "rope_parameters", None) or {}
    kinds = [rotary] if "rope_type" in rotary else [*rotary.values()]
    if any(kind.get("rope_type", "default") != "default" for kind in kinds) or any(
        kind in rotary and rotary[kind].get("rope_theta", theta) != theta
        for kind, theta in GEMMA_THETAS.items()
    ):
        reasons.append("its rotary embedding does not have the default settings")
    expected: dict[str, Any] = {"hidden_act": "silu"}
    if config.model_type == "gemma3_text":
        expected = {
            "hidden_activation": "gelu_pytorch_tanh",
            "rms_norm_eps": 1e-6,
            "query_pre_attn_scalar": config.head_dim,
        }
    elif config.model_type in FIXED_WIDTH and getattr(config, "head_dim", None) is not None:
        expected["head_dim"] = config.hidden_size // config.num_attention_heads
    for name, value in expected.items():
        found = getattr(config, name)
        # A number may have been stored in 32 bits: 9.999999974752427e-07.
        same = isinstance(found, float) and math.isclose(found, value, rel_tol=1e-6)
        if not same and found != value:
            reasons.append(f"its {name} is {found!r}, not {value!r}")
    return reasons


@contextlib.contextmanager
def _show_progress(recipe: Recipe) -> Iterator[None]:
    """Show a progress bar on a terminal, as the first conversion takes a while."""
    from tqdm.auto import tqdm

    about = f"converting {recipe.model} to CTranslate2 {recipe.precision}, once"
    with tqdm(total=1, desc=about, unit="model", disable=None, file=sys.stderr) as bar:
        yield
        bar.update()


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Allow one process to convert; the lock of a killed process is released."""
    from filelock import FileLock

    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        yield
