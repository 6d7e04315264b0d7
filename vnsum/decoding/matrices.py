"""Weight matrices in int8, bfloat16 and float32 with a common interface.

Inputs and outputs are float32. The products of a row are bit for bit independent of the other rows:
`Int8Matrix` quantizes each row separately and sums integers. Libraries sum floating-point numbers
in an order that depends on the number of rows, so `FloatMatrix` multiplies blocks of a few sizes
that have been verified to give equal results.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import functional

from vnsum.checkpoints.devices import choose_dtype
from vnsum.checkpoints.packaged import Packed

LARGEST = 127  # of int8 weights; -128 is not used, for symmetry
# Quantization steps of the inputs: one less than 8 bits can hold, which leaves room for rounding.
# Without int8 instructions, two products are accumulated in 16 bits, which does not overflow for
# inputs of 7 bits.
LEVELS, NARROW_LEVELS = 254, 126
TINY = 1e-12  # avoids division by zero for rows of zeros
# (rows, multiple): up to this many rows, inputs are padded to this multiple. oneDNN caches a kernel
# for each number of rows, which would take some 300 MB in a long job.
MULTIPLES = ((32, 4), (128, 8), (math.inf, 64))
# Block sizes for floating-point matrices. The first of `BASES` in which all rows give equal results
# is the reference; a block of one row always qualifies.
BASES, SIZES = (16, 4, 1), (4, 16, 32, 128)
KINDS = 256  # different rows of weights in the test of the sizes


class Matrix(Protocol):
    """A weight matrix [outputs, inputs]."""

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""


class Embedding(Protocol):
    """An embedding table [vocabulary, width]."""

    def lookup(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the given rows [n, width] as float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatMatrix:
    """A matrix in a floating-point format; also an embedding."""

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

    def lookup(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the given rows [n, width] as float32."""
        return self.values[rows].float()


