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
NOISES = 500
BAD_EXPRESSIONS = ["", "request.(", "nobody.knows", "open('/etc/passwd')", "request.body." * 100 + "a", "'a\0b", "1 +"]
BAD_MEDIA_TYPES = ["", "text", "text/html\r\nset-cookie: a=1", "text/html\n", "text/é", 'text/html; a="b"', "a/b, c/d"]

ENDPOINTS: list[dict[str, Any]] = [
    {"name": "page", "path": "/page", "replies": [{"media_type": "text/html", "body": "<script>alert(1)</script>"}]},
    {"name": "empty", "path": "/empty", "replies": [{"status": 204}]},
    {"name": "moved", "path": "/moved", "replies": [{"status": 302, "headers": {"Location": "https://a.example/"}}]},
    {"name": "failed", "path": "/failed", "replies": [{"status": 599, "body": None}]},
    {
        "name": "computed",
        "path": "/computed",
        "replies": [
            {"when": "'script' in request.query", "media_type": "text/html", "body_from": "request.query.script"},
            {"when": "has(request.query.map)", "body_from": "[request].map(each, each)"},
            {"when": "request.query.absent == 'a'", "status": 299, "body": 1},
            {"when": "request.query.number", "status": 299, "body": 1},
            {"when": "has(request.query.text)", "media_type": "text/plain", "body_from": "1"},
            {"when": "has(request.query.schema)", "schema": {"type": "string"}, "body_from": "1"},
            {"status": 201, "headers": {"x-a": "1"}, "body_from": "{'id': request.id, 'absent': request.query.given}"},
        ],
    },
    {"name": "read", "path": "/read", "methods": ["GET"], "cors": {"origins": ["https://a.example"]}},
    {"name": "small", "path": "/small", "max_body_bytes": 1},
    {"name": "rare", "path": "/rare", "requests_per_second": 1},
]
# One for each of its rules; what one would put into a header stays in the body.
COMPUTED = [b"script=%3Cscript%3E%0D%0Aset-cookie:a=1", b"map", b"number=1", b"text", b"schema", b"given=1", b""]


def run(store: str, seed: int) -> Outcome:
    """Try to save each unsafe header in each place, then look at the headers of every kind of reply."""
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        for endpoint in ENDPOINTS:
            wire.management.post("/v1/endpoints", json=endpoint).raise_for_status()
        before = declared(wire)
        saved = [(rule, status) for rule in unsafe_headers() for status in save(wire, rule)]
        saved += [(rule, create(wire, rule)) for rule in unsafe_rules()]
        kept = declared(wire) == before
        answers = [wire.say(request, head_only=True) for request in requests(random.Random(seed))]
        tracebacks = server.tracebacks()
    let_in = [rule for rule, status in saved if status not in REFUSED]
    bare = [answer for answer in answers if GUARDS.items() - answer.headers.items()]
    wrong = [f"{len(let_in)} saved, such as {let_in[0]}"] if let_in else []
    wrong += [] if kept else ["what is declared has changed"]
    wrong += [f"{len(bare)} replies without guards, such as {bare[0]}"] if bare else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    statuses = dict(sorted(Counter(answer.status for answer in answers).items()))
    return Outcome({"refused": len(saved) - len(let_in), "guarded": len(answers) - len(bare), "of": statuses}, wrong)


def unsafe_headers() -> Iterator[dict[str, Any]]:
    """Rules that answer always, with what no reply may have."""
    yield from ({"headers": {name: "1"}} for name in UNSAFE_NAMES)
    yield from ({"headers": {"x-a": value}} for value in UNSAFE_VALUES)


def unsafe_rules() -> Iterator[dict[str, Any]]:
    """The same in rules that answer sometimes, or compute what they answer; and rules that are unsafe otherwise."""
    yield from ({"when": "request.method == 'POST'", **rule} for rule in unsafe_headers())
    yield from ({"body_from": "request.id", **rule} for rule in unsafe_headers())
    yield from ({word: source} for word in ("when", "body_from") for source in BAD_EXPRESSIONS)
    yield from ({"media_type": name, "body_from": "request.id"} for name in BAD_MEDIA_TYPES)
    yield {"body": 1, "body_from": "1"}
    yield {"status": 204, "body_from": "1"}
    yield {"status": 101}
    yield {"media_type": "text/html", "body": {}}


def save(wire: Wire, rule: dict[str, Any]) -> list[int]:
    """What is answered to an attempt to save this, by each operation that saves replies."""
    replies = [{"headers": {"x-safe": "1"}}, rule]
    attempts = [
        ("PUT", "/v1/endpoints/page", {"path": "/page", "replies": replies}),
        ("PATCH", "/v1/endpoints/page", {"replies": replies}),
        ("POST", "/v1/projects", {"slug": "unsafe", "defaults": {"replies": replies}}),
        ("PATCH", "/v1/projects/default", {"defaults": {"replies": replies}}),
    ]
    changes = [wire.management.request(method, path, json=body).status_code for method, path, body in attempts]
    return [create(wire, rule), *changes]


def create(wire: Wire, rule: dict[str, Any]) -> int:
    replies = [{"when": "false", "headers": {"x-safe": "1"}}, rule]
    return wire.management.post("/v1/endpoints", json={"path": "/unsafe", "replies": replies}).status_code


def declared(wire: Wire) -> list[Any]:
    return [wire.management.get(path).raise_for_status().json() for path in ("/v1/endpoints", "/v1/projects")]


def requests(draw: random.Random) -> Iterator[bytes]:
    """Some for each kind of reply, declared, refused by a step, and refused before any step; and random ones."""
    yield from (whole(f"/in/default{endpoint['path']}".encode(), b"12") for endpoint in ENDPOINTS)
    yield from (whole(b"/in/default/computed?" + query, b"12") for query in COMPUTED)
    yield from [whole(b"/in/default/rare", b"")] * 2
    yield from (whole(path, b"12") for path in (b"/in/default/inbox", b"/in/default/none", b"/in/nobody/inbox"))
    for method in (b"OPTIONS", b"HEAD", b"GET"):
        preflight = (b"Origin: https://a.example", b"Access-Control-Request-Method: GET")
        yield head(*preflight, line=method + b" /in/default/read HTTP/1.1")
    yield post(b"/in/default/small", b"Content-Length: %d" % 2**40)
    yield from (*SMUGGLING.values(), *OVERSIZED.values())
    yield from (noise.request(draw) for _ in range(NOISES))
