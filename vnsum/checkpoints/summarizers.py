"""The catalog of checkpoints that generate summaries, with the input format of each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vnsum import require
from vnsum.chat.prompts import PROMPTS
from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.families import BOTH, FAMILIES, ModelSpec
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.resolution import resolve_model
from vnsum.errors import ModelError

TASK = "summarize"  # listed in the manifest of packaged weights that support it
TASK_TOKEN = "<sum>"
# Words of headline and sentences together, for models that were trained on excerpts.
EXTRACT_WORDS = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractSpec:
    """A checkpoint that generates summaries, and its input and search settings.

    `model` is the spec of its weights, `languages` are the languages it summarizes. The input is
    `prefix`, the article and, for causal models, `task_token`; models with a chat template get the
    prompt of their family instead. `codes` are the language tokens of
    families that need one as the first token of the output, such as mBART. `max_source_tokens` and
    `max_output_tokens` limit article and summary, in tokens of the model; `no_repeat` is the size
    of n-grams that must not repeat, 0 for no limit. A model that was trained on excerpts gets one
    of at most `extract_words` words (`vnsum.summarization.abstractive.excerpt`); 0 means the whole
    article.
    """

    model: ModelSpec
    languages: tuple[str, ...] = ("vi",)
    prefix: str = ""
    task_token: str = ""
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    max_source_tokens: int = 1024
    max_output_tokens: int = 256
    beams: int = 4
    no_repeat: int = 0
    extract_words: int = 0

    def __post_init__(self) -> None:
        """Raise `ModelError` if the prompt of a chat model has no text for summaries."""
        prompt = self.model.family.prompt
        if prompt and not PROMPTS[prompt].summary:
            raise ModelError(
                f"cannot summarize with {self.model.checkpoint!r}: the prompt {prompt!r} of its "
                "family has no text for summaries; use a general chat model, or "
                "summarizer='ranker'"
            )


def _row(
    name: str, checkpoint: str, family: str, licence: str, size_mb: int, note: str = ""
) -> ModelSpec:
    return ModelSpec(
        name=name, checkpoint=checkpoint, origin="hub", family=FAMILIES[family], directions=(),
        licence=licence, size_mb=size_mb, note=note,
    )  # fmt: skip


# fmt: off
HUB_ABSTRACTS = (
    AbstractSpec(model=_row("vit5", "VietAI/vit5-base-vietnews-summarization", "t5", "MIT", 900),
                 prefix="vietnews: "),
    AbstractSpec(model=_row("vit5-large", "VietAI/vit5-large-vietnews-summarization", "t5", "MIT",
                            3460), prefix="vietnews: "),
    AbstractSpec(model=_row("mt5-xlsum", "csebuetnlp/mT5_multilingual_XLSum", "t5",
                            "CC-BY-NC-SA-4.0", 2330), languages=("vi", "en"),
                 max_source_tokens=512, max_output_tokens=84, no_repeat=2),
)
# Settings for checkpoints that are not in the catalog, by family.
BY_FAMILY: dict[str, AbstractSpec] = {
    "t5": HUB_ABSTRACTS[0],
    "bartpho": AbstractSpec(model=HUB_ABSTRACTS[0].model, max_source_tokens=1000),
    "mbart-50": AbstractSpec(model=HUB_ABSTRACTS[0].model, languages=("vi", "en"),
                             codes={"vi": "vi_VN", "en": "en_XX"}, max_source_tokens=1000),
    "gemma-tagged": AbstractSpec(model=HUB_ABSTRACTS[0].model, task_token=TASK_TOKEN,
                                 max_output_tokens=120, extract_words=EXTRACT_WORDS),
}
# Settings for models with a chat template; servers get answers of the same length.
CHAT = AbstractSpec(model=_row("chat", "", "chat", "", 0), languages=("vi", "en"),
                    max_source_tokens=8192, max_output_tokens=512, beams=1)
# fmt: on


def is_known(name: str) -> bool:
    """Return whether a name is in this catalog or is a packaged model."""
    names = {row.model.name for row in HUB_ABSTRACTS}
    return name in names | {spec.name for spec in known_models() if spec.origin == "package"}


def resolve_abstract(name: str | os.PathLike[str], *, offline: bool | None = None) -> AbstractSpec:
    """Return the spec of a known name, a folder with a checkpoint, or a Hugging Face id.

    A folder or id gets the settings of its family (`BY_FAMILY`), or `CHAT` if the family has a
    prompt. Raises `ModelError` for any other name, for packaged weights that cannot summarize, and
    for an unsupported family.

    >>> resolve_abstract("vit5").prefix
    'vietnews: '
    """
    text = require.path_text(name, "a summarizer")
    for row in HUB_ABSTRACTS:
        if text in (row.model.name, row.model.checkpoint):
            return row
    # Directions, prefixes and language tokens are irrelevant for summarization.
    found = resolve_model(text, directions=BOTH, offline=offline, strict=False)
    model = replace(found, directions=())
    if model.origin == "package":
        _require_task(model)
    settings = CHAT if model.family.prompt else BY_FAMILY.get(model.family.name)
    if settings is None:
        raise ModelError(
            f"cannot summarize with {text!r} of the family {model.family.name!r}: expected one of "
            f"{', '.join(sorted(BY_FAMILY))}, or a chat model; for a compatible model create a "
            "vnsum.summarization.abstractive.abstractive.Abstractive with an AbstractSpec of "
            "your own"
        )
    return replace(settings, model=model)


def _require_task(model: ModelSpec) -> None:
    """Raise `ModelError` if weights in the package's format do not support summarization."""
    if TASK not in read_manifest(model.checkpoint).tasks:
        raise ModelError(
            f"the model {model.name!r} ({model.revision}) cannot summarize: its manifest does not "
            f"list the task {TASK!r}; use summarizer='ranker', "
            "or a checkpoint for summarization such as 'vit5'"
        )
