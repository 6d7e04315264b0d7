"""Glossaries: matching, files, inflection; the cases are in cases/glossary.json."""

import json
import os
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.errors import InputError, LanguageError
from vnsum.glossary import Glossary, Term
from vnsum.glossary.inflection import inflect
from vnsum.glossary.matching import CASE_MODES, Matcher, cut

CASES = json.loads((Path(__file__).parent / "cases/glossary.json").read_text(encoding="utf-8"))
SYLLABLES = st.sampled_from(["biển", "đông", "Hà", "Nội", "Ba", "ban", "mỹ", "C++", "19", "-"])
FORMS = st.lists(SYLLABLES, min_size=1, max_size=3).map(" ".join).filter(lambda f: f.strip("- "))
TEXTS = st.lists(st.one_of(SYLLABLES, FORMS, st.text(max_size=4)), max_size=20).map(" ".join)
GLOSSARIES = st.dictionaries(FORMS, FORMS, max_size=8).map(Glossary.from_dict)


def label(case):
    return case.get("label") or case["form"]


@pytest.mark.parametrize("case", CASES["find"], ids=label)
def test_terms_are_found(case):
    glossary = Glossary.from_dict(
        case.get("terms", {}), keep=case.get("keep", ()), **case.get("options", {})
    )
    mentions = glossary.find(case["text"], lang=case.get("lang", "vi"))
    assert [mention.text for mention in mentions] == case["found"]


class TestFinding:
    @given(st.lists(st.lists(FORMS, min_size=1), min_size=1), TEXTS, st.sampled_from(CASE_MODES))
    def test_the_first_match_of_a_term_does_not_depend_on_other_terms(self, terms, text, case):
        together, first = Matcher(case=case), {}
        for number, forms in enumerate(terms):
            alone = Matcher(case=case)
            for form in forms:
                together.add(form, number)
                alone.add(form, number)
            if found := alone.find(text):
                first[number] = found[0].span
        assert together.find_first(text) == first

    @given(GLOSSARIES, TEXTS, st.sampled_from(["vi", "en"]))
    def test_mentions_are_whole_words_in_order_and_apart(self, glossary, text, lang):
        mentions = glossary.find(text, lang=lang)
        edge = 0
        for mention in mentions:
            start, end = mention.span.start, mention.span.end
            assert edge <= start < end
            assert text[start:end] == mention.text
            letters = re.sub(r"\W", "", mention.text)
            if mention.text[0].isalnum() and start and letters:
                assert not (text[start - 1].isalnum())
            if mention.text[-1].isalnum():
                assert end == len(text) or not text[end].isalnum()
            edge = end

    @given(GLOSSARIES, st.sampled_from(["vi", "en"]))
    def test_every_form_is_found_where_it_stands_alone(self, glossary, lang):
        for term in glossary.terms:
            for form in term.forms(lang):
                (mention,) = glossary.find(form, lang=lang)
                assert set(term.vi) <= set(mention.term.vi)
                assert set(term.en) <= set(mention.term.en)

    @given(GLOSSARIES, TEXTS)
    def test_no_longer_term_is_passed_over(self, glossary, text):
        mentions = glossary.find(text, lang="vi")
        for term in glossary.terms:
            alone = Glossary(terms=(term,))
            for lonely in alone.find(text, lang="vi"):
                here = lonely.span
                over = [m for m in mentions if m.span.start < here.end and here.start < m.span.end]
                assert over
                assert max(len(cut(m.text)) for m in over) >= len(cut(lonely.text))

    def test_both_directions_from_one_glossary(self):
        glossary = Glossary.from_dict({"Mỹ": ["US", "United States"], "Hoa Kỳ": "US"})
        assert glossary.find("Mỹ", lang="vi")[0].term.en == ("US", "United States")
        assert glossary.find("the US", lang="en")[0].term.vi == ("Mỹ", "Hoa Kỳ")
        assert glossary.find("the United States", lang="en")[0].term.vi == ("Mỹ",)

    def test_a_glossary_written_from_english(self):
        glossary = Glossary.from_dict({"East Sea": "Biển Đông"}, source="en")
        assert glossary.terms == (Term(vi=("Biển Đông",), en=("East Sea",)),)

    def test_the_table_asks_no_more_of_a_text_than_its_words(self):
        """Work done for a text does not depend on how many terms there are."""
        few = Glossary.from_dict({"a b": "x"})
        many = Glossary.from_dict({f"a{i} b{i}": f"x{i}" for i in range(10_000)} | {"a b": "x"})
        text = "a b c " * 50
        assert len(many.find(text, lang="vi")) == len(few.find(text, lang="vi")) == 50
        assert len(many) == 10_001


