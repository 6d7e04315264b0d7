"""`clean`: the cases, and properties of cleaning."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vnsum.errors import InputError
from vnsum.languages import legacy
from vnsum.languages.syllables import is_syllable
from vnsum.reading.cleaning import FIXES, MAX_PASSES, apply_fixes, clean

CASES = json.loads((Path(__file__).parent / "cases" / "clean.json").read_text(encoding="utf-8"))
# Pieces that fixes are about, so that they meet one another at random.
TROUBLE = st.lists(
    st.sampled_from(
        [
            "&",
            "amp;",
            "#38;",
            "lt;",
            "&#",
            "x26;",
            "\u200b",
            "\u00ad",
            "\u200d",
            "\u0301",
            "\u0323",
            "Ð",
            "ð",
            "\uff06",
            "\uff1b",
            "\u037e",
            "á»",
            "Ã",
            "Ä‘",
            "\u00a0",
            "\r",
            "\n",
            "\x85",
            "a",
            "ê",
            "ﬁ",
            "😀",
            "Việt",
            "Céng hßa x· héi",
            "”",
            "\ufeff",
            "\u2011",
            "t",
            ";",
            "\x08",
        ]
    ),
    max_size=20,
).map("".join)
ANY_TEXT = st.one_of(st.text(max_size=60), TROUBLE)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['category']}: {c['label']}" for c in CASES])
def test_case(case: dict[str, object]) -> None:
    assert clean(case["input"]) == case["expected"]
    assert [fix.name for fix in apply_fixes(case["input"])[1]] == case["fixes"]


@given(ANY_TEXT)
@example("&l&#8203;t;b")
@example("&#xFF06;lt;")
@example("“XÃ”")
@settings(max_examples=400)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except InputError:
        return
    assert clean(once) is once
    assert apply_fixes(once)[1] == ()


@given(ANY_TEXT)
def test_the_explanation_tells_whether_anything_changed(text: str) -> None:
    try:
        changed = clean(text) != text
    except InputError:
        return
    assert bool(apply_fixes(text)[1]) >= changed


@given(st.text(alphabet="aăâeêioôơuưyđ ạảãáàbc.,“”…0189\n", max_size=80))
def test_clean_text_comes_back_as_the_same_object(text: str) -> None:
    assume(legacy.detect_standard(text) is None)  # "eà eá" is "ề ế" in VNI
    assert clean(text) is text


@given(st.text(alphabet="aăâeêioôơuưyđbcnhg ạảãáàệữ.", max_size=60))
def test_decomposed_text_comes_back_composed(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
@pytest.mark.parametrize(
    "code",
    ["if a &lt; b: print('&nbsp;')", "s = '\u00a0\u2011\ufb01\uff21' # \u200b", "'e\u0302\u0301'",
     "học_sinh = sinh_viên + nhà_nước + công_ty", "> một dòng dài\n> một dòng nữa", "Ðà = 1"],
)  # fmt: skip
def test_code_blocks_are_kept(fence: str, code: str) -> None:
    prose = "Tr\u01a1\u0300i m\u01b0a &amp; gi\u00f3 \u1edf Hu\u1ebf."
    block = f"{fence}python\n{code}\n{fence}"
    text = clean(f"{prose}\n\n{block}\n\n{prose}\n\n{block}")
    assert text == f"Trời mưa & gió ở Huế.\n\n{block}\n\nTrời mưa & gió ở Huế.\n\n{block}"
    assert clean(f"{fence}\n{prose}") == f"{fence}\nTrời mưa & gió ở Huế.", "it is not closed"
    for sign in ("&#xfdd0;", "&#xE000;", "\ufdd0"):
        kept = f"a{clean(sign)}b\n{block}\nHai.\n{block}"
        assert clean(f"a{sign}b\n{block}\nHai.\n{block}") == kept


def test_every_fix_has_a_case() -> None:
    covered = {name for case in CASES for name in case["fixes"]}
    assert {rule.name for rule in FIXES} - covered == {"surrogates"}  # JSON joins them itself


def test_halves_of_a_character_are_joined() -> None:
    assert clean("Vui \ud83d\ude00") == "Vui 😀"
    assert [fix.name for fix in apply_fixes("Vui \ud83d\ude00")[1]] == ["surrogates"]


@pytest.mark.parametrize("standard", sorted(legacy.converters()))
def test_legacy_tables_reach_every_small_letter(standard: str) -> None:
    letters = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
    data = Path(legacy.__file__).parent / "data" / "legacy_encodings.txt"
    rows = [line.split("\t") for line in data.read_text(encoding="utf-8").splitlines()]
    mapped = {row[2] for row in rows if row[0] == standard}
    if standard == "CP1258":  # letter and tone are two characters there
        assert {"ă", "đ", "ơ", "ư", "U+0300", "U+0301", "U+0303", "U+0309", "U+0323"} <= mapped
    else:
        assert set(letters) <= mapped


@pytest.mark.parametrize("data", [b"Tr\xe1\xbb\x9di", Path("a.txt"), None, 5])
def test_what_is_no_text_is_refused_with_advice(data: object) -> None:
    with pytest.raises(InputError, match="expected text as a str"):
        clean(data)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Trời \udc9f mưa", "lone surrogate near character 5"),
        ("\x00\x01\x02PK\x03\x04", "binary data"),
        ("&l" * 20 + "&#8203;t;" * 20, None),
    ],
)
def test_damage_beyond_repair(text: str, message: str | None) -> None:
    if message is None:
        assert clean(clean(text)) == clean(text)
        return
    with pytest.raises(InputError, match=message):
        clean(text)


def test_damage_nested_without_end_is_refused() -> None:
    text = "&lt;"
    for _ in range(MAX_PASSES + 2):  # an invisible character, escaped, inside an entity
        text = text.replace(";", "&#8203;;", 1)
    with pytest.raises(InputError, match="nested more than"):
        clean(text)


@pytest.mark.parametrize("word", ["nghiêng", "Quảng", "uýnh", "khuya", "Đắk", "ươm", "giêng"])
def test_vietnamese_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["strength", "Guðmundsson", "été", "wifi", "", "xyz"])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)
