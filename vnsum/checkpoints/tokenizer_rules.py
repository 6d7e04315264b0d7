"""Rules in `tokenizer.json` that rewrite, cut or sample: limited, or disabled.

The `tokenizers` library applies them to any text, without a limit that Python could set. Settings
of a tokenizer in other files may neither name a file nor add very many tokens.
"""

from __future__ import annotations

import base64
import math
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from vnsum.checkpoints.charsmaps import measure_charsmap
from vnsum.checkpoints.files import read_settings
from vnsum.errors import ModelError

VOCABULARY = "tokenizer.json"
MAX_BYTES = 256 << 20  # the largest vocabularies take some 35 MB
LONGEST_TOKEN = 1000  # characters; those of known vocabularies have at most some 500
# Parts that rewrite the same text in turn, each with the name of the list in a sequence of its
# rules, and how many times as long they may make it; known tokenizers: 2592, 10 and 5 at most.
LIMITS: tuple[tuple[Mapping[str, str], int], ...] = (
    ({"normalizer": "normalizers", "pre_tokenizer": "pretokenizers"}, 3000),
    ({"post_processor": "processors"}, 100),
    ({"decoder": "decoders"}, 10),
)
Rule = Mapping[str, Any]
# Settings that may have the name of a file: transformers opens files that some others name.
TEXTS = re.compile(
    r"(?:\w+_)?(?:token|lang|language|codes|side|class|type|strategy|scheme|version|template|"
    r"behaviou?r|mode|prompt|tensors|backend|pattern|prefix|suffix|char)|name_or_path|errors|task|"
    r"mask_token_sent|"
    r"special_tokens_map_file|tokenizer_file"  # replaced when loaded, or not used
)
TOKENS = re.compile(r"\w+_token|(?:extra|additional)_special_tokens")
SAMPLING = ("enable_sampling", "nbest_size", "alpha")  # of SentencePiece; switched off
MOST_SPECIAL = 2000  # tokens; each one is added on its own, and known tokenizers have some 1,000
MOST_ADDED = 20_000  # tokens; of known tokenizers some 6,000
COUNTED: Mapping[str, int] = {
    "extra_special_tokens": MOST_SPECIAL,
    "additional_special_tokens": MOST_SPECIAL,
    "added_tokens_decoder": MOST_ADDED,
}
NUMBERED = ("extra_ids", "num_madeup_words", "offset")  # numbers of tokens to make


def require_bounded(path: Path) -> None:
    """Raise `ModelError` if the rules of a tokenizer can make a text very much longer.

    So it does for rules of unknown types, or without a type, some of which the library accepts.
    """
    data = read_settings(path, most=MAX_BYTES)
    for parts, most in LIMITS:
        names = " and ".join(map(repr, parts))
        try:
            growth = math.prod(
                _measure(rule)
                for part, key in parts.items()
                for rule in _list_rules(data.get(part), key)
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the tokenizer {path} has a rule in its {names} that is unknown or damaged "
                f"({type(error).__name__}: {reprlib.repr(str(error))}): download the files again, "
                "or use another model"
            ) from error
        if growth > most:
            raise ModelError(
                f"the tokenizer {path} can make a text {growth:,.0f} times as long by its "
                f"{names}: expected at most {most:,} times; the model is not used"
            )


def require_own_files(path: Path, settings: Mapping[str, Any]) -> None:
    """Raise `ModelError` if `tokenizer_config.json` names a file, or adds too many tokens."""
    for name, value in settings.items():
        if isinstance(value, str) and not TEXTS.fullmatch(name) and _exists(value):
            _refuse(path, name, value, "no name of a file")
    if settings.get("init_inputs"):
        _refuse(path, "init_inputs", settings["init_inputs"], "none")
    options = settings.get("sp_model_kwargs") or {}
    if not isinstance(options, dict) or not options.keys() <= {*SAMPLING}:
        _refuse(path, "sp_model_kwargs", options, f"at most {', '.join(SAMPLING)}")
    require_few_tokens(path, settings)


def require_few_tokens(
    path: Path, settings: Mapping[str, Any], *, most: int = MOST_SPECIAL
) -> None:
    """Raise `ModelError` if settings add too many tokens to a tokenizer."""
    if len(settings) > most:
        raise ModelError(
            f"the model file {path} has {len(settings):,} entries: expected at most {most:,}"
        )
    for name, limit in COUNTED.items():
        value = settings.get(name)
        if isinstance(value, list | dict) and len(value) > limit:
            _refuse(path, name, value, f"at most {limit:,} tokens")
    for name in NUMBERED:
        value = settings.get(name)
        if isinstance(value, int | float) and value > MOST_SPECIAL:
            _refuse(path, name, value, f"at most {MOST_SPECIAL:,}")


