"""Speed benchmark: `python -m vnsum.evaluation.speed ARTICLE`.

Prints the time of a cold start, the throughput of two and four processes, the speed-up over
`generate` of transformers with the same weights and beams, and the utilization of the processor.
With `--articles` it prints the rate and memory of long runs. Times depend on the machine; compare
ratios.
"""

from __future__ import annotations

import argparse
import functools
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import vnsum
from vnsum.checkpoints import ModelSpec, resolve_model
from vnsum.cli.options import whole_number
from vnsum.errors import MissingExtraError, ModelError
from vnsum.evaluation.runtimes import translate_by_hand
from vnsum.evaluation.sharing import print_sharing
from vnsum.evaluation.vietnews import read
from vnsum.storage import read_text
from vnsum.translation import Backend, CheckedTranslator, RunOptions, load_backend
from vnsum.translation.backends.ctranslate import CTranslateBackend
from vnsum.translation.backends.huggingface import HuggingFaceBackend
from vnsum.translation.backends.prompts import Prompts

if TYPE_CHECKING:
    import torch

    from vnsum.decoding.matrices import Matrix

COLD = (
    "import vnsum; "
    "print(vnsum.summarize(open({path!r}, encoding='utf-8').read()).signature, flush=True)"
)
LONGEST = 256
NAIVE_ROWS = 16
STEP = 100  # articles between two printed rates
BYTES = {"int8": 1, "bfloat16": 2, "float32": 4}


def generate_plainly(
    backend: HuggingFaceBackend, texts: Sequence[str], *, rows: int = 1
) -> list[str]:
    """Translate with `generate` of transformers, `rows` sentences per call, without vnsum."""
    import torch

    tokenizer, model = backend.checkpoint.tokenizer, backend.checkpoint.model
    encoder = Prompts(family=backend.spec.family, tokenizer=tokenizer)
    outputs = []
    for start in range(0, len(texts), rows):
        part = texts[start : start + rows]
        prompts = [encoder.encode(text, source="vi", target="en") for text in part]
        longest = max(map(len, prompts))
        pad = tokenizer.pad_token_id
        ids = torch.tensor([[pad] * (longest - len(p)) + p for p in prompts])
        real = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])
        with torch.inference_mode():
            output = model.generate(
                input_ids=ids,
                attention_mask=real,
                max_new_tokens=LONGEST,
                num_beams=backend.beams,
                do_sample=False,
            )
        outputs += tokenizer.batch_decode(output[:, longest:], skip_special_tokens=True)
    return [text.strip() for text in outputs]