@pytest.mark.parametrize("case", CASES["files"], ids=label)
def test_files_are_read(case, tmp_path):
    path = tmp_path / case["name"]
    path.write_bytes(case["content"].encode(case.get("encoding", "utf-8")))
    if "error" in case:
        with pytest.raises(InputError, match=case["error"]):
            Glossary.read(path)
        return
    glossary = Glossary.read(path)
    assert [[[*term.vi], [*term.en]] for term in glossary.terms] == case["terms"]
    assert glossary.source == case.get("source", "vi")


@pytest.mark.parametrize(
    "content", ["mưa\train\t" + "x" * 9_000, "/" * 9_000 + "\train", "mưa\0" * 3_000 + "\train"]
)
def test_an_error_shows_the_beginning_of_a_long_cell(content, tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Glossary.read(path)
    assert str(caught.value).startswith(f"{path}, row 1: ")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("case", CASES["inflect"], ids=label)
def test_inflected_forms(case):
    assert [*inflect(case["form"])] == [case["form"], *case["others"]]


class TestErrors:
    def test_a_pipe_or_a_device_is_refused(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.tsv")
        for path, kind in ((tmp_path / "pipe.tsv", "a named pipe"), ("/dev/zero", "a device")):
            with pytest.raises(InputError, match=f"{path}: it is {kind}; expected a file"):
                Glossary.read(path)
        with pytest.raises(InputError, match="must be a valid path"):
            Glossary.read("a\0b.tsv")

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(InputError, match=r"cannot read the glossary .*no\.tsv"):
            Glossary.read(tmp_path / "no.tsv")

    def test_a_term_longer_than_a_sentence(self):
        with pytest.raises(InputError, match="at most 200 characters, not 239"):
            Glossary.from_dict({"dài " * 60: "long"})

    @pytest.mark.parametrize(
        ("terms", "message"),
        [
            ({"": "x"}, "one side is empty"),
            ({"Huế": "  "}, "'Huế': one side is empty"),
            ({"Huế": []}, "expected a str or a list of str"),
            ({"Huế": 3}, "expected a str or a list of str, not 3"),
            ({3: "x"}, "expected a str"),
            ({"Huế": ["Hue", None]}, "must be a str, not NoneType"),
            (
                {"Hòa": "a", "Hoà": "b"},
                "term 2: 'Hoà' is translated as 'b' here and as 'a' in term 1",
            ),
        ],
    )
    def test_terms_that_cannot_be_used(self, terms, message):
        with pytest.raises(InputError, match=re.escape(message)):
            Glossary.from_dict(terms)

    def test_kept_and_translated(self):
        with pytest.raises(
            InputError, match="'Trump' is translated as 'Trump' here and as 'Mr Trump'"
        ):
            Glossary.from_dict({"Trump": "Mr Trump"}, keep=["Trump"])

    def test_options(self):
        with pytest.raises(InputError, match="list of names, not a str"):
            Glossary.from_dict({}, keep="Trump")
        with pytest.raises(InputError, match="case must be one of"):
            Glossary(case="upper")
        with pytest.raises(LanguageError):
            Glossary(source="fr")
        with pytest.raises(LanguageError):
            Glossary().find("x", lang="fr")
        with pytest.raises(InputError, match="tuple of str"):
            Glossary(terms=(Term(vi=("Huế",), en=()),))


class TestValues:
    @given(GLOSSARIES, GLOSSARIES)
    def test_the_digest_tells_glossaries_apart(self, one, other):
        assert (one.digest == other.digest) == (one == other)

    def test_options_are_part_of_the_digest(self):
        options = ({}, {"case": "exact"}, {"diacritics": False}, {"source": "en"})
        digests = {Glossary.from_dict({"a": "a"}, **chosen).digest for chosen in options}
        assert len(digests) == len(options)

    def test_it_can_be_sent_to_another_process(self):
        glossary = Glossary.from_dict({"Biển Đông": "East Sea"}, keep=["VinFast"])
        again = pickle.loads(pickle.dumps(glossary))
        assert again == glossary
        assert again.find("Biển Đông", lang="vi") == glossary.find("Biển Đông", lang="vi")
