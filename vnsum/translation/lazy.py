"""A translator that loads its weights at the first text and serves one caller at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from vnsum.checkpoints.memory import LoadMemory
from vnsum.forking import reset_after_fork
from vnsum.importing import gc_paused
from vnsum.results.result import CheckedText
from vnsum.translation.checked import Translator, require_direction


class LazyTranslator:
    """Wraps `load`, which is called once, when there is something to translate.

    `directions` are known before, so that a wrong direction costs no load. `describe` returns what
    is asked of `load` in one line, equal only where what it loads is, or `None` where that cannot
    be known. Calls from several threads wait for each other: the model underneath uses all cores
    anyway. A copy in another process (pickled, forked) loads its own weights. A load that failed
    fails the same way again, without the work, until what `describe` returns is another line.

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
        self._lock = threading.Lock()
        self._memory = LoadMemory(self._describe)
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
        """The loaded translator's signature; before that, the name alone."""
        return self._name if self._translator is None else self._translator.signature

    @property
    def request(self) -> str | None:
        """What is asked of `load`, equal only where what it loads is; `None` where not known."""
        return self._describe()

    @property
    def is_loaded(self) -> bool:
        """Whether the weights are in memory, so that the signature is the whole one."""
        return self._translator is not None

    def load(self) -> Translator:
        """Return the translator, loaded now unless it has been before."""
        with self._lock:
            if self._translator is None:
                with self._memory.guarding(), gc_paused():
                    self._translator = self._load()
            return self._translator

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Load what is missing and translate; see `CheckedTranslator.translate_checked`."""
        require_direction(self, source=source, target=target)
        if not texts:
            return []
        translator = self.load()
        with self._lock:
            return translator.translate_checked(texts, source=source, target=target)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the weights, the lock and what went wrong here."""
        return {
            name: value
            for name, value in self.__dict__.items()
            if name not in ("_translator", "_lock", "_memory")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()
