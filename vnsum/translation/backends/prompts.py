"""Conversion between text and token ids for each model family, shared by the backends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vnsum.chat.prompts import PROMPTS, PromptTerm, spell_out, strip_thinking
from vnsum.chat.templates import encode_messages, limit_reply
from vnsum.checkpoints.families import Family, ModelSpec
from vnsum.languages.tones import place_tones
from vnsum.translation.backends.backend import Constraint, Hypothesis

# Limit of the output; translations between the two languages are much shorter.
LENGTH_RATIO = 2.5
LENGTH_MARGIN = 32
WORD_START = "▁"  # represents a space in SentencePiece


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Encodes prompts and decodes outputs of a model family with a tokenizer of transformers.

    `ends` are the ids of tokens that end an output, in addition to the end token of the tokenizer.
    """

    family: Family
    tokenizer: Any
    ends: tuple[int, ...] = ()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens."""
        if not texts:
            return []
        return [len(ids) for ids in self.tokenizer([*texts], add_special_tokens=False)["input_ids"]]

    def encode(
        self, text: str, *, source: str, target: str, terms: Sequence[PromptTerm] = ()
    ) -> list[int]:
        """Return the token ids of a prompt; special tokens in the text are treated as text.

        `terms` are for chat models.
        """
        family, tokenizer = self.family, self.tokenizer
        # Sentences may contain line breaks; models were trained on single spaces.
        tags = family.codes.values() if family.tagged else ()
        text = spell_out(" ".join(text.split()), (*tokenizer.all_special_tokens, *tags))
        if source == "vi" and family.tone_style is not None:
            text = place_tones(text, family.tone_style)
        ids: list[int]
        if family.prompt:
            messages = PROMPTS[family.prompt].fill_template(
                text, source=source, target=target, terms=terms
            )
            return encode_messages(messages, tokenizer)
        text = family.wrap_source(text, source=source, target=target)
        if family.causal:
            ids = tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
            suffix = tokenizer.convert_tokens_to_ids(family.spell_target(target))
            return [tokenizer.bos_token_id, *ids, suffix]
        if family.target_token != "none":
            tokenizer.src_lang = family.codes[target if family.target_token == "source" else source]
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
        if self.family.prompt:
            text = strip_thinking(text)
        text = self.family.unwrap_output(text, source=source, target=target)
        return Hypothesis(text=text, finished=not self.end_ids.isdisjoint(ids))

    @property
    def end_ids(self) -> frozenset[int]:
        """The ids of the tokens that end an output."""
        return frozenset({self.tokenizer.eos_token_id, *self.ends})

    def limit_outputs(
        self, texts: Sequence[str], rows: Sequence[Sequence[int]], positions: int
    ) -> list[int]:
        """Return the maximum number of output tokens for each text, encoded as a row.

        Raises `ModelError` if the prompt of a chat model leaves no position for an output.
        """
        if not self.family.prompt:
            return [min(limit_output(len(row)), positions) for row in rows]
        # Instructions take up positions, and are not translated.
        return [
            min(limit_output(length), limit_reply(row, positions))
            for length, row in zip(self.count_tokens(texts), rows, strict=True)
        ]


Terms = Sequence[PromptTerm]


def ask_for_terms(
    constraints: Sequence[Constraint],
    translate: Callable[[Sequence[str], Sequence[Terms]], Sequence[Hypothesis]],
    *,
    every: bool = False,
) -> list[tuple[Hypothesis, ...]]:
    """Return a new translation for each constraint that has forms, made by a chat model.

    `translate` gets each text once, with the first forms of all of its constraints as terms. With
    `every`, it also gets the texts of constraints without forms.
    """
    terms: dict[tuple[str, str], list[PromptTerm]] = {}
    for constraint in constraints:
        if constraint.forms or every:
            known = terms.setdefault((constraint.text, constraint.translation), [])
            known += [PromptTerm(constraint.value, form) for form in constraint.forms[:1]]
    drafts = translate([text for text, _ in terms], [*terms.values()])
    found = dict(zip(terms, drafts, strict=True))
    asked = [found.get((row.text, row.translation)) for row in constraints]
    return [(draft,) if draft is not None and draft.finished else () for draft in asked]


def limit_output(source_tokens: int) -> int:
    """Return the maximum number of output tokens for a prompt of `source_tokens`."""
    return int(source_tokens * LENGTH_RATIO) + LENGTH_MARGIN


def limit_source(family: Family, positions: int) -> int:
    """Return the maximum number of tokens of a text for a model with `positions`."""
    # In a chat model, instructions, text and translation share the positions.
    most = positions // 4 if family.prompt else positions
    return max(1, min(family.max_source_tokens, most))


def make_signature(spec: ModelSpec, precision: str, device: str, beams: int) -> str:
    """Return the signature of a backend: model, revision, precision, device, prompt, beam width."""
    prompt = f"prompt {PROMPTS[spec.family.prompt].signature}" if spec.family.prompt else None
    parts = [spec.name, spec.revision, precision, device, prompt]
    return "|".join([*(part for part in parts if part), f"beam {beams}"])
