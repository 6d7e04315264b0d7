"""`LazyTranslator`: loads its weights on first use and serializes calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from vnsum.checkpoints.failures import FailureCache, require_unchanged
from vnsum.forking import reset_after_fork
from vnsum.importing import gc_paused
from vnsum.results.result import CheckedText
from vnsum.translation.translator import Translator, require_direction


class LazyTranslator:
    """A translator that calls `load` once, for the first text.

    `directions` are known in advance, so an unsupported direction is rejected without loading.
    `describe` returns a fingerprint of what `load` loads, or `None` if it is unknown; if it changes
    during the load, `load` raises `ModelError`. Calls from several threads are serialized, as the
    model uses all cores. Copies in other processes (pickled, forked) load their own weights. If
    loading fails, later calls raise the same error without loading again, until the fingerprint
    changes.

    >>> from vnsum.translation import FakeBackend, CheckedTranslator
    >>> lazy = LazyTranslator(lambda: CheckedTranslator(backend=FakeBackend()),
    ...                       name="fake", directions=("vi->en",))
    >>> lazy.translate_checked(["xin chào"], source="vi", target="en")[0].text
    'KVA PUNB'
    """

    def __init__(
        self,
        load: Callable[[], Translator],
        *,
        name: str,
        directions: Sequence[str],
        describe: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._load = load
        self._name = name
        self._directions = tuple(directions)
        self._describe = describe
        self._begin()

    def _begin(self) -> None:
        self._translator: Translator | None = None
        self._loaded: str | None = None  # the fingerprint of the weights in memory
        self._lock = threading.Lock()
        self._failures = FailureCache(self._describe)
        reset_after_fork(self._begin, shareable=True)

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._name

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions such as `"vi->en"`."""
        return self._directions

    @property
    def signature(self) -> str:
        """The signature of the loaded translator; before loading, the name only."""
        return self._name if self._translator is None else self._translator.signature

    @property
    def request(self) -> str | None:
        """The fingerprint of what is loaded, or else of what `load` would load now.

        `None` if it is unknown.
        """
        return self._describe() if self._translator is None else self._loaded

    @property
    def is_loaded(self) -> bool:
        """Whether the weights are loaded, so that the signature is complete."""
        return self._translator is not None

    def load(self) -> Translator:
        """Return the translator, loading it on the first call."""
        with self._lock:
            if self._translator is None:
                with self._failures.attempt(), gc_paused():
                    before = self._describe()
                    translator = self._load()
                    self._loaded = self._describe()
                    if before is not None:  # else the first download has told it
                        require_unchanged(self._loaded, before, model=self._name)
                    self._translator = translator
            return self._translator

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Translate, loading the weights if needed; see `CheckedTranslator.translate_checked`."""
        require_direction(self, source=source, target=target)
        if not texts:
            return []
        translator = self.load()
        with self._lock:
            return translator.translate_checked(texts, source=source, target=target)

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without weights, lock and cached failure."""
        return {
            name: value
            for name, value in self.__dict__.items()
            if name not in ("_translator", "_loaded", "_lock", "_failures")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()
