"""Summarize the .txt, .md and .html articles of a folder into a bilingual CSV file.

python examples/summarize_folder.py examples/articles summaries.csv
"""

import csv
import sys
from pathlib import Path

import vnsum

ENDINGS = {".txt", ".md", ".html"}


def main(folder: str, output: str) -> None:
    """Write one row per article: file, date, both summaries and findings."""
    paths = sorted(path for path in Path(folder).iterdir() if path.suffix in ENDINGS)
    articles = [vnsum.read(path) for path in paths]
    summaries = vnsum.summarize_many(articles, 2, progress=True)
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "published", "vietnamese", "english", "findings"])
        for path, summary in zip(paths, summaries, strict=True):
            findings = [f.message for pair in summary.pairs for f in pair.findings]
            published = summary.document.published
            table.writerow([path.name, published or "", summary.vi, summary.en, " ".join(findings)])


if __name__ == "__main__":
    main(*sys.argv[1:])
