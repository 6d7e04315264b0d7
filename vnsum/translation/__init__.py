"""Turning sentences of one language into sentences of the other.

A `Backend` runs a model on texts that fit it; `GuardedTranslator` is written once above every
backend and sees to length limits, order, checks and second tries.
"""

from vnsum.translation.backend import (
    Alternative,
    Backend,
    Branching,
    Draft,
    FakeBackend,
    Request,
    Steerable,
)
from vnsum.translation.cached import CachedTranslator, load_weights
from vnsum.translation.guard import CheckedText, GuardedTranslator, Translator, require_direction
from vnsum.translation.lazy import LazyTranslator
from vnsum.translation.loading import load_backend, make_translator
from vnsum.translation.store import Cache, CacheWarning, TranslationStore, open_store

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
