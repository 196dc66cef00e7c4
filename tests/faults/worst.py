"""Fault 31, in use: the worst contracts that are taken, and the worst expressions, each on its worst body."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any, NamedTuple

import orjson

from tests.contracts.hostile import corpus
from tests.faults.check import Item
from tests.faults.kept import found, name_of
from tests.faults.others import Measured, measured
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire, whole

CONTRACTS, EXPRESSIONS = "worst contracts", "worst expressions"
HEADERS = (b"Content-Type: application/json", b"Connection: close")
PLAIN = "plain"
ROOM = {"max_body_bytes": 2 * 2**20}  # a text of 1 MiB has two quotes besides
UNDETERMINED = "undetermined"
VERDICTS = {
    (202, "accepted"): {"", UNDETERMINED},
    (202, "quarantined"): {UNDETERMINED},
    (422, "refused"): {"contract_violation"},
    (400, "refused"): {"unparsable_body"},
}

# Nobody can wait for this over a hundred numbers: it is a million steps, and cannot be stopped from within.
NUMBERS = b"[" + b",".join(b"%d" % number for number in range(100)) + b"]"
MILLION = "request.body.map(a, request.body.map(b, request.body.map(c, a + b + c)))"
LITERAL = f"{list(range(60))}.map(a, {list(range(60))}.map(b, {list(range(60))}.map(c, a + b + c)))"


class Hard(NamedTuple):
    """An endpoint that is hard to judge at, and the body to send there."""

    title: str
    endpoint: dict[str, Any]
    contract: dict[str, Any] | None
    body: bytes


def contracts() -> list[Hard]:
    return [Hard(one.name, {}, one.contract, one.worst()) for one in corpus()]


def expressions() -> list[Hard]:
    """The expression in each place where one may stand."""
    return [
        hard for name, source in (("of the body", MILLION), ("alone", LITERAL)) for hard in everywhere(name, source)
    ]


def everywhere(name: str, source: str) -> list[Hard]:
    size, body = f"{source}.size()", NUMBERS
    return [
        Hard(f"when {name}", {"replies": [{"when": f"{size} > 0", "status": 299}]}, None, body),
        Hard(f"body_from {name}", {"replies": [{"status": 299, "body_from": source}]}, None, body),
        Hard(f"dedupe {name}", {"dedupe": {"key": f"string({size})", "window_seconds": 60}}, None, body),
        Hard(f"event_type {name}", {}, {"event_type": f"string({size})"}, body),
    ]


def judge_contracts(store: str) -> Outcome:
    return run(store, contracts())


def evaluate_expressions(store: str) -> Outcome:
    return run(store, expressions(), notes=True)


def run(store: str, hards: list[Hard], *, notes: bool = False) -> Outcome:
    """Declare what is taken of these, send each its body, and see what came of it, and how long others had to wait."""
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        wire.management.post("/v1/endpoints", json={"path": f"/{PLAIN}"} | ROOM).raise_for_status()
        taken = [(number, hard) for number, hard in enumerate(hards) if declare(wire, number, hard)]
        plain = [request(PLAIN, hard.body) for _, hard in taken]
        others = measured(server.port, plain, [request(f"hard-{number}", hard.body) for number, hard in taken])
        items = found(wire, {name_of(answer) for _, answer, _ in others.answers})
        wrong = [odd for answer in others.answers for odd in odds([hard for _, hard in taken], answer, items)]
        wrong += silent(wire, others, items) if notes else []
        tracebacks = server.tracebacks()
    wrong = [f"{len(wrong)} not as they should be, such as {wrong[0]}"] if wrong else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    causes = Counter((items.get(name_of(answer), {}).get("causes") or ["none"])[0] for _, answer, _ in others.answers)
    figures = {
        "taken": f"{len(taken)}/{len(hards)}",
        "sent": len(others.answers),
        "causes": dict(sorted(causes.items())),
        "longest": f"{max(seconds for *_, seconds in others.answers) * 1000:.0f}ms",
        "p99_of_others": others.shown(),
    }
    return Outcome(figures, wrong + others.wrong())


def declare(wire: Wire, number: int, hard: Hard) -> bool:
    """Whether it is taken. What is not must be refused."""
    endpoint = {"path": f"/hard-{number}", "name": f"hard-{number}"} | ROOM | hard.endpoint
    answer = wire.management.post("/v1/endpoints", json=endpoint)
    if answer.is_success and hard.contract is not None:
        path = f"/v1/endpoints/hard-{number}/contracts"
        answer = wire.management.post(
            path, content=orjson.dumps(hard.contract | {"active": True}), headers={"content-type": "application/json"}
        )
    assert answer.status_code in {201, 422}, f"{hard.title}: {answer.status_code}"
    return answer.is_success


def request(name: str, body: bytes) -> bytes:
    return whole(f"/in/default/{name}".encode(), body, *HEADERS)


def odds(hards: list[Hard], answered: tuple[int, Any, float], items: dict[str, Item]) -> list[str]:
    """What is wrong with the answer to one, or with what is kept of it."""
    number, answer, _ = answered
    hard, item = hards[number], items.get(name_of(answer))
    if item is None or item["body_sha256"] != hashlib.sha256(hard.body).hexdigest():
        return [f"{hard.title} is not kept as sent, and was answered {answer.status}"]
    cause = (item["causes"] or [""])[0]
    if cause not in VERDICTS.get((answer.status, item["verdict"]), set()):
        return [f"{hard.title} came to {answer.status}, {item['verdict']}, {item['causes']}"]
    return []


def silent(wire: Wire, others: Measured, items: dict[str, Item]) -> list[str]:
    """Of each endpoint, whether its last request's trail says that the expression came to nothing."""
    last = {number: name_of(answer) for number, answer, _ in others.answers if name_of(answer) in items}
    shown = {number: wire.management.get(f"/v1/requests/{name}").json()["trail"] for number, name in last.items()}
    return [f"no note on {trail}" for trail in shown.values() if not any(step["note"] for step in trail)]
