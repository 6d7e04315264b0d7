"""The pipeline of segmentation, translation, summarization and assembly; streams of many texts."""

from vnsum.pipeline.loading import load
from vnsum.pipeline.pipeline import Pipeline

__all__ = ["Pipeline", "load"]
