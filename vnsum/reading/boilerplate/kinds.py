"""The kinds of boilerplate, and how a translation handles each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BoilerplateKind:
    """A kind of boilerplate: its name, its meaning, and how a translation handles it.

    `handling` is `"translate"`, `"localize"` (dates and places are written in the other language by
    rules), `"keep"` (left unchanged) or `"drop"` (omitted, because the other language has no
    equivalent).
    """

    name: str
    handling: str
    meaning: str


def _table(*rows: tuple[str, str, str]) -> dict[str, BoilerplateKind]:
    return {
        name: BoilerplateKind(name=name, handling=handling, meaning=meaning)
        for name, handling, meaning in rows
    }


BOILERPLATE_KINDS = _table(
    ("headline", "translate", "headline of the article"),
    ("heading", "translate", "heading inside the article"),
    ("caption", "translate", "caption or credit of a picture or video"),
    ("related", "translate", "link to another article"),
    ("teaser", "translate", "beginning of another article"),
    ("tags", "translate", "list of keywords"),
    ("control", "translate", "control of a page, such as a share button or a counter of comments"),
    ("date", "localize", "date of publication"),
    ("dateline", "localize", "place, agency and date before the lead"),
    ("author", "keep", "author, translator or editor"),
    ("agency", "keep", "news agency or newspaper"),
    ("url", "keep", "web or e-mail address on its own line"),
    ("markup", "keep", "markup of Markdown, lists and rules"),
    ("code", "keep", "block of code"),
    ("end_mark", "drop", "mark of an agency at the end of an article"),
)
