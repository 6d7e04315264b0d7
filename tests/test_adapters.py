"""LoRA adapters: training, export, and their effect on summaries and translations only."""

import errno
import gc
import json
import os
import re
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import training
from safetensors.torch import load_file, save_file
from tiny import END, LIMIT, prompts, tiny_model
from training import train

import vnsum
from vnsum.checkpoints import resolve_model
from vnsum.checkpoints.packaged import ADAPTER, DOWN, UP, read_adapter
from vnsum.checkpoints.shapes import require_changes
from vnsum.checkpoints.summarizers import resolve_abstract
from vnsum.cli import main
from vnsum.decoding import engine as engines
from vnsum.decoding.beam import search
from vnsum.decoding.engine import load_engine
from vnsum.decoding.gemma import GemmaText
from vnsum.decoding.smoothing import SmoothedWeights
from vnsum.errors import InputError, ModelError
from vnsum.summarization.abstractive.generation import PackagedGenerator, make_generator
from vnsum.training import export as exports
from vnsum.training.averaging import average_models
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
from vnsum.training.export import attach_adapter, export_huggingface, export_package
from vnsum.training.lora import PARTS
from vnsum.training.merging import merge_adapters
from vnsum.training.model import load_start
from vnsum.training.quantization.calibration import record_inputs
from vnsum.translation.backends.packaged import PackagedBackend

CARD = Card(name="tiny", version="v9", tasks=("summarize",))


