"""Model families and `ModelSpec`: what distinguishes translation models from each other.

To add a family, add a row to `FAMILIES`. `vnsum.checkpoints.conventions` finds the row of a
checkpoint that is not in the catalog.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from vnsum import require
from vnsum.languages.tones import ToneStyle

# Trades translation quality for speed; `Family.choose_beams` maps it to a beam width.
Quality = Literal["fast", "standard", "best"]
QUALITIES: tuple[Quality, ...] = ("fast", "standard", "best")
MOST_BEAMS = 1000
TargetToken = Literal["none", "source", "forced_bos", "decoder_start", "suffix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Weights of noisy-channel reranking (Yee, Dauphin & Auli 2019, arXiv:1908.05731).

    A hypothesis scores its log-probability as a translation, plus `reverse` times the
    log-probability of the source given the hypothesis, plus `language[lang]` times its
    log-probability as a text of its language, plus `length` per token. The reverse model penalizes
    translations that leave out a part of the source.
    """

    reverse: float
    language: Mapping[str, float] = field(default_factory=dict, hash=False)
    length: float = 0.0

    def __str__(self) -> str:
        """Format the weights for a signature.

        >>> str(Channel(reverse=0.5, language={"en": 0.3}, length=0.2))
        '0.5/en 0.3/0.2'
        """
        languages = [f"{lang} {weight:g}" for lang, weight in sorted(self.language.items())]
        return "/".join([f"{self.reverse:g}", *languages, f"{self.length:g}"])

    def combine(
        self, *, forward: float, reverse: float, text: float, lang: str, tokens: int
    ) -> float:
        """Return the score of a hypothesis in `lang`.

        `forward`, `reverse` and `text` are sums of log-probabilities, `tokens` is the length.
        """
        language = self.language.get(lang, 0.0)
        return forward + self.reverse * reverse + language * text + self.length * tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """A calibrated estimate of the probability that a translation has no serious error.

    The mean log-probability per token of the translation, plus `reverse` times that of the source
    given the translation, is mapped to a probability by a logistic function. `weights` has its
    intercept and slope for each target language. The evaluation's README says how they were fitted.
    """

    weights: Mapping[str, tuple[float, float]] = field(hash=False)
    reverse: float = 0.5

    def estimate(self, *, forward: float, reverse: float, lang: str) -> float:
        """Return the confidence in a translation into `lang`, between 0 and 1.

        >>> Confidence(weights={"en": (4.0, 4.0)}).estimate(forward=-0.5, reverse=-1.0, lang="en")
        0.5
        """
        intercept, slope = self.weights[lang]
        logit = intercept + slope * (forward + self.reverse * reverse)
        return round(1 / (1 + math.exp(-max(logit, -700.0))), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How models of one family want their input, name languages and end their output.

    `model_types` are the values of `model_type` in `config.json` that models of the family may
    have. `codes` maps a language to the family's own code. `target_token` says where the code of
    the target language goes: nowhere, in place of that of the source language, as the first
    generated token, as the decoder's start token, or behind the source text; `target_template`
    spells the token of a code. `prefix` is put before the source text and `output_prefix` taken off
    the output; `{source}` and `{target}` in them stand for codes, which are tokens of the
    vocabulary if `tagged`. `tokenizer` is the class in transformers if checkpoints name another
    one. `prompt` names a row of `vnsum.chat.prompts.PROMPTS` for models with a chat template.
    `max_source_tokens` is where a sentence is split, `tone_style` how the
    training data of the family put tone marks. `channel` has the weights of reranking,
    `confidence` the calibration of confidences; `None` for families without.
    """

    name: str
    model_types: tuple[str, ...] = ()
    causal: bool = False
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    target_token: TargetToken = "none"
    target_template: str = "{code}"
    multilingual: bool = False
    prefix: str = ""
    output_prefix: str = ""
    tagged: bool = False
    tokenizer: str = ""
    prompt: str = ""
    max_source_tokens: int = 400
    beams: int = 4
    best_beams: int = 8
    channel: Channel | None = None
    confidence: Confidence | None = None
    tone_style: ToneStyle | None = None

    def choose_beams(self, quality: Quality) -> int:
        """Return the beam width for a quality; `"fast"` is greedy search.

        >>> [FAMILIES["nllb"].choose_beams(quality) for quality in QUALITIES]
        [1, 4, 8]
        """
        return {"fast": 1, "standard": self.beams, "best": self.best_beams}[quality]

    def spell_target(self, target: str) -> str:
        """Return the token of the target language."""
        return self.target_template.format(code=self.codes[target])

    def wrap_source(self, text: str, *, source: str, target: str) -> str:
        """Return `text` with the family's input prefix for this direction."""
        return self._fill(self.prefix, source, target) + text

    def unwrap_output(self, text: str, *, source: str, target: str) -> str:
        """Return `text` without the family's output prefix."""
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
                model_types=("gemma3_text",),
                causal=True,
                codes={"en": "<2en>", "vi": "<2vi>"},
                tagged=True,
                target_token="suffix",
                # Trained on sentences of at most 256 tokens, source and target together.
                max_source_tokens=110,
                beams=12,
                best_beams=20,
                # Chosen on VLSP news dev. No weight for Vietnamese: the base model was trained
                # mostly on English, and its language model of Vietnamese did not help.
                channel=Channel(reverse=0.5, language={"en": 0.3}, length=0.2),
                # Fitted on translations that were read, see the evaluation's README.
                confidence=Confidence(weights={"en": (4.4, 4.0), "vi": (4.4, 4.5)}),
            ),
            Family(name="marian", model_types=("marian",)),
            Family(
                name="marian-tagged",
                model_types=("marian",),
                codes={"vi": ">>vie<<", "en": ">>eng<<"},
                prefix="{target} ",
                tagged=True,
            ),
            Family(
                name="nllb",
                model_types=("m2m_100",),
                codes={"vi": "vie_Latn", "en": "eng_Latn"},
                tagged=True,
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
                name="small-100",
                model_types=("m2m_100",),
                codes={"vi": "vi", "en": "en"},
                target_token="source",
                target_template="__{code}__",
                tokenizer="M2M100Tokenizer",
                multilingual=True,
                beams=5,
            ),
            Family(
                name="mbart-50",
                model_types=("mbart",),
                codes={"vi": "vi_VN", "en": "en_XX"},
                target_token="forced_bos",
                multilingual=True,
            ),
            Family(
                name="vinai-translate",
                model_types=("mbart",),
                codes={"vi": "vi_VN", "en": "en_XX"},
                target_token="decoder_start",
                tone_style="new",
                beams=5,
            ),
            Family(
                name="envit5",
                model_types=("t5",),
                codes={"vi": "vi", "en": "en"},
                prefix="{source}: ",
                output_prefix="{target}: ",
                multilingual=True,
            ),
            Family(
                name="madlad-400",
                model_types=("t5",),
                codes={"vi": "<2vi>", "en": "<2en>"},
                prefix="{target} ",
                tagged=True,
                multilingual=True,
            ),
            Family(name="t5", model_types=("t5", "mt5")),
            Family(name="bartpho", model_types=("mbart", "bart"), tone_style="new"),
            Family(
                name="hy-mt2",
                model_types=("hunyuan_v1_dense",),
                causal=True,
                prompt="hy-mt2",
                multilingual=True,
                beams=2,
                best_beams=4,
            ),
            Family(
                name="translategemma",
                model_types=("gemma3", "gemma3_text"),
                causal=True,
                prompt="translategemma",
                multilingual=True,
                beams=2,
                best_beams=4,
            ),
            # Any model with a chat template, see `vnsum.checkpoints.conventions`.
            Family(
                name="chat",
                causal=True,
                prompt="chat",
                multilingual=True,
                beams=2,
                best_beams=4,
            ),
        )
    }
)


FAMILY_HELP = "family of the model, if its files do not determine it"
BOTH = ("vi->en", "en->vi")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A translation model: the origin of its weights, its directions and its licence.

    `checkpoint` is a Hugging Face id or a folder (`origin` `"hub"` or `"path"`), or the name of
    weights inside the package (`"package"`). `directions` are strings like `"vi->en"`; `size_mb`
    is the size in megabytes, 0 if unknown. `revision` is a commit, tag or branch of the hub; by
    default, the commit that was downloaded first stays in use.
    """

    name: str
    checkpoint: str
    origin: str
    family: Family
    directions: tuple[str, ...]
    licence: str
    size_mb: int = 0
    revision: str | None = None
    note: str = ""

    def speaks(self, source: str, target: str) -> bool:
        """Return whether the model translates from `source` to `target`.

        >>> import vnsum
        >>> vnsum.models()[0].speaks("vi", "en")
        True
        """
        direction = f"{require.text(source, 'source')}->{require.text(target, 'target')}"
        return direction in self.directions
