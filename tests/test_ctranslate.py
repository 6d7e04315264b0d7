"""CTranslate2 and transformers give the same results, on tiny seeded weights of every family."""

import json
import os
import pickle
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import tiny
import torch
import transformers

import vnsum
from vnsum import storage
from vnsum.checkpoints import FAMILIES, ModelSpec
from vnsum.checkpoints.loading import load_checkpoint
from vnsum.checkpoints.packaged import model_folder
from vnsum.checkpoints.resolution import resolve_model
from vnsum.errors import InputError, MissingExtraError, ModelError
from vnsum.storage import cache_folder
from vnsum.translation import RunOptions, load_backend
from vnsum.translation.backends import conversion
from vnsum.translation.backends.ctranslate import CTranslateBackend
from vnsum.translation.backends.huggingface import HuggingFaceBackend
from vnsum.translation.backends.prompts import Prompts

VI = [
    "Hôm nay trời mưa to.",
    "Đội tuyển thắng hai trận liên tiếp ở Hà Nội.",
    "Giá điện.",
    "Trời mưa.",
]
EN = ["It rained hard today.", "The team won two matches in a row at home.", "The price.", "Rain."]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(
    scope="module", params=[*sorted(tiny.BUILDERS), *sorted(tiny.UNTIED), "gemma-tagged"]
)
def spec(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    if request.param == "gemma-tagged":
        folder = save_gemma(folder)
    else:
        folder = tiny.save_tiny(request.param, folder)
    return ModelSpec(
        name=request.param, checkpoint=str(folder), origin="path",
        family=FAMILIES["t5" if request.param in tiny.UNTIED else request.param],
        directions=("vi->en", "en->vi"), licence="none",
    )  # fmt: skip


def save_gemma(folder):
    """Save a tiny model of the packaged one's kind, with its tokenizer."""
    torch.manual_seed(7)
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(model_folder("mini"))
    config = transformers.Gemma3TextConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8, query_pre_attn_scalar=8,
        layer_types=["sliding_attention", "full_attention"], sliding_window=512,
        bos_token_id=2, eos_token_id=1, pad_token_id=0,
        rms_norm_eps=9.999999974752427e-07,  # 1e-6 in 32 bits, as in the packaged model
    )  # fmt: skip
    model = transformers.Gemma3ForCausalLM(config)
    with torch.no_grad():  # far apart, so that the first of equals is no question
        model.get_input_embeddings().weight.mul_(20)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def direction(spec):
    reverse = spec.family.name == "marian-tagged"
    return {"source": "en", "target": "vi"} if reverse else {"source": "vi", "target": "en"}


def texts(spec):
    return EN if direction(spec)["source"] == "en" else VI


@pytest.mark.parametrize("beams", [1, 3])
def test_the_same_text_as_transformers(spec, beams):
    converted = CTranslateBackend.load(spec, device="cpu", beams=beams, precision="float32")
    reference = HuggingFaceBackend.load(spec, device="cpu", beams=beams)
    drafts = converted.translate(texts(spec), **direction(spec))
    # One by one: a search of several lengths is cut at the shorter limits afterwards.
    expected = [reference.translate([text], **direction(spec))[0] for text in texts(spec)]
    assert [draft.text for draft in drafts] == [draft.text for draft in expected]


def test_the_same_log_probabilities_as_transformers(spec):
    converted = CTranslateBackend.load(spec, device="cpu", beams=1, precision="float32")
    reference = HuggingFaceBackend.load(spec, device="cpu", beams=1)
    ways = direction(spec)
    for source, target in zip(texts(spec), reversed(texts(spec)), strict=True):
        row = converted.prompts.encode(source, **ways)
        written = converted.prompts.encode(target, **ways)[-5:]
        opening = [*converted.opening, *converted._name_target(ways["target"])]
        ids = [converted.tokens.index(token) for token in opening] + written
        found = score_converted(converted, row, ids)
        expected = score_reference(reference, converted, row, ids)
        assert len(found) >= len(written)
        assert found == pytest.approx(expected[-len(found) :], abs=1e-2)


def score_converted(backend, row, ids):
    names = [[backend.tokens[index] for index in tokens] for tokens in (row, ids)]
    if backend.spec.family.causal:
        return backend.engine.score_batch([names[0] + names[1]])[0].log_probs
    return backend.engine.score_batch([names[0]], [names[1]])[0].log_probs


def score_reference(backend, converted, row, ids):
    """Return the log-probabilities of `ids`, and of the end if there is an encoder."""
    model = backend.checkpoint.model
    with torch.inference_mode():
        if backend.spec.family.causal:
            labels = [*row, *ids][1:]
            logits = model(input_ids=torch.tensor([[*row, *ids]])).logits[0, :-1]
        else:
            begun = converted.opening or backend.spec.family.target_token == "decoder_start"
            start = [] if begun else [model.config.decoder_start_token_id]
            labels = [*ids, model.config.eos_token_id][1 if begun else 0 :]
            logits = model(
                input_ids=torch.tensor([row]), decoder_input_ids=torch.tensor([[*start, *ids]])
            ).logits[0]
        if model.config.model_type == "marian":  # never generates padding
            logits[:, model.config.pad_token_id] = float("-inf")
    return logits.log_softmax(-1).gather(1, torch.tensor(labels)[:, None])[:, 0].tolist()


@pytest.mark.parametrize("beams", [1, 3])
def test_the_same_answer_whatever_the_batch(spec, beams):
    backend = CTranslateBackend.load(spec, device="cpu", beams=beams)  # in 8-bit numbers
    together = backend.translate(texts(spec) * 3, **direction(spec))
    backwards = backend.translate(texts(spec)[::-1], **direction(spec))[::-1]
    alone = [backend.translate([text], **direction(spec))[0] for text in texts(spec)]
    assert together == alone * 3
    assert backwards == alone


