"""Checkpoints with a chat template, on tiny seeded models of the real classes."""

import contextlib
import copy
import dataclasses
import json
import os
import sys
from pathlib import Path

import pytest
import tiny
import torch

import vnsum
from vnsum.chat import templates
from vnsum.chat.prompts import PROMPTS
from vnsum.checkpoints import FAMILIES, resolve_model
from vnsum.errors import ModelError
from vnsum.translation import RunOptions, SupportsConstraints, load_backend
from vnsum.translation.backends import prompts as prompts_module
from vnsum.translation.backends.backend import Constraint, Hypothesis, SupportsScores
from vnsum.translation.backends.ctranslate import CTranslateBackend
from vnsum.translation.backends.huggingface import HuggingFaceBackend
from vnsum.translation.backends.runtimes import choose_runtime

WAY = {"source": "vi", "target": "en"}
RATIO, MARGIN = 1.0, 12  # of output to source tokens; random weights rarely end
VI = ["Cà phê xuất khẩu tăng 12%.", "Tàu đã rời ga lúc 6 giờ sáng và đến nơi muộn.", "Trời lạnh."]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompts_module, "LENGTH_RATIO", RATIO)
        patch.setattr(prompts_module, "LENGTH_MARGIN", MARGIN)
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Checkpoints by name, built on first use."""
    made: dict[str, Path] = {}

    def find(name):
        if name not in made:
            made[name] = tiny.save_chat(name, tmp_path_factory.mktemp("chat") / name)
        return made[name]

    return find


@pytest.fixture(scope="module")
def load(folders):
    """Return the specs and backends of checkpoints, by name."""
    loaded: dict[str, HuggingFaceBackend] = {}

    def find(name):
        if name not in loaded:
            spec = resolve_model(folders(name), family=tiny.CHATS[name][0])
            loaded[name] = HuggingFaceBackend.load(spec, device="cpu", beams=1)
        return loaded[name]

    return find


def documented_call(backend, text):
    """Translate one text as the model cards say: a message, the chat template, `generate`."""
    tokenizer, model = backend.checkpoint.tokenizer, backend.checkpoint.model
    codes = {"source_lang_code": "vi", "target_lang_code": "en"}
    content = {
        "hy-mt2": "Translate the following text into English. Note that you should **only output "
        f"the translated result without any additional explanation**:\n\n{text}",
        "translategemma": [{"type": "text", **codes, "text": text}],
    }.get(backend.spec.family.name)
    messages = (
        [{"role": "user", "content": content}]
        if content
        else PROMPTS["chat"].ask_translation(text, **WAY)
    )
    encoded = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, enable_thinking=False, return_tensors="pt"
    )
    start = encoded["input_ids"].shape[1]
    limit = int(len(tokenizer(text, add_special_tokens=False)["input_ids"]) * RATIO) + MARGIN
    positions = model.config.get_text_config().max_position_embeddings - 16
    output = model.generate(
        **encoded, max_new_tokens=min(limit, positions - start), do_sample=False
    )
    return tokenizer.decode(output[0, start:], skip_special_tokens=True).strip()


@pytest.mark.parametrize("name", tiny.CHATS)
def test_same_as_the_documented_call(name, load):
    backend = load(name)
    found = [hypothesis.text for hypothesis in backend.translate(VI, **WAY)]
    assert found == [documented_call(backend, text) for text in VI]
    assert any(found)


@pytest.mark.parametrize("name", tiny.CHATS)
def test_same_answer_whatever_the_batch(name, load):
    backend = load(name)
    together = backend.translate(VI, **WAY)
    assert together == backend.translate(VI[::-1], **WAY)[::-1]
    assert together == [backend.translate([text], **WAY)[0] for text in VI]
    assert backend.diversify(VI[2:], **WAY) == backend.diversify(VI[1:], **WAY)[1:]


@pytest.mark.parametrize("name", ["qwen3", "gemma3"])
def test_a_search_that_is_cut_off_is_the_same_whatever_the_batch(name, load):
    """Each text has a limit of its own, at which a search with several beams ends."""
    backend = load(name)
    some = [" ".join(text.split()[:n]) for text in VI for n in (1, 2, 3, 5, 9)]
    together = backend.translate(some, **WAY, beams=4)
    assert together == [backend.translate([text], **WAY, beams=4)[0] for text in some]
    assert not all(hypothesis.finished for hypothesis in together)


def test_some_outputs_end(load):
    ends = [h.finished for name in tiny.CHATS for h in load(name).translate(VI, **WAY)]
    assert {*ends} == {True, False}


@pytest.mark.parametrize("name", tiny.CONVERTED_CHATS)
def test_the_same_on_ctranslate(name, load):
    reference = load(name)
    converted = CTranslateBackend.load(reference.spec, device="cpu", beams=1, precision="float32")
    assert converted.max_source_tokens <= reference.max_source_tokens
    expected = [reference.translate([text], **WAY)[0] for text in VI]
    found = converted.translate(VI, **WAY)
    assert [(h.text, h.finished) for h in found] == [(h.text, h.finished) for h in expected]
    for row, tokens in (encode_pair(converted, a, b) for a, b in zip(VI, VI[::-1], strict=True)):
        names = [converted.tokens[index] for index in row + tokens]
        scored = converted.engine.score_batch([names])[0].log_probs
        assert scored == pytest.approx(score_reference(reference, row + tokens), abs=1e-2)


def encode_pair(backend, text, answer):
    tokenizer = backend.prompts.tokenizer
    return backend.prompts.encode(text, **WAY), tokenizer(answer)["input_ids"]


def score_reference(backend, ids):
    with torch.inference_mode():
        logits = backend.checkpoint.model(input_ids=torch.tensor([ids])).logits[0, :-1]
    return logits.log_softmax(-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0].tolist()


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("llama", {"hidden_act": "gelu"}, "its hidden_act is 'gelu', not 'silu'"),
        ("llama", {"head_dim": 16}, "its head_dim is 16, not 8"),
        ("llama", {"rope_parameters": {"rope_type": "linear", "rope_theta": 1e4, "factor": 2.0}},
         "its rotary embedding does not have the default settings"),
        ("gemma3", {"query_pre_attn_scalar": 12}, "its query_pre_attn_scalar is 12, not 8"),
        ("gemma3", {"rms_norm_eps": 1e-3}, "its rms_norm_eps is 0.001, not 1e-06"),
        ("hunyuan", {}, "decoders of type 'hunyuan_v1_dense' are not supported"),
    ],
)  # fmt: skip
def test_what_the_converter_would_get_wrong_is_refused(name, changes, message, tmp_path):
    spec = resolve_model(tiny.save_chat(name, tmp_path, **changes), family="chat")
    with pytest.raises(ModelError) as caught:
        CTranslateBackend.load(spec, device="cpu")
    assert str(caught.value) == (
        f"{spec.name!r} cannot be converted to CTranslate2: {message}; load it with "
        "runtime='transformers'"
    )


def test_chat_models_run_on_transformers_by_default(load):
    for name in tiny.CHATS:
        assert choose_runtime(load(name).spec, RunOptions(device="cpu")).name == "transformers"
    named = RunOptions(device="cpu", runtime="ctranslate2")
    assert choose_runtime(load("qwen3").spec, named).name == "ctranslate2"
    with pytest.raises(ModelError, match=r"'ctranslate2' cannot run .*auto or one of transformers"):
        choose_runtime(load("hunyuan").spec, named)


def test_the_version_of_the_prompt_is_part_of_the_signature(load, monkeypatch):
    signature = load("qwen3").signature
    assert "|prompt chat 1|" in signature
    assert "|prompt hy-mt2 1|" in load("hunyuan").signature
    newer = dataclasses.replace(PROMPTS["chat"], version=2)
    monkeypatch.setattr("vnsum.translation.backends.prompts.PROMPTS", {**PROMPTS, "chat": newer})
    assert load("qwen3").signature == signature.replace("chat 1", "chat 2")


@pytest.mark.parametrize("runtime", ["transformers", "ctranslate2"])
@pytest.mark.parametrize("name", ["llama", "translategemma", "hunyuan"])
def test_terms_are_asked_for(name, runtime, load, monkeypatch):
    if (name, runtime) == ("hunyuan", "ctranslate2"):
        pytest.skip("it cannot be converted")
    backend = load_backend(
        load(name).spec, RunOptions(device="cpu", quality="fast", runtime=runtime)
    )
    prompt = PROMPTS[backend.spec.family.prompt]
    assert isinstance(backend, SupportsConstraints) == bool(prompt.terms)
    assert not isinstance(backend, SupportsScores)
    if not prompt.terms:
        return
    asked = []
    encode = prompts_module.Prompts.encode

    def watch(self, text, **options):
        ids = encode(self, text, **options)
        asked.append(self.tokenizer.decode(ids))
        return ids

    def finish(self, ids, **options):
        return Hypothesis(text="It was cold in the East Sea.")

    monkeypatch.setattr(prompts_module.Prompts, "encode", watch)
    monkeypatch.setattr(prompts_module.Prompts, "decode", finish)
    text = "Biển Đông lạnh 12 độ."
    rows = [
        Constraint(text=text, translation="Cold.", forms=("East Sea", "Sea"), value="Biển Đông"),
        Constraint(text=text, translation="Cold.", forms=("12",), value="12"),
        Constraint(text="Mưa.", translation="Rain.", place=0),
    ]
    found = backend.constrain(rows, **WAY)
    assert [len(drafts) for drafts in found] == [1, 1, 0]
    term = prompt.term
    lines = [term.format(source=a, target=b) for a, b in (("Biển Đông", "East Sea"), ("12", "12"))]
    assert len(asked) == 1 and "\n".join(lines) in asked[0]
    assert asked[0].count(text) == 1


def test_thinking_is_switched_off(load):
    backend = load("qwen3")
    written = backend.checkpoint.tokenizer.decode(backend._prompts.encode(VI[0], **WAY))
    assert written.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("<think>\nLạnh is cold.\n</think>\n\nIt is cold.", "It is cold."),
        ("Lạnh is cold.</think>It is cold.", "It is cold."),
        ("<think>Lạnh is", ""),
        ("It is cold.", "It is cold."),
    ],
)
def test_thinking_is_taken_off(reply, text, load):
    prompts = load("llama")._prompts
    ids = prompts.tokenizer(reply)["input_ids"]
    for end in prompts.end_ids:
        hypothesis = prompts.decode([*ids, end], **WAY)
        assert (hypothesis.text, hypothesis.finished) == (text, True)
    assert not prompts.decode(ids, **WAY).finished


@pytest.mark.parametrize("name", tiny.CHATS)
def test_special_tokens_in_a_text_are_text(name, load):
    prompts = load(name)._prompts
    special = {*prompts.tokenizer.all_special_ids}
    plain = [i for i in prompts.encode("Trời lạnh.", **WAY) if i in special]
    for token in tiny.MARKS:
        ids = prompts.encode(f"Trời {token} lạnh.", **WAY)
        assert [i for i in ids if i in special] == plain, token


@pytest.mark.parametrize("name", tiny.CHATS)
def test_prompt_and_output_fit_the_positions(name, load):
    backend = load(name)
    text = " ".join(["Trời lạnh."] * 60)
    while backend.count_tokens([text])[0] > backend.max_source_tokens:
        text = text.rpartition(" ")[0]
    prompts = backend._prompts
    row = prompts.encode(text, **WAY)
    (limit,) = prompts.limit_outputs([text], [row], backend._positions)
    assert 1 <= limit <= backend._positions - len(row)


class TestFolders:
    def test_what_the_template_tells(self, folders):
        assert resolve_model(folders("translategemma")).family is FAMILIES["translategemma"]
        for name in ("gemma3", "qwen3", "llama", "mistral"):
            spec = resolve_model(folders(name))
            assert spec.family is FAMILIES["chat"]
            assert spec.directions == ("vi->en", "en->vi")

    def test_a_template_in_tokenizer_config(self, tmp_path):
        folder = tiny.save_chat("translategemma", tmp_path)
        template = folder / "chat_template.jinja"
        path = folder / "tokenizer_config.json"
        settings = json.loads(path.read_text()) | {"chat_template": template.read_text()}
        path.write_text(json.dumps(settings))
        template.unlink()
        assert resolve_model(folder).family.name == "translategemma"

    def test_hunyuan_models_with_other_prompts_are_not_guessed(self, tmp_path):
        folder = tiny.save_chat("hunyuan", tmp_path)
        with pytest.raises(ModelError) as caught:
            resolve_model(folder)
        assert str(caught.value) == (
            f"the files of the checkpoint {str(folder)!r} of type 'hunyuan_v1_dense' do not tell "
            "its conventions: load it with family='hy-mt2' or 'chat'"
        )
        card = "---\nlicense: apache-2.0\nbase_model:\n- tencent/Hy-MT2-1.8B\n---\n# Mine\n"
        (folder / "README.md").write_text(card)
        assert resolve_model(folder).family.name == "hy-mt2"

    def test_a_base_model_is_no_translator(self, tmp_path):
        folder = tiny.save_chat("llama", tmp_path)
        (folder / "chat_template.jinja").unlink()
        with pytest.raises(ModelError, match="has no chat template: expected a model for chat"):
            resolve_model(folder)
        spec = resolve_model(folder, family="chat")
        with pytest.raises(ModelError, match="has no chat template: expected a tokenizer of"):
            HuggingFaceBackend.load(spec, device="cpu")

    def test_settings_for_sampling_do_not_count_in_a_search(self, tmp_path, load):
        folder = tiny.save_chat("qwen2", tmp_path)
        path = folder / "generation_config.json"
        recommended = {"do_sample": True, "temperature": 0.7, "top_p": 0.6, "top_k": 20,
                       "repetition_penalty": 1.5}  # fmt: skip
        path.write_text(json.dumps(json.loads(path.read_text()) | recommended))
        backend = HuggingFaceBackend.load(resolve_model(folder), device="cpu", beams=1)
        assert backend.translate(VI, **WAY) == load("qwen2").translate(VI, **WAY)

    def test_through_the_whole_pipeline(self, folders):
        pipeline = vnsum.load(folders("qwen3"), device="cpu", quality="fast")
        translation = pipeline.translate("Trời lạnh. Cà phê tăng giá.")
        assert len(translation.pairs) == 2
        assert "|prompt chat 1|" in pipeline.translator.signature


LOOP = "{% for a in range(99999) %}"
RECURSION = "{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}"


DOUBLING = (
    "{% set n = namespace(text='x') %}{% for i in range(99) %}{% set n.text = n.text + n.text %}"
    "{% endfor %}"
)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell the memory")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (f"{LOOP}{LOOP}{{% endfor %}}{{% endfor %}}x", "takes more than 0.5 s"),
        (f"{RECURSION}{{{{ a(60) }}}}", "takes more than 0.5 s"),
        ("{{ 10 ** (10 ** 9) }}", "computes powers"),
        ("{{ ('x' * 2500000000) | length }}", "numbers above 100,000,000"),
        ("{{ '%9999999999d' % 1 }}", "numbers above 100,000,000"),
        ("x" * 1_000_001, "has 1,000,001 characters"),
        # Text that Rust would abort the process for, if it reached the limit of memory there.
        ("{{ 'x ' * 600000 }}", "makes a prompt of 1,200,000 characters"),
        ("{{ strftime_now('%Y' * 300000) }}", "makes a prompt of 1,200,000 characters"),
        ("{{ 'x ' * 2000 }}", r"the prompt has 4,000 tokens, but the model has 496 positions"),
        pytest.param(DOUBLING, "takes more than 64 MiB", marks=on_linux),
        pytest.param("{{ 'x' * 200000 * 1000 }}", "takes more than 64 MiB", marks=on_linux),
    ],
)
def test_a_template_without_end_is_refused(tmp_path, monkeypatch, template, message):
    if "0.5 s" in message:  # a busy machine may take as long for another reason
        monkeypatch.setattr(templates, "RENDER_SECONDS", 0.5)
    monkeypatch.setattr(templates, "RENDER_MEMORY", 64 << 20)
    folder = tiny.save_chat("llama", tmp_path)
    (folder / "chat_template.jinja").write_text(template)
    backend = HuggingFaceBackend.load(resolve_model(folder), device="cpu")
    with pytest.raises(vnsum.errors.ModelError, match=message):
        backend.translate(VI, **WAY)


def test_only_the_template_runs_with_a_limit_of_memory(load, monkeypatch):
    """Code in Rust, such as the tokenizer, aborts the process where it gets no memory."""
    inside = []

    @contextlib.contextmanager
    def limit():
        inside.append("limited")
        yield
        inside.append("not limited")

    class Spy(type(load("llama").checkpoint.tokenizer)):
        def __call__(self, *arguments, **options):
            assert inside[-1] == "not limited"
            return super().__call__(*arguments, **options)

    monkeypatch.setattr(templates._process, "limit_memory", limit)
    tokenizer = copy.copy(load("llama").checkpoint.tokenizer)
    tokenizer.__class__ = Spy
    messages = [{"role": "user", "content": "<|im_end|> Xin  chào"}]
    ids = templates.encode_messages(messages, tokenizer)
    assert inside == ["limited", "not limited"]
    expected = load("llama").checkpoint.tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, enable_thinking=False
    )
    assert ids == expected["input_ids"]


@on_linux
def test_the_limit_of_memory_ends_with_the_template(tmp_path):
    """Also in a child that is forked meanwhile."""
    import resource

    usual = resource.getrlimit(resource.RLIMIT_AS)
    with templates._process.limit_memory():
        assert resource.getrlimit(resource.RLIMIT_AS) != usual
        child = os.fork()
        if not child:
            os._exit(int(resource.getrlimit(resource.RLIMIT_AS) != usual))
    assert os.waitpid(child, 0)[1] == 0
    assert resource.getrlimit(resource.RLIMIT_AS) == usual


def test_a_template_that_fails_is_told(tmp_path):
    folder = tiny.save_chat("llama", tmp_path)
    (folder / "chat_template.jinja").write_text("{{ raise_exception('roles must alternate') }}")
    backend = HuggingFaceBackend.load(resolve_model(folder), device="cpu")
    with pytest.raises(vnsum.errors.VnsumError, match="roles must alternate"):
        backend.translate(VI, **WAY)
