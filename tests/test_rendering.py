"""Rendering: complete, with nothing added, and escaped.

The files in tests/golden show how results look. After a change that is meant, write them anew
with `VNSUM_WRITE_GOLDEN=1 pytest tests/test_rendering.py` and read the difference.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum import rendering
from vnsum.errors import InputError
from vnsum.rendering import layout
from vnsum.rendering.markdown import escape
from vnsum.rendering.text import columns, wrap
from vnsum.results.digest import Digest, DigestPair, DigestSentence, Place
from vnsum.results.document import Boilerplate, Document, Sentence
from vnsum.results.result import (
    BilingualSummary,
    Finding,
    ResolvedDate,
    SentencePair,
    Span,
    SummaryName,
    SummaryPair,
    SummarySentence,
    Translation,
)

GOLDEN = Path(__file__).parent / "golden"
EVIL = (
    "<script>alert('x')</script>",
    '"><img src=x onerror="alert(1)">',
    "</style></article>",
    "&amp; &lt;b&gt; & <",
    "a | b * c _ d ` e [f](g) # ~~h~~ $5 and $6 \\",
    "two\nlines\r\nor\tmore",
    "bell\x07 escape\x1b[31m null\x00 surrogate\ud800",
    "Đường  ngập\u00a0sâu “nửa mét”.",
    "漢字かな交じり",
    "   ",
)


# Values -------------------------------------------------------------------------------------


def make_document(
    paragraphs: list[list[str]],
    *,
    before: tuple[str, str] | None = None,
    after: tuple[str, str] | None = None,
    lang: str = "vi",
    title: str | None = None,
    published: datetime.date | None = None,
) -> Document:
    """Lay out sentences and boilerplate `(kind, text)` before and after them as one document."""
    text, sentences, boilerplate = "", [], []

    def put(piece: str) -> tuple[int, int]:
        nonlocal text
        start = len(text)
        text += piece
        return start, len(text)

    if before:
        start, end = put(before[1])
        boilerplate.append(Boilerplate(kind=before[0], text=before[1], start=start, end=end))
        put(" ")
    for number, paragraph in enumerate(paragraphs):
        put("\n\n" if number else "")
        for position, sentence in enumerate(paragraph):
            put(" " if position else "")
            start, end = put(sentence)
            sentences.append(Sentence(text=sentence, start=start, end=end, paragraph=number))
    if after:
        put("\n\n")
        start, end = put(after[1])
        boilerplate.append(Boilerplate(kind=after[0], text=after[1], start=start, end=end))
    return Document(
        text=text,
        lang=lang,
        title=title,
        published=published,
        sentences=tuple(sentences),
        boilerplate=tuple(boilerplate),
    )


def make_translation(
    document: Document, targets: list[str], findings: tuple[Finding, ...] = ()
) -> Translation:
    """Pair the sentences with `targets`; `findings` are those of every pair."""
    return Translation(
        document=document,
        target_lang="en",
        title=document.title and f"EN {document.title}",
        pairs=tuple(
            SentencePair(source=sentence, target=target, findings=findings)
            for sentence, target in zip(document.sentences, targets, strict=True)
        ),
        boilerplate=tuple(f"EN {piece.text}" for piece in document.boilerplate),
        signature="vnsum 0|fake",
    )


def make_summary(translation: Translation, picked: list[int]) -> BilingualSummary:
    """Take the pairs with the indices `picked` as a summary."""
    return BilingualSummary(
        document=translation.document,
        target_lang=translation.target_lang,
        title=translation.title,
        pairs=tuple(
            SummaryPair(
                source=SummarySentence(
                    text=translation.pairs[index].source.text, evidence=(index,), score=1.0
                ),
                target=translation.pairs[index].target,
                findings=translation.pairs[index].findings,
            )
            for index in picked
        ),
        signature=translation.signature,
    )


def sample() -> tuple[Document, Translation, BilingualSummary]:
    document = make_document(
        [
            ["Chiều 3/5, mưa lớn làm ngập 12 tuyến phố ở Huế.", "Nước rút sau hai giờ."],
            ["Ông Lê Văn Tám nói: “Nhà tôi ngập tới nửa mét.”"],
            ["Thành phố sẽ chi 4,5 tỷ đồng để sửa cống <A&B>."],
        ],
        before=("date", "date 2026-05-04"),
        after=("caption", "Một con phố ngập nước (Ảnh: Minh Anh)"),
        title="Huế ngập sau cơn mưa *lớn*",
        published=datetime.date(2026, 5, 4),
    )
    targets = [
        "On the afternoon of 3 May, heavy rain flooded 12 streets in Hue.",
        "The water receded after two hours.",
        "Mr Le Van Tam said: “My house was flooded up to half a metre.”",
        "The city will spend 4.5 million dong on repairing the <A&B> drains.",
    ]
    source = document.sentences[3].text
    scale = Finding(
        kind="number",
        severity="error",
        message="the source says 4.5 billion (4,5 tỷ), the translation 4.5 million",
        source=_span_of("4,5 tỷ", source),
        target=_span_of("4.5 million", targets[3]),
    )
    plain = make_translation(document, targets)
    pairs = (
        *plain.pairs[:3],
        SentencePair(source=document.sentences[3], target=targets[3], findings=(scale,)),
    )
    translation = Translation(
        document=document,
        target_lang="en",
        title="Hue flooded after *heavy* rain",
        pairs=pairs,
        boilerplate=("date 2026-05-04", "A flooded street (Photo: Minh Anh)"),
        findings=(Finding(kind="language", severity="info", message="two words are English"),),
        signature="vnsum 0.1.0|mini|beam 1",
    )
    return document, translation, with_references(make_summary(translation, [0, 3]))


def sample_digest() -> Digest:
    """Three articles, two of them of one newspaper: one sentence of all, one of the second only."""
    first = make_document(
        [["Chiều 3/5, mưa lớn làm ngập 12 tuyến phố ở Huế.", "Nước rút sau hai giờ."]],
        title="Huế ngập sau cơn mưa *lớn*",
        published=datetime.date(2026, 5, 4),
    )
    second = make_document([["Huế ngập 15 tuyến phố.", "Không ai bị thương <A&B>."]])
    second = replace(second, source="Báo Vidu", published=datetime.date(2026, 5, 5))
    third = replace(make_document([["Mưa lớn ở Huế làm ngập 12 tuyến phố."]]), source="Báo Vidu")
    places = (Place(article=0, sentence=0), Place(article=1, sentence=0))
    conflict = Finding(
        kind="conflict",
        severity="warning",
        message="The articles give different numbers: 12 and 15.",
        source=_span_of("12", first.sentences[0].text),
        places=places,
    )
    day = ResolvedDate(text="3/5", span=_span_of("3/5", first.sentences[0].text), iso="2026-05-03")
    pairs = (
        DigestPair(
            source=DigestSentence(
                text=first.sentences[0].text,
                evidence=places[:1],
                support=(places[1], Place(article=2, sentence=0)),
            ),
            target="On the afternoon of 3 May, heavy rain flooded 12 streets in Hue.",
            findings=(conflict,),
            dates=(day,),
        ),
        DigestPair(
            source=DigestSentence(
                text=second.sentences[1].text, evidence=(Place(article=1, sentence=1),)
            ),
            target="Nobody was injured <A&B>.",
        ),
    )
    return Digest(
        documents=(first, second, third),
        lang="vi",
        target_lang="en",
        source_title=first.title,
        title="Hue flooded after *heavy* rain",
        pairs=pairs,
        findings=(Finding(kind="articles", severity="info", message="Article 3 has no date."),),
        signature="vnsum 0.1.0|mini|beam 1",
        names=(SummaryName(vi="Huế", en="Hue", kind="place", sentences=(0,)),),
    )


def with_references(summary: BilingualSummary) -> BilingualSummary:
    """Give a summary a resolved date and names, one spelled alike and one not."""
    first, *rest = summary.pairs
    day = ResolvedDate(text="3/5", span=_span_of("3/5", first.source.text), iso="2026-05-03")
    names = (
        SummaryName(vi="Huế", en="Hue", kind="place", sentences=(0,)),
        SummaryName(vi="Lê Văn Tám", en="Le Van Tam", kind="person", sentences=(0,)),
        SummaryName(vi="A<&B>", en="A<&B>", kind="body", sentences=(1,)),
    )
    return replace(summary, pairs=(replace(first, dates=(day,)), *rest), names=names)


def _span_of(part: str, text: str) -> Span:
    start = text.index(part)
    return Span(start=start, end=start + len(part))


def samples() -> tuple[Document, Translation, BilingualSummary, Digest]:
    return *sample(), sample_digest()


# Reading HTML back --------------------------------------------------------------------------


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self) -> list[Element]:
        return [
            self,
            *(e for c in self.children if isinstance(c, Element) for e in c.all()),
        ]

    def named(self, name: str) -> list[Element]:
        return [e for e in self.all() if name in (e.attributes.get("class") or "").split()]


class Reader(HTMLParser):
    """Builds a tree and insists that every element is closed in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs), "an attribute twice"
        self.open[-1].children.append(element)
        if tag != "meta":
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def read_html(text: str) -> Element:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


