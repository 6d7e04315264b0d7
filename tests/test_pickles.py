"""Checkpoints with pickles: rows and revisions of the hub, and conversion to safetensors."""

import dataclasses
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import hub_server
import pytest
import tiny
import torch
import transformers
from safetensors.torch import load_file

import vnsum
from vnsum.checkpoints import HubWarning, hub, pickles, resolve_model
from vnsum.checkpoints.catalog import COMMITS, HUB_MODELS
from vnsum.checkpoints.files import hash_file
from vnsum.checkpoints.resolution import locate_model
from vnsum.checkpoints.revisions import record_revision
from vnsum.cli import main
from vnsum.errors import ModelError

NAME = "somebody/marian"
PULL = f"'vnsum models pull {NAME} --convert'"
TEXT = "Hôm nay trời mưa to."


@pytest.fixture(scope="module")
def safe(tmp_path_factory):
    return tiny.save_tiny("marian", tmp_path_factory.mktemp("safe"))


@pytest.fixture(scope="module")
def pickled(safe, tmp_path_factory):
    return save_pickles(safe, tmp_path_factory.mktemp("pickled") / "checkpoint")


def save_pickles(safe: Path, folder: Path, shards: int = 1) -> Path:
    """Copy a checkpoint with its weights as `torch.save` writes those of a model."""
    shutil.copytree(safe, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(safe)
    weights = [*model.state_dict().items()]
    for number in range(shards):
        part = dict(weights[number::shards])
        name = f"-{number + 1:05}-of-{shards:05}" if shards > 1 else ""
        torch.save(part, folder / f"pytorch_model{name}.bin")
    return folder


@pytest.fixture
def server(tmp_path, monkeypatch, pickled):
    with hub_server.replace_hub(monkeypatch, tmp_path, {NAME: pickled}) as made:
        yield made


@pytest.fixture
def in_process(monkeypatch):
    """Convert in this process, as starting one takes seconds."""

    def run(request):
        if error := pickles.answer(request).get("error"):
            raise ModelError(f"cannot convert {error}")

    monkeypatch.setattr(pickles, "_run", run)


def translate(model, **options):
    options = {"device": "cpu", "quality": "fast", "runtime": "transformers", **options}
    return vnsum.load(model, directions=("vi->en",), **options).translate(TEXT).text


def paths(server, part="/resolve/"):
    return [request.partition(" ")[2] for request in server.requests if part in request]


class TestRows:
    """Rows of the catalog take the revision that has safetensors."""

    ROW = next(row for row in HUB_MODELS if row.name == "nllb-600m")

    @pytest.fixture
    def served(self, tmp_path, monkeypatch, tmp_path_factory):
        folder = tiny.save_tiny("nllb", tmp_path_factory.mktemp("nllb"))
        old = save_pickles(folder, tmp_path / "main")
        with hub_server.replace_hub(monkeypatch, tmp_path, {self.ROW.checkpoint: old}) as made:
            (digits,) = COMMITS[self.ROW.checkpoint, self.ROW.revision]
            made.branches["refs/pr/39"] = (digits.ljust(40, "0"), folder)
            yield made

    def test_check_takes_the_pinned_revision(self, served, capsys):
        status = main(["models", "check", "nllb-600m", "--runtime", "transformers"])
        out = capsys.readouterr().out
        assert "revision      ba634f800000\n" in out
        assert out.count("\nvi->en ") == out.count("\nen->vi ") == 1
        assert status == 1  # random weights
        assert not any("pytorch_model" in path for path in paths(served))

    def test_another_commit_is_refused(self, served):
        served.branches["refs/pr/39"] = ("d" * 40, served.branches["refs/pr/39"][1])
        expected = (
            f"the revision 'refs/pr/39' of {self.ROW.checkpoint!r} is the commit {'d' * 40}, "
            "expected ba634f8: it has changed; if you trust it, name the commit, as in "
            f"'{self.ROW.checkpoint}@{'d' * 40}'"
        )
        for call in (
            lambda: vnsum.load("nllb-600m"),
            lambda: hub.download(hub.ask_hub(self.ROW.checkpoint, "refs/pr/39"),
                                 asked="refs/pr/39"),
        ):  # fmt: skip
            with pytest.raises(ModelError) as caught:
                call()
            assert str(caught.value) == expected
        assert not paths(served)
        vnsum.load(f"{self.ROW.checkpoint}@{'d' * 40}")  # what the message says

    def test_a_commit_that_was_recorded_is_checked_too(self, served):
        record_revision(self.ROW.checkpoint, "refs/pr/39", hub_server.COMMIT)
        with pytest.raises(ModelError, match="expected ba634f8: it has changed"):
            vnsum.load("nllb-600m")

    def test_every_pull_request_has_its_row(self):
        rows = {(row.checkpoint, row.revision) for row in HUB_MODELS}
        assert {*COMMITS} <= rows
        assert all(row.revision is None or row.revision.startswith("refs/pr/")
                   for row in HUB_MODELS)  # fmt: skip

    def test_a_row_with_a_pickle_only_names_its_command(
        self, tmp_path, monkeypatch, pickled, in_process
    ):
        row = next(row for row in HUB_MODELS if row.name == "opus-mt-vi-en")
        with hub_server.replace_hub(monkeypatch, tmp_path, {row.checkpoint: pickled}):
            with pytest.raises(ModelError, match="'vnsum models pull opus-mt-vi-en --convert'"):
                vnsum.load("opus-mt-vi-en")
            assert main(["models", "check", "opus-mt-vi-en"]) == 1
            assert main(["models", "pull", "opus-mt-vi-en", "--convert"]) == 0
            assert translate("opus-mt-vi-en")


@pytest.mark.filterwarnings("ignore::vnsum.checkpoints.HubWarning")
class TestBeforeTheFirstSentence:
    """`load` tells that a checkpoint is not available, and downloads no weights."""

    def test_pickles_only(self, server):
        with pytest.raises(ModelError) as caught:
            vnsum.load(NAME, directions=("vi->en",))
        assert PULL in str(caught.value)
        assert not any("pytorch_model" in path for path in paths(server))

    def test_no_weights(self, server, safe, tmp_path):
        folder = tmp_path / "empty"
        shutil.copytree(safe, folder, ignore=shutil.ignore_patterns("*.safetensors"))
        server.repositories[NAME] = folder
        with pytest.raises(ModelError, match=r"it has no model\.safetensors; choose another model"):
            vnsum.load(NAME, directions=("vi->en",))

    def test_only_pickles_of_another_library(self, server, safe, tmp_path):
        folder = tmp_path / "other"
        shutil.copytree(safe, folder, ignore=shutil.ignore_patterns("*.safetensors"))
        (folder / "tf_model.h5").write_bytes(b"weights")
        server.repositories[NAME] = folder
        for convert in (False, True):
            with pytest.raises(ModelError, match=r"only as tf_model\.h5") as caught:
                vnsum.load(NAME, directions=("vi->en",), convert=convert)
            assert "--convert" not in str(caught.value)

    def test_gated(self, server):
        server.refusal = (403, "GatedRepo")
        with pytest.raises(ModelError, match="it is gated"):
            vnsum.load("opus-mt-en-vi")

    def test_what_is_available_stays_lazy(self, server, safe):
        server.repositories[NAME] = safe
        pipeline = vnsum.load(NAME, directions=("vi->en",), device="cpu", runtime="transformers")
        assert not any("model.safetensors" in path for path in paths(server))
        assert pipeline.translate(TEXT).text
        server.requests.clear()
        vnsum.load(NAME, directions=("vi->en",))
        assert server.requests == []  # nor is the hub asked for what is downloaded


@pytest.mark.filterwarnings("ignore::vnsum.checkpoints.HubWarning")
class TestConversion:
    def test_the_same_translations_as_from_safetensors(self, server, safe, pickled, tmp_path):
        assert main(["models", "pull", NAME, "--convert"]) == 0
        expected = translate(safe)
        assert translate(NAME) == expected
        assert translate(NAME, runtime="ctranslate2")
        # Nothing is asked or read again, and no pickle stays on the disk.
        server.requests.clear()
        assert translate(NAME) == expected
        assert server.requests == []
        assert not [*tmp_path.rglob("pytorch_model*")]

    def test_the_keyword_is_the_same_as_the_command(self, server, safe, in_process):
        assert translate(NAME, convert=True) == translate(safe)

    def test_both_checksums_are_recorded(self, server, pickled, capsys, in_process):
        main(["models", "pull", NAME, "--convert"])
        folder = Path(capsys.readouterr().out.splitlines()[-1].removeprefix("folder: "))
        record = json.loads((folder / "conversion.json").read_text())
        assert record == {
            "source": f"{NAME}@{hub_server.COMMIT}",
            "pickles": {"pytorch_model.bin": hash_file(pickled / "pytorch_model.bin")},
            "files": {"model.safetensors": hash_file(folder / "model.safetensors")},
        }
        main(["models", "check", NAME, "--runtime", "transformers"])
        out = capsys.readouterr().out
        digest = record["pickles"]["pytorch_model.bin"]
        assert f"converted     from pytorch_model.bin  sha256 {digest}\n" in out
        assert "bytes  sha256 ok\n" in out

    def test_damage_after_the_conversion_is_told(self, server, capsys, in_process):
        main(["models", "pull", NAME, "--convert"])
        folder = Path(capsys.readouterr().out.splitlines()[-1].removeprefix("folder: "))
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1] + b"?")
        with pytest.raises(ModelError, match=r"is damaged.*models pull NAME --convert' again"):
            translate(NAME)

    @pytest.mark.parametrize(
        "row",
        [
            {"files": 5},
            {"files": ["model.safetensors"]},
            {"files": {"model.safetensors": 5}},
            {"files": {"../model.safetensors": "0" * 64}},
            {"pickles": {"pytorch_model.bin": "no digest"}},
            {"pickles": None},
        ],
        ids=str,
    )
    def test_a_damaged_record_is_told(self, row, server, capsys, in_process):
        main(["models", "pull", NAME, "--convert"])
        folder = Path(capsys.readouterr().out.splitlines()[-1].removeprefix("folder: "))
        record = json.loads((folder / "conversion.json").read_text())
        (folder / "conversion.json").write_text(json.dumps(record | row))
        with pytest.raises(ModelError, match=r"conversion\.json has '(files|pickles)'.*SHA-256"):
            locate_model(resolve_model(NAME))

    def test_shards(self, safe, tmp_path, monkeypatch, in_process):
        hub_server.use_caches(monkeypatch, tmp_path)
        folder = save_pickles(safe, tmp_path / "sharded", shards=3)
        assert translate(folder, convert=True) == translate(safe)

    def test_a_folder(self, safe, pickled, tmp_path, monkeypatch, capsys, in_process):
        hub_server.use_caches(monkeypatch, tmp_path)
        folder = tmp_path / "a folder"
        shutil.copytree(pickled, folder)
        with pytest.raises(ModelError, match=f"'vnsum models pull '{folder}' --convert'"):
            translate(folder)
        assert main(["models", "pull", str(folder)]) == 1
        assert main(["models", "pull", str(folder), "--convert"]) == 0
        assert translate(folder) == translate(safe)
        assert not [*folder.glob("*.safetensors")], "the user's folder is not changed"
        os.utime(folder / "pytorch_model.bin", (1, 1))  # other weights are converted anew
        with pytest.raises(ModelError, match="has weights only as"):
            translate(folder)

    @pytest.mark.parametrize("family", ["nllb", "mbart-50", "t5", "t5-untied", "mt5"])
    def test_tied_weights_are_stored_once(self, family, tmp_path, monkeypatch, in_process):
        hub_server.use_caches(monkeypatch, tmp_path)
        safe = tiny.save_tiny(family, tmp_path)
        folder = save_pickles(safe, tmp_path / "pickled")
        spec = dataclasses.replace(
            resolve_model(safe, directions=("vi->en",), strict=False), checkpoint=str(folder)
        )
        pickles.convert_folder(folder)
        converted = locate_model(spec).folder
        kind = transformers.AutoModelForSeq2SeqLM
        expected, found = (kind.from_pretrained(path).state_dict() for path in (safe, converted))
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], expected[name]) for name in expected)
        assert sum(t.numel() for t in load_file(converted / "model.safetensors").values()) == sum(
            t.numel() for t in {t.data_ptr(): t for t in expected.values()}.values()
        )


