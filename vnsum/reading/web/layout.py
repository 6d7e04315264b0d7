"""Writing the text of pages without paragraphs as paragraphs.

Old pages are laid out with tables and divide their text with `br` or `div`; photo stories tell it
in captions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vnsum.reading.web.prose import squeeze
from vnsum.reading.web.structure import has_foreign_name

SHARE = 0.5  # of the text of a page in a layout table or in captions; of such a table in one cell
SHORTEST_CELL = 200  # characters of the longest cell of a layout table
TITLE_SHARE = 0.5  # of the title of a page that its headline has

_UNREAD = frozenset(["head", "noscript", "script", "style", "template"])
_HOLDERS = frozenset(["article", "center", "div", "main", "section", "td"])
_BLOCKS = _HOLDERS | frozenset([
    "blockquote", "dl", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p",
    "pre", "table", "ul",
])  # fmt: skip


def write_paragraphs(tree: Any, *, title: str | None) -> bool:
    """Write the lines of layout tables and the captions of a photo story as paragraphs.

    A line that is most of the title becomes the headline of a page that has none. Return whether
    the page has such a table or such captions.
    """
    lengths = _measure(tree)
    least = SHARE * lengths[tree]
    captions = [caption for caption in tree.iter("figcaption") if lengths[caption]]
    if sum(map(lengths.__getitem__, captions)) >= max(least, SHORTEST_CELL):
        for caption in captions:
            _write_caption(caption)
        return True
    cells = [
        cell
        for table in tree.iter("table")
        if lengths[table] >= least and _is_layout(table, lengths)
        for cell in _cells(table)
    ]
    for cell in cells:
        _write_lines(cell)
    if title and next(tree.iter("h1"), None) is None:
        for cell in cells:
            if _write_headline(cell, title):
                break
    return bool(cells)


def _measure(tree: Any) -> dict[Any, int]:
    """Return the characters of text inside each element of a page."""
    lengths: dict[Any, int] = {}
    skipped: set[Any] = set()
    elements = list(tree.iter())
    for element in elements:
        lengths[element] = 0
        unread = not isinstance(element.tag, str) or element.tag in _UNREAD
        if unread or element.getparent() in skipped:
            skipped.add(element)
        else:
            texts = (element.text, *(part.tail for part in element))
            lengths[element] = sum(len(squeeze(text)) for text in texts if text)
    for element in reversed(elements[1:]):
        lengths[element.getparent()] += lengths[element]
    return lengths


def _is_layout(table: Any, lengths: dict[Any, int]) -> bool:
    """Return whether a table has no headers, and most of its text in one cell."""
    cells = list(_cells(table))
    longest = max(map(lengths.__getitem__, cells), default=0)
    has_headers = any(cell.tag == "th" for cell in cells)
    return not has_headers and longest >= max(SHARE * lengths[table], SHORTEST_CELL)


def _cells(table: Any) -> Iterator[Any]:
    """Yield the cells of a table, without those of tables inside."""
    for part in table.iterchildren("thead", "tbody", "tfoot", "tr"):
        for row in [part] if part.tag == "tr" else part.iterchildren("tr"):
            yield from row.iterchildren("td", "th")


def _write_caption(caption: Any) -> None:
    """Write a caption as a paragraph, or as paragraphs if it has some."""
    figure = caption.getparent()
    if figure is not None and figure.tag == "figure":
        figure.tag = "div"
    caption.tag = "p" if next(caption.iterdescendants("p"), None) is None else "div"
    for part in caption.iter("div", "p"):
        part.attrib.pop("class", None)  # which says that it is a caption


def _write_lines(cell: Any) -> None:
    """Write the lines of a cell, and of the elements inside that have lines, as paragraphs."""
    inside = _list_inside(cell)
    divided: set[Any] = set()
    for element in reversed(inside):
        own = {part.tag for part in element}
        if element.tag in _HOLDERS or own & {*_BLOCKS, "br"} or divided & {*element}:
            divided.add(element)
    for element in inside:
        if element in divided:
            _divide(element, divided)
    for element in divided - {cell}:
        if not has_foreign_name(element):
            element.drop_tag()  # so that all its text is in one element


def _list_inside(cell: Any) -> list[Any]:
    """Return the elements of a cell, without those in links, lists, tables and the like."""
    found = [cell]
    for element in found:
        found += [part for part in element if part.tag in _HOLDERS or _is_inline(part)]
    return found


def _is_inline(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag != "a" and element.tag not in _BLOCKS


def _divide(element: Any, divided: set[Any]) -> None:
    """Put the lines between the blocks of an element into paragraphs."""
    parts = list(element)
    line = element.makeelement("p")
    line.text, element.text = element.text, None
    element[:] = []
    for part in parts:
        tail, part.tail = part.tail, None
        if part.tag == "br" or part in divided or part.tag in _BLOCKS:
            _finish(line, element)
            line = element.makeelement("p")
            if part.tag != "br":
                element.append(part)
            line.text = tail
        else:
            line.append(part)
            part.tail = tail
    _finish(line, element)


def _finish(line: Any, element: Any) -> None:
    """Add a line to an element; of one without text only its pictures and the like."""
    if line.text_content().strip():
        element.append(line)
    else:
        element.extend(list(line))


def _write_headline(cell: Any, title: str) -> bool:
    """Write the line of a cell that is most of the title as its headline; return if it has one."""
    for line in cell.iter("p"):
        text = squeeze(line.text_content())
        is_linked = next(line.iter("a"), None) is not None
        if text in title and len(text) >= TITLE_SHARE * len(title) and not is_linked:
            line.tag = "h1"
            return True
    return False
