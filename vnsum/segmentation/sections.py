"""Splitting a text of any length into sections, in constant memory.

`cut_sections` splits between paragraphs if possible; `SectionReader` makes a document of each
section. Use `vnsum.segment` for texts that fit into memory.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from vnsum import segmentation
from vnsum.errors import InputError
from vnsum.reading import article
from vnsum.reading.article import Article
from vnsum.require import exact
from vnsum.results.document import Document

SECTION = 20_000  # characters: about 150 sentences
# Separators in order of preference: paragraphs, lines, sentences, words.
CUTS = tuple(map(re.compile, (r"\n[^\S\n]*\n\s*", r"\n\s*", r"[.!?…]\s+", r"\s+")))
# Kinds of boilerplate that occur anywhere; the others occur only at the ends of an article.
ANYWHERE = frozenset(["code", "end_mark", "markup", "url"])


def cut_sections(pieces: Iterable[str], *, size: int = SECTION) -> Iterator[str]:
    """Yield sections of about `size` characters, which join to the text of `pieces`.

    The pieces may be lines, paragraphs or blocks of any length. A section ends after a paragraph if
    possible, else after a line, a sentence or a word, or within a word longer than `size`.

    >>> list(cut_sections(["Một.\\n\\nHai. ", "Ba.\\n\\nBốn."], size=18))
    ['Một.\\n\\nHai. Ba.\\n\\n', 'Bốn.']
    """
    if isinstance(pieces, str | bytes):
        raise InputError("expected an iterable of pieces of a text, not a str: pass [text]")
    held: list[str] = []
    length = 0
    for piece in pieces:
        if not isinstance(piece, str):
            raise InputError(f"expected pieces of text as str, not {type(piece).__name__}")
        held.append(exact(piece))
        length += len(piece)
        if length >= 2 * size:
            *sections, rest = _cut("".join(held), size)
            yield from sections
            held, length = [rest], len(rest)
    yield from filter(None, _cut("".join(held), size))


def _cut(text: str, size: int) -> Iterator[str]:
    """Yield sections of `text`, the last of which is at most `size` long."""
    start = 0
    while len(text) - start > size:
        end = _find_end(text, start, start + size)
        yield text[start:end]
        start = end
    yield text[start:]


def _find_end(text: str, start: int, limit: int) -> int:
    """Return the end of the section from `start`: at most `limit`, preferably past the middle."""
    middle = (start + limit) // 2
    found = (
        [match.end() for match in separator.finditer(text, middle, limit)] for separator in CUTS
    )
    end = next((ends[-1] for ends in found if ends), limit)
    # A line end is not cut, but in sections of one character.
    return end - 1 if text[end - 1 : end + 1] == "\r\n" and end > start + 1 else end


class SectionReader:
    """Makes a document of each section of one text, in order.

    Headlines, date lines and signatures are recognized in the first section only. All documents
    have the language of the first section with sentences, unless `lang` is given.
    """

    def __init__(self, *, lang: str | None = None) -> None:
        self._lang = exact(lang)
        self._begun = False

    def read(self, section: str) -> Document:
        """Return the next section as a document."""
        read = article.read_text(section)
        document = segmentation.segment(self._continue(read), lang=self._lang)
        if document.sentences:
            self._begun = True
            self._lang = document.lang
        return document

    def _continue(self, read: Article) -> Article:
        if not self._begun:
            return read
        kept = tuple(piece for piece in read.boilerplate if piece.kind in ANYWHERE)
        return dataclasses.replace(read, title=None, published=None, source=None, boilerplate=kept)
