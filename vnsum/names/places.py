"""Telling places from people who are called alike: huyện đảo Lý Sơn, ông Lý Sơn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vnsum.languages.surnames import SURNAMES
from vnsum.names.recognition import NOT_PLACE_CUES, PLACE_CUES
from vnsum.names.table import may_be_syllable
from vnsum.quantities.tokens import words

# Countries and cities that are spelled alike in both languages, which the table of names lacks.
PLACES_SPELLED_ALIKE = words(
    "Afghanistan Angola Argentina Armenia Azerbaijan Bahrain Bangkok Bangladesh Barcelona"
    " Belarus Bolivia Brazil Brunei Bulgaria Cambodia Canada Chile Colombia Congo Croatia Cuba"
    " Dubai Ecuador Estonia Ethiopia Fiji Georgia Ghana Haiti Honduras Iceland Indonesia Iran"
    " Iraq Israel Jakarta Jordan Kazakhstan Kenya Kosovo Kuwait Latvia Libya Liverpool London"
    " Madrid Malaysia Mali Malta Manchester Manila Mexico Moldova Montenegro Morocco Moscow"
    " Myanmar Nepal New_York New_Zealand Nigeria Oman Pakistan Panama Paraguay Paris Peru"
    " Philippines Qatar Romania Rome Rwanda Senegal Seoul Serbia Singapore Slovakia Slovenia"
    " Somalia Sri_Lanka Sudan Sydney Syria Tehran Tokyo Tunisia Uganda Ukraine Uruguay"
    " Uzbekistan Venezuela Washington Yemen Zambia Zimbabwe"
    " Alabama Alaska Arizona Baghdad Beirut Boston Brussels California Chicago Dallas Damascus"
    " Davos Delhi Doha Florida Geneva Hamburg Hanoi Hawaii Houston Iowa Istanbul Jerusalem Kabul"
    " Kiev Kyiv Lagos Lahore Maine Massachusetts Melbourne Miami Michigan Milan Mumbai Munich"
    " Nairobi Nebraska Nevada New_Delhi New_Jersey Ohio Okinawa Oregon Osaka Oslo Pennsylvania"
    " Phuket Prague Riyadh San_Francisco Shanghai Stockholm Taipei Tel_Aviv Texas Toronto Utah"
    " Vatican Vienna Virginia Warsaw Washington_DC Wisconsin Yangon Zurich"
    " North_Carolina South_Carolina Los_Angeles"
)
SHORT_NAME = 2  # syllables of a name that is a place as often as a person
COUNTRIES = words("mỹ thái")  # which given names begin with; Nhật Cường is a firm
NO_PLACES = NOT_PLACE_CUES - {("thành", "phố")}
# Before a place of any number of syllables, and of two; after one of two.
_BEFORE = re.compile(
    r"\b(?:phố đi bộ|sân bay|bãi biển|thung lũng|vịnh|chợ|(?:ngõ|hẻm|ngách|nhà số) \d[\w/]*) $"
)
_WHERE = re.compile(r"\b(?:ở|tại|thuộc) $")
_BEHIND = re.compile(
    r" là (?:một )?(?:thành phố|thị trấn|thị xã|(?:hòn|huyện|xã) đảo|(?:con|tuyến) (?:đường|phố))\b"
    r"| cách (?:\w+ ){1,5}\d[\d.,]* ?km\b"
)


def is_place(name: Sequence[str], before: str, after: str) -> bool:
    """Return whether the words around a surname with other syllables tell that it is a place.

    >>> is_place(("Phan", "Rí"), "họ sống ở ", "."), is_place(("Phan", "Rí"), "họ gặp ", ".")
    (True, False)
    """
    if _BEFORE.search(before):
        return True
    return len(name) == SHORT_NAME and bool(_WHERE.search(before) or _BEHIND.match(after))


def is_full_name(name: Sequence[str], count: int) -> bool:
    """Return whether a name that begins like a place of `count` syllables is that of a person.

    Diacritics tell that no foreign name follows a country: Mỹ Tâm, Tổng thống Mỹ Lee.

    >>> is_full_name(("Mỹ", "Tâm"), 1), is_full_name(("Mỹ", "Lee"), 1)
    (True, False)
    >>> is_full_name(("Hồ", "Tây", "Phong"), 2), is_full_name(("Hồ", "Tây"), 2)
    (True, False)
    """
    if len(name) != count + 1 or not may_be_syllable(name[-1].lower()):
        return False
    given = name[0].lower() in COUNTRIES and not name[-1].isascii()
    return given if count == 1 else count == SHORT_NAME and name[0].lower() in SURNAMES


def begins_with_kind(low: Sequence[str]) -> bool:
    """Return whether a name is a kind of place in capitals and a short name: Quận Lê Chân."""
    first, second = (*low, "")[:2]
    kind = first in PLACE_CUES and first not in SURNAMES
    return kind and second in SURNAMES and len(low) == 1 + SHORT_NAME


def called_as_place(name: Sequence[str], kind: str = "") -> tuple[str, ...]:
    """Return the words of a place that may look like a person, empty if there are none.

    A full name after "đường" or "xã" is rather one that a person has, too. `kind` is the word
    before it: "Hồ" is a surname and a lake.

    >>> called_as_place(("Lý", "Sơn"), "đảo"), called_as_place(("Xuân", "Hương"), "hồ")
    (('Lý', 'Sơn'), ('Hồ', 'Xuân', 'Hương'))
    """
    if kind in SURNAMES:
        return (kind.capitalize(), *name)
    return tuple(name) if len(name) == SHORT_NAME else ()
