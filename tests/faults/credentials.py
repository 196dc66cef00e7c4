"""Fault 36, of credentials: what senders prove themselves by is in no list, log, dump, reply or database file."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from tests.faults.kept import found, name_of
from tests.faults.needles import files_below, found_in
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY, TOP, Server
from tests.faults.stores import Postgresql, Store, opened
from tests.faults.wire import Answer, Wire, post, whole
from tests.receive.senders import BASE64_SECRET, SECRET, SENDERS, SHOWING, Sender, Sent

TITLE = "credentials"
BODY, OTHER = b'{"a":1}', b'{"b":1}'
WRONG = "Q0-wrong-" + "z9x8w7v6"  # what who guesses sends, beside the secret itself
NEXT = "N7-next-" + "k3j2h1g0"  # a second secret of each, which nobody sends
IN_QUERY = SENDERS["api-key, query"].send(BODY, 0).query.partition("=")[2]  # as it is spelt there
SENT = [secret.encode() for secret in (SECRET, IN_QUERY, WRONG)]
SECRETS = [*SENT, BASE64_SECRET.removeprefix("whsec_").encode(), NEXT.encode()]

# Replies of all that is known, computed at once and in the judge's process; and violations that quote what they judge.
REPLIES = [
    {"when": "has(request.body.b)", "body_from": "[request].map(each, each)"},
    {"status": 202, "body_from": "{'id': request.id, 'headers': request.headers, 'query': request.query}"},
]
SIGNED = {"when": "request.method == 'PUT'", "body_from": "{'id': request.id, 'is': hex(sign('sha256', 'a'))}"}
REFUSING = {"type": "object", "additionalProperties": {"const": "nothing else"}}
CONTRACT = {"headers": REFUSING, "query": REFUSING, "active": True}


class Case(NamedTuple):
    """An endpoint, and who sends there."""

    name: str
    sender: Sender


CASES = [Case(f"case-{number}", sender) for number, sender in enumerate(SENDERS.values())]
SHOWN = {case.name for case in CASES if case.sender in SHOWING.values()}


def run(store: str) -> Outcome:
    """Declare and send credentials of every kind, then look for them wherever anything is shown or written."""
    with tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder, opened(store, Path(folder)) as place:
        server = Server(Path(folder), **place.settings, log_level="debug")
        server.start()
        try:
            server.wait_ready()
            answers, sent, seen, unmasked = asked(server)
            seen += files_below(server.database.parent)  # its log of what is not in the database yet is there too
            server.stop()
            seen += [*written(server, place), ("the dump", dumped(server))]
        finally:
            server.kill()
    leaks = sorted({where for where, content in seen if found_in(content, SECRETS)})
    wrong = [f"{len(leaks)} places tell, such as {leaks[0]}"] if leaks else []
    wrong += [] if found_in(sent, SECRETS) == SENT else ["not every secret was sent"]
    wrong += [f"the admin is not shown the credentials of {unmasked}"] if unmasked else []
    refused = sum(answer.status == httpx.codes.UNAUTHORIZED for answer in answers)
    figures = {"schemes": len(CASES), "sent": len(answers), "refused": refused, "looked_at": len(seen)}
    return Outcome(figures | {"bytes": sum(len(content) for _, content in seen), "leaks": len(leaks)}, wrong)


def asked(server: Server) -> tuple[list[Answer], bytes, list[tuple[str, bytes]], list[str]]:
    """The answers; all that was sent; what is shown to who may not see credentials; what the admin is not shown."""
    wire = Wire(server.url, ADMIN_KEY)
    shown = [("declaring", content) for content in declare(wire)]
    requests = [request for case in CASES for request in requests_of(case)] + strays()
    answers = [wire.say(request) for request in requests]
    shown += [(f"the reply to {answer.status}", repr(answer).encode()) for answer in answers]
    names = [name for name in map(name_of, answers) if name.startswith("req_")]
    found(wire, names)
    reader = wire.management.post("/v1/keys", json={"name": "reader", "scopes": ["read", "write"]}).json()["secret"]
    with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {reader}"}, timeout=30) as client:
        shown += [(path.partition("?")[0], client.get(path).content) for path in paths(names)]
    shown += [
        ("the admin's list", wire.management.get(path).content) for path in ("/v1/requests?limit=100", "/v1/endpoints")
    ]
    return answers, b"".join(requests), shown, hidden_from_admin(wire)


def declare(wire: Wire) -> Iterator[bytes]:
    """Endpoints for all, some offers that are refused, and a default of the project; gives what was answered."""
    for case in CASES:
        verification = case.sender.verification | {"secrets": secrets_of(case)}
        endpoint = {"path": f"/{case.name}", "name": case.name, "methods": ["POST", "PUT"], "contract_mode": "observe"}
        headers = {"idempotency-key": case.name}
        whole_endpoint = endpoint | {"verification": verification, "replies": [SIGNED, *REPLIES]}
        answer = wire.management.post("/v1/endpoints", json=whole_endpoint, headers=headers)
        assert answer.is_success, answer.text
        yield answer.content
        yield wire.management.post(f"/v1/endpoints/{case.name}/contracts", json=CONTRACT).raise_for_status().content
    for verification in misdeclared():
        answer = wire.management.post("/v1/endpoints", json={"path": "/bad", "verification": verification})
        assert answer.is_client_error, answer
        yield answer.content
    defaults = {"defaults": {"verification": {"scheme": "github", "secrets": [SECRET]}}}
    yield wire.management.patch("/v1/projects/default", json=defaults).content


def secrets_of(case: Case) -> list[Any]:
    """Its own, and a second one that is on its way out, where the scheme takes any text."""
    leaving = {"secret": NEXT, "expires_at": "2099-01-01T00:00:00Z"}
    return [case.sender.secret, *([] if case.sender.verification["scheme"] == "standard-webhooks" else [leaving])]


def misdeclared() -> list[Any]:
    return [
        {"scheme": "standard-webhooks", "secrets": [SECRET]},
        {"scheme": "github", "secrets": [SECRET], "header": "x"},
        {"scheme": "github", "secrets": SECRET},
        {"scheme": "bearer", "secrets": [{"secret": SECRET, "expires_at": "yesterday"}]},
        {"scheme": SECRET, "secrets": [SECRET]},
        {"scheme": "none", "secrets": [SECRET]},
    ]


def requests_of(case: Case) -> list[bytes]:
    """One that is let in by each method, one for the judge's process, and two that are not let in."""
    sent, other = (case.sender.send(body, int(time.time())) for body in (BODY, OTHER))
    wrong = guessed(sent) if case.name in SHOWN else sent._replace(body=b"{}")
    return [
        on_wire(case.name, sent, b"POST"),
        on_wire(case.name, sent, b"PUT"),
        on_wire(case.name, other, b"POST"),
        on_wire(case.name, wrong, b"POST"),
        on_wire(case.name, sent, b"DELETE"),
    ]


