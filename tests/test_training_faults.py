"""What goes wrong around training: divergence, damage, odd names, full disks, a second run."""

import errno
import json
import os
import shutil
import threading
from dataclasses import replace

import pytest
import safetensors.torch
import torch
import training
from training import train

import vnsum
from vnsum.checkpoints.packaged import ADAPTER
from vnsum.errors import InputError, ModelError
from vnsum.training import fine_tune, state
from vnsum.training.averaging import average_models
from vnsum.training.card import Card
from vnsum.training.config import Adapter, Corpus, Filters, Optimizer, Schedule, Settings, Shape
from vnsum.training.export import attach_adapter, export_huggingface, export_package
from vnsum.training.journal import read_log
from vnsum.training.loop import DivergedError
from vnsum.training.merging import merge_adapters
from vnsum.training.model import Learner, load_start

CARD = Card(name="tiny", version="v9")
ONE_LAYER = Adapter(rank=2, layers=1)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return training.save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def run(base, tmp_path):
    """The settings of a run of an adapter."""
    return Settings(
        start=str(base),
        out=tmp_path / "run",
        corpora=(Corpus(path=training.write_pairs(tmp_path / "pairs.tsv")),),
        filters=Filters(check_language=False),
        shape=Shape(rows=4, length=64, targets=40),
        optimizer=Optimizer(rate=3e-3, warmup=0),
        schedule=Schedule(steps=6, log_every=4, save_minutes=0.0),
        adapter=ONE_LAYER,
        compile=False,
    )


@pytest.fixture(scope="module")
def adapter(base, tmp_path_factory):
    """The folder of a trained adapter."""
    folder = tmp_path_factory.mktemp("adapter")
    data = training.write_pairs(folder / "pairs.tsv")
    made = Settings(
        start=str(base), out=folder / "run", corpora=(Corpus(path=data),),
        shape=Shape(rows=2, length=64, targets=40), optimizer=Optimizer(rate=3e-3, warmup=0),
        schedule=Schedule(steps=2), adapter=ONE_LAYER, compile=False,
    )  # fmt: skip
    return train(made).model


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Divergence


@pytest.mark.parametrize("changed", [ONE_LAYER, None], ids=["adapter", "all weights"])
@pytest.mark.parametrize("minutes", [0, None])
@pytest.mark.parametrize("what", ["weights", "loss"])
def test_a_run_that_diverges_keeps_its_last_good_state(run, monkeypatch, changed, minutes, what):
    run = replace(run, adapter=changed)
    train(run, minutes=0)
    before = contents(run.out)
    step = Learner.step

    def diverge(self, batch, **options):
        loss = step(self, batch, **options)
        if what == "loss":
            return loss * torch.inf
        self.masters[-1].view(-1)[0] = torch.nan
        return loss

    monkeypatch.setattr(Learner, "step", diverge)
    for _ in range(2):
        with pytest.raises(DivergedError, match=rf"^the {what} became .* from the last weights in"):
            train(run, minutes=minutes)
        assert contents(run.out) == before
    monkeypatch.undo()
    assert train(run).finished


# Models that are read


@pytest.mark.parametrize("package", [False, True])
def test_a_model_is_not_fine_tuned_in_place(base, tmp_path, package):
    start = tmp_path / "start"
    shutil.copytree(base, start)
    if package:
        start = export_package(str(base), tmp_path / "packed", card=CARD).folder
    data = training.write_pairs(tmp_path / "pairs.tsv")
    before = contents(start)
    for out in (start, start / ".." / start.name):
        with pytest.raises(InputError, match="is a model that is read: choose another folder"):
            fine_tune(data, out, start=str(start), device="cpu", minutes=0, show=False)
    assert contents(start) == before


@pytest.mark.parametrize("kind", ["model", "adapter"])
def test_a_run_does_not_write_where_it_started_from(run, base, adapter, kind):
    model = run.out / "model"
    shutil.copytree(base if kind == "model" else adapter, model)
    if kind == "model":
        run = replace(run, start=str(model), adapter=None)
    else:
        run = replace(run, adapter=replace(ONE_LAYER, start=str(model)))
    before = contents(model)
    with pytest.raises(InputError, match="is a model that is read: choose another folder"):
        train(run)
    assert contents(model) == before


def test_a_run_does_not_go_on_from_another_adapter(run, adapter, tmp_path):
    start = tmp_path / "start"
    shutil.copytree(adapter, start)
    run = replace(run, adapter=replace(ONE_LAYER, start=str(start)))
    train(run, minutes=0)
    assert not train(run, minutes=0).finished
    changes = safetensors.torch.load_file(start / ADAPTER)
    safetensors.torch.save_file({name: t * 2 for name, t in changes.items()}, start / ADAPTER)
    with pytest.raises(InputError, match="was started with another value of 'first adapter'"):
        train(run)


# Damage


@pytest.fixture(scope="module")
def packed(base, adapter, tmp_path_factory):
    """A model in the package's format with an adapter."""
    folder = tmp_path_factory.mktemp("packed") / "model"
    export_package(str(base), folder, card=CARD)
    attach_adapter(adapter, folder, card=CARD)
    return folder


