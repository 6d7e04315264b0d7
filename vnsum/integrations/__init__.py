"""Integrations with pandas, polars, Arrow, datasets, Ray Data and Spark.

`import vnsum.integrations.pandas` and `import vnsum.integrations.polars` register the accessors.
"""

from vnsum.integrations.batch import Batch

__all__ = ["Batch"]
