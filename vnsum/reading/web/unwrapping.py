"""Leaving the text of elements in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from vnsum.reading.web.inline import INLINE

MOST_IN_LINE = 2000  # elements, from which trafilatura takes the tags away itself

_UNWRAPPED = "unwrapped"


def unwrap(tree: Any, elements: Iterable[Any]) -> None:
    """Leave the text of some elements of a tree in their place, as one with that beside it.

    XPath takes quadratic time where texts follow one another, as after `strip_tags`.
    """
    from lxml import etree

    found = [*elements]
    for element in found:
        element.tag = _UNWRAPPED
    etree.strip_tags(tree, _UNWRAPPED)
    for element in tree.iter() if found else ():
        element.text, element.tail = element.text, element.tail


def find_crowded(tree: Any) -> list[Any]:
    """Return the elements within lines that have more of them than the lines of an article."""
    lines: dict[Any, Any] = {}
    for element in tree.iter(*INLINE, "sub", "sup"):
        parent = element.getparent()
        lines[element] = lines.get(parent, parent)
    counts = Counter(lines.values())
    return [element for element, line in lines.items() if counts[line] > MOST_IN_LINE]
