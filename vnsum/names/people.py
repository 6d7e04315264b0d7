"""Finding the people that a document names, with their titles and mentions.

Rule-based: capital letters, titles, offices and surnames. Precision comes before recall: a missing
person leaves a pronoun unresolved, a false one could resolve it wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vnsum.names.mentions import Mention, Register, are_of_two_sexes, find_shared_names
from vnsum.names.offices import has_office, is_relative
from vnsum.names.organizations import (
    FIRMS,
    count_words_before,
    find_beginning,
    is_organization,
)
from vnsum.names.recognition import ARTICLES, NOT_TITLES, PARTICLES
from vnsum.names.table import look_up_forms, may_be_syllable, plain, surnames, tables
from vnsum.names.words import WORDS, ReferenceWords
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.document import Document

_NAME_WORD = re.compile(r"(?:[^\W\d_]\.){1,5}(?!\w)|[^\W\d_]+(?:[-’'][^\W\d_]+)*")
# A syllable that a spaced hyphen joins to the name before it: Kim Yo - jong. Without a full stop or
# comma after it, a Vietnamese word may be meant: Yulia Novak - con gái của ông.
_JOINED = re.compile(r" - ([a-z]{1,6})(?![\w-])([,.;:!?…)\"”]|$)?")
_ARTICLE = re.compile(rf"(?:{'|'.join(sorted(ARTICLES))})-[A-Z]")
_LOANWORDS = words("admin ceo coach dj fan gamer idol mc model rapper singer")
MAX_NAME_WORDS = 6
FEWEST_WORDS = {"vi": 2, "en": 3}  # of a name that begins with a Vietnamese surname
# Countries and cities that are spelled alike in both languages, which the table of names lacks.
PLACES_SPELLED_ALIKE = words(
    "Afghanistan Angola Argentina Armenia Azerbaijan Bahrain Bangkok Bangladesh Barcelona"
    " Belarus Bolivia Brazil Brunei Bulgaria Cambodia Canada Chile Colombia Congo Croatia Cuba"
    " Dubai Ecuador Estonia Ethiopia Fiji Georgia Ghana Haiti Honduras Iceland Indonesia Iran"
    " Iraq Israel Jakarta Jordan Kazakhstan Kenya Kosovo Kuwait Latvia Libya Liverpool London"
    " Madrid Malaysia Mali Malta Manchester Manila Mexico Moldova Montenegro Morocco Moscow"
    " Myanmar Nepal New_York New_Zealand Nigeria Oman Pakistan Panama Paraguay Paris Peru"
    " Philippines Qatar Romania Rome Rwanda Senegal Seoul Serbia Singapore Slovakia Slovenia"
    " Somalia Sri_Lanka Sudan Sydney Syria Tehran Tokyo Tunisia Uganda Ukraine Uruguay"
    " Uzbekistan Venezuela Washington Yemen Zambia Zimbabwe"
    " Alabama Alaska Arizona Baghdad Beirut Boston Brussels California Chicago Dallas Damascus"
    " Davos Delhi Doha Florida Geneva Hamburg Hanoi Hawaii Houston Iowa Istanbul Jerusalem Kabul"
    " Kiev Kyiv Lagos Lahore Maine Massachusetts Melbourne Miami Michigan Milan Mumbai Munich"
    " Nairobi Nebraska Nevada New_Delhi New_Jersey Ohio Okinawa Oregon Osaka Oslo Pennsylvania"
    " Phuket Prague Riyadh San_Francisco Shanghai Stockholm Taipei Tel_Aviv Texas Toronto Utah"
    " Vatican Vienna Virginia Warsaw Washington_DC Wisconsin Yangon Zurich"
    " North_Carolina South_Carolina Los_Angeles"
)
COUNTRIES = words("mỹ thái")  # which given names begin with; Nhật Cường is a firm
LONGEST_RUN = 40  # words with capital letters in a row; what has more is a headline
REACH = 200  # characters before and after a name that tell whose it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person: the longest form of the name, all titles, and all mentions."""

    name: str
    titles: frozenset[str]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of capitalized words, with its title and the text around it.

    `before` is the lower-cased text before the words; `lead` is the same text before any words
    were removed, which may end with an office.
    """

    sentence: int
    start: int
    words: tuple[str, ...]
    before: str
    lead: str
    after: str
    title: str = ""
    named: bool = False
    is_relative: bool = False
    has_office: bool = False

    def without(self, count: int) -> _Run:
        left = " ".join(self.words[:count])
        start = self.start + len(left) + 1
        return replace(
            self, start=start, words=self.words[count:], before=f"{self.before}{left.lower()} "
        )

    @property
    def low(self) -> tuple[str, ...]:
        return tuple(map(str.lower, self.words))

    def with_syllable(self, syllable: str) -> _Run:
        return replace(self, words=(*self.words[:-1], f"{self.words[-1]} - {syllable}"))

    def mention(self) -> Mention:
        return Mention(
            sentence=self.sentence,
            start=self.start,
            words=self.words,
            title=self.title,
            is_relative=self.is_relative,
            has_office=self.has_office,
        )


def find_people(document: Document) -> tuple[Person, ...]:
    """Return the people of a document, in order of first mention.

    >>> import vnsum
    >>> [p.name for p in find_people(vnsum.segment("Ông Lê Văn Tám đến. Bà Nga chào ông Tám."))]
    ['Lê Văn Tám', 'Nga']
    """
    rules = WORDS[document.lang]
    runs = [
        _read(run, rules, document.lang)
        for index, sentence in enumerate(document.sentences)
        for run in _runs(index, sentence.text)
    ]
    runs = [run for run in runs if run.words]
    runs = _join_syllables(runs, rules) if document.lang == "vi" else runs
    register = Register(find_shared_names([run.mention() for run in runs]))
    for run in sorted((run for run in runs if run.named), key=lambda run: -len(run.words)):
        register.enter(run.mention(), new=True)
    for run in (run for run in runs if not run.named):
        register.enter(run.mention(), new=False)
    found = [_person(sorted(known.mentions, key=_place)) for known in register.people]
    return tuple(sorted(found, key=lambda person: _place(person.mentions[0])))


def _place(mention: Mention) -> tuple[int, int]:
    return mention.sentence, mention.start


def _person(mentions: list[Mention]) -> Person:
    return Person(
        name=max(mentions, key=lambda m: (len(m.words), len(m.text))).text,
        titles=frozenset(mention.title for mention in mentions if mention.title),
        mentions=tuple(mentions),
    )


def _runs(index: int, text: str) -> Iterator[_Run]:
    words: list[re.Match[str]] = []
    particles: list[re.Match[str]] = []  # which may belong to the name before them
    end = 0
    for match in _NAME_WORD.finditer(text):
        joined = bool(words) and text[end : match.start()] == " "
        capital = match[0][0].isupper() or (joined and _ARTICLE.match(match[0]) is not None)
        end = match.end()
        if joined and match[0] in PARTICLES:
            particles.append(match)
            continue
        if words and not (capital and joined):
            yield _run(index, text, words)
            words = []
        if capital:
            words += [*particles, match] if words else [match]
        particles = []
    if words:
        yield _run(index, text, words)


def _run(index: int, text: str, words: list[re.Match[str]]) -> _Run:
    start = words[0].start()
    end = words[-1].end()
    before, after = text[max(0, start - REACH) : start].lower(), text[end : end + REACH]
    return _Run(index, start, tuple(match[0] for match in words), before, before, after)


def _read(run: _Run, rules: ReferenceWords, lang: str) -> _Run:
    """Take titles, offices, places and opening words off a run and say whether a person is left."""
    if len(run.words) > LONGEST_RUN:
        return replace(run, words=())
    opens = not run.before.strip(" \"'“‘-–")
    while run.words:
        first = run.words[0].lower().rstrip(".")
        if lang == "vi" and (count := _words_before_name(run, rules)):
            run = run.without(count)
        elif first in rules.titles:
            if first == "anh" and run.before.rstrip(" ")[-1:].isalpha():  # Thủ tướng Anh
                run = replace(run.without(1), before=run.before)
            else:
                run = replace(run.without(1), title=first)
        elif first in rules.offices or (run.words[0].isupper() and len(first) > 1 and not run.title
                                        and "." not in run.words[0]):  # fmt: skip
            run = run.without(1)
        elif not _has_title(run, rules) and (count := _place_words(run) or _firm_words(run, lang)):
            run = run.without(count)
        elif opens and not run.title and first not in surnames(lang) and _is_common(run, lang):
            if len(run.words) == 1:
                break
            run = run.without(1)
        else:
            break
        opens = False
    return _judge(run, rules, lang)


def _join_syllables(runs: list[_Run], rules: ReferenceWords) -> list[_Run]:
    """Return the runs with the last syllable of names such as Kim Yo - jong.

    A syllable that is not certain anywhere in the document is not joined.
    """
    joins = [_JOINED.match(run.after) if "".join(run.words).isascii() else None for run in runs]
    certain = {
        (run.words, join[1])
        for run, join in zip(runs, joins, strict=True)
        if join and len(run.words) > 1 and join[1] not in _LOANWORDS | rules.offices
        and (join[2] is not None or not may_be_syllable(join[1]))
    }  # fmt: skip
    return [
        run.with_syllable(join[1]) if join and (run.words, join[1]) in certain else run
        for run, join in zip(runs, joins, strict=True)
    ]


def _has_title(run: _Run, rules: ReferenceWords) -> bool:
    """Return whether a title is part of a run or precedes it: bà Nga is not Russia."""
    return bool(run.title) or (_cues(run.before)[-1:] or ("",))[0] in rules.titles


def _words_before_name(run: _Run, rules: ReferenceWords) -> int:
    """Return the number of words of an office, or of a place such as Bà Rịa, at the start."""
    if run.low[0] in rules.titles and _place_words(run) == len(run.words) > 1:
        return len(run.words)
    cue = _cues(run.before)[-1:]
    return count_words_before(run.low, "".join(cue), titled=_has_title(run, rules))


def _is_common(run: _Run, lang: str) -> bool:
    """Return whether a word at the beginning of a sentence need not be of the name behind it."""
    if lang == "vi":
        return may_be_syllable(run.low[0])
    return len(run.words) > FEWEST_WORDS[lang] and run.low[1] in surnames(lang)  # But Le Van Tam


def _firm_words(run: _Run, lang: str) -> int:
    """Return the number of foreign words before a Vietnamese name: Techcombank Nguyễn Lê Anh."""
    syllable = [may_be_syllable(word) for word in run.low]
    for index in range(1, len(run.words) - FEWEST_WORDS[lang] + 1):
        if run.low[index] in surnames(lang) and all(syllable[index:]):
            return index if not any(syllable[:index]) else 0
    return 0


def _place_words(run: _Run) -> int:
    """Return the number of words at the start that are a place or organization of the table."""
    for count in (2, 1):
        if "_".join(run.words[:count]) in PLACES_SPELLED_ALIKE and len(run.words) >= count:
            return count
    tokens = Tokens(" ".join(run.words))
    found = tables()[0].longest(look_up_forms(tokens), 0) if len(tokens) else None
    if found is None or any(tables()[2][row].kind == "person" for row in found[1]):
        return 0
    if _is_full_name(run.words, found[0]):
        return 0
    return min(found[0], len(run.words))


def _is_full_name(name: tuple[str, ...], count: int) -> bool:
    """Return whether a name that begins like a place of `count` syllables is that of a person.

    Diacritics tell that no foreign name follows a country: Mỹ Tâm, Tổng thống Mỹ Lee. A surname may
    begin that of a lake: Hồ Tây Phong.
    """
    if len(name) != count + 1 or not may_be_syllable(name[-1].lower()):
        return False
    if count == 1:
        return name[0].lower() in COUNTRIES and not name[-1].isascii()
    return count == 2 and name[0].lower() in surnames("vi")


def _judge(run: _Run, rules: ReferenceWords, lang: str) -> _Run:
    if not run.words or len(run.words) > MAX_NAME_WORDS:
        return replace(run, words=())
    cues, lead = _cues(run.before), _cues(run.lead)
    last = cues[-1] if cues else ""
    couple = len(cues) > 1 and are_of_two_sexes(*cues[-2:])  # anh chị Willner
    titled = last in rules.titles and cues[-2:] not in NOT_TITLES and not couple
    title = run.title or (last if titled else "")
    organization = lang == "vi" and is_organization(run.low, run.after, titled=bool(title))
    if last in rules.places or last in FIRMS or organization:
        return replace(run, words=())
    own = {own for own in rules.office_words if own in (cues[-len(own) :], lead[-len(own) :])}
    office = any(" ".join(words) not in rules.relatives for words in own)
    relative = not office and is_relative(run.before, run.after, lang)
    surname = (
        len(run.words) >= FEWEST_WORDS[lang]
        and run.low[0] in surnames(lang)
        and all(may_be_syllable(plain(w.lower())) or w.endswith(".") for w in run.words)
    )
    speaks = (
        len(run.words) > 1
        and all(may_be_syllable(word.lower()) for word in run.words)
        and run.after.startswith(tuple(f" {verb} " for verb in rules.speech))
    )
    if lang == "vi" and not title and (own or speaks):
        run = _begin(run)
    return replace(
        run,
        title=title,
        named=bool(title or own) or surname or speaks,
        is_relative=relative,
        has_office=office or (not relative and has_office(run.before, run.after, lang)),
    )


def _begin(run: _Run) -> _Run:
    """Return a run after an office from where the name begins, empty if that is not certain."""
    start = find_beginning(run.low)
    if start is None:
        return replace(run, words=())
    return run.without(start) if start else run


def _cues(before: str) -> tuple[str, ...]:
    """Return the words before a name, none if a punctuation mark separates them."""
    if before.rstrip(" ").endswith((",", ";", ":", ")", "”", '"')):
        return ()
    return tuple(word.strip(".") for word in before.split())
