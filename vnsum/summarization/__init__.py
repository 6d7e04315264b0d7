"""Extractive summarizers: the `Summarizer` protocol and the table of methods by name.

One file per method; a method is imported when it is loaded. Nothing here translates, and nothing
here shortens or rewrites a sentence. A new method is a file with a class and a row in `METHODS`.
"""

from __future__ import annotations

import importlib
from typing import Protocol

from vnsum.document import Document
from vnsum.errors import ModelError
from vnsum.result import Summary
from vnsum.summarization.budget import Budget

__all__ = ["DEFAULT_METHOD", "METHODS", "Budget", "Summarizer", "load"]

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
    """Anything that picks the sentences of a summary.

    `signature` names the method and its settings, so that a result says how it was made.
    """

    @property
    def signature(self) -> str:
        """The method and its settings in one line."""

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return a summary of `document` that is never longer than `budget`."""


def load(name: str = DEFAULT_METHOD) -> Summarizer:
    """Return the summarizer with this name; `ModelError` names the known ones if it is unknown.

    >>> load("lead").signature
    'lead'
    """
    if name not in METHODS:
        raise ModelError(
            f"there is no summarizer {name!r}; choose one of {', '.join(sorted(METHODS))}"
        )
    module, attribute = METHODS[name]
    summarizer: Summarizer = getattr(importlib.import_module(module), attribute)()
    return summarizer
