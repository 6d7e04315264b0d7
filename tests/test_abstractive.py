"""Abstractive summaries: support in the article, length, and findings about what was done."""

import copy
import pickle
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
import tiny
import tokenizers
import torch
import transformers
from documents import build, documents
from hypothesis import given, settings
from hypothesis import strategies as st

import vnsum
from vnsum.checkpoints import FAMILIES, ModelSpec, summarizers
from vnsum.checkpoints.summarizers import AbstractSpec, resolve_abstract
from vnsum.errors import LanguageError, ModelError
from vnsum.evaluation import vietnews
from vnsum.summarization import Budget
from vnsum.summarization.abstractive.abstractive import Abstractive
from vnsum.summarization.abstractive.encoding import encode_article
from vnsum.summarization.abstractive.excerpt import SENTENCES, cut_excerpt
from vnsum.summarization.abstractive.generation import (
    CheckpointGenerator,
    GeneratedSummary,
)
from vnsum.summarization.abstractive.support import MAX_EVIDENCE, EvidenceAligner
from vnsum.summarization.ranker.ranker import Ranker
from vnsum.training.summarizer.excerpts import write_excerpts
from vnsum.translation import CheckedTranslator, FakeBackend

ARTICLE = [
    "Mưa lớn chiều 3/5 làm ngập 12 tuyến phố ở Huế.",
    "Nước rút sau hai giờ, giao thông trở lại bình thường.",
    "Thành phố sẽ chi 4,5 tỷ đồng để sửa hệ thống cống.",
    "Người dân lo ngại mùa bão sắp đến.",
]


@dataclass
class FakeGenerator:
    """Writes what it was given, or the article itself, and remembers what it was asked."""

    text: str | None = None
    finished: bool = True
    languages: tuple[str, ...] = ("vi",)
    max_source_tokens: int = 1000
    signature: str = "fake writer"
    alternatives: tuple[GeneratedSummary, ...] = ()
    asked: list[str] = field(default_factory=list)

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]

    def generate(self, texts, *, lang):
        self.asked += texts
        return [
            GeneratedSummary(text=text if self.text is None else self.text, finished=self.finished,
                    alternatives=self.alternatives)
            for text in texts
        ]  # fmt: skip


def write(text, sentences=3, article=ARTICLE, **options):
    generator = FakeGenerator(text, **options)
    return Abstractive(generator=generator).summarize(build(article), Budget(sentences=sentences))


def kinds(findings):
    return [(finding.kind, finding.severity) for finding in findings]


class TestSupport:
    @settings(deadline=None)
    @given(documents)
    def test_a_copy_has_itself_as_evidence(self, document):
        supporter = EvidenceAligner(document)
        for sentence in document.sentences:
            support = supporter.align(sentence.text)
            having = {s.text for i, s in enumerate(document.sentences) if i in support.evidence}
            words = set(" ".join(having).lower().split())
            assert set(sentence.text.lower().split()) <= words | set("“.")
            assert support.missing == support.scattered == support.new_words == ()
            assert not support.new_pairs

    @settings(deadline=None, max_examples=40)
    @given(documents, st.text(max_size=60))
    def test_any_text_is_aligned_within_the_document(self, document, text):
        support = EvidenceAligner(document).align(text)
        assert list(support.evidence) == sorted(set(support.evidence))
        assert len(support.evidence) <= MAX_EVIDENCE
        assert all(0 <= index < len(document.sentences) for index in support.evidence)
        assert 0 <= support.share <= 1 + 1e-9
        assert support == EvidenceAligner(document).align(text)

    def test_figures_bring_their_sentence(self):
        support = EvidenceAligner(build(ARTICLE)).align("Mưa lớn ở Huế, tốn 4,5 tỷ đồng.")
        assert {0, 2} <= set(support.evidence)
        assert support.missing == ()

    def test_the_same_figure_in_another_notation_is_supported(self):
        assert EvidenceAligner(build(ARTICLE)).align("Chi 4.500 triệu đồng sửa cống").missing == ()

    def test_what_is_new_is_counted(self):
        support = EvidenceAligner(build(ARTICLE)).align("Mưa lớn ở Vinh")
        assert support.new_words == ("vinh",)
        assert support.new_pairs == 2 / 3
        assert EvidenceAligner(build(ARTICLE, title="Lũ ở Vinh")).align("ở Vinh").new_pairs == 0

    def test_what_nobody_said_is_missing(self):
        text = "Mưa lớn làm ngập 13 tuyến phố ở Huế."
        support = EvidenceAligner(build(ARTICLE)).align(text)
        assert [text[span.start : span.end] for span in support.missing] == ["13"]

    @pytest.mark.parametrize(
        ("text", "lost"),
        [
            ("Có người bị thương.", "không"),
            ("Tòa tuyên bị cáo Nam có tội.", "không"),
            ("Không có người bị thương.", ""),
            ("Bị cáo Nam không có tội.", ""),
            ("Nam hỏi có đi không.", ""),
            ("Ông đồng ý với kế hoạch.", ""),
        ],
    )
    def test_a_lost_negation(self, text, lost):
        article = ["Không có người bị thương.", "Tòa tuyên bị cáo Nam không có tội.",
                   "Nam hỏi có đi không.", "Ông không đồng ý với kế hoạch hồi tháng 5.",
                   "Ông đồng ý với kế hoạch."]  # fmt: skip
        assert EvidenceAligner(build(article)).align(text).negation == lost
        (sentence,) = write(text, article=article).sentences
        assert (("unsupported", "error") in kinds(sentence.findings)) == bool(lost)

    def test_new_telephone_numbers_and_addresses_are_missing(self):
        text = "Mưa lớn ở Huế, gọi 0900123456 hoặc xem http://evil.example."
        support = EvidenceAligner(build(ARTICLE)).align(text)
        missing = [text[span.start : span.end] for span in support.missing]
        assert missing == ["0900123456", "http://evil.example"]
        known = EvidenceAligner(build([*ARTICLE, "Gọi 0900 123 456, xem http://evil.example/."]))
        assert known.align(text).missing == ()
        assert len(known.align("Mưa lớn ở Huế, gọi 0900 123 45.").missing) == 1

    def test_figures_of_different_sentences_are_told(self):
        farms = build(["Xã An thu 30 tấn lúa.", "Xã Bình thu 29 tấn lúa, bán được 7 tỷ đồng."])
        joined = "Xã An thu 30 tấn lúa, bán được 7 tỷ đồng."
        support = EvidenceAligner(farms).align(joined)
        assert support.missing == ()
        assert len(support.scattered) == 1
        titled = replace(farms, title="Xã An bán lúa được 7 tỷ đồng")
        assert EvidenceAligner(titled).align(joined).scattered == ()
        (sentence,) = write(joined, article=[s.text for s in farms.sentences]).sentences
        assert ("unsupported", "warning") in kinds(sentence.findings)


class TestWritten:
    def test_supported_sentences_stay_with_their_evidence(self):
        summary = write("Mưa lớn làm ngập 12 tuyến phố ở Huế. Thành phố chi 4,5 tỷ đồng sửa cống.")
        assert [s.evidence for s in summary.sentences] == [(0,), (2,)]
        assert summary.findings == ()
        assert all(s.findings == () for s in summary.sentences)

    def test_a_sentence_without_support_is_left_out_and_told(self):
        stray = "Đội tuyển thắng trận chung kết tại Bangkok."
        summary = write(f"{ARTICLE[0]} {stray}")
        assert summary.text == ARTICLE[0]
        assert kinds(summary.findings) == [("unsupported", "warning")]
        assert stray in summary.findings[0].message

    def test_an_invented_figure_is_an_error_at_its_place(self):
        (sentence,) = write("Mưa lớn chiều 3/5 làm ngập 99 tuyến phố ở Huế.").sentences
        (finding,) = sentence.findings
        assert kinds([finding]) == [("unsupported", "error")]
        assert sentence.text[finding.source.start : finding.source.end] == "99"

    def test_the_same_sentence_twice(self):
        summary = write(f"{ARTICLE[0]} {ARTICLE[0]}")
        assert summary.text == ARTICLE[0]
        assert kinds(summary.findings) == [("loop", "warning")]

    def test_a_sentence_that_was_cut_short_is_left_out(self):
        summary = write(f"{ARTICLE[0]} Thành phố sẽ chi", finished=False)
        assert summary.text == ARTICLE[0]
        assert kinds(summary.findings) == [("length", "warning")]

    @settings(deadline=None)
    @given(documents, st.integers(1, 6), st.integers(1, 40))
    def test_never_longer_than_the_budget_and_nothing_lost_in_silence(self, document, most, room):
        generator = FakeGenerator(languages=("vi", "en"), max_source_tokens=room)
        summary = Abstractive(generator=generator).summarize(document, Budget(sentences=most))
        assert len(summary.sentences) <= Budget(sentences=most).limit(len(document.sentences))
        texts = [sentence.text for sentence in document.sentences]
        whole = sum(generator.count_tokens(texts)) + len(texts) <= room
        assert all(generator.count_tokens([text])[0] <= room for text in generator.asked)
        if document.sentences and whole:
            assert generator.asked == [" ".join(texts)]
        elif document.sentences:
            assert any("best-ranked" in finding.message for finding in summary.findings)

    def test_the_best_sentences_that_fit_in_their_order(self):
        generator = FakeGenerator(max_source_tokens=25)
        summary = Abstractive(generator=generator).summarize(build(ARTICLE), Budget())
        (asked,) = generator.asked
        given_ = [text for text in ARTICLE if text in asked]
        assert asked == " ".join(given_)
        assert 0 < len(given_) < len(ARTICLE)
        assert f"{len(given_)} best-ranked of 4 sentences" in summary.findings[0].message

    def test_nothing_to_summarize_asks_nobody(self):
        generator = FakeGenerator()
        assert Abstractive(generator=generator).summarize(build([]), Budget()).sentences == ()
        assert generator.asked == []

    def test_a_language_it_does_not_write(self):
        with pytest.raises(LanguageError, match="ranker"):
            Abstractive(generator=FakeGenerator()).summarize(
                build(["It rained."], lang="en"), Budget()
            )


def pipeline(summarizer):
    translator = CheckedTranslator(backend=FakeBackend())
    return vnsum.Pipeline(translator=translator, summarizer=summarizer)


class TestPipeline:
    def test_findings_of_the_model_are_in_the_bilingual_summary(self):
        generator = FakeGenerator(
            "Mưa lớn làm ngập 99 tuyến phố ở Huế. Một câu khác hẳn về bóng đá."
        )
        summary = pipeline(Abstractive(generator=generator)).summarize(build(ARTICLE))
        assert ("unsupported", "error") in kinds(summary.pairs[0].findings)
        assert ("unsupported", "warning") in kinds(summary.findings)
        assert "unsupported" in summary.report()
        assert vnsum.BilingualSummary.from_dict(summary.to_dict()) == summary

    @settings(deadline=None)
    @given(documents, st.integers(1, 4))
    def test_evidence_and_pairs(self, document, most):
        made = pipeline(vnsum.summarization.load("lead"))
        summary = made.summarize(document, most)
        assert len(summary.pairs) <= most
        for pair in summary.pairs:
            (index,) = pair.source.evidence
            assert pair.source.original == document.sentences[index].text
        assert len(summary.vi.sentences) == len(summary.en.sentences) == len(summary.pairs)


# Real checkpoints -----------------------------------------------------------------------------


def save_causal(folder):
    """A tiny causal model that has a summarization task: what `mini` is like once it has one."""
    pieces = [("<pad>", 0.0), ("<eos>", 0.0), ("<bos>", 0.0), ("<unk>", 0.0)]
    pieces += tiny.pieces_of(tiny.train_pieces())[3:]
    core = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=3))
    core.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    core.decoder = tokenizers.decoders.Metaspace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=core, bos_token="<bos>", eos_token="<eos>", pad_token="<pad>",
        unk_token="<unk>", additional_special_tokens=["<2en>", summarizers.TASK_TOKEN],
    )  # fmt: skip
    config = transformers.Gemma3TextConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=16, sliding_window=512,
        pad_token_id=0, eos_token_id=1, bos_token_id=2, max_position_embeddings=128,
    )  # fmt: skip
    torch.manual_seed(7)
    model = transformers.Gemma3ForCausalLM(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def row(name, folder, **options):
    model = ModelSpec(name=name, checkpoint=str(folder), origin="path", family=FAMILIES[name],
                      directions=(), licence="none")  # fmt: skip
    return AbstractSpec(model=model, max_output_tokens=8, beams=2, **options)


@pytest.fixture(scope="module", params=["t5", "bartpho", "mbart-50", "gemma-tagged"])
def spec(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    if request.param == "gemma-tagged":
        return row(request.param, save_causal(folder), task_token=summarizers.TASK_TOKEN)
    codes = {"vi": "vi_VN", "en": "en_XX"} if request.param == "mbart-50" else {}
    prefix = "vietnews: " if request.param == "t5" else ""
    return row(request.param, tiny.save_tiny(request.param, folder), codes=codes, prefix=prefix)


def test_checkpoints_write_what_generate_writes(spec):
    generator = CheckpointGenerator(spec, device="cpu")
    text = "Hôm nay trời mưa to ở Hà Nội."
    (written,) = generator.generate([text], lang="vi")
    checkpoint = generator._load()
    tokenizer, options = checkpoint.tokenizer, {}
    if spec.codes:
        tokenizer.src_lang = "vi_VN"
        options["forced_bos_token_id"] = tokenizer.convert_tokens_to_ids("vi_VN")
    prompt = f" {text}" if spec.task_token else spec.prefix + text
    ids = tokenizer(prompt, add_special_tokens=not spec.task_token)["input_ids"]
    if spec.task_token:
        ids = [tokenizer.bos_token_id, *ids, tokenizer.convert_tokens_to_ids("<sum>")]
    output = checkpoint.model.generate(
        torch.tensor([ids]), max_new_tokens=8, num_beams=2, do_sample=False, **options
    )[0, len(ids) if spec.task_token else 0 :]
    assert written.text == tokenizer.decode(output, skip_special_tokens=True).strip()
    assert written.finished == (tokenizer.eos_token_id in output[1:].tolist())
    # An end that is forced at the limit would hide that the summary is cut off.
    checkpoint.model.generation_config.forced_eos_token_id = tokenizer.eos_token_id
    assert generator.generate([text], lang="vi") == [written]


def test_a_checkpoint_through_the_front_door(spec):
    made = pipeline(Abstractive.load(spec, device="cpu"))
    long = build(ARTICLE * 1 + [f"Câu số {i} nói về mưa." for i in range(60)])
    summary = made.summarize(long, 2)
    assert len(summary.pairs) <= 2
    assert summary.findings  # random weights write nothing that the article supports
    assert summary.signature.split("|")[1:3] == ["writer", spec.model.name]


def test_threads_share_one_model(spec, monkeypatch):
    loads = []
    real = vnsum.summarization.abstractive.generation.load_checkpoint
    monkeypatch.setattr(
        vnsum.summarization.abstractive.generation, "load_checkpoint",
        lambda *args, **options: (loads.append(threading.get_ident()), real(*args, **options))[1],
    )  # fmt: skip
    generator = CheckpointGenerator(spec, device="cpu")
    assert loads == []
    texts = ["Trời mưa to.", "Đường ngập sâu.", "Giá điện tăng."] * 2
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: generator.generate([text], lang="vi"), texts))
    assert len(loads) == 1
    assert [one for (one,) in together] == generator.generate(texts, lang="vi")


def test_a_copy_of_a_loaded_writer_loads_its_own_weights(spec):
    made = pipeline(Abstractive.load(spec, device="cpu"))
    expected = made.summarize(build(ARTICLE), 2)
    data = pickle.dumps(made.summarizer)
    assert len(data) < 20_000
    for again in (pickle.loads(data), copy.deepcopy(made.summarizer)):
        assert again.generator._loaded is None
        assert pipeline(again).summarize(build(ARTICLE), 2) == expected


def test_special_tokens_that_an_author_typed_stay_text(spec):
    generator = CheckpointGenerator(spec, device="cpu")
    tokenizer = generator._load().tokenizer
    token = summarizers.TASK_TOKEN if spec.task_token else tokenizer.eos_token
    plain = encode_article(spec, tokenizer, "mưa to", lang="vi")
    typed = encode_article(spec, tokenizer, f"mưa {token} to", lang="vi")
    number = tokenizer.convert_tokens_to_ids(token)
    assert typed.count(number) == plain.count(number)


class TestVersions:
    """Of several texts that a model might have written, the best without an error stays."""

    GOOD, WRONG, STRAY = (
        "Mưa lớn làm ngập 12 tuyến phố ở Huế.",
        "Mưa lớn làm ngập 13 tuyến phố ở Huế.",
        "Đội tuyển thắng trận chung kết tại Bangkok.",
    )

    @pytest.mark.parametrize(
        ("texts", "kept"),
        [
            ([GOOD, WRONG], GOOD),
            ([WRONG, GOOD], GOOD),
            ([STRAY, WRONG, GOOD], GOOD),
            ([STRAY, WRONG], WRONG),
            ([WRONG, STRAY], WRONG),
        ],
    )
    def test_which_is_taken(self, texts, kept):
        summary = write(
            texts[0], alternatives=tuple(GeneratedSummary(text=text) for text in texts[1:])
        )
        assert summary.text == kept
        unsupported = ("unsupported", "error") in kinds(summary.sentences[0].findings)
        assert unsupported == (kept != self.GOOD)

    def test_the_one_that_says_more_is_taken(self):
        vague = "Mưa lớn ở Huế."
        assert write(self.GOOD, alternatives=(GeneratedSummary(text=vague),)).text == self.GOOD
        assert write(vague, alternatives=(GeneratedSummary(text=self.GOOD),)).text == self.GOOD

    def test_the_ranker_stands_in_where_nothing_is_left(self):
        summary = write(self.STRAY, sentences=1)
        chosen = Ranker().summarize(build(ARTICLE), Budget(sentences=1))
        assert summary.sentences == chosen.sentences
        assert kinds(summary.findings) == [("unsupported", "warning")] * 2
        assert "extracted from the article" in summary.findings[-1].message
        assert summary.signature == f"fake writer|{chosen.signature}"


class TestTogether:
    @settings(deadline=None, max_examples=25)
    @given(st.lists(documents, max_size=5), st.integers(1, 3))
    def test_documents_share_a_call_and_nothing_else(self, many, sentences):
        budget = Budget(sentences=sentences)
        summarizer = Abstractive(
            generator=FakeGenerator(max_source_tokens=12, languages=("vi", "en"))
        )
        alone = [summarizer.summarize(document, budget) for document in many]
        asked = [*summarizer.generator.asked]
        summarizer.generator.asked.clear()
        assert summarizer.summarize_many(many, budget) == alone
        assert sorted(summarizer.generator.asked) == sorted(asked)

    def test_nothing_to_write_loads_nothing(self):
        generator = FakeGenerator()
        generator.generate = None
        (summary,) = Abstractive(generator=generator).summarize_many([build([])], Budget())
        assert summary.sentences == ()

    def test_a_stream_writes_together(self):
        generator = FakeGenerator(text=ARTICLE[0])
        calls = []
        write = generator.generate
        generator.generate = lambda texts, *, lang: (
            calls.append(len(texts)),
            write(texts, lang=lang),
        )[1]
        made = pipeline(Abstractive(generator=generator))
        found = made.summarize_many([build(ARTICLE)] * 3, 1)
        assert calls == [3] and [summary.vi.text for summary in found] == [ARTICLE[0]] * 3


