"""The kinds of boilerplate a page may have, and what a translation does with each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BoilerplateKind:
    """One kind: its name, what a translation does with it, and what it is.

    `handling` is `"translate"` (prose), `"keep"` (put back as it was) or `"drop"` (has no
    counterpart in the other language and is left out of a translation).
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
    ("caption", "translate", "caption or credit of a picture or film"),
    ("related", "translate", "pointer to another article"),
    ("teaser", "translate", "beginning of another article"),
    ("tags", "translate", "list of keywords"),
    ("date", "keep", "date of publication"),
    ("dateline", "keep", "place, agency and date before the lead"),
    ("author", "keep", "who wrote, translated or compiled it"),
    ("agency", "keep", "agency or paper it comes from"),
    ("url", "keep", "web or mail address on a line of its own"),
    ("markup", "keep", "marks of Markdown, lists and rules"),
    ("code", "keep", "block of code"),
    ("end_mark", "drop", "agency's mark that the article ends"),
)
