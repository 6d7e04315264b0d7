"""Applying a glossary, on fake backends; a few sentences with the packaged model."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vnsum
from vnsum.checks.screening import screen_output
from vnsum.cli import main
from vnsum.errors import InputError
from vnsum.glossary import Glossary
from vnsum.glossary.checking import check_terms
from vnsum.languages import detect
from vnsum.names.table import plain
from vnsum.pipeline import Pipeline
from vnsum.results.result import Finding, Span
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import Hypothesis, scramble
from vnsum.translation.checked import CheckedText
from vnsum.translation.repair.consistency import unify_forms

WAY = {"source": "vi", "target": "en"}
SEA = {"Biển Đông": "East Sea"}
SOURCE = "Tàu chiến tập trận ở Biển Đông."
WRONG = "The warships held drills in the South China Sea."
RIGHT = "The warships held drills in the East Sea."


def guarded(function, glossary, **options):
    return CheckedTranslator(backend=FakeBackend(function=function), glossary=glossary, **options)


def literate(text):
    """A model that copies the English that it finds in its source."""
    return RIGHT if "East Sea" in text else WRONG


def missing(findings):
    return [f for f in findings if f.kind == "term" and f.severity == "warning"]


def brought_in(findings):
    return [f for f in findings if f.kind == "term" and f.severity == "info"]


class Offering(FakeBackend):
    """Has another candidate, and rates everything the same."""

    others = ()

    def translate(self, texts, *, source, target, beams=None):
        self.calls.append(tuple(texts))
        return [Hypothesis(text=self.function(t), score=-0.5, n_best=self.others) for t in texts]


class Steered(FakeBackend):
    """Can be steered: writes what it would have written with the form at the end."""

    asked = ()
    loss = 0.2

    def score(self, pairs, *, source, target):
        return [-0.5 for _ in pairs]

    def constrain(self, constraints, *, source, target):
        type(self).asked = (*self.asked, *constraints)
        return [
            (Hypothesis(text=f"{r.translation} {r.forms[0]}.", score=-0.5 - self.loss),)
            for r in constraints
        ]


class TestLaws:
    NAMES = ("Biển Đông", "VinFast", "Huế", "lạm phát")
    TARGETS = ("East Sea", "VinFast", "Hue", "inflation")
    GLOSSARY = Glossary.from_dict(
        {"Biển Đông": "East Sea", "Huế": "Hue", "lạm phát": "inflation"}, keep=["VinFast"]
    )
    SOURCES = st.lists(st.sampled_from([*NAMES, "hôm nay", "tăng 5%,"]), min_size=1, max_size=6)
    OUTPUTS = st.lists(
        st.sampled_from([*TARGETS, "today", "rose by 5%,", "vinfast", ""]), max_size=7
    )

    @given(st.dictionaries(SOURCES.map(" ".join), OUTPUTS.map(" ".join), min_size=1, max_size=4))
    @settings(deadline=None, max_examples=50)
    def test_every_term_is_there_or_named_in_a_finding(self, table):
        translator = guarded(lambda text: table.get(text, text), self.GLOSSARY)
        results = translator.translate_checked([*table], **WAY)
        for text, result in zip(table, results, strict=True):
            lacking = {text[f.source.start : f.source.end] for f in missing(result.findings)}
            for name, target in zip(self.NAMES, self.TARGETS, strict=True):
                if name in text:
                    assert (name in lacking) != (target in result.text)
            for note in brought_in(result.findings):
                assert text[note.source.start : note.source.end] in self.NAMES
                assert result.text[note.target.start : note.target.end] in self.TARGETS

    @given(st.lists(SOURCES.map(" ".join), max_size=4), OUTPUTS.map(" ".join))
    @settings(deadline=None, max_examples=40)
    def test_a_translation_that_lacks_nothing_stays_as_it_was(self, texts, output):
        whole = " ".join([*self.TARGETS, output])
        plain = guarded(lambda _: whole, Glossary())
        strict = guarded(lambda _: whole, self.GLOSSARY)
        assert strict.translate_checked(texts, **WAY) == plain.translate_checked(texts, **WAY)
        assert strict.backend.calls == plain.backend.calls

    @given(st.lists(st.text(max_size=30), max_size=4))
    @settings(deadline=None)
    def test_an_empty_glossary_changes_nothing(self, texts):
        with_one = guarded(scramble, Glossary())
        without = CheckedTranslator(backend=FakeBackend())
        assert with_one.translate_checked(texts, **WAY) == without.translate_checked(texts, **WAY)
        assert with_one.signature == without.signature

    def test_the_signature_tells_glossaries_apart(self):
        some = [Glossary.from_dict(SEA), Glossary.from_dict(SEA, case="exact"),
                Glossary.from_dict({}, keep=["Biển Đông"]), Glossary()]  # fmt: skip
        assert len({guarded(scramble, glossary).signature for glossary in some}) == len(some)
        assert some[0].digest in guarded(scramble, some[0]).signature


class TestEnforcing:
    def test_the_form_is_written_into_the_source(self):
        translator = guarded(literate, Glossary.from_dict(SEA))
        (result,) = translator.translate_checked([SOURCE], **WAY)
        assert result.text == RIGHT
        (note,) = result.findings
        assert (note.kind, note.severity) == ("term", "info")
        assert SOURCE[note.source.start : note.source.end] == "Biển Đông"
        assert RIGHT[note.target.start : note.target.end] == "East Sea"
        assert translator.backend.calls[1] == ("Tàu chiến tập trận ở East Sea.",)

    def test_another_candidate_costs_no_second_translation(self):
        kind = type("Sea", (Offering,), {"others": (Hypothesis(text=RIGHT, score=-0.7),)})
        backend = kind(function=lambda _: WRONG)
        translator = CheckedTranslator(backend=backend, glossary=Glossary.from_dict(SEA))
        (result,) = translator.translate_checked([SOURCE], **WAY)
        assert result.text == RIGHT
        assert len(backend.calls) == 1

    def test_steering_brings_in_what_is_left(self):
        kind = type("Sea", (Steered,), {})
        backend = kind(function=lambda _: WRONG.rstrip("."))
        translator = CheckedTranslator(backend=backend, glossary=Glossary.from_dict(SEA))
        (result,) = translator.translate_checked([SOURCE], **WAY)
        assert result.text.endswith("South China Sea East Sea.")
        assert "given" in result.findings[0].message
        assert kind.asked[0].forms == ("East Sea", "East Seas")

    def test_what_the_model_finds_far_too_unlikely_is_left_and_named(self):
        kind = type("Sea", (Steered,), {"loss": 5.0})
        translator = CheckedTranslator(
            backend=kind(function=lambda _: WRONG), glossary=Glossary.from_dict(SEA)
        )
        (result,) = translator.translate_checked([SOURCE], **WAY)
        assert result.text == WRONG
        (finding,) = missing(result.findings)
        assert finding.message == (
            'The term "Biển Đông" should be translated as "East Sea", which is missing.'
        )

    @pytest.mark.parametrize("worse", [
        "East Sea", "East Sea " * 9, "The 3 warships held drills in the East Sea.",
        "The warships did not hold drills in the East Sea.", "",
    ])  # fmt: skip
    def test_nothing_worse_is_taken(self, worse):
        def write(text):
            return worse if "East" in text else WRONG

        (result,) = guarded(write, Glossary.from_dict(SEA)).translate_checked([SOURCE], **WAY)
        assert result.text == WRONG
        assert missing(result.findings)

    @pytest.mark.parametrize(("name", "draft"), [
        ("Hòa Lạc", "VinFast sells cars in Hoa Lac."),
        ("VinFast", "Vinfast sells cars in Hòa Lạc."),
        ("VinFast", "VINFAST sells cars in Hòa Lạc."),
    ])  # fmt: skip
    def test_kept_names_get_their_letters_back(self, name, draft):
        source = "VinFast bán xe ở Hòa Lạc."
        translator = guarded(lambda _: draft, Glossary.from_dict({}, keep=[name]))
        (result,) = translator.translate_checked([source], **WAY)
        assert result.text == "VinFast sells cars in Hòa Lạc."
        assert not missing(result.findings)

    def test_a_repair_of_figures_loses_no_term(self):
        source = "Có 1.400 tàu ở Biển Đông."
        others = (
            Hypothesis(text="There were 1,400 ships at sea.", score=-0.5),
            Hypothesis(text="There are 1,400 ships in the East Sea.", score=-0.8),
        )
        kind = type("Sea", (Offering,), {"others": others})
        backend = kind(function=lambda _: "There were many ships in the East Sea.")
        translator = CheckedTranslator(backend=backend, glossary=Glossary.from_dict(SEA))
        (result,) = translator.translate_checked([source], **WAY)
        assert result.text == "There are 1,400 ships in the East Sea."

    def test_texts_at_the_limit_of_the_model_are_not_made_longer(self):
        backend = FakeBackend(function=lambda _: WRONG, max_source_tokens=7)
        glossary = Glossary.from_dict({"Biển Đông": "East Sea of Viet Nam and others"})
        translator = CheckedTranslator(backend=backend, glossary=glossary)
        (result,) = translator.translate_checked([SOURCE], **WAY)
        assert missing(result.findings)
        asked = [text for call in backend.calls for text in call]
        assert asked and all(len(text.split()) <= 7 for text in asked)

    def test_markup_around_a_term(self):
        marked = "Tàu chiến tập trận ở [Biển Đông](https://example.org/Biển)."
        (result,) = guarded(literate, Glossary.from_dict(SEA)).translate_checked([marked], **WAY)
        assert "East Sea" in result.text
        assert not missing(result.findings)

    def test_the_other_direction(self):
        glossary = Glossary.from_dict(SEA)
        translator = guarded(
            lambda text: "Tàu ở Biển Đông." if "Biển Đông" in text else "Tàu ở biển.", glossary
        )
        (result,) = translator.translate_checked(
            ["Ships in the East Sea."], source="en", target="vi"
        )
        assert result.text == "Tàu ở Biển Đông."


CHECKS = [
    ("giá năng lượng", "Energy prices rose.", {"giá năng lượng": "energy price"}, True),
    ("Ngân hàng", "Northern Rock Bank's offices", {"ngân hàng": "bank"}, True),
    ("Trump", "the Trumps", {"Trump": "Trump"}, False),
    ("Trump", "Trump’s plan", {"Trump": "Trump"}, True),
    ("Mỹ", "the United States", {"Mỹ": ["US", "United States"]}, True),
    ("Mỹ", "us", {"Mỹ": ["US", "United States"]}, False),
    ("Biển Đông và Đông", "East Sea", {"Biển Đông": "East Sea", "Đông": "East"}, True),
    ("đảo", "an islander", {"đảo": "island"}, False),
]


@pytest.mark.parametrize(("source", "target", "terms", "kept"), CHECKS)
def test_what_counts_as_kept(source, target, terms, kept):
    found = check_terms(
        source, target, glossary=Glossary.from_dict(terms), source_lang="vi", target_lang="en"
    )
    assert (not found) == kept


def test_names_in_an_english_sentence_do_not_make_it_vietnamese():
    source = "VinFast bán xe ở Hòa Lạc và Thủ Đức."
    english, copy = "VinFast sells cars in Hòa Lạc and Thủ Đức.", source
    kinds = [
        {f.kind for f in screen_output(source, text, detect=detect, target="en")}
        for text in (english, copy)
    ]
    assert kinds == [set(), {"untranslated"}]


class TestPipeline:
    def pipeline(self, glossary):
        translator = guarded(literate, glossary)
        summarizer = vnsum.summarization.load("lead")
        return Pipeline(translator=translator, summarizer=summarizer, glossary=glossary)

    def test_other_checks_believe_the_glossary(self):
        """The table of names has another English name for the sea."""
        source = "Tàu chiến của Trung Quốc tập trận ở Biển Đông."
        english = "China's warships held drills in the {}."
        glossary = Glossary.from_dict({"Biển Đông": "Sea of Dreams"})
        assert "name" in {f.kind for f in vnsum.check(source, english.format("Sea of Dreams"))}
        pipeline = Pipeline(
            translator=guarded(lambda _: english.format("Sea of Dreams"), glossary),
            summarizer=vnsum.summarization.load("lead"), glossary=glossary,
        )  # fmt: skip
        assert pipeline.translate(source, source_lang="vi").pairs[0].findings == ()

    def test_results_come_back_from_their_data(self):
        result = self.pipeline(Glossary.from_dict(SEA)).translate(SOURCE)
        assert vnsum.Translation.from_dict(json.loads(json.dumps(result.to_dict()))) == result
        assert "glossary" in result.signature

    def test_options_of_load(self, tmp_path):
        path = tmp_path / "terms.tsv"
        path.write_text("Biển Đông\tEast Sea\n", encoding="utf-8")
        ways = (SEA, Glossary.from_dict(SEA), path, str(path))
        loaded = [vnsum.load(glossary=given, keep=["VinFast"]).glossary for given in ways]
        assert set(loaded) == {Glossary.from_dict(SEA, keep=["VinFast"])}
        assert vnsum.load().glossary == Glossary()
        with pytest.raises(InputError, match="path of a file, not 3"):
            vnsum.load(glossary=3)


class TestOneForm:
    """One form of a name in a document, only where it is certain that both are the same name."""

    DOCUMENTS = (
        ("the commonest form",
         {"Huyện Hạ Long": "Ha Long district", "ở Hạ Long": "in Halong", "Hạ Long": "Ha Long"},
         ["Ha Long district", "in Ha Long", "Ha Long"]),
        ("the first one of two",
         {"Ở Hạ Long": "In Halong", "gần Hạ Long": "near Hạ Long"},
         ["In Halong", "near Halong"]),
        ("a name that the source does not have there",
         {"Ở Hạ Long": "In Halong", "ở đó": "in Ha Long"}, ["In Halong", "in Ha Long"]),
        ("ordinary words", {"Cô Thế Anh": "The Anh", "The Thế": "The The"},
         ["The Anh", "The The"]),
        ("capitals throughout", {"HẠ LONG": "HALONG", "ở Hạ Long": "in Ha Long"},
         ["HALONG", "in Ha Long"]),
        ("two forms in one sentence",
         {"Hạ Long": "Ha Long (Halong)", "ở Hạ Long": "in Halong", "gần Hạ Long": "by Halong"},
         ["Ha Long (Halong)", "in Halong", "by Halong"]),
        ("terms with several forms",
         {"Mỹ": "the US", "ở Mỹ": "in the United States", "của Mỹ": "of the United States"},
         ["the United States", "in the United States", "of the United States"]),
        ("a kept name stays", {"ở Hà Đông": "in Hà Đông", "gần Hà Đông": "by Hadong"},
         ["in Hà Đông", "by Hadong"]),
    )  # fmt: skip
    GLOSSARY = Glossary.from_dict({"Mỹ": ["US", "United States"]}, keep=["Hà Đông"])

    @pytest.mark.parametrize(
        ("table", "expected"), [row[1:] for row in DOCUMENTS], ids=[row[0] for row in DOCUMENTS]
    )
    def test_documents(self, table, expected):
        checked = {source: CheckedText(text=text) for source, text in table.items()}
        done = unify_forms(checked, glossary=self.GLOSSARY, **WAY)
        assert [item.text for item in done.values()] == expected
        for item, first in zip(done.values(), table.values(), strict=True):
            assert bool(item.findings) == (item.text != first)

    TEXTS = st.lists(
        st.sampled_from(["Hạ Long", "Ha Long", "Halong", "Viet-Nam", "Việt Nam", "US", "the", ","]),
        max_size=6,
    ).map(" ".join)

    @given(st.dictionaries(TEXTS, TEXTS, max_size=6))
    def test_once_is_enough_and_letters_stay(self, table):
        checked = {source: CheckedText(text=text) for source, text in table.items()}
        done = unify_forms(checked, glossary=self.GLOSSARY, **WAY)
        assert [*done] == [*table]
        again = unify_forms(done, glossary=self.GLOSSARY, **WAY)
        assert {k: v.text for k, v in again.items()} == {k: v.text for k, v in done.items()}
        for source, text in table.items():
            letters = [plain("".join(c for c in t.lower() if c.isalpha()))
                       for t in (text, done[source].text)]  # fmt: skip
            assert letters[0] == letters[1]
            for finding in done[source].findings:
                span = finding.target
                assert f'"{done[source].text[span.start : span.end]}", the form' in finding.message

    def test_findings_move_with_the_text(self):
        note = Finding(kind="number", severity="error", message="5", target=Span(start=10, end=11))
        table = {
            "Hạ Long": CheckedText(text="Ha Long"),
            "5 Hạ Long": CheckedText(text="Halong is 5", findings=(note,)),
        }
        done = unify_forms(table, glossary=Glossary(), **WAY)["5 Hạ Long"]
        span = done.findings[0].target
        assert done.text[span.start : span.end] == "5"

    def test_by_option_of_the_glossary(self):
        forms = {"Hạ Long đẹp.": "Ha Long is fine.", "Tôi ở Hạ Long.": "I am in Halong."}
        texts = []
        for one_form in (True, False):
            glossary = Glossary(one_form=one_form)
            pipeline = Pipeline(
                translator=guarded(lambda text: forms[text], glossary),
                summarizer=vnsum.summarization.load("lead"), glossary=glossary,
            )  # fmt: skip
            texts.append(pipeline.translate(" ".join(forms), source_lang="vi").text)
        assert texts == ["Ha Long is fine. I am in Ha Long.", "Ha Long is fine. I am in Halong."]


def test_the_command_line(tmp_path, capsys):
    terms, article = tmp_path / "terms.csv", tmp_path / "a.txt"
    terms.write_text("vi,en\nBiển Đông,East Sea\n", encoding="utf-8")
    article.write_text(SOURCE, encoding="utf-8")

    def load(model, *, glossary=None, keep=(), **options):
        made = Glossary.make(glossary, keep=keep)
        return Pipeline(translator=guarded(literate, made), glossary=made,
                        summarizer=vnsum.summarization.load("lead"))  # fmt: skip

    command = ["translate", str(article), "--glossary", str(terms), "--keep", "VinFast"]
    assert main([*command, "--keep", "Trump", "--format", "json"], load=load) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["pairs"][0]["target"] == RIGHT
    assert Glossary.read(terms, keep=["VinFast", "Trump"]).digest in data["signature"]

    terms.write_text("Biển Đông\n", encoding="utf-8")
    assert main(command, load=load) == 1
    assert "row 1: one side is empty" in capsys.readouterr().err


def test_the_packaged_model_keeps_to_a_glossary():
    source = "Tàu cảnh sát biển tuần tra ở Biển Đông, gần Hòa Lạc."
    pipeline = vnsum.load(glossary=SEA, keep=["Hòa Lạc"], device="cpu")
    (pair,) = pipeline.translate(source, source_lang="vi").pairs
    assert "East Sea" in pair.target
    assert "Hòa Lạc" in pair.target
    assert not missing(pair.findings)


def test_a_vietnamese_word_of_a_kept_term_is_not_untranslated():
    source, kept = "Họ dựng một nhà rông giữa làng.", "They built a nhà rông in the village."
    findings = {
        bool(terms): guarded(lambda text: kept, Glossary.make(None, keep=terms))
        .translate_checked([source], source="vi", target="en")[0]
        .findings
        for terms in ([], ["nhà rông"])
    }
    kinds = {known: {finding.kind for finding in found} for known, found in findings.items()}
    assert "untranslated" in kinds[False] and "untranslated" not in kinds[True]
