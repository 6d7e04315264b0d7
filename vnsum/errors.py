"""Every exception that vnsum raises on purpose, one tree; imports nothing.

A message says what was wrong, what was expected and what to do about it.
"""


class VnsumError(Exception):
    """Base of all errors that vnsum raises on purpose."""


class InputError(VnsumError, ValueError):
    """The text, budget or option handed in cannot be used as it is."""


class LanguageError(VnsumError, ValueError):
    """A language is unknown, cannot be detected, or is not spoken by the model."""


class ModelError(VnsumError):
    """A model is unknown, cannot be reached, is damaged, or does not fit the task."""


class FetchError(VnsumError):
    """A web page cannot be fetched; the message names the limit or the answer that stopped it."""


class MissingExtraError(VnsumError, ImportError):
    """An optional dependency is not installed; the message has the exact pip command."""
