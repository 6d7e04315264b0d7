"""The command `digest`: several articles, one result."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from vnsum.cli.commands import (
    Load,
    choose_length,
    choose_network,
    list_files,
    load_pipeline,
    report,
)
from vnsum.cli.console import say, write_out
from vnsum.cli.files import STANDARD, plan, read_article, show_name, write_text
from vnsum.cli.formats import FORMATS, choose_format
from vnsum.errors import InputError
from vnsum.pipeline import Pipeline
from vnsum.reading.article import Article
from vnsum.reading.web.limits import is_url
from vnsum.results.document import Document


def run(options: argparse.Namespace, load: Load) -> int:
    """Write the digest of all files; a file that fails is reported and left out."""
    name = choose_format(options.files, options.output, options.format, translates=False)
    destination = plan(
        options.files,
        options.output,
        FORMATS[name].suffixes[0],
        joined=True,
        others=list_files(options),
    )
    pipeline = load_pipeline(options, load)
    read = [*_read_all(options, pipeline)]
    documents = [document for document in read if document is not None]
    if not documents:
        raise InputError("none of the files could be read, so there is no digest")
    result = pipeline.digest(documents, choose_length(options), to=options.to, title=options.title)
    text = FORMATS[name].single(result, Article(text=""))
    if destination.file:
        write_text(destination.file, text)
    else:
        write_out(text)
    return 1 if None in read else 0


def _read_all(options: argparse.Namespace, pipeline: Pipeline) -> Iterator[Document | None]:
    """Yield the document of each file, `None` for one that failed."""
    for source in options.files:
        try:
            article = read_article(source, **choose_network(options))
            if not article.text.strip():
                say(f"note: {show_name(source)} is empty, so the digest has nothing of it")
            named = article.source or _name(source)
            yield pipeline.segment(dataclasses.replace(article, source=named))
        except Exception as error:
            report(show_name(source), error, debug=options.debug)
            yield None


def _name(source: str) -> str:
    """Return what an article of an unknown newspaper is called: its file or the host of its URL."""
    if is_url(source):
        return urlsplit(source).hostname or show_name(source)
    return show_name(source) if source == STANDARD else Path(source).name
