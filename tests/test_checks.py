"""The checks: properties, and the cases in cases/checks.json."""

from __future__ import annotations

import datetime
import json
import random
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum import languages
from vnsum.checks import MAX_FINDINGS, check
from vnsum.errors import InputError, LanguageError
from vnsum.evaluation import checks as evaluation
from vnsum.evaluation import mutations
from vnsum.normalization import decompose

CASES = json.loads((Path(__file__).parent / "cases" / "checks.json").read_text("utf-8"))
OTHER = {"vi": "en", "en": "vi"}


def summary(source: str, target: str, **options) -> list[str]:
    return sorted({f"{f.kind}:{f.severity}" for f in check(source, target, **options)})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case):
    assert summary(case["source"], case["target"]) == case["expected"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_the_other_direction_finds_the_same(case):
    expected = case.get("reverse", case["expected"])
    found = summary(case["target"], case["source"], source_lang="en", target_lang="vi")
    assert found == expected


# Other ways to write the same text.
FORMS = {
    "decomposed": decompose,
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow no-break spaces": lambda text: text.replace(" ", "\u202f"),
    "double spaces": lambda text: text.replace(" ", "  "),
    "tabs": lambda text: text.replace(" ", "\t"),
    "a byte order mark": lambda text: f"\ufeff{text}",
    "soft hyphens": lambda text: text.replace("n", "n\u00ad"),
    "carriage returns": lambda text: f"{text}\r",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_letters_and_spaces_does_not_matter(form):
    def seen(source, target, write=str):
        """Return the findings with the parts of the texts that they are about."""
        rows = []
        for found in check(source, target):
            places = ((source, found.source), (target, found.target))
            parts = [write(text[span.start : span.end]) for text, span in places if span]
            told = [part.strip("\ufeff\u00ad\r") for part in parts]
            rows.append((found.kind, found.severity, found.message, told))
        return rows

    write = FORMS[form]
    for case in CASES[::5]:
        source, target = case["source"], case["target"]
        found = seen(write(source), write(target))
        assert found == seen(source, target, write), case["label"]


def test_which_name_became_another_is_told_only_if_their_numbers_are_equal():
    one = check("Ông Petrov đến Pháp hôm qua.", "Mr Petrov arrived in Belgium yesterday.")
    two = check("Ông Petrov đến Pháp và Ý hôm qua.", "Mr Petrov arrived in Belgium yesterday.")
    assert ["seems to have become" in finding.message for finding in one] == [True]
    assert ["seems to have become" in finding.message for finding in two] == [False] * 3


TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "ngày",
                "7/1",
                "1.400",
                "1,5",
                "triệu",
                "USD",
                "km",
                "%",
                "Anh",
                "Pháp",
                "Nguyễn",
                "Tập",
                "Cận",
                "Bình",
                "không",
                "chưa",
                "“",
                "”",
                "not",
                "January",
                "2026",
                "Vidal",
                "Covid-19",
                "thứ",
                "ba",
                "3",
                "giờ",
                "a",
                "p.m.",
                "(",
                ")",
                "$5m",
                "0912345678",
                "Điều",
            ]
        ),
        max_size=12,
    ).map(" ".join),
)


@given(TEXT, TEXT, st.sampled_from(["vi", "en"]))
def test_any_text_is_checked_and_spans_point_into_it(source, target, lang):
    for finding in check(source, target, source_lang=lang, target_lang=OTHER[lang]):
        assert finding.message.endswith(".")
        assert finding.source or finding.target or "more findings" in finding.message
        for span, text in ((finding.source, source), (finding.target, target)):
            assert span is None or 0 <= span.start < span.end <= len(text)


@given(st.integers(21, 10**12), st.integers(21, 10**12))
def test_a_figure_is_found_wrong_exactly_when_it_is(old, new):
    source = f"Dự án cần {old:,} đồng.".replace(",", ".")
    found = summary(source, f"The project needs {new:,} dong.")
    assert found == ([] if old == new else ["number:error"])


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2050, 12, 31)))
def test_day_and_month_swapped_are_found(day):
    months = mutations.MONTHS
    source = f"Lễ khai mạc ngày {day.day}/{day.month}/{day.year}."
    assert not check(source, f"It opens on {months[day.month - 1]} {day.day}, {day.year}.")
    if day.day <= 12 and day.day != day.month:
        swapped = f"It opens on {months[day.day - 1]} {day.month}, {day.year}."
        assert summary(source, swapped) == ["date:error"]


