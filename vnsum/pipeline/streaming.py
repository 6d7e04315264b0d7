"""Many texts one after the other in constant memory: chunks, errors of single texts, a bar.

Knows neither translators nor summarizers: what is done with a chunk of documents is handed in.
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
WORKER_SENTENCES = 32  # fill a batch; more would let the last worker end later
CHUNK_TEXTS = 256  # texts without a sentence shall not pile up
NOT_ABOUT_ONE_TEXT = (ModelError, MissingExtraError)  # the next text would fail in the same way


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamJob(Generic[Source, Result]):
    """What is done with many texts.

    `prepare` makes a document of each, `work` a result of each of some documents, `replace` what
    stands in the place of a text that could not be done, where errors may be reported. `weigh` is
    how many sentences of a document are work, `name` what the texts are called in messages. With
    workers `work` and `load` are pickled; `load` loads the weights, see `vnsum.workers.pack`.
    """

    prepare: Callable[[Source], Document]
    work: Callable[[Sequence[Document]], Sequence[Result]]
    replace: Callable[[Finding], Result] | None = None
    weigh: Callable[[Document], int] = lambda document: len(document.sentences)
    load: Callable[[], object] = lambda: None
    name: str = "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A text by its index: its document, or why there is none.

    An error that `is_last` is not about one text: nothing can come after it.
    """

    index: int
    document: Document | None = None
    error: Exception | None = None
    is_last: bool = False


_Outcomes = Generator[tuple[list[_Item], Iterable[Result | Exception]], None, None]


def stream(
    texts: Iterable[Source],
    job: StreamJob[Source, Result],
    *,
    on_error: str = "raise",
    progress: bool = False,
    workers: int = 1,
) -> Iterator[Result]:
    """Return an iterator of one result for each text, in order; texts are taken as they are needed.

    An error about one text names its index. It is raised when all results before it are out, or
    with `on_error="report"` becomes a result with a finding of the kind `"failure"`. What `texts`
    itself raises comes as it is, after the results of all texts before it. With more than one of
    `workers`, so many processes do the work; see `vnsum.workers`.
    """
    require.items(texts, job.name, job.name)
    require.one_of(on_error, ON_ERROR, "on_error")
    require.flag(progress, "progress")
    do: Callable[[Iterable[list[_Item]]], _Outcomes[Result]]
    if processes.require_count(workers) == 1:
        do = functools.partial(_do_here, work=job.work)
    else:
        packed = processes.pack(functools.partial(_try_all, work=job.work), job.load)
        do = functools.partial(_do_elsewhere, packed=packed, workers=workers)
    size = CHUNK_SENTENCES if workers == 1 else WORKER_SENTENCES
    return _stream(texts, job, do, size=size, report=on_error == "report", progress=progress)


def _stream(
    texts: Iterable[Source],
    job: StreamJob[Source, Result],
    do: Callable[[Iterable[list[_Item]]], _Outcomes[Result]],
    *,
    size: int,
    report: bool,
    progress: bool,
) -> Iterator[Result]:
    from tqdm.auto import tqdm

    total = len(texts) if isinstance(texts, Sized) else None
    began, sentences = time.monotonic(), 0
    done = do(_chunks(_prepare(texts, job), job, size))
    with contextlib.closing(done), tqdm(total=total, unit="text", disable=not progress) as bar:
        for chunk, outcomes in done:
            for item, outcome in _assign(chunk, outcomes):
                if isinstance(outcome, Exception):
                    result = _settle(item, outcome, job, report=report)
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
        return _Item(index=index, error=error, is_last=isinstance(error, NOT_ABOUT_ONE_TEXT))


def _chunks(
    items: Iterable[_Item], job: StreamJob[Source, Result], size: int
) -> Iterator[list[_Item]]:
    """Group items; a text that failed ends its group, so that nobody waits for its error."""
    chunk: list[_Item] = []
    sentences = 0
    for item in items:
        chunk.append(item)
        sentences += job.weigh(item.document) if item.document else size
        if sentences >= size or len(chunk) >= CHUNK_TEXTS:
            yield chunk
            chunk, sentences = [], 0
    if chunk:
        yield chunk


def _do_here(
    chunks: Iterable[list[_Item]], *, work: Callable[[Sequence[Document]], Sequence[Result]]
) -> _Outcomes[Result]:
    for chunk in chunks:
        yield chunk, _try(_documents(chunk), work)


def _do_elsewhere(
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
    """Yield the result or the error of each document; one by one where they fail together."""
    try:
        results: Sequence[Result | Exception] = work(documents) if documents else ()
    except NOT_ABOUT_ONE_TEXT:
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
    """Return what `_try` yields, as it can go to another process; an error that it raises last."""
    outcomes: list[Any] = []
    try:
        for outcome in _try(documents, work):
            outcomes.append(processes.carry(outcome) if isinstance(outcome, Exception) else outcome)
    except NOT_ABOUT_ONE_TEXT as error:
        outcomes.append(processes.carry(error))
    return outcomes


def _assign(
    chunk: Sequence[_Item], outcomes: Iterable[Result | Exception]
) -> Iterator[tuple[_Item, Result | Exception]]:
    """Yield each item with its outcome."""
    done = iter(outcomes)
    for item in chunk:
        outcome = item.error if item.error is not None else next(done)
        if isinstance(outcome, NOT_ABOUT_ONE_TEXT):
            raise outcome
        yield item, outcome


def _settle(
    item: _Item, error: Exception, job: StreamJob[Source, Result], *, report: bool
) -> Result:
    """Raise the error of one text by its name, or return what stands in the text's place."""
    if item.is_last:
        raise error
    where = f"{job.name}[{item.index}]"
    known = isinstance(error, VnsumError)
    message = f"{where}: {error}" if known else f"{where}: {type(error).__name__}: {error}"
    if report and job.replace:
        return job.replace(Finding(kind="failure", severity="error", message=message))
    raise (type(error) if known else VnsumError)(message) from error
