"""Elements within the lines of a page: words of its sentences, quotations, and struck text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from vnsum.reading.web.prose import CLOSING, ENDS, SHORTEST_PARAGRAPH, text_lengths
from vnsum.reading.web.structure import (
    NO_CONTENT,
    STRUCK,
    classes,
    has_foreign_name,
    is_hidden,
)

INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "big", "button", "cite", "code", "data", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "output", "q", "samp", "small", "span",
    "strong", "time", "tt", "u", "var",
])  # fmt: skip
# Elements that do not end a line, whose text is not of its words.
UNREAD = frozenset([
    "img", "noscript", "script", "style", "sub", "sup", "svg", "template", "wbr", STRUCK,
])  # fmt: skip
UNNAMED = frozenset(["label", "output", "time"])  # whose words may be at the ends of a sentence
NAMES = frozenset(["class", "data-role", "id", "rel", "type"])
STRUCK_TAGS = frozenset(["del", "s", "strike"])
QUOTES = (("“", "”"), ("‘", "’"))  # of quotations, and of those inside
QUOTATION_MARKS = '"“”„«»‘’'
NO_SPACE_BEFORE = (".", ",", ";", ":", "!", "?", "…", ")", "”", "’")
HYPHENS = ("-", "–")  # within words and ranges, without spaces
ONLY_OPENING = ("“", "„", "«", "‘")
OPENING = ('"', *ONLY_OPENING)
FEWEST_WORDS = 2  # of a line, outside of what may be left out
FEWEST_WORDS_BEFORE = 3  # what is at its end
FEWEST_LETTERS = 2  # of a button

_WORD = re.compile(r"[^\W\d_]+")
_SPACES = re.compile(r"\s+")
# Names of elements that are no words of a sentence: shown when they are asked for, or advertising.
_NO_WORDS = re.compile(
    r"popup|modal|quang-?cao|(?:^|[^a-z])(?:ads?|adv|advert[a-z]{0,10}|banner|caption|login|"
    r"newsletter|promo[a-z]{0,10}|subscribe)(?:$|[^a-z])"
)
# Classes of words for screen readers, and of icons whose name is their text.
_UNSEEN = frozenset([
    "material-icons", "material-symbols-outlined", "screen-reader-text", "show-for-sr", "sr-only",
    "visually-hidden", "visuallyhidden",
])  # fmt: skip
_STRUCK_STYLE = re.compile(
    r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*(?<![\w-])line-through(?![\w-])"
)
_NEIGHBOURS = 8  # characters beside an element that are read


@dataclass(slots=True)
class _Line:
    """The text of a line outside of what may be left out, and the places of elements in it."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    total: int = 0  # with what may be left out
    places: dict[Any, tuple[int, int]] = field(default_factory=dict)

    def add(self, text: str | None, *, is_apart: bool) -> None:
        text = _SPACES.sub(" ", text or "")
        self.total += len(text)
        if text and not is_apart:
            self.texts.append(text)
            self.length += len(text)

    def find_words(self) -> Iterator[Any]:
        """Yield the elements whose words are of a sentence of the line."""
        text = "".join(self.texts)
        words = [word.end() for word in _WORD.finditer(text)] if self.places else []
        if len(words) < FEWEST_WORDS:
            return
        is_prose = self.total >= SHORTEST_PARAGRAPH and text.rstrip(f"{CLOSING} ").endswith(ENDS)
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        enough = words[FEWEST_WORDS_BEFORE - 1] if len(words) >= FEWEST_WORDS_BEFORE else last + 1
        for element, (start, end) in self.places.items():
            before = text[max(0, start - _NEIGHBOURS) : start]
            after = text[end : end + _NEIGHBOURS]
            if element.tag == "button" and not _is_word(before, after, element):
                continue
            if _is_within(before, after):
                yield element
            elif start <= first:
                if is_prose and (_is_unnamed(element) or _is_linked_word(element)):
                    yield element
            elif _is_unnamed(element) and (end < last or (start >= enough and _goes_on(before))):
                yield element


