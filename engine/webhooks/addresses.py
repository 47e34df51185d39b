"""Keeps messages from being led into the house: only addresses of the public internet are connected to.

A name is looked up once for each attempt, every address that it stands for is judged, and the connection is made to one
of those and not to the name: a name that stands for another address the second time gains nothing. Networks of the
house are let in by name alone (CASEWRIGHT_WEBHOOK_NETWORKS).
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engine import configuration
from engine.errors import Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[..., Sequence[tuple[Any, ...]]]  # as socket.getaddrinfo

LONGEST_URL = 2_000
# Global by their number, but within the house: how clouds tell a machine its secrets, and IPv4 inside IPv6.
_WITHIN = tuple(
    ip_network(text)
    for text in "168.63.129.16/32 192.0.0.0/24 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32 ::/96".split()
)


class OutOfBounds(Exception):
    """This is no address to which anything is sent."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the name that was asked for, and the addresses that were judged."""

    host: str
    port: int
    path: str  # with the query
    is_tls: bool
    addresses: tuple[Address, ...]


def check(url: str) -> str:
    """Return the address of a receiver as it is kept. Raises Invalid; a name is judged when something is sent."""
    url = url.strip()
    try:
        parts = _parts(url)
        if (written := _as_address(parts.hostname or "")) is not None:
            _judge(written, is_tls=parts.scheme == "https")
        elif _is_here(parts.hostname or "") and not _is_own(IPv4Address("127.0.0.1")):
            raise OutOfBounds("It leads to this machine")
    except OutOfBounds as fault:
        sentence = f"{fault}. Enter an address such as https://receiver.example/hooks"
        raise Invalid(errors={"address": sentence}) from fault
    return url


def locate(url: str, *, resolve: Resolve | None = None) -> Target:
    """Look the receiver up and judge what was found. `resolve` is socket.getaddrinfo, or what stands in for it.

    Raises:
        OutOfBounds: it is no https address, or leads to where nothing is sent.
        OSError: there is no such name.
    """
    parts = _parts(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    found = (resolve or socket.getaddrinfo)(host, port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(ip_address(str(one[4][0])) for one in found))
    for address in addresses:
        _judge(address, is_tls=is_tls)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, path, is_tls, addresses)


def _parts(url: str) -> SplitResult:
    """Split a URL. Raises OutOfBounds."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise OutOfBounds("It is not the address of a receiver") from None
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise OutOfBounds("It is too long, or has characters that no address has")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise OutOfBounds("It is not an https address")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise OutOfBounds("It begins with http, where everybody on the way could read it: it must be https")
    if parts.username or parts.password or parts.fragment:
        raise OutOfBounds("It has a user, password or #fragment in it")
    return parts


def _judge(address: Address, *, is_tls: bool) -> None:
    """Raise OutOfBounds unless something may be sent to the address; unencrypted only to this very machine."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if _is_own(address) and (is_tls or address.is_loopback):
        return
    is_public = address.is_global and not address.is_multicast and not address.is_reserved
    if not is_tls or not is_public or any(address in network for network in _WITHIN):
        raise OutOfBounds(f"It leads to {address}, which is not on the public internet")


def _is_own(address: Address) -> bool:
    return any(address in network for network in configuration.current().webhook_networks)


def _as_address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_here(host: str) -> bool:
    """Say whether a host is this machine by its name."""
    address = _as_address(host)
    return address.is_loopback if address is not None else host == "localhost" or host.endswith(".localhost")
