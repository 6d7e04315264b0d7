"""Where a host really is: its addresses, resolved in time and checked to be public."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading

from vnsum.errors import FetchError
from vnsum.reading.web.deadline import Deadline

Address = tuple[socket.AddressFamily, str]

# IPv4 addresses written as IPv6 ones for gateways.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def find_addresses(host: str, *, allow_private: bool, deadline: Deadline) -> list[Address]:
    """Return the addresses of `host`; connecting to these and no others leaves no second look-up.

    `FetchError` for a host that is not known, and for one with an address that is not public
    (loopback, private, link-local, reserved) unless `allow_private`.
    """
    found = _resolve(host, deadline)
    for _, address in found:
        if not allow_private and not is_public(address):
            shown = host if host == address else f"{host} ({address})"
            raise FetchError(
                f"{shown} is not a public address: if the page is really on your own machine or "
                "network, ask for it with allow_private=True (--allow-private)"
            )
    return list(dict.fromkeys(found))


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet, however it is written.

    >>> is_public("93.184.216.34"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        embedded = [v4 for v4 in inner if v4 is not None]
        if embedded:
            return all(is_public(str(v4)) for v4 in embedded)
    return ip.is_global and not ip.is_multicast


def _resolve(host: str, deadline: Deadline) -> list[Address]:
    """Look a host up in a thread of its own, since a look-up cannot be stopped."""
    answers: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put([(family, str(place[0])) for family, *_, place in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty:
        raise deadline.error() from None
    if isinstance(answer, Exception):
        reason = getattr(answer, "strerror", None) or answer
        raise FetchError(f"the host {host!r} is not known: {reason}") from answer
    return answer