def _is_within(before: str, after: str) -> bool:
    """Return whether an element is in a sentence, by a few characters beside it."""
    following = after.lstrip()
    if _goes_on(before):
        is_end = following[:1] in f"{CLOSING},;:.!?…%“(" and following.strip(",;: ") != ""
        return is_end or following[:1].isalnum() or after.startswith(HYPHENS)
    return following[:1].islower() or (
        following[:1] in (",", "%") and any(map(str.isalnum, following))
    )


def _goes_on(before: str) -> bool:
    """Return whether a text does not end as a sentence or a label does."""
    last = before.rstrip().rstrip(CLOSING)[-1:]
    return last.isalnum() or last in (",", ";", "(", "“", "‘", "%") or before.endswith(HYPHENS)


def _is_word(before: str, after: str, button: Any) -> bool:
    """Return whether a button is a word, rather than the mark of a note: "2025[1]"."""
    if before.endswith(HYPHENS) and after.startswith(HYPHENS):
        return True
    is_apart = not before.strip() or before[-1].isspace() or before.endswith((*OPENING, "(", "["))
    return is_apart and sum(map(str.isalpha, button.text_content())) >= FEWEST_LETTERS


def _is_unnamed(element: Any) -> bool:
    return element.tag in UNNAMED and not has_foreign_name(element)


def _is_linked_word(element: Any) -> bool:
    """Return whether a link is one that content systems make of the words of a text."""
    relations = element.get("rel", "").lower().split()
    return (
        element.tag == "a"
        and "category" not in relations
        and ("tag" in relations or "sponsored" in relations)
    )


def keep_words(tree: Any) -> None:
    """Let no tag or name say that words within a sentence are not of the article."""
    for element in _find_words(tree, _may_be_left_out):
        if _may_be_left_out(element):
            if element.tag in NO_CONTENT:
                element.tag = "span"
            for name in NAMES.intersection(element.attrib):
                del element.attrib[name]


def keep_all_words(tree: Any) -> None:
    """Make plain elements of all within a sentence, and of empty links, for trafilatura.

    It leaves out times, and lines with several links.
    """
    for link in tree.iter("a"):
        if not len(link) and not (link.text or "").strip():
            link.tag = "span"
    for element in _find_words(tree, _may_be_dropped):
        if _may_be_dropped(element):
            element.tag = "span"
        element.attrib.clear()


def _may_be_left_out(element: Any) -> bool:
    return element.tag in NO_CONTENT or has_foreign_name(element)


def _may_be_dropped(element: Any) -> bool:
    return element.tag in UNNAMED or element.tag == "a" or _may_be_left_out(element)


def _find_words(tree: Any, is_apart: Callable[[Any], bool]) -> list[Any]:
    """Return the inline elements whose words are of a sentence.

    Those that are `is_apart` are no part of the sentences that others are compared with.
    """
    from lxml import etree

    found: list[Any] = []
    line = _Line()
    starts: dict[Any, int] = {}  # of elements of the line that are not closed
    apart: set[Any] = set()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        is_read = _is_read(element)
        if is_read and element.tag not in INLINE:
            found += line.find_words()
            line, starts, apart = _Line(), {}, set()
        if event == "start":
            if not is_read:
                walk.skip_subtree()
                continue
            if element.tag in INLINE:
                if not _is_mark(element):
                    starts[element] = line.length
                if is_apart(element):
                    apart.add(element)
            line.add(element.text, is_apart=bool(apart))
            continue
        apart.discard(element)
        if (start := starts.pop(element, None)) is not None:
            line.places[element] = (start, line.length)
        line.add(element.tail, is_apart=bool(apart))
    return [*found, *line.find_words()]


