"""Comparing the halves of the day of clock times: "5 giờ" does not say that it is "5 p.m."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from vnsum.checks.sides import Side, describe_change
from vnsum.languages import LanguageCode
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Clock, Quantity, Range
from vnsum.results.result import Finding, Span

HALF, HOURS = 12, 24


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


# Words of a sentence that tell the later half of the day, perhaps of another time.
LATER = {
    "vi": words("trưa chiều tối đêm khuya"),
    "en": words("pm noon afternoon afternoons evening evenings night nights tonight dusk sunset"),
}
EARLIER = words("sáng am a morning")  # of a time: 5 a.m.
AFTER_MIDNIGHT = words("am a midnight")
# Words for noon and midnight, and all words for day and night times that may be meant as well.
NOON = {"vi": _words("(?:giữa|lúc) trưa"), "en": _words("noon", "midday")}
MIDNIGHT = {"vi": _words("nửa đêm"), "en": _words("(?-i:midnight)")}  # not Midnight Express
DAY = {"vi": _words("trưa", "ngày"), "en": _words("noon", "midday", "lunch\\w*", "afternoon")}
NIGHT = {
    "vi": _words("đêm", "khuya", "0h", "24h", "0 giờ", "24 giờ", "hết ngày"),
    "en": _words("midnight", "night\\w*", "late"),
}


def compare_day_halves(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a note for each time that only the translation puts into the later half of the day.

    Also for a Vietnamese "12h", mostly noon, that is after midnight in the translation.
    """
    if not new.quantities or _tells_half(old.tokens, old.lang):
        return []
    open_times = {
        ((clock.hour + HALF) % HOURS, clock.minute): quantity
        for clock, quantity in _times(old.quantities)
        if clock.hour < HALF or (clock.hour == HALF and old.lang == "vi")
        if EARLIER.isdisjoint(token.low for token in Tokens(quantity.text).items)
    }
    told = {(clock.hour, clock.minute) for clock, _ in _times(old.quantities)}
    found = [
        _describe(open_times[time], quantity)
        for clock, quantity in _times(new.quantities)
        if (time := (clock.hour, clock.minute)) in open_times
        and time not in told
        and (_tells_half(Tokens(quantity.text), None) or (time[0] == 0 and _is_night(quantity)))
    ]
    return list(dict.fromkeys(found))  # a range has two times


def compare_noon(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return an error if one text says noon and the other midnight, with no word for the other.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Lúc nửa đêm.", "vi"), read_side("At noon.", "en")
    >>> [finding.message for finding in compare_noon(*sides)]
    ['"nửa đêm" of the source became "noon".']
    """
    for noon, midnight in ((old, new), (new, old)):
        day = NOON[noon.lang].search(noon.text)
        night = MIDNIGHT[midnight.lang].search(midnight.text)
        other = NIGHT[noon.lang].search(noon.text) or DAY[midnight.lang].search(midnight.text)
        if day and night and not other:
            at_noon, at_midnight = (Span(start=m.start(), end=m.end()) for m in (day, night))
            spans = (at_noon, at_midnight) if noon is old else (at_midnight, at_noon)
            return [describe_change(old, new, spans, kind="date", severity="error")]
    return []


def _times(quantities: Iterable[Quantity]) -> Iterator[tuple[Clock, Quantity]]:
    for quantity in quantities:
        value = quantity.value
        for end in (value.low, value.high) if isinstance(value, Range) else (value,):
            if isinstance(end, Clock):
                yield end, quantity
            elif quantity.unit == "hour" and isinstance(end, int) and end <= HALF:
                yield Clock(hour=end), quantity  # "đến 5 giờ" is a length or a time


def _tells_half(tokens: Tokens, lang: LanguageCode | None) -> bool:
    """Return whether a text has a word for the later half of the day, in any language if `None`."""
    later = LATER[lang] if lang else LATER["vi"] | LATER["en"]
    low = [token.low for token in tokens.items]
    dotted = lang != "vi" and ("p", ".", "m") in zip(low, low[1:], low[2:], strict=False)
    return dotted or not later.isdisjoint(low)


def _is_night(quantity: Quantity) -> bool:
    """Return whether a time from 12 to 1 is said to be after midnight."""
    return not AFTER_MIDNIGHT.isdisjoint(token.low for token in Tokens(quantity.text).items)


def _describe(old: Quantity, new: Quantity) -> Finding:
    message = (
        f'The source does not say whether "{old.text}" is a.m. or p.m.; '
        f'the translation says "{new.text}".'
    )
    return Finding(
        kind="date",
        severity="warning",
        message=message,
        source=Span(start=old.start, end=old.end),
        target=Span(start=new.start, end=new.end),
    )
