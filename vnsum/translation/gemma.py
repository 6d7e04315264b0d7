"""The forward pass of Gemma 3 text models for translating many short prompts at once.

Written for beam search on CPUs: the prompt of a sentence is computed once, without padding in the
matrix products, and its keys and values are shared by all beams; projections that read the same
input are one matrix. Weights keep their number format, everything else is float32. What to
generate is decided in `vnsum.translation.beam`. Architecture: Gemma Team 2025, arXiv:2503.19786.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

GROWTH = 32  # positions by which room for generated keys and values grows


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Weights of one layer; norms are float32 and have their `1 +` added."""

    attention_in: torch.Tensor  # queries, keys, values: [heads * dim + 2 * dim, hidden]
    attention_out: torch.Tensor
    feed_in: torch.Tensor  # gate, up: [2 * intermediate, hidden]
    feed_out: torch.Tensor
    norms: Mapping[str, torch.Tensor]
    local: bool  # rotates positions with the base of the sliding layers


@dataclass(slots=True, kw_only=True)
class State:
    """Keys and values of `prompts` sentences and of their beams, and how far they are.

    `prompt` is a list with a pair [sentences, longest, dim] a layer; `blocked` [sentences, 1,
    longest] is true where a prompt is shorter. `written` is [layers, 2, rows, room, dim] with
    `steps` positions in use, rows being sentence-major beams.
    """

    prompt: list[tuple[torch.Tensor, torch.Tensor]]
    blocked: torch.Tensor
    lengths: torch.Tensor
    written: torch.Tensor
    steps: int = 0


