"""Chat models run by transformers: prompts as token ids, replies as text, settings of a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnsum.chat.prompts import Message, strip_thinking

# Chat models come with settings for sampling. A repetition penalty would also count the tokens of
# the source, such as its numbers.
SEARCHING: dict[str, Any] = {"do_sample": False, "repetition_penalty": 1.0,
                             "no_repeat_ngram_size": 0, "temperature": None, "top_k": None,
                             "top_p": None}  # fmt: skip
OPENING = ("<think>", "<thinking>")  # some templates begin the reply themselves


def encode_messages(messages: Sequence[Message], tokenizer: Any) -> list[int]:
    """Return the token ids of messages in the chat template of a tokenizer, without thinking."""
    ids: list[int] = tokenizer.apply_chat_template(
        messages,
        add_generation_prompt=True,
        enable_thinking=False,  # ignored by templates that do not know it
        return_dict=True,
    )["input_ids"]
    return ids


def decode_reply(ids: Sequence[int], tokenizer: Any, *, prompt: Sequence[int]) -> str:
    """Return the text of generated ids without the reasoning, which may begin in the prompt."""
    text = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    # The last tokens are enough for a tag.
    asked = tokenizer.decode(prompt[-16:], clean_up_tokenization_spaces=False).rstrip()
    opened = next((tag for tag in OPENING if asked.endswith(tag)), "")
    return strip_thinking(opened + text)


def find_ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return the ids of all tokens that end an output."""
    ends = model.generation_config.eos_token_id
    more = ends if isinstance(ends, list) else [] if ends is None else [ends]
    return frozenset({tokenizer.eos_token_id, *more})
