"""`CTranslateBackend`: models run by CTranslate2 in int8, without torch (extra `fast`).

Weights are converted on first use (`conversion`), which needs torch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.files import CONFIG, read_settings
from vnsum.checkpoints.loading import load_config
from vnsum.checkpoints.resolution import Located, locate_model
from vnsum.checkpoints.rules import SEARCH_RULES, pick
from vnsum.checkpoints.tokenizers import load_tokenizer
from vnsum.errors import ModelError, VnsumError
from vnsum.processors import choose_threads
from vnsum.translation.backends.backend import Constraint, Hypothesis
from vnsum.translation.backends.conversion import import_ctranslate2, provide_converted, read_tokens
from vnsum.translation.backends.prompts import (
    Prompts,
    Terms,
    ask_for_terms,
    limit_source,
    make_signature,
)

MAX_ROWS = 32
ALTERNATIVES = 4
DEVICES = ("cpu", "cuda")
FAILED = "CTranslate2 cannot translate with the files (config.json, tokenizer) of"


@dataclass(frozen=True, slots=True, kw_only=True)
class CTranslateBackend:
    """Runs converted weights; `beams` is the default beam width.

    `engine` is a `Translator` of CTranslate2, or a `Generator` for causal models. `opening` are the
    first tokens of every translation, `options` the search options of the checkpoint, `positions`
    the maximum number of tokens, `tokens` the names of token ids.

    Batches contain texts with equal numbers of tokens: without padding, int8 products are exact and
    results do not depend on the batch.
    """

    spec: ModelSpec
    engine: Any
    prompts: Prompts
    beams: int
    positions: int
    tokens: Sequence[str]
    opening: tuple[str, ...] = ()
    options: Mapping[str, float]

    @classmethod
    def load(
        cls,
        spec: ModelSpec,
        *,
        device: str | None = None,
        offline: bool | None = None,
        beams: int | None = None,
        precision: str = "int8",
        threads: int | None = None,
    ) -> CTranslateBackend:
        """Load the weights of `spec`, converting them on first use.

        Raises `ModelError` if they are not available or cannot be converted, `MissingExtraError` if
        CTranslate2 is not installed.
        """
        library = import_ctranslate2()
        name, index = _parse_device(library, device)
        located = locate_model(spec, offline=offline)
        converted = provide_converted(located, spec=spec, precision=precision)
        make = library.Generator if spec.family.causal else library.Translator
        with wrap_errors(converted, what="CTranslate2 cannot load"):
            engine = make(
                str(converted),
                device=name,
                device_index=index,
                compute_type=precision,
                intra_threads=choose_threads(threads),
            )
        config = load_config(located)
        tokens = read_tokens(converted)
        text = config.get_text_config()
        # Beyond its sliding window, a converted model differs from the original.
        windows = [getattr(text, n, None) for n in ("max_position_embeddings", "sliding_window")]
        return cls(
            spec=located.spec,
            engine=engine,
            prompts=Prompts(
                family=spec.family,
                tokenizer=load_tokenizer(located),
                ends=_read_ends(located.folder, len(tokens)),
            ),
            beams=beams or spec.family.beams,
            positions=min(int(size) for size in (*windows, 1 << 30) if size) - 16,
            tokens=tokens,
            opening=_find_opening(located, converted, tokens, config),
            # Those of chat models are meant for sampling.
            options={} if spec.family.prompt else _read_options(located.folder),
        )

    @property
    def signature(self) -> str:
        """Model, revision, library, precision, device and beam width."""
        library = f"ctranslate2 {import_ctranslate2().__version__}"
        precision = f"{library} {self.engine.compute_type}"
        return make_signature(self.spec, precision, self.engine.device, self.beams)

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions of the model."""
        return self.spec.directions

    @property
    def max_source_tokens(self) -> int:
        """The limit of the family, or less if the model has fewer positions."""
        return limit_source(self.spec.family, self.positions)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of the model, without special tokens."""
        with wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError):
            return self.prompts.count_tokens(texts)

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Return one translation with scores for each text, in order, batched by length."""
        width = beams or self.beams
        search = {"beam_size": width, "num_hypotheses": width}
        return self._search(texts, source=source, target=target, search=search)

    def diversify(self, texts: Sequence[str], *, source: str, target: str) -> list[Hypothesis]:
        """Return translations with different first tokens, best first."""
        # The library can be seeded only once per process, so sampling would not be reproducible.
        search = {"beam_size": 1, "num_hypotheses": ALTERNATIVES, "return_alternatives": True}
        return self._search(texts, source=source, target=target, search=search)

    def _search(
        self,
        texts: Sequence[str],
        *,
        source: str,
        target: str,
        search: Mapping[str, Any],
        terms: Sequence[Terms] | None = None,
    ) -> list[Hypothesis]:
        ids = {token: index for index, token in enumerate(self.tokens)}
        hypotheses: dict[int, Hypothesis] = {}
        with wrap_errors(self.spec.checkpoint, what=FAILED, kind=VnsumError):
            rows = [
                self.prompts.encode(text, source=source, target=target, terms=rows)
                for text, rows in zip(texts, terms or [()] * len(texts), strict=True)
            ]
            limits = self.prompts.limit_outputs(texts, rows, self.positions)
            batches = list(_group_equal([*zip(map(len, rows), limits, strict=True)]))
            # Submit all batches first, to keep the library busy.
            waiting = [
                self._submit([rows[i] for i in batch], limits[batch[0]], target, search)
                for batch in batches
            ]
            for batch, results in zip(batches, waiting, strict=True):
                for index, result in zip(batch, results, strict=True):
                    hypotheses[index] = self._read(result.result(), ids, source, target)
        return [hypotheses[index] for index in range(len(texts))]

    def _submit(
        self, rows: list[list[int]], limit: int, target: str, search: Mapping[str, Any]
    ) -> Any:
        """Submit rows of equal length for translation into at most `limit` tokens."""
        tokens = [[self.tokens[token] for token in row] for row in rows]
        options = {
            **self.options,
            **search,
            "asynchronous": True,
            "return_scores": True,
            "return_end_token": True,
        }
        if self.spec.family.causal:
            return self.engine.generate_batch(
                tokens,
                include_prompt_in_result=False,
                max_length=limit,
                end_token=sorted(self.prompts.end_ids),
                **options,
            )
        opening = [*self.opening, *self._name_target(target)]
        return self.engine.translate_batch(
            tokens,
            target_prefix=[opening] * len(rows) if opening else None,
            max_input_length=0,  # the library silently truncates longer inputs otherwise
            max_decoding_length=limit,
            **options,
        )

    def _name_target(self, target: str) -> tuple[str, ...]:
        family = self.spec.family
        named = family.target_token in ("forced_bos", "decoder_start")
        return (family.spell_target(target),) if named else ()

    def _read(self, result: Any, ids: Mapping[str, int], source: str, target: str) -> Hypothesis:
        """Return the best hypothesis, with the others as its n-best list."""
        written = result.sequences if self.spec.family.causal else result.hypotheses
        hypotheses = [
            replace(
                self.prompts.decode([ids[t] for t in tokens], source=source, target=target),
                score=score,
            )
            for tokens, score in zip(written, result.scores, strict=True)
        ]
        # Finished hypotheses precede unfinished ones.
        hypotheses.sort(
            key=lambda hypothesis: (not hypothesis.finished, -(hypothesis.score or 0.0))
        )
        others = (
            Hypothesis(text=d.text, score=d.score or 0.0) for d in hypotheses[1:] if d.finished
        )
        return replace(hypotheses[0], n_best=tuple(others))


