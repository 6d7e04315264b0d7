"""Summarizers: the `Summarizer` protocol, the table of extractive methods, and models that write.

One file per method; a method is imported when it is loaded. Nothing here translates. A new
extractive method is a file with a class and a row in `METHODS`; a checkpoint that writes summaries
is a row in `vnsum.checkpoints.abstracts`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from vnsum.document import Document
from vnsum.errors import ModelError
from vnsum.result import Summary
from vnsum.summarization.budget import Budget

__all__ = [
    "DEFAULT_METHOD",
    "METHODS",
    "Batching",
    "Budget",
    "Summarizer",
    "load",
    "summarize_many",
]

DEFAULT_METHOD = "ranker"

# Name -> module and class; each class is built without arguments.
METHODS: dict[str, tuple[str, str]] = {
    "hybrid": ("vnsum.summarization.hybrid", "Hybrid"),
    "lead": ("vnsum.summarization.lead", "Lead"),
    "lexrank": ("vnsum.summarization.lexrank", "LexRank"),
    "ranker": ("vnsum.summarization.ranker", "Ranker"),
    "textrank": ("vnsum.summarization.textrank", "TextRank"),
}


class Summarizer(Protocol):
    """Anything that picks or writes the sentences of a summary.

    `signature` names the method and its settings, so that a result says how it was made.
    """

    @property
    def signature(self) -> str:
        """The method and its settings in one line."""

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return a summary of `document` that is never longer than `budget`."""


@runtime_checkable
class Batching(Protocol):
    """What a summarizer can do besides: several documents faster together than one by one."""

    def summarize_many(self, documents: Sequence[Document], budget: Budget) -> list[Summary]:
        """Return what `summarize` would return for each document, in order."""


def summarize_many(
    summarizer: Summarizer, documents: Sequence[Document], budget: Budget
) -> list[Summary]:
    """Return the summary of each document, written together where the summarizer can do that.

    >>> import vnsum
    >>> documents = [vnsum.segment("Trời mưa. Đường ngập."), vnsum.segment("Giá vàng tăng.")]
    >>> [s.text for s in summarize_many(load("lead"), documents, Budget(sentences=1))]
    ['Trời mưa.', 'Giá vàng tăng.']
    """
    if isinstance(summarizer, Batching):
        return summarizer.summarize_many(documents, budget)
    return [summarizer.summarize(document, budget) for document in documents]


def load(
    name: str = DEFAULT_METHOD,
    *,
    compress: bool = False,
    device: str | None = None,
    offline: bool | None = None,
    threads: int | None = None,
) -> Summarizer:
    """Return the summarizer with this name: a row of `METHODS`, or a checkpoint that writes.

    A checkpoint is named like a model: `"vit5"`, `"mini"`, a folder, a Hugging Face id; it runs on
    `device` in `threads` threads, and `offline` keeps it off the network. `ModelError` tells the
    known names if `name` is unknown. With `compress`, copied sentences are shortened: see
    `vnsum.summarization.compression`.

    >>> load("lead").signature
    'lead'
    """
    if compress:
        from vnsum.summarization.compression import Compressed

        return Compressed(summarizer=load(name, device=device, offline=offline, threads=threads))
    if name in METHODS:
        module, attribute = METHODS[name]
        summarizer: Summarizer = getattr(importlib.import_module(module), attribute)()
        return summarizer
    from vnsum.checkpoints.abstracts import is_known
    from vnsum.summarization.abstractive import Abstractive

    if not is_known(name) and "/" not in name and not Path(name).exists():
        raise ModelError(
            f"there is no summarizer {name!r}: choose one of {', '.join(sorted(METHODS))}, or a "
            "model that writes summaries: mini, vit5, vit5-large, mt5-xlsum, a Hugging Face id or "
            "a folder"
        )
    return Abstractive.load(name, device=device, offline=offline, threads=threads)
