"""Digests from articles to both languages: the pipeline, the command line, tables.

The translator knows a few sentences; how sentences are chosen is tested elsewhere.
"""

from __future__ import annotations

import datetime
import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

import vnsum
from vnsum import segmentation, summarization
from vnsum.assembly import clear_digest_references, clear_references, find_people
from vnsum.cli import main
from vnsum.errors import InputError, LanguageError
from vnsum.integrations import Batch
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import scramble

PHRASES = {
    "Sáng 14/3, cầu An Lộc dài 1,2 km được thông xe.": "The 1.2 km bridge opened on 14 March.",
    "Bến phà An Lộc sẽ đóng cửa vào tháng 4 tới.": "The An Loc ferry will close next April.",
    "Ông Phạm Văn Sáu lái phà đã 30 năm.": "Mr Pham Van Sau has driven the ferry for 30 years.",
    "Thông xe cầu An Lộc": "An Loc bridge opens",
    "Cầu mới": "New bridge",
}
OPENED, CLOSES, DRIVER = [*PHRASES][:3]
DAY = datetime.date(2026, 3, 14)
FRENCH = "Il pleut fort ici, et les rues sont inondées."
ENGLISH = "A new bridge opened in An Loc on Saturday. The old ferry will stop in April."


def load_fake(model: str = "mini", **options: object) -> vnsum.Pipeline:
    backend = FakeBackend(function=lambda text: PHRASES.get(text) or scramble(text))
    return vnsum.Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )


PIPELINE = load_fake()


def article(*sentences: str, **options: object) -> vnsum.Article:
    return vnsum.Article(text=" ".join(sentences), **options)


ARTICLES = [
    article(OPENED, CLOSES, title="Thông xe cầu An Lộc", published=DAY, source="Báo Vidu"),
    article(OPENED, DRIVER, title="Cầu mới", published=DAY, source="Đài Vidu"),
    article(OPENED, published=DAY),
]


# The pipeline --------------------------------------------------------------------------------


def test_a_digest_has_both_languages_evidence_dates_names_and_a_signature():
    digest = PIPELINE.digest(ARTICLES, 3)
    assert (digest.source_lang, digest.target_lang) == ("vi", "en")
    (opened,) = (pair for pair in digest.pairs if pair.source.text == OPENED)
    assert opened.target == PHRASES[OPENED]
    assert opened.source.articles == (0, 1, 2)
    assert [date.iso for date in opened.dates] == ["2026-03-14"]
    for pair in digest.pairs:
        place = pair.source.evidence[0]
        document = digest.documents[place.article]
        assert document.sentences[place.sentence].text == pair.source.original
    assert [document.source for document in digest.documents] == ["Báo Vidu", "Đài Vidu", None]
    assert digest.signature.startswith("vnsum ")
    assert digest.signature.endswith(PIPELINE.translator.signature)
    assert type(digest).from_dict(json.loads(json.dumps(digest.to_dict()))) == digest
    assert pickle.loads(pickle.dumps(digest)) == digest


def test_the_title_is_that_of_the_article_that_says_most_or_given():
    digest = PIPELINE.digest(ARTICLES, 1)
    assert (digest.source_title, digest.title) == ("Thông xe cầu An Lộc", "An Loc bridge opens")
    given = PIPELINE.digest(ARTICLES, 1, title="Cầu mới")
    assert (given.source_title, given.title) == ("Cầu mới", "New bridge")
    assert PIPELINE.digest(ARTICLES[2:], 1).source_title is None


def test_sentences_are_translated_and_checked_as_in_a_summary():
    summary = PIPELINE.summarize(ARTICLES[0], 2)
    digest = PIPELINE.digest(ARTICLES[:1], 2)
    assert [(p.target, p.findings, p.dates) for p in digest.pairs] == [
        (p.target, p.findings, p.dates) for p in summary.pairs
    ]
    assert digest.names == summary.names
    closes = next(pair for pair in digest.pairs if pair.source.text == CLOSES)
    assert closes.target == "The An Loc ferry will close this April."


