"""Boosted trees: fitted by LightGBM, stored as plain arrays."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum.errors import MissingExtraError
from vnsum.summarization.ranker.features import Matrix
from vnsum.summarization.ranker.trees import Trees

SHARED: dict[str, Any] = {
    "learning_rate": 0.08,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "seed": 1,
    "verbose": -1,
}


@dataclass(slots=True)
class Sample:
    """Feature rows and targets, collected article by article."""

    rows: list[Matrix] = field(default_factory=list)
    targets: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, rows: Matrix, targets: NDArray[np.float32]) -> None:
        """Add the rows of one article."""
        self.rows.append(rows)
        self.targets.append(targets)


def grow(sample: Sample, rounds: int, **options: Any) -> Trees:
    """Fit boosted trees to a sample with LightGBM and return them as arrays."""
    lightgbm = _lightgbm()
    rows = np.concatenate(sample.rows)
    data = lightgbm.Dataset(rows, np.concatenate(sample.targets))
    booster = lightgbm.train({**SHARED, **options}, data, rounds)
    trees = flatten([tree["tree_structure"] for tree in booster.dump_model()["tree_info"]])
    probe = rows[:1000]
    if not np.allclose(trees.predict(probe), booster.predict(probe, raw_score=True), atol=1e-3):
        raise AssertionError("the exported trees do not predict what LightGBM predicts")
    return trees


def flatten(structures: Sequence[dict[str, Any]]) -> Trees:
    """Return trees of LightGBM's `dump_model` as arrays."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []
    deepest = 0

    def place(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        index = len(feature)
        inner = "split_feature" in node
        feature.append(node["split_feature"] if inner else 0)
        threshold.append(node["threshold"] if inner else 0.0)
        value.append(0.0 if inner else node["leaf_value"])
        left.append(index)
        right.append(index)
        if inner:
            left[index] = place(node["left_child"], depth + 1)
            right[index] = place(node["right_child"], depth + 1)
        return index

    roots = [place(structure, 0) for structure in structures]
    return Trees(
        roots=np.asarray(roots, dtype=np.int32),
        feature=np.asarray(feature, dtype=np.int16),
        threshold=_rounded_down(threshold),
        left=np.asarray(left, dtype=np.int32),
        right=np.asarray(right, dtype=np.int32),
        value=np.asarray(value, dtype=np.float32),
        depth=np.asarray(deepest, dtype=np.int32),
    )


def _rounded_down(values: Sequence[float]) -> NDArray[np.float32]:
    """Round down to 32 bits, which preserves the result of `x <= t` for 32-bit values."""
    exact = np.asarray(values, dtype=np.float64)
    near = exact.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    rounded: NDArray[np.float32] = np.where(near > exact, below, near)
    return rounded


def _lightgbm() -> Any:
    try:
        lightgbm = importlib.import_module("lightgbm")
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "training the ranker needs LightGBM: pip install 'vnsum[train]'"
        ) from error
    return lightgbm
