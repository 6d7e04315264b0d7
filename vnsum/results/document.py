"""Segmented text: `Document`, with its `Sentence` and `Boilerplate` values.

`vnsum.segmentation` builds them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from vnsum.errors import InputError
from vnsum.results.findings import Finding
from vnsum.results.renderable import Renderable
from vnsum.results.serialization import OMIT_DEFAULT, Serializable


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a document: `document.text[start:end] == text`.

    `start` and `end` are character offsets (Unicode code points) into the document; `paragraph` is
    the index of the paragraph, from 0.
    """

    text: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """A part of the text that is not running prose: `document.text[start:end] == text`.

    `kind` is a key of `vnsum.reading.article.BOILERPLATE_KINDS`, for example `"date"`,
    `"dateline"`, `"end_mark"`, `"caption"` or `"teaser"`.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Serializable, Renderable):
    """A text split into sentences and boilerplate, as returned by `vnsum.segment`.

    Sentences are ordered and do not overlap; all other text is white space or boilerplate. Raises
    `InputError` for spans that overlap or are not in the text.
    `lang` is `"vi"` or `"en"`; `title`, `published` and `source` (the agency or newspaper) are
    `None` if unknown. `findings` say how the text was changed when it was read, and whether its
    language is uncertain. `crlf` says that the lines of the original ended with CR and LF, as those
    of its translation do.

    >>> import vnsum
    >>> document = vnsum.segment("Trời mưa. Đường ngập.")
    >>> [sentence.text for sentence in document.sentences]
    ['Trời mưa.', 'Đường ngập.']
    """

    text: str
    lang: str
    title: str | None = None
    published: datetime.date | None = None
    sentences: tuple[Sentence, ...] = ()
    boilerplate: tuple[Boilerplate, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), metadata={OMIT_DEFAULT: True})
    crlf: bool = field(default=False, metadata={OMIT_DEFAULT: True})
    source: str | None = field(default=None, metadata={OMIT_DEFAULT: True})

    def __post_init__(self) -> None:
        try:
            spans = [(sentence.start, sentence.end) for sentence in self.sentences]
            spans += [(piece.start, piece.end) for piece in self.boilerplate]
            spans.sort()
            length = len(self.text)
            position = 0
            for start, end in spans:
                if not position <= start <= end <= length:
                    raise InputError(
                        f"a sentence or boilerplate is at characters {start} to {end}: expected "
                        f"spans of the {length} characters of the text that do not overlap"
                    )
                position = end
        except (AttributeError, TypeError):
            return  # values of wrong types, which are reported where the document is used

    def paragraphs(self) -> Iterator[tuple[Sentence, ...]]:
        """Yield the sentences of each paragraph, in order.

        >>> import vnsum
        >>> [len(p) for p in vnsum.segment("Trời mưa. Đường ngập.\\n\\nTàu dừng.").paragraphs()]
        [2, 1]
        """
        run: list[Sentence] = []
        for sentence in self.sentences:
            if run and sentence.paragraph != run[-1].paragraph:
                yield tuple(run)
                run = []
            run.append(sentence)
        if run:
            yield tuple(run)
