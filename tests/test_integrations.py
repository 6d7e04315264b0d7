"""Tables of other libraries: the same rows and type come back, and failures are reported."""

from __future__ import annotations

import importlib
import math
import multiprocessing
import os
import pickle
import threading
import types
import warnings
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vnsum
from vnsum import summarization
from vnsum.errors import InputError, LanguageError, ModelError, VnsumError
from vnsum.integrations import Batch, pipelines
from vnsum.integrations.rows import is_missing
from vnsum.integrations.tables import kind_of
from vnsum.integrations.verbs import VERBS
from vnsum.pipeline import Pipeline
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import scramble

datasets = pytest.importorskip("datasets")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")
for name in ("pandas", "polars"):
    importlib.import_module(f"vnsum.integrations.{name}")

VIETNAMESE = "Sáng nay trời mưa rất to ở Huế. Nhiều tuyến phố bị ngập."
BROKEN = "Câu này làm hỏng mô hình."
TEXTS = [VIETNAMESE, None, "", "Nước rút sau hai giờ."]
SPOILED = [VIETNAMESE, float("nan"), 12, "Il pleut fort ici, et les rues sont inondées.", BROKEN]
made: list[int] = []


def make_fake(**options: object) -> vnsum.Pipeline:
    """A pipeline without a model, which fails at one sentence; remembers where it was made."""
    made.append(os.getpid())
    backend = FakeBackend(function=_scramble_or_fail, directions=("vi->en",))
    return vnsum.Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )


def _scramble_or_fail(text: str) -> str:
    if text == BROKEN:
        raise RuntimeError("out of memory")
    return scramble(text)


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in vnsum.segment(text).sentences]


def batch(verb: str = "translate", **options: object) -> Batch:
    return Batch(verb, model=make_fake, **options)


def tables_of(texts: list[object], name: str = "text") -> dict[str, object]:
    """The same column in every kind of table."""
    return {
        "dict": {name: list(texts)},
        "pandas": pandas.DataFrame({name: texts}, index=[f"r{i}" for i in range(len(texts))]),
        "polars": polars.DataFrame({name: texts}),
        "arrow": pyarrow.table({name: pyarrow.array(texts, type=pyarrow.string())}),
        "records": pyarrow.record_batch({name: pyarrow.array(texts, type=pyarrow.string())}),
    }


def column(table: object, name: str) -> list[object]:
    """A column as a list, with None for everything missing."""
    cells = table[name]
    reader = next((r for r in ("to_pylist", "to_list") if hasattr(cells, r)), None)
    cells = getattr(cells, reader)() if reader else cells
    return [None if not isinstance(cell, list) and is_missing(cell) else cell for cell in cells]


# Batch ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dict", "pandas", "polars", "arrow", "records"])
@pytest.mark.parametrize("verb", ["translate", "summarize", "segment"])
def test_every_kind_of_table_comes_back_with_the_same_columns(kind, verb):
    table = tables_of(TEXTS)[kind]
    done = batch(verb)(table)
    assert type(done) is type(table)
    assert column(done, "text") == TEXTS
    reference = batch(verb)(tables_of(TEXTS)["dict"])
    for name in batch(verb).columns:
        assert column(done, name) == column(reference, name)
    assert column(done, "error") == [""] * 4
    names = kind_of(done).names(done)
    assert names == ["text", *batch(verb).columns]


def test_results_are_those_of_the_pipeline():
    pipeline = make_fake()
    done = batch("summarize", length=1)({"text": [VIETNAMESE]})
    summary = pipeline.summarize(VIETNAMESE, 1)
    assert done["summary_vi"] == [summary.vi.text]
    assert done["summary_en"] == [summary.en.text]
    assert done["evidence"] == [[0]]
    assert done["signature"] == [summary.signature]
    assert "name" in done["findings"][0]
    translated = batch()({"text": [VIETNAMESE]})["translation"]
    assert translated == [pipeline.translate(VIETNAMESE).text]


def test_what_is_missing_stays_missing_and_what_fails_is_named():
    done = batch()({"text": [*SPOILED, pandas.NA, pandas.NaT, "", VIETNAMESE]})
    assert [text is None for text in done["translation"]] == [False, *[True] * 6, False, False]
    errors = done["error"]
    assert [bool(error) for error in errors] == [False, False, *[True] * 3, *[False] * 4]
    assert errors[2] == "expected text or a missing value, not int 12"
    assert "neither Vietnamese nor English" in errors[3]
    assert errors[4] == "RuntimeError: out of memory"