# Laws ---------------------------------------------------------------------------------------

nasty = st.one_of(
    st.sampled_from(EVIL),
    st.text(max_size=12),
    st.text(alphabet="<>&\"'|*_`[]()#\\$~!=-+ \n\tađ1./", max_size=30),
)
sentence_texts = nasty.map(lambda text: f"x{text}y")  # a sentence is never blank
boilerplate_texts = st.none() | st.tuples(st.sampled_from(["date", "end_mark"]), sentence_texts)
severities = st.sampled_from(["info", "warning", "error", "<new>"])
spans = st.none() | st.builds(
    lambda start, length: Span(start=start, end=start + length),
    st.integers(0, 12),
    st.integers(0, 12),
)
finding_values = st.builds(
    Finding,
    kind=st.sampled_from(["number", "<kind>|*"]),
    severity=severities,
    message=nasty,
    source=spans,
    target=spans,
)


@st.composite
def results(draw: st.DrawFn) -> tuple[Document, Translation, BilingualSummary]:
    document = make_document(
        draw(st.lists(st.lists(sentence_texts, min_size=1, max_size=3), max_size=3)),
        before=draw(boilerplate_texts),
        after=draw(boilerplate_texts),
        title=draw(st.none() | nasty),
        published=draw(st.none() | st.dates()),
    )
    count = len(document.sentences)
    targets = draw(st.lists(nasty, min_size=count, max_size=count))
    findings = tuple(draw(st.lists(finding_values, max_size=3)))
    translation = make_translation(document, targets, findings)
    indices = list(range(count))
    picked = sorted(draw(st.lists(st.sampled_from(indices), unique=True))) if count else []
    return document, translation, make_summary(translation, picked)


