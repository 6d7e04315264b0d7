"""Conversion between text and token ids for each model family, shared by the backends."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vnsum.checkpoints.families import Family, ModelSpec
from vnsum.languages.tones import place_tones
from vnsum.translation.backends.backend import Hypothesis

# Limit of the output; translations between the two languages are much shorter.
LENGTH_RATIO = 2.5
LENGTH_MARGIN = 32
WORD_START = "▁"  # represents a space in SentencePiece


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Encodes prompts and decodes outputs of a model family with a tokenizer of transformers."""

    family: Family
    tokenizer: Any

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens."""
        if not texts:
            return []
        return [len(ids) for ids in self.tokenizer([*texts], add_special_tokens=False)["input_ids"]]

    def encode(self, text: str, *, source: str, target: str) -> list[int]:
        """Return the token ids of a prompt; special tokens in the text are treated as text."""
        family, tokenizer = self.family, self.tokenizer
        # Sentences may contain line breaks; models were trained on single spaces.
        text = spell_out(" ".join(text.split()), tuple(tokenizer.all_special_tokens))
        if source == "vi" and family.tone_style is not None:
            text = place_tones(text, family.tone_style)
        text = family.wrap_source(text, source=source, target=target)
        ids: list[int]
        if family.causal:
            ids = tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
            suffix = tokenizer.convert_tokens_to_ids(family.spell_target(target))
            return [tokenizer.bos_token_id, *ids, suffix]
        if family.target_token != "none":
            tokenizer.src_lang = family.codes[source]
        ids = tokenizer(text)["input_ids"]
        return ids

    def encode_output(self, text: str) -> list[int]:
        """Return the token ids of `text` as the output of a causal model."""
        text = spell_out(text, tuple(self.tokenizer.all_special_tokens))
        ids: list[int] = self.tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
        return ids

    def find_word_starts(self, text: str) -> list[int]:
        """Return the positions of words and punctuation in `encode_output(text)`."""
        pieces = self.tokenizer.convert_ids_to_tokens(self.encode_output(text))
        return [
            place
            for place, piece in enumerate(pieces)
            if piece.startswith(WORD_START) or not piece[0].isalnum()
        ]

    def find_token(self, text: str, place: int) -> int:
        """Return the position in `encode_output(text)` of the word at offset `place` of `text`."""
        return len(self.encode_output(text[:place].rstrip())) if text[:place].strip() else 0

    def decode(self, ids: Sequence[int], *, source: str, target: str) -> Hypothesis:
        """Return the text of generated ids, finished if they contain the end token."""
        tokenizer = self.tokenizer
        text = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        text = self.family.unwrap_output(text, source=source, target=target)
        return Hypothesis(text=text, finished=tokenizer.eos_token_id in ids)


def limit_output(source_tokens: int) -> int:
    """Return the maximum number of output tokens for a prompt of `source_tokens`."""
    return int(source_tokens * LENGTH_RATIO) + LENGTH_MARGIN


def make_signature(spec: ModelSpec, precision: str, device: str, beams: int) -> str:
    """Return the signature of a backend: model, revision, precision, device, beam width."""
    parts = [spec.name, spec.revision, precision, device]
    return "|".join([*(part for part in parts if part), f"beam {beams}"])


def spell_out(text: str, special: tuple[str, ...]) -> str:
    """Return `text` with a space inside every special token that it contains.

    >>> spell_out("a <eos> b", ("<eos>",))
    'a < eos> b'
    """
    pattern = _compile_special(special)
    return pattern.sub(lambda match: f"{match.group()[0]} {match.group()[1:]}", text)


@functools.lru_cache(maxsize=8)
def _compile_special(special: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(token) for token in special if len(token) > 1) or r"(?!)")
