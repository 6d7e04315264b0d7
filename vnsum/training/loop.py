"""The training loop, the same for every task and device.

Losses are summed on the device, so that the host synchronises with it only for reports.
"""

from __future__ import annotations

import math
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vnsum.checkpoints.devices import choose_device
from vnsum.checkpoints.files import WEIGHTS, hash_file
from vnsum.checkpoints.packaged import ADAPTER
from vnsum.errors import InputError, VnsumError
from vnsum.evaluation.translation import import_sacrebleu
from vnsum.training.config import Optimizer, Settings, to_data
from vnsum.training.data.packing import Batch, Packer, list_examples
from vnsum.training.data.tokens import Tokenized, tokenize_corpora
from vnsum.training.journal import Journal
from vnsum.training.model import (
    Learner,
    Start,
    find_start,
    find_tasks,
    load_start,
    require_other_folder,
    require_utf8,
    save_model,
)
from vnsum.training.state import (
    MUTABLE,
    Progress,
    find_state,
    list_numbered,
    load_state,
    only_run,
    save_state,
)

PREFETCH = 4
SNAPSHOT = "step-"  # and the step, in the names of folders of weights
Report = Callable[[str], None]


class DivergedError(VnsumError):
    """The loss became NaN or infinite; the last checkpoint is still valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a run: the model folder, the progress, and whether all steps were done."""

    model: Path
    progress: Progress
    finished: bool


def train(
    settings: Settings,
    *,
    device: str | None = None,
    minutes: float | None = None,
    cache: Path | None = None,
    show: bool = True,
    report: Report = lambda line: None,
) -> Result:
    """Train with `settings`, continuing from the last checkpoint in `settings.out` if there is one.

    After `minutes` the run ends with a checkpoint from which the same call continues. The model is
    saved in `out/model`, tokenized corpora in `cache` (by default `out/tokens`).
    """
    if settings.adapter and settings.schedule.evaluate_every:
        raise InputError(
            "an adapter cannot be evaluated during training: set schedule.evaluate_every = 0"
        )
    if settings.schedule.evaluate_every:
        import_sacrebleu()
        from vnsum.training.scoring import read_sample

        for direction in settings.evaluation.directions:
            read_sample(settings.evaluation, direction)
    require_utf8(settings.out)
    with only_run(settings.out):
        return _train(settings, device, minutes, cache, show, report)


def _train(
    settings: Settings,
    device: str | None,
    minutes: float | None,
    cache: Path | None,
    show: bool,
    report: Report,
) -> Result:
    start = load_start(settings.start)
    adapter = settings.adapter.start if settings.adapter else ""
    read = [find_start(settings.start), *([Path(adapter)] if adapter else [])]
    require_other_folder(settings.out / "model", read)
    place = choose_device(device)
    tokens = tokenize_corpora(
        settings, start.tokenizer.backend_tokenizer, cache or settings.out / "tokens", report=report
    )
    packer = make_packer(settings, start, tokens)
    if left_out := packer.count_left_out():
        report(f"{left_out} examples are longer than a row and were excluded")
    learner = Learner(
        start,
        settings.optimizer,
        device=place,
        compiled=settings.compile,
        adapter=settings.adapter,
        seed=settings.schedule.seed,
    )
    if settings.products == "int8":
        # Before a checkpoint is loaded, so that a resumed run gets the same factors.
        first, _ = next(iterate(packer, Progress()))
        learner.use_int8(learner.place(first))
    inputs = {
        "examples": [corpus.hash_texts() for corpus in tokens],
        "weights": hash_file(find_start(settings.start) / WEIGHTS),
    }
    if adapter:
        inputs["first adapter"] = hash_file(Path(adapter) / ADAPTER)
    return _Run(settings, start, learner, packer, inputs, minutes, show).go()


