"""Build tiny seeded models: a checkpoint of every family, and a bare decoder."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import sentencepiece
import torch
import transformers

from vnsum.chat.prompts import PROMPTS
from vnsum.decoding.kv_cache import GROWTH

LINES = [
    "Hôm nay trời mưa to ở Hà Nội, nhiều tuyến đường ngập sâu.",
    "Chính phủ họp về giá điện và công bố kết quả vào ngày mai.",
    "Đội tuyển thắng hai trận liên tiếp trên sân nhà.",
    "It rained hard in Hanoi today and many streets were flooded.",
    "The government met about the price of power and reports tomorrow.",
    "The team won two matches in a row at home.",
] * 20
WIDE = {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32,
        "max_position_embeddings": 56}  # fmt: skip
FIRST = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}


def train_pieces(**options: object) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LINES), model_writer=model, vocab_size=160, minloglevel=2,
        hard_vocab_limit=False, num_threads=1, **options,
    )  # fmt: skip
    return model.getvalue()


def pieces_of(model: bytes) -> list[tuple[str, float]]:
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [(processor.id_to_piece(i), processor.get_score(i)) for i in range(len(processor))]


def fairseq_vocabulary(model: bytes) -> list[tuple[str, float]]:
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    return [*special, *pieces_of(model)[3:]]


def build_marian(folder: Path) -> tuple[object, object]:
    model = train_pieces()
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(model)
    vocabulary = {piece: index for index, (piece, _) in enumerate(pieces_of(model))}
    for piece in (">>vie<<", "<pad>"):
        vocabulary[piece] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = transformers.MarianTokenizer(
        str(folder / "source.spm"), str(folder / "target.spm"), str(folder / "vocab.json"),
        source_lang="vi", target_lang="en",
    )  # fmt: skip
    pad = vocabulary["<pad>"]
    config = transformers.MarianConfig(
        vocab_size=len(vocabulary), decoder_vocab_size=len(vocabulary), pad_token_id=pad,
        decoder_start_token_id=pad, eos_token_id=vocabulary["</s>"], forced_eos_token_id=None,
        **WIDE,
    )  # fmt: skip
    return transformers.MarianMTModel(config), tokenizer


def build_nllb(folder: Path) -> tuple[object, object]:
    pieces = [piece for piece, _ in fairseq_vocabulary(train_pieces(model_type="bpe"))]
    tokenizer = transformers.NllbTokenizer(
        vocab={piece: index for index, piece in enumerate(pieces)}, merges=[]
    )
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer), decoder_start_token_id=2, **FIRST, **WIDE
    )
    return transformers.M2M100ForConditionalGeneration(config), tokenizer


def build_m2m100(folder: Path) -> tuple[object, object]:
    model = train_pieces()
    (folder / "pieces.model").write_bytes(model)
    pieces = [piece for piece, _ in fairseq_vocabulary(model)]
    (folder / "pieces.json").write_text(json.dumps({p: i for i, p in enumerate(pieces)}))
    tokenizer = transformers.M2M100Tokenizer(
        str(folder / "pieces.json"), str(folder / "pieces.model")
    )
    config = transformers.M2M100Config(vocab_size=600, decoder_start_token_id=2, **FIRST, **WIDE)
    return transformers.M2M100ForConditionalGeneration(config), tokenizer


def build_small100(folder: Path) -> tuple[object, object]:
    """Build a SMaLL-100: an M2M100 with fewer layers in the decoder."""
    model, tokenizer = build_m2m100(folder)
    config = transformers.M2M100Config(**{**model.config.to_dict(), "encoder_layers": 2})
    return transformers.M2M100ForConditionalGeneration(config), tokenizer


def build_mbart50(folder: Path) -> tuple[object, object]:
    tokenizer = transformers.MBart50Tokenizer(vocab=pieces_of(train_pieces()))
    config = transformers.MBartConfig(
        vocab_size=len(tokenizer), decoder_start_token_id=2, forced_eos_token_id=None,
        **FIRST, **WIDE,
    )  # fmt: skip
    return transformers.MBartForConditionalGeneration(config), tokenizer


def build_vinai(folder: Path) -> tuple[object, object]:
    tokenizer = transformers.MBartTokenizer(vocab=fairseq_vocabulary(train_pieces()))
    config = transformers.MBartConfig(
        vocab_size=len(tokenizer), forced_eos_token_id=None, **FIRST, **WIDE
    )
    return transformers.MBartForConditionalGeneration(config), tokenizer


def build_t5(folder: Path) -> tuple[object, object]:
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    tokenizer = transformers.T5Tokenizer(vocab=[*special, *pieces_of(train_pieces())[3:]])
    config = transformers.T5Config(
        vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    return transformers.T5ForConditionalGeneration(config), tokenizer


def build_madlad(folder: Path) -> tuple[object, object]:
    """Build a T5 v1.1 with tokens for target languages."""
    tied, tokenizer = build_t5(folder)
    tokenizer.add_tokens(["<2vi>", "<2en>"])
    config = transformers.T5Config(
        **{**tied.config.to_dict(), "vocab_size": len(tokenizer), "tie_word_embeddings": False}
    )
    return _untie(transformers.T5ForConditionalGeneration(config)), tokenizer


def build_untied_t5(folder: Path) -> tuple[object, object]:
    """Build a T5 v1.1, whose output layer is not the embedding and whose logits are not scaled."""
    tied, tokenizer = build_t5(folder)
    config = transformers.T5Config(**{**tied.config.to_dict(), "tie_word_embeddings": False})
    return _untie(transformers.T5ForConditionalGeneration(config)), tokenizer


def build_mt5(folder: Path) -> tuple[object, object]:
    tied, tokenizer = build_t5(folder)
    own = ("model_type", "dense_act_fn", "is_gated_act")
    options = {key: value for key, value in tied.config.to_dict().items() if key not in own}
    options["feed_forward_proj"] = "gated-gelu"
    model = transformers.MT5ForConditionalGeneration(transformers.MT5Config(**options))
    return _untie(model), tokenizer


def _untie(model: object) -> object:
    """Give a model an output layer of its own."""
    weight = 4 * torch.randn_like(model.get_input_embeddings().weight)  # no near ties
    model.lm_head.weight = torch.nn.Parameter(weight)
    return model


def build_bartpho(folder: Path) -> tuple[object, object]:
    model = train_pieces()
    (folder / "pieces.model").write_bytes(model)
    lines = [f"{piece} 1" for piece, _ in pieces_of(model)[3:]]
    (folder / "pieces.txt").write_text("\n".join(lines), encoding="utf-8")
    tokenizer = transformers.BartphoTokenizer(
        str(folder / "pieces.model"), str(folder / "pieces.txt")
    )
    config = transformers.MBartConfig(
        vocab_size=len(tokenizer), decoder_start_token_id=2, forced_eos_token_id=None,
        **FIRST, **WIDE,
    )  # fmt: skip
    return transformers.MBartForConditionalGeneration(config), tokenizer


BUILDERS: dict[str, Callable[[Path], tuple[object, object]]] = {
    "marian": build_marian,
    "marian-tagged": build_marian,
    "nllb": build_nllb,
    "m2m100": build_m2m100,
    "mbart-50": build_mbart50,
    "vinai-translate": build_vinai,
    "envit5": build_t5,
    "madlad-400": build_madlad,
    "small-100": build_small100,
    "t5": build_t5,
    "bartpho": build_bartpho,
}


# Checkpoints of the family T5 that need other conventions.
UNTIED: dict[str, Callable[[Path], tuple[object, object]]] = {
    "t5-untied": build_untied_t5,
    "mt5": build_mt5,
}


def save_tiny(family: str, folder: Path) -> Path:
    """Build the tiny checkpoint of `family` and save it in the format of the hub."""
    torch.manual_seed(7)
    scratch = folder / "parts"
    scratch.mkdir()
    model, tokenizer = {**BUILDERS, **UNTIED}[family](scratch)
    with torch.no_grad():  # random weights must generate words rather than special tokens
        for layer in (model.get_input_embeddings(), model.get_output_embeddings()):
            layer.weight[tokenizer.all_special_ids] = 0
    saved = folder / "checkpoint"
    model.save_pretrained(saved)
    tokenizer.save_pretrained(saved)
    if family in (*UNTIED, "madlad-400"):  # as on the hub; transformers 5 saves `true` for every T5
        path = saved / "config.json"
        settings = {**json.loads(path.read_text()), "tie_word_embeddings": False}
        settings.pop("scale_decoder_outputs", None)
        path.write_text(json.dumps(settings))
    return saved


END = 1
LIMIT = 4 * GROWTH + 3  # long enough for the key-value cache to grow several times


def tiny_model(seed, **options):
    """Return a decoder like that of the packaged model, which completes some of its sentences."""
    torch.manual_seed(seed)
    config = transformers.Gemma3TextConfig(
        vocab_size=60, hidden_size=32, intermediate_size=48, num_hidden_layers=6,
        num_attention_heads=4, num_key_value_heads=1, head_dim=16, query_pre_attn_scalar=16,
        sliding_window=512, pad_token_id=0, eos_token_id=END, bos_token_id=2, **options,
    )  # fmt: skip
    model = transformers.Gemma3ForCausalLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            # Large enough that no two continuations have nearly the same score.
            parameter.copy_(torch.randn_like(parameter) * (0.5 if parameter.ndim > 1 else 0.3))
        embedding = model.get_input_embeddings().weight
        embedding *= 0.5  # the next token must depend on more than the last one
        embedding[END] *= 2  # some sentences must end
    return model


def prompts(seed):
    """Return the token ids of six prompts of different lengths."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(3, 60, (n,), generator=generator).tolist() for n in (5, 9, 3, 7, 12, 9)]


