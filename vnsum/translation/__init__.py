"""Turning sentences of one language into sentences of the other.

A `Backend` runs a model on texts that fit it; `GuardedTranslator` is written once above every
backend and sees to length limits, order, checks and second tries.
"""

from vnsum.translation.backends.backend import (
    Alternative,
    Backend,
    Branching,
    Draft,
    FakeBackend,
    Request,
    Steerable,
)
from vnsum.translation.cache.store import Cache, CacheWarning, TranslationStore, open_store
from vnsum.translation.cache.translator import CachedTranslator, load_weights
from vnsum.translation.checked import CheckedText, GuardedTranslator, Translator, require_direction
from vnsum.translation.lazy import LazyTranslator
from vnsum.translation.loading import load_backend, make_translator

__all__ = [
    "Alternative",
    "Backend",
    "Branching",
    "Cache",
    "CacheWarning",
    "CachedTranslator",
    "CheckedText",
    "Draft",
    "FakeBackend",
    "GuardedTranslator",
    "LazyTranslator",
    "Request",
    "Steerable",
    "TranslationStore",
    "Translator",
    "load_backend",
    "load_weights",
    "make_translator",
    "open_store",
    "require_direction",
]
