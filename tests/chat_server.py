"""A loopback server that speaks the OpenAI chat protocol and misbehaves as told."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

MODEL = "tiny-chat"


@dataclass(frozen=True, kw_only=True)
class Raw:
    """An answer that is sent as it is; `delay` is in seconds, `cut` bytes are left out.

    With `slow_headers`, lines of headers follow each other without end.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int = 0
    drip: bool = False
    slow_headers: bool = False


Answer = str | dict[str, Any] | Raw


def say(text: Any, *, reason: str | None = "stop", model: str = MODEL, **usage: Any) -> dict:
    """Return the body of a reply."""
    counts = usage or {"prompt_tokens": 10, "completion_tokens": 3}
    message = {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": counts,
    }


def asked(request: dict[str, Any]) -> str:
    """Return the text that a request asks to translate or summarize."""
    return request["messages"][-1]["content"].rpartition("\n\n")[2].strip()


@dataclass
class ChatServer:
    """Answers each request with `answer(request)` and records the requests.

    `models` are the listed models; `None` means that there is no list. `most` is the largest
    number of requests that were answered at once.
    """

    answer: Callable[[dict[str, Any]], Answer]
    models: Sequence[str] | None = (MODEL,)
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    most: int = 0
    running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def list_models(self) -> Answer:
        if self.models is None:
            return Raw(status=404, body=b"404 page not found")
        return {"object": "list", "data": [{"id": name} for name in self.models]}

    def chat(self, request: dict[str, Any]) -> Answer:
        with self.lock:
            self.requests.append(request)
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            return self.answer(request)
        finally:
            with self.lock:
                self.running -= 1


@contextlib.contextmanager
def serve(answer: Callable[[dict[str, Any]], Answer], **options: Any) -> Iterator[ChatServer]:
    """Run a server with these answers; yields it with its `url`."""
    server = ChatServer(answer, **options)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            server.keys.append(self.headers.get("Authorization"))
            found = self.path == "/v1/models"
            self.send(server.list_models() if found else Raw(status=404, body=b"no such page"))

        def do_POST(self):
            server.keys.append(self.headers.get("Authorization"))
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/v1/chat/completions":
                return self.send(Raw(status=404, body=b"<html><h1>Not Found</h1></html>"))
            return self.send(server.chat(json.loads(body)))

        def send(self, answer: Answer) -> None:
            if isinstance(answer, str):
                answer = say(answer)
            if isinstance(answer, dict):
                answer = Raw(body=json.dumps(answer).encode())
            time.sleep(answer.delay)
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Content-Length": len(answer.body)}
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name, str(value))
            with contextlib.suppress(OSError):  # the client has gone
                while answer.slow_headers:
                    self.send_header("X-Wait", "1")
                    self.flush_headers()
                    time.sleep(0.02)
                self.end_headers()
                self.write(answer)

        def write(self, answer: Raw) -> None:
            body = answer.body[: len(answer.body) - answer.cut]
            if answer.drip:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.02)
            else:
                self.wfile.write(body)
            if answer.cut:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *arguments):
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *arguments):
            pass

    running = Quiet(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{running.server_address[1]}/v1"
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
