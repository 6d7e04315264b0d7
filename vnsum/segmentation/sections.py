"""Splitting a text of any length into sections, in constant memory.

`cut_sections` splits between paragraphs if possible; `SectionReader` makes a document of each
section. Use `vnsum.segment` for texts that fit into memory.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

from vnsum import segmentation
from vnsum.errors import InputError
from vnsum.reading import article
from vnsum.reading.article import Article
from vnsum.reading.code_blocks import find_code_blocks
from vnsum.require import exact
from vnsum.results.document import Document

SECTION = 20_000  # characters: about 150 sentences
# Separators in order of preference: paragraphs, lines, sentences, words.
CUTS = tuple(map(re.compile, (r"\n[^\S\n]*\n\s*", r"\n\s*", r"[.!?…]\s+", r"\s+")))
LONGEST_CODE = 1_000_000  # characters of a code block that is not cut
# Kinds of boilerplate that occur anywhere; the others occur only at the ends of an article.
ANYWHERE = frozenset(["code", "end_mark", "markup", "url"])


def cut_sections(pieces: Iterable[str], *, size: int = SECTION) -> Iterator[str]:
    """Yield sections of about `size` characters, which join to the text of `pieces`.

    The pieces may be lines, paragraphs or blocks of any length. A section ends after a paragraph if
    possible, else after a line, a sentence or a word, or within a word longer than `size`. Fenced
    code blocks of up to a million characters are not cut; a section may be as long as such a block.

    >>> list(cut_sections(["Một.\\n\\nHai. ", "Ba.\\n\\nBốn."], size=18))
    ['Một.\\n\\nHai. Ba.\\n\\n', 'Bốn.']
    """
    if isinstance(pieces, str | bytes):
        raise InputError("expected an iterable of pieces of a text, not a str: pass [text]")
    held: list[str] = []
    length, enough = 0, 2 * size
    for piece in pieces:
        if not isinstance(piece, str):
            raise InputError(f"expected pieces of text as str, not {type(piece).__name__}")
        held.append(exact(piece))
        length += len(piece)
        if length >= enough:
            *sections, rest = _cut("".join(held), size, is_end=False)
            yield from sections
            held, length, enough = [rest], len(rest), max(2 * size, 2 * len(rest))
    yield from filter(None, _cut("".join(held), size, is_end=True))


def _cut(text: str, size: int, *, is_end: bool) -> Iterator[str]:
    """Yield sections of `text`, the last of which is at most `size` long.

    Unless the text ends there, the last one also has what may go on: a line and a code block.
    """
    line = max(text.rfind("\n"), text.rfind("\r")) + 1
    whole = len(text) if is_end or len(text) - line > size else line
    code = find_code_blocks(text[:whole])
    stop = whole
    if code.unclosed is not None and not is_end and whole - code.unclosed <= LONGEST_CODE:
        stop = code.unclosed
    start = 0
    while stop - start > size:
        end = _find_end(text, start, start + size, code.spans)
        yield text[start:end]
        start = end
    yield text[start:]


def _find_end(text: str, start: int, limit: int, code: Sequence[tuple[int, int]]) -> int:
    """Return the end of the section from `start`, preferably past the middle.

    It is at most `limit`, unless the section would end in a block of `code` that begins it.
    """

    def find_block(place: int) -> tuple[int, int] | None:
        first, last = code[bisect.bisect_left(code, (place,)) - 1] if code else (place, place)
        return (first, last) if first < place < last else None

    middle = (start + limit) // 2
    found = (
        [match.end() for match in separator.finditer(text, middle, limit)] for separator in CUTS
    )
    allowed = ([end for end in ends if not find_block(end)] for ends in found)
    end = next((ends[-1] for ends in allowed if ends), limit)
    if block := find_block(end):
        return block[0] if block[0] > start else block[1]
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
