"""Fetching one page over HTTP, with checked addresses, limited redirects and bounded bodies."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin

from vnsum.checkpoints.resolution import is_offline
from vnsum.errors import FetchError, VnsumError
from vnsum.reading.web.addresses import find_addresses
from vnsum.reading.web.deadline import Deadline, TimedSocket
from vnsum.reading.web.limits import Limits
from vnsum.reading.web.urls import PORTS, ascii_host, clip, host_header, parse, show, target
from vnsum.version import __version__

USER_AGENT = f"vnsum/{__version__} (a Python library, reading one page that its user named)"
HTML_TYPES = ("text/html", "application/xhtml+xml")
TEXT_TYPES = ("text/plain", "text/markdown")
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 65_536

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|!--|head|body)", re.IGNORECASE)
_CHARSET = re.compile(
    r"""charset\s*=\s*(?:["']\s*)?([\w.:-]{1,40})(?![\w.:-])""", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched page: `url` after redirects, decompressed `data`, and the declared `charset`."""

    url: str
    data: bytes
    is_html: bool
    charset: str | None = None


def fetch(url: str, *, limits: Limits | None = None, offline: bool | None = None) -> Page:
    """Return the page at an `http` or `https` URL, following redirects.

    Raises `FetchError`, with the reason, if it fails, exceeds a limit, or is not text. With
    `offline=True` (or `VNSUM_OFFLINE=1`) it always raises.
    """
    if is_offline(offline):
        raise FetchError(
            f"cannot fetch {show(url)}: vnsum is offline (offline=True, VNSUM_OFFLINE or "
            "HF_HUB_OFFLINE); save the page and read the file"
        )
    limits = limits or Limits()
    deadline = Deadline(limits.timeout)
    seen = [url]
    try:
        while True:
            answer = _get(parse(seen[-1]), limits, deadline)
            if isinstance(answer, Page):
                return answer
            if len(seen) > limits.redirects:
                raise FetchError(f"it redirects more than {limits.redirects} times")
            try:
                place = urljoin(seen[-1], answer)
            except ValueError:
                raise FetchError(f"it redirects to {show(answer)!r}, which is not a URL") from None
            if place in seen:
                raise FetchError("it redirects in a circle (pages that want cookies do)")
            seen.append(place)
    except Exception as error:  # a response may raise anything
        place = " redirected to ".join(map(show, dict.fromkeys([seen[0], seen[-1]])))
        raise FetchError(f"cannot fetch {place}: {clip(_reason(error, deadline))}") from error


def _reason(error: Exception, deadline: Deadline) -> str:
    if isinstance(error, TimeoutError):
        return str(deadline.error())
    if isinstance(error, VnsumError | OSError):
        return getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"the server's answer cannot be read ({type(error).__name__}: {error})"


def _get(parts: SplitResult, limits: Limits, deadline: Deadline) -> Page | str:
    """Return the page, or the location it redirects to."""
    connected = _connect(parts, limits, deadline)
    try:
        connection = http.client.HTTPConnection(ascii_host(parts))
        connection.sock = TimedSocket(connected, deadline)
        connection.request("GET", target(parts), headers={
            "Host": host_header(parts),
            "User-Agent": USER_AGENT,
            "Accept": "text/html, application/xhtml+xml, text/plain;q=0.8",
            "Accept-Encoding": "gzip",
            "Accept-Language": "vi, en;q=0.8",
            "Connection": "close",
        })  # fmt: skip
        return _read_answer(parts, connection.getresponse(), limits)
    finally:
        connected.close()


def _connect(parts: SplitResult, limits: Limits, deadline: Deadline) -> socket.socket:
    """Connect to the first address of the host that accepts; all of them are checked first."""
    host = ascii_host(parts)
    port = parts.port or PORTS[parts.scheme]
    addresses = find_addresses(host, allow_private=limits.allow_private, deadline=deadline)
    refused: OSError | None = None
    for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        try:
            place = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # such as a system without IPv6
            refused = error
            continue
        try:
            place.settimeout(deadline.remaining() / left)  # leave time for the other addresses
            place.connect((address, port))
            if parts.scheme == "http":
                return place
            place.settimeout(deadline.remaining())
            return _tls().wrap_socket(place, server_hostname=host)
        except OSError as error:
            place.close()
            refused = error
        except BaseException:
            place.close()
            raise
    raise refused or FetchError(f"the host {host!r} has no address")


def _tls() -> ssl.SSLContext:
    """Return a TLS context with the certificates of the system and, if installed, certifi."""
    context = ssl.create_default_context()
    try:
        import certifi
    except ImportError:
        return context
    context.load_verify_locations(certifi.where())
    return context


def _read_answer(
    parts: SplitResult, answer: http.client.HTTPResponse, limits: Limits
) -> Page | str:
    place = answer.headers.get("Location")
    if answer.status in REDIRECTS and place:
        return _as_utf8(place)
    if answer.status != http.client.OK:
        raise FetchError(f"the server answered {answer.status} {clip(answer.reason)}".rstrip())
    named = answer.headers.get("Content-Type", "")
    kind = named.partition(";")[0].strip().lower()
    if kind.count("/") == 1 and kind not in HTML_TYPES + TEXT_TYPES:
        raise FetchError(f"it is {clip(kind)}, and only web pages and plain text can be read")
    charset = _CHARSET.search(named)
    data = _read_body(answer, limits)
    return Page(
        url=parts.geturl(),
        data=data,
        is_html=kind in HTML_TYPES or _MARKUP.match(data) is not None,
        charset=charset[1] if charset else None,
    )


def _as_utf8(header: str) -> str:
    """Return a header decoded as UTF-8 if possible, instead of Latin-1 as in the standard."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _read_body(answer: http.client.HTTPResponse, limits: Limits) -> bytes:
    """Read and decompress the body in chunks, so that neither size exceeds the limit."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"it is compressed as {clip(coding)!r}, which was not requested")
    if answer.length is not None and answer.length > limits.max_bytes:
        raise _too_large(limits, f"it has {clip(f'{answer.length:,}')}")
    unpack = zlib.decompressobj(wbits=47) if coding not in ("identity", "") else None
    body = bytearray()
    received = 0
    while piece := answer.read(CHUNK):
        received += len(piece)
        if received > limits.max_bytes:
            raise _too_large(limits, "it has more")
        body += unpack.decompress(piece, limits.max_bytes - len(body) + 1) if unpack else piece
        if len(body) > limits.max_bytes:
            raise _too_large(limits, "it is larger when decompressed")
    if unpack is not None and unpack.unused_data:
        raise FetchError("its packed content is followed by something else")
    if answer.length or (unpack is not None and not unpack.eof):
        raise FetchError(f"the connection closed after {received:,} bytes, before the end")
    return bytes(body)


def _too_large(limits: Limits, what: str) -> FetchError:
    return FetchError(
        f"pages of up to {limits.max_bytes:,} bytes are read and {what}: allow more with max_bytes="
    )
