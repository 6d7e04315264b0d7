"""Prediction with gradient-boosted regression trees stored as plain arrays.

Trees are summed in order on one thread, so that predictions do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.extractive.tfidf import Vector

ROWS_AT_ONCE = 512  # keeps the working arrays in the CPU cache
MAX_TREES, MAX_DEPTH = 10_000, 100  # time and memory are proportional to both


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """The nodes of all trees; `roots` are the indices of the root nodes.

    A row goes `left` if its `feature` is at most `threshold`, else `right`. A leaf points to itself
    and has a `value`; `depth` is the maximum depth of the trees.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: NDArray[np.int32]

    @classmethod
    def blank(cls) -> Trees:
        """Return an empty model, which predicts 0."""
        dtypes = {"feature": np.int16, "threshold": np.float32, "value": np.float32}
        arrays = {f.name: np.zeros(0, dtypes.get(f.name, np.int32)) for f in fields(cls)}
        return cls(**{**arrays, "depth": np.asarray(0, dtype=np.int32)})

    @classmethod
    def unpack(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, *, columns: int) -> Trees:
        """Return the trees named `prefix.field`; raises `ValueError` if they are inconsistent."""
        trees = cls(**{f.name: arrays[f"{prefix}.{f.name}"] for f in fields(cls)})
        nodes = len(trees.feature)
        for field in ("threshold", "left", "right", "value"):
            if getattr(trees, field).shape != (nodes,):
                raise ValueError(f"{prefix}.{field} must have one entry per node")
        if trees.roots.ndim != 1 or len(trees.roots) > MAX_TREES:
            raise ValueError(f"{prefix}.roots must be a list of at most {MAX_TREES:,} nodes")
        if trees.depth.shape != () or not 0 <= trees.depth <= MAX_DEPTH:
            raise ValueError(f"{prefix}.depth must be a number from 0 to {MAX_DEPTH}")
        if not np.isfinite(trees.value).all():
            raise ValueError(f"{prefix}.value must be finite")
        bounds = {"roots": nodes, "left": nodes, "right": nodes, "feature": columns}
        for field, bound in bounds.items():
            links = getattr(trees, field)
            if links.size and not (links.min() >= 0 and links.max() < bound):
                raise ValueError(f"{prefix}.{field} has an index out of range")
        return trees

    def pack(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays under the names that `unpack` reads."""
        return {f"{prefix}.{f.name}": getattr(self, f.name) for f in fields(self)}

    def predict(self, rows: NDArray[np.float32]) -> Vector:
        """Return the prediction for each row."""
        parts = [
            self._predict(rows[start : start + ROWS_AT_ONCE])
            for start in range(0, len(rows), ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _predict(self, rows: NDArray[np.float32]) -> Vector:
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        flat = np.ascontiguousarray(rows).ravel()
        start = (np.arange(len(rows)) * rows.shape[1])[:, None]
        for _ in range(int(self.depth)):
            below = flat[start + self.feature[node]] <= self.threshold[node]
            node = np.where(below, self.left[node], self.right[node])
        total: Vector = self.value[node].sum(axis=1, dtype=np.float64)
        return total
