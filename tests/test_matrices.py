"""Weight matrices in several number formats, and the rescaling before 8 bits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tiny import prompts, tiny_model
from torch.nn import functional

from vnsum.checkpoints.devices import PRECISIONS
from vnsum.checkpoints.packaged import DOWN, Packed, model_folder, read_adapter
from vnsum.decoding import matrices
from vnsum.decoding.gemma import GemmaText, apply_gelu
from vnsum.decoding.layers import MATRICES
from vnsum.decoding.matrices import (
    BASES,
    MAKERS,
    SIZES,
    choose_format,
    cut_rows,
    find_sizes,
    make_embedding,
    make_float,
    make_int8,
)
from vnsum.decoding.smoothing import SmoothedWeights
from vnsum.training.quantization.calibration import record_inputs


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_every_precision_has_a_maker():
    for precision in PRECISIONS:
        formats = {choose_format(precision, role) for role in MATRICES}
        assert formats <= set(MAKERS)
        assert (len(formats) > 1) == (precision == "mixed")


@pytest.mark.parametrize(
    ("precision", "error"), [("int8", 0.02), ("bfloat16", 0.01), ("float32", 1e-6)]
)
@pytest.mark.parametrize("shift", [0.0, 3.0, -3.0])  # values that all lie on one side, too
def test_products_are_close(precision, error, shift):
    parts, values = [numbers(24, 32), numbers(8, 32, seed=1)], numbers(5, 32, seed=2) + shift
    exact = values @ torch.cat(parts).t()
    found = MAKERS[precision](parts).multiply(values)
    assert found.dtype == torch.float32
    assert (found - exact).norm() / exact.norm() < error


@pytest.mark.parametrize("width", [32, 640, 2048])
@pytest.mark.parametrize("count", [1, 5, 40, 130])
def test_the_largest_numbers_do_not_overflow(width, count):
    """Unlike rounding, which the test above allows, an overflow makes single products wrong."""
    matrix = make_int8([torch.ones(16, width)])
    values = torch.ones(count, width)
    values[:, 0] = 0.0  # all others are the largest number, on top of this minimum
    assert torch.allclose(matrix.multiply(values), torch.tensor(width - 1.0), rtol=1e-5)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_rows_come_back(precision):
    matrix = numbers(30, 16)
    rows = torch.tensor([3, 3, 29])
    found = make_embedding(matrix, choose_format(precision, "embedding")).lookup(rows)
    assert torch.allclose(found, matrix[rows], atol=0.02)


def list_shapes():
    """The shapes [outputs, inputs] of the packaged model's matrices and of its adapter's."""
    folder = model_folder("mini")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    hidden, wide = config["hidden_size"], config["intermediate_size"]
    looking = config["num_attention_heads"] * config["head_dim"]
    found = {
        "attention_in": (looking + 2 * config["head_dim"], hidden),
        "attention_out": (hidden, looking),
        "feed_in": (2 * wide, hidden),
        "feed_out": (hidden, wide),
    }
    assert set(found) == set(MATRICES)
    changes = read_adapter(folder)
    for role, names in MATRICES.items():
        for down in [value for key, value in changes.items() if key.endswith(names[0] + DOWN)][:1]:
            rank, (outputs, inputs) = len(names) * len(down), found[role]
            found |= {f"{role} up": (outputs, rank), f"{role} down": (rank, inputs)}
    assert len(found) > len(MATRICES)
    return found | {"vocabulary": (config["vocab_size"], hidden)}


SHAPES = list_shapes()


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("role", SHAPES)
def test_products_do_not_depend_on_the_rows_beside(kind, role):
    outputs, inputs = SHAPES[role]
    matrix, values = MAKERS[kind]([numbers(outputs, inputs)]), numbers(200, inputs, seed=3)
    alone = torch.cat([matrix.multiply(values[:1]), matrix.multiply(values[1:])])
    # The vocabulary is large; with the others no number of rows is left out.
    for rows in (2, 5, 33, 129) if role == "vocabulary" else range(2, 201):
        found = matrix.multiply(values[:rows])
        assert torch.equal(found, alone[:rows]), f"{rows} rows"
    assert torch.equal(matrix.multiply(values.flip(0)), alone.flip(0))


def sum_otherwise_above_32(values, weights):
    """As AMX does with wide matrices in bfloat16."""
    if len(values) <= 32:
        return functional_linear(values, weights)
    # Not two halves, which some libraries sum one after the other as well.
    first = functional_linear(values[:, ::2], weights[:, ::2])
    return first + functional_linear(values[:, 1::2], weights[:, 1::2])


def sum_backwards_above_32(values, weights):
    """As AMX does in bfloat16: float32 sums in another order, most of which round to the same."""
    kind, blocks = values.dtype, slice(None, None, 1 if len(values) <= 32 else -1)
    parts = list(zip(values.float().split(32, 1), weights.float().split(32, 1), strict=True))
    return sum(functional_linear(*part) for part in parts[blocks]).to(kind)


def sum_otherwise_after_8(values, weights):
    """Rows in the second half of a block of 16 come out differently."""
    products = functional_linear(values, weights)
    products[8:] = products[8:] * (1 + 2**-7)
    return products


def never_sum_alike(values, weights):
    """Every row of a block comes out in a way of its own."""
    order = 1 + torch.arange(len(values))[:, None] * 2**-7
    return (functional_linear(values, weights) * order).to(values.dtype)


functional_linear = functional.linear
# What a library does, and what is left of the sizes of blocks.
INEXACT = {
    sum_otherwise_above_32: (4, 16, 32),
    sum_backwards_above_32: (4, 16, 32),
    sum_otherwise_after_8: (4,),
    never_sum_alike: (1,),
}


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float32], ids=str)
@pytest.mark.parametrize("library", INEXACT, ids=lambda found: found.__name__)
def test_an_inexact_library_is_noticed_and_got_round(library, kind, monkeypatch):
    monkeypatch.setattr(matrices, "_sizes", {})
    monkeypatch.setattr(matrices, "SIZES", (4, 16, 32, 128))
    monkeypatch.setattr(matrices, "_multiply_floats", library)
    matrix, values = make_float([numbers(640, 256)], kind), numbers(200, 256, seed=3)
    whole = library(values.to(kind), matrix.values)
    parts = [library(part.to(kind), matrix.values) for part in values.split(16)]
    assert not torch.equal(torch.cat(parts), whole) or not (
        torch.equal(library(values.flip(0).to(kind), matrix.values).flip(0), whole)
    ), "the library has to be inexact"
    assert set(find_sizes(matrix.values)) <= set(INEXACT[library])
    alone = torch.cat([matrix.multiply(values[i : i + 1]) for i in range(200)])
    for rows in (2, 4, 15, 16, 31, 33, 65, 129, 200):
        assert torch.equal(matrix.multiply(values[:rows]), alone[:rows])


@pytest.mark.parametrize("sizes", [SIZES, *((base,) for base in BASES)])
def test_blocks_hold_all_rows_and_little_else(sizes):
    for rows in range(1000):
        cuts = cut_rows(rows, sizes)
        assert set(cuts) <= set(sizes)
        assert rows <= sum(cuts) < max(2 * rows, rows + sizes[0])


@pytest.fixture
def any_threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2, 3, 5, 6])
def test_gelu_does_not_depend_on_the_rows_beside(threads, any_threads):
    any_threads(threads)
    values = numbers(140, 4096).mul_(3).chunk(2, dim=-1)[0]
    alone = torch.cat([apply_gelu(row) for row in values.split(1)])
    for rows in range(2, 141):
        assert torch.equal(apply_gelu(values[:rows]), alone[:rows]), f"{rows} rows"


TOGETHER = """
import sys, torch
from vnsum.checkpoints import resolve_model
from vnsum.decoding.engine import load_engine
torch.set_num_threads(int(sys.argv[1]))
model = load_engine(resolve_model(sys.argv[2]), device="cpu", precision="mixed").adapted
lengths = (5, 40, 3, 61)
texts = [torch.randint(5, 30000, (n,)).tolist() for n in lengths]

