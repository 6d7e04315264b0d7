"""`segment`: the cases, and properties of sentences, clauses and invalid input."""

from __future__ import annotations

import datetime
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vnsum import languages
from vnsum.errors import InputError, LanguageError
from vnsum.pipeline import Pipeline
from vnsum.results.document import Document
from vnsum.segmentation import boundaries, segment
from vnsum.segmentation.clauses import split_clauses
from vnsum.summarization import load
from vnsum.translation import CheckedTranslator, FakeBackend

CASES = json.loads((Path(__file__).parent / "cases" / "segment.json").read_text(encoding="utf-8"))
PIPELINE = Pipeline(translator=CheckedTranslator(backend=FakeBackend()), summarizer=load("lead"))
LANGS = st.sampled_from(sorted(languages.LANGUAGES))
PIECES = st.lists(
    st.sampled_from(
        [
            "Trời mưa",
            "ông",
            "A",
            "TP",
            "GS",
            "5",
            " ",
            " ",
            ". ",
            ".",
            "?",
            "!",
            "…",
            "...",
            "\n",
            "“",
            "”",
            '"',
            "'",
            "(",
            ")",
            "[1]",
            "[cần dẫn nguồn]",
            "<sup>2</sup>",
            "](a.vn)",
            "**",
            " :)",
            "/.",
            "- ",
            "> ",
            "😀",
            "שלום",
            "1.2",
            "https://a.vn",
            "U.S",
            "v.v",
            ", ",
            "e\u0301",
            "# ",
            "\t",
            "\u3000",
            "Ảnh: ",
            "|",
        ]
    ),
    max_size=40,
).map("".join)
ANY_TEXT = st.one_of(PIECES, st.text(max_size=80))


@pytest.mark.parametrize("case", CASES, ids=[f"{c['category']}: {c['label']}" for c in CASES])
def test_case(case: dict[str, object]) -> None:
    document = segment(case["input"], lang=case["lang"])
    assert [sentence.text for sentence in document.sentences] == case["expected"]


def check_laws(document: Document) -> None:
    """Spans index the text in order; outside of them lie only white space and boilerplate."""
    placed = sorted([*document.sentences, *document.boilerplate], key=lambda piece: piece.start)
    position = 0
    joined = []
    for piece in placed:
        assert document.text[piece.start : piece.end] == piece.text == piece.text.strip() != ""
        between = document.text[position : piece.start]
        assert between.strip() == ""
        joined += [between, piece.text]
        position = piece.end
    assert "".join([*joined, document.text[position:]]) == document.text
    assert document.text[position:].strip() == ""
    paragraphs = [sentence.paragraph for sentence in document.sentences]
    assert sorted(set(paragraphs)) == list(range(len(set(paragraphs))))
    assert paragraphs == sorted(paragraphs)


@given(ANY_TEXT, LANGS)
@example("```\n# a\n", "vi")
@example("“A.” B. (C.) ./.", "en")
@settings(max_examples=500, deadline=None)
def test_laws_of_spans(text: str, lang: str) -> None:
    try:
        document = segment(text, lang=lang)
    except InputError:
        return
    check_laws(document)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['category']}: {c['label']}" for c in CASES])
def test_laws_on_cases_in_both_forms_of_unicode(case: dict[str, object]) -> None:
    composed = segment(case["input"], lang=case["lang"])
    check_laws(composed)
    assert segment(unicodedata.normalize("NFD", case["input"]), lang=case["lang"]) == composed


@given(PIECES.map(lambda text: text.replace("\n", " ")), LANGS)
@settings(max_examples=200, deadline=None)
def test_no_sentence_of_several_is_made_of_marks_alone(text: str, lang: str) -> None:
    ends = boundaries.sentence_ends(
        text, lambda line: [*range(len(line))], languages.LANGUAGES[lang].rules()
    )
    assert ends[-1] == len(text)
    assert ends == sorted(set(ends))
    starts = [0, *ends[:-1]]
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    assert len(pieces) == 1 or all(any(map(str.isalnum, piece)) for piece in pieces)


@given(ANY_TEXT, LANGS)
@example("a" * 1000, "vi")
@example("từ " * 400, "vi")
@example(" " * 1000, "en")
@settings(max_examples=300)
def test_clauses_join_to_the_text(text: str, lang: str) -> None:
    pieces = split_clauses(text, lang)
    assert "".join(pieces) == text
    assert all(pieces)


def test_clauses_are_cut_at_commas_but_not_inside_figures() -> None:
    assert split_clauses("Giá tăng 1,2%, theo Bộ.", "vi") == ["Giá tăng 1,2%,", " theo Bộ."]


