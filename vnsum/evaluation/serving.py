"""Overhead of the client of chat servers: `python -m vnsum.evaluation.serving ARTICLE`.

A server in a process of its own answers every request after a fixed time. Prints the time of a
request, which is the time of the run divided by the number of requests, with a bare HTTP client,
with the backend, and with the checks, and the ratios. Times depend on the machine; compare
differences and ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import vnsum
from vnsum.chat.server import Server
from vnsum.cli.options import finite_number, whole_number
from vnsum.errors import InputError
from vnsum.storage import read_text
from vnsum.translation import CheckedTranslator
from vnsum.translation.backends.server import ServerBackend

MODEL = "stub"
REPLY = "It rained hard this morning and many streets in the city were flooded for two hours."


class _Stub(http.server.BaseHTTPRequestHandler):
    """Answers every request with the same reply after `delay` seconds."""

    protocol_version = "HTTP/1.1"
    delay = 0.0

    def do_GET(self) -> None:
        """List the model."""
        self._send({"data": [{"id": MODEL}]})

    def do_POST(self) -> None:
        """Reply after the delay."""
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.delay)
        message = {"role": "assistant", "content": REPLY}
        usage = {"prompt_tokens": 90, "completion_tokens": 20}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        self._send({"model": MODEL, "choices": choices, "usage": usage})

    def _send(self, data: object) -> None:
        body = json.dumps(data).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.wfile.write(head % len(body) + body)


def _serve(port: Connection, delay: float) -> None:
    _Stub.delay = delay
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    server.daemon_threads = True
    port.send(server.server_address[1])
    server.serve_forever()


@contextlib.contextmanager
def run_stub(delay: float) -> Iterator[str]:
    """Run the server in another process; yields its base URL."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, delay), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/v1"
    finally:
        process.terminate()
        process.join()


@contextlib.contextmanager
def open_plainly(server: Server) -> Iterator[Callable[[Sequence[str]], list[str]]]:
    """Yield a function that asks with `httpx2` and a pool of threads, without vnsum."""
    import httpx2

    limits = httpx2.Limits(max_connections=server.workers)
    with (
        httpx2.Client(limits=limits, timeout=server.timeout, trust_env=False) as client,
        ThreadPoolExecutor(server.workers) as pool,
    ):

        def ask(text: str) -> str:
            messages = [{"role": "user", "content": f"Translate into English:\n\n{text}"}]
            data = {"model": server.model, "messages": messages, "temperature": 0}
            answer = client.post(f"{server.url}/chat/completions", json=data)
            reply: str = answer.json()["choices"][0]["message"]["content"]
            return reply

        yield lambda texts: list(pool.map(ask, texts))


def measure(work: Callable[[], object]) -> float:
    """Return the time of a call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(texts: Sequence[str], *, workers: int, delay: float, runs: int) -> None:
    """Print the median time of each variant; the variants run alternately."""
    with run_stub(delay) as url, open_plainly(Server(url, model=MODEL, workers=workers)) as plain:
        server = Server(url, model=MODEL, workers=workers)
        backend = ServerBackend(server)
        checked = CheckedTranslator(backend=backend, repair=False)
        variants: dict[str, Callable[[], object]] = {
            "bare client": lambda: plain(texts),
            "backend": lambda: backend.translate(texts, source="vi", target="en"),
            "with checks": lambda: checked.translate_checked(texts, source="vi", target="en"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in variants}
        requests = {name: len(texts) for name in variants}
        for _ in range(runs + 1):
            for name, work in variants.items():
                before = server.usage.replies
                seconds[name].append(measure(work))
                requests[name] = server.usage.replies - before or len(texts)
    print(f"{len(texts)} sentences, {workers} workers, {1000 * delay:g} ms of the server a request")
    each = {n: 1000 * statistics.median(s[1:]) / requests[n] for n, s in seconds.items()}
    base = each["bare client"]
    for name, time_ in each.items():
        print(
            f"  {name:12} {requests[name]:5} requests {time_:7.2f} ms a request "
            f"{time_ - base:+6.2f} ms  {time_ / base:5.3f} times the bare client"
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure with the sentences of an article, repeated and numbered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("article", type=Path)
    count = functools.partial(parser.add_argument, type=whole_number("the number"))
    count("--requests", default=400)
    count("--workers", default=8)
    parser.add_argument(
        "--delay", type=finite_number("delay"), default=0.05, help="seconds of the server"
    )
    count("--runs", default=5)
    options = parser.parse_args(argv)
    document = vnsum.segment(read_text(options.article))
    sentences = [sentence.text for sentence in document.sentences]
    if not sentences:
        raise InputError(f"{options.article} has no sentences: expected an article")
    texts = [f"{sentences[n % len(sentences)]} ({n})" for n in range(options.requests)]
    compare(texts, workers=options.workers, delay=options.delay, runs=options.runs)


if __name__ == "__main__":
    main()
