"""Which articles a digest prints sentences of, and what a reader should know about the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vnsum import languages
from vnsum.results.document import Document
from vnsum.results.findings import Finding, Place, Severity, shorten
from vnsum.summarization.digests.grouping import group_texts
from vnsum.summarization.digests.origins import find_origins

MOST_NAMED = 5  # articles that a finding names


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """The articles of a digest in `lang`.

    A digest prints sentences of the articles that are `printed`. `origin` numbers the independent
    origins of the articles.
    """

    documents: tuple[Document, ...]
    lang: str
    printed: tuple[bool, ...]
    origin: tuple[int, ...]
    findings: tuple[Finding, ...]

    @property
    def sentences(self) -> int:
        """The number of sentences of the printed articles."""
        pairs = zip(self.documents, self.printed, strict=True)
        return sum(len(document.sentences) for document, printed in pairs if printed)


def choose_articles(documents: Sequence[Document], *, lang: str | None) -> Articles:
    """Return the articles of a digest in `lang`, by default the language of most sentences.

    Articles in the other language, without sentences, or on something else are not printed.
    """
    full = [index for index, document in enumerate(documents) if document.sentences]
    lang = lang or _main_language(documents)
    spoken = [index for index in full if documents[index].lang == lang]
    groups = [[spoken[k] for k in group] for group in _undated_groups(documents, spoken)]
    main = max(groups, key=len, default=[])
    undecided = len(main) == 1 and len(groups) > 1
    printed = spoken if undecided else main
    origins = find_origins(documents)
    empty = [index for index in range(len(documents)) if index not in full]
    foreign = [index for index in full if index not in spoken]
    others = [index for index in spoken if index not in printed]
    copies = {index: origins.copies[index] for index in printed if origins.copies[index] != index}
    notes = [
        *_note(empty, documents, "warning", "has no sentences", "have no sentences"),
        *_note(
            foreign, documents, "info",
            f"is not in {languages.LANGUAGES[lang].name}; no sentence was taken from it",
            f"are not in {languages.LANGUAGES[lang].name}; no sentence was taken from them",
        ),
        *_note(
            others, documents, "warning",
            "seems to be about something else and was left out",
            "seem to be about something else and were left out",
        ),
        *_note_copies(copies, documents),
    ]  # fmt: skip
    if undecided:
        message = "The articles seem to be about different events."
        notes.append(_finding(message, "warning", documents, spoken))
    if len(printed) == 1:
        message = "Only one article was used, so this is a summary of it."
        notes.append(_finding(message, "info", documents, printed))
    dated = [index for index in printed if documents[index].published]
    if dated and len(dated) < len(printed):
        undated = [index for index in printed if index not in dated]
        one, several = (f"{verb} no date, so sentences are not ordered by date"
                        for verb in ("has", "have"))  # fmt: skip
        notes += _note(undated, documents, "info", one, several)
    return Articles(
        documents=tuple(documents),
        lang=lang,
        printed=tuple(index in printed for index in range(len(documents))),
        origin=origins.numbers,
        findings=tuple(notes),
    )


def name_articles(indices: Iterable[int], documents: Sequence[Document]) -> str:
    """Return "Article 2 (Báo Vidu)" or "Articles 1, 2 and 4"."""
    known = list(indices)
    if len(known) == 1:
        source = shorten(documents[known[0]].source or "")
        return f"Article {known[0] + 1}" + (f" ({source})" if source else "")
    numbers = [str(index + 1) for index in known]
    if len(numbers) > MOST_NAMED:
        numbers = [*numbers[: MOST_NAMED - 1], f"{len(numbers) - MOST_NAMED + 1} more"]
    return f"Articles {', '.join(numbers[:-1])} and {numbers[-1]}"


def _main_language(documents: Sequence[Document]) -> str:
    """Return the language of most articles with sentences, of the longer ones in a tie."""
    articles = Counter(document.lang for document in documents if document.sentences)
    lengths = Counter[str]()
    for document in documents:
        lengths[document.lang] += len(document.sentences)
    return max(languages.LANGUAGES, key=lambda lang: (articles[lang], lengths[lang]))


def _undated_groups(documents: Sequence[Document], indices: Sequence[int]) -> list[list[int]]:
    """Return the events of articles whatever their dates: a digest may follow one over weeks."""
    return group_texts([replace(documents[index], published=None) for index in indices])


def _note(
    indices: Sequence[int],
    documents: Sequence[Document],
    severity: Severity,
    one: str,
    several: str,
) -> list[Finding]:
    if not indices:
        return []
    message = f"{name_articles(indices, documents)} {one if len(indices) == 1 else several}."
    return [_finding(message, severity, documents, indices)]


def _note_copies(copies: dict[int, int], documents: Sequence[Document]) -> list[Finding]:
    found = []
    for original in sorted(set(copies.values())):
        own = [index for index, other in copies.items() if other == original]
        what = "is a near copy" if len(own) == 1 else "are near copies"
        verb = "counts" if len(own) == 1 else "count"
        message = (
            f"{name_articles(own, documents)} {what} of article {original + 1} and {verb} as one "
            "with it."
        )
        found.append(_finding(message, "info", documents, [*own, original]))
    return found


def _finding(
    message: str, severity: Severity, documents: Sequence[Document], indices: Iterable[int]
) -> Finding:
    """Return a finding about articles, with the first sentence of each."""
    places = tuple(
        Place(article=index, sentence=0) for index in sorted(indices) if documents[index].sentences
    )
    return Finding(kind="articles", severity=severity, message=message, places=places)
