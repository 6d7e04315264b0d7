"""`CachedTranslator`: looks up translations in a store before translating.

The key of a translation has everything that it depends on: the code of vnsum, weights, options,
device type, languages and the text.
"""

from __future__ import annotations

import contextlib
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

from vnsum import require
from vnsum.forking import reset_after_fork
from vnsum.results.result import CheckedText
from vnsum.translation.cache.store import CacheWarning, TranslationStore
from vnsum.translation.translator import Translator, require_direction
from vnsum.version import __version__

# Texts per commit: enough for full batches, and a killed process loses only seconds.
COMMIT_EVERY = 64
# Libraries that affect the choice of device and precision.
RUNTIMES = ("torch", "transformers", "ctranslate2")
# Folders of the package that do not affect translations, and the weights, whose checksums are part
# of the fingerprint.
LEAVES = ("cli", "evaluation", "integrations", "models", "rendering", "training")
CHECKSUM_LENGTH = 8


@runtime_checkable
class Deferred(Protocol):
    """The protocol of translators that load their weights later; see `LazyTranslator`."""

    @property
    def request(self) -> str | None:
        """The fingerprint of what is loaded, or else of what would be loaded now."""

    @property
    def is_loaded(self) -> bool:
        """Whether the weights are loaded, so that the signature is complete."""

    def load(self) -> Translator:
        """Load the weights."""


def load_weights(translator: Translator) -> None:
    """Load the weights of a translator now, instead of on first use."""
    if isinstance(translator, Deferred):
        translator.load()


class CachedTranslator:
    """Wraps a `Translator` and returns cached translations from `store`.

    Findings are stored with the translations. If all texts are cached, a lazy translator is not
    loaded, as its signature is stored too. Several threads translate a text only once; two
    processes may both translate the same new text. A killed run loses at most 64 sentences.

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
        self._signature: str | None = None  # as stored
        self._has_warned = False
        self._lock = threading.RLock()
        reset_after_fork(self._begin)

    @property
    def name(self) -> str:
        """The name of the wrapped translator."""
        return self.translator.name

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions of the wrapped translator."""
        return self.translator.directions

    @property
    def signature(self) -> str:
        """The signature of the wrapped translator, as caching does not change translations."""
        return (
            self._signature if self._signature and not self.is_loaded else self.translator.signature
        )

    @property
    def request(self) -> str | None:
        """The fingerprint of what the wrapped translator loads; `None` if it is unknown."""
        return self.translator.request if isinstance(self.translator, Deferred) else None

    @property
    def is_loaded(self) -> bool:
        """Whether the wrapped translator has loaded its weights."""
        return not isinstance(self.translator, Deferred) or self.translator.is_loaded

    def load(self) -> Translator:
        """Load the weights of the wrapped translator and return this translator."""
        self._load()
        return self

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Return one checked translation for each text, in order; new ones are stored."""
        require_direction(self, source=source, target=target)
        if not texts:
            return []
        with self._lock:
            made_by = self._identify()
        keys = {text: _key("text", *made_by, source, target, text) for text in texts}
        done = self._look_up(keys)
        # Sorted by length, which makes batches efficient.
        new = sorted((text for text in keys if text not in done), key=len, reverse=True)
        for start in range(0, len(new), COMMIT_EVERY):
            with self._lock:  # another thread may have translated some meanwhile
                if self._load() != made_by:  # other weights than those that were looked up
                    return self.translate_checked(texts, source=source, target=target)
                some = {text: keys[text] for text in new[start : start + COMMIT_EVERY]}
                done |= self._look_up(some)
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
        rows = {}
        for key, checked in zip(keys.values(), fresh, strict=True):
            with contextlib.suppress(UnicodeEncodeError):  # a backend's lone surrogate
                rows[key] = _serialize(key, checked)
        self.store.put(rows)
        return dict(zip(keys, fresh, strict=True))

    def _look_up(self, keys: dict[str, bytes]) -> dict[str, CheckedText]:
        stored = self.store.get([*keys.values()])
        found = {}
        for text, key in keys.items():
            try:
                if key in stored:
                    found[text] = _deserialize(key, stored[key])
            except Exception as error:  # a damaged row may contain anything
                self._warn(error)
        return found

    def _warn(self, error: Exception) -> None:
        """Warn about damaged rows, once."""
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"the cache {self.store.path} has damaged rows ({type(error).__name__}: "
                f"{require.printable(str(error)[:100])}): their texts are translated again; the "
                "results are not affected",
                CacheWarning,
                stacklevel=2,
            )

    def _identify(self) -> tuple[str, str]:
        """Return the complete signature and the fingerprint of what makes the translations.

        Without loading the weights, if the store has their signature.
        """
        if self.is_loaded:
            return self._load()
        request = self.request
        if self._signature is None and request is not None:
            key = _key("signature", request, _describe_machine())
            stored = self.store.get([key]).get(key)
            if isinstance(stored, str):
                self._signature = stored
            elif stored is not None:
                self._warn(TypeError("the signature is not a string"))
        return self._load() if self._signature is None else (self._signature, request or "")

    def _load(self) -> tuple[str, str]:
        """Load the weights and return the signature and the fingerprint of the translator."""
        if isinstance(self.translator, Deferred):
            self.translator.load()
            if self.translator.signature != self._signature:
                self._signature = self.translator.signature
                if (request := self.request) is not None:
                    key = _key("signature", request, _describe_machine())
                    self.store.put({key: self._signature})
        return self.translator.signature, self.request or ""

    def __getstate__(self) -> dict[str, object]:
        return {"translator": self.translator, "store": self.store}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._begin()


def _key(*parts: str) -> bytes:
    # JSON separates the parts unambiguously.
    return hashlib.sha256(json.dumps([_describe_code(), *parts]).encode("ascii")).digest()


@functools.cache
def _describe_code() -> str:
    """Return a digest of the code of vnsum, which also distinguishes checkouts of one version."""
    return digest_code(Path(__file__).parents[2])


def digest_code(package: Path) -> str:
    """Return a digest of all files of `package` except the folders in `LEAVES`."""
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
    """Return the properties of this machine that affect the choice of device and precision."""
    parts = [platform.node(), platform.machine(), os.environ.get("CUDA_VISIBLE_DEVICES", "")]
    for name in RUNTIMES:
        try:
            parts.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            parts.append(name)
    return json.dumps(parts)


def _serialize(key: bytes, checked: CheckedText) -> str:
    """Return the JSON form, after a checksum of it and its key.

    Raises `UnicodeEncodeError` for a lone surrogate.
    """
    data = checked.to_dict()
    _require_encodable(data)
    text = json.dumps(data, separators=(",", ":"))
    return f"{_checksum(key, text)}{text}"


def _deserialize(key: bytes, stored: object) -> CheckedText:
    """Parse the output of `_serialize`; raise an exception for anything else."""
    if not isinstance(stored, str):
        raise TypeError(f"expected a string, not {type(stored).__name__}")
    text = stored[CHECKSUM_LENGTH:]
    # SQLite does not detect changed bytes, nor a text that is under another key.
    if stored[:CHECKSUM_LENGTH] != _checksum(key, text):
        raise ValueError("wrong checksum")
    data = json.loads(text)
    _require_encodable(data)
    return CheckedText.from_dict(data)


def _require_encodable(data: object) -> None:
    json.dumps(data, ensure_ascii=False).encode()  # fails for a lone surrogate


def _checksum(key: bytes, text: str) -> str:
    return f"{zlib.crc32(key + text.encode()):08x}"
