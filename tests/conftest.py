"""Fixtures for all tests; no test uses a network other than loopback."""

import json
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["VNSUM_OFFLINE"] = "1"
os.environ["TQDM_DISABLE"] = "1"
if "PYTEST_XDIST_WORKER" in os.environ:
    # The workers share the processors, and threads that wait for each other slow down both.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import vnsum
from vnsum.checkpoints.files import hash_file

# Tests must not fail on a busy machine.
settings.register_profile("vnsum", deadline=None)
settings.load_profile("vnsum")

ROOT = Path(__file__).parents[1]
LINES = 3  # of an article of `copy_examples`: headline and first paragraph
LAYERS = 2  # of the 18 of the packaged model in `short_mini`


def copy_examples(folder):
    """Copy `examples` into a folder, with articles short enough for a slow model."""
    shutil.copytree(ROOT / "examples", folder, dirs_exist_ok=True)
    for path in (folder / "articles").glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[:LINES]), encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def cache_of_tests(tmp_path_factory):
    """Use a temporary cache folder instead of the user's."""
    os.environ["VNSUM_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session", autouse=True)
def interrupts():
    """Heed Ctrl-C, which a shell ignores for the processes that it starts in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def article() -> str:
    return (ROOT / "examples/articles/colombia.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def mini() -> vnsum.Pipeline:
    """The packaged model, loaded once for all tests."""
    return vnsum.load("mini", device="cpu")


def sign(folder):
    """Let the manifest say of its files what they are, whatever they are."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, row in manifest["files"].items():
        if (folder / name).is_file():
            row |= {"sha256": hash_file(folder / name), "bytes": (folder / name).stat().st_size}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture(scope="session")
def short_mini(tmp_path_factory) -> Path:
    """A folder with the packaged model cut to its first layers, for tests of its computations.

    Its matrices have the same shapes and number formats; what it writes is no translation.
    """
    from safetensors.torch import load_file, save_file

    folder = tmp_path_factory.mktemp("short") / "mini"
    shutil.copytree(ROOT / "vnsum/models/mini", folder)
    layers = re.compile(r"\.layers\.(\d+)\.")
    for path in folder.glob("*.safetensors"):
        kept = {
            name: value
            for name, value in load_file(path).items()
            if not (found := layers.search(name)) or int(found[1]) < LAYERS
        }
        save_file(kept, path)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"num_hidden_layers": LAYERS, "layer_types": config["layer_types"][:LAYERS]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    sign(folder)
    return folder
