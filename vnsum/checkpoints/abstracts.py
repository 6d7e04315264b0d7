"""Checkpoints that write summaries: one row each, and how each wants its article.

The weights behind a row are a `ModelSpec` like any other and load through `loading`. Nothing here
loads them or judges what they write.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.families import FAMILIES
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.resolution import resolve_model
from vnsum.checkpoints.spec import BOTH, ModelSpec
from vnsum.errors import ModelError

TASK = "summarize"  # what the manifest of packaged weights lists when they have learned it
TASK_TOKEN = "<sum>"
EXTRACT_WORDS = (
    130  # of headline and sentences together, for models that have learned from extracts
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractSpec:
    """How one checkpoint writes summaries.

    `model` is the row of its weights, `languages` are those it summarizes. `prefix` is put before
    the article; a causal model gets `task_token` behind it and continues from there. `codes` are
    the language tokens of families that need one: mBART writes the language whose code its output
    begins with. An article has at most `max_source_tokens`, a summary `max_output_tokens`, both
    counted by the model's own tokenizer; `no_repeat` is the length of runs of tokens that may not
    come twice, 0 for none. A model that has learned from extracts is given one of at most
    `extract_words` words (`vnsum.summarization.abstractive.excerpt`); 0 is for whole articles.
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
# What a checkpoint of the user's own is taken for, by the family that its files tell.
BY_FAMILY: dict[str, AbstractSpec] = {
    "t5": HUB_ABSTRACTS[0],
    "bartpho": AbstractSpec(model=HUB_ABSTRACTS[0].model, max_source_tokens=1000),
    "mbart-50": AbstractSpec(model=HUB_ABSTRACTS[0].model, languages=("vi", "en"),
                             codes={"vi": "vi_VN", "en": "en_XX"}, max_source_tokens=1000),
    "gemma-tagged": AbstractSpec(model=HUB_ABSTRACTS[0].model, task_token=TASK_TOKEN,
                                 max_output_tokens=120, extract_words=EXTRACT_WORDS),
}
# fmt: on


def is_known(name: str) -> bool:
    """Return whether a name is a row of this table or of packaged weights."""
    names = {row.model.name for row in HUB_ABSTRACTS}
    return name in names | {spec.name for spec in known_models() if spec.origin == "package"}


def resolve_abstract(name: str | os.PathLike[str], *, offline: bool | None = None) -> AbstractSpec:
    """Return the row for a known name, a folder with a checkpoint, or a Hugging Face id.

    A folder or id is treated as its family's row says (`BY_FAMILY`). Raises `ModelError` for a
    name that is none of the three, for packaged weights that have not learned to summarize, and
    for a family without a row.

    >>> resolve_abstract("vit5").prefix
    'vietnews: '
    """
    text = os.fspath(name)
    for row in HUB_ABSTRACTS:
        if text in (row.model.name, row.model.checkpoint):
            return row
    # The directions of a translator do not matter here.
    model = replace(resolve_model(text, directions=BOTH, offline=offline), directions=())
    if model.origin == "package":
        _require_task(model)
    if model.family.name not in BY_FAMILY:
        raise ModelError(
            f"{text!r} is of the family {model.family.name!r}, which vnsum cannot run as a "
            f"summarizer: known are {', '.join(sorted(BY_FAMILY))}; for a relative of one of them "
            "build a vnsum.summarization.abstractive.abstractive.Abstractive with an "
            "AbstractSpec of your own"
        )
    return replace(BY_FAMILY[model.family.name], model=model)


def _require_task(model: ModelSpec) -> None:
    """Raise `ModelError` where weights in the package's format have not learned to summarize."""
    if TASK not in read_manifest(model.checkpoint).tasks:
        raise ModelError(
            f"the model {model.name!r} ({model.revision}) translates and has not learned to "
            f"summarize (its manifest does not list the task {TASK!r}): use summarizer='ranker', "
            "or a checkpoint that writes summaries such as 'vit5'"
        )
