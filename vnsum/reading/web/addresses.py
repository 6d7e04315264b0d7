"""Resolving host names, with a time limit, and checking that their addresses are public."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading

from vnsum.errors import FetchError
from vnsum.reading.web.deadline import Deadline

Address = tuple[socket.AddressFamily, str]

# IANA special-purpose address registries (RFC 6890 and later); `ipaddress` in older versions of
# Python is incomplete. Blocks used by network services (6to4 relays, AS112, ORCHID) are not public
# either, since they have no web pages.
NOT_PUBLIC_V4 = tuple(map(ipaddress.IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/3",
)))  # fmt: skip
# Allocated by IANA for the public internet; the rest of IPv6 is special or unassigned.
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
# IETF protocols and Teredo, documentation, 6to4, AS112, documentation.
NOT_PUBLIC_V6 = tuple(map(ipaddress.IPv6Network, (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)))  # fmt: skip
# IPv4 addresses embedded in IPv6: IPv4-mapped and NAT64.
IPV4_IN_V6 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
ISATAP = (0x00005EFE, 0x02005EFE)  # bits 64 to 95 of an address that ends with an IPv4 address


def find_addresses(host: str, *, allow_private: bool, deadline: Deadline) -> list[Address]:
    """Return the addresses of `host`; connect to these only, to avoid a second lookup.

    Raises `FetchError` for an unknown host, and, unless `allow_private`, for a host with an address
    that is not public (loopback, private, link-local, reserved).
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
    """Return whether an IP address is public, in any notation.

    >>> is_public("93.184.216.34"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC_V4)
    inner = str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    if any(ip in network for network in IPV4_IN_V6):
        return is_public(inner)
    if int(ip) >> 32 & 0xFFFFFFFF in ISATAP and not is_public(inner):
        return False
    return ip in PUBLIC_V6 and not any(ip in network for network in NOT_PUBLIC_V6)


def _resolve(host: str, deadline: Deadline) -> list[Address]:
    """Resolve a host in a separate thread, since a lookup cannot be interrupted."""
    answers: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put([(family, str(place[0])) for family, *_, place in found])
        except (OSError, ValueError) as error:  # invalid names raise ValueError
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
