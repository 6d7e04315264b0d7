"""The commands `python -m vnsum.evaluation.…` print their tables, on tiny models and few lines."""

import functools
import json
import lzma
import re

import pytest
import training

import vnsum
from vnsum import summarization
from vnsum.checkpoints import resolve_model
from vnsum.evaluation import runtimes, segmentation, sharing, speed
from vnsum.training.card import Card
from vnsum.training.export import export_package
from vnsum.translation import CheckedTranslator, FakeBackend

BODY = ["Trời mưa to ở Huế.", "Đường phố ngập sâu."]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A tiny model in the format of the packaged one."""
    folder = tmp_path_factory.mktemp("package")
    base = training.save_base(tmp_path_factory.mktemp("base"))
    card = Card(name="tiny", version="v9", tasks=("translate",))
    export_package(str(base), folder, card=card)
    return folder


@pytest.fixture
def articles(tmp_path):
    row = {"id": "1", "title": "Mưa ở Huế", "abstract": BODY[0], "body": BODY}
    path = tmp_path / "articles.jsonl.xz"
    path.write_bytes(lzma.compress((json.dumps(row) + "\n").encode() * 3))
    return path


def table_rows(text):
    """Return the cells of each row of Markdown tables, by the first one."""
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines()]
    return {row[0]: row[1:] for row in rows if len(row) > 1}


def test_segmentation(articles, tmp_path, capsys, monkeypatch):
    cases = [
        {"category": "easy", "lang": "vi", "input": " ".join(BODY), "expected": BODY},
        {"category": "wrong", "lang": "vi", "input": " ".join(BODY), "expected": BODY[:1]},
    ]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    monkeypatch.setattr(segmentation, "SPEED_SIZES", (0.01,))
    segmentation.main(["--cases", str(path), "--vietnews", str(articles), "--speed"])
    rows = table_rows(capsys.readouterr().out)
    assert (rows["easy"][-1], rows["wrong"][-1], rows["all"][-1]) == ("1", "0", "1 (50%)")
    assert rows["vnsum"] == ["6", "0", "0", "0"]  # two sentences in each of three articles
    assert len(rows["0.01"]) == 4


def test_runtimes(package, tmp_path, capsys):
    pytest.importorskip("ctranslate2")
    (tmp_path / "mine.vi").write_text("\n".join(BODY), encoding="utf-8")
    (tmp_path / "mine.en").write_text("It rained.\nRoads were flooded.", encoding="utf-8")
    options = ["--dev", str(tmp_path), "--set", "mine", "--model", str(package), "--beams", "2"]
    assert runtimes.main(options) == 0
    lines = capsys.readouterr().out.splitlines()
    pattern = r" *[\d.]+ s +[\d.]+ x +[\d.]+ BLEU +[\d.]+ chrF  (.+)"
    names = [re.fullmatch(pattern, line)[1] for line in lines]
    assert len(set(names)) == 4 and "1.00 x" in lines[0]
    assert "ctranslate2" in names[2] and names[3] == "by hand int8"


def test_speed(package, articles, tmp_path, capsys, monkeypatch):
    spec = resolve_model(package)
    pipeline = vnsum.Pipeline(
        translator=CheckedTranslator(backend=FakeBackend()), summarizer=summarization.load("lead")
    )
    monkeypatch.setattr(speed, "resolve_model", lambda name: spec)
    monkeypatch.setattr(vnsum, "load", lambda: pipeline)
    # Random weights never end a sentence, and a checked translation tries again many times.
    monkeypatch.setattr(speed, "load_backend", lambda spec, options=None: FakeBackend())
    monkeypatch.setattr(speed, "LONGEST", 4)
    monkeypatch.setattr(runtimes, "LONGEST", 4)
    # These start processes.
    monkeypatch.setattr(speed, "measure_cold", lambda path: (1.5, 300.0))
    monkeypatch.setattr(
        speed, "print_sharing", functools.partial(sharing.print_sharing, counts=(1, 2))
    )
    article = tmp_path / "article.txt"
    article.write_text(BODY[0], encoding="utf-8")
    assert speed.main([str(article), "--runs", "1"]) == 0
    output = capsys.readouterr().out
    assert "cold process, one summary: 1.50 (1.50 to 1.50) s, peak memory 300 MB" in output
    assert re.search(r"(?m)^roofline, \w+: .*; the decoder reaches \d+% and \d+%$", output)
    for beams in (1, spec.family.beams):
        assert f"1 sentences, beam {beams}, " in output
    assert output.count("vnsum with repair") == 2
    assert re.search(r"(?m)^2 processes: [\d.]+ s, [\d.]+ of the throughput of one$", output)
    assert speed.main([str(article), "--articles", str(articles), "--counts", "1", "3"]) == 0
    output = capsys.readouterr().out
    assert [line.split(":")[0] for line in output.splitlines()] == ["1 articles", "3 articles"]
