"""Which models there are, what sets them apart, and how their weights are loaded.

Rows live in `families` and `catalog`, loading in `packaged` and `loading`; nothing here decodes.
"""

from vnsum.checkpoints.catalog import known_models, resolve_model
from vnsum.checkpoints.families import FAMILIES, Family
from vnsum.checkpoints.spec import ModelSpec

__all__ = ["FAMILIES", "Family", "ModelSpec", "known_models", "resolve_model"]
