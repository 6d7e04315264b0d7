"""Streams of many texts in constant memory: chunks, errors by text, progress, workers.

What is done with a chunk of documents is passed in as a `StreamJob`.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from vnsum import require
from vnsum import workers as processes
from vnsum.errors import MissingExtraError, ModelError, VnsumError
from vnsum.reading.article import Article
from vnsum.results.document import Document
from vnsum.results.result import Finding

Text = str | Article | Document
Source = TypeVar("Source")
Result = TypeVar("Result")

OnError = Literal["raise", "report"]
ON_ERROR = ("raise", "report")
CHUNK_SENTENCES = 256  # enough for full batches, few enough for a live progress bar
WORKER_SENTENCES = 128
LAST_SENTENCES = 16  # of the smallest chunks for workers; smaller batches are slow
CHUNK_TEXTS = 256  # limits chunks of texts without sentences
FATAL_ERRORS = (ModelError, MissingExtraError)  # not specific to one text


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamJob(Generic[Source, Result]):
    """What a stream does with its texts.

    `prepare` makes a document of each text, and `work` the results of a chunk of documents.
    `replace` makes the result of a text that failed, if errors can be reported. `weigh` returns
    the number of sentences of a document to process; `name` is the name of the texts in messages.
    With workers `work` and `load` are pickled; `load` loads the weights, see `vnsum.workers.pack`.
    """

    prepare: Callable[[Source], Document]
    work: Callable[[Sequence[Document]], Sequence[Result]]
    replace: Callable[[Finding], Result] | None = None
    weigh: Callable[[Document], int] = lambda document: len(document.sentences)
    load: Callable[[], object] = lambda: None
    name: str = "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A text with its index, and its document or error.

    `is_last` marks an error that is not specific to one text and ends the stream.
    """

    index: int
    document: Document | None = None
    error: Exception | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """The largest size of the chunks of a stream of `total` texts, `None` if that is unknown."""

    total: int | None
    workers: int

    @property
    def sentences(self) -> int:
        """The number of sentences with which a chunk is full."""
        return CHUNK_SENTENCES if self.workers == 1 else WORKER_SENTENCES

    def allows_more(self, chunk: Sequence[_Item], sentences: int) -> bool:
        """Return whether another text may join a chunk that has this number of sentences.

        The last chunks for workers get smaller, so that no worker ends long before the others.
        """
        if sentences >= self.sentences or len(chunk) >= CHUNK_TEXTS:
            return False
        if self.workers == 1 or self.total is None or sentences < LAST_SENTENCES:
            return True
        return len(chunk) < (self.total - chunk[0].index) // (2 * self.workers)


_Outcomes = Generator[tuple[list[_Item], Iterable[Result | Exception]], None, None]


def stream(
    texts: Iterable[Source],
    job: StreamJob[Source, Result],
    *,
    on_error: str = "raise",
    progress: bool = False,
    workers: int = 1,
) -> Iterator[Result]:
    """Return an iterator over one result per text, in order; texts are consumed as needed.

    An error of one text names its index. It is raised after all earlier results or, with
    `on_error="report"`, becomes a result with a finding of the kind `"failure"`. An error of the
    iterable `texts` is raised unchanged after all earlier results. `workers` is the number of
    processes; see `vnsum.workers`.
    """
    require.items(texts, job.name, job.name)
    require.one_of(on_error, ON_ERROR, "on_error")
    require.flag(progress, "progress")
    run: Callable[[Iterable[list[_Item]]], _Outcomes[Result]]
    if processes.require_count(workers) == 1:
        run = functools.partial(_run_here, work=job.work)
    else:
        packed = processes.pack(functools.partial(_try_all, work=job.work), job.load)
        run = functools.partial(_run_in_workers, packed=packed, workers=workers)
    limits = _Limits(total=len(texts) if isinstance(texts, Sized) else None, workers=workers)
    return _stream(texts, job, run, limits, report=on_error == "report", progress=progress)


