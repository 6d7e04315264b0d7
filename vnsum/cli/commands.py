"""What each command does: files in, one verb of the library, results out in the chosen format."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vnsum import rendering
from vnsum.article import Article
from vnsum.cli.console import explain, say, show_progress
from vnsum.cli.files import STANDARD, Destination, plan, read_article, read_text, write_text
from vnsum.cli.formats import FORMATS, Value, by_suffix
from vnsum.cli.long import Translate, is_long, translate_long
from vnsum.errors import InputError, ModelError
from vnsum.pipeline import Pipeline
from vnsum.rendering.text import finding_line
from vnsum.result import Translation

Work = Callable[[Article], Value]
# Makes a pipeline from the name of a model and keyword options, as `vnsum.load` does.
Load = Callable[..., Pipeline]


def summarize(options: argparse.Namespace, load: Load) -> int:
    """Summarize every file in both languages."""
    pipeline = _load(options, load, summarizer=options.summarizer, order=options.order)

    def work(article: Article) -> Value:
        return pipeline.summarize(
            article,
            sentences=options.sentences,
            ratio=options.ratio,
            length=options.length,
            title=options.title,
            to=options.to,
            lang=options.lang,
        )

    return _Run(options).do(work)


def translate(options: argparse.Namespace, load: Load) -> int:
    """Translate every file."""
    pipeline = _load(options, load)

    def work(article: Article) -> Value:
        return pipeline.translate(article, to=options.to, lang=options.lang, title=options.title)

    def work_long(pieces: Iterator[str]) -> Iterator[Translation]:
        return pipeline.translate_sections(
            pieces, to=options.to, lang=options.lang, progress=sys.stderr.isatty()
        )

    return _Run(options).do(work, work_long)


def segment(options: argparse.Namespace, load: Load) -> int:
    """Split every file into sentences; needs no model."""
    from vnsum import segmentation

    def work(article: Article) -> Value:
        return segmentation.segment(article, lang=options.lang, title=options.title)

    return _Run(options).do(work)


def check(options: argparse.Namespace, load: Load) -> int:
    """Compare two files line by line, source against translation; needs no model.

    The exit status is 1 where there is a finding, as linters do it.
    """
    from vnsum import fidelity

    found = [
        (number, finding)
        for number, source, target in _paired_lines(options.source, options.target)
        for finding in fidelity.check(
            source, target, source_lang=options.lang, target_lang=options.to
        )
    ]
    if options.format == "json":
        data = [{"line": number, **dataclasses.asdict(finding)} for number, finding in found]
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        for number, finding in found:
            sys.stdout.write(f"{_name(options.target)}:{number}: {finding_line(finding)}\n")
    return 1 if found else 0


def _paired_lines(source: str, target: str) -> list[tuple[int, str, str]]:
    lines = [_lines(read_text(file)) for file in (source, target)]
    if len(lines[0]) != len(lines[1]):
        raise InputError(
            f"{source} has {len(lines[0])} lines and {target} has {len(lines[1])}: expected the "
            "translation of every line on the same line"
        )
    return [(number, *pair) for number, pair in enumerate(zip(*lines, strict=True), start=1)]


def _lines(text: str) -> list[str]:
    # Not splitlines(): it would also split at separators inside a line.
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _load(options: argparse.Namespace, load: Load, **more: Any) -> Pipeline:
    chosen = {
        "runtime": options.runtime,
        "device": options.device,
        "threads": options.threads,
        "rerank": None if options.rerank else False,
        "offline": options.offline or None,
        "glossary": options.glossary,
        "keep": options.keep,
        "cache": options.cache,
        **more,
    }
    given = {name: value for name, value in chosen.items() if value is not None}
    return load(options.model, **given)


class _Run:
    """One verb over several files: a file that fails is named, and the others are done."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._sources: list[str] = options.files
        self._debug: bool = options.debug
        self._network = {
            "allow_private": options.allow_private,
            "offline": getattr(options, "offline", False) or None,
        }
        name = options.format or by_suffix(options.output)
        self._shows_findings = name != "text"
        self._format = FORMATS[name]
        self._destination: Destination = plan(
            self._sources, options.output, self._format.suffixes[0]
        )
        self._several = len(self._sources) > 1 and not self._destination.each
        self._values: list[Value] = []
        self._parts: list[str] = []

    def do(self, work: Work, work_long: Translate | None = None) -> int:
        """Run `work` on every source, `work_long` on those too long; return the exit status."""
        to_terminal = self._destination == Destination() and sys.stdout.isatty()
        failed = False
        for source in show_progress(self._sources, to_terminal=to_terminal):
            try:
                if work_long is not None and self._is_streamed(source):
                    translate_long(source, self._target(source), work_long)
                    continue
                article = read_article(source, **self._network)
                value = work(article)
            except ModelError:  # not about this file: the next would fail in the same way
                raise
            except Exception as error:
                failed = True
                self._report(source, error)
                continue
            if not article.text.strip():
                say(f"note: {_name(source)} is empty, and so is its result")
            self._deliver(source, value)
        self._finish()
        return 1 if failed else 0

    def _is_streamed(self, source: str) -> bool:
        """Whether a source is long and its result is a text that can be written as it comes."""
        return not (self._several or self._shows_findings) and is_long(source)

    def _target(self, source: str) -> Path | None:
        return self._destination.each.get(source) or self._destination.file

    def _report(self, source: str, error: Exception) -> None:
        if self._debug:
            traceback.print_exception(error)
        message = explain(error)
        name = _name(source)
        say(f"error: {message}" if message.startswith(f"{name}: ") else f"error: {name}: {message}")
        if self._several and self._format.failure:
            self._emit(self._format.failure(name, message))

    def _deliver(self, source: str, value: Value) -> None:
        if isinstance(value, Translation) and not self._shows_findings:
            for line in rendering.findings(value):
                say(f"{_name(source)}: {line}")
        if self._destination.each:
            write_text(self._destination.each[source], self._format.single(value))
        elif not self._several:
            self._emit(self._format.single(value))
        elif self._format.page:
            self._values.append(value)
        else:
            self._emit(self._format.entry(_name(source), value))

    def _emit(self, part: str) -> None:
        """Show a part at once on standard output; keep it where a file is written at the end."""
        if self._destination.file:
            self._parts.append(part)
        else:
            sys.stdout.write(part)
            sys.stdout.flush()

    def _finish(self) -> None:
        if self._values and self._format.page:
            self._emit(self._format.page(self._values))
        if self._destination.file and self._parts:
            write_text(self._destination.file, "".join(self._parts))


def _name(source: str) -> str:
    return "standard input" if source == STANDARD else source
