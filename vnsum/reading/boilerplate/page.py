"""`Page`: the lines of a text and the boilerplate claimed from them."""

from __future__ import annotations

import re

from vnsum.results.document import Boilerplate

_LINE = re.compile(r"[^\n]+")
LONG_LINE = 400  # maximum length in characters of a line of boilerplate
LONGEST_TAIL = 240  # characters with what follows the full stop of a sentence
_CLOSING = "\"'”’»)]*_ "
_STOPS = ".!?…:;,"
# What may follow the full stop of a sentence: references, hashtags, emoji and an address.
_AFTER_STOP = re.compile(
    r"(?<=[.!?…\"”»)\] ])(?:\s?(?:\[\^?\w{1,4}\]|\([^()\n]{1,40}\d{4}[a-z]?\)|#\w{1,40}|"
    r"https?://\S{1,200}|[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff]))+$"
)
# A figure of a footnote after the stop: "Nobody uses it.3"; not an abbreviation: "vol.3".
_FOOTNOTE = re.compile(
    r"(?:(?<!\S)(?!(?:no|vol|ver|ep|fig|art|pt|ch|sec|số|tập|phần|kỳ)\.)[a-zà-ỹ]{2,20}[.!?…]"
    r"[\"”’)]?\d{1,2}|[.!?…][\"”’)]?[\u00b9\u00b2\u00b3\u2070-\u2079]{1,2})$"
)
_INNER_STOP = re.compile(r"(?:[^\W\d_]{3,}|\d{3,}|[%”\"’)])[.!?…] +[^\W\d_a-zà-ỹ]")


class Line:
    """The unclaimed part of a line, without surrounding white space."""

    __slots__ = ("blank_after", "end", "kind", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.kind = ""
        self.blank_after = False

    def cut(self, at: int) -> Line:
        """Split this line at offset `at`; return the second part as a new line."""
        rest = Line(at, self.end)
        rest.blank_after, self.blank_after = self.blank_after, False
        self.end = at
        return rest


class Page:
    """The lines of a text, and the boilerplate claimed from them so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.is_markdown = False
        self.has_headline = False
        self._pieces: list[tuple[int, int, str]] = []
        for match in _LINE.finditer(text):
            raw = match.group()
            if raw.isspace():
                continue
            start = match.start() + len(raw) - len(raw.lstrip())
            line = Line(start, match.start() + len(raw.rstrip()))
            if self.lines and text.count("\n", self.lines[-1].end, start) > 1:
                self.lines[-1].blank_after = True
            self.lines.append(line)

    def content(self, line: Line) -> str:
        """Return the unclaimed part of a line."""
        return self.text[line.start : line.end]

    def head(self, line: Line) -> str:
        """Return the first `LONG_LINE` characters of the unclaimed part of a line."""
        return self.text[line.start : min(line.end, line.start + LONG_LINE)]

    def prose(self) -> list[Line]:
        """Return the lines that are not fully claimed."""
        return [line for line in self.lines if line.start < line.end]

    def claim(self, start: int, end: int, kind: str) -> None:
        """Claim `text[start:end]`, without surrounding white space, as boilerplate of `kind`."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        if start < end:
            self._pieces.append((start, end, kind))

    def claim_line(self, line: Line, kind: str) -> None:
        """Claim the rest of a line."""
        self.claim(line.start, line.end, kind)
        line.start = line.end
        line.kind = kind

    def claim_prefix(self, line: Line, length: int, kind: str) -> None:
        """Claim the first `length` unclaimed characters of a line."""
        self.claim(line.start, line.start + length, kind)
        line.start += length
        while line.start < line.end and self.text[line.start].isspace():
            line.start += 1
        line.kind = line.kind or kind

    def claim_suffix(self, line: Line, length: int, kind: str) -> None:
        """Claim the last `length` unclaimed characters of a line."""
        self.claim(line.end - length, line.end, kind)
        line.end -= length
        while line.start < line.end and self.text[line.end - 1].isspace():
            line.end -= 1

    def pieces(self) -> tuple[Boilerplate, ...]:
        """Return the claimed boilerplate in text order."""
        return tuple(
            Boilerplate(kind=kind, text=self.text[start:end], start=start, end=end)
            for start, end, kind in sorted(self._pieces)
        )


def has_stop(content: str) -> bool:
    """Return whether a line ends with a punctuation mark, ignoring closing quotes and brackets.

    References, figures of footnotes, hashtags, emoji and an address after it are ignored as well.
    """
    end = content[-20:].rstrip(_CLOSING)
    if end[-1:] in tuple(_STOPS):
        return True
    tail = content[-LONGEST_TAIL:]
    if _FOOTNOTE.search(tail):
        return True
    after = _AFTER_STOP.search(tail)
    return after is not None and tail[: after.start()].rstrip(_CLOSING)[-1:] in tuple(".!?…")


def is_title_like(content: str) -> bool:
    """Return whether a line looks like a title: short, with no full stop at its end or inside."""
    return (
        len(content) <= 200
        and not has_stop(content)
        and content[:1] not in "-–—•"
        and _INNER_STOP.search(content) is None
        and re.search(r"[^\W\d_]", content) is not None
    )