def guessed(sent: Sent) -> Sent:
    """The same with more behind the secret."""
    headers = [(name, value + WRONG.encode()) for name, value in sent.headers]
    return Sent(headers, BODY, sent.query and sent.query + WRONG)


def on_wire(path: str, sent: Sent, method: bytes) -> bytes:
    target = f"/in/default/{path}" + (f"?{sent.query}" if sent.query else "")
    lines = [b"%b: %b" % header for header in sent.headers]
    request = whole(target.encode(), sent.body, b"Content-Type: application/json", *lines)
    return request.replace(b"POST ", method + b" ", 1)


def strays() -> list[bytes]:
    """Credentials where nobody asks for any, where nobody listens, and ahead of a body that is not read."""
    lines = [b"Authorization: Bearer " + SECRET.encode(), b"Proxy-Authorization: Basic " + WRONG.encode()]
    targets = (b"/in/default/inbox", b"/in/default/nowhere", b"/in/nobody/inbox", b"/v1/endpoints")
    too_long = post(b"/in/default/inbox", *lines, b"Content-Length: %d" % 2**40)
    return [*(whole(target, b"{}", *lines) for target in targets), too_long]


def paths(names: list[str]) -> list[str]:
    """All that can be read, of requests and of endpoints."""
    lists = ["/v1/requests?limit=100", f"/v1/requests?search={quote(SECRET)}", "/v1/endpoints", "/v1/projects"]
    of_each = [f"/v1/requests/{name}{more}" for name in names for more in ("", "/body")]
    endpoints = [f"/v1/endpoints/{case.name}" for case in CASES]
    return (
        lists
        + of_each
        + [f"{path}{more}" for path in endpoints for more in ("", "/openapi.json", "/docs", "/contracts")]
    )


def hidden_from_admin(wire: Wire) -> list[str]:
    """The cases whose credential the admin's read of a request does not show."""
    hidden = []
    for case in CASES:
        kept = wire.kept(endpoint=case.name, verdict="accepted")
        shown = wire.management.get(f"/v1/requests/{kept[-1]['id']}").content
        if case.name in SHOWN and not found_in(shown, SECRETS):
            hidden.append(case.name)
    return hidden


def written(server: Server, place: Store) -> list[tuple[str, bytes]]:
    """Every file of the service and of its store: the log, and the database as it lies on the disk."""
    files = [*files_below(server.database.parent)]
    if isinstance(place, Postgresql):
        files += [(f"Postgres: {name}", content) for name, content in files_below(place.cluster.folder)]
    return files


def dumped(server: Server) -> bytes:
    target = server.database.parent / "dump"
    command = (*server.command[:-1], "dump", str(target))
    done = subprocess.run(command, cwd=TOP, env=server.environment(), check=True, capture_output=True)
    return target.read_bytes() + done.stdout + done.stderr