def make_packer(settings: Settings, start: Start, tokens: list[Tokenized]) -> Packer:
    """Return the packer of a run."""
    tasks = find_tasks(start.tokenizer)
    return Packer(
        examples=list_examples(settings.corpora, tokens, tasks),
        shape=settings.shape,
        tasks=tasks,
        seed=settings.schedule.seed,
    )


def choose_rate(step: int, total: int, options: Optimizer) -> float:
    """Return the learning rate of a step: linear warm-up, then cosine decay to `floor`.

    >>> [choose_rate(s, 300, Optimizer(rate=1.0, warmup=100)) for s in (0, 99, 300)]
    [0.01, 1.0, 0.05]
    """
    if step < options.warmup:
        return options.rate * (step + 1) / options.warmup
    part = (step - options.warmup) / max(1, total - options.warmup)
    wave = 0.5 * (1 + math.cos(math.pi * min(1.0, part)))
    return options.rate * (options.floor + (1 - options.floor) * wave)


def iterate(packer: Packer, progress: Progress) -> Iterator[tuple[Batch, Progress]]:
    """Yield the batches after `progress`, each with the progress after it."""
    epoch, first = progress.epoch, progress.batch
    step, tokens = progress.step, progress.tokens
    size = packer.shape.rows
    while True:
        rows = packer.plan(epoch)
        for index in range(first, len(rows) // size):
            batch = packer.batch(rows[index * size : (index + 1) * size])
            step, tokens = step + 1, tokens + batch.used
            yield batch, Progress(step=step, epoch=epoch, batch=index + 1, tokens=tokens)
        epoch, first = epoch + 1, 0


def prefetch(items: Iterator[Any], *, depth: int = PREFETCH) -> Iterator[Any]:
    """Yield `items`, produced ahead of time by a thread; its errors are raised here.

    >>> list(prefetch(iter("abc")))
    ['a', 'b', 'c']
    """
    waiting: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def offer(kind: str, item: Any) -> None:
        while not stopped.is_set():
            try:
                waiting.put((kind, item), timeout=0.2)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for item in items:
                offer("item", item)
                if stopped.is_set():
                    return
            offer("end", None)
        except BaseException as error:  # re-raised by the consumer
            offer("error", error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            kind, item = waiting.get()
            if kind == "error":
                raise item
            if kind == "end":
                return
            yield item
    finally:
        stopped.set()


class _Run:
    """One call of `train`, with its clock and its journal."""

    def __init__(
        self,
        settings: Settings,
        start: Start,
        learner: Learner,
        packer: Packer,
        inputs: dict[str, Any],
        minutes: float | None,
        show: bool,
    ) -> None:
        self._settings, self._learner, self._packer = settings, learner, packer
        self._tokenizer = start.tokenizer
        self._data = {k: v for k, v in to_data(settings).items() if k not in MUTABLE}
        self._data |= {"seed": settings.schedule.seed, **inputs}
        self._limit = math.inf if minutes is None else minutes * 60
        self._show = show

    def go(self) -> Result:
        """Train until all steps are done or the time limit is reached."""
        out, schedule = self._settings.out, self._settings.schedule
        folder = find_state(out)
        progress = load_state(folder, self._learner, self._data) if folder else Progress()
        snapshots = list_numbered(out / "snapshots", SNAPSHOT)
        if snapshots and not folder:
            raise InputError(
                f"{out} has weights of a run and no state from which to resume it: delete its "
                "folder snapshots to start again, or choose another folder"
            )
        # Steps after the last checkpoint are repeated.
        for later in snapshots:
            if int(later.name.removeprefix(SNAPSHOT)) > progress.step:
                shutil.rmtree(later)
        journal = Journal(out, total=schedule.steps, done=progress.step, show=self._show)
        try:
            progress = self._train(progress, journal)
        finally:
            journal.close()
        save_model(out / "model", self._learner, self._tokenizer)
        return Result(
            model=out / "model", progress=progress, finished=progress.step >= schedule.steps
        )

    def _train(self, progress: Progress, journal: Journal) -> Progress:
        import torch

        schedule, learner = self._settings.schedule, self._learner
        total = schedule.steps
        if progress.step >= total:
            return progress
        clock = _Clock(offset=progress.seconds)
        sum_of_losses = torch.tensor(progress.losses, dtype=torch.float32, device=learner.device)
        unlogged, reported = progress.unlogged, progress
        for batch, after in prefetch(iterate(self._packer, progress)):
            step = progress.step
            rate = choose_rate(step, total, self._settings.optimizer)
            sum_of_losses += learner.step(learner.place(batch), rate=rate)
            progress = replace(after, seconds=clock.total())
            journal.advance()
            unlogged += 1
            if progress.step % schedule.log_every == 0 or progress.step == total:
                self._report(journal, sum_of_losses.item() / unlogged, progress, reported)
                sum_of_losses.zero_()
                unlogged, reported = 0, progress
            stop = progress.step >= total or clock.here() > self._limit
            if stop or clock.since_save() > schedule.save_minutes * 60:
                self._save(replace(progress, losses=sum_of_losses.item(), unlogged=unlogged))
                clock.mark_save()
            if schedule.evaluate_every and progress.step % schedule.evaluate_every == 0:
                self._evaluate(journal, progress)
            if stop:
                break
        return progress

    def _report(self, journal: Journal, loss: float, progress: Progress, before: Progress) -> None:
        self._require_finite(loss, progress)
        seconds = max(1e-9, progress.seconds - before.seconds)
        speed = (progress.tokens - before.tokens) / seconds
        rate = choose_rate(progress.step - 1, self._settings.schedule.steps,
                           self._settings.optimizer)  # fmt: skip
        journal.show(loss=f"{loss:.3f}", epoch=str(progress.epoch), tokens_s=f"{speed:.0f}")
        journal.write(
            {
                "step": progress.step,
                "loss": round(loss, 5),
                "rate": rate,
                "epoch": progress.epoch,
                "tokens": progress.tokens,
                "seconds": round(progress.seconds, 1),
                "tokens_a_second": round(speed, 1),
            }
        )

    def _require_finite(self, loss: float, progress: Progress) -> None:
        found = None if math.isfinite(loss) else f"loss became {loss}"
        if not found and not self._learner.is_finite():
            found = "weights became NaN or infinite"
        if found:
            raise DivergedError(
                f"the {found} before step {progress.step}: start another run from the last weights "
                f"in {self._settings.out / 'snapshots'} with a lower optimizer.rate"
            )

    def _save(self, progress: Progress) -> None:
        self._require_finite(progress.losses, progress)  # before the last good ones are removed
        settings = self._settings
        snapshots = settings.out / "snapshots"
        # First, because a snapshot that is not complete is made again only without its state.
        save_model(snapshots / f"{SNAPSHOT}{progress.step:08d}", self._learner, self._tokenizer)
        save_state(settings.out, self._learner, progress, self._data)
        for old in list_numbered(snapshots, SNAPSHOT)[: -max(1, settings.schedule.keep)]:
            shutil.rmtree(old)

    def _evaluate(self, journal: Journal, progress: Progress) -> None:
        from vnsum.training.scoring import score_learner

        scores = score_learner(self._learner, self._tokenizer, self._settings.evaluation)
        journal.write({"step": progress.step, "tokens": progress.tokens, "bleu": scores})


class _Clock:
    """Measures the time of a run in total, of this call, and since the last checkpoint."""

    def __init__(self, *, offset: float) -> None:
        self._offset, self._start = offset, time.monotonic()
        self._saved = self._start

    def here(self) -> float:
        return time.monotonic() - self._start

    def total(self) -> float:
        return self._offset + self.here()

    def since_save(self) -> float:
        return time.monotonic() - self._saved

    def mark_save(self) -> None:
        self._saved = time.monotonic()
