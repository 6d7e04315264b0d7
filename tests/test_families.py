"""Every family of checkpoints runs through its real classes, on tiny seeded weights."""

import functools
import re
from pathlib import Path

import pytest
import tiny
import torch
import transformers

import vnsum
from vnsum.checkpoints import FAMILIES, ModelSpec, resolve_model
from vnsum.errors import ModelError
from vnsum.languages.tones import place_tones
from vnsum.translation.backends.huggingface import HuggingFaceBackend

VI = ["Hôm nay trời mưa to.", "Đội tuyển thắng hai trận liên tiếp ở Hà Nội.", "Giá điện."]
EN = ["It rained hard today.", "The team won two matches in a row at home.", "The price."]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tiny matrices are multiplied faster by one thread than by several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=sorted(tiny.BUILDERS))
def backend(request, tmp_path_factory):
    folder = tiny.save_tiny(request.param, tmp_path_factory.mktemp("tiny"))
    spec = ModelSpec(
        name=request.param, checkpoint=str(folder), origin="path",
        family=FAMILIES[request.param], directions=("vi->en", "en->vi"), licence="none",
    )  # fmt: skip
    return HuggingFaceBackend.load(spec, device="cpu", beams=1)


def direction(backend):
    reverse = backend.spec.family.name == "marian-tagged"
    return {"source": "en", "target": "vi"} if reverse else {"source": "vi", "target": "en"}


def texts(backend):
    return EN if direction(backend)["source"] == "en" else VI


def documented_call(backend, text):
    """Translate one text the way the model cards of the family say."""
    tokenizer, model = backend.checkpoint.tokenizer, backend.checkpoint.model
    name, options, prefix = backend.spec.family.name, {}, ""
    if name == "nllb":
        tokenizer.src_lang = "vie_Latn"
        options["forced_bos_token_id"] = tokenizer.convert_tokens_to_ids("eng_Latn")
    elif name == "m2m100":
        tokenizer.src_lang = "vi"
        options["forced_bos_token_id"] = tokenizer.get_lang_id("en")
    elif name == "mbart-50":
        tokenizer.src_lang = "vi_VN"
        options["forced_bos_token_id"] = tokenizer.lang_code_to_id["en_XX"]
    elif name == "vinai-translate":
        tokenizer.src_lang, text = "vi_VN", place_tones(text, "new")
        options["decoder_start_token_id"] = tokenizer.lang_code_to_id["en_XX"]
    else:
        prefix = {"marian-tagged": ">>vie<< ", "envit5": "vi: "}.get(name, "")
    encoded = tokenizer(prefix + text, return_tensors="pt")
    length = encoded["input_ids"].shape[1]
    limit = min(int(length * 2.5) + 32, getattr(model.config, "max_position_embeddings", 999) - 16)
    output = model.generate(**encoded, max_new_tokens=limit, num_beams=1, **options)
    text = tokenizer.decode(output[0, 1:], skip_special_tokens=True)
    return text.removeprefix("__en__").strip()


def test_same_as_the_documented_call(backend):
    drafts = backend.translate(texts(backend), **direction(backend))
    expected = [documented_call(backend, text) for text in texts(backend)]
    assert [draft.text for draft in drafts] == expected
    assert all(expected), "random weights should write something, or the test proves nothing"


def test_same_answer_whatever_the_batch(backend):
    together = backend.translate(texts(backend), **direction(backend))
    backwards = backend.translate(texts(backend)[::-1], **direction(backend))[::-1]
    alone = [backend.translate([text], **direction(backend))[0] for text in texts(backend)]
    assert together == backwards == alone


def test_branches_are_drawn_and_the_same_every_time(backend):
    first = backend.diversify(texts(backend), **direction(backend))
    assert [draft.text for draft in first]
    assert backend.diversify(texts(backend)[::-1], **direction(backend))[::-1] == first
    state = torch.get_rng_state()
    backend.diversify(texts(backend)[:1], **direction(backend))
    assert torch.equal(state, torch.get_rng_state()), "the caller's random numbers are its own"


