"""Training: filters, packing, masks, resuming, rounding and exporting."""

import errno
import hashlib
import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import training
from hypothesis import given, settings
from hypothesis import strategies as st
from training import needs_exact_products, train, weights_of

import vnsum
from vnsum.checkpoints import packaged
from vnsum.checkpoints.packaged import read_largest_inputs
from vnsum.cli import main
from vnsum.decoding.layers import MATRICES
from vnsum.errors import InputError, MissingExtraError, ModelError, VnsumError
from vnsum.training import export as exports
from vnsum.training import fine_tune, fine_tuning, loop, state
from vnsum.training.averaging import PARTS, average_models, find_part
from vnsum.training.base import match_vocabulary
from vnsum.training.card import Card
from vnsum.training.config import (
    Corpus,
    Evaluation,
    Filters,
    Optimizer,
    Schedule,
    Settings,
    Shape,
    build,
    read_config,
    to_data,
)
from vnsum.training.data import packing, vocabulary
from vnsum.training.data.corpora import Pair, ProtectedTexts, read_examples, read_protected
from vnsum.training.data.generation import TextGenerator
from vnsum.training.data.synthesis import PairFilter, rejection_reason, synthesize
from vnsum.training.data.tokens import tokenize_pairs
from vnsum.training.export import export_ctranslate, export_huggingface, export_package
from vnsum.training.gguf import assemble_base
from vnsum.training.journal import plot_log, read_log
from vnsum.training.merging import merge_adapters
from vnsum.training.model import Learner, load_start, make_masks
from vnsum.training.quantization import rounding, schemes
from vnsum.training.quantization.gptq import fit_scales, quantize_gptq, refine_numbers

SMALL = Shape(rows=4, length=64, targets=40)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return training.save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def run(base, tmp_path):
    """The settings of a run of both tasks with a tiny model."""
    pairs = training.write_pairs(tmp_path / "pairs.tsv")
    articles = training.write_articles(tmp_path / "articles.jsonl")
    return Settings(
        start=str(base),
        out=tmp_path / "run",
        corpora=(Corpus(path=pairs, weight=0.7), Corpus(path=articles, format="articles")),
        filters=Filters(check_language=False),
        shape=SMALL,
        optimizer=Optimizer(rate=3e-3, warmup=2),
        schedule=Schedule(steps=6, log_every=2),
        compile=False,
    )


# Vocabulary


@given(st.sets(st.sampled_from(sorted(training.train_tokenizer()["model"]["vocab"])), max_size=40))
@settings(max_examples=25, deadline=None)
def test_a_kept_token_keeps_its_way_through_the_merges(wanted):
    whole = training.train_tokenizer()
    tokens = vocabulary.choose_tokens(whole, [dict.fromkeys(wanted, 1)], size=560)
    merges = vocabulary.read_merges(whole)
    known = set(whole["model"]["vocab"])
    for token in wanted & set(tokens):
        assert merges.path(token) & known <= set(tokens)


def test_text_of_kept_tokens_is_cut_as_before():
    from tokenizers import Tokenizer

    whole = training.train_tokenizer()
    before = Tokenizer.from_str(json.dumps(whole))
    texts = [f" {side}" for pair in training.PAIRS for side in pair]
    counts = {t: 1 for text in texts[:20] for t in before.encode(text).tokens}
    tokens = vocabulary.choose_tokens(whole, [counts], size=500)
    assert len(tokens) < len(whole["model"]["vocab"])
    after = Tokenizer.from_str(json.dumps(vocabulary.prune_tokenizer(whole, tokens)))
    checked, different = vocabulary.find_differences(before, after, tokens, texts)
    assert checked > 10 and not different
    assert all(after.encode(text).tokens for text in texts)  # the others are spelled differently


def test_a_vocabulary_that_cannot_be_that_small():
    message = r"^size is 5: expected at least \d+, the number of tokens always kept$"
    with pytest.raises(InputError, match=message):
        vocabulary.choose_tokens(training.train_tokenizer(), [], size=5)


def test_the_parts_of_the_base_are_joined_and_verified(tmp_path):
    parts = [tmp_path / name for name in ("a", "b")]
    for part in parts:
        part.write_bytes(part.name.encode() * 5)
    out = tmp_path / "new" / "base.gguf"
    with pytest.raises(ModelError, match=r"sha256 [0-9a-f]{12}…, expected 0{12}…: install"):
        assemble_base(out, parts=parts, sha256="0" * 64)
    assert not [*out.parent.iterdir()]
    digest = hashlib.sha256(b"aaaaabbbbb").hexdigest()
    assert assemble_base(out, parts=parts, sha256=digest).read_bytes() == b"aaaaabbbbb"


def test_a_base_gets_the_vocabulary_of_a_model(base):
    start = load_start(str(base))
    own = start.tokenizer.get_vocab()
    plain = [token for token in own if token not in vocabulary.TASK_TOKENS]
    numbers = {token: place for place, token in enumerate(["other", *reversed(plain)])}
    name = "model.embed_tokens.weight"
    weights = {key: torch.randn_like(weight) for key, weight in start.weights.items()}
    weights[name] = torch.randn(len(numbers), weights[name].shape[1])
    found = match_vocabulary(numbers, {**weights, "lm_head.weight": weights[name]}, start)
    assert found.keys() == start.weights.keys()
    for token, place in own.items():
        expected = weights[name][numbers[token]] if token in numbers else start.weights[name][place]
        assert torch.equal(found[name][place], expected)
    assert all(torch.equal(found[key], weights[key]) for key in found if key != name)
    weights[name] = weights[name][:, :-1]
    message = r"^the model and the base differ in tensors: expected a model trained from this base$"
    with pytest.raises(ModelError, match=message):
        match_vocabulary(numbers, weights, start)


def test_the_tokens_of_a_base_are_counted_or_taken_from_a_model(tmp_path, capsys):
    for options in ([], ["--count", "a.tsv", "--like", "mini"]):
        assert main(["train", "prepare", "--out", str(tmp_path), *options]) == 1
        assert "either --count FILE or --like MODEL" in capsys.readouterr().err


# Corpora


def test_what_is_left_out_is_counted(tmp_path):
    rows = [("Trời mưa rất to ở Hà Nội.", "It rains hard in Hanoi.")] * 2 + [
        ("", "Nothing."), ("This is plain English text here.", "Đây là tiếng Việt mà."),
    ]  # fmt: skip
    corpus = Corpus(path=training.write_pairs(tmp_path / "a.tsv", rows))
    pairs, tally = read_examples(corpus, Filters(), read_protected(Filters()))
    assert len(pairs) == tally.kept == 1
    assert tally.left_out == {"duplicate": 1, "empty": 1, "language": 1}


