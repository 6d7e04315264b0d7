"""From an article to sentences with exact spans: boundaries, clauses of long ones, sections."""

from vnsum.segmentation.sentences import segment

__all__ = ["segment"]
