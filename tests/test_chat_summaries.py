"""Summaries by checkpoints with a chat template, on tiny seeded models of the real classes."""

import copy
import dataclasses
import json

import pytest
import tiny
import tokenizers
import torch
from documents import build

import vnsum
from vnsum.chat.prompts import PROMPTS
from vnsum.checkpoints import FAMILIES, resolve_model, summarizers
from vnsum.checkpoints.summarizers import AbstractSpec
from vnsum.errors import ModelError, VnsumError
from vnsum.summarization import Budget
from vnsum.summarization.abstractive.abstractive import Abstractive
from vnsum.summarization.abstractive.encoding import encode_article
from vnsum.translation.backends.huggingface import HuggingFaceBackend

NAMES = ("llama", "qwen3", "gemma3")
OUTPUT, POSITIONS = 12, 1024
ARTICLE = [
    "Bão số 4 đổ bộ vào Quảng Ngãi tối 6/9, gió giật cấp 11.",
    "Gần 300 ngôi nhà ở huyện Bình Sơn bị tốc mái.",
    "Tỉnh đã đưa 1.200 người dân ven biển đến nơi an toàn.",
    "Học sinh được nghỉ học đến hết tuần.",
]
ENGLISH = ["The harbour reopened on Monday.", "Forty ships had waited for three days."]


@pytest.fixture(scope="module", autouse=True)
def short_outputs():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            summarizers, "CHAT", dataclasses.replace(summarizers.CHAT, max_output_tokens=OUTPUT)
        )
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}

    def find(name):
        if name not in made:
            folder = tmp_path_factory.mktemp("chat") / name
            made[name] = tiny.save_chat(name, folder, max_position_embeddings=POSITIONS)
        return made[name]

    return find


@pytest.fixture(scope="module")
def load(folders):
    made = {}

    def find(name):
        if name not in made:
            made[name] = vnsum.summarization.load(str(folders(name)), device="cpu")
        return made[name]

    return find


@pytest.fixture
def script(load, monkeypatch):
    """Return a summarizer whose model writes a given reply, with an end token or none."""

    def make(reply, *, end=None, name="llama", template=None):
        summarizer = load(name)
        checkpoint = summarizer.generator._load()
        if template is not None:
            monkeypatch.setattr(checkpoint.tokenizer, "chat_template", template)
        written = checkpoint.tokenizer(reply, add_special_tokens=False)["input_ids"]
        written += [] if end is None else [end]

        def generate(input_ids, **options):
            return torch.tensor([[*input_ids[0].tolist(), *written]])

        monkeypatch.setattr(checkpoint.model, "generate", generate)
        return summarizer

    return make


def documented_call(generator, text, lang):
    """Ask for one summary as the model cards say: a message, the chat template, `generate`."""
    checkpoint = generator._load()
    tokenizer, model = checkpoint.tokenizer, checkpoint.model
    encoded = tokenizer.apply_chat_template(
        PROMPTS["chat"].ask_summary(text, lang=lang), add_generation_prompt=True,
        enable_thinking=False, return_tensors="pt",
    )  # fmt: skip
    output = model.generate(**encoded, max_new_tokens=OUTPUT, do_sample=False)
    start = encoded["input_ids"].shape[1]
    return tokenizer.decode(output[0, start:], skip_special_tokens=True).strip()


@pytest.mark.parametrize("name", NAMES)
def test_same_as_the_documented_call(name, load):
    generator = load(name).generator
    for lang, sentences in (("vi", ARTICLE), ("en", ENGLISH)):
        text = " ".join(sentences)
        (written,) = generator.generate([text], lang=lang)
        assert written.text == documented_call(generator, text, lang)
        assert written.text


@pytest.mark.parametrize("name", NAMES)
def test_same_answer_whatever_the_batch(name, load):
    summarizer, budget = load(name), Budget(sentences=2)
    texts = [" ".join(ARTICLE), ARTICLE[2], " ".join(ARTICLE * 3)]
    together = summarizer.generator.generate(texts, lang="vi")
    assert together == [summarizer.generator.generate([t], lang="vi")[0] for t in texts]
    many = [build(ARTICLE), build(ENGLISH, lang="en"), build(ARTICLE[1:]), build([])]
    alone = [summarizer.summarize(document, budget) for document in many]
    assert summarizer.summarize_many(many, budget) == alone


def test_the_version_of_the_prompt_is_part_of_the_signature(load, folders, monkeypatch):
    signature = load("qwen3").signature
    assert signature == "writer|qwen3|prompt chat 1|beam 1"
    newer = dataclasses.replace(PROMPTS["chat"], version=2)
    monkeypatch.setattr(
        "vnsum.summarization.abstractive.generation.PROMPTS", {**PROMPTS, "chat": newer}
    )
    assert load("qwen3").signature == signature.replace("chat 1", "chat 2")