def test_months_are_named_by_the_date_of_their_own_article():
    other = replace(ARTICLES[0], text=CLOSES, published=datetime.date(2025, 12, 30))
    digest = PIPELINE.digest([other, *ARTICLES[1:]], 3)
    closes = next(pair for pair in digest.pairs if pair.source.text == CLOSES)
    assert closes.target == PHRASES[CLOSES]


def test_the_target_may_be_the_language_of_the_articles():
    digest = PIPELINE.digest(ARTICLES, 2, to="vi")
    assert digest.text == digest.vi.text
    assert digest.findings[0].message == (
        "The articles are already in Vietnamese, so the digest was not translated."
    )


def test_articles_in_the_other_language_do_not_change_the_language_of_most():
    digest = PIPELINE.digest([ENGLISH, *ARTICLES], 2)
    assert digest.source_lang == "vi"
    assert digest.documents[0].lang == "en"
    assert {pair.source.evidence[0].article for pair in digest.pairs} <= {1, 2, 3}
    english = PIPELINE.digest([ENGLISH, ENGLISH + " It is long."], 1)
    assert (english.source_lang, english.target_lang) == ("en", "vi")


def test_warnings_about_an_article_are_told():
    unmarked = "Sang nay cau An Loc duoc thong xe va ben pha dong cua."
    digest = PIPELINE.digest([*ARTICLES, segmentation.segment(unmarked, lang="vi")], 1)
    (finding,) = (f for f in digest.findings if f.message.startswith("Article 4: "))
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("articles", "error", "message"),
    [
        ([], InputError, "articles is empty: expected at least one article"),
        ("Trời mưa.", InputError, "articles: expected a list of texts, articles or paths, not one"),
        ([OPENED, 7], InputError, r"articles\[1\]: "),
        ([OPENED, FRENCH], LanguageError, r"articles\[1\]"),
        ([OPENED, "https://example.org/a.html"], InputError, r"articles\[1\]: .* vnsum.read"),
        ([OPENED, Path("no-such-file.txt")], InputError, r"articles\[1\]: cannot read"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_named(articles, error, message):
    for function in (PIPELINE.digest, vnsum.group):
        with pytest.raises(error, match=message):
            function(articles)


def test_paths_are_read_and_other_kinds_of_articles_taken_as_they_are(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text(OPENED, encoding="utf-8")
    document = segmentation.segment(OPENED)
    digest = PIPELINE.digest(iter([file, OPENED, vnsum.read(file), document]), 1)
    assert [document.text for document in digest.documents] == [OPENED] * 4
    assert digest.documents[3] is document


FIRE = [
    "Vụ cháy chợ Đông Phú rạng sáng 14/3 thiêu rụi 42 quầy hàng và làm 3 người bị thương.",
    "Lửa bùng lên ở khu bán vải của chợ Đông Phú vào khoảng 3 giờ sáng.",
    "Lực lượng cứu hỏa dập tắt đám cháy chợ Đông Phú sau hai giờ.",
    "Huyện Đông Phú hỗ trợ mỗi hộ tiểu thương 10 triệu đồng sau vụ cháy chợ.",
]
GOLD = "Giá vàng miếng trong nước tăng 500.000 đồng mỗi lượng. Nhà đầu tư bán ra chốt lời."


def told(digest: vnsum.Digest) -> list[str]:
    return [finding.message for finding in digest.findings if finding.kind == "articles"]


def test_one_article_gives_a_summary_with_a_finding():
    digest = PIPELINE.digest([" ".join(FIRE)], 2)
    assert len(digest.pairs) == 2
    assert told(digest) == ["Only one article was used, so this is a summary of it."]


def test_identical_articles_count_once_and_say_the_same():
    text = " ".join(FIRE)
    digest = PIPELINE.digest([text, text, " ".join(reversed(FIRE))], 4)
    texts = [pair.source.text for pair in digest.pairs]
    assert len(texts) == len({*texts})
    assert {0, 1} <= {*digest.pairs[0].source.articles}
    assert any("near copies of article 1" in message for message in told(digest))


def test_articles_on_something_else_are_named():
    articles = [" ".join(FIRE), " ".join(FIRE[:3]), " ".join(FIRE[1:]), GOLD]
    digest = PIPELINE.digest(articles, 3)
    assert "Article 4 seems to be about something else and was left out." in told(digest)
    assert all(3 not in pair.source.articles for pair in digest.pairs)
    assert [sorted(event) for event in vnsum.group(articles)] == [[0, 1, 2], [3]]


def test_empty_articles_are_named():
    digest = PIPELINE.digest(["", *([" ".join(FIRE)] * 2)], 2)
    assert "Article 1 has no sentences." in told(digest)
    assert digest.pairs


def test_articles_in_another_language_are_named():
    digest = PIPELINE.digest([ENGLISH, " ".join(FIRE), " ".join(FIRE[:3])], 2)
    assert any(m.startswith("Article 1 is not in Vietnamese") for m in told(digest))


def test_a_conflict_is_told_and_linked_to_all_its_places():
    others = [
        FIRE[0].replace("42", "58"),
        "Tám xe cứu hỏa của huyện Đông Phú đã đến chợ trong đêm.",
        "Chủ tịch huyện cho biết chợ Đông Phú sẽ được xây lại trong năm nay.",
    ]
    first = article(*FIRE, published=DAY, source="Báo Vidu")
    second = article(*others, published=DAY, source="Đài Vidu")
    digest = PIPELINE.digest([first, second], 4)
    found = [f for pair in digest.pairs for f in pair.findings if f.kind == "conflict"]
    assert len(found) == 1
    assert {(p.article, p.sentence) for p in found[0].places} == {(0, 0), (1, 0)}
    (pair,) = (pair for pair in digest.pairs if found[0] in pair.findings)
    span = found[0].source
    assert pair.source.text[span.start : span.end].split()[0] in ("42", "58")
    page = vnsum.rendering.to_page(digest)
    for name in ("Báo Vidu", "Đài Vidu"):
        assert name in found[0].message
        assert f">{name}, sentence 1</a>" in page
    assert found[0].message in " ".join(vnsum.rendering.to_text(digest).split())


def test_articles_without_a_date_are_named():
    dated = vnsum.Article(text=" ".join(FIRE), published=DAY)
    undated = vnsum.Article(text=" ".join(FIRE[:3]) + " Chợ đã cũ.", source="Báo Vidu")
    digest = PIPELINE.digest([dated, undated], 2)
    assert any(m.startswith("Article 2 (Báo Vidu) has no date") for m in told(digest))
    assert vnsum.rendering.to_page(digest)


def test_articles_without_sentences_give_an_empty_digest():
    digest = PIPELINE.digest(["", " "], 2)
    assert (digest.pairs, digest.vi.text) == ((), "")
    assert vnsum.rendering.to_page(digest)


# The command line ----------------------------------------------------------------------------


def run(*arguments: object, load=load_fake) -> int:
    return main(["digest", *map(str, arguments)], load=load)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    texts = (f"{OPENED} {CLOSES}", f"---\nsource: Đài Vidu\n---\n\n{OPENED} {DRIVER}")
    found = [tmp_path / name for name in ("a.txt", "b.md")]
    for file, text in zip(found, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return found


def test_all_files_become_one_digest(files, capsys):
    assert run(*files, "--sentences", 1, "-f", "json", "--title", "Cầu mới") == 0
    out, err = capsys.readouterr()
    digest = vnsum.Digest.from_dict(json.loads(out))
    assert [document.source for document in digest.documents] == ["a.txt", "Đài Vidu"]
    assert (len(digest.pairs), digest.title, err) == (1, "New bridge", "")


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".html", "<!DOCTYPE html>"), (".md", "# "), (".txt", "Cầu mới"), (".json", "{")],
)
def test_the_suffix_of_the_output_says_the_format(suffix, start, files, tmp_path, capsys):
    output = tmp_path / f"digest{suffix}"
    assert run(*files, "-o", output, "--title", "Cầu mới") == 0
    assert output.read_text(encoding="utf-8").startswith(start)
    assert capsys.readouterr() == ("", "")


def test_a_file_that_fails_is_left_out_and_told(files, tmp_path, capsys):
    assert run(files[0], tmp_path / "none.txt", files[1], "-f", "json") == 1
    out, err = capsys.readouterr()
    assert len(json.loads(out)["documents"]) == 2
    assert err == f"vnsum: error: {tmp_path / 'none.txt'}: No such file or directory\n"


def test_no_file_that_can_be_read_is_an_error(tmp_path, capsys):
    assert run(tmp_path / "none.txt") == 1
    assert "none of the files could be read, so there is no digest" in capsys.readouterr().err


def test_an_empty_file_is_noted(files, tmp_path, capsys):
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", encoding="utf-8")
    assert run(*files, empty) == 0
    assert f"note: {empty} is empty, so the digest has nothing of it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["-o", "."], 1, "cannot write .: it is a directory, and the result is one file"),
        (["-o", "a.txt"], 1, "it is one of the input files"),
        (["-f", "srt"], 1, "only translations can be written as subtitles"),
        (["--words", "0"], 2, "words must be an integer >= 1, not 0"),
        (["--words", "x"], 2, "expected an integer, not 'x'"),
        (["--words", "9", "--ratio", "0.2"], 2, "not allowed with"),
        (["--workers", "2"], 2, "unrecognized arguments"),
    ],
)
def test_misuse_is_told(arguments, status, message, files, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("a.txt", "b.md", *arguments) == status
    assert message in capsys.readouterr().err
    assert files[0].read_text(encoding="utf-8").startswith(OPENED)


# Tables --------------------------------------------------------------------------------------


def batch(**options: object) -> Batch:
    return Batch("digest", group="event", model=load_fake, **options)


TABLE = {
    "text": [f"{OPENED} {CLOSES}", ENGLISH, f"{DRIVER} {OPENED}", None, 7, CLOSES],
    "event": ["bridge", "news", "bridge", "bridge", "bridge", None],
}


def test_all_rows_of_a_group_have_its_digest_and_their_own_evidence():
    done = batch(length=3)(TABLE)
    digest = PIPELINE.digest([TABLE["text"][0], TABLE["text"][2]], 3)
    alone = PIPELINE.digest([ENGLISH], 3)
    assert done["digest_vi"] == [
        digest.vi.text, alone.vi.text, digest.vi.text, None, None, None
    ]  # fmt: skip
    assert done["digest_en"][0] == done["digest_en"][2] == digest.en.text
    places = [pair.source.evidence[0] for pair in digest.pairs]
    for row, number in ((0, 0), (2, 1)):
        own = [place.sentence for place in places if place.article == number]
        assert done["evidence"][row] == own
    assert done["signature"][0] == digest.signature
    assert [bool(error) for error in done["error"]] == [False] * 4 + [True, False]
    assert list(done) == ["text", "event", *batch().columns]


def test_groups_do_not_depend_on_each_other():
    order = [5, 2, 0, 1, 4, 3]
    done, shuffled = (
        batch()(table)
        for table in (TABLE, {name: [cells[i] for i in order] for name, cells in TABLE.items()})
    )
    assert shuffled["digest_en"][3] == done["digest_en"][1]
    assert shuffled["error"] == [done["error"][i] for i in order]


def test_an_error_is_that_of_all_rows_of_its_group():
    def load(**options: object) -> vnsum.Pipeline:
        backend = FakeBackend(function=scramble, directions=("vi->en",))
        return replace(PIPELINE, translator=CheckedTranslator(backend=backend))

    table = {"text": [OPENED, ENGLISH, ENGLISH, DRIVER], "event": [1, 2, 2, 1]}
    done = Batch("digest", group="event", model=load)(table)
    assert [bool(error) for error in done["error"]] == [False, True, True, False]
    assert "en->vi" in done["error"][1]
    with pytest.raises(LanguageError, match="row 1"):
        Batch("digest", group="event", model=load, errors="raise")(table)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"verb": "digest"}, "'digest' needs the column of groups: group=..."),
        ({"verb": "summarize", "group": "event"}, "'summarize' has no groups"),
        ({"verb": "digest", "group": 3}, "group must be a text"),
        ({"verb": "digest", "group": "event", "source_lang": "vi"}, "no option 'source_lang'"),
    ],
)
def test_misuse_of_groups_is_told(options, message):
    with pytest.raises(InputError, match=message):
        Batch(**options)


