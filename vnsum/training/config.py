"""What a training run is made of, as frozen values read from one TOML file; no defaults elsewhere.

`read_config` checks every key: a misspelt one is an error, not a silent default.
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

from vnsum.checkpoints.families import BOTH
from vnsum.errors import InputError, MissingExtraError

Format = Literal["pairs", "articles"]
Products = Literal["float", "int8"]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One row of the table of corpora.

    `format` `"pairs"` is lines of `vietnamese<TAB>english` and teaches to translate in
    `directions`; `"articles"` is JSON lines of `{title, abstract, body}` and teaches to summarize.
    Either may be compressed (`.xz`). `weight` is how often an epoch has each example: 0.5 for half
    of them, drawn anew every epoch, 2 for all twice. `synthetic` tells machine-made sources, which
    the model sees with the token `<src>` in front (Caswell et al. 2019, arXiv:1906.06442).
    `limit` takes the first so many lines. Of an article the model reads the headline and as many
    whole sentences as have at most `words` words with it, as the decoder's window is 512 tokens.
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
        """The name of the file without its endings."""
        return self.path.name.split(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is left out of every corpus, and which sets no line may come from.

    `max_ratio` bounds the longer side's tokens by the shorter one's; texts under `min_ratio_tokens`
    tokens are free of it. `check_language` drops pairs with a side in the other language.
    `protected` are files of development and test sets, `NAME.vi`, `NAME.en` or pairs: a line of a
    corpus that equals one of theirs, or shares most of its runs of `ngram` words with one, is an
    error unless `drop_protected` is set.
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
    """The fixed shape of a batch: `rows` of `length` tokens, at most `targets` to learn in each."""

    rows: int = 16
    length: int = 256
    targets: int = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """AdamW (Loshchilov & Hutter 2019) with warm-up and cosine decay to `floor` of the rate.

    The embedding, which also scores the words that are written, learns at `embedding` times the
    rate; at 0 it stays as it is. Most of its rows get a tiny gradient in every step, which AdamW
    makes as large as any other.
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
    """Learn low-rank changes to the matrices of the last `layers` layers, and nothing else.

    `scale` multiplies a change; together with the learning rate it says how fast one grows. `start`
    is a folder with an adapter to go on from, such as one made for earlier weights; without one,
    changes begin as nothing. See `vnsum.training.lora`.
    """

    rank: int = 32
    layers: int = 12
    scale: float = 2.0
    start: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long to train and what to do every so many steps or minutes.

    `save_minutes` is between checkpoints, `keep` how many sets of weights stay for averaging.
    `quantize_from` is the share of the steps after which the forward pass sees weights rounded by
    `scheme`, as they will be exported (Jacob et al. 2018, arXiv:1712.05877); 1 for never.
    """

    steps: int = 1000
    log_every: int = 10
    save_minutes: float = 5.0
    keep: int = 4
    evaluate_every: int = 0
    quantize_from: float = 1.0
    scheme: str = "feed4"
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A development set to translate greedily now and then: `folder`/`name`.vi and .en."""

    folder: Path | None = None
    name: str = "flores"
    sentences: int = 96
    directions: tuple[str, ...] = BOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A whole run: from the model in the folder `start` (or `"mini"`) to the folder `out`.

    With an `adapter`, the model stays as it is and what is learnt is a small file beside it.
    `products` `"int8"` multiplies 8-bit numbers in the layers
    (`vnsum.training.quantization.int8_linear`), which trains faster on processors with instructions
    for them and without those for bfloat16.
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
    """Return the run that a TOML file describes; `InputError` for what it does not know.

    Relative paths are taken from the folder in which the command runs.
    """
    toml = _import_toml()
    try:
        data = toml.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    try:
        return build(Settings, data)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def build(kind: type[Value], data: Mapping[str, Any], *, where: str = "") -> Value:
    """Return a value of the dataclass `kind` from plain data, checking names and types.

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
    """Return a setting as plain data, the opposite of `build`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: to_data(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {name: data for name, data in fields.items() if data is not None}
    if isinstance(value, tuple):
        return [to_data(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _convert(kind: Any, value: Any, where: str) -> Any:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):  # "or nothing": left out then
        kind = typing.get_args(kind)[0]
    if dataclasses.is_dataclass(kind) and isinstance(value, Mapping):
        return build(typing.cast(type, kind), value, where=f"{where}.")
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(inner[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is Literal and value in inner:
        return value
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # A flag is a whole number to Python but not to the reader of the file.
    if kind in (str, int, float, bool) and type(value) is kind:
        return value
    raise InputError(f"setting {where!r} is {value!r}: expected {getattr(kind, '__name__', kind)}")


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
