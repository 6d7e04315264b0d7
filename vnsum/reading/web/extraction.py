"""`extract()`: the article of a web page as text, with its metadata.

The article is the part of the page with most of its paragraphs; pages without paragraphs are left
to trafilatura. The lead is searched for separately, since Vietnamese newspapers place it outside
of the body.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vnsum.errors import InputError, MissingExtraError, VnsumError
from vnsum.forking import ForkDelayingLock
from vnsum.reading.web.blocks import open_layout_tables, write_blocks
from vnsum.reading.web.containers import forget_ids, open_anchors, open_forms
from vnsum.reading.web.inline import (
    drop_unseen,
    empty_struck,
    keep_all_words,
    keep_words,
    write_quotations,
)
from vnsum.reading.web.metadata import find_date, find_site, find_title, split_title
from vnsum.reading.web.omissions import describe_missing, describe_omissions
from vnsum.reading.web.parsing import parse
from vnsum.reading.web.prose import squeeze
from vnsum.reading.web.recognition import skip_declarations
from vnsum.reading.web.structure import STRUCK, Structure, find_structure, is_named_lead
from vnsum.reading.web.superscripts import write_superscripts
from vnsum.reading.web.unwrapping import find_crowded, unwrap
from vnsum.results.findings import Finding

NO_LEADS = {"a", "aside", "footer", "form", "head", "li", "meta", "nav", "script", "style"}
SENTENCE_ENDS = (".", '."', ".”")
LEAD_LENGTH = range(40, 1500)  # characters
LONGEST_PLACE = 60
SHARE_OF_FOUND = 0.4  # length of the article of the structure relative to that of trafilatura
FEWEST_WORDS = 15  # a shorter text is a button or a menu
MANY_ELEMENTS = 3000  # with which trafilatura uses only its fastest method
MISSING = 'reading web pages needs trafilatura: pip install "vnsum[web]"'
TOO_DEEP = Finding(
    kind="cleaning",
    severity="warning",
    message="The web page has too many elements inside of each other: the rest of it was not read.",
)

# Characters not allowed in XML: libxml2 accepts them, and trafilatura then finds no text.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(
    r"&#(?:[xX]0*([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|0*([0-9]{1,7})(?![0-9]));?", re.ASCII
)
_MARK = re.compile(r"^(?:## |- |» |\| |\d{1,6}\. )")  # of Markdown

_parsing = ForkDelayingLock()  # lxml has locks that would stay taken in a child
_parsing.register()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedPage:
    """The text of a page, one paragraph per line, and its metadata, `None` if unknown."""

    text: str
    title: str | None = None
    date: str | None = None
    author: str | None = None
    source: str | None = None
    place: str | None = None
    findings: tuple[Finding, ...] = ()


def require_trafilatura() -> None:
    """Raise `MissingExtraError` if trafilatura is not installed, without importing it."""
    if importlib.util.find_spec("trafilatura") is None:
        raise MissingExtraError(MISSING)


def _import_trafilatura() -> Any:
    try:
        return importlib.import_module("trafilatura")
    except ImportError as error:  # trafilatura or a dependency
        raise MissingExtraError(MISSING) from error


def extract(page: str, *, url: str | None = None) -> ExtractedPage:
    """Return the article of a page. Raises `InputError` if the page has none.

    Headings, lists and tables are kept. Pictures with their captions, comments, menus, boxes with
    links to other articles, struck text, and control characters are left out.
    """
    trafilatura = _import_trafilatura()
    page = _without_controls(page[skip_declarations(page) :])
    try:
        with _parsing.lock:
            return _extract(trafilatura, page, url)
    except VnsumError:
        raise
    except Exception as error:  # a parser may raise anything on untrusted pages
        raise InputError(
            f"the web page cannot be parsed ({type(error).__name__}): pass its text"
        ) from error


def _extract(trafilatura: Any, page: str, url: str | None) -> ExtractedPage:
    parsed = parse(trafilatura, page)
    tree = parsed.tree
    if tree is not None:
        drop_unseen(tree)
        write_superscripts(tree)
        write_quotations(tree)
        empty_struck(tree)
    metadata = _read_metadata(trafilatura, tree, url)
    if tree is not None:
        open_anchors(tree)
        open_forms(tree)
        forget_ids(tree)
        keep_words(tree)
    own = find_title(tree)
    structure = find_structure(tree, title=own) if tree is not None else None
    given = _copy_for_trafilatura(tree, is_found=structure is not None)
    found = trafilatura.bare_extraction(
        given,
        url=url,
        include_comments=False,
        include_tables=True,
        # Its other methods take quadratic time, and are for pages without paragraphs.
        fast=structure is not None or (tree is not None and _has_many_elements(tree)),
    )
    written = "\n".join(write_blocks(structure)) if structure is not None else ""
    text = (found.text or "").strip() if found is not None else ""
    # trafilatura adds the references of a page of MediaWiki, which may be longer than its text.
    is_written = structure is not None and (
        structure.is_wiki or len(written) >= SHARE_OF_FOUND * len(text)
    )
    text = written if is_written else text
    if tree is None or len(text.split()) < FEWEST_WORDS:
        what = f"only {text[:60]!r}" if text else "nothing"
        raise InputError(f"the web page has no article ({what} was found): pass its text")
    lead = find_lead(tree, text, structure)
    site = find_site(tree, _metadata_text(metadata, "sitename")) or _metadata_text(
        metadata, "hostname"
    )
    title, named = _find_title(structure, own or _metadata_text(metadata, "title"), site)
    date = find_date(tree, structure)
    text = f"{lead}\n{text}" if lead else text
    if structure is not None and is_written:
        left_out = describe_omissions(structure, lead=lead or "", title=title or "")
    else:
        left_out = describe_missing(tree, text)
    return ExtractedPage(
        text=text,
        title=title,
        date=date.isoformat() if date else None,
        author=_metadata_text(metadata, "author"),
        source=site or named,
        place=find_place(tree),
        findings=(*(() if parsed.is_whole else (TOO_DEEP,)), *_note_omissions(left_out)),
    )


def _copy_for_trafilatura(tree: Any, *, is_found: bool) -> Any:
    """Return a copy of a page whose words it keeps. `is_found` is whether its text is known."""
    given = copy.deepcopy(tree)
    if given is not None:
        unwrap(given, given.iter(STRUCK))
        keep_all_words(given)
        unwrap(given, find_crowded(given))
        if not is_found:
            open_layout_tables(given)
    return given


def _read_metadata(trafilatura: Any, tree: Any, url: str | None) -> Any:
    """Return what trafilatura finds about a page, in the names of elements among others."""
    if tree is None:
        return None
    labels = [*tree.iter("label")]
    for label in labels:  # which it would drop one by one, in quadratic time
        label.tag = "data"
    try:
        return trafilatura.extract_metadata(tree, default_url=url, extensive=False)
    except (TypeError, ValueError):  # as it does itself
        return None
    finally:
        for label in labels:
            label.tag = "label"


def _metadata_text(found: Any, field: str) -> str | None:
    """Return a field of the metadata if it is a text; a page may have any JSON value there."""
    value = getattr(found, field, None)
    return value if isinstance(value, str) and value else None


def _note_omissions(left_out: str) -> tuple[Finding, ...]:
    message = f"Parts of the web page were left out of the article: {left_out}."
    return (Finding(kind="cleaning", severity="info", message=message),) if left_out else ()


def _find_title(
    structure: Structure | None, title: str | None, site: str | None
) -> tuple[str | None, str | None]:
    """Return the title without the name of the site, and that name if the title has it."""
    headline = None
    if structure is not None and structure.headline is not None:
        headline = squeeze(structure.headline.text_content())
    return split_title(title, headline=headline, site=site) if title else (headline or None, None)


def find_place(tree: Any) -> str | None:
    """Return the place that a page states before the lead in an element of its own."""
    for element in tree.iter("span", "strong", "b", "em", "div"):
        name = element.get("class", "")
        if "location" in name and "stamp" in name and (place := squeeze(element.text_content())):
            return place if len(place) <= LONGEST_PLACE else None
    return None


def _without_controls(page: str) -> str:
    try:
        page.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"the web page has a lone surrogate at character {error.start}: decode its bytes with "
            "the right encoding"
        ) from error
    return _NO_XML.sub("", _REFERENCE.sub(_keep_reference, page))


def _keep_reference(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if code < 0x110000 and _NO_XML.match(chr(code)) else reference[0]


def find_lead(tree: Any, body: str, structure: Structure | None = None) -> str | None:
    """Return the lead between headline and `body`, or `None` where there is none or it is in it."""
    seen_headline = False
    beginning = structure.beginning if structure is not None else None
    first = squeeze(_MARK.sub("", body.split("\n", 1)[0]))[:60]
    for element in tree.iter() if tree is not None else ():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "h1":
            seen_headline = True
        elif element is beginning or (first and squeeze(_first_text(element)).startswith(first)):
            return None
        elif seen_headline and _is_lead(element, structure.left_out if structure else ()):
            if len(squeeze(element.text_content())) >= LEAD_LENGTH.stop:  # more than a lead
                continue
            text = "\n".join(write_blocks(Structure(container=element)))
            if len(text) in LEAD_LENGTH:
                return None if "".join(text.split()) in "".join(body.split()) else text
    return None


def _first_text(element: Any) -> str:
    """Return the text of a paragraph, and of another element what is before its first tag."""
    text: str | None = element.text_content() if element.tag == "p" else element.text
    return text or ""


def _has_many_elements(tree: Any) -> bool:
    return next(itertools.islice(tree.iter(), MANY_ELEMENTS, None), None) is not None


def _is_lead(element: Any, left_out: Collection[Any]) -> bool:
    """Return whether an element is named as a lead, or is a heading that is a sentence."""
    is_sentence = element.tag == "h2" and squeeze(element.text_content()).endswith(SENTENCE_ENDS)
    if not (is_sentence or is_named_lead(element)):
        return False
    links = element.iter("a") if is_sentence else ()  # as other articles have
    around = (element, *element.iterancestors())
    return not any(node.tag in NO_LEADS or node in left_out for node in (*links, *around))
