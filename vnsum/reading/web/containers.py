"""Containers of a page whose tag or id says nothing about their text."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Any

from vnsum.normalization import decompose
from vnsum.reading.web.prose import is_sentence, squeeze, text_lengths
from vnsum.reading.web.structure import HEADINGS, NO_CONTENT, classes, has_few_links

MOST_ANCHORS = 5  # elements before a heading that are looked at

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_LEVEL = re.compile(r"level[1-6]")  # the class of a section that Pandoc made


def open_forms(tree: Any) -> None:
    """Make divisions of forms with most of the text of a page, as ASP.NET writes one around it."""
    forms = [*tree.iter("form")]
    lengths = text_lengths(tree, unread=NO_CONTENT - {"form"} | {"a"}) if forms else {}
    for form in forms:
        if 2 * lengths[form] > lengths[tree]:
            form.tag = "div"


def forget_ids(tree: Any) -> None:
    """Remove ids that are made of a heading: those of sections, and of parts of the heading."""
    for heading in tree.iter(*HEADINGS):
        for part in heading.iterdescendants("*"):
            if _has_id_of(part, part):
                del part.attrib["id"]
        section = heading.getparent()
        if section is None or not _is_first(heading):
            continue
        if _has_id_of(section, heading) and _is_section(section, heading):
            del section.attrib["id"]


def _is_first(heading: Any) -> bool:
    """Return whether no element with a text is before a heading."""
    before = itertools.islice(heading.itersiblings(preceding=True), MOST_ANCHORS)
    return not any(squeeze(part.text_content() + (part.tail or "")) for part in before)


def _has_id_of(element: Any, heading: Any) -> bool:
    """Return whether the id of an element has the letters of a heading."""
    name, text = element.get("id"), squeeze(heading.text_content())
    return bool(name and text) and _letters(name) == _letters(text)


def _letters(text: str) -> str:
    """Return the letters of a text in lower case, without diacritics."""
    plain = decompose(text.lower().replace("đ", "d"))
    return _NOT_LETTERS.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


def _is_section(element: Any, heading: Any) -> bool:
    """Return whether other signs say as well that an element with a heading is part of a text.

    They are a class, the link of its heading to itself, or paragraphs of sentences. Parts of pages
    that are not of the text, such as comments, may have an id and a heading of the same words.
    """
    name = element.get("id")
    links = {link.get("href") for link in heading.iter("a")}
    if any(map(_LEVEL.fullmatch, classes(element))) or f"#{name}" in links:
        return True
    if heading.get("data-anchor-id") == name:
        return True
    is_plain = element.tag == "section" and not classes(element)
    several_words = " " in squeeze(heading.text_content())
    return (
        is_plain
        and several_words
        and has_few_links(element)
        and any(is_sentence(squeeze(paragraph.text_content())) for paragraph in element.iter("p"))
    )
