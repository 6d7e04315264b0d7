"""Splitting articles into sentences with exact spans, long sentences into clauses, long texts into
sections."""

from vnsum.segmentation.documents import open_articles, open_document
from vnsum.segmentation.sentences import segment

__all__ = ["open_articles", "open_document", "segment"]
