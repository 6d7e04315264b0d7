"""Weight matrices in several number formats, and the rescaling before 8 bits."""

import pytest
import torch
from tiny import prompts, tiny_model

from vnsum.checkpoints.loading import PRECISIONS
from vnsum.checkpoints.packaged import Packed
from vnsum.decoding.gemma import MATRICES, GemmaText
from vnsum.decoding.matrices import MAKERS, choose_format, make_int8, make_rows
from vnsum.decoding.smoothing import SmoothedWeights
from vnsum.training.calibration import record_inputs


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


@pytest.mark.parametrize("precision", PRECISIONS)
def test_rows_come_back(precision):
    matrix = numbers(30, 16)
    rows = torch.tensor([3, 3, 29])
    found = make_rows(matrix, choose_format(precision, "embedding")).pick(rows)
    assert torch.allclose(found, matrix[rows], atol=0.02)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("width", [640, 2048])
def test_products_do_not_depend_on_the_rows_beside(kind, width):
    matrix, values = MAKERS[kind]([numbers(96, width)]), numbers(130, width, seed=3)
    together = matrix.multiply(values)
    for rows in [*range(1, 18), 33, 65, 129]:
        parts = [matrix.multiply(part) for part in values.split(rows)]
        assert torch.equal(torch.cat(parts), together), f"{rows} rows at a time"


def test_rows_of_zeros_stay_zeros():
    assert torch.equal(make_int8([numbers(4, 8)]).multiply(torch.zeros(2, 8)), torch.zeros(2, 4))
    assert torch.equal(make_int8([torch.zeros(4, 8)]).multiply(numbers(2, 8)), torch.zeros(2, 4))


def test_what_is_stored_in_8_bits_is_not_rounded_again():
    stored = torch.randint(-127, 128, (6, 16), dtype=torch.int8)
    scale = torch.rand(6)
    packed = Packed(form="q8", values=stored, scale=scale)
    assert torch.equal(make_rows(packed, "int8").values, stored)
    assert torch.equal(make_rows(packed, "int8").scale, scale)
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
        before = GemmaText(model.config, model.state_dict()).rate(rows, [0] * len(rows))
        after = GemmaText(model.config, weights).rate(rows, [0] * len(rows))
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
        pairs = zip(exact.rate(rows, [0] * 6), rounded.rate(rows, [0] * 6), strict=True)
        for first, second in pairs:
            assert (first.exp() - second.exp()).abs().mean() < 0.01
