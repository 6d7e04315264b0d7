"""Training on the grid of a rounded model, and learning from a teacher."""

from dataclasses import replace

import pytest
import torch
import training
from training import train, weights_of

from vnsum.cli import main
from vnsum.errors import InputError, ModelError
from vnsum.training import loop
from vnsum.training.card import Card
from vnsum.training.config import (
    Adapter,
    Corpus,
    Filters,
    Optimizer,
    Schedule,
    Settings,
    Shape,
    build,
    to_data,
)
from vnsum.training.export import export_package
from vnsum.training.grid import Grid, read_grid
from vnsum.training.model import Learner, load_start, save_start

SCHEME = "layers4"
CARD = Card(name="tiny", version="v9", tasks=("translate",))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return training.save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def rounded(base, tmp_path_factory):
    """The tiny model in the package's format."""
    folder = tmp_path_factory.mktemp("rounded")
    export_package(str(base), folder, card=CARD, scheme=SCHEME)
    return folder


@pytest.fixture
def run(base, rounded, tmp_path):
    """The settings of a run on the grid."""
    return Settings(
        start=str(base),
        out=tmp_path / "run",
        corpora=(Corpus(path=training.write_pairs(tmp_path / "pairs.tsv")),),
        filters=Filters(check_language=False),
        shape=Shape(rows=4, length=64, targets=40),
        optimizer=Optimizer(rate=3e-3, warmup=2),
        schedule=Schedule(steps=6, log_every=2, grid=rounded),
        compile=False,
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_weights_on_a_grid(seed, tmp_path):
    generator = torch.Generator().manual_seed(seed)
    scale = torch.randn(6, 2, generator=generator)
    scale[0, 0] = -0.3  # scales may have either sign
    grid = Grid(folder=tmp_path, scales={"a": scale}, weights={})
    matrix = torch.randn(6, 64, generator=generator)
    found = grid.round("a", matrix)
    points = torch.arange(-8, 8) * scale[..., None]  # [rows, groups, 16]
    for column in range(64):
        away = (points[:, column // 32] - matrix[:, column : column + 1]).abs()
        nearest = away.amin(1)
        assert torch.allclose((found[:, column] - matrix[:, column]).abs(), nearest, atol=1e-6)
    assert torch.equal(grid.round("a", found), found)
    assert grid.round("b", matrix) is matrix


def test_training_begins_as_the_rounded_model(base, rounded):
    grid = read_grid(rounded)
    before, shipped = weights_of(base), weights_of(rounded)
    # What is far from its number on the grid, too, is rounded to that number.
    far = {name: weight + 0.5 * torch.randn_like(weight) for name, weight in before.items()}
    for weights in (before, far):
        pulled = grid.pull(weights)
        assert pulled.keys() == before.keys() and {*grid.scales} < {*before}
        for name in before:
            if name in grid.scales:
                assert torch.equal(grid.round(name, pulled[name]), shipped[name])
            else:
                assert pulled[name] is weights[name]
    # What is near stays where it is.
    assert any(not torch.equal(grid.pull(before)[name], shipped[name]) for name in grid.scales)


def test_what_is_exported_is_what_was_trained(run, rounded, tmp_path):
    run = replace(run, optimizer=replace(run.optimizer, rate=3e-2))
    train(run)
    export_package(str(run.out / "model"), tmp_path / "out", card=CARD, scheme=SCHEME, grid=rounded)
    grid, masters = read_grid(rounded), weights_of(run.out / "model")
    start, found = weights_of(rounded), weights_of(tmp_path / "out")
    assert all(torch.equal(found[name], grid.round(name, masters[name])) for name in grid.scales)
    assert any(not torch.equal(found[name], start[name]) for name in grid.scales)


def test_the_forward_pass_sees_weights_on_the_grid(run, rounded, monkeypatch):
    shipped, seen = weights_of(rounded), []
    step = Learner.step

    def watch(self, batch, **options):
        seen.append({n: w.detach().clone() for n, w in zip(self.names, self.weights, strict=True)})
        return step(self, batch, **options)

    monkeypatch.setattr(Learner, "step", watch)
    train(run)
    grid = read_grid(rounded)
    for name in grid.scales:
        assert torch.equal(seen[0][name], shipped[name].to(seen[0][name].dtype))


def test_a_run_on_a_grid_in_parts_ends_with_the_same_weights(run, base, tmp_path):
    run = replace(run, teacher=str(base))
    whole = weights_of(train(run).model)
    parts = replace(run, out=tmp_path / "parts")
    while not train(parts, minutes=0).finished:  # one step a call
        pass
    found = weights_of(parts.out / "model")
    assert all(torch.equal(found[name], weight) for name, weight in whole.items())


def test_a_grid_survives_its_configuration(run):
    assert build(Settings, to_data(run)) == run


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": {"quantise_from": 0.5}}, "to a grid or by a scheme"),
        ({"adapter": Adapter(rank=2, layers=1)}, "neither scored nor rounded"),
    ],
)
def test_what_does_not_go_with_a_grid(run, options, message):
    schedule = replace(run.schedule, **options.pop("schedule", {}))
    with pytest.raises(InputError, match=message):
        train(replace(run, schedule=schedule, **options))


def test_a_grid_of_another_model(run, rounded, base, tmp_path):
    start = load_start(str(base))
    name = next(iter(read_grid(rounded).scales))
    other = replace(start, weights={**start.weights, name: start.weights[name].repeat(2, 1)})
    with pytest.raises(InputError, match="another model"):
        read_grid(rounded).pull(other.weights)
    export_package(str(base), tmp_path / "eight", card=CARD, scheme="int8")
    for folder, message in ((tmp_path, "no model.safetensors"), (tmp_path / "eight", "of 4 bits")):
        with pytest.raises(InputError, match=message):
            train(replace(run, schedule=replace(run.schedule, grid=folder)))


def test_a_grid_of_another_scheme(base, rounded, tmp_path, capsys):
    order = ["train", "export", str(base), "--out", str(tmp_path / "out"), "--grid", str(rounded)]
    assert main([*order, "--scheme", "feed4"]) == 1
    assert "not rounded by the scheme 'feed4'" in capsys.readouterr().err
    assert main([*order, "--scheme", SCHEME]) == 0
    capsys.readouterr()


def test_a_student_comes_nearer_to_its_teacher(run, base, tmp_path):
    """With nothing but the teacher to learn from, a changed model becomes more like it."""
    start = load_start(str(base))
    generator = torch.Generator().manual_seed(0)
    changed = {
        name: weight + 0.1 * weight.std() * torch.randn(weight.shape, generator=generator)
        if weight.ndim == 2
        else weight
        for name, weight in start.weights.items()
    }
    save_start(tmp_path / "changed", replace(start, weights=changed))
    run = replace(
        run,
        start=str(tmp_path / "changed"),
        optimizer=Optimizer(rate=1e-3, warmup=1, smoothing=0.0, teaching=1.0, embedding=0.0),
        schedule=Schedule(steps=20, log_every=1),
        teacher=str(base),
    )
    batch = next(loop.iterate(loop.make_packer(run, start, tokens_of(run, start)), no_progress()))

    def distance(folder):
        learner = Learner(
            load_start(str(folder)), run.optimizer, device=torch.device("cpu"), compiled=False,
            teacher=start,
        )  # fmt: skip
        placed = learner.place(batch[0])
        return learner.measure(placed, taught=learner.ask_teacher(placed)).item()

    before = distance(run.start)
    assert distance(base) < distance(train(run).model) < before


def tokens_of(run, start):
    from vnsum.training.data.tokens import tokenise_corpora

    return tokenise_corpora(run, start.tokenizer.backend_tokenizer, run.out / "tokens")


def no_progress():
    from vnsum.training.state import Progress

    return Progress()


def test_a_teacher_with_other_tokens(run, base, tmp_path):
    start = load_start(str(base))
    start.tokenizer.add_tokens(["another"])
    save_start(tmp_path / "other", start)
    with pytest.raises(ModelError, match="other tokens"):
        train(replace(run, teacher=str(tmp_path / "other")))
