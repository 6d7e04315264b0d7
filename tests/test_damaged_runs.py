"""Folders of models and runs that are damaged, when training starts or goes on."""

import json
import os
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch
import training

from vnsum.errors import InputError, ModelError, VnsumError
from vnsum.training.card import Card
from vnsum.training.config import Corpus, Schedule, Settings, Shape
from vnsum.training.export import attach_adapter, export_ctranslate
from vnsum.training.journal import plot_log, read_log
from vnsum.training.model import load_start
from vnsum.training.state import find_state

STATE = "state-00000002"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return training.save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def finished(base, tmp_path_factory):
    """The settings of a run of two steps, which is done."""
    folder = tmp_path_factory.mktemp("run")
    run = Settings(
        start=str(base),
        out=folder / "out",
        corpora=(Corpus(path=training.write_pairs(folder / "pairs.tsv")),),
        shape=Shape(rows=2, length=64, targets=32),
        schedule=Schedule(steps=2, log_every=1),
        compile=False,
    )
    training.train(run)
    return run


@pytest.fixture
def run(finished, tmp_path):
    """A copy of the run, which has one more step to do."""
    shutil.copytree(finished.out, tmp_path / "out")
    return replace(finished, out=tmp_path / "out", schedule=Schedule(steps=3, log_every=1))


def edit(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}), encoding="utf-8")


START = {
    "no JSON": lambda folder: (folder / "config.json").write_bytes(b"\xff{"),
    "sizes of another type": lambda folder: edit(folder / "config.json", vocab_size="many"),
    "sizes of another model": lambda folder: edit(folder / "config.json", hidden_size=48),
    "huge sizes": lambda folder: edit(folder / "config.json", intermediate_size=10**9),
    "cut weights": lambda folder: os.truncate(folder / "model.safetensors", 5000),
    "no tokenizer": lambda folder: (folder / "tokenizer.json").write_text("{"),
    "special tokens": lambda folder: edit(folder / "tokenizer_config.json", pad_token=["a"]),
    "escapes": lambda folder: edit(folder / "tokenizer_config.json", pad_token={"\x1b[31m": 1}),
}


@pytest.mark.parametrize("damage", START)
def test_a_damaged_model_to_start_from_is_an_error_that_names_it(base, tmp_path, damage):
    folder = tmp_path / "model"
    shutil.copytree(base, folder)
    START[damage](folder)
    with pytest.raises(VnsumError) as caught:
        load_start(str(folder))
    assert str(folder) in str(caught.value)
    assert str(caught.value).isprintable()


def write_tensors(change):
    def write(folder):
        path = folder / STATE / "state.safetensors"
        tensors = safetensors.torch.load_file(path)
        change(tensors)
        safetensors.torch.save_file(tensors, path)

    return write


NORM = "model.norm.weight"
CHECKPOINTS = {
    "no JSON": lambda folder: (folder / STATE / "state.json").write_bytes(b"\xff{"),
    "no progress": lambda folder: (folder / STATE / "state.json").write_text("{}"),
    "progress of another type": lambda f: edit(f / STATE / "state.json", progress="x"),
    "progress below zero": lambda f: edit(f / STATE / "state.json", progress={"step": -1}),
    "settings of another type": lambda f: edit(f / STATE / "state.json", settings=["start"]),
    "cut tensors": lambda folder: os.truncate(folder / STATE / "state.safetensors", 5000),
    "a shape that would broadcast": write_tensors(
        lambda tensors: tensors.update({f"master.{NORM}": torch.ones(1)})
    ),
    "another type of numbers": write_tensors(
        lambda tensors: tensors.update({f"exp_avg.{NORM}": torch.ones(32, dtype=torch.int64)})
    ),
    "a moment is missing": write_tensors(lambda tensors: tensors.pop(f"exp_avg_sq.{NORM}")),
    "a weight is missing": write_tensors(lambda tensors: tensors.pop(f"master.{NORM}")),
}


@pytest.mark.parametrize("damage", CHECKPOINTS)
def test_a_damaged_checkpoint_is_an_error_that_names_it(run, damage):
    CHECKPOINTS[damage](run.out)
    with pytest.raises(VnsumError) as caught:
        training.train(run)
    assert str(run.out / STATE) in str(caught.value)
    assert str(caught.value).isprintable()


def write_arrays(**changes):
    def write(path):
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        np.savez(path, **{name: changes.get(name, np.asarray)(a) for name, a in arrays.items()})

    return write


def replace_by(make):
    def change(path):
        path.unlink()
        make(path)

    return change


def beside(change):
    """Return a change of the counts that are stored beside the tokens."""
    return lambda path: change(path.with_suffix(".json"))


