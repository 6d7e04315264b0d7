"""Describing what was left out of the article of a web page."""

from __future__ import annotations

import re
from typing import Any

from vnsum.reading.web.blocks import write_blocks
from vnsum.reading.web.prose import (
    ENDS,
    SENTENCE,
    SHORTEST_PARAGRAPH,
    count_sentences,
    is_sentence,
    linked_length,
    squeeze,
)
from vnsum.reading.web.structure import (
    MEDIAWIKI,
    NO_CONTENT,
    OMISSIONS,
    STRUCK,
    WIKI_MARKS,
    Structure,
    classes,
    find_headlines,
    find_left_out,
    has_few_links,
    has_foreign_name,
    is_hidden,
    is_text,
)

NO_TEXT = frozenset(["head", "noscript", "script", "style", "template"])
RUN = 4  # words at the beginning and at the end by which a line is recognized in another text

_WORD = re.compile(r"\w+")


def describe_omissions(structure: Structure, *, lead: str = "", title: str = "") -> str:
    """Return what the article is without: "2 pictures, 1 inset (3 sentences)".

    It is empty if nothing was left out. `lead` is a part of the page that was added to the article,
    `title` its title.
    """
    left_out, beside = structure.left_out, structure.beside
    told = {structure.headline, *structure.others}  # a part that has one of them is no inset
    told |= {around for part in told if part is not None for around in part.iterancestors()}
    parts = [
        *(part for part in beside - left_out - told if _says_something(part)),
        *(part for part in (beside & left_out) - told if _is_further_text(part)),
        *(
            part for part in structure.container.iter()
            if part in left_out and part not in beside and part.getparent() not in left_out
        ),
    ]  # fmt: skip
    kinds = dict.fromkeys([*OMISSIONS, *WIKI_MARKS.values(), "hidden part"], 0)
    sentences = dict.fromkeys(kinds, 0)
    for part in parts:
        tags = {inner.tag for inner in part.iter()}
        text = squeeze(part.text_content())
        marks = [WIKI_MARKS[name] for name in classes(part) if name in WIKI_MARKS]
        hidden = ["hidden part"] if _is_hidden_text(part) else []
        media = [name for name, own in OMISSIONS.items() if own & tags]
        named = next(iter([*marks, *hidden, *media]), "")
        if named or (part.tag not in NO_TEXT and text and not _is_part(text, lead)):
            kinds[named or "inset"] += 1
            if not (structure.is_wiki and not MEDIAWIKI.isdisjoint(classes(part))):
                sentences[named or "inset"] += _count_sentences(part)
    kinds["struck passage"] = _count_struck(structure)
    others = [squeeze(other.text_content()) for other in structure.others]
    kinds["other paragraph"] = sum(not _is_part(text, lead) for text in others)
    kinds["other line"] = sum(
        not _is_part(line, lead) and line not in title for line in _find_lines_outside(structure)
    )
    return ", ".join(
        _describe(kind, kinds[kind], sentences.get(kind, 0)) for kind in kinds if kinds[kind]
    )


def _describe(kind: str, count: int, sentences: int) -> str:
    return _number(count, kind) + (f" ({_number(sentences, 'sentence')})" if sentences else "")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"


def _find_lines_outside(structure: Structure) -> list[str]:
    """Return the lines with a sentence outside of an article without its headline inside.

    Where the headline is inside, it says where the article begins, and what is outside is of the
    page. Paragraphs, headings that are no sentences, and links are not returned.
    """
    container, headline = structure.container, structure.headline
    if headline is not None and container in headline.iterancestors():
        return []
    page = container.getroottree().getroot()
    unwritten = {container, headline, *structure.others, *structure.left_out, *page.iter("h1")}
    lines = write_blocks(Structure(container=page, left_out=unwritten))
    return [
        line
        for line in lines
        if len(line) >= SHORTEST_PARAGRAPH
        and count_sentences(line)
        and not line.startswith("» ")
        and (not line.startswith("## ") or line.endswith("."))
    ]


