"""Where segmentation, translation, summarization and assembly meet; long jobs as streams."""

from vnsum.pipeline.pipeline import Pipeline, load

__all__ = ["Pipeline", "load"]
