"""Loading of the packaged model, shared by all translators and summarizers of a process.

The engine of a model is kept as long as at least one user refers to it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from vnsum.checkpoints.devices import EIGHT_BITS, choose_device, choose_precision
from vnsum.checkpoints.failures import require_unchanged
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.inspection import identify_weights
from vnsum.checkpoints.loading import load_packaged
from vnsum.checkpoints.packaged import Packed, model_folder
from vnsum.checkpoints.resolution import locate_model
from vnsum.decoding.gemma import GemmaText
from vnsum.decoding.smoothing import SmoothedWeights
from vnsum.forking import reset_after_fork


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A model with its tokenizer, and the same model with its adapter applied.

    Without an adapter, `adapted` is `model`. Decoding does not modify an engine, so several threads
    may share it.
    """

    model: GemmaText
    adapted: GemmaText
    tokenizer: Any


class _Process:
    """The engines of this process; a forked child starts without any."""

    def __init__(self) -> None:
        self._begin()
        reset_after_fork(self._begin, shareable=True)

    def _begin(self) -> None:
        self.engines = weakref.WeakValueDictionary[tuple[str, ...], Engine]()
        self.lock = threading.Lock()


_process = _Process()


def load_engine(
    spec: ModelSpec, *, device: str | None = None, precision: str | None = None
) -> Engine:
    """Return the engine of `spec`, loading it unless it is in use already.

    `precision` is a name in `vnsum.checkpoints.devices.PRECISIONS`; the default is the fastest one
    for the device. Raises `ModelError` if the weights are missing or damaged.
    """
    place = choose_device(device)
    precision = precision or choose_precision(place)
    folder = model_folder(spec.checkpoint)
    with _process.lock:
        weights = identify_weights(spec)
        key = (str(folder), str(weights), str(place), precision)
        engine = _process.engines.get(key)
        if engine is None:
            engine = _build(spec, place, precision)
            require_unchanged(identify_weights(spec), weights, model=spec.name)
            _process.engines[key] = engine
        return engine


def _build(spec: ModelSpec, device: torch.device, precision: str) -> Engine:
    packaged = load_packaged(locate_model(spec), device=str(device))
    weights: Mapping[str, torch.Tensor | Packed] = {**packaged.weights, **packaged.changes}
    if precision in EIGHT_BITS and packaged.largest_inputs:
        weights = SmoothedWeights(
            weights, packaged.largest_inputs, heads=packaged.config.num_attention_heads
        )
    model = GemmaText(packaged.config, weights, precision=precision, device=device)
    return Engine(model=model, adapted=model.apply_adapter(), tokenizer=packaged.tokenizer)
