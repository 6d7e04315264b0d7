"""Translate between Vietnamese and English, and write bilingual summaries with their evidence.

A table of contents: everything public is named here, nothing happens here.
"""

from vnsum import errors
from vnsum.api import models, read, segment, summarize, summarize_many, translate, translate_many
from vnsum.checkpoints import ModelSpec
from vnsum.checks import check
from vnsum.errors import VnsumError
from vnsum.glossary import Glossary, Term
from vnsum.pipeline import Pipeline, load
from vnsum.reading.article import Article
from vnsum.results.document import Document, Furniture, Sentence
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

__all__ = [
    "Article",
    "BilingualSummary",
    "Budget",
    "Document",
    "Finding",
    "Furniture",
    "Glossary",
    "ModelSpec",
    "Pipeline",
    "Sentence",
    "SentencePair",
    "Span",
    "Summary",
    "SummaryPair",
    "SummarySentence",
    "Term",
    "Translation",
    "VnsumError",
    "__version__",
    "check",
    "errors",
    "load",
    "models",
    "read",
    "segment",
    "summarize",
    "summarize_many",
    "translate",
    "translate_many",
]
