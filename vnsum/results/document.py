"""Source text as values: `Sentence`, `Boilerplate` and the `Document` that holds them.

Standard library only. Nothing here splits text: `vnsum.segmentation` builds these values.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from vnsum.results.renderable import Renderable
from vnsum.results.serialization import Serializable


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a document; `document.text[start:end] == text`.

    `start` and `end` count characters (Unicode code points) from the start of the document,
    `paragraph` counts paragraphs from 0.
    """

    text: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """A piece of the page that is no sentence of the article; `document.text[start:end] == text`.

    `kind` is one of `BOILERPLATE_KINDS` in `vnsum.reading.article`, for example `"date"`,
    `"dateline"`, `"end_mark"`, `"caption"` or `"teaser"`.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Serializable, Renderable):
    """A text with its sentences and boilerplate, made by `vnsum.segment`.

    Sentences are ordered and do not overlap; between them lie only white space and boilerplate.
    `lang` is `"vi"` or `"en"`; `title` and `published` are `None` where the text has none.

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

    def paragraphs(self) -> Iterator[tuple[Sentence, ...]]:
        """Yield the sentences paragraph by paragraph, in order.

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
