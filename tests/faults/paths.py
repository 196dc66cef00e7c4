"""Fault 29: paths that no honest caller sends are found nowhere, and are no fault of the service."""

from __future__ import annotations

from collections import Counter
from itertools import product

from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire, read_status

TITLE = "hostile paths"
METHODS = (b"POST", b"GET", b"OPTIONS", b"HEAD", b"PUT", b"DELETE")
NOWHERE = frozenset({400, 404, 414})

# What is found nowhere on the receive plane, however it is asked for.
HOSTILE = {
    "NUL": b"/in/default/%00",
    "NUL in the project": b"/in/%00/inbox",
    "dots": b"/in/default/../../v1/endpoints",
    "encoded dots": b"/in/default/%2e%2e/%2e%2e/v1/endpoints",
    "encoded slash": b"/in/default/%2F%2f",
    "encoded slash in the project": b"/in/default%2Finbox",
    "not UTF-8": b"/in/default/%ff%c0%80",
    "not UTF-8 in the project": b"/in/%ff/inbox",
    "two slashes": b"/in/default//inbox",
    "slashes before": b"//in/default/inbox",
    "slashes alone": b"/in///////",
    "a slash after": b"/in/default/inbox/",
    "no path": b"/in/default",
    "no path but a slash": b"/in/default/",
    "nothing": b"/in/",
    "line ends": b"/in/default/%0d%0aset-cookie:%20a=1",
    "half an escape": b"/in/default/%2",
    "not an escape": b"/in/default/%zz",
    "a lone surrogate": b"/in/default/%ed%a0%80",
    "a brace": b"/in/default/{rest...}",
    "a semicolon": b"/in/default;a=1/none",
    "quotes": b"/in/default/'%22--",
    "10,000 segments": b"/in/default" + b"/a" * 10_000,
    "10,000 escapes": b"/in/default/" + b"%41" * 10_000,
    "2,000 segments": b"/in/default" + b"/a" * 2_000,
    "long segment": b"/in/default/" + b"a" * 3_900,
    "absolute form": b"http://testserver/in/default/none",
    "absolute form of nothing": b"http:///in/default/inbox",
    "another scheme": b"file:///etc/passwd",
    "an asterisk": b"*",
}
ODD = (
    b"%00",
    b"..",
    b"%2e%2e",
    b"%2F",
    b"%ff",
    b"%ed%a0%80",
    b"%zz",
    b"/",
    b"a" * 3_900,
    b"%0d%0a",
    b"'%22--",
    b"a/a" * 900,
)
BELOW = (
    b"/v1/endpoints/",
    b"/v1/requests/",
    b"/v1/projects/",
    b"/v1/keys/",
    b"/docs/",
    b"/healthz/",
    b"/openapi.json/",
    b"/web/",
    b"/",
)
ELSEWHERE = [prefix + odd for prefix, odd in product(BELOW, ODD)]


def status_of(wire: Wire, method: bytes, target: bytes) -> int:
    """What is answered, by its first line alone; the admin's key makes sure that the path is looked at."""
    with wire.socket() as connection:
        key = b"Authorization: " + wire.management.headers["authorization"].encode()
        lines = [b"%b %b HTTP/1.1" % (method, target), b"Host: testserver", b"Content-Length: 0", key]
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        return read_status(connection)


def run(store: str) -> Outcome:
    """Send each by every method; none may be taken, and none may be a fault."""
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        receiving = {pair: status_of(wire, *pair) for pair in product(METHODS, HOSTILE.values())}
        others = {pair: status_of(wire, *pair) for pair in product(METHODS, ELSEWHERE) if pair[0] != b"OPTIONS"}
        alive = wire.management.get("/healthz/ready").status_code == 200
        tracebacks = server.tracebacks()
    taken = [pair for pair, status in receiving.items() if status not in NOWHERE]
    failed = [pair for pair, status in others.items() if not 400 <= status < 500]
    wrong = [f"{len(taken)} taken or failed, such as {shown(*taken[0], receiving)}"] if taken else []
    wrong += [f"{len(failed)} taken or failed, such as {shown(*failed[0], others)}"] if failed else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    wrong += [] if alive else ["the service is not ready any more"]
    statuses = Counter([*receiving.values(), *others.values()])
    return Outcome({"sent": statuses.total(), "answers": dict(sorted(statuses.items()))}, wrong)


def shown(method: bytes, target: bytes, statuses: dict[tuple[bytes, bytes], int]) -> str:
    return f"{method.decode()} {target[:60].decode()}: {statuses[method, target]}"