# Small chat templates, as those of the models write them.
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% if enable_thinking is defined and "
    "not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
HUNYUAN = (
    "{{ bos_token }}{% for m in messages %}<|User|>{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}<|Assistant|>{% endif %}"
)
TRANSLATION = (
    "{{ bos_token }}{% for m in messages %}{% set item = m.content[0] %}<start_of_turn>{{ m.role }}"
    "\nTranslate from {{ item.source_lang_code }} to {{ item.target_lang_code }}:\n"
    "{{ item.text | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% for m in messages %}<start_of_turn>{{ m.role }}\n{{ m.content }}"
    "<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
# Name -> family, model type of transformers, chat template, end of a turn.
CHATS = {
    "hunyuan": ("hy-mt2", "HunYuanDenseV1", HUNYUAN, "<|eos|>"),
    "translategemma": ("translategemma", "Gemma3", TRANSLATION, "<end_of_turn>"),
    "gemma3": ("chat", "Gemma3", GEMMA, "<end_of_turn>"),
    "qwen3": ("chat", "Qwen3", CHATML, "<|im_end|>"),
    "qwen2": ("chat", "Qwen2", CHATML, "<|im_end|>"),
    "llama": ("chat", "Llama", CHATML, "<|im_end|>"),
    "mistral": ("chat", "Mistral", CHATML, "<|im_end|>"),
}
CONVERTED_CHATS = [name for name in CHATS if name != "hunyuan"]
MARKS = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>", "<|im_start|>",
         "<|im_end|>", "<|User|>", "<|Assistant|>", "<|eos|>"]  # fmt: skip