def _stream(
    texts: Iterable[Source],
    job: StreamJob[Source, Result],
    run: Callable[[Iterable[list[_Item]]], _Outcomes[Result]],
    limits: _Limits,
    *,
    report: bool,
    progress: bool,
) -> Iterator[Result]:
    from tqdm.auto import tqdm

    began, sentences = time.monotonic(), 0
    done = run(_chunks(_prepare(texts, job), job, limits))
    bar = tqdm(total=limits.total, unit="text", disable=not progress)
    with contextlib.closing(done), bar:
        for chunk, outcomes in done:
            for item, outcome in _assign(chunk, outcomes):
                if isinstance(outcome, Exception):
                    result = _raise_or_replace(item, outcome, job, report=report)
                else:
                    result = outcome
                sentences += job.weigh(item.document) if item.document else 0
                bar.update()
                rate = sentences / max(time.monotonic() - began, 1e-9)
                bar.set_postfix_str(f"{rate:.1f} sentences/s", refresh=False)
                yield result


def _prepare(texts: Iterable[Source], job: StreamJob[Source, Result]) -> Iterator[_Item]:
    source = iter(texts)
    for index in itertools.count():
        try:
            text = next(source)
        except StopIteration:
            return
        except Exception as error:
            item = _Item(index=index, error=error, is_last=True)
        else:
            item = _prepare_one(index, text, job)
        yield item
        if item.is_last:
            return


def _prepare_one(index: int, text: Source, job: StreamJob[Source, Result]) -> _Item:
    try:
        return _Item(index=index, document=job.prepare(text))
    except Exception as error:
        return _Item(index=index, error=error, is_last=isinstance(error, FATAL_ERRORS))


def _chunks(
    items: Iterable[_Item], job: StreamJob[Source, Result], limits: _Limits
) -> Iterator[list[_Item]]:
    """Group items; a failed text ends its chunk, so that its error is not delayed."""
    chunk: list[_Item] = []
    sentences = 0
    for item in items:
        chunk.append(item)
        sentences += job.weigh(item.document) if item.document else limits.sentences
        if not limits.allows_more(chunk, sentences):
            yield chunk
            chunk, sentences = [], 0
    if chunk:
        yield chunk


def _run_here(
    chunks: Iterable[list[_Item]], *, work: Callable[[Sequence[Document]], Sequence[Result]]
) -> _Outcomes[Result]:
    for chunk in chunks:
        yield chunk, _try(_documents(chunk), work)


def _run_in_workers(
    chunks: Iterable[list[_Item]], *, packed: bytes, workers: int
) -> _Outcomes[Result]:
    jobs = ((chunk, _documents(chunk)) for chunk in chunks)
    with contextlib.closing(processes.map_ordered(packed, jobs, workers=workers)) as replies:
        for chunk, reply in replies:
            yield chunk, reply.get()


def _documents(chunk: Sequence[_Item]) -> list[Document]:
    return [item.document for item in chunk if item.document is not None]


def _try(
    documents: Sequence[Document], work: Callable[[Sequence[Document]], Sequence[Result]]
) -> Iterator[Result | Exception]:
    """Yield the result or error of each document; retry one by one if the chunk fails."""
    try:
        results: Sequence[Result | Exception] = work(documents) if documents else ()
    except FATAL_ERRORS:
        raise
    except Exception as error:
        results = [error]
        if len(documents) > 1:
            for document in documents:
                yield from _try([document], work)
            return
    yield from results


def _try_all(
    documents: Sequence[Document], *, work: Callable[[Sequence[Document]], Sequence[Result]]
) -> list[Any]:
    """Return the outcomes of `_try`, picklable; an error that it raises comes last."""
    outcomes: list[Any] = []
    try:
        for outcome in _try(documents, work):
            outcomes.append(
                processes.make_picklable(outcome) if isinstance(outcome, Exception) else outcome
            )
    except FATAL_ERRORS as error:
        outcomes.append(processes.make_picklable(error))
    return outcomes


def _assign(
    chunk: Sequence[_Item], outcomes: Iterable[Result | Exception]
) -> Iterator[tuple[_Item, Result | Exception]]:
    """Yield each item with its outcome."""
    done = iter(outcomes)
    for item in chunk:
        outcome = item.error if item.error is not None else next(done)
        if isinstance(outcome, FATAL_ERRORS):
            raise outcome
        yield item, outcome


def _raise_or_replace(
    item: _Item, error: Exception, job: StreamJob[Source, Result], *, report: bool
) -> Result:
    """Raise the error of a text with its index, or return the result that reports it."""
    if item.is_last:
        raise error
    where = f"{job.name}[{item.index}]"
    known = isinstance(error, VnsumError)
    message = f"{where}: {error}" if known else f"{where}: {type(error).__name__}: {error}"
    if report and job.replace:
        return job.replace(Finding(kind="failure", severity="error", message=message))
    raise (type(error) if known else VnsumError)(message) from error
