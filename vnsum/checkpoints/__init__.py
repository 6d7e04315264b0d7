"""Which models there are, what sets them apart, and how their weights are loaded.

Rows live in `families` and `catalog`, the way from a name to a row in `resolution`, loading in
`packaged` and `loading`; nothing here decodes.
"""

from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.families import FAMILIES, Family
from vnsum.checkpoints.resolution import HubWarning, resolve_model
from vnsum.checkpoints.spec import ModelSpec

__all__ = ["FAMILIES", "Family", "HubWarning", "ModelSpec", "known_models", "resolve_model"]
