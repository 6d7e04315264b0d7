"""The trained ranker: safe loading, exact trees, limits of the budget, training."""

import json
import os
import zipfile
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from documents import build, documents, picked
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum.errors import MissingExtraError, ModelError
from vnsum.summarization import Budget
from vnsum.summarization.extractive.selection import by_relevance_and_novelty
from vnsum.summarization.extractive.tfidf import Terms, common_subsequence
from vnsum.summarization.ranker import candidates, features, ranker
from vnsum.summarization.ranker.salience import Revision, Salience, UnitProbabilities
from vnsum.training.summarizer import boosting
from vnsum.training.summarizer import ranker as training

PACKAGED = resources.files("vnsum.summarization.ranker") / "data" / ranker.PACKAGED
LARGEST = 2 * 1024 * 1024

BLANK = Salience.blank()

NEWS = [
    "Cầu gỗ bắc qua sông Hoài ở thị trấn Lai Viên sập sáng 12/3 khi một xe tải chở cát đi qua.",
    "Ông Lê Văn Tám, người lái xe, bị thương nhẹ ở tay và được đưa vào trạm y tế.",
    "“Tôi nghe tiếng gỗ gãy rồi cả xe rơi xuống nước”, ông Tám kể.",
    "Theo công an thị trấn, cầu chỉ cho phép xe dưới hai tấn, còn chiếc xe tải nặng sáu tấn.",
    "Trước đó, người dân đã nhiều lần đề nghị dựng biển cấm xe tải ở hai đầu cầu.",
    "Thị trấn sẽ làm cầu tạm trong tuần này.",
]


@pytest.fixture(scope="module")
def tiny():
    """A model file's content with one tree per model: the sooner, the better."""
    stump = boosting.flatten([node(0, 0.5, leaf(1.0), node(0, 2.5, leaf(0.5), leaf(-1.0)))])
    headline, plain = (
        ranker.Models(
            headline=headline,
            salience=BLANK,
            revision=Revision.blank(),
            sentence=stump,
            candidates=stump,
        )
        for headline in (True, False)
    )
    return ranker.ModelFile(headline=headline, plain=plain, name="tiny")


def leaf(value):
    return {"leaf_value": value}


def node(feature, threshold, left, right):
    return {
        "split_feature": feature,
        "threshold": threshold,
        "left_child": left,
        "right_child": right,
    }


def walk(tree, row):
    while "split_feature" in tree:
        below = float(row[tree["split_feature"]]) <= tree["threshold"]
        tree = tree["left_child"] if below else tree["right_child"]
    return tree["leaf_value"]


values = st.floats(-4, 4, width=32)
leaves = st.builds(leaf, st.floats(-1, 1, width=32))
structures = st.recursive(
    leaves,
    lambda inner: st.builds(node, st.integers(0, 2), st.floats(-4, 4), inner, inner),
    max_leaves=12,
)


@given(
    forest=st.lists(structures, min_size=1, max_size=4),
    rows=st.lists(st.tuples(values, values, values), max_size=6),
)
def test_trees_predict_what_a_walk_from_root_to_leaf_gives(forest, rows):
    table = np.asarray(rows, dtype=np.float32).reshape(len(rows), 3)
    expected = [sum(walk(tree, row) for tree in forest) for row in table]
    np.testing.assert_allclose(boosting.flatten(forest).predict(table), expected, atol=1e-6)


def test_a_threshold_between_two_numbers_stays_between_them_in_32_bits():
    below = np.float32(3 / 14)
    above = np.nextafter(below, np.float32(1))
    tree = boosting.flatten([node(0, (float(below) + float(above)) / 2, leaf(0.0), leaf(1.0))])
    assert list(tree.predict(np.asarray([[below], [above]]))) == [0.0, 1.0]


@settings(deadline=None)
@given(document=documents)
def test_features_are_finite_and_have_a_name_each(document):
    found = features.describe(document, BLANK)
    assert found.headline == ranker.has_headline(document)
    names = features.names(headline=found.headline)
    assert found.rows.shape == (len(document.sentences), len(names))
    assert np.isfinite(found.rows).all()
    assert len(set(names)) == len(names)


