"""The `Translator` protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vnsum.errors import LanguageError
from vnsum.require import exact
from vnsum.results.result import CheckedText


class Translator(Protocol):
    """The protocol of translators that the pipeline uses."""

    @property
    def name(self) -> str:
        """The name of the model, for messages."""

    @property
    def signature(self) -> str:
        """Model, weights and all options that affect translations, in one line."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions such as `"vi->en"`."""

    def translate_checked(
        self, texts: Sequence[str], *, source: str, target: str
    ) -> list[CheckedText]:
        """Return one checked translation for each text, in order."""


def require_direction(translator: Translator, *, source: str, target: str) -> None:
    """Raise `LanguageError` if a translator does not translate from `source` to `target`."""
    known = translator.directions
    source, target = exact(source), exact(target)
    if f"{source}->{target}" not in known:
        raise LanguageError(
            f"the model {translator.name!r} does not translate {source}->{target}: expected "
            f"{', '.join(known) or 'no direction'}; vnsum.models() and 'vnsum models' list others"
        )
