"""Confidence of translations: how it is computed and reported."""

import json
import re
from dataclasses import dataclass, field, replace

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnsum
from vnsum import summarization
from vnsum.checkpoints.families import FAMILIES, Confidence
from vnsum.integrations import Batch
from vnsum.results.result import CheckedText
from vnsum.translation import CheckedTranslator, FakeBackend, TranslationStore
from vnsum.translation.backends.backend import Hypothesis, SupportsConfidence
from vnsum.translation.cache.translator import CachedTranslator
from vnsum.translation.checked import DOUBTFUL
from vnsum.translation.headlines import is_headline, translate_as_sentences

SCORES = st.floats(-20, 0)
SURE, UNSURE = 0.9, DOUBTFUL / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimating(FakeBackend):
    """A fake backend that is not sure of sentences about rain, and records what it is asked."""

    asked: list[Hypothesis] = field(default_factory=list)

    def estimate_confidence(self, texts, hypotheses, *, source, target):
        self.asked.extend(hypotheses)
        return [UNSURE if "mưa" in text else SURE for text in texts]


def translator(**options):
    return CheckedTranslator(backend=Estimating(**options))


def check(texts, **options):
    return translator(**options).translate_checked(texts, source="vi", target="en")


@given(SCORES, SCORES, SCORES, st.sampled_from(["vi", "en"]))
def test_better_scores_never_lower_the_confidence(forward, reverse, better, lang):
    estimate = FAMILIES["gemma-tagged"].confidence.estimate
    low, high = sorted((reverse, better))
    assert 0 <= estimate(forward=forward, reverse=low, lang=lang) <= 1
    assert estimate(forward=forward, reverse=low, lang=lang) <= estimate(
        forward=forward, reverse=high, lang=lang
    )
    low, high = sorted((forward, better))
    assert estimate(forward=low, reverse=reverse, lang=lang) <= estimate(
        forward=high, reverse=reverse, lang=lang
    )


def test_scores_out_of_range_are_no_error():
    confidence = Confidence(weights={"en": (1.0, 1e6)})
    assert confidence.estimate(forward=-1e9, reverse=-1e9, lang="en") == 0.0


def test_doubtful_sentences_get_a_finding():
    sure, unsure = check(["Nắng đẹp.", "Trời mưa to."])
    assert (sure.confidence, unsure.confidence) == (SURE, UNSURE)
    assert [f.kind for f in sure.findings if f.kind == "doubt"] == []
    (doubt,) = [f for f in unsure.findings if f.kind == "doubt"]
    assert doubt.severity == "warning"
    assert doubt.message == "The translation is doubtful: its confidence is 0.12."


def test_texts_that_are_not_translated_have_none():
    assert [c.confidence for c in check(["3,5", "https://example.org"])] == [None, None]


def test_backends_without_estimates_have_none():
    plain = CheckedTranslator(backend=FakeBackend())
    assert not isinstance(plain.backend, SupportsConfidence)
    (done,) = plain.translate_checked(["Trời mưa to."], source="vi", target="en")
    assert done.confidence is None


def test_a_sentence_in_pieces_is_as_sure_as_its_worst_piece():
    text = "Nắng đẹp ở Huế và Đà Nẵng, mưa to ở Hà Nội và Nam Định."
    (done,) = check([text], max_source_tokens=8)
    assert any(finding.kind == "split" for finding in done.findings)
    assert done.confidence == UNSURE


def test_scores_of_the_search_are_passed_on_where_its_text_is_kept():
    backend = Estimating()
    CheckedTranslator(backend=backend).translate(["Trời mưa to."], source="vi", target="en")
    (asked,) = backend.asked
    assert asked == backend.translate(["Trời mưa to."], source="vi", target="en")[0]


def test_results_have_it_and_keep_it_in_json(tmp_path):
    with TranslationStore(tmp_path) as store:
        cached = CachedTranslator(translator(), store=store)
        pipeline = vnsum.Pipeline(translator=cached, summarizer=summarization.load("lead"))
        for _ in range(2):  # from the translator, then from the cache
            translation = pipeline.translate("Trời mưa to. Nắng đẹp.", source_lang="vi")
            summary = pipeline.summarize("Trời mưa to. Nắng đẹp.", 2, source_lang="vi")
            for result in (translation, summary):
                assert [pair.confidence for pair in result.pairs] == [UNSURE, SURE]
                again = type(result).from_dict(json.loads(json.dumps(result.to_dict())))
                assert again == result
    assert "1 doubtful" in translation.report()


def test_html_shows_it_and_nothing_where_there_is_none():
    text = "Trời mưa to. Nắng đẹp."
    for backend, shown in ((Estimating(), ["0.12", "0.90"]), (FakeBackend(), [])):
        pipeline = vnsum.Pipeline(
            translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
        )
        for result in (
            pipeline.translate(text, source_lang="vi"),
            pipeline.summarize(text, 2, source_lang="vi"),
        ):
            found = re.findall(r"<span>confidence ([\d.]+)</span>", result._repr_html_())
            assert found == shown


