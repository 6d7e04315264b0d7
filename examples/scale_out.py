"""Summarize articles on every core of a Ray cluster; a second run resumes the first one.

pip install "vnsum[ray]"
python examples/scale_out.py articles.jsonl summaries/ --workers 2

Reads JSON lines or Parquet with the columns `id` and `text`, writes Parquet files.
"""

import argparse
import os
import uuid
from pathlib import Path

# Ray reports usage statistics over the network unless this is set before it starts.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import pyarrow
import pyarrow.compute
import pyarrow.parquet
import ray

from vnsum.integrations import Batch

BATCH = 32  # articles; a killed worker loses at most one batch


class Summarizer:
    """Summarizes batches and writes each to a file; each worker creates one and loads one model."""

    def __init__(self, output: str, **options: object) -> None:
        self.output = Path(output)
        self.batch = Batch("summarize", column="text", length=2, **options)

    def __call__(self, articles: pyarrow.Table) -> pyarrow.Table:
        """Return the number of articles processed, and how many of them have an error."""
        summaries = self.batch(articles).drop_columns(["text"])
        failed = pyarrow.compute.sum(pyarrow.compute.not_equal(summaries["error"], ""))
        write(summaries, self.output)
        return pyarrow.table({"done": [len(articles)], "failed": [failed.as_py() or 0]})


def summarize(articles: str, output: str, *, workers: int = 2, **options: object) -> int:
    """Summarize the articles without a summary in the folder `output`; return their number.

    On several machines `output` must be a shared folder.
    """
    folder = Path(output).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    read = ray.data.read_json if articles.endswith(".jsonl") else ray.data.read_parquet
    counts = (
        read(articles)
        .map_batches(leave_out, fn_args=[finished(folder)], batch_format="pyarrow")
        .repartition(target_num_rows_per_block=8 * BATCH)  # lets one file keep all workers busy
        .map_batches(
            Summarizer,
            fn_constructor_args=[str(folder)],
            fn_constructor_kwargs=options,
            batch_format="pyarrow",
            batch_size=BATCH,
            # Half a core per worker for Ray's scheduler, because reading needs cores as well.
            num_cpus=0.5,
            compute=ray.data.ActorPoolStrategy(size=workers),
        )
    )
    rows = list(counts.iter_rows())
    if failed := sum(row["failed"] for row in rows):
        print(f"{failed} articles could not be summarized: see the column error of their rows")
    return sum(row["done"] for row in rows)


def finished(folder: Path) -> pyarrow.Array:
    """Return the ids of the articles that have a row in a file of `folder`."""
    files = sorted(folder.glob("*.parquet"))
    tables = [pyarrow.parquet.read_table(file, columns=["id"]) for file in files]
    ids = [name for table in tables for name in table["id"].to_pylist()]
    return pyarrow.array(ids, type=pyarrow.string())


def leave_out(articles: pyarrow.Table, done: pyarrow.Array) -> pyarrow.Table:
    """Return the articles whose ids are not in `done`, with the ids as strings."""
    ids = articles["id"].cast(pyarrow.string())
    articles = articles.set_column(articles.schema.get_field_index("id"), "id", ids)
    return articles.filter(pyarrow.compute.invert(pyarrow.compute.is_in(ids, value_set=done)))


def write(table: pyarrow.Table, folder: Path) -> None:
    """Write a file atomically, so that an existing file is complete."""
    path = folder / f"{uuid.uuid4().hex}.parquet"
    draft = path.with_suffix(".tmp")
    pyarrow.parquet.write_table(table, draft)
    draft.replace(path)


def main() -> None:
    """Run on the cluster at `RAY_ADDRESS`, or on this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles")
    parser.add_argument("output")
    parser.add_argument("--workers", type=int, default=2, help="one per core")
    arguments = parser.parse_args()
    ray.init(include_dashboard=False)
    done = summarize(arguments.articles, arguments.output, workers=arguments.workers)
    print(f"{done} articles summarized: {arguments.output}")


if __name__ == "__main__":
    main()
