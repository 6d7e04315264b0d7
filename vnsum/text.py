"""`clean()`: an ordered table of small pure fixes for broken Vietnamese and English text.

Repairs how a text is encoded, never what it says: no word is re-spelled, no quote uncurled.
"""

from __future__ import annotations

import re
import unicodedata

from vnsum.errors import InputError


def clean(text: str) -> str:
    """Return `text` in one consistent encoding; a clean text comes back as the same object.

    Idempotent. `InputError` for bytes, paths and text that no fix can repair.

    >>> clean("Hà\\u00a0Nội")
    'Hà Nội'
    """
    if not isinstance(text, str):
        raise InputError(f"expected a str, not {type(text).__name__}")
    fixed = unicodedata.normalize("NFC", re.sub("\u00a0", " ", text).replace("\r\n", "\n"))
    return text if fixed == text else fixed
