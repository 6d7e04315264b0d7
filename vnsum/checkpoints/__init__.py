"""Model catalog, model families, and loading of weights.

The tables are in `families`, `catalog` and `summarizers`; `resolution` finds the model for a name;
`packaged` and `loading` read weights. Decoding is in `vnsum.decoding`.
"""

from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.families import FAMILIES, Family, ModelSpec, Quality
from vnsum.checkpoints.resolution import HubWarning, require_available, resolve_model

__all__ = [
    "FAMILIES",
    "Family",
    "HubWarning",
    "ModelSpec",
    "Quality",
    "known_models",
    "require_available",
    "resolve_model",
]
