"""A model in mixed-precision training: 16-bit weights for computing, float32 master weights.

Used on processors and graphics cards alike. The forward pass is that of transformers; attention
masks of packed rows, the loss and the optimizer step are implemented here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum import require
from vnsum.checkpoints.devices import choose_dtype
from vnsum.checkpoints.failures import wrap_errors, wrap_write_errors
from vnsum.checkpoints.files import CONFIG, WEIGHTS, read_settings
from vnsum.checkpoints.loading import loading_weights
from vnsum.checkpoints.packaged import (
    ADAPTER,
    MANIFEST,
    is_finite,
    model_folder,
    read_config,
    unpack_weights,
    verify_start,
)
from vnsum.checkpoints.settings import require_settings
from vnsum.checkpoints.shapes import require_gemma
from vnsum.checkpoints.tokenizer_rules import make_exact, require_bounded, require_short_tokens
from vnsum.errors import InputError, ModelError
from vnsum.storage import replacing_files
from vnsum.training.config import Adapter, Optimizer
from vnsum.training.data.packing import IGNORED, Batch, TaskTokens

if TYPE_CHECKING:
    import torch

PACKAGED = "mini"
CONVERTED = "model.bin"  # of a folder in the format of CTranslate2
EMBEDDING = "model.embed_tokens.weight"
TASKS = {"to_english": "<2en>", "to_vietnamese": "<2vi>", "summarize": "<sum>",
         "synthetic": "<src>"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A model to start from: configuration, float32 tensors by name, tokenizer."""

    config: Any
    weights: dict[str, torch.Tensor]
    tokenizer: Any


def load_start(name: str) -> Start:
    """Load the model in a folder, or the packaged model by its name (`"mini"`).

    The folder is a Hugging Face checkpoint or a model in the package's quantized format. Raises
    `ModelError` if it is neither, damaged, or not a Gemma 3 text model with the task tokens.
    """
    import torch
    import transformers

    folder = find_start(name)
    path = folder / WEIGHTS
    if not path.is_file():
        raise ModelError(f"{folder} has no model.safetensors: expected the folder of a model")
    verify_start(folder)
    settings = folder / CONFIG
    if (kind := read_settings(settings).get("model_type")) != "gemma3_text":
        raise ModelError(
            f"{folder} is a {require.show(kind)} model: only Gemma 3 text models can be trained; "
            "start from 'mini' or from a folder written by `vnsum train prepare`"
        )
    require_gemma(path, read_config(folder))
    with wrap_errors(settings):
        config = transformers.AutoConfig.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    require_settings(folder)
    require_bounded(folder / "tokenizer.json")
    with wrap_errors(folder, what="cannot load the tokenizer in"):
        tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        make_exact(tokenizer)
        require_short_tokens(tokenizer, folder)
    find_tasks(tokenizer)
    with wrap_errors(path):
        weights = unpack_weights(path, dtype=torch.float32)
    return Start(config=config, weights=weights, tokenizer=tokenizer)


def find_start(name: str) -> Path:
    """Return the folder of a model, which is a path or the name of a packaged model."""
    with wrap_errors(name, what="cannot look up the model", advice="name another folder"):
        if (Path(name) / CONFIG).is_file():
            return Path(name)
    if name != PACKAGED:
        raise ModelError(
            f"{name!r} is neither the folder of a Gemma 3 model (it has no {CONFIG}) nor "
            f"{PACKAGED!r}"
        )
    return model_folder(name)


def find_tasks(tokenizer: Any) -> TaskTokens:
    """Return the ids of the task tokens; raises `ModelError` if one is missing."""
    known = tokenizer.get_vocab()
    if missing := [token for token in TASKS.values() if token not in known]:
        raise ModelError(
            f"the tokenizer has no {', '.join(missing)}: run `vnsum train prepare` again"
        )
    return TaskTokens(
        begin=tokenizer.bos_token_id,
        end=tokenizer.eos_token_id,
        **{name: known[token] for name, token in TASKS.items()},
    )


