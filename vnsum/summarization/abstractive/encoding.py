"""Articles as token ids in the input format of a model, and token ids as summaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnsum.chat.prompts import PROMPTS, prepare_text, spell_out
from vnsum.chat.templates import decode_reply, encode_messages
from vnsum.checkpoints.summarizers import AbstractSpec


def clean_article(spec: AbstractSpec, tokenizer: Any, text: str) -> str:
    """Return a text on one line; special tokens that the author typed stay text."""
    text = spell_out(" ".join(text.split()), tuple(tokenizer.all_special_tokens))
    return prepare_text(text) if spec.model.family.prompt else text


def encode_article(spec: AbstractSpec, tokenizer: Any, text: str, *, lang: str) -> list[int]:
    """Return the token ids of an article in the input format of the model."""
    text = clean_article(spec, tokenizer, text)
    if spec.model.family.prompt:
        messages = PROMPTS[spec.model.family.prompt].ask_summary(text, lang=lang)
        return encode_messages(messages, tokenizer)
    text = spec.prefix + text
    ids: list[int]
    if spec.model.family.causal:
        ids = tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
        task = tokenizer.convert_tokens_to_ids(spec.task_token)
        return [tokenizer.bos_token_id, *ids, task]
    if spec.codes:
        tokenizer.src_lang = spec.codes[lang]
    ids = tokenizer(text)["input_ids"]
    return ids


def count_instructions(spec: AbstractSpec, tokenizer: Any) -> int:
    """Return the number of tokens of the prefix or prompt, the longest of all languages."""
    if spec.model.family.prompt:
        empty = [encode_article(spec, tokenizer, "", lang=lang) for lang in spec.languages]
        return max(len(ids) for ids in empty)
    prefix: list[int] = tokenizer(spec.prefix, add_special_tokens=False)["input_ids"]
    return len(prefix)


def decode_summary(
    spec: AbstractSpec, tokenizer: Any, ids: Sequence[int], *, article: Sequence[int]
) -> str:
    """Return the text of generated ids; `article` are the encoded ones that they follow."""
    if spec.model.family.prompt:
        return decode_reply(ids, tokenizer, prompt=article)
    text = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return str(text).strip()