# fmt: off
TAGS = {"root", "style", "article", "div", "header", "footer", "h2", "p", "b", "span", "time", "ol",
        "ul", "li", "mark", "details", "summary", "a"}
ATTRIBUTES = {"class", "id", "lang", "title", "tabindex", "role", "aria-label", "aria-describedby",
              "aria-hidden", "href", "value", "open", "data-number", "datetime"}
# fmt: on


@given(results())
def test_html_holds_only_our_own_markup(values):
    for value in values:
        elements = read_html(rendering.to_html(value)).all()
        assert {element.tag for element in elements} <= TAGS
        assert {name for element in elements for name in element.attributes} <= ATTRIBUTES
        assert sum(element.tag == "style" for element in elements) == 1


@given(results())
def test_html_identifiers_are_unique_and_links_resolve(values):
    root = read_html("".join(map(rendering.to_html, values)))
    assert len(root.named("vnsum")) == 3
    identifiers = [e.attributes["id"] for e in root.all() if "id" in e.attributes]
    assert len(identifiers) == len(set(identifiers))
    links = [e.attributes["href"] for e in root.all() if "href" in e.attributes]
    notes = [e.attributes.get("aria-describedby") or "" for e in root.all()]
    wanted = {link.removeprefix("#") for link in links} | {
        n for note in notes for n in note.split()
    }
    assert wanted <= set(identifiers)
    assert len(links) == len(values[2].pairs)


