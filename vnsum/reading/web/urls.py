"""Validating URLs, encoding them for requests, and showing them without passwords."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

from vnsum.errors import FetchError

PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 253  # characters of a host name (RFC 1035)
SHOWN = 500  # characters of a URL or server response in a message

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_RESERVED = "%/:?#[]@!$&'()*+,;=~"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[/\\]*")


def parse(url: str) -> SplitResult:
    """Return the parts of a URL, with control characters percent-encoded.

    Raises `FetchError` for an invalid URL, for schemes other than `http` and `https`, and for URLs
    with a user name or password.
    """
    try:
        parts = urlsplit("".join(c if c.isprintable() else quote(c) for c in url.strip()))
        port = parts.port
    except ValueError:  # its message may contain a password
        raise FetchError("not a URL: expected https://host/path") from None
    if parts.scheme not in PORTS:
        raise FetchError(f"only http and https are fetched, not {clip(parts.scheme)!r}")
    if parts.username is not None or parts.password is not None:
        raise FetchError("URLs with a user name or password are not fetched: save the page")
    if not parts.hostname or port == 0 or _UNPRINTABLE.search(parts.netloc):
        raise FetchError("the URL has no valid host: expected https://host/path")
    return parts


def ascii_host(parts: SplitResult) -> str:
    """Return the host name in ASCII (IDNA). Raises `FetchError` for an invalid name."""
    host = parts.hostname or ""
    try:
        if len(host) > LONGEST_HOST:
            raise FetchError(
                f"the host has {len(host):,} characters; at most {LONGEST_HOST} are allowed"
            )
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchError(f"the host {host!r} is not a valid name: {error}") from error


def host_header(parts: SplitResult) -> str:
    """Return the value of the `Host` header for a URL."""
    host = ascii_host(parts)
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"


def target(parts: SplitResult) -> str:
    """Return the path and query of a URL, percent-encoded for a request."""
    path = quote(parts.path or "/", safe=_RESERVED)
    return path + (f"?{quote(parts.query, safe=_RESERVED)}" if parts.query else "")


def without_secrets(url: str) -> str:
    """Return a URL without user name and password.

    >>> without_secrets("https://lan:bimat@vidu.example/bai")
    'https://vidu.example/bai'
    """
    if "@" not in url:
        return url
    try:
        parts = urlsplit(url)
        if parts.hostname and (parts.port is None or parts.port >= 0):
            return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    except ValueError:
        pass
    # The URL is invalid: omit everything that may be a password.
    scheme = _SCHEME.match(url)
    return (scheme[0] if scheme else "") + url.rpartition("@")[2]


def show(url: str) -> str:
    """Return a URL for a message: on one line, shortened, without user name and password."""
    return clip(without_secrets(url))


def clip(text: str) -> str:
    """Return untrusted text for a message: shortened, with control characters escaped.

    >>> clip("500 \\x1b[31m")
    '500 \\\\x1b[31m'
    """
    text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )
