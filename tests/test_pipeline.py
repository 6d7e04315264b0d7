"""The pipeline with a fake translator: order, count, boilerplate, languages, errors."""

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vnsum
from vnsum import errors, summarization
from vnsum.checkpoints.families import FAMILIES, QUALITIES
from vnsum.translation import CheckedTranslator, FakeBackend, RunOptions
from vnsum.translation.backends.backend import scramble

PROSE = st.lists(
    st.sampled_from([
        "Hôm nay trời mưa to ở Hà Nội.", "Đường phố ngập sâu.", "Giá vàng tăng 5,2%.",
        "Ông nói: “Chúng tôi đã sẵn sàng.”", "\n\n", "\n",
    ]),
    min_size=1, max_size=12,
).map(" ".join)  # fmt: skip


def pipeline(function=scramble, summarizer="lead", **options):
    translator = CheckedTranslator(backend=FakeBackend(function=function, **options))
    return vnsum.Pipeline(translator=translator, summarizer=summarization.load(summarizer))


@pytest.fixture(scope="module")
def fake():
    return pipeline()


class TestTranslate:
    @given(PROSE)
    @settings(deadline=None, max_examples=40)
    def test_every_sentence_once_in_order(self, text):
        translation = pipeline().translate(text, source_lang="vi")
        assert tuple(p.source for p in translation.pairs) == translation.document.sentences
        assert [p.target for p in translation.pairs] == [
            scramble(s.text) for s in translation.document.sentences
        ]

    @given(PROSE)
    @settings(deadline=None, max_examples=40)
    def test_an_identity_translator_gives_the_text_back(self, text):
        translation = pipeline(function=str).translate(text, source_lang="vi")
        assert translation.text == translation.document.text

    def test_the_article(self, fake, article):
        translation = fake.translate(article)
        assert len(translation.pairs) == len(translation.document.sentences) == 12
        assert "10 January 2026" in translation.text
        assert "/." not in translation.text
        teaser = next(f for f in translation.document.boilerplate if f.kind == "teaser")
        assert scramble(teaser.text[:80]) in translation.text
        assert translation.text.count("\n\n") == article.count("\n\n")

    def test_title(self, fake):
        translation = fake.translate("Trời mưa to.", title="Mưa ở Hà Nội")
        assert translation.title == "ZHN B UN ABV"

    @pytest.mark.parametrize("text", ["", "   ", "\n\n\t\n"])
    def test_nothing_in_nothing_out(self, fake, text):
        translation = fake.translate(text)
        assert (translation.pairs, translation.text.strip()) == ((), "")
        summary = fake.summarize(text)
        assert (summary.pairs, summary.vi.text, summary.en.text) == ((), "", "")

    def test_text_in_the_target_language_comes_back_with_a_finding(self, fake):
        text = "It rained hard in the city today. The streets were flooded."
        translation = fake.translate(text, to="en")
        assert translation.text == text
        assert [f.kind for f in translation.findings] == ["language"]
        assert fake.summarize(text, to="en").en.text == text

    def test_vietnamese_without_diacritics_gets_a_warning(self, fake):
        for verb in (fake.translate, fake.summarize):
            result = verb(
                "Hom nay troi mua to o Ha Noi, nhieu tuyen duong ngap sau.", source_lang="vi"
            )
            assert [(f.kind, f.severity) for f in result.findings] == [("language", "warning")]
        assert fake.translate("Hôm nay trời mưa to ở Hà Nội.").findings == ()

    def test_the_other_direction(self, fake):
        translation = fake.translate("It rained hard in the city today.", to="vi")
        assert translation.text == scramble("It rained hard in the city today.")
        assert fake.summarize("It rained hard in the city today.").target_lang == "vi"


class TestMany:
    @given(st.lists(PROSE, max_size=5))
    @settings(deadline=None, max_examples=25)
    def test_many_is_one_by_one(self, texts):
        texts = [text for text in texts if text.strip()]
        one = pipeline()
        assert one.translate_many(texts) == [one.translate(text) for text in texts]
        assert one.summarize_many(texts, 2) == [one.summarize(text, 2) for text in texts]

    def test_languages_may_mix(self, fake):
        texts = ["Trời mưa to ở Hà Nội.", "It rained hard in the city today."]
        assert [s.target_lang for s in fake.summarize_many(texts)] == ["en", "vi"]

    def test_a_bad_text_is_named(self, fake):
        with pytest.raises(errors.InputError, match=r"texts\[1\]"):
            fake.translate_many(["Trời mưa.", b"Tr"])

    @pytest.mark.parametrize("texts", ["Trời mưa.", b"x"])
    def test_one_text_is_no_list(self, fake, texts):
        with pytest.raises(errors.InputError, match="list"):
            fake.summarize_many(texts)


