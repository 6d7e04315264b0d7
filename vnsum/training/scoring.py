"""Development scores of a model during training, or of one model quantized by several schemes.

Translations are greedy, without retries and repairs, so that the scores are those of the model
alone. Quantized weights are dequantized and multiplied in the format of the device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vnsum.checkpoints.devices import choose_device
from vnsum.errors import InputError
from vnsum.evaluation import translation
from vnsum.training.config import Evaluation
from vnsum.training.data.generation import TextGenerator
from vnsum.training.model import Learner, load_start
from vnsum.training.quantization.schemes import SCHEMES, measure_size, round_matrix


def score_learner(learner: Learner, tokenizer: Any, evaluation: Evaluation) -> dict[str, float]:
    """Return the BLEU of a model in training for each direction."""
    detached = {name: weight.detach() for name, weight in learner.model.named_parameters()}
    generator = TextGenerator.build(learner.config, detached, tokenizer, learner.device)
    return {
        direction: score_generator(generator, evaluation, direction)["bleu"]
        for direction in evaluation.directions
    }


def read_sample(evaluation: Evaluation, direction: str) -> translation.TestSet:
    """Return the development sample in one direction; raise `InputError` if it cannot be read."""
    if evaluation.folder is None:
        raise InputError("scoring needs evaluation.folder, a folder with NAME.vi and NAME.en")
    source, _, target = direction.partition("->")
    return translation.read_folder(
        evaluation.folder,
        evaluation.name,
        source=source,
        target=target,
        limit=evaluation.sentences,
    )


def score_generator(
    generator: TextGenerator, evaluation: Evaluation, direction: str
) -> dict[str, float]:
    """Return BLEU and chrF of greedy translations of a development sample in one direction."""
    source, _, target = direction.partition("->")
    test = read_sample(evaluation, direction)
    outputs = [
        done.text for done in generator.translate(test.sources, source=source, target=target)
    ]
    found = translation.score_system("", outputs, test.references)
    return {"bleu": round(found.bleu, 2), "chrf": round(found.chrf, 2)}


def measure_schemes(
    model: str,
    evaluation: Evaluation,
    *,
    schemes: Sequence[str] | None = None,
    device: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield size, BLEU and chrF of the original weights, then of every scheme."""
    start, place = load_start(model), choose_device(device)
    shapes = {name: tuple(tensor.shape) for name, tensor in start.weights.items()}
    for scheme in (None, *(schemes or SCHEMES)):
        weights = {
            name: round_matrix(name, tensor, scheme) if scheme else tensor
            for name, tensor in start.weights.items()
        }
        generator = TextGenerator.build(start.config, weights, start.tokenizer, place)
        for direction in evaluation.directions:
            yield {
                "scheme": scheme or "not rounded",
                "megabytes": round(measure_size(shapes, scheme) / 1e6, 1) if scheme else None,
                "direction": direction,
                **score_generator(generator, evaluation, direction),
            }
