"""Scores of translations: reading of test sets, pairing of lines, significance."""

import json
import sys
from pathlib import Path

import pytest

from vnsum.cli import main
from vnsum.errors import InputError
from vnsum.evaluation import translation
from vnsum.pipeline import Pipeline
from vnsum.summarization import load as load_summarizer
from vnsum.training.config import Corpus
from vnsum.training.data import corpora
from vnsum.translation import CheckedTranslator, FakeBackend

SOURCES = [f"Ngày {i} trời mưa to ở Hà Nội và nhiều nơi khác." for i in range(1, 31)]
REFERENCES = [f"On day {i} it rained hard in Hanoi and many other places." for i in range(1, 31)]
WORSE = [f"Day {i} rain Hanoi and other" for i in range(1, 31)]


@pytest.fixture
def folder(tmp_path):
    for name, lines in (
        ("news.vi", SOURCES), ("news.en", REFERENCES),
        ("news.good.en", REFERENCES), ("news.bad.en", WORSE),
    ):  # fmt: skip
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def read(folder, **options):
    return translation.read_folder(folder, "news", source="vi", target="en", **options)


def test_a_folder_has_its_peers(folder):
    test = read(folder, limit=5)
    assert set(test.peers) == {"good", "bad"} and len(test.sources) == 5


def test_a_line_may_hold_separators_of_other_kinds(folder):
    (folder / "news.vi").write_text("\n".join(["a\u2028b", *SOURCES[1:]]) + "\n", encoding="utf-8")
    assert read(folder).sources[0] == "a\u2028b"


def test_lines_have_to_pair_up(folder):
    (folder / "news.bad.en").write_text("one\n", encoding="utf-8")
    with pytest.raises(InputError, match="bad has 1 lines and vi has 30"):
        read(folder)


def test_the_reference_is_perfect_and_the_order_is_by_bleu(folder):
    scores = translation.compare_systems(read(folder), WORSE, system="ours", resamples=100)
    assert scores[0].system == "good"
    best = scores[0]
    assert (best.bleu, best.chrf, best.chrf_plus) == pytest.approx((100, 100, 100))
    assert best.p_bleu is not None and best.p_bleu < 0.05
    equal = next(row for row in scores if row.system == "bad")
    assert equal.p_bleu is None  # the very same outputs


def test_scores_do_not_depend_on_peers(folder):
    test = read(folder)
    alone = translation.score_system("ours", WORSE, test.references)
    among = translation.compare_systems(test, WORSE, system="ours", resamples=0)
    assert alone in among


def test_the_worst_line_comes_first(folder):
    outputs = [*REFERENCES[:7], "nothing", *REFERENCES[8:]]
    lines = translation.rank_lines(read(folder), outputs)
    assert (lines[0].number, lines[0].output) == (8, "nothing")
    shown = translation.format_lines(lines[:1], {"bad": WORSE})
    assert "Line 8" in shown and WORSE[7] in shown


