"""A loopback server that responds to each path with fixed bytes.

Responses are sent verbatim, so that they can violate HTTP in any way.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

Stream = Callable[[], Iterable[bytes]]  # sent in pieces until the client disconnects
Answers = dict[str, bytes | Stream]

PARAGRAPHS = "".join(
    f"<p>Trời mưa to ở thành phố Huế vào ngày thứ {day}, nước sông dâng cao và nhiều con đường bị "
    f"ngập sâu trong {day + 2} giờ liền.</p>"
    for day in range(6)
)
PAGE = (
    f"<html><head><title>Mưa lớn</title></head><body><article><h1>Mưa lớn</h1>{PARAGRAPHS}"
    "</article></body></html>"
).encode()
KIND = b"text/html; charset=utf-8"


def answer(
    body: bytes = PAGE,
    *headers: bytes,
    status: bytes = b"200 OK",
    kind: bytes | None = KIND,
    length: bytes | None = None,
) -> bytes:
    """Return a response, with a correct length by default; a length of `b""` omits the header."""
    lines = [b"HTTP/1.1 " + status, *headers]
    if kind is not None:
        lines.append(b"Content-Type: " + kind)
    if length != b"":
        lines.append(b"Content-Length: " + (str(len(body)).encode() if length is None else length))
    return b"\r\n".join([*lines, b"", b""]) + body


def chunked(*body: bytes) -> bytes:
    return answer(b"".join(body), b"Transfer-Encoding: chunked", length=b"")


def chunk(data: bytes = PAGE) -> bytes:
    return b"%x\r\n" % len(data) + data + b"\r\n"


def to(place: bytes) -> bytes:
    return answer(b"", b"Location: " + place, status=b"302 Found")


def for_ever(first: bytes, then: bytes) -> Stream:
    return lambda: itertools.chain([first], itertools.repeat(then))


def slowly(data: bytes) -> Stream:
    def drip() -> Iterator[bytes]:
        for byte in data:
            yield bytes([byte])
            time.sleep(0.1)

    return drip


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ESCAPE = b"\x1b]0;pwned\x07\x1b[31m\xe2\x80\xae"

# Responses that are not pages.
BROKEN: Answers = {
    "nothing": b"",
    "one byte": b"H",
    "no end of headers": HEAD,
    "other protocol": b"SSH-2.0-OpenSSH\r\n",
    "zeros": bytes(100_000),
    "status line of rubbish": bytes(range(256)) * 50 + b"\r\n\r\n",
    "endless status line": b"HTTP/1.1 200 " + b"x" * 200_000,
    "status is no number": answer(status=b"OK"),
    "status below": answer(status=b"-200 OK"),
    "status of 5,000 digits": answer(status=b"2" * 5_000),
    "other version": b"HTTP/9.9" + answer()[8:],
    "reason with escapes": answer(b"", status=b"500 " + ESCAPE),
    "reason of 60 kB": answer(b"", status=b"500 " + b"x" * 60_000),
    "204": answer(b"", status=b"204 No Content"),
    "304": answer(b"", status=b"304 Not Modified"),
    "empty": answer(b""),
    "endless 100": for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless header": for_ever(HEAD + b"X: ", b"x" * 1000),
    "endless headers": for_ever(HEAD, b"X-A: b\r\n"),
    "100,000 headers": HEAD + b"X-A: b\r\n" * 100_000 + b"\r\n",
    "endless body": for_ever(HEAD + b"\r\n", b"<p>" * 1000),
    "slow body": slowly(HEAD + b"\r\n" + PAGE),
    "too short": answer(PAGE[:300], length=b"500"),
    "length too large": answer(length=b"999999999999999999999"),
    "kind with escapes": answer(kind=b"image/" + ESCAPE),
    "kind of 60 kB": answer(kind=b"x/" + b"y" * 60_000),
    "redirect without end": to(b"/redirect without end?"),
    "redirect to itself": to(b"redirect%20to%20itself"),
    "redirect to half an address": to(b"http://["),
    "redirect to an address of rubbish": to(b"http://[v1.x]:80/"),
    "redirect to a port of rubbish": to(b"http://127.0.0.1:lan/"),
    "redirect to a negative port": to(b"http://127.0.0.1:-1/"),
    "redirect to a port too large": to(b"http://127.0.0.1:99999/"),
    "redirect to nowhere": to(b"http://"),
    "redirect to an empty label": to(b"http://a..b/"),
    "redirect to a long host": to(b"http://" + b"a" * 60_000 + b"/"),
    "redirect to a zero byte": to(b"http://a\0b/"),
    "redirect to escapes": to(b"http://127.0.0.1:1/" + ESCAPE),
    "redirect to bad letters": to(b"http://\xe2\x84\x80.example/"),
    "redirect to a file": to(b"file:///etc/passwd"),
    "redirect to data": to(b"data:text/html,<p>"),
    "redirect with a password": to(b"http://lan:bimat@127.0.0.1:1/"),
    "redirect with half a password": to(b"http://lan:bimat/x@127.0.0.1:1/"),
    "redirect with a password and other letters": to("http://lan:bimat@a℀b/".encode()),
    "redirect to a long place": to(b"/letters that are none?" + b"x" * 60_000),
    "letters that are none": answer(b"<html>" + b"\xe9" * 500),
    "chunk below": chunked(b"-5\r\nabc\r\n"),
    "chunk of 1,000 digits": chunked(b"f" * 1_000 + b"\r\nabc"),
    "chunk of 60,000 digits": chunked(b"f" * 60_000 + b"\r\nabc"),
    "chunk too large": chunked(b"fffffffffffffff\r\nabc"),
    "chunk of no size": chunked(b"\r\n\r\n"),
    "chunk of rubbish": chunked(b"zz\r\nabc\r\n"),
    "chunk cut": chunked(b"100\r\nabc"),
    "chunks without end": chunked(chunk()),
    "endless chunks": for_ever(chunked(), b"1\r\n<\r\n"),
    "endless trailer": for_ever(chunked(chunk(), b"0\r\n"), b"X: y\r\n"),
    "gzip of nothing": answer(b"", b"Content-Encoding: gzip"),
    "gzip of rubbish": answer(PAGE, b"Content-Encoding: gzip"),
    "gzip cut": answer(gzip.compress(PAGE)[:-9], b"Content-Encoding: gzip"),
    "gzip damaged": answer(gzip.compress(PAGE)[:-8] + bytes(8), b"Content-Encoding: gzip"),
    "gzip twice": answer(gzip.compress(PAGE) * 2, b"Content-Encoding: gzip"),
    "gzip bomb": answer(gzip.compress(bytes(20_000_000)), b"Content-Encoding: gzip"),
    "deflate bomb": answer(zlib.compress(bytes(20_000_000)), b"Content-Encoding: deflate"),
    "unknown packing": answer(PAGE, b"Content-Encoding: " + ESCAPE),
}

CHARSETS = (
    b"rot13", b"zip", b"zlib", b"bz2", b"idna", b"punycode", b"unicode_escape", b"undefined",
    b"raw_unicode_escape", b"base64", b"hex", b"uu", b"quopri", b"utf-7", b"utf-16", b"utf-32",
    b"UTF-16LE", b"ascii", b"utf\0-8", b"", b"\xff", b"'", b"..", b"os", b"encodings.rot_13",
    b"x" * 60_000, b"*0*=utf-8''x", ESCAPE,
)  # fmt: skip

# Unusual pages that can be read.
READABLE: Answers = {
    "page": answer(),
    "chunks": chunked(chunk(PAGE[:99]), chunk(PAGE[99:]), b"0\r\n\r\n"),
    "after 100": b"HTTP/1.1 100 Continue\r\n\r\n" + answer(),
    "no length": answer(length=b""),
    "length below": answer(length=b"-7"),
    "length of rubbish": answer(length=b"viele"),
    "no kind": answer(kind=None),
    "kind of rubbish": answer(kind=b"\xff;;;=;charset"),
    "kind of quotes": answer(kind=KIND + b';"' * 20_000),
    "kind with parts": answer(kind=b"text/html; a*" + b"9" * 5_000 + b"=x"),
    "packed": answer(gzip.compress(PAGE), b"Content-Encoding: gzip"),
    "zero bytes": answer(PAGE.replace(b" v", b"\0 \0v")),
    "escapes": answer(PAGE.replace(b" v", b" &#27;[31m&#xfffe; v")),
    "escapes in its URL": to(b"/page?" + ESCAPE),
    "headers of 6 MB": answer(PAGE, *[b"X: " + b";=\"" * 20_000] * 90),
    **{f"charset {name[:20]!r}": answer(kind=b"text/html; charset=" + name) for name in CHARSETS},
}  # fmt: skip
ANSWERS = {**BROKEN, **READABLE}


@contextlib.contextmanager
def serve(answers: Answers) -> Iterator[str]:
    """Serve `answers` by name; yields the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, answers), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def _accept(listener: socket.socket, answers: Answers) -> None:
    with contextlib.suppress(OSError):  # the listener was closed
        while True:
            place, _ = listener.accept()
            threading.Thread(target=_answer, args=(place, answers), daemon=True).start()


def _answer(place: socket.socket, answers: Answers) -> None:
    # The reader may have had enough, which is what most answers are about.
    with place, contextlib.suppress(OSError):
        place.settimeout(20)
        request = b""
        while b"\r\n\r\n" not in request:
            if not (piece := place.recv(65_536)):
                return
            request += piece
        name = request.split(b" ", 2)[1].partition(b"?")[0].decode("latin-1")
        found = answers.get(unquote(name).lstrip("/"), b"")
        for piece in [found] if isinstance(found, bytes) else found():
            place.sendall(piece)
