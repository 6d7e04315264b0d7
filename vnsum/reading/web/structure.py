"""Finding the article in the tree of a page by its paragraphs, and writing its blocks as lines.

The names of containers do not matter, so headings, lists and tables are kept on any site.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vnsum.reading.boilerplate.page import is_title_like

SHORTEST_PARAGRAPH = 30  # characters
SHORTEST_ARTICLE = 200
SHARE = 0.75  # share of the text of a page that its article has at least
LONGEST_CELL = 200  # characters; tables with longer cells are used for layout
INLINE_SHARE = 0.9  # share of a paragraph from which it is only a link or a heading in bold
INLINE = {"a": "a", "b": "b", "strong": "b"}
LONGEST_HEADING = 120  # characters

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset([
    *HEADINGS, "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
NO_CONTENT = frozenset([
    "aside", "audio", "button", "dialog", "embed", "figcaption", "figure", "footer", "form", "head",
    "header", "iframe", "img", "input", "label", "menu", "nav", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "video", "amp-ad", "amp-sidebar",
])  # fmt: skip
# What may be left out of an article, by the tags inside; other text is that of an inset.
OMISSIONS: dict[str, frozenset[str]] = {
    "video": frozenset(["audio", "embed", "iframe", "object", "video"]),
    "picture": frozenset(["figcaption", "figure", "img", "picture", "svg"]),
    "table": frozenset(["table"]),
    "inset": frozenset(),
}
NO_TEXT = frozenset(["head", "noscript", "script", "style", "template"])
# Classes of parts of a page that do not belong to the article.
_NO_CONTENT_NAME = re.compile(
    r"(?:^|[^a-z])(?:ads?|adv|advert[a-z]{0,10}|banner|shar(?:e|ing)|social|breadcrumbs?|tags?|relate[a-z]{0,10}|"
    r"sidebar|newsletter|subscribe|byline|recommend[a-z]{0,10}|widget|toolbar|rating|vote|poll|copyright|"
    r"menu|nav|navigation|popup|modal|player|login|paging|pagination|footer|sponsor[a-z]{0,10}|promo[a-z]{0,10}|"
    r"photo|image|caption|tts|audio|video)(?:$|[^a-z])|lien-?quan|doc-?them|xem-?them|quang-?cao|"
    r"binh-?luan|comment|author|related|photocms"
)


@dataclass(slots=True)
class Structure:
    """The container of the article, the headline's element, and the parts that are left out."""

    container: Any
    headline: Any
    left_out: set[Any] = field(default_factory=set)


def find_structure(tree: Any, *, title: str | None = None) -> Structure | None:
    """Return the structure of a page, or `None` if its paragraphs are too few.

    The headline is the first `h1` that `title` begins with, or the first one.
    The container is the innermost element with most of the text of the paragraphs.
    """
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    headlines = [element for element in elements if element.tag == "h1"]
    titled = (
        h1 for h1 in headlines if (text := squeeze(h1.text_content())) and text in (title or "")
    )
    headline = next(titled, headlines[0] if headlines else None)
    protected = set(headline.iterancestors()) if headline is not None else set()
    weights = _weights(elements, set())
    total = weights.get(tree, 0)
    left_out: set[Any] = set()
    for element in elements:
        if element.getparent() in left_out or (
            element not in protected and _has_no_content(element, weights.get(element, 0), total)
        ):
            left_out.add(element)
    weights = _weights(elements, left_out)
    total = weights.get(tree, 0)
    if total < SHORTEST_ARTICLE:
        return None
    container, inner = None, tree
    while inner is not None:
        container = inner
        parts = (part for part in container if part.tag != "p")
        inner = next((part for part in parts if weights.get(part, 0) >= SHARE * total), None)
    return Structure(container, headline, left_out)


def _weights(elements: list[Any], left_out: set[Any]) -> dict[Any, int]:
    """Return the characters of paragraphs inside each element."""
    weights: dict[Any, int] = {}
    for element in reversed(elements):
        if element.tag == "p" and element not in left_out:
            length = len(squeeze(element.text_content()))
            linked = sum(len(squeeze(link.text_content())) for link in element.iter("a"))
            if length >= SHORTEST_PARAGRAPH and linked < length / 2:
                weights[element] = weights.get(element, 0) + length
        parent = element.getparent()
        if element in weights and parent is not None:
            weights[parent] = weights.get(parent, 0) + weights[element]
    return weights


