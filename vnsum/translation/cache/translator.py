"""A translator that remembers: what another one has translated once is read from a store.

A text is found again only where everything that made its translation is the same: the version of
vnsum, weights, options, kind of device, languages and the text to the letter.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import threading
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from vnsum.forking import reset_after_fork
from vnsum.results.result import CheckedText
from vnsum.translation.cache.store import CacheWarning, TranslationStore
from vnsum.translation.checked import Translator, require_direction
from vnsum.version import __version__

# Texts between two commits, so that a killed process loses seconds; full batches need no more.
COMMIT_EVERY = 64
# What the choice of device and number format depends on, besides the machine itself.
RUNTIMES = ("torch", "transformers", "ctranslate2")
# The folders of the package that no translation depends on, and the weights, whose checksums are
# part of every request.
LEAVES = ("cli", "evaluation", "integrations", "models", "rendering", "training")
SUM_LENGTH = 8


@runtime_checkable
class Deferred(Protocol):
    """What is asked of a translator that has yet to load its weights; see `LazyTranslator`."""

    @property
    def request(self) -> str | None:
        """What will be loaded, in one line."""

    @property
    def is_loaded(self) -> bool:
        """Whether the signature is the whole one."""

    def load(self) -> Translator:
        """Load the weights."""


def load_weights(translator: Translator) -> None:
    """Load the weights of a translator that would load them at the first text."""
    if isinstance(translator, Deferred):
        translator.load()


class CachedTranslator:
    """Wraps a `Translator`; texts that `store` has do not reach it.

    Findings are kept with the translations. A translator that loads late stays unloaded while
    nothing is new: its signature is in the store, too. Each text is translated once however many
    threads ask for it; two processes that meet the same new text at the same time both translate
    it. An interrupted or killed call has kept all but its last 64 texts.

    >>> import tempfile
    >>> from vnsum.translation import FakeBackend, CheckedTranslator
    >>> inner = CheckedTranslator(backend=FakeBackend())
    >>> with tempfile.TemporaryDirectory() as folder, TranslationStore(folder) as store:
    ...     cached = CachedTranslator(inner, store=store)
    ...     for text in ("xin chào", "xin chào"):
    ...         print(cached.translate_checked([text], source="vi", target="en")[0].text)
    KVA PUNB
    KVA PUNB
    >>> inner.backend.calls
    [('xin chào',)]
    """

    def __init__(self, translator: Translator, *, store: TranslationStore) -> None:
        self.translator = translator
        self.store = store
        self._begin()

    def _begin(self) -> None:
        self._signature: str | None = None  # as the store remembers it
        self._has_warned = False
        self._lock = threading.RLock()
        reset_after_fork(self._begin)

    @property
    def name(self) -> str:
        """The wrapped translator's name."""
        return self.translator.name

    @property
    def directions(self) -> tuple[str, ...]:
        """The wrapped translator's directions."""
        return self.translator.directions

    @property
    def signature(self) -> str:
        """The wrapped translator's signature: being kept changes nothing in a translation."""
        return (
            self._signature if self._signature and not self.is_loaded else self.translator.signature
        )

    @property
    def request(self) -> str | None:
        """What the wrapped translator will load; `None` where it does not tell."""
        return self.translator.request if isinstance(self.translator, Deferred) else None

    @property
    def is_loaded(self) -> bool:
        """Whether the wrapped translator has loaded its weights, if it loads any late."""
        return not isinstance(self.translator, Deferred) or self.translator.is_loaded

    def load(self) -> Translator:
        """Load the weights of the wrapped translator and return this one."""
        self._load()
        return self

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Return one checked translation for each text, in order; new ones are kept."""
        require_direction(self, source=source, target=target)
        if not texts:
            return []
        with self._lock:
            signature = self._find_signature()
            made_by = (signature, self.request or "")
        keys = {text: _key("text", *made_by, source, target, text) for text in texts}
        done = self._recall(keys)
        # Texts of similar length together, for that makes full batches.
        new = sorted((text for text in keys if text not in done), key=len, reverse=True)
        for start in range(0, len(new), COMMIT_EVERY):
            with self._lock:  # another thread may have translated some in the meantime
                if self._load() != signature:
                    return self.translate_checked(texts, source=source, target=target)
                some = {text: keys[text] for text in new[start : start + COMMIT_EVERY]}
                done |= self._recall(some)
                done |= self._translate(
                    {text: key for text, key in some.items() if text not in done},
                    source=source,
                    target=target,
                )
        return [done[text] for text in texts]

    def _translate(
        self, keys: dict[str, bytes], *, source: str, target: str
    ) -> dict[str, CheckedText]:
        if not keys:
            return {}
        fresh = self.translator.translate_checked([*keys], source=source, target=target)
        self.store.put(
            {key: _write(checked) for key, checked in zip(keys.values(), fresh, strict=True)}
        )
        return dict(zip(keys, fresh, strict=True))

    def _recall(self, keys: dict[str, bytes]) -> dict[str, CheckedText]:
        kept = self.store.get([*keys.values()])
        found = {}
        for text, key in keys.items():
            try:
                if key in kept:
                    found[text] = _read(kept[key])
            except Exception as error:  # a row may hold anything
                self._warn(error)
        return found

    def _warn(self, error: Exception) -> None:
        """Say once that rows are damaged; those that follow are likely to be of the same kind."""
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"the cache {self.store.path} has damaged rows ({type(error).__name__}: "
                f"{str(error)[:100]}): their texts are translated anew; the results are not "
                "affected",
                CacheWarning,
                stacklevel=2,
            )

    def _find_signature(self) -> str:
        """Return the whole signature, from the store where that spares a load."""
        if self.is_loaded:
            return self._load()
        if self._signature is None and (request := self.request) is not None:
            key = _key("signature", request, _describe_machine())
            kept = self.store.get([key]).get(key)
            if isinstance(kept, str):
                self._signature = kept
            elif kept is not None:
                self._warn(TypeError("the signature is no text"))
        return self._load() if self._signature is None else self._signature

    def _load(self) -> str:
        """Return the signature of the translator, whose weights are loaded after that."""
        if isinstance(self.translator, Deferred):
            self.translator.load()
            if self.translator.signature != self._signature:
                self._signature = self.translator.signature
                if (request := self.request) is not None:
                    key = _key("signature", request, _describe_machine())
                    self.store.put({key: self._signature})
        return self.translator.signature

    def __getstate__(self) -> dict[str, object]:
        return {"translator": self.translator, "store": self.store}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._begin()


def _key(*parts: str) -> bytes:
    # JSON keeps the parts apart whatever they contain.
    return hashlib.sha256(json.dumps([_describe_code(), *parts]).encode("ascii")).digest()


@functools.cache
def _describe_code() -> str:
    """Return what tells this vnsum from others, two checkouts of one version included."""
    return digest_code(Path(__file__).parents[2])


def digest_code(package: Path) -> str:
    """Return a digest of every file below `package` that a translation may depend on.

    A file or folder that is new counts unless it is named in `LEAVES`.
    """
    digest = hashlib.sha256(__version__.encode())
    for folder, folders, files in os.walk(package):
        leaves = LEAVES if Path(folder) == package else ()
        folders[:] = sorted(set(folders) - {"__pycache__", *leaves})
        for name in sorted(files):
            file = Path(folder, name)
            data = file.read_bytes()
            digest.update(os.fsencode(file.relative_to(package)) + b"\0%d\0" % len(data))
            digest.update(data)
    return digest.hexdigest()


@functools.cache
def _describe_machine() -> str:
    """Return what decides, besides a request, which device and number format are chosen."""
    parts = [platform.node(), platform.machine(), os.environ.get("CUDA_VISIBLE_DEVICES", "")]
    for name in RUNTIMES:
        try:
            parts.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            parts.append(name)
    return json.dumps(parts)


def _write(checked: CheckedText) -> str:
    text = json.dumps(checked.to_dict(), separators=(",", ":"))
    return f"{_sum(text)}{text}"


def _read(kept: object) -> CheckedText:
    """Return what `_write` wrote; an error of some kind where it is something else."""
    if not isinstance(kept, str):
        raise TypeError(f"expected text, not {type(kept).__name__}")
    text = kept[SUM_LENGTH:]
    if kept[:SUM_LENGTH] != _sum(text):  # sqlite does not see a letter that a bad disk changed
        raise ValueError("wrong checksum")
    return CheckedText.from_dict(json.loads(text))


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