class Learner:
    """A model, its float32 master weights and their optimizer on one device."""

    def __init__(
        self,
        start: Start,
        options: Optimizer,
        *,
        device: torch.device,
        compiled: bool,
        adapter: Adapter | None = None,
        seed: int = 0,
    ) -> None:
        import torch

        self.device, self.dtype = device, choose_dtype(device)
        self.options, self.config, self.adapter = options, start.config, adapter
        self.model = self._build(start)
        if adapter:
            from vnsum.training.lora import insert_lora, load_lora

            insert_lora(self.model, adapter, seed=seed)
            if adapter.start:
                load_lora(self.model, adapter)
        self.model.to(device).train()
        if not options.embedding:
            self.model.model.embed_tokens.requires_grad_(False)
        trainable = {n: w for n, w in self.model.named_parameters() if w.requires_grad}
        self.names, self.weights = [*trainable], [*trainable.values()]
        # On a processor these are the tensors of `start` themselves, which training changes.
        self.masters = [
            start.weights[name].to(device) if name in start.weights else weight.detach().float()
            for name, weight in trainable.items()
        ]
        groups: dict[str, list[torch.Tensor]] = {"embedding": [], "matrices": [], "vectors": []}
        for name, master in zip(self.names, self.masters, strict=True):
            kind = "vectors" if master.ndim < 2 else "matrices"
            groups["embedding" if name == EMBEDDING else kind].append(master)
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": masters,
                    "weight_decay": 0.0 if kind == "vectors" else options.decay,
                    "share": options.embedding if kind == "embedding" else 1.0,
                }
                for kind, masters in groups.items()
                if masters
            ],
            lr=options.rate,
            betas=options.betas,
            fused=True,
        )
        self._loss: Callable[..., torch.Tensor] = self._compute_loss
        if compiled:
            self._loss = torch.compile(self._loss, dynamic=False)

    def _build(self, start: Start) -> Any:
        import transformers

        with loading_weights():
            return transformers.Gemma3ForCausalLM.from_pretrained(
                None,
                config=start.config,
                # A copy: the weights of the forward pass must not share memory with the masters.
                state_dict={k: v.to(self.dtype, copy=True) for k, v in start.weights.items()},
                dtype=self.dtype,
                attn_implementation="sdpa",
                trust_remote_code=False,
            )

    def use_int8(self, batch: dict[str, torch.Tensor]) -> None:
        """Switch the layers to 8-bit products, with factors measured on `batch`."""
        from vnsum.training.quantization.int8_linear import use_int8

        use_int8(self.model.model.layers, lambda: self.measure(batch))

    def place(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return the arrays of a batch as tensors on the device, copied asynchronously."""
        import torch

        found = {}
        for name in ("ids", "positions", "segments", "places", "labels"):
            tensor = torch.from_numpy(getattr(batch, name))
            if self.device.type == "cuda":
                tensor = tensor.pin_memory()
            found[name] = tensor.to(self.device, non_blocking=True)
        return found

    def step(self, batch: dict[str, torch.Tensor], *, rate: float) -> torch.Tensor:
        """Do one optimizer step and return the loss, a tensor on the device."""
        import torch

        loss = self._loss(**batch)
        torch.autograd.backward(loss)
        for weight, master in zip(self.weights, self.masters, strict=True):
            master.grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters, self.options.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        self.optimizer.step()
        for master in self.masters:
            master.grad = None
        self.refresh()
        return loss.detach()

    def is_finite(self) -> bool:
        """Return whether the master weights contain neither NaN nor infinity."""
        return all(map(is_finite, self.masters))

    def refresh(self) -> None:
        """Copy the masters into the 16-bit weights."""
        import torch

        with torch.no_grad():
            for weight, master in zip(self.weights, self.masters, strict=True):
                weight.copy_(master)

    def measure(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the loss of a batch without a training step."""
        import torch

        with torch.no_grad():
            return self._compute_loss(**batch)

    def _compute_loss(
        self,
        ids: torch.Tensor,
        positions: torch.Tensor,
        segments: torch.Tensor,
        places: torch.Tensor,
        labels: torch.Tensor,
    ) -> torch.Tensor:
        import torch
        from torch.nn import functional

        hidden = self.model.model(
            input_ids=ids,
            attention_mask=make_masks(segments, window=self.config.sliding_window),
            position_ids=positions,
            use_cache=False,
        ).last_hidden_state
        wanted = torch.gather(hidden, 1, places[..., None].expand(-1, -1, hidden.shape[-1]))
        scores = functional.linear(wanted.flatten(0, 1), self.model.model.embed_tokens.weight)
        return functional.cross_entropy(
            scores.float(),
            labels.flatten(),
            ignore_index=IGNORED,
            label_smoothing=self.options.smoothing,
        )


def make_masks(segments: torch.Tensor, *, window: int) -> dict[str, torch.Tensor]:
    """Return causal attention masks [rows, 1, length, length] within the examples of packed rows.

    The mask of sliding-window layers is limited to the last `window` positions.
    """
    import torch

    length = segments.shape[1]
    order = torch.arange(length, device=segments.device)
    back = order[:, None] - order[None, :]
    full = (segments[:, :, None] == segments[:, None, :]) & (back >= 0)
    near = full & (back < window)
    return {"full_attention": full[:, None], "sliding_attention": near[:, None]}


def save_model(folder: Path, learner: Learner, tokenizer: Any) -> None:
    """Save the masters as a Hugging Face checkpoint in bfloat16, or as an adapter.

    Raises `ModelError` for weights that are NaN or infinite.
    """
    masters = dict(zip(learner.names, learner.masters, strict=True))
    if learner.adapter:
        from vnsum.training.lora import fold_scale

        changes = _halve(fold_scale(masters, learner.adapter.scale), folder)
        with wrap_write_errors(folder), replacing_files(folder) as draft:
            save_tensors(draft / ADAPTER, changes)
        return
    weights = {**dict(learner.model.named_parameters()), **masters}  # frozen weights, too
    config = learner.model.config
    save_start(folder, Start(config=config, weights=weights, tokenizer=tokenizer))
    if learner.model.generation_config is not None:
        with wrap_write_errors(folder):
            learner.model.generation_config.save_pretrained(folder)


def require_replaceable(folder: Path, models: Sequence[str] = (), *, package: bool = False) -> None:
    """Raise `InputError` unless a folder is missing or empty, or has a model other than `models`.

    A packaged model is replaced only by another `package`: its manifest fits no other weights.
    """
    require_utf8(folder)
    advice = "choose another folder"
    with wrap_errors(folder, what="cannot look up", kind=InputError, advice=advice):
        if not package and (folder / MANIFEST).exists():
            raise InputError(f"{folder} contains a packaged model: {advice}")
        files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    if files and not (folder / CONVERTED).exists() and not _is_gemma(folder):
        raise InputError(f"{folder} is not empty and contains no model: choose another folder")
    if files:
        require_other_folder(folder, map(find_start, models))


def require_utf8(folder: Path) -> None:
    """Raise `InputError` for a path to which the library of tokenizers cannot write."""
    try:
        str(folder.absolute()).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"the name of {require.show(str(folder))} is not in UTF-8, which models need: rename "
            "it, or choose another folder"
        ) from error


