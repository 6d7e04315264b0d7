"""`vnsum cache`: show or clear the translation cache."""

from __future__ import annotations

import argparse

from vnsum.cli.commands import Load
from vnsum.cli.console import write_out
from vnsum.cli.groups import Subcommand
from vnsum.translation import TranslationStore

MEGABYTE = 1_000_000


def show(options: argparse.Namespace, load: Load) -> int:
    """Print the location of the cache, the number of cached texts and its size."""
    with TranslationStore() as store:
        count, size = (len(store), store.size()) if store.path.exists() else (0, 0)
    noun = "text" if count == 1 else "texts"
    write_out(f"{store.path}: {count:,} {noun}, {size / MEGABYTE:,.1f} MB\n")
    return 0


def clear(options: argparse.Namespace, load: Load) -> int:
    """Delete all cached translations."""
    with TranslationStore() as store:
        if store.path.exists():
            store.clear()
    return show(options, load)


def _add_nothing(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""


COMMANDS = (
    Subcommand(
        name="clear",
        about="Delete all cached translations.",
        add_options=_add_nothing,
        run=clear,
    ),
)
