"""Training with 8-bit products: close to exact products, and otherwise unchanged."""

from dataclasses import replace

import pytest
import torch
import training
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cosine_similarity
from training import needs_exact_products, train

from vnsum.errors import InputError
from vnsum.training.config import (
    Adapter,
    Corpus,
    Filters,
    Optimizer,
    Schedule,
    Settings,
    Shape,
    build,
)
from vnsum.training.journal import read_log
from vnsum.training.model import load_start
from vnsum.training.quantization.int8_linear import Int8Linear, use_int8


def make_layer(inputs, outputs, seed):
    layer = nn.Linear(inputs, outputs, bias=False)
    generator = torch.Generator().manual_seed(seed)
    layer.weight.data = torch.randn(outputs, inputs, generator=generator)
    return layer


def make_values(rows, inputs, seed, *, largest=1.0):
    """Return values in which every eighth input is `largest` times the others."""
    values = torch.randn(rows, inputs, generator=torch.Generator().manual_seed(seed))
    values[:, ::8] *= largest
    return values


def run_both_ways(layer, values):
    """Return the products of a layer and the gradients of values and weight, flat."""
    values = values.clone().requires_grad_()
    layer.weight.grad = None
    found = layer(values)
    wanted = torch.randn(found.shape, generator=torch.Generator().manual_seed(9))
    (found * wanted).sum().backward()
    return [t.detach().flatten() for t in (found, values.grad, layer.weight.grad)]


@needs_exact_products
@given(
    rows=st.integers(18, 40),
    inputs=st.integers(2, 12).map(lambda n: n * 8),
    outputs=st.integers(2, 12).map(lambda n: n * 8),
    seed=st.integers(0, 99),
    largest=st.sampled_from([1.0, 30.0]),
)
def test_products_are_near_the_exact_ones(rows, inputs, outputs, seed, largest):
    model = nn.Sequential(make_layer(inputs, outputs, seed))
    values = make_values(rows, inputs, seed, largest=largest)
    exact = run_both_ways(model[0], values)
    use_int8(model, lambda: model(values))
    assert isinstance(model[0], Int8Linear)
    for one, other in zip(run_both_ways(model[0], values), exact, strict=True):
        assert cosine_similarity(one, other, dim=0) > 0.999
        assert 0.98 < one.norm() / other.norm() < 1.02


@needs_exact_products
def test_factors_keep_small_inputs_beside_large_ones():
    values = make_values(64, 64, 3, largest=1000.0)
    small = torch.ones(64, dtype=torch.bool)
    small[::8] = False
    layer = make_layer(64, 32, 3)
    layer.weight.data[:, ~small] /= 1000.0  # so that what is small in the values counts
    exact = layer(values)
    errors = []
    for factors in (None, torch.ones(64)):
        model = nn.Sequential(make_layer(64, 32, 3))
        model[0].weight.data = layer.weight.data.clone()
        use_int8(model, lambda model=model: model(values))
        if factors is not None:
            model[0].factors = factors
        errors.append((model(values) - exact).norm() / exact.norm())
    assert errors[0] < 0.02 < 0.2 < errors[1]


@needs_exact_products
def test_rows_of_zeros():
    model = nn.Sequential(make_layer(16, 16, 0))
    values = torch.zeros(32, 16)
    use_int8(model, lambda: model(values))
    found, for_values, for_weight = run_both_ways(model[0], values)
    assert not found.any() and for_values.isfinite().all() and not for_weight.any()


def test_a_machine_that_multiplies_wrongly_is_refused(monkeypatch):
    exact = torch._int_mm
    monkeypatch.setattr(torch, "_int_mm", lambda a, b: exact(a, b).clamp(max=32767))
    model = nn.Sequential(make_layer(16, 16, 0))
    message = r"^8-bit products are not exact on this machine: set products = 'float'$"
    with pytest.raises(InputError, match=message):
        use_int8(model, lambda: model(torch.zeros(32, 16)))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("eightbits")
    return Settings(
        start=str(training.save_base(folder / "base")),
        out=folder / "run",
        corpora=(Corpus(path=training.write_pairs(folder / "pairs.tsv")),),
        filters=Filters(check_language=False),
        shape=Shape(rows=4, length=64, targets=40),
        optimizer=Optimizer(rate=3e-3, warmup=2),
        schedule=Schedule(steps=30, log_every=5),
        compile=False,
    )


@needs_exact_products
def test_a_run_learns_as_with_exact_products(run, tmp_path):
    losses = {}
    for products in ("float", "int8"):
        train(replace(run, products=products, out=tmp_path / products))
        losses[products] = [row["loss"] for row in read_log(tmp_path / products)]
    assert losses["int8"][-1] < 0.8 * losses["int8"][0]
    assert losses["int8"] == pytest.approx(losses["float"], rel=0.03)
    assert losses["int8"] != losses["float"]  # or nothing was rounded


@needs_exact_products
def test_an_adapter_is_trained_so_too(run, tmp_path):
    adapter = Adapter(rank=4, layers=1, scale=2.0)
    run = replace(run, adapter=adapter, products="int8", out=tmp_path / "adapter")
    changed = train(run).model / "adapter.safetensors"
    assert changed.is_file()
    losses = [row["loss"] for row in read_log(run.out)]
    assert losses[-1] < losses[0]


@needs_exact_products
def test_the_saved_model_has_the_names_of_its_base(run, tmp_path):
    found = train(replace(run, products="int8", out=tmp_path / "run")).model
    assert load_start(str(found)).weights.keys() == load_start(run.start).weights.keys()


def test_other_products_are_an_error():
    data = {"start": "mini", "out": "x", "corpora": [], "products": "int4"}
    with pytest.raises(InputError, match="'products' is 'int4'"):
        build(Settings, data)
