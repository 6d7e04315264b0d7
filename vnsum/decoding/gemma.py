"""The forward pass of Gemma 3 text models for translating many short prompts at once.

Written for beam search on CPUs: the prompt of a sentence is computed once, without padding. Keys
and values of a sentence and of all its beams lie in one tensor; a mask says which of them a beam
descends from. Projections that read the same input are one matrix. The number format of matrices
is `vnsum.decoding.matrices`' business, everything else is float32. What to generate is decided
in `vnsum.decoding.beam`. Architecture: Gemma Team 2025, arXiv:2503.19786.

What a sentence gets does not depend on the sentences beside it, to the last bit: 8-bit rounding
would make other words of a difference in the last bit. So all that is summed over is in the same
columns whatever the batch, and what else is there are zeros at the end.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.nn import functional

from vnsum.checkpoints.adapters import DOWN, UP
from vnsum.checkpoints.packaged import Packed
from vnsum.decoding.matrices import (
    MAKERS,
    ChangedMatrix,
    LowRank,
    Matrix,
    choose_format,
    make_low_rank,
    make_rows,
    unpack,
)

Rotations = Mapping[bool, tuple[torch.Tensor, torch.Tensor]]  # by `Layer.local`

GROWTH = 4  # steps by which room for generated keys and values grows
# Columns come in whole multiples of what a processor sums at once, and no more of them are summed
# in one go than any library does in one order.
ALIGNMENT, BLOCK = 16, 128
# Elements of a GELU that torch leaves to one thread, and that a processor takes at once at most.
ALONE, LANES = 16384, 16
SCORED_ROWS = 32  # whose log-probabilities are made at a time: the vocabulary makes them large


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """Root mean square normalisation (Zhang and Sennrich 2019) in as few operations as can be.

    `weight` is the learnt factor times the square root of the width, `floor` the square root of
    the width times epsilon: x / sqrt(mean(x^2) + eps) * w = x / hypot(|x|, floor) * weight.
    """

    weight: torch.Tensor
    floor: torch.Tensor

    def scale(self, values: torch.Tensor) -> torch.Tensor:
        """Return `values` [..., width] normalised and weighted."""
        return self._even(values).mul_(self.weight)

    def add_scaled(self, values: torch.Tensor, more: torch.Tensor) -> torch.Tensor:
        """Return `values` plus `more` normalised and weighted."""
        return torch.addcmul(values, self._even(more), self.weight)

    def _even(self, values: torch.Tensor) -> torch.Tensor:
        length = torch.linalg.vector_norm(values, dim=-1, keepdim=True)
        return values / torch.hypot(length, self.floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Weights of one layer; norms are float32 and have their `1 +` added."""

    attention_in: Matrix  # queries, keys, values: [heads * dim + 2 * dim, hidden]
    attention_out: Matrix
    feed_in: Matrix  # gate, up: [2 * intermediate, hidden]
    feed_out: Matrix
    norms: Mapping[str, Norm]
    local: bool  # rotates positions with the base of the sliding layers


