"""Finding the article in the tree of a page by its paragraphs, and writing its blocks as lines.

The names of containers do not matter, so headings, lists and tables are kept on any site.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from vnsum.reading.boilerplate.captions import OPENING_QUOTES
from vnsum.reading.boilerplate.page import is_title_like

SHORTEST_PARAGRAPH = 30  # characters
SHORTEST_ARTICLE = 200
SHARE = 0.75  # share of the text of a page that its article has at least
LONGEST_CELL = 200  # characters; tables with longer cells are used for layout
INLINE_SHARE = 0.9  # share of a paragraph from which it is only a link or a heading in bold
INLINE = {"a": "a", "b": "b", "strong": "b"}
LONGEST_HEADING = 120  # characters
LONGEST_TITLE = 2000

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TEXT = (*HEADINGS, "blockquote", "dl", "ol", "p", "pre", "table", "ul")  # tags of parts of a text
SEPARATE = frozenset(["article", "tbody", "td", "tr"])  # parts that are not one text with others
LINKED_SHARE = 0.1  # of a part of an article; lists of other pages have more links
LEAD_NAMES = frozenset([
    "chapeau", "chappeau", "dek", "description", "excerpt", "lead", "sapo", "standfirst", "summary",
])  # fmt: skip
_NOT_LETTERS = re.compile(r"[^a-z]+")
_HOME = re.compile(r"(?:(?:https?:)?//[^/?#]{1,200}/?|/)")
_SENTENCE = re.compile(r"\w{2}[.!?…]")
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
FIGURE = frozenset(["figcaption", "figure"])
NO_TEXT = frozenset(["head", "noscript", "script", "style", "template"])
# Classes of parts of a page that do not belong to the article.
_NO_CONTENT_NAME = re.compile(
    r"(?:^|[^a-z])(?:ads?|adv|advert[a-z]{0,10}|banner|shar(?:e|ing)|social|breadcrumbs?|tags?|relate[a-z]{0,10}|"
    r"sidebar|newsletter|subscribe|byline|recommend[a-z]{0,10}|widget|toolbar|rating|vote|poll|copyright|"
    r"menu|nav|navigation|popup|modal|player|login|paging|pagination|footer|sponsor[a-z]{0,10}|promo[a-z]{0,10}|"
    r"photo|image|caption|tts|audio|video)(?:$|[^a-z])|lien-?quan|doc-?them|xem-?them|quang-?cao|"
    r"binh-?luan|comment|author|related|photocms"
)

# Of classes only, as these words may be in the title of a part, from which its id is made.
_NO_CONTENT_CLASS = re.compile(
    r"(?:^|[^a-z])(?:y-?kien|phan-?hoi|tac-?gia|feedback|disqus|cookies?)(?:$|[^a-z])"
)
_BUILDER = re.compile(r"\belementor-\S+")  # classes of every part of a page made with Elementor


@dataclass(slots=True, kw_only=True)
class Structure:
    """The container of the article, the headline's element, and the parts that are left out.

    `beside` are parts of the container that are no text, such as a byline between lead and body;
    `others` are the paragraphs of the page that are not in the article. The article has no text
    before `beginning`, unless that is a lead in another part of the page.
    """

    container: Any
    headline: Any = None
    beginning: Any = None
    left_out: set[Any] = field(default_factory=set)
    beside: set[Any] = field(default_factory=set)
    others: list[Any] = field(default_factory=list)


def find_structure(tree: Any, *, title: str | None = None) -> Structure | None:
    """Return the structure of a page, or `None` if its paragraphs are too few.

    The headline is the last `h1` above the article whose text is in the title of the page, or the
    first one of the page if none has such a text. The container is the innermost element with most
    of the text of the paragraphs, extended by the text beside it.
    """
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    headlines = _find_headlines(elements, (title or "")[:LONGEST_TITLE])
    protected = {around for headline in headlines for around in headline.iterancestors()}
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
    paragraphs = [element for element in elements if element.tag == "p" and element in weights]
    places = {element: place for place, element in enumerate(elements)}
    first = next((p for p in paragraphs if container in p.iterancestors()), container)
    headline = next((h1 for h1 in reversed(headlines) if places[h1] < places[first]), None)
    container, beside = _extend(container, headline, weights, left_out)
    inside = {*container.iter("p")} - {p for part in beside for p in part.iter("p")}
    if headline in container.iter("h1"):
        before = {p for p in paragraphs if p in inside and places[p] < places[headline]}
        beside |= before
        inside -= before
    around = {*headline.iterancestors()} if headline is not None else set()
    first = next((p for p in paragraphs if p in inside), container)
    return Structure(
        container=container,
        headline=headline,
        beginning=first if container in around else container,
        left_out=left_out,
        beside=beside,
        others=[p for p in paragraphs if p not in inside],
    )


def _find_headlines(elements: list[Any], title: str) -> list[Any]:
    """Return the `h1` elements whose text is in the title of the page, or else the first one.

    One that is a link to the home page is the name of the site.
    """
    found = [
        element
        for element in elements
        if element.tag == "h1"
        and not any(_HOME.fullmatch(a.get("href", "")) for a in element.iter("a"))
    ]
    titled = [h1 for h1 in found if (text := squeeze(h1.text_content())) and text in title]
    return titled or found[:1]


def _extend(
    container: Any, headline: Any, weights: dict[Any, int], left_out: set[Any]
) -> tuple[Any, set[Any]]:
    """Return a container with the text beside `container`, and the parts of it that are no text.

    The new one has the headline inside, too, unless that is only inside of the whole page; without
    a headline it is an element of the kind `article` or `main`.
    """
    path = [container, *container.iterancestors()]
    if headline is None:
        around = {element for element in path if element.tag in ("article", "main")}
    else:
        around = {headline, *headline.iterancestors()}
    last = next((place for place, element in enumerate(path) if element in around), 0)
    if path[last].tag in ("body", "html"):
        return container, set()
    beside = set()
    for inner, outer in itertools.pairwise(path[: last + 1]):
        parts = [part for part in outer if isinstance(part.tag, str)]
        middle = parts.index(inner)
        start = next((place for place in range(middle) if parts[place] in around), 0)
        leads = {
            part
            for part in parts[start:middle]
            if weights.get(part) and (part.tag == "p" or part in around or is_named_lead(part))
        }
        plain = inner is container  # farther out, a paragraph below the article is of the page
        before = _take_adjacent(reversed(parts[start:middle]), inner, left_out, plain=plain)
        after = _take_adjacent(parts[middle + 1 :], inner, left_out, plain=plain)
        beside |= {*parts} - {inner, *leads, *before, *after}
    return path[last], beside


def _take_adjacent(
    parts: Iterable[Any], inner: Any, left_out: set[Any], *, plain: bool
) -> list[Any]:
    """Return the parts next to the container of most paragraphs that continue its text.

    They are like the container or, if `plain`, paragraphs; or headings, lists and so on between
    such parts.
    """
    taken: list[Any] = []
    waiting = []
    for part in parts:
        waiting.append(part)
        if (plain and part.tag == "p") or (_is_alike(part, inner) and _is_text(part)):
            taken += waiting
            waiting = []
        elif part not in left_out and part.tag not in TEXT and squeeze(part.text_content()):
            break
    return taken


def _is_alike(part: Any, inner: Any) -> bool:
    """Return whether a part has the tag and the classes of the container, or both are sections.

    Another `article`, a cell of a layout, or a part with a headline, is not of the same article.
    """
    if part.tag in SEPARATE or next(part.iter("h1"), None) is not None:
        return False
    bare = part.tag == "section" and not part.attrib and not inner.attrib
    return part.tag == inner.tag and (bare or part.get("class") == inner.get("class", ""))


def _is_text(part: Any) -> bool:
    """Return whether a part has paragraphs, a list, a table or a sentence, and few links.

    Links inside of paragraphs, as in an encyclopedia, may be up to a half of it.
    """
    text = squeeze(part.text_content())
    linked = _linked_length(part)
    outside = linked - sum(map(_linked_length, part.iter("p")))
    if not text or 2 * linked > len(text) or outside > LINKED_SHARE * len(text):
        return False
    return next(part.iter(*TEXT), None) is not None or _SENTENCE.search(text) is not None


def _says_something(part: Any) -> bool:
    """Return whether a part of a page is text that is more than a word or a mark."""
    text = squeeze(part.text_content())
    return _is_text(part) and (len(text) >= SHORTEST_PARAGRAPH or bool(_SENTENCE.search(text)))


def _linked_length(element: Any) -> int:
    return sum(len(squeeze(link.text_content())) for link in element.iter("a"))


def is_named_lead(element: Any) -> bool:
    """Return whether the class or another name of an element says that it is the lead."""
    marks = " ".join(element.get(name, "") for name in ("class", "id", "data-role", "itemprop"))
    return not LEAD_NAMES.isdisjoint(_NOT_LETTERS.split(marks.lower()))


def _weights(elements: list[Any], left_out: set[Any]) -> dict[Any, int]:
    """Return the characters of paragraphs inside each element."""
    weights: dict[Any, int] = {}
    for element in reversed(elements):
        if element.tag == "p" and element not in left_out:
            length = len(squeeze(element.text_content()))
            if length >= SHORTEST_PARAGRAPH and 2 * _linked_length(element) < length:
                weights[element] = weights.get(element, 0) + length
        parent = element.getparent()
        if element in weights and parent is not None:
            weights[parent] = weights.get(parent, 0) + weights[element]
    return weights


def _has_no_content(element: Any, weight: int, total: int) -> bool:
    if element.tag == "figure" and _has_table(element):
        return False
    if element.tag in NO_CONTENT or "hidden" in element.attrib:
        return True
    if "display:none" in element.get("style", "").replace(" ", "").lower():
        return True
    if element.tag in ("html", "body", "article", "main") or (weight > total / 2):
        return False
    classes = _BUILDER.sub("", element.get("class", "").lower())
    # The id of a heading is often made from its text.
    names = ("type", "data-role", "rel", *(["id"] if element.tag not in HEADINGS else []))
    others = [element.get(name, "").lower() for name in names]
    if _NO_CONTENT_CLASS.search(classes):
        return True
    return _NO_CONTENT_NAME.search(" ".join([classes, *others])) is not None


def _has_table(figure: Any) -> bool:
    tags = {inner.tag for inner in figure.iter()}
    return "table" in tags and not tags & (OMISSIONS["video"] | (OMISSIONS["picture"] - FIGURE))


def describe_omissions(structure: Structure, *, lead: str = "") -> str:
    """Return what the article is without: "2 pictures, 1 inset"; empty if nothing was left out.

    `lead` is a part of the page that was added to the article.
    """
    left_out, beside = structure.left_out, structure.beside
    told = {structure.headline, *structure.others}  # a part that has one of them is no inset
    told |= {around for part in told if part is not None for around in part.iterancestors()}
    parts = [
        *(part for part in beside - left_out - told if _says_something(part)),
        *(
            part for part in structure.container.iter()
            if part in left_out and part not in beside and part.getparent() not in left_out
        ),
    ]  # fmt: skip
    counts = dict.fromkeys(OMISSIONS, 0)
    for part in parts:
        tags = {inner.tag for inner in part.iter()}
        text = squeeze(part.text_content())
        named = next((name for name, own in OMISSIONS.items() if own & tags), "")
        if named or (part.tag not in NO_TEXT and text and not _is_part(text, lead)):
            counts[named or "inset"] += 1
    others = [squeeze(other.text_content()) for other in structure.others]
    counts["other paragraph"] = sum(not _is_part(text, lead) for text in others)
    return ", ".join(
        f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count
    )


def _is_part(text: str, lead: str) -> bool:
    """Return whether a text is in a lead, or begins with its first line, which may have a mark."""
    first = lead.split("\n", 1)[0].lstrip("-» ")
    return text in lead or (bool(first) and text.startswith(first))


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
            self._mark = ""
        self._parts.clear()
        self._follows_place = False
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
    captions = [*filter(None, (squeeze(part.text_content()) for part in table.iter("caption")))]
    rows = [list(_cells(row)) for row in table.iter("tr")]
    cells = [cell for row in rows for cell in row]
    if max(map(len, rows), default=0) < 2:
        return []
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return []
    return [*captions, *(f"| {' | '.join(row)} |" for row in rows if any(row))]


def _cells(row: Any) -> Iterator[str]:
    for cell in row.iterchildren("td", "th"):
        yield squeeze(" ".join(cell.itertext())).replace("|", "/")


def squeeze(text: str) -> str:
    """Return a text with single spaces, and none at its ends."""
    return " ".join(text.split())