@settings(deadline=None)
@given(document=documents)
def test_sets_are_singles_and_pairs_of_the_best_sentences(document):
    if not document.sentences:
        return
    found = features.describe(document, BLANK)
    scores = -np.arange(len(document.sentences), dtype=float)
    made = candidates.build_candidates(found, scores, found.unit_probabilities)
    best = min(candidates.CANDIDATES, len(document.sentences))
    assert {(int(i), int(j)) for i, j in zip(made.first, made.second, strict=True)} == {
        (i, j) for i in range(best) for j in range(i, best)
    }
    assert made.rows.shape == (
        best * (best + 1) // 2,
        len(candidates.candidate_names(headline=found.headline)),
    )
    assert np.isfinite(made.rows).all()


def test_a_set_is_held_against_the_headline_as_it_would_be_read():
    found = features.describe(build(NEWS, title="Cầu gỗ sập khi xe tải đi qua"), BLANK)
    # The best sentence stands after the second best: read in document order all the same.
    made = candidates.build_candidates(
        found, np.arange(len(NEWS), dtype=float), found.unit_probabilities
    )
    names = candidates.candidate_names(headline=True)
    column = {name: made.rows[:, names.index(name)] for name in candidates.HEADLINE}
    words = set(found.title)
    for k, (first, second) in enumerate(zip(made.first, made.second, strict=True)):
        text = [unit for i in sorted({int(first), int(second)}) for unit in found.units[i]]
        order = common_subsequence(text, found.title)
        assert column["title_order"][k] == pytest.approx(order / len(found.title))
        assert column["title_order_share"][k] == pytest.approx(order / len(text))
        assert column["title_all"][k] == pytest.approx(len(words & set(text)) / len(words))
    assert column["title_order_gap"].max() == 0
    assert (column["title_order"] <= column["title_all"] + 1e-6).all()


@pytest.mark.parametrize(
    "aside",
    [
        "Xem thêm >>> Cầu gỗ sập khi xe tải đi qua sông Hoài ở thị trấn Lai Viên",
        "Cầu gỗ bị sập khi xe tải đi qua sông Hoài ở thị trấn Lai Viên. Ảnh: Reuters.",
        "Cầu gỗ bị sập khi xe tải đi qua sông Hoài ở thị trấn Lai Viên (Ảnh: Hoài An).",
        "Cầu gỗ sập khi xe tải đi qua.",
        "Toàn cảnh cầu gỗ ở thị trấn Lai Viên.",
    ],
    ids=["pointer", "caption", "bracketed caption", "headline", "caption without a credit"],
)
def test_what_is_no_part_of_the_article_is_picked_last(aside):
    document = build([aside, *NEWS], title="Cầu gỗ sập khi xe tải đi qua")
    for count in range(1, len(NEWS) + 1):
        assert 0 not in picked(ranker.Ranker().summarize(document, Budget(sentences=count)))
    alone = ranker.Ranker().summarize(build([aside]), Budget(sentences=1))
    assert picked(alone) == [0]


def test_what_is_known_of_every_sentence_does_not_need_the_headline():
    bare = features.describe(build(NEWS), BLANK)
    titled = features.describe(build(NEWS, title="Sập cầu"), BLANK)
    assert not bare.headline and titled.headline
    assert bare.unit_probabilities and titled.unit_probabilities
    for name in features.COMMON:
        np.testing.assert_array_equal(bare.column(name), titled.column(name))


def test_a_first_mention_counts_once():
    found = features.describe(build([NEWS[0], NEWS[0]]), BLANK)
    names, numbers = found.column("new_names"), found.column("new_numbers")
    assert names[0] > names[1] == 0
    assert numbers[0] > numbers[1] == 0


def test_a_budget_of_two_is_a_bound_and_a_larger_one_is_filled():
    document = build(NEWS, title="Cầu gỗ sập khi xe tải đi qua")
    concise, full = ranker.Ranker(), ranker.Ranker(concise=False)
    assert len(picked(concise.summarize(document, Budget(sentences=2)))) in (1, 2)
    assert len(picked(full.summarize(document, Budget(sentences=2)))) == 2
    for count in range(3, len(NEWS) + 1):
        assert len(picked(concise.summarize(document, Budget(sentences=count)))) == count