@dataclass(slots=True, kw_only=True)
class State:
    """Keys and values of sentences and of their beams, and how far they are.

    `keys` and `values` are lists with a tensor [sentences, room, dim] a layer: of every sentence
    the prompt first, then `beams` columns a step, then zeros. `hidden_from` [sentences, beams,
    room] is true where a beam must not look: other beams, columns not yet written. `lengths` are
    the prompts' tokens, `ends` the columns in use, both [sentences].
    """

    keys: list[torch.Tensor]
    values: list[torch.Tensor]
    hidden_from: torch.Tensor
    lengths: torch.Tensor
    ends: torch.Tensor
    steps: int = 0

    @property
    def beams(self) -> int:
        """Rows a sentence."""
        return self.hidden_from.shape[1]

    def change(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        """Replace all keys and values, one tensor after the other: both of all need the room."""
        for tensors in (self.keys, self.values):
            for index, stored in enumerate(tensors):
                tensors[index] = function(stored)


class GemmaText:
    """A Gemma 3 text model with one key-value head, made of its configuration and weights.

    Among the weights there may be an adapter's (`vnsum.checkpoints.adapters`): they are left out
    of account until `apply_changes`.
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
            raise ValueError("GemmaText shares one key-value head among all query heads")
        self.heads, self.dim = config.num_attention_heads, config.head_dim
        # The window is not applied, so no position may reach beyond it.
        self.max_positions = min(config.sliding_window, config.max_position_embeddings)
        self.precision = precision
        self.device = device or torch.device("cpu")
        shelf = _Shelf(
            weights=weights, precision=precision, device=self.device, eps=config.rms_norm_eps
        )
        self.embedding = make_rows(
            weights["model.embed_tokens.weight"].to(self.device),
            choose_format(precision, "embedding"),
        )
        # The same numbers, to be multiplied.
        self.vocabulary = shelf.join("vocabulary", "model.embed_tokens")
        # transformers rounds the factor to the format of the weights, and so did training.
        rounded = torch.float32 if precision == "float32" else torch.bfloat16
        self.embedding_scale = float(torch.tensor(config.hidden_size**0.5, dtype=rounded))
        self.layers = [
            _gather_layer(shelf, f"model.layers.{i}.", config, local=kind == "sliding_attention")
            for i, kind in enumerate(config.layer_types)
        ]
        self._changes = [
            _gather_changes(shelf, f"model.layers.{i}.") for i in range(len(self.layers))
        ]
        self.final_norm = shelf.norm("model.norm")
        bases = config.rope_parameters
        self.rotations = {
            local: tuple(
                table.to(self.device)
                for table in _rotations(
                    float(bases[name]["rope_theta"]), self.dim, self.max_positions
                )
            )
            for local, name in ((True, "sliding_attention"), (False, "full_attention"))
        }

    def apply_changes(self) -> GemmaText:
        """Return the model as its adapter changes it; all that is not changed is shared."""
        if not any(self._changes):
            return self
        changed = copy.copy(self)
        changed.layers = [
            _replace_matrices(layer, _putting_on(changes))
            for layer, changes in zip(self.layers, self._changes, strict=True)
        ]
        return changed

    def read(self, prompts: Sequence[Sequence[int]], *, beams: int) -> tuple[State, torch.Tensor]:
        """Return the state after `prompts` and the scores [sentences, vocabulary] that follow."""
        stored, real, hidden = self._read_all(prompts)
        lengths = real.sum(dim=1)
        state = State(
            keys=[keys for keys, _ in stored],
            values=[values for _, values in stored],
            hidden_from=~real[:, None].expand(-1, beams, -1),
            lengths=lengths,
            ends=lengths,
        )
        return state, self._score(hidden[lengths.cumsum(0) - 1])

    def rate(self, rows: Sequence[Sequence[int]], starts: Sequence[int]) -> Iterator[torch.Tensor]:
        """Yield the log-probabilities [length, vocabulary] after every token from a start on.

        One row's at a time: a few would take more memory than the model.
        """
        _, _, hidden = self._read_all(rows)
        parts = torch.split(hidden, [len(row) for row in rows])
        for part, start in zip(parts, starts, strict=True):
            scores = self._score(part[start:])
            for block in torch.split(scores, SCORED_ROWS):
                block.copy_(block.log_softmax(dim=-1))
            yield scores

    def _read_all(
        self, prompts: Sequence[Sequence[int]]
    ) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], torch.Tensor, torch.Tensor]:
        """Return keys and values by layer, where prompts are not padding, and all outputs."""
        device = self.device
        sizes = [len(prompt) for prompt in prompts]
        lengths, longest = torch.tensor(sizes, device=device), max(sizes)
        ids = torch.zeros(len(prompts), longest, dtype=torch.long, device=device)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = torch.tensor(prompt)
        real = torch.arange(longest, device=device)[None] < lengths[:, None]
        positions = torch.arange(longest, device=device).expand(len(prompts), -1)[real]
        hidden = self._embed(ids[real])  # [tokens, hidden]: no padding in the matrix products
        stored = []
        rotations = self._rotate(positions)
        for layer in self.layers:
            query, key, value = self._project(layer, hidden, rotations)
            padded = []
            for flat in (key, value):
                room = flat.new_zeros(*ids.shape, self.dim)
                room[real] = flat
                padded.append(room)
            stored.append((padded[0], padded[1]))
            hidden = self._finish(layer, hidden, self._look_back(query, key, value, sizes))
        return stored, real, hidden

    def _look_back(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, sizes: list[int]
    ) -> torch.Tensor:
        """Return what the tokens of each prompt see of it up to themselves [tokens, hidden]."""
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

    def step(self, state: State, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to every row; return the scores [rows, vocabulary] that follow."""
        sentences, beams = len(state.lengths), state.beams
        places = self._make_room(state)
        rotations = self._rotate((state.lengths + state.steps).repeat_interleave(beams))
        state.steps += 1
        width = _round_up(int(state.ends.max()))
        bias = self._bias_looks(state, width)
        hidden = self._embed(tokens)
        for layer, all_keys, all_values in zip(self.layers, state.keys, state.values, strict=True):
            query, key, value = self._project(layer, hidden, rotations)
            all_keys[places] = key.reshape(sentences, beams, self.dim)
            all_values[places] = value.reshape(sentences, beams, self.dim)
            keys, values = all_keys[:, :width], all_values[:, :width]
            # All beams and heads of a sentence look at all its columns in one product.
            queries = query.reshape(sentences, beams * self.heads, self.dim)
            looks = torch.baddbmm(bias, queries, keys.transpose(1, 2))
            mixed = _mix(torch.softmax(looks, dim=-1), values)
            hidden = self._finish(layer, hidden, mixed.view(len(tokens), -1))
        return self._score(hidden)

    def _bias_looks(self, state: State, width: int) -> torch.Tensor:
        """Return what is added to the looks [sentences, beams * heads, width]: 0 or -infinity."""
        hidden = state.hidden_from[:, :, None, :width].expand(-1, -1, self.heads, -1)
        bias = torch.zeros(hidden.shape, device=self.device)
        return bias.masked_fill_(hidden, float("-inf")).flatten(1, 2)

    def _make_room(self, state: State) -> tuple[torch.Tensor, torch.Tensor]:
        """Return rows and columns of the next step, each to be seen by its own beam alone."""
        beams = state.beams
        if state.steps % GROWTH == 0:
            self._compact(state)
            longest = state.hidden_from.shape[2]
            more = _round_up(longest + GROWTH * beams) - longest
            state.change(lambda stored: functional.pad(stored, (0, 0, 0, more)))
            state.hidden_from = functional.pad(state.hidden_from, (0, more), value=True)
        beam = torch.arange(beams, device=self.device)
        rows = torch.arange(len(state.lengths), device=self.device)[:, None]
        columns = state.ends[:, None] + beam
        state.hidden_from[rows, beam, columns] = False
        state.ends = state.ends + beams
        return rows, columns

    def _compact(self, state: State) -> None:
        """Drop columns that no beam looks at: those of beams that were given up, and zeros."""
        seen = ~state.hidden_from.all(dim=1)
        state.ends = seen.sum(dim=1)
        longest = int(state.ends.max())
        first = seen.int().argsort(dim=1, descending=True, stable=True)[:, :longest]
        columns = first[:, :, None].expand(-1, -1, self.dim)
        state.change(lambda stored: stored.gather(1, columns))
        state.hidden_from = state.hidden_from.gather(2, first[:, None].expand(-1, state.beams, -1))

    def reorder(self, state: State, rows: torch.Tensor) -> None:
        """Let row i go on from what row `rows[i]` has written."""
        flat = state.hidden_from.flatten(0, 1)
        state.hidden_from = flat[rows].view_as(state.hidden_from)

    def keep(self, state: State, sentences: torch.Tensor) -> None:
        """Drop every sentence that is not in `sentences`."""
        state.change(lambda stored: stored[sentences])
        state.hidden_from = state.hidden_from[sentences]
        state.lengths = state.lengths[sentences]
        state.ends = state.ends[sentences]

    def _embed(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.embedding.pick(tokens) * self.embedding_scale

    def _rotate(self, positions: torch.Tensor) -> Rotations:
        """Return cosines and sines [tokens, 1, dim] for both sorts of layers."""
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
        looking = layer.norms["looking"].scale(parts[:, :-1])  # the queries and the key
        cosine, sine = rotations[layer.local]
        turned = looking.roll(self.dim // 2, dims=-1).mul_(sine)
        looking = looking.mul_(cosine).add_(turned)
        return looking[:, :-1], looking[:, -1], parts[:, -1]

    def _finish(self, layer: Layer, hidden: torch.Tensor, mixed: torch.Tensor) -> torch.Tensor:
        """Return `hidden` after the attention's output and the feed-forward part."""
        norms = layer.norms
        hidden = norms["attended"].add_scaled(hidden, layer.attention_out.multiply(mixed))
        joined = layer.feed_in.multiply(norms["feed"].scale(hidden))
        gate, up = joined.chunk(2, dim=-1)
        product = apply_gelu(gate).mul_(up)
        return norms["fed"].add_scaled(hidden, layer.feed_out.multiply(product))

    def _score(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.vocabulary.multiply(self.final_norm.scale(hidden))


MATRICES = {
    "attention_in": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "attention_out": ("self_attn.o_proj",),
    "feed_in": ("mlp.gate_proj", "mlp.up_proj"),
    "feed_out": ("mlp.down_proj",),
}


@contextlib.contextmanager
def watch_matrices(model: GemmaText, wrap: Callable[[str, Matrix], Matrix]) -> Iterator[None]:
    """Let `wrap(name, matrix)` stand in for every matrix of the model for a while.

    Names are `"model.layers.0.attention_in"` and so on, and `"vocabulary"`.
    """
    layers, vocabulary = model.layers, model.vocabulary
    model.vocabulary = wrap("vocabulary", vocabulary)
    model.layers = [
        _replace_matrices(layer, wrap, prefix=f"model.layers.{i}.")
        for i, layer in enumerate(layers)
    ]
    try:
        yield
    finally:
        model.layers, model.vocabulary = layers, vocabulary


def _replace_matrices(
    layer: Layer, make: Callable[[str, Matrix], Matrix], *, prefix: str = ""
) -> Layer:
    """Return a layer with `make(prefix + role, matrix)` in the place of each matrix."""
    into, out, feed_in, feed_out = (make(prefix + role, getattr(layer, role)) for role in MATRICES)
    return replace(layer, attention_in=into, attention_out=out, feed_in=feed_in, feed_out=feed_out)


def _putting_on(changes: Mapping[str, LowRank]) -> Callable[[str, Matrix], Matrix]:
    def make(role: str, matrix: Matrix) -> Matrix:
        change = changes.get(role)
        return matrix if change is None else ChangedMatrix(base=matrix, change=change)

    return make


NORMS = {
    "input": "input_layernorm",
    "attended": "post_attention_layernorm",
    "feed": "pre_feedforward_layernorm",
    "fed": "post_feedforward_layernorm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """Where the weights are taken from, and what is made of them."""

    weights: Mapping[str, torch.Tensor | Packed]
    precision: str
    device: torch.device
    eps: float

    def join(self, role: str, *names: str) -> Matrix:
        """Return the matrices of some names, one below the other, as one."""
        parts = [self.weights[f"{name}.weight"].to(self.device) for name in names]
        return MAKERS[choose_format(self.precision, role)](parts)

    def change(self, *names: str) -> LowRank | None:
        """Return what the adapter adds to the matrices that `join` makes one of, if anything."""
        changed = [name for name in names if f"{name}{UP}" in self.weights]
        if not changed:
            return None
        if len(changed) < len(names):
            raise ValueError(f"an adapter that changes {changed} has to change all of {names}")
        ups, downs = (
            [unpack(self.weights[f"{name}{part}"]).to(self.device) for name in names]
            for part in (UP, DOWN)
        )
        return make_low_rank(ups, downs, self.precision)

    def norm(self, name: str) -> Norm:
        """Return a norm; weights are stored without the 1 that belongs to them."""
        return self._make_norm(1 + self._vector(name))

    def norm_looking(self, attention: str, config: Any) -> Norm:
        """Return the norms of the queries and the key as one [heads + 1, dim].

        The queries' has the factor of the attention in it.
        """
        query = (1 + self._vector(f"{attention}.q_norm")) * config.query_pre_attn_scalar**-0.5
        key = 1 + self._vector(f"{attention}.k_norm")
        return self._make_norm(torch.stack([query] * config.num_attention_heads + [key]))

    def _vector(self, name: str) -> torch.Tensor:
        return unpack(self.weights[f"{name}.weight"]).to(self.device).float()

    def _make_norm(self, factors: torch.Tensor) -> Norm:
        width = factors.shape[-1]
        floor = torch.tensor((width * self.eps) ** 0.5, device=self.device)
        return Norm(weight=factors * width**0.5, floor=floor)


def _mix(weights: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return the products of `weights` [n, rows, columns] and `values` [n, columns, dim]."""
    mixed = torch.bmm(weights[:, :, :BLOCK], values[:, :BLOCK])
    for start in range(BLOCK, values.shape[1], BLOCK):
        block = slice(start, start + BLOCK)
        mixed.baddbmm_(weights[:, :, block], values[:, block])
    return mixed


def apply_gelu(values: torch.Tensor) -> torch.Tensor:
    """Return the GELU of `values` [rows, width], a row's the same beside any others.

    torch gives each thread an equal run of elements, whichever rows those are of, and computes the
    last of a run, too few for a whole vector, by another formula. So all runs have to be whole
    vectors.
    """
    rows, width = values.shape
    cuts = []
    while rows:
        cuts.append(next(n for n in range(rows, 0, -1) if n == 1 or _is_even(n * width)))
        rows -= cuts[-1]
    parts = [functional.gelu(part, approximate="tanh") for part in torch.split(values, cuts)]
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _is_even(elements: int) -> bool:
    threads = torch.get_num_threads() if elements > ALONE else 1
    return -(-elements // threads) % LANES == 0


def _round_up(columns: int) -> int:
    return -(-columns // ALIGNMENT) * ALIGNMENT


def _gather_layer(shelf: _Shelf, prefix: str, config: Any, *, local: bool) -> Layer:
    norms = {key: shelf.norm(f"{prefix}{name}") for key, name in NORMS.items()}
    matrices = {
        role: shelf.join(role, *(f"{prefix}{name}" for name in names))
        for role, names in MATRICES.items()
    }
    return Layer(
        **matrices,
        norms=norms | {"looking": shelf.norm_looking(f"{prefix}self_attn", config)},
        local=local,
    )


def _gather_changes(shelf: _Shelf, prefix: str) -> dict[str, LowRank]:
    found = {
        role: shelf.change(*(f"{prefix}{name}" for name in names))
        for role, names in MATRICES.items()
    }
    return {role: change for role, change in found.items() if change is not None}


def _rotations(base: float, dim: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return cosines and sines [length, 1, dim] of rotary positions (Su et al. 2021).

    The first half of the sines is negative: they multiply values whose halves have changed places.
    """
    speeds = base ** (-torch.arange(0, dim, 2, dtype=torch.float32) / dim)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), speeds).repeat(1, 2)
    sines = angles.sin()
    sines[:, : dim // 2] *= -1
    return angles.cos()[:, None], sines[:, None]
