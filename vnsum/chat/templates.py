"""Chat models run by transformers: prompts as token ids, replies as text, settings of a search."""

from __future__ import annotations

import contextlib
import functools
import mmap
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from vnsum.chat.prompts import Message, strip_thinking
from vnsum.errors import ModelError
from vnsum.forking import ForkSafeLock, reset_after_fork

# Chat models come with settings for sampling. A repetition penalty would also count the tokens of
# the source, such as its numbers.
SEARCHING: dict[str, Any] = {"do_sample": False, "repetition_penalty": 1.0,
                             "no_repeat_ngram_size": 0, "temperature": None, "top_k": None,
                             "top_p": None, "max_time": None,
                             "forced_eos_token_id": None}  # fmt: skip
RENDER_SECONDS = 10.0
RENDER_MEMORY = 4 << 30  # bytes; other threads may load weights meanwhile
LONGEST_TEMPLATE = 1_000_000  # characters; those of known models have at most some 20,000
LONGEST_PROMPT = 1_000_000  # characters; more than any context window that a reply is computed for
LARGEST_CONSTANT = 100_000_000  # of a template, where a larger one could only repeat text
OPENING = ("<think>", "<thinking>")  # some templates begin the reply themselves


def encode_messages(messages: Sequence[Message], tokenizer: Any) -> list[int]:
    """Return the token ids of messages in the chat template of a tokenizer, without thinking.

    Raises `ModelError` for a template that takes very long or much memory, that computes large
    numbers, or that makes a very long text.
    """
    _require_modest(tokenizer.get_chat_template())
    with _process.limit_memory(), _limit_time():
        text = tokenizer.apply_chat_template(
            messages,
            add_generation_prompt=True,
            enable_thinking=False,  # ignored by templates that do not know it
            tokenize=False,
        )
    if len(text) > LONGEST_PROMPT:
        raise ModelError(
            f"the chat template makes a prompt of {len(text):,} characters: expected at most "
            f"{LONGEST_PROMPT:,}; the model is not used"
        )
    # Without the limit of memory: code in Rust that reaches it aborts the process.
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def limit_reply(prompt: Sequence[int], positions: int) -> int:
    """Return the number of tokens that a model with `positions` can write after a prompt.

    Raises `ModelError` if the prompt takes all of them.
    """
    if (room := positions - len(prompt)) < 1:
        raise ModelError(
            f"the prompt has {len(prompt):,} tokens, but the model has {positions:,} positions for "
            "prompt and reply: use a model with a larger context window or a shorter chat template"
        )
    return room


@functools.lru_cache(maxsize=8)
def _require_modest(template: str) -> None:
    """Raise `ModelError` for a template that could make a text of any length in one step."""
    from jinja2 import Environment, TemplateSyntaxError, nodes

    if len(template) > LONGEST_TEMPLATE:
        raise ModelError(
            f"the chat template has {len(template):,} characters: expected at most "
            f"{LONGEST_TEMPLATE:,}"
        )
    try:
        parsed = Environment(extensions=["jinja2.ext.loopcontrols"]).parse(template)  # noqa: S701 - nothing is rendered
    except (TemplateSyntaxError, RecursionError):
        return  # also a tag that only transformers knows; rendering reports what is wrong
    numbers = re.findall(r"\d+", " ".join(str(c.value) for c in parsed.find_all(nodes.Const)))
    is_large = any(len(number) >= len(str(LARGEST_CONSTANT)) for number in numbers)
    if is_large or next(parsed.find_all(nodes.Pow), None):
        raise ModelError(
            f"the chat template computes powers, or with numbers above {LARGEST_CONSTANT:,}, which "
            "no chat needs: the model is not used"
        )


class _Process:
    """The memory limit of this process, which is lowered while a template is rendered."""

    def __init__(self) -> None:
        self._usual: tuple[int, int] | None = None  # while it is lowered
        self._lock = ForkSafeLock()
        reset_after_fork(self._restore)

    @contextlib.contextmanager
    def limit_memory(self) -> Iterator[None]:
        """Raise `ModelError` if the block takes very much memory; on Linux only.

        One thread at a time is in such a block, because the limit is that of the whole process.
        """
        if (used := _read_memory()) is None:
            yield
            return
        import resource

        with self._lock:
            self._usual = soft, hard = resource.getrlimit(resource.RLIMIT_AS)
            most = used + RENDER_MEMORY
            if soft == resource.RLIM_INFINITY or most < soft:
                resource.setrlimit(resource.RLIMIT_AS, (most, hard))
            try:
                yield
            except MemoryError:
                raise ModelError(
                    f"the chat template takes more than {RENDER_MEMORY >> 20:,} MiB of memory"
                ) from None
            finally:
                resource.setrlimit(resource.RLIMIT_AS, self._usual)
                self._usual = None

    def _restore(self) -> None:
        """Undo the limit in a child that was forked while another thread rendered."""
        if self._usual is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_AS, self._usual)
            self._usual = None


_process = _Process()


def _read_memory() -> int | None:
    """Return the size of the address space of this process in bytes, `None` if it is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):  # not Linux
        return None
    return pages * mmap.PAGESIZE


@contextlib.contextmanager
def _limit_time() -> Iterator[None]:
    """Raise `ModelError` if the block, which runs the code of a template, takes very long.

    Does nothing under a debugger or a coverage tool, which traces the program already.
    """
    until = time.monotonic() + RENDER_SECONDS

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if time.monotonic() > until:
            raise ModelError(f"the chat template takes more than {RENDER_SECONDS:g} s")
        return trace

    before = sys.gettrace()
    if before is None:
        sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def decode_reply(ids: Sequence[int], tokenizer: Any, *, prompt: Sequence[int]) -> str:
    """Return the text of generated ids without the reasoning, which may begin in the prompt."""
    text = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    # The last tokens are enough for a tag.
    asked = tokenizer.decode(prompt[-16:], clean_up_tokenization_spaces=False).rstrip()
    opened = next((tag for tag in OPENING if asked.endswith(tag)), "")
    return strip_thinking(opened + text)


def find_ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return the ids of all tokens that end an output."""
    ends = model.generation_config.eos_token_id
    more = ends if isinstance(ends, list) else [] if ends is None else [ends]
    return frozenset({tokenizer.eos_token_id, *more})