class TestChecks:
    def test_supported_sentences_have_evidence_and_others_are_reported(self, script):
        stray = "Đội bóng giành cúp vàng ở Bangkok."
        summary = script(f"{ARTICLE[1]} {stray}", end=1).summarize(build(ARTICLE), Budget())
        assert [(s.text, s.evidence) for s in summary.sentences] == [(ARTICLE[1], (1,))]
        assert [stray in finding.message for finding in summary.findings] == [True]

    def test_a_wrong_figure_is_an_error(self, script):
        text = "Gần 700 ngôi nhà ở huyện Bình Sơn bị tốc mái."
        (sentence,) = script(text, end=1).summarize(build(ARTICLE), Budget()).sentences
        assert [f.message for f in sentence.findings] == ['"700" is not in the evidence.']

    def test_a_reply_of_full_length_is_reported(self, script):
        summary = script(f"{ARTICLE[1]} Tỉnh đã").summarize(build(ARTICLE), Budget())
        assert summary.text == ARTICLE[1]
        assert "reached its length limit" in summary.findings[0].message

    def test_the_budget(self, script):
        summary = script(" ".join(ARTICLE), end=1).summarize(build(ARTICLE), Budget(sentences=2))
        assert summary.text == " ".join(ARTICLE[:2])
        assert "the budget is 2" in summary.findings[0].message

    @pytest.mark.parametrize("name", NAMES)
    def test_through_the_whole_pipeline(self, name, folders):
        pipeline = vnsum.load(summarizer=str(folders(name)), device="cpu")
        summary = pipeline.summarizer.summarize(build(ARTICLE), Budget(sentences=2))
        # Random weights write nothing that the article supports.
        assert 0 < len(summary.sentences) <= 2
        assert "using sentences extracted" in summary.findings[-1].message
        assert summary.signature.startswith(f"writer|{name}|prompt chat 1|beam 1|")


class TestThinking:
    def test_it_is_switched_off(self, load):
        generator = load("qwen3").generator
        tokenizer = generator._load().tokenizer
        asked = tokenizer.decode(encode_article(generator._spec, tokenizer, "Bão.", lang="vi"))
        assert asked.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")

    @pytest.mark.parametrize("opens", [False, True])
    @pytest.mark.parametrize(
        ("reply", "text"),
        [
            ("<think>\nBão is a storm.\n</think>\n\nBão vào bờ.", "Bão vào bờ."),
            ("Bão is a storm.</think>Bão vào bờ.", "Bão vào bờ."),
            ("<think>Bão is", ""),
        ],
    )
    def test_it_is_taken_off(self, reply, text, opens, script):
        template = tiny.GEMMA + "<think>\n" if opens else None
        generator = script(reply, end=1, template=template).generator
        assert generator.generate(["Bão."], lang="vi")[0].text == text

    def test_reasoning_that_the_template_began_is_no_summary(self, script):
        summarizer = script(" ".join(ARTICLE[:2]), template=tiny.GEMMA + "<think>\n")
        (written,) = summarizer.generator.generate([" ".join(ARTICLE)], lang="vi")
        assert (written.text, written.finished) == ("", False)
        summary = summarizer.summarize(build(ARTICLE), Budget())
        assert "using sentences extracted" in summary.findings[-1].message


class TestEnds:
    @pytest.mark.parametrize("name", NAMES)
    def test_every_end_token_ends_a_summary(self, name, load, script):
        own = load(name).generator._load().tokenizer.eos_token_id
        for end, finished in ((1, True), (own, True), (None, False)):
            (written,) = script("Bão.", end=end, name=name).generator.generate(["Bão."], lang="vi")
            assert (written.text, written.finished) == ("Bão.", finished)

    def test_that_of_the_tokenizer_counts_if_the_settings_lack_it(self, folders, tmp_path, load):
        folder = tiny.save_chat("llama", tmp_path, max_position_embeddings=POSITIONS)
        path = folder / "generation_config.json"
        recommended = {"eos_token_id": 1, "do_sample": True, "temperature": 0.7, "top_p": 0.6,
                       "top_k": 20, "repetition_penalty": 1.5}  # fmt: skip
        path.write_text(json.dumps(json.loads(path.read_text()) | recommended))
        texts = [" ".join(ARTICLE[:n]) for n in (1, 2, 3, 4)] + ENGLISH
        long = dataclasses.replace(load("llama").generator._spec, max_output_tokens=60)
        expected = Abstractive.load(long, device="cpu").generator.generate(texts, lang="vi")
        assert any(written.finished for written in expected)
        model = resolve_model(folder)
        spec = dataclasses.replace(long, model=model)
        assert Abstractive.load(spec, device="cpu").generator.generate(texts, lang="vi") == expected
        way = {"source": "vi", "target": "en"}
        backends = [HuggingFaceBackend.load(resolve_model(f), device="cpu", beams=1)
                    for f in (folders("llama"), folder)]  # fmt: skip
        found = [backend.translate(texts, **way) for backend in backends]
        assert found[0] == found[1]
        assert any(hypothesis.finished for hypothesis in found[0])


