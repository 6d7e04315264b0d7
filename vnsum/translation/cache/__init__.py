"""Translations kept between runs: a translator that looks them up in an sqlite file."""