LONG = "the committee of the party met in the city on monday to talk about the price of rice"


@pytest.mark.parametrize(
    ("line", "protected"),
    [
        (LONG, True),
        (LONG.upper() + "!", True),
        (f"Yesterday {LONG}.", True),
        (f"{LONG} and of coffee", True),
        ("It rains. " * 12 + LONG, True),
        ("the committee met in another town and spoke about the weather of the coming week", False),
        ("the price of rice", False),
    ],
)
def test_lines_of_a_test_set_are_recognised(line, protected):
    texts = ProtectedTexts(ngram=8, max_overlap=0.5)
    texts.add(LONG, "dev")
    assert (texts.find(line) is not None) is protected


def test_a_corpus_with_a_test_line_is_refused(tmp_path):
    corpus = Corpus(path=training.write_pairs(tmp_path / "a.tsv"))
    test = tmp_path / "test.en"
    test.write_text(training.PAIRS[3][1].lower() + "\n", encoding="utf-8")
    filters = Filters(protected=(test,), check_language=False)
    with pytest.raises(InputError, match=r"example 4, .*test\.en"):
        read_examples(corpus, filters, read_protected(filters))
    kept, tally = read_examples(
        corpus, replace(filters, drop_protected=True), read_protected(filters)
    )
    assert tally.left_out["protected"] == 1 and len(kept) == len(training.PAIRS) - 1


def test_a_line_that_is_no_pair(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("một\tone\ttwo\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1, has 3 columns"):
        read_examples(Corpus(path=path), Filters(), ProtectedTexts(ngram=8, max_overlap=1))


# Packing


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 20)), max_size=80))
def test_rows_hold_every_fitting_example_once(sizes):
    array = np.array(sizes, dtype=np.int64).reshape(-1, 2)
    rows = packing.pack(array, length=24, targets=14)
    fitting = [i for i, (size, targets) in enumerate(sizes) if size <= 24 and targets <= 14]
    assert sorted(i for row in rows for i in row) == fitting
    for row in rows:
        assert array[row, 0].sum() <= 24 and array[row, 1].sum() <= 14


def packer_of(run):
    start = load_start(run.start)
    tokens = loop.tokenize_corpora(run, start.tokenizer.backend_tokenizer, run.out / "tokens")
    return start, loop.make_packer(run, start, tokens)


def test_a_batch_says_what_the_texts_say(run):
    start, packer = packer_of(run)
    rows = packer.plan(0)[: run.shape.rows]
    batch = packer.batch(rows)
    assert batch.ids.shape == (4, 64) and batch.labels.shape == (4, 40)
    for row, members in enumerate(rows):
        texts = []
        for segment in range(len(members)):
            own = batch.ids[row][batch.segments[row] == segment]
            assert (own[0], own[-1]) == (packer.tasks.begin, packer.tasks.end)
            texts.append(start.tokenizer.decode(own))
        assert all(any(t in text for t in ("<2en>", "<2vi>", "<sum>")) for text in texts)
        # What is learnt at a place is the token behind it, and the end of every example.
        used = batch.labels[row] != packing.IGNORED
        places, labels = batch.places[row][used], batch.labels[row][used]
        assert (batch.ids[row][places + 1] == labels).all()
        assert (labels == packer.tasks.end).sum() == len(members)


def test_an_epoch_depends_on_its_number_alone(run):
    packer = packer_of(run)[1]
    assert packer.plan(3) == packer.plan(3) != packer.plan(4)


def test_synthetic_prompts_are_marked(run, base):
    start = load_start(str(base))
    tokens, _ = tokenize_pairs(
        [Pair(*training.PAIRS[0])], start.tokenizer.backend_tokenizer, Filters()
    )
    tasks = loop.find_tasks(start.tokenizer)
    row = replace(run.corpora[0], synthetic=True)
    (examples, _) = packing.list_examples([row], [tokens], tasks)
    ids, place = examples.write(0, tasks)
    assert ids[1] == tasks.synthetic and ids[place] == tasks.to_english
    assert len(ids) == examples.sizes[0][0]


def test_examples_of_a_row_do_not_see_each_other(run):
    start, packer = packer_of(run)
    learner = Learner(start, replace(run.optimizer, smoothing=0.0), device=torch.device("cpu"),
                      compiled=False)  # fmt: skip
    rows = packer.plan(0)
    together = next(row for row in rows if len(row) > 1)
    whole = learner.place(packer.batch([together]))
    apart = [learner.place(packer.batch([[member]])) for member in together]
    counts = [int((part["labels"] != packing.IGNORED).sum()) for part in apart]
    mean = sum(learner.measure(p).item() * n for p, n in zip(apart, counts, strict=True))
    assert learner.measure(whole).item() == pytest.approx(mean / sum(counts), rel=2e-2)


def test_masks_look_back_within_an_example():
    masks = make_masks(torch.tensor([[0, 0, 0, 1, 1, -1]]), window=2)
    full, near = masks["full_attention"][0, 0], masks["sliding_attention"][0, 0]
    assert full[2].tolist() == [True, True, True, False, False, False]
    assert near[2].tolist() == [False, True, True, False, False, False]
    assert full[4].tolist() == [False, False, False, True, True, False]
    assert full[5].tolist() == [False] * 5 + [True]  # padding sees something: no empty softmax


# Runs


def test_a_run_learns_and_keeps_its_record(run):
    result = train(replace(run, schedule=Schedule(steps=30, log_every=5)))
    rows = read_log(run.out)
    assert result.finished and [row["step"] for row in rows] == [5, 10, 15, 20, 25, 30]
    assert rows[-1]["loss"] < 0.8 * rows[0]["loss"]
    assert plot_log(run.out).stat().st_size > 1000


@pytest.mark.parametrize("products", ["float", pytest.param("int8", marks=needs_exact_products)])
def test_a_run_in_parts_ends_with_the_same_weights(run, tmp_path, products):
    run = replace(run, products=products)
    whole = train(run)
    parts = replace(run, out=tmp_path / "parts")
    while not train(parts, minutes=0).finished:  # one step a call
        pass
    assert weights_equal(whole.model, parts.out / "model")
    one, other = read_log(run.out)[-1], read_log(parts.out)[-1]
    assert one["step"] == other["step"] and one["tokens"] == other["tokens"]


def test_a_killed_run_goes_on_from_its_checkpoint(run, tmp_path, monkeypatch):
    whole = train(run)
    killed = replace(run, out=tmp_path / "killed", schedule=replace(run.schedule, save_minutes=0))
    step, calls = Learner.step, []

    def die(self, batch, **options):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return step(self, batch, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "step", die)
        with pytest.raises(KeyboardInterrupt):
            train(killed)
    (killed.out / "state-00000005.tmp").mkdir()  # killed while it wrote the next one
    assert state.find_state(killed.out).name == "state-00000004"
    assert train(killed).finished
    assert weights_equal(whole.model, killed.out / "model")