@given(results())
def test_html_articles_spell_the_document(values):
    document, translation, summary = values
    for value in (document, summary):
        found = [e.text for e in read_html(rendering.to_html(value)).named("vnsum-sentence")]
        assert found == [layout.printable(sentence.text) for sentence in document.sentences]
    pieces = "".join(layout.printable(document.text).split())
    for article in read_html(rendering.to_html(document)).named("vnsum-article"):
        assert "".join(article.text.split()) == pieces
    rows = read_html(rendering.to_html(translation)).named("vnsum-row")
    spelled = [[e.text for e in row.children[:2]] for row in rows if "id" in row.attributes]
    assert spelled == [
        [layout.printable(pair.source.text), layout.printable(pair.target)]
        for pair in translation.pairs
    ]
    cards = read_html(rendering.to_html(summary)).named("vnsum-card")
    assert [[e.text for e in card.children[:2]] for card in cards] == [
        [layout.printable(pair.source.text), layout.printable(pair.target)]
        for pair in summary.pairs
    ]


@given(results())
def test_html_shows_every_finding_as_text_and_at_its_place(values):
    _, translation, _ = values
    rows = read_html(rendering.to_html(translation)).named("vnsum-row")
    numbered = [row for row in rows if "id" in row.attributes]
    for row, pair in zip(numbered, translation.pairs, strict=True):
        notes = [note for block in row.named("vnsum-notes") for note in block.children]
        assert len(notes) == len(pair.findings)
        for note, finding in zip(notes, pair.findings, strict=True):
            assert note.text.endswith(layout.printable(finding.message))
        for column, side, text in ((0, "source", pair.source.text), (1, "target", pair.target)):
            flags = row.children[column].named("vnsum-flag")
            assert all(flag.text for flag in flags)
            marked = "".join(flag.text for flag in flags)
            covered = {
                position
                for finding in pair.findings
                if (span := getattr(finding, side)) is not None
                for position in range(span.start, min(span.end, len(text)))
            }
            assert marked == "".join(layout.printable(text[i]) for i in sorted(covered))


@given(results())
def test_markdown_tables_spell_every_sentence(values):
    document, translation, summary = values
    rows = [row[1:] for row in read_table(rendering.to_markdown(document)) if row[0].isdecimal()]
    assert rows == [[layout.one_line(s.text)] for s in document.sentences]
    for value in (translation, summary):
        rows = read_table(rendering.to_markdown(value))
        rows = [row[1:] for row in rows if row[0].isdecimal() or row[0].startswith("sentence ")]
        assert rows == [
            [layout.one_line(pair.source.text), layout.one_line(pair.target)]
            for pair in value.pairs
        ]