TOKENS = {
    "cut": lambda path: os.truncate(path, 500),
    "no arrays": lambda path: zipfile.ZipFile(path, "w").close(),
    "a pipe": replace_by(os.mkfifo),
    "ids beyond the vocabulary": write_arrays(first_ids=lambda ids: ids + np.uint16(60_000)),
    "ids that are fractions": write_arrays(second_ids=lambda ids: ids.astype(float)),
    "fewer ids": write_arrays(first_ids=lambda ids: ids[:-1]),
    "fewer texts on one side": write_arrays(second_ends=lambda ends: ends[:-1]),
    "ends in no order": write_arrays(
        first_ends=lambda ends: np.concatenate([ends[-2::-1], ends[-1:]])
    ),
    "ends in two dimensions": write_arrays(
        first_ends=lambda ends: ends[:, None], second_ends=lambda ends: ends[:, None]
    ),
    "one end of no dimension": write_arrays(first_ends=lambda ends: ends[0]),
    "pickles": write_arrays(first_ids=lambda ids: ids.astype(object)),
    "no counts": beside(os.unlink),
    "counts that are a pipe": beside(replace_by(os.mkfifo)),
    "counts that are no JSON": beside(lambda path: path.write_bytes(b"\xff{")),
    "counts nested deeply": beside(lambda path: path.write_bytes(b"[" * 100_000)),
    "counts of another type": beside(lambda path: edit(path, left_out=["length ratio"])),
    "counts that are missing": beside(lambda path: path.write_text("{}")),
    "counts of another corpus": beside(lambda path: edit(path, kept=5)),
}


@pytest.mark.parametrize("damage", TOKENS)
def test_damaged_tokens_are_an_error_that_names_the_file(run, damage):
    (path,) = (run.out / "tokens").glob("*.npz")
    TOKENS[damage](path)
    with pytest.raises(InputError) as caught:
        training.train(run)
    assert str(caught.value).startswith(f"cannot read the tokenized corpus {path.with_suffix('')}.")
    assert "delete its .npz file to tokenize the corpus again" in str(caught.value)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 600
    path.unlink()
    training.train(run)


def test_only_folders_of_the_run_are_removed_and_continued(run):
    run = replace(run, schedule=replace(run.schedule, save_minutes=0.0, keep=1))
    own = [
        "state-00000002",
        "state-00000001.tmp",
        "snapshots/step-00000001",
        "snapshots/step-00000002",
    ]
    kept = ["state-00000002-best", "state-backup", "state-x.tmp", "snapshots/step-00000001-best"]
    for name in (*own, *kept):
        (run.out / name / "notes").mkdir(parents=True)
    assert training.train(run).progress.step == 3
    assert [name for name in (*own, *kept) if (run.out / name).exists()] == kept
    assert (run.out / "state-00000003").exists()
    assert (run.out / "snapshots" / "step-00000003").exists()


def test_checkpoints_are_ordered_by_their_numbers(tmp_path):
    for step in (99_999_999, 100_000_000):
        (tmp_path / f"state-{step}").mkdir()
    (tmp_path / "state-200000000").write_text("no folder")
    assert find_state(tmp_path) == tmp_path / "state-100000000"


def test_weights_that_cannot_be_written_are_an_error_that_names_them(run):
    path = run.out / "model" / "model.safetensors"
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=f"^cannot write {path}: .*; free some space, or choose"):
        training.train(run)


def test_an_adapter_needs_a_manifest_to_be_attached(base, tmp_path):
    with pytest.raises(ModelError, match=rf"^cannot read the model file {base}/manifest\.json: "):
        attach_adapter(tmp_path, base, card=Card(name="tiny"))


def test_an_export_to_ctranslate2_touches_nothing_else(base, tmp_path):
    pytest.importorskip("ctranslate2")
    mine = [tmp_path / "model.plain" / "notes", tmp_path / "model" / "thesis" / "chapter.txt"]
    for path in mine:
        path.parent.mkdir(parents=True)
        path.write_text("mine")
    for _ in range(2):  # into a folder without and with a model
        export_ctranslate(str(base), tmp_path / "model", card=Card(name="tiny"))
        assert [path.read_text() for path in mine] == ["mine", "mine"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "model.plain"]
    assert {"model.bin", "tokenizer.json"} <= {p.name for p in (tmp_path / "model").iterdir()}


GOOD = json.dumps({"step": 1, "tokens": 90, "loss": 3.5, "bleu": {"vi->en": 1.5}})
LINES = ["", "x", "3", "[]", "null", "{}", "[" * 100_000, '{"step": 1}',
         '{"step": "1", "tokens": 1}', '{"step": 1, "tokens": 1, "loss": "x"}',
         '{"step": 1, "tokens": 1, "bleu": 3}',
         '{"step": 1, "tokens": 1, "bleu": {"vi->en": null}}', '{"step": 1, "tokens": NaN}',
         f'{{"step": 1, "tokens": 1{"0" * 400}}}']  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_log_that_is_no_record_is_an_error(line, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text(f"{GOOD}\n{line}\n{GOOD}\n", encoding="utf-8")
    for read in (read_log, plot_log):
        with pytest.raises(InputError) as caught:
            read(tmp_path)
        assert str(caught.value).startswith(f"{path}, line 2, is not a record of the run (")
        assert len(str(caught.value)) < 500


def test_only_an_incomplete_last_line_of_the_log_is_left_out(tmp_path):
    path = tmp_path / "log.jsonl"
    assert read_log(tmp_path) == []
    for part in (b"", b'{"step": 2, "to', "“".encode()[:2], b"{}"):
        path.write_bytes(GOOD.encode() + b"\n" + part)
        assert read_log(tmp_path) == [json.loads(GOOD)]
    path.write_bytes(b"{")
    assert read_log(tmp_path) == []


def test_a_log_that_is_no_file_is_an_error(run):
    path = run.out / "log.jsonl"
    for make in (path.mkdir, lambda: path.symlink_to(path.name), lambda: os.mkfifo(path)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        make()
        with pytest.raises(InputError, match="cannot read"):
            training.train(run)