@pytest.mark.parametrize("title", [None, "Cầu gỗ sập khi xe tải đi qua"])
def test_a_byline_and_a_crosshead_come_last(title):
    texts = [*NEWS[:3], "Xe quá nặng", *NEWS[3:], "Hoài An"]
    for count in range(1, len(NEWS) + 1):
        chosen = picked(ranker.Ranker().summarize(build(texts, title), Budget(sentences=count)))
        assert chosen and {3, 7}.isdisjoint(chosen), count


def test_scores_are_probabilities():
    summary = ranker.Ranker().summarize(build(NEWS), Budget(sentences=6))
    assert len(summary.sentences) == 6
    assert all(0 < sentence.score < 1 for sentence in summary.sentences)


def test_a_headline_of_punctuation_is_none():
    one, other = (ranker.Ranker().summarize(build(NEWS, title=t), Budget()) for t in ("?!", None))
    assert one == other


def test_the_packaged_file_is_small_and_holds_plain_arrays_only():
    assert len(PACKAGED.read_bytes()) <= LARGEST
    with resources.as_file(PACKAGED) as path, np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iufU" for name in arrays.files)


def test_a_file_comes_back_as_it_was_saved(tiny, tmp_path):
    ranker.save(tiny, tmp_path / "tiny.npz")
    again = ranker.read(tmp_path / "tiny.npz")
    rows = np.zeros((3, len(features.names(headline=True))), dtype=np.float32)
    rows[:, 0] = [0, 1, 5]
    assert list(again.headline.sentence.predict(rows)) == [1.0, 0.5, -1.0]
    summarizer = ranker.Ranker(path=tmp_path / "tiny.npz")
    assert picked(summarizer.summarize(build(NEWS), Budget(sentences=1))) == [0]
    assert "model:tiny" in summarizer.signature


def test_a_file_that_was_replaced_is_read_again(tiny, tmp_path, monkeypatch):
    for folder, name in (("one", "first"), ("two", "second")):
        (tmp_path / folder).mkdir()
        ranker.save(replace(tiny, name=name), tmp_path / folder / "a.npz")
    monkeypatch.chdir(tmp_path / "one")
    summarizer = ranker.Ranker(path=Path("a.npz"))
    assert "model:first" in summarizer.signature
    monkeypatch.chdir(tmp_path / "two")
    assert "model:second" in summarizer.signature
    (tmp_path / "one" / "a.npz").replace("a.npz")
    assert "model:first" in summarizer.signature