def require_tokens_only(path: Path, settings: Mapping[str, Any]) -> None:
    """Raise `ModelError` if `special_tokens_map.json` has more than tokens, or too many."""
    for name, value in settings.items():
        if not TOKENS.fullmatch(name):
            _refuse(path, name, value, "special tokens only")
    require_few_tokens(path, settings)


def replace_settings(folder: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what replaces settings of `tokenizer_config.json` when a tokenizer is loaded."""
    file = folder / VOCABULARY
    # SentencePiece would return other tokens for the same text each time.
    own: dict[str, Any] = {
        "sp_model_kwargs": {},
        "tokenizer_file": str(file) if file.exists() else None,
    }
    return {name: value for name, value in own.items() if name in settings}


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long, or with NUL
        return False


def _refuse(path: Path, name: str, value: Any, expected: str) -> NoReturn:
    raise ModelError(
        f"the model file {path} has {name!r}: {reprlib.repr(value)}; expected {expected}"
    )


def require_short_tokens(tokenizer: Any, *paths: Path) -> None:
    """Raise `ModelError` if a token, which a model can repeat, is a very long text."""
    longest = max(map(len, tokenizer.get_vocab()), default=0)
    if longest > LONGEST_TOKEN:
        raise ModelError(
            f"the tokenizer of {', '.join(map(str, paths))} has a token of {longest:,} characters: "
            f"expected at most {LONGEST_TOKEN:,}; the model is not used"
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


def _list_rules(rule: Any, key: str) -> Iterator[Rule]:
    """Yield the rules of a part; `key` is the name of the list in a sequence of rules."""
    waiting = [] if rule is None else [rule]
    while waiting:
        rule = waiting.pop()
        if not isinstance(rule, dict):
            raise TypeError(f"a {type(rule).__name__} instead of a table")
        if rule["type"] == "Sequence":
            waiting += [*rule[key]]
        else:
            yield rule


def _measure(rule: Rule) -> float:
    """Return how many times as long a rule makes a text, or a list of tokens, at most."""
    growth = GROWTHS[rule["type"]]
    return growth if isinstance(growth, float) else max(1.0, growth(rule))


def _measure_replacement(rule: Rule) -> float:
    # A regular expression may match a single character, or the empty string.
    replaced = rule["pattern"].get("String")
    return len(rule["content"]) / len(replaced) if replaced else 1.0 + len(rule["content"])


def _measure_beginning(rule: Rule) -> float:
    return 1.0 + len(rule["prepend"])


def _measure_charsmap(rule: Rule) -> float:
    return measure_charsmap(base64.b64decode(rule["precompiled_charsmap"], validate=True))


def _measure_template(rule: Rule) -> float:
    """Return the number of tokens for one, which the template may repeat and add others to."""
    added = {name: len(token["ids"]) for name, token in rule["special_tokens"].items()}
    return max(
        sum(added[piece["SpecialToken"]["id"]] if "SpecialToken" in piece else 1 for piece in rows)
        for rows in (rule["single"], rule["pair"])
    )


# For each type: how many times as long a text becomes at most, in characters or in bytes. What only
# happens once to a text counts each time, as other rules may undo it.
GROWTHS: Mapping[str, float | Callable[[Rule], float]] = {
    **dict.fromkeys(
        ("Split", "Digits", "Punctuation", "Whitespace", "WhitespaceSplit", "BertPreTokenizer",
         "CharDelimiterSplit", "UnicodeScripts", "FixedLength", "Nmt", "StripAccents", "Strip",
         "ByteFallback", "Fuse"), 1.0,
    ),
    "Lowercase": 2.0, "NFC": 3.0, "NFD": 4.0, "NFKC": 18.0, "NFKD": 18.0, "BertNormalizer": 4.0,
    "ByteLevel": 5.0,  # a character has up to four bytes; and a space
    "Metaspace": 2.0, "WordPiece": 2.0, "BPEDecoder": 3.0, "CTC": 3.0,
    "BertProcessing": 3.0, "RobertaProcessing": 3.0,
    "Replace": _measure_replacement, "Prepend": _measure_beginning,
    "Precompiled": _measure_charsmap, "TemplateProcessing": _measure_template,
}  # fmt: skip
