"""The configuration of a training run, read from a TOML file.

All defaults are here. `read_config` checks every key, so that a misspelt one is an error.
"""

from __future__ import annotations

import dataclasses
import importlib
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from vnsum import require
from vnsum.checkpoints.families import BOTH
from vnsum.errors import InputError, MissingExtraError
from vnsum.storage import read_bytes

Format = Literal["pairs", "articles"]
Products = Literal["float", "int8"]
Value = TypeVar("Value")

# The least and the largest value of numbers for which 0 or `LARGEST` make no sense.
LARGEST = sys.maxsize
RANGES = {
    **dict.fromkeys(("rows", "length", "targets", "rank"), (1, 2**16)),
    "layers": (1, 1000),
    "ngram": (1, 100),
    **dict.fromkeys(("words", "log_every", "sentences"), (1, LARGEST)),
    **dict.fromkeys(("weight", "embedding"), (0, 1000)),
    **dict.fromkeys(("smoothing", "floor", "betas"), (0, 1)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A corpus and its share in training.

    With the `format` `"pairs"` the file has lines of `vietnamese<TAB>english`, used for translation
    in `directions`; with `"articles"` it has JSON lines of `{title, abstract, body}`, used for
    summarization. Either may be compressed (`.xz`). `weight` is how often an example occurs in an
    epoch: 0.5 for a random half of the examples, 2 for every example twice. `synthetic` marks
    machine-generated sources, which the model reads with the token `<src>` in front (Caswell et al.
    2019, arXiv:1906.06442). `limit` reads only the first lines. The prompt of an article is the
    headline and as many whole sentences as fit `words` words, because the decoder's window is 512
    tokens.
    """

    path: Path
    format: Format = "pairs"
    weight: float = 1.0
    directions: tuple[str, ...] = BOTH
    synthetic: bool = False
    limit: int = 0
    words: int = 300
    source: str = ""
    licence: str = "not stated"

    @property
    def name(self) -> str:
        """The name of the file without `.xz` and the suffix before it."""
        return Path(self.path.name.removesuffix(".xz")).stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Filters for the examples of every corpus.

    `max_ratio` is the largest ratio between the lengths of the two sides in tokens; it does not
    apply to texts of fewer than `min_ratio_tokens` tokens. `check_language` drops pairs with a side
    in the wrong language. `protected` are files of development and test sets (`NAME.vi`, `NAME.en`
    or pairs): an example that equals one of their lines, or shares more than `max_overlap` of its
    n-grams of `ngram` words with them, is an error, or is dropped with `drop_protected`.
    """

    max_ratio: float = 3.0
    min_ratio_tokens: int = 6
    check_language: bool = True
    protected: tuple[Path, ...] = ()
    ngram: int = 8
    max_overlap: float = 0.5
    drop_protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The shape of every batch: `rows` of `length` tokens with at most `targets` labels each."""

    rows: int = 16
    length: int = 256
    targets: int = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """AdamW (Loshchilov & Hutter 2019) with warm-up and cosine decay to `floor` of the rate.

    The learning rate of the embedding, which is also the output layer, is multiplied by
    `embedding`; 0 freezes it. Most of its rows get a tiny gradient in every step, which AdamW
    scales up to the size of any other.
    """

    rate: float = 1e-4
    betas: tuple[float, float] = (0.9, 0.98)
    decay: float = 0.01
    clip: float = 1.0
    smoothing: float = 0.1
    warmup: int = 100
    floor: float = 0.05
    embedding: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Train a LoRA adapter for the matrices of the last `layers` layers instead of the weights.

    `scale` multiplies the output of the adapter. `start` is a folder with an adapter to continue
    from, for example one trained for earlier weights; by default the adapter starts as zero. See
    `vnsum.training.lora`.
    """

    rank: int = 32
    layers: int = 12
    scale: float = 2.0
    start: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The number of steps, and the intervals of reports, checkpoints and evaluations.

    `save_minutes` is the interval between checkpoints, `keep` the number of sets of weights that
    are kept for averaging.
    """

    steps: int = 1000
    log_every: int = 10
    save_minutes: float = 5.0
    keep: int = 4
    evaluate_every: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A development set for greedy translation during training: `folder`/`name`.vi and .en."""

    folder: Path | None = None
    name: str = "flores"
    sentences: int = 96
    directions: tuple[str, ...] = BOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A training run from the model in the folder `start` (or `"mini"`) to the folder `out`.

    With an `adapter`, the weights are frozen and only the adapter is trained and saved. With
    `products = "int8"` the layers multiply 8-bit integers
    (`vnsum.training.quantization.int8_linear`), which is faster on processors that have
    instructions for them and none for bfloat16.
    """

    start: str
    out: Path
    corpora: tuple[Corpus, ...]
    filters: Filters = Filters()
    shape: Shape = Shape()
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    evaluation: Evaluation = Evaluation()
    adapter: Adapter | None = None
    products: Products = "float"
    compile: bool = True


def read_config(path: Path) -> Settings:
    """Read the settings of a run from a TOML file; raises `InputError` for unknown keys.

    Relative paths are relative to the current folder.
    """
    toml = _import_toml()
    try:
        data = toml.loads(read_bytes(path).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    try:
        return build(Settings, data)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def build(kind: type[Value], data: Mapping[str, Any], *, where: str = "") -> Value:
    """Build an instance of the dataclass `kind` from plain data, checking names and types.

    >>> build(Shape, {"rows": 4}).rows
    4
    """
    known = typing.get_type_hints(kind)
    for key in data:
        if key not in known:
            raise InputError(f"unknown setting {where + key!r}: expected one of {sorted(known)}")
    values = {key: _convert(known[key], value, where + key) for key, value in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise InputError(f"a setting is missing in {where or 'the file'}: {error}") from error


def to_data(value: Any) -> Any:
    """Convert a setting to plain data, the inverse of `build`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: to_data(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {name: data for name, data in fields.items() if data is not None}
    if isinstance(value, tuple):
        return [to_data(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _convert(kind: Any, value: Any, where: str) -> Any:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):  # optional: given, so not None
        kind = typing.get_args(kind)[0]
    if dataclasses.is_dataclass(kind) and isinstance(value, Mapping):
        return build(typing.cast(type, kind), value, where=f"{where}.")
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(inner[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is Literal and value in inner:
        return value
    if kind is Path and isinstance(value, str):
        return require.path(value, f"setting {where!r}")
    # `isinstance(True, int)` holds in Python; in TOML a boolean is no integer.
    if kind in (int, float) and type(value) in (int, kind):
        least, largest = RANGES.get(where.rpartition(".")[2].partition("[")[0], (0, LARGEST))
        if least <= value <= largest:
            return kind(value)
        raise InputError(
            f"setting {where!r} is {require.show(value)}: expected {least:,} to {largest:,}"
        )
    if kind in (str, bool) and type(value) is kind:
        return value
    raise InputError(
        f"setting {where!r} is {require.show(value)}: expected {getattr(kind, '__name__', kind)}"
    )


def _import_toml() -> Any:
    if sys.version_info >= (3, 11):
        import tomllib

        return tomllib
    try:
        return importlib.import_module("tomli")
    except ImportError as error:
        raise MissingExtraError(
            'reading a configuration needs tomli on this Python: pip install "vnsum[train]"'
        ) from error
