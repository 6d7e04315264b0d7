"""A persistent cache of translations in an SQLite file."""
