"""The pipeline of segmentation, translation, summarization and assembly; streams of many texts."""

from vnsum.pipeline.pipeline import Pipeline, load

__all__ = ["Pipeline", "load"]
