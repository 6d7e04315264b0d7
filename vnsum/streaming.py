"""Many texts one after the other in constant memory: chunks, errors of single texts, a bar.

Knows neither translators nor summarizers: what is done with a chunk of documents is handed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Generic, TypeVar

from vnsum import require
from vnsum.article import Article
from vnsum.document import Document
from vnsum.errors import MissingExtraError, ModelError, VnsumError
from vnsum.result import Finding

Text = str | Article | Document
Source = TypeVar("Source")
Result = TypeVar("Result")

ON_ERROR = ("raise", "report")
CHUNK_SENTENCES = 256  # enough for full batches, few enough for a live progress bar
CHUNK_TEXTS = 256  # texts without a sentence shall not pile up
NOT_ABOUT_ONE_TEXT = (ModelError, MissingExtraError)  # the next text would fail in the same way


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(Generic[Source, Result]):
    """What is done with many texts.

    `prepare` makes a document of each, `work` a result of each of some documents, `replace` what
    stands in the place of a text that could not be done, where errors may be reported. `weigh` is
    how many sentences of a document are work, `name` what the texts are called in messages.
    """

    prepare: Callable[[Source], Document]
    work: Callable[[Sequence[Document]], Sequence[Result]]
    replace: Callable[[Finding], Result] | None = None
    weigh: Callable[[Document], int] = lambda document: len(document.sentences)
    name: str = "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A text by its index: its document, or why there is none."""

    index: int
    document: Document | None = None
    error: Exception | None = None


def stream(
    texts: Iterable[Source],
    steps: Steps[Source, Result],
    *,
    on_error: str = "raise",
    progress: bool = False,
) -> Iterator[Result]:
    """Return an iterator of one result for each text, in order; texts are taken as they are needed.

    An error about one text names its index. It is raised when all results before it are out, or
    with `on_error="report"` becomes a result with a finding of the kind `"failure"`.
    """
    require.items(texts, steps.name, steps.name)
    require.one_of(on_error, ON_ERROR, "on_error")
    require.flag(progress, "progress")
    return _stream(texts, steps, report=on_error == "report", progress=progress)


def _stream(
    texts: Iterable[Source], steps: Steps[Source, Result], *, report: bool, progress: bool
) -> Iterator[Result]:
    from tqdm.auto import tqdm

    total = len(texts) if isinstance(texts, Sized) else None
    began, sentences = time.monotonic(), 0
    with tqdm(total=total, unit="text", disable=not progress) as bar:
        for chunk in _chunks(_prepare(texts, steps), steps):
            for item, outcome in _do(chunk, steps):
                if isinstance(outcome, Exception):
                    result = _settle(item, outcome, steps, report=report)
                else:
                    result = outcome
                sentences += steps.weigh(item.document) if item.document else 0
                bar.update()
                rate = sentences / max(time.monotonic() - began, 1e-9)
                bar.set_postfix_str(f"{rate:.1f} sentences/s", refresh=False)
                yield result


def _prepare(texts: Iterable[Source], steps: Steps[Source, Result]) -> Iterator[_Item]:
    for index, text in enumerate(texts):
        try:
            item = _Item(index=index, document=steps.prepare(text))
        except NOT_ABOUT_ONE_TEXT:
            raise
        except Exception as error:
            item = _Item(index=index, error=error)
        yield item


def _chunks(items: Iterable[_Item], steps: Steps[Source, Result]) -> Iterator[list[_Item]]:
    """Group items; a text that failed ends its group, so that nobody waits for its error."""
    chunk: list[_Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += steps.weigh(item.document) if item.document else CHUNK_SENTENCES
        if size >= CHUNK_SENTENCES or len(chunk) >= CHUNK_TEXTS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _do(
    chunk: Sequence[_Item], steps: Steps[Source, Result]
) -> Iterator[tuple[_Item, Result | Exception]]:
    """Yield the result or the error of each item; one by one where they fail together."""
    documents = [item.document for item in chunk if item.document is not None]
    try:
        results: Sequence[Result | Exception] = steps.work(documents) if documents else ()
    except NOT_ABOUT_ONE_TEXT:
        raise
    except Exception as error:
        if len(documents) > 1:
            for item in chunk:
                yield from _do([item], steps)
            return
        results = [error]
    done = iter(results)
    for item in chunk:
        yield item, item.error if item.error is not None else next(done)


def _settle(item: _Item, error: Exception, steps: Steps[Source, Result], *, report: bool) -> Result:
    """Raise the error of one text by its name, or return what stands in the text's place."""
    where = f"{steps.name}[{item.index}]"
    known = isinstance(error, VnsumError)
    message = f"{where}: {error}" if known else f"{where}: {type(error).__name__}: {error}"
    if report and steps.replace:
        return steps.replace(Finding(kind="failure", severity="error", message=message))
    raise (type(error) if known else VnsumError)(message) from error
