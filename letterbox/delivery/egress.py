"""Which addresses deliveries may reach: none inside our own network, unless the operator allows it.

It is asked twice: when a destination is saved, for a clear answer, and with the very address that is dialled, since a
name may resolve to anything by then.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from letterbox.config import Network

URL_CHARACTERS = 2048
HOST_CHARACTERS = 253
MOST_PORT = 65535
OCTETS, OCTET = 4, 256

# `ipaddress.is_global` is not enough: Python 3.11 holds 64:ff9b::7f00:1, 2002:7f00:1::, ::127.0.0.1 and 224.0.0.1 for
# public ones. So here is each network that is not for the public, and what says so.
BLOCKED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host on this network: RFC 791, 3.2
        "10.0.0.0/8",  # private: RFC 1918
        "100.64.0.0/10",  # shared with the provider: RFC 6598
        "127.0.0.0/8",  # loopback: RFC 1122, 3.2.1.3
        "168.63.129.16/32",  # Azure's platform: a public address that is answered inside of each machine there
        "169.254.0.0/16",  # link-local, where clouds keep their metadata: RFC 3927
        "172.16.0.0/12",  # private: RFC 1918
        "192.0.0.0/24",  # protocol assignments: RFC 6890, 2.1
        "192.0.2.0/24",  # documentation: RFC 5737
        "192.88.99.0/24",  # relays of 6to4, ended: RFC 7526
        "192.168.0.0/16",  # private: RFC 1918
        "198.18.0.0/15",  # benchmarks: RFC 2544
        "198.51.100.0/24",  # documentation: RFC 5737
        "203.0.113.0/24",  # documentation: RFC 5737
        "224.0.0.0/4",  # multicast: RFC 5771
        "240.0.0.0/4",  # reserved, with the limited broadcast: RFC 1112, 4; RFC 8190
        # Whatever is not in 2000::/3 is no global unicast (RFC 4291, 2.4; IANA's registry of the address space). It has
        # ::/96 (RFC 4291, 2.5.5.1), NAT64's 64:ff9b::/96 and 64:ff9b:1::/48 (RFC 6052; RFC 8215), 100::/64 (RFC 6666),
        # 5f00::/16 (RFC 9602), fc00::/7 (RFC 4193), fe80::/10 and ff00::/8 (RFC 4291), fec0::/10 (RFC 3879).
        "::/3",
        "4000::/2",
        "8000::/1",
        "2001::/23",  # protocol assignments: RFC 2928, with Teredo's 2001::/32 (RFC 4380) and ORCHID (RFC 7343)
        "2001:db8::/32",  # documentation: RFC 3849
        "2002::/16",  # 6to4, which carries an IPv4 address: RFC 3056
        "3fff::/20",  # documentation: RFC 9637
    )
)

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"({_LABEL}\.)*{_LABEL}\.?")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")  # a host whose last label is one is an address: URL standard, 3.5


class BlockedAddress(OSError):
    """An address that deliveries may not reach; it never is dialled."""


class Egress:
    """The rule of one process; `allow` lifts the block for the networks of an operator's own."""

    def __init__(self, allow: tuple[Network, ...] = ()) -> None:
        self._allow = allow

    def is_blocked(self, address: str) -> bool:
        """Whether this address may not be dialled; what is no address at all may not."""
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return True
        mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None  # it is dialled as IPv4
        return _is_in(mapped or parsed, BLOCKED) and not _is_in(mapped or parsed, self._allow)

    def fault_of(self, url: str) -> str | None:
        """What is wrong with the URL of a destination; None if it can be saved."""
        if len(url) > URL_CHARACTERS:
            return f"A URL has at most {URL_CHARACTERS:,} characters."
        if not url.isascii() or not url.isprintable() or " " in url:
            return "A URL is printable ASCII without spaces; encode what is not, and write a host's name as xn--…"
        parts = _URL.fullmatch(url)
        if parts is None or parts["scheme"].lower() not in ("http", "https"):
            return "A URL begins with https:// or http://."
        if "#" in parts["rest"]:
            return "A URL has no fragment here: what follows # would never be sent."
        return self._fault_of_authority(parts["authority"])

    def _fault_of_authority(self, authority: str) -> str | None:
        if "@" in authority:
            return "A URL has no user and password here; put them into a header."
        parts = _AUTHORITY.fullmatch(authority)
        if parts is None:
            return "A URL names a host after //, and a port after : if it needs one."
        if parts["port"] is not None and not 1 <= int(parts["port"]) <= MOST_PORT:
            return f"A port is a number from 1 to {MOST_PORT:,}."
        return self._fault_of_host(parts["host"])

    def _fault_of_host(self, host: str) -> str | None:
        if host.startswith("["):
            return self._fault_of_literal(host[1:-1])
        name = host.lower().removesuffix(".")
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            return self._fault_of_number(host)
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3: always loopback
            return self._fault_of_address("127.0.0.1")
        if len(host) > HOST_CHARACTERS or not _NAME.fullmatch(host):
            return "This is not a host's name."
        return None

    def _fault_of_number(self, host: str) -> str | None:
        """Of one address in one of its many spellings, which are dialled by some and refused by others."""
        address = address_of(host)
        if address is None:
            return "This is neither a host's name nor an address."
        return self._fault_of_address(address) or (None if address == host else f"Write the address as {address}.")

    def _fault_of_literal(self, address: str) -> str | None:
        try:
            ipaddress.IPv6Address(address)
        except ValueError:
            return "What stands in brackets is an IPv6 address."
        return self._fault_of_address(address)

    def _fault_of_address(self, address: str) -> str | None:
        if not self.is_blocked(address):
            return None
        return f"{address} is not a public address. LETTERBOX_EGRESS_ALLOW names what may be reached all the same."


def address_of(host: str) -> str | None:
    """The IPv4 address that resolvers make of numbers: decimal, octal or hexadecimal ones, four or fewer."""
    try:
        *first, last = [_number(part) for part in host.removesuffix(".").split(".")]
    except ValueError:
        return None
    left = OCTETS - len(first)  # octets that the last number fills
    if left < 1 or any(part >= OCTET for part in first) or last >= OCTET**left:
        return None
    upper = sum(part * OCTET ** (OCTETS - 1 - index) for index, part in enumerate(first))
    return str(ipaddress.IPv4Address(upper + last))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") else 10)


def _is_in(address: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
