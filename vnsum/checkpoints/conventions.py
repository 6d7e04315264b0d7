"""Finding the family of a checkpoint that is not in the catalog, from its settings and tokenizer.

A family whose conventions do not fit gives fluent nonsense, so it is never guessed: if the files do
not determine it, the user is asked for `family=`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from vnsum import require
from vnsum.checkpoints.catalog import HUB_MODELS
from vnsum.checkpoints.families import BOTH, FAMILIES, Family, ModelSpec
from vnsum.checkpoints.files import CONFIG, read_settings, require_file
from vnsum.errors import ModelError

TOKENIZER, TEMPLATE, CARD = "tokenizer_config.json", "chat_template.jinja", "README.md"
# Where tokens are listed, small files first.
VOCABULARIES = (TOKENIZER, "added_tokens.json", "vocab.json", "tokenizer.json", "spiece.model")
MAX_BYTES = 1 << 26  # read of a vocabulary; the largest known has 34 MB
MAX_CARD = 1 << 16
FAMILY_OF_TOKENIZER = {
    "NllbTokenizer": "nllb",
    "M2M100Tokenizer": "m2m100",
    "SMALL100Tokenizer": "small-100",
    "MBart50Tokenizer": "mbart-50",
    "MBartTokenizer": "vinai-translate",
    "BartphoTokenizer": "bartpho",
}
BASE = "base_model:"
ITEM = "source_lang_code"  # only in the chat template of TranslateGemma


class Clues:
    """What the files of a checkpoint tell; `find` returns the path of a file, `None` if missing."""

    def __init__(self, find: Callable[[str], Path | None], checkpoint: str) -> None:
        self._find = find
        self.checkpoint = checkpoint
        self.config = self._read(CONFIG)
        self.tokenizer = self._read(TOKENIZER)

    @property
    def model_type(self) -> str:
        """The `model_type` of the configuration."""
        return str(self.config.get("model_type", "nameless"))[:80]

    @property
    def tokenizer_class(self) -> str:
        """The class of the tokenizer, without the suffix of fast ones."""
        return str(self.tokenizer.get("tokenizer_class")).removesuffix("Fast")

    def has_tokens(self, tokens: Collection[str]) -> bool:
        """Return whether a vocabulary has all of the tokens."""
        left = {*tokens}
        for name in VOCABULARIES:
            if left and (content := self._load(name, MAX_BYTES)):
                left = {token for token in left if token.encode() not in content}
        return not left

    def has_template(self, text: str = "") -> bool:
        """Return whether there is a chat template that contains `text`."""
        setting = self.tokenizer.get("chat_template")
        found = str(setting) if setting else self._load(TEMPLATE, MAX_CARD).decode(errors="replace")
        return bool(found) and text in found

    def list_bases(self) -> list[str]:
        """Return the names of the models that the checkpoint says it was made from."""
        card = self._load(CARD, MAX_CARD).decode(errors="replace")
        head = card.split("\n---", 1)[0] if card.startswith("---") else ""
        names = [
            str(settings.get(key))
            for settings in (self.config, self.tokenizer)
            for key in ("_name_or_path", "name_or_path")
        ]
        inside = False
        for line in head.splitlines():  # a name, or a list of names
            inside = line.startswith(BASE) or (inside and line.lstrip().startswith("-"))
            if inside:
                names += [name.strip(" -[]\"'") for name in line.removeprefix(BASE).split(",")]
        return names

    def list_texts(self, name: str) -> list[str]:
        """Return the strings in a setting of the tokenizer; empty if it is not a list."""
        found = self.tokenizer.get(name)
        return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []

    def _read(self, name: str) -> dict[str, Any]:
        path = self._find(name)
        return {} if path is None else read_settings(path)

    def _load(self, name: str, limit: int) -> bytes:
        path = self._find(name)
        if path is None:
            return b""
        require_file(path)
        try:
            with path.open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise ModelError(f"cannot read the model file {path}: {error}") from error


def find_conventions(
    clues: Clues, *, directions: Sequence[str] | None, family: str | None, strict: bool = True
) -> tuple[Family, tuple[str, ...]]:
    """Return the family of a checkpoint and its directions, which may be empty.

    `directions` and `family` are what the user said. Raises `ModelError` if the model is not
    supported, or if its family is not determined; unless `strict`, the family without prefixes and
    language tokens is taken then.
    """
    base = _find_base(clues)
    known = tuple(directions or _list_directions(clues) or (base.directions if base else ()))
    candidates = [row for row in FAMILIES.values() if _is_candidate(clues, row)]
    if family is not None:
        chosen = _require_family(clues, family, candidates)
    else:
        targets = {way.partition("->")[2] for way in known}
        fitting = [row for row in candidates if _fits(clues, row, targets)]
        if not fitting:
            raise ModelError(_explain_unsupported(clues, candidates))
        plain = [row for row in fitting if not row.prefix and row.target_token == "none"]
        # Made from a translation model, it may be trained for something else.
        told = base if strict else None
        found = _read_tasks(clues) or _decide(clues, candidates, fitting, told)
        if found is None and strict:
            raise ModelError(_ask(clues, fitting))
        chosen = found or (plain or fitting)[-1]  # the last one is the most general
    if not known and chosen not in FAMILIES.values():  # a prefix for each target language
        known = tuple(way for way in BOTH if way.partition("->")[2] in chosen.codes)
    return chosen, known or (BOTH if chosen.multilingual else ())


def _find_base(clues: Clues) -> ModelSpec | None:
    """Return the row of the translation model that the checkpoint was made from."""
    named = clues.list_bases()
    for row in HUB_MODELS:
        # Models that were only pretrained have no conventions for translation yet.
        if row.directions and row.checkpoint in named and _is_candidate(clues, row.family):
            return row
    return None


def _list_directions(clues: Clues) -> tuple[str, ...]:
    if named := [way for way in clues.list_texts("directions") if way in BOTH]:
        return tuple(named)
    pair = f"{clues.tokenizer.get('source_lang')}->{clues.tokenizer.get('target_lang')}"
    return (pair,) if pair in BOTH else ()


def _is_candidate(clues: Clues, row: Family) -> bool:
    """Return whether models of a family may have this configuration."""
    if row.name == "chat":
        architectures = clues.config.get("architectures")
        named = architectures if isinstance(architectures, list) else []
        return clues.model_type == "gemma3" or any(str(n).endswith("ForCausalLM") for n in named)
    return clues.model_type in row.model_types


def _fits(clues: Clues, row: Family, targets: Collection[str]) -> bool:
    """Return whether the checkpoint has what every model of the family has."""
    if row.tagged:
        return clues.has_tokens([row.codes[target] for target in targets or row.codes])
    return not row.prompt or clues.has_template(ITEM if row.name == "translategemma" else "")


def _decide(
    clues: Clues, candidates: Sequence[Family], fitting: Sequence[Family], base: ModelSpec | None
) -> Family | None:
    """Return the only family that the checkpoint can have, `None` if there are several."""
    rows = {row.name: row for row in candidates}
    for row in fitting:
        if row.tagged or row.name == "translategemma":  # has what no other family has
            return row
    if base is not None and base.family.name in rows:
        return base.family
    named = FAMILY_OF_TOKENIZER.get(clues.tokenizer_class, "")
    layers = [clues.config.get(f"{part}_layers") for part in ("encoder", "decoder")]
    # SMaLL-100 has the tokenizer of M2M100, and fewer layers in the decoder.
    if named in rows and (named != "m2m100" or layers[0] == layers[1]):
        return rows[named]
    return fitting[0] if len(fitting) == 1 else None


def _read_tasks(clues: Clues) -> Family | None:
    """Return the family of a T5 model whose configuration states the prefixes."""
    tasks = clues.config.get("task_specific_params")
    if clues.model_type not in FAMILIES["t5"].model_types or not isinstance(tasks, dict):
        return None
    prefixes = {}
    for way in BOTH:
        source, target = way.split("->")
        options = tasks.get(f"translation_{source}_to_{target}")
        if isinstance(options, dict) and isinstance(options.get("prefix"), str):
            prefixes[target] = options["prefix"]
    return (
        dataclasses.replace(FAMILIES["t5"], codes=prefixes, prefix="{target}") if prefixes else None
    )


def _require_family(clues: Clues, name: str, candidates: Sequence[Family]) -> Family:
    """Return the family that the user named; raise `ModelError` if it cannot be this one."""
    rows = {row.name: row for row in candidates}
    if require.one_of(name, FAMILIES, "family") not in rows:
        raise ModelError(
            f"the checkpoint {clues.checkpoint!r} of type {clues.model_type!r} is not of the "
            f"family {name!r}: expected {_join(sorted(rows)) or 'another checkpoint'}"
        )
    return rows[name]


def _ask(clues: Clues, fitting: Sequence[Family]) -> str:
    choices = []
    for row in fitting:
        example = row.wrap_source("…", source="vi", target="en")
        choices.append(f"{row.name!r} ({example})" if row.prefix else f"{row.name!r}")
    return (
        f"the files of the checkpoint {clues.checkpoint!r} of type {clues.model_type!r} do not "
        f"tell its conventions: load it with family={' or '.join(choices)}"
    )


def _explain_unsupported(clues: Clues, candidates: Sequence[Family]) -> str:
    if any(row.prompt for row in candidates):
        return (
            f"the checkpoint {clues.checkpoint!r} of type {clues.model_type!r} has no chat "
            "template: expected a model for chat or instructions (often named '-it' or "
            "'-Instruct'), not a pretrained one"
        )
    known = sorted({kind for row in FAMILIES.values() for kind in row.model_types})
    return (
        f"unsupported model type {clues.model_type!r} in the {CONFIG} of {clues.checkpoint!r}: "
        f"expected one of {', '.join(known)}, or a chat model; for a compatible model pass a "
        "vnsum.ModelSpec"
    )


def _join(names: Sequence[str]) -> str:
    return " or ".join(repr(name) for name in names)
