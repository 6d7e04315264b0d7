"""Screening of translations made with a glossary."""

from __future__ import annotations

import functools

from vnsum.checks.screening import screen_output
from vnsum.glossary import Glossary
from vnsum.glossary.checking import list_terms
from vnsum.languages import detect
from vnsum.results.result import Finding


def screen(
    source_text: str, text: str, *, target: str, glossary: Glossary, finished: bool = True
) -> list[Finding]:
    """Return the findings of `screen_output`; terms of the glossary may have words of the source.

    >>> [finding.kind for finding in screen("Mưa.", "", target="en", glossary=Glossary())]
    ['empty']
    """
    return screen_output(
        source_text, text, detect=detect, target=target, finished=finished,
        find_terms=functools.partial(list_terms, glossary=glossary, lang=target),
    )  # fmt: skip