class CTranslateChatBackend(CTranslateBackend):
    """Runs a chat model, which can be asked for a translation with given terms."""

    __slots__ = ()

    def constrain(
        self, constraints: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Translate again, with the first forms of the constraints as terms."""
        search = {"beam_size": self.beams, "num_hypotheses": 1}

        def translate(texts: Sequence[str], terms: Sequence[Terms]) -> list[Hypothesis]:
            return self._search(texts, source=source, target=target, search=search, terms=terms)

        return ask_for_terms(constraints, translate)


def _group_equal(lengths: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield batches of at most `MAX_ROWS` indices of equal lengths, longest first."""
    groups: dict[tuple[int, int], list[int]] = {}
    for index, length in enumerate(lengths):
        groups.setdefault(length, []).append(index)
    for _, group in sorted(groups.items(), reverse=True):
        for start in range(0, len(group), MAX_ROWS):
            yield group[start : start + MAX_ROWS]


def _find_opening(
    located: Located, converted: Path, tokens: Sequence[str], config: Any
) -> tuple[str, ...]:
    """Return the first token of the decoder, if the converted model does not set it."""
    family = located.spec.family
    settings = json.loads((converted / "config.json").read_text(encoding="utf-8"))
    if family.causal or family.target_token == "decoder_start":
        return ()
    if settings.get("decoder_start_token") is not None:
        return ()
    start = config.decoder_start_token_id
    if type(start) is not int or not 0 <= start < len(tokens):
        raise ModelError(
            f"the model file {located.folder / CONFIG} has 'decoder_start_token_id': {start!r}; "
            f"expected a whole number from 0 to {len(tokens) - 1}"
        )
    return (tokens[start],)


def _read_options(folder: Path) -> dict[str, float]:
    """Return the search options of the checkpoint that transformers would use."""
    path = folder / "generation_config.json"
    if not path.exists():
        return {}
    options = {name: value for name, value in read_settings(path).items() if value is not None}
    return pick(path, options, SEARCH_RULES)


def _read_ends(folder: Path, rows: int) -> tuple[int, ...]:
    """Return the ids of the end tokens of the checkpoint, which for chat models may be several."""
    path = folder / "generation_config.json"
    found = read_settings(path).get("eos_token_id") if path.exists() else None
    ends = found if isinstance(found, list) else [found]
    return tuple(end for end in ends if type(end) is int and 0 <= end < rows)


def _parse_device(library: Any, device: str | None) -> tuple[str, int]:
    """Return name and index of a device; raise `ModelError` if CTranslate2 does not support it."""
    name, _, number = (device or "cpu").partition(":")
    if name not in DEVICES or not (number or "0").isdecimal():
        raise ModelError(
            f"CTranslate2 does not run on {device!r}: expected 'cpu' or 'cuda'; for others use "
            "runtime='transformers'"
        )
    index = int(number or 0)
    there = library.get_cuda_device_count() if name == "cuda" else 1
    if index >= there:
        raise ModelError(
            f"cannot use the device {device!r}: CTranslate2 finds {there} devices of this type"
        )
    return name, index
