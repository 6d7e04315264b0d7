"""Running a model that writes summaries: article in, text out.

Packaged weights run on `vnsum.decoding`, which they share with a translator, all others through
`generate` of transformers. How a model wants its article is its row in
`vnsum.checkpoints.abstracts`; weights are loaded at the first article. Nothing here judges what was
written.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from vnsum.checkpoints.abstracts import AbstractSpec
from vnsum.checkpoints.loading import load_checkpoint
from vnsum.checkpoints.location import locate_model
from vnsum.forking import reset_after_fork
from vnsum.processors import limit_waiting, use_threads

if TYPE_CHECKING:
    from vnsum.checkpoints.loading import Checkpoint
    from vnsum.decoding.beam import Hypothesis
    from vnsum.decoding.engine import Engine

MAX_ARTICLES = 16  # together; more are hardly faster and need more memory
MAX_BATCH_TOKENS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote; `finished` is false where it ran into its length limit.

    `others` are what else the model might have written, the likeliest first.
    """

    text: str
    finished: bool = True
    others: tuple[Written, ...] = ()


class Writer(Protocol):
    """Anything that writes a summary of an article that fits it.

    Articles longer than `max_source_tokens`, counted by `count_tokens`, are never handed to it.
    What is written for one does not depend on the others.
    """

    @property
    def signature(self) -> str:
        """Model and settings in one line."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it summarizes."""

    @property
    def max_source_tokens(self) -> int:
        """The longest article that `write` takes, in tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""

    def write(self, texts: Sequence[str], *, lang: str) -> list[Written]:
        """Return a summary of each of `texts`, which are in the language `lang`."""


class _RowWriter:
    """What the writers of a row have in common: what it says, and a tokenizer that counts.

    A copy in another process (pickled) loads its own weights.
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
        self._lock = threading.RLock()
        reset_after_fork(self._begin, shareable=True)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the weights and the lock."""
        return {k: v for k, v in self.__dict__.items() if k not in ("_loaded", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    @property
    def signature(self) -> str:
        """The model, its revision (once that is known) and the beam width."""
        model = self._spec.model
        parts = [f"writer|{model.name}", *filter(None, [model.revision])]
        return "|".join([*parts, f"beam {self._spec.beams}"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the row."""
        return self._spec.languages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the model's own tokens, special ones left out."""
        if not texts:
            return []
        tokenizer = self._load().tokenizer
        return [len(ids) for ids in tokenizer([*texts], add_special_tokens=False)["input_ids"]]

    def _prepare_threads(self) -> None:
        limit_waiting()
        use_threads(self._threads)

    def _load(self) -> Any:
        """Return what has the model and its `tokenizer`, loaded now unless it has been before."""
        raise NotImplementedError


