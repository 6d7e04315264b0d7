"""How fast is it, measured side by side in one run: `python -m vnsum.evaluation.speed ARTICLE`.

Prints ratios to one plain `generate` call a sentence with the same weights and options, and what
a cold process needs. Times differ from machine to machine and run to run; ratios travel better.
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
from pathlib import Path

import vnsum
from vnsum.checkpoints import ModelSpec, resolve_model
from vnsum.errors import ModelError
from vnsum.translation import Backend, GuardedTranslator, load_backend
from vnsum.translation.huggingface import HuggingFaceBackend

COLD = "import vnsum; print(vnsum.summarize(open({path!r}, encoding='utf-8').read()))"


def generate_plainly(backend: HuggingFaceBackend, text: str, *, source: str, target: str) -> str:
    """Translate one sentence with one `generate` call, as a script without vnsum would."""
    import torch

    tokenizer, model = backend.checkpoint.tokenizer, backend.checkpoint.model
    family = backend.spec.family
    suffix = tokenizer.convert_tokens_to_ids(family.spell_target(target))
    ids = tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
    prompt = torch.tensor([[tokenizer.bos_token_id, *ids, suffix]])
    with torch.inference_mode():
        output = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=256,
            num_beams=backend.beams,
            do_sample=False,
        )
    text_out: str = tokenizer.decode(output[0, prompt.shape[1] :], skip_special_tokens=True)
    return text_out.strip()


def measure(work: Callable[[], object], runs: int) -> list[float]:
    """Return the seconds of each of `runs` calls."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def measure_cold(path: Path) -> tuple[float, float]:
    """Return seconds and peak megabytes of a new process that summarizes the article."""
    start = time.perf_counter()
    code = COLD.format(path=str(path))
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def compare(article: str, spec: ModelSpec, *, beams: int, runs: int) -> None:
    """Print seconds of both ways for one beam width, taken in turn, and the ratio of each pair."""
    backend = HuggingFaceBackend.load(spec, device="cpu", beams=beams)
    engine = load_backend(spec, device="cpu", beams=beams)
    sentences = [sentence.text for sentence in vnsum.segment(article, lang="vi").sentences]
    way = {"source": "vi", "target": "en"}
    ways: dict[str, Callable[[], object]] = {
        "plain generate": lambda: [generate_plainly(backend, s, **way) for s in sentences],
        "vnsum": functools.partial(_translate, engine, sentences, repair=False),
        "vnsum with repair": functools.partial(_translate, engine, sentences, repair=True),
    }
    ways["vnsum"]()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, work in ways.items():
            seconds[name] += measure(work, 1)
    print(f"{len(sentences)} sentences, beam {beams}:")
    for name, found in seconds.items():
        ratios = [a / b for a, b in zip(seconds["plain generate"], found, strict=True)]
        print(f"  {name:18} {_spread(found)} s, ratio {_spread(ratios)}")


def _translate(engine: Backend, sentences: Sequence[str], *, repair: bool) -> None:
    translator = GuardedTranslator(backend=engine, repair=repair)
    translator.translate_checked(sentences, source="vi", target="en")


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m vnsum.evaluation.speed", description=__doc__)
    parser.add_argument("article", type=Path, help="a Vietnamese article as a text file")
    parser.add_argument("--runs", type=int, default=3, help="runs of each way (default: 3)")
    options = parser.parse_args(argv)
    spec = resolve_model("mini")
    if not spec.speaks("vi", "en"):
        raise ModelError("the packaged model does not translate vi->en")
    article = options.article.read_text(encoding="utf-8")
    cold, memory = zip(*(measure_cold(options.article) for _ in range(options.runs)), strict=True)
    print(f"cold process, one summary: {_spread(cold)} s, peak memory {max(memory):.0f} MB")
    pipeline = vnsum.load()
    pipeline.summarize("Trời mưa to ở Hà Nội. Đường phố ngập sâu.")
    warm = measure(lambda: pipeline.summarize(article), options.runs)
    print(f"same process, next summary: {_spread(warm)} s")
    for beams in (1, spec.family.beams):
        compare(article, spec, beams=beams, runs=options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
