"""Fault 34: unsafe configured replies are refused when they are saved, and every reply on /in is guarded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.deploy.hostile import OVERSIZED, SMUGGLING, head
from tests.faults import noise
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire, post, whole
from tests.receive.unsafe import UNSAFE_NAMES, UNSAFE_VALUES

TITLE = "configured replies"
GUARDS = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff"}
REFUSED = (400, 422)
NOISES = 1000

ENDPOINTS: list[dict[str, Any]] = [
    {"name": "page", "path": "/page", "replies": [{"media_type": "text/html", "body": "<script>alert(1)</script>"}]},
    {"name": "empty", "path": "/empty", "replies": [{"status": 204}]},
    {"name": "moved", "path": "/moved", "replies": [{"status": 302, "headers": {"Location": "https://a.example/"}}]},
    {"name": "failed", "path": "/failed", "replies": [{"status": 599, "body": None}]},
    {"name": "read", "path": "/read", "methods": ["GET"], "cors": {"origins": ["https://a.example"]}},
    {"name": "small", "path": "/small", "max_body_bytes": 1},
    {"name": "rare", "path": "/rare", "requests_per_second": 1},
]


def run(store: str, seed: int) -> Outcome:
    """Try to save each unsafe header in each place, then look at the headers of every kind of reply."""
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        for endpoint in ENDPOINTS:
            wire.management.post("/v1/endpoints", json=endpoint).raise_for_status()
        before = declared(wire)
        saved = [(headers, status) for headers in unsafe() for status in save(wire, headers)]
        kept = declared(wire) == before
        answers = [wire.say(request, head_only=True) for request in requests(random.Random(seed))]
        tracebacks = server.tracebacks()
    let_in = [headers for headers, status in saved if status not in REFUSED]
    bare = [answer for answer in answers if GUARDS.items() - answer.headers.items()]
    wrong = [f"{len(let_in)} saved, such as {let_in[0]}"] if let_in else []
    wrong += [] if kept else ["what is declared has changed"]
    wrong += [f"{len(bare)} replies without guards, such as {bare[0]}"] if bare else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    statuses = dict(sorted(Counter(answer.status for answer in answers).items()))
    return Outcome({"refused": len(saved) - len(let_in), "guarded": len(answers) - len(bare), "of": statuses}, wrong)


def unsafe() -> Iterator[dict[str, str]]:
    yield from ({name: "1"} for name in UNSAFE_NAMES)
    yield from ({"x-a": value} for value in UNSAFE_VALUES)


def save(wire: Wire, headers: dict[str, str]) -> list[int]:
    """What is answered to an attempt to save these, by each operation that saves replies."""
    replies = [{"headers": {"x-safe": "1"}}, {"headers": headers}]
    attempts = [
        ("POST", "/v1/endpoints", {"path": "/unsafe", "replies": replies}),
        ("PUT", "/v1/endpoints/page", {"path": "/page", "replies": replies}),
        ("PATCH", "/v1/endpoints/page", {"replies": replies}),
        ("POST", "/v1/projects", {"slug": "unsafe", "defaults": {"replies": replies}}),
        ("PATCH", "/v1/projects/default", {"defaults": {"replies": replies}}),
    ]
    return [wire.management.request(method, path, json=body).status_code for method, path, body in attempts]


def declared(wire: Wire) -> list[Any]:
    return [wire.management.get(path).raise_for_status().json() for path in ("/v1/endpoints", "/v1/projects")]


def requests(draw: random.Random) -> Iterator[bytes]:
    """Some for each kind of reply, declared, refused by a step, and refused before any step; and random ones."""
    yield from (whole(f"/in/default{endpoint['path']}".encode(), b"12") for endpoint in ENDPOINTS)
    yield from [whole(b"/in/default/rare", b"")] * 2
    yield from (whole(path, b"12") for path in (b"/in/default/inbox", b"/in/default/none", b"/in/nobody/inbox"))
    for method in (b"OPTIONS", b"HEAD", b"GET"):
        preflight = (b"Origin: https://a.example", b"Access-Control-Request-Method: GET")
        yield head(*preflight, line=method + b" /in/default/read HTTP/1.1")
    yield post(b"/in/default/small", b"Content-Length: %d" % 2**40)
    yield from (*SMUGGLING.values(), *OVERSIZED.values())
    yield from (noise.request(draw) for _ in range(NOISES))
