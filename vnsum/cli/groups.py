"""`Subcommand`: a command inside a group, such as `translate` in `vnsum evaluate translate`.

A group is a table of `Subcommand` rows; the table is imported when the group is chosen.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vnsum.cli.commands import Load

Run = Callable[[argparse.Namespace, "Load"], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcommand:
    """The name, one-line description, options and function of a subcommand."""

    name: str
    about: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Run
