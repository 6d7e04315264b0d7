"""Validation of weight shapes against the configuration, from the headers of safetensors files.

Tensors are not loaded, so that neither a damaged file nor a configuration with huge sizes leads to
a large allocation.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.files import CONFIG, require_file
from vnsum.checkpoints.packaged import GROUP
from vnsum.checkpoints.rules import MAX_LAYERS
from vnsum.errors import ModelError

FLOATS = ("F32", "F16", "BF16")
# Matrices that `vnsum.decoding` concatenates: an adapter changes all of them or none.
JOINED = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))
SLACK = 1 << 22  # parameters that a model may have in addition to those in its files
TIES = 4  # tied embeddings are stored once and used in up to four places


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorInfo:
    """The shape and data type of a tensor in a safetensors file."""

    shape: tuple[int, ...]
    dtype: str

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for length in self.shape:
            size *= length
        return size


def read_tensor_info(path: Path) -> dict[str, TensorInfo]:
    """Return shape and type of each tensor in a file; raise `ModelError` if it is damaged."""
    from safetensors import safe_open

    require_file(path)
    tensors = {}
    with wrap_errors(path), safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - safe_open is no mapping
            part = file.get_slice(name)
            tensors[name] = TensorInfo(shape=tuple(part.get_shape()), dtype=part.get_dtype())
    return tensors


def require_gemma(path: Path, config: Mapping[str, Any]) -> None:
    """Raise `ModelError` unless a file has the weights of a Gemma 3 model with this configuration.

    `config` has been validated with `vnsum.checkpoints.rules.GEMMA_RULES`.
    """
    tensors = read_tensor_info(path)
    for name, shape in _list_gemma(config):
        _require_stored(path, tensors, f"{name}.weight", shape)


def require_changes(path: Path, config: Mapping[str, Any]) -> None:
    """Raise `ModelError` unless a file is an adapter for a model with this configuration."""
    tensors = read_tensor_info(path)
    shapes = {name: shape for name, shape in _list_gemma(config) if len(shape) == 2}
    changed = {
        name.removesuffix(".q8").removesuffix(".q4").removesuffix(".scale") for name in tensors
    }
    names = {part.removesuffix(".up").removesuffix(".down") for part in changed}
    for prefix, name in sorted(name.rsplit(".", 1) for name in names & shapes.keys()):
        joined = next((group for group in JOINED if name in group), (name,))
        if lacking := [other for other in joined if f"{prefix}.{other}" not in names]:
            raise ModelError(
                f"the model file {path} has {prefix + '.' + name!r}, but no {lacking[0]!r}: "
                f"expected all of {', '.join(joined)}"
            )
    for part in sorted(changed):
        name = part.removesuffix(".up").removesuffix(".down")
        if name not in shapes or part == name:
            raise ModelError(f"the model file {path} has {part!r}, which the model does not have")
        rank = _find_rank(tensors, f"{name}.down")
        _require_stored(path, tensors, f"{name}.down", (rank, shapes[name][1]))
        _require_stored(path, tensors, f"{name}.up", (shapes[name][0], rank))


def require_inputs(path: Path, config: Mapping[str, Any]) -> None:
    """Raise `ModelError` unless a file has the largest inputs of each matrix of such a model."""
    tensors = read_tensor_info(path)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    attended = config["num_attention_heads"] * config["head_dim"]
    widths = {"attention_in": hidden, "attention_out": attended, "feed_in": hidden,
              "feed_out": inner}  # fmt: skip
    for layer in range(config["num_hidden_layers"]):
        for role, width in widths.items():
            _require_stored(path, tensors, f"model.layers.{layer}.{role}", (width,))


def require_room(folder: Path, config: Mapping[str, Any], weights: Sequence[Path]) -> None:
    """Raise `ModelError` if a configuration needs far more parameters than the files contain.

    Works for every family, by the names that transformers uses for sizes.
    """
    tensors = [info for path in weights for info in read_tensor_info(path).values()]
    stored = sum(info.size for info in tensors)
    for part in (config, *(value for value in config.values() if isinstance(value, dict))):
        _require_size(folder, part, weights, tensors=len(tensors), stored=stored)


def _require_size(
    folder: Path,
    config: Mapping[str, Any],
    weights: Sequence[Path],
    *,
    tensors: int,
    stored: int,
) -> None:
    """Raise `ModelError` if settings need more layers or parameters than are stored."""
    layers = max(_count(folder, config, name) for name in LAYERS)
    others = [v for name, v in config.items() if type(v) is int and MODULES.fullmatch(name)]
    if (most := max(layers, *others, 0)) > min(MAX_LAYERS, tensors):
        raise ModelError(
            f"the model file {folder / CONFIG} needs {most:,} layers or experts, but "
            f"{', '.join(path.name for path in weights)} has {tensors} tensors"
        )
    asked = _estimate(folder, config, layers)
    if asked > TIES * stored + SLACK:
        raise ModelError(
            f"the model file {folder / CONFIG} needs at least {asked:,} parameters, but "
            f"{', '.join(path.name for path in weights)} has {stored:,}"
        )


# Names of sizes in transformers: those of GPT-2 and other early models differ.
LAYERS = ("encoder_layers", "decoder_layers", "num_layers", "num_decoder_layers",
          "num_hidden_layers", "n_layer", "n_layers")  # fmt: skip
# Of layers, experts and other modules in any model; there may be none of a kind.
MODULES = re.compile(
    r"(?:n|num)_(?:\w+_)?(?:layers?|blocks|experts)|(?:\w+_)?(?:encoder|decoder)_layers|depth"
)
WIDTHS = ("d_model", "hidden_size", "n_embd", "emb_dim")
INNER = ("encoder_ffn_dim", "decoder_ffn_dim", "d_ff", "intermediate_size", "ffn_dim", "n_inner",
         "d_inner", "dff")  # fmt: skip
HEADS = ("num_heads", "num_attention_heads", "num_key_value_heads", "n_head", "n_heads")
HEAD_WIDTHS = ("d_kv", "head_dim")
VOCABULARIES = ("vocab_size", "decoder_vocab_size", "src_vocab_size", "tgt_vocab_size", "n_words",
                "n_token")  # fmt: skip
ROTATIONS = ("rope_parameters", "rope_theta", "head_dim")
POSITIONS = "max_position_embeddings"
OWN_POSITIONS = ("n_positions", "max_seq_len")  # of models that make a table of them in any case
# Whatever else is set.
WITH_POSITIONS = ("marian", "m2m_100", "mbart", "bart", "gpt2", "gpt_bigcode", "gpt-sw3", "gpt_neo",
                  "gptj", "codegen", "ctrl", "openai-gpt", "xlm", "opt", "xglm", "biogpt",
                  "pegasus", "blenderbot", "blenderbot-small", "plbart", "prophetnet", "mvp",
                  "nllb-moe")  # fmt: skip
BUCKETS = ("relative_attention_num_buckets",)


def _estimate(folder: Path, config: Mapping[str, Any], layers: int) -> int:
    """Return a lower bound of the number of parameters of a model with these settings."""
    width, inner, heads, each, rows, buckets = (
        max(_count(folder, config, name) for name in names)
        for names in (WIDTHS, INNER, HEADS, HEAD_WIDTHS, VOCABULARIES, BUCKETS)
    )
    # Models without rotary embeddings have a position embedding.
    may_rotate = config.get("model_type") not in WITH_POSITIONS
    rotated = may_rotate and any(name in config for name in ROTATIONS)
    positions = 0 if rotated else _count(folder, config, POSITIONS)
    positions = max(positions, *(_count(folder, config, name) for name in OWN_POSITIONS))
    layer = width * inner + width * heads * each
    return width * (rows + positions) + max(layers, 1) * layer + buckets * heads


def _count(folder: Path, config: Mapping[str, Any], name: str) -> int:
    """Return a size, 0 if it is not set; raise `ModelError` if it is not a positive integer."""
    value = config.get(name)
    if value is None:
        return 0
    if type(value) is not int or value < 1:
        raise ModelError(
            f"the model file {folder / CONFIG} has {name!r}: {reprlib.repr(value)}; expected a "
            "positive integer"
        )
    return value


def _list_gemma(config: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield names and shapes of the weights of a Gemma 3 model."""
    hidden, inner, dim = (config[name] for name in ("hidden_size", "intermediate_size", "head_dim"))
    attended = config["num_attention_heads"] * dim
    layer = {
        "self_attn.q_proj": (attended, hidden),
        "self_attn.k_proj": (dim, hidden),
        "self_attn.v_proj": (dim, hidden),
        "self_attn.o_proj": (hidden, attended),
        "self_attn.q_norm": (dim,),
        "self_attn.k_norm": (dim,),
        "mlp.gate_proj": (inner, hidden),
        "mlp.up_proj": (inner, hidden),
        "mlp.down_proj": (hidden, inner),
        "input_layernorm": (hidden,),
        "post_attention_layernorm": (hidden,),
        "pre_feedforward_layernorm": (hidden,),
        "post_feedforward_layernorm": (hidden,),
    }
    yield "model.embed_tokens", (config["vocab_size"], hidden)
    yield "model.norm", (hidden,)
    for number in range(config["num_hidden_layers"]):
        for name, shape in layer.items():
            yield f"model.layers.{number}.{name}", shape


