"""`DocumentTranslator`: translate the texts of documents, check them, assemble results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnsum import checks, languages
from vnsum.assembly.datelines import localize
from vnsum.glossary import Glossary
from vnsum.glossary.checking import drop_explained, list_uses
from vnsum.names.people import find_people
from vnsum.reading.article import handling
from vnsum.results.document import Boilerplate, Document
from vnsum.results.result import CheckedText, Finding, SentencePair, Translation
from vnsum.segmentation.documents import list_texts
from vnsum.translation import Translator, require_direction
from vnsum.translation.repair.consistency import unify_forms
from vnsum.translation.repair.dates import name_months, unify_dates
from vnsum.translation.repair.diacritics import Diacritics, spell_names
from vnsum.translation.repair.places import mark_places
from vnsum.version import __version__

Table = Mapping[str, CheckedText]

UNMARKED_WORDS = 5  # a shorter Vietnamese text may well have no diacritics


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTranslator:
    """Translates documents; `glossary` must be that of the translator."""

    translator: Translator
    glossary: Glossary = field(default_factory=Glossary)
    diacritics: Diacritics = "strip"

    def translate(self, documents: Sequence[Document], to: str) -> list[Translation]:
        """Return the translation of each document into `to`."""
        texts = [list_texts(document) for document in documents]
        translated = self.translate_texts(documents, texts, [to] * len(documents))
        return [
            self._assemble(document, to, checked)
            for document, checked in zip(documents, translated, strict=True)
        ]

    def translate_texts(
        self, documents: Sequence[Document], texts: Sequence[Sequence[str]], targets: Sequence[str]
    ) -> list[dict[str, CheckedText]]:
        """Translate texts of each document, in one call per direction; return a dict for each."""
        tables = self._translate_all(documents, texts, targets)
        return [
            self._finish([table], [document], to)[0]
            for table, document, to in zip(tables, documents, targets, strict=True)
        ]

    def translate_together(
        self, documents: Sequence[Document], texts: Sequence[Sequence[str]], to: str
    ) -> list[dict[str, CheckedText]]:
        """Translate texts of several documents of one language that are shown as one text."""
        tables = self._translate_all(documents, texts, [to] * len(documents))
        return self._finish(tables, documents, to)

    def _translate_all(
        self, documents: Sequence[Document], texts: Sequence[Sequence[str]], targets: Sequence[str]
    ) -> list[dict[str, CheckedText]]:
        wanted: dict[tuple[str, str], dict[str, CheckedText]] = {}
        for document, own, target in zip(documents, texts, targets, strict=True):
            table = wanted.setdefault((document.lang, target), {})
            table.update((text, CheckedText(text=text)) for text in own)
        for (source, target), table in wanted.items():
            if source != target and table:
                done = self.translator.translate_checked([*table], source=source, target=target)
                table.update(zip(table, done, strict=True))
        return [
            {text: wanted[document.lang, to][text] for text in own}
            for document, own, to in zip(documents, texts, targets, strict=True)
        ]

    def _finish(
        self, tables: list[dict[str, CheckedText]], documents: Sequence[Document], to: str
    ) -> list[dict[str, CheckedText]]:
        """Check the translations of documents' texts, with one form for names and dates in all."""
        way = {"source": documents[0].lang if documents else to, "target": to}
        if way["source"] == to:
            return tables
        if self.glossary.one_form:
            tables = _apply_to_all(tables, lambda t: unify_forms(t, glossary=self.glossary, **way))
        tables = [
            name_months(self._spell(table, document, to), **way, published=document.published)
            for table, document in zip(tables, documents, strict=True)
        ]
        tables = _apply_to_all(tables, lambda table: unify_dates(table, target=to))
        return [
            {text: self._check(text, done, document, to) for text, done in table.items()}
            for table, document in zip(tables, documents, strict=True)
        ]

    def _spell(
        self, table: dict[str, CheckedText], document: Document, to: str
    ) -> dict[str, CheckedText]:
        """Spell Vietnamese names by one policy in English, and places with diacritics otherwise."""
        if (document.lang, to) == ("en", "vi"):
            people = [person.name for person in find_people(document)]
            return {
                text: mark_places(text, done, glossary=self.glossary, people=people)
                for text, done in table.items()
            }
        if (document.lang, to) != ("vi", "en"):
            return table
        return {
            text: spell_names(text, done, glossary=self.glossary, diacritics=self.diacritics)
            for text, done in table.items()
        }

    def _check(
        self, text: str, translated: CheckedText, document: Document, to: str
    ) -> CheckedText:
        """Add findings about numbers, dates, names and negation in the translation of `text`."""
        source, target = languages.require(document.lang), languages.require(to)
        found = checks.check(
            text,
            translated.text,
            source_lang=source,
            target_lang=target,
            published=document.published,
        )
        uses = list_uses(
            text, translated.text, glossary=self.glossary, source_lang=source, target_lang=target
        )
        rest = drop_explained(found, uses)
        return replace(translated, findings=(*translated.findings, *rest))

    def _assemble(
        self, document: Document, to: str, checked: dict[str, CheckedText]
    ) -> Translation:
        pairs = []
        for sentence in document.sentences:
            done = checked[sentence.text]
            pairs.append(
                SentencePair(
                    source=sentence,
                    target=done.text,
                    findings=done.findings,
                    confidence=done.confidence,
                )
            )
        boilerplate = tuple(
            checked[piece.text].text if piece.text in checked else _leave(piece, document, to)
            for piece in document.boilerplate
        )
        return Translation(
            document=document,
            target_lang=to,
            title=checked[document.title].text if document.title else None,
            pairs=tuple(pairs),
            boilerplate=boilerplate,
            findings=(
                *document.findings,
                *note_language(document, to),
                *note_texts(
                    {**{p.text: p.kind for p in document.boilerplate}, document.title: "title"},
                    checked,
                ),
            ),
            signature=sign(self.translator.signature),
        )


