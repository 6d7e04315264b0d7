"""Examples packed into rows of one fixed length: which go together, and the arrays of a batch.

A plan of an epoch is a pure function of the examples' lengths, the seed and the epoch's number, so
that a run can go on from any step without having seen the ones before. Nothing is cut: an example
that does not fit a row is left out and counted. Packing after Raffel et al. 2020, best fit.
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

OPEN_ROWS = 64  # rows that wait for an example that fits
IGNORED = -100  # the label of a place that is not learnt
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTokens:
    """The ids of the tokens that tell tasks apart."""

    begin: int
    end: int
    to_english: int
    to_vietnamese: int
    summarize: int
    synthetic: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """All examples of one corpus in one direction: where their texts are, and how often they come.

    An example is `<bos> prompt <task> target <eos>`, with `<src>` behind `<bos>` where the prompt
    is synthetic.
    """

    tokens: Tokenized
    forward: bool  # the first text is the prompt
    task: int
    weight: float
    synthetic: bool = False

    @property
    def sizes(self) -> tuple[Ids, Ids]:
        """The whole lengths of all examples, and how many of their places are learnt."""
        first, second = self.tokens.lengths
        targets = (second if self.forward else first) + 1
        return first + second + 3 + int(self.synthetic), targets

    def write(self, index: int, tasks: TaskTokens) -> tuple[Ids, int]:
        """Return the ids of an example and the place of its task token."""
        sides = (self.tokens.first(index), self.tokens.second(index))
        prompt, target = sides if self.forward else sides[::-1]
        head = [tasks.begin, tasks.synthetic] if self.synthetic else [tasks.begin]
        ids = np.concatenate([head, prompt, [self.task], target, [tasks.end]]).astype(np.int64)
        return ids, len(head) + len(prompt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The arrays of one batch.

    `ids`, `positions` and `segments` are [rows, length]; segments tell examples of a row apart and
    are -1 on padding. `places` and `labels` are [rows, targets]: where the model has to predict,
    and what; unused ones have the label -100.
    """

    ids: Ids
    positions: Ids
    segments: Ids
    places: Ids
    labels: Ids

    @property
    def used(self) -> int:
        """How many places are not padding."""
        return int((self.segments >= 0).sum())


def list_examples(
    corpora: Sequence[Corpus], tokenized: Sequence[Tokenized], tasks: TaskTokens
) -> list[Examples]:
    """Return the examples of every corpus and direction."""
    found = []
    for corpus, tokens in zip(corpora, tokenized, strict=True):
        if corpus.format == "articles":
            ways = [(True, tasks.summarize)]
        else:
            rows = {"vi->en": (True, tasks.to_english), "en->vi": (False, tasks.to_vietnamese)}
            if unknown := set(corpus.directions) - set(rows):
                raise InputError(f"{corpus.name} has directions {sorted(unknown)}: know {[*rows]}")
            ways = [rows[way] for way in corpus.directions]
        found += [
            Examples(
                tokens=tokens,
                forward=forward,
                task=task,
                weight=corpus.weight,
                synthetic=corpus.synthetic,
            )
            for forward, task in ways
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
        """Return the rows of an epoch, each a list of (corpus, example); full batches of rows only.

        The rows that would not fill the last batch are repeated from the first ones.
        """
        picked, sizes = self._pick(epoch)
        rows = pack(sizes, length=self.shape.length, targets=self.shape.targets)
        if not rows:
            raise InputError(
                f"no example fits a row of {self.shape.length} tokens with {self.shape.targets} "
                "to learn: add data, or make shape.length and shape.targets larger"
            )
        order = np.random.default_rng((self.seed, epoch, 1)).permutation(len(rows))
        missing = -len(rows) % self.shape.rows
        order = np.concatenate([order, np.resize(order, missing)])
        return [[(int(picked[i, 0]), int(picked[i, 1])) for i in rows[row]] for row in order]

    def batch(self, rows: Sequence[Sequence[tuple[int, int]]]) -> Batch:
        """Return the arrays of some planned rows."""
        shape = (len(rows), self.shape.length)
        ids, positions = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        segments = np.full(shape, -1, np.int64)
        places = np.zeros((len(rows), self.shape.targets), np.int64)
        labels = np.full((len(rows), self.shape.targets), IGNORED, np.int64)
        for row, members in enumerate(rows):
            start = learnt = 0
            for segment, (corpus, index) in enumerate(members):
                written, task = self.examples[corpus].write(index, self.tasks)
                end, count = start + len(written), len(written) - task - 1
                ids[row, start:end] = written
                positions[row, start:end] = np.arange(len(written))
                segments[row, start:end] = segment
                places[row, learnt : learnt + count] = np.arange(start + task, end - 1)
                labels[row, learnt : learnt + count] = written[task + 1 :]
                start, learnt = end, learnt + count
        return Batch(ids=ids, positions=positions, segments=segments, places=places, labels=labels)

    def count_left_out(self) -> int:
        """Return how many examples are too long for a row."""
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
    """Return rows of indices into `sizes` [n, 2] (tokens, targets), best fit over open rows.

    No row has more than `length` tokens or `targets` targets; what does not fit any row is left
    out.

    >>> pack(np.array([[6, 3], [5, 2], [4, 2], [9, 1]]), length=10, targets=5)
    [[0, 2], [3], [1]]
    """
    done: list[list[int]] = []
    rows: dict[int, tuple[list[int], int]] = {}  # by number: members and targets left
    rooms: list[tuple[int, int]] = []  # (room, number), ascending
    for index, (size, learnt) in enumerate(sizes.tolist()):
        if size > length or learnt > targets:
            continue
        place = bisect.bisect_left(rooms, (size, -1))
        while place < len(rooms) and rows[rooms[place][1]][1] < learnt:
            place += 1
        if place < len(rooms):
            room, number = rooms.pop(place)
            members, left = rows[number]
        else:
            room, number, members, left = length, index, [], targets
            if len(rooms) >= OPEN_ROWS:
                done.append(rows.pop(rooms.pop(0)[1])[0])
        members.append(index)
        rows[number] = (members, left - learnt)
        bisect.insort(rooms, (room - size, number))
    return done + [rows[number][0] for _, number in rooms]
