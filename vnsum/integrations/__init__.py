"""vnsum in other people's tables: `Batch` for Ray Data, Spark, datasets, pandas, polars and Arrow.

`import vnsum.integrations.pandas` and `import vnsum.integrations.polars` register the accessors.
Nothing here is imported by `import vnsum`.
"""

from vnsum.integrations.batch import Batch

__all__ = ["Batch"]
