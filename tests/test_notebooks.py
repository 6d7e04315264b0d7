"""The notebooks of `examples/`: short, stripped of outputs, and run from top to bottom."""

import json
import os
import re

import nbclient
import nbformat
import pytest
import training
from conftest import ROOT, copy_examples

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
LONGEST_CELL = 20  # lines; a longer one hides what it shows
SECONDS = 300  # for one cell, on a slow machine

# What a cell tagged "parameters" is set to here, so that a notebook that trains or scales is quick.
PARAMETERS = {"5_fine_tune": 'START, EPOCHS = "base", 1', "6_scale_out": "RAY = False"}

# Notebooks whose subject is not the model run with one that says these sentences, and of others
# what `FakeBackend` says. `test_docs.py` has the packaged model summarize the same articles.
FAKED = {"2_folder_to_csv", "3_compare_models", "6_scale_out", "7_morning_brief"}
SAID = {
    "Xuất khẩu cà phê": "Coffee exports soar in the first quarter",
    "Trong quý I năm nay, tỉnh Đắk Lắk": "In the first quarter of this year, Dak Lak province "
    "exported 98,000 tonnes of coffee for 512 million USD, 37% more than in the same period.",
    "Ngày 9/1, chia sẻ trên": "On January 9, US President Donald Trump wrote on Truth Social that "
    "his Colombian counterpart Gustavo Petro would come to the White House next February.",
}
FAKE_MODEL = f"""
from vnsum.translation import FakeBackend, loading
from vnsum.translation.backends.backend import scramble

def say(text):
    return next((said for start, said in {SAID}.items() if text.startswith(start)), scramble(text))

loading.load_backend = lambda spec, options: FakeBackend(function=say)
"""


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_notebooks_are_numbered():
    numbers = [int(path.name.split("_")[0]) for path in NOTEBOOKS]
    assert numbers == sorted(set(numbers))
    assert numbers


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stripped_and_short(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith(f"# {path.name.split('_')[0]} · ")
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= LONGEST_CELL
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False, indent=1)
    assert path.read_text(encoding="utf-8") == f"{text}\n", "written as a notebook program does"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_notebook_lead_somewhere(path):
    prose = "\n".join(c.source for c in read(path).cells if c.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose):
        assert "://" in target or (path.parent / target).exists(), target


# Kernels speak through sockets and event loops that other libraries leave to be collected.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path, monkeypatch):
    copy_examples(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    assert os.environ["VNSUM_OFFLINE"] == "1"
    if "base" in PARAMETERS.get(path.stem, ""):
        training.save_base(tmp_path / "base")
    notebook = read(path)
    for cell in code_cells(notebook):
        if "parameters" in cell.metadata.get("tags", []):
            cell.source += "\n" + PARAMETERS.get(path.stem, "")
    if path.stem in FAKED:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FAKE_MODEL))
    nbclient.NotebookClient(
        notebook, timeout=SECONDS, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert outputs
    assert not [o.text for o in outputs if o.get("name") == "stderr" and "Warning" in o.text]
