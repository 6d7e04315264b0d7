"""What sets families of translation models apart, one row a family; no code per model.

To add a family, add a row. `Family.model_types` are the `model_type` values of `config.json`
that lead to the row when a user names a checkpoint that is not in the catalog.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from vnsum.languages.tones import ToneStyle

TargetToken = Literal["none", "forced_bos", "decoder_start", "suffix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How models of one family want their input, name languages and end their output.

    `codes` maps a language to the family's own code. `target_token` says where the code of the
    target language goes: nowhere, as the first generated token, as the decoder's start token, or
    behind the source text; `target_template` spells the token of a code. `prefix` is put before
    the source text and `output_prefix` taken off the output; `{source}` and `{target}` in them
    stand for codes. `max_source_tokens` is where a sentence is split, `tone_style` how the
    training data of the family put tone marks. `reverse_weight` is how much it counts among the
    candidates of a search how likely the model finds the source as a translation of each; 0 where
    models of the family cannot tell.
    """

    name: str
    model_types: tuple[str, ...] = ()
    causal: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    target_token: TargetToken = "none"
    target_template: str = "{code}"
    multilingual: bool = False
    prefix: str = ""
    output_prefix: str = ""
    max_source_tokens: int = 400
    beams: int = 4
    reverse_weight: float = 0.0
    tone_style: ToneStyle | None = None

    def spell_target(self, target: str) -> str:
        """Return the token that stands for the target language."""
        return self.target_template.format(code=self.codes[target])

    def wrap_source(self, text: str, *, source: str, target: str) -> str:
        """Return `text` with the family's prefix for this direction."""
        return self._fill(self.prefix, source, target) + text

    def unwrap_output(self, text: str, *, source: str, target: str) -> str:
        """Return `text` without the prefix that the family writes before its output."""
        return text.strip().removeprefix(self._fill(self.output_prefix, source, target)).strip()

    def _fill(self, template: str, source: str, target: str) -> str:
        return template.format(
            source=self.codes.get(source, source), target=self.codes.get(target, target)
        )


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        row.name: row
        for row in (
            Family(
                name="gemma-tagged",
                causal=True,
                codes={"en": "<2en>", "vi": "<2vi>"},
                target_token="suffix",
                # Trained on sentences of at most 256 tokens, source and target together.
                max_source_tokens=110,
            ),
            Family(name="marian", model_types=("marian",)),
            Family(
                name="marian-tagged",
                codes={"vi": ">>vie<<", "en": ">>eng<<"},
                prefix="{target} ",
            ),
            Family(
                name="nllb",
                codes={"vi": "vie_Latn", "en": "eng_Latn"},
                target_token="forced_bos",
                multilingual=True,
            ),
            Family(
                name="m2m100",
                model_types=("m2m_100",),
                codes={"vi": "vi", "en": "en"},
                target_token="forced_bos",
                target_template="__{code}__",
                output_prefix="__{target}__",
                multilingual=True,
            ),
            Family(
                name="mbart-50",
                codes={"vi": "vi_VN", "en": "en_XX"},
                target_token="forced_bos",
                multilingual=True,
            ),
            Family(
                name="vinai-translate",
                codes={"vi": "vi_VN", "en": "en_XX"},
                target_token="decoder_start",
                tone_style="new",
            ),
            Family(
                name="envit5",
                codes={"vi": "vi", "en": "en"},
                prefix="{source}: ",
                output_prefix="{target}: ",
                multilingual=True,
            ),
            Family(name="t5", model_types=("t5", "mt5")),
            Family(name="bartpho", model_types=("mbart", "bart")),
        )
    }
)
