"""Finding sentence ends in a line with an ordered list of rules for punctuation marks.

Each rule returns `True` (the sentence ends here), `False` (it continues) or `None` (undecided). If
all are undecided, the proposal of the language is used. Rules have bounded context, so the time is
linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from vnsum.languages.rules import BoundaryRules
from vnsum.languages.syllables import is_syllable

REACH = 60  # characters that a rule may look back or ahead
LONGEST_BRACKET = 300  # a longer bracket is text of its own, or was never closed

_MARKS = re.compile(r"[.!?…]+")
_BRACKETS = re.compile(r"[()\[\]{}]|[\"“”]")
_EMOJI = r"[\u2600-\u27bf\U0001f1e6-\U0001faff\ufe0f\u200d]"
# What belongs to the sentence that a mark ends: closing quotes and brackets, notes, emoji.
_CLOSERS = re.compile(
    rf"(?:[”’»›)\]}}]|[ ][”»)](?=[\s,.;:!?]|$)|\[\d{{1,3}}\]|[¹²³⁰-⁹]|[ ]?{_EMOJI})+"
)
_OPENERS = "\"'“‘«‹([{"
_DASHES = "-–—"
_FIRST_WORD = re.compile(r"[^\W_]+")
_CONTENT = re.compile(r"[^\W_]")
_NUMBER_LABEL = re.compile(
    r"[\"“(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,5}|[^\W\d_]|\d{1,2}[a-zđ])"
)
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.-?)*[^\W\d_]{1,2}")
_INITIAL_AHEAD = re.compile(r"[A-ZĐ][ghir]?[.]|[(]")
_LONE_LETTER_AHEAD = re.compile(r"[A-ZĐ](?=\s)")
_LETTER_WORDS = frozenset("ÝỞÔÀỪ")  # `ở Ý.` is Italy; no name is shortened to these
_DIGRAPHS = frozenset(("Ch", "Gi", "Kh", "Ng", "Nh", "Ph", "Qu", "Th", "Tr"))  # as initials
_FIGURE = re.compile(r"[\d°%$€£₫]")
_JOINED = re.compile(r"[.,/\-–]")


@dataclass(frozen=True, slots=True)
class Mark:
    """One run of closing marks in a line, with what stands around it.

    `begin` is where the sentence so far starts, `close` the offset after closing quotes;
    `word` and `previous` are the two words before the mark, `gap` whether white space follows,
    `next` the first letter, figure or sign after it, past opening quotes.
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
    voted: bool
    lower_text: bool
    bracket: tuple[int, int] | None
    rules: BoundaryRules

    @property
    def run(self) -> str:
        """The marks themselves."""
        return self.line[self.start : self.end]

    @property
    def is_stop(self) -> bool:
        """Whether this is a single full stop, which an abbreviation may have too."""
        return self.run == "."

    @property
    def quoted(self) -> bool:
        """Whether a closing quotation mark follows at once."""
        return any(char in "\"'”’»›" for char in self.line[self.end : self.close])

    @property
    def opens(self) -> bool:
        """Whether the next word is one that opens sentences."""
        match = _FIRST_WORD.match(self.ahead.lstrip(_OPENERS))
        return match is not None and match.group() in self.rules.starters


def sentence_ends(line: str, proposed: list[int], rules: BoundaryRules) -> list[int]:
    """Return the offsets at which the sentences of `line` end; the last is its length."""
    votes = set(proposed)
    enclosing = _Enclosing(line)
    lower_text = line == line.lower()
    ends: list[int] = []
    begin = 0
    content = _next_content(line, 0)
    for match in _MARKS.finditer(line):
        if match.start() < begin:  # already taken in as part of the sentence before
            continue
        mark = _look(line, begin, match, match.end() in votes, lower_text, enclosing, rules)
        if mark.close >= len(line):
            break
        if content < mark.close and _ends_here(mark):
            ends.append(mark.close)
            begin = mark.close
            content = _next_content(line, begin)
    if ends and content == len(line):
        ends.pop()
    ends.append(len(line))
    return ends