def test_a_language_that_the_model_does_not_speak_fails_alone():
    english = "It rained this morning in Hue and many streets were flooded."
    done = batch("summarize")({"text": [VIETNAMESE, english]})
    assert done["error"][0] == ""
    assert "does not translate en->vi" in done["error"][1]


@pytest.mark.parametrize("verb", ["translate", "summarize"])
def test_a_text_without_sentences_needs_no_model_for_its_language(verb):
    def load():
        backend = FakeBackend(directions=("en->vi",))
        return Pipeline(
            translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
        )

    assert Batch(verb, model=load)({"text": ["", "…"]})["error"] == ["", ""]


@given(st.lists(st.sampled_from([*TEXTS, *SPOILED, True, 3.5, b"x"]), max_size=12))
@settings(max_examples=40, deadline=None)
def test_every_row_has_a_result_an_error_or_nothing_to_do(cells):
    done = batch()({"text": cells})
    for cell, text, error in zip(cells, done["translation"], done["error"], strict=True):
        assert (text is not None) + bool(error) + is_missing(cell) == 1
        alone = batch()({"text": [cell]})
        assert (alone["translation"][0], alone["error"][0]) == (text, error)


def test_raised_errors_name_the_row_before_any_work():
    frame = tables_of(["Trời mưa.", None])["pandas"].astype(object)
    frame.loc["r7"] = [7]
    frame.loc["r8"] = ["Il pleut fort ici, et les rues sont inondées."]
    with pytest.raises(InputError, match=r"row 2 \(index 'r7'\): expected text .*row 3 \(index"):
        batch(errors="raise")(frame)
    with pytest.raises(VnsumError, match=r"^row 1: RuntimeError"):
        batch(errors="raise")({"text": ["Trời mưa.", BROKEN]})
    assert batch(errors="raise")({"text": [None, ""]})["translation"] == [None, ""]


def test_a_model_that_is_not_there_is_no_matter_of_a_row():
    with pytest.raises(ModelError, match="unknown model 'nothing'"):
        Batch("translate", model="nothing")({"text": ["Trời mưa."]})


def test_titles_have_a_column_of_their_own():
    done = batch("summarize", title="headline").outcomes(
        {"text": [VIETNAMESE, VIETNAMESE], "headline": ["Mưa ở Huế", None]}
    )
    assert [outcome.value.document.title for outcome in done] == ["Mưa ở Huế", None]


def test_check_reads_two_columns():
    check = Batch("check", column=("vi", "en"))
    done = check({"vi": ["Có 1.400 người.", "x"], "en": ["There were 18,000 people.", None]})
    assert "1.400" in done["findings"][0]
    assert done["findings"][1] == "" == done["error"][1]


@pytest.mark.parametrize("length", [1, 0.5, "headline", vnsum.Budget(sentences=1)])
def test_a_length_is_a_number_a_share_a_name_or_a_budget(length):
    short = ["Sáng nay trời mưa rất to ở Huế."]
    assert batch("summarize", length=length)({"text": [VIETNAMESE]})["summary_vi"] == short
    for library in (pandas, polars):
        done = library.Series([VIETNAMESE]).vnsum.summarize(length, model=make_fake)
        assert [*done["summary_vi"]] == short


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"verb": "sumarize"}, "unknown verb 'sumarize': expected one of translate, summarize"),
        ({"verb": "summarize", "lenght": 2}, "did you mean 'length'"),
        ({"verb": "summarize", "sentences": 2}, "no option 'sentences'"),
        ({"verb": "summarize", "length": 0}, "sentences must be"),
        ({"verb": "summarize", "length": "long"}, "length must be"),
        ({"verb": "translate", "lang": "vi"}, "no option 'lang'"),
        ({"verb": "segment", "device": "cpu"}, "no option 'device'"),
        ({"verb": "translate", "to": "fr"}, "fr"),
        ({"verb": "translate", "errors": "ignore"}, "errors must be one of"),
        ({"verb": "check", "column": "vi"}, "two columns"),
        ({"verb": "translate", "column": ("a", "b")}, "one column"),
    ],
)
def test_wrong_options_are_told_when_the_batch_is_made(arguments, message):
    with pytest.raises((InputError, LanguageError), match=message):
        Batch(**arguments)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"body": ["x"]}, "no column 'text': its columns are 'body'"),
        ({"text": "one text"}, "batched=True"),
        (["one text"], "expected a batch as a dictionary"),
        ({"text": ["x"], "error": [""]}, "already has the columns 'error'.*prefix"),
    ],
)
def test_wrong_batches(table, message):
    with pytest.raises(InputError, match=message):
        batch()(table)


