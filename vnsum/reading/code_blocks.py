"""Fenced code blocks of Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A fence may follow the mark of a list. Longer lines of tildes divide a text.
_FENCE = re.compile(
    r"(?<![^\r\n])[^\S\r\n]*(?:(?:[-*+]|\d{1,3}[.)])[^\S\r\n]{1,8}){0,3}"
    r"(`{3,}(?!`)|~{3}(?!~))([^`\r\n]*)(?![^\r\n])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlocks:
    """The spans of the fenced code blocks of a text, and the start of one that is not closed."""

    spans: tuple[tuple[int, int], ...]
    unclosed: int | None


def find_code_blocks(text: str) -> CodeBlocks:
    """Return the fenced code blocks of a text.

    As in CommonMark, a block ends with a line of the same signs, at least as many as those of its
    first line. Its lines may have any indentation.

    >>> find_code_blocks("Một.\\n```python\\nx = 1\\n```\\nHai.")
    CodeBlocks(spans=((5, 24),), unclosed=None)
    """
    spans = []
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence[1].startswith(opened[1]) and not fence[2].strip():
            spans.append((opened.start(1), fence.end(1)))
            opened = None
    return CodeBlocks(spans=tuple(spans), unclosed=opened.start(1) if opened else None)
