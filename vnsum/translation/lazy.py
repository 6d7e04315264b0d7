"""A translator that loads its weights at the first text and serves one caller at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from vnsum.translation.guard import CheckedText, Translator, require_direction


class LazyTranslator:
    """Wraps `load`, which is called once, when there is something to translate.

    `directions` are known before, so that a wrong direction costs no load. Calls from several
    threads wait for each other: the model underneath uses all cores anyway.

    >>> from vnsum.translation import FakeBackend, GuardedTranslator
    >>> lazy = LazyTranslator(lambda: GuardedTranslator(backend=FakeBackend()),
    ...                       name="fake", directions=("vi->en",))
    >>> lazy.translate_checked(["xin chào"], source="vi", target="en")[0].text
    'KVA PUNB'
    """

    def __init__(
        self, load: Callable[[], Translator], *, name: str, directions: Sequence[str]
    ) -> None:
        self._load = load
        self._name = name
        self._directions = tuple(directions)
        self._translator: Translator | None = None
        self._lock = threading.Lock()

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions such as `"vi->en"`."""
        return self._directions

    @property
    def signature(self) -> str:
        """The loaded translator's signature; before that, the name alone."""
        return self._name if self._translator is None else self._translator.signature

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Load what is missing and translate; see `GuardedTranslator.translate_checked`."""
        require_direction(self._directions, source=source, target=target, model=self._name)
        if not texts:
            return []
        with self._lock:
            if self._translator is None:
                self._translator = self._load()
            return self._translator.translate_checked(texts, source=source, target=target)