class TestContext:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("mark", ["", "<|im_end|>", "<end_of_turn><eos>", "<think>"])
    def test_article_and_summary_fit_and_omissions_are_reported(
        self, name, mark, load, monkeypatch
    ):
        summarizer = load(name)
        model = summarizer.generator._load().model
        calls = []

        def generate(input_ids, max_new_tokens, **options):
            calls.append((input_ids.shape[1], max_new_tokens))
            return input_ids

        monkeypatch.setattr(model, "generate", generate)
        many = [f"{mark * (i % 4)} {text} Lần {i}." for i in range(30) for text in ARTICLE]
        summary = summarizer.summarize(build(many), Budget())
        ((asked, limit),) = calls
        assert limit == OUTPUT and POSITIONS // 2 < asked <= POSITIONS - OUTPUT
        assert any(f"best-ranked of {len(many)} sentences" in f.message for f in summary.findings)

    def test_an_article_that_fits_is_used_as_a_whole(self, script):
        assert script(ARTICLE[0], end=1).summarize(build(ARTICLE), Budget()).findings == ()

    def test_a_window_without_room(self, tmp_path):
        folder = tiny.save_chat("llama", tmp_path, max_position_embeddings=64)
        summary = vnsum.summarization.load(str(folder), device="cpu").summarize(
            build(ARTICLE), Budget()
        )
        assert "only the 0 best-ranked of 4 sentences" in summary.findings[0].message
        assert "using sentences extracted" in summary.findings[-1].message

    @pytest.mark.parametrize("name", NAMES)
    def test_special_tokens_in_an_article_are_text(self, name, load):
        generator = load(name).generator
        tokenizer = generator._load().tokenizer
        special = {*tokenizer.all_special_ids}

        def count(text):
            ids = encode_article(generator._spec, tokenizer, text, lang="vi")
            return [index for index in ids if index in special]

        for token in tiny.MARKS:
            assert count(f"Bão {token} lớn.") == count("Bão lớn."), token

    @pytest.mark.parametrize("token", ["[TOOL_CALLS]", "[/AVAILABLE_TOOLS]", "[IMG]", "[/INST]",
                                       "<｜tool▁sep｜>"])  # fmt: skip
    def test_so_are_those_that_the_tokenizer_does_not_name(self, token, load):
        generator = load("llama").generator
        tokenizer = copy.deepcopy(generator._load().tokenizer)
        tokenizer._tokenizer.add_special_tokens([tokenizers.AddedToken(token, special=True)])
        number = tokenizer.convert_tokens_to_ids(token)
        assert number in tokenizer(f"Bão {token} lớn.")["input_ids"]
        assert token not in tokenizer.all_special_tokens
        ids = encode_article(generator._spec, tokenizer, f"Bão {token} lớn.", lang="vi")
        assert number not in ids


class TestFamilies:
    @pytest.mark.parametrize("name", ["translategemma", "hy-mt2"])
    def test_a_prompt_without_text_for_summaries(self, name, folders):
        folder = folders({"hy-mt2": "hunyuan"}.get(name, name))
        message = (
            f"cannot summarize with {str(folder)!r}: the prompt {name!r} of its family has no text "
            "for summaries; use a general chat model, or summarizer='ranker'"
        )
        with pytest.raises(ModelError) as caught:
            AbstractSpec(model=resolve_model(folder, family=name))
        assert str(caught.value) == message
        if name == "translategemma":
            with pytest.raises(ModelError) as caught:
                vnsum.load(summarizer=str(folder))
            assert str(caught.value) == message

    def test_models_of_the_catalog_that_only_translate(self):
        for spec in vnsum.models():
            if spec.family.prompt and not PROMPTS[spec.family.prompt].summary:
                with pytest.raises(ModelError, match="has no text for summaries"):
                    vnsum.load(summarizer=spec.checkpoint)

    def test_a_checkpoint_that_does_not_tell_is_asked_as_any_chat_model(self, folders):
        spec = summarizers.resolve_abstract(folders("hunyuan"))
        assert spec.model.family is FAMILIES["chat"]
        assert spec.languages == ("vi", "en")

    def test_a_base_model(self, tmp_path):
        folder = tiny.save_chat("llama", tmp_path)
        (folder / "chat_template.jinja").unlink()
        with pytest.raises(ModelError, match="has no chat template: expected a model for chat"):
            vnsum.load(summarizer=str(folder))

    def test_a_template_that_fails(self, tmp_path):
        folder = tiny.save_chat("llama", tmp_path)
        (folder / "chat_template.jinja").write_text("{{ raise_exception('no such role') }}")
        with pytest.raises(VnsumError, match=r"cannot summarize with the files .*no such role"):
            vnsum.summarization.load(str(folder), device="cpu").summarize(build(ARTICLE), Budget())
