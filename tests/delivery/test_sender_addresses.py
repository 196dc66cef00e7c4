"""Addresses that may not be reached: whatever leads there, no connection comes to who listens."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence

import pytest

from letterbox.delivery.egress import Egress
from letterbox.delivery.sender import Answer
from letterbox.delivery.sender.resolving import Resolver
from tests.delivery.conftest import Names
from tests.delivery.letters import to
from tests.delivery.receivers import OK, receiving, sending
from tests.delivery.spellings import ALL, LOOPBACK

STRICT = Egress()
BESIDE = "127.0.0.2"  # a loopback address that an operator allows, and no other
ONLY_BESIDE = Egress((ipaddress.ip_network(BESIDE),))


@pytest.fixture(scope="module")
def victim() -> Iterator[socket.socket]:
    """Listens on every address of this machine, of both families where there are two."""
    dual = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if dual else socket.AF_INET
    with socket.create_server(("", 0), family=family, dualstack_ipv6=dual) as listener:
        listener.settimeout(0)
        yield listener


def port_of(victim: socket.socket) -> int:
    return int(victim.getsockname()[1])


def is_reached(victim: socket.socket) -> bool:
    try:
        victim.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def posted(*urls: str, egress: Egress = STRICT) -> list[Answer]:
    async def post() -> list[Answer]:
        async with sending(egress) as sender:
            return [await sender.send(to(url), timeout_seconds=2) for url in urls]

    return asyncio.run(post())


def test_the_listener_is_one_that_can_be_reached(victim: socket.socket) -> None:
    egress = Egress((ipaddress.ip_network("127.0.0.0/8"),))
    asyncio.run(dialled(f"http://127.0.0.1:{port_of(victim)}/", egress))
    assert is_reached(victim)


async def dialled(url: str, egress: Egress) -> None:
    async with sending(egress) as sender:
        await sender.send(to(url), timeout_seconds=0.05)


def numbers_of(host: str) -> Sequence[str]:
    """What this machine makes of numbers, without asking anybody for a name."""
    found = socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(address[0]) for *_, address in found]


def test_no_spelling_of_an_address_reaches_a_listener(
    victim: socket.socket, look_up: Callable[[Callable[[str], Sequence[str]]], None]
) -> None:
    look_up(numbers_of)
    hosts = [host for host in ALL if "localhost" not in host.lower()]
    answers = posted(*(f"{scheme}://{host}:{port_of(victim)}/" for host in hosts for scheme in ("http", "https")))
    assert {answer.error for answer in answers} == {"blocked_address", "dns_failure"}
    assert sum(answer.error == "dns_failure" for answer in answers) < 20  # odd ones that the system takes for names
    assert not is_reached(victim)


@pytest.mark.parametrize(
    "addresses",
    [
        *([host.strip("[]")] for host in LOOPBACK if host.startswith("[")),
        ["127.0.0.1"],
        ["0.0.0.0"],  # noqa: S104 # what nobody may reach
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["2606:4700::1111", "::1"],
        ["fe80::1%eth0"],
        ["nonsense"],
    ],
    ids=",".join,
)
def test_a_name_with_one_blocked_address_reaches_nothing(
    victim: socket.socket, resolved: Names, addresses: Sequence[str]
) -> None:
    resolved["good.example"] = addresses
    answers = posted(f"http://good.example:{port_of(victim)}/", f"https://good.example:{port_of(victim)}/")
    assert [answer.error for answer in answers] == ["blocked_address"] * 2
    assert not is_reached(victim)


@pytest.mark.parametrize("name", ["localhost", "LocalHost"])
def test_the_names_that_this_machine_has_for_itself_reach_nothing(victim: socket.socket, name: str) -> None:
    (answer,) = posted(f"http://{name}:{port_of(victim)}/")
    assert answer.error == "blocked_address"
    assert not is_reached(victim)


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_what_is_dialled(
    look_up: Callable[[Callable[[str], Sequence[str]]], None],
) -> None:
    answers = iter([[BESIDE], ["127.0.0.1"]])
    look_up(lambda _: next(answers))

    async def post() -> tuple[list[Answer], int, int]:
        async with receiving(OK, address=BESIDE) as receiver, sending(ONLY_BESIDE) as sender:
            url = f"http://rebinding.example:{receiver.port}/"
            first = await sender.send(to(url), timeout_seconds=5)
            async with sending(ONLY_BESIDE) as later:
                return [first, await later.send(to(url), timeout_seconds=5)], receiver.connections, len(list(answers))

    (first, second), connections, unasked = asyncio.run(post())
    assert first.error is None
    assert second.error == "blocked_address"
    assert (connections, unasked) == (1, 0)


def test_an_address_that_no_resolver_vetted_is_still_not_dialled(
    victim: socket.socket, resolved: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved["good.example"] = ["127.0.0.1"]
    monkeypatch.setattr(Resolver, "_refuse_blocked", lambda _self, _addresses: None)
    (answer,) = posted(f"http://good.example:{port_of(victim)}/")
    assert answer.error == "blocked_address"
    assert not is_reached(victim)


def test_the_operators_networks_are_reached_and_the_address_beside_them_is_not(victim: socket.socket) -> None:
    async def post() -> tuple[Answer, Answer]:
        async with receiving(OK, address=BESIDE) as receiver, sending(ONLY_BESIDE) as sender:
            allowed = await sender.send(to(f"http://{BESIDE}:{receiver.port}/"), timeout_seconds=5)
            return allowed, await sender.send(to(f"http://127.0.0.1:{port_of(victim)}/"), timeout_seconds=5)

    allowed, beside = asyncio.run(post())
    assert allowed.error is None
    assert beside.error == "blocked_address"
    assert not is_reached(victim)
