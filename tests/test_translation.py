"""`CheckedTranslator` on fake backends."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum.checks.screening import count_copies, screen_output
from vnsum.decoding.batching import plan_batches
from vnsum.errors import LanguageError
from vnsum.glossary import Glossary
from vnsum.results.result import CheckedText, Finding, Span
from vnsum.translation import CheckedTranslator, FakeBackend, Hypothesis
from vnsum.translation.backends.backend import scramble
from vnsum.translation.preparing import prepare
from vnsum.translation.splitting import halve_text
from vnsum.translation.translatable import has_words, is_code


def load_cases(name):
    path = Path(__file__).parent / "cases" / name
    return json.loads(path.read_text(encoding="utf-8"))


WAY = {"source": "vi", "target": "en"}
WORDS = st.lists(
    st.sampled_from(["mưa", "to,", "Hà", "Nội", "và", "đường;", "ngập", "12", "–", "x" * 40]),
    max_size=60,
)


def guarded(function=scramble, **options):
    return CheckedTranslator(backend=FakeBackend(function=function, **options))


class TestBatches:
    @given(st.lists(st.integers(1, 300), max_size=80), st.integers(1, 40), st.integers(1, 2000))
    def test_every_text_once_within_the_budget(self, lengths, max_rows, max_tokens):
        batches = plan_batches(lengths, max_rows=max_rows, max_tokens=max_tokens)
        assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
        for batch in batches:
            widest = max(lengths[i] for i in batch)
            assert len(batch) <= max_rows
            assert len(batch) == 1 or len(batch) * widest <= max_tokens

    @given(st.lists(st.integers(1, 300), max_size=80))
    def test_similar_lengths_share_a_batch(self, lengths):
        flat = [lengths[i] for b in plan_batches(lengths, max_rows=8, max_tokens=900) for i in b]
        assert flat == sorted(lengths, reverse=True)


class TestGuard:
    @given(st.lists(WORDS.map(" ".join), max_size=12))
    @settings(deadline=None)
    def test_one_translation_for_each_text_in_order(self, texts):
        result = guarded().translate(texts, **WAY)
        assert len(result) == len(texts)
        for text, translation in zip(texts, result, strict=True):
            expected = scramble(text) if has_words(text) else text
            assert translation.split() == expected.split()

    @given(WORDS.map(" ".join), st.integers(2, 7))
    @settings(deadline=None)
    def test_no_word_is_lost_and_no_limit_passed(self, text, limit):
        translator = guarded(max_source_tokens=limit)
        (result,) = translator.translate_checked([text], **WAY)
        assert result.text.split() == (scramble(text) if has_words(text) else text).split()
        handed = [piece for call in translator.backend.calls for piece in call]
        assert all(len(piece.split()) <= limit for piece in handed)
        if has_words(text) and len(text.split()) > limit:
            assert "split" in {finding.kind for finding in result.findings}

    def test_nothing_in_nothing_out_and_no_call(self):
        translator = guarded()
        assert translator.translate([], **WAY) == []
        untouched = ["", "  ", "1.234,5 - 12%", "https://example.org/tin", "a.b@example.org", "…"]
        assert translator.translate(untouched, **WAY) == untouched
        assert translator.backend.calls == []

    def test_inline_markdown_survives(self):
        text = "Theo [báo](https://a.example/tin), **giá** tăng `x`."
        (result,) = guarded().translate_checked([text], **WAY)
        assert "[báo](https://a.example/tin)" in result.text
        assert "`x`" in result.text
        assert "markup" in {finding.kind for finding in result.findings}

    def test_the_same_text_is_translated_once(self):
        translator = guarded()
        assert translator.translate(["mưa", "nắng", "mưa"], **WAY) == ["ZHN", "ANAT", "ZHN"]
        assert translator.backend.calls == [("mưa", "nắng")]

    def test_a_direction_the_model_does_not_speak(self):
        translator = guarded(directions=("vi->en",))
        with pytest.raises(LanguageError, match=r"en->vi: expected vi->en.*models\(\)"):
            translator.translate(["rain"], source="en", target="vi")

    def test_a_word_longer_than_the_limit_is_cut_and_whole(self):
        class Letters(FakeBackend):
            def count_tokens(self, texts):
                return [len(text) for text in texts]

        backend = Letters(max_source_tokens=10)
        (result,) = CheckedTranslator(backend=backend).translate_checked(["a" * 64], **WAY)
        assert result.text.replace(" ", "") == "N" * 64

    def test_vietnamese_dates_reach_the_model_with_slashes(self):
        backend = FakeBackend()
        translator = CheckedTranslator(backend=backend)
        translator.translate(["Sáng 7-11, đội nhà thắng 3-1."], **WAY)
        translator.translate(["They won on 7-11-2019."], source="en", target="vi")
        sent = [text for texts in backend.calls for text in texts]
        assert sent[0] == "Sáng 7/11, đội nhà thắng 3-1."
        assert "They won on 7-11-2019." in sent


@pytest.mark.parametrize(
    ("output", "target", "expected"),
    [
        ('"Tôi sắp về nhà," ông Tám nói.', "vi", '"Tôi sắp về nhà", ông Tám nói.'),
        ("“Tôi về,” ông nói, “rồi ngủ.”", "vi", "“Tôi về”, ông nói, “rồi ngủ.”"),
        ("Rồi tôi ngủ,” ông Tám nói.", "vi", "Rồi tôi ngủ”, ông Tám nói."),
        ("“Tôi sắp về nhà”, ông Tám nói.", "vi", "“Tôi sắp về nhà”, ông Tám nói."),
        ('Ông có "cày, "bừa" và "cuốc".', "vi", 'Ông có "cày, "bừa" và "cuốc".'),
        ('Ông ghi "cày","bừa".', "vi", 'Ông ghi "cày","bừa".'),
        ("“I am going home,” Mr Tam said.", "en", "“I am going home,” Mr Tam said."),
    ],
)
def test_the_comma_of_a_quotation_is_outside_in_vietnamese(output, target, expected):
    source = "vi" if target == "en" else "en"
    translator = CheckedTranslator(backend=FakeBackend(function=lambda _: output), repair=False)
    assert translator.translate(["one two three four"], source=source, target=target) == [expected]


class Scripted(FakeBackend):
    """Answers by call: the first try, the wider beam, the halves."""

    def translate(self, texts, *, source, target, beams=None):
        first = not self.calls
        self.calls.append(tuple(texts))
        bad = self.function("") if first or beams else None
        return [Hypothesis(text=bad if bad is not None else scramble(text)) for text in texts]


BAD_OUTPUTS = {
    "empty": "",
    "loop": "to be as firm as possible, " * 9,
    "length": "Rain.",
    "untranslated": "Hôm nay trời mưa rất to ở nhiều nơi, đường phố ngập sâu.",
}


@pytest.mark.parametrize("kind", sorted(BAD_OUTPUTS))
def test_a_bad_output_is_found_and_tried_again(kind):
    source = "Hôm nay trời mưa to ở nhiều nơi, đường phố ngập sâu."
    hopeless = guarded(function=lambda _: BAD_OUTPUTS[kind])
    (result,) = hopeless.translate_checked([source], **WAY)
    assert kind in {finding.kind for finding in result.findings if finding.severity != "info"}

    mended = CheckedTranslator(backend=Scripted(function=lambda _: BAD_OUTPUTS[kind]))
    (result,) = mended.translate_checked([source], **WAY)
    assert result.text == scramble(source)
    assert {finding.severity for finding in result.findings} == {"info"}
    assert "retry" in {finding.kind for finding in result.findings}


SOURCE = "Hôm nay trời mưa to ở nhiều nơi, đường phố ngập sâu."


class Kept(FakeBackend):
    """Loops at first, and has a good translation among the candidates of its search."""

    def translate(self, texts, *, source, target, beams=None):
        self.calls.append(tuple(texts))
        others = tuple(Hypothesis(text=text, score=-1.0) for text in ("", scramble(texts[0])))
        return [Hypothesis(text=BAD_OUTPUTS["loop"], n_best=others) for _ in texts]


class Branched(FakeBackend):
    """Finds the translation off the likeliest path only."""

    def diversify(self, texts, *, source, target):
        other = Hypothesis(text=scramble(texts[0]), score=-1.0)
        return [Hypothesis(text="", n_best=(other,)) for _ in texts]


@pytest.mark.parametrize(("kind", "calls", "how"), [(Kept, 1, "candidate"), (Branched, 3, "begin")])
def test_the_ladder_goes_on_until_one_is_good(kind, calls, how):
    translator = CheckedTranslator(backend=kind(function=lambda _: BAD_OUTPUTS["loop"]))
    (result,) = translator.translate_checked([SOURCE], **WAY)
    assert result.text == scramble(SOURCE)
    assert len(translator.backend.calls) == calls
    assert [how in f.message for f in result.findings if f.kind == "retry"] == [True]


def test_the_best_of_bad_tries_is_kept_with_its_findings():
    class Worse(FakeBackend):
        def diversify(self, texts, *, source, target):
            return [Hypothesis(text="") for _ in texts]

    # Too short is a warning, nothing at all an error.
    translator = CheckedTranslator(backend=Worse(function=lambda _: BAD_OUTPUTS["length"]))
    (result,) = translator.translate_checked([SOURCE], **WAY)
    assert result.text.startswith(BAD_OUTPUTS["length"])
    assert "length" in {finding.kind for finding in result.findings}


CODE = load_cases("code.json")


@pytest.mark.parametrize("line", CODE["code"])
def test_code_is_left_alone(line):
    assert is_code(line)
    assert not has_words(line)


@pytest.mark.parametrize("line", CODE["prose"])
def test_prose_is_no_code(line):
    assert has_words(line)


@pytest.mark.parametrize("case", load_cases("leftovers.json"), ids=lambda case: case["output"][:40])
def test_what_is_left_over_is_found(case):
    from vnsum.languages import detect

    found = screen_output(case["source"], case["output"], detect=detect, target=case["target"])
    assert [finding.kind for finding in found] == case["kinds"]


@pytest.mark.parametrize("text", ["Some 4" + "0" * 40, "A lot of hahaha" + "ha" * 20])
def test_repeated_characters_are_a_loop(text):
    source = "Vài ngàn nhân viên sống ở đây vào mùa hè."
    (finding,) = screen_output(source, text, detect=lambda _: "en", target="en")
    assert (finding.kind, finding.severity) == ("loop", "error")
    assert not screen_output(text, text, detect=lambda _: "en", target="en")


def test_an_unfinished_output_is_an_error():
    findings = screen_output(
        "Mưa to nhiều nơi và đường phố ngập sâu.",
        "It rained hard in many places and the streets",
        detect=lambda _: "en",
        target="en",
        finished=False,
    )
    assert [(f.kind, f.severity) for f in findings] == [("length", "error")]


GOOD = [
    ("Ha ha ha ha ha, vui quá!", "Ha ha ha ha ha, so funny!"),
    ("Rất, rất vui.", "Very, very happy."),
    ("Nguyễn Văn An", "Nguyen Van An"),
    ("Không.", "No."),
    ("Giá vàng tăng 5,2% lên 1.200 USD.", "Gold rose 5.2% to 1,200 USD."),
]


@pytest.mark.parametrize(("source", "target"), GOOD)
def test_good_outputs_pass(source, target):
    from vnsum.languages import detect

    assert screen_output(source, target, detect=detect, target="en") == []


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), st.integers(2, 6))
def test_copies_are_counted(words, copies):
    unit = [*words, "end"]  # "end" keeps the unit from being a repetition itself
    assert count_copies(["start", *unit * copies]) >= copies


@given(WORDS.map(" ".join))
def test_halves_hold_every_letter(text):
    assert "".join(halve_text(text, "vi")).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("terms", "seen"),
    [
        ({}, "Cảnh sát giao thông phạt 5 xe, sở Giáo dục và Đào tạo họp."),
        ({"CSGT": "traffic police"}, "CSGT phạt 5 xe, sở Giáo dục và Đào tạo họp."),
        ({"CSGT": "CSGT", "sở GD&ĐT": "DOET"}, "CSGT phạt 5 xe, sở GD&ĐT họp."),
    ],
)
def test_models_read_abbreviations_written_out(terms, seen):
    read = []
    backend = FakeBackend(function=lambda text: read.append(text) or "CSGT, traffic police, DOET 5")
    translator = CheckedTranslator(backend=backend, glossary=Glossary.make(terms))
    translator.translate(["CSGT phạt 5 xe, sở GD&ĐT họp."], source="vi", target="en")
    assert seen in read
    read.clear()
    translator.translate(["The CSGT met."], source="en", target="vi")
    assert read[0] == "The CSGT met."


WORDS = st.lists(st.sampled_from(["CSGT", "Bộ", "GD&ĐT", "1.400", "người", "SN 1983", "(HTX)"]))


@given(WORDS)
def test_findings_are_about_the_text_with_its_abbreviations(words):
    text = " ".join(words)
    ready = prepare(text, "vi", Glossary())
    for word in ("Bộ", "1.400", "người", "(HTX)"):
        old = [match.span() for match in re.finditer(re.escape(word), text)]
        new = [
            match.span() for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", ready.text)
        ]
        assert len(old) == len(new)
        for place, (start, end) in zip(old, new, strict=True):
            finding = Finding(
                kind="number", severity="info", message="", source=Span(start=start, end=end)
            )
            done = ready.restore_spans(CheckedText(text="", findings=(finding,)))
            assert done.findings[0].source == Span(start=place[0], end=place[1])
    everything = Finding(
        kind="number", severity="info", message="", source=Span(start=0, end=len(ready.text))
    )
    done = ready.restore_spans(CheckedText(text="", findings=(everything,)))
    assert done.findings[0].source == Span(start=0, end=len(text))


def test_a_repair_after_an_abbreviation_names_its_place():
    text = "BHXH tỉnh và CSGT thành phố hôm qua đã phạt 1.400 người vi phạm."
    backend = FakeBackend(function=lambda _: "The police fined 14,000 people yesterday.")
    translator = CheckedTranslator(backend=backend)
    (done,) = translator.translate_checked([text], source="vi", target="en")
    (note,) = done.findings
    assert text[note.source.start : note.source.end] == "1.400"
