"""Writing the blocks of the article of a web page as lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from vnsum.reading.boilerplate.captions import OPENING_QUOTES
from vnsum.reading.boilerplate.page import is_title_like
from vnsum.reading.web.prose import count_sentences, is_sentence, squeeze, text_lengths
from vnsum.reading.web.structure import (
    HEADINGS,
    MEDIAWIKI,
    NO_CONTENT,
    Structure,
    classes,
    is_named_lead,
)

LONGEST_CELL = 200  # characters; tables with longer cells are used for layout
FEWEST_SENTENCES = 3  # of a table that is used for the layout of a page
INLINE_SHARE = 0.9  # share of a paragraph from which it is only a link or a heading in bold
INLINE = {"a": "a", "b": "b", "strong": "b"}
LONGEST_HEADING = 120  # characters

_NUMBER = re.compile(r"[0-9]{1,6}")

BLOCKS = frozenset([
    *HEADINGS, "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip


def write_blocks(structure: Structure) -> list[str]:
    """Return the blocks of the article after its headline, one line each.

    Headings and lists have the marks of Markdown, tables are rows with bars, and paragraphs that
    are only a link begin with `»`.
    """
    from lxml import etree

    writer = _Writer()
    unwritten = structure.left_out | structure.beside
    walk = etree.iterwalk(structure.container, events=("start", "end"))
    for event, element in walk:
        skipped = not isinstance(element.tag, str) or element in unwritten
        if event == "start":
            if element is structure.headline:
                writer.restart()
            if skipped or element is structure.headline:
                walk.skip_subtree()
            elif element.tag == "table" and (rows := _rows(element, unwritten)):
                writer.lines(rows)
                walk.skip_subtree()
            else:
                writer.start(element)
        else:
            if not (skipped or element is structure.headline):
                writer.end(element)
            if element is not structure.container:
                writer.add(element.tail)
    return writer.finish()


class _Writer:
    """Collects the text of blocks as lines."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._parts: list[str] = []
        self._lengths = {"a": 0, "b": 0}  # characters in links and in bold
        self._depths = {"a": 0, "b": 0}
        self._mark = ""
        self._is_heading = False  # whether the last line is an `h2` or the like
        self._items: dict[Any, int] = {}  # the last number of each numbered list
        self._follows_place = False

    def restart(self) -> None:
        self.written.clear()
        self._parts.clear()

    def lines(self, lines: list[str]) -> None:
        self.flush()
        self.written += lines

    def start(self, element: Any) -> None:
        if element.tag in BLOCKS:
            self.flush()
            self._mark = self._choose_mark(element) or self._mark
        elif element.tag == "br":
            self._parts.append("\n")
        elif kind := INLINE.get(element.tag):
            self._depths[kind] += 1
        self.add(element.text)

    def end(self, element: Any) -> None:
        if element.tag in BLOCKS:
            self.flush()
            self._mark = ""
        elif kind := INLINE.get(element.tag):
            self._depths[kind] -= 1
        elif "location" in element.get("class", ""):
            self._follows_place = bool(place := squeeze("".join(self._parts))) and (
                place == squeeze(element.text_content())
            )

    def add(self, text: str | None) -> None:
        if text:
            text = re.sub(r"\s+", " ", text)
            if self._follows_place:
                text = self._separate(text)
            self._parts.append(text)
            for kind, depth in self._depths.items():
                self._lengths[kind] += len(text.strip()) if depth else 0

    def _separate(self, text: str) -> str:
        """Return the text after a place with a dash, where papers set the place apart by style."""
        rest = text.lstrip(" -–")
        if not rest:
            return "" if text.strip() else text
        self._follows_place = False
        return f" - {rest}" if rest[0].isupper() or rest[0] in OPENING_QUOTES else text

    def flush(self) -> None:
        lines = [*filter(None, map(squeeze, "".join(self._parts).split("\n")))]
        least = INLINE_SHARE * sum(map(len, lines))
        for line in lines:
            mark = self._mark
            if line.count(" ") > 1 and mark in ("", "- ") and self._lengths["a"] > least:
                mark = "» "
            elif not mark and self._lengths["b"] > least and is_title_like(line):
                mark = "## "
            self.written.append(mark + line)
        if lines:
            self._is_heading = self._mark == "## "
            self._mark = ""
        self._parts.clear()
        self._follows_place = False
        self._lengths = dict.fromkeys(self._lengths, 0)

    def _choose_mark(self, element: Any) -> str:
        """Return the mark of Markdown at the start of a heading or an item of a list."""
        if element.tag in HEADINGS:
            return "" if _is_lead(element) else "## "
        if element.tag != "li":
            return ""
        parent = element.getparent()
        if parent is None or parent.tag != "ol":
            return "- "
        self._items[parent] = _number(element, self._items.get(parent, _number(parent, 1) - 1) + 1)
        return f"{self._items[parent]}. "

    def finish(self) -> list[str]:
        """Return the lines; a last line in bold is a signature, not a heading."""
        self.flush()
        if self.written and not self._is_heading:
            self.written[-1] = self.written[-1].removeprefix("## ")
        return self.written


