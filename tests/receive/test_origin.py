"""From where: an endpoint takes requests from the networks that it names, and from everywhere if it names none."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.receive.origin import is_allowed, networks_of, violations_of

tried = settings(derandomize=True, deadline=None)
ALLOWED = networks_of(["203.0.113.0/24", "2001:db8::/32", "198.51.100.7", "::ffff:192.0.2.0/120", "::1"])


@pytest.mark.parametrize(
    "address",
    ["203.0.113.0", "203.0.113.255", "2001:db8::1", "2001:DB8:ffff::", "198.51.100.7", "192.0.2.9", "::ffff:192.0.2.9"],
)
def test_who_sends_from_a_network_that_is_named_is_let_in(address: str) -> None:
    assert is_allowed(ALLOWED, address)


@pytest.mark.parametrize(
    "address", ["203.0.114.0", "2001:db9::1", "198.51.100.8", "192.0.3.1", "0.0.0.1", "::cb00:7101"]
)
def test_who_sends_from_elsewhere_is_not(address: str) -> None:
    assert not is_allowed(ALLOWED, address)


@pytest.mark.parametrize(
    "address", [None, "", "unix:", "203.0.113.1:80", "203.0.113.1 ", "0xcb007101", "٢.٠.٠.١", "a" * 9999]
)
def test_who_has_no_address_is_not_let_in(address: str | None) -> None:
    assert not is_allowed(ALLOWED, address)


@pytest.mark.parametrize("address", [None, "", "203.0.113.1", "::1"])
def test_without_networks_everybody_is(address: str | None) -> None:
    assert is_allowed(networks_of([]), address)


@tried
@given(some.ip_addresses(v=4))
def test_an_address_counts_alike_however_a_socket_shows_it(address: IPv4Address) -> None:
    for networks in (networks_of([str(address)]), networks_of([f"::ffff:{address}"])):
        assert is_allowed(networks, str(address))
        assert is_allowed(networks, f"::ffff:{address}")
        assert is_allowed(networks, str(IPv6Address(f"::ffff:{address}")))


@tried
@given(some.ip_addresses(), some.ip_addresses())
def test_one_address_lets_in_itself_alone(one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address) -> None:
    assert is_allowed(networks_of([str(one)]), str(other)) == (one == other)


@pytest.mark.parametrize(
    "text",
    ["", "x", "203.0.113.1/24", "203.0.113.0/33", "1.2.3", "01.2.3.4", "2001:db8::1/32", "::/129", "1.2.3.4/", "/8"],
)
def test_what_is_no_network_is_named_by_its_place(text: str) -> None:
    assert [each["pointer"] for each in violations_of(["10.0.0.0/8", text], "/allow_from")] == ["/allow_from/1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("300.1.1.1", "no address"),
        ("a.example", "no address"),
        ("127.0.0.0/40", "from 0 to 32"),
        ("2001:db8::/129", "from 0 to 128"),
        ("1.2.3.4/", "from 0 to 32"),
        ("10.0.0.1/8", "10.0.0.0/8."),
        ("2001:db8::1/32", "2001:db8::/32."),
    ],
)
def test_each_mistake_in_a_network_has_a_sentence_of_its_own(text: str, said: str) -> None:
    (violation,) = violations_of([text], "/allow_from")
    assert said in violation["message"]


@tried
@given(some.text(alphabet="0123456789abcdef.:/%", max_size=50))
def test_whatever_is_no_network_is_told_why(text: str) -> None:
    try:
        networks_of([text])
    except ValueError:
        assert [each["message"][-1] for each in violations_of([text], "/allow_from")] == ["."]


def test_what_is_a_network_is_not() -> None:
    assert [*violations_of(["10.0.0.0/8", "::/0", "0.0.0.0/0", "127.0.0.1", "::ffff:0:0/96"], "/allow_from")] == []