def broken_files(folder, tiny):
    """Yield a name and a path of every way a model file may be broken."""
    good = folder / "good.npz"
    ranker.save(tiny, good)
    whole = good.read_bytes()
    with np.load(good, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}

    def write(name, change):
        path = folder / f"{name}.npz"
        np.savez_compressed(path, **{**arrays, **change})
        return path

    (folder / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.npz").write_bytes(b"")
    (folder / "text.npz").write_text("no model", encoding="utf-8")
    with zipfile.ZipFile(folder / "hollow.npz", "w") as hollow:
        hollow.writestr("readme.txt", "no arrays")
    np.save(folder / "one_array.npz.npy", np.zeros(3))
    (folder / "one_array.npz.npy").rename(folder / "one_array.npz")
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 0xFF
    (folder / "flipped.npz").write_bytes(bytes(flipped))
    yield from (
        folder / f"{name}.npz"
        for name in ("missing", "cut", "empty", "text", "hollow", "one_array", "flipped")
    )
    yield write("pickled", {"sets.value": np.asarray([{}], dtype=object)})
    yield write("far_link", {"sentence.left": arrays["sentence.left"] + 100})
    yield write("far_feature", {"sentence.feature": arrays["sentence.feature"] + 1000})
    yield write("short", {"sets.value": arrays["sets.value"][:-1]})
    yield write("short_weights", {"salience.pairs": arrays["salience.pairs"][:-1]})
    yield write("no_weights", {"salience.pairs": arrays["salience.pairs"] * np.nan})
    yield write("short_revision", {"revision": arrays["revision"][:1]})
    yield write("no_about", {"about": np.array("{}")})
    yield write("deep", {"sets.depth": np.asarray(2**31 - 1, dtype=np.int32)})
    yield write("shallow", {"sets.depth": np.asarray(-1, dtype=np.int32)})
    yield write("two_depths", {"sets.depth": np.asarray([1, 1], dtype=np.int32)})
    yield write("many_trees", {"sets.roots": np.zeros(10_001, dtype=np.int32)})
    yield write("table_of_trees", {"sets.roots": arrays["sets.roots"][None]})
    yield write("no_numbers", {"sentence.value": arrays["sentence.value"] * np.nan})
    for type_ in ("f8", "c8", "M8[s]", "S3"):
        yield write(f"type_{type_[:2]}", {"sentence.left": np.zeros(3, dtype=type_)})
    yield write("nested", {"about": np.array("[" * 100_000)})
    yield write("large", {"more": np.zeros(ranker.MAX_BYTES + 1, dtype=np.uint8)})
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d,)}" % 10**15
    with zipfile.ZipFile(folder / "claims.npz", "w") as claims:
        claims.writestr("about.npy", b"\x93NUMPY\1\0" + b"\x76\0" + header.ljust(117) + b"\n")
    yield folder / "claims.npz"
    yield write("other_features", {"about": np.array(str(arrays["about"]).replace("central", "x"))})


def test_a_broken_file_is_an_error_that_names_it(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(ranker, "MAX_BYTES", 2_000_000)
    paths = list(broken_files(tmp_path, tiny))
    assert len(paths) == 29
    for path in paths:
        with pytest.raises(ModelError, match=path.name):
            ranker.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_or_device_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "zeros.npz").symlink_to("/dev/zero")
    for name, kind in (("pipe.npz", "a named pipe"), ("zeros.npz", "a device")):
        with pytest.raises(ModelError, match=f"{name}: it is {kind}, not a file"):
            ranker.read(tmp_path / name)


def test_labels_are_the_best_sentence_and_the_best_to_go_with_it():
    units = [text.split() for text in ["a b c", "x y", "d e", "a b"]]
    none = np.zeros(4, dtype=bool)
    assert training.oracle(units, ["a", "b", "c", "d", "e"], none) == [0, 2]
    assert training.oracle(units[:1], ["a"], none[:1]) == [0]


def test_a_caption_is_no_label():
    units = [text.split() for text in ["a b c", "x y", "d e", "a b"]]
    caption = np.array([True, False, False, False])
    assert training.oracle(units, ["a", "b", "c", "d", "e"], caption) == [2, 3]


def test_articles_are_trained_on_without_their_boilerplate():
    caption, byline = "Tổng thống Mỹ Donald Trump.", "Ảnh: Reuters."
    document = build([caption, byline, *NEWS], title="Cầu gỗ sập khi xe tải đi qua")
    cleaned = training.without_boilerplate(document)
    assert [sentence.text for sentence in cleaned.sentences] == NEWS
    assert cleaned.title == document.title
    assert training.without_boilerplate(build([byline])) == build([byline])


def test_no_second_label_is_forced():
    none = np.zeros(2, dtype=bool)
    assert training.oracle([["a", "b"], ["x"]], ["a", "b", "c"], none) == [0]


def test_training_without_lightgbm_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    sample = boosting.Sample()
    sample.add(np.zeros((1, 1), dtype=np.float32), np.zeros(1, dtype=np.float32))
    with pytest.raises(MissingExtraError, match=r"vnsum\[train\]"):
        boosting.grow(sample, 1)


