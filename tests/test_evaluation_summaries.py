"""The comparison of summarizers: scores, table and command."""

import json
import lzma

import numpy as np
import pytest

from vnsum import cli
from vnsum.errors import InputError
from vnsum.evaluation import rouge, summaries, vietnews

BODY = [
    "Cầu gỗ bắc qua sông Hoài sập sáng 12/3 khi một xe tải chở cát đi qua.",
    "Người lái xe bị thương nhẹ ở tay.",
    "Trước đó, người dân đã nhiều lần đề nghị dựng biển cấm xe tải.",
    "Thị trấn sẽ làm cầu tạm trong tuần này.",
]
ABSTRACT = "Cầu gỗ qua sông Hoài sập khi xe tải chở cát đi qua, người lái xe bị thương nhẹ."


def line(number, **changes):
    data = {"id": str(number), "title": "Sập cầu gỗ", "abstract": ABSTRACT, "body": BODY, **changes}
    return json.dumps(data, ensure_ascii=False)


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "few.jsonl.xz"
    path.write_bytes(lzma.compress("\n".join(map(line, range(3))).encode()))
    return path


def test_articles_keep_the_sentences_of_the_corpus(corpus):
    article = next(vietnews.read(corpus))
    document = article.document
    assert [sentence.text for sentence in document.sentences] == BODY
    assert all(document.text[s.start : s.end] == s.text for s in document.sentences)
    assert (document.title, article.abstract) == ("Sập cầu gỗ", ABSTRACT)
    assert len(list(vietnews.read(corpus, limit=2))) == 2


def test_plain_files_are_read_too(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(line(1), encoding="utf-8")
    assert len(list(vietnews.read(path))) == 1


@pytest.mark.parametrize("bad", ["no json", "[]", '{"id": "1"}', line(1, body=[3])])
def test_a_line_that_is_no_article_is_named(tmp_path, bad):
    path = tmp_path / "bad.jsonl"
    path.write_text(line(0) + "\n" + bad, encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        list(vietnews.read(path))


def test_the_oracle_beats_every_system_of_its_length(corpus):
    article = next(vietnews.read(corpus))

    def value(lines):
        found = rouge.score(article.abstract, "\n".join(lines))
        return found.rouge1 + found.rouge2

    best = value(summaries.oracle(article, 1))
    for name in ("random-1", "lead-1", "lexrank", "textrank", "hybrid", "ranker"):
        assert value(summaries.systems(1)[name]([article])[0]) <= best


def test_the_interval_of_equal_scores_has_no_width():
    assert summaries.bootstrap(np.full((5, 2), 0.3)) == pytest.approx((0.0, 0.0))
    spread = np.asarray([[0.0], [1.0]] * 50)
    assert 8 < summaries.bootstrap(spread)[0] < 12  # 1.96 * 0.5 / sqrt(100) is 9.8 points


def test_the_reference_scores_full_marks_and_extracts_have_no_novelty(corpus):
    articles = list(vietnews.read(corpus))
    rows = {
        name: summaries.evaluate(name, summaries.systems(2)[name], articles)
        for name in ("reference", "lead-2")
    }
    assert rows["reference"].scores == pytest.approx((100.0,) * 4)
    assert rows["reference"].novelty > 0
    assert (rows["lead-2"].novelty, rows["lead-2"].coverage) == (0.0, 100.0)
    assert rows["lead-2"].sentences == 2


def run(capsys, *arguments):
    status = cli.main(["evaluate", "summarize", *map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_command_prints_protocol_table_speed_and_the_note_on_ascii(corpus, capsys):
    status, printed, _ = run(capsys, "--data", corpus, "--limit", 2, "--resamples", 20)
    assert status == 0
    assert "2 articles" in printed
    assert rouge.PROTOCOL in printed
    for name in summaries.systems(2):
        assert f"\n| {name} |" in printed
    assert "1,000 segmented articles in" in printed
    assert "a-z0-9" in printed


def test_chosen_systems_as_json(corpus, capsys):
    chosen = ["--system", "lead-1", "--system", "oracle-1", "--sentences", 1, "--format", "json"]
    status, printed, _ = run(capsys, "--data", corpus, *chosen)
    report = json.loads(printed)
    assert status == 0
    assert [row["system"] for row in report["rows"]] == ["lead-1", "oracle-1"]
    assert report["articles"] == 3


def test_an_unknown_system_names_the_known_ones(corpus, capsys):
    status, _, errors = run(capsys, "--data", corpus, "--system", "best")
    assert status == 1
    assert "lead-2" in errors


def test_an_empty_file_is_an_error(tmp_path, capsys):
    path = tmp_path / "none.jsonl"
    path.touch()
    status, _, errors = run(capsys, "--data", path)
    assert status == 1
    assert "no articles" in errors


def own(**changes):
    data = {"article": " ".join(BODY), "summary": ABSTRACT, **changes}
    return json.dumps(data, ensure_ascii=False)


def test_a_file_of_your_own_is_read_and_segmented(tmp_path, capsys):
    path = tmp_path / "own.jsonl"
    rows = [own(), own(title="Sập cầu gỗ", id=7), own(article=BODY, summary=[ABSTRACT, "Hết."])]
    path.write_text("\n".join(rows), encoding="utf-8")
    first, second, third = vietnews.read(path)
    for article in (first, second, third):
        assert [sentence.text for sentence in article.document.sentences] == BODY
    assert (first.id, first.document.title) == ("1", None)
    assert (second.id, second.document.title) == ("7", "Sập cầu gỗ")
    assert third.abstract == f"{ABSTRACT}\nHết."
    status, printed, _ = run(capsys, "--data", path, "--system", "reference")
    assert status == 0
    assert "100.0" in printed


def test_a_line_without_a_summary_is_named(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text(own() + "\n" + json.dumps({"article": "Trời mưa."}), encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        list(vietnews.read(path))


def test_no_articles_cannot_be_scored():
    with pytest.raises(InputError, match="no articles"):
        summaries.evaluate("lead-1", summaries.systems(1)["lead-1"], [])
