"""Ray: one model per worker, and every article once over several runs."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"  # what newer releases do, and else warn of

parquet = pytest.importorskip("pyarrow.parquet")
ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # ray warns of its own parts


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


@pytest.fixture
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scale_out", ROOT / "examples/scale_out.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_counter(folder: Path):
    """A pipeline without a model that leaves a mark in `folder` where it is made."""

    def make_pipeline(**options: object):
        import vnsum
        from vnsum import summarization
        from vnsum.translation import CheckedTranslator, FakeBackend

        (folder / f"{os.getpid()}-{os.urandom(4).hex()}").touch()
        return vnsum.Pipeline(
            translator=CheckedTranslator(backend=FakeBackend()),
            summarizer=summarization.load("lead"),
        )

    return make_pipeline


def rows_of(folder: Path) -> list[dict[str, object]]:
    return [
        row for file in folder.glob("*.parquet") for row in parquet.read_table(file).to_pylist()
    ]


def write_articles(path: Path, count: int) -> str:
    texts = [f"Sáng nay có {number} chuyến tàu rời ga. Trời mưa to." for number in range(count)]
    lines = [json.dumps({"id": f"bai-{i}", "text": text}) for i, text in enumerate(texts)]
    lines.append(json.dumps({"id": "bai-fr", "text": "Il pleut fort ici, et les rues aussi."}))
    lines.append(json.dumps({"id": "bai-null", "text": None}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("cluster")
def test_every_article_is_summarized_once_over_several_runs(example, tmp_path, capsys):
    output, marks = tmp_path / "summaries", tmp_path / "marks"
    marks.mkdir()
    options = {"workers": 2, "model": make_counter(marks)}

    part = write_articles(tmp_path / "part.jsonl", 40)
    assert example.summarize(part, str(output), **options) == 42
    assert "1 articles could not be summarized" in capsys.readouterr().out
    assert 1 <= len([*marks.iterdir()]) == len({m.name.split("-")[0] for m in marks.iterdir()}) <= 2
    before = {file: file.read_bytes() for file in output.iterdir()}
    (output / "killed.tmp").write_bytes(b"half of a fi")

    whole = write_articles(tmp_path / "whole.jsonl", 100)
    options["workers"] = 1  # each starts a process
    assert example.summarize(whole, str(output), **options) == 60
    assert example.summarize(whole, str(output), **options) == 0

    rows = rows_of(output)
    assert len(rows) == 102 == len({row["id"] for row in rows})
    assert all(file.read_bytes() == data for file, data in before.items())
    by_id = {row["id"]: row for row in rows}
    assert by_id["bai-7"]["summary_vi"] == "Sáng nay có 7 chuyến tàu rời ga. Trời mưa to."
    assert by_id["bai-7"]["evidence"] == [0, 1]
    assert "neither Vietnamese nor English" in by_id["bai-fr"]["error"]
    assert (by_id["bai-null"]["summary_vi"], by_id["bai-null"]["error"]) == (None, "")
