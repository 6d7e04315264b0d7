"""Assembling a bilingual summary or digest: references, dates, names and pairs of sentences.

Rule-based, for both languages. Selecting and translating the sentences is done elsewhere.
"""

from vnsum.assembly.dates import resolve_dates
from vnsum.assembly.digest_references import clear_digest_references
from vnsum.assembly.names import list_names
from vnsum.assembly.pairs import pair_up, pair_up_digest
from vnsum.assembly.references import clear_references
from vnsum.names.people import find_people

__all__ = [
    "clear_digest_references",
    "clear_references",
    "find_people",
    "list_names",
    "pair_up",
    "pair_up_digest",
    "resolve_dates",
]
