"""Weight matrices in the number format that a machine multiplies fastest, behind one interface.

Values come in and go out as float32. A row's products do not depend on the rows beside it, to the
last bit: `Int8Matrix` rounds every row of the values by itself and sums whole numbers. Libraries
sum floating-point numbers in an order that depends on the number of rows, so `FloatMatrix`
multiplies a few fixed numbers of rows only, which are known to give the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import functional

from vnsum.checkpoints.loading import choose_dtype, has_fast_int8
from vnsum.checkpoints.packaged import Packed

LARGEST = 127  # of the weights' 8-bit numbers; -128 would have no opposite
# Steps of the values' whole numbers: one less than fits 8 bits leaves room for rounding. Processors
# without instructions for 8 bits add two products in 16, which holds them for values of 7 bits.
LEVELS, NARROW_LEVELS = 254, 126
TINY = 1e-12  # keeps a row of zeros from being divided by zero
# Up to so many rows, rows of zeros make them a multiple of so many: oneDNN keeps a program for
# every number of rows that it has seen, which in a long job would be some 300 MB.
MULTIPLES = ((32, 4), (128, 8), (math.inf, 64))
# Numbers of rows of floating-point values that may be multiplied at a time. The first of `BASES`
# whose rows all get the same decides what is right; one row at a time always does.
BASES, SIZES = (16, 4, 1), (4, 16, 32, 128)


class Matrix(Protocol):
    """A weight matrix [outputs, inputs]."""

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""


class Rows(Protocol):
    """A table of rows [n, width], such as one for each token of a vocabulary."""

    def pick(self, rows: torch.Tensor) -> torch.Tensor:
        """Return some of the rows [n, width] as float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatMatrix:
    """Numbers in a floating-point format, multiplied in that format."""

    values: torch.Tensor

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        rows, values = len(values), values.to(self.values.dtype)
        if not self.values.is_cpu:
            return functional.linear(_round_up(values), self.values)[:rows].float()
        cuts = cut_rows(rows, find_sizes(self.values))
        padded = functional.pad(values, (0, 0, 0, sum(cuts) - rows))
        blocks = [_multiply_floats(block, self.values) for block in torch.split(padded, cuts)]
        products = blocks[0] if len(blocks) == 1 else torch.cat(blocks)
        return products[:rows].float()

    def pick(self, rows: torch.Tensor) -> torch.Tensor:
        """Return some of the rows [n, width] as float32."""
        return self.values[rows].float()


