"""`vnsum cache`: where translations are kept between runs, how many there are; `clear` them."""

from __future__ import annotations

import argparse

from vnsum.cli.commands import Load
from vnsum.cli.console import write_out
from vnsum.cli.groups import Subcommand
from vnsum.translation import TranslationStore

MEGABYTE = 1_000_000


def show(options: argparse.Namespace, load: Load) -> int:
    """Print the file of the cache, how many texts it has and how large it is."""
    with TranslationStore() as store:
        count, size = (len(store), store.size()) if store.path.exists() else (0, 0)
    noun = "text" if count == 1 else "texts"
    write_out(f"{store.path}: {count:,} {noun}, {size / MEGABYTE:,.1f} MB\n")
    return 0


def clear(options: argparse.Namespace, load: Load) -> int:
    """Forget every text of the cache."""
    with TranslationStore() as store:
        if store.path.exists():
            store.clear()
    return show(options, load)


def _add_nothing(parser: argparse.ArgumentParser) -> None:
    """Both commands have no options."""


COMMANDS = (
    Subcommand(
        name="clear",
        about="nothing, and forget all translations that are kept",
        add_options=_add_nothing,
        run=clear,
    ),
)
