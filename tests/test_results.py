"""The result values: conversion to plain data and back, and assembly of text."""

import ast
import copy
import dataclasses
import datetime
import json
import pickle
import re
import typing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vnsum
from vnsum import (
    BilingualSummary,
    Boilerplate,
    Digest,
    DigestPair,
    DigestSentence,
    DigestSummary,
    Document,
    Finding,
    Place,
    Sentence,
    SentencePair,
    Span,
    Summary,
    SummaryPair,
    SummarySentence,
    Translation,
    rendering,
)
from vnsum.errors import InputError, LanguageError
from vnsum.results.result import (
    FINDING_KINDS,
    SEVERITIES,
    Edit,
    FindingKind,
    ResolvedDate,
    Severity,
    SummaryName,
)

TEXT = st.text(max_size=12)
SPANS = st.none() | st.builds(Span, start=st.integers(0, 9), end=st.integers(9, 20))
FINDINGS = st.lists(
    st.builds(
        Finding, kind=TEXT, severity=st.sampled_from(["info", "warning", "error"]), message=TEXT,
        source=SPANS, target=SPANS,
    ), max_size=2,
).map(tuple)  # fmt: skip


@st.composite
def documents(draw):
    """Documents of words: some sentences, some boilerplate, white space between them."""
    text, sentences, boilerplate = "", [], []
    for index, word in enumerate(draw(st.lists(st.text("abđ", min_size=1), max_size=6))):
        text += draw(st.sampled_from(["", " ", "\n\n"]))
        start, end = len(text), len(text) + len(word)
        text += word
        if draw(st.booleans()):
            sentences.append(Sentence(text=word, start=start, end=end, paragraph=index))
        else:
            boilerplate.append(Boilerplate(kind="caption", text=word, start=start, end=end))
    return Document(
        text=text, lang="vi", title=draw(st.none() | TEXT),
        published=draw(st.none() | st.dates()), sentences=tuple(sentences),
        boilerplate=tuple(boilerplate), source=draw(st.sampled_from([None, "", "TTXVN"])),
    )  # fmt: skip


@st.composite
def translations(draw):
    document = draw(documents())
    pairs = tuple(
        SentencePair(source=s, target=draw(TEXT), findings=draw(FINDINGS))
        for s in document.sentences
    )
    boilerplate = tuple(draw(TEXT) for _ in document.boilerplate)
    return Translation(document=document, target_lang="en", title=draw(st.none() | TEXT),
                       pairs=pairs,
                       boilerplate=boilerplate, findings=draw(FINDINGS), signature="s")  # fmt: skip


@st.composite
def bilingual_summaries(draw):
    document = draw(documents())
    pairs = tuple(
        SummaryPair(
            source=SummarySentence(text=s.text, evidence=(i,), score=draw(st.floats(0, 1))),
            target=draw(TEXT), findings=draw(FINDINGS),
        )
        for i, s in enumerate(document.sentences)
    )  # fmt: skip
    return BilingualSummary(document=document, target_lang="en", title=None, pairs=pairs,
                            findings=draw(FINDINGS), signature="s")  # fmt: skip


@given(documents() | translations() | bilingual_summaries())
def test_comes_back_from_json(value):
    data = json.loads(json.dumps(value.to_dict()))
    assert type(value).from_dict(data) == value


@given(translations())
def test_a_translation_keeps_everything_between_sentences(translation):
    identity = {s.start: s.text for s in translation.document.sentences}
    same = Translation(
        document=translation.document, target_lang="en",
        pairs=tuple(
            SentencePair(source=s, target=identity[s.start])
            for s in translation.document.sentences
        ),
        boilerplate=tuple(piece.text for piece in translation.document.boilerplate),
    )  # fmt: skip
    assert same.text == translation.document.text


@given(bilingual_summaries())
def test_both_sides_have_equally_many_sentences(summary):
    assert len(summary.vi.sentences) == len(summary.en.sentences) == len(summary.pairs)
    assert [s.evidence for s in summary.vi.sentences] == [s.evidence for s in summary.en.sentences]


def test_a_side_in_another_language():
    summary = BilingualSummary(document=Document(text="", lang="vi"), target_lang="en")
    with pytest.raises(LanguageError, match="'fr'"):
        summary.side("fr")


