"""Translation of sentences: backends, checks with retries and repairs, and the cache.

A `Backend` runs a model on texts within its length limit. `CheckedTranslator` adds splitting,
checks, retries and repairs to any backend.
"""

from vnsum.results.result import CheckedText
from vnsum.translation.backends.backend import (
    Backend,
    Constraint,
    FakeBackend,
    Hypothesis,
    SupportsConstraints,
    SupportsDiversity,
    SupportsScores,
)
from vnsum.translation.backends.runtimes import RunOptions, RuntimeName
from vnsum.translation.cache.store import Cache, CacheWarning, TranslationStore, open_store
from vnsum.translation.cache.translator import CachedTranslator, load_weights
from vnsum.translation.checked import CheckedTranslator
from vnsum.translation.lazy import LazyTranslator
from vnsum.translation.loading import load_backend, make_server_translator, make_translator
from vnsum.translation.translator import Translator, require_direction

__all__ = [
    "Backend",
    "Cache",
    "CacheWarning",
    "CachedTranslator",
    "CheckedText",
    "CheckedTranslator",
    "Constraint",
    "FakeBackend",
    "Hypothesis",
    "LazyTranslator",
    "RunOptions",
    "RuntimeName",
    "SupportsConstraints",
    "SupportsDiversity",
    "SupportsScores",
    "TranslationStore",
    "Translator",
    "load_backend",
    "load_weights",
    "make_server_translator",
    "make_translator",
    "open_store",
    "require_direction",
]