def require_other_folder(folder: Path, read: Iterable[Path]) -> None:
    """Raise `InputError` if a folder to write is one of those that are read."""
    if any(folder.exists() and path.exists() and folder.samefile(path) for path in read):
        raise InputError(f"{folder} is a model that is read: choose another folder")


def _is_gemma(folder: Path) -> bool:
    try:
        return read_settings(folder / CONFIG).get("model_type") == "gemma3_text"
    except ModelError:
        return False


def save_start(folder: Path, start: Start) -> None:
    """Save a model as a Hugging Face checkpoint in bfloat16.

    Raises `ModelError` for weights that are NaN or infinite.
    """
    tensors = _halve(start.weights, folder)
    with wrap_write_errors(folder), replacing_files(folder) as draft:
        save_tensors(draft / WEIGHTS, tensors)
        start.config.save_pretrained(draft)
        start.tokenizer.save_pretrained(draft)


def save_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Write a safetensors file; raises `InputError` if it cannot be written."""
    from safetensors.torch import save_file

    with wrap_write_errors(path):
        save_file(tensors, path, metadata={"format": "pt"})
        # `save_file` lets only the owner read; who may enter the folder may read its files.
        path.chmod(path.parent.stat().st_mode & 0o666)


def _halve(tensors: Mapping[str, torch.Tensor], folder: Path) -> dict[str, torch.Tensor]:
    """Return tensors to save in `folder`; raises `ModelError` for those that contain NaN."""
    halves = {name: t.detach().bfloat16().cpu().contiguous() for name, t in tensors.items()}
    if wrong := [name for name, tensor in halves.items() if not is_finite(tensor)]:
        raise ModelError(f"the weights of {folder} would contain NaN or infinity: {wrong[0]}")
    return halves
