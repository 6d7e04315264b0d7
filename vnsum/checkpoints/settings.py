"""Validation of the settings files of a model folder, before transformers reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vnsum.checkpoints.files import CONFIG, read_settings
from vnsum.checkpoints.rules import (
    LABEL_RULES,
    LOADING_RULES,
    OTHER_RULES,
    SEARCH_RULES,
    pick,
)
from vnsum.checkpoints.tokenizer_rules import (
    MOST_ADDED,
    require_few_tokens,
    require_own_files,
    require_tokens_only,
)

GENERATION = "generation_config.json"
TOKENIZER = "tokenizer_config.json"
SPECIAL, ADDED = "special_tokens_map.json", "added_tokens.json"
SETTINGS = (GENERATION, TOKENIZER, SPECIAL, ADDED)


def require_settings(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the settings by file name; raise `ModelError` if a file is damaged or unsafe."""
    there = (CONFIG, *(name for name in SETTINGS if (folder / name).exists()))
    found = {name: read_settings(folder / name) for name in there}
    pick(folder / CONFIG, found[CONFIG], LOADING_RULES)
    for part in (found[CONFIG], *found[CONFIG].values()):
        if isinstance(part, dict):
            pick(folder / CONFIG, part, LABEL_RULES)
    options = {k: v for k, v in found.get(GENERATION, {}).items() if v is not None}
    pick(folder / GENERATION, options, SEARCH_RULES)
    pick(folder / TOKENIZER, found.get(TOKENIZER, {}), OTHER_RULES)
    require_own_files(folder / TOKENIZER, found.get(TOKENIZER, {}))
    require_tokens_only(folder / SPECIAL, found.get(SPECIAL, {}))
    require_few_tokens(folder / ADDED, found.get(ADDED, {}), most=MOST_ADDED)
    return found
