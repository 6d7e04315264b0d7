"""Build a tiny Gemma model with the task tokens, and a corpus to train it on."""

import json
from pathlib import Path

import pytest
import tokenizers
import torch
import transformers
from tiny import LINES

from vnsum.errors import InputError
from vnsum.training import base, loop
from vnsum.training.data import vocabulary
from vnsum.training.model import load_start
from vnsum.training.quantization.int8_linear import check_products

PAIRS = [
    (f"Hôm nay trời mưa to ở phố {i}.", f"It rained hard in street {i} today.") for i in range(40)
] + [(f"Đội tuyển thắng {i} trận trên sân nhà.", f"The team won {i} matches at home.")
     for i in range(40)]  # fmt: skip


def multiplies_exactly() -> bool:
    """Return whether training with 8-bit products is possible on this processor."""
    try:
        check_products()
    except InputError:
        return False
    return True


needs_exact_products = pytest.mark.skipif(
    not multiplies_exactly(), reason="this processor's 8-bit products are inexact and refused"
)


def train_tokenizer() -> dict[str, object]:
    """Return the JSON form of a small byte-pair tokenizer similar to that of Gemma."""
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = tokenizers.normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.decoder = tokenizers.decoders.Sequence(
        [
            tokenizers.decoders.Replace("▁", " "),
            tokenizers.decoders.ByteFallback(),
            tokenizers.decoders.Fuse(),
        ]
    )
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=600,
        show_progress=False,
        special_tokens=[*vocabulary.SPECIAL_TOKENS, *(f"<0x{byte:02X}>" for byte in range(256))],
    )
    lines = [*LINES, *(side for pair in PAIRS for side in pair)]
    tokenizer.train_from_iterator([f" {line}" for line in lines], trainer)
    whole = json.loads(tokenizer.to_str())
    # Byte tokens are ordinary tokens of the vocabulary.
    whole["added_tokens"] = [row for row in whole["added_tokens"] if row["id"] < 4]
    return whole


def save_base(folder: Path) -> Path:
    """Save a tiny model like `vnsum train prepare` and return its folder."""
    whole = train_tokenizer()
    tokens = sorted(whole["model"]["vocab"], key=whole["model"]["vocab"].get)
    base.save_tokenizer(vocabulary.prune_tokenizer(whole, tokens), folder)
    torch.manual_seed(7)
    config = transformers.Gemma3TextConfig(
        vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=16, query_pre_attn_scalar=16,
        sliding_window=256, max_position_embeddings=512,
        layer_types=["sliding_attention", "full_attention"],
    )  # fmt: skip
    weights = transformers.Gemma3ForCausalLM(config).state_dict()
    base.save_model((config, weights), list(range(len(tokens))), folder)
    return folder


def write_pairs(path: Path, pairs: list[tuple[str, str]] = PAIRS) -> Path:
    path.write_text("".join(f"{vi}\t{en}\n" for vi, en in pairs), encoding="utf-8")
    return path


def write_articles(path: Path) -> Path:
    rows = [
        {"title": vi, "abstract": vi, "body": [vi, f"Mưa ở {i} nơi."]}
        for i, (vi, _) in enumerate(PAIRS[:20])
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def train(run, **options):
    """Train on the processor without a progress bar."""
    return loop.train(run, device="cpu", show=False, **options)


def weights_of(folder):
    """Return the tensors of a model folder by name."""
    return load_start(str(folder)).weights