class Malicious:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch '{self.path}'",)


HARM = {
    "runs a command": (
        lambda weights, marker: torch.save({"a": torch.ones(2), "b": Malicious(marker)}, weights),
        r"they refer to (posix|nt)\.system, which is not a tensor and could execute code",
    ),
    "is a plain pickle": (
        lambda weights, marker: weights.write_bytes(pickle.dumps(Malicious(marker), 2)),
        r"they refer to (posix|nt)\.system, which is not a tensor",
    ),
    "is cut": (
        lambda weights, marker: weights.write_bytes(weights.read_bytes()[:-1000]),
        "they are damaged or have more than tensors .*; download them again",
    ),
    "is empty": (lambda weights, marker: weights.write_bytes(b""), "they are damaged"),
    "is no table": (
        lambda weights, marker: torch.save([torch.ones(2)], weights),
        r"pytorch_model\.bin is not a table of tensors",
    ),
    "has other things": (
        lambda weights, marker: torch.save({"a": torch.ones(2), "b": "text"}, weights),
        r"pytorch_model\.bin is not a table of tensors",
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_harmful_pickles(harm, server, pickled, tmp_path, in_process):
    folder, marker = tmp_path / "harmful", tmp_path / "it ran"
    shutil.copytree(pickled, folder)
    change, message = HARM[harm]
    change(folder / "pytorch_model.bin", marker)
    server.repositories[NAME] = folder
    with (
        pytest.warns(HubWarning),
        pytest.raises(ModelError, match=f"cannot convert .*{message}"),
    ):
        vnsum.load(NAME, directions=("vi->en",), convert=True)
    assert not marker.exists()
    assert not [*tmp_path.glob("vnsum/safetensors/*/*")], "nothing is left"
    with pytest.raises(ModelError, match="--convert"):
        vnsum.load(NAME, directions=("vi->en",))


def test_a_changed_pickle_is_not_read(server, monkeypatch):
    server.damage.add("pytorch_model.bin")
    monkeypatch.setattr(pickles, "_run", None)  # would fail if it were called
    assert main(["models", "pull", NAME, "--convert"]) == 1


def test_a_malicious_pickle_in_the_process(server, pickled, tmp_path):
    folder, marker = tmp_path / "harmful", tmp_path / "it ran"
    shutil.copytree(pickled, folder)
    torch.save({"b": Malicious(marker)}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError) as caught:
        pickles.convert_folder(folder)
    assert str(caught.value) == (
        f"cannot convert the pickles pytorch_model.bin in {folder}: they refer to "
        f"{os.name}.system, which is not a tensor and could execute code; choose another revision "
        "or model"
    )
    assert not marker.exists()


def test_the_process_has_no_network_and_starts_nothing():
    script = """
import os, socket, subprocess, sys
from vnsum.checkpoints import pickles
pickles.isolate()
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.socket(),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: os.system("true"),
    lambda: subprocess.run([sys.executable, "-c", ""]),
    lambda: os.fork(),
    lambda: os.execv(sys.executable, ["-c", ""]),
):
    try:
        attempt()
        print("it worked")
    except PermissionError as error:
        print(error)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 7
    assert all("is forbidden while a pickle is converted" in line for line in lines)


def test_the_process_gets_no_credentials(monkeypatch, pickled, tmp_path):
    seen = {}

    def run(command, **options):
        seen.update(options["env"])
        return subprocess.CompletedProcess(command, 0, b"{}")

    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setattr(pickles.subprocess, "run", run)
    pickles.convert_pickles("a@b", pickled, tmp_path / "target")
    assert "secret" not in seen.values() and {*seen} <= {*pickles.KEPT}


@pytest.mark.parametrize("kind", ["missing", "a file"])
def test_a_folder_that_cannot_be_listed(kind, tmp_path):
    if kind == "a file":
        (tmp_path / "model").write_text("no folder")
    with pytest.raises(ModelError, match=r"^cannot read the model folder"):
        pickles.convert_folder(tmp_path / "model")


def test_pickles_that_were_replaced_meanwhile_are_not_kept(pickled, monkeypatch, tmp_path):
    folder = tmp_path / "checkpoint"
    shutil.copytree(pickled, folder)
    monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pickles, "_run", lambda request: os.utime(folder / "pytorch_model.bin"))
    with pytest.raises(ModelError, match="changed while they were loaded"):
        vnsum.load(folder, directions=("vi->en",), convert=True)
    assert not [*tmp_path.glob("cache/safetensors/*/*")], "nothing is left"


def test_a_full_disk(server, monkeypatch, tmp_path):
    with pytest.warns(HubWarning):
        resolve_model(NAME, directions=("vi->en",))
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelError) as caught:
        vnsum.load(NAME, directions=("vi->en",), convert=True)
    assert str(caught.value).startswith(
        f"cannot store {NAME!r} in {tmp_path / 'vnsum/safetensors'}: there is no space left on the "
        "disk ("
    )
    assert str(caught.value).endswith("or set VNSUM_CACHE to a folder on another disk")
