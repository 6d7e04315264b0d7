"""Checkpoints run by CTranslate2 (extra `fast`): 8-bit weights, threads of its own, no torch.

Weights are converted at the first use, see `conversion`; torch is needed for that only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vnsum.checkpoints.identity import identify_weights
from vnsum.checkpoints.loading import load_config, load_tokenizer
from vnsum.checkpoints.location import Located, locate_model
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError
from vnsum.processors import choose_threads
from vnsum.translation.backend import Alternative, Draft
from vnsum.translation.conversion import import_ctranslate2, provide_converted, read_tokens
from vnsum.translation.prompts import Prompts, limit_output, sign

MAX_ROWS = 32
BRANCHES = 4
DEVICES = ("cpu", "cuda")
# What a checkpoint may say about its search, by the same name in both libraries.
SEARCH_OPTIONS = ("length_penalty", "no_repeat_ngram_size", "repetition_penalty")


@dataclass(frozen=True, slots=True, kw_only=True)
class CTranslateBackend:
    """Runs converted weights; `beams` is the width of the search unless told otherwise.

    `engine` is CTranslate2's `Translator`, or its `Generator` for models that continue a prompt.
    `opening` are tokens that every translation starts with, `options` the checkpoint's own wishes
    for the search, `positions` how many tokens it can place, `tokens` the names of token ids.

    Texts of equally many tokens share a batch: sums of 8-bit products are exact, so that each text
    gets the answer that it gets alone. With padding it would not.
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
        """Load the weights of `spec`, converted if that has not been done yet.

        Raises `ModelError` where they cannot be had or converted, `MissingExtraError` where
        CTranslate2 is not installed.
        """
        library = import_ctranslate2()
        place = device or "cpu"
        if place.split(":")[0] not in DEVICES:
            raise ModelError(
                f"CTranslate2 does not run on {place!r}: choose device='cpu' or 'cuda', or "
                "runtime='transformers'"
            )
        located = locate_model(spec, offline=offline)
        converted = provide_converted(
            located,
            weights=identify_weights(spec) or "",
            precision=precision,
        )
        name, _, index = place.partition(":")
        make = library.Generator if spec.family.causal else library.Translator
        engine = make(
            str(converted),
            device=name,
            device_index=int(index or 0),
            compute_type=precision,
            intra_threads=choose_threads(threads),
        )
        config = load_config(located)
        tokens = read_tokens(converted)
        return cls(
            spec=located.spec,
            engine=engine,
            prompts=Prompts(family=spec.family, tokenizer=load_tokenizer(located)),
            beams=beams or spec.family.beams,
            positions=int(getattr(config, "max_position_embeddings", None) or 1 << 30) - 16,
            tokens=tokens,
            opening=_find_opening(located, converted, tokens, config),
            options=_read_options(located.folder),
        )

    @property
    def signature(self) -> str:
        """Model, revision, library, number format, device and beam width."""
        library = f"ctranslate2 {import_ctranslate2().__version__}"
        precision = f"{library} {self.engine.compute_type}"
        return sign(self.spec, precision, self.engine.device, self.beams)

    @property
    def directions(self) -> tuple[str, ...]:
        """What the row of the table says."""
        return self.spec.directions

    @property
    def max_source_tokens(self) -> int:
        """The family's limit, or less where the model has fewer positions."""
        return max(1, min(self.spec.family.max_source_tokens, self.positions))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the model's own tokens, special ones left out."""
        return self.prompts.count_tokens(texts)

    def draft(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Draft]:
        """Translate in batches of one length each; drafts in the texts' order, with scores."""
        width = beams or self.beams
        search = {"beam_size": width, "num_hypotheses": width}
        return self._write(texts, source=source, target=target, search=search)

    def branch(self, texts: Sequence[str], *, source: str, target: str) -> list[Draft]:
        """Return the best of the translations that begin otherwise, with the others."""
        # Random numbers of the library cannot be seeded twice in a process; beginnings need none.
        search = {"beam_size": 1, "num_hypotheses": BRANCHES, "return_alternatives": True}
        return self._write(texts, source=source, target=target, search=search)

    def _write(
        self, texts: Sequence[str], *, source: str, target: str, search: Mapping[str, Any]
    ) -> list[Draft]:
        rows = [self.prompts.encode(text, source=source, target=target) for text in texts]
        ids = {token: index for index, token in enumerate(self.tokens)}
        batches = list(_group_equal([len(row) for row in rows]))
        # All of them are handed over first, so that the library is never out of work.
        waiting = [self._start([rows[i] for i in batch], target, search) for batch in batches]
        drafts: dict[int, Draft] = {}
        for batch, results in zip(batches, waiting, strict=True):
            for index, result in zip(batch, results, strict=True):
                drafts[index] = self._read(result.result(), ids, source, target)
        return [drafts[index] for index in range(len(texts))]

    def _start(self, rows: list[list[int]], target: str, search: Mapping[str, Any]) -> Any:
        """Begin the translation of rows of one length."""
        tokens = [[self.tokens[token] for token in row] for row in rows]
        limit = min(limit_output(len(rows[0])), self.positions)
        options = {
            **self.options,
            **search,
            "asynchronous": True,
            "return_scores": True,
            "return_end_token": True,
        }
        if self.spec.family.causal:
            return self.engine.generate_batch(
                tokens, include_prompt_in_result=False, max_length=limit, **options
            )
        opening = [*self.opening, *self._name_target(target)]
        return self.engine.translate_batch(
            tokens,
            target_prefix=[opening] * len(rows) if opening else None,
            max_input_length=0,  # the library would cut longer ones silently
            max_decoding_length=limit,
            **options,
        )

    def _name_target(self, target: str) -> tuple[str, ...]:
        family = self.spec.family
        named = family.target_token in ("forced_bos", "decoder_start")
        return (family.spell_target(target),) if named else ()

    def _read(self, result: Any, ids: Mapping[str, int], source: str, target: str) -> Draft:
        """Return the best hypothesis as a draft, and the others as its alternatives."""
        written = result.sequences if self.spec.family.causal else result.hypotheses
        drafts = [
            replace(
                self.prompts.decode([ids[t] for t in tokens], source=source, target=target),
                score=score,
            )
            for tokens, score in zip(written, result.scores, strict=True)
        ]
        # An unfinished one is never better than one that came to its end.
        drafts.sort(key=lambda draft: (not draft.finished, -(draft.score or 0.0)))
        others = (Alternative(text=d.text, score=d.score or 0.0) for d in drafts[1:] if d.finished)
        return replace(drafts[0], alternatives=tuple(others))


def _group_equal(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield groups of indices of equal length, the longest first, of at most `MAX_ROWS` each."""
    groups: dict[int, list[int]] = {}
    for index, length in enumerate(lengths):
        groups.setdefault(length, []).append(index)
    for _, group in sorted(groups.items(), reverse=True):
        for start in range(0, len(group), MAX_ROWS):
            yield group[start : start + MAX_ROWS]


def _find_opening(
    located: Located, converted: Path, tokens: Sequence[str], config: Any
) -> tuple[str, ...]:
    """Return the decoder's first token where the converted model leaves it to its user."""
    family = located.spec.family
    settings = json.loads((converted / "config.json").read_text(encoding="utf-8"))
    if family.causal or family.target_token == "decoder_start":
        return ()
    if settings.get("decoder_start_token") is not None:
        return ()
    return (tokens[config.decoder_start_token_id],)


def _read_options(folder: Path) -> dict[str, float]:
    """Return what the checkpoint wishes for the search, as transformers would follow it."""
    path = folder / "generation_config.json"
    if not path.is_file():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))
    return {name: data[name] for name in SEARCH_OPTIONS if data.get(name) is not None}
