"""The commands `summarize`, `translate`, `segment` and `check`."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence, Set
from pathlib import Path
from typing import Any

from vnsum import rendering, workers
from vnsum.chat.server import Server
from vnsum.cli.console import explain, say, show_progress, show_traceback, to_json, write_out
from vnsum.cli.files import (
    STANDARD,
    Destination,
    plan,
    read_article,
    read_text,
    show_name,
    write_text,
)
from vnsum.cli.formats import FORMATS, Value, choose_format
from vnsum.cli.long import Translate, is_long, translate_long
from vnsum.cli.streams import OutputError
from vnsum.errors import InputError, ModelError
from vnsum.pipeline import Pipeline
from vnsum.reading.article import Article
from vnsum.reading.subtitles import FORMATS as SUBTITLES
from vnsum.rendering.layout import one_line
from vnsum.rendering.subtitles import list_losses
from vnsum.rendering.text import finding_line
from vnsum.results.result import Translation
from vnsum.results.serialization import encode
from vnsum.summarization import Budget
from vnsum.translation import TranslationStore, load_weights

Work = Callable[[Article], Value]
SERVER = "server"  # as a summarizer, the model of --server
# Builds a pipeline from a model and keyword options, like `vnsum.load`.
Load = Callable[..., Pipeline]
Done = Generator[tuple[Article, workers.Reply], None, None]


def summarize(options: argparse.Namespace, load: Load) -> int:
    """Summarize every file in both languages."""
    run = _Run(options)
    pipeline = load_pipeline(options, load, summarizer=options.summarizer)
    work = functools.partial(
        pipeline.summarize,
        length=choose_length(options),
        title=options.title,
        to=options.to,
        source_lang=options.lang,
    )
    return run.do(work, load=functools.partial(_load_weights, pipeline))


def translate(options: argparse.Namespace, load: Load) -> int:
    """Translate every file."""
    run = _Run(options, translates=True)
    pipeline = load_pipeline(options, load)
    work = functools.partial(
        pipeline.translate, to=options.to, source_lang=options.lang, title=options.title
    )

    def work_long(pieces: Iterator[str]) -> Iterator[Translation]:
        return pipeline.translate_sections(
            pieces,
            to=options.to,
            source_lang=options.lang,
            progress=sys.stderr.isatty(),
            workers=options.workers,
        )

    return run.do(work, work_long, load=functools.partial(_load_weights, pipeline))


def segment(options: argparse.Namespace, load: Load) -> int:
    """Split every file into sentences; uses no model."""
    from vnsum import segmentation

    def work(article: Article) -> Value:
        return segmentation.segment(article, lang=options.lang, title=options.title)

    return _Run(options).do(work)


def check(options: argparse.Namespace, load: Load) -> int:
    """Compare a translation with its source line by line; uses no model.

    The exit status is 1 if there is a finding, as for linters.
    """
    from vnsum import checks, languages

    pairs = _paired_lines(options.source, options.target)
    source_lang, target_lang = languages.find_direction(
        "\n".join(source for _, source, _ in pairs),
        "\n".join(target for _, _, target in pairs),
        options.lang,
        options.to,
    )
    found = [
        (number, finding)
        for number, source, target in pairs
        for finding in checks.check(
            source, target, source_lang=source_lang, target_lang=target_lang
        )
    ]
    if options.format == "json":
        data = [{"line": number, **encode(finding)} for number, finding in found]
        write_out(to_json(data, indent=2))
    else:
        for number, finding in found:
            name = one_line(show_name(options.target))
            write_out(f"{name}:{number}: {finding_line(finding)}\n")
    return 1 if found else 0


def _paired_lines(source: str, target: str) -> list[tuple[int, str, str]]:
    if source == target == STANDARD:
        raise InputError(
            "standard input (-) can be read only once: name a file for SOURCE or TARGET"
        )
    lines = [_lines(read_text(file)) for file in (source, target)]
    if len(lines[0]) != len(lines[1]):
        raise InputError(
            f"{source} has {len(lines[0])} lines and {target} has {len(lines[1])}: each line must "
            "have its translation on the same line"
        )
    return [(number, *pair) for number, pair in enumerate(zip(*lines, strict=True), start=1)]


def _lines(text: str) -> list[str]:
    # Not splitlines(), which also splits at other separators.
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def choose_length(options: argparse.Namespace) -> Budget:
    """Return the length that the options of `summarize` and `digest` say."""
    names = ("sentences", "words", "ratio", "length")
    return Budget(**{name: getattr(options, name) for name in names})


def load_pipeline(options: argparse.Namespace, load: Load, **more: Any) -> Pipeline:
    """Return the pipeline that the options say."""
    chosen = {
        "family": options.family,
        "runtime": options.runtime,
        "device": options.device,
        "threads": options.threads,
        "quality": options.quality,
        "offline": options.offline or None,
        "glossary": options.glossary,
        "keep": options.keep,
        "diacritics": options.diacritics,
        "cache": options.cache,
        **more,
    }
    model: str | Server = options.model or "mini"
    if options.server or options.key_env:
        model = _make_server(options)
    if chosen.get("summarizer") == SERVER and isinstance(model, Server):
        chosen["summarizer"] = model
    given = {name: value for name, value in chosen.items() if value is not None}
    return load(model, **given)


def list_files(options: argparse.Namespace) -> list[str | Path]:
    """Return the files that the options name beside the sources; the cache may not exist yet."""
    named = [getattr(options, name, None) for name in ("glossary", "summarizer", "model")]
    # What does not exist is the name of a model. `Path.exists` raises an error for some strings.
    files: list[str | Path] = [
        name
        for name in named
        if isinstance(name, str) and os.path.exists(name)  # noqa: PTH110
    ]
    cache = getattr(options, "cache", None)
    with contextlib.suppress(InputError):  # reported when it is opened
        if cache is not None:
            files.append(TranslationStore(None if cache is True else cache).path)
    return files


def _make_server(options: argparse.Namespace) -> Server:
    if not options.server:
        raise InputError("--key-env needs --server")
    if not options.model:
        raise InputError("--server needs --model, the name of a model there")
    return Server(options.server, model=options.model, key_env=options.key_env)


def _load_weights(pipeline: Pipeline) -> None:
    load_weights(pipeline.translator)


class _Run:
    """One command over several files; a file that fails is reported, and the others continue."""

    def __init__(self, options: argparse.Namespace, *, translates: bool = False) -> None:
        self._sources: list[str] = options.files
        self._workers: int = getattr(options, "workers", 1) if len(self._sources) > 1 else 1
        self._debug: bool = options.debug
        self._network = choose_network(options)
        name = choose_format(self._sources, options.output, options.format, translates=translates)
        self._shows_findings = name not in ("text", *SUBTITLES)
        self._name, self._format = name, FORMATS[name]
        self._destination: Destination = plan(
            self._sources, options.output, self._format.suffixes[0], others=list_files(options)
        )
        self._several = len(self._sources) > 1 and not self._destination.each
        if self._several and name in SUBTITLES:
            raise InputError("several subtitles cannot be written to one file: give a folder to -o")
        self._values: list[Value] = []
        self._parts: list[str] = []

    def do(
        self,
        work: Work,
        work_long: Translate | None = None,
        *,
        load: Callable[[], object] = lambda: None,
    ) -> int:
        """Run `work` on every source, `work_long` on long files; return the exit status.

        With several workers `work` and `load`, which loads its weights, are pickled.
        """
        # Decided once: until its turn a file may grow, shrink or be deleted.
        streamed = {s for s in self._sources if work_long is not None and self._is_streamed(s)}
        sources = [source for source in self._sources if source not in streamed]
        with contextlib.closing(self._run_workers(sources, work, load)) as done:
            return self._do(work, work_long, done, streamed)

    def _do(self, work: Work, work_long: Translate | None, done: Done, streamed: Set[str]) -> int:
        to_terminal = self._destination == Destination() and sys.stdout.isatty()
        failed = False
        for source in show_progress(self._sources, to_terminal=to_terminal):
            ahead = next(done) if self._workers > 1 and source not in streamed else None
            try:
                if work_long is not None and source in streamed:
                    translate_long(source, self._target(source), work_long)
                    continue
                if ahead is not None:
                    article, reply = ahead
                    value = reply.get()
                else:
                    article = read_article(source, **self._network)
                    value = work(article)
            except (ModelError, OutputError):  # not specific to this file
                raise
            except Exception as error:
                failed = True
                self._report(source, error)
                continue
            if not article.text.strip():
                say(f"note: {show_name(source)} is empty, so its result is empty")
            self._deliver(source, article, value)
        self._finish()
        return 1 if failed else 0

    def _run_workers(self, sources: Sequence[str], work: Work, load: Callable[[], object]) -> Done:
        """Yield the article of each source with its result from a worker."""
        jobs = ((read, read.answer) for read in map(self._read, sources))
        packed = workers.pack(functools.partial(_run_if_read, work=work), load)
        for read, reply in workers.map_ordered(packed, jobs, workers=self._workers):
            yield read.answer, read if read.error else reply

    def _read(self, source: str) -> workers.Reply:
        try:
            return workers.Reply(answer=read_article(source, **self._network))
        except Exception as error:
            return workers.Reply(error=error)

    def _is_streamed(self, source: str) -> bool:
        """Whether a source is long and its result is plain text, which can be written in parts."""
        return not (self._several or self._shows_findings) and is_long(source)

    def _target(self, source: str) -> Path | None:
        return self._destination.each.get(source) or self._destination.file

    def _report(self, source: str, error: Exception) -> None:
        name = show_name(source)
        message = report(name, error, debug=self._debug)
        if self._several and self._format.failure:
            self._emit(self._format.failure(name, message))

    def _deliver(self, source: str, article: Article, value: Value) -> None:
        if article.subtitles and self._name in SUBTITLES:
            for loss in list_losses(article.subtitles, self._name):
                say(f"note: {show_name(source)}: removed {loss}")
        if isinstance(value, Translation) and not self._shows_findings:
            for line in rendering.findings(value):
                say(f"{show_name(source)}: {line}")
        if self._destination.each:
            write_text(self._destination.each[source], self._format.single(value, article))
        elif not self._several:
            self._emit(self._format.single(value, article))
        elif self._format.page:
            self._values.append(value)
        elif self._format.entry:
            self._emit(self._format.entry(show_name(source), value))

    def _emit(self, part: str) -> None:
        """Write a part to standard output, or keep it for an output file."""
        if self._destination.file:
            self._parts.append(part)
        else:
            write_out(part)
            sys.stdout.flush()

    def _finish(self) -> None:
        if self._values and self._format.page:
            self._emit(self._format.page(self._values))
        if self._destination.file and self._parts:
            write_text(self._destination.file, "".join(self._parts))


def choose_network(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of `read_article`."""
    return {
        "allow_private": options.allow_private,
        "offline": getattr(options, "offline", False) or None,
    }


def report(name: str, error: Exception, *, debug: bool) -> str:
    """Report the error of a source and return its message."""
    if debug:
        show_traceback(error)
    message = explain(error)
    say(f"error: {message}" if message.startswith(f"{name}: ") else f"error: {name}: {message}")
    return message


def _run_if_read(article: Article | None, *, work: Work) -> Value | None:
    return None if article is None else work(article)
