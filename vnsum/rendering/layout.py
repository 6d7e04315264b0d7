"""Functions shared by all renderings: the order of pieces, labels, dates, printable text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vnsum.languages import LANGUAGES
from vnsum.languages.en import MONTHS
from vnsum.results.digest import Digest, DigestPair, Place
from vnsum.results.document import Boilerplate, Document, Sentence
from vnsum.results.findings import shorten
from vnsum.results.result import BilingualSummary, Finding, SentencePair, SummaryPair, Translation

Result = Translation | BilingualSummary | Digest

# Symbols for severities, which HTML also shows by colour.
SYMBOLS = {"info": "ℹ", "warning": "⚠", "error": "✖"}
NOTHING_TO_SUMMARIZE = "Nothing to summarize: the text has no sentences."
NOTHING_TO_TRANSLATE = "Nothing to translate: the text has no sentences."
NO_SENTENCES = "The text has no sentences."

# Control characters (interpreted by terminals, forbidden in HTML), bidirectional embeddings and
# overrides (which reorder text on display) and lone surrogates (which cannot be encoded). Tab,
# newline and carriage return are white space and are kept.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONE_RETURN = re.compile("\r(?!\n)")  # makes a terminal overwrite the line
# Unlike `str.split()`, does not split at no-break spaces.
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A sentence (`kind` is `None`) or a piece of boilerplate of a document.

    `index` is its index in the sentences or in the boilerplate; `gap` is the text before it.
    """

    index: int
    text: str
    kind: str | None
    gap: str


def confidence(pair: SentencePair | SummaryPair | DigestPair) -> str:
    """Return the confidence of a translation as text, empty if there is none."""
    return "" if pair.confidence is None else f"confidence {pair.confidence:.2f}"


def blocks(document: Document) -> list[list[Piece]]:
    """Return the sentences and boilerplate in text order, by paragraph."""
    placed: list[tuple[int, Sentence | Boilerplate]] = [
        *enumerate(document.sentences),
        *enumerate(document.boilerplate),
    ]
    found: list[list[Piece]] = []
    position, before = 0, None
    for index, item in sorted(placed, key=lambda entry: (entry[1].start, entry[1].end)):
        gap = document.text[position : item.start]
        if isinstance(item, Sentence) and isinstance(before, Sentence):
            opens = item.paragraph != before.paragraph
        else:
            opens = before is None or "\n" in gap
        kind = None if isinstance(item, Sentence) else item.kind
        piece = Piece(index=index, text=item.text, kind=kind, gap=gap)
        if opens:
            found.append([])
        found[-1].append(piece)
        position, before = item.end, item
    return found


def printable(text: str) -> str:
    """Return `text` with control characters and lone surrogates replaced by U+FFFD.

    >>> printable("\\x1b[31mgnp.exe")
    '\ufffd[31mgnp.exe'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


def for_terminal(text: str) -> str:
    """Return `text`, which may have several lines, with control characters replaced."""
    return _LONE_RETURN.sub("\ufffd", printable(text))


def escape_unprintable(json: str) -> str:
    """Return equivalent JSON with unprintable characters escaped.

    >>> escape_unprintable('"gnp\u202e.exe"')
    '"gnp\\\\u202e.exe"'
    """
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json)


def one_line(text: str) -> str:
    """Return `text` printable and on one line, with white space collapsed."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Split `text` at white space other than no-break spaces."""
    return [printable(word) for word in _WHITE_SPACE.split(text) if word]


def place(document: Document, index: int) -> str:
    """Return the place of sentence `index` in words, numbered from 1.

    An index out of range is reported as such.
    """
    total = len(document.sentences)
    if not 0 <= index < total:
        return f"sentence {index + 1}, which the document of {total} does not have"
    return f"sentence {index + 1} of {total}, paragraph {document.sentences[index].paragraph + 1}"


def numbers(evidence: Iterable[int]) -> str:
    """Return evidence as sentence numbers from 1, for example `3` or `3, 5`."""
    return ", ".join(str(index + 1) for index in evidence)


def article_names(documents: Sequence[Document]) -> list[str]:
    """Return a name for each article: its newspaper, with its number if that is not enough.

    Names are repeated for each sentence, so long ones are shortened.

    >>> from vnsum.results.document import Document
    >>> sources = ("Báo Vidu", None, "Đài Vidu", "Báo Vidu")
    >>> article_names([Document(text="", lang="vi", source=source) for source in sources])
    ['Báo Vidu (1)', 'Article 2', 'Đài Vidu', 'Báo Vidu (4)']
    """
    sources = [shorten(one_line(document.source or "")) for document in documents]
    counts = Counter(sources)
    return [
        f"Article {number}" if not name else f"{name} ({number})" if counts[name] > 1 else name
        for number, name in enumerate(sources, start=1)
    ]