def train_bytes(template: str, end: str) -> object:
    """Return a byte-level tokenizer with the chat template."""
    import tokenizers

    trained = tokenizers.ByteLevelBPETokenizer()
    lines = [*LINES, *(prompt.translation for prompt in PROMPTS.values())] * 2  # short prompts
    trained.train_from_iterator(lines, vocab_size=700, special_tokens=MARKS, show_progress=False)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=trained._tokenizer, bos_token="<bos>", eos_token=end, pad_token="<pad>",
        unk_token="<unk>", extra_special_tokens=MARKS[4:], chat_template=template,
    )  # fmt: skip


def add_vision(text: object) -> object:
    vision = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
              "num_attention_heads": 2, "image_size": 28, "patch_size": 14}  # fmt: skip
    config = transformers.Gemma3Config(
        text_config=text.to_dict(), vision_config=vision, mm_tokens_per_image=4,
        image_token_index=text.vocab_size - 1, boi_token_index=text.vocab_size - 2,
        eoi_token_index=text.vocab_size - 3,
    )  # fmt: skip
    return transformers.Gemma3ForConditionalGeneration(config)


def save_chat(name: str, folder: Path, **options: object) -> Path:
    """Save a tiny instruct model with a chat template in the format of the hub."""
    _, kind, template, end = CHATS[name]
    torch.manual_seed(7)
    tokenizer = train_bytes(template, end)
    sizes = {
        "vocab_size": len(tokenizer) + 5, "hidden_size": 32, "intermediate_size": 48,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
        "max_position_embeddings": 512, "pad_token_id": 0, "bos_token_id": 2,
        "eos_token_id": tokenizer.eos_token_id, "tie_word_embeddings": True,
    }  # fmt: skip
    if kind == "Gemma3":
        layers = ["sliding_attention", "full_attention"]
        sizes |= {"query_pre_attn_scalar": 8, "layer_types": layers, "sliding_window": 400}
        config = transformers.Gemma3TextConfig(**(sizes | options))
        model = transformers.Gemma3ForCausalLM(config)
        if name == "translategemma":  # reads images, too
            model = add_vision(config)
    else:
        config = getattr(transformers, f"{kind}Config")(**(sizes | options))
        model = getattr(transformers, f"{kind}ForCausalLM")(config)
    with torch.no_grad():
        for parameter in model.parameters():  # no near ties
            if parameter.ndim > 1:
                parameter.copy_(torch.randn_like(parameter) * 0.3)
        embedding = model.get_input_embeddings().weight
        if kind == "Gemma3":
            embedding *= 0.2  # the next token must depend on more than the last one
        ending = embedding[tokenizer.eos_token_id] * 1.5  # some outputs end
        embedding[: len(MARKS)] = 0
        embedding[tokenizer.eos_token_id] = ending
    model.generation_config.eos_token_id = [1, tokenizer.eos_token_id]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
