"""Lead: the first sentences, a strong baseline for news."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget, require_task
from vnsum.summarization.extractive import selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Select the first sentences; the score of sentence `i` is `1 / (1 + i)`."""

    @property
    def signature(self) -> str:
        """The name of the method; it has no settings."""
        return "lead"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the first sentences of `document` within `budget`."""
        require_task(document, budget)
        scores = 1.0 / (1.0 + np.arange(len(document.sentences), dtype=np.float64))
        chosen = range(len(document.sentences))
        return selection.write(document, chosen, scores, budget, signature=self.signature)
