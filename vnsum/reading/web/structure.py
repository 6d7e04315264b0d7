"""Finding the article in the tree of a page by its paragraphs.

The names of containers do not matter, so headings, lists and tables are kept on any site.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from vnsum.reading.web.prose import (
    SENTENCE,
    SHORTEST_PARAGRAPH,
    find_prose,
    linked_length,
    squeeze,
)

SHORTEST_ARTICLE = 200
SHARE = 0.75  # share of the text of a page that its article has at least
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
# Classes of MediaWiki, and of the standard templates of Wikipedia, of what is not running text.
MEDIAWIKI = frozenset([
    "ambox", "catlinks", "gallery", "hatnote", "infobox", "metadata", "mw-cite-backlink",
    "mw-editsection", "mw-indicators", "mw-jump-link", "mw-references-wrap", "navbox", "noprint",
    "printfooter", "refbegin", "reference", "references", "reflist", "shortdescription",
    "sistersitebox", "thumb", "toc", "vertical-navbox",
])  # fmt: skip
WIKI_PAGE = frozenset(["mw-body", "mw-body-content", "mw-parser-output"])
WIKI_MARKS = {"mw-editsection": "edit link", "reference": "reference mark"}  # in running text
STRUCK = "del"  # the tag of an element that is empty as its text was struck out
FIGURE = frozenset(["figcaption", "figure"])
# Classes of parts of a page that do not belong to the article. `no-image` names no picture.
_NO_CONTENT_NAME = re.compile(
    r"(?:^|[^a-z])(?:ads?|adv|advert[a-z]{0,10}|banner|shar(?:e|ing)|social|breadcrumbs?|tags?|"
    r"toolbar|rating|vote|poll|menu|nav|navigation|player|tts|paging|pagination|"
    r"relate(?!dness)[a-z]{0,10}|sidebar|newsletter|subscribe|byline|recommend[a-z]{0,10}|"
    r"copyright|popup|modal|login|footer|sponsor[a-z]{0,10}|promo[a-z]{0,10}|caption)"
    r"(?:$|[^a-z])|lien-?quan|doc-?them|xem-?them|quang-?cao|binh-?luan|comment(?!ary)|author(?!it[yi]|i[sz]e)|related(?!ness)|photocms"
)
# Those of media and of content systems, which parts of the text may have as well: `image-text`.
_NO_PROSE_NAME = re.compile(
    r"(?:^|[^a-z])(?<!\bno[-_])(?:widget|photo|image|audio|video)(?:$|[^a-z])"
)
# Of classes only, as these words may be in the title of a part, from which its id is made.
_NO_CONTENT_CLASS = re.compile(
    r"(?:^|[^a-z])(?:y-?kien(?!-?chuyen)|phan-?hoi|tac-?gia|feedback|disqus|cookies?|cmts?)"
    r"(?:$|[^a-z])"
)
_BUILDER = re.compile(r"\belementor-\S+")  # classes of every part of a page made with Elementor


@dataclass(slots=True, kw_only=True)
class Structure:
    """The container of the article, the headline's element, and the parts that are left out.

    `beside` are parts of the container that are no text, such as a byline between lead and body;
    `others` are the paragraphs of the page that are not in the article. The article has no text
    before `beginning`, unless that is a lead in another part of the page. `is_wiki` is whether the
    page is of MediaWiki.
    """

    container: Any
    headline: Any = None
    beginning: Any = None
    left_out: set[Any] = field(default_factory=set)
    beside: set[Any] = field(default_factory=set)
    others: list[Any] = field(default_factory=list)
    is_wiki: bool = False


def find_structure(tree: Any, *, title: str | None = None) -> Structure | None:
    """Return the structure of a page, or `None` if its paragraphs are too few to be the article.

    The headline is the last `h1` above the article whose text is in the title of the page, or the
    first one of the page if none has such a text. The container is the innermost element with most
    of the text of the paragraphs, extended by the text beside it.
    """
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    headlines = find_headlines(elements, (title or "")[:LONGEST_TITLE])
    left_out = find_left_out(elements, headlines)
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
    written = {*container.iter()} - {inner for part in beside for inner in part.iter()}
    above = _TextAbove(elements, headlines, foreign=left_out, written=written)
    if above.length(first) > sum(weights.get(p, 0) for p in inside):
        return None
    return Structure(
        container=container,
        headline=headline,
        beginning=first if container in around else container,
        left_out=left_out,
        beside=beside,
        others=[p for p in paragraphs if p not in inside],
        is_wiki=_is_wiki(elements),
    )


def find_left_out(elements: Sequence[Any], headlines: Sequence[Any] = ()) -> set[Any]:
    """Return the elements of a page, in its order, that are not of an article.

    Their tags or classes say so. Elements around `headlines` and around most of the text are kept,
    and sentences in parts named after media or made by a content system.
    """
    protected = {around for headline in headlines for around in headline.iterancestors()}
    weights = _weights(elements, set())
    half = weights.get(elements[0], 0) / 2
    wiki = MEDIAWIKI if _is_wiki(elements) else frozenset()
    prose = find_prose(elements, unread=NO_CONTENT)
    named = {
        element
        for element in elements
        if has_foreign_name(element, prose=prose) or not wiki.isdisjoint(classes(element))
    }
    heavy = {element for element in named if weights.get(element, 0) > half}
    if heavy:
        above = _TextAbove(elements, headlines, foreign=named - heavy)
        named -= {element for element in heavy if above.length(element) <= weights[element]}
    left_out: set[Any] = set()
    for element in elements:
        foreign = element in named or _has_foreign_tag(element)
        if element.getparent() in left_out or (foreign and element not in protected):
            left_out.add(element)
    return left_out


class _TextAbove:
    """The text of a page that is not in links, leads, foreign or written elements."""

    def __init__(
        self,
        elements: Sequence[Any],
        headlines: Sequence[Any],
        *,
        foreign: Collection[Any],
        written: Collection[Any] = (),
    ) -> None:
        self._places = {element: place for place, element in enumerate(elements)}
        self._headlines = [self._places[h1] for h1 in headlines]
        self._sums = [0]  # characters before each element
        skipped: set[Any] = set()
        for element in elements:
            unread = element in foreign or element.tag == "a" or _has_foreign_tag(element)
            if unread or element.getparent() in skipped or is_named_lead(element):
                skipped.add(element)
            texts = [element.text, *(part.tail for part in element)]
            if element in skipped or element in written:
                texts = []
            self._sums.append(self._sums[-1] + len(squeeze(" ".join(filter(None, texts)))))

    def length(self, element: Any) -> int:
        """Return the characters between an element and the headline above it.

        If the element is above the headline, it is the text below the headline.
        """
        place = self._places[element]
        above = [headline for headline in self._headlines if headline < place]
        if above or not self._headlines:
            return self._sums[place] - self._sums[above[-1] if above else 0]
        return self._sums[-1] - self._sums[self._headlines[0]]


def find_headlines(elements: Sequence[Any], title: str) -> list[Any]:
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
        if (plain and part.tag == "p") or (_is_alike(part, inner) and is_text(part)):
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


def is_text(part: Any) -> bool:
    """Return whether a part has paragraphs, a list, a table or a sentence, and few links."""
    return has_few_links(part) and (
        next(part.iter(*TEXT), None) is not None
        or SENTENCE.search(squeeze(part.text_content())) is not None
    )


def has_few_links(part: Any) -> bool:
    """Return whether a part has text of which few is in links.

    Links inside of paragraphs, as in an encyclopedia, may be up to a half of it.
    """
    text = squeeze(part.text_content())
    linked = linked_length(part)
    outside = linked - sum(map(linked_length, part.iter("p")))
    return bool(text) and 2 * linked <= len(text) and outside <= LINKED_SHARE * len(text)


def is_named_lead(element: Any) -> bool:
    """Return whether the class or another name of an element says that it is the lead."""
    marks = " ".join(element.get(name, "") for name in ("class", "id", "data-role", "itemprop"))
    return not LEAD_NAMES.isdisjoint(_NOT_LETTERS.split(marks.lower()))


def _weights(elements: Sequence[Any], left_out: set[Any]) -> dict[Any, int]:
    """Return the characters of paragraphs inside each element."""
    weights: dict[Any, int] = {}
    for element in reversed(elements):
        if element.tag == "p" and element not in left_out:
            length = len(squeeze(element.text_content()))
            if length >= SHORTEST_PARAGRAPH and 2 * linked_length(element) < length:
                weights[element] = weights.get(element, 0) + length
        parent = element.getparent()
        if element in weights and parent is not None:
            weights[parent] = weights.get(parent, 0) + weights[element]
    return weights


def _has_foreign_tag(element: Any) -> bool:
    """Return whether an element is hidden, or its tag says that it is not of an article."""
    if element.tag == "figure" and _has_table(element):
        return False
    return element.tag in NO_CONTENT or is_hidden(element)


def is_hidden(element: Any) -> bool:
    """Return whether an element is not shown until the reader asks for it."""
    style = element.get("style", "").replace(" ", "").lower()
    return "hidden" in element.attrib or "display:none" in style


def has_foreign_name(element: Any, *, prose: Collection[Any] = ()) -> bool:
    """Return whether the class or another name of an element says that it is not of an article.

    Names that text may have as well say nothing about the elements in `prose`.
    """
    if element.tag in ("html", "body", "article", "main"):
        return False
    own = _BUILDER.sub("", element.get("class", "").lower())
    # The id of a heading is often made from its text.
    others = ("type", "data-role", "rel", *(["id"] if element.tag not in HEADINGS else []))
    names = " ".join([own, *(element.get(name, "").lower() for name in others)])
    if _NO_CONTENT_CLASS.search(own) or _NO_CONTENT_NAME.search(names):
        return True
    return element not in prose and _NO_PROSE_NAME.search(names) is not None


def _is_wiki(elements: Sequence[Any]) -> bool:
    return any(not WIKI_PAGE.isdisjoint(classes(element)) for element in elements)


def classes(element: Any) -> list[str]:
    """Return the classes of an element."""
    names: list[str] = element.get("class", "").split()
    return names


def _has_table(figure: Any) -> bool:
    tags = {inner.tag for inner in figure.iter()}
    return "table" in tags and not tags & (OMISSIONS["video"] | (OMISSIONS["picture"] - FIGURE))
