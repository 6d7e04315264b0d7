"""Every family of checkpoints with its real classes, on tiny seeded weights."""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tiny
import torch
import transformers

import vnsum
from vnsum.checkpoints import FAMILIES, ModelSpec, devices, loading, resolve_model
from vnsum.checkpoints.summarizers import resolve_abstract
from vnsum.cli import main
from vnsum.errors import InputError, ModelError
from vnsum.languages.tones import place_tones
from vnsum.translation.backends import prompts
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
        prefixes = {"marian-tagged": ">>vie<< ", "envit5": "vi: ", "madlad-400": "<2en> "}
        prefix = prefixes.get(name, "")
    if name == "small-100":  # the code of the target language, in the place of the source's
        tokenizer.src_lang = "en"
    if name == "bartpho":
        text = place_tones(text, "new")
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


@pytest.mark.parametrize("beams", [1, 4])
def test_a_text_that_is_cut_off_is_the_same_whatever_the_batch(backend, beams, monkeypatch):
    """Each text has a limit of its own, and says that it is cut off, also with a forced end."""
    monkeypatch.setattr(prompts, "LENGTH_RATIO", 1.0)
    monkeypatch.setattr(prompts, "LENGTH_MARGIN", 2)
    settings = backend.checkpoint.model.generation_config
    monkeypatch.setattr(settings, "forced_eos_token_id", settings.eos_token_id)
    some = [" ".join(text.split()[:n]) for text in texts(backend) for n in (1, 3, 5, 8)]
    together = backend.translate(some, **direction(backend), beams=beams)
    alone = [backend.translate([t], **direction(backend), beams=beams)[0] for t in some]
    assert together == alone
    assert not all(hypothesis.finished for hypothesis in alone)


def test_branches_are_drawn_and_the_same_every_time(backend):
    first = backend.diversify(texts(backend), **direction(backend))
    assert [draft.text for draft in first]
    assert backend.diversify(texts(backend)[::-1], **direction(backend))[::-1] == first
    state = torch.get_rng_state()
    backend.diversify(texts(backend)[:1], **direction(backend))
    assert torch.equal(state, torch.get_rng_state()), "the caller's random numbers are its own"


def test_branches_are_the_same_in_threads(backend):
    alone = backend.diversify(texts(backend), **direction(backend))
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(backend.diversify, texts(backend), **direction(backend))
                for _ in range(4)]  # fmt: skip
        assert all(run.result() == alone for run in runs)


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
         "madlad-400": "madlad-400",
         "vinai-translate": "vinai-translate", "bartpho": "bartpho"}  # fmt: skip


def saved(family: str, folder: Path) -> Path:
    """Return a copy of a checkpoint that is built once."""
    built = folder.parent / f"built-{family}"
    if not built.exists():
        built.mkdir()
        tiny.save_tiny(family, built)
    return Path(shutil.copytree(built / "checkpoint", folder / "checkpoint"))


@pytest.mark.parametrize("family", sorted(FOUND))
def test_a_folder_tells_its_family(family, tmp_path):
    folder = saved(family, tmp_path)
    spec = resolve_model(folder, directions=("vi->en",))
    assert (spec.family.name, spec.origin) == (FOUND[family], "path")
    if family in ("marian", "nllb", "m2m100", "mbart-50", "madlad-400"):
        assert "vi->en" in resolve_model(folder).directions
    else:
        with pytest.raises(ModelError, match="directions="):
            resolve_model(folder)


def card(folder, base):
    """Write a model card that names the base model."""
    (folder / "README.md").write_text(f"---\nlicense: mit\nbase_model: {base}\n---\n# Mine\n")


def ask(folder, kind, choices):
    return (
        f"the files of the checkpoint {str(folder)!r} of type {kind!r} do not tell its "
        f"conventions: load it with family={choices}"
    )


T5_CHOICES = "'envit5' (vi: …) or 't5'"


@pytest.mark.parametrize(("family", "kind", "choices"), [
    ("t5", "t5", T5_CHOICES),
    ("t5-untied", "t5", T5_CHOICES),
    ("small-100", "m2m_100", "'m2m100' or 'small-100'"),
])  # fmt: skip
def test_a_folder_that_does_not_tell_is_asked_about(family, kind, choices, tmp_path):
    folder = saved(family, tmp_path)
    for ways in (None, ("vi->en",)):
        with pytest.raises(ModelError) as caught:
            resolve_model(folder, directions=ways)
        assert str(caught.value) == ask(folder, kind, choices)
    with pytest.raises(ModelError, match="load it with family="):
        vnsum.load(folder)


@pytest.mark.parametrize(("family", "name", "base"), [
    ("t5", "envit5", "VietAI/envit5-translation"),
    ("small-100", "small-100", "alirezamsh/small100"),
    ("madlad-400", "madlad-400", None),
    ("marian", "marian", "Helsinki-NLP/opus-mt-vi-en"),
])  # fmt: skip
def test_what_a_folder_tells_about_its_base(family, name, base, tmp_path):
    folder = saved(family, tmp_path)
    if base:
        card(folder, base)
    spec = resolve_model(folder)
    assert spec.family is FAMILIES[name]
    assert spec.directions == (("vi->en",) if family == "marian" else ("vi->en", "en->vi"))


@pytest.mark.parametrize("place", ["README.md", "config.json", "tokenizer_config.json"])
def test_where_the_base_may_be_named(place, tmp_path):
    folder, base = saved("t5", tmp_path), "VietAI/envit5-translation"
    if place == "README.md":
        head = f'---\nlanguage: vi\nbase_model:\n  - other/model\n  - "{base}"\ntags: []\n---\n'
        (folder / place).write_text(head)
    else:
        key = "_name_or_path" if place == "config.json" else "name_or_path"
        settings = json.loads((folder / place).read_text())
        (folder / place).write_text(json.dumps({**settings, key: base}))
    assert resolve_model(folder).family.name == "envit5"