def random_changes(model, *, layers, rank=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    weights = model.state_dict()
    changes = {}
    for layer in layers:
        for part in PARTS:
            name = f"model.layers.{layer}.{part}"
            outputs, inputs = weights[f"{name}.weight"].shape
            changes[name + UP] = torch.randn(outputs, rank, generator=generator) * 0.3
            changes[name + DOWN] = torch.randn(rank, inputs, generator=generator) * 0.3
    return changes


def merge(weights, changes):
    merged = dict(weights)
    for key in changes:
        if key.endswith(UP):
            name = key.removesuffix(UP)
            merged[f"{name}.weight"] = (
                merged[f"{name}.weight"] + changes[key] @ changes[name + DOWN]
            )
    return merged


def rate(model, rows):
    with torch.inference_mode():
        return list(model.score(rows, [0] * len(rows)))


@pytest.mark.parametrize("layers", [range(6), range(4, 6)])
def test_a_changed_model_is_the_one_with_changed_weights(layers):
    model, rows = tiny_model(1), prompts(1)
    changes = random_changes(model, layers=layers)
    plain = GemmaText(model.config, {**model.state_dict(), **changes})
    merged = GemmaText(model.config, merge(model.state_dict(), changes))
    untouched = GemmaText(model.config, model.state_dict())
    for found, expected, before in zip(
        rate(plain.apply_adapter(), rows), rate(merged, rows), rate(untouched, rows), strict=True
    ):
        assert torch.allclose(found, expected, atol=1e-3)
        assert not torch.allclose(found, before, atol=1e-1)
    for found, expected in zip(rate(plain, rows), rate(untouched, rows), strict=True):
        assert torch.equal(found, expected)


def test_smoothing_keeps_a_changed_model():
    model, rows = tiny_model(2), prompts(2)
    largest = record_inputs(GemmaText(model.config, model.state_dict()), rows).largest
    weights = {**model.state_dict(), **random_changes(model, layers=range(3, 6))}
    heads = model.config.num_attention_heads
    before = GemmaText(model.config, weights).apply_adapter()
    after = GemmaText(model.config, SmoothedWeights(weights, largest, heads=heads)).apply_adapter()
    for first, second in zip(rate(before, rows), rate(after, rows), strict=True):
        assert torch.allclose(first, second, atol=2e-3)


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8"])
def test_what_a_changed_model_writes_does_not_depend_on_the_batch(precision):
    model, rows = tiny_model(3), prompts(3)
    weights = {**model.state_dict(), **random_changes(model, layers=range(2, 6))}
    changed = GemmaText(model.config, weights, precision=precision).apply_adapter()
    limits = [LIMIT] * len(rows)
    with torch.inference_mode():
        together = search(changed, rows, beams=3, end=END, limits=limits)
        alone = [search(changed, [r], beams=3, end=END, limits=[LIMIT])[0] for r in rows]
    assert together == alone


def test_half_of_what_shares_inputs_cannot_be_changed():
    model = tiny_model(0)
    changes = random_changes(model, layers=[0])
    for part in (UP, DOWN):
        changes.pop(f"model.layers.0.self_attn.v_proj{part}")
    with pytest.raises(ValueError, match="expected all of"):
        GemmaText(model.config, {**model.state_dict(), **changes})


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return training.save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def run(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return Settings(
        start=str(base),
        out=folder / "run",
        corpora=(
            Corpus(path=training.write_articles(folder / "articles.jsonl"), format="articles"),
        ),
        filters=Filters(check_language=False),
        shape=Shape(rows=4, length=64, targets=40),
        optimizer=Optimizer(rate=3e-2, warmup=2, smoothing=0.0),
        schedule=Schedule(steps=12, log_every=3),
        adapter=Adapter(rank=4, layers=1),
        compile=False,
    )


@pytest.fixture(scope="module")
def trained(run):
    train(run)
    return run.out / "model"


def losses(run):
    lines = (run.out / "log.jsonl").read_text().splitlines()
    return [row["loss"] for row in map(json.loads, lines) if "loss" in row]


def test_an_adapter_learns_in_the_last_layers_only(run, trained):
    assert {file.name for file in trained.iterdir()} == {ADAPTER}
    names = {key.rpartition(".")[0] for key in read_adapter(trained)}
    assert names == {f"model.layers.1.{part}" for part in PARTS}
    assert losses(run)[-1] < losses(run)[0]


def test_an_adapter_begins_as_nothing(run, tmp_path):
    first = replace(run, out=tmp_path, schedule=Schedule(steps=1, log_every=1))
    whole = replace(first, adapter=None, out=tmp_path / "whole")
    train(first)
    train(whole)
    assert losses(first) == pytest.approx(losses(whole), abs=1e-4)


def test_an_adapter_goes_on_from_another(run, trained, tmp_path):
    again = replace(
        run,
        out=tmp_path,
        adapter=replace(run.adapter, start=str(trained), scale=5.0),
        optimizer=replace(run.optimizer, rate=0.0),
    )
    train(again)
    one, other = read_adapter(trained), read_adapter(tmp_path / "model")
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.allclose(other[name], tensor, rtol=2**-7)
    assert losses(again)[0] < losses(run)[0]


@pytest.mark.parametrize("options", [{"rank": 5}, {"layers": 2}, {"start": "nowhere"}])
def test_an_adapter_to_go_on_from_has_to_fit(run, trained, tmp_path, options):
    adapter = replace(run.adapter, **{"start": str(trained), **options})
    with pytest.raises(InputError, match=r"adapter\.start"):
        train(replace(run, out=tmp_path, adapter=adapter))


def test_an_adapter_in_parts_ends_the_same(run, trained, tmp_path):
    part = replace(run, out=tmp_path)
    assert not train(part, minutes=0).finished
    assert train(part).finished
    whole, parts = read_adapter(trained), read_adapter(tmp_path / "model")
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_an_adapter_survives_its_configuration():
    settings = {"start": "mini", "out": "x", "corpora": [], "adapter": {"rank": 5}}
    read = build(Settings, settings)
    assert read.adapter == Adapter(rank=5)
    assert build(Settings, to_data(read)) == read
    assert build(Settings, {**settings, "adapter": {}}).adapter == Adapter()


@pytest.mark.parametrize("adapter", [Adapter(rank=0), Adapter(layers=3), Adapter(layers=0)])
def test_an_adapter_that_does_not_fit_the_model(run, tmp_path, adapter):
    with pytest.raises(InputError) as caught:
        train(replace(run, out=tmp_path, adapter=adapter))
    assert str(caught.value) == (
        f"adapter.rank is {adapter.rank} and adapter.layers is {adapter.layers}: expected a rank "
        "of at least 1 and 1 to 2 layers (the model has 2)"
    )


def test_an_adapter_is_not_evaluated_while_it_is_trained(run, tmp_path):
    with pytest.raises(InputError) as caught:
        train(replace(run, out=tmp_path, schedule=Schedule(steps=4, evaluate_every=2)))
    assert str(caught.value) == (
        "an adapter cannot be evaluated during training: set schedule.evaluate_every = 0"
    )


@pytest.fixture(scope="module")
def exported(base, trained, tmp_path_factory):
    """The tiny model in the package's format, without an adapter and with one."""
    folders = [tmp_path_factory.mktemp(name) for name in ("plain", "adapted")]
    for folder in folders:
        export_package(str(base), folder, card=replace(CARD, tasks=("translate",)))
    attach_adapter(trained, folders[1], card=CARD)
    return folders


def test_an_attached_adapter_is_in_manifest_and_card(exported, trained):
    manifest = json.loads((exported[1] / "manifest.json").read_text())
    assert manifest["tasks"] == ["translate", "summarize"]
    assert manifest["version"] == "v9"
    assert ADAPTER in manifest["files"]
    assert "## Adapter" in (exported[1] / "README.md").read_text()
    stored, learnt = read_adapter(exported[1]), read_adapter(trained)
    for name, tensor in learnt.items():
        assert (stored[name] - tensor).norm() <= 0.02 * tensor.norm()


def test_an_adapter_that_is_not_exported_is_named(exported, tmp_path, capsys):
    for folder, count in zip(exported, (0, 1), strict=True):
        assert main(["train", "export", str(folder), "--out", str(tmp_path / folder.name)]) == 0
        assert capsys.readouterr().err.count("its adapter is not exported") == count


@pytest.mark.parametrize("part", ["q_proj", "v_proj", "gate_proj", "up_proj"])
def test_an_adapter_of_a_part_of_joined_matrices_is_an_error(exported, tmp_path, part):
    folder = shutil.copytree(exported[1], tmp_path / "part")
    weights = load_file(folder / ADAPTER)
    lacking = {name: tensor for name, tensor in weights.items() if f".{part}." not in name}
    save_file(lacking, folder / ADAPTER)
    config = json.loads((folder / "config.json").read_text())
    with pytest.raises(ModelError) as caught:
        require_changes(folder / ADAPTER, config)
    assert str(folder / ADAPTER) in str(caught.value)
    assert f"but no '{part}': expected all of " in str(caught.value)


def test_an_adapter_leaves_translation_as_it_is(exported):
    texts = ["Hôm nay trời mưa to.", "Đội tuyển thắng 3 trận."]
    plain, adapted = (
        PackagedBackend.load(resolve_model(folder), device="cpu").translate(
            texts, source="vi", target="en"
        )
        for folder in exported
    )
    assert plain == adapted


def test_a_summarizer_writes_with_the_adapter(exported):
    spec = replace(resolve_abstract(exported[1]), max_output_tokens=8)
    generator = make_generator(spec, device="cpu")
    assert isinstance(generator, PackagedGenerator)
    engine = load_engine(spec.model, device="cpu")
    assert engine.adapted is not engine.model
    (written,) = generator.generate(["Hôm nay trời mưa to."], lang="vi")
    row = [
        engine.tokenizer.bos_token_id,
        *engine.tokenizer(" Hôm nay trời mưa to.", add_special_tokens=False)["input_ids"],
        engine.tokenizer.convert_tokens_to_ids("<sum>"),
    ]
    end = engine.tokenizer.eos_token_id
    with torch.inference_mode():
        (found,) = search(engine.adapted, [row], beams=spec.beams, end=end, limits=[8])
    assert written.text == engine.tokenizer.decode(found.tokens, skip_special_tokens=True).strip()
    assert written.finished == found.finished


def test_a_model_without_the_task_says_so(exported):
    with pytest.raises(ModelError, match="cannot summarize"):
        vnsum.load(summarizer=str(exported[0]))


def test_weights_that_were_replaced_meanwhile_are_not_shared(exported, tmp_path, monkeypatch):
    folder = tmp_path / "model"
    shutil.copytree(exported[0], folder)
    spec, build = resolve_model(folder), engines._build

    def replace_and_build(*arguments):
        shutil.copytree(exported[1], folder, dirs_exist_ok=True)
        return build(*arguments)

    monkeypatch.setattr(engines, "_build", replace_and_build)
    with pytest.raises(ModelError, match="'model' changed while they were loaded"):
        load_engine(spec, device="cpu")
    engine = load_engine(spec, device="cpu")
    assert engine.adapted is not engine.model, "what is there now"


def test_translator_and_summarizer_share_their_weights(exported):
    spec = resolve_model(exported[1])
    backend = PackagedBackend.load(spec, device="cpu")
    generator = make_generator(resolve_abstract(exported[1]), device="cpu")
    assert generator.count_tokens(["Trời mưa."]) == backend.count_tokens(["Trời mưa."])
    shared = weakref.ref(backend.engine)
    assert load_engine(spec, device="cpu") is shared()
    assert generator._loaded is shared()
    assert load_engine(spec, device="cpu", precision="bfloat16") is not shared()
    del backend, generator
    gc.collect()
    assert shared() is None


def test_adapters_that_are_none(exported, tmp_path):
    with pytest.raises(ModelError, match=f"has no {ADAPTER}"):
        attach_adapter(tmp_path, exported[0], card=CARD)
    (tmp_path / ADAPTER).write_bytes(b"no tensors")
    with pytest.raises(ModelError, match="cannot read the adapter"):
        read_adapter(tmp_path)
    from safetensors.torch import save_file

    save_file({f"model.layers.0.mlp.up_proj{UP}": torch.ones(2, 2)}, tmp_path / ADAPTER)
    with pytest.raises(ModelError, match=r"has no \.up or no \.down"):
        read_adapter(tmp_path)


STEM = "model.layers.0.mlp.up_proj"


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ((64, 4), (3, 32)),
        ((64,), (4, 32)),
        ((64, 4), ()),
        ((64, 0), (0, 32)),
        ((64, 4, 1), (4, 32)),
    ],
)
def test_an_adapter_with_matrices_that_do_not_fit_together(exported, tmp_path, up, down):
    from safetensors.torch import save_file

    save_file({STEM + UP: torch.ones(up), STEM + DOWN: torch.ones(down)}, tmp_path / ADAPTER)
    message = r"is not a valid adapter: 'model.layers.0.mlp.up_proj' has the shapes .*, expected"
    with pytest.raises(ModelError, match=message):
        attach_adapter(tmp_path, exported[0], card=CARD)
    with pytest.raises(ModelError, match=message):
        merge_adapters(str(exported[0]), [(str(tmp_path), 1.0)], tmp_path / "merged")