def _count_struck(structure: Structure) -> int:
    unwritten = {inner for part in structure.beside for inner in part.iter(STRUCK)}
    struck = {*structure.container.iter(STRUCK)}
    return len(struck - unwritten - structure.left_out)


def _count_sentences(part: Any) -> int:
    """Return about how many sentences a part has in lines as long as paragraphs, without links."""
    unread = {inner for inner in part.iter() if inner.tag in NO_TEXT}
    lines = write_blocks(Structure(container=part, left_out=unread))
    return sum(count_sentences(line) for line in lines if line[0] != "»" and is_sentence(line))


def _is_part(text: str, lead: str) -> bool:
    """Return whether a text is in a lead, or begins with its first line, which may have a mark."""
    first = lead.split("\n", 1)[0].lstrip("-» ")
    return text in lead or (bool(first) and text.startswith(first))


def _says_something(part: Any) -> bool:
    """Return whether a part of a page is text that is more than a word or a mark.

    Up to a half of its sentences may be in links, which may be words of a lead.
    """
    text = squeeze(part.text_content())
    if 2 * linked_length(part) <= len(text) and (is_sentence(text) or _count_sentences(part)):
        return True
    return is_text(part) and (len(text) >= SHORTEST_PARAGRAPH or bool(SENTENCE.search(text)))


def _is_further_text(part: Any) -> bool:
    """Return whether a part beside the article is hidden text, or has a name and sentences.

    The foot of an article may have sentences as well, which that of a page has.
    """
    if (part.tag in NO_CONTENT and not _is_foot(part)) or is_hidden(part):
        return _is_hidden_text(part)
    return _count_sentences(part) > 0


def _is_foot(part: Any) -> bool:
    """Return whether a part is a foot of an article, and not inside of another one."""
    if part.tag != "footer" or next(part.iterancestors("footer"), None) is not None:
        return False
    return next(part.iterancestors("article"), None) is not None


def _is_hidden_text(part: Any) -> bool:
    """Return whether a part is hidden, as further text may be, and has paragraphs."""
    if part.tag in NO_CONTENT or not is_hidden(part) or has_foreign_name(part):
        return False
    lengths = (len(squeeze(p.text_content())) for p in part.iter("p") if has_few_links(p))
    return any(length >= SHORTEST_PARAGRAPH for length in lengths)


def describe_missing(tree: Any, text: str) -> str:
    """Return what of a page is not in `text`: "2 other lines", those that have a sentence.

    Headlines, links, and parts whose tag or class says that they are not of an article are not
    counted; a line that is a link is counted between lines that are in `text`.
    """
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    headlines = find_headlines(elements, "")
    left_out = find_left_out(elements, headlines)
    unwritten = left_out | {h1 for h1 in elements if h1.tag == "h1"}
    words = _WORD.findall(text)
    runs = {
        tuple(words[start : start + length])
        for length in range(1, RUN + 1)
        for start in range(len(words))
    }
    missing = links = 0
    is_read = False  # whether the last line that is no link is in the text
    for line in write_blocks(Structure(container=tree, left_out=unwritten)):
        own = _WORD.findall(line)
        ended = SENTENCE.search(line) is not None or line.rstrip(" |").endswith(ENDS)
        is_there = {tuple(own[:RUN]), tuple(own[-RUN:])} <= runs
        is_missing = bool(own) and ended and not is_there
        if line.startswith("» "):
            links += is_missing and is_read
        elif own:
            is_read = is_there
            missing += is_missing + (links if is_read else 0)
            links = 0
    feet = [foot for foot in tree.iter("footer") if _is_foot(foot) and _is_further_text(foot)]
    counts = {
        "inset": len(feet),
        "struck passage": len({*tree.iter(STRUCK)} - left_out),
        "other line": missing,
    }
    sentences = {"inset": sum(map(_count_sentences, feet))}
    return ", ".join(
        _describe(kind, count, sentences.get(kind, 0)) for kind, count in counts.items() if count
    )