@pytest.mark.parametrize(
    ("options", "table"),
    [
        ({"title": "h"}, {"text": ["x", "y"], "h": ["z"]}),
        ({"verb": "check", "column": ("a", "b")}, {"a": ["x"], "b": []}),
        ({"verb": "digest", "group": "g"}, {"text": ["x"], "g": ["y", "z"]}),
    ],
)
def test_columns_of_different_lengths(options, table):
    with pytest.raises(InputError, match="the columns of a batch have different lengths"):
        batch(**options)(table)


@pytest.mark.parametrize("cell", [10**400, Fraction(10**400, 3)], ids=["integer", "fraction"])
def test_a_number_of_any_size_fails_alone(cell):
    done = batch("segment")({"text": [VIETNAMESE, cell]})
    assert [bool(error) for error in done["error"]] == [False, True]
    titled = batch("segment", title="h")({"text": [VIETNAMESE], "h": [cell]})
    assert titled["error"][0].startswith("expected text or a missing value")


def test_a_mapping_that_cannot_be_changed_becomes_a_dict():
    table = types.MappingProxyType({"text": [VIETNAMESE]})
    assert batch("segment")(table) == batch("segment")(dict(table))


def test_a_prefix_makes_room_and_input_is_left_alone():
    table = {"text": ["Trời mưa."], "error": ["mine"]}
    done = batch(prefix="vn_")(table)
    assert (done["error"], done["vn_error"]) == (["mine"], [""])
    assert list(table) == ["text", "error"]


def test_options_of_the_model_reach_it_and_wrong_ones_are_told(monkeypatch):
    seen = {}
    monkeypatch.setattr(vnsum, "load", lambda model, **options: seen.update(options) or make_fake())
    monkeypatch.setattr(pipelines, "_process", pipelines._Process(forked=False))
    monkeypatch.setattr("vnsum.integrations.batch.load_options", lambda: {"summarizer"})
    Batch("summarize", summarizer="lead", length=1)({"text": []})
    assert seen == {"summarizer": "lead"}


def test_a_process_loads_a_model_once_however_many_threads_ask(monkeypatch):
    monkeypatch.setattr(pipelines, "_process", pipelines._Process(forked=False))
    made.clear()
    results: list[object] = []
    threads = [
        threading.Thread(target=lambda: results.append(batch()({"text": TEXTS}))) for _ in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert results == [results[0]] * 4


def test_a_changed_glossary_or_model_folder_is_loaded_again(tmp_path):
    folder, terms = tmp_path / "model", tmp_path / "terms.tsv"
    folder.mkdir()

    def find_number(options):
        made.clear()
        for _ in range(2):
            batch("translate", column="vi", **options)({"vi": [VIETNAMESE]})
        return len(made)

    for option in (terms, str(terms), folder):
        (option if option == folder else terms).touch()
        assert find_number({"glossary": option}) == 1
        assert find_number({"glossary": option}) == 0
        (folder / "a" if option == folder else terms).write_text(
            f"sông\t{option}", encoding="utf-8"
        )
        assert find_number({"glossary": option}) == 1


def test_a_batch_pickles_small_and_without_its_model():
    one = batch("summarize", length=1, column="vi")
    one({"vi": [VIETNAMESE]})
    data = pickle.dumps(one)
    assert len(data) < 1000
    again = pickle.loads(data)
    assert repr(again) == repr(one)
    assert again({"vi": [VIETNAMESE]}) == one({"vi": [VIETNAMESE]})


def _child(queue: multiprocessing.Queue) -> None:
    import torch

    done = batch()({"text": ["Trời mưa."]})
    queue.put((done["translation"], made[-1] == os.getpid(), torch.get_num_threads()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_worker_makes_its_own_and_does_without_lost_threads():
    batch()({"text": ["Trời mưa."]})
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    with pipelines._process.lock:  # as if another thread were loading while this one forks
        worker = context.Process(target=_child, args=(queue,))
        worker.start()
    translation, own, threads = queue.get(timeout=60)
    worker.join()
    assert (translation, own, threads) == (["GEBV ZHN."], True, 1)


# Libraries -----------------------------------------------------------------------------------


def test_datasets_map_over_batches(tmp_path: Path):
    rows = {"text": [None, None, *SPOILED[:1], "Trời mưa."], "label": [0, 1, 0, 1]}
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["a", "b"])}
    )
    data = datasets.Dataset.from_dict(rows, features=features)
    one = batch()
    more = datasets.Features.from_arrow_schema(one.schema)
    done = data.map(
        one, batched=True, batch_size=2, features=datasets.Features({**features, **more})
    )
    assert done["translation"][:2] == [None, None]
    assert done["translation"][3] == "GEBV ZHN."
    assert done.features["label"].names == ["a", "b"]
    with pytest.raises(InputError, match="batched=True"):
        data.select([3]).map(one)