def test_a_group_that_cannot_be_one_fails_alone():
    done = batch()({"text": [OPENED, DRIVER], "event": ["a", ["a"]]})
    assert done["error"] == ["", "expected a text or number as the group, not a list"]


# References ----------------------------------------------------------------------------------

FIRST = "Huyện Thủy Giang sẽ bỏ bến phà An Lộc vào tháng 4."
PERSON = "Ông Phạm Văn Sáu lái chuyến phà cuối cùng qua sông."
PRONOUN = "Tuy nhiên, ông nói rất nhớ bến phà đã gắn bó ba mươi năm."


def put_together(documents: list[vnsum.Document], places: list[tuple[int, int]]):
    sentences = tuple(
        vnsum.DigestSentence(
            text=documents[article].sentences[index].text,
            evidence=(vnsum.Place(article=article, sentence=index),),
        )
        for article, index in places
    )
    return vnsum.DigestSummary(lang="vi", documents=tuple(documents), sentences=sentences)


def clear(documents: list[vnsum.Document], places: list[tuple[int, int]]):
    people = {article: find_people(documents[article]) for article, _ in places}
    return clear_digest_references(put_together(documents, places), people)


def test_references_are_resolved_in_their_own_article():
    documents = [segmentation.segment(f"{FIRST} {PERSON} {PRONOUN}") for _ in range(2)]
    same = clear(documents, [(0, 1), (0, 2)]).sentences[1]
    assert (same.text, same.edits) == (PRONOUN, ())
    other = clear(documents, [(0, 1), (1, 2)]).sentences[1]
    assert other.text == "Ông Phạm Văn Sáu nói rất nhớ bến phà đã gắn bó ba mươi năm."
    assert other.original == PRONOUN
    assert [finding.kind for finding in other.findings] == ["reference"]


