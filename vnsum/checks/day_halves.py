"""Comparing the halves of the day of clock times: "5 giờ" does not say that it is "5 p.m."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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


def compare_day_halves(
    source: str,
    source_lang: LanguageCode,
    old: Sequence[Quantity],
    new: Sequence[Quantity],
) -> list[Finding]:
    """Return a note for each time that only the translation puts into the later half of the day.

    Also for a Vietnamese "12h", mostly noon, that is after midnight in the translation. `old` and
    `new` are the quantities of the source and the translation.
    """
    if not new or _tells_half(Tokens(source), source_lang):
        return []
    known = {
        ((clock.hour + HALF) % HOURS, clock.minute): quantity
        for clock, quantity in _times(old)
        if clock.hour < HALF or (clock.hour == HALF and source_lang == "vi")
        if EARLIER.isdisjoint(token.low for token in Tokens(quantity.text).items)
    }
    told = {(clock.hour, clock.minute) for clock, _ in _times(old)}
    found = [
        _describe(known[time], quantity)
        for clock, quantity in _times(new)
        if (time := (clock.hour, clock.minute)) in known
        and time not in told
        and (_tells_half(Tokens(quantity.text), None) or (time[0] == 0 and _is_night(quantity)))
    ]
    return list(dict.fromkeys(found))  # a range has two times


def compare_noon(source: str, target: str, source_lang: LanguageCode) -> list[Finding]:
    """Return an error if one text says noon and the other midnight, with no word for the other.

    >>> [found.message for found in compare_noon("Lúc nửa đêm.", "At noon.", "vi")]
    ['"nửa đêm" of the source became "noon".']
    """
    texts = {source_lang: source, ("en" if source_lang == "vi" else "vi"): target}
    for noon, midnight in (("vi", "en"), ("en", "vi")):
        day, night = NOON[noon].search(texts[noon]), MIDNIGHT[midnight].search(texts[midnight])
        other = NIGHT[noon].search(texts[noon]) or DAY[midnight].search(texts[midnight])
        if day and night and not other:
            old, new = (day, night) if noon == source_lang else (night, day)
            message = f'"{old[0]}" of the source became "{new[0]}".'
            spans = [Span(start=match.start(), end=match.end()) for match in (old, new)]
            return [Finding(kind="date", severity="error", message=message,
                            source=spans[0], target=spans[1])]  # fmt: skip
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
