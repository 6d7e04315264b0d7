"""Tokenize corpora into arrays of ids, which are cached as files.

A tokenized corpus is an `.npz` file without pickles: the concatenated ids of all first texts and
their ends, and the same for the second texts. Ids are stored in 16 bits if the vocabulary allows.
The file name contains a hash of the settings and the tokenizer, and one of the content of the
corpus and the protected files, so that changes are detected.
"""

from __future__ import annotations

import contextlib
import dataclasses
import glob
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum import require
from vnsum.checkpoints.failures import wrap_errors, wrap_write_errors
from vnsum.checkpoints.files import hash_file
from vnsum.errors import InputError
from vnsum.storage import open_atomic, read_bytes, special_file_kind, temporary_path
from vnsum.training.config import Corpus, Filters, Settings
from vnsum.training.data.corpora import (
    Pair,
    ProtectedTexts,
    is_balanced,
    read_examples,
    read_protected,
)

Report = Callable[[str], None]
BATCH = 2000
# Tokenizers with the same vocabulary may have other rules for capitals, digits, spaces and forms.
SPECIMEN = "Ông  Nam Ở HÀ NỘI: 1.234,5 – “I’m”\tA\u0301\n ﬁ Ａ №"
LONGEST_NAME = 50  # characters of a corpus in the name of its cached file
ADVICE = "delete its .npz file to tokenize the corpus again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenized:
    """The examples of a corpus as ids; text i of a side is `ids[ends[i - 1] : ends[i]]`."""

    first_ids: NDArray[Any]
    first_ends: NDArray[np.int64]
    second_ids: NDArray[Any]
    second_ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first_ends)

    @property
    def lengths(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The lengths of the first texts and of the second texts."""
        return np.diff(self.first_ends, prepend=0), np.diff(self.second_ends, prepend=0)

    def require_valid(self, vocabulary: int) -> None:
        """Raise `ValueError` unless these are pairs of texts with ids below `vocabulary`."""
        if len(self.first_ends) != len(self.second_ends):
            raise ValueError("its sides have different numbers of texts")
        for ids, ends in (
            (self.first_ids, self.first_ends),
            (self.second_ids, self.second_ends),
        ):
            if ids.dtype not in (np.uint16, np.uint32) or ends.dtype != np.int64:
                raise ValueError(f"its arrays have the types {ids.dtype} and {ends.dtype}")
            if not ids.ndim == ends.ndim == 1 or (np.diff(ends, prepend=0) < 0).any():
                raise ValueError("its arrays are not those of texts")
            if len(ids) != (ends[-1] if len(ends) else 0):
                raise ValueError(f"it has {len(ids)} ids, not those of its texts")
            if ids.max(initial=0) >= vocabulary:
                raise ValueError(f"it has ids that are not below {vocabulary}")

    def hash_texts(self) -> str:
        """Return a hash of the ids of all texts."""
        found = hashlib.sha256()
        for values in (self.first_ids, self.first_ends, self.second_ids, self.second_ends):
            found.update(values.tobytes())
        return found.hexdigest()[:16]

    def first(self, index: int) -> NDArray[Any]:
        """Return the ids of a first text."""
        return _cut(self.first_ids, self.first_ends, index)

    def second(self, index: int) -> NDArray[Any]:
        """Return the ids of a second text."""
        return _cut(self.second_ids, self.second_ends, index)


def tokenize_corpora(
    settings: Settings, tokenizer: Any, cache: Path, *, report: Report = lambda line: None
) -> list[Tokenized]:
    """Return the tokenized corpora of a run, read from the folder `cache` if they are there.

    `tokenizer` is a `tokenizers.Tokenizer`. The counts of excluded examples are reported and stored
    as JSON beside the arrays. If the arrays exist, the corpus itself is not needed, but the
    protected texts are. Raises `InputError` if one of them is missing, or if the corpus is missing
    and several versions of it are there.
    """
    with wrap_write_errors(cache):
        cache.mkdir(parents=True, exist_ok=True)
    protected: ProtectedTexts | None = None
    found = []
    for corpus in settings.corpora:
        path = _find_cached(cache, corpus, settings.filters, tokenizer)
        if path.exists() and not corpus.path.exists():
            report(f"{corpus.path} does not exist: its examples are read from {path}")
        if not path.exists():
            protected = protected or read_protected(settings.filters)
            _tokenize(corpus, settings.filters, protected, tokenizer, path)
        tokens = read_tokens(path, vocabulary=tokenizer.get_vocab_size())
        left_out = _read_left_out(path, kept=len(tokens))
        read = len(tokens) + sum(left_out.values())
        report(f"{corpus.name}: {len(tokens)} of {read} examples; excluded: {left_out}")
        found.append(tokens)
    return found


def tokenize_pairs(
    pairs: Sequence[Pair], tokenizer: Any, filters: Filters, *, balanced: bool = True
) -> tuple[Tokenized, int]:
    """Return pairs as ids, and the number of those excluded because of their lengths.

    Texts are tokenized with a leading space, so that the first word has its usual tokens.
    """
    first, second = (
        _encode(tokenizer, [getattr(pair, side) for pair in pairs]) for side in ("first", "second")
    )
    kept = [
        (a, b)
        for a, b in zip(first, second, strict=True)
        if not balanced or is_balanced(len(a), len(b), filters)
    ]
    kind = np.uint16 if tokenizer.get_vocab_size() <= 1 << 16 else np.uint32
    return Tokenized(
        first_ids=_join([a for a, _ in kept], kind),
        first_ends=_ends([a for a, _ in kept]),
        second_ids=_join([b for _, b in kept], kind),
        second_ends=_ends([b for _, b in kept]),
    ), len(pairs) - len(kept)


def read_tokens(path: Path, *, vocabulary: int) -> Tokenized:
    """Read a corpus with token ids below `vocabulary`; `InputError` if the file is damaged."""
    with _reading(path):
        # numpy does not close a file that it cannot read.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as data:
            tokens = Tokenized(**{name: data[name] for name in data.files})
        tokens.require_valid(vocabulary)
    return tokens


def _read_left_out(path: Path, *, kept: int) -> dict[str, int]:
    """Return the number of excluded examples by reason; `InputError` if the file is damaged."""
    with _reading(path.with_suffix(".json")):
        facts = _read_facts(path)
        left_out = {reason: int(count) for reason, count in facts["left_out"].items()}
        if (facts["kept"], facts["read"]) != (kept, kept + sum(left_out.values())):
            raise ValueError(f"its counts are not those of {kept} examples")
    return left_out


def _read_facts(path: Path) -> dict[str, Any]:
    """Return what is stored as JSON beside the arrays; `InputError` if the file is damaged."""
    beside = path.with_suffix(".json")
    with _reading(beside):
        facts = require.instance(json.loads(read_bytes(beside)), dict, "it", "an object")
        require.text(facts["path"], "path")
    return facts


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Convert errors because of a file of a tokenized corpus to `InputError`."""
    with wrap_errors(path, what="cannot read the tokenized corpus", kind=InputError, advice=ADVICE):
        if kind := special_file_kind(path):
            raise ValueError(f"it is {kind}, not a file")
        yield


def _tokenize(
    corpus: Corpus, filters: Filters, protected: ProtectedTexts, tokenizer: Any, path: Path
) -> None:
    pairs, tally = read_examples(corpus, filters, protected)
    tokens, unbalanced = tokenize_pairs(
        pairs, tokenizer, filters, balanced=corpus.format == "pairs"
    )
    tally.left_out["length ratio"] += unbalanced
    facts = {
        "corpus": corpus.name,
        "path": str(corpus.path),
        "source": corpus.source,
        "licence": corpus.licence,
        "read": tally.read,
        "kept": tally.kept,
        "left_out": {reason: n for reason, n in sorted(tally.left_out.items()) if n},
        "tokens": [len(tokens.first_ids), len(tokens.second_ids)],
    }
    text = json.dumps(facts, indent=1)  # in ASCII, because paths need not be UTF-8
    beside = path.with_suffix(".json")
    with wrap_write_errors(beside), temporary_path(beside) as temporary:
        temporary.write_text(text, encoding="ascii")
    with wrap_write_errors(path), open_atomic(path) as file:
        np.savez(
            file,
            first_ids=tokens.first_ids,
            first_ends=tokens.first_ends,
            second_ids=tokens.second_ids,
            second_ends=tokens.second_ends,
        )


def _find_cached(cache: Path, corpus: Corpus, filters: Filters, tokenizer: Any) -> Path:
    """Return the path of the arrays of a corpus, which need not exist."""
    name = f"{corpus.name[:LONGEST_NAME]}-{_hash_settings(corpus, filters, tokenizer)}"
    if corpus.path.exists():
        return cache / f"{name}-{_hash_files([corpus.path])}.npz"
    made = sorted(cache.glob(f"{glob.escape(name)}-*.npz"))
    found = [path for path in made if _read_facts(path)["path"] == str(corpus.path)]
    if len(found) > 1:
        raise InputError(
            f"{corpus.path} does not exist, and {cache} has {len(found)} tokenized versions of it "
            f"({', '.join(path.name for path in found)}): delete all but one"
        )
    return found[0] if found else cache / f"{name}.npz"


def _hash_files(paths: Sequence[Path]) -> str:
    """Return a hash of the content of files; raises `InputError` for pipes and devices."""
    hashes = []
    for path in paths:
        try:
            hashes.append(hash_file(path))
        except (OSError, ValueError) as error:  # a null byte in a path is a `ValueError`
            raise InputError(f"cannot read {require.show(str(path))}: {error}") from error
    return hashlib.sha256("".join(hashes).encode()).hexdigest()[:10]


def _hash_settings(corpus: Corpus, filters: Filters, tokenizer: Any) -> str:
    """Return a hash of corpus settings, filters, protected texts and vocabulary, but no paths."""
    protected = [(path.name, _hash_files([path])) for path in filters.protected]
    rules = {**dataclasses.asdict(filters), "protected": protected}
    parts = [corpus.name, corpus.format, corpus.limit, corpus.words, rules]
    # The JSON form of a tokenizer differs between versions of its library.
    vocabulary = sorted(tokenizer.get_vocab().items())
    specimen = tokenizer.encode(SPECIMEN, add_special_tokens=False).ids
    text = json.dumps([parts, vocabulary, specimen], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _encode(tokenizer: Any, texts: list[str]) -> list[list[int]]:
    found: list[list[int]] = []
    for start in range(0, len(texts), BATCH):
        batch = [f" {text}" for text in texts[start : start + BATCH]]
        found += [e.ids for e in tokenizer.encode_batch(batch, add_special_tokens=False)]
    return found


def _join(rows: list[list[int]], kind: type) -> NDArray[Any]:
    return np.fromiter((i for row in rows for i in row), dtype=kind)


def _ends(rows: list[list[int]]) -> NDArray[np.int64]:
    return np.cumsum([len(row) for row in rows], dtype=np.int64)


def _cut(ids: NDArray[Any], ends: NDArray[np.int64], index: int) -> NDArray[Any]:
    return ids[(int(ends[index - 1]) if index else 0) : int(ends[index])]
