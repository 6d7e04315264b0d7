"""Countries that begin a sentence, where a capital letter alone does not tell a name."""

from __future__ import annotations

import re
from collections.abc import Collection

from vnsum.names.recognition import Name
from vnsum.names.table import COMPOUNDS, look_up_forms, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Span

# Countries whose names often begin a sentence as other words: he, idea, shirt.
AMBIGUOUS = words("anh ý áo")
# Words for Vietnam, with which its translation may begin.
HOME = re.compile(r"\b(?:nước ta|quân ta|dân ta|ta|cả nước|nước nhà|trong nước|tổ quốc)\b", re.I)


def find_exchanged_subjects(vi: Tokens, en: Tokens) -> tuple[Name, Name] | None:
    """Return the countries that begin the two sentences if neither sentence has that of the other.

    >>> one, other = find_exchanged_subjects(Tokens("Mỹ tăng thuế."), Tokens("China raised taxes."))
    >>> one.text, other.text
    ('Mỹ', 'China')
    """
    own = _find_subject(vi, "vi")
    if own is None or _is_ambiguous(own, vi) or HOME.search(vi.text):
        return None
    if (other := _find_subject(en, "en")) is None:
        return None
    table_vi, table_en, rows = tables()
    if all(other.text != rows[row].en[0] for row in other.rows):  # Chinese cabbage
        return None
    there, here = look_up_forms(en), look_up_forms(vi)
    told = own.rows & table_en.every(there)
    told |= other.rows & (table_vi.every(here) | table_en.every(here))
    return None if told else (own, other)


def _find_subject(tokens: Tokens, lang: str) -> Name | None:
    """Return the country that begins a sentence."""
    if not len(tokens) or not tokens[0].is_capital:
        return None
    forms_vi, forms_en, _ = tables()
    found = (forms_vi if lang == "vi" else forms_en).longest(look_up_forms(tokens), 0)
    if found is None or "country" not in _kinds(found[1]):
        return None
    span = Span(start=tokens[0].start, end=tokens[found[0] - 1].end)
    return Name(tokens.text[span.start : span.end], span, found[1])


def _kinds(rows: Collection[int]) -> set[str]:
    return {tables()[2][row].kind for row in rows}


def _is_ambiguous(name: Name, vi: Tokens) -> bool:
    """Return whether the first syllable may be another word or part of a longer name."""
    if " " in name.text:
        return False
    low, after = vi.low(0), vi[1]
    return low in AMBIGUOUS or after.low in COMPOUNDS.get(low, ()) or after.is_capital