def test_a_long_clause_is_cut_before_conjunctions() -> None:
    long = "người dân trong các xã ven sông " * 4
    pieces = split_clauses(f"{long}đã dọn nhà và {long}đã về", "vi")
    assert len(pieces) > 1
    assert any(piece.startswith(" và ") for piece in pieces)


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "\ufeff"])
def test_blank_text_gives_an_empty_document(text: str) -> None:
    document = segment(text)
    assert (document.sentences, document.lang) == ((), "vi")


@pytest.mark.parametrize(
    "text", ["这是一个中文句子。", "Привет, как дела?", "Il pleut fort sur la ville.", "🙂 123 …"]
)
def test_a_text_in_neither_language(text: str) -> None:
    with pytest.raises(LanguageError, match=r"nor English.*pass source_lang='vi'"):
        segment(text)


def test_an_unknown_language() -> None:
    with pytest.raises(LanguageError, match="unknown language 'fr': expected one of 'vi'"):
        segment("Bonjour.", lang="fr")


@pytest.mark.parametrize("data", [b"Tr\xe1\xbb\x9di", 3, None])
def test_what_is_no_text(data: object) -> None:
    with pytest.raises(InputError, match="expected text as a str"):
        segment(data)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [
        "https://vidu.vn/bai.html", " https://vidu.vn/bai?so=1\n", "ftp://vidu.vn/" + "a" * 500,
        "bai.txt", "tin/BAI.MD", "bai.html", "bai.htm", "bai.pdf", "C:\\tin\\bai.docx",
        Path("bai"), Path("bài viết.txt"), __file__,
    ],
)  # fmt: skip
def test_a_path_or_url_is_no_text(given: str | Path) -> None:
    for refuse in (segment, PIPELINE.segment, PIPELINE.translate, PIPELINE.summarize):
        with pytest.raises(InputError, match=r"not the (path|URL) '.*that vnsum\.read returns"):
            refuse(given)
    with pytest.raises(InputError, match=r"0.*vnsum\.read returns"):
        PIPELINE.translate_many([given])


@pytest.mark.parametrize("given", [["Trời mưa.", "Đường ngập."], ("Trời mưa.",), []])
def test_several_texts_are_no_text(given: list[str]) -> None:
    for refuse in (segment, PIPELINE.segment, PIPELINE.translate, PIPELINE.summarize):
        with pytest.raises(InputError, match="pass several texts to translate_many or summarize_m"):
            refuse(given)


def test_a_password_in_a_url_is_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        segment("https://lan:bimat@vidu.vn/bai")
    assert "bimat" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["Xem https://vidu.vn/bai.html", "Đọc bai.txt", "bai.txt\nTrời mưa to.", "mưa", "."],
)
def test_a_text_may_mention_paths_and_urls(text: str) -> None:
    assert segment(text, lang="vi").text == text


def test_title_and_date_given_win() -> None:
    given_date = datetime.date(2025, 5, 5)
    document = segment("date 2026-01-10 Trời mưa.", title="Mưa", published=given_date)
    assert (document.title, document.published) == ("Mưa", given_date)


RUNS = [".", "?! ", '"', "“", "(", ")", "[1]", "a.", "A. ", "1.", "1", "…", "> ", "&amp;", "#38;"]
RUNS += ["- ", "| ", "\n", "a\n", " ", "e\u0301", "Nguyễn ", "/. ", "(A) - ", "**", "[a](", ":)"]
RUNS += ["[1", "](", "_a", "*a* ", ".[1][", ".<sup>", "a. 😀", ".(1", "[a b"]


RULES = boundaries.RULES


class CountedRules:
    """Counts how often the rules are asked and how far they are shown the text."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, mark: boundaries.Mark) -> None:
        self.seen += 1 + len(mark.ahead) + len(mark.word)


@pytest.mark.parametrize("run", RUNS)
def test_work_grows_with_the_text_and_not_faster(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long runs of one sign cost a bounded number of looks for each character."""
    work = []
    for length in (2_000, 8_000):
        counted = CountedRules()
        monkeypatch.setattr(boundaries, "RULES", (counted, *RULES))
        text = (run * length)[:length]
        check_laws(segment(text, lang="vi"))
        work.append(counted.seen)
    assert work[1] <= 5 * work[0] + 200


@pytest.mark.parametrize("run", [*RUNS, "không"])
def test_long_lines_come_back_whole(run: str) -> None:
    text = (run * 50_000)[:50_000]
    check_laws(segment(text, lang="vi"))
    check_laws(segment(text, lang="en"))
