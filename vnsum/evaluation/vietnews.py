"""Reading the VietNews corpus (Nguyen et al. 2019) as documents with reference summaries.

The corpus is not part of the package. Its files here hold one article a line as JSON,
`{"id", "title", "abstract", "body": [sentence, ...]}`, plain or compressed with xz. The sentences
of the body are taken as they are, not segmented again, so that scores compare systems and not
segmenters.
"""

from __future__ import annotations

import itertools
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vnsum.document import Document, Sentence
from vnsum.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article: its document (with the headline as title) and the reference summary."""

    id: str
    document: Document
    abstract: str


def read(path: Path, *, limit: int | None = None) -> Iterator[Article]:
    """Yield the first `limit` articles of a file; `InputError` where a line is no article."""
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(itertools.islice(lines, limit), start=1):
            try:
                data = json.loads(line)
                yield Article(
                    id=data["id"],
                    document=document(data["body"], title=data["title"]),
                    abstract=data["abstract"],
                )
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"{path}, line {number}, is no article ({error!r}); expected JSON with "
                    "'id', 'title', 'abstract' and 'body', a list of sentences"
                ) from error


def document(sentences: list[str], *, title: str | None = None, lang: str = "vi") -> Document:
    """Return a document of sentences that are already split, joined by single spaces.

    >>> document(["Trời mưa.", "Đường ngập."]).text
    'Trời mưa. Đường ngập.'
    """
    placed: list[Sentence] = []
    start = 0
    for text in sentences:
        placed.append(Sentence(text=text, start=start, end=start + len(text), paragraph=0))
        start += len(text) + 1
    return Document(
        text=" ".join(sentences), lang=lang, title=title or None, sentences=tuple(placed)
    )