def measure(work: Callable[[], object]) -> float:
    """Return the time of a call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_cold(path: Path) -> tuple[float, float]:
    """Return the seconds until a new process has a summary, and its peak memory in MB.

    The shutdown of the interpreter is not included.
    """
    start = time.perf_counter()
    command = [sys.executable, "-c", COLD.format(path=str(path))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        found = process.stdout.readline() if process.stdout else ""
        seconds = time.perf_counter() - start
    if process.returncode or not found:
        raise RuntimeError(f"a new process could not summarize {path}")
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def compare(sentences: Sequence[str], spec: ModelSpec, *, beams: int, runs: int) -> None:
    """Print the times and speed-ups of all variants for one beam width, run alternately."""
    backend = HuggingFaceBackend.load(spec, device="cpu", beams=beams)
    engine = load_backend(spec, RunOptions(device="cpu", beams=beams))
    search = load_backend(spec, RunOptions(device="cpu", beams=beams, rerank=False))
    variants: dict[str, Callable[[], object]] = {
        "plain generate": lambda: generate_plainly(backend, sentences),
        "generate in batches": lambda: generate_plainly(backend, sentences, rows=NAIVE_ROWS),
        "vnsum, search alone": functools.partial(_translate, search, sentences, repair=False),
        "vnsum": functools.partial(_translate, engine, sentences, repair=False),
        "vnsum with repair": functools.partial(_translate, engine, sentences, repair=True),
    }
    try:
        other = CTranslateBackend.load(spec, device="cpu", beams=beams)
    except MissingExtraError as error:
        print(f"  (without CTranslate2: {error})")
    else:
        variants["CTranslate2 by hand"] = lambda: translate_by_hand(other, sentences)
    variants["vnsum"]()
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(runs):
        for name, work in variants.items():
            seconds[name].append(measure(work))
    print(f"{len(sentences)} sentences, beam {beams}, {engine.signature}:")
    for name, found in seconds.items():
        ratios = [a / b for a, b in zip(seconds["plain generate"], found, strict=True)]
        print(f"  {name:20} {_spread(found)} s, {_spread(ratios)} times plain generate", flush=True)


def _translate(engine: Backend, sentences: Sequence[str], *, repair: bool) -> None:
    translator = CheckedTranslator(backend=engine, repair=repair)
    translator.translate_checked(sentences, source="vi", target="en")


@dataclass(slots=True)
class Work:
    """Operations of matrix products, and bytes of weights read."""

    operations: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """A matrix that counts its products in `work`."""

    matrix: Matrix
    work: Work
    bytes_each: int

    def multiply(self, values: torch.Tensor) -> torch.Tensor:
        """Count and multiply."""
        products = self.matrix.multiply(values)
        numbers = values.shape[-1] * products.shape[-1]
        self.work.operations += 2 * len(values) * numbers
        self.work.read += self.bytes_each * numbers
        return products


def print_roofline(sentences: Sequence[str], spec: ModelSpec) -> None:
    """Print the shares of peak arithmetic rate and memory bandwidth that the decoder reaches.

    The peaks are measured: one large product in the decoder's number format, and the sum of a
    tensor much larger than the caches.
    """
    import torch

    from vnsum.decoding.gemma import watch_matrices
    from vnsum.decoding.matrices import MAKERS, choose_format
    from vnsum.translation.backends.packaged import PackagedBackend

    engine = PackagedBackend.load(spec, device="cpu")
    precision = choose_format(engine.model.precision, "feed_in")
    matrix, values = MAKERS[precision]([torch.randn(4096, 4096)]), torch.randn(512, 4096)
    peak = 2 * 4096 * 4096 * 512 / min(measure(lambda: matrix.multiply(values)) for _ in range(5))
    large = torch.ones(1 << 25, dtype=torch.int64)
    bandwidth = large.nbytes / min(measure(large.sum) for _ in range(5))
    engine.translate(sentences[:2], source="vi", target="en")
    work = Work()

    def count(name: str, matrix: Matrix) -> Matrix:
        format_ = choose_format(engine.model.precision, name.rpartition(".")[2])
        return Counted(matrix, work, BYTES[format_])

    with watch_matrices(engine.model, count):
        seconds = measure(lambda: engine.translate(sentences, source="vi", target="en"))
    print(
        f"roofline, {precision}: peak {peak / 1e9:.0f} Gop/s and {bandwidth / 1e9:.0f} GB/s; the "
        f"decoder reaches {work.operations / seconds / peak:.0%} and "
        f"{work.read / seconds / bandwidth:.0%}"
    )


def print_long_run(path: Path, counts: Sequence[int]) -> None:
    """Print articles per second and peak memory for bilingual summaries of many articles."""
    pipeline = vnsum.load()
    pipeline.summarize("Trời mưa to ở Hà Nội. Đường phố ngập sâu.")
    for count in counts:
        documents = (article.document for article in read(path, limit=count))
        start = last = time.perf_counter()
        done = 0  # may be fewer than `count`
        for done, _ in enumerate(pipeline.summarize_stream(documents, 2), 1):
            if done % STEP == 0 and count > STEP:
                now = time.perf_counter()
                print(f"    articles {done - STEP} to {done}: {STEP / (now - last):.2f} per second")
                last = now
        rate = done / (time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{done} articles: {rate:.2f} per second, peak memory {peak:.0f} MB", flush=True)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.speed", description=__doc__)
    parser.add_argument("article", type=Path, help="a Vietnamese article as a text file")
    parser.add_argument(
        "--runs", type=whole_number("runs"), default=3, help="runs of each variant (3)"
    )
    parser.add_argument("--articles", type=Path, help="JSON Lines: measure long runs")
    parser.add_argument(
        "--counts",
        type=whole_number("counts"),
        nargs="+",
        default=[10, 100, 1000],
        help="articles per long run",
    )
    options = parser.parse_args(argv)
    spec = resolve_model("mini")
    if not spec.speaks("vi", "en"):
        raise ModelError("the packaged model does not support vi->en")
    if options.articles:
        print_long_run(options.articles, options.counts)
        return 0
    article = read_text(options.article)
    cold, memory = zip(*(measure_cold(options.article) for _ in range(options.runs)), strict=True)
    print(f"cold process, one summary: {_spread(cold)} s, peak memory {max(memory):.0f} MB")
    pipeline = vnsum.load()
    pipeline.summarize("Trời mưa to ở Hà Nội. Đường phố ngập sâu.")
    warm = [measure(lambda: pipeline.summarize(article)) for _ in range(options.runs)]
    print(f"same process, next summary: {_spread(warm)} s")
    print_sharing(options.article, runs=options.runs)
    sentences = [sentence.text for sentence in vnsum.segment(article, lang="vi").sentences]
    print_roofline(sentences * 4, spec)
    for beams in (1, spec.family.beams):
        compare(sentences, spec, beams=beams, runs=options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