def _apply_to_all(
    tables: Sequence[Table], unify: Callable[[Table], Table]
) -> list[dict[str, CheckedText]]:
    """Apply a function of one table to several, as if they were one."""
    done = unify({text: translated for table in tables for text, translated in table.items()})
    return [{text: done[text] for text in table} for table in tables]


def require_document_direction(
    translator: Translator, document: Document, to: str | None
) -> Document:
    """Return `document`; `LanguageError` if the translator does not support its direction.

    Checked for each text before the texts of a chunk are translated together.
    """
    target = to or other_language(document.lang)
    if document.lang != target and document.sentences:
        require_direction(translator, source=document.lang, target=target)
    return document


def other_language(lang: str) -> str:
    """Return the other one of the two languages."""
    return next(code for code in languages.LANGUAGES if code != lang)


def sign(*parts: str) -> str:
    """Return the signature of a result: the version of vnsum and `parts`."""
    return "|".join([f"vnsum {__version__}", *parts])


def note_texts(names: Mapping[str | None, str], checked: Table) -> Iterator[Finding]:
    """Yield the findings about texts that are not in a pair, such as the title, without spans.

    `names` maps the texts to names, with which the messages begin.
    """
    for text, name in names.items():
        for finding in checked[text].findings if text and text in checked else ():
            message = f"In the {name}: {finding.message}"
            yield replace(finding, message=message, source=None, target=None)


def note_language(document: Document, to: str) -> tuple[Finding, ...]:
    """Return findings about the language of the whole text."""
    name = languages.LANGUAGES[document.lang].name
    if document.lang == to and document.sentences:
        message = f"The text is already in {name} and was left unchanged."
        return (Finding(kind="language", severity="info", message=message),)
    words = document.text.split()
    if document.lang == "vi" and len(words) >= UNMARKED_WORDS and document.text.isascii():
        message = "The text has no diacritics, so many of its words are ambiguous."
        return (Finding(kind="language", severity="warning", message=message),)
    return ()


def _leave(piece: Boilerplate, document: Document, to: str) -> str:
    """Return boilerplate that is not translated by the model as it stands in the translation."""
    treatment = handling(piece.kind)
    if treatment == "localize" and to != document.lang:
        return localize(piece.text, to)
    return "" if treatment == "drop" else piece.text
