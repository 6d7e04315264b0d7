"""Front matter of Markdown files: the block of YAML or TOML between two rules at the beginning."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from vnsum.results.document import Boilerplate

LONGEST = 200  # lines of front matter
_RULES = {"---": ("---", "..."), "+++": ("+++",)}
_FIELD = re.compile(r"(?P<key>[\w.-]{1,60}|\"[^\"\n]{1,60}\")\s{0,5}[:=](?=\s|$)")
# Other lines of front matter: indented, items of lists, comments, tables and their ends.
_OTHER_LINE = re.compile(r"$|[\s\-#\[\]{}\"']")
# A dialogue between two rules has names in the places of fields.
_USUAL_FIELDS = frozenset([
    "author", "authors", "categories", "category", "date", "description", "draft", "id", "image",
    "keywords", "lang", "language", "layout", "modified", "permalink", "published", "slug",
    "source", "status", "subtitle", "summary", "tags", "template", "title", "type", "updated",
    "url", "weight",
])  # fmt: skip
_VALUE = re.compile(r"(title|date|source)\s{0,5}[:=]\s{0,5}(\S.*)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The front matter of a text: its end, 0 if there is none, and the fields that are used."""

    end: int = 0
    title: str | None = None
    published: datetime.date | None = None
    source: str | None = None
    pieces: tuple[Boilerplate, ...] = ()

    def blank(self, text: str) -> str:
        """Return `text`, of the same length, with spaces instead of the front matter."""
        return re.sub(r"[^\n]", " ", text[: self.end]) + text[self.end :] if self.end else text


def find_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a cleaned text.

    >>> find_front_matter("---\\ntitle: Chợ nổi\\n---\\nTrời mưa.").title
    'Chợ nổi'
    """
    start = len(text) - len(text.lstrip())
    rules = _RULES.get(text[start : start + 3])
    if rules is None:
        return FrontMatter()
    lines = text[start:].split("\n", LONGEST)
    closing = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in rules), 0)
    inner = lines[1:closing]
    if lines[0].rstrip() not in rules or not _are_fields(inner):
        return FrontMatter()
    end = start + len("\n".join(lines[: closing + 1]).rstrip())
    values = {match[1].lower(): match[2] for line in inner if (match := _VALUE.fullmatch(line))}
    return FrontMatter(
        end=end,
        title=_unquote(values.get("title", "")),
        published=_parse_date(values.get("date", "")),
        source=_unquote(values.get("source", "")),
        pieces=(Boilerplate(kind="code", text=text[start:end], start=start, end=end),),
    )


def _are_fields(lines: list[str]) -> bool:
    """Return whether lines are certainly fields and their values, and no sentences."""
    fields = [_FIELD.match(line) for line in lines]
    keys = [field["key"].strip('"') for field in fields if field]
    return (
        bool(fields)
        and fields[0] is not None
        and all(field or _OTHER_LINE.match(line) for field, line in zip(fields, lines, strict=True))
        and (
            any(key.lower() in _USUAL_FIELDS for key in keys)
            or all(key.isascii() and key.islower() for key in keys)
        )
    )


def _unquote(value: str) -> str | None:
    return value.strip().strip("\"'") or None


def _parse_date(value: str) -> datetime.date | None:
    match = _DATE.search(value)
    try:
        return datetime.date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None
