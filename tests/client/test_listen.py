"""`letterbox listen`: what an endpoint receives, forwarded to a program nearby."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest

from letterbox.client import listening
from letterbox.client.api import Api
from tests.client.cutting import cutting
from tests.client.hub import declare, judge, listen
from tests.client.nearby import Nearby, nearby
from tests.client.terminal import Terminal
from tests.faults.server import Server, free_port

SENDERS, EACH, CUTS = 4, 40, 20
SINCE = "2020-01-01T00:00:00Z"

pytestmark = pytest.mark.usefixtures("impatient")


def test_however_often_the_connection_is_cut_each_request_comes_once_and_in_order(
    terminal: Terminal, called: Server, local: Nearby
) -> None:
    declare(terminal)
    lots = random.Random(20)

    def send(sender: int) -> None:
        with called.client() as client:
            for number in range(EACH):
                body = b"%d %d " % (sender, number) + lots.randbytes(lots.randrange(2000))
                client.post("/in/default/hub/x", content=body).raise_for_status()

    with (
        cutting(called.port, [20_000, *(lots.randrange(200, 6000) for _ in range(CUTS - 1))]) as network,
        ThreadPoolExecutor(SENDERS) as senders,
    ):
        sending = [senders.submit(send, sender) for sender in range(SENDERS)]
        ended = listen(terminal, "--forward", local.url, "--limit", str(SENDERS * EACH), LETTERBOX_URL=network.url)
        assert [each.result() for each in sending] == [None] * SENDERS
        assert network.cuts == CUTS, ended
    assert (ended.status, ended.err.splitlines()[-1]) == (
        0,
        f"letterbox: {SENDERS * EACH} forwarded, all answered 2xx.",
    )
    kept = terminal.client.get("/v1/tail", params={"endpoint": "hub", "since": SINCE, "limit": SENDERS * EACH}).text
    digests = [json.loads(line[6:])["body_sha256"] for line in kept.splitlines() if line.startswith("data: ")]
    assert [hashlib.sha256(body).hexdigest() for body in local.bodies] == digests
    assert sorted(tuple(map(int, body.split(b" ", 2)[:2])) for body in local.bodies) == [
        (sender, number) for sender in range(SENDERS) for number in range(EACH)
    ]


def test_a_restart_of_the_service_is_waited_for(terminal: Terminal, called: Server, local: Nearby) -> None:
    declare(terminal)
    terminal.send("/hub/x", content=b"before")

    def restart() -> None:
        called.kill()
        called.start()
        called.wait_ready()
        terminal.send("/hub/x", content=b"after")

    restarting = threading.Thread(target=restart)
    local.on_first = restarting.start
    ended = listen(terminal, "--forward", local.url, "--limit", "2")
    restarting.join()
    assert (ended.status, local.bodies) == (0, [b"before", b"after"])
    assert f"letterbox: {called.url} answers again; going on where it was.\n" in ended.err


@contextlib.contextmanager
def nearby_later(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[Nearby]]]:
    """A port where somebody begins to listen only after the first tries."""
    with contextlib.ExitStack() as stack:
        port, servers = free_port(), list[Nearby]()

        def waits() -> Iterator[float]:
            yield from (0.0, 0.0)
            if not servers:
                servers.append(stack.enter_context(nearby(port)))
            yield from itertools.repeat(0.0)

        monkeypatch.setattr(listening, "waits", waits)
        yield port, servers


def test_while_nothing_listens_nearby_the_line_is_held(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(terminal)
    for body in (b"1", b"2", b"3"):
        terminal.send("/hub/x", content=body)
    with nearby_later(monkeypatch) as (port, servers):
        ended = listen(terminal, "--forward", f"http://127.0.0.1:{port}", "--limit", "3")
        assert servers[0].bodies == [b"1", b"2", b"3"]
    assert ended.status == 0
    assert ended.err.count("Nothing listens at") == 1


def test_what_is_quarantined_is_forwarded_once_it_is_released(terminal: Terminal, local: Nearby) -> None:
    judge(terminal, "quarantine")
    held = terminal.send("/hub/x", json={"n": "bad"}).json()["id"]
    terminal.send("/hub/x", json={"n": 1})
    local.on_first = lambda: terminal.client.post(f"/v1/requests/{held}/release").raise_for_status()
    ended = listen(terminal, "--forward", local.url, "--limit", "2")
    assert (ended.status, local.bodies) == (0, [b'{"n":1}', b'{"n":"bad"}'])


def test_what_is_refused_is_not_forwarded(terminal: Terminal, local: Nearby) -> None:
    judge(terminal, "enforce")
    for n in ("bad", 1):
        terminal.send("/hub/x", json={"n": n})
    ended = listen(terminal, "--forward", local.url, "--limit", "1")
    assert (ended.status, local.bodies) == (0, [b'{"n":1}'])


def test_a_filter_chooses_by_body_and_headers(terminal: Terminal, local: Nearby) -> None:
    declare(terminal)
    for n in (1, 2, 3, 4):
        terminal.send("/hub/x", json={"n": n}, headers={"x-odd": str(n % 2)})
    ended = listen(
        terminal,
        "--forward",
        local.url,
        "--filter",
        "request.body.n > 1 && request.headers['x-odd'] == '0'",
        "--limit",
        "2",
    )
    assert (ended.status, local.bodies) == (0, [b'{"n":2}', b'{"n":4}'])


def test_a_filter_that_cannot_be_read_is_refused_with_its_place(terminal: Terminal) -> None:
    ended = listen(terminal, "--filter", "request.body.n = 1")
    assert ended.status == 2
    assert "At line 1, column 16: to compare, write `==`." in " ".join(ended.err.split())


def test_credentials_are_forwarded_for_an_admin_and_left_out_for_a_reader(terminal: Terminal, local: Nearby) -> None:
    declare(terminal, verification={"scheme": "bearer", "secrets": ["a-secret-of-the-sender"]})
    terminal.send("/hub/x?b=2", headers={"authorization": "Bearer a-secret-of-the-sender"})
    made = terminal.client.post("/v1/keys", json={"name": "reader", "scopes": ["read"]}).raise_for_status().json()
    for key in ({}, {"LETTERBOX_API_KEY": made["secret"]}):
        ended = listen(terminal, "--forward", f"{local.url}/hook?a=1", "--limit", "1", **key)
        assert ended.status == 0
    terminal.client.delete(f"/v1/keys/{made['id']}").raise_for_status()
    assert [dict(got.headers).get(b"authorization") for got in local.got] == [b"Bearer a-secret-of-the-sender", None]
    assert local.got[0].line == b"POST /hook?a=1&b=2 HTTP/1.1"
    assert "letterbox: Credentials that senders gave are left out" in ended.err


def test_a_cursor_goes_on_after_a_restart_of_the_command(terminal: Terminal, local: Nearby) -> None:
    declare(terminal)
    for body in (b"1", b"2", b"3"):
        terminal.send("/hub/x", content=body)
    for _ in range(3):
        ended = listen(terminal, "--forward", local.url, "--limit", "1", "--cursor", "cursor.json")
        assert ended.status == 0
    assert local.bodies == [b"1", b"2", b"3"]


def test_the_newest_are_replayed_before_what_comes(terminal: Terminal, local: Nearby) -> None:
    declare(terminal)
    for body in (b"1", b"2", b"3"):
        terminal.send("/hub/x", content=body)
    local.on_first = lambda: terminal.send("/hub/x", content=b"4")
    ended = terminal.run("listen", "hub", "--replay", "2", "--forward", local.url, "--limit", "3")
    assert (ended.status, local.bodies) == (0, [b"2", b"3", b"4"])


def test_without_an_address_everything_is_shown_as_json_too(terminal: Terminal) -> None:
    judge(terminal, "enforce")
    terminal.send("/hub/x", json={"n": 1})
    terminal.send("/hub/x", json={"n": "bad"})
    ended = listen(terminal, "--json", "--limit", "2")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert sorted(line["request"]["verdict"] for line in lines) == ["accepted", "refused"]
    assert [line["answer"] for line in lines] == [None, None]


def test_it_is_told_of_requests_alone(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(terminal)
    terminal.send("/hub/x", content=b"1")
    stream, asked = Api.stream, list[str | None]()

    def noted(api: Api, path: str, **more: Any) -> AbstractContextManager[Iterator[bytes]]:
        asked.append(more["query"].get("events"))
        return stream(api, path, **more)

    monkeypatch.setattr(Api, "stream", noted)
    assert listen(terminal, "--limit", "1").status == 0
    assert set(asked) == {"request"}


def test_what_was_erased_is_passed_over(terminal: Terminal, local: Nearby) -> None:
    declare(terminal)
    erased = terminal.send("/hub/x", content=b"1").json()["id"]
    terminal.client.delete(f"/v1/requests/{erased}").raise_for_status()
    terminal.send("/hub/x", content=b"2")
    ended = listen(terminal, "--forward", local.url, "--limit", "1")
    assert (ended.status, local.bodies) == (0, [b"2"])
