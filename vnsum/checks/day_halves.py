"""Comparing the halves of the day of clock times: "5 giờ" does not say that it is "5 p.m."."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vnsum.languages import LanguageCode
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Clock, Quantity, Range
from vnsum.results.result import Finding, Span

HALF, DAY = 12, 24  # hours
# Words of a sentence that tell the later half of the day, perhaps of another time.
LATER = {
    "vi": words("trưa chiều tối đêm khuya"),
    "en": words("pm noon afternoon afternoons evening evenings night nights tonight dusk sunset"),
}
EARLIER = words("sáng am a morning")  # of a time: 5 a.m.
AFTER_MIDNIGHT = words("am a midnight")


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
        ((clock.hour + HALF) % DAY, clock.minute): quantity
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