def _look(
    line: str,
    begin: int,
    match: re.Match[str],
    voted: bool,
    lower_text: bool,
    enclosing: _Enclosing,
    rules: BoundaryRules,
) -> Mark:
    start, end = match.span()
    close = _after_closers(line, end, enclosing)
    before = line[max(begin, start - REACH) : start].split()
    ahead = line[close : close + REACH]
    stripped = ahead.lstrip()
    return Mark(
        line=line,
        begin=begin,
        start=start,
        end=end,
        close=close,
        word=before[-1].lstrip(_OPENERS + _DASHES + "”’,;:/") if before else "",
        previous=before[-2] if len(before) > 1 else "",
        gap=len(stripped) < len(ahead),
        ahead=stripped,
        next=stripped.lstrip(_OPENERS)[:1],
        voted=voted,
        lower_text=lower_text,
        bracket=enclosing.bracket(start),
        rules=rules,
    )


class _Enclosing:
    """The brackets and straight quotes of a line, walked once from left to right."""

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
        """Return whether an odd number of straight quotes stands before offset `at`."""
        while self._open_quotes < len(self._quotes) and self._quotes[self._open_quotes] < at:
            self._open_quotes += 1
        return self._open_quotes % 2 == 1


def _after_closers(line: str, end: int, enclosing: _Enclosing) -> int:
    """Return the offset after the closing quotes, brackets, notes and emoji that follow `end`."""
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


def _next_content(line: str, begin: int) -> int:
    """Return where the next letter or figure stands; a piece without one is no sentence."""
    match = _CONTENT.search(line, begin)
    return match.start() if match else len(line)


def _ends_here(mark: Mark) -> bool:
    for rule in RULES:
        verdict = rule(mark)
        if verdict is not None:
            return verdict
    return mark.voted


# The rules, each about one fact of writing. Order matters: the first that knows decides.


def more_marks_follow(mark: Mark) -> bool | None:
    """`“Về đi!”, anh nói` and `“Về đi!”.` go on until the last mark."""
    if mark.line[mark.close] in ",;:.!?…/":
        return False
    return False if mark.ahead[:1] in tuple(",;:") else None


def in_brackets(mark: Mark) -> bool | None:
    """A bracket stays whole; after one, a sentence that began in it or a clear opener decides."""
    if mark.bracket is None:
        return None
    opened, closed = mark.bracket
    if closed >= mark.close:
        return False
    if not mark.line[mark.begin : opened].strip():
        return None
    return mark.opens and mark.end - opened > 3


def number_label(mark: Mark) -> bool | None:
    """`1. Mở đầu`, `II. Tổng quan`, `a. Gạo` and `Điều 5. Phạm vi` keep their label."""
    if not mark.is_stop or not mark.gap:
        return None
    label = mark.line[mark.begin : mark.start].strip() if mark.start - mark.begin < 30 else ""
    if label and _NUMBER_LABEL.fullmatch(label):
        return False
    head, _, number = label.partition(" ")
    if head in mark.rules.numbered and _NUMBER_LABEL.fullmatch(number):
        return False
    return False if mark.previous[-1:] in (":", ";") and mark.word.isdigit() else None


def abbreviation(mark: Mark) -> bool | None:
    """`TP. HCM`, `GS.TS. Nguyễn`, `No. 5`, and `v.v.` or `Inc.` that may end a sentence."""
    if not mark.is_stop or not mark.word:
        return None
    rules, word = mark.rules, mark.word
    if word in rules.maybe:
        return mark.gap and (mark.opens or (word in rules.closing and mark.next.isupper()))
    if word in rules.never or _JOINED.split(word)[-1] in rules.never:
        return False
    return False if word in rules.before_number and mark.next.isdigit() else None


def no_space(mark: Mark) -> bool | None:
    """`vnexpress.net`, `1.234`, `U.S.A` go on; `mưa.Đường` only lacks its space."""
    if mark.gap:
        return None
    left = mark.line[max(mark.begin, mark.start - REACH) : mark.start].split()[-1:] or [""]
    ahead = mark.ahead.lstrip(_OPENERS)
    new_word = ahead[:1].isupper() and (ahead[1:2].islower() or ahead[1:2] == " ")
    if not new_word or re.search(r"[@/.\\_]", left[0]):
        return False
    word = mark.word.strip('”’")]')
    if _PLAIN_WORD.fullmatch(word):
        return word.islower() or mark.opens or not mark.is_stop
    return mark.opens and (word.isdigit() or mark.quoted)


