"""The commands `python -m vnsum.evaluation.…` on tiny models and a few lines."""

import json
import lzma
import re

import pytest
import training
from test_pipeline import pipeline

import vnsum
from vnsum.checkpoints import resolve_model
from vnsum.errors import InputError, VnsumError
from vnsum.evaluation import checks, runtimes, segmentation, serving, sharing, speed, workers
from vnsum.training.card import Card
from vnsum.training.export import export_package
from vnsum.training.summarizer import excerpts
from vnsum.translation import FakeBackend

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
    monkeypatch.setattr(speed, "resolve_model", lambda name: spec)
    monkeypatch.setattr(vnsum, "load", pipeline)
    # Random weights never end a sentence, and a checked translation tries again many times.
    monkeypatch.setattr(speed, "load_backend", lambda spec, options=None: FakeBackend())
    monkeypatch.setattr(speed, "LONGEST", 4)
    monkeypatch.setattr(runtimes, "LONGEST", 4)
    # These start processes that load the packaged model.
    monkeypatch.setattr(speed, "measure_cold", lambda path: (1.5, 300.0))
    monkeypatch.setattr(sharing, "time_together", lambda path, count, environment: 1.0)
    article = tmp_path / "article.txt"
    article.write_text(BODY[0], encoding="utf-8")
    assert speed.main([str(article), "--runs", "1"]) == 0
    output = capsys.readouterr().out
    assert "cold process, one summary: 1.50 (1.50 to 1.50) s, peak memory 300 MB" in output
    assert re.search(r"(?m)^roofline, \w+: .*; the decoder reaches \d+% and \d+%$", output)
    for beams in (1, spec.family.beams):
        assert f"1 sentences, beam {beams}, " in output
    assert output.count("vnsum with repair") == 2
    assert "2 processes: 1.0 s, 2.00 of the throughput of one\n" in output
    assert speed.main([str(article), "--articles", str(articles), "--counts", "1", "3"]) == 0
    output = capsys.readouterr().out
    assert [line.split(":")[0] for line in output.splitlines()] == ["1 articles", "3 articles"]


def test_a_process_of_the_sharing_benchmark(tmp_path, short_mini):
    (tmp_path / "article.txt").write_text(BODY[0], encoding="utf-8")
    options = f"{str(short_mini)!r}, quality='fast'"
    seconds = sharing.time_together(tmp_path / "article.txt", 1, options=options)
    assert seconds > 0
    with pytest.raises(RuntimeError, match=r"a process could not translate .*nowhere\.txt"):
        sharing.time_together(tmp_path / "nowhere.txt", 1)


def test_sharing(tmp_path, capsys, monkeypatch):
    asked = []

    def time_together(path, count, *, environment):
        asked.append((count, environment))
        return 2.0 * count if len(asked) % 2 else 4.0 * count

    monkeypatch.setattr(sharing, "time_together", time_together)
    for name in sharing.WAITING:
        monkeypatch.delenv(name, raising=False)
    assert sharing.main([str(tmp_path / "article.txt"), "--runs", "2", "--waiting"]) == 0
    assert [count for count, _ in asked] == [1, 1, 2, 2, 4, 4] * 5
    assert [environment for _, environment in asked[::6]] == [
        {}, {"GOMP_SPINCOUNT": "300000"}, {"OMP_WAIT_POLICY": "passive"},
        {"GOMP_SPINCOUNT": "200"}, {"GOMP_SPINCOUNT": "20000"},
    ]  # fmt: skip
    assert capsys.readouterr().out.splitlines()[:4] == [
        "vnsum's default:",
        "1 processes: 2.0 s, 1.00 of the throughput of one",
        "2 processes: 4.0 s, 1.00 of the throughput of one",
        "4 processes: 8.0 s, 1.00 of the throughput of one",
    ]


def test_workers(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(vnsum, "load", lambda device: pipeline())
    (tmp_path / "texts.txt").write_text("\n\n".join(BODY), encoding="utf-8")
    options = [str(tmp_path / "texts.txt"), "--runs", "1"]
    assert workers.main(options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"[\d.]+ s|[\d.]+ times", "N", line) for line in lines[1:]] == [
        "  one process: N, first result after N",
        "  2 workers: N, first result after N, N the rate of one process",
    ]
    results = iter([[], ["one"], ["another"]])
    monkeypatch.setattr(workers, "measure", lambda *_, **__: (next(results), 1.0, 1.0))
    with pytest.raises(VnsumError, match="2 workers and one process translate differently"):
        workers.main(options)


