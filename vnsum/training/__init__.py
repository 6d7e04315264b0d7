"""Training and fine-tuning of models; needs the extra `vnsum[train]`.

`fine_tune` trains on your own corpus in one call. `vnsum train` runs each stage with a
configuration: `base` prunes the base model, `tokens` filters and tokenizes corpora, `loop` trains,
`synthesis` generates more pairs, `export` writes the model folder. `ranker` trains the summarizer.
See README.md in this folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vnsum.training.fine_tuning import Tuned, fine_tune

__all__ = ["Tuned", "fine_tune"]


def __getattr__(name: str) -> object:
    """Import `fine_tune` on first use: importing the package must stay cheap."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vnsum.training import fine_tuning

    return getattr(fine_tuning, name)
