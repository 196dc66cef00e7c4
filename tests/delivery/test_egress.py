"""Egress: what no destination may be, when it is saved."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.delivery.egress import Egress, address_of
from tests.delivery.spellings import ALL, LOOPBACK, PUBLIC

tried = settings(derandomize=True, deadline=None)
STRICT = Egress()
LAN = Egress((ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8")))


def test_the_table_has_at_least_sixty_spellings_and_none_twice() -> None:
    assert len(set(ALL)) == len(ALL) >= 60


@pytest.mark.parametrize("host", ALL)
def test_no_destination_is_saved_that_is_this_address(host: str) -> None:
    for url in (f"http://{host}", f"https://{host}:8443/a?b", f"HTTP://{host}/"):
        assert STRICT.fault_of(url), url


@pytest.mark.parametrize("host", PUBLIC)
def test_a_destination_may_be_this_host(host: str) -> None:
    for url in (f"http://{host}", f"https://{host}:65535/a/../b?c=[d]&e=%zz", f"https://{host}?a"):
        assert STRICT.fault_of(url) is None


@tried
@given(some.ip_addresses())
def test_nothing_is_let_through_that_python_holds_for_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert address.is_global or STRICT.is_blocked(str(address))


@tried
@given(some.ip_addresses(v=4))
def test_an_address_within_ipv6_is_judged_as_the_address_that_is_dialled(address: ipaddress.IPv4Address) -> None:
    assert STRICT.is_blocked(f"::ffff:{address}") == STRICT.is_blocked(str(address))
    for around in (f"::{address}", f"64:ff9b::{address}", f"::ffff:0:{address}"):
        assert STRICT.is_blocked(around)


@tried
@given(some.ip_addresses(v=4), some.integers(1, 4), some.lists(some.sampled_from("doxX"), min_size=4, max_size=4))
def test_numbers_mean_the_address_that_the_system_makes_of_them(
    address: ipaddress.IPv4Address, count: int, bases: list[str]
) -> None:
    whole = list(address.packed)
    parts = [*whole[: count - 1], int.from_bytes(bytes(whole[count - 1 :]))]
    host = ".".join(written(part, base) for part, base in zip(parts, bases, strict=False))
    assert address_of(host) == str(address) == socket.inet_ntoa(socket.inet_aton(host))


def written(part: int, base: str) -> str:
    return {"d": f"{part}", "o": f"0{part:o}"}.get(base, f"0{base}{part:x}")


@pytest.mark.parametrize("host", ["1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.65536", "4294967296", "08.1.1.1", "a.1"])
def test_numbers_that_are_no_address_are_no_host(host: str) -> None:
    assert address_of(host) is None
    assert "neither" in (STRICT.fault_of(f"http://{host}/") or "")


def test_an_address_in_a_spelling_that_some_would_not_dial_is_to_be_written_plainly() -> None:
    assert STRICT.fault_of("http://0x8.8.2056/") == "Write the address as 8.8.8.8."


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "8.8.8", "x", "1.1.1.1.1", "fe80::1%eth0", "::1%25lo"])
def test_what_is_no_address_is_blocked(address: str) -> None:
    assert STRICT.is_blocked(address)


def test_the_operators_networks_are_let_through_and_nothing_beside_them() -> None:
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[fd00::1]"):
        assert LAN.fault_of(f"http://{host}/") is None, host
    for host in set(ALL) - {"[fd00:ec2::254]", "[fdff::1]"} - set(LOOPBACK):
        assert LAN.fault_of(f"http://{host}/"), host
    assert LAN.fault_of("http://[::1]/")
    assert LAN.fault_of("http://127.1/") == "Write the address as 127.0.0.1."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:a.example",
        "http:/a.example",
        "http://",
        "http:///a",
        "https://?a",
        "https://user@a.example/",
        "https://user:password@a.example/",
        "https://@a.example/",
        "https://a.example@127.0.0.1/",
        "https://a.example\\@127.0.0.1/",
        "https://a.example\\.b/",
        "https://a.example/#b",
        "https://a.example#",
        "https://a.example/\n",
        "https://a.example/\tb",
        "https://a.example/ b",
        " https://a.example/",
        "https://bücher.example/",
        "https://a.example/é",
        "https://１２７.0.0.1/",
        "https://a。example/",
        "https://127%2e0%2e0%2e1/",
        "https://%61.example/",
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:/",
        "https://a.example:+80/",
        "https://a.example:80:80/",
        "https://a..example/",
        "https://.a.example/",
        "https://-a.example/",
        "https://a-.example/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 127}example/",
        "https://[::1/",
        "https://[::1]a/",
        "https://[fe80::1%25eth0]/",
        "https://[1.2.3.4]/",
        "https://[]/",
        "https://::1/",
        "https://a,b/",
        "https://a.example/" + "a" * 2031,
    ],
)
def test_this_is_no_url_of_a_destination(url: str) -> None:
    assert STRICT.fault_of(url)


def test_a_url_has_up_to_2048_characters() -> None:
    assert STRICT.fault_of("https://a.example/" + "a" * 2030) is None
