"""Recognizing the parts of a web page that are prose: paragraphs of sentences, without links."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SHORTEST_PARAGRAPH = 30  # characters
SENTENCE = re.compile(r"\w{2}[.!?…]")
ENDS = (".", "!", "?", "…")
CLOSING = '”"’)]»'
PROSE_SHARE = 0.5  # of the text of a part that is in paragraphs of sentences

_SENTENCE_END = re.compile(r"(?<=[\w%”\"’)\]])[.!?…]{1,3}[”\"’)\]»]{0,2}(?=\s|$)")
_PARAGRAPHS = ("li", "p")
_BLOCKS = frozenset(["div", "ol", "p", "ul"])
_MEDIA = frozenset(["audio", "embed", "iframe", "img", "object", "picture", "video"])


@dataclass(slots=True)
class _Amounts:
    """What a part of a page has: sentences, characters of them and of all text, links, media."""

    sentences: int = 0
    prose: int = 0
    text: int = 0
    links: int = 0
    media: int = 0

    def add(self, other: _Amounts) -> None:
        self.sentences += other.sentences
        self.prose += other.prose
        self.text += other.text
        self.links += other.links
        self.media += other.media

    def is_prose(self) -> bool:
        """Return whether most of it is sentences; a single one has nothing beside it."""
        if self.sentences == 1:
            return self.prose >= self.text and not (self.links or self.media)
        return self.sentences > 1 and self.prose >= PROSE_SHARE * self.text


def find_prose(elements: Sequence[Any], *, unread: Iterable[str]) -> set[Any]:
    """Return the elements of a page, in its order, whose text is paragraphs of sentences.

    The text of tags in `unread` is not counted, nor is a paragraph right below a picture or a
    video, which may be its caption.
    """
    amounts = _measure(elements, frozenset(unread))
    return {element for element, own in amounts.items() if own.is_prose()}


def _measure(elements: Sequence[Any], unread: frozenset[str]) -> dict[Any, _Amounts]:
    amounts: dict[Any, _Amounts] = {}
    skipped: set[Any] = set()
    below_media = False
    for element in elements:
        own = amounts[element] = _Amounts(media=element.tag in _MEDIA, links=element.tag == "a")
        below_media = below_media or element.tag in _MEDIA
        if element.getparent() in skipped or element.tag in unread:
            skipped.add(element)
            continue
        texts = [element.text, *(part.tail for part in element)]
        own.text = sum(len(squeeze(text)) for text in texts if text)
        if element.tag in _PARAGRAPHS and not any(part.tag in _BLOCKS for part in element):
            text = squeeze(element.text_content())
            if is_sentence(text) and 2 * linked_length(element) < len(text):
                if not below_media:
                    own.sentences, own.prose = count_sentences(text), len(text)
                below_media = False
    for element in reversed(elements):
        if (parent := element.getparent()) in amounts:
            amounts[parent].add(amounts[element])
    return amounts


def is_sentence(text: str) -> bool:
    """Return whether a text without outer spaces is as long as a paragraph and has a stop."""
    return len(text) >= SHORTEST_PARAGRAPH and text.rstrip(CLOSING).endswith(ENDS)


def count_sentences(text: str) -> int:
    """Return about how many sentences a text has.

    >>> count_sentences("Nước lên nhanh. “Tôi sợ lắm!”, bà Năm kể.")
    2
    """
    return len(_SENTENCE_END.findall(text))


def linked_length(element: Any) -> int:
    """Return the characters of an element that are in links."""
    from lxml import etree

    length = 0
    walk = etree.iterwalk(element, events=("start",), tag="a")
    for _, link in walk:
        length += len(squeeze(link.text_content()))
        walk.skip_subtree()  # links that are not closed are inside of each other
    return length


def squeeze(text: str) -> str:
    """Return a text with single spaces, and none at its ends."""
    return " ".join(text.split())


def text_lengths(
    tree: Any, *, unread: Collection[str], measure: Callable[[str], int] = len
) -> dict[Any, int]:
    """Return the characters of text inside each element, without those of tags in `unread`.

    `measure` counts something else than characters in the texts between tags.
    """
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    lengths: dict[Any, int] = {}
    skipped: set[Any] = set()
    for element in elements:
        if element.tag in unread or element.getparent() in skipped:
            skipped.add(element)
        texts = [element.text, *(part.tail for part in element)]
        read = [] if element in skipped else texts
        lengths[element] = sum(measure(squeeze(text)) for text in read if text)
    for element in reversed(elements):
        if (parent := element.getparent()) in lengths:
            lengths[parent] += lengths[element]
    return lengths