def weights_equal(one, other):
    a, b = weights_of(one), weights_of(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_a_checkpoint_of_another_run_is_refused(run):
    train(run, minutes=0)
    with pytest.raises(InputError) as caught:
        train(replace(run, optimizer=replace(run.optimizer, rate=1.0)))
    assert str(caught.value) == (
        f"the run in {run.out} was started with another value of 'optimizer': choose another "
        "folder, or delete that one to start again"
    )


def test_a_loss_that_is_no_number_ends_the_run(run, monkeypatch):
    monkeypatch.setattr(Learner, "step", lambda self, batch, **options: torch.tensor(float("nan")))
    message = (
        r"^the loss became nan before step \d+: start another run from the last weights in "
        r".*snapshots with a lower optimizer\.rate$"
    )
    with pytest.raises(loop.DivergedError, match=message):
        train(run)


def test_development_scores_are_logged(run, tmp_path):
    for lang, column in (("vi", 0), ("en", 1)):
        lines = [pair[column] for pair in training.PAIRS[:4]]
        (tmp_path / f"dev.{lang}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    evaluation = Evaluation(folder=tmp_path, name="dev", sentences=4)
    train(replace(run, schedule=Schedule(steps=2, evaluate_every=2), evaluation=evaluation))
    assert set(read_log(run.out)[-1]["bleu"]) == {"vi->en", "en->vi"}


@pytest.mark.parametrize("folder", [None, "missing"])
def test_a_development_set_that_cannot_be_read_is_told_before_the_work(run, tmp_path, folder):
    evaluation = Evaluation(folder=folder and tmp_path / folder, name="dev")
    schedule = replace(run.schedule, evaluate_every=1)
    with pytest.raises(InputError, match=r"evaluation\.folder|missing"):
        train(replace(run, schedule=schedule, evaluation=evaluation))
    assert not run.out.exists()


def test_what_is_not_installed_is_told_before_the_work(run, base, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r'pip install "vnsum\[evaluation\]"'):
        train(replace(run, schedule=replace(run.schedule, evaluate_every=1)))
    config = tmp_path / "run.toml"
    config.write_text(to_toml(to_data(run)), encoding="utf-8")
    assert main(["train", "mix", "--config", str(config), "--plot"]) == 1
    assert 'pip install "vnsum[plot]"' in capsys.readouterr().err
    with pytest.raises(MissingExtraError, match=r'pip install "vnsum\[train\]"'):
        synthesize(None, [], tmp_path / "a.tsv", lang="vi", pair_filter=PairFilter(round_trip=9))
    assert not run.out.exists()


def test_tokens_are_made_once(run, tmp_path):
    train(run, minutes=0)
    for corpus in run.corpora:
        corpus.path.unlink()  # as on a machine to which only the arrays came
    assert not train(run, minutes=0).finished


@pytest.mark.parametrize("names", [("news.1.tsv", "news.2.tsv"), ("a/pairs.tsv", "b/pairs.tsv")])
def test_corpora_with_similar_names_have_their_own_tokens(run, base, tmp_path, names):
    lengths = (10, 25)
    for name, length in zip(names, lengths, strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        training.write_pairs(tmp_path / name, training.PAIRS[:length])
    corpora = tuple(Corpus(path=tmp_path / name) for name in names)
    assert [*map(len, tokenize(replace(run, corpora=corpora), base))] == [*lengths]


@pytest.mark.parametrize("name", ["x" * 300, "/".join(["y" * 200] * 30), "loop/x", "file/x"])
@pytest.mark.parametrize("part", ["data", "start", "out", "merged", "adapter", "protected"])
def test_paths_that_cannot_be_looked_up_are_errors(base, run, tmp_path, part, name):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    path, out, pairs = tmp_path / name, tmp_path / "out", run.corpora[0].path
    calls = {
        "data": lambda: fine_tune(path, out, start=str(base), show=False),
        "start": lambda: fine_tune(pairs, out, start=str(path), show=False),
        "out": lambda: average_models([str(base), str(base)], path),
        "merged": lambda: merge_adapters(str(path), [], out),
        "adapter": lambda: merge_adapters(str(base), [(path, 1.0)], out),
        "protected": lambda: fine_tune(pairs, out, start=str(base), protected=[path], show=False),
    }
    with pytest.raises(VnsumError):
        calls[part]()


def test_a_missing_corpus_is_no_other_one_with_its_name(run, base, tmp_path):
    made = replace(run, corpora=run.corpora[:1])
    tokenize(made, base)
    missing = Corpus(path=tmp_path / "elsewhere" / run.corpora[0].path.name)
    with pytest.raises(InputError, match=r"^cannot read .*elsewhere"):
        tokenize(replace(made, corpora=(missing,)), base)


def test_changed_files_are_tokenized_again(run, base, tmp_path):
    protected = tmp_path / "dev.vi"
    protected.write_text("Một câu khác.\n", encoding="utf-8")
    run = replace(run, corpora=run.corpora[:1], filters=Filters(protected=(protected,)))
    path = run.corpora[0].path
    before = len(tokenize(run, base)[0])
    training.write_pairs(path, training.PAIRS[:7])
    assert len(tokenize(run, base)[0]) == 7 < before
    protected.write_text(training.PAIRS[0][0], encoding="utf-8")
    with pytest.raises(InputError, match="is from a protected set"):
        tokenize(run, base)
    protected.write_text("Một câu khác.\n", encoding="utf-8")
    path.unlink()
    with pytest.raises(InputError, match=r"2 tokenized versions of it .*: delete all but one$"):
        tokenize(run, base)


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "changed"])
@pytest.mark.parametrize("corpus", ["as it was", "changed", "gone"])
def test_tokens_are_never_those_of_other_protected_texts(run, base, tmp_path, corpus, gone):
    protected = tmp_path / "dev.vi"
    protected.write_text("Một câu khác.\n", encoding="utf-8")
    run = replace(run, corpora=run.corpora[:1], filters=Filters(protected=(protected,)))
    tokenize(run, base)
    if corpus == "changed":
        training.write_pairs(run.corpora[0].path, training.PAIRS[:7])
    elif corpus == "gone":
        run.corpora[0].path.unlink()
    protected.unlink() if gone else protected.write_text(training.PAIRS[0][0], encoding="utf-8")
    message = (
        r"^cannot read .*dev\.vi" if gone else "^cannot read" if corpus == "gone" else "is from a"
    )
    with pytest.raises(InputError, match=message):
        tokenize(run, base)


def test_a_tokenizer_with_other_rules_makes_its_own_tokens(run, base, tmp_path):
    usual = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    parts = [{"type": "Lowercase"}, usual["normalizer"]]
    other = with_tokenizer(
        base, tmp_path / "lower", normalizer={"type": "Sequence", "normalizers": parts}
    )
    usual, lower = tokenize(run, base), tokenize(run, other)
    assert [tokens.hash_texts() for tokens in usual] != [tokens.hash_texts() for tokens in lower]


def test_texts_are_not_cut_for_a_tokenizer_that_cuts_them(run, base, tmp_path):
    whole = tokenize(run, base)
    cutting = with_tokenizer(
        base, tmp_path / "cutting",
        truncation={"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
        padding={"direction": "Right", "pad_to_multiple_of": None, "pad_token": "<pad>",
                 "strategy": {"Fixed": 90}, "pad_id": 0, "pad_type_id": 0},
    )  # fmt: skip
    shutil.rmtree(run.out)
    same = tokenize(run, cutting)
    assert [tokens.hash_texts() for tokens in same] == [tokens.hash_texts() for tokens in whole]


def with_tokenizer(base, folder, **changes):
    """Copy a model with other settings in its `tokenizer.json`."""
    shutil.copytree(base, folder)
    path = folder / "tokenizer.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, **changes}), encoding="utf-8")
    return folder


def tokenize(run, base):
    tokenizer = load_start(str(base)).tokenizer.backend_tokenizer
    return loop.tokenize_corpora(run, tokenizer, run.out / "tokens")


def test_a_run_does_not_go_on_with_other_examples(run):
    train(run, minutes=0)
    training.write_pairs(run.corpora[0].path, training.PAIRS[5:])
    with pytest.raises(InputError, match="was started with another value of 'examples'"):
        train(run)


def test_a_run_does_not_go_on_from_another_model(run, base, tmp_path):
    start = tmp_path / "start"
    shutil.copytree(base, start)
    run = replace(run, start=str(start))
    train(run, minutes=0)
    average_models([str(base), str(run.out / "model")], start)
    with pytest.raises(InputError, match="was started with another value of 'weights'"):
        train(run)


def test_the_weights_of_an_earlier_run_are_kept_apart(run):
    train(run)
    shutil.rmtree(state.find_state(run.out))
    before = sorted((run.out / "snapshots").iterdir())
    with pytest.raises(InputError, match="no state from which to resume it: delete its folder "):
        train(run)
    assert sorted((run.out / "snapshots").iterdir()) == before
    shutil.rmtree(run.out / "snapshots")
    assert train(run).finished


def test_weights_after_the_last_state_are_made_again(run):
    train(run, minutes=0)
    later = run.out / "snapshots" / "step-00000005"
    later.mkdir()
    train(run, minutes=0)
    assert not later.exists()


# Configuration


def test_a_configuration_is_read_as_it_was_written(run, tmp_path):
    assert build(Settings, to_data(run)) == run
    path = tmp_path / "a.toml"
    path.write_text(
        'start = "mini"\nout = "runs/a"\n[[corpora]]\npath = "a.tsv"\nweight = 2\n'
        "[schedule]\nsteps = 5\n", encoding="utf-8",
    )  # fmt: skip
    read = read_config(path)
    assert (read.schedule.steps, read.corpora[0].weight) == (5, 2.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('start = "a"', "missing"),
        ('start = "a"\nout = "b"\ncorpora = []\nshpe = 1', "unknown setting 'shpe'"),
        ('start = "a"\nout = "b"\ncorpora = []\n[shape]\nrows = "4"', "shape.rows"),
        ('start = "a"\nout = "b"\n[[corpora]]\npath = "a"\nformat = "csv"', "format"),
        ("start = ", "cannot read"),
    ],
)
def test_a_configuration_with_a_mistake(text, message, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_config(path)


WRONG = ["0xf" + 5000 * "f", "-1", "nan", "inf", "-0.5", '"1"', "true", "[1]"]
NUMBERS = ["schedule.steps", "schedule.log_every", "shape.rows", "optimizer.rate", "filters.ngram"]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_out_of_range_is_an_error_that_names_it(name, tmp_path):
    path = tmp_path / "a.toml"
    part, _, setting = name.partition(".")
    for value in WRONG:
        path.write_text(
            f'start = "a"\nout = "b"\ncorpora = []\n[{part}]\n{setting} = {value}\n',
            encoding="utf-8",
        )
        with pytest.raises(InputError) as caught:
            read_config(path)
        assert str(caught.value).startswith(f"{path}: setting '{name}' is ")
        assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "text", ['start = 0xf%s\nout = "b"' % ("f" * 5000), 'out = "%s"' % ("x" * 300)]
)
def test_a_setting_of_another_type_is_shortened_in_the_message(text, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}: setting '")
    assert len(str(caught.value)) < 500


def test_a_corpus_may_have_the_longest_name(run, tmp_path):
    path = training.write_pairs(tmp_path / ("đ" * 120 + ".tsv"))
    assert train(replace(run, corpora=(Corpus(path=path),)), minutes=0)


def test_every_recipe_can_be_read():
    recipes = sorted((Path(vnsum.__file__).parent / "training/recipes").glob("*.toml"))
    assert recipes
    for path in recipes:
        assert all(row.licence and row.source for row in read_config(path).corpora), path


# Rounding and exporting


@pytest.mark.parametrize("scheme", schemes.SCHEMES)
def test_rounding_is_close_and_of_the_size_told(scheme):
    torch.manual_seed(1)
    tensors = {
        "model.embed_tokens.weight": torch.randn(7, 64),
        "a.mlp.up.weight": torch.randn(4, 64),
        "a.self_attn.q.weight": torch.randn(8, 64),
        "norm.weight": torch.randn(64),
    }
    packed = schemes.pack_weights(tensors, scheme)
    shapes = {name: tuple(t.shape) for name, t in tensors.items()}
    size = sum(t.numel() * t.element_size() for t in packed.values())
    assert size == schemes.measure_size(shapes, scheme)
    for name, tensor in tensors.items():
        error = (schemes.round_matrix(name, tensor, scheme) - tensor).abs()
        # The largest and the mean error as shares of the largest number.
        most, mean = {"q8": (0.5 / 127, 1 / 127), "q4": (0.35, 1 / 7), None: (0, 0)}[
            schemes.choose_form(name, tensor, scheme)
        ]
        assert error.max() <= 1.001 * most * tensor.abs().max()
        assert error.mean() <= mean * tensor.abs().max()


def test_searching_the_clip_is_never_worse(monkeypatch):
    torch.manual_seed(1)
    matrix = torch.randn(8, 64) ** 3
    searched = schemes.round_matrix("a.mlp.b", matrix)
    monkeypatch.setattr(rounding, "CLIPS", (1.0,))
    plain = schemes.round_matrix("a.mlp.b", matrix)
    assert (searched - matrix).square().sum() < (plain - matrix).square().sum()


@pytest.mark.parametrize("seed", range(3))
def test_compensated_rounding_keeps_the_products(seed):
    """Against plain rounding, on inputs that vary together as those of a model do."""
    torch.manual_seed(seed)
    matrix = torch.randn(24, 96)
    inputs = torch.randn(400, 12) @ torch.randn(12, 96) + 0.1 * torch.randn(400, 96)
    plain = rounding.quantize_groups(matrix)
    better = quantize_gptq(matrix, inputs.T @ inputs)
    errors = [
        ((packaged.UNPACKERS["q4"](*found) - matrix) @ inputs.T).norm() for found in (plain, better)
    ]
    assert errors[1] < 0.5 * errors[0]
    assert [(part.shape, part.dtype) for part in better] == [
        (part.shape, part.dtype) for part in plain
    ]


def lose_products(matrix, inputs, numbers, scales):
    """Return the squared error of the products of every row of a rounded matrix."""
    groups = numbers.view(len(numbers), -1, packaged.GROUP)
    rounded = (groups * scales[..., None]).view_as(matrix)
    return ((rounded - matrix) @ inputs.T).square().sum(1)


@pytest.mark.parametrize("seed", range(3))
def test_fitted_scales_keep_the_products_better(seed):
    torch.manual_seed(seed)
    matrix, inputs = torch.randn(24, 96), torch.randn(400, 12) @ torch.randn(12, 96)
    groups = matrix.view(-1, packaged.GROUP)
    numbers, scales = rounding.round_groups(groups)
    numbers, scales = numbers.view(24, 96), scales.view(24, 3)
    numbers[0, : packaged.GROUP] = 0
    fitted = fit_scales(matrix, inputs.T @ inputs, numbers, scales)

    def error(scales):
        return lose_products(matrix, inputs, numbers, scales)

    assert (error(fitted) <= error(scales) * 1.001).all()
    assert error(fitted).sum() < 0.95 * error(scales).sum()
    assert fitted[0, 0] == scales[0, 0], "nothing is known where all numbers are 0"


@pytest.mark.parametrize("seed", range(3))
def test_numbers_are_never_made_worse(seed):
    torch.manual_seed(seed)
    matrix, inputs = torch.randn(24, 96), torch.randn(400, 12) @ torch.randn(12, 96)
    inputs[:, 5] = 0  # of no consequence, whatever its number
    numbers, scales = rounding.round_groups(matrix.view(-1, packaged.GROUP))
    numbers, scales = numbers.view(24, 96), scales.view(24, 3)
    better = refine_numbers(matrix, inputs.T @ inputs, numbers, scales)

    def error(numbers):
        return lose_products(matrix, inputs, numbers, scales)

    assert (error(better) <= error(numbers) * 1.001).all()
    assert error(better).sum() < 0.5 * error(numbers).sum()
    assert better.min() >= -8 and better.max() <= 7 and torch.equal(better, better.round())
    assert torch.equal(better[:, 5], numbers[:, 5])


@pytest.mark.parametrize("seed", range(3))
def test_the_side_of_the_largest_weight_has_one_more_number(seed):
    """Rounding to -8..7 with scales of either sign is never worse than with positive ones."""
    torch.manual_seed(seed)
    groups = torch.randn(64, packaged.GROUP)
    numbers, scales = rounding.round_groups(groups)
    assert numbers.min() == -8 and numbers.max() <= 7 and (scales < 0).any()
    scale = groups.abs().amax(1, keepdim=True) / 7
    plain = rounding.round_to(groups, scale) * scale
    errors = [(found - groups).square().sum(1) for found in (numbers * scales, plain)]
    assert (errors[0] <= errors[1] * 1.01).all()
    assert errors[0].sum() < 0.9 * errors[1].sum()
    packed = rounding.pack_groups(numbers, scales)
    assert torch.equal(packaged.UNPACKERS["q4"](*packed), numbers * scales)


@pytest.mark.parametrize("seed", range(3))
def test_scales_are_chosen_by_what_errors_cost(seed):
    torch.manual_seed(seed)
    groups = torch.randn(64, packaged.GROUP)
    costs = torch.rand(packaged.GROUP) ** 8
    plain, weighed = (rounding.round_groups(groups, costs=given) for given in (None, costs))

    def cost(numbers, scales):
        return ((numbers * scales - groups).square() * costs).sum(1)

    assert (cost(*weighed) <= cost(*plain)).all()
    assert cost(*weighed).sum() < 0.95 * cost(*plain).sum()
    # As many inputs as there are weights, each in a direction of its own and differently large.
    moments = torch.diag(torch.cat([costs, costs]) + 1e-3)
    matrix = groups.view(32, 64)
    found = [rounding.quantize_groups(matrix), quantize_gptq(matrix, moments)]
    errors = [packaged.UNPACKERS["q4"](*packed) - matrix for packed in found]
    lost = [(error.square() * moments.diagonal()).sum() for error in errors]
    assert lost[1] < 0.9 * lost[0]


def test_compensated_rounding_without_correlations_is_plain_rounding_and_fitting():
    torch.manual_seed(1)
    matrix = torch.randn(8, 64)
    plain, fitted = (
        packaged.UNPACKERS["q4"](*found)
        for found in (
            rounding.quantize_groups(matrix),
            quantize_gptq(matrix, torch.eye(64)),
        )
    )
    errors = [(found - matrix).square().sum().item() for found in (plain, fitted)]
    assert 0.9 * errors[0] < errors[1] < errors[0]


@pytest.mark.parametrize(
    ("option", "value", "format_name"),
    [
        ("--scheme", "layers4", "ctranslate2"),
        ("--calibrate", "pairs.tsv", "huggingface"),
        ("--quantization", "int8", "package"),
    ],
)
def test_an_option_of_another_export_format_is_an_error(
    tmp_path, capsys, option, value, format_name
):
    out = tmp_path / "none"
    line = ["train", "export", "mini", "--out", str(out), option, value, "--format", format_name]
    assert main(line) == 1
    assert f"{option} cannot be used with --format {format_name}" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("export", [export_package, export_huggingface, export_ctranslate])
def test_an_export_does_not_replace_its_model(base, export):
    before = (base / "model.safetensors").read_bytes()
    with pytest.raises(InputError, match="is a model that is read: choose another folder"):
        export(str(base), base, card=Card(name="tiny"))
    assert (base / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize("name", ["config.json", "notes.txt"])
@pytest.mark.parametrize(
    "write",
    [
        lambda base, out: export_package(base, out, card=Card(name="tiny")),
        lambda base, out: export_huggingface(base, out, card=Card(name="tiny")),
        lambda base, out: average_models([base, base], out),
        lambda base, out: merge_adapters(base, [], out),
    ],
)
def test_a_folder_with_other_files_is_left_alone(base, tmp_path, write, name):
    (tmp_path / name).write_text('{"app": "mine"}', encoding="utf-8")
    with pytest.raises(InputError, match="is not empty and contains no model: choose another"):
        write(str(base), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", [".", "../model"])
def test_a_model_is_written_to_the_current_folder(base, tmp_path, monkeypatch, name):
    folder = tmp_path / "model"
    folder.mkdir()
    monkeypatch.chdir(folder)
    tmp_path.chmod(0o500)  # as a mounted volume
    try:
        export_package(str(base), Path(name), card=Card(name="tiny"))
        average_models([str(base), str(folder)], folder / "mean")
    finally:
        tmp_path.chmod(0o700)
    assert vnsum.load(folder, quality="fast").translate("Trời mưa to.").pairs


@pytest.mark.parametrize("models", [0, 1])
def test_a_model_that_is_read_is_not_replaced(base, tmp_path, models):
    folder = tmp_path / "copy"
    shutil.copytree(base, folder)
    with pytest.raises(InputError, match="is a model that is read: choose another folder"):
        if models:
            average_models([str(base), str(folder)], folder)
        else:
            merge_adapters(str(folder), [], folder)


@pytest.mark.parametrize("export", [export_package, export_huggingface])
def test_an_export_that_fails_leaves_the_earlier_one(base, tmp_path, monkeypatch, export):
    folder = tmp_path / "out" / "model"
    export(str(base), folder, card=Card(name="first"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(path, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(exports, "_write_json", fail)
    with pytest.raises(InputError, match="No space left"):
        export(str(base), folder, card=Card(name="second"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [*folder.parent.iterdir()] == [folder]


@pytest.mark.parametrize("name", ["vit5", "./no/such/folder"])
def test_a_model_to_train_that_does_not_exist(name):
    message = rf"'{name}' is neither the folder of a Gemma 3 model .* nor 'mini'"
    with pytest.raises(ModelError, match=message):
        load_start(name)


def test_an_exported_model_translates_both_ways_and_summarizes(run, tmp_path):
    result = train(run)
    card = Card(name="tiny", corpora=run.corpora, tasks=("translate", "summarize"))
    made = export_package(str(result.model), tmp_path / "packed", card=card)
    assert made.fits_package
    pipeline = vnsum.load(made.folder, device="cpu", quality="fast")
    assert pipeline.translator.directions == ("vi->en", "en->vi")
    for text, to in (("Trời mưa to.", "en"), ("It rained hard today.", "vi")):
        assert pipeline.translate(text, to=to).pairs[0].target
    document = vnsum.segment("Trời mưa to.", lang="vi")
    summarizer = vnsum.summarization.load(str(made.folder), device="cpu")
    assert summarizer.summarize(document, vnsum.Budget(sentences=1)).text
    text = (made.folder / "README.md").read_text(encoding="utf-8")
    assert "Gemma Terms of Use" in text and "| pairs |" in text and "use restrictions" in text
    assert "Terms of Use" in (made.folder / "NOTICE").read_text(encoding="utf-8")
    assert (made.folder / "GEMMA_TERMS.txt").stat().st_size > 1000
    access = {path.stat().st_mode & 0o666 for path in made.folder.iterdir()}
    assert access == {made.folder.stat().st_mode & 0o666}


def test_an_export_is_measured_on_pairs_in_all_its_directions(base, tmp_path):
    pairs = [Pair(*pair) for pair in training.PAIRS[:4]]

    def measure(*directions):
        card = Card(name="tiny", directions=directions)
        folder = export_package(str(base), tmp_path / "-".join(directions), card=card,
                                pairs=pairs).folder  # fmt: skip
        assert "largest_inputs.safetensors" in read_manifest(folder)["files"]
        assert vnsum.load(folder, device="cpu").translate("Trời mưa to.").pairs
        return read_largest_inputs(folder)

    to_english, both = measure("vi->en"), measure("vi->en", "en->vi")
    assert both.keys() == to_english.keys() and len(both) == 2 * len(MATRICES)
    assert all((both[name] >= to_english[name]).all() for name in both)
    assert any((both[name] > to_english[name]).any() for name in both)
    again = export_package(str(base), tmp_path / "vi->en", card=Card(name="tiny"))
    assert not read_largest_inputs(again.folder), "what was measured before is not kept"


def test_a_hugging_face_export_is_the_model(run, tmp_path):
    result = train(run)
    made = export_huggingface(str(result.model), tmp_path / "plain", card=Card(name="tiny"))
    assert weights_equal(made.folder, result.model)
    spec = vnsum.checkpoints.resolve_model(made.folder)
    assert spec.family.name == "gemma-tagged" and spec.directions == ("vi->en", "en->vi")
    plain = vnsum.load(made.folder, device="cpu", quality="fast")
    assert plain.translate("Trời mưa to.").pairs[0].target


def test_nothing_else_is_overwritten_by_an_export(base, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError) as caught:
        export_package(str(base), tmp_path, card=Card(name="tiny"))
    message = f"{tmp_path} is not empty and contains no model: choose another folder"
    assert str(caught.value) == message


def test_an_average_lies_between(run, tmp_path):
    snapshots = replace(run, schedule=Schedule(steps=3, save_minutes=0.0))
    train(snapshots)
    folders = sorted((run.out / "snapshots").iterdir())
    assert len(folders) == 3
    mean = weights_of(average_models([str(f) for f in folders], tmp_path / "mean"))
    every = [weights_of(folder) for folder in folders]
    name = "model.embed_tokens.weight"
    expected = torch.stack([weights[name] for weights in every]).mean(0)
    assert torch.equal(mean[name], expected.bfloat16().float())
    weighed = tmp_path / "weighed"
    shared = [f"{folder}={share}" for folder, share in zip(folders, (2, 1, 1), strict=True)]
    assert main(["train", "average", *shared, "--out", str(weighed)]) == 0
    expected = sum(w[name] * part for w, part in zip(every, (0.5, 0.25, 0.25), strict=True))
    assert torch.allclose(weights_of(weighed)[name], expected, rtol=2**-8)
    huge = average_models([str(f) for f in folders], tmp_path / "huge", shares=[1.7e308] * 3)
    assert torch.equal(weights_of(huge)[name], mean[name])
    with pytest.raises(InputError, match=r"^averaging needs at least two checkpoints, not 1$"):
        average_models([str(folders[0])], tmp_path / "one")
    for shares in ([1.0], [1.0, 0.0], [1.0, float("nan")]):
        with pytest.raises(InputError) as caught:
            average_models([str(f) for f in folders[:2]], tmp_path / "one", shares=shares)
        assert str(caught.value) == (
            "shares must be 2 numbers >= 0 (one for each checkpoint, or one for each of embedding, "
            f"attention, feed-forward), not all 0 for a checkpoint or a part, not {shares}"
        )
    for wrong in ("half", "1/2", "1/2/3/4"):
        given = f"{folders[0]}={wrong}"
        assert main(["train", "average", given, str(folders[1]), "--out", str(tmp_path)]) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("version", ""), ("version", "v" * 1001), ("directions", ("vi->fr",)), ("tasks", (1,))],
)
def test_a_card_that_would_make_a_package_unreadable(name, value):
    with pytest.raises(InputError, match=f"^{name} of a model must be "):
        Card(name="tiny", **{name: value})


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_model_can_come_from_one_checkpoint(run, base, tmp_path, part):
    trained = train(run).model
    shares = ["/".join("1" if other == part else "0" for other in PARTS),
              "/".join("0" if other == part else "1" for other in PARTS)]  # fmt: skip
    given = [f"{folder}={share}" for folder, share in zip((trained, base), shares, strict=True)]
    assert main(["train", "average", *given, "--out", str(tmp_path / "mixed")]) == 0
    mixed, first, second = map(weights_of, (tmp_path / "mixed", trained, base))
    for name, weight in mixed.items():
        assert torch.equal(weight, (first if find_part(name) == part else second)[name])


def test_parts_that_nothing_counts_for(run, base, tmp_path):
    for shares in ({"embedding": 1.0}, dict.fromkeys(PARTS, 0.0)):
        with pytest.raises(InputError, match=r"^shares must be 2 numbers >= 0"):
            average_models([str(base)] * 2, tmp_path / "mixed", shares=[shares, 1.0])
    nothing = {**dict.fromkeys(PARTS, 1.0), "embedding": 0.0}
    with pytest.raises(InputError, match="not all 0 for a checkpoint or a part"):
        average_models([str(base)] * 2, tmp_path / "mixed", shares=[nothing, nothing])


@pytest.mark.parametrize("share", [0.0, 0.01])
def test_the_embedding_learns_at_its_own_rate(run, share):
    options = replace(run.optimizer, embedding=share, decay=0.0)
    before = weights_of(run.start)
    after = weights_of(train(replace(run, optimizer=options)).model)
    assert before.keys() == after.keys()
    moved = {name: (after[name] - before[name]).abs().max().item() for name in before}
    embedding = moved.pop("model.embed_tokens.weight")
    assert max(moved.values()) > 1e-4
    if not share:
        assert embedding == 0
    else:
        assert 0 < embedding < 0.2 * max(moved.values())


def test_only_a_gemma_with_the_task_tokens_is_trained(tmp_path):
    with pytest.raises(ModelError):
        load_start(str(tmp_path / "nowhere"))


# Synthetic data


@pytest.mark.parametrize(
    ("source", "output", "reason"),
    [
        ("Trời mưa rất to ở Hà Nội.", "It rains hard in Hanoi.", None),
        ("Trời mưa rất to ở Hà Nội.", "Rain.", "length"),
        ("Trời mưa rất to ở Hà Nội.", "", "empty"),
        ("Trời mưa rất to ở Hà Nội.", "Trời mưa rất to ở Hà Nội.", "untranslated"),
        ("Có 1.400 người ở đây.", "There are 1,300 people.", "figures"),
    ],
)
def test_reasons_for_rejecting_a_translation(source, output, reason):
    options = {"lang": "vi", "pair_filter": PairFilter()}
    assert rejection_reason(source, output, score=-0.1, **options) == reason
    assert rejection_reason(source, output or "x", score=-9, **options) in ("unsure", "length")


def test_synthetic_pairs_are_accounted_for(base, tmp_path):
    protected = ProtectedTexts(ngram=8, max_overlap=0.5)
    protected.add("Hôm nay trời mưa to ở phố 1.", "dev")
    generator = TextGenerator.load(str(base), device="cpu")
    texts = [pair[0] for pair in training.PAIRS[:6]]
    out = tmp_path / "made.tsv"
    made = synthesize(
        generator, texts, out, lang="vi", protected=protected,
        pair_filter=PairFilter(min_score=-99),
    )  # fmt: skip
    assert made.read == 6 and made.left_out["protected"] == 1
    assert made.kept + sum(made.left_out.values()) == 6
    assert len(out.read_text(encoding="utf-8").splitlines()) == made.kept


# Fine-tuning, the command line


def test_pairs_are_not_written_over_other_files(base, tmp_path):
    generator = TextGenerator.load(str(base), device="cpu")
    mine = tmp_path / "made.json"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"made\.json: expected a name that ends with \.tsv$"):
        synthesize(generator, ["Trời mưa to."], mine, lang="vi")
    synthesize(generator, ["Trời mưa to."], tmp_path / "made.tsv", lang="vi")
    assert mine.read_text(encoding="utf-8") == "mine"
    assert json.loads((tmp_path / "made.tsv.json").read_text(encoding="utf-8"))["read"] == 1


def test_fine_tuning_in_one_call(base, tmp_path):
    data = training.write_pairs(tmp_path / "mine.tsv")
    tuned = fine_tune(data, tmp_path / "mine", start=str(base), device="cpu", rate=3e-3,
                      directions=("vi->en", "en->vi"), epochs=6, show=False)  # fmt: skip
    assert tuned.last_loss < tuned.first_loss
    assert "largest_inputs.safetensors" in read_manifest(tmp_path / "mine")["files"]
    assert vnsum.load(tmp_path / "mine", quality="fast").translate("Trời mưa to.").pairs
    message = r"^unknown directions \['vi->fr'\]: expected some of vi->en, en->vi$"
    with pytest.raises(InputError, match=message):
        fine_tune(data, tmp_path / "other", directions=("vi->fr",))


def test_fine_tuning_that_ends_before_a_loss_is_logged(base, tmp_path, monkeypatch):
    data = training.write_pairs(tmp_path / "mine.tsv")
    monkeypatch.setattr(fine_tuning, "read_log", lambda out: [])
    tuned = fine_tune(data, tmp_path / "mine", start=str(base), device="cpu", epochs=1, show=False)
    assert (tuned.first_loss, tuned.last_loss) == (None, None)


def test_fine_tuning_that_is_not_finished(base, tmp_path, capsys):
    data = training.write_pairs(tmp_path / "mine.tsv")
    out = tmp_path / "mine"
    line = ["train", "translate", "--data", str(data), "--out", str(out), "--from", str(base)]
    assert main([*line, "--device", "cpu", "--minutes", "0"]) == 0
    assert "not finished: run the same command to resume" in capsys.readouterr().err
    assert main([*line, "--device", "cpu"]) == 0
    assert "not finished" not in capsys.readouterr().err


def test_fine_tuning_does_not_start_where_it_cannot_write(tmp_path):
    data = training.write_pairs(tmp_path / "mine.tsv")
    with pytest.raises(InputError, match="is not empty and contains no model: choose another"):
        fine_tune(data, tmp_path, start="none")


@pytest.mark.parametrize("epochs", [0, -1, 1e308])
def test_a_number_of_epochs_that_makes_no_sense(tmp_path, epochs):
    data = training.write_pairs(tmp_path / "mine.tsv")
    with pytest.raises(InputError, match=r"^epochs must be more than 0 and at most 10000, not"):
        fine_tune(data, tmp_path / "out", epochs=epochs)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_cannot_be_read_twice(tmp_path):
    os.mkfifo(tmp_path / "pipe.tsv")
    with pytest.raises(InputError, match="is a named pipe: expected a file, which is read twice"):
        fine_tune(tmp_path / "pipe.tsv", tmp_path / "out")


def test_a_corpus_without_a_usable_pair(tmp_path):
    data = training.write_pairs(tmp_path / "mine.tsv", [("Trời mưa.", ""), ("", "It rains.")])
    with pytest.raises(InputError) as caught:
        fine_tune(data, tmp_path / "out")
    assert str(caught.value) == (
        f"{data} has no usable pair: 2 were read and {{'empty': 2}} were excluded; expected "
        "vietnamese<TAB>english on each line"
    )


def test_the_command_line_from_tokens_to_export(run, tmp_path, capsys):
    config = tmp_path / "run.toml"
    config.write_text(to_toml(to_data(run)), encoding="utf-8")
    out = tmp_path / "run"
    for arguments in (
        ["tokens", "--config", str(config), "--cache", str(tmp_path / "cache")],
        ["mix", "--config", str(config), "--cache", str(tmp_path / "cache"), "--steps", "2",
         "--device", "cpu"],
        ["translate", "--config", str(config), "--out", str(tmp_path / "t"), "--steps", "1",
         "--device", "cpu"],
        ["export", str(out / "model"), "--out", str(tmp_path / "final"), "--config", str(config)],
    ):  # fmt: skip
        assert main(["train", *arguments]) == 0
    said = capsys.readouterr().err
    assert "fits the package" in said and "80 of 80 examples" in said
    assert read_manifest(tmp_path / "final")["tasks"] == ["translate", "summarize"]
    assert main(["train", "summarize"]) == 1


def test_the_command_that_measures_rounding(base, tmp_path, capsys):
    for lang, side in (("vi", 0), ("en", 1)):
        lines = "\n".join(pair[side] for pair in training.PAIRS[:2])
        (tmp_path / f"mine.{lang}").write_text(lines, encoding="utf-8")
    options = ["--dev", str(tmp_path), "--set", "mine", "--scheme", "all4", "--device", "cpu"]
    assert main(["train", "rounding", str(base), *options]) == 0
    plain, rounded = map(json.loads, capsys.readouterr().out.splitlines())
    assert (plain["scheme"], rounded["scheme"]) == ("not rounded", "all4")
    assert plain["megabytes"] is None and rounded["megabytes"] is not None
    assert {"bleu", "chrf", "direction"} < plain.keys() == rounded.keys()


def test_the_command_that_makes_pairs(base, tmp_path, capsys):
    texts, out = tmp_path / "news.txt", tmp_path / "made.tsv"
    texts.write_text("\n".join(pair[0] for pair in training.PAIRS[:4]), encoding="utf-8")
    protected = tmp_path / "dev.vi"
    protected.write_text(training.PAIRS[0][0], encoding="utf-8")
    options = ["--from", "vi", "--protect", str(protected), "--min-score", "-99", "--device", "cpu"]
    made = ["--model", str(base), "--out", str(out)]
    assert main(["train", "synthesize", str(texts), *made, *options]) == 0
    kept = len(out.read_text(encoding="utf-8").splitlines())
    said = capsys.readouterr().err
    assert f"{out}: {kept} pairs of 4 sentences" in said and "'protected': 1" in said


@pytest.mark.parametrize("out", ["", ".", "/"])
def test_pairs_are_written_to_a_file_with_a_name(base, tmp_path, capsys, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news.txt").write_text(training.PAIRS[0][0], encoding="utf-8")
    options = ["--model", str(base), "--from", "vi", "--out", out]
    assert main(["train", "synthesize", "news.txt", *options]) == 1
    assert "unexpected" not in capsys.readouterr().err


@pytest.mark.parametrize("use", ["input", "protected", "report"])
def test_the_command_that_makes_pairs_spares_its_inputs(base, tmp_path, capsys, use):
    pairs = training.write_pairs(tmp_path / "pairs.tsv")
    texts = tmp_path / ("pairs.tsv.json" if use == "report" else "news.txt")
    texts.write_text(training.PAIRS[0][0], encoding="utf-8")
    given = {"input": [pairs], "protected": [texts, "--protect", pairs], "report": [texts]}[use]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    options = ["--model", str(base), "--from", "vi", "--out", f"{tmp_path}/./pairs.tsv"]
    assert main(["train", "synthesize", *map(str, given), *options]) == 1
    assert "it is one of the input files" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("options", "other"),
    [
        (["--to", "vi->en"], "config"),
        (["--epochs", "0"], "config"),
        (["--protect", "dev.vi"], "config"),
        (["--steps", "5"], "data"),
        (["--cache", "tokens"], "data"),
        (["--no-compile"], "data"),
        (["--plot"], "data"),
    ],
)
def test_an_option_of_the_other_way_to_train_is_an_error(tmp_path, capsys, options, other):
    out = ["--out", str(tmp_path / "out")]
    assert main(["train", "translate", f"--{other}", "file", *out, *options]) == 1
    assert f"{options[0]} cannot be used with --{other}" in capsys.readouterr().err


def read_manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def to_toml(data):
    """Write settings as TOML, as far as this test needs it."""
    plain = {k: v for k, v in data.items() if not isinstance(v, dict) and k != "corpora"}
    lines = [f"{k} = {json.dumps(v)}" for k, v in plain.items()]
    for row in data["corpora"]:
        lines += ["[[corpora]]", *(f"{k} = {json.dumps(v)}" for k, v in row.items())]
    for name, table in data.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"
