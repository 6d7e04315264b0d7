"""Prune the published base model to the vocabulary of Vietnamese and English.

`prepare_base` keeps the tokens that Vietnamese and English use, adds the task tokens and saves a
Hugging Face checkpoint; `vnsum.training.gguf` reads the base model.
"""

from __future__ import annotations

import importlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum import require
from vnsum.errors import InputError, ModelError
from vnsum.storage import read_lines
from vnsum.training.data import vocabulary
from vnsum.training.gguf import PACKAGE, load_tokenizer, load_weights
from vnsum.training.model import EMBEDDING, Start, load_start, save_start

if TYPE_CHECKING:
    import torch

TOKENS = 58_000
BATCH = 2000  # texts tokenized at once
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The result of `prepare_base`: the folder, the sizes and the check of the tokenizer."""

    folder: Path
    tokens: int
    parameters: int
    texts_checked: int
    texts_different: int
    coverage: Mapping[str, float]


def prepare_base(
    gguf: Path,
    out: Path,
    *,
    texts: Mapping[str, Iterable[str]],
    words: Mapping[str, float] | None = None,
    size: int = TOKENS,
) -> Prepared:
    """Prune the base model to the vocabulary of `texts` and save it in the folder `out`.

    `texts` are samples of text by kind (`"vi"`, `"en"`). Each kind has the same weight, and so has
    `words`, a list of lower-cased English words with their frequencies. Neither may contain
    development or test data. `size` is the number of tokens without the four task tokens.
    """
    tokenizer = load_tokenizer(gguf)
    samples = {kind: [f" {text}" for text in lines] for kind, lines in texts.items()}
    counts: dict[str, Mapping[str, float]] = {
        kind: count_tokens(tokenizer, lines) for kind, lines in samples.items()
    }
    if words:
        counts["words"] = count_words(tokenizer, words)
    whole = json.loads(tokenizer.to_str())
    tokens = vocabulary.choose_tokens(whole, list(counts.values()), size=size)
    save_tokenizer(vocabulary.prune_tokenizer(whole, tokens), out)
    numbers = [whole["model"]["vocab"][token] for token in tokens]
    parameters = save_model(load_weights(gguf), numbers, out)
    every = [line for lines in samples.values() for line in lines[:BATCH]]
    checked, different = vocabulary.find_differences(tokenizer, read_tokenizer(out), tokens, every)
    _copy_terms(out)
    return Prepared(
        folder=out,
        tokens=len(tokens) + len(vocabulary.TASK_TOKENS),
        parameters=parameters,
        texts_checked=checked,
        texts_different=len(different),
        coverage={kind: measure_coverage(table, set(tokens)) for kind, table in counts.items()},
    )


def prepare_like(gguf: Path, out: Path, model: str) -> int:
    """Save the base with the vocabulary of a trained model and return the size of the vocabulary.

    The result can be averaged with that model and with models trained from it
    (`vnsum.training.averaging`). Raises `ModelError` if the shapes differ.
    """
    start = load_start(model)
    _, weights = load_weights(gguf)
    tensors = match_vocabulary(load_tokenizer(gguf).get_vocab(), weights, start)
    save_start(out, replace(start, weights=tensors))
    _copy_terms(out)
    return len(tensors[EMBEDDING])


def match_vocabulary(
    numbers: Mapping[str, int], weights: Mapping[str, torch.Tensor], start: Start
) -> dict[str, torch.Tensor]:
    """Return `weights` with the embedding reordered to the vocabulary of `start`.

    `numbers` are the token ids of `weights`. Tokens that are not among them, such as the task
    tokens, keep the embedding that they have in `start`.
    """
    own = start.weights
    if any(name not in weights or weights[name].shape[1:] != own[name].shape[1:] for name in own):
        raise ModelError(
            "the model and the base differ in tensors: expected a model trained from this base"
        )
    rows = own[EMBEDDING].clone()
    for token, number in start.tokenizer.get_vocab().items():
        if token in numbers:
            rows[number] = weights[EMBEDDING][numbers[token]]
    return {**{name: weights[name] for name in own}, EMBEDDING: rows}


def save_model(
    base: tuple[Any, Mapping[str, torch.Tensor]], numbers: Sequence[int], out: Path
) -> int:
    """Save the model with the embedding rows `numbers` and return its number of parameters.

    The embeddings of the task tokens are the mean of the kept rows plus a little noise.
    """
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    config, weights = base
    data = {k: v for k, v in config.to_dict().items() if k not in ("quantization_config",)}
    data.update(
        vocab_size=len(numbers) + len(vocabulary.TASK_TOKENS),
        pad_token_id=0, eos_token_id=1, bos_token_id=2, unk_token_id=3,
        tie_word_embeddings=True, dtype="bfloat16",
    )  # fmt: skip
    rows = weights["model.embed_tokens.weight"][torch.tensor(numbers)].float()
    noise = torch.randn(
        len(vocabulary.TASK_TOKENS), rows.shape[1], generator=torch.Generator().manual_seed(SEED)
    )
    tensors = {k: v.bfloat16() for k, v in weights.items() if k != "lm_head.weight"}
    tensors["model.embed_tokens.weight"] = torch.cat([rows, rows.mean(0) + 0.02 * noise]).bfloat16()
    model = Gemma3ForCausalLM.from_pretrained(
        None,
        config=Gemma3TextConfig(**data),
        state_dict=tensors,
        dtype=torch.bfloat16,
        trust_remote_code=False,
    )
    model.save_pretrained(out)
    return sum(parameter.numel() for parameter in model.parameters())


def save_tokenizer(tokenizer: Mapping[str, Any], out: Path) -> None:
    """Save a tokenizer given as JSON data in the format of transformers."""
    from transformers import PreTrainedTokenizerFast

    out.mkdir(parents=True, exist_ok=True)
    path = out / "tokenizer.json"
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    PreTrainedTokenizerFast(
        tokenizer_file=str(path),
        pad_token="<pad>", eos_token="<eos>", bos_token="<bos>", unk_token="<unk>",
        extra_special_tokens=[*vocabulary.TASK_TOKENS],
    ).save_pretrained(out)  # fmt: skip


def read_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of a folder as a `tokenizers.Tokenizer`."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def count_tokens(tokenizer: Any, texts: Sequence[str]) -> Counter[str]:
    """Return the number of occurrences of each token in `texts`."""
    counts: Counter[int] = Counter()
    for start in range(0, len(texts), BATCH):
        for found in tokenizer.encode_batch(texts[start : start + BATCH], add_special_tokens=False):
            counts.update(found.ids)
    return Counter({tokenizer.id_to_token(number): count for number, count in counts.items()})


def count_words(tokenizer: Any, frequencies: Mapping[str, float]) -> dict[str, float]:
    """Return the expected frequencies of tokens given the frequencies of lower-cased words."""
    spelled = list(vocabulary.spell_words(frequencies))
    counts: dict[str, float] = {}
    for start in range(0, len(spelled), BATCH):
        batch = spelled[start : start + BATCH]
        found = tokenizer.encode_batch([text for text, _ in batch], add_special_tokens=False)
        for encoding, (_, share) in zip(found, batch, strict=True):
            for token in encoding.tokens:
                counts[token] = counts.get(token, 0.0) + share
    return counts


def measure_coverage(counts: Mapping[str, float], kept: set[str]) -> float:
    """Return the share of token occurrences that are in `kept`."""
    whole = sum(counts.values())
    return sum(count for token, count in counts.items() if token in kept) / whole if whole else 1.0


def read_words(path: Path) -> dict[str, float]:
    """Read lines of `word<TAB>frequency`; raises `InputError` for any other line."""
    words: dict[str, float] = {}
    for number, line in enumerate(read_lines(path), start=1):
        word, _, frequency = line.partition("\t")
        try:
            words[word] = float(frequency)
        except ValueError as error:
            raise InputError(
                f"{path}, line {number}, is {require.show(line)}: expected word<TAB>frequency"
            ) from error
    return words


def _copy_terms(out: Path) -> None:
    """Copy the terms of use of the base model if its packages are installed."""
    try:
        source = Path(str(importlib.import_module(PACKAGE).__file__)).parent / "data"
    except ImportError:
        return
    for name in ("GEMMA_TERMS.html", "NOTICE.md"):
        shutil.copy(source / name, out / name)
