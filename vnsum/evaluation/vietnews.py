"""Reader for articles with reference summaries: VietNews and custom files.

Files are JSON Lines, optionally compressed with xz. VietNews (Nguyen et al. 2019, not included) has
`{"id", "title", "abstract", "body": [sentence, ...]}`; custom files have `{"article", "summary"}`
and optionally `"title"`, `"id"` and `"lang"`. A list of sentences is used as it is, so that scores
do not depend on the segmenter; a string is segmented.
"""

from __future__ import annotations

import itertools
import json
import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum import segmentation
from vnsum.errors import InputError
from vnsum.results.document import Document, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceArticle:
    """An article with a reference summary; the headline is the title of `document`.

    If `abstract` has several lines, each line is a sentence.
    """

    id: str
    document: Document
    abstract: str


def read(path: Path, *, limit: int | None = None) -> Iterator[ReferenceArticle]:
    """Yield the first `limit` articles of a file; raises `InputError` for an invalid line."""
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(itertools.islice(lines, limit), start=1):
            try:
                yield _article(json.loads(line), str(number))
            except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
                raise InputError(
                    f"{path}, line {number}, is not an article ({error!r}): expected JSON with "
                    "'article' and 'summary' (and optionally 'title'), or with 'id', 'title', "
                    "'abstract' and 'body', a list of sentences"
                ) from error


def document(sentences: list[str], *, title: str | None = None, lang: str = "vi") -> Document:
    """Return a document of pre-split sentences, joined by single spaces.

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


def _article(data: Mapping[str, Any], number: str) -> ReferenceArticle:
    if "body" in data:
        read_document = document(data["body"], title=data["title"])
        return ReferenceArticle(id=data["id"], document=read_document, abstract=data["abstract"])
    text, summary = data["article"], data["summary"]
    title, lang = data.get("title"), data.get("lang")
    if isinstance(text, list):
        read_document = document(text, title=title, lang=lang or "vi")
    else:
        read_document = segmentation.segment(text, title=title, lang=lang)
    return ReferenceArticle(
        id=str(data.get("id", number)),
        document=read_document,
        abstract="\n".join(summary) if isinstance(summary, list) else summary.strip(),
    )
