"""Models of a hub: downloads, the revision in use, and offline mode."""

import errno
import json
import re
import shutil
import socket

import hub_server
import pytest
import tiny

import vnsum
from vnsum.checkpoints import HubWarning, hub, resolve_model
from vnsum.checkpoints.resolution import locate_model
from vnsum.checkpoints.revisions import read_revision
from vnsum.cli import main
from vnsum.errors import ModelError, VnsumError

NAME = "somebody/marian"
LATER = "f" * 40


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tiny.save_tiny("marian", tmp_path_factory.mktemp("tiny"))
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# A model\n")
    return folder


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Caches of its own, and a hub library that would use the network."""
    hub_server.use_caches(monkeypatch, tmp_path)
    return tmp_path


@pytest.fixture
def server(places, checkpoint, monkeypatch):
    folder = places / "served"
    shutil.copytree(checkpoint, folder)
    with hub_server.replace_hub(monkeypatch, places, {NAME: folder}) as made:
        yield made


@pytest.fixture
def no_network(monkeypatch):
    """Fail on anything that would leave the process."""

    def refuse(*arguments, **options):
        raise AssertionError(f"the network was used: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_only_safe_files_are_downloaded(server):
    found = hub.fetch_snapshot(NAME, offline=False)
    names = {path.name for path in found.folder.iterdir()}
    assert {"config.json", "model.safetensors", "source.spm"} <= names
    assert "pytorch_model.bin" not in names
    assert not any("pytorch_model.bin" in request for request in server.requests)


def test_the_revision_first_downloaded_stays_in_use(server, places):
    first = hub.fetch_snapshot(NAME, offline=False)
    assert first.revision == hub_server.COMMIT
    assert json.loads((places / "vnsum/revisions.json").read_text()) == {NAME: hub_server.COMMIT}
    server.commit = LATER
    server.requests.clear()
    assert hub.fetch_snapshot(NAME, offline=False).revision == hub_server.COMMIT
    assert hub.fetch_file(NAME, "config.json", offline=False) is not None
    assert server.requests == []
    assert hub.download(hub.ask_hub(NAME)).revision == LATER
    assert read_revision(NAME) == LATER


def test_a_revision_may_be_named(server):
    name = f"{NAME}@{hub_server.COMMIT}"
    with pytest.warns(HubWarning, match="there is no folder 'somebody/marian'; looking it up"):
        spec = resolve_model(name, directions=("vi->en",), offline=False)
    assert (spec.checkpoint, spec.revision) == (NAME, hub_server.COMMIT)
    located = locate_model(spec, offline=False)
    assert located.spec.revision == hub_server.COMMIT[:12]
    assert located.folder.name == hub_server.COMMIT
    # What has been downloaded is no folder's mistyped name: `error` would make one of a warning.
    assert resolve_model(name, directions=("vi->en",), offline=False) == spec


def test_a_damaged_download_is_named(server):
    server.damage.add("model.safetensors")
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged.*pull the model again"):
        hub.fetch_snapshot(NAME, offline=False)
    assert read_revision(NAME) is None


def test_pickles_alone_are_refused_before_anything_is_downloaded(server):
    (server.repositories[NAME] / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"only as pytorch_model\.bin.*save_pretrained") as caught:
        hub.fetch_snapshot(NAME, offline=False)
    assert f"'vnsum models pull {NAME} --convert'" in str(caught.value)
    assert not any("resolve" in request for request in server.requests)


def test_a_name_that_is_not_there(server):
    with pytest.raises(ModelError) as caught:
        hub.ask_hub("somebody/else")
    assert str(caught.value) == (
        "cannot get 'somebody/else' from the hub: there is no such repository, or it is private; "
        "check the name, or log in with 'hf auth login' or the variable HF_TOKEN"
    )


ASKING = {
    "load": lambda: vnsum.load(NAME, directions=("vi->en",)).translate("Hôm nay trời mưa to."),
    "pull": lambda: hub.download(hub.ask_hub(NAME)),
    "fetch": lambda: hub.fetch_snapshot(NAME, offline=False),
}


@pytest.mark.filterwarnings("ignore::vnsum.checkpoints.HubWarning")
@pytest.mark.parametrize("how", ASKING)
@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        ((401, "GatedRepo"), "it is gated; accept its terms at {url}/somebody/marian and log in "
         "with 'hf auth login' or the variable HF_TOKEN"),
        ((403, "GatedRepo"), "it is gated; accept its terms at {url}/somebody/marian and log in "
         "with 'hf auth login' or the variable HF_TOKEN"),
        ((401, "RepoNotFound"), "there is no such repository, or it is private; check the name, or "
         "log in with 'hf auth login' or the variable HF_TOKEN"),
    ],
)  # fmt: skip
def test_what_may_not_be_read_says_how_to_get_it(server, how, refusal, message):
    from huggingface_hub import constants

    server.refusal = refusal
    with pytest.raises(ModelError) as caught:
        ASKING[how]()
    expected = message.format(url=constants.ENDPOINT)
    place = f"there is no folder {NAME!r}, and as a model of the hub: " if how == "load" else ""
    assert str(caught.value) == f"{place}cannot get {NAME!r} from the hub: {expected}"


def test_a_revision_that_is_gone(server):
    hub.fetch_snapshot(NAME, offline=False)  # records the commit
    shutil.rmtree(hub.find_snapshot(NAME).folder)
    server.commit, server.gone = LATER, {hub_server.COMMIT}
    for revision in (None, hub_server.COMMIT):
        with pytest.raises(ModelError) as caught:
            hub.fetch_snapshot(NAME, revision, offline=False)
        assert str(caught.value) == (
            f"cannot get {NAME!r} from the hub: it has no revision {hub_server.COMMIT!r}; run "
            f"'vnsum models pull --update {NAME}' for the newest revision, or name another one as "
            "'name@revision'"
        )
    assert main(["models", "pull", "--update", NAME]) == 0
    assert hub.fetch_snapshot(NAME, offline=False).revision == LATER


def test_a_disk_without_space(server, places, monkeypatch):
    offer = hub.ask_hub(NAME)
    usage = shutil.disk_usage(places)._replace(free=offer.size - 1)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(ModelError) as caught:
            hub.download(offer)
    assert re.fullmatch(
        rf"cannot store {NAME!r} in {re.escape(str(places / 'hub'))}: there is no space left on "
        r"the disk \(\d+ MB needed, \d+ MB free\); free some, or set HF_HOME to a folder on "
        "another disk",
        str(caught.value),
    )
    assert not any("/resolve/" in request for request in server.requests)
    hub.download(offer)
    with monkeypatch.context() as patch:  # nothing more to download
        patch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=0))
        hub.download(offer)


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up(server, places, monkeypatch, kind):
    import huggingface_hub

    def fail(*arguments, **options):
        raise OSError(kind, "No space left on device", "model.safetensors")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    offer = hub.ask_hub(NAME)
    monkeypatch.setattr(hub, "_require_space", lambda offer: None)
    with pytest.raises(ModelError) as caught:
        hub.download(offer)
    assert str(caught.value) == (
        f"cannot store {NAME!r} in {places / 'hub'}: there is no space left on the disk; free "
        "some, or set HF_HOME to a folder on another disk"
    )


def test_pull_says_the_size_and_check_what_it_is(server, capsys):
    assert main(["models", "pull", NAME]) == 0
    out = capsys.readouterr().out
    assert f"{NAME} at {hub_server.COMMIT[:12]}, licence mit" in out
    assert "MB in" in out
    server.requests.clear()
    assert main(["models", "pull", NAME]) == 0
    assert "is already downloaded" in capsys.readouterr().out
    main(["models", "check", NAME, "--runtime", "transformers"])
    out = capsys.readouterr().out
    assert "marian (encoder and decoder)" in out
    assert "licence       mit" in out
    assert "vi->en" in out
    assert server.requests == []


# What a folder may say of a conversion that vnsum has not made.
CLAIMS = [
    {"files": {"model.safetensors": "0" * 64}, "pickles": {"pytorch_model.bin": "1" * 64}},
    {"files": {"../model.safetensors": "0" * 64}},
    {"files": 5},
    {"pickles": [1]},
    [],
]


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_check_believes_no_record_of_a_folder(checkpoint, tmp_path, capsys, claim):
    folder = tmp_path / "model"
    shutil.copytree(checkpoint, folder)
    (folder / "conversion.json").write_text(json.dumps(claim))
    main(["models", "check", str(folder), "--direction", "vi->en", "--runtime", "transformers"])
    out, err = capsys.readouterr()
    assert "file          model.safetensors  " in out
    assert "sha256" not in out
    assert not err


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_a_snapshot_with_a_record_of_its_own(server, claim):
    folder = hub.fetch_snapshot(NAME, offline=False).folder
    (folder / "conversion.json").write_text(json.dumps(claim))
    located = locate_model(resolve_model(NAME))
    assert (located.folder, located.checksums, located.pickles) == (folder, {}, {})


def test_check_prints_one_line_for_each_file_whatever_its_name(checkpoint, tmp_path, capsys):
    folder = tmp_path / "model"
    shutil.copytree(checkpoint, folder)
    for name in ("a\nfile          b  1 bytes  sha256 ok", "\x1b[31mc", "d\nlicence  mit\n.bin"):
        (folder / name).write_bytes(b"")
    main(["models", "check", str(folder), "--direction", "vi->en", "--runtime", "transformers"])
    lines = capsys.readouterr().out.splitlines()
    labels = [line.partition("  ")[0] for line in lines]
    assert labels.count("file") == len([*folder.iterdir()])
    assert labels.count("never loaded") == 2
    assert labels.count("licence") == 1
    assert not any("\x1b" in line or line.endswith("  sha256 ok") for line in lines)


def test_offline_nothing_tries_the_network(places, no_network):
    for name in (NAME, "nllb-600m", f"{NAME}@refs/pr/1"):
        with pytest.raises(ModelError, match=r"is not downloaded and vnsum is offline"):
            vnsum.load(name, offline=True).translate("Hôm nay trời mưa to.")
    with pytest.raises(ModelError, match="vnsum is offline"):
        hub.fetch_snapshot(NAME, offline=True)
    assert main(["models", "pull", "nllb-600m"]) == 1


def test_a_folder_needs_no_network(no_network, checkpoint):
    pipeline = vnsum.load(checkpoint, device="cpu", quality="fast", runtime="transformers")
    assert pipeline.translate("Hôm nay trời mưa to.").pairs[0].target


def test_the_packaged_model_needs_no_network(no_network, mini):
    assert mini.translate("Trời mưa.").text


def refuse_home():
    raise RuntimeError("could not determine home directory")


@pytest.fixture(params=["unreadable", "no home"])
def no_cache(request, tmp_path, monkeypatch):
    """A cache folder that cannot be read, as in the home folder of another user, or none."""
    if request.param == "no home":
        for name in ("VNSUM_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("vnsum.storage.Path.home", refuse_home)
    else:
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / ("x" * 300)))


def test_a_folder_needs_no_cache(no_cache, no_network, checkpoint):
    spec = resolve_model(checkpoint, directions=("vi->en",))
    assert locate_model(spec).folder == checkpoint
    pipeline = vnsum.load(checkpoint, device="cpu", quality="fast", runtime="transformers")
    assert pipeline.translate("Hôm nay trời mưa to.").pairs


def test_a_conversion_needs_a_cache(no_cache, checkpoint):
    pytest.importorskip("ctranslate2")
    pipeline = vnsum.load(checkpoint, device="cpu", quality="fast", runtime="ctranslate2")
    with pytest.raises(VnsumError, match="VNSUM_CACHE"):
        pipeline.translate("Hôm nay trời mưa to.")


@pytest.mark.parametrize("name", ["opus-mt-vi-en", NAME])
def test_a_model_of_the_hub_needs_a_readable_cache(places, no_cache, no_network, name):
    with pytest.raises(VnsumError, match="VNSUM_CACHE"):
        vnsum.load(name, offline=True).translate("Hôm nay trời mưa to.")


def test_a_folder_with_pickles_alone_is_refused(checkpoint, tmp_path, capsys):
    folder = tmp_path / "old"
    shutil.copytree(checkpoint, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(ModelError, match=r"pytorch_model\.bin.*does not load pickles"):
        locate_model(resolve_model(folder, directions=("vi->en",)))
    assert main(["models", "check", str(folder)]) == 1
    assert "safetensors" in capsys.readouterr().err


def test_a_folder_without_weights_says_what_is_missing(checkpoint, tmp_path):
    folder = tmp_path / "empty"
    shutil.copytree(checkpoint, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.bin"))
    with pytest.raises(ModelError, match=r"it has no model\.safetensors"):
        locate_model(resolve_model(folder, directions=("vi->en",)))


def test_an_index_may_not_point_outside(tmp_path):
    from vnsum.checkpoints.files import list_shards

    index = {"weight_map": {"a": "../../elsewhere.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="outside its folder"):
        list_shards(tmp_path)
