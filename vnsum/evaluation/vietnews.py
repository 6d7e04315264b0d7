"""Reader for articles with reference summaries: VietNews and custom files.

Files are JSON Lines, optionally compressed with xz. VietNews (Nguyen et al. 2019, not included) has
`{"id", "title", "abstract", "body": [sentence, ...]}`; custom files have `{"article", "summary"}`
and optionally `"title"`, `"id"` and `"lang"`. A list of sentences is used as it is, so that scores
do not depend on the segmenter; a string is segmented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum import languages, require, segmentation
from vnsum.results.document import Document, Sentence
from vnsum.storage import read_records

EXPECTED = (
    "JSON with 'article' and 'summary' (and optionally 'title'), or with 'id', 'title', "
    "'abstract' and 'body', a list of sentences"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceArticle:
    """An article with a reference summary; the headline is the title of `document`.

    If `abstract` has several lines, each line is a sentence.
    """

    id: str
    document: Document
    abstract: str


def read(path: Path, *, limit: int | None = None) -> Iterator[ReferenceArticle]:
    """Return the first `limit` articles of a file; raises `InputError` for an invalid line."""
    return read_records(path, _read_article, kind="an article", expected=EXPECTED, limit=limit)


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


def list_texts(value: Any, name: str) -> list[str]:
    """Return a list of strings; raises `InputError` for anything else."""
    texts = require.instance(value, list, name, "a list of sentences")
    return [require.encodable(text, f"a sentence of {name}") for text in texts]


def _read_article(data: Mapping[str, Any], number: int) -> ReferenceArticle:
    title = require.optional_text(data.get("title"), "title")
    if "body" in data:
        return ReferenceArticle(
            id=str(data["id"]),
            document=document(list_texts(data["body"], "body"), title=title),
            abstract=require.encodable(data["abstract"], "abstract"),
        )
    text, summary, lang = data["article"], data["summary"], data.get("lang")
    if isinstance(text, list):
        lang = languages.require(lang or "vi")
        read_document = document(list_texts(text, "article"), title=title, lang=lang)
    else:
        read_document = segmentation.segment(text, title=title, lang=lang)
    lines = list_texts(summary if isinstance(summary, list) else [summary], "summary")
    return ReferenceArticle(
        id=str(data.get("id", number)), document=read_document, abstract="\n".join(lines).strip()
    )
