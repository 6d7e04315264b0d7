"""Headlines and other texts without a full stop, which models translate worse than sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from vnsum.translation.backends.backend import Backend, Hypothesis, SupportsConfidence

MIN_WORDS = 4  # shorter texts are names and labels, not sentences
_OPEN_END = re.compile(r"[\w)\]\"'”’»]\Z")
_STOP = re.compile(r"(?<![.…])\.\Z")


def is_headline(text: str) -> bool:
    """Return whether a text has several words and no punctuation mark at its end.

    >>> is_headline("Nga bắt đầu rút quân khỏi Syria"), is_headline("Trời mưa to ở Huế.")
    (True, False)
    """
    return len(text.split()) >= MIN_WORDS and bool(_OPEN_END.search(text))


def translate_as_sentences(
    hypotheses: Mapping[str, Hypothesis], *, backend: Backend, source: str, target: str
) -> dict[str, Hypothesis]:
    """Return better hypotheses for headlines, translated with a full stop that is removed again.

    A hypothesis is returned only if the backend is more confident of it than of the one in
    `hypotheses`, which becomes the first of its `n_best`.
    """
    headlines = [text for text in hypotheses if is_headline(text)]
    if not headlines or not isinstance(backend, SupportsConfidence):
        return {}
    sentences = [f"{text}." for text in headlines]
    before = [hypotheses[text] for text in headlines]
    after = backend.translate(sentences, source=source, target=target)
    had = backend.estimate_confidence(headlines, before, source=source, target=target)
    has = backend.estimate_confidence(sentences, after, source=source, target=target)
    return {
        text: replace(new, text=_STOP.sub("", new.text), n_best=(old, *old.n_best))
        for text, old, new, less, more in zip(headlines, before, after, had, has, strict=True)
        if less is not None and more is not None and more > less
        if new.finished and _STOP.search(new.text)
    }