def test_the_article_date_resolves_relative_dates():
    published = datetime.date(2026, 1, 9)
    assert not check("Năm ngoái mưa nhiều.", "It rained a lot in 2025.", published=published)
    assert check("Năm ngoái mưa nhiều.", "It rained a lot in 2023.", published=published)


def test_spans_show_what_was_changed():
    source, target = "Họ đón 1.400 người ngày 7/1.", "They received 1,500 people on January 7."
    (finding,) = check(source, target)
    assert source[finding.source.start : finding.source.end] == "1.400"
    assert target[finding.target.start : finding.target.end] == "1,500"


def test_a_small_word_does_not_stand_for_a_lost_figure():
    messages = [finding.message for finding in check("Chi 60 tỷ USD cho dân.", "Two firms pay.")]
    assert messages == ['The number "60 tỷ USD" of the source is missing in the translation.']


def test_changes_are_paired_by_what_they_tell_and_their_values():
    source = "Giá gạo tăng gấp rưỡi ở hai chợ, và 70 tàu chở 3.000 tấn."
    target = "In the third market prices rose by a quarter, and 4,000 tons left on 75 ships."
    assert [finding.message for finding in check(source, target)] == [
        'The number "gấp rưỡi" of the source became "a quarter".',
        'The number "hai" of the source became "third".',
        'The number "70" of the source became "75".',
        'The number "3.000 tấn" of the source became "4,000 tons".',
    ]


def test_findings_are_limited_and_summed_up():
    source = ", ".join(str(number) for number in range(1001, 1900, 2))
    findings = check(f"Bảng: {source}", "An empty table.")
    assert len(findings) <= 2 * (MAX_FINDINGS + 1)
    assert any("more findings" in finding.message for finding in findings)
    assert findings[-1].severity == "error"


@pytest.mark.parametrize(
    "text",
    ["0912345678 " * 200, "3 + 4 = 7; " * 200, "1|2|3|4\n" * 300, "9" * 3000, "((((1,1.1,1" * 300],
)
def test_lists_tables_and_mathematics_are_no_errors(text):
    assert len(check(text, "")) <= 3 * (MAX_FINDINGS + 1)
    check(text, text)
    check("", text)


def test_same_language_checks_figures_only():
    options = {"source_lang": "en", "target_lang": "en"}
    assert summary("Lan paid 35 dollars.", "Mai paid 45 dollars.", **options) == ["number:error"]


def test_unknown_language_is_an_error_that_says_what_to_do():
    with pytest.raises(LanguageError, match="unknown language 'fr'"):
        check("a", "b", target_lang="fr")