def test_references_are_those_of_a_summary_if_there_is_one_article():
    document = segmentation.segment(f"{FIRST} {PERSON} {PRONOUN} {DRIVER}")
    for places in ([2], [1, 2], [0, 2, 3], [3, 2]):
        digest = clear([document], [(0, index) for index in places])
        summary = clear_references(
            document,
            vnsum.Summary(
                lang="vi",
                sentences=tuple(
                    vnsum.SummarySentence(
                        text=document.sentences[index].text, evidence=(index,), score=0.0
                    )
                    for index in places
                ),
            ),
            find_people(document),
        )
        assert [(s.text, s.edits, s.findings) for s in digest.sentences] == [
            (s.text, s.edits, s.findings) for s in summary.sentences
        ]


@pytest.mark.parametrize("words", [*range(14, 18), 40])
def test_edits_do_not_exceed_a_number_of_words(words):
    text = f"{FIRST} {PERSON} {PRONOUN}"
    pipeline = replace(PIPELINE, summarizer=LastSentence())
    summary = pipeline.summarize(text, vnsum.Budget(words=words))
    assert len(summary.vi.text.split()) <= words
    kept = "Phạm Văn Sáu" in summary.vi.text
    given_up = [f for p in summary.pairs for f in p.findings if "only" in f.message]
    assert len(given_up) == (0 if kept else 1)


class LastSentence:
    """A summarizer that takes the last sentence."""

    signature = "last"

    def summarize(self, document: vnsum.Document, budget: vnsum.Budget) -> vnsum.Summary:
        index = len(document.sentences) - 1
        sentence = vnsum.SummarySentence(
            text=document.sentences[index].text, evidence=(index,), score=1.0
        )
        return vnsum.Summary(lang=document.lang, sentences=(sentence,))