@given(results(), nasty, nasty, st.sampled_from(["2026-05-03", "2026-Q1", "9999-99"]))
def test_names_and_dates_are_shown_and_do_nothing(values, vi, en, iso):
    _, _, summary = values
    name = SummaryName(vi=vi, en=en, kind="person", sentences=())
    day = ResolvedDate(text=vi, span=Span(start=0, end=1), iso=iso)
    pairs = tuple(replace(pair, dates=(day,)) for pair in summary.pairs)
    summary = replace(summary, names=(name,), pairs=pairs)
    spelled = layout.one_line(vi)
    (line,) = read_html(rendering.to_html(summary)).named("vnsum-names")
    assert spelled in line.text
    assert spelled in unescape(rendering.to_markdown(summary))
    assert " ".join(spelled.split()) in " ".join(rendering.to_text(summary).split())
    for pair in summary.pairs:
        assert layout.dates(pair).startswith(f"{spelled} = ")


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Articles of nasty texts, and sentences of some with support by others."""
    sentences = st.lists(st.lists(sentence_texts, min_size=1, max_size=2), max_size=2)
    documents = tuple(
        replace(
            make_document(draw(sentences), title=draw(st.none() | nasty)),
            source=draw(st.none() | nasty),
            published=draw(st.none() | st.dates()),
        )
        for _ in range(draw(st.integers(1, 3)))
    )
    places = [
        Place(article=number, sentence=index)
        for number, document in enumerate(documents)
        for index in range(len(document.sentences))
    ]
    chosen = st.lists(st.sampled_from(places), max_size=3, unique=True) if places else st.just([])
    findings = st.lists(st.builds(replace, finding_values, places=chosen.map(tuple)), max_size=2)
    pairs = tuple(
        DigestPair(
            source=DigestSentence(
                text=documents[place.article].sentences[place.sentence].text,
                evidence=(place,),
                support=tuple(p for p in draw(chosen) if p != place),
            ),
            target=draw(nasty),
            findings=tuple(draw(findings)),
        )
        for place in draw(chosen)
    )
    return Digest(
        documents=documents,
        lang="vi",
        target_lang="en",
        source_title=draw(st.none() | nasty),
        title=draw(st.none() | nasty),
        pairs=pairs,
        findings=tuple(draw(findings)),
        signature="s",
    )


@given(digests())
def test_html_of_a_digest_links_every_paper_that_says_a_sentence(digest):
    elements = read_html(rendering.to_html(digest)).all()
    assert {element.tag for element in elements} <= TAGS
    assert {name for element in elements for name in element.attributes} <= ATTRIBUTES
    identifiers = [e.attributes["id"] for e in elements if "id" in e.attributes]
    assert len(identifiers) == len(set(identifiers))
    links = {e.attributes["href"].removeprefix("#") for e in elements if "href" in e.attributes}
    assert links <= set(identifiers)
    root = elements[0]
    cards = root.named("vnsum-card")
    names = layout.article_names(digest.documents)
    sides = [[card.children[0].text, card.children[1].text] for card in cards]
    assert sides == [
        [layout.printable(pair.source.text), layout.printable(pair.target)] for pair in digest.pairs
    ]
    for card, pair in zip(cards, digest.pairs, strict=True):
        papers = card.named("vnsum-paper")
        assert sorted(p.text for p in papers) == sorted(names[i] for i in pair.source.articles)
        assert len(card.named("vnsum-printed")) == 1
        shown = [e for block in card.named("vnsum-notes") for e in block.children]
        for note, finding in zip(shown, pair.findings, strict=True):
            assert layout.printable(finding.message) in note.text
            assert sum(e.tag == "a" for e in note.all()) == len(finding.places)


@given(digests())
def test_html_of_a_digest_has_every_article_with_marks_at_what_it_says(digest):
    root = read_html(rendering.to_html(digest))
    found = [e.text for e in root.named("vnsum-sentence")]
    sentences = [s for document in digest.documents for s in document.sentences]
    assert found == [layout.printable(sentence.text) for sentence in sentences]
    said = [
        place for pair in digest.pairs for place in {*pair.source.evidence, *pair.source.support}
    ]
    assert len(root.named("vnsum-mark")) == len(said)
    assert len(root.named("vnsum-evidence")) == len(set(said))


@given(digests())
def test_text_and_markdown_of_a_digest_say_who_says_what(digest):
    text, markdown = rendering.to_text(digest), rendering.to_markdown(digest)
    spelled = " ".join(layout.words(text))
    rows = read_table(markdown) if digest.pairs else []
    assert [row[1:] for row in rows] == [
        [layout.one_line(pair.source.text), layout.one_line(pair.target)] for pair in digest.pairs
    ]
    for row, pair in zip(rows, digest.pairs, strict=True):
        assert f"in {len(pair.source.articles)} of {len(digest.documents)} article" in row[0]
    for name in layout.article_names(digest.documents):
        assert layout.one_line(name) in spelled
        assert name in unescape(markdown)
    for finding in digest.findings:
        assert layout.one_line(finding.message) in spelled


@given(nasty)
def test_markdown_escape_can_be_undone_and_leaves_nothing_alive(text):
    escaped = escape(text)
    assert unescape(escaped) == layout.one_line(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~$<>#{}]", escaped)


def read_table(markdown: str) -> list[list[str]]:
    """Return the cells of the rows below the header, as a reader sees them."""
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    rows = [[cell.strip(" ") for cell in split_row(line)] for line in lines]
    assert len({len(row) for row in rows}) <= 1
    return [[unescape(cell) for cell in row] for row in rows[2:]]


def split_row(line: str) -> list[str]:
    """Split at bars, but not at those after a backslash that means something."""
    return [m[1] for m in re.finditer(r"((?:[^\\|]|\\.)*)\|", line.removeprefix("|"))]


def unescape(text: str) -> str:
    plain = re.sub(r"\\([!-/:-@[-`{-~])", lambda match: f"\0{ord(match[1])};", text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    return re.sub(r"\0(\d+);", lambda match: chr(int(match[1])), plain)


@given(results())
def test_text_fits_the_terminal_and_spells_every_sentence(values):
    document, _, summary = values
    for value, texts in (
        (document, [s.text for s in document.sentences]),
        (summary, [t for pair in summary.pairs for t in (pair.source.text, pair.target)]),
    ):
        text = rendering.to_text(value)
        assert text == "".join(c for c in text if c == "\n" or c >= " ")
        for line in text.splitlines()[: -1 if value is summary else None]:
            assert columns(line) <= 80 or len(line.split(" ")) <= 6
        spelled = " ".join(layout.words(text))
        for wanted in texts:
            assert layout.one_line(wanted) in spelled


@given(nasty, st.integers(1, 40))
def test_wrapping_keeps_words_whole_and_lines_short(text, width):
    lines = wrap(text, width=width)
    assert [word for line in lines for word in layout.words(line)] == layout.words(text)
    assert all(columns(line) <= width or len(layout.words(line)) == 1 for line in lines)


# Cases --------------------------------------------------------------------------------------


def test_text_of_a_translation_is_the_translation_and_findings_are_apart():
    _, translation, summary = sample()
    assert rendering.to_text(translation) == translation.text
    assert rendering.findings(translation) == [
        "info: language: two words are English",
        "sentence 4: error: number: the source says 4.5 billion (4,5 tỷ), the translation "
        "4.5 million",
    ]
    assert rendering.findings(summary) == rendering.findings(translation)[1:]


def test_wide_characters_take_two_columns_and_marks_none():
    assert columns("Huế") == 3
    assert columns("Hue\u0302\u0301") == 3
    assert columns("漢字") == 4
    assert wrap("漢字 漢字", width=5) == ["漢字", "漢字"]


def test_no_break_spaces_do_not_break():
    assert wrap("a 12\u00a0km b", width=6) == ["a", "12\u00a0km", "b"]


def test_overlapping_findings_are_all_told():
    document = make_document([["Mưa to ở Huế."]])
    findings = (
        Finding(kind="number", severity="info", message="one", target=Span(start=0, end=6)),
        Finding(kind="name", severity="error", message="two", target=Span(start=3, end=9)),
    )
    root = read_html(
        rendering.to_html(make_translation(document, ["Heavy rain in Hue."], findings))
    )
    flags = [
        (f.text, f.attributes["title"], f.attributes["class"]) for f in root.named("vnsum-flag")
    ]
    assert flags == [
        ("Hea", "one", "vnsum-flag vnsum-info"),
        ("vy ", "one · two", "vnsum-flag vnsum-error"),
        ("rai", "two", "vnsum-flag vnsum-error"),
    ]


def test_languages_are_marked_on_their_texts():
    _, _, summary = sample()
    root = read_html(rendering.to_html(summary))
    for card in root.named("vnsum-card"):
        assert [e.attributes.get("lang") for e in card.children[:2]] == ["vi", "en"]
    (article,) = root.named("vnsum-article")
    assert article.attributes["lang"] == "vi"


def test_evidence_that_is_not_there_is_told_not_linked():
    document = make_document([["Mưa."]])
    pair = SummaryPair(
        source=SummarySentence(text="Mưa.", evidence=(0, 4), score=1.0), target="Rain."
    )
    summary = BilingualSummary(document=document, target_lang="en", pairs=(pair,))
    assert "sentence 5, which the document of 1 does not have" in rendering.to_text(summary)
    assert rendering.to_html(summary).count('href="') == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Document(text="", lang="vi"), "The text has no sentences."),
        (
            Translation(document=Document(text="", lang="vi"), target_lang="en"),
            "Nothing to translate",
        ),
        (
            BilingualSummary(document=Document(text="", lang="vi"), target_lang="en"),
            "Nothing to summ",
        ),
        (
            Digest(documents=(Document(text="", lang="vi"),), lang="vi", target_lang="en"),
            "Nothing to summ",
        ),
    ],
)
def test_empty_results_say_so(value, said):
    assert said in rendering.to_html(value)
    assert said in rendering.to_markdown(value)
    assert isinstance(value, Translation) or said in rendering.to_text(value)
    assert "None" not in rendering.to_page(value)


@pytest.mark.parametrize("function", [rendering.to_text, rendering.to_markdown, rendering.to_html])
def test_anything_else_is_an_error(function):
    with pytest.raises(InputError, match=r"expected a Document.*not str"):
        function("Trời mưa.")


def test_equal_results_give_equal_html_and_different_ones_share_no_identifier():
    first, second = samples(), samples()
    assert [rendering.to_html(v) for v in first] == [rendering.to_html(v) for v in second]
    other = make_summary(first[1], [0, 2])
    both = read_html(rendering.to_html(first[2]) + rendering.to_html(other))
    identifiers = [e.attributes["id"] for e in both.all() if "id" in e.attributes]
    assert len(identifiers) == len(set(identifiers))


def test_html_needs_nothing_from_outside():
    page = rendering.to_page(*samples())
    for word in (
        "http://",
        "https://",
        "url(",
        "@import",
        "<script",
        "<link",
        "<img",
        "javascript:",
    ):
        assert word not in page


def test_a_page_is_a_whole_document_with_all_results():
    page = rendering.to_page(*samples())
    assert page.startswith("<!DOCTYPE html>\n")
    root = read_html(page)
    assert len(root.named("vnsum")) == 4
    (title,) = (e.text for e in root.all() if e.tag == "title")
    assert title == "Huế ngập sau cơn mưa *lớn*"
    policies = [e.attributes.get("http-equiv") for e in root.all() if e.tag == "meta"]
    assert "Content-Security-Policy" in policies


def test_the_style_touches_nothing_but_results():
    css = Path(rendering.__file__).with_name("style.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    rules = re.findall(r"(?:^|[{}])\s*([^{}@;]+)\s*\{", css)
    assert len(rules) > 10
    for selectors in rules:
        # Commas inside :is(...) do not separate selectors.
        for selector in re.split(r",(?![^(]*\))", selectors):
            assert re.search(r"\.vnsum\b", selector)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ["paper", "soft", "tint", "hit"]),
        ("quiet", ["paper", "soft", "tint"]),
        ("link", ["paper", "soft", "tint"]),
        ("info", ["paper", "tint"]),
        ("warning", ["paper", "tint"]),
        ("error", ["paper", "tint"]),
    ],
)
def test_colours_contrast_enough_to_be_read(text, grounds, scheme):
    css = Path(rendering.__file__).with_name("style.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--vnsum-(\w+): light-dark\((#\w{6}), (#\w{6})\)", css)
    palette = {name: colours[scheme] for name, *colours in pairs}
    for ground in grounds:
        dark, light = sorted((luminance(palette[text]), luminance(palette[ground])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, ground


def test_repr_html_is_the_fragment():
    for value in samples():
        assert value._repr_html_() == rendering.to_html(value)


def _without_style(html: str) -> str:
    return re.sub(r"<style>.*?</style>", "<style>…</style>", html, flags=re.S)


GOLDEN_FILES = {
    "txt": rendering.to_text,
    "md": rendering.to_markdown,
    "html": lambda value: _without_style(rendering.to_page(value)),
}


@pytest.mark.parametrize("suffix", GOLDEN_FILES)
@pytest.mark.parametrize("value", samples(), ids=lambda value: type(value).__name__.lower())
def test_golden(value, suffix):
    file = GOLDEN / f"{type(value).__name__.lower()}.{suffix}"
    found = GOLDEN_FILES[suffix](value).rstrip("\n") + "\n"
    if os.environ.get("VNSUM_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


def of_any_size(size):
    """Return values whose texts have about `size` characters, in places that are repeated."""
    text = "x " * size
    sentence = Sentence(text=text, start=0, end=len(text), paragraph=0)
    document = Document(text=text, lang="vi", sentences=(sentence,))
    source = SummarySentence(text=text, evidence=(0,) * size, score=1.0)
    places = [Span(start=place, end=len(text) - place) for place in range(size)]
    found = tuple(
        Finding(kind="number", severity="error", message="m", source=place) for place in places
    )
    yield BilingualSummary(
        document=document, target_lang="en", pairs=(SummaryPair(source=source, target=""),)
    )
    pair = SentencePair(source=sentence, target=text, findings=found)
    yield Translation(document=document, target_lang="en", pairs=(pair,))
    whole = replace(found[0], message=text)
    inside = [replace(whole, message="", source=Span(start=n, end=n + 1)) for n in range(size)]
    pair = replace(pair, findings=(whole, *inside))
    yield Translation(document=document, target_lang="en", pairs=(pair,))
    pieces = [
        Boilerplate(kind="k", text=text[place], start=place, end=place + 1) for place in range(size)
    ]
    pieces[0] = replace(pieces[0], kind="k" * size)
    yield Document(text=text, lang="vi", boilerplate=tuple(pieces))
    foreign = replace(document, text="", lang=text, sentences=())
    short = SummaryPair(source=replace(source, text="x", evidence=()), target="x")
    yield BilingualSummary(document=foreign, target_lang=text, pairs=(short,) * size)
    noted = (Finding(kind="k", severity="info", message="m"),) * size
    yield BilingualSummary(
        document=document,
        target_lang="en",
        pairs=(SummaryPair(source=source, target="", findings=noted),),
    )
    place = Place(article=0, sentence=0)
    said = DigestPair(source=DigestSentence(text="", evidence=(place,)), target="")
    told = replace(
        said, findings=(Finding(kind="k", severity="info", message="", places=(place,)),)
    )
    paper = replace(document, source=text)
    yield Digest(documents=(paper,) * 2, lang="vi", target_lang="en", pairs=(said, told) * size)


SHOWN = (rendering.to_text, rendering.to_markdown, rendering.to_html)


def test_what_is_shown_grows_with_the_value():
    for small, large in zip(of_any_size(100), of_any_size(200), strict=True):
        shown = SHOWN
        if not isinstance(small, Document):
            shown += (rendering.report, lambda value: str(rendering.findings(value)))
        for show in shown:
            assert len(show(large)) < 2.5 * len(show(small)), (type(small), show)


def test_what_is_repeated_is_shortened_visibly():
    name, code, digest = "n" * 1000, "c" * 1000, sample_digest()
    papers = tuple(replace(document, source=name) for document in digest.documents)
    digest = replace(digest, documents=papers, target_lang=code)
    for show in SHOWN:
        shown = " ".join(show(digest).split())
        assert all(f"{'n' * 99}… ({number})" in shown for number in (1, 2, 3))
        assert name not in shown
        assert code not in shown
    assert f'lang="{"c" * 99}…"' in rendering.to_html(digest)


@pytest.mark.parametrize(
    ("messages", "title"),
    [
        (["m" * 200], "m" * 200),
        (["m" * 201], "m" * 199 + "…"),
        (["m" * 100, "n" * 100], "m" * 100 + " · " + "n" * 96 + "…"),
    ],
)
def test_long_messages_are_shortened_at_their_place_and_whole_below(messages, title):
    span = Span(start=0, end=3)
    found = [Finding(kind="k", severity="info", message=m, target=span) for m in messages]
    translation = make_translation(make_document([["Mưa."]]), ["Rain."], tuple(found))
    root = read_html(rendering.to_html(translation))
    assert [flag.attributes["title"] for flag in root.named("vnsum-flag")] == [title]
    (notes,) = root.named("vnsum-notes")
    assert [note.text.rpartition(" ")[2] for note in notes.children] == messages


# What a terminal obeys, what shows a text in another order, and what the formats obey.
SPOILT = "\x1b]0;pwn\x07\x9b31m\u202egnp\u2066\r\x00|<script>alert(1)</script>*b*[a](b)`c`$d$\ud800"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def spoil(value):
    """Return a value in which every text is spoilt; dates of results have to stay dates."""
    if isinstance(value, str):
        return SPOILT + value  # spans of a text have to stay in it
    if isinstance(value, tuple):
        return tuple(map(spoil, value))
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return replace(value, **{n: spoil(v) for n, v in fields.items() if n != "iso"})
    return value


@pytest.mark.parametrize("value", samples(), ids=lambda value: type(value).__name__)
def test_no_field_does_anything_in_any_format(value):
    spoilt = spoil(value)
    shown = [rendering.to_text(spoilt), rendering.to_markdown(spoilt), rendering.to_page(spoilt)]
    if not isinstance(value, Document):
        shown += [rendering.report(spoilt), *rendering.findings(spoilt)]
    for text in shown:
        lone = text.replace("\r", "") if text.startswith("<!DOCTYPE") else text  # white space there
        assert FORBIDDEN.search(lone) is None
    markdown, page = shown[1:3]
    assert "<script" not in markdown + page
    escaped = re.compile(r"(?<!\\)[|]<|(?<!\\)\*b|(?<!\\)\[a|(?<!\\)`c|(?<!\\)\$d")
    assert escaped.search(markdown) is None
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert len(widths) == 1
