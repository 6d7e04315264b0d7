"""Glossaries: what words and names are to be called in a translation, and where a text has them.

Values, files and matching; no model and no translating. `vnsum.translation` sees to it that a
translation keeps to a glossary.
"""

from vnsum.glossary.glossary import Glossary, Mention
from vnsum.glossary.term import Term

__all__ = ["Glossary", "Mention", "Term"]
