"""Splitting articles into sentences with exact spans, long sentences into clauses, long texts into
sections."""

from vnsum.segmentation.sentences import segment

__all__ = ["segment"]
