"""From a row of the table of models to a translator that runs it."""

from __future__ import annotations

import functools
from typing import Any

from vnsum.checkpoints.identity import identify_weights
from vnsum.checkpoints.spec import ModelSpec
from vnsum.glossary import Glossary
from vnsum.processors import limit_waiting
from vnsum.translation.backend import Backend
from vnsum.translation.guard import GuardedTranslator
from vnsum.translation.lazy import LazyTranslator
from vnsum.translation.runtimes import AUTO, Options, choose_runtime, require_runtime


def load_backend(
    spec: ModelSpec,
    *,
    runtime: str = AUTO,
    device: str | None = None,
    offline: bool | None = None,
    beams: int | None = None,
    rerank: bool = True,
    threads: int | None = None,
) -> Backend:
    """Load the weights of `spec` into the backend that runs them best, or the `runtime` named.

    See `vnsum.translation.runtimes` for the table.
    """
    limit_waiting()
    row = choose_runtime(spec, runtime=runtime, device=device)
    options = Options(device=device, offline=offline, beams=beams, rerank=rerank, threads=threads)
    return row.load(spec, options)


def make_translator(
    spec: ModelSpec,
    *,
    runtime: str = AUTO,
    device: str | None = None,
    offline: bool | None = None,
    beams: int | None = None,
    rerank: bool = True,
    glossary: Glossary | None = None,
    threads: int | None = None,
) -> LazyTranslator:
    """Return a guarded translator for `spec` that loads its weights at the first text."""
    terms = glossary or Glossary()
    require_runtime(runtime)
    options = {"runtime": runtime, "device": device, "beams": beams, "rerank": rerank}
    return LazyTranslator(
        functools.partial(_load_guarded, spec, terms, offline=offline, threads=threads, **options),
        name=spec.name,
        directions=spec.directions,
        # Every option that a translation may depend on.
        describe=functools.partial(describe_request, spec, glossary=terms.digest, **options),
    )


def describe_request(spec: ModelSpec, **options: object) -> str | None:
    """Return weights and options in one line, equal only for equal translators on one machine.

    `None` where the weights are not known yet; see `vnsum.checkpoints.identity`.
    """
    weights = identify_weights(spec)
    return None if weights is None else f"{weights}|{spec!r}|{sorted(options.items())!r}"


def _load_guarded(spec: ModelSpec, glossary: Glossary, **options: Any) -> GuardedTranslator:
    return GuardedTranslator(backend=load_backend(spec, **options), glossary=glossary)