def _find_rank(tensors: Mapping[str, TensorInfo], name: str) -> int:
    found = [tensors[f"{name}{form}"] for form in ("", ".q8", ".q4") if f"{name}{form}" in tensors]
    return found[0].shape[0] if found and found[0].shape else 0


def _require_stored(
    path: Path, tensors: Mapping[str, TensorInfo], name: str, shape: tuple[int, ...]
) -> None:
    """Raise `ModelError` unless a tensor is stored in one of the package's formats."""
    rows, columns = shape[0], shape[-1]
    forms: list[dict[str, tuple[tuple[int, ...], tuple[str, ...]]]] = [{"": (shape, FLOATS)}]
    if len(shape) == 2:
        forms += [
            {".q8": (shape, ("I8",)), ".scale": ((rows,), FLOATS)},
            {
                ".q4": ((rows, columns // 2), ("U8",)),
                ".scale": ((rows, columns // GROUP), FLOATS),
            },
        ]
    found = {end: tensors[f"{name}{end}"] for end in ("", ".q8", ".q4", ".scale")
             if f"{name}{end}" in tensors}  # fmt: skip
    for form in forms:
        if found.keys() == form.keys() and all(
            (info.shape == form[end][0] and info.dtype in form[end][1])
            for end, info in found.items()
        ):
            return
    has = ", ".join(f"{end or name} {info.dtype} {[*info.shape]}" for end, info in found.items())
    raise ModelError(
        f"the model file {path} does not match {CONFIG}: expected {name} with shape {[*shape]} in "
        f"one of the package's formats, found {has or 'none'}"
    )
