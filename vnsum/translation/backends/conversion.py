"""From a checkpoint to the format of CTranslate2: once, into the cache folder, whole or not at all.

A converted folder says in its manifest what it was made of and holds checksums of its files. It
is used only where both are right; nothing here translates.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vnsum.checkpoints.explaining import explaining
from vnsum.checkpoints.files import hash_file, read_settings, verify_files
from vnsum.checkpoints.loading import Checkpoint, load_checkpoint
from vnsum.checkpoints.location import Located
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import MissingExtraError, ModelError
from vnsum.storage import cache_folder, remove_temporary_paths, temporary_path

LAYOUT = 1  # of the converted folder; raise it where older ones can no longer be used
MANIFEST = "manifest.json"
# Where the norms stand that the converter asks for.
NORM_FIRST = {"mbart": True, "bart": False}
ADVICE = "let VNSUM_CACHE name a folder with room, or load the model with runtime='transformers'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a conversion depends on: equal recipes give equal weights.

    `weights` tells the source's weights apart (checksum or commit), `precision` is the number
    format of CTranslate2, such as `"int8"`.
    """

    model: str
    weights: str
    precision: str
    ctranslate2: str
    layout: int = LAYOUT

    @property
    def folder(self) -> Path:
        """Where the converted weights belong."""
        digest = hashlib.sha256(repr(self).encode()).hexdigest()[:16]
        return cache_folder() / "ctranslate2" / f"{self.model}-{self.precision}-{digest}"

    def to_dict(self) -> dict[str, object]:
        """Return the recipe as plain data."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def import_ctranslate2() -> Any:
    """Return the module; `MissingExtraError` with the pip command where it is not installed."""
    try:
        import ctranslate2
    except ImportError as error:
        raise MissingExtraError(
            'running models with CTranslate2 needs an extra: pip install "vnsum[fast]"'
        ) from error
    return ctranslate2


def provide_converted(located: Located, *, weights: str, precision: str) -> Path:
    """Return the folder with the converted weights, made now where there is none that is sound.

    `weights` identifies the source's weights. Raises `ModelError` where the model cannot be
    converted or the cache folder not written.
    """
    recipe = Recipe(
        model=located.spec.name,
        weights=weights,
        precision=precision,
        ctranslate2=import_ctranslate2().__version__,
    )
    folder = recipe.folder
    if is_sound(recipe):
        return folder
    try:
        with _lock(folder):
            if not is_sound(recipe):  # another process may have made it meanwhile
                remove_temporary_paths(folder)
                if folder.exists():  # damaged
                    shutil.rmtree(folder)
                _convert_beside(located, recipe)
    except OSError as error:
        raise ModelError(
            f"cannot keep the converted {recipe.model!r} in {folder}: {error}; {ADVICE}"
        ) from error
    return folder


def is_sound(recipe: Recipe) -> bool:
    """Return whether the recipe's folder is there and whole; warns where it is damaged."""
    folder = recipe.folder
    if not folder.exists():
        return False
    try:
        data = read_settings(folder / MANIFEST)
        made_of, files = data["recipe"], data["files"]
        verify_files(folder, files, advice="converting again")
    except (KeyError, TypeError, AttributeError, ModelError) as error:
        warnings.warn(f"the converted model is made again: {error}", stacklevel=2)
        return False
    return bool(made_of == recipe.to_dict())


