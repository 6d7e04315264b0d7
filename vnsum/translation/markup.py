"""Removal of inline markup and placeholders before translation, and their restoration afterwards.

Models garble links, tags, placeholders and code inside sentences. The text inside is translated
with the sentence. If it occurs unchanged in the translation, as names do, its markup is restored
there; otherwise links and code are appended to the sentence. Placeholders and single tags are
replaced by short codes such as X1, which models copy; tags around the sentence are put back.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from vnsum.results.result import Finding, Severity

REACH = 2_000  # characters searched for the words of a mark; longer than any sentence
_FORMATTING = "a|abbr|b|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u"
FORMATTING = frozenset(_FORMATTING.split("|"))  # tags of single words
_ATTRIBUTES = r"(?:\s[^<>\n]{0,500})?"
TAG = re.compile(rf"</?(?P<tag>[A-Za-z][\w-]{{0,30}}){_ATTRIBUTES}/?>|<!--[^\n]{{0,500}}?-->")
_IMAGE = r"!\[[^\[\]\n]{0,300}\]\([^()\s]{1,2000}\)"
EDGE = re.compile(rf"{TAG.pattern}|\[{_IMAGE}\]\([^()\s]{{1,2000}}\)|\{{%[^{{}}\n]{{0,300}}%\}}")
# What is neither translated nor understood: badges, templates, format specifiers, single tags. A
# placeholder includes the digits after it, which would lengthen its code.
OPAQUE = re.compile(
    rf"\[{_IMAGE}\]\([^()\s]{{1,2000}}\)"
    r"|(?:\{\{[^{}\n]{0,300}\}\}|\{%[^{}\n]{0,300}%\}|[$#]?\{[\w.:\[\]!-]{0,60}\}"
    r"|(?<![\d%])%(?:\(\w{1,60}\))?[-+0#]{0,3}\d{0,3}(?:\.\d{1,3})?[sdifgxr](?![^\W\d]))\d{0,20}"
    rf"|</?[A-Za-z][\w-]{{0,30}}{_ATTRIBUTES}/?>|<!--[^\n]{{0,500}}?-->"
)
INLINE = re.compile(
    r"(?<!!)\[(?P<label>[^\[\]\n]{1,300})\]\((?P<url>[^()\s]{1,2000})\)"
    r"|\*\*(?P<bold>[^*\n\s](?:[^*\n]{0,300}[^*\n\s])?)\*\*"
    r"|(?<!`)(?P<ticks>``?)(?!`)(?P<code>(?:[^`\n]|(?<!`)`(?!`)){1,300}?)(?P=ticks)(?!`)"
    rf"|<(?P<tag>{_FORMATTING}){_ATTRIBUTES}>(?P<html>[^<>\n]{{1,300}})</(?P=tag)>"
    rf"|(?P<opaque>{OPAQUE.pattern})"
)
STAND_IN = re.compile(r"X\d{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of inline markup: the words that the model gets, and the original with markup.

    `kind` is `"label"`, `"bold"`, `"code"`, `"html"` or `"opaque"`, as the groups of `INLINE`, or
    `"before"` or `"after"` for markup around the whole text, which has no words. `skipped` is how
    often the words occur between the previous mark and this one.
    """

    kind: str
    words: str
    written: str
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text without inline markup, and its marks in order."""

    text: str
    marks: tuple[Mark, ...]


def strip_marks(text: str) -> Marked:
    """Return `text` on one line without inline markup.

    >>> strip_marks("Xem [VnExpress](https://example.org), **nhanh**.").text
    'Xem VnExpress, nhanh.'
    >>> strip_marks("<p>Xin chào {name}!</p>").text
    'Xin chào X1!'
    """
    text = text.replace("\n", " ")
    start, end = _cut_tags(text)
    marks = [Mark(kind="before", words="", written=text[:start])] if start else []
    # X12 in the text also takes X1.
    taken = {code[:end] for code in STAND_IN.findall(text) for end in range(2, len(code) + 1)}
    codes = (code for number in itertools.count(1) if (code := f"X{number}") not in taken)
    body = text[start:end]
    previous = 0  # end of the previous mark in `body`

    def encode(match: re.Match[str]) -> str:
        code = next(codes)
        marks.append(Mark(kind="opaque", words=code, written=match.group()))
        return code

    def strip(match: re.Match[str]) -> str:
        nonlocal previous
        kind = next(kind for kind in ("label", "bold", "code", "html", "opaque") if match[kind])
        if kind == "opaque":
            return encode(match)
        words = OPAQUE.sub(encode, match[kind])
        (start, end), offset = match.span(kind), match.start()
        written = match.group()[: start - offset] + words + match.group()[end - offset :]
        skipped = len(_list_offsets(body, words, previous, offset))
        marks.append(Mark(kind=kind, words=words, written=written, skipped=skipped))
        previous = match.end()
        return words

    plain = INLINE.sub(strip, body)
    if end < len(text):
        marks.append(Mark(kind="after", words="", written=text[end:]))
    return Marked(text=plain, marks=tuple(marks))


def _cut_tags(text: str) -> tuple[int, int]:
    """Return where the text within the tags around it starts and ends."""
    start, end = 0, len(text)
    while match := EDGE.match(text, _skip_spaces(text, start)):
        closing = f"</{match['tag']}>"
        if match["tag"] in FORMATTING and not match.group().startswith("</"):
            last = text.rfind(closing, match.end(), end)
            whole = last > 0 and not text[last + len(closing) : end].strip()
            if not whole or text.find(closing, match.end()) < last:
                break
            end = last
        start = match.end()
    while end > start:
        stop = end
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        opened = text.rfind("<", max(start, stop - 600), stop)
        tag = TAG.fullmatch(text, opened, stop) if opened >= 0 else None
        if tag is None or tag["tag"] in FORMATTING:
            break
        end = opened
    if not text[start:end].strip():
        return 0, len(text)
    start = _skip_spaces(text, start) if start else 0
    return start, end


def _skip_spaces(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def restore_marks(translation: str, marks: tuple[Mark, ...]) -> tuple[str, list[Finding]]:
    """Return `translation` with its markup restored, and findings for moved or removed markup.

    >>> marks = strip_marks("Theo [VnExpress](https://example.org).").marks
    >>> restore_marks("According to VnExpress.", marks)[0]
    'According to [VnExpress](https://example.org).'
    """
    originals = {mark.words: mark.written for mark in marks if mark.kind == "opaque"}

    def decode(text: str) -> str:
        return STAND_IN.sub(lambda match: originals.get(match.group(), match.group()), text)

    findings = []
    pieces, appended = [], []
    position = 0  # marks are ordered and not nested
    for mark in marks:
        if mark.kind in ("opaque", "before", "after"):
            continue
        offsets = _list_offsets(translation, mark.words, position, len(translation))
        if offsets:
            offset = offsets[mark.skipped if mark.skipped < len(offsets) else 0]
            pieces += [translation[position:offset], mark.written]
            position = offset + len(mark.words)
        elif mark.kind in ("bold", "html"):
            findings.append(_note(decode(mark.written), "its markup was removed"))
        else:
            appended.append(f" ({mark.written})")
            findings.append(_note(decode(mark.written), "it was appended to the sentence"))
    restored = "".join([*pieces, translation[position:], *appended])
    counts = Counter(STAND_IN.findall(restored))
    for code, written in originals.items():
        if counts[code] == 0:
            restored += f" ({code})"
            findings.append(_note(written, "it was appended to the sentence", severity="warning"))
        elif counts[code] > 1:
            message = f"{written!r} occurs {counts[code]} times in the translation."
            findings.append(Finding(kind="markup", severity="warning", message=message))
    around = {mark.kind: mark.written for mark in marks}
    return around.get("before", "") + decode(restored) + around.get("after", ""), findings


def _note(written: str, what: str, *, severity: Severity = "info") -> Finding:
    message = f"The position of {written!r} in the translation is unknown; {what}."
    return Finding(kind="markup", severity=severity, message=message)


def _list_offsets(text: str, words: str, start: int, stop: int) -> list[int]:
    """Return where `words` occur as whole words from `start` to `stop`, at most `REACH` further."""
    end = min(start + REACH, stop)
    if text.find(words, start, end) < 0:  # a fast check for the most common case
        return []
    # One more character, so that the end of the range is not mistaken for a word boundary.
    matches = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").finditer(text, start, end + 1)
    return [match.start() for match in matches if match.end() <= end]