def places(
    value: BilingualSummary | Digest, pair: SummaryPair | DigestPair, names: Sequence[str]
) -> list[str]:
    """Return where a sentence of a summary or digest is from, in words.

    `names` are those of the articles, see `article_names`.
    """
    if isinstance(value, BilingualSummary) and isinstance(pair, SummaryPair):
        return [place(value.document, index) for index in pair.source.evidence]
    return [
        f"{names[found.article]}, {place(documents(value)[found.article], found.sentence)}"
        for found in pair.source.evidence
        if isinstance(found, Place)
    ]


def spread(value: Digest, pair: DigestPair) -> str:
    """Return in how many articles a sentence of a digest is: `in 2 of 3 articles`."""
    return f"in {len(pair.source.articles)} of {plural(len(value.documents), 'article')}"


def plural(count: int, noun: str) -> str:
    """Return a number with its noun: `1 sentence`, `2 sentences`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def documents(value: Document | Result) -> tuple[Document, ...]:
    """Return the documents of a result."""
    if isinstance(value, Digest):
        return value.documents
    return (value if isinstance(value, Document) else value.document,)


def labelled(value: BilingualSummary | Digest) -> list[tuple[str, SummaryPair | DigestPair]]:
    """Return the pairs, each with the numbers of its evidence, or its own number in a digest.

    They are repeated for each finding, so many numbers are shortened.
    """
    if isinstance(value, Digest):
        return [(str(number), pair) for number, pair in enumerate(value.pairs, start=1)]
    return [(shorten(numbers(pair.source.evidence)), pair) for pair in value.pairs]


def published(value: Document | Result) -> str | None:
    """Return the date as `10 January 2026`, independent of the locale; of several, the range."""
    days = sorted({doc.published for doc in documents(value) if doc.published is not None})
    shown = [f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in (*days[:1], *days[1:][-1:])]
    return " to ".join(shown) or None


def dates(pair: SummaryPair | DigestPair) -> str:
    """Return the relative dates of a sentence, resolved by the article's date.

    >>> from vnsum.results.result import ResolvedDate, Span, SummarySentence
    >>> source = SummarySentence(text="Hôm qua mưa.", evidence=(0,), score=1.0)
    >>> day = ResolvedDate(text="Hôm qua", span=Span(start=0, end=7), iso="2026-01-09")
    >>> dates(SummaryPair(source=source, target="It rained.", dates=(day,)))
    'Hôm qua = 9 January 2026'
    """
    dates = dict.fromkeys(f"{one_line(date.text)} = {_spell_iso(date.iso)}" for date in pair.dates)
    return "; ".join(dates)


def _spell_iso(iso: str) -> str:
    """Return an ISO date in words; other text is returned unchanged."""
    if "/" in iso:
        return " to ".join(map(_spell_iso, iso.split("/")))
    year, *rest = iso.split("-")
    if not rest or not all(len(part) <= 2 and part.isdecimal() and int(part) for part in rest):
        return one_line(" of ".join([*(f"quarter {part[1:]}" for part in rest), year]))
    if len(rest) > 2 or int(rest[0]) > len(MONTHS):
        return one_line(iso)
    return " ".join([*(str(int(day)) for day in rest[1:]), MONTHS[int(rest[0]) - 1], year])


def names(value: BilingualSummary | Digest) -> list[tuple[str, str]]:
    """Return the names of a result, each with its spelling in the target language if it differs.

    The first of each pair is the spelling of the source language.
    """
    listed = []
    for name in value.names:
        own, other = (name.vi, name.en) if value.source_lang == "vi" else (name.en, name.vi)
        listed.append((one_line(own), "" if own == other else one_line(other)))
    return listed


def language_name(lang: str) -> str:
    """Return the English name of a language, or the code, shortened, if it is unknown."""
    return LANGUAGES[lang].name if lang in LANGUAGES else shorten(one_line(lang))


def kind_label(kind: str) -> str:
    """Return the kind of boilerplate or finding as words."""
    return one_line(kind.replace("_", " "))


def symbol(finding: Finding) -> str:
    """Return the symbol for the severity of a finding."""
    return SYMBOLS.get(finding.severity, SYMBOLS["warning"])


def titles(value: Document | Result) -> list[tuple[str, str]]:
    """Return the existing titles with their languages, that of the source language first."""
    if isinstance(value, Document):
        found = [(value.lang, value.title)]
    else:
        own = value.source_title if isinstance(value, Digest) else value.document.title
        found = [(value.source_lang, own)]
        if value.title != own:
            found.append((value.target_lang, value.title))
    return [(lang, one_line(title)) for lang, title in found if title and title.strip()]