def test_drafts_have_scores_and_alternatives_best_first(spec, monkeypatch):
    backend = CTranslateBackend.load(spec, device="cpu", beams=3, precision="float32")
    decode = Prompts.decode

    def finish(self, *arguments, **options):  # random weights never end a sentence
        return replace(decode(self, *arguments, **options), finished=True)

    monkeypatch.setattr(Prompts, "decode", finish)
    for draft in backend.translate(texts(spec), **direction(spec)):
        scores = [draft.score, *(other.score for other in draft.n_best)]
        assert len(scores) == 3 and scores == sorted(scores, reverse=True)
        assert scores[0] < 0


def test_branches_begin_otherwise_and_are_the_same_every_time(spec):
    backend = CTranslateBackend.load(spec, device="cpu", beams=1)
    first = backend.diversify(texts(spec), **direction(spec))
    assert first == backend.diversify(texts(spec), **direction(spec))
    assert [draft.text for draft in first]


def test_a_copy_of_a_pipeline_in_use_loads_its_own_weights(marian, tmp_path):
    used = vnsum.load(marian, runtime="ctranslate2", device="cpu", summarizer="lead",
                      cache=tmp_path / "job.sqlite")  # fmt: skip
    expected = used.translate(VI[0])
    copy = pickle.loads(pickle.dumps(used))
    assert copy.translate(VI[0]) == expected
    assert not copy.translator.is_loaded, "what the cache has needs no weights"
    assert copy.translate(VI[1]).text == used.translate(VI[1]).text


@pytest.fixture
def marian(tmp_path, monkeypatch):
    monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "cache"))
    return resolve_model(tiny.save_tiny("marian", tmp_path), directions=("vi->en",))


def load(spec):
    return CTranslateBackend.load(spec, device="cpu", beams=1)


def converted():
    return [p for p in (cache_folder() / "ctranslate2").iterdir() if not p.name.startswith(".")]


def test_conversion_happens_once_and_says_what_of(marian, monkeypatch):
    assert "ctranslate2" in load(marian).signature
    (folder,) = converted()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["recipe"]["precision"] == "int8"
    assert "model.bin" in manifest["files"]
    monkeypatch.setattr(conversion, "_convert", None)  # would fail if it were called
    load(marian)
    assert converted() == [folder]


def test_other_weights_are_converted_anew(marian):
    load(marian)
    weights = marian.checkpoint + "/model.safetensors"
    shutil.copy(weights, weights + ".new")  # another time stamp
    shutil.move(weights + ".new", weights)
    load(marian)
    assert len(converted()) == 2


def test_a_conversion_of_files_that_were_replaced_meanwhile_is_not_kept(marian, monkeypatch):
    def replace_and_load(*arguments, **options):
        os.utime(Path(marian.checkpoint, "model.safetensors"))
        return load_checkpoint(*arguments, **options)

    with monkeypatch.context() as replacing:
        replacing.setattr(conversion, "load_checkpoint", replace_and_load)
        with pytest.raises(ModelError, match="changed while they were loaded"):
            load(marian)
    assert converted() == []
    load(marian)
    assert len(converted()) == 1


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_a_damaged_conversion_is_made_again_with_a_warning(harm, marian):
    load(marian)
    (folder,) = converted()
    model = folder / "model.bin"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1]) if harm == "change" else model.unlink()
    with pytest.warns(UserWarning, match=r"converted again.*model\.bin"):
        load(marian)
    assert model.read_bytes() == whole


def test_a_killed_conversion_leaves_nothing_half_done(marian, monkeypatch):
    def die(path):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(conversion, "hash_file", die)
        load(marian)
    folder = cache_folder() / "ctranslate2"
    assert [*folder.glob("*")] == [*folder.glob("*.lock")]
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(conversion, "hash_file", die)
        killed.setattr(storage, "_remove", lambda path: None)
        load(marian)
    assert converted() == []
    assert len([*folder.glob("*.tmp")]) == 1, "what a killed process could not remove"
    load(marian)
    assert not [*folder.glob("*.tmp")]


def test_a_cache_that_cannot_be_written_says_what_to_do(marian, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"VNSUM_CACHE.*runtime='transformers'"):
        load(marian)


def test_a_missing_extra_is_named(marian, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    with pytest.raises(MissingExtraError, match=r'pip install "vnsum\[fast\]"'):
        load(marian)


def test_runtimes_are_chosen_by_the_table(marian):
    assert "ctranslate2" in load_backend(marian, RunOptions(device="cpu")).signature
    plain = load_backend(marian, RunOptions(runtime="transformers", device="cpu"))
    assert isinstance(plain, HuggingFaceBackend)
    with pytest.raises(InputError, match="auto, vnsum, ctranslate2, transformers"):
        load_backend(marian, RunOptions(runtime="magic"))
    with pytest.raises(ModelError, match="'vnsum' cannot run"):
        load_backend(marian, RunOptions(runtime="vnsum"))
    with pytest.raises(ModelError, match="does not run on 'mps'"):
        load_backend(marian, RunOptions(runtime="ctranslate2", device="mps"))


def test_what_the_converter_would_get_wrong_is_refused(marian):
    path = Path(marian.checkpoint) / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "pad_token_id": 3}))
    with pytest.raises(ModelError, match=r"padding token is not the last.*runtime='transformers'"):
        load(marian)
