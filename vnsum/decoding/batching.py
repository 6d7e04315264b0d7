"""Grouping texts of different lengths into batches; pure functions of the lengths."""

from __future__ import annotations

from collections.abc import Sequence


def plan_batches(lengths: Sequence[int], *, max_rows: int, max_tokens: int) -> list[list[int]]:
    """Return groups of indices into `lengths`, longest texts first, every index exactly once.

    A group has at most `max_rows` texts, and at most `max_tokens` tokens once all are padded to
    its longest; a text longer than that forms a group of its own.

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
