"""The client of OpenAI-compatible servers: concurrent requests, retries, and errors.

It uses `httpx2`, which transformers installs with huggingface_hub, rather than the `openai` client:
one endpoint with one kind of message is used, and retries, limits on replies and the handling of
the key have to be our own in either case.
"""

from __future__ import annotations

import contextlib
import functools
import json
import random
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vnsum.chat.answers import (
    Answer,
    Reply,
    explain_failure,
    list_ids,
    read_reply,
    read_retry_after,
)
from vnsum.chat.prompts import Message
from vnsum.chat.server import Server, count_usage, read_key
from vnsum.errors import MissingExtraError, ModelError, VnsumError
from vnsum.forking import reset_after_fork
from vnsum.version import __version__

if TYPE_CHECKING:
    import httpx2

TRIES = 5
FIRST_WAIT = 0.5  # seconds; doubled with each try
LONGEST_WAIT = 60.0  # seconds that a server may ask to wait
CONNECT_SECONDS = 10.0
MAX_BYTES = 8_000_000  # of a reply
READ_SECONDS = 0.25  # of waiting for data before looking whether the reply is still wanted
MISSING = "servers need httpx2, which is not installed: install it with pip install 'vnsum[server]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """Messages, and the settings that vnsum chooses for them."""

    messages: Sequence[Message]
    max_tokens: int
    temperature: float = 0.0
    seed: int = 0


class ChatClient:
    """Sends requests to a `Server`, at most `server.workers` at once.

    `jitter` returns a random number from 0 to 1 and `sleep` waits for some seconds before the next
    try. Pickled copies and forked children open their own connections.
    """

    def __init__(
        self,
        server: Server,
        *,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.server = server
        self._sleep = sleep
        self._jitter = jitter
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._http: httpx2.Client | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._model: str | None = None
        self._has_replied = False
        self._limit = threading.local()  # `until` and `stop`, of the request of this thread
        reset_after_fork(self._begin)

    def __getstate__(self) -> dict[str, Any]:
        return {"server": self.server, "_sleep": self._sleep, "_jitter": self._jitter}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def find_model(self) -> str:
        """Return the id of the model that the server reports, asking on the first call.

        Raises `ModelError` if the server does not answer, or does not have the model.
        """
        with self._lock:
            if self._model is None:
                self._model = self._find_model()
            return self._model

    def _find_model(self) -> str:
        answer = self._send("GET", "/models", None, threading.Event())
        if answer.is_closed or answer.status in (401, 403):  # the next request would fail too
            raise explain_failure(answer, self.server)
        asked, listed = self.server.model, list_ids(answer)
        for name in (asked, f"{asked}:latest"):  # Ollama adds the default tag
            if name in listed:
                return name
        # Some servers have no list, and some accept names that are not in it.
        try:
            hello = ChatRequest(messages=[{"role": "user", "content": "Hello"}], max_tokens=1)
            return self._ask(hello, threading.Event()).model or asked
        except ModelError as error:
            names = answer.hide_key(", ".join(listed[:20]))
            known = f"; the server lists {names}" if names else ""
            raise ModelError(f"{error}{known}") from None

    def ask(self, requests: Sequence[ChatRequest]) -> list[Reply]:
        """Return the reply to each request, in order.

        Raises `ModelError` if the server cannot be used, and another `VnsumError` if it does not
        answer one of the requests.
        """
        self.find_model()  # tells what is wrong before the first text
        stop = threading.Event()
        futures = [self._open_pool().submit(self._ask, request, stop) for request in requests]
        try:
            return [future.result() for future in futures]
        finally:
            stop.set()
            for future in futures:
                future.cancel()

    def _ask(self, request: ChatRequest, stop: threading.Event) -> Reply:
        fields = {
            "model": self.server.model,
            "messages": [*request.messages],
            "temperature": request.temperature,
            "seed": request.seed,
            "max_tokens": request.max_tokens,
            **self.server.options,
        }
        body = json.dumps({name: value for name, value in fields.items() if value is not None})
        for attempt in range(TRIES):
            answer = self._send("POST", "/chat/completions", body.encode(), stop)
            if answer.is_success or (answer.is_broken and not self._has_replied):
                reply = read_reply(answer, self.server)
                self._has_replied = True
                count_usage(self.server, reply.usage)
                return reply
            wait = self._choose_wait(answer, attempt)
            if wait is None:
                break
            (self._sleep or stop.wait)(wait)
            if stop.is_set():
                break
        raise explain_failure(answer, self.server, tries=attempt + 1)

    def _choose_wait(self, answer: Answer, attempt: int) -> float | None:
        """Return the seconds to wait before the next try; `None` if there is none."""
        if not answer.is_temporary or attempt == TRIES - 1:
            return None
        wait: float = FIRST_WAIT * 2**attempt
        if answer.retry_after is not None:
            if answer.retry_after > LONGEST_WAIT:
                return None
            return answer.retry_after + FIRST_WAIT * self._jitter()
        return wait * (0.5 + 0.5 * self._jitter())

    def _send(self, method: str, path: str, body: bytes | None, stop: threading.Event) -> Answer:
        """Return what the server answers, or a timeout once `stop` is set.

        No exception of the library leaves this method: they have the request, with its key.
        """
        http = self._open()
        import httpx2  # after the error that tells how to install it

        key = read_key(self.server)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._limit.until = time.monotonic() + self.server.timeout
        self._limit.stop = stop
        try:
            with http.stream(
                method,
                self.server.url + path,
                content=body,
                headers=headers,
                extensions={"trace": self._limit_stream},
            ) as response:
                return Answer(
                    status=response.status_code,
                    body=self._read(response),
                    kind=response.headers.get("Content-Type", ""),
                    retry_after=read_retry_after(response.headers.get("Retry-After", "")),
                    key=key,
                )
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.InvalidURL) as error:
            return Answer(problem=str(error) or "no connection", key=key, is_closed=True)
        except httpx2.TimeoutException:
            return Answer(problem=f"timeout of {self.server.timeout:g} s", key=key)
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            return Answer(problem=f"the connection broke: {error}", key=key)

    def _read(self, response: httpx2.Response) -> bytes:
        """Return the body; raise an error if it is too long or compressed."""
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", ""):  # a few bytes may unpack to gigabytes
            raise VnsumError(
                f"the server {self.server.url} sent a compressed reply, which was not requested: "
                "switch compression off there"
            )
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > MAX_BYTES:
                raise VnsumError(
                    f"the server {self.server.url} sent a reply of more than {MAX_BYTES:,} bytes: "
                    "lower max_tokens with options="
                )
        return bytes(body)

    def _limit_stream(self, _: str, info: dict[str, Any]) -> None:
        """Make a new connection respect the time limit of each request.

        The library limits the time of each read, so that a slow server could go on for hours.
        """
        import httpcore2

        stream = info.get("return_value")
        if isinstance(stream, httpcore2.NetworkStream):
            stream.read = functools.partial(self._read_in_time, stream.read)  # type: ignore[method-assign]

    def _read_in_time(
        self, read: Callable[..., bytes], size: int, timeout: float | None = None
    ) -> bytes:
        import httpcore2

        until = self._limit.until
        if timeout is not None:
            until = min(until, time.monotonic() + timeout)
        # A program ends only after its threads, which therefore must not wait for a reply that
        # nobody wants any more: after Ctrl-C, or if another request failed.
        while (left := until - time.monotonic()) > 0 and not self._limit.stop.is_set():
            with contextlib.suppress(httpcore2.ReadTimeout):
                return read(size, timeout=min(left, READ_SECONDS))
        raise httpcore2.ReadTimeout

    def _open(self) -> httpx2.Client:
        with self._lock:
            if self._http is None:
                self._http = _make_http(self.server)
                weakref.finalize(self, self._http.close).atexit = False
            return self._http

    def _open_pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(
                    self.server.workers, thread_name_prefix="vnsum-server"
                )
                weakref.finalize(self, self._pool.shutdown, wait=False).atexit = False
            return self._pool


def _make_http(server: Server) -> httpx2.Client:
    try:
        import httpx2
    except ImportError:
        raise MissingExtraError(MISSING) from None
    try:
        return _create_http(server)
    except (OSError, ValueError, ImportError, httpx2.InvalidURL) as error:
        raise ModelError(
            f"cannot prepare connections to the server {server.url} ({error}): check the "
            "environment variables SSL_CERT_FILE, SSLKEYLOGFILE and those of proxies"
        ) from error


def _create_http(server: Server) -> httpx2.Client:
    import httpx2

    return httpx2.Client(
        headers={
            "User-Agent": f"vnsum/{__version__}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        },
        timeout=httpx2.Timeout(
            server.timeout, connect=min(CONNECT_SECONDS, server.timeout), pool=None
        ),
        limits=httpx2.Limits(
            max_connections=server.workers, max_keepalive_connections=server.workers
        ),
        verify=_make_tls(),
        trust_env=not server.is_local,  # no proxy for this machine
        follow_redirects=False,
    )


@functools.cache
def _make_tls() -> ssl.SSLContext:
    """Return the context with the certificates, which take a fifth of a second to read."""
    import httpx2

    return httpx2.create_ssl_context()
