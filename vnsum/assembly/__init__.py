"""Making sentences that were picked from an article into a text that stands alone.

References to what was left out, dates, names: rules over the document, for both languages. Nothing
here picks sentences, and nothing here translates.
"""

from vnsum.assembly.dates import resolve_dates
from vnsum.assembly.names import list_names
from vnsum.assembly.pairs import pair_up
from vnsum.assembly.references import clear_references
from vnsum.names.people import find_people

__all__ = [
    "clear_references",
    "find_people",
    "list_names",
    "pair_up",
    "resolve_dates",
]