def _convert_beside(located: Located, recipe: Recipe) -> None:
    """Convert into a folder of another name, and give it its own when it is complete."""
    with temporary_path(recipe.folder) as draft:
        with _tell(recipe), explaining(located.folder, what="CTranslate2 cannot convert"):
            _make_converter(located).convert(str(draft), quantization=recipe.precision)
        files = {path.name: hash_file(path) for path in sorted(draft.iterdir())}
        manifest = {"recipe": recipe.to_dict(), "files": files}
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _make_converter(located: Located) -> Any:
    """Return CTranslate2's converter, fed with a model that is read here."""
    import torch
    from ctranslate2.converters import TransformersConverter

    checkpoint = load_checkpoint(located, device="cpu", dtype=torch.float32)
    _require_convertible(located.spec, checkpoint)
    config = checkpoint.model.config
    if config.model_type in NORM_FIRST:  # what transformers has in its code, not in its settings
        config.normalize_before = NORM_FIRST[config.model_type]

    class Converter(TransformersConverter):  # type: ignore[misc] # the library has no types
        """Takes what is there already: no pickles, no network, packaged weights too."""

        def load_model(self, *arguments: Any, **options: Any) -> Any:
            return checkpoint.model

        def load_tokenizer(self, *arguments: Any, **options: Any) -> Any:
            return _NamedRows(checkpoint.tokenizer, list_tokens(located, checkpoint))

    return Converter(str(located.folder))


def list_tokens(located: Located, checkpoint: Checkpoint) -> list[str]:
    """Return a name of its own for every row of the embedding; tokenizers do not tell them all."""
    tokenizer = checkpoint.tokenizer
    size = int(checkpoint.model.config.vocab_size)
    names = {index: token for token, index in tokenizer.get_vocab().items()}
    family = located.spec.family
    for language in family.codes:  # M2M100 keeps its language codes elsewhere
        token = family.spell_target(language)
        names[tokenizer.convert_tokens_to_ids(token)] = token
    return [names.get(index, f"<row {index}>") for index in range(size)]


def read_tokens(folder: Path) -> list[str]:
    """Return the names of the rows from a converted folder."""
    for name in ("shared_vocabulary.json", "vocabulary.json"):
        if (folder / name).is_file():
            tokens: list[str] = json.loads((folder / name).read_text(encoding="utf-8"))
            return tokens
    raise ModelError(f"the converted model {folder} has no vocabulary: delete the folder")


class _NamedRows:
    """What the converter asks of a tokenizer, complete."""

    num_madeup_words = 0
    special_tokens_map: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, tokenizer: Any, tokens: Sequence[str]) -> None:
        self._tokenizer = tokenizer
        self._tokens = tokens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    @property
    def bos_token(self) -> str:
        """The mark of a beginning; translators that have none never use it."""
        token: str = self._tokenizer.bos_token or self._tokenizer.eos_token
        return token

    def get_vocab(self) -> dict[str, int]:
        """Return the row of every token."""
        return {token: index for index, token in enumerate(self._tokens)}


def _require_convertible(spec: ModelSpec, checkpoint: Checkpoint) -> None:
    """Raise `ModelError` for what the converter would take and get wrong."""
    config = checkpoint.model.config
    reasons = []
    if config.model_type == "marian" and config.pad_token_id != config.vocab_size - 1:
        reasons.append("its padding is not the last entry of its vocabulary")
    # The converter knows Gemma's usual rotary settings only, by other names.
    rotary = getattr(config, "rope_parameters", None) or {}
    usual = {"full_attention": 1_000_000, "sliding_attention": 10_000}
    if config.model_type == "gemma3_text" and any(
        rotary.get(kind, {}).get("rope_type", "default") != "default"
        or rotary.get(kind, {}).get("rope_theta", base) != base
        for kind, base in usual.items()
    ):
        reasons.append("its rotary embedding has unusual settings")
    if reasons:
        raise ModelError(
            f"{spec.name!r} cannot be converted to CTranslate2: {', '.join(reasons)}; "
            "load it with runtime='transformers'"
        )


@contextlib.contextmanager
def _tell(recipe: Recipe) -> Iterator[None]:
    """Say on a terminal what takes so long the first time."""
    from tqdm.auto import tqdm

    about = f"converting {recipe.model} to CTranslate2 {recipe.precision}, once"
    with tqdm(total=1, desc=about, unit="model", disable=None, file=sys.stderr) as bar:
        yield
        bar.update()


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one process convert; the lock of a killed one is free again."""
    from filelock import FileLock

    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        yield