class TestExtracts:
    @settings(deadline=None, max_examples=40)
    @given(documents, st.integers(1, 60), st.one_of(st.none(), st.text(max_size=200)))
    def test_an_extract_is_short_and_has_the_best_first(self, document, words, title):
        document = replace(document, title=title)
        extract = cut_excerpt(document, words=words)
        texts = extract.texts(document)
        assert sum(len(text.split()) for text in texts) <= words
        assert len(extract.chosen) <= SENTENCES
        ranked = Ranker().summarize(document, Budget(ratio=1.0)).sentences
        scores = {index: sentence.score for sentence in ranked for index in sentence.evidence}
        assert len({*extract.chosen}) == len(extract.chosen)
        assert [*extract.chosen] == sorted(extract.chosen, key=lambda i: (-scores[i], i))
        sentences = texts[1:] if extract.headline else texts
        assert sentences == [document.sentences[index].text for index in extract.chosen]

    def test_the_writer_is_given_headline_and_best_sentences(self):
        generator = FakeGenerator(text=ARTICLE[0])
        document = build(ARTICLE * 3, title="Mưa lớn làm ngập Huế")
        Abstractive(generator=generator, extract_words=40).summarize(document, Budget())
        (asked,) = generator.asked
        assert asked.startswith("Mưa lớn làm ngập Huế. ")
        assert len(asked.split()) <= 40

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (None, None),
            ("Người dân lo ngại.", "its estimated ROUGE is lower"),
            ("Mưa lớn làm ngập 12 tuyến phố ở Huế.", "it only repeats the headline"),
            ("Mưa lớn chiều 3/5 làm ngập 99 tuyến phố ở Huế.", "it failed a check"),
            ("Mưa lớn chiều 3/5 làm ngập 12 tuyến phố ở Vinh.", "it failed a check"),
            (
                "12 tuyến phố ở Huế lo ngại mùa bão, giao thông chi 4,5 tỷ đồng.",
                "it failed a check",
            ),
        ],
    )
    def test_the_article_itself_stands_in_for_less(self, text, why):
        document = build(ARTICLE, title="Mưa lớn làm ngập 12 tuyến phố ở Huế")
        chosen = Ranker().summarize(document, Budget(sentences=2))
        generator = FakeGenerator(text=text or chosen.text)
        summary = Abstractive(generator=generator, extract_words=60).summarize(
            document, Budget(sentences=2)
        )
        assert summary.text == chosen.text
        assert summary.signature.endswith(chosen.signature) == (why is not None)
        assert [why in finding.message for finding in summary.findings] == [True] * bool(why)

    def test_words_of_many_tokens_make_a_shorter_extract(self):
        generator = FakeGenerator(text=ARTICLE[0], max_source_tokens=12)
        Abstractive(generator=generator, extract_words=130).summarize(build(ARTICLE), Budget())
        assert generator.asked and all(len(text.split()) <= 12 for text in generator.asked)

    def test_a_headline_supports_too(self):
        document = build(ARTICLE, title="Mưa lớn cuốn trôi 7 ngôi nhà")
        assert EvidenceAligner(document).align("Mưa cuốn trôi 7 ngôi nhà ở Huế").missing == ()

    def test_training_sees_what_the_writer_sees(self):
        article = vietnews.ReferenceArticle(
            id="1", document=build(ARTICLE, title="Mưa lớn ở Huế"), abstract=" ".join(ARTICLE[:1])
        )
        left_out = Counter()
        (bare, titled) = write_excerpts(iter([article, article]), left_out, words=40)
        generator = FakeGenerator(text=ARTICLE[0])
        Abstractive(generator=generator, extract_words=40).summarize(article.document, Budget())
        assert generator.asked == [" ".join([titled["title"], *titled["body"]])]
        assert bare["title"] == "" and not left_out

    @pytest.mark.parametrize(
        ("abstract", "reason"),
        [
            ("Đội tuyển thắng trận chung kết tại Bangkok trước đông đảo khán giả.", "unsupported"),
            ("Mưa lớn chiều 3/5 làm ngập 99 tuyến phố ở Huế, nước rút sau hai giờ.", "figure"),
            ("Mưa lớn ở Huế.", "length"),
        ],
    )  # fmt: skip
    def test_what_would_teach_to_invent_is_left_out(self, abstract, reason):
        article = vietnews.ReferenceArticle(id="1", document=build(ARTICLE), abstract=abstract)
        left_out = Counter()
        assert not list(write_excerpts(iter([article]), left_out))
        assert left_out == {reason: 1}


class TestResolution:
    def test_the_table(self):
        for spec in summarizers.HUB_ABSTRACTS:
            assert resolve_abstract(spec.model.name) is spec
            assert resolve_abstract(spec.model.checkpoint) is spec
            assert spec.max_output_tokens < spec.max_source_tokens

    def test_the_packaged_model(self):
        spec = resolve_abstract("mini")
        assert (spec.model.name, spec.model.origin) == ("mini", "package")
        assert spec.task_token == summarizers.TASK_TOKEN
        assert spec.extract_words

    def test_a_folder_is_treated_like_its_family(self, tmp_path):
        made = vnsum.load(summarizer=str(tiny.save_tiny("t5", tmp_path)))
        assert made.summarizer.signature.startswith("writer|checkpoint")

    def test_a_family_that_cannot(self, tmp_path):
        with pytest.raises(ModelError, match="cannot summarize with"):
            vnsum.load(summarizer=str(tiny.save_tiny("marian", tmp_path)))

    def test_a_name_that_nobody_has(self):
        with pytest.raises(ModelError, match=r"unknown summarizer 'lexrnk'.*lexrank.*vit5"):
            vnsum.load(summarizer="lexrnk")

    def test_offline(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HF_HOME", str(tmp_path))
        made = vnsum.load(summarizer="vit5", offline=True)
        with pytest.raises(ModelError, match="offline"):
            made.summarize(build(ARTICLE))