def _is_read(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag not in UNREAD and not is_hidden(element)


def _is_mark(element: Any) -> bool:
    """Return whether an element is a mark of a note in brackets, or its name says it is no word."""
    names = " ".join(element.get(name, "") for name in ("class", "id", "data-role")).lower()
    return (element.text or "").startswith("[") or _NO_WORDS.search(names) is not None


def write_quotations(tree: Any) -> None:
    """Write the quotation marks that browsers draw around quotations, of those within a line."""
    depths: dict[Any, int] = {}
    for element in tree.iter("q"):
        depths[element] = next((1 - depths[outer] for outer in element.iterancestors("q")), 0)
    longer = _find_longer(tree) if depths else set()
    for element in [part for part in depths if part not in longer and not _has_marks(part)]:
        opening, closing = QUOTES[depths[element]]
        element.text = opening + (element.text or "")
        if len(element):
            element[-1].tail = (element[-1].tail or "") + closing
        else:
            element.text += closing
    for element in depths:
        element.tag = "span"


def _find_longer(tree: Any) -> set[Any]:
    """Return the elements around those that end a line."""
    longer: set[Any] = set()
    for element in reversed([*tree.iter("*")]):
        if element in longer or element.tag not in INLINE | UNREAD | {"br"}:
            longer.add(element.getparent())
    return longer


def _has_marks(element: Any) -> bool:
    """Return whether an element has its marks in the text, or no text."""
    text = next(filter(None, map(str.strip, element.itertext())), "")
    if not text or text[0] in QUOTATION_MARKS:
        return True
    while element.getparent().tag in INLINE and not (
        _text_before(element) or element.getprevious() is not None
    ):
        element = element.getparent()
    before = _text_before(element)
    return before.endswith(OPENING) or before.rstrip().endswith(ONLY_OPENING)


def _text_before(element: Any) -> str:
    previous = element.getprevious()
    text: str | None = element.getparent().text if previous is None else previous.tail
    return text or ""


def _write_before(element: Any, text: str) -> None:
    previous = element.getprevious()
    if previous is None:
        element.getparent().text = text
    else:
        previous.tail = text


def drop_unseen(tree: Any) -> None:
    """Remove what is not shown at the end of a link: ", opens in a new tab", the name of an icon.

    Other words for screen readers may be needed to understand the text: labels of captions.
    """
    for link in tree.iter("a"):
        last = link[-1] if len(link) else None
        if last is None or last.tag not in ("i", "span") or (last.tail or "").strip():
            continue
        if _text_before(last).strip() and _is_unseen(last):
            last.drop_tree()


def _is_unseen(element: Any) -> bool:
    names = [name.lower() for name in classes(element)]
    unseen = any(name in _UNSEEN or name.endswith("-visuallyhidden") for name in names)
    return unseen and not any("not-" in name for name in names)


def empty_struck(tree: Any) -> None:
    """Empty the elements whose text is struck out, such that nothing of it is read.

    In its place are elements named `STRUCK`. If they have most of the text of a page, all are kept.
    """
    struck = dict.fromkeys(element for element in tree.iter("*") if _is_struck(element))
    lengths = text_lengths(tree, unread=NO_CONTENT) if struck else {}
    outermost = [part for part in struck if not any(map(struck.__contains__, part.iterancestors()))]
    are_kept = 2 * sum(lengths[element] for element in outermost) > lengths.get(tree, 0)
    for element in struck:
        if are_kept or not lengths[element]:
            if element.tag in STRUCK_TAGS:  # a page may have tags that cannot be assigned
                element.tag = "span"
        elif tree in element.iterancestors():  # and not in one that is empty now
            _empty(element)


def _is_struck(element: Any) -> bool:
    style = element.get("style", "").lower()
    return element.tag in STRUCK_TAGS or _STRUCK_STYLE.search(style) is not None


def _empty(element: Any) -> None:
    """Remove the text of an element, and one of the spaces around it if it is within a line."""
    from lxml import etree

    text = element.text_content()
    for part in [*element]:
        element.remove(part)
    element.text = None
    if element.tag not in INLINE | STRUCK_TAGS:  # such as a cell, which stays one
        etree.SubElement(element, STRUCK)
        return
    element.tag = STRUCK
    before, after = _text_before(element), element.tail or ""
    if before[-1:].isspace():
        if after.startswith(NO_SPACE_BEFORE):
            _write_before(element, before.rstrip())
        element.tail = after.lstrip()
    elif after[:1].isalnum() and text != text.strip():  # as in "20<s> 30 </s>40"
        element.tail = f" {after}"
