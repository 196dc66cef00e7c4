"""Faults 26 and 28: requests that no honest caller sends, to the service itself and behind nginx."""

from __future__ import annotations

import pytest

from tests.deploy.hostile import LARGEST, MALFORMED, OVERSIZED, SMUGGLING, TOO_MUCH, WRITTEN_ANEW, statuses
from tests.deploy.nginx import Nginx
from tests.faults.server import Server
from tests.faults.wire import Wire

GROWTH_BYTES = 2**20


def judged(port: int, sent: bytes, allowed: frozenset[int]) -> None:
    found = statuses(port, sent)
    assert len(found) == 1, found
    assert found[0] in allowed


@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_the_service_never_takes_what_could_be_taken_for_something_else(proxied: Server, sent: bytes) -> None:
    judged(proxied.port, sent, MALFORMED)


@pytest.mark.parametrize("name", [name for name in SMUGGLING if name not in WRITTEN_ANEW])
def test_nor_does_nginx(front: Nginx, name: str) -> None:
    judged(front.port, SMUGGLING[name], MALFORMED)


@pytest.mark.parametrize("name", WRITTEN_ANEW)
def test_or_it_writes_it_anew(front: Nginx, wire: Wire, name: str) -> None:
    before = len(wire.kept(path="/inbox"))
    assert statuses(front.port, SMUGGLING[name]) == [202] * WRITTEN_ANEW[name]
    assert len(wire.kept(path="/inbox")) - before == WRITTEN_ANEW[name]


@pytest.mark.parametrize("sent", OVERSIZED.values(), ids=OVERSIZED)
def test_the_service_bounds_a_head_and_holds_no_memory_for_it(proxied: Server, sent: bytes) -> None:
    before = resident_bytes(proxied)
    judged(proxied.port, sent, TOO_MUCH)
    assert resident_bytes(proxied) - before <= GROWTH_BYTES


@pytest.mark.parametrize("sent", OVERSIZED.values(), ids=OVERSIZED)
def test_so_it_does_behind_nginx(front: Nginx, sent: bytes) -> None:
    judged(front.port, sent, TOO_MUCH)


@pytest.mark.parametrize("sent", LARGEST.values(), ids=LARGEST)
def test_the_largest_head_within_bounds_is_taken(proxied: Server, front: Nginx, sent: bytes) -> None:
    assert (statuses(proxied.port, sent), statuses(front.port, sent)) == ([202], [202])


def resident_bytes(server: Server) -> int:
    """How much memory the process holds."""
    assert server.process is not None
    with open(f"/proc/{server.process.pid}/status") as status:  # noqa: PTH123 # no file on a disk
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))
