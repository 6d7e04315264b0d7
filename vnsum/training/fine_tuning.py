"""Fine-tune a model on your own bilingual corpus: `vnsum.training.fine_tune`.

The defaults are meant for a laptop and a few hundred to a few thousand pairs. The result is a
folder for `vnsum.load`. Larger runs use a configuration file, see `vnsum.training.loop`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum import require
from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.families import BOTH
from vnsum.errors import InputError
from vnsum.storage import special_file_kind
from vnsum.training.card import Card
from vnsum.training.config import Corpus, Filters, Optimizer, Schedule, Settings, Shape
from vnsum.training.data.corpora import ProtectedTexts, read_examples, sample_evenly
from vnsum.training.export import export_package
from vnsum.training.journal import read_log
from vnsum.training.loop import train
from vnsum.training.model import require_replaceable
from vnsum.training.state import only_run

MEASURED = 400  # calibration pairs
MOST_EPOCHS = 10_000
CHARACTERS_A_TOKEN = 3.7  # to estimate the number of steps before tokenization
WORK = "work"  # subfolder for checkpoints, log and tokens of the run


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The result of `fine_tune`: the model folder, and the first and the last training loss.

    The losses are `None` if the time was up before one was logged. Unless the run is `finished`,
    the same call continues it.
    """

    folder: Path
    pairs: int
    steps: int
    first_loss: float | None
    last_loss: float | None
    finished: bool


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
    """Fine-tune `start` on the pairs in `data` and write a model for `vnsum.load(out)`.

    `data` is a UTF-8 file with lines of `vietnamese<TAB>english`, plain or compressed (`.xz`).
    `directions` are the directions to train; the fine-tuned model supports only these.
    `protected` are test sets; a line of `data` that occurs in one raises `InputError`. `minutes`
    limits the time; the same call continues an unfinished run. Raises `InputError` for data that
    cannot be read and `ModelError` for a model that cannot be trained.

    >>> fine_tune("medical.tsv", "runs/medical")                      # doctest: +SKIP
    >>> vnsum.load("runs/medical").translate("Bệnh nhân bị sốt.")     # doctest: +SKIP
    """
    path, folder = require.path(data, "data"), require.path(out, "out")
    with wrap_errors(path, what="cannot look up", kind=InputError, advice="name another file"):
        if kind := special_file_kind(path):
            raise InputError(f"{path} is {kind}: expected a file, which is read twice")
    if not 0 < require.number(epochs, "epochs") <= MOST_EPOCHS:
        raise InputError(f"epochs must be more than 0 and at most {MOST_EPOCHS}, not {epochs}")
    if unknown := set(directions) - set(BOTH):
        raise InputError(
            f"unknown directions {sorted(unknown)}: expected some of {', '.join(BOTH)}"
        )
    require_replaceable(folder, [start], package=True)
    corpus = Corpus(path=path, directions=tuple(directions), source=path.name)
    filters = Filters(protected=tuple(Path(p) for p in protected))
    pairs, tally = read_examples(corpus, filters, ProtectedTexts(ngram=8, max_overlap=1.0))
    if not pairs:
        raise InputError(
            f"{path} has no usable pair: {tally.read} were read and "
            f"{dict(tally.left_out)} were excluded; expected vietnamese<TAB>english on each line"
        )
    tokens = sum(3 + len(pair.first + pair.second) / CHARACTERS_A_TOKEN for pair in pairs)
    shape = Shape(rows=min(8, max(1, int(tokens) // 1024)), length=256)
    # About a tenth of each row is padding.
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
    with only_run(folder):
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
            str(result.model),
            folder,
            card=card,
            scheme="int8",
            pairs=sample_evenly(pairs, MEASURED),
        )
    return Tuned(
        folder=folder,
        pairs=len(pairs),
        steps=result.progress.step,
        first_loss=losses[0] if losses else None,
        last_loss=losses[-1] if losses else None,
        finished=result.finished,
    )
