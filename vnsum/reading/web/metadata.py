"""The title, publication date and author of a page, from its metadata and visible lines."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Collection, Iterator
from typing import Any

from vnsum.reading.boilerplate.dates import date_line
from vnsum.reading.boilerplate.names import CAPITALS, agency_name
from vnsum.reading.web.blocks import BLOCKS, is_data
from vnsum.reading.web.prose import SHORTEST_PARAGRAPH, squeeze
from vnsum.reading.web.structure import HEADINGS, Structure, classes, is_named_lead

LONGEST_DATE_LINE = 80  # characters
MOST_SITES = 5  # names of sites that are removed from a title
OUTSIDE = ("footer", "nav", "aside", "form", "dd")  # elements without the date of the article
# Values of `property`, `name` and `itemprop` with the publication date.
DATE_NAMES = frozenset([
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate",
    "publish-date", "published_time", "publish_date", "published", "dc.date", "dc.date.issued",
    "dcterms.created", "dcterms.date", "dcterms.issued", "date", "parsely-pub-date",
    "sailthru.date", "citation_publication_date", "its_publication",
])  # fmt: skip
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{6,40})"')
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
# Labels of a publication date, and names of elements with one.
_PUBLISHED = re.compile(
    r"(?i)(?:ngày )?(?:(?:đăng|cập nhật|xuất bản|phát hành)(?: tải| bài| tin| lúc| ngày){0,2}|"
    r"(?:last )?(?:published|posted|updated)(?: on| at)?|date|ngày)\b ?:?"
)
_DATE_NAME = re.compile(
    r"publi|pubdate|post(?:ed)?-?(?:date|time|on)|entry-date|ngay-?dang|updated"
)
_SEPARATOR = re.compile(r"\s(?:[-–—|:•·»]|::)\s|\s?[|»]\s?")
_SITE_NAME = re.compile(r"(?i)site|publisher|application-name|app:name")  # names of metadata
_SITE_WORD = re.compile(  # other words begin like it, such as "báo động" and "kênh đào"
    rf"^(?i:báo|kênh) (?:điện tử )?[{CAPITALS}0-9]|^(?i:tạp chí|trang tin|cổng thông tin)\b"
    r"|\.(?i:vn|com|net|org)$"
)


def find_date(tree: Any, structure: Structure | None) -> datetime.date | None:
    """Return the publication date of a page, or `None` if the page does not state it.

    It is that of the metadata, otherwise that of a visible date line near the headline. Years in
    titles and dates in other lines, such as that of a licence, are not used.
    """
    return next(filter(None, (parse_date(value) for value in _dates(tree))), None) or next(
        filter(None, (parse_date(value) for value in _visible_dates(structure))), None
    )


def parse_date(value: str) -> datetime.date | None:
    """Return the date of an ISO 8601 timestamp or of a date line."""
    value = squeeze(value)
    if match := _ISO.match(value):
        try:
            return datetime.date(*map(int, match.groups()))
        except ValueError:
            return None
    return date_line(value)


def _dates(tree: Any) -> Iterator[str]:
    for element in tree.iter("meta"):
        names = {element.get(name, "").lower() for name in ("property", "name", "itemprop")}
        if names & DATE_NAMES:
            yield element.get("content", "")
    for element in tree.iter("script"):
        if "ld+json" in element.get("type", ""):
            yield from _JSON_DATE.findall(element.text_content())
    for element in tree.iter("time", "span", "div", "abbr", "p"):
        if element.get("itemprop", "").lower() == "datepublished":
            yield element.get("datetime") or element.get("content") or element.text_content()


def _visible_dates(structure: Structure | None) -> Iterator[str]:
    """Yield the short lines between the headline and the article, and around them.

    On a page without a headline, these are the lines beside the article, before its first
    paragraph. Below the lead, a date among paragraphs has to be named as that of publication.
    """
    if structure is None:
        return
    headline = structure.headline
    outer = {structure.container, *structure.container.iterancestors()}
    outside: tuple[str, ...] = OUTSIDE
    if headline is None:
        around, outside = structure.container.getparent(), (*OUTSIDE, "header")
    else:
        around = next((e for e in headline.iterancestors() if e in outer), None)
    if around is None:
        return
    tables = {table for table in around.iter("table") if is_data(table)}
    seen_headline, paragraphs = False, 0
    for element in around.iter():
        seen_headline = seen_headline or element is headline
        if not isinstance(element.tag, str) or _is_outside(element, around, outside, tables):
            continue
        plain = len(element) <= 3 and element.tag not in ("h1", "script", "style", "a")
        text = squeeze(element.text_content()) if plain or element.tag == "p" else ""
        if element.tag == "p" and len(text) >= SHORTEST_PARAGRAPH and not parse_date(text):
            if headline is None:
                return
            paragraphs += seen_headline and not _is_of_lead(element)
        is_above = paragraphs == 0 or (paragraphs == 1 and _is_beside_text(element))
        if not (is_above or _is_named_date(element, text)):
            continue
        if element.tag == "time" and element.get("datetime"):
            yield element.get("datetime")
        if plain and len(text) <= LONGEST_DATE_LINE and not _has_other_label(element):
            yield text


def _is_of_lead(element: Any) -> bool:
    parent = element.getparent()
    return is_named_lead(element) or (parent is not None and is_named_lead(parent))


def _is_beside_text(element: Any) -> bool:
    """Return whether an element is no heading or item, and not right above a paragraph."""
    for node in (element, *element.iterancestors()):
        below = node.getnext()
        if node.tag in (*HEADINGS, "li") or (below is not None and below.tag == "p"):
            return False
        if node.tag in BLOCKS:
            break
    return True


def _has_other_label(element: Any) -> bool:
    """Return whether an element is behind a label that is not of publication: `Khai mạc:`."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None and isinstance(before.tag, str):
        label = before.text_content() + (before.tail or "")
    else:
        label = (parent.text or "") if parent is not None else ""
    label = squeeze(label)
    return label.endswith(":") and _PUBLISHED.fullmatch(label) is None


