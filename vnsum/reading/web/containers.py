"""Containers of a page whose tag or id says nothing about their text."""

from __future__ import annotations

import itertools
import re
from typing import Any

from vnsum.names.table import drop_diacritics
from vnsum.reading.web.prose import is_sentence, squeeze, text_lengths
from vnsum.reading.web.structure import HEADINGS, NO_CONTENT, classes, has_few_links

MOST_ANCHORS = 5  # elements before a heading that are looked at
PLACE = frozenset(["id", "name"])  # attributes that name a place in a page
# The letters of headings of parts of pages that are not of the text, without diacritics.
LABELS = frozenset([
    "abouttheauthor", "abouttheauthors", "advertisement", "advertisements", "author", "authors",
    "baicungchuyenmuc", "baidocnhieu", "baikhac", "bailienquan", "baivietcungchuyenmuc",
    "baivietkhac", "baivietlienquan", "binhluan", "binhluancuaban", "cacbaivietlienquan",
    "chiase", "comment", "comments", "dangky", "dangkynhantin", "dangnhap", "docnhieu",
    "docthem", "gopy", "guibinhluan", "leaveacomment", "leaveareply", "lienquan", "login",
    "morestories", "newsletter", "newsletters", "newslettersignup", "phanhoi", "postcomment",
    "quangcao", "readmore", "recommended", "recommendedforyou", "recommendedreading", "related",
    "relatedarticle", "relatedarticles", "relatedcontent", "relatedlinks", "relatednews",
    "relatedpost", "relatedposts", "relatedreading", "relatedstories", "relatedtopics",
    "relatedvideos", "share", "sharethis", "sharethisarticle", "sharethispost", "sharethisstory",
    "signin", "signup", "sponsored", "subscribe", "subscribetoournewsletter", "tacgia", "tags",
    "tinbailienquan", "tincungchuyenmuc", "tindocnhieu", "tinkhac", "tinlienquan", "tukhoa",
    "vetacgia", "vietbinhluan", "xemnhieu", "xemthem", "ykien", "ykienbandoc", "ykiencuaban",
    "ykiendocgia",
])  # fmt: skip

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NOT_WORDS = re.compile(r"[\W_]+")
_SECTION = re.compile(r"^(?:[0-9]+\.)+(?:[0-9]+)?\s")  # the number of a section before its heading
_REPEATED = re.compile(r"[-_][0-9]+$")  # at the end of an id that another section has as well
_NUMBER = "section-number"  # in the class of the number, as Pandoc and Sphinx write it
_LEVEL = re.compile(r"level[1-6]")  # the class of a section that Pandoc made


def open_anchors(tree: Any) -> None:
    """Make plain elements of the `a` that are no links.

    They have no attribute but the name of a place in the page, and a sentence or no text; others
    without an address are links of scripts. One that is not closed has the text below it inside.
    """
    for anchor in [*tree.iter("a")]:
        if not anchor.attrib or not PLACE.issuperset(anchor.attrib):
            continue
        text = squeeze(anchor.text_content())
        if not text or is_sentence(text):
            anchor.tag = "span"


def open_forms(tree: Any) -> None:
    """Make divisions of forms with most of the text of a page, as ASP.NET writes one around it.

    They have its headline, if there is one: others may be of comments, or of a poll.
    """
    forms = [*tree.iter("form")]
    if _has_headline(tree):
        forms = [form for form in forms if _has_headline(form)]
    lengths = text_lengths(tree, unread=NO_CONTENT - {"form"} | {"a"}) if forms else {}
    for form in forms:
        if 2 * lengths[form] > lengths[tree]:
            form.tag = "div"


def _has_headline(element: Any) -> bool:
    return next(element.iter("h1"), None) is not None


def forget_ids(tree: Any) -> None:
    """Remove ids that are made of a heading: those of sections, and of parts of the heading.

    Those of a heading such as "Comments" are kept.
    """
    for heading in tree.iter(*HEADINGS):
        for part in heading.iterdescendants("*"):
            if _has_id_of(part, part) and not _is_label(part):
                del part.attrib["id"]
        section = heading.getparent()
        if section is None or not _is_first(heading) or not _has_id_of(section, heading):
            continue
        if _is_section(section, heading) and not _is_label(heading):
            del section.attrib["id"]


def _is_first(heading: Any) -> bool:
    """Return whether no element with a text is before a heading."""
    before = itertools.islice(heading.itersiblings(preceding=True), MOST_ANCHORS)
    return not any(squeeze(part.text_content() + (part.tail or "")) for part in before)


def _has_id_of(element: Any, heading: Any) -> bool:
    """Return whether the id of an element has the letters and digits of a heading.

    The heading may have the number of its section before, and the id that of its repetition.
    """
    if not element.get("id"):
        return False
    heading_text = squeeze(heading.text_content())
    name, text = (drop_diacritics(part.lower()) for part in (element.get("id"), heading_text))
    numbers = [part.text_content() for part in heading if _NUMBER in part.get("class", "")]
    unnumbered = text.removeprefix(squeeze(numbers[0])) if numbers else _SECTION.sub("", text)
    names = {_NOT_WORDS.sub("", form) for form in (name, _REPEATED.sub("", name))}
    texts = {_NOT_WORDS.sub("", form) for form in (text, unnumbered)}
    return bool(names & texts - {""})


def _is_label(heading: Any) -> bool:
    """Return whether a heading is one of a part that is not of the text: "3 Comments"."""
    return _NOT_LETTERS.sub("", drop_diacritics(heading.text_content().lower())) in LABELS


def _is_section(element: Any, heading: Any) -> bool:
    """Return whether other signs say as well that an element with a heading is part of a text.

    They are a class, the link of its heading to itself if it has no class, or paragraphs of
    sentences. Parts of pages that are not of the text, such as comments, may have an id and a
    heading of the same words.
    """
    name = element.get("id")
    links = {link.get("href") for link in heading.iter("a")}
    if any(map(_LEVEL.fullmatch, classes(element))):
        return True
    if f"#{name}" in links and not classes(element):
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