@dataclass(frozen=True, slots=True, kw_only=True)
class Int8Matrix:
    """An int8 matrix with one scale per output, multiplied with int8 inputs.

    `packed` is in the layout of the oneDNN kernel. Each row of inputs is quantized to 8 bits
    between its minimum and maximum, as in ZeroQuant (Yao et al. 2022, arXiv:2206.01861); `sums`
    account for the minimum in the products.
    """

    packed: torch.Tensor
    scale: torch.Tensor
    sums: torch.Tensor  # scaled sums of the rows
    zeros: torch.Tensor  # zero points, required by the kernel
    half: torch.Tensor
    levels: int

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        rows = len(values)
        values = _round_up(values)
        least = values.amin(dim=-1, keepdim=True)
        step = (values.amax(dim=-1, keepdim=True) - least).div_(self.levels).add_(TINY)
        # value = least + step * number; adding 0.5 makes the conversion round to nearest.
        steps = step.reciprocal()  # multiplication is faster than division
        shift = torch.addcmul(self.half, least, steps, value=-1)
        numbers = torch.addcmul(shift, values, steps).to(torch.uint8)
        products = _multiply_numbers(numbers, self.packed, self.scale, self.zeros)
        return products.mul_(step).addcmul_(least, self.sums)[:rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Int8Embedding:
    """An int8 embedding table with one scale per row."""

    values: torch.Tensor
    scale: torch.Tensor

    def lookup(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the given rows [n, width] as float32."""
        return self.values[rows].float().mul_(self.scale[rows, None])


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRankMatrix:
    """A low-rank adapter of a matrix: up [outputs, rank] @ down [rank, inputs]."""

    up: FloatMatrix
    down: FloatMatrix

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        return self.up.multiply(self.down.multiply(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedMatrix:
    """The sum of a matrix, which may be shared, and its adapter."""

    base: Matrix
    adapter: LowRankMatrix

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Return the products [rows, outputs] of `values` [rows, inputs], float32."""
        return self.base.multiply(values).add_(self.adapter.multiply(values))


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
    """Return the block sizes for products with `matrix` [outputs, inputs], ascending.

    A row has bitwise equal products in blocks of all these sizes, at any position. This depends on
    processor, library and threads, so it is tested once per shape, which takes a few milliseconds.
    """
    key = (matrix.dtype, matrix.shape, torch.get_num_threads())
    if key not in _sizes:
        _sizes[key] = _try_sizes(matrix)
    return _sizes[key]


def _try_sizes(matrix: torch.Tensor) -> tuple[int, ...]:
    weights, row = _make_cancelling(matrix)

    def multiply(rows: int) -> torch.Tensor:
        # Materialized like real inputs, as some libraries depend on the memory layout.
        return _multiply_floats(row.repeat(rows, 1), weights)

    for base in BASES:
        products = multiply(base)
        if torch.equal(products, products[:1].expand_as(products)):
            break
    right = products[:1]
    agreeing = {n for n in SIZES if torch.equal(multiply(n), right.expand(n, -1))}
    return tuple(sorted({base, *agreeing}))


def _make_cancelling(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights like `matrix` [outputs, inputs] and a row [1, inputs] whose products cancel.

    What remains is the rounding error of the sums, which depends on their order. In other products
    it may disappear when they are rounded to bfloat16: a test with random numbers would miss it.
    """
    generator = torch.Generator().manual_seed(0)
    outputs, inputs = matrix.shape
    order = torch.randperm(inputs, generator=generator)
    half, odd = inputs // 2, inputs % 2
    values = functional.pad(torch.randn(1, half, generator=generator), (0, half + odd))
    values[:, half : 2 * half] = -values[:, :half]
    kinds = torch.randn(min(outputs, KINDS), half, generator=generator)
    kinds = functional.pad(torch.cat([kinds, kinds], dim=1), (0, odd))[:, order].to(matrix.dtype)
    weights = kinds.repeat(math.ceil(outputs / KINDS), 1)[:outputs].contiguous()
    return weights, values[:, order].to(matrix.dtype)


def cut_rows(rows: int, sizes: Sequence[int]) -> list[int]:
    """Return block sizes for a number of rows; the last block may need padding.

    >>> cut_rows(33, (4, 16, 32)), cut_rows(15, (4, 16, 32)), cut_rows(3, (16,))
    ([32, 4], [16], [16])
    """
    cuts = []
    while rows > 0:
        # Padding to more than twice the rows costs more than another block.
        fitting = [size for size in sizes if size < 2 * rows]
        cuts.append(fitting[-1] if fitting else sizes[0])
        rows -= cuts[-1]
    return cuts


def make_low_rank(
    ups: Sequence[torch.Tensor], downs: Sequence[torch.Tensor], precision: str
) -> LowRankMatrix:
    """Return one adapter for concatenated matrices, in floating point."""
    kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
    joined: torch.Tensor = torch.block_diag(*(up.to(kind) for up in ups))  # type: ignore[no-untyped-call]
    return LowRankMatrix(up=FloatMatrix(values=joined), down=make_float(downs, kind))


def make_float(parts: Sequence[torch.Tensor | Packed], dtype: torch.dtype) -> FloatMatrix:
    """Return the concatenated parts as a floating-point matrix."""
    return FloatMatrix(values=torch.cat([unpack(part).to(dtype) for part in parts]))


def make_int8(parts: Sequence[torch.Tensor | Packed]) -> Int8Matrix:
    """Return the concatenated parts as an int8 matrix."""
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
        levels=choose_levels(),
    )


@functools.cache
def choose_levels() -> int:
    """Return the quantization steps of inputs with which this machine's int8 products are exact.

    They are not if the library accumulates in 16 bits, which it may do on any processor.
    """
    matrix = torch.full((64, 64), LARGEST, dtype=torch.int8)
    packed = torch.ops.onednn.qlinear_prepack(matrix, None)
    scale, zeros = torch.ones(64), torch.zeros(64, dtype=torch.long)
    for rows in (1, 64):
        numbers = torch.full((rows, 64), LEVELS, dtype=torch.uint8)
        products = _multiply_numbers(numbers, packed, scale, zeros)
        if not (products == 64 * LARGEST * LEVELS).all():
            return NARROW_LEVELS
    return LEVELS


def _round_up(values: torch.Tensor) -> torch.Tensor:
    """Pad `values` with rows of zeros to the next multiple in `MULTIPLES`."""
    rows = len(values)
    multiple = next(multiple for most, multiple in MULTIPLES if rows <= most)
    missing = -rows % multiple
    return functional.pad(values, (0, 0, 0, missing)) if missing else values


def _multiply_numbers(
    numbers: torch.Tensor, packed: torch.Tensor, scale: torch.Tensor, zeros: torch.Tensor
) -> torch.Tensor:
    """Return the products of uint8 inputs with a packed matrix as float32."""
    products: torch.Tensor = torch.ops.onednn.qlinear_pointwise(
        numbers, 1.0, 0, packed, scale, zeros, None, 1.0, 0, torch.float32, "none", [], ""
    )
    return products


MAKERS: Mapping[str, Callable[[Sequence[torch.Tensor | Packed]], Matrix]] = {
    "int8": make_int8,
    "bfloat16": lambda parts: make_float(parts, torch.bfloat16),
    "float32": lambda parts: make_float(parts, torch.float32),
}


FLOAT_ROLE = "feed_out"  # loses most in 8 bits, because of outliers in its inputs


def choose_format(precision: str, role: str) -> str:
    """Return the format of a matrix, a name in `MAKERS`; `role` is its attribute in `Layer`.

    `precision` is such a name or `"mixed"`: int8 except for `FLOAT_ROLE`, which uses the fastest
    floating-point format of the processor.
    """
    if precision != "mixed":
        return precision
    if role != FLOAT_ROLE:
        return "int8"
    return str(choose_dtype(torch.device("cpu"))).removeprefix("torch.")


def make_embedding(part: torch.Tensor | Packed, precision: str) -> Embedding:
    """Return an embedding; `precision` is a name in `MAKERS`."""
    if precision == "int8":
        values, scale = _round_rows(part)
        # A copy, as a view of the file would keep the whole file in memory.
        return Int8Embedding(values=values.clone(), scale=scale.clone())
    return FloatMatrix(values=unpack(part).to(getattr(torch, precision)))


def unpack(part: torch.Tensor | Packed) -> torch.Tensor:
    """Return a tensor, dequantized if needed."""
    return part if isinstance(part, torch.Tensor) else part.unpack()


def _round_rows(part: torch.Tensor | Packed) -> tuple[torch.Tensor, torch.Tensor]:
    """Return int8 values and scales; matrices stored in int8 are not quantized again."""
    if not isinstance(part, torch.Tensor) and part.rows is not None:
        return part.rows
    numbers = unpack(part).float()
    scale = numbers.abs().amax(dim=1).clamp_min_(TINY).div_(LARGEST)
    return (numbers / scale[:, None]).round_().to(torch.int8), scale
