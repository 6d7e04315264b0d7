"""Export trained weights to the package's format, Hugging Face or CTranslate2.

Each export is a complete folder with tokenizer, licence notice and model card. `MAX_FILE` and
`MAX_PACKAGE` are the size limits of the Python package.
"""

from __future__ import annotations

import importlib.resources
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.failures import wrap_errors, wrap_write_errors
from vnsum.checkpoints.files import WEIGHTS, hash_file, read_settings
from vnsum.checkpoints.packaged import ADAPTER, LARGEST_INPUTS, MANIFEST
from vnsum.checkpoints.rules import MANIFEST_RULES, pick
from vnsum.errors import InputError, MissingExtraError
from vnsum.storage import replacing_files
from vnsum.training.card import Card, add_adapter, write_card, write_notice
from vnsum.training.data.corpora import Pair
from vnsum.training.model import Start, load_start, require_replaceable, save_tensors
from vnsum.training.quantization.schemes import DEFAULT_SCHEME, pack_weights

if TYPE_CHECKING:
    import torch

MAX_FILE = MAX_PACKAGE = 95_000_000
LICENCE = "Gemma Terms of Use"
FAMILY = "gemma-tagged"
CTRANSLATE_TYPES = ("int8", "int8_bfloat16", "bfloat16", "float32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An exported folder, its size in bytes, and whether it fits the Python package."""

    folder: Path
    size: int
    fits_package: bool


def export_package(
    model: str,
    out: Path,
    *,
    card: Card,
    scheme: str = DEFAULT_SCHEME,
    pairs: Sequence[Pair] = (),
) -> Exported:
    """Write the weights rounded to 8 and 4 bits with a manifest; `vnsum.load(out)` reads them.

    `scheme` selects the matrices in 4 bits, see `vnsum.training.quantization.schemes.SCHEMES`.
    A few hundred `pairs` of Vietnamese and English are used as calibration data, which reduces the
    loss of 4-bit rounding and of 8-bit products.
    """
    from vnsum.training.quantization.calibration import InputStatistics, measure_inputs

    start = load_start(model)
    _make_folder(out, model, package=True)
    inputs = measure_inputs(start, pairs, card.directions) if pairs else InputStatistics()
    packed = pack_weights(start.weights, scheme, inputs.moments)
    with wrap_write_errors(out), replacing_files(out, last=MANIFEST) as draft:
        save_tensors(draft / WEIGHTS, packed)
        if inputs.largest:
            halves = {name: values.half() for name, values in inputs.largest.items()}
            save_tensors(draft / LARGEST_INPUTS, halves)
        _save_rest(start, draft, card)
        _write_manifest(draft, card, scheme)
        for name in (LARGEST_INPUTS, ADAPTER):  # of an earlier export
            (out / name).unlink(missing_ok=True)
    return _measure(out)


def export_huggingface(model: str, out: Path, *, card: Card) -> Exported:
    """Write a Hugging Face checkpoint in bfloat16."""
    start = load_start(model)
    _make_folder(out, model)
    tensors = {name: tensor.bfloat16() for name, tensor in start.weights.items()}
    with wrap_write_errors(out), replacing_files(out) as draft:
        save_tensors(draft / WEIGHTS, tensors)
        _save_rest(start, draft, card)
    return _measure(out)


def export_ctranslate(model: str, out: Path, *, card: Card, quantization: str = "int8") -> Exported:
    """Write a model in the format of CTranslate2; needs the extra `fast`."""
    try:
        from ctranslate2.converters import TransformersConverter
    except ImportError as error:
        raise MissingExtraError(
            'converting needs ctranslate2: pip install "vnsum[fast]"'
        ) from error
    if quantization not in CTRANSLATE_TYPES:
        raise InputError(
            f"unknown quantization {quantization!r}: expected one of {', '.join(CTRANSLATE_TYPES)}"
        )
    _make_folder(out, model)
    with replacing_files(out) as draft:
        plain = draft.parent / "plain"
        export_huggingface(model, plain, card=card)
        # With `force` the converter deletes the folder, which is empty.
        TransformersConverter(str(plain), low_cpu_mem_usage=True).convert(
            str(draft), quantization=quantization, force=True
        )
        for name in ("tokenizer.json", "tokenizer_config.json", "NOTICE", "README.md"):
            shutil.copy(plain / name, draft / name)
        _copy_terms(draft)
    return _measure(out)


def attach_adapter(adapter: Path, out: Path, *, card: Card) -> Exported:
    """Add an adapter to a model folder in the package's format and to its manifest.

    `adapter` is the folder of the trained adapter, which is stored in 8 bits. `card` describes its
    training data and scores; its tasks are added to those of the model. Raises `ModelError` if the
    adapter is missing or was trained for a model of another shape.
    """
    from vnsum.training.merging import read_updates
    from vnsum.training.quantization.rounding import quantize_rows

    manifest = read_settings(out / MANIFEST)
    tasks = pick(out / MANIFEST, manifest, MANIFEST_RULES).get("tasks", [])
    changes = read_updates(adapter, load_start(str(out)).weights, model=str(out))
    card_path = out / "README.md"
    with wrap_errors(card_path):
        readme = add_adapter(card_path.read_text(encoding="utf-8"), card)
    packed: dict[str, torch.Tensor] = {}
    for name, tensor in changes.items():
        packed[f"{name}.q8"], packed[f"{name}.scale"] = quantize_rows(tensor)
    manifest["version"] = card.version
    manifest["tasks"] = list(dict.fromkeys([*tasks, *card.tasks]))
    with wrap_write_errors(out), replacing_files(out, last=MANIFEST) as draft:
        save_tensors(draft / ADAPTER, packed)
        _write_text(draft / card_path.name, readme)
        manifest["files"] |= _list_files(draft)  # the others keep the checksums that were verified
        _write_json(draft / MANIFEST, manifest)
    return _measure(out)


def _write_manifest(out: Path, card: Card, scheme: str) -> None:
    manifest = {
        "version": card.version,
        "family": FAMILY,
        "directions": [*card.directions],
        "tasks": [*card.tasks],
        "licence": LICENCE,
        "quantization": scheme,
        "files": _list_files(out),
    }
    _write_json(out / MANIFEST, manifest)


def _list_files(out: Path) -> dict[str, dict[str, Any]]:
    """Return checksum and size of every file that the manifest lists."""
    return {
        path.name: {"sha256": hash_file(path), "bytes": path.stat().st_size}
        for path in sorted(out.iterdir())
        if path.suffix in (".json", ".safetensors") and path.name != MANIFEST
    }


def _save_rest(start: Start, out: Path, card: Card) -> None:
    start.config.architectures = ["Gemma3ForCausalLM"]
    start.config.save_pretrained(out)
    start.tokenizer.save_pretrained(out)
    # Without indentation the file is half as large.
    whole = json.loads((out / "tokenizer.json").read_text(encoding="utf-8"))
    whole["model"]["merges"] = [_join(merge) for merge in whole["model"]["merges"]]
    _write_compact(out / "tokenizer.json", whole)
    settings: dict[str, Any] = json.loads((out / "tokenizer_config.json").read_text("utf-8"))
    settings["directions"] = [*card.directions]
    _write_json(out / "tokenizer_config.json", settings)
    _write_text(out / "README.md", write_card(card))
    _write_text(out / "NOTICE", write_notice(card))
    _copy_terms(out)


def _join(merge: Any) -> Any:
    """Return a merge in the shorter form "left right" unless a part contains a space."""
    if isinstance(merge, str) or any(" " in part for part in merge):
        return merge
    return " ".join(merge)


def _copy_terms(out: Path) -> None:
    terms = importlib.resources.files("vnsum") / "models" / "mini" / "GEMMA_TERMS.txt"
    (out / "GEMMA_TERMS.txt").write_bytes(terms.read_bytes())


def _make_folder(out: Path, model: str, *, package: bool = False) -> None:
    require_replaceable(out, [model], package=package)
    with wrap_write_errors(out):
        out.mkdir(parents=True, exist_ok=True)


def _measure(out: Path) -> Exported:
    sizes = [path.stat().st_size for path in out.iterdir() if path.is_file()]
    fits = max(sizes) < MAX_FILE and sum(sizes) < MAX_PACKAGE
    return Exported(folder=out, size=sum(sizes), fits_package=fits)


def _write_json(path: Path, data: Any) -> None:
    _write_text(path, json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def _write_compact(path: Path, data: Any) -> None:
    _write_text(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")  # a name need not be UTF-8
