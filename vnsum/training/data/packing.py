"""Pack examples into rows of a fixed length and build batches (packing as in Raffel et al. 2020).

The plan of an epoch is a pure function of the lengths of the examples, the seed and the number of
the epoch, so that a run can be resumed at any step. Examples are not truncated: one that does not
fit a row is excluded and counted.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.errors import InputError
from vnsum.training.config import Corpus, Shape
from vnsum.training.data.tokens import Tokenized

OPEN_ROWS = 64  # rows that are filled at the same time
IGNORED = -100  # label of positions without loss
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTokens:
    """The ids of the special tokens and of the tokens that select a task."""

    begin: int
    end: int
    to_english: int
    to_vietnamese: int
    summarize: int
    synthetic: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """All examples of one corpus in one direction.

    An example is `<bos> prompt <task> target <eos>`, with `<src>` after `<bos>` if the prompt is
    synthetic.
    """

    tokens: Tokenized
    forward: bool  # the first text is the prompt
    task: int
    weight: float
    synthetic: bool = False

    @property
    def sizes(self) -> tuple[Ids, Ids]:
        """The lengths of all examples, and the lengths of their targets."""
        first, second = self.tokens.lengths
        targets = (second if self.forward else first) + 1
        return first + second + 3 + int(self.synthetic), targets

    def write(self, index: int, tasks: TaskTokens) -> tuple[Ids, int]:
        """Return the ids of an example and the position of its task token."""
        sides = (self.tokens.first(index), self.tokens.second(index))
        prompt, target = sides if self.forward else sides[::-1]
        head = [tasks.begin, tasks.synthetic] if self.synthetic else [tasks.begin]
        ids = np.concatenate([head, prompt, [self.task], target, [tasks.end]]).astype(np.int64)
        return ids, len(head) + len(prompt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The arrays of one batch.

    `ids`, `positions` and `segments` are [rows, length]; `segments` numbers the examples of a row
    and is -1 on padding. `places` and `labels` are [rows, targets]: the positions with a loss and
    their labels; unused ones have the label -100.
    """

    ids: Ids
    positions: Ids
    segments: Ids
    places: Ids
    labels: Ids

    @property
    def used(self) -> int:
        """The number of positions that are not padding."""
        return int((self.segments >= 0).sum())


def list_examples(
    corpora: Sequence[Corpus], tokenized: Sequence[Tokenized], tasks: TaskTokens
) -> list[Examples]:
    """Return the examples of every corpus and direction."""
    found = []
    for corpus, tokens in zip(corpora, tokenized, strict=True):
        if corpus.format == "articles":
            chosen = [(True, tasks.summarize)]
        else:
            known = {"vi->en": (True, tasks.to_english), "en->vi": (False, tasks.to_vietnamese)}
            if unknown := set(corpus.directions) - set(known):
                raise InputError(
                    f"{corpus.name} has unknown directions {sorted(unknown)}: "
                    f"expected some of {', '.join(known)}"
                )
            chosen = [known[direction] for direction in corpus.directions]
        found += [
            Examples(
                tokens=tokens,
                forward=forward,
                task=task,
                weight=corpus.weight,
                synthetic=corpus.synthetic,
            )
            for forward, task in chosen
        ]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Packer:
    """Plans epochs and makes their batches."""

    examples: Sequence[Examples]
    shape: Shape
    tasks: TaskTokens
    seed: int = 0

    def plan(self, epoch: int) -> list[list[tuple[int, int]]]:
        """Return the rows of an epoch, each a list of (corpus, example).

        The number of rows is a multiple of the batch size: the last batch is filled up with the
        first rows.
        """
        picked, sizes = self._pick(epoch)
        rows = pack(sizes, length=self.shape.length, targets=self.shape.targets)
        if not rows:
            raise InputError(
                f"no example fits a row of {self.shape.length} tokens with {self.shape.targets} "
                "targets: add data, or increase shape.length and shape.targets"
            )
        order = np.random.default_rng((self.seed, epoch, 1)).permutation(len(rows))
        missing = -len(rows) % self.shape.rows
        order = np.concatenate([order, np.resize(order, missing)])
        return [[(int(picked[i, 0]), int(picked[i, 1])) for i in rows[row]] for row in order]

    def batch(self, rows: Sequence[Sequence[tuple[int, int]]]) -> Batch:
        """Return the arrays of planned rows."""
        shape = (len(rows), self.shape.length)
        ids, positions = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        segments = np.full(shape, -1, np.int64)
        places = np.zeros((len(rows), self.shape.targets), np.int64)
        labels = np.full((len(rows), self.shape.targets), IGNORED, np.int64)
        for row, members in enumerate(rows):
            start = filled = 0
            for segment, (corpus, index) in enumerate(members):
                written, task = self.examples[corpus].write(index, self.tasks)
                end, count = start + len(written), len(written) - task - 1
                ids[row, start:end] = written
                positions[row, start:end] = np.arange(len(written))
                segments[row, start:end] = segment
                places[row, filled : filled + count] = np.arange(start + task, end - 1)
                labels[row, filled : filled + count] = written[task + 1 :]
                start, filled = end, filled + count
        return Batch(ids=ids, positions=positions, segments=segments, places=places, labels=labels)

    def count_left_out(self) -> int:
        """Return the number of examples that are too long for a row."""
        return sum(
            int(((sizes > self.shape.length) | (targets > self.shape.targets)).sum())
            for sizes, targets in (examples.sizes for examples in self.examples)
        )

    def _pick(self, epoch: int) -> tuple[Ids, Ids]:
        """Return the examples of an epoch in random order, [n, 2], and their sizes, [n, 2]."""
        chooser = np.random.default_rng((self.seed, epoch))
        members, sizes = [], []
        for corpus, examples in enumerate(self.examples):
            whole = int(examples.weight)
            counts = np.full(len(examples.tokens), whole)
            counts += chooser.random(len(counts)) < examples.weight - whole
            indices = np.repeat(np.arange(len(counts)), counts)
            members.append(np.stack([np.full(len(indices), corpus), indices], axis=1))
            sizes.append(np.stack(examples.sizes, axis=1)[indices])
        every, lengths = np.concatenate(members), np.concatenate(sizes)
        order = chooser.permutation(len(every))
        return every[order], lengths[order]


def pack(sizes: Ids, *, length: int, targets: int) -> list[list[int]]:
    """Pack examples of `sizes` [n, 2] (tokens, targets) by best fit; returns rows of indices.

    No row has more than `length` tokens or `targets` targets. Examples that exceed these limits
    are excluded.

    >>> pack(np.array([[6, 3], [5, 2], [4, 2], [9, 1]]), length=10, targets=5)
    [[0, 2], [3], [1]]
    """
    done: list[list[int]] = []
    rows: dict[int, tuple[list[int], int]] = {}  # by number: members and free targets
    free: list[tuple[int, int]] = []  # (free tokens, number of the row), ascending
    for index, (size, needed) in enumerate(sizes.tolist()):
        if size > length or needed > targets:
            continue
        place = bisect.bisect_left(free, (size, -1))
        while place < len(free) and rows[free[place][1]][1] < needed:
            place += 1
        if place < len(free):
            room, number = free.pop(place)
            members, left = rows[number]
        else:
            room, number, members, left = length, index, [], targets
            if len(free) >= OPEN_ROWS:
                done.append(rows.pop(free.pop(0)[1])[0])
        members.append(index)
        rows[number] = (members, left - needed)
        bisect.insort(free, (room - size, number))
    return done + [rows[number][0] for _, number in free]
