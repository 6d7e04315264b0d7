"""Translation between Vietnamese and English, and bilingual summaries with evidence.

The public names are imported on first access, so `import vnsum` is fast and loads no model library.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vnsum import errors
    from vnsum.api import (
        digest,
        group,
        models,
        read,
        segment,
        summarize,
        summarize_many,
        translate,
        translate_many,
    )
    from vnsum.chat.server import Server
    from vnsum.checkpoints import ModelSpec
    from vnsum.checks import check
    from vnsum.errors import VnsumError
    from vnsum.glossary import Glossary, Term
    from vnsum.pipeline import Pipeline, load
    from vnsum.reading.article import Article
    from vnsum.results.digest import Digest, DigestPair, DigestSentence, DigestSummary, Place
    from vnsum.results.document import Boilerplate, Document, Sentence
    from vnsum.results.result import (
        BilingualSummary,
        Finding,
        SentencePair,
        Span,
        Summary,
        SummaryPair,
        SummarySentence,
        Translation,
    )
    from vnsum.summarization import Budget
    from vnsum.version import __version__

_MODULES = {
    "Article": "reading.article",
    "BilingualSummary": "results.result",
    "Boilerplate": "results.document",
    "Budget": "summarization",
    "Digest": "results.digest",
    "DigestPair": "results.digest",
    "DigestSentence": "results.digest",
    "DigestSummary": "results.digest",
    "Document": "results.document",
    "Finding": "results.result",
    "Glossary": "glossary",
    "ModelSpec": "checkpoints",
    "Pipeline": "pipeline",
    "Place": "results.digest",
    "Sentence": "results.document",
    "SentencePair": "results.result",
    "Server": "chat.server",
    "Span": "results.result",
    "Summary": "results.result",
    "SummaryPair": "results.result",
    "SummarySentence": "results.result",
    "Term": "glossary",
    "Translation": "results.result",
    "VnsumError": "errors",
    "__version__": "version",
    "check": "checks",
    "digest": "api",
    "group": "api",
    "load": "pipeline",
    "models": "api",
    "read": "api",
    "segment": "api",
    "summarize": "api",
    "summarize_many": "api",
    "translate": "api",
    "translate_many": "api",
}

__all__ = [
    "Article",
    "BilingualSummary",
    "Boilerplate",
    "Budget",
    "Digest",
    "DigestPair",
    "DigestSentence",
    "DigestSummary",
    "Document",
    "Finding",
    "Glossary",
    "ModelSpec",
    "Pipeline",
    "Place",
    "Sentence",
    "SentencePair",
    "Server",
    "Span",
    "Summary",
    "SummaryPair",
    "SummarySentence",
    "Term",
    "Translation",
    "VnsumError",
    "__version__",
    "check",
    "digest",
    "errors",
    "group",
    "load",
    "models",
    "read",
    "segment",
    "summarize",
    "summarize_many",
    "translate",
    "translate_many",
]


def __getattr__(name: str) -> Any:
    """Import a public name or a submodule on first access."""
    if name in _MODULES:
        value = getattr(importlib.import_module(f"vnsum.{_MODULES[name]}"), name)
    else:
        module = f"vnsum.{name}"
        try:
            value = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            raise AttributeError(f"module 'vnsum' has no attribute {name!r}") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
