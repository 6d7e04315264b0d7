"""Extractive and abstractive summarizers, the `Summarizer` protocol, and digests.

A method is imported when it is loaded. To add an extractive method, write a module with a class and
add an entry to `METHODS`; abstractive checkpoints are listed in `vnsum.checkpoints.summarizers`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from vnsum import require
from vnsum.chat.server import Server
from vnsum.errors import ModelError
from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget, Length
from vnsum.summarization.digests import digest, group

__all__ = [
    "DEFAULT_METHOD",
    "METHODS",
    "Batching",
    "Budget",
    "Length",
    "Summarizer",
    "digest",
    "group",
    "load",
    "summarize_many",
]

DEFAULT_METHOD = "ranker"

# Name -> module and class. Each class can be created without arguments.
METHODS: dict[str, tuple[str, str]] = {
    "hybrid": ("vnsum.summarization.extractive.hybrid", "Hybrid"),
    "lead": ("vnsum.summarization.extractive.lead", "Lead"),
    "lexrank": ("vnsum.summarization.extractive.lexrank", "LexRank"),
    "ranker": ("vnsum.summarization.ranker.ranker", "Ranker"),
    "textrank": ("vnsum.summarization.extractive.textrank", "TextRank"),
}


class Summarizer(Protocol):
    """Protocol of extractive and abstractive summarizers.

    `signature` identifies the method and its settings and is recorded in every summary.
    """

    @property
    def signature(self) -> str:
        """The method and its settings in one line."""

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return a summary of `document` that is no longer than `budget`."""


@runtime_checkable
class Batching(Protocol):
    """Optional protocol of summarizers that process several documents in one batch."""

    def summarize_many(self, documents: Sequence[Document], budget: Budget) -> list[Summary]:
        """Return one summary per document, in order, equal to those of `summarize`."""


def summarize_many(
    summarizer: Summarizer, documents: Sequence[Document], budget: Budget
) -> list[Summary]:
    """Return one summary per document, in one batch if the summarizer supports it.

    >>> import vnsum
    >>> documents = [vnsum.segment("Trời mưa. Đường ngập."), vnsum.segment("Giá vàng tăng.")]
    >>> [s.text for s in summarize_many(load("lead"), documents, Budget(sentences=1))]
    ['Trời mưa.', 'Giá vàng tăng.']
    """
    require.methods(summarizer, ("summarize",), "summarizer", "a summarizer")
    require.instance(budget, Budget, "budget", "a vnsum.Budget")
    if isinstance(summarizer, Batching):
        return summarizer.summarize_many(documents, budget)
    documents = [*require.items(documents, "documents", "documents")]
    return [summarizer.summarize(document, budget) for document in documents]


def load(
    name: str | Server = DEFAULT_METHOD,
    *,
    device: str | None = None,
    offline: bool | None = None,
    threads: int | None = None,
) -> Summarizer:
    """Return the summarizer `name`: an extractive method, an abstractive checkpoint or a server.

    A checkpoint is the name of a known model (`"vit5"`, `"mini"`), a folder or a Hugging Face id;
    models with a chat template are asked for a summary in the language of the article. `device` and
    `threads` apply to checkpoints only, `offline` (no network access) also to a `vnsum.Server`.
    Raises `ModelError` if `name` is unknown or cannot summarize.

    >>> load("lead").signature
    'lead'
    """
    device = require.optional_text(device, "device")
    require.optional_flag(offline, "offline")
    if isinstance(name, Server):
        from vnsum.summarization.abstractive.abstractive import Abstractive
        from vnsum.summarization.abstractive.server import ServerGenerator

        return Abstractive(generator=ServerGenerator(name, offline=offline))
    name = require.text(name, "a summarizer")
    if name in METHODS:
        module, attribute = METHODS[name]
        summarizer: Summarizer = getattr(importlib.import_module(module), attribute)()
        return summarizer
    require.path(name, "a summarizer")
    from vnsum.checkpoints.summarizers import is_known
    from vnsum.summarization.abstractive.abstractive import Abstractive

    if not is_known(name) and "/" not in name and not Path(name).exists():
        raise ModelError(
            f"unknown summarizer {name!r}: choose one of {', '.join(sorted(METHODS))}, or an "
            "abstractive model: mini, vit5, vit5-large, mt5-xlsum, a Hugging Face id or a folder"
        )
    return Abstractive.load(name, device=device, offline=offline, threads=threads)