def _is_lead(heading: Any) -> bool:
    """Return whether a heading is no heading by its name or its length.

    Headings of parts may be named "summary" or "description", too: they are no sentences.
    """
    text = squeeze(heading.text_content())
    if "sapo" in heading.get("class", "") or "sapo" in heading.get("data-role", ""):
        return True
    is_statement = is_sentence(text) and not text.endswith("?")
    return len(text) > LONGEST_HEADING or (is_named_lead(heading) and is_statement)


def _number(element: Any, default: int) -> int:
    """Return the number at which a list starts, or that of its item; `default` if it has none."""
    value = element.get("start" if element.tag == "ol" else "value", "")
    return int(value) if _NUMBER.fullmatch(value) else default


def _rows(table: Any, unwritten: Collection[Any]) -> list[str]:
    """Return the rows of a table as text, or nothing for a table that is used for layout."""
    if next(table.iterdescendants("table", "figure", "img", "h2", "ul", "ol"), None) is not None:
        return []  # before its text is read, which a table inside may be asked for again
    captions = [*filter(None, (squeeze(part.text_content()) for part in table.iter("caption")))]
    rows = [list(_cells(row, unwritten)) for row in table.iter("tr")]
    cells = [cell for row in rows for cell in row]
    if max(map(len, rows), default=0) < 2:
        return []
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return []
    return [*captions, *(f"| {' | '.join(row)} |" for row in rows if any(row))]


def is_data(table: Any) -> bool:
    """Return whether a table is written as rows, rather than used for layout."""
    return bool(_rows(table, ()))


def open_layout_tables(tree: Any) -> None:
    """Make divisions of the tables of a page that are used for its layout, and of their cells.

    They have most of the text of the page, sentences, and no headers. Others, such as those with a
    picture or a list in a cell, may be data.
    """
    headed = {next(cell.iterancestors("table"), None) for cell in tree.iter("th")}
    tables = [table for table in tree.iter("table") if table not in headed and not is_data(table)]
    if not tables:
        return
    unread = NO_CONTENT | {"a"}
    lengths = text_lengths(tree, unread=unread)
    sentences = text_lengths(tree, unread=unread, measure=count_sentences)
    layouts = {
        table
        for table in tables
        if 2 * lengths[table] > lengths[tree] and sentences[table] >= FEWEST_SENTENCES
    }
    parts = tree.iter("thead", "tbody", "tfoot", "tr", "td", "th")
    inner = [part for part in parts if next(part.iterancestors("table"), None) in layouts]
    for part in (*layouts, *inner):
        part.tag = "div"


def _cells(row: Any, unwritten: Collection[Any]) -> Iterator[str]:
    for cell in row.iterchildren("td", "th"):
        yield squeeze(" ".join(_texts(cell, unwritten))).replace("|", "/")


def _texts(cell: Any, unwritten: Collection[Any]) -> Iterator[str]:
    """Yield the texts of a cell, without the marks of a wiki."""
    from lxml import etree

    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        mark = element in unwritten and not MEDIAWIKI.isdisjoint(classes(element))
        if event == "start" and (mark or not isinstance(element.tag, str)):
            walk.skip_subtree()
        elif event == "start":
            yield element.text or ""
        elif element is not cell:
            yield element.tail or ""