def test_spark_hands_frames_to_an_iterator():
    frames = [tables_of(TEXTS)["pandas"], tables_of(["Trời mưa."])["pandas"]]
    done = list(batch("summarize").over(iter(frames)))
    assert [len(frame) for frame in done] == [4, 1]
    assert done[1]["summary_en"].tolist() == ["GEBV ZHN."]


# pandas --------------------------------------------------------------------------------------


class TestAccessors:
    @pytest.mark.parametrize("dtype", ["object", "string", "string[pyarrow]", "category", None])
    def test_translations_keep_index_name_and_type(self, dtype):
        index = pandas.MultiIndex.from_tuples([(1, "a"), (1, "a"), (2, "b"), (3, "c")])
        series = pandas.Series(TEXTS, index=index, name="vi", dtype=dtype)
        done = series.vnsum.translate(model=make_fake)
        assert done.index.equals(index)
        assert done.name == "vi"
        assert done.isna().tolist() == [False, True, False, False]
        assert done.tolist()[2:] == ["", scramble(TEXTS[3])]
        if isinstance(series.dtype, pandas.StringDtype):
            assert done.dtype == series.dtype
        else:
            assert pandas.api.types.is_string_dtype(done.dropna())

    def test_arrow_backed_strings_stay_so(self):
        dtype = pandas.ArrowDtype(pyarrow.string())
        series = pandas.Series(TEXTS, dtype=dtype)
        assert series.vnsum.translate(model=make_fake).dtype == dtype

    def test_summaries_are_columns_to_join(self):
        frame = pandas.DataFrame({"vi": TEXTS, "n": range(4)}, index=list("dbca"))
        done = frame.join(frame["vi"].vnsum.summarize(length=1, model=make_fake))
        assert list(done.columns) == ["vi", "n", *batch("summarize").columns]
        assert done["summary_vi"].tolist()[0] == "Sáng nay trời mưa rất to ở Huế."
        assert done.loc["b", "evidence"] is None
        assert done.index.tolist() == list("dbca")

    def test_segments_and_checks(self):
        series = pandas.Series(TEXTS, index=list("abcd"))
        assert [len(x) if x is not None else x for x in series.vnsum.segment()] == [2, None, 0, 1]
        source, target = pandas.Series(["Có 1.400 người."]), pandas.Series(["There were 18,000."])
        assert "1.400" in source.vnsum.check(target)[0]
        with pytest.raises(InputError, match="different indexes"):
            source.vnsum.check(target.set_axis(["x"]))

    @pytest.mark.parametrize("kind", ["pandas", "polars"])
    def test_failed_rows_are_missing_with_one_warning_that_names_them(self, kind):
        texts = ["Trời mưa.", None, "Il pleut fort ici, et les rues sont inondées."]
        series = pandas.Series(texts, index=list("abc"))
        series = polars.Series("vi", texts) if kind == "polars" else series
        name = "row 2" if kind == "polars" else r"row 2 \(index 'c'\)"
        with pytest.warns(
            UserWarning, match=rf"1 of 3 rows .* missing results: {name}; the first"
        ) as told:
            done = list(series.vnsum.translate(model=make_fake))
        assert len(told) == 1
        assert told[0].filename == __file__
        assert done[0] == "GEBV ZHN."
        assert is_missing(done[2])
        with pytest.raises(LanguageError, match=name):
            series.vnsum.translate(model=make_fake, errors="raise")

    @pytest.mark.parametrize(
        "labels",
        [
            pandas.Index(["vi", pandas.NA], dtype=object),
            pandas.Index([pandas.NA, "vi"], dtype=object),
            pandas.Index(["vi", pandas.NA], dtype="string"),
            pandas.Index(["vi", pandas.NA, pandas.NA], dtype=object),
            pandas.Index(["vi", pandas.NaT, None], dtype=object),
            pandas.Index(["vi", float("nan"), 3], dtype=object),
            pandas.Index([b"vi", ("vi",), "vi"], dtype=object),
        ],
    )
    def test_other_columns_may_have_any_labels(self, labels):
        rows = [[VIETNAMESE if label == "vi" else 1 for label in map(str, labels)]] * 2
        frame = pandas.DataFrame(rows, columns=labels)
        done = Batch("segment", column="vi")(frame)
        assert done["sentences"].tolist() == [sentences_of(VIETNAMESE)] * 2
        assert done.iloc[:, : len(labels)].equals(frame)
        with pytest.raises(InputError, match="the batch has no column 'en': its columns are"):
            Batch("segment", column="en")(frame)
        with pytest.raises(InputError, match="already has the columns 'lang'"):
            Batch("segment", column="vi")(frame.assign(lang=1))

    def test_keys_of_a_batch_may_be_missing(self):
        table = {pandas.NA: [1], "vi": [VIETNAMESE]}
        assert Batch("segment", column="vi")(table)["lang"] == ["vi"]

    @pytest.mark.parametrize(
        ("labels", "name"),
        [
            (pandas.Index([pandas.NA, 1], dtype="Int64"), "<NA>"),
            (pandas.Index([pandas.NA, "a"], dtype="string"), "<NA>"),
            (pandas.Index([pandas.NA, "a"], dtype=object), "<NA>"),
            (pandas.DatetimeIndex([None, "2026-01-10"]), "NaT"),
        ],
    )
    def test_rows_whose_label_is_missing_are_named(self, labels, name):
        series = pandas.Series([7, "Trời mưa."], index=labels, dtype=object)
        named = rf"row 0 \(index {name}\)"
        with pytest.warns(UserWarning, match=named):
            done = series.vnsum.segment()
        assert done.notna().tolist() == [False, True]
        with pytest.raises(InputError, match=named):
            series.vnsum.segment(errors="raise")
        with pytest.raises(InputError, match=named):
            batch(errors="raise")(series.to_frame("text"))

    def test_numbers_are_told_and_kept_missing(self):
        with pytest.warns(UserWarning, match="not float 1.5"):
            done = pandas.Series([1.5, math.nan]).vnsum.translate(model=make_fake)
        assert done.isna().all()

    def test_findings_of_severity_error_are_told(self):
        series = pandas.Series(["Trời mưa.", "Có 1.400 người."])
        with pytest.warns(UserWarning, match=r"1 of 2 rows have findings of severity error.*row 1"):
            series.vnsum.translate(model=make_wrong)

    def test_an_empty_series(self):
        empty = pandas.Series([], dtype="str", name="vi")
        assert empty.vnsum.translate(model=make_fake).equals(empty)
        assert len(empty.vnsum.summarize(model=make_fake)) == 0

    def test_polars_series_and_expressions(self):
        frame = polars.DataFrame({"vi": TEXTS})
        done = frame.with_columns(
            en=polars.col("vi").vnsum.translate(model=make_fake),
            summary=polars.col("vi").vnsum.summarize(1, model=make_fake),
        )
        assert done["en"].to_list() == frame["vi"].vnsum.translate(model=make_fake).to_list()
        struct = done["summary"].struct.unnest()
        assert struct.equals(frame["vi"].vnsum.summarize(1, model=make_fake))
        assert [*map(len, frame["vi"].vnsum.segment().drop_nulls())] == [2, 0, 1]
        lazy = frame.lazy().select(polars.col("vi").vnsum.summarize(model=make_fake))
        assert lazy.collect_schema()["vi"] == lazy.collect()["vi"].dtype


def make_wrong(**options: object) -> vnsum.Pipeline:
    backend = FakeBackend(function=lambda text: text.replace("Có 1.400 người", "Eighteen people"))
    return vnsum.Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )


def test_every_verb_says_what_its_columns_hold():
    for verb, row in VERBS.items():
        names = ("a", "b")[: row.texts]
        columns = names if row.texts > 1 else names[0]
        one = Batch(verb, column=columns, **({"model": make_fake} if row.needs_model else {}),
                    group="g" if row.grouped else None)  # fmt: skip
        names = (*names, *(("g",) if row.grouped else ()))
        done = one(pyarrow.table({name: [VIETNAMESE] for name in names}))
        assert done.schema.names == [*names, *one.columns]
        assert [done.schema.field(name).type for name in one.columns] == one.schema.types


def test_no_warning_where_nothing_is_wrong():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pandas.Series(["Trời mưa."]).vnsum.translate(model=make_fake)
