"""Detection, words and the tables of the two languages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vnsum import languages
from vnsum.errors import LanguageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trời mưa to ở Hà Nội.", "vi"),
        ("Hà Nội", "vi"),
        ("Troi mua to o Ha Noi hom nay va ngay mai", "vi"),
        ("Trà xanh và cà phê", "vi"),
        ("Con tàu dài 100 m", "vi"),
        ("It rained all day in the old town.", "en"),
        ("Dogs chase cats.", "en"),
        ("The mayor of Đà Nẵng, Nguyễn Văn Hùng, said that it was late.", "en"),
        ("Ông Smith nói về The New York Times và Apple ở Mỹ.", "vi"),
        ("Bonjour, je suis ici avec vous pour la nuit.", None),
        ("São Paulo não é a capital, então vamos para lá.", None),
        ("Wir gehen heute nicht in die Schule.", None),
        ("这是中文", None),
        ("12345 ...", None),
        ("", None),
    ],
)
def test_detection(text: str, expected: str | None) -> None:
    assert languages.detect(text) == expected


def test_known_languages() -> None:
    assert [languages.require(code) for code in languages.LANGUAGES] == ["vi", "en"]
    with pytest.raises(LanguageError, match=r"expected one of 'vi' .Vietnamese., 'en' .English."):
        languages.require("de")


def test_vietnamese_words_are_lower_case_and_hold_several_syllables() -> None:
    words = languages.words("Nhà nước Việt Nam, 2026!", "vi")
    assert "việt nam" in words
    assert "2026" in words
    assert all(word == word.lower() and any(map(str.isalnum, word)) for word in words)


def test_english_words() -> None:
    assert languages.words("Don’t stop: it's 5 o'clock.", "en") == [
        "don't",
        "stop",
        "it's",
        "5",
        "o'clock",
    ]


def test_importing_the_front_end_loads_no_heavy_library() -> None:
    code = (
        "import sys, vnsum.segmentation, vnsum.languages;"
        "import vnsum.reading.article, vnsum.reading.cleaning;"
        "heavy = {'torch', 'transformers', 'underthesea', 'numpy', 'ftfy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
