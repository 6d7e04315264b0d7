"""Rules in `tokenizer.json` that rewrite, cut or sample: limited, or disabled.

The `tokenizers` library applies them to any text, without a limit that Python could set.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vnsum.checkpoints.files import read_settings
from vnsum.errors import ModelError

PARTS = ("normalizer", "pre_tokenizer", "post_processor", "decoder")
MAX_BYTES = 256 << 20  # the largest vocabularies take some 35 MB
MOST_GROWTH = 1000  # of a text; that of known tokenizers is at most some 300 by this count
# Types of rules that never make a text longer, and those that can more than double it.
HARMLESS = frozenset(
    ("Sequence", "Split", "Digits", "Punctuation", "Whitespace", "WhitespaceSplit", "NFC",
     "Lowercase", "StripAccents", "Strip", "ByteFallback", "Fuse", "TemplateProcessing")
)  # fmt: skip
LONGEST = {"NFKC": 18.0, "NFKD": 18.0, "Precompiled": 18.0}


def require_bounded(path: Path) -> None:
    """Raise `ModelError` if the rules of a tokenizer can make a text very much longer."""
    data = read_settings(path, most=MAX_BYTES)
    for part in PARTS:
        if (growth := math.prod(_list_growths(data.get(part)))) > MOST_GROWTH:
            raise ModelError(
                f"the tokenizer {path} can make a text {growth:,.0f} times as long by its "
                f"{part!r}: expected at most {MOST_GROWTH} times; the model is not used"
            )


def make_exact(tokenizer: Any) -> None:
    """Make a tokenizer of transformers always return the same tokens, of the complete text.

    The settings for training that this removes are stored in the file with the tokenizer.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:  # implemented in Python
        return
    backend.no_truncation()
    backend.no_padding()
    if getattr(backend.model, "dropout", None) is not None:
        backend.model.dropout = None


def _list_growths(rules: Any) -> Iterator[float]:
    """Yield how much longer each of the rules, which may be nested, makes a text at most."""
    waiting = [rules]
    while waiting:
        rule = waiting.pop()
        if isinstance(rule, dict):
            waiting += rule.values()
            if rule.get("type") == "Replace":
                pattern, content = rule.get("pattern"), str(rule.get("content"))
                replaced = pattern.get("String") if isinstance(pattern, dict) else None
                # A regular expression may match a single character, or the empty string.
                yield max(1.0, len(content) / len(replaced)) if replaced else 1.0 + len(content)
            elif rule.get("type") == "Prepend":
                yield 1.0 + len(str(rule.get("prepend")))
            elif "type" in rule and rule["type"] not in HARMLESS:
                yield LONGEST.get(str(rule["type"]), 2.0)
        elif isinstance(rule, list):
            waiting += rule