def _is_named_date(element: Any, text: str) -> bool:
    """Return whether an element below the text says that its date is that of publication."""
    if element.tag in (*HEADINGS, "li"):
        return False
    names = " ".join(classes(element)).lower()
    return _PUBLISHED.match(text) is not None or _DATE_NAME.search(names) is not None


def _is_outside(
    element: Any, around: Any, outside: tuple[str, ...], tables: Collection[Any]
) -> bool:
    for node in (element, *element.iterancestors()):
        if node is around:
            return False
        if node.tag in outside or node in tables or "comment" in node.get("class", ""):
            return True
    return True


def find_title(tree: Any) -> str | None:
    """Return the title in the metadata of a page, which may have the name of the site."""
    if tree is None:
        return None
    named = (
        element.get("content", "")
        for element in tree.iter("meta")
        if "og:title" in (element.get("property"), element.get("name"))
    )
    texts = (element.text_content() for element in tree.iter("title"))
    return next(filter(None, map(squeeze, itertools.chain(named, texts))), None)


def find_site(tree: Any, name: str | None) -> str | None:
    """Return the name of the site that trafilatura found, unless it is a part of the title.

    Without a name in the metadata, it takes a part of the title that has a full stop.
    """
    if name is None or "." not in name or _SITE_WORD.search(name):
        return name
    titles = (squeeze(element.text_content()) for element in tree.iter("title"))
    if not any(title.startswith(name) or title.endswith(name) for title in titles):
        return name
    named = {
        squeeze(element.get("content", ""))
        for element in tree.iter("meta")
        if _SITE_NAME.search(element.get("property") or element.get("name", ""))
    }
    return name if name in named else None


def split_title(title: str, *, headline: str | None, site: str | None) -> tuple[str, str | None]:
    """Return a title without the name of the site, and that name if it was part of the title.

    >>> split_title("Cầu mới thông xe - VnExpress", headline=None, site=None)
    ('Cầu mới thông xe', 'VnExpress')
    """
    title, named = squeeze(title), None
    if headline and title.startswith(headline) and _SEPARATOR.match(title, len(headline)):
        return headline, title[[*_SEPARATOR.finditer(title)][-1].end() :]
    for _ in range(MOST_SITES):
        rest, name = _split_once(title, headline, site)
        if name is None:
            break
        title, named = squeeze(rest), name if named is None else named
        if rest == headline:
            break
    return title, named


def _split_once(title: str, headline: str | None, site: str | None) -> tuple[str, str | None]:
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return title, None
    options = [(title[: marks[-1].start()], title[marks[-1].end() :])]
    options.append((title[marks[0].end() :], title[: marks[0].start()]))
    for rest, name in options:
        if rest == headline or (rest and name and _is_site(name, site)):
            return rest, name
    return title, None


def _is_site(name: str, site: str | None) -> bool:
    same = site is not None and _letters(name) in (_letters(site), _letters(site.split(".")[0]))
    return bool(same or agency_name(name) or _SITE_WORD.search(name))


def _letters(name: str) -> str:
    return re.sub(r"\W", "", name.lower().removeprefix("báo ").removeprefix("www."))
