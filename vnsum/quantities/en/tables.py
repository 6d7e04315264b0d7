"""Tables of English words."""

from __future__ import annotations

from vnsum.quantities.phrases import Phrases
from vnsum.quantities.tokens import numbered, words

ONES = numbered(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)


TENS = numbered("twenty thirty forty fifty sixty seventy eighty ninety", first=2, step=10)


ORDINAL_ONES = numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)


ORDINAL_TENS = {name[:-1] + "ieth": value for name, value in TENS.items()}


ORDINALS = {**ORDINAL_ONES, **ORDINAL_TENS, "hundredth": 100, "thousandth": 1000}


SCALES = Phrases(
    [("hundred", 100), ("thousand", 1000), ("million", 10**6), ("billion", 10**9),
     ("trillion", 10**12), ("quadrillion", 10**15), ("dozen", 12), ("bn", 10**9), ("mn", 10**6),
     ("tn", 10**12), ("k", 1000), ("mln", 10**6), ("bln", 10**9)]
)  # fmt: skip


PLURAL_SCALES = {
    "tens": 10, "dozens": 10, "hundreds": 100, "thousands": 1000, "millions": 10**6,
    "billions": 10**9, "trillions": 10**12,
}  # fmt: skip


ZEROS = words("zero nil")
PLURAL_TENS = {name[:-1] + "ies": value for name, value in TENS.items()}
OWNERS = words("his her their my your our its")
SINGLE_SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}


MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"), 1
    )
    for name in names.split()
}  # fmt: skip


WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mondays mon", "tuesday tuesdays tue tues", "wednesday wednesdays wed",
         "thursday thursdays thu thur thurs", "friday fridays fri", "saturday saturdays sat",
         "sunday sundays sun"), 1
    )
    for name in names.split()
}  # fmt: skip


SHORT_WEEKDAYS = words("mon tue tues wed thu thur thurs fri sat sun")


MONTH_CUES = words(
    "in of on since until till by from last next this early late mid to and between before after"
    " during through every that around"
)


YEAR_CUES = words("in since until till by from before after circa early late mid year to and of")


FRACTION_BOTTOMS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4,
    "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7,
    "eighth": 8, "eighths": 8, "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10,
}  # fmt: skip


COMMON_BOTTOMS = frozenset([2, 3, 4, 5, 6, 8, 10, 12, 16, 100])


NO_PLURALS = words("was has is its this as does says ends begins his us plus vs versus")


PEOPLE = words("people men women children police sheep fish students more other new different")


# Words before 3 600, which is one number there; "on May 3 600 people came" has two.
BEFORE_SPACED = words(
    "about around roughly approximately over under nearly almost some than only exactly least most"
    " up is are was were has have had cost costs earn earns earned worth paid total reached"
    " another just usd eur vnd gbp $ € £"
)


DATE_CUES = words("on dated since from until till by before after of")


ORDINAL_SUFFIXES = words("st nd rd th")
