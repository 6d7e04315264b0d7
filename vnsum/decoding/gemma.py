"""The forward pass of Gemma 3 text models (Gemma Team 2025, arXiv:2503.19786).

Optimized for beam search over many short prompts on CPUs. Prompts are computed once per sentence
and without padding. Keys and values of a sentence and all its beams are stored in one tensor, with
a mask of the columns that each beam attends to. Projections with the same input are fused. Matrices
use the formats of `vnsum.decoding.matrices`, everything else is float32.

The results for a sentence are bit for bit independent of the batch, since 8-bit rounding can turn a
difference in the last bit into different words. Sums therefore run over the same columns for every
batch, padded with zeros at the end.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch.nn import functional

from vnsum.checkpoints.packaged import Packed
from vnsum.decoding.kv_cache import KVCache, round_up
from vnsum.decoding.layers import (
    Layer,
    WeightLoader,
    load_adapters,
    load_layer,
    make_rotations,
    replace_matrices,
)
from vnsum.decoding.matrices import (
    AdaptedMatrix,
    LowRankMatrix,
    Matrix,
    choose_format,
    make_embedding,
)

Rotations = Mapping[bool, tuple[torch.Tensor, torch.Tensor]]  # by `Layer.local`

BLOCK = 128  # columns of a sum, few enough for every library to add them up in the same order
# The largest GELU that torch computes in one thread, and the largest vector of a processor.
SINGLE_THREAD, LANES = 16384, 16
SCORED_ROWS = 32  # rows of log-probabilities computed at a time, to limit memory


class GemmaText:
    """A Gemma 3 text model with one key-value head.

    `weights` may contain an adapter (`vnsum.checkpoints.packaged`), which has no effect until
    `apply_adapter` is called.
    """

    def __init__(
        self,
        config: Any,
        weights: Mapping[str, torch.Tensor | Packed],
        *,
        precision: str = "float32",
        device: torch.device | None = None,
    ) -> None:
        if config.num_key_value_heads != 1:
            raise ValueError(f"num_key_value_heads must be 1, not {config.num_key_value_heads}")
        self.heads, self.dim = config.num_attention_heads, config.head_dim
        # The sliding window is not implemented, so sequences must fit into it.
        self.max_positions = min(config.sliding_window, config.max_position_embeddings)
        self.precision = precision
        self.device = device or torch.device("cpu")
        loader = WeightLoader(
            weights=weights, precision=precision, device=self.device, eps=config.rms_norm_eps
        )
        self.embedding = make_embedding(
            weights["model.embed_tokens.weight"].to(self.device),
            choose_format(precision, "embedding"),
        )
        # The tied output projection.
        self.vocabulary = loader.join("vocabulary", "model.embed_tokens")
        # transformers rounds the factor to the type of the weights, in training as well.
        rounded = torch.float32 if precision == "float32" else torch.bfloat16
        self.embedding_scale = float(torch.tensor(config.hidden_size**0.5, dtype=rounded))
        self.layers = [
            load_layer(loader, f"model.layers.{i}.", config, local=kind == "sliding_attention")
            for i, kind in enumerate(config.layer_types)
        ]
        self._adapters = [
            load_adapters(loader, f"model.layers.{i}.") for i in range(len(self.layers))
        ]
        self.final_norm = loader.norm("model.norm")
        bases = config.rope_parameters
        self.rotations = {
            local: tuple(
                table.to(self.device)
                for table in make_rotations(
                    float(bases[name]["rope_theta"]), self.dim, self.max_positions
                )
            )
            for local, name in ((True, "sliding_attention"), (False, "full_attention"))
        }

    def apply_adapter(self) -> GemmaText:
        """Return the model with its adapter applied; all other weights are shared."""
        if not any(self._adapters):
            return self
        adapted = copy.copy(self)
        adapted.layers = [
            replace_matrices(layer, _make_adapter_function(adapters))
            for layer, adapters in zip(self.layers, self._adapters, strict=True)
        ]
        return adapted

    def prefill(
        self, prompts: Sequence[Sequence[int]], *, beams: int
    ) -> tuple[KVCache, torch.Tensor]:
        """Return the cache after `prompts`, and the logits [sentences, vocabulary] that follow."""
        stored, real, hidden = self._forward(prompts)
        lengths = real.sum(dim=1)
        cache = KVCache(
            keys=[keys for keys, _ in stored],
            values=[values for _, values in stored],
            masked=~real[:, None].expand(-1, beams, -1),
            lengths=lengths,
            ends=lengths,
        )
        return cache, self._logits(hidden[lengths.cumsum(0) - 1])

    def score(self, rows: Sequence[Sequence[int]], starts: Sequence[int]) -> Iterator[torch.Tensor]:
        """Yield the log-probabilities [length, vocabulary] after each token from `starts` on.

        Yields one row at a time, as those of several rows may need more memory than the model.
        """
        _, _, hidden = self._forward(rows)
        parts = torch.split(hidden, [len(row) for row in rows])
        for part, start in zip(parts, starts, strict=True):
            scores = self._logits(part[start:])
            for block in torch.split(scores, SCORED_ROWS):
                block.copy_(block.log_softmax(dim=-1))
            yield scores

    def _forward(
        self, prompts: Sequence[Sequence[int]]
    ) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], torch.Tensor, torch.Tensor]:
        """Return keys and values per layer, the mask of non-padding tokens, and all outputs."""
        device = self.device
        sizes = [len(prompt) for prompt in prompts]
        lengths, longest = torch.tensor(sizes, device=device), max(sizes)
        ids = torch.zeros(len(prompts), longest, dtype=torch.long, device=device)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = torch.tensor(prompt)
        real = torch.arange(longest, device=device)[None] < lengths[:, None]
        positions = torch.arange(longest, device=device).expand(len(prompts), -1)[real]
        hidden = self._embed(ids[real])  # [tokens, hidden], without padding
        stored = []
        rotations = self._rotate(positions)
        for layer in self.layers:
            query, key, value = self._project(layer, hidden, rotations)
            padded = []
            for flat in (key, value):
                target = flat.new_zeros(*ids.shape, self.dim)
                target[real] = flat
                padded.append(target)
            stored.append((padded[0], padded[1]))
            hidden = self._apply_output(
                layer, hidden, self._attend_to_prompts(query, key, value, sizes)
            )
        return stored, real, hidden

    def _attend_to_prompts(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, sizes: list[int]
    ) -> torch.Tensor:
        """Return the causal self-attention of each prompt [tokens, hidden]."""
        parts = zip(*(torch.split(flat, sizes) for flat in (query, key, value)), strict=True)
        mixed = [
            functional.scaled_dot_product_attention(
                queries.transpose(0, 1)[None],
                keys.expand(1, self.heads, -1, -1),
                values.expand(1, self.heads, -1, -1),
                is_causal=True,
                scale=1.0,
            )[0].transpose(0, 1)
            for queries, keys, values in parts
        ]
        return torch.cat(mixed).flatten(1)

    def step(self, cache: KVCache, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to every row; return the logits [rows, vocabulary] that follow."""
        sentences, beams = len(cache.lengths), cache.beams
        rows, columns = cache.allocate()
        rotations = self._rotate((cache.lengths + cache.steps).repeat_interleave(beams))
        cache.steps += 1
        width = round_up(int(cache.ends.max()))
        bias = self._make_attention_bias(cache, width)
        hidden = self._embed(tokens)
        for layer, all_keys, all_values in zip(self.layers, cache.keys, cache.values, strict=True):
            query, key, value = self._project(layer, hidden, rotations)
            all_keys[rows, columns] = key.reshape(sentences, beams, self.dim)
            all_values[rows, columns] = value.reshape(sentences, beams, self.dim)
            keys, values = all_keys[:, :width], all_values[:, :width]
            # One product for all beams and heads of a sentence.
            queries = query.reshape(sentences, beams * self.heads, self.dim)
            scores = torch.baddbmm(bias, queries, keys.transpose(1, 2))
            mixed = _sum_weighted(torch.softmax(scores, dim=-1), values)
            hidden = self._apply_output(layer, hidden, mixed.view(len(tokens), -1))
        return self._logits(hidden)

    def _make_attention_bias(self, cache: KVCache, width: int) -> torch.Tensor:
        """Return the attention mask bias [sentences, beams * heads, width]: 0 or -infinity."""
        hidden = cache.masked[:, :, None, :width].expand(-1, -1, self.heads, -1)
        bias = torch.zeros(hidden.shape, device=self.device)
        return bias.masked_fill_(hidden, float("-inf")).flatten(1, 2)

    def _embed(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.embedding.lookup(tokens) * self.embedding_scale

    def _rotate(self, positions: torch.Tensor) -> Rotations:
        """Return cosines and sines [tokens, 1, dim] for both types of layers."""
        return {
            local: (cosines[positions], sines[positions])
            for local, (cosines, sines) in self.rotations.items()
        }

    def _project(
        self, layer: Layer, hidden: torch.Tensor, rotations: Rotations
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return queries [tokens, heads, dim], keys and values [tokens, dim], rotated."""
        joined = layer.attention_in.multiply(layer.norms["input"].scale(hidden))
        parts = joined.view(len(hidden), self.heads + 2, self.dim)
        rotated = layer.norms["qk"].scale(parts[:, :-1])  # the queries and the key
        cosine, sine = rotations[layer.local]
        turned = rotated.roll(self.dim // 2, dims=-1).mul_(sine)
        rotated = rotated.mul_(cosine).add_(turned)
        return rotated[:, :-1], rotated[:, -1], parts[:, -1]

    def _apply_output(
        self, layer: Layer, hidden: torch.Tensor, mixed: torch.Tensor
    ) -> torch.Tensor:
        """Return `hidden` after the output projection and the feed-forward block."""
        norms = layer.norms
        hidden = norms["post_attention"].add_scaled(hidden, layer.attention_out.multiply(mixed))
        joined = layer.feed_in.multiply(norms["pre_feedforward"].scale(hidden))
        gate, up = joined.chunk(2, dim=-1)
        product = apply_gelu(gate).mul_(up)
        return norms["post_feedforward"].add_scaled(hidden, layer.feed_out.multiply(product))

    def _logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.vocabulary.multiply(self.final_norm.scale(hidden))


@contextlib.contextmanager
def watch_matrices(model: GemmaText, wrap: Callable[[str, Matrix], Matrix]) -> Iterator[None]:
    """Replace every matrix of the model by `wrap(name, matrix)` within the context.

    Names are `"model.layers.0.attention_in"` and so on, and `"vocabulary"`.
    """
    layers, vocabulary = model.layers, model.vocabulary
    model.vocabulary = wrap("vocabulary", vocabulary)
    model.layers = [
        replace_matrices(layer, wrap, prefix=f"model.layers.{i}.") for i, layer in enumerate(layers)
    ]
    try:
        yield
    finally:
        model.layers, model.vocabulary = layers, vocabulary


def _make_adapter_function(
    adapters: Mapping[str, LowRankMatrix],
) -> Callable[[str, Matrix], Matrix]:
    def make(role: str, matrix: Matrix) -> Matrix:
        adapter = adapters.get(role)
        return matrix if adapter is None else AdaptedMatrix(base=matrix, adapter=adapter)

    return make


def _sum_weighted(weights: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return `weights` [n, rows, columns] @ `values` [n, columns, dim], summed block by block."""
    mixed = torch.bmm(weights[:, :, :BLOCK], values[:, :BLOCK])
    for start in range(BLOCK, values.shape[1], BLOCK):
        block = slice(start, start + BLOCK)
        mixed.baddbmm_(weights[:, :, block], values[:, block])
    return mixed


def apply_gelu(values: torch.Tensor) -> torch.Tensor:
    """Return the GELU of `values` [rows, width], independently of the other rows.

    torch splits the elements evenly among threads and computes the remainder of each part, which
    does not fill a vector, with a different formula. Rows are therefore split such that every part
    consists of full vectors.
    """
    rows, width = values.shape
    cuts = []
    while rows:
        cuts.append(next(n for n in range(rows, 0, -1) if n == 1 or _fills_vectors(n * width)))
        rows -= cuts[-1]
    parts = [functional.gelu(part, approximate="tanh") for part in torch.split(values, cuts)]
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _fills_vectors(elements: int) -> bool:
    threads = torch.get_num_threads() if elements > SINGLE_THREAD else 1
    return -(-elements // threads) % LANES == 0