@given(documents())
def test_paragraphs_hold_every_sentence(document):
    assert tuple(s for paragraph in document.paragraphs() for s in paragraph) == document.sentences


SENTENCE = vnsum.Sentence(text="Trời mưa.", start=0, end=9, paragraph=0)
DAMAGED = [
    ({}, "Document.to_dict"),
    ([], "list"),
    ({"type": "Translation"}, "'Translation'"),
    ({"type": "Document"}, "incomplete"),
    ({"type": "Document", "text": 3, "lang": "vi"}, "text should be str"),
    ({"type": "Document", "text": "", "lang": "vi", "published": "gestern"}, "ISO date"),
    ({"type": "Document", "text": "", "lang": "vi", "sentences": "x"}, "should be a list"),
    ({"type": "Document", "text": "", "lang": "vi", "sentences": [4]}, "should be a dictionary"),
    ({"type": "Document", "text": "", "lang": "vi", "color": 4}, "unknown fields"),
    *(
        (
            {"type": "Document", "text": "Mưa. Nắng.", "lang": "vi", "sentences": [
                {"text": "", "start": start, "end": end, "paragraph": 0} for start, end in spans]},
            "expected spans of the 10 characters of the text that do not overlap",
        )
        for spans in ([(0, 11)], [(-1, 3)], [(4, 3)], [(0, 4), (3, 6)], [(10, 0)] * 2)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message"), DAMAGED)
def test_damaged_data_is_named(data, message):
    with pytest.raises(InputError, match=message):
        Document.from_dict(data)


def test_a_pair_has_the_span_of_its_sentence():
    data = vnsum.Translation(
        document=vnsum.segment("Trời mưa.", lang="vi"),
        target_lang="en",
        pairs=(vnsum.SentencePair(source=SENTENCE, target="It rains."),),
    ).to_dict()
    data["pairs"][0]["source"]["end"] = 60
    with pytest.raises(InputError, match="a pair has a source at characters 0 to 60"):
        vnsum.Translation.from_dict(data)


def test_an_edit_is_within_its_sentence():
    edit = {"kind": "reference", "start": -1, "before": "", "after": "x"}
    sentence = {"text": "Mưa.", "evidence": [0], "score": 1.0, "edits": [edit] * 40}
    with pytest.raises(InputError, match="start must not be negative"):
        vnsum.Summary.from_dict({"type": "Summary", "lang": "vi", "sentences": [sentence]})


def test_dates_stay_dates():
    document = vnsum.Document(text="", lang="vi", published=datetime.date(2026, 1, 10))
    assert document.to_dict()["published"] == "2026-01-10"


BUDGETS = [
    {"sentences": 0}, {"sentences": -1}, {"sentences": 1.5}, {"sentences": True},
    {"sentences": "3"}, {"ratio": 0}, {"ratio": 1.1}, {"ratio": "x"}, {"ratio": True},
    {"sentences": 2, "ratio": 0.5},
]  # fmt: skip


@pytest.mark.parametrize("options", BUDGETS)
def test_budgets_that_make_no_sense(options):
    with pytest.raises(InputError):
        vnsum.Budget(**options)


@given(st.integers(0, 500), st.integers(1, 600) | st.floats(0.01, 1))
def test_a_limit_is_within_the_document(available, size):
    budget = vnsum.Budget(**{"sentences" if isinstance(size, int) else "ratio": size})
    limit = budget.limit(available)
    assert 0 <= limit <= available
    assert (limit > 0) == (available > 0)


PACKAGE = Path(vnsum.__file__).parent


def constants_of(tree):
    """Return the strings that a module assigns to names, with or without a type."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            found[getattr(target, "id", None)] = node.value.value
    return found


def values_of(field):
    """Return the values that the package gives a field of `Finding`, and where, if literal."""
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if not re.search(r"\b(Finding|describe_change|_error|_warning)\(", source):
            continue
        tree = ast.parse(source)
        constants = constants_of(tree)
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", "")
            given = {}
            if name in ("Finding", "describe_change"):
                given = {keyword.arg: keyword.value for keyword in node.keywords}
            elif name in ("_error", "_warning") and path.name == "screening.py":
                given = {"kind": node.args[0]}
            value = given.get(field)
            value = constants.get(value.id, value) if isinstance(value, ast.Name) else value
            value = value.value if isinstance(value, ast.Constant) else value
            if isinstance(value, str):
                yield value, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_the_types_of_findings_list_the_tables():
    assert typing.get_args(FindingKind) == tuple(FINDING_KINDS)
    assert typing.get_args(Severity) == tuple(SEVERITIES)


@pytest.mark.parametrize(("field", "table"), [("kind", FINDING_KINDS), ("severity", SEVERITIES)])
def test_findings_have_kinds_and_severities_of_the_tables(field, table):
    found = list(values_of(field))
    assert len(found) > 10, "or the test looks for the wrong thing"
    assert [(value, place) for value, place in found if value not in table] == []
    assert all(meaning[0].isupper() and meaning.endswith(".") for meaning in table.values())
    # Which of these two a difference is, and the severity, is computed in `checks.fact_findings`.
    assert {value for value, _ in found} | {"date", "number"} & {*table} == {*table}


NOTED = Finding(kind="number", severity="error", message="m", source=Span(start=0, end=1))
ONE = Document(
    text="date 2026-01-10 Trời mưa.", lang="vi", title="Mưa", published=datetime.date(2026, 1, 10),
    sentences=(Sentence(text="Trời mưa.", start=16, end=25, paragraph=0),),
    boilerplate=(Boilerplate(kind="date", text="date 2026-01-10", start=0, end=15),),
)  # fmt: skip
PICKED = SummarySentence(
    text="Mưa.", evidence=(0,), score=0.5, findings=(NOTED,),
    edits=(Edit(kind="opening", start=0, before="Trời m", after="M", evidence=0),),
)  # fmt: skip
DAY = ResolvedDate(text="Hôm qua", span=Span(start=0, end=3), iso="2026-01-09/2026-01-11")
WHOLE = (
    ONE,
    Translation(
        document=ONE, target_lang="en", title="Rain", boilerplate=("date 2026-01-10",),
        findings=(NOTED,),
        pairs=(SentencePair(source=ONE.sentences[0], target="Rain.", findings=(NOTED,)),),
    ),
    Summary(lang="vi", sentences=(PICKED,), findings=(NOTED,)),
    BilingualSummary(
        document=ONE, target_lang="en", title="Rain", findings=(NOTED,),
        pairs=(SummaryPair(source=PICKED, target="Rain.", findings=(NOTED,), dates=(DAY,)),),
        names=(SummaryName(vi="Huế", en="Hue", kind="place", sentences=(0,)),),
    ),
)  # fmt: skip
HERE = Place(article=0, sentence=0)
CONFLICT = Finding(kind="conflict", severity="warning", message="m", places=(HERE,))
SAID = DigestSentence(text="Mưa.", evidence=(HERE,), support=(Place(article=1, sentence=0),),
                      score=0.5, edits=PICKED.edits, findings=(CONFLICT,))  # fmt: skip
WHOLE += (
    DigestSummary(lang="vi", documents=(ONE, ONE), sentences=(SAID,), findings=(NOTED,)),
    Digest(
        documents=(ONE, ONE), lang="vi", target_lang="en", source_title="Mưa", title="Rain",
        pairs=(DigestPair(source=SAID, target="Rain.", findings=(CONFLICT,), dates=(DAY,)),),
        findings=(NOTED,), names=(SummaryName(vi="Huế", en="Hue", kind="place", sentences=(0,)),),
    ),
)  # fmt: skip
DEEP: list = []
for _ in range(100_000):
    DEEP = [DEEP]
HOSTILE = st.sampled_from(
    [None, True, -1, 0, 10**400, 10**5000, -(10**400), 1.5, float("nan"), float("inf"), "", "x",
     "\ud800", "\x1b[31m", "2026-" + "1" * 5000, "2026-01-10T09:30", b"x", [], [[]], {}, {"a": 1},
     {5: 1, "z": 2}, object(), DEEP, ("a",), {"type": "Document"}]
)  # fmt: skip


def places_in(data, depth=6):
    """Yield every container in plain data with each of its keys."""
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, key
        if isinstance(value, dict | list) and value is not DEEP and depth:
            yield from places_in(value, depth - 1)


def fresh(value):
    """Return a copy, as the next change may be inside it; `DEEP` is too deep for one."""
    return value if value is DEEP else copy.deepcopy(value)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_hostile_data_gives_one_error_or_a_value_that_can_be_shown(value, data):
    hostile = copy.deepcopy(value.to_dict())
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(list(places_in(hostile))))
        action = data.draw(st.sampled_from(["set", "set", "drop", "add", "double"]))
        if action == "set":
            holder[key] = fresh(data.draw(HOSTILE))
        elif action == "drop":
            del holder[key]
        elif isinstance(holder, list):
            holder.append(holder[key] if action == "double" else fresh(data.draw(HOSTILE)))
        else:
            holder[data.draw(st.sampled_from([5, "zzz", None, b"x", ("a",)]))] = 1
        if not hostile:
            break
    try:
        found = type(value).from_dict(hostile)
    except InputError as error:
        assert type(value).__name__ in str(error)
        assert len(str(error)) < 1000
        return
    assert type(value).from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert isinstance(str(found), str)
    if not isinstance(found, Summary | DigestSummary):
        for render in (rendering.to_text, rendering.to_markdown, rendering.to_page):
            render(found).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("document.sentences.0.start", False),
        ("document.published", "2026-01-" + "1" * 5000),
        ("document.boilerplate", []),
        ("pairs.0.source.score", 10**400),
        ("pairs.0.source.score", float("nan")),
        ("pairs.0.source.evidence.0", 10**5000),
        ("pairs.0.dates.0.iso", "2026-" + "1" * 5000),
        ("pairs.0.target", DEEP),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_the_field_with_hostile_data_is_named(path, value):
    kind = BilingualSummary if path.startswith("pairs.0.") else Translation
    data = next(one for one in WHOLE if type(one) is kind).to_dict()
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    holder = data
    for step in way:
        holder = holder[step]
    holder[last] = value
    named = "boilerplate" if last == "boilerplate" else str(way[-1] if last == 0 else last)
    with pytest.raises(InputError, match=named):
        kind.from_dict(data)


@pytest.mark.parametrize("value", WHOLE, ids=lambda value: type(value).__name__)
def test_values_pickle_and_come_back_from_json(value):
    assert pickle.loads(pickle.dumps(value)) == value
    assert type(value).from_dict(json.loads(json.dumps(value.to_dict()))) == value


OUTSIDE = [Place(article=a, sentence=s) for a, s in ((2, 0), (0, 1), (-1, 0), (0, -1))]


@pytest.mark.parametrize("place", OUTSIDE, ids=repr)
@pytest.mark.parametrize("field", ["evidence", "support", "findings"])
def test_a_digest_has_only_places_that_there_are(field, place):
    finding = dataclasses.replace(CONFLICT, places=(place,))
    value = (finding,) if field == "findings" else (place,)
    sentence = dataclasses.replace(SAID, **{field: value})
    makers = [
        lambda: DigestSummary(lang="vi", documents=(ONE, ONE), sentences=(sentence,)),
        lambda: Digest(documents=(ONE, ONE), lang="vi", target_lang="en",
                       pairs=(DigestPair(source=sentence, target="Rain."),)),
    ]  # fmt: skip
    for make in makers:
        with pytest.raises(InputError, match=r"none of index -?\d"):
            make()


def test_a_sentence_of_a_digest_has_evidence():
    sentence = dataclasses.replace(SAID, evidence=())
    with pytest.raises(InputError, match="must have evidence"):
        DigestSummary(lang="vi", documents=(ONE, ONE), sentences=(sentence,))


def test_a_digest_has_two_sides_and_knows_who_says_a_sentence():
    digest = WHOLE[-1]
    assert digest.pairs[0].source.articles == (0, 1)
    assert (digest.source_lang, digest.text, str(digest.vi)) == ("vi", "Rain.", "Mưa.")
    assert digest.vi.sentences[0].original == "Trời mưa."
    assert digest.en.sentences[0].support == digest.vi.sentences[0].support
    assert digest.en.documents == digest.documents
    with pytest.raises(LanguageError, match="'fr'"):
        digest.side("fr")


def test_a_result_with_lists_and_one_with_anything_else():
    document = vnsum.segment("Trời mưa. Đường ngập.")
    changed = dataclasses.replace(document, sentences=[*document.sentences])
    assert Document.from_dict(changed.to_dict()) == document
    for wrong in ({1}, b"x", object()):
        with pytest.raises(InputError, match="has no JSON form"):
            dataclasses.replace(document, sentences=wrong).to_dict()
