"""Build training data for the abstractive summarizer: extracts with reference summaries.

    python -m vnsum.training.summarizer.excerpts --articles train.jsonl.xz --out extracts.jsonl

Writes JSON lines for a corpus of the format "articles": the headline as a sentence, the best-ranked
sentences of the body, and the reference summary. A reference that these sentences do not support,
or with a figure that they do not contain, is excluded and counted: training on such references
leads to hallucinations.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vnsum.cli.options import whole_number
from vnsum.evaluation import vietnews
from vnsum.results.document import Document
from vnsum.storage import open_atomic
from vnsum.summarization.abstractive.excerpt import WORDS, cut_excerpt
from vnsum.summarization.abstractive.support import EvidenceAligner
from vnsum.summarization.extractive.tfidf import syllables

LEAST_SHARE = 0.7  # of a reference's words, weighted by rarity, that must be in the prompt
LENGTHS = range(12, 71)  # syllables of a reference
WITHOUT_HEADLINE = 4  # every fourth article loses its headline


def rejection_reason(extract: Document, abstract: str) -> str | None:
    """Return the reason for excluding an article from training, or `None`."""
    if not extract.sentences:
        return "empty"
    if len(syllables(abstract)) not in LENGTHS:
        return "length"
    support = EvidenceAligner(extract).align(abstract)
    if support.missing:
        return "figure"
    return "unsupported" if support.share < LEAST_SHARE else None


def write_excerpts(
    articles: Iterator[vietnews.ReferenceArticle], left_out: Counter[str], *, words: int = WORDS
) -> Iterator[dict[str, object]]:
    """Yield a record for each usable article; count the others by reason in `left_out`."""
    for number, article in enumerate(articles):
        document = article.document
        if number % WITHOUT_HEADLINE == 0:
            document = replace(document, title=None)
        extract = cut_excerpt(document, words=words)
        texts = extract.texts(document)
        if reason := rejection_reason(vietnews.document(texts), article.abstract):
            left_out[reason] += 1
            continue
        body = texts[1:] if extract.headline else texts
        yield {"title": extract.headline, "abstract": article.abstract, "body": body}


_report: Callable[[str], None] = print


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the extracts of a file of articles and print the number of excluded ones."""
    parser = argparse.ArgumentParser(
        prog="python -m vnsum.training.summarizer.excerpts", description=__doc__
    )
    parser.add_argument("--articles", type=Path, required=True, help=".jsonl or .jsonl.xz")
    parser.add_argument("--out", type=Path, required=True, help="the .jsonl file to write")
    parser.add_argument(
        "--words",
        type=whole_number("words"),
        default=WORDS,
        help=f"maximum words of a prompt (default: {WORDS})",
    )
    parser.add_argument(
        "--first",
        type=whole_number("first", least=0),
        default=0,
        help="number of articles to skip (default: 0)",
    )
    parser.add_argument(
        "--limit", type=whole_number("limit"), help="maximum number of articles to read"
    )
    options = parser.parse_args(arguments)
    last = None if options.limit is None else options.first + options.limit
    articles = itertools.islice(vietnews.read(options.articles, limit=last), options.first, None)
    left_out: Counter[str] = Counter()
    count = 0
    with open_atomic(options.out) as lines:
        for record in write_excerpts(articles, left_out, words=options.words):
            lines.write((json.dumps(record, ensure_ascii=False) + "\n").encode())
            count += 1
    _report(f"{count} extracts; excluded: {dict(left_out)}")


if __name__ == "__main__":
    main()
