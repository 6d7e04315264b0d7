"""Splitting of articles into sentences with exact spans, and of sentences into clauses.

A text of any length is split into sections.
"""

from vnsum.segmentation.documents import open_articles, open_document
from vnsum.segmentation.sentences import segment

__all__ = ["open_articles", "open_document", "segment"]
