"""Getting one page over HTTP: URLs checked, redirects followed a few times, bodies bounded."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from vnsum.checkpoints.location import is_offline
from vnsum.errors import FetchError
from vnsum.reading.web.addresses import find_addresses
from vnsum.reading.web.deadline import Deadline, TimedSocket
from vnsum.reading.web.limits import Limits
from vnsum.version import __version__

USER_AGENT = f"vnsum/{__version__} (a Python library, reading one page that its user named)"
HTML_TYPES = ("text/html", "application/xhtml+xml")
TEXT_TYPES = ("text/plain", "text/markdown")
REDIRECTS = (301, 302, 303, 307, 308)
PORTS = {"http": 80, "https": 443}
CHUNK = 65_536

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|!--|head|body)", re.IGNORECASE)
_RESERVED = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it came: `url` after redirects, its bytes unpacked, what the server says of them.

    `charset` is `None` where the server names none.
    """

    url: str
    data: bytes
    is_html: bool
    charset: str | None = None


def fetch(url: str, *, limits: Limits | None = None, offline: bool | None = None) -> Page:
    """Return the page at an `http` or `https` URL, following redirects.

    `FetchError` names what stopped it: the limit, the status, the address, the kind of content.
    `offline=True` (or `VNSUM_OFFLINE=1`) refuses before anything is sent.
    """
    if is_offline(offline):
        raise FetchError(
            f"cannot fetch {_shown(url)}: vnsum is offline, by offline=True, VNSUM_OFFLINE or "
            "HF_HUB_OFFLINE; save the page where there is a network and read the file"
        )
    limits = limits or Limits()
    deadline = Deadline(limits.timeout)
    seen: list[str] = []
    try:
        while True:
            if url in seen:
                raise FetchError("it redirects in a circle (pages that want cookies do)")
            seen.append(url)
            answer = _get(_parse(url), limits, deadline)
            if isinstance(answer, Page):
                return answer
            if len(seen) > limits.redirects:
                raise FetchError(f"it redirects more than {limits.redirects} times")
            url = urljoin(url, answer)
    except (FetchError, OSError, http.client.HTTPException, zlib.error) as error:
        place = " redirected to ".join(map(_shown, dict.fromkeys([seen[0], seen[-1]])))
        raise FetchError(f"cannot fetch {place}: {_reason(error, deadline)}") from error


def _reason(error: Exception, deadline: Deadline) -> str:
    if isinstance(error, TimeoutError):
        return str(deadline.error())
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _shown(url: str) -> str:
    """Return the URL for a message, without a password that may be in it."""
    return re.sub(r"(?<=://)[^/?#]*@", "", url)


def _parse(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise FetchError(f"this is no URL: {error}") from error
    if parts.scheme not in PORTS:
        raise FetchError(f"only http and https are fetched, not {parts.scheme!r}")
    if parts.username is not None or parts.password is not None:
        raise FetchError("URLs with a user name or password are not fetched: save the page")
    if not parts.hostname or port == 0 or _UNPRINTABLE.search(parts.netloc):
        raise FetchError("the URL has no valid host: expected https://host/path")
    return parts


def _get(parts: SplitResult, limits: Limits, deadline: Deadline) -> Page | str:
    """Return the page, or the place that it redirects to."""
    connected = _connect(parts, limits, deadline)
    try:
        connection = http.client.HTTPConnection(_ascii_host(parts))
        connection.sock = TimedSocket(connected, deadline)
        path = quote(parts.path or "/", safe=_RESERVED)
        query = f"?{quote(parts.query, safe=_RESERVED)}" if parts.query else ""
        connection.request("GET", path + query, headers={
            "Host": _host_header(parts),
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
    """Connect to the first address of the host that answers, all of them checked before."""
    host = _ascii_host(parts)
    port = parts.port or PORTS[parts.scheme]
    addresses = find_addresses(host, allow_private=limits.allow_private, deadline=deadline)
    refused: OSError | None = None
    for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        place = socket.socket(family, socket.SOCK_STREAM)
        try:
            place.settimeout(deadline.remaining() / left)  # an address that is dead leaves time
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
    """Trust what the system trusts, and what certifi does where it is installed."""
    context = ssl.create_default_context()
    try:
        import certifi
    except ImportError:
        return context
    context.load_verify_locations(certifi.where())
    return context


def _ascii_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchError(f"the host {host!r} is no valid name: {error}") from error


def _host_header(parts: SplitResult) -> str:
    host = _ascii_host(parts)
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"


def _read_answer(
    parts: SplitResult, answer: http.client.HTTPResponse, limits: Limits
) -> Page | str:
    place = answer.headers.get("Location")
    if answer.status in REDIRECTS and place:
        return _as_utf8(place)
    if answer.status != http.client.OK:
        raise FetchError(f"the server answered {answer.status} {answer.reason}".rstrip())
    kind = answer.headers.get_content_type() if "Content-Type" in answer.headers else None
    if kind is not None and kind not in HTML_TYPES + TEXT_TYPES:
        raise FetchError(f"it is {kind}, and only web pages and plain text can be read")
    data = _read_body(answer, limits)
    return Page(
        url=parts.geturl(),
        data=data,
        is_html=kind in HTML_TYPES or _MARKUP.match(data) is not None,
        charset=answer.headers.get_content_charset(),
    )


def _as_utf8(header: str) -> str:
    """Return a header as the UTF-8 that it often is, and not the Latin-1 of the standard."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _read_body(answer: http.client.HTTPResponse, limits: Limits) -> bytes:
    """Read and unpack the body piece by piece, so that neither form of it exceeds the limit."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"it is packed as {coding!r}, which was not asked for")
    if answer.length is not None and answer.length > limits.max_bytes:
        raise _too_large(limits, f"it has {answer.length:,}")
    unpack = zlib.decompressobj(wbits=47) if coding not in ("identity", "") else None
    body = bytearray()
    received = 0
    while piece := answer.read(CHUNK):
        received += len(piece)
        if received > limits.max_bytes:
            raise _too_large(limits, "it has more")
        body += unpack.decompress(piece, limits.max_bytes - len(body) + 1) if unpack else piece
        if len(body) > limits.max_bytes:
            raise _too_large(limits, "it unpacks to more")
    if unpack is not None and unpack.unused_data:
        raise FetchError("its packed content is followed by something else")
    if answer.length or (unpack is not None and not unpack.eof):
        raise FetchError(f"the connection closed after {received:,} bytes, before the end")
    return bytes(body)


def _too_large(limits: Limits, what: str) -> FetchError:
    return FetchError(
        f"pages of up to {limits.max_bytes:,} bytes are read and {what}: allow more with max_bytes="
    )
