"""`DocumentTranslator`: translate the texts of documents, check them, assemble results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vnsum import checks, languages
from vnsum.assembly.datelines import localize
from vnsum.glossary import Glossary
from vnsum.glossary.checking import drop_explained, list_uses
from vnsum.reading.article import handling, is_prose
from vnsum.results.document import Boilerplate, Document
from vnsum.results.result import CheckedText, Finding, SentencePair, Translation
from vnsum.translation import Translator, require_direction
from vnsum.translation.repair.consistency import unify_forms
from vnsum.translation.repair.dates import unify_dates
from vnsum.translation.repair.diacritics import Diacritics, spell_names
from vnsum.version import __version__

UNMARKED_WORDS = 5  # a shorter Vietnamese text may well have no diacritics


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTranslator:
    """Translates documents; `glossary` must be that of the translator."""

    translator: Translator
    glossary: Glossary = field(default_factory=Glossary)
    diacritics: Diacritics = "strip"

    def require_direction(self, document: Document, to: str | None) -> Document:
        """Return `document`; `LanguageError` if the translator does not support its direction.

        Checked for each text before the texts of a chunk are translated together.
        """
        target = to or other_language(document.lang)
        if document.lang != target and document.sentences:
            require_direction(self.translator, source=document.lang, target=target)
        return document

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
        wanted: dict[tuple[str, str], dict[str, CheckedText]] = {}
        for document, own, target in zip(documents, texts, targets, strict=True):
            table = wanted.setdefault((document.lang, target), {})
            table.update((text, CheckedText(text=text)) for text in own)
        for (source, target), table in wanted.items():
            if source != target and table:
                done = self.translator.translate_checked([*table], source=source, target=target)
                table.update(zip(table, done, strict=True))
        return [
            self._finish({text: wanted[document.lang, to][text] for text in own}, document, to)
            for document, own, to in zip(documents, texts, targets, strict=True)
        ]

    def _finish(
        self, table: dict[str, CheckedText], document: Document, to: str
    ) -> dict[str, CheckedText]:
        """Check the translations of a document's texts, with one form for names and dates."""
        if document.lang == to:
            return table
        if self.glossary.one_form:
            table = unify_forms(table, glossary=self.glossary, source=document.lang, target=to)
        if (document.lang, to) == ("vi", "en"):
            table = {
                text: spell_names(text, done, glossary=self.glossary, diacritics=self.diacritics)
                for text, done in table.items()
            }
        table = unify_dates(table, source=document.lang, target=to, published=document.published)
        return {text: self._check(text, done, document, to) for text, done in table.items()}

    def _check(
        self, text: str, translated: CheckedText, document: Document, to: str
    ) -> CheckedText:
        """Add findings about numbers, dates, names and negation in the translation of `text`."""
        pair = {"source_lang": document.lang, "target_lang": to}
        found = checks.check(text, translated.text, published=document.published, **pair)
        uses = list_uses(text, translated.text, glossary=self.glossary, **pair)
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
            findings=(*document.findings, *note_language(document, to)),
            signature=sign(self.translator.signature),
        )


def list_texts(document: Document) -> list[str]:
    """Return every text of `document` that is translated."""
    prose = [piece.text for piece in document.boilerplate if is_prose(piece.kind)]
    return [*filter(None, [document.title]), *(s.text for s in document.sentences), *prose]


def other_language(lang: str) -> str:
    """Return the other one of the two languages."""
    return next(code for code in languages.LANGUAGES if code != lang)


def sign(*parts: str) -> str:
    """Return the signature of a result: the version of vnsum and `parts`."""
    return "|".join([f"vnsum {__version__}", *parts])


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
