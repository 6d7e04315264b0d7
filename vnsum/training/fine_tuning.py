"""Fine-tuning on your own bilingual corpus, in one call: `vnsum.training.fine_tune`.

Small defaults for a laptop and a few hundred to a few thousand pairs. What comes out is a folder
that `vnsum.load` takes. Larger runs have a configuration of their own, see `vnsum.training.loop`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum.checkpoints.families import BOTH
from vnsum.errors import InputError
from vnsum.training.card import Card
from vnsum.training.config import Corpus, Filters, Optimizer, Schedule, Settings, Shape
from vnsum.training.data.corpora import ProtectedTexts, read_examples, sample_evenly
from vnsum.training.export import export_package
from vnsum.training.journal import read_log
from vnsum.training.loop import train

MEASURED = 400  # pairs on which the inputs of matrices are measured
CHARACTERS_A_TOKEN = 3.7  # for guessing the number of steps; the run itself counts
WORK = "work"  # checkpoints, log and tokens of the run, inside the folder of the result


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What `fine_tune` made: the folder to load, and the training loss at the start and the end."""

    folder: Path
    pairs: int
    steps: int
    first_loss: float
    last_loss: float


def fine_tune(  # noqa: PLR0913 - options are keyword-only, each with a default
    data: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    start: str = "mini",
    directions: Sequence[str] = ("vi->en",),
    epochs: float = 3.0,
    rate: float = 5e-5,
    protected: Sequence[str | os.PathLike[str]] = (),
    device: str | None = None,
    minutes: float | None = None,
    show: bool = True,
    report: Callable[[str], None] = lambda line: None,
) -> Tuned:
    """Train `start` further on the pairs in `data` and write a model that `vnsum.load(out)` takes.

    `data` is a file of lines `vietnamese<TAB>english` (UTF-8, may end in `.xz`); `directions` are
    those to be trained, and the only ones that the tuned model then offers.
    `protected` are test sets that share no line with `data`: `InputError` where one does.
    `minutes` ends the run early; the same call goes on from there. Raises `InputError` for data
    that cannot be read and `ModelError` for a model that cannot be trained.

    >>> fine_tune("medical.tsv", "runs/medical")                      # doctest: +SKIP
    >>> vnsum.load("runs/medical").translate("Bệnh nhân bị sốt.")     # doctest: +SKIP
    """
    path, folder = Path(data), Path(out)
    if unknown := set(directions) - set(BOTH):
        raise InputError(f"directions has {sorted(unknown)}: expected some of {BOTH}")
    corpus = Corpus(path=path, directions=tuple(directions), source=path.name)
    filters = Filters(protected=tuple(Path(p) for p in protected))
    pairs, tally = read_examples(corpus, filters, ProtectedTexts(ngram=8, max_overlap=1.0))
    if not pairs:
        raise InputError(f"{path} has no pair that can be used: {dict(tally.left_out)}")
    tokens = sum(3 + len(pair.first + pair.second) / CHARACTERS_A_TOKEN for pair in pairs)
    shape = Shape(rows=min(8, max(1, int(tokens) // 1024)), length=256)
    # Rows are seldom filled to the last place.
    steps = max(4, math.ceil(tokens * len(directions) * epochs / (shape.rows * shape.length * 0.9)))
    settings = Settings(
        start=start,
        out=folder / WORK,
        corpora=(corpus,),
        filters=filters,
        shape=shape,
        optimizer=Optimizer(rate=rate, warmup=max(1, min(100, steps // 10))),
        schedule=Schedule(steps=steps, log_every=max(1, steps // 50), keep=1),
        compile=False,
    )
    result = train(settings, device=device, minutes=minutes, show=show, report=report)
    losses = [row["loss"] for row in read_log(settings.out) if "loss" in row]
    card = Card(
        name=folder.name,
        directions=tuple(directions),
        corpora=(corpus,),
        steps=result.progress.step,
        tokens=result.progress.tokens,
    )
    export_package(
        str(result.model), folder, card=card, scheme="int8", pairs=sample_evenly(pairs, MEASURED)
    )
    return Tuned(
        folder=folder,
        pairs=len(pairs),
        steps=result.progress.step,
        first_loss=losses[0],
        last_loss=losses[-1],
    )
