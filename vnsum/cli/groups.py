"""`Subcommand`: a command inside a group, such as `translate` in `vnsum evaluate translate`.

A group is a tuple of `Subcommand` values in the module of the group. These modules are imported
with the parser; what a command needs is imported when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from vnsum.cli.commands import Load

Run = Callable[[argparse.Namespace, Load], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcommand:
    """The name, one-line description, options and function of a subcommand."""

    name: str
    about: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Run