def single_letter(mark: Mark) -> bool | None:
    """`vitamin C.` ends, `Nguyễn Văn A. Theo` ends before an opener, `J. Robert` goes on."""
    if not mark.is_stop or not _is_initial(mark.word):
        return None
    if mark.next.isupper():
        return mark.word in _LETTER_WORDS or _name_or_letter(mark)
    return False if mark.next.isalnum() else mark.quoted or None


def _is_initial(word: str) -> bool:
    """Return whether a word is a capital, a digraph such as `Ng`, or a chain of them with dots."""
    if not _INITIALS.fullmatch(word) or not word[0].isupper():
        return False
    return len(word) == 1 or "." in word or word in _DIGRAPHS


def _name_or_letter(mark: Mark) -> bool:
    """Decide whether a single letter before a capital ends a sentence or begins a name."""
    rules, previous = mark.rules, mark.previous
    if previous in rules.letter_nouns:
        return True
    in_address = previous[-1:] in (",", "(") or previous in rules.before_place
    if (mark.word in rules.place_letters and in_address) or _INITIAL_AHEAD.match(mark.ahead):
        return False
    if mark.opens or mark.quoted or _ends_a_name(mark):
        return True
    names_something = previous.islower() and previous not in rules.before_initial
    return rules.lower_may_start and names_something and not _LONE_LETTER_AHEAD.match(mark.ahead)


def _ends_a_name(mark: Mark) -> bool:
    """Return whether the letter ends `Nguyễn Văn A.`: a name goes on with capitals only."""
    ahead = mark.ahead.split(maxsplit=2)
    before = mark.line[max(mark.begin, mark.start - REACH) : mark.start].split()
    return (
        len(before) > 2  # `Anh B. Lan` at the beginning may be one name
        and mark.previous[:1].isupper()
        and is_syllable(mark.previous)
        and len(ahead) > 1
        and is_syllable(ahead[0])
        and ahead[1][0].islower()
    )


def attribution(mark: Mark) -> bool | None:
    """`“Ai đấy?” Lan hỏi.` and `“Về thôi.” - ông nói` keep the words that name the speaker."""
    if not mark.quoted:
        return None
    if mark.ahead[:1] in _DASHES or mark.next.islower():
        return False
    if mark.is_stop:
        return None
    clause = re.split(r"[.,:;!?…]", mark.ahead, maxsplit=1)[0].split()
    return False if any(word in mark.rules.speech for word in clause[1:5]) else None


def ellipsis(mark: Mark) -> bool | None:
    """Dots of hesitation end a sentence only before a capital, and never open one."""
    if "…" not in mark.run and ".." not in mark.run:
        return None
    if not mark.line[mark.begin : mark.start].strip(_OPENERS + " "):
        return False
    return mark.next.isupper() or mark.next in _DASHES


def dash(mark: Mark) -> bool | None:
    """A dash opens a new turn of a dialogue before a capital, and goes on otherwise."""
    if mark.ahead[:1] not in tuple(_DASHES):
        return None
    return mark.ahead.lstrip(_DASHES + " ")[:1].isupper()


def lower_case_follows(mark: Mark) -> bool | None:
    """A small letter opens a sentence only in a text without capitals or after a plain word."""
    if not mark.next.islower():
        return None
    plain = _PLAIN_WORD.fullmatch(mark.word) is not None and mark.word.islower()
    if mark.lower_text:
        return plain or not mark.is_stop
    return mark.rules.lower_may_start and mark.is_stop and plain


def plain_word(mark: Mark) -> bool | None:
    """After a question or exclamation mark, a small word or a figure, a new sentence begins."""
    last_part = mark.word.rpartition("-")[2]
    if not mark.is_stop or (last_part.islower() and last_part.isalpha()):
        return True
    return True if mark.next.isupper() and _FIGURE.search(mark.word) else None


RULES: tuple[Callable[[Mark], bool | None], ...] = (
    more_marks_follow,
    in_brackets,
    number_label,
    abbreviation,
    no_space,
    single_letter,
    attribution,
    ellipsis,
    dash,
    lower_case_follows,
    plain_word,
)
