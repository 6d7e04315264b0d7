"""From a row of the table of models to a translator that runs it."""

from __future__ import annotations

from vnsum.checkpoints.spec import ModelSpec
from vnsum.translation.backend import Backend
from vnsum.translation.guard import GuardedTranslator
from vnsum.translation.lazy import LazyTranslator


def load_backend(
    spec: ModelSpec,
    *,
    device: str | None = None,
    offline: bool | None = None,
    beams: int | None = None,
) -> Backend:
    """Load the weights of `spec` into the backend that runs them best.

    Packaged weights run on the decoding loop of this library, everything else on `generate` of
    transformers.
    """
    if spec.origin == "package":
        from vnsum.translation.decoder import DecoderBackend

        return DecoderBackend.load(spec, device=device, beams=beams)
    from vnsum.translation.huggingface import HuggingFaceBackend

    return HuggingFaceBackend.load(spec, device=device, offline=offline, beams=beams)


def make_translator(
    spec: ModelSpec,
    *,
    device: str | None = None,
    offline: bool | None = None,
    beams: int | None = None,
) -> LazyTranslator:
    """Return a guarded translator for `spec` that loads its weights at the first text."""

    def load() -> GuardedTranslator:
        backend = load_backend(spec, device=device, offline=offline, beams=beams)
        return GuardedTranslator(backend=backend)

    return LazyTranslator(load, name=spec.name, directions=spec.directions)