@dataclass(frozen=True, slots=True, kw_only=True)
class Int8Matrix:
    """8-bit whole numbers with a scale for each output, multiplied as whole numbers.

    `packed` are the numbers, arranged as oneDNN's kernel wants them. Every row of
    values is rounded to 8 bits between its own least and greatest, as in Yao et al. 2022
    (ZeroQuant, arXiv:2206.01861); `sums` put the least value back into the products.
    """

    packed: torch.Tensor
    scale: torch.Tensor
    sums: torch.Tensor  # of the rows, scaled
    zeros: torch.Tensor  # the zero points of the rows, which the kernel asks for
    half: torch.Tensor
    levels: int

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        rows = len(values)
        values = _round_up(values)
        least = values.amin(dim=-1, keepdim=True)
        step = (values.amax(dim=-1, keepdim=True) - least).div_(self.levels).add_(TINY)
        # value = least + step * number; the half makes the conversion round to the nearest.
        steps = step.reciprocal()  # multiplying is faster than dividing
        shift = torch.addcmul(self.half, least, steps, value=-1)
        numbers = torch.addcmul(shift, values, steps).to(torch.uint8)
        products = _multiply_numbers(numbers, self.packed, self.scale, self.zeros)
        return products.mul_(step).addcmul_(least, self.sums)[:rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Int8Rows:
    """A table of rows in 8-bit whole numbers with a scale each."""

    values: torch.Tensor
    scale: torch.Tensor

    def pick(self, rows: torch.Tensor) -> torch.Tensor:
        """Return some of the rows [n, width] as float32."""
        return self.values[rows].float().mul_(self.scale[rows, None])


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank:
    """What an adapter adds to a matrix: up [outputs, rank] @ down [rank, inputs]."""

    up: FloatMatrix
    down: FloatMatrix

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        return self.up.multiply(self.down.multiply(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMatrix:
    """A matrix, which others may be using too, and what is added to it here."""

    base: Matrix
    change: LowRank

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        return self.base.multiply(values).add_(self.change.multiply(values))


def _multiply_floats(values: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Return the products in the matrix' format, by oneDNN where torch would take MKL.

    MKL divides the sums of float32 among the threads, so that they depend on how many there are.
    """
    if matrix.dtype == torch.float32 and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        products: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
            values, matrix, None, "none", [], ""
        )
        return products
    return functional.linear(values, matrix)


_sizes: dict[tuple[torch.dtype, torch.Size, int], tuple[int, ...]] = {}


def find_sizes(matrix: torch.Tensor) -> tuple[int, ...]:
    """Return the numbers of rows to multiply at a time by `matrix` [outputs, inputs], ascending.

    A row's products are the same bits in each of them, wherever it stands: tried once, in a few
    milliseconds, for each shape, as that depends on the processor, the library and its threads.
    """
    key = (matrix.dtype, matrix.shape, torch.get_num_threads())
    if key not in _sizes:
        _sizes[key] = _try_sizes(matrix)
    return _sizes[key]


def _try_sizes(matrix: torch.Tensor) -> tuple[int, ...]:
    generator = torch.Generator().manual_seed(0)
    row = torch.randn(1, matrix.shape[1], generator=generator).to(matrix.dtype)

    def multiply(rows: int) -> torch.Tensor:
        # Laid out as other values are: some libraries look at that.
        return _multiply_floats(row.repeat(rows, 1), matrix)

    for base in BASES:
        products = multiply(base)
        if torch.equal(products, products[:1].expand_as(products)):
            break
    right = products[:1]
    agreeing = {n for n in SIZES if torch.equal(multiply(n), right.expand(n, -1))}
    return tuple(sorted({base, *agreeing}))


def cut_rows(rows: int, sizes: Sequence[int]) -> list[int]:
    """Return the sizes of blocks, of which the last may be filled up, for that many rows.

    >>> cut_rows(33, (4, 16, 32)), cut_rows(15, (4, 16, 32)), cut_rows(3, (16,))
    ([32, 4], [16], [16])
    """
    cuts = []
    while rows > 0:
        # More than twice the rows would cost more than another block.
        fitting = [size for size in sizes if size < 2 * rows]
        cuts.append(fitting[-1] if fitting else sizes[0])
        rows -= cuts[-1]
    return cuts


def make_low_rank(
    ups: Sequence[torch.Tensor], downs: Sequence[torch.Tensor], precision: str
) -> LowRank:
    """Return the changes of matrices that read the same inputs as one, in floating point."""
    kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
    joined: torch.Tensor = torch.block_diag(*(up.to(kind) for up in ups))  # type: ignore[no-untyped-call]
    return LowRank(up=FloatMatrix(values=joined), down=make_float(downs, kind))


def make_float(parts: Sequence[torch.Tensor | Packed], dtype: torch.dtype) -> FloatMatrix:
    """Return the parts, one below the other, as floating-point numbers."""
    return FloatMatrix(values=torch.cat([unpack(part).to(dtype) for part in parts]))


def make_int8(parts: Sequence[torch.Tensor | Packed]) -> Int8Matrix:
    """Return the parts, one below the other, as 8-bit numbers with a scale a row."""
    stored = [_round_rows(part) for part in parts]
    rows = torch.cat([rows for rows, _ in stored])
    scale = torch.cat([scale for _, scale in stored])
    packed = torch.ops.onednn.qlinear_prepack(rows, None)
    zeros = torch.zeros(len(rows), dtype=torch.long)
    ones = torch.ones(1, rows.shape[1], dtype=torch.uint8)
    return Int8Matrix(
        packed=packed,
        scale=scale,
        sums=_multiply_numbers(ones, packed, scale, zeros)[0],
        zeros=zeros,
        half=torch.tensor(0.5),
        levels=LEVELS if has_fast_int8() else NARROW_LEVELS,
    )


def _round_up(values: torch.Tensor) -> torch.Tensor:
    """Return `values` with rows of zeros up to the next round number of rows."""
    rows = len(values)
    multiple = next(multiple for most, multiple in MULTIPLES if rows <= most)
    missing = -rows % multiple
    return functional.pad(values, (0, 0, 0, missing)) if missing else values


def _multiply_numbers(
    numbers: torch.Tensor, packed: torch.Tensor, scale: torch.Tensor, zeros: torch.Tensor
) -> torch.Tensor:
    """Return the products of unsigned 8-bit numbers with a packed matrix, float32."""
    products: torch.Tensor = torch.ops.onednn.qlinear_pointwise(
        numbers, 1.0, 0, packed, scale, zeros, None, 1.0, 0, torch.float32, "none", [], ""
    )
    return products


MAKERS: Mapping[str, Callable[[Sequence[torch.Tensor | Packed]], Matrix]] = {
    "int8": make_int8,
    "bfloat16": lambda parts: make_float(parts, torch.bfloat16),
    "float32": lambda parts: make_float(parts, torch.float32),
}


WIDER = "feed_out"  # the matrix whose values lose most by 8 bits, some being far out


def choose_format(precision: str, role: str) -> str:
    """Return the name in `MAKERS` of a matrix; `role` is what it is for, as in `Layer`.

    `precision` is such a name, or `"mixed"`: 8 bits for all but the one that loses most by them,
    which gets the floating-point format that the processor multiplies fastest.
    """
    if precision != "mixed":
        return precision
    if role != WIDER:
        return "int8"
    return str(choose_dtype(torch.device("cpu"))).removeprefix("torch.")


def make_rows(part: torch.Tensor | Packed, precision: str) -> Rows:
    """Return a table of rows; `precision` is a name in `MAKERS`."""
    if precision == "int8":
        values, scale = _round_rows(part)
        # A copy: the rows of a file would keep all of the file in memory.
        return Int8Rows(values=values.clone(), scale=scale.clone())
    return FloatMatrix(values=unpack(part).to(getattr(torch, precision)))


def unpack(part: torch.Tensor | Packed) -> torch.Tensor:
    """Return the numbers of a stored tensor."""
    return part if isinstance(part, torch.Tensor) else part.unpack()


def _round_rows(part: torch.Tensor | Packed) -> tuple[torch.Tensor, torch.Tensor]:
    """Return 8-bit numbers and their scales; what is stored that way already is not touched."""
    if not isinstance(part, torch.Tensor) and part.rows is not None:
        return part.rows
    numbers = unpack(part).float()
    scale = numbers.abs().amax(dim=1).clamp_min_(TINY).div_(LARGEST)
    return (numbers / scale[:, None]).round_().to(torch.int8), scale