@pytest.mark.parametrize("text", [
    "base_model: VietAI/envit5-translation\n",  # not in a header
    "---\nlicense: mit\n---\nbase_model: VietAI/envit5-translation\n",
    "---\ntags:\n- VietAI/envit5-translation\n---\n",
    "---\nbase_model: somebody/envit5-translation\n---\n",
    "---\nbase_model: facebook/nllb-200-distilled-600M\n---\n",  # another type of model
    "---\nbase_model: VietAI/vit5-base\n---\n",  # pretrained: no prefix of its own
])  # fmt: skip
def test_a_card_that_does_not_name_the_base(text, tmp_path):
    folder = saved("t5", tmp_path)
    (folder / "README.md").write_text(text)
    with pytest.raises(ModelError) as caught:
        resolve_model(folder)
    assert str(caught.value) == ask(folder, "t5", T5_CHOICES)


@pytest.mark.parametrize(
    ("source", "target", "family"), [("en", "vi", "marian-tagged"), ("vi", "en", "marian")]
)
def test_the_vocabulary_tells_whether_marian_needs_a_token(source, target, family, tmp_path):
    """Its vocabulary has `>>vie<<`, which a fine-tuned model from English still needs."""
    folder = saved("marian", tmp_path)
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text()) | {"source_lang": source, "target_lang": target}
    path.write_text(json.dumps(settings))
    spec = resolve_model(folder)
    assert (spec.family.name, spec.directions) == (family, (f"{source}->{target}",))


def test_prefixes_in_the_configuration(tmp_path):
    folder = saved("t5", tmp_path)
    path = folder / "config.json"
    settings = json.loads(path.read_text())
    tasks = {
        "summarization": {"prefix": "summarize: "},
        "translation_en_to_vi": {"prefix": "translate {English} to Vietnamese: "},
        "translation_en_to_de": {"prefix": "translate English to German: "},
    }
    path.write_text(json.dumps({**settings, "task_specific_params": tasks}))
    spec = resolve_model(folder)
    assert spec.directions == ("en->vi",)
    wrapped = spec.family.wrap_source("Rain.", source="en", target="vi")
    assert wrapped == "translate {English} to Vietnamese: Rain."
    del tasks["translation_en_to_vi"]  # as every descendant of t5-base has them
    path.write_text(json.dumps({**settings, "task_specific_params": tasks}))
    with pytest.raises(ModelError, match="do not tell its conventions"):
        resolve_model(folder)


def test_the_user_may_name_the_family(tmp_path):
    folder = saved("t5", tmp_path)
    assert resolve_model(folder, family="envit5").family is FAMILIES["envit5"]
    assert vnsum.load(folder, family="envit5").translator.directions == ("vi->en", "en->vi")
    with pytest.raises(ModelError, match="directions="):
        resolve_model(folder, family="t5")
    with pytest.raises(ModelError) as caught:
        resolve_model(folder, family="nllb")
    assert str(caught.value) == (
        f"the checkpoint {str(folder)!r} of type 't5' is not of the family 'nllb': expected "
        "'envit5' or 'madlad-400' or 't5'"
    )
    with pytest.raises(InputError, match="family must be one of"):
        vnsum.load(folder, family="t6")
    with pytest.raises(ModelError, match="'nllb-600m' is of the family 'nllb', not 'm2m100'"):
        resolve_model("nllb-600m", family="m2m100")


def test_a_model_too_large_for_memory(tmp_path, monkeypatch):
    spec = resolve_model(saved("nllb", tmp_path))
    monkeypatch.setattr(loading, "find_free_memory", lambda device: 10_000)
    with pytest.raises(ModelError) as caught:
        HuggingFaceBackend.load(spec, device="cpu")
    assert str(caught.value) == (
        "the weights of 'checkpoint' need 0.0 GB of memory, but 'cpu' has 0.0 GB free: choose a "
        "smaller model ('vnsum models' lists them) or another device"
    )


@pytest.mark.parametrize(
    ("meminfo", "container", "free"),
    [
        ("MemTotal: 900 kB\nMemAvailable: 700 kB\n", "max\n", 700 << 10),
        ("MemTotal: 900 kB\nMemAvailable: 700 kB\n", "5000\n", 5000),
        ("noise", None, None),
        (None, "5000\n", 5000),
    ],
)
def test_free_memory(meminfo, container, free, tmp_path, monkeypatch):
    for name, text in (("MEMORY", meminfo), ("CONTAINER", container)):
        monkeypatch.setattr(devices, name, tmp_path / name)
        if text is not None:
            (tmp_path / name).write_text(text)
    assert devices.find_free_memory(torch.device("cpu")) == free


def test_a_summarizer_needs_no_family(tmp_path):
    folder = saved("t5", tmp_path)
    assert resolve_abstract(folder).model.family.name == "t5"
    card(folder, "VietAI/envit5-translation")
    assert resolve_abstract(folder).model.family.name == "t5"


def test_the_command_line_has_the_option(tmp_path, capsys):
    folder = saved("t5", tmp_path)
    assert main(["models", "check", str(folder), "--runtime", "transformers"]) == 1
    assert "family='envit5'" in capsys.readouterr().err
    main(["models", "check", str(folder), "--runtime", "transformers", "--family", "envit5"])
    assert "family        envit5 (encoder and decoder)" in capsys.readouterr().out


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
