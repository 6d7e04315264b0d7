"""Telling Vietnamese from English by letters and function words; no model, no network."""

from __future__ import annotations

import re

SAMPLE = 20_000  # characters looked at; a longer text does not change its language

_WORD = re.compile(r"[^\W\d_]+")
_VIETNAMESE_LETTER = re.compile(r"[ăđĩũơưạ-ỹ]")
_OTHER_LATIN = re.compile(r"[^\x00-\x7fàáâãèéêìíòóôõùúýăđĩũơưạ-ỹ‘’]")


def detect(text: str) -> str | None:
    """Return `"vi"`, `"en"`, or `None` for a text in neither language or without letters.

    >>> detect("Trời mưa to ở Hà Nội."), detect("It rains in Hanoi."), detect("Il pleut fort ici.")
    ('vi', 'en', None)
    """
    found = _WORD.findall(text[:SAMPLE].lower())
    if not found:
        return None
    vietnamese = sum(1 for word in found if _VIETNAMESE_LETTER.search(word))
    plain = sum(1 for word in found if word in VIETNAMESE_PLAIN)
    english = sum(1 for word in found if word in ENGLISH)
    other = sum(1 for word in found if word in OTHER or _OTHER_LATIN.search(word))
    if vietnamese >= max(english, other, 0.15 * len(found)) and vietnamese:
        return "vi"
    if english > max(plain, other) and english >= 0.1 * len(found):
        return "en"
    if plain > max(english, other) and plain >= 0.2 * len(found):
        return "vi"
    return None


VIETNAMESE_PLAIN = frozenset(
    "va cua la khong co duoc nguoi trong cho mot nhung cac da se nay khi voi tu den tai ngay nam"
    " ong ba anh chi toi ho roi nhung hay vi nen thi ma nhieu viec nuoc theo sau truoc nhu bi ve"
    " cung hon lai rat dang phai lam noi biet hom nay mai qua".split()
)
ENGLISH = frozenset(
    "the of and to in is was for that it on with as by at are be this have from or had not but"
    " they his her she he you we i an were which their has been will would there what about who"
    " said its my your our can could do does did if when so than then into out up over after"
    " more no all one two how why where hello good yes please thank thanks".split()
)
OTHER = frozenset(
    "le la les des du une est et dans pour que qui pas sur avec il elle ici fort der die das und"
    " ist nicht ein eine mit auf zu wie geht el los las del por para con una es en y lo di il che"
    " non per gli sono yang dan di untuk dengan ini itu dari o os as um uma não e de het een".split()
)