def test_your_own_pairs(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text("một\tone\nhai\ttwo\n", encoding="utf-8")
    test = translation.read_pairs(path, source="en", target="vi")
    assert (test.sources, test.references) == (("one", "two"), ("một", "hai"))
    path.write_text("một\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1, has 1 columns"):
        translation.read_pairs(path, source="vi", target="en")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("vi\ten", "một\tone"), ("\ufeffVietnamese\tEnglish", "một\tone"), ("# EN\tVI", "one\tmột"),
        ("vi_text\tnote\ten_text", "một\t-\tone"), ("Tiếng Anh\tTiếng Việt", "one\tmột"),
        ("source vi\tsource en", "một\tone"), ("vi\tvi", None), ("source\ttarget", "một\tone"),
        ("tgt_en\tsrc_vi", "one\tmột"), ("vi-VN\ten_US", "một\tone"), ("nguồn\tsource", None),
    ],
)  # fmt: skip
def test_a_header_of_pairs_is_skipped(header, row, tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text("\n".join([header, row or "một\tone", ""]), encoding="utf-8")
    test = translation.read_pairs(path, source="vi", target="en", limit=5)
    assert len(test.sources) == (1 if row else 2)
    assert (test.sources[-1], test.references[-1]) == ("một", "one")
    pairs = [*corpora.READERS["pairs"](Corpus(path=path))]
    assert pairs[-1] == corpora.Pair("một", "one") and len(pairs) == len(test.sources)


def test_the_language_of_a_source_column_is_that_of_the_test(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text("source\treference\none\tmột\n", encoding="utf-8")
    test = translation.read_pairs(path, source="en", target="vi")
    assert (test.sources, test.references) == (("one",), ("một",))


def test_a_row_that_does_not_fit_its_header(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text("vi\ten\tnote\nmột\tone\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        translation.read_pairs(path, source="vi", target="en")
    assert str(caught.value) == f"{path}, line 2, has 2 columns: expected those of the header"


def test_markdown_is_escaped(folder):
    row = translation.Score(system="a|b", bleu=1.0, chrf=2.0, chrf_plus=3.0)
    assert translation.format_scores([row], system="c").endswith(
        "\n| a\\|b | 1.0 | 2.0 | 3.0 |  |  |"
    )
    line = translation.Line(number=1, chrf=0.0, source="<b>|", output="*", reference="_\n# x")
    assert translation.format_lines([line], {}) == (
        "### Line 1, chrF 0.0\n\n- source: &lt;b&gt;\\|\n- output: \\*\n- reference: \\_ \\# x"
    )


def fake_load(*names: object, **options: object) -> Pipeline:
    answers = dict(zip(SOURCES, WORSE, strict=True))
    backend = FakeBackend(function=lambda text: answers.get(text, text), max_source_tokens=100)
    return Pipeline(
        translator=CheckedTranslator(backend=backend, repair=False),
        summarizer=load_summarizer("lead"),
    )


def test_the_command_compares_a_model_with_peers(folder, capsys):
    saved = folder / "out.txt"
    arguments = ["evaluate", "translate", "--dev", str(folder), "--set", "news", "--resamples",
                 "50", "--worst", "1", "--save", str(saved)]  # fmt: skip
    assert main(arguments, load=fake_load) == 0
    shown = capsys.readouterr().out
    assert "| good | 100.0 |" in shown and "**fake" in shown and "BLEU|" in shown
    assert "### Line" in shown and saved.read_text(encoding="utf-8").splitlines() == WORSE


def test_a_missing_extra_is_told_before_a_model_is_loaded(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    arguments = ["evaluate", "translate", "--dev", str(folder), "--set", "news"]
    assert main(arguments, load=pytest.fail) == 1
    assert 'pip install "vnsum[evaluation]"' in capsys.readouterr().err


@pytest.mark.parametrize("name", ["news.vi", "news.en", "news.bad.en"])
def test_the_command_does_not_replace_what_it_reads(folder, capsys, name):
    before = (folder / name).read_bytes()
    arguments = ["evaluate", "translate", "--dev", str(folder), "--set", "news"]
    assert main([*arguments, "--save", str(folder / name)], load=fake_load) == 1
    assert "it is one of the input files; choose another with --save" in capsys.readouterr().err
    assert (folder / name).read_bytes() == before


def test_the_command_scores_a_file_as_json(folder, capsys):
    arguments = ["evaluate", "translate", "--dev", str(folder), "--set", "news", "--format",
                 "json", "--outputs", str(folder / "news.bad.en"), "--limit", "10"]  # fmt: skip
    assert main(arguments, load=fake_load) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["sentences"] == 10 and len(report["scores"]) == 3


@pytest.mark.parametrize(
    "more",
    [
        ["--set", "nothing"],
        ["--set", "a", "--set", "b", "--save", "c"],
        ["--set", "news", "--outputs", "out", "--beams", "2"],
        ["--set", "news", "--outputs", "out", "--bare"],
    ],
)
def test_the_command_explains_what_is_wrong(folder, more, capsys):
    assert main(["evaluate", "translate", "--dev", str(folder), *more], load=fake_load) == 1
    assert "error: " in capsys.readouterr().err
    assert not Path("c").exists()
