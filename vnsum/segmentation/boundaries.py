"""Sentence boundaries in a line, found with an ordered list of rules for punctuation marks.

Each rule returns `True` (the sentence ends here), `False` (it continues) or `None` (undecided). If
all are undecided, the proposal of the language is used. Rules see a bounded context, so the time is
linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vnsum.languages.rules import BoundaryRules
from vnsum.languages.syllables import is_syllable
from vnsum.segmentation.marks import DASHES, OPENERS, Mark, MarkReader, find_content
from vnsum.segmentation.plain import read_plain

_NUMBER_LABEL = re.compile(
    r"[\"“(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,5}|[^\W\d_]|\d{1,2}[a-zđ])"
)
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.-?)*[^\W\d_]{1,2}")
_INITIAL_AHEAD = re.compile(r"[A-ZĐ][ghir]?[.]|[(]")
_LONE_LETTER_AHEAD = re.compile(r"[A-ZĐ](?=\s)")
_LETTER_WORDS = frozenset("ÝỞÔÀỪ")  # whole words: `ở Ý.` is Italy; never initials of names
_DIGRAPHS = frozenset(("Ch", "Gi", "Kh", "Ng", "Nh", "Ph", "Qu", "Th", "Tr"))  # as initials
_UNIT_LETTERS = frozenset("ACFJKLNVW")  # `220 V.`
_FIGURE = re.compile(r"[\d°%$€£₫²³]")
_JOINED = re.compile(r"[.,/\-–]")
_UNIT = re.compile(r"[^\W\d_]{1,6}[23²³]?/[^\W\d_]{1,6}[23²³]?")
_DEGREE = re.compile(r"([^\W\d_]{2,6})[. ]{1,2}CK ?(?:I{1,3}|[123])$")  # after a title


def sentence_ends(
    line: str, propose: Callable[[str], list[int]], rules: BoundaryRules
) -> list[int]:
    """Return the offsets at which the sentences of `line` end; the last is its length."""
    plain = read_plain(line)
    ends = _plain_ends(plain.text, propose(plain.text), rules)
    return [*map(plain.original, ends[:-1]), len(line)]


def _plain_ends(line: str, proposed: list[int], rules: BoundaryRules) -> list[int]:
    """Return the ends in a line without notes and inline markup."""
    reader = MarkReader(line, proposed, rules)
    ends: list[int] = []
    begin = 0
    content = find_content(line, 0)
    for match in reader.matches():
        if match.start() < begin:  # belongs to the sentence before
            continue
        mark = reader.read(match, begin)
        if mark.close >= len(line):
            break
        if content < mark.close and _ends_here(mark):
            ends.append(mark.close)
            begin = mark.close
            content = find_content(line, begin)
    if ends and content == len(line):
        ends.pop()
    ends.append(len(line))
    return ends


def _ends_here(mark: Mark) -> bool:
    for rule in RULES:
        verdict = rule(mark)
        if verdict is not None:
            return verdict
    return mark.proposed


# The rules in order of priority: the first that decides is used.


def more_marks_follow(mark: Mark) -> bool | None:
    """Do not end before more punctuation, as in `“Về đi!”, anh nói` and `“Về đi!”.`."""
    if mark.line[mark.close] in ",;:.!?…/":
        return False
    return False if mark.ahead[:1] in tuple(",;:") else None


def in_brackets(mark: Mark) -> bool | None:
    """Do not end within a bracket; a sentence that started in one may end with it."""
    if mark.bracket is None:
        return None
    opened, closed = mark.bracket
    if closed >= mark.close:
        return False
    if not mark.line[mark.begin : opened].strip():
        return None
    return mark.opens and mark.end - opened > 3


def number_label(mark: Mark) -> bool | None:
    """Do not end after a label, as in `1. Mở đầu`, `II. Tổng quan` and `Điều 5. Phạm vi`."""
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
    """Do not end after an abbreviation, except one such as `v.v.` or `Inc.` before a capital."""
    if not mark.is_stop or not mark.word:
        return None
    rules, word = mark.rules, mark.word
    if word in rules.maybe:
        return mark.gap and (mark.opens or (word in rules.closing and mark.next.isupper()))
    if word in rules.never or _JOINED.split(word)[-1] in rules.never or _is_degree(mark):
        return False
    return False if word in rules.before_number and mark.next.isdigit() else None


def _is_degree(mark: Mark) -> bool:
    """Return whether the mark follows a title and a degree, as in `BS.CKII. Nguyễn Lan`."""
    match = _DEGREE.search(" ".join(mark.before[-3:]))
    return match is not None and match.group(1) in mark.rules.never


def abbreviated_place(mark: Mark) -> bool | None:
    """Do not end before the name of a place or body, as in `TP. Huế` and `tại BV. Chợ Rẫy`."""
    if not mark.is_stop:
        return None
    rules, word = mark.rules, mark.word
    if word in rules.places:
        return mark.gap and mark.opens and mark.ahead.partition(" ")[2][:1].islower()
    if word in rules.acronyms and mark.gap:
        if not mark.previous or (_in_address(mark) and _is_named(mark)):
            return False
        return mark.next.isupper() or None
    if word not in rules.place_letters or not word.islower() or not _is_named(mark):
        return None
    is_amount = any(map(str.isdigit, " ".join(mark.before[-3:])))  # `5 triệu đ.`
    return False if mark.gap and not is_amount else None


def _in_address(mark: Mark) -> bool:
    """Return whether the word before that of the mark precedes a place, as in `tại Q. 5`."""
    return mark.previous[-1:] in (",", "(") or mark.previous in mark.rules.before_place


def _is_named(mark: Mark) -> bool:
    """Return whether a name of two words follows, as in `BV. Chợ Rẫy`, and no usual beginning."""
    words = mark.ahead.split(maxsplit=2)[:2]
    if mark.opens or len(words) < 2 or not words[0].isalpha():
        return False
    return all(word[0].isupper() for word in words)


def no_space(mark: Mark) -> bool | None:
    """Do not end within `vnexpress.net`, `1.234` or `U.S.A`; `mưa.Đường` lacks a space."""
    if mark.gap:
        return None
    left = mark.before[-1:] or [""]
    ahead = mark.ahead.lstrip(OPENERS)
    new_word = ahead[:1].isupper() and (ahead[1:2].islower() or ahead[1:2] == " ")
    if not new_word or re.search(r"[@/.\\_]", left[0]):
        return False
    word = mark.word.strip('”’")]')
    if _PLAIN_WORD.fullmatch(word):
        return word.islower() or mark.opens or not mark.is_stop
    return mark.opens and (word.isdigit() or mark.quoted)


def single_letter(mark: Mark) -> bool | None:
    """End after `vitamin C.` and `Nguyễn Văn A. Theo`, but not within `J. Robert`."""
    if not mark.is_stop or not _is_initial(mark.word):
        return None
    if mark.next.isupper():
        return mark.word in _LETTER_WORDS or _name_or_letter(mark)
    return False if mark.next.isalnum() else mark.quoted or None


def _is_initial(word: str) -> bool:
    """Return whether a word is a capital, a digraph such as `Ng`, or several of them with dots."""
    if not _INITIALS.fullmatch(word) or not word[0].isupper():
        return False
    return len(word) == 1 or "." in word or word in _DIGRAPHS


def _name_or_letter(mark: Mark) -> bool:
    """Return whether a single letter before a capital ends a sentence and is no initial."""
    rules, previous = mark.rules, mark.previous
    if previous in rules.letter_nouns or (previous[-1:].isdigit() and mark.word in _UNIT_LETTERS):
        return True
    if (mark.word in rules.place_letters and _in_address(mark)) or _INITIAL_AHEAD.match(mark.ahead):
        return False
    if mark.opens or mark.quoted or _ends_a_name(mark):
        return True
    names_something = previous.islower() and previous not in rules.before_initial
    return rules.lower_may_start and names_something and not _LONE_LETTER_AHEAD.match(mark.ahead)


def _ends_a_name(mark: Mark) -> bool:
    """Return whether the letter ends a name such as `Nguyễn Văn A.`; names have capitals only."""
    ahead = mark.ahead.split(maxsplit=2)
    return (
        len(mark.before) > 2  # `Anh B. Lan` at the start of a sentence may be one name
        and mark.previous[:1].isupper()
        and is_syllable(mark.previous)
        and len(ahead) > 1
        and is_syllable(ahead[0])
        and ahead[1][0].islower()
    )


def attribution(mark: Mark) -> bool | None:
    """Do not end before the attribution of a quotation, as in `“Ai đấy?” Lan hỏi.`."""
    if not mark.quoted:
        return None
    if mark.ahead[:1] in DASHES or mark.next.islower():
        return False
    if mark.is_stop:
        return None
    clause = re.split(r"[.,:;!?…]", mark.ahead, maxsplit=1)[0].split()
    return False if any(word in mark.rules.speech for word in clause[1:5]) else None


def ellipsis(mark: Mark) -> bool | None:
    """End after an ellipsis only before a capital or a dash, and never start with one."""
    if "…" not in mark.run and ".." not in mark.run:
        return None
    if not mark.line[mark.begin : mark.start].strip(OPENERS + " "):
        return False
    return mark.next.isupper() or mark.next in DASHES


def dash(mark: Mark) -> bool | None:
    """End before a dash and a capital, which start another line of a dialogue."""
    if mark.ahead[:1] not in tuple(DASHES):
        return None
    return mark.ahead.lstrip(DASHES + " ")[:1].isupper()


def lower_case_follows(mark: Mark) -> bool | None:
    """End before a small letter only in a text without capitals or after an ordinary word."""
    if not mark.next.islower():
        return None
    plain = _PLAIN_WORD.fullmatch(mark.word) is not None and mark.word.islower()
    if mark.lower_text:
        return plain or not mark.is_stop
    return mark.rules.lower_may_start and mark.is_stop and plain


def plain_word(mark: Mark) -> bool | None:
    """End after a question or exclamation mark, a lower-case word or a figure."""
    last_part = mark.word.rpartition("-")[2]
    if not mark.is_stop or (last_part.islower() and last_part.isalpha()):
        return True
    if _UNIT.fullmatch(mark.word) and not mark.next.islower():
        return True
    return True if mark.next.isupper() and _FIGURE.search(mark.word) else None


RULES: tuple[Callable[[Mark], bool | None], ...] = (
    more_marks_follow,
    in_brackets,
    number_label,
    abbreviation,
    abbreviated_place,
    no_space,
    single_letter,
    attribution,
    ellipsis,
    dash,
    lower_case_follows,
    plain_word,
)
