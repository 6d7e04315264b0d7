"""Dates in a document: one style, and months relative to the date of the article."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum import checks, quantities
from vnsum.languages.en import MONTHS
from vnsum.results.result import CheckedText, Finding, Span
from vnsum.translation.repair.dates import name_months, unify_dates

WAY = {"source": "vi", "target": "en"}
PUBLISHED = datetime.date(2026, 1, 10)


def unify(texts, published=None, source="Trời mưa."):
    table = {f"{source} {i}": CheckedText(text=text) for i, text in enumerate(texts)}
    named = name_months(table, published=published, **WAY)
    return [*unify_dates(named, target="en").values()]


day_first = st.builds("{} {}".format, st.integers(1, 28), st.sampled_from(MONTHS))
month_first = st.builds(
    "{1} {0}".format, st.integers(1, 28), st.sampled_from([*MONTHS, "Nov", "Sept.", "Jan."])
)
dates = st.builds(
    lambda date, year: date + (f"{', ' if date[0].isalpha() else ' '}{year}" if year else ""),
    day_first | month_first,
    st.none() | st.integers(1990, 2030),
)


@given(st.lists(st.lists(dates, max_size=3), min_size=1, max_size=5))
@settings(deadline=None)
def test_a_document_has_one_style_and_the_same_days(found):
    texts = [" ".join(f"On {date} it rained." for date in own) for own in found]
    done = unify(texts)
    starts = {text.split("On ")[i + 1][0].isalpha() for text in (d.text for d in done)
              for i in range(text.count("On "))}  # fmt: skip
    assert len(starts) < 2
    for text, checked in zip(texts, done, strict=True):
        keys = [[q.key for q in quantities.read(t, lang="en")] for t in (text, checked.text)]
        assert keys[0] == keys[1]
        assert bool(checked.findings) == (checked.text != text)
        places = [finding.target.start for finding in checked.findings]
        assert places == sorted(places)
        for finding in checked.findings:
            written = checked.text[finding.target.start : finding.target.end]
            assert f'"{written}": the dates of a document have one style.' in finding.message


def test_the_more_frequent_style_is_kept_and_the_change_is_told():
    done = unify(["On 9 January", "On January 7, 2026, he left.", "By 8 May"])
    assert [d.text for d in done] == ["On 9 January", "On 7 January 2026, he left.", "By 8 May"]
    (finding,) = done[1].findings
    assert (finding.kind, finding.severity, finding.message) == (
        "date", "info",
        '"January 7, 2026" was changed to "7 January 2026": '
        "the dates of a document have one style.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["On Nov 26", "28 November", "9 May"], ["On 26 November", "28 November", "9 May"]),
        (["On Nov. 26, 2026", "November 3"], ["On November 26, 2026", "November 3"]),
        (["By 3 Sept", "May 4", "4 May"], ["By 3 September", "4 May", "4 May"]),
        (["On Nov 26", "on May 3, 2026"], ["On Nov 26", "on May 3, 2026"]),
        (["On Nov. 26", "on Nov. 30, 2026"], ["On Nov. 26", "on Nov. 30, 2026"]),
        (["On Jan 9, he called", "on Jan. 7"], ["On January 9, he called", "on January 7"]),
    ],
)
def test_months_are_written_in_full_where_their_spellings_differ(texts, expected):
    assert [done.text for done in unify(texts)] == expected


def test_findings_keep_their_places():
    note = Finding(kind="x", severity="info", message="X.", target=Span(start=14, end=16))
    table = {
        "a": CheckedText(text="On January 7, he left.", findings=(note,)),
        "b": CheckedText(text="9 January"),
        "c": CheckedText(text="8 January"),
    }
    moved = unify_dates(table, target="en")["a"]
    span = moved.findings[0].target
    assert moved.text[span.start : span.end] == "he"


@pytest.mark.parametrize(
    "text",
    ["from January 7-9", "on the 9th of January", "version 2026-01-09", "The May 5 March Band",
     "9 January", ""],
)  # fmt: skip
def test_what_is_no_plain_date_stays(text):
    assert unify([text, "It rained on 3 May."])[0].text in (text, text.replace("May 5", "5 May"))
    assert unify([text])[0].text == text


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("He comes next February.", PUBLISHED, "He comes this February."),
        ("He comes in next February.", PUBLISHED, "He comes in February."),
        ("Next February he comes.", PUBLISHED, "This February he comes."),
        ("He comes next February.", None, "He comes next February."),
        ("He comes next February.", datetime.date(2026, 5, 1), "He comes next February."),
        ("He comes next March.", PUBLISHED, "He comes next March."),
    ],
)
def test_a_month_of_this_year_is_not_called_next(text, published, expected):
    source = "Ông đến vào tháng 2 tới."
    (done,) = unify([text], published, source)
    assert done.text == expected
    assert bool(done.findings) == (text != expected)
    if "February" in expected and published:
        assert not checks.check(source, done.text, published=published)


@pytest.mark.parametrize(
    ("source", "target", "kinds"),
    [
        ("Lễ mở vào tháng 3 tới.", "It opens in March.", []),
        ("Lễ mở vào tháng 3 tới.", "It opens in March 2026.", []),
        ("Lễ mở vào tháng 3 tới.", "It opens in March 2027.", ["date"]),
        ("Lễ mở vào tháng 3 tới.", "It opens in April.", ["date"]),
        ("Hôm qua trời mưa.", "It rained on January 9.", []),
        ("Hôm qua trời mưa.", "It rained on January 8.", ["date"]),
        ("Cuối tháng trước, trời mưa.", "It rained in late December.", []),
        ("Cuối tháng trước, trời mưa.", "It rained in late November.", ["date"]),
        ("Đầu tháng này trời mưa.", "It rained in early January.", []),
        ("Lễ mở vào ngày 5/3/2026.", "It opens on March 5.", ["date"]),
    ],
)
def test_what_only_the_date_of_the_article_tells_may_be_missing(source, target, kinds):
    found = checks.check(source, target, published=PUBLISHED)
    assert [finding.kind for finding in found] == kinds


def test_other_languages_are_left_alone():
    table = {"a": CheckedText(text="9 January"), "b": CheckedText(text="January 9")}
    assert unify_dates(table, target="vi") == table
    table = {"Next February, he comes.": CheckedText(text="Tháng 2 tới, ông đến.")}
    assert name_months(table, source="en", target="vi", published=PUBLISHED) == table
