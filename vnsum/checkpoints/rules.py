"""Validation of checkpoint settings: one table of rules per file.

Checkpoints are untrusted input: settings are validated before a class is instantiated or memory is
allocated for them.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum.checkpoints.families import BOTH
from vnsum.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Accepted values of a setting; `expected` describes them in error messages."""

    accepts: Callable[[Any], bool]
    expected: str
    optional: bool = False


def pick(path: Path, data: Mapping[str, Any], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Return the settings that have a rule; raise `ModelError` if one is missing or invalid."""
    found = {}
    for name, rule in rules.items():
        if name not in data:
            if rule.optional:
                continue
            raise ModelError(f"the model file {path} has no {name!r}: expected {rule.expected}")
        if not rule.accepts(data[name]):
            raise ModelError(
                f"the model file {path} has {name!r}: {reprlib.repr(data[name])}; expected "
                f"{rule.expected}"
            )
        found[name] = data[name]
    return found


def whole(least: int, most: int, *, optional: bool = False) -> Rule:
    """Accept integers from `least` to `most`."""
    return Rule(
        accepts=lambda value: type(value) is int and least <= value <= most,
        expected=f"an integer from {least} to {most:,}",
        optional=optional,
    )


def real(least: float, most: float, *, optional: bool = False) -> Rule:
    """Accept numbers greater than `least`, up to `most`."""
    return Rule(
        accepts=lambda value: type(value) in (int, float) and least < value <= most,
        expected=f"a number greater than {least:g}, up to {most:g}",
        optional=optional,
    )


def only(value: Any, *, optional: bool = False) -> Rule:
    """Accept the only value that is implemented."""
    return Rule(
        accepts=lambda found: type(found) is type(value) and found == value,
        expected=f"{value!r}",
        optional=optional,
    )


def text(*, optional: bool = False) -> Rule:
    """Accept non-empty strings of at most 1000 characters."""
    return Rule(
        accepts=lambda value: isinstance(value, str) and 0 < len(value) <= 1000,
        expected="a string of 1 to 1000 characters",
        optional=optional,
    )


def texts(*choices: str, optional: bool = False) -> Rule:
    """Accept lists of strings; if `choices` are given, only of those."""
    return Rule(
        accepts=lambda value: (
            isinstance(value, list)
            and len(value) <= 1000
            and all(isinstance(item, str) and (not choices or item in choices) for item in value)
        ),
        expected=f"a list of {', '.join(choices) or 'strings'}",
        optional=optional,
    )


def _are_checksums(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name == Path(name).name and isinstance(digest, str) and SHA256.fullmatch(digest)
        for name, digest in value.items()
    )


def _is_file_table(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name == Path(name).name
        and isinstance(row, dict)
        and isinstance(row.get("sha256"), str)
        and type(row.get("bytes")) is int
        and 0 <= row["bytes"] <= MAX_BYTES
        for name, row in value.items()
    )


def _is_rotation(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("rope_type", "default") != "default":
        return False
    theta: Any = value.get("rope_theta")
    return type(theta) in (int, float) and 0 < theta <= 1e12


def _are_rotations(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_rotation(value.get(kind)) for kind in LAYERS)


SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_BYTES = 1 << 34  # per file in the package's format
MAX_LAYERS = 256
LAYERS = ("sliding_attention", "full_attention")

MANIFEST_RULES: Mapping[str, Rule] = {
    "version": text(),
    # The only family that `vnsum.decoding` implements.
    "family": only("gemma-tagged"),
    "directions": texts(*BOTH),
    "licence": text(),
    "tasks": texts(optional=True),
    "files": Rule(
        accepts=_is_file_table,
        expected="an object of file names, each with 'sha256' and 'bytes'",
    ),
}
# Of the record of a conversion, see `vnsum.checkpoints.pickles`.
RECORD_RULES: Mapping[str, Rule] = {
    name: Rule(
        accepts=_are_checksums, expected="an object of file names, each with its SHA-256 in hex"
    )
    for name in ("pickles", "files")
}
# The settings that `vnsum.decoding` reads, and those whose default it assumes.
GEMMA_RULES: Mapping[str, Rule] = {
    "model_type": only("gemma3_text"),
    "vocab_size": whole(1, 1 << 22),
    "hidden_size": whole(1, 1 << 15),
    "intermediate_size": whole(1, 1 << 18),
    "num_hidden_layers": whole(1, MAX_LAYERS),
    "num_attention_heads": whole(1, 256),
    "num_key_value_heads": only(1),
    "head_dim": whole(2, 1024),
    "layer_types": texts(*LAYERS),
    "max_position_embeddings": whole(32, 1 << 20),
    "sliding_window": whole(32, 1 << 15),
    "query_pre_attn_scalar": real(0, 1e6),
    "rms_norm_eps": real(0, 1),
    "rope_parameters": Rule(
        accepts=_are_rotations,
        expected=f"'rope_type' 'default' and a 'rope_theta' for {' and '.join(LAYERS)}",
    ),
    "pad_token_id": whole(0, 1 << 22),
    "bos_token_id": whole(0, 1 << 22),
    "eos_token_id": whole(0, 1 << 22),
    "hidden_activation": only("gelu_pytorch_tanh", optional=True),
    "tie_word_embeddings": only(True, optional=True),
    "attention_bias": only(False, optional=True),
    "use_bidirectional_attention": only(False, optional=True),
    "attn_logit_softcapping": only(None, optional=True),
    "final_logit_softcapping": only(None, optional=True),
}
TOKENIZER_RULES: Mapping[str, Rule] = {
    "bos_token": text(),
    "eos_token": text(),
    "pad_token": text(),
    "unk_token": text(),
    "extra_special_tokens": texts(optional=True),
    "model_max_length": real(0, 1e31, optional=True),
}
# Search options of a checkpoint that have the same name in transformers and CTranslate2.
SEARCH_RULES: Mapping[str, Rule] = {
    "length_penalty": real(-100, 100, optional=True),
    "no_repeat_ngram_size": whole(0, 1000, optional=True),
    "repetition_penalty": real(0, 100, optional=True),
}
# Of `tokenizer_config.json`: transformers would read another file than `tokenizer.json`.
OTHER_RULES: Mapping[str, Rule] = {"fast_tokenizer_files": texts("tokenizer.json", optional=True)}
# Settings that make transformers load other files or third-party code, and their safe values.
# Of a configuration and those in it: transformers makes several lists of names of labels.
LABEL_RULES: Mapping[str, Rule] = {"num_labels": whole(0, 10_000, optional=True)}
LOADING_RULES: Mapping[str, Rule] = {
    "transformers_weights": only(None, optional=True),
    "quantization_config": only(None, optional=True),
    **{
        name: Rule(
            accepts=lambda value: value in (None, "eager", "sdpa"),
            expected="'eager' or 'sdpa'",
            optional=True,
        )
        for name in (
            "attn_implementation",
            "_attn_implementation",
            "_attn_implementation_internal",
            "experts_implementation",
            "_experts_implementation",
            "_experts_implementation_internal",
        )
    },
}
