"""Creation of backends and translators for a `ModelSpec`."""

from __future__ import annotations

import functools

from vnsum.chat.server import Server
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.inspection import identify_weights
from vnsum.glossary import Glossary
from vnsum.processors import limit_spinning
from vnsum.translation.backends.backend import Backend
from vnsum.translation.backends.runtimes import RunOptions, choose_runtime
from vnsum.translation.backends.server import ServerBackend
from vnsum.translation.checked import CheckedTranslator
from vnsum.translation.lazy import LazyTranslator


def load_backend(spec: ModelSpec, options: RunOptions | None = None) -> Backend:
    """Load the weights of `spec` into the backend that `options` select.

    See `vnsum.translation.backends.runtimes`.
    """
    options = options or RunOptions()
    limit_spinning()
    return choose_runtime(spec, options).load(spec, options)


def make_translator(
    spec: ModelSpec, options: RunOptions | None = None, *, glossary: Glossary | None = None
) -> LazyTranslator:
    """Return a checked translator for `spec` that loads its weights on first use."""
    options, glossary = options or RunOptions(), glossary or Glossary()
    return LazyTranslator(
        functools.partial(_load_checked, spec, options, glossary),
        name=spec.name,
        directions=spec.directions,
        describe=functools.partial(describe_request, spec, options, glossary),
    )


def make_server_translator(
    server: Server, *, offline: bool | None = None, glossary: Glossary | None = None
) -> CheckedTranslator:
    """Return a checked translator that asks a server."""
    backend = ServerBackend(server, offline=offline)
    return CheckedTranslator(backend=backend, glossary=glossary or Glossary())


def describe_request(spec: ModelSpec, options: RunOptions, glossary: Glossary) -> str | None:
    """Return a fingerprint of weights and options, for this machine.

    `None` if the weights are not known yet; see `vnsum.checkpoints.inspection`.
    """
    weights = identify_weights(spec)
    if weights is None:
        return None
    return f"{weights}|{spec!r}|{options.describe()}|{glossary.digest}"


def _load_checked(spec: ModelSpec, options: RunOptions, glossary: Glossary) -> CheckedTranslator:
    return CheckedTranslator(backend=load_backend(spec, options), glossary=glossary)