class TestSummarize:
    @given(PROSE, st.integers(1, 5))
    @settings(deadline=None, max_examples=40)
    def test_within_budget_and_with_evidence(self, text, sentences):
        summary = pipeline().summarize(text, sentences, source_lang="vi")
        assert len(summary.pairs) <= sentences
        for pair in summary.pairs:
            (index,) = pair.source.evidence
            assert summary.document.sentences[index].text == pair.source.text
            assert pair.target == scramble(pair.source.text)

    def test_boilerplate_stays_out(self, article):
        for name in summarization.METHODS:
            summary = pipeline(summarizer=name).summarize(article, 1.0)
            assert "date 2026" not in summary.vi.text, name
            assert "/." not in summary.vi.text, name
            assert "Bộ Nội vụ Colombia" not in summary.vi.text, name

    def test_signature_tells_how_it_was_made(self, fake):
        signature = fake.summarize("Trời mưa to.").signature
        assert signature.startswith(f"vnsum {vnsum.__version__}|lead")
        assert "fake" in signature


BAD_TEXTS = [b"Tr\xe1\xbb\x9di", None, 3, ["Trời"]]


@pytest.mark.parametrize("text", BAD_TEXTS, ids=repr)
@pytest.mark.parametrize("verb", ["translate", "summarize", "segment"])
def test_what_is_no_text(fake, verb, text):
    with pytest.raises(errors.InputError, match=type(text).__name__):
        getattr(fake, verb)(text)


def test_paths_are_no_texts(fake, tmp_path):
    with pytest.raises(errors.InputError, match=r"vnsum\.read"):
        fake.translate(tmp_path)


@pytest.mark.parametrize("lang", ["fr", "EN", "", None, 3])
def test_unknown_languages(fake, lang):
    with pytest.raises(errors.LanguageError):
        fake.translate("Trời mưa to.", to=lang)


def test_a_text_in_neither_language(fake):
    with pytest.raises(errors.LanguageError):
        fake.translate("Сегодня в городе шёл сильный дождь, улицы затопило.")


UNKNOWN_MODELS = ["minni", "no/such/model", "/no/such/folder", "", 3, None]


@pytest.mark.parametrize("model", UNKNOWN_MODELS, ids=repr)
def test_unknown_models(model):
    with pytest.raises(errors.ModelError):
        vnsum.load(model)


def test_unknown_models_get_a_hint():
    with pytest.raises(errors.ModelError, match="did you mean 'mini'"):
        vnsum.load("minni")


def test_an_unknown_summarizer():
    with pytest.raises(errors.ModelError, match="lexrank"):
        vnsum.load(summarizer="oracle-of-delphi")


@pytest.mark.parametrize("quality", ["", "Best", 8, True, None])
def test_bad_quality(quality):
    with pytest.raises(errors.InputError, match="quality must be one of fast, standard, best, not"):
        vnsum.load(quality=quality)


@pytest.mark.parametrize("beams", [0, -1, 1.5, True, "4"])
def test_bad_beams(beams):
    with pytest.raises(errors.InputError, match="beams must be an integer >= 1 and <= 1000, not"):
        RunOptions(beams=beams)


def test_the_quality_chooses_the_beam_width():
    for family in FAMILIES.values():
        widths = [RunOptions(quality=quality).choose_beams(family) for quality in QUALITIES]
        assert widths == [1, family.beams, family.best_beams]
        assert widths == sorted(set(widths))
        assert RunOptions(quality="best", beams=3).choose_beams(family) == 3


@pytest.mark.parametrize(
    "options",
    [
        *({"summarizer": name} for name in (*summarization.METHODS, "mini", "vit5", "mt5-xlsum")),
        *({"model": spec} for spec in vnsum.models()),
        *({"runtime": name} for name in ("vnsum", "ctranslate2", "transformers")),
        {"glossary": {"Biển Đông": "East Sea"}, "keep": ["VinFast"]},
        {"cache": True},
        {"cache": "job.sqlite", "summarizer": "mini"},
    ],
    ids=str,
)
def test_every_pipeline_pickles(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = vnsum.load(**options)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert again.translator.signature == made.translator.signature
        assert again.translator.request == made.translator.request
        assert again.summarizer.signature == made.summarizer.signature
        assert again.glossary == made.glossary


def test_a_hub_model_offline():
    with pytest.raises(errors.ModelError, match="offline"):
        vnsum.load("somebody/some-model")
    with pytest.raises(errors.ModelError, match=r"offline.*mini"):
        vnsum.load("opus-mt-vi-en").translate("Trời mưa to.")


def test_parts_work_without_a_translator():
    loaded = vnsum.load()
    document = vnsum.segment("Trời mưa to ở Hà Nội. Đường phố ngập. Xe không đi được.",
                             title="Mưa lớn")  # fmt: skip
    summary = loaded.summarizer.summarize(document, vnsum.Budget(sentences=3))
    assert isinstance(summary, vnsum.Summary)
    assert len(summary.sentences) == 3  # of two the ranker may write one alone
    assert "|" not in loaded.translator.signature, "nothing was loaded"


def test_a_translation_has_the_line_ends_of_its_source():
    text = "Trời mưa.\r\n\r\nĐường ngập.\r\n"
    crlf, lf = (pipeline().translate(given).text for given in (text, text.replace("\r\n", "\n")))
    assert crlf == lf.replace("\n", "\r\n") != lf


def test_findings_of_the_document_are_findings_of_its_results(fake):
    document = fake.segment("Com ngon qua")
    assert len(document.findings) == 1
    assert fake.translate(document).findings == document.findings
    assert fake.summarize(document).findings[:1] == document.findings
