"""Punctuation marks that may end a sentence, with their context in the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vnsum.languages.rules import BoundaryRules

CONTEXT = 60  # characters before and after a mark that the rules see
LONGEST_BRACKET = 300  # a longer one has sentences of its own, or its end is missing
OPENERS = "\"'“‘«‹([{"
DASHES = "-–—"

_MARKS = re.compile(r"[.!?…]+")
_BRACKETS = re.compile(r"[()\[\]{}]|[\"“”]")
# What belongs to the sentence before it.
_CLOSERS = re.compile(r"(?:[”’»›)\]}]|[ ][”»)](?=[\s,.;:!?]|$))+")
_FIRST_WORD = re.compile(r"[^\W_]+")
_CONTENT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of sentence-final punctuation in a line, with its context.

    The current sentence starts at `begin`; the run is at `start` to `end`, and `close` is the
    offset after the closing quotes and brackets that follow it. `word` and `previous` are the last
    two words before the run. `gap` says whether white space follows, `ahead` is the text after it,
    and `next` the first character of that text after opening quotes. `proposed` says whether the
    language proposes an end here, `lower_text` whether the line has no capitals. `bracket` is the
    enclosing bracket.
    """

    line: str
    begin: int
    start: int
    end: int
    close: int
    word: str
    previous: str
    gap: bool
    ahead: str
    next: str
    proposed: bool
    lower_text: bool
    bracket: tuple[int, int] | None
    rules: BoundaryRules

    @property
    def run(self) -> str:
        """The punctuation itself."""
        return self.line[self.start : self.end]

    @property
    def is_stop(self) -> bool:
        """Whether this is a single full stop, which may belong to an abbreviation."""
        return self.run == "."

    @property
    def quoted(self) -> bool:
        """Whether a closing quotation mark follows directly."""
        return any(char in "\"'”’»›" for char in self.line[self.end : self.close])

    @property
    def opens(self) -> bool:
        """Whether the next word is one that often starts a sentence."""
        match = _FIRST_WORD.match(self.ahead.lstrip(OPENERS))
        return match is not None and match.group() in self.rules.starters

    @property
    def before(self) -> list[str]:
        """The words of the sentence before the run, within the context."""
        return self.line[max(self.begin, self.start - CONTEXT) : self.start].split()


class MarkReader:
    """Reads the marks of a line from left to right."""

    def __init__(self, line: str, proposed: list[int], rules: BoundaryRules) -> None:
        self._line = line
        self._proposed = set(proposed)
        self._rules = rules
        self._lower_text = line == line.lower()
        self._enclosing = _Enclosing(line)

    def matches(self) -> Iterator[re.Match[str]]:
        """Yield the runs of punctuation of the line."""
        return _MARKS.finditer(self._line)

    def read(self, match: re.Match[str], begin: int) -> Mark:
        """Return the mark at `match` in the sentence that starts at `begin`."""
        line = self._line
        start, end = match.span()
        close = _after_closers(line, end, self._enclosing)
        before = line[max(begin, start - CONTEXT) : start].split()
        ahead = line[close : close + CONTEXT]
        stripped = ahead.lstrip()
        return Mark(
            line=line,
            begin=begin,
            start=start,
            end=end,
            close=close,
            word=before[-1].lstrip(OPENERS + DASHES + "”’,;:/") if before else "",
            previous=before[-2] if len(before) > 1 else "",
            gap=len(stripped) < len(ahead),
            ahead=stripped,
            next=stripped.lstrip(OPENERS)[:1],
            proposed=end in self._proposed,
            lower_text=self._lower_text,
            bracket=self._enclosing.bracket(start),
            rules=self._rules,
        )


class _Enclosing:
    """The brackets and straight quotes of a line, read from left to right."""

    __slots__ = ("_next", "_open_quotes", "_pairs", "_quotes")

    def __init__(self, line: str) -> None:
        pairs: list[tuple[int, int]] = []
        stack: list[int] = []
        self._quotes: list[int] = []
        for match in _BRACKETS.finditer(line):
            char, at = match.group(), match.start()
            if char == '"':
                self._quotes.append(at)
            elif char in "([{":
                stack.append(at)
            elif char in ")]}" and stack:
                opened = stack.pop()
                if not stack or at - stack[-1] > LONGEST_BRACKET:
                    pairs.append((opened, at))
        self._pairs = [pair for pair in pairs if pair[1] - pair[0] <= LONGEST_BRACKET]
        self._next = 0
        self._open_quotes = 0

    def bracket(self, at: int) -> tuple[int, int] | None:
        """Return the bracket around offset `at`; offsets must not decrease between calls."""
        while self._next < len(self._pairs) and self._pairs[self._next][1] < at:
            self._next += 1
        if self._next < len(self._pairs) and self._pairs[self._next][0] < at:
            return self._pairs[self._next]
        return None

    def quote_is_open(self, at: int) -> bool:
        """Return whether an odd number of straight quotes precedes offset `at`."""
        while self._open_quotes < len(self._quotes) and self._quotes[self._open_quotes] < at:
            self._open_quotes += 1
        return self._open_quotes % 2 == 1


def _after_closers(line: str, end: int, enclosing: _Enclosing) -> int:
    """Return the offset after the closing quotes and brackets that follow `end`."""
    position = end
    while position < len(line):
        if match := _CLOSERS.match(line, position):
            position = match.end()
            continue
        quote = position + 1 if line[position] == " " else position
        follows = line[quote + 1 : quote + 2]
        closes = follows == "" or follows.isspace() or follows in ",.;:!?)…-–"
        if line[quote : quote + 1] == '"' and closes and enclosing.quote_is_open(quote):
            position = quote + 1
        elif line[position] == "'" and closes:
            position += 1
        else:
            break
    return position


def find_content(line: str, begin: int) -> int:
    """Return the offset of the next letter or digit, or the length of the line."""
    match = _CONTENT.search(line, begin)
    return match.start() if match else len(line)