USES = {
    "start": lambda folder, base, out: load_start(str(folder)),
    "average": lambda folder, base, out: average_models([str(folder), str(base)], out),
    "export": lambda folder, base, out: export_huggingface(str(folder), out, card=CARD),
    "merge": lambda folder, base, out: merge_adapters(str(folder), [], out),
    "merge its adapter": lambda folder, base, out: merge_adapters(
        str(base), [(str(folder), 1.0)], out
    ),
    "attach": lambda folder, base, out: attach_adapter(folder, folder, card=CARD),
    "load": lambda folder, base, out: vnsum.load(folder).translate("Trời mưa."),
}
DAMAGE = {"model.safetensors": -100, "adapter.safetensors": -20, "config.json": -3}


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("use", USES)
def test_a_damaged_model_is_not_used(packed, base, tmp_path, use, name):
    folder = tmp_path / "model"
    shutil.copytree(packed, folder)
    data = bytearray((folder / name).read_bytes())
    data[DAMAGE[name]] ^= 1
    (folder / name).write_bytes(data)
    before = contents(folder)
    with pytest.raises(ModelError, match=rf"{name} is damaged \(sha256"):
        USES[use](folder, base, tmp_path / "out")
    assert contents(folder) == before


def test_another_tokenizer_than_the_one_checked_is_not_read(base, tmp_path):
    folder = shutil.copytree(base, tmp_path / "model")
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["fast_tokenizer_files"] = ["tokenizer.4.0.0.json"]
    path.write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ModelError, match="has 'fast_tokenizer_files'"):
        load_start(str(folder))


def test_attaching_vouches_for_no_other_file(packed, adapter, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(packed, folder)
    (folder / "notes.json").write_text("{}", encoding="utf-8")
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    attach_adapter(adapter, folder, card=replace(CARD, version="v10"))
    made = json.loads((folder / "manifest.json").read_bytes())
    assert (made["version"], made["files"]) == ("v10", listed)


# Names


ODD = [b"y-t\xef", b"a\nb", "Dữ liệu".encode(), b' "x']
posix_names = pytest.mark.skipif(os.name != "posix", reason="names are text on this system")


@posix_names
@pytest.mark.parametrize("name", ODD)
def test_names_of_corpora_need_not_be_utf_8(base, tmp_path, name):
    folder = tmp_path / os.fsdecode(name)
    folder.mkdir()
    data = training.write_pairs(folder / f"{folder.name}.tsv", training.PAIRS[:12])
    protected = training.write_pairs(folder / "test.tsv", [("Một câu khác.", "Another one.")])
    options = {"start": str(base), "device": "cpu", "epochs": 1, "show": False}
    options |= {"protected": [protected]}
    out = tmp_path / "out"
    assert not fine_tune(data, out, minutes=0, **options).finished
    assert fine_tune(data, out, **options).finished, "the stored names are those of the run"
    shown = data.name.encode("utf-8", "backslashreplace")
    assert shown in (out / "README.md").read_bytes()


@posix_names
@pytest.mark.parametrize("name", ODD)
def test_folders_of_models_are_used_or_refused_before_the_work(run, base, tmp_path, name):
    folder = tmp_path / os.fsdecode(name)
    run = replace(run, adapter=None, out=folder)
    for write in (
        lambda: train(run),
        lambda: export_package(str(base), folder / "packed", card=CARD),
        lambda: average_models([str(base), str(base)], folder / "mean"),
    ):
        if name == ODD[0]:
            with pytest.raises(InputError, match="is not in UTF-8, which models need: rename it"):
                write()
            assert not folder.exists()
        else:
            write()


# Full disks


def fail_as_full(*arguments, **options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fail_as_rust(*arguments, **options):
    raise Exception("No space left on device (os error 28)")


WRITERS = {
    "tokenizers.Tokenizer.save": fail_as_rust,
    "transformers.PretrainedConfig.save_pretrained": fail_as_full,
    "numpy.savez": fail_as_full,
    "pathlib.Path.write_text": fail_as_full,
    "pathlib.Path.mkdir": fail_as_full,
    "safetensors.torch.save_file": fail_as_rust,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_is_an_error_that_says_what_to_do(run, base, tmp_path, monkeypatch, writer):
    run = replace(run, adapter=None)
    with monkeypatch.context() as patch:
        patch.setattr(writer, WRITERS[writer])
        with pytest.raises(InputError, match=r"^cannot write .*No space left .*; free some space"):
            train(run)
        if writer != "numpy.savez":
            with pytest.raises(InputError, match=r"^cannot write .*No space left .*; free some"):
                export_package(str(base), tmp_path / "packed", card=CARD)
    shutil.rmtree(run.out, ignore_errors=True)
    assert train(run).finished


# A second run


def test_two_runs_do_not_write_to_one_folder(run, monkeypatch):
    begun, done, step = threading.Event(), threading.Event(), Learner.step

    def wait(self, batch, **options):
        begun.set()
        done.wait(3)
        return step(self, batch, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "step", wait)
        thread = threading.Thread(target=train, args=(run,))
        thread.start()
        begun.wait(60)
        with pytest.raises(InputError, match=rf"^another run is writing to {run.out}: wait until"):
            train(run)
        done.set()
        thread.join()
    assert train(run).finished and len(read_log(run.out)) == 2


def test_a_disk_without_locks_is_used(run, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(pytest.importorskip("fcntl"), "flock", fail)
    with state.only_run(run.out), state.only_run(run.out):
        pass


# The log


@pytest.mark.parametrize("log_every", [1, 2, 4, 10])
def test_the_log_of_a_run_in_parts_is_that_of_a_whole_one(run, tmp_path, log_every):
    run = replace(run, schedule=replace(run.schedule, log_every=log_every))
    train(run)
    parts = replace(run, out=tmp_path / "parts")
    while not train(parts, minutes=0).finished:  # one step a call
        pass
    one, other = (
        [(row["step"], row["loss"], row["tokens"]) for row in read_log(out)]
        for out in (run.out, parts.out)
    )
    assert one == other
