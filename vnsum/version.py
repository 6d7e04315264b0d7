"""The version of the package, kept equal to the one in pyproject.toml by a test."""

__version__ = "0.2.0"
