"""The exceptions of vnsum.

A message says what was wrong, what was expected and what to do.
"""


class VnsumError(Exception):
    """Base class of all exceptions of vnsum."""


class InputError(VnsumError, ValueError):
    """A text, length or option is invalid."""


class LanguageError(VnsumError, ValueError):
    """A language is unknown, cannot be detected, or is not supported by the model."""


class ModelError(VnsumError):
    """A model is unknown, unavailable, corrupt, or unsuitable for the task."""


class FetchError(VnsumError):
    """A web page cannot be fetched; the message names the limit or response that caused it."""


class MissingExtraError(VnsumError, ImportError):
    """An optional dependency is not installed; the message contains the pip command."""
