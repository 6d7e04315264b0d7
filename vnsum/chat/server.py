"""`Server`: an OpenAI-compatible server with a model that translates or summarizes."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from vnsum import require
from vnsum.chat.prompts import PROMPTS, ChatPrompt, find_prompt
from vnsum.errors import InputError, ModelError
from vnsum.forking import reset_after_fork

MAX_WORKERS = 256
LEAST_CONTEXT = 1024  # tokens; less has no room for a sentence with its prompt and its translation
MAX_SECONDS = 86_400
MAX_URL = 2_000  # characters of the base URL
OWN_FIELDS = ("messages", "model", "n", "stream")  # fields of a request that options cannot set
BASE_URL = "the base URL of the API, such as http://localhost:11434/v1"
# Without lower-case letters, which keys have.
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
# Prompts of models by a part of their names; other models get the prompt "chat".
_BY_NAME = {"translategemma": "translategemma", "hy-mt": "hy-mt2", "hunyuan-mt": "hy-mt2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a server has answered: the number of replies, and its counts of their tokens."""

    replies: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            replies=self.replies + other.replies,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class UsageMeter:
    """A thread-safe sum of usage. Copies, also in other processes, start at zero."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.total = Usage()
        self._lock = threading.Lock()
        reset_after_fork(self._begin)

    def add(self, usage: Usage) -> None:
        """Add the usage of a reply."""
        with self._lock:
            self.total += usage

    def __reduce__(self) -> tuple[type[UsageMeter], tuple[()]]:
        return UsageMeter, ()


@dataclass(frozen=True)
class Server:
    """A chat model behind an OpenAI-compatible API, as a translator or a summarizer.

    `url` is the base URL of the API of Ollama, vLLM, llama.cpp, LM Studio, `transformers serve` or
    a service, and `model` the name of the model there. `prompt` is a row of
    `vnsum.chat.prompts.PROMPTS`, by default chosen by the name of the model. `key_env` is the name
    of the environment variable with the key of the API. At most `workers` requests run at once,
    each for at most `timeout` seconds. `context` is the context window of the model in tokens.
    `options` are further fields of each request, such as `{"reasoning_effort": "none"}`; `None`
    removes a field that vnsum sets (`temperature`, `seed`, `max_tokens`).

    Pass it to `vnsum.load` as the model, as the summarizer, or both. Raises `InputError` for an
    invalid value. Needs the extra `server`.

    >>> server = Server("http://localhost:11434/v1", model="translategemma:12b", workers=8)
    >>> server.prompt, server.usage.replies
    ('translategemma', 0)
    """

    url: str
    _: KW_ONLY
    model: str
    prompt: str = ""
    key_env: str | None = None
    workers: int = 4
    timeout: float = 120.0
    context: int = 4096
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    _meter: UsageMeter = field(default_factory=UsageMeter, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        timeout = require.number(self.timeout, "timeout")
        values = {
            "url": _require_base(self.url),
            "model": _require_model(self.model),
            "prompt": _find_prompt_name(self.prompt, self.model),
            "timeout": timeout,
            "options": _require_options(self.options),
        }
        _require_variable(self.key_env)
        require.whole_number(self.workers, "workers", least=1)
        require.whole_number(self.context, "context", least=LEAST_CONTEXT)
        if self.workers > MAX_WORKERS:
            raise InputError(f"workers must be at most {MAX_WORKERS}, not {self.workers}")
        if not 0 < timeout <= MAX_SECONDS:
            raise InputError(
                f"timeout must be a number of seconds above 0 and up to {MAX_SECONDS:,}, not "
                f"{self.timeout:g}"
            )
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def usage(self) -> Usage:
        """The replies of the server to this process since this object was created.

        Worker processes count their own.
        """
        return self._meter.total

    @property
    def chat_prompt(self) -> ChatPrompt:
        """The row of the table of prompts."""
        return PROMPTS[self.prompt]

    @property
    def is_local(self) -> bool:
        """Whether the host is a loopback address.

        >>> [Server(url, model="m").is_local for url in ("http://[::1]:80/v1", "http://10.0.0.1")]
        [True, False]
        """
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def __reduce__(self) -> tuple[Any, ...]:
        given = ("model", "prompt", "key_env", "workers", "timeout", "context", "options")
        return _rebuild, (self.url, {name: getattr(self, name) for name in given})


def describe_server(server: Server, model: str) -> str:
    """Return the part of a signature that says how a server is asked for the model `model`.

    The address is a digest, as results may be published.
    """
    address = hashlib.sha256(server.url.encode()).hexdigest()[:8]
    options = json.dumps(server.options, sort_keys=True) if server.options else ""
    context = f"context {server.context}"  # decides where long texts are split or cut
    prompt = server.chat_prompt.signature
    parts = [model.replace("|", "/"), f"server {address}", prompt, context, options]
    return "|".join(filter(None, parts))


def require_online(server: Server, *, offline: bool) -> None:
    """Raise `ModelError` if the host is not a loopback address and `offline` is true."""
    if offline and not server.is_local:
        raise ModelError(
            f"cannot use the server {server.url}: vnsum is offline (offline=True, VNSUM_OFFLINE "
            "or HF_HUB_OFFLINE), which allows servers on localhost only"
        )


def read_key(server: Server) -> str | None:
    """Return the key, which is kept nowhere; raise `ModelError` if its variable has none."""
    if server.key_env is None:
        return None
    key = os.environ.get(server.key_env, "").strip()
    if not key:
        raise ModelError(
            f"the environment variable {server.key_env} is not set: set it to the key of the "
            f"server {server.url}"
        )
    if not re.fullmatch(r"[!-~]+", key):
        raise ModelError(
            f"the environment variable {server.key_env} has spaces or letters that a key cannot "
            "have: set it again"
        )
    return key


def count_usage(server: Server, usage: Usage) -> None:
    """Add the usage of a reply of a server."""
    server._meter.add(usage)


def estimate_tokens(text: str) -> int:
    """Return about the number of tokens of a text, rather too many than too few.

    Chat models have about one token for four bytes of English and Vietnamese.

    >>> estimate_tokens("Đường phố ngập sâu.")
    10
    """
    return -(-len(text.encode("utf-8", "replace")) // 3)


def _rebuild(url: str, values: dict[str, Any]) -> Server:
    return Server(url, **values)


def _require_base(url: str) -> str:
    """Return a base URL without a slash at its end."""
    require.text(url, "url")
    parts = _split(url.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"url must be {BASE_URL}")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InputError(
            f"url must be {BASE_URL}, without a password, a key or a query: put the key into an "
            "environment variable and name it with key_env="
        )
    path = parts.path.rstrip("/")
    if path.endswith("/completions"):
        raise InputError(f"url must be {BASE_URL}, without the path of an endpoint")
    return parts._replace(path=path).geturl()


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        # An invalid port raises an error. Other letters than ASCII are looked up differently.
        usable = parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
        host = parts.hostname or ""
        if "[" in parts.netloc:
            ipaddress.IPv6Address(host)  # `urlsplit` accepts formats of the future
        host.encode("idna")  # as the socket library does; parts have 1 to 63 letters
    except ValueError:
        return None
    return parts if usable and len(url) <= MAX_URL else None


def _require_model(model: str) -> str:
    if not require.encodable(model, "model").strip() or not model.isprintable():
        raise InputError(
            f"model must be the name of a model on the server, not {require.show(model)}"
        )
    return model


def _find_prompt_name(prompt: str, model: str) -> str:
    """Return the name of a prompt, by default that of the model."""
    is_default = prompt is None or (isinstance(prompt, str) and require.exact(prompt) == "")
    return find_prompt(_choose_prompt(model) if is_default else prompt).name


def _choose_prompt(model: str) -> str:
    found = (prompt for part, prompt in _BY_NAME.items() if part in model.lower())
    return next(found, "chat")


def _require_variable(name: str | None) -> None:
    if name is not None and not (isinstance(name, str) and _VARIABLE.fullmatch(name)):
        # The value is not shown: it may be the key.
        raise InputError(
            "key_env must be the name of an environment variable in capital letters, such as "
            "OPENAI_API_KEY, not the key itself"
        )


def _require_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of options that can be sent."""
    require.instance(options, Mapping, "options", "a mapping of request fields")
    own = sorted({*options} & {*OWN_FIELDS})
    if own:
        raise InputError(f"options cannot set {', '.join(own)}: vnsum sets these fields itself")
    try:
        copied: dict[str, Any] = json.loads(json.dumps(dict(options), allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise InputError("options must have strings as keys and JSON data as values") from None
    return copied
