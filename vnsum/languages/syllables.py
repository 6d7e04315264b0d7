"""Recognition of Vietnamese syllables by their spelling, without a dictionary."""

from __future__ import annotations

import re

from vnsum.normalization import compose, decompose

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_NUCLEUS = (
    "(?:uyê|uya|uyu|oai|oao|oay|oeo|iêu|yêu|uôi|ươi|ươu|uây|uêu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|"
    "[aăâeêioôơuưy])"
)
_CODA = "(?:ch|ng|nh|[ckmnpt])?"
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}")
_UNMARKED = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}".translate(str.maketrans("ăâđêôơư", "aadeoou")))


def is_syllable(word: str) -> bool:
    """Return whether `word` has the spelling of a Vietnamese syllable, with or without tone mark.

    >>> is_syllable("nghiêng"), is_syllable("strength")
    (True, False)
    """
    toneless = compose(_TONES.sub("", decompose(word)))
    return _SYLLABLE.fullmatch(toneless.lower()) is not None


def is_unmarked_syllable(word: str) -> bool:
    """Return whether `word` is spelled like a Vietnamese syllable without its diacritics.

    >>> is_unmarked_syllable("yeu"), is_syllable("yeu"), is_unmarked_syllable("yêu")
    (True, False, False)
    """
    return _UNMARKED.fullmatch(word.lower()) is not None
