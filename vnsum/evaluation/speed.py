"""How fast is it, measured side by side in one run: `python -m vnsum.evaluation.speed ARTICLE`.

Prints a cold start, the throughput of two and four processes at once, ratios to one plain
`generate` call a sentence with the same weights and beams, what share of the machine the decoder
uses, and with `--articles` the rate and memory of long runs.
Times differ from machine to machine and run to run; ratios travel better.
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
from vnsum.errors import MissingExtraError, ModelError
from vnsum.evaluation.runtimes import translate_by_hand
from vnsum.evaluation.sharing import print_sharing
from vnsum.evaluation.vietnews import read
from vnsum.translation import Backend, GuardedTranslator, load_backend
from vnsum.translation.ctranslate import CTranslateBackend
from vnsum.translation.huggingface import HuggingFaceBackend
from vnsum.translation.prompts import Prompts

if TYPE_CHECKING:
    import torch

    from vnsum.decoding.matrices import Matrix

COLD = (
    "import vnsum; "
    "print(vnsum.summarize(open({path!r}, encoding='utf-8').read()).signature, flush=True)"
)
LONGEST = 256
NAIVE_ROWS = 16
STEP = 100  # articles of a long run between two printed rates
BYTES = {"int8": 1, "bfloat16": 2, "float32": 4}


def generate_plainly(
    backend: HuggingFaceBackend, texts: Sequence[str], *, rows: int = 1
) -> list[str]:
    """Translate with `generate`, `rows` sentences a call, as a script without vnsum would."""
    import torch

    tokenizer, model = backend.checkpoint.tokenizer, backend.checkpoint.model
    writer = Prompts(family=backend.spec.family, tokenizer=tokenizer)
    outputs = []
    for start in range(0, len(texts), rows):
        part = texts[start : start + rows]
        prompts = [writer.encode(text, source="vi", target="en") for text in part]
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
    """Return the seconds of a call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_cold(path: Path) -> tuple[float, float]:
    """Return seconds until a new process has a summary of the article, and its peak megabytes.

    What the interpreter takes to end after that is not counted.
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
    """Print seconds of every way for one beam width, taken in turn, and the ratios of each run."""
    backend = HuggingFaceBackend.load(spec, device="cpu", beams=beams)
    engine = load_backend(spec, device="cpu", beams=beams)
    search = load_backend(spec, device="cpu", beams=beams, rerank=False)
    ways: dict[str, Callable[[], object]] = {
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
        ways["CTranslate2 by hand"] = lambda: translate_by_hand(other, sentences)
    ways["vnsum"]()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, work in ways.items():
            seconds[name].append(measure(work))
    print(f"{len(sentences)} sentences, beam {beams}, {engine.signature}:")
    for name, found in seconds.items():
        ratios = [a / b for a, b in zip(seconds["plain generate"], found, strict=True)]
        print(f"  {name:20} {_spread(found)} s, {_spread(ratios)} times plain generate", flush=True)


def _translate(engine: Backend, sentences: Sequence[str], *, repair: bool) -> None:
    translator = GuardedTranslator(backend=engine, repair=repair)
    translator.translate_checked(sentences, source="vi", target="en")


@dataclass(slots=True)
class Work:
    """What matrix products did: operations, and bytes of weights that they read."""

    operations: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """A matrix that adds to `work` what its products do."""

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
    """Print which share of the machine's product rate and bandwidth the decoder reaches.

    The machine's rates are those of its best: one large product in the decoder's number format,
    and the sum of a tensor far larger than any cache.
    """
    import torch

    from vnsum.decoding.gemma import watch_matrices
    from vnsum.decoding.matrices import MAKERS, choose_format
    from vnsum.translation.decoder import DecoderBackend

    engine = DecoderBackend.load(spec, device="cpu")
    precision = choose_format(engine.model.precision, "feed_in")
    matrix, values = MAKERS[precision]([torch.randn(4096, 4096)]), torch.randn(512, 4096)
    peak = 2 * 4096 * 4096 * 512 / min(measure(lambda: matrix.multiply(values)) for _ in range(5))
    large = torch.ones(1 << 25, dtype=torch.int64)
    bandwidth = large.nbytes / min(measure(large.sum) for _ in range(5))
    engine.draft(sentences[:2], source="vi", target="en")
    work = Work()

    def count(name: str, matrix: Matrix) -> Matrix:
        format_ = choose_format(engine.model.precision, name.rpartition(".")[2])
        return Counted(matrix, work, BYTES[format_])

    with watch_matrices(engine.model, count):
        seconds = measure(lambda: engine.draft(sentences, source="vi", target="en"))
    print(
        f"roofline, {precision}: this machine multiplies {peak / 1e9:.0f} G and reads "
        f"{bandwidth / 1e9:.0f} G bytes a second; the decoder reaches "
        f"{work.operations / seconds / peak:.0%} and {work.read / seconds / bandwidth:.0%} of them"
    )


def print_long_run(path: Path, counts: Sequence[int]) -> None:
    """Print articles a second and peak memory of bilingual summaries of many articles."""
    pipeline = vnsum.load()
    pipeline.summarize("Trời mưa to ở Hà Nội. Đường phố ngập sâu.")
    for count in counts:
        documents = (article.document for article in read(path, limit=count))
        start = last = time.perf_counter()
        for index, _ in enumerate(pipeline.summarize_stream(documents, sentences=2), 1):
            if index % STEP == 0 and count > STEP:
                now = time.perf_counter()
                print(f"    articles {index - STEP} to {index}: {STEP / (now - last):.2f} a second")
                last = now
        rate = count / (time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count} articles: {rate:.2f} a second, peak memory {peak:.0f} MB", flush=True)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.speed", description=__doc__)
    parser.add_argument("article", type=Path, help="a Vietnamese article as a text file")
    parser.add_argument("--runs", type=int, default=3, help="runs of each way (default: 3)")
    parser.add_argument("--articles", type=Path, help="articles as JSON lines, for long runs only")
    parser.add_argument(
        "--counts", type=int, nargs="+", default=[10, 100, 1000], help="articles of the long runs"
    )
    options = parser.parse_args(argv)
    spec = resolve_model("mini")
    if not spec.speaks("vi", "en"):
        raise ModelError("the packaged model does not translate vi->en")
    if options.articles:
        print_long_run(options.articles, options.counts)
        return 0
    article = options.article.read_text(encoding="utf-8")
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