def score(some):
    cache, scores = model.prefill(some, beams=4)
    following = model.step(cache, torch.arange(9, 13).repeat(len(some)))
    return [torch.cat([scores[i : i + 1], following[4 * i : 4 * i + 4]]) for i in range(len(some))]

with torch.inference_mode():
    for text, found in zip(texts, score(texts), strict=True):
        assert torch.equal(score([text])[0], found), len(text)
"""
# What stands in for processors that the machine has not, and numbers of threads.
OLDER = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}
PROCESSORS = {
    "three threads": ({}, 3),
    "AVX2": (OLDER, 2),
    "AVX2 for MKL, too": ({**OLDER, "MKL_ENABLE_INSTRUCTIONS": "AVX2"}, 1),
    "none of these": ({"ATEN_CPU_CAPABILITY": "default"}, 2),
}


@pytest.mark.parametrize("name", PROCESSORS)
def test_scores_do_not_depend_on_the_batch_on_other_processors(name, short_mini):
    environment, threads = PROCESSORS[name]
    subprocess.run(
        [sys.executable, "-c", TOGETHER, str(threads), short_mini], check=True,
        cwd=Path(__file__).parent, env={**os.environ, "OMP_WAIT_POLICY": "passive", **environment},
    )  # fmt: skip


def test_rows_of_zeros_stay_zeros():
    assert torch.equal(make_int8([numbers(4, 8)]).multiply(torch.zeros(2, 8)), torch.zeros(2, 4))
    assert torch.equal(make_int8([torch.zeros(4, 8)]).multiply(numbers(2, 8)), torch.zeros(2, 4))


def test_what_is_stored_in_8_bits_is_not_rounded_again():
    stored = torch.randint(-127, 128, (6, 16), dtype=torch.int8)
    scale = torch.rand(6)
    packed = Packed(form="q8", values=stored, scale=scale)
    assert torch.equal(make_embedding(packed, "int8").values, stored)
    assert torch.equal(make_embedding(packed, "int8").scale, scale)
    assert torch.equal(make_int8([packed]).scale, scale)


def smoothed(seed):
    model, rows = tiny_model(seed), prompts(seed)
    largest = record_inputs(GemmaText(model.config, model.state_dict()), rows).largest
    heads = model.config.num_attention_heads
    return model, rows, SmoothedWeights(model.state_dict(), largest, heads=heads)


@pytest.mark.parametrize("seed", range(3))
def test_smoothing_keeps_the_function(seed):
    model, rows, weights = smoothed(seed)
    with torch.inference_mode():
        before = GemmaText(model.config, model.state_dict()).score(rows, [0] * len(rows))
        after = GemmaText(model.config, weights).score(rows, [0] * len(rows))
    for first, second in zip(before, after, strict=True):
        assert torch.allclose(first, second, atol=1e-3)
    assert any(not torch.equal(weights[name], value) for name, value in model.state_dict().items())


def test_smoothing_evens_out_the_inputs():
    model, rows, weights = smoothed(0)
    before = record_inputs(GemmaText(model.config, model.state_dict()), rows).largest
    after = record_inputs(GemmaText(model.config, weights), rows).largest
    spread = lambda found: sum(float(v.max() / v.median()) for v in found.values())  # noqa: E731
    assert spread(after) < spread(before)


def test_recording_leaves_the_model_as_it_was():
    made = tiny_model(0)
    model = GemmaText(made.config, made.state_dict())
    layers = model.layers
    record_inputs(model, prompts(0))
    assert model.layers is layers


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_model_in_every_precision_finds_nearly_the_same(precision):
    made, rows = tiny_model(0), prompts(0)
    exact = GemmaText(made.config, made.state_dict())
    rounded = GemmaText(made.config, made.state_dict(), precision=precision)
    with torch.inference_mode():
        pairs = zip(exact.score(rows, [0] * 6), rounded.score(rows, [0] * 6), strict=True)
        for first, second in pairs:
            assert (first.exp() - second.exp()).abs().mean() < 0.01