def test_excerpts(tmp_path, capsys):
    body = ["Mưa lớn làm hơn 40 tuyến đường ở thành phố Huế bị ngập trong sáng nay."]
    rows = [{"id": "1", "title": "Mưa ở Huế", "abstract": body[0], "body": body}]
    rows += [{"id": "2", "title": "Mưa ở Huế", "abstract": "Mưa.", "body": body}]
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    options = ["--articles", str(tmp_path / "articles.jsonl"), "--out", str(tmp_path / "out.jsonl")]
    excerpts.main(options)
    assert capsys.readouterr().out == "1 extracts; excluded: {'length': 1}\n"
    (line,) = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"title": "", "abstract": body[0], "body": body}
    excerpts.main([*options, "--first", "1", "--limit", "5"])
    assert capsys.readouterr().out == "0 extracts; excluded: {'length': 1}\n"


def test_excerpts_may_replace_the_file_they_are_made_of(articles, capsys):
    before = articles.read_bytes()
    options = ["--articles", str(articles), "--out", str(articles)]
    articles.write_bytes(before[:-20])
    with pytest.raises(InputError, match="cannot read"):
        excerpts.main(options)
    assert articles.read_bytes() == before[:-20]
    articles.write_bytes(before)
    excerpts.main(options)
    assert capsys.readouterr().out == "0 extracts; excluded: {'length': 3}\n"


CASE = {"category": "a", "lang": "vi", "input": "Mưa.", "expected": ["Mưa."]}
NO_CASES = [b"", b"\xff", b"{}", b"3", b"[3]", b"[" * 100_000,
            *(json.dumps([CASE | {name: value}]).encode() for name in CASE for value in (None, 3)),
            *(json.dumps([{k: v for k, v in CASE.items() if k != name}]).encode() for name in CASE),
            json.dumps([CASE | {"input": "\ud800"}]).encode()]  # fmt: skip


@pytest.mark.parametrize("data", NO_CASES)
def test_a_file_without_cases_is_an_error_that_names_it(data, tmp_path):
    path = tmp_path / "cases.json"
    path.write_bytes(data)
    with pytest.raises(InputError, match=f"^(cannot read )?{path}") as caught:
        segmentation.main(["--cases", str(path)])
    assert len(str(caught.value)) < 500
    path.write_text("[]")
    segmentation.main(["--cases", str(path)])


FILES = {
    "checks": (checks, "--dev {folder}"),
    "pairs": (checks, "--dev {folder}/fine --pairs {folder}/bad.en --planted 1"),
    "runtimes": (runtimes, "--dev {folder} --set bad"),
    "serving": (serving, "{folder}/bad.en"),
    "speed": (speed, "{folder}/bad.en"),
    "workers": (workers, "{folder}/bad.en"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_text_that_cannot_be_read_is_an_error_that_names_it(name, tmp_path, capsys):
    (tmp_path / "bad.vi").write_text("Mưa.")
    (tmp_path / "bad.en").write_bytes(b"rain \xff")
    (tmp_path / "fine").mkdir()
    for lang in ("vi", "en"):
        (tmp_path / "fine" / f"a.{lang}").write_text("Mưa.")
    module, options = FILES[name]
    with pytest.raises(InputError, match=f"^cannot read {tmp_path / 'bad.en'}: "):
        module.main(options.format(folder=tmp_path).split())


NUMBERS = [
    (checks, "--dev x", "planted limit"),
    (excerpts, "--articles x --out x", "words first limit"),
    (runtimes, "--dev x", "limit beams"),
    (segmentation, "", "articles"),
    (serving, "x", "requests workers delay runs"),
    (sharing, "x", "runs"),
    (speed, "x", "runs counts"),
    (workers, "x", "workers limit runs"),
]


@pytest.mark.parametrize(
    ("module", "options", "name"),
    [(module, options, name) for module, options, names in NUMBERS for name in names.split()],
)
@pytest.mark.parametrize("value", ["x", "nan", "inf", "9" * 5000, "-1"])
def test_numbers_are_checked(module, options, name, value, capsys):
    value = "-inf" if (name, value) == ("delay", "-1") else value
    with pytest.raises(SystemExit) as caught:
        module.main([*options.split(), f"--{name}={value}"])
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert f"argument --{name}: " in message and len(message) < 2000