@pytest.mark.parametrize("values", [torch.ones(2, 2, 2), torch.ones(4)])
def test_an_adapter_with_broken_scales(tmp_path, values):
    from safetensors.torch import save_file

    stored = {f"{STEM}{UP}.q8": values.to(torch.int8), f"{STEM}{UP}.scale": torch.tensor(1.0)}
    save_file(stored, tmp_path / ADAPTER)
    with pytest.raises(ModelError, match=r"^cannot read the adapter"):
        read_adapter(tmp_path)


def test_numbers_that_are_not_finite_are_not_merged(base, trained, tmp_path):
    from safetensors.torch import save_file

    changes = read_adapter(trained)
    bad = {**changes, next(iter(changes)): torch.full_like(next(iter(changes.values())), torch.nan)}
    save_file(bad, tmp_path / ADAPTER)
    with pytest.raises(ModelError, match=r"is damaged: .* contains NaN or infinity"):
        merge_adapters(str(base), [(str(tmp_path), 1.0)], tmp_path / "merged")
    save_file({name: tensor * 1e25 for name, tensor in changes.items()}, tmp_path / ADAPTER)
    with pytest.raises(ModelError, match=r"would contain NaN or infinity"):
        merge_adapters(str(base), [(str(tmp_path), 1.0)], tmp_path / "merged")


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"\xff")])
def test_attaching_without_a_readable_card_changes_nothing(base, trained, tmp_path, harm):
    export_package(str(base), tmp_path / "model", card=CARD)
    card = tmp_path / "model" / "README.md"
    harm(card)
    before = {path: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    with pytest.raises(ModelError, match=re.escape(str(card))):
        attach_adapter(trained, tmp_path / "model", card=CARD)
    assert before == {path: path.read_bytes() for path in (tmp_path / "model").iterdir()}


def test_attaching_that_fails_changes_nothing(base, trained, tmp_path, monkeypatch):
    export_package(str(base), tmp_path / "model", card=CARD)
    before = {path: path.read_bytes() for path in (tmp_path / "model").iterdir()}

    def fail(path, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(exports, "_write_json", fail)
    with pytest.raises(InputError, match="No space left"):
        attach_adapter(trained, tmp_path / "model", card=CARD)
    assert before == {path: path.read_bytes() for path in (tmp_path / "model").iterdir()}


def test_a_packaged_model_is_not_half_replaced(base, trained, exported):
    out = exported[0]
    before = {path: path.read_bytes() for path in out.iterdir()}
    for write in (
        lambda: merge_adapters(str(base), [(str(trained), 1.0)], out),
        lambda: average_models([str(base), str(base)], out),
        lambda: export_huggingface(str(base), out, card=CARD),
    ):
        with pytest.raises(InputError, match="contains a packaged model: choose another folder"):
            write()
    assert before == {path: path.read_bytes() for path in out.iterdir()}


def test_an_adapter_of_another_model(exported, tmp_path):
    from safetensors.torch import save_file

    model = tiny_model(0)
    save_file(random_changes(model, layers=[0]), tmp_path / ADAPTER)
    message = (
        rf"^{re.escape(str(tmp_path))} was trained for another model than "
        rf"{re.escape(str(exported[0]))}: its \S+ has the shape \(\d+, \d+\); "
        r"(the model has none|expected \(\d+, \d+\))$"
    )
    with pytest.raises(ModelError, match=message):
        attach_adapter(tmp_path, exported[0], card=CARD)
    assert not (exported[0] / ADAPTER).exists()


def test_merging_adds_the_shares_of_updates_to_the_weights(base, trained, tmp_path, capsys):
    line = ["train", "merge", str(base), f"{trained}=0.5", f"{trained}=-0.2", "--out"]
    assert main([*line, str(tmp_path / "merged")]) == 0
    assert f"{base} and 2 adapters" in capsys.readouterr().err
    changes = read_adapter(trained)
    before, after = (load_start(str(folder)).weights for folder in (base, tmp_path / "merged"))
    for name, weight in before.items():
        stem = name.removesuffix(".weight")
        change = torch.zeros(())
        if stem + UP in changes:
            change = 0.3 * changes[stem + UP] @ changes[stem + DOWN]
        torch.testing.assert_close(after[name], weight + change, rtol=0.01, atol=1e-6)
    assert any(not torch.equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize(
    ("share", "message"),
    [
        ("nan", "the share of .* is nan: expected a finite number"),
        ("1e39", r"the share of .* is 1e\+39: expected a finite number up to 100"),
        ("1/2/3", "with one number"),
        ("half", "expected FOLDER or FOLDER=SHARE"),
    ],
)
def test_shares_that_are_no_numbers_are_errors(base, trained, tmp_path, capsys, share, message):
    line = ["train", "merge", str(base), f"{trained}={share}", "--out", str(tmp_path / "merged")]
    assert main(line) == 1
    assert re.search(message, capsys.readouterr().err)
    assert not (tmp_path / "merged").exists()


def test_the_command_line_attaches(base, trained, tmp_path, capsys):
    export_package(str(base), tmp_path, card=CARD)
    line = ["train", "attach", str(trained), "--out", str(tmp_path), "--version", "v2",
            "--score", "ROUGE-1 measured"]  # fmt: skip
    assert main(line) == 0
    assert "fits the package" in capsys.readouterr().err
    assert "ROUGE-1 measured" in (tmp_path / "README.md").read_text()
