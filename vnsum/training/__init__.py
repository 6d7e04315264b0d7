"""Making models for vnsum from data, and from your own; needs the extra `vnsum[train]`.

`fine_tune` is the short way. The long one is `vnsum train` with a configuration: `base` prunes the
base model, `tokens` filters and tokenises corpora, `loop` trains, `synthesis` makes more pairs,
`export` writes what is shipped. `ranker` trains the summarizer. See README.md in this folder.
"""

from vnsum.training.tuning import Tuned, fine_tune

__all__ = ["Tuned", "fine_tune"]
