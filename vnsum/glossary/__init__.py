"""Glossaries: required translations of terms, reading them from files, and finding terms in text.

`vnsum.translation` applies them to translations.
"""

from vnsum.glossary.glossary import Glossary, Mention
from vnsum.glossary.term import Term

__all__ = ["Glossary", "Mention", "Term"]
