"""Text generation with abstractive summarization models.

Packaged weights run on `vnsum.decoding` and are shared with the translator; other checkpoints run
on `generate` of transformers. `vnsum.checkpoints.summarizers` specifies the input format of each
model. Weights are loaded at the first article.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from vnsum.chat.prompts import PROMPTS
from vnsum.chat.templates import SEARCHING, find_ends, limit_reply
from vnsum.checkpoints.failures import FailureCache, wrap_errors
from vnsum.checkpoints.inspection import identify_weights
from vnsum.checkpoints.loading import load_checkpoint
from vnsum.checkpoints.resolution import locate_model
from vnsum.checkpoints.summarizers import AbstractSpec
from vnsum.errors import VnsumError
from vnsum.forking import reset_after_fork
from vnsum.processors import limit_spinning, use_threads
from vnsum.summarization.abstractive.encoding import (
    clean_article,
    count_instructions,
    decode_summary,
    encode_article,
)

if TYPE_CHECKING:
    from vnsum.checkpoints.loading import Checkpoint
    from vnsum.decoding.beam import TokenHypothesis
    from vnsum.decoding.engine import Engine

MAX_ARTICLES = 16  # per batch; more are hardly faster and need more memory
MAX_BATCH_TOKENS = 2048
FAILED = "cannot summarize with the files (config.json, generation_config.json, tokenizer) of"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedSummary:
    """A generated text; `finished` is false if it reached the length limit.

    `alternatives` are the other hypotheses of the beam, most likely first.
    """

    text: str
    finished: bool = True
    alternatives: tuple[GeneratedSummary, ...] = ()


class SummaryGenerator(Protocol):
    """Protocol of models that generate summaries.

    Articles have at most `max_source_tokens` tokens, as counted by `count_tokens`. The summary of
    an article must not depend on the others of the batch.
    """

    @property
    def signature(self) -> str:
        """The model and its settings in one line."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The supported languages."""

    @property
    def max_source_tokens(self) -> int:
        """The maximum length of an article, in tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""

    def generate(self, texts: Sequence[str], *, lang: str) -> list[GeneratedSummary]:
        """Return one summary per text; all texts are in the language `lang`."""


class _BaseGenerator:
    """Base class of generators for an `AbstractSpec`.

    Pickling leaves out the weights; an unpickled copy loads its own.
    """

    def __init__(
        self, spec: AbstractSpec, *, device: str | None = None, threads: int | None = None
    ) -> None:
        self._spec = spec
        self._device = device
        self._threads = threads
        self._begin()

    def _begin(self) -> None:
        self._loaded: Any = None
        self._failures = FailureCache(lambda: identify_weights(self._spec.model))
        self._lock = threading.RLock()
        reset_after_fork(self._begin, shareable=True)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the weights and the lock."""
        return {
            k: v for k, v in self.__dict__.items() if k not in ("_loaded", "_lock", "_failures")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    @property
    def signature(self) -> str:
        """The model, its revision (once known), the prompt of a chat model and the beam width."""
        model = self._spec.model
        prompt = f"prompt {PROMPTS[model.family.prompt].signature}" if model.family.prompt else None
        parts = [f"writer|{model.name}", *filter(None, [model.revision, prompt])]
        return "|".join([*parts, f"beam {self._spec.beams}"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the model."""
        return self._spec.languages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens."""
        if not texts:
            return []
        with wrap_errors(self._spec.model.checkpoint, what=FAILED, kind=VnsumError):
            tokenizer = self._load().tokenizer
            cleaned = [clean_article(self._spec, tokenizer, text) for text in texts]
            return [len(ids) for ids in tokenizer(cleaned, add_special_tokens=False)["input_ids"]]

    def _prepare_threads(self) -> None:
        limit_spinning()
        use_threads(self._threads)

    def _load(self) -> Any:
        """Return the model and its `tokenizer`; loads them on the first call."""
        raise NotImplementedError


class CheckpointGenerator(_BaseGenerator):
    """Generates summaries with transformers, one article at a time.

    `offline=True` (or `VNSUM_OFFLINE=1`) prevents network access. Raises `ModelError` if the
    weights are not available.
    """

    def __init__(
        self,
        spec: AbstractSpec,
        *,
        device: str | None = None,
        threads: int | None = None,
        offline: bool | None = None,
    ) -> None:
        super().__init__(spec, device=device, threads=threads)
        self._offline = offline

    @property
    def max_source_tokens(self) -> int:
        """The model's limit minus the length of its prefix or prompt; loads the model."""
        with wrap_errors(self._spec.model.checkpoint, what=FAILED, kind=VnsumError):
            extra = count_instructions(self._spec, self._load().tokenizer)
        limit = min(self._spec.max_source_tokens, self._positions())
        if self._spec.model.family.causal:  # article and summary share the context window
            limit = min(limit, self._positions() - self._spec.max_output_tokens)
        return max(1, limit - extra)

    def generate(self, texts: Sequence[str], *, lang: str) -> list[GeneratedSummary]:
        """Return one summary per text, by beam search without sampling."""
        with wrap_errors(self._spec.model.checkpoint, what=FAILED, kind=VnsumError):
            return [self._generate_one(text, lang) for text in texts]

    def _generate_one(self, text: str, lang: str) -> GeneratedSummary:
        import torch

        with self._lock:
            checkpoint = self._load()
            model, tokenizer = checkpoint.model, checkpoint.tokenizer
            ids = encode_article(self._spec, tokenizer, text, lang=lang)
            causal = self._spec.model.family.causal
            room = limit_reply(ids if causal else (), self._positions())
            row = torch.tensor([ids], device=checkpoint.device)
            with torch.inference_mode():
                output = model.generate(
                    input_ids=row,
                    attention_mask=torch.ones_like(row),
                    num_return_sequences=1,
                    return_dict_in_generate=False,
                    max_new_tokens=min(self._spec.max_output_tokens, room),
                    num_beams=self._spec.beams,
                    **self._settings(checkpoint),
                    **self._name_language(tokenizer, lang),
                )
            written = output[0, len(ids) if causal else 1 :].tolist()
        return GeneratedSummary(
            text=decode_summary(self._spec, tokenizer, written, article=ids),
            finished=not find_ends(model, tokenizer).isdisjoint(written),
        )

    def _load(self) -> Checkpoint:
        with self._lock:
            if self._loaded is None:
                self._prepare_threads()
                with self._failures.attempt():
                    located = locate_model(self._spec.model, offline=self._offline)
                    self._spec = replace(self._spec, model=located.spec)
                    self._loaded = load_checkpoint(located, device=self._device)
            checkpoint: Checkpoint = self._loaded
            return checkpoint

    def _positions(self) -> int:
        """Return the maximum number of text tokens, with a margin for special tokens."""
        config = self._load().model.config.get_text_config()
        return int(getattr(config, "max_position_embeddings", None) or 1 << 20) - 16

    def _settings(self, checkpoint: Checkpoint) -> dict[str, Any]:
        # A last token that is forced at the limit would tell that the summary is finished.
        settings = {"do_sample": False, "no_repeat_ngram_size": self._spec.no_repeat,
                    "forced_eos_token_id": None}  # fmt: skip
        if not self._spec.model.family.prompt:
            return settings
        # The end token of the tokenizer may be missing in the settings of a chat model.
        ends = find_ends(checkpoint.model, checkpoint.tokenizer)
        pad = checkpoint.tokenizer.eos_token_id
        return SEARCHING | settings | {"eos_token_id": sorted(ends), "pad_token_id": pad}

    def _name_language(self, tokenizer: Any, lang: str) -> dict[str, int]:
        if not self._spec.codes:
            return {}
        return {"forced_bos_token_id": tokenizer.convert_tokens_to_ids(self._spec.codes[lang])}


class PackagedGenerator(_BaseGenerator):
    """Generates summaries with weights in vnsum's own format, shared with the translator.

    Weights are loaded at the first article. Raises `ModelError` if they are missing or damaged.
    """

    @property
    def max_source_tokens(self) -> int:
        """The context window minus the summary and two special tokens; loads the weights."""
        window: int = self._load().model.max_positions - 2
        return max(1, min(self._spec.max_source_tokens, window - self._spec.max_output_tokens))

    def generate(self, texts: Sequence[str], *, lang: str) -> list[GeneratedSummary]:
        """Return one summary per text with its alternatives, in batches of similar length."""
        import torch

        from vnsum.decoding.batching import plan_batches
        from vnsum.decoding.beam import search_all

        engine = self._load()
        rows = [encode_article(self._spec, engine.tokenizer, text, lang=lang) for text in texts]
        found: dict[int, tuple[TokenHypothesis, ...]] = {}
        for batch in plan_batches(
            [len(row) for row in rows], max_rows=MAX_ARTICLES, max_tokens=MAX_BATCH_TOKENS
        ):
            with torch.inference_mode():
                hypotheses = search_all(
                    engine.adapted,
                    [rows[index] for index in batch],
                    beams=self._spec.beams,
                    end=engine.tokenizer.eos_token_id,
                    limits=[self._spec.max_output_tokens] * len(batch),
                    stop_loops=True,
                )
            found.update(zip(batch, hypotheses, strict=True))
        return [self._decode(engine, found[index]) for index in range(len(rows))]

    @staticmethod
    def _decode(engine: Engine, hypotheses: Sequence[TokenHypothesis]) -> GeneratedSummary:
        written = [
            GeneratedSummary(
                text=engine.tokenizer.decode(
                    hypothesis.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
                ).strip(),
                finished=hypothesis.finished,
            )
            for hypothesis in hypotheses
        ]
        return replace(written[0], alternatives=tuple(written[1:]))

    def _load(self) -> Engine:
        with self._lock:
            if self._loaded is None:
                self._prepare_threads()
                from vnsum.decoding.engine import load_engine

                with self._failures.attempt():
                    self._loaded = load_engine(self._spec.model, device=self._device)
            engine: Engine = self._loaded
            return engine


def make_generator(
    spec: AbstractSpec,
    *,
    device: str | None = None,
    offline: bool | None = None,
    threads: int | None = None,
) -> SummaryGenerator:
    """Return the generator for a model."""
    if spec.model.origin == "package":
        return PackagedGenerator(spec, device=device, threads=threads)
    return CheckpointGenerator(spec, device=device, offline=offline, threads=threads)
