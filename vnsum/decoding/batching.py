"""Grouping of texts of different lengths into batches."""

from __future__ import annotations

from collections.abc import Sequence


def plan_batches(lengths: Sequence[int], *, max_rows: int, max_tokens: int) -> list[list[int]]:
    """Return batches of indices into `lengths`, longest texts first, each index exactly once.

    A batch has at most `max_rows` texts and, including padding, at most `max_tokens` tokens; a
    longer text is a batch of its own.

    >>> plan_batches([3, 9, 4, 8], max_rows=8, max_tokens=18)
    [[1, 3], [2, 0]]
    """
    batches: list[list[int]] = []
    width = 0
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        batch = batches[-1] if batches else []
        if batch and len(batch) < max_rows and (len(batch) + 1) * width <= max_tokens:
            batch.append(index)
        else:
            batches.append([index])
            width = lengths[index]
    return batches
