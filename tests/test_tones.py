"""Position of tone marks in the older and the newer style."""

import pytest

from vnsum.languages.tones import place_tones

PAIRS = [
    ("hòa", "hoà"), ("HÒA", "HOÀ"), ("Hòa", "Hoà"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"),
    ("quý", "quý"), ("hoàn", "hoàn"), ("thuyết", "thuyết"), ("hóa học", "hoá học"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_both_ways(old, new):
    assert place_tones(old, "new") == new
    assert place_tones(new, "old") == old
    assert place_tones(new, "new") == new
