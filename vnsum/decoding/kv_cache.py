"""The key-value cache of a beam search over many sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional

GROWTH = 4  # steps for which the cache is extended at a time
ALIGNMENT = 16  # the number of columns is a multiple of the vector width


@dataclass(slots=True, kw_only=True)
class KVCache:
    """Keys and values of sentences and their beams.

    `keys` and `values` have a tensor [sentences, capacity, dim] per layer: the prompt of each
    sentence, then `beams` columns per step, then zeros. `masked` [sentences, beams, capacity] is
    true for columns that a beam must not attend to: other beams and unused columns. `lengths` are
    the lengths of the prompts, `ends` the numbers of used columns, both [sentences].
    """

    keys: list[torch.Tensor]
    values: list[torch.Tensor]
    masked: torch.Tensor
    lengths: torch.Tensor
    ends: torch.Tensor
    steps: int = 0

    @property
    def beams(self) -> int:
        """The number of beams per sentence."""
        return self.masked.shape[1]

    def map_tensors(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        """Apply `function` to all keys and values, one tensor at a time to limit memory."""
        for tensors in (self.keys, self.values):
            for index, stored in enumerate(tensors):
                tensors[index] = function(stored)

    def allocate(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return rows and columns of the next step, each visible to its own beam only."""
        beams = self.beams
        if self.steps % GROWTH == 0:
            self._compact()
            longest = self.masked.shape[2]
            more = round_up(longest + GROWTH * beams) - longest
            self.map_tensors(lambda stored: functional.pad(stored, (0, 0, 0, more)))
            self.masked = functional.pad(self.masked, (0, more), value=True)
        beam = torch.arange(beams, device=self.lengths.device)
        rows = torch.arange(len(self.lengths), device=self.lengths.device)[:, None]
        columns = self.ends[:, None] + beam
        self.masked[rows, beam, columns] = False
        self.ends = self.ends + beams
        return rows, columns

    def _compact(self) -> None:
        """Remove columns that no beam attends to: those of dropped beams, and zeros."""
        seen = ~self.masked.all(dim=1)
        self.ends = seen.sum(dim=1)
        longest = int(self.ends.max())
        first = seen.int().argsort(dim=1, descending=True, stable=True)[:, :longest]
        columns = first[:, :, None].expand(-1, -1, self.keys[0].shape[-1])
        self.map_tensors(lambda stored: stored.gather(1, columns))
        self.masked = self.masked.gather(2, first[:, None].expand(-1, self.beams, -1))

    def reorder(self, rows: torch.Tensor) -> None:
        """Let row i continue the sequence of row `rows[i]`."""
        flat = self.masked.flatten(0, 1)
        self.masked = flat[rows].view_as(self.masked)

    def select(self, sentences: torch.Tensor) -> None:
        """Remove all sentences that are not in `sentences`."""
        self.map_tensors(lambda stored: stored[sentences])
        self.masked = self.masked[sentences]
        self.lengths = self.lengths[sentences]
        self.ends = self.ends[sentences]


def round_up(columns: int) -> int:
    """Return the number of columns rounded up to a multiple of `ALIGNMENT`."""
    return -(-columns // ALIGNMENT) * ALIGNMENT
