"""Does a text have anything to translate? Numbers, addresses and program code do not.

What is taken for code has to look like nothing else: a sentence left untranslated would be worse
than a line of code translated.
"""

from __future__ import annotations

import re

URL_OR_EMAIL = re.compile(r"(?:https?://|ftp://|www\.)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
LETTER = re.compile(r"[^\W\d_]")
NAME = r"[A-Za-z_][\w.]*"
# Each row: what lines of code look like, from their first character to their last. What a line has
# to end with is asked for ahead, so that no row has two places to look for.
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
    """Return whether `text` has letters outside of web and e-mail addresses, and is no code.

    >>> has_words("Xem https://example.org"), has_words("1.234 - https://example.org")
    (True, False)
    >>> has_words("print(total)")
    False
    """
    return LETTER.search(URL_OR_EMAIL.sub(" ", text)) is not None and not is_code(text)


def is_code(text: str) -> bool:
    """Return whether every line of `text` is a line of a program.

    Code in a fence is code whatever its lines say.

    >>> is_code("import numpy as np"), is_code("Nhập khẩu (import) tăng.")
    (True, False)
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return False
    if len(lines) > 1 and lines[0].startswith(("```", "~~~")) and lines[-1] == lines[0][:3]:
        return True
    return all(any(pattern.fullmatch(line) for pattern in CODE) for line in lines)