def test_the_table_of_names_is_whole():
    text = resources.files("vnsum.languages").joinpath("data/names.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    assert len(rows) >= 300
    assert {row[0] for row in rows} == {"country", "region", "city", "province", "body", "person"}
    assert all(len(row) == 3 and all(form.strip() for form in row) for row in rows)
    assert "License" in text.split("\n\n")[0]


PAIRS = [
    ("Ngày 7/1/2020, Vidal trả 1.400 USD và không đến Pháp.",
     "On January 7, 2020, Vidal paid 1,400 USD and did not come to France."),
    ("Tổng cộng có 5 triệu người.", "There are 5 million people in all."),
]  # fmt: skip


@pytest.mark.parametrize("name", sorted(mutations.MUTATIONS))
def test_planted_errors_are_made_and_found(name):
    recall = evaluation.planted_recall(PAIRS, name, count=5)
    assert recall.planted >= 1
    assert recall.found == 100
    assert recall == evaluation.planted_recall(PAIRS, name, count=5)


def test_swapped_dates_differ_in_the_order_only():
    planted = mutations.swap_date(*PAIRS[0], random.Random(1))
    assert planted is not None
    assert planted.target != planted.corrupted
    assert not [f for f in check(planted.source, planted.target) if f.kind == "date"]


def test_rates_count_number_bearing_sentences():
    pairs = [("Có 35 nhà.", "There are 36 houses."), ("Trời mưa.", "It rains."), PAIRS[1]]
    rates = evaluation.measure_rates(pairs, evaluation.ASPECTS["figures"])
    assert (rates.sentences, rates.missing, rates.added, rates.flagged) == (2, 50, 50, 50)


def test_rates_count_sentences_with_a_name():
    pairs = [
        ("Ông Macron đến Huế.", "Macron came to Hue."),
        ("Ông Macron đến Huế.", "He came to Hue."),
        ("Trời mưa.", "It rains."),
    ]
    rates = evaluation.measure_rates(pairs, evaluation.ASPECTS["names"])
    assert (rates.sentences, rates.missing, rates.added, rates.flagged) == (2, 50, 0, 50)


def test_the_command_prints_both_tables(tmp_path, capsys):
    for lang, side in (("vi", 0), ("en", 1)):
        lines = "\n".join(pair[side] for pair in PAIRS)
        (tmp_path / f"mine.{lang}").write_text(lines, "utf-8")
        (tmp_path / "mine.robot.en").write_text("&quot;None&quot;\nNone.", "utf-8")
    more = tmp_path / "more.tsv"
    more.write_text("\t".join(PAIRS[1]) + "\n", "utf-8")
    arguments = ["--dev", str(tmp_path), "--planted", "2", "--pairs", str(more)]
    assert evaluation.main(arguments) == 0
    output = capsys.readouterr().out
    assert "mine, human" in output
    assert "mine, robot" in output
    assert "date order" in output
    assert evaluation.main(["--dev", str(tmp_path / "nowhere")]) == 2


def test_files_that_are_not_parallel_are_an_error(tmp_path):
    (tmp_path / "a.vi").write_text("một\nhai", "utf-8")
    (tmp_path / "a.en").write_text("one", "utf-8")
    with pytest.raises(InputError, match="2 lines"):
        evaluation.read_pairs(tmp_path / "a.vi", tmp_path / "a.en")


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("Có 200.003 ca mắc.", "There were 200.003 cases.",
         'The number "200.003" is 200003 in the source, but 200.003 in the translation.'),
        ("Giá 200.003 đồng.", "It costs 200.003 dong.",
         'The number "200.003 đồng" is 200003 in the source, but 200.003 in the translation.'),
        ("Ngày 6/11 mưa to.", "It rained heavily on 6/11.",
         'The date "Ngày 6/11" is November 6 in the source, but June 11 in the translation.'),
        ("Dài 5 km.", "It is 5 miles long.",
         'The number "5 km" of the source became "5 miles".'),
    ],
)  # fmt: skip
def test_a_figure_in_the_notation_of_the_source_is_told_with_both_values(source, target, message):
    (finding,) = check(source, target)
    assert finding.message == message


ENGLISH, VIETNAMESE = "There were 357.4 million people.", "Có 357,4 tỷ người."


@pytest.mark.parametrize(
    "langs",
    [{}, {"source_lang": "en"}, {"target_lang": "vi"}, {"source_lang": "en", "target_lang": "vi"}],
)
def test_languages_that_are_not_given_are_found(langs):
    (finding,) = check(ENGLISH, VIETNAMESE, **langs)
    assert finding.severity == "error"


@pytest.mark.parametrize("source", ["3", "iPhone 15", "TP.HCM", "Có 3.", "ok", ""])
@pytest.mark.parametrize("target", ["3", "iPhone 15", "HCM City", "3.", "ok", ""])
def test_texts_that_do_not_show_their_language_are_translated_into_english(source, target):
    assert languages.find_direction(source, target) == ("vi", "en")


@pytest.mark.parametrize("lang", ["de", "VI", "", 3])
def test_other_languages_are_errors(lang):
    for langs in ({"source_lang": lang}, {"target_lang": lang}):
        with pytest.raises(LanguageError, match="unknown language"):
            check(ENGLISH, VIETNAMESE, **langs)