class GemmaText:
    """A Gemma 3 text model with one key-value head, made of its configuration and weights."""

    def __init__(self, config: Any, weights: Mapping[str, torch.Tensor]) -> None:
        if config.num_key_value_heads != 1:
            raise ValueError("GemmaText shares one key-value head among all query heads")
        self.heads, self.dim = config.num_attention_heads, config.head_dim
        self.scale = config.query_pre_attn_scalar**-0.5
        self.eps = config.rms_norm_eps
        # The window is not applied, so no position may reach beyond it.
        self.max_positions = min(config.sliding_window, config.max_position_embeddings)
        self.embedding = weights["model.embed_tokens.weight"]
        # transformers rounds the factor to the format of the weights, and so did training.
        self.embedding_scale = float(
            torch.tensor(config.hidden_size**0.5, dtype=self.embedding.dtype)
        )
        self.layers = [
            _gather_layer(weights, f"model.layers.{i}.", local=kind == "sliding_attention")
            for i, kind in enumerate(config.layer_types)
        ]
        self.final_norm = 1 + weights["model.norm.weight"].float()
        bases = config.rope_parameters
        self.rotations = {
            local: tuple(
                table.to(self.embedding.device)
                for table in _rotations(
                    float(bases[name]["rope_theta"]), self.dim, self.max_positions
                )
            )
            for local, name in ((True, "sliding_attention"), (False, "full_attention"))
        }

    def read(self, prompts: Sequence[Sequence[int]], *, beams: int) -> tuple[State, torch.Tensor]:
        """Return the state after `prompts` and the scores [sentences, vocabulary] that follow."""
        stored, real, hidden = self._read_all(prompts)
        lengths = real.sum(dim=1)
        room = hidden.new_empty(len(self.layers), 2, len(prompts) * beams, GROWTH, self.dim)
        state = State(prompt=stored, blocked=~real[:, None], lengths=lengths, written=room)
        ends = lengths.cumsum(0) - 1
        return state, self._score(hidden[ends])

    def rate(self, rows: Sequence[Sequence[int]], starts: Sequence[int]) -> list[torch.Tensor]:
        """Return the log-probabilities [length, vocabulary] after every token from a start on."""
        _, _, hidden = self._read_all(rows)
        parts = torch.split(hidden, [len(row) for row in rows])
        return [
            self._score(part[start:]).log_softmax(dim=-1)
            for part, start in zip(parts, starts, strict=True)
        ]

    def _read_all(
        self, prompts: Sequence[Sequence[int]]
    ) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], torch.Tensor, torch.Tensor]:
        """Return keys and values by layer, where prompts are not padding, and all outputs."""
        device = self.embedding.device
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=device)
        longest = int(lengths.max())
        ids = torch.zeros(len(prompts), longest, dtype=torch.long, device=device)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = torch.tensor(prompt)
        real = torch.arange(longest, device=device)[None] < lengths[:, None]
        causal = torch.ones(longest, longest, dtype=torch.bool, device=device).tril()
        positions = torch.arange(longest, device=device).expand(len(prompts), -1)[real]
        hidden = self._embed(ids[real])  # [tokens, hidden]: no padding in the matrix products
        stored = []
        for layer in self.layers:
            query, key, value = self._project(layer, hidden, positions)
            padded = []
            for flat in (query, key, value):
                room = flat.new_zeros(*ids.shape, *flat.shape[1:])
                room[real] = flat
                padded.append(room)
            queries, keys, values = padded
            stored.append((keys, values))
            mixed = functional.scaled_dot_product_attention(
                queries.transpose(1, 2), keys[:, None], values[:, None],
                attn_mask=causal, scale=self.scale,
            )  # fmt: skip
            hidden = self._finish(layer, hidden, mixed.transpose(1, 2)[real].flatten(1))
        return stored, real, hidden

    def step(self, state: State, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to every row; return the scores [rows, vocabulary] that follow."""
        sentences = len(state.lengths)
        beams = len(tokens) // sentences
        if state.steps == state.written.shape[3]:
            more = torch.empty_like(state.written[:, :, :, :GROWTH])
            state.written = torch.cat([state.written, more], dim=3)
        positions = (state.lengths + state.steps).repeat_interleave(beams)
        state.steps += 1
        hidden = self._embed(tokens)
        blocked = state.blocked
        for index, layer in enumerate(self.layers):
            query, key, value = self._project(layer, hidden, positions)
            keys, values = state.written[index, :, :, : state.steps]
            keys[:, -1], values[:, -1] = key, value
            prompt_keys, prompt_values = state.prompt[index]
            # All beams and heads of a sentence look at its prompt in one product.
            shared = query.view(sentences, beams * self.heads, self.dim)
            at_prompt = torch.bmm(shared, prompt_keys.transpose(1, 2))
            at_prompt = at_prompt.masked_fill(blocked, float("-inf"))
            at_written = torch.bmm(query, keys.transpose(1, 2))
            width = at_prompt.shape[-1]
            both = torch.cat([at_prompt.view(len(tokens), self.heads, width), at_written], dim=-1)
            weights = torch.softmax(both * self.scale, dim=-1)
            on_prompt = weights[..., :width].reshape(sentences, beams * self.heads, width)
            mixed = torch.bmm(on_prompt, prompt_values).view_as(query)
            mixed = mixed + torch.bmm(weights[..., width:], values)
            hidden = self._finish(layer, hidden, mixed.flatten(1))
        return self._score(hidden)

    def reorder(self, state: State, rows: torch.Tensor) -> None:
        """Let row i go on from what row `rows[i]` has written."""
        if not torch.equal(rows, torch.arange(len(rows), device=rows.device)):
            used = state.written[:, :, :, : state.steps]
            state.written[:, :, :, : state.steps] = used[:, :, rows]

    def keep(self, state: State, sentences: torch.Tensor, *, beams: int) -> None:
        """Drop every sentence that is not in `sentences`."""
        rows = (sentences[:, None] * beams + torch.arange(beams, device=sentences.device)).flatten()
        state.prompt = [(keys[sentences], values[sentences]) for keys, values in state.prompt]
        state.blocked, state.lengths = state.blocked[sentences], state.lengths[sentences]
        state.written = state.written[:, :, rows]

    def _embed(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.embedding[tokens].float() * self.embedding_scale

    def _project(
        self, layer: Layer, hidden: torch.Tensor, positions: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return queries [tokens, heads, dim], keys and values [tokens, dim], rotated."""
        norms = layer.norms
        joined = _multiply(self._norm(hidden, norms["input"]), layer.attention_in)
        query, key, value = torch.split(joined, [self.heads * self.dim, self.dim, self.dim], dim=-1)
        cosine, sine = (table[positions] for table in self.rotations[layer.local])
        query = self._norm(query.view(-1, self.heads, self.dim), norms["query"])
        key = self._norm(key, norms["key"])
        query = query * cosine[:, None] + _turn(query) * sine[:, None]
        return query, key * cosine + _turn(key) * sine, value

    def _finish(self, layer: Layer, hidden: torch.Tensor, mixed: torch.Tensor) -> torch.Tensor:
        """Return `hidden` after the attention's output and the feed-forward part."""
        norms = layer.norms
        hidden = hidden + self._norm(_multiply(mixed, layer.attention_out), norms["attended"])
        joined = _multiply(self._norm(hidden, norms["feed"]), layer.feed_in)
        gate, up = joined.chunk(2, dim=-1)
        product = functional.gelu(gate, approximate="tanh") * up
        return hidden + self._norm(_multiply(product, layer.feed_out), norms["fed"])

    def _score(self, hidden: torch.Tensor) -> torch.Tensor:
        return _multiply(self._norm(hidden, self.final_norm), self.embedding)

    def _norm(self, values: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return functional.rms_norm(values, weight.shape, weight, self.eps)


NORMS = {
    "input": "input_layernorm",
    "query": "self_attn.q_norm",
    "key": "self_attn.k_norm",
    "attended": "post_attention_layernorm",
    "feed": "pre_feedforward_layernorm",
    "fed": "post_feedforward_layernorm",
}


def _gather_layer(weights: Mapping[str, torch.Tensor], prefix: str, *, local: bool) -> Layer:
    def take(*names: str) -> torch.Tensor:
        return torch.cat([weights[f"{prefix}{name}.weight"] for name in names])

    return Layer(
        attention_in=take("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        attention_out=take("self_attn.o_proj"),
        feed_in=take("mlp.gate_proj", "mlp.up_proj"),
        feed_out=take("mlp.down_proj"),
        norms={key: 1 + take(name).float() for key, name in NORMS.items()},
        local=local,
    )


def _rotations(base: float, dim: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return cosines and sines [length, dim] of rotary positions (Su et al. 2021)."""
    speeds = base ** (-torch.arange(0, dim, 2, dtype=torch.float32) / dim)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), speeds).repeat(1, 2)
    return angles.cos(), angles.sin()


def _turn(values: torch.Tensor) -> torch.Tensor:
    left, right = values.chunk(2, dim=-1)
    return torch.cat([-right, left], dim=-1)


def _multiply(values: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return functional.linear(values.to(matrix.dtype), matrix).float()