def test_special_tokens_in_a_text_are_text(backend):
    tokenizer = backend.checkpoint.tokenizer
    plain = backend._prompts.encode("mưa to", **direction(backend))
    for special in tokenizer.all_special_tokens:
        ids = backend._prompts.encode(f"mưa {special} to", **direction(backend))
        allowed = [*plain, tokenizer.unk_token_id]  # its letters may be unknown to a tiny one
        known = [i for i in ids if i in tokenizer.all_special_ids]
        assert set(known) <= set(allowed), special
        assert known.count(tokenizer.eos_token_id) == plain.count(tokenizer.eos_token_id)


def test_line_breaks_are_spaces(backend):
    broken = backend._prompts.encode("mưa\n to ", **direction(backend))
    assert broken == backend._prompts.encode("mưa to", **direction(backend))


def test_an_unfinished_output_says_so(backend):
    assert not any(d.finished for d in backend.translate(texts(backend), **direction(backend)))


def test_counting_and_limits(backend):
    assert backend.count_tokens([]) == []
    short, longer = backend.count_tokens(["mưa", "mưa to ở Hà Nội"])
    assert 0 < short < longer
    assert 1 <= backend.max_source_tokens <= backend.spec.family.max_source_tokens


FOUND = {"marian": "marian", "nllb": "nllb", "m2m100": "m2m100", "mbart-50": "mbart-50",
         "vinai-translate": "vinai-translate", "bartpho": "bartpho"}  # fmt: skip


@functools.cache
def saved(family: str, folder: Path) -> Path:
    return tiny.save_tiny(family, folder)


@pytest.mark.parametrize("family", sorted(FOUND))
def test_a_folder_tells_its_family(family, tmp_path):
    folder = saved(family, tmp_path)
    spec = resolve_model(folder, directions=("vi->en",))
    assert (spec.family.name, spec.origin) == (FOUND[family], "path")
    if family in ("marian", "nllb", "m2m100", "mbart-50"):
        assert "vi->en" in resolve_model(folder).directions
    else:
        with pytest.raises(ModelError, match="directions="):
            resolve_model(folder)


def test_a_folder_runs_through_the_whole_pipeline(tmp_path):
    pipeline = vnsum.load(saved("marian", tmp_path), device="cpu", quality="fast")
    translation = pipeline.translate("Hôm nay trời mưa to. Đường ngập sâu.")
    assert len(translation.pairs) == 2
    # Random weights write nonsense, and the checks say so.
    assert all(pair.findings for pair in translation.pairs)


def test_pickles_are_never_loaded(tmp_path):
    folder = saved("marian", tmp_path)
    weights = folder / "model.safetensors"
    torch.save({}, folder / "pytorch_model.bin")
    weights.unlink()
    pipeline = vnsum.load(folder, device="cpu")
    with pytest.raises(ModelError, match="safetensors"):
        pipeline.translate("Hôm nay trời mưa to.")


@pytest.mark.parametrize("family", ["nllb", "m2m100", "mbart-50", "t5", "bartpho"])
def test_a_tokenizer_of_a_larger_model_is_refused(family, tmp_path):
    folder = tiny.save_tiny(family, tmp_path)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    model.resize_token_embeddings(50)
    model.save_pretrained(folder)
    spec = resolve_model(folder, directions=("vi->en",), family=family)
    with pytest.raises(ModelError) as caught:
        HuggingFaceBackend.load(spec, device="cpu")
    assert re.fullmatch(
        rf"the tokenizer of {re.escape(str(folder))} \(.+\) has the token id \d+, but the "
        "vocabulary of the model has 50 tokens: the files belong to different models; download "
        "both again",
        str(caught.value),
    )


def test_a_tokenizer_of_another_family_is_refused(tmp_path):
    for family in ("nllb", "t5"):
        (tmp_path / family).mkdir()
    folder, other = (tiny.save_tiny(family, tmp_path / family) for family in ("nllb", "t5"))
    (folder / "tokenizer.json").write_bytes((other / "tokenizer.json").read_bytes())
    spec = resolve_model(folder, directions=("vi->en",))
    with pytest.raises(ModelError, match=r"the files belong to different models; download both"):
        HuggingFaceBackend.load(spec, device="cpu")
