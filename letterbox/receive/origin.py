"""The step origin: from which networks an endpoint takes requests, asked before the body is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from letterbox.errors import Violation

Network = IPv4Network | IPv6Network

PREFIX = re.compile("[0-9]{1,3}")
MAPPED = IPv6Network("::ffff:0:0/96")  # IPv4, as sockets show it that listen for both


def networks_of(allow_from: Sequence[str]) -> tuple[Network, ...]:
    """The networks that are declared, as addresses or CIDRs. Raises ValueError for what is neither."""
    return tuple(_network_of(text) for text in allow_from)


def is_allowed(networks: Sequence[Network], remote_address: str | None) -> bool:
    """Whether an endpoint takes something from this address; without networks, from everywhere."""
    if not networks:
        return True
    try:
        address = ip_address(remote_address or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def violations_of(allow_from: Sequence[str], pointer: str) -> Iterator[Violation]:
    """What is no network, each with its place below `pointer`."""
    for index, text in enumerate(allow_from):
        try:
            _network_of(text)
        except ValueError:
            yield Violation(pointer=f"{pointer}/{index}", keyword="network", message=_fault_of(text))


def _fault_of(text: str) -> str:
    """Why a text is no network."""
    address, _, prefix = text.partition("/")
    try:
        most = ip_address(address).max_prefixlen
    except ValueError:
        return "This is no address of IPv4 or IPv6."
    if not PREFIX.fullmatch(prefix) or int(prefix) > most:
        return f"The number after the slash is the length of the prefix, from 0 to {most} here."
    return f"The bits after the prefix are 0 in a network: {ip_network((address, int(prefix)), strict=False)}."


def _network_of(text: str) -> Network:
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        mapped = network.network_address.ipv4_mapped
        return IPv4Network(f"{mapped}/{network.prefixlen - MAPPED.prefixlen}")
    return network