def test_the_command_trains_both_kinds(tiny, tmp_path, capsys, monkeypatch):
    rows = [
        {"id": str(i), "title": f"Cầu {i} sập", "abstract": NEWS[0], "body": [*NEWS, f"Cầu {i}."]}
        for i in range(61)
    ]
    articles, out = tmp_path / "articles.jsonl", tmp_path / "ranker.npz"
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    grown = []

    def grow(sample, rounds, **options):
        assert sum(map(len, sample.rows)) == sum(map(len, sample.targets)) > 0
        grown.append((rounds, options["objective"]))
        return tiny.headline.sentence

    monkeypatch.setattr(training, "grow", grow)
    options = ["--train", str(articles), "--out", str(out)]
    training.main([*options, "--rounds", "3", "4", "--name", "cầu"])
    assert grown == [(3, "binary"), (4, "regression")] * 2
    assert ranker.read(out).name == "cầu"
    assert not np.array_equal(ranker.read(out).headline.salience.pairs, BLANK.pairs)
    held_out = [line for line in capsys.readouterr().out.splitlines() if "held out" in line]
    assert [line.split(":")[0] for line in held_out] == ["held out, headline", "held out, plain"]


def test_questions_and_parts_of_quotations_are_used_where_nothing_else_serves():
    odd = [
        "Chiếc xe tải chở cát nặng sáu tấn làm cầu gỗ gãy đôi ngay giữa sông”, ông Tám kể.",
        "Vì sao xe tải nặng sáu tấn đi qua được cầu gỗ?",
        "Bởi chiếc xe tải chở cát qua cầu gỗ ở Lai Viên nặng tới sáu tấn.",
    ]
    title = "Cầu gỗ ở thị trấn Lai Viên sập khi xe tải chở cát đi qua"
    document = build([NEWS[0], *odd, *NEWS[1:]], title=title)
    expected = [False, True, True, True, *[False] * 5]
    assert features.describe(document, BLANK).awkward.tolist() == expected
    assert not {1, 2, 3} & set(picked(ranker.Ranker().summarize(document, Budget(sentences=3))))
    filled = ranker.Ranker(concise=False)
    assert picked(filled.summarize(build(odd), Budget(sentences=3))) == [0, 1, 2]


def test_a_short_sentence_that_repeats_a_part_of_a_long_one_is_not_new():
    document = build(["a b c d e f g h", "a b c", "x y z"])
    units = features.read_stream(document).singles()
    likely = UnitProbabilities.of(units, BLANK.syllables, 3)
    terms, scores = Terms.read(document), np.array([0.9, 0.6, 0.2])
    assert likely.covered([0]).round(9).tolist() == [1, 1, 0]
    covered = by_relevance_and_novelty(scores, terms, 2, novelty=0.9, overlap=likely.covered)
    assert covered == [0, 2]
    assert by_relevance_and_novelty(scores, terms, 2, novelty=0.9) == [0, 1]


def test_what_two_selected_sentences_have_between_them_is_not_new():
    document = build(["a b c d", "e f g h", "a b e f", "a x y z"])
    units = features.read_stream(document).singles()
    likely = UnitProbabilities.of(units, BLANK.syllables, 4)
    terms, scores = Terms.read(document), np.array([0.9, 0.8, 0.7, 0.3])
    chosen = by_relevance_and_novelty(scores, terms, 3, novelty=0.9, overlap=likely.covered)
    assert chosen == [0, 1, 3]


def test_sentences_that_may_be_captions_are_used_where_nothing_else_serves():
    captions = [
        "Chiếc xe tải nằm dưới cây cầu gỗ sập ở Lai Viên.",
        "Cầu gỗ ở thị trấn Lai Viên sập khi xe tải chở cát đi qua sông Hoài",
    ]
    title = "Cầu gỗ ở thị trấn Lai Viên sập khi xe tải chở cát đi qua"
    document = build([NEWS[0], *captions, *NEWS[1:]], title=title)
    expected = [False, True, True, *[False] * 5]
    assert features.describe(document, BLANK).caption_like.tolist() == expected
    for count in (2, 3):
        chosen = ranker.Ranker(concise=False).summarize(document, Budget(sentences=count))
        assert not {1, 2} & set(picked(chosen))
    both = ranker.Ranker(concise=False).summarize(build(captions), Budget(sentences=2))
    assert picked(both) == [0, 1]
