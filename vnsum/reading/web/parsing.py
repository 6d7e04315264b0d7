"""`parse()`: the tree of a web page, to its end.

Parsers of HTML stop silently where a page is too deep or where it seems to end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

DEEPEST = 250  # elements inside of each other, whose text is read again for each
# Elements whose words are one line if no element in them has others.
LINES = frozenset(["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td"])
# As browsers do, what follows these tags is read; they also stand in the middle of careless pages.
_PAGE_END = re.compile(r"</(?:body|html)(?=[\s/>])[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """The tree of a page, `None` if it has none, and whether the whole page is in it."""

    tree: Any
    is_whole: bool


def parse(trafilatura: Any, page: str) -> ParsedPage:
    """Parse a page without control characters as trafilatura does, but to its end.

    libxml2 reads at most 2,048 elements inside of each other.
    """
    from lxml import etree, html

    beginning = page[:50].lower()
    page = trafilatura.utils.repair_faulty_html(_PAGE_END.sub("", page), beginning)
    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        tree = html.fromstring(page.encode(), parser=parser)
    except etree.ParserError:  # a page without elements
        return ParsedPage(tree=None, is_whole=True)
    _flatten(tree)
    is_whole = all(error.level != etree.ErrorLevels.FATAL for error in parser.error_log)
    is_page = "html" in beginning or len(tree) > 1
    return ParsedPage(tree=tree if is_page else None, is_whole=is_whole)


def _flatten(tree: Any) -> None:
    """Put elements that are deeper than `DEEPEST` after those around them, as browsers do."""
    from lxml import etree

    depth, last, around = 0, tree, tree
    moved: list[tuple[Any, Any]] = []
    emptied: list[Any] = []
    tails: dict[Any, list[str]] = {}  # the texts after the last element of those that are emptied
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            depth, last = depth + 1, element
            if element.tag in LINES and not any(map(len, element)):
                walk.skip_subtree()  # its words stay in one line
            if depth > DEEPEST:
                moved.append((element, around))
            elif depth == DEEPEST:
                around = element
        else:
            if depth >= DEEPEST and element is not last:
                tails.setdefault(last, [last.tail or ""]).append(element.tail or "")
                emptied.append(element)
            depth -= 1
    for element in emptied:
        element.tail = None
    for element, parts in tails.items():
        element.tail = "".join(parts)
    for element, outer in reversed(moved):  # the inner ones first, so that each is moved alone
        outer.addnext(element)
    for outer in dict.fromkeys(outer for _, outer in moved):
        for table in outer.iterancestors("table"):  # its cells would be without their text
            table.tag = "div"