def _has_no_content(element: Any, weight: int, total: int) -> bool:
    if element.tag in NO_CONTENT or "hidden" in element.attrib:
        return True
    if "display:none" in element.get("style", "").replace(" ", "").lower():
        return True
    if element.tag in ("html", "body", "article", "main") or (weight > total / 2):
        return False
    names = " ".join(element.get(name, "") for name in ("class", "id", "type", "data-role", "rel"))
    return _NO_CONTENT_NAME.search(names.lower()) is not None


def describe_omissions(structure: Structure) -> str:
    """Return what the article is without: "2 pictures, 1 inset"; empty if nothing was left out."""
    counts = dict.fromkeys(OMISSIONS, 0)
    for element in structure.container.iter():
        if element not in structure.left_out or element.getparent() in structure.left_out:
            continue
        tags = {inner.tag for inner in element.iter()}
        named = next((name for name, own in OMISSIONS.items() if own & tags), "")
        if named or (element.tag not in NO_TEXT and squeeze(element.text_content())):
            counts[named or "inset"] += 1
    return ", ".join(
        f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count
    )


def write_blocks(structure: Structure) -> list[str]:
    """Return the blocks of the article after its headline, one line each.

    Headings and lists have the marks of Markdown, tables are rows with bars, and paragraphs that
    are only a link begin with `»`.
    """
    from lxml import etree

    writer = _Writer()
    walk = etree.iterwalk(structure.container, events=("start", "end"))
    for event, element in walk:
        skipped = not isinstance(element.tag, str) or element in structure.left_out
        if event == "start":
            if element is structure.headline:
                writer.restart()
            if skipped or element is structure.headline:
                walk.skip_subtree()
            elif element.tag == "table" and (rows := _rows(element)):
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
        self._items: Counter[Any] = Counter()  # of each numbered list

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

    def add(self, text: str | None) -> None:
        if text:
            text = re.sub(r"\s+", " ", text)
            self._parts.append(text)
            for kind, depth in self._depths.items():
                self._lengths[kind] += len(text.strip()) if depth else 0

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
            self._mark = ""
        self._parts.clear()
        self._lengths = dict.fromkeys(self._lengths, 0)

    def _choose_mark(self, element: Any) -> str:
        """Return the mark of Markdown at the start of a heading or an item of a list."""
        if element.tag in HEADINGS:
            is_lead = "sapo" in element.get("class", "") or "sapo" in element.get("data-role", "")
            return "" if is_lead or len(element.text_content()) > LONGEST_HEADING else "## "
        if element.tag != "li":
            return ""
        parent = element.getparent()
        if parent is None or parent.tag != "ol":
            return "- "
        self._items[parent] += 1
        return f"{self._items[parent]}. "

    def finish(self) -> list[str]:
        """Return the lines; a last line in bold is a signature, not a heading."""
        self.flush()
        if self.written:
            self.written[-1] = self.written[-1].removeprefix("## ")
        return self.written


def _rows(table: Any) -> list[str]:
    """Return the rows of a table as text, or nothing for a table that is used for layout."""
    if next(table.iterdescendants("table", "figure", "img", "h2", "ul", "ol"), None) is not None:
        return []  # before its text is read, which a table inside may be asked for again
    rows = [list(_cells(row)) for row in table.iter("tr")]
    cells = [cell for row in rows for cell in row]
    if max(map(len, rows), default=0) < 2:
        return []
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return []
    return [f"| {' | '.join(row)} |" for row in rows if any(row)]


def _cells(row: Any) -> Iterator[str]:
    for cell in row.iterchildren("td", "th"):
        yield squeeze(" ".join(cell.itertext())).replace("|", "/")


def squeeze(text: str) -> str:
    """Return a text with single spaces, and none at its ends."""
    return " ".join(text.split())
