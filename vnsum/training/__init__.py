"""Making models for vnsum from data, and from your own; needs the extra `vnsum[train]`.

`fine_tune` is the short way. The long one is `vnsum train` with a configuration: `base` prunes the
base model, `tokens` filters and tokenizes corpora, `loop` trains, `synthesis` makes more pairs,
`export` writes what is shipped. `ranker` trains the summarizer. See README.md in this folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vnsum.training.fine_tuning import Tuned, fine_tune

__all__ = ["Tuned", "fine_tune"]


def __getattr__(name: str) -> object:
    """Import the short way when it is asked for: the command line reads tables of this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vnsum.training import fine_tuning

    return getattr(fine_tuning, name)