class CheckpointWriter(_RowWriter):
    """Runs the checkpoint of a row; loads it at the first article and serves one at a time.

    `offline=True` (or `VNSUM_OFFLINE=1`) keeps off the network. Raises `ModelError` where the
    weights cannot be had.
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
        """The limit of the row, less what its prefix needs; loads the tokenizer's model."""
        extra = self.count_tokens([self._spec.prefix])[0] if self._spec.prefix else 0
        limit = min(self._spec.max_source_tokens, self._positions())
        if self._spec.model.family.causal:  # article and summary share the window
            limit = min(limit, self._positions() - self._spec.max_output_tokens)
        return max(1, limit - extra)

    def write(self, texts: Sequence[str], *, lang: str) -> list[Written]:
        """Return what the model writes with beam search, without sampling, one by one."""
        return [self._write_one(text, lang) for text in texts]

    def _write_one(self, text: str, lang: str) -> Written:
        import torch

        with self._lock:
            checkpoint = self._load()
            model, tokenizer = checkpoint.model, checkpoint.tokenizer
            ids = encode_article(self._spec, tokenizer, text, lang=lang)
            row = torch.tensor([ids], device=checkpoint.device)
            with torch.inference_mode():
                output = model.generate(
                    input_ids=row,
                    attention_mask=torch.ones_like(row),
                    max_new_tokens=min(self._spec.max_output_tokens, self._positions()),
                    num_beams=self._spec.beams,
                    no_repeat_ngram_size=self._spec.no_repeat,
                    do_sample=False,
                    **self._name_language(tokenizer, lang),
                )
            written = output[0, len(ids) if self._spec.model.family.causal else 1 :].tolist()
        text = tokenizer.decode(
            written, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return Written(text=text.strip(), finished=tokenizer.eos_token_id in written)

    def _load(self) -> Checkpoint:
        with self._lock:
            if self._loaded is None:
                self._prepare_threads()
                located = locate_model(self._spec.model, offline=self._offline)
                self._spec = replace(self._spec, model=located.spec)
                self._loaded = load_checkpoint(located, device=self._device)
            checkpoint: Checkpoint = self._loaded
            return checkpoint

    def _positions(self) -> int:
        """Return how many tokens of text the model can place, special ones allowed for."""
        config = self._load().model.config
        return int(getattr(config, "max_position_embeddings", None) or 1 << 20) - 16

    def _name_language(self, tokenizer: Any, lang: str) -> dict[str, int]:
        if not self._spec.codes:
            return {}
        return {"forced_bos_token_id": tokenizer.convert_tokens_to_ids(self._spec.codes[lang])}


class PackagedWriter(_RowWriter):
    """Runs weights in the package's own format, shared with a translator that uses the same.

    They are loaded at the first article. Raises `ModelError` where they are missing or damaged.
    """

    @property
    def max_source_tokens(self) -> int:
        """What the window leaves beside the summary, begin and task tokens; loads the weights."""
        window: int = self._load().model.max_positions - 2
        return max(1, min(self._spec.max_source_tokens, window - self._spec.max_output_tokens))

    def write(self, texts: Sequence[str], *, lang: str) -> list[Written]:
        """Return what the search finds, the likeliest first, in batches of similar length."""
        import torch

        from vnsum.decoding.batching import plan_batches
        from vnsum.decoding.beam import search_all

        engine = self._load()
        rows = [encode_article(self._spec, engine.tokenizer, text, lang=lang) for text in texts]
        found: dict[int, tuple[Hypothesis, ...]] = {}
        for batch in plan_batches(
            [len(row) for row in rows], max_rows=MAX_ARTICLES, max_tokens=MAX_BATCH_TOKENS
        ):
            with torch.inference_mode():
                hypotheses = search_all(
                    engine.changed,
                    [rows[index] for index in batch],
                    beams=self._spec.beams,
                    end=engine.tokenizer.eos_token_id,
                    limits=[self._spec.max_output_tokens] * len(batch),
                    give_up_loops=True,
                )
            found.update(zip(batch, hypotheses, strict=True))
        return [self._spell(engine, found[index]) for index in range(len(rows))]

    @staticmethod
    def _spell(engine: Engine, hypotheses: Sequence[Hypothesis]) -> Written:
        written = [
            Written(
                text=engine.tokenizer.decode(
                    hypothesis.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
                ).strip(),
                finished=hypothesis.finished,
            )
            for hypothesis in hypotheses
        ]
        return replace(written[0], others=tuple(written[1:]))

    def _load(self) -> Engine:
        with self._lock:
            if self._loaded is None:
                self._prepare_threads()
                from vnsum.decoding.engine import load_engine

                self._loaded = load_engine(self._spec.model, device=self._device)
            engine: Engine = self._loaded
            return engine


def make_writer(
    spec: AbstractSpec,
    *,
    device: str | None = None,
    offline: bool | None = None,
    threads: int | None = None,
) -> Writer:
    """Return what runs the model of a row."""
    if spec.model.origin == "package":
        return PackagedWriter(spec, device=device, threads=threads)
    return CheckpointWriter(spec, device=device, offline=offline, threads=threads)


def encode_article(spec: AbstractSpec, tokenizer: Any, text: str, *, lang: str) -> list[int]:
    """Return the token ids of an article as the model of a row wants it."""
    text = " ".join(text.split())
    for token in tokenizer.all_special_tokens:  # what the author typed stays text
        text = text.replace(token, f"{token[0]} {token[1:]}") if len(token) > 1 else text
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
