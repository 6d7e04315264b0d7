"""Read the texts of one language from pairs, articles and plain lines."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vnsum.errors import InputError
from vnsum.storage import read_lines, read_records
from vnsum.training.data.corpora import ARTICLE, read_texts

SEED = 0
COLUMNS = {"vi": 0, "en": 1}


def read_language(paths: Sequence[Path], lang: str, *, limit: int | None = None) -> Iterator[str]:
    """Yield the first `limit` distinct texts in `lang` of all files, in order.

    `.tsv` files have lines of `vietnamese<TAB>english`, `.jsonl` files Vietnamese articles (of
    which the headline, the abstract and each sentence is a text), all others lines in `lang`. Files
    may be compressed (`.xz`).
    """
    seen: set[int] = set()
    texts = (text for path in paths for text in _read(path, lang))
    fresh = (t for t in texts if t and hash(t) not in seen and not seen.add(hash(t)))  # type: ignore[func-returns-value]
    return itertools.islice(fresh, limit)


def sample_texts(paths: Sequence[Path], *, lines: int) -> dict[str, list[str]]:
    """Return a random sample of at most `lines` texts in each language from all files.

    The language of a plain file is taken from its name, for example `news.en.txt`.
    """
    found: dict[str, list[str]] = {}
    for lang in COLUMNS:
        usable = [path for path in paths if _kind(path) != "lines" or _plain_lang(path) == lang]
        texts = list(read_language(usable, lang))
        random.Random(SEED).shuffle(texts)  # noqa: S311 - a sample, not a secret
        if texts:
            found[lang] = texts[:lines]
    return found


def _read(path: Path, lang: str) -> Iterator[str]:
    kind = _kind(path)
    if kind == "articles":
        if lang == "vi":
            for texts in read_records(path, _list_texts, kind="an article", expected=ARTICLE):
                yield from texts
        return
    for number, line in enumerate(read_lines(path), start=1):
        if kind == "lines":
            yield line
        else:
            sides = line.split("\t")
            if len(sides) != 2:
                raise InputError(f"{path}, line {number}: expected vietnamese<TAB>english")
            yield sides[COLUMNS[lang]]


def _list_texts(data: Mapping[str, Any], _: int) -> list[str]:
    title, abstract, body = read_texts(data)
    return [title, abstract, *body]


def _kind(path: Path) -> str:
    name = path.name.removesuffix(".xz")
    return {".tsv": "pairs", ".jsonl": "articles"}.get(Path(name).suffix, "lines")


def _plain_lang(path: Path) -> str:
    parts = path.name.split(".")
    for lang in COLUMNS:
        if lang in parts:
            return lang
    raise InputError(
        f"the language of {path} is unknown: expected a name with .vi or .en, such as news.en.txt"
    )