def test_tables_have_that_of_the_least_certain_sentence():
    pipeline = vnsum.Pipeline(translator=translator(), summarizer=summarization.load("lead"))
    for verb in ("translate", "summarize"):
        batch = Batch(verb, column="vi", model=lambda: pipeline, source_lang="vi")
        frame = batch(
            pandas.DataFrame({"vi": ["Trời mưa to. Nắng đẹp.", "Nắng đẹp.", None, "3,5"]})
        )
        assert frame["confidence"].dtype == "float64"
        assert frame["confidence"].isna().tolist() == [False, False, True, True]
        doubtful = frame[frame["confidence"] < DOUBTFUL]
        assert doubtful["vi"].tolist() == ["Trời mưa to. Nắng đẹp."]


@pytest.mark.parametrize("confidence", [0, 1, 0.5, None])
def test_checked_texts_are_json(confidence):
    checked = CheckedText(text="It rained.", confidence=confidence)
    assert CheckedText.from_dict(checked.to_dict()) == checked
    old = {key: value for key, value in checked.to_dict().items() if key != "confidence"}
    assert CheckedText.from_dict(old) == replace(checked, confidence=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferring(FakeBackend):
    """A fake backend with a confidence for texts with a full stop, and one for all others."""

    as_sentence: str = "It is raining again in Hue."
    with_stop: float | None = 0.9
    without: float | None = 0.5

    def translate(self, texts, *, source, target, beams=None):
        return [
            Hypothesis(text=self.as_sentence if text.endswith(".") else "Rain again in Hue")
            for text in texts
        ]

    def estimate_confidence(self, texts, hypotheses, *, source, target):
        return [self.with_stop if text.endswith(".") else self.without for text in texts]


HEADLINE = "Huế lại có mưa"


def translate_headline(**options):
    translator = CheckedTranslator(backend=Preferring(**options), repair=False)
    (checked,) = translator.translate_checked([HEADLINE], source="vi", target="en")
    return checked


@pytest.mark.parametrize(
    ("with_stop", "without", "expected"),
    [
        (0.6, 0.5, "It is raining again in Hue"),
        (0.5, 0.5, "Rain again in Hue"),
        (0.4, 0.5, "Rain again in Hue"),
        (None, 0.5, "Rain again in Hue"),
        (0.9, None, "Rain again in Hue"),
    ],
)
def test_the_more_confident_translation_of_a_headline_is_chosen(with_stop, without, expected):
    assert translate_headline(with_stop=with_stop, without=without).text == expected


def test_the_other_translation_of_a_headline_is_kept():
    backend = Preferring()
    plain = replace(backend.translate([HEADLINE], source="vi", target="en")[0],
                    n_best=(Hypothesis(text="Rain"),))  # fmt: skip
    found = translate_as_sentences({HEADLINE: plain}, backend=backend, source="vi", target="en")
    assert found[HEADLINE].n_best == (plain, *plain.n_best)


@pytest.mark.parametrize("end", ["..", "…", "...", "?", ""])
def test_only_a_full_stop_of_its_own_is_removed_from_a_headline(end):
    assert translate_headline(as_sentence=f"It rains{end}").text == "Rain again in Hue"


@pytest.mark.parametrize("text", ["Huế có mưa", f"{HEADLINE}.", f"{HEADLINE}?", f"{HEADLINE}:", ""])
def test_other_texts_are_translated_once(text):
    assert not is_headline(text)
    plain = {text: Hypothesis(text="A")}
    assert translate_as_sentences(plain, backend=Preferring(), source="vi", target="en") == {}


@pytest.mark.parametrize("call", ["translate", "summarize", "digest"])
def test_doubt_about_a_title_is_a_finding_of_the_whole_result(call):
    text = "Huế lại có mưa\n\nNước sông dâng cao."
    pipeline = vnsum.Pipeline(translator=translator(), summarizer=summarization.load("lead"))
    run = {
        "translate": lambda: pipeline.translate(text),
        "summarize": lambda: pipeline.summarize(text),
        "digest": lambda: pipeline.digest([text, "Nước sông dâng cao."]),
    }[call]
    result = run()
    assert [f.message for f in result.findings if f.kind == "doubt"] == [
        f"In the title: The translation is doubtful: its confidence is {UNSURE:.2f}."
    ]
    assert all(pair.confidence == SURE for pair in result.pairs)


def test_doubt_about_a_caption_is_a_finding_of_the_whole_result():
    text = "Nước sông dâng cao. Dân làng đi sơ tán.\n\nĐường ngập vì mưa lớn. Ảnh: Lê An"
    document = vnsum.segment(text)
    (piece,) = document.boilerplate
    pipeline = vnsum.Pipeline(translator=translator(), summarizer=summarization.load("lead"))
    (finding,) = [f for f in pipeline.translate(document).findings if f.kind == "doubt"]
    assert finding.message.startswith(f"In the {piece.kind}: ")
