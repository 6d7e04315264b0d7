"""Detection of texts without anything to translate: numbers, addresses and program code.

Code detection prefers precision to recall, as an untranslated sentence is worse than a translated
line of code.
"""

from __future__ import annotations

import re

from vnsum.translation.markup import OPAQUE

URL_OR_EMAIL = re.compile(r"(?:https?://|ftp://|www\.)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
LETTER = re.compile(r"[^\W\d_]")
NAME = r"[A-Za-z_][\w.]*"
# Patterns of lines of code, for the whole line. The end of a line is checked with a lookahead,
# which keeps matching linear.
CODE = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(?:```|~~~).*",
        r"(?:import|from) [\w.]+(?: import [\w., *]+)?(?: as \w+)?;?",
        rf"(?=.*[:{{]\Z)(?:async )?(?:def|class|func|fn|function) {NAME}\s*"
        r"(?:\(.*\)\s*[:{]|(?:\(.*?\)\s*)?->.*|[:{])",
        rf"(?:(?:const|let|var|int|float|auto|final) )?{NAME}(?:\[[^\]]*\])? ?[-+*/]?= ?[^=].*;",
        rf"{NAME} ?= ?(?:{NAME}\(.*\)|\[.*\]|\{{.*\}}|\"[^\"]*\"|'[^']*'|-?\d[\d._]*)",
        rf"(?:return |await |new )?{NAME}\(.*\);?",
        r"#include ?[<\"].+[>\"]",
        r"(?:\$|>>>|PS>) \S.*",
        r"(?:<!--.*-->|(?:</?[a-z][\w-]*(?: [\w-]+=\"[^\"]*\")* ?/?>\s*)+)",
        r"SELECT .+ FROM \S.*|INSERT INTO \S.*",
        r"(?:if|for|while|switch) ?\(.*\) ?\{",
        r"(?:if|elif|while) (?=.*:\Z).*(?:[=<>!]=|[<>]) .*|for [\w, ]+ in [\w.]+(?:\(.*\)|\[.*\]):",
        r"[{}()\[\];]+",
    )
)


def has_words(text: str) -> bool:
    """Return whether `text` has letters outside of addresses and placeholders, and is not code.

    >>> has_words("Xem https://example.org"), has_words("1.234 - https://example.org")
    (True, False)
    >>> has_words("print(total)")
    False
    """
    prose = OPAQUE.sub(" ", URL_OR_EMAIL.sub(" ", text))
    return LETTER.search(prose) is not None and not is_code(text)


def is_code(text: str) -> bool:
    """Return whether every line of `text` is a line of code, or `text` is a fenced code block.

    >>> is_code("import numpy as np"), is_code("Nhập khẩu (import) tăng.")
    (True, False)
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return False
    if len(lines) > 1 and lines[0].startswith(("```", "~~~")) and lines[-1] == lines[0][:3]:
        return True
    return all(any(pattern.fullmatch(line) for pattern in CODE) for line in lines)
