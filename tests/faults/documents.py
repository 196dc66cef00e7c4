"""Fault 30: JSON that breaks parsers is kept as it was sent, in no time, and a contract's verdict says why."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.faults.check import Item
from tests.faults.hostile_json import BAR_SECONDS, BROKEN, CONTRACT, GOOD, JUDGED_SECONDS, MEBIBYTE, UNPARSABLE, hostile
from tests.faults.kept import found, name_of
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY, Server
from tests.faults.stores import started
from tests.faults.wire import Wire, read_answer, whole

TITLE = "hostile JSON"
TIMES = 3  # in the mode that is timed: the middle one counts
LONGEST_MESSAGE = 500  # characters: a sentence of ours, and no more than 200 of what was sent

# What each mode makes of a cause; no contract, and so no cause, is a mode here too.
MODES = {"none": "accepted", "enforce": "refused", "quarantine": "quarantined", "observe": "accepted"}
TIMED = "enforce"
STATUSES = {GOOD: 202, BROKEN: 422, UNPARSABLE: 400}
UNDETERMINED = "undetermined"


class Sent(NamedTuple):
    """A body that was sent to an endpoint of a mode, and what came back."""

    title: str
    mode: str
    status: int
    request_id: str
    seconds: float


def run(store: str) -> Outcome:
    """Send each so many times, with no contract and with one in each mode, and compare what is kept and said of it."""
    with started(store) as (server, place):
        wire = Wire(server.url, ADMIN_KEY)
        declare(wire)
        sent = [send(wire, title, mode) for mode in MODES for title in hostile() for _ in range(times(title, mode))]
        items = found(wire, {one.request_id for one in sent})
        ended, tracebacks = has_ended(server), server.tracebacks()
        server.stop()
        bodies = place.bodies()
    wrong = [odd for one in sent for odd in odds(one, items.get(one.request_id), bodies.get(one.request_id))]
    wrong = [f"{len(wrong)} not as they should be, such as {wrong[0]}"] if wrong else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    wrong += ["the service has ended"] if ended else []
    figures, slow = timed(sent)
    undetermined = sum(item["causes"] == [UNDETERMINED] for item in items.values())
    return Outcome(
        {"documents": len(hostile()), "sent": len(sent), "undetermined": undetermined, **figures}, wrong + slow
    )


def declare(wire: Wire) -> None:
    """An endpoint for each mode, with a contract but for the first."""
    for mode in MODES:
        endpoint = {"path": f"/{mode}", "name": mode, "max_body_bytes": 32 * MEBIBYTE}
        governed = {} if mode == "none" else {"contract_mode": mode}
        wire.management.post("/v1/endpoints", json=endpoint | governed).raise_for_status()
        if governed:
            wire.management.post(f"/v1/endpoints/{mode}/contracts", json=CONTRACT).raise_for_status()


def times(title: str, mode: str) -> int:
    return TIMES if mode == TIMED and hostile()[title].bar < float("inf") else 1


def send(wire: Wire, title: str, mode: str) -> Sent:
    request = whole(f"/in/default/{mode}".encode(), hostile()[title].body, hostile()[title].header)
    with wire.socket() as connection:
        began = time.monotonic()
        connection.sendall(request)
        answer = read_answer(connection)
        return Sent(title, mode, answer.status, name_of(answer), time.monotonic() - began)


def odds(sent: Sent, item: Item | None, body: bytes | None) -> Iterator[str]:
    """What is not as it should be with what was kept of one."""
    one, named = hostile()[sent.title], f"{sent.title} ({sent.mode})"
    if item is None or body != one.body or item["body_sha256"] != hashlib.sha256(one.body).hexdigest():
        yield f"{named} is not kept as sent, and was answered {sent.status}"
    elif one.much and (sent.status, *judged(item)) == undetermined_in(sent.mode):
        return
    elif (sent.status, *judged(item)) != expected(one.cause, sent.mode):
        yield f"{named} came to {sent.status}, {judged(item)}"
    elif not says_why(item):
        yield f"{named} does not say why: {item['violations']}"


def judged(item: Item) -> tuple[str, list[str]]:
    return item["verdict"], item["causes"]


def expected(cause: str, mode: str) -> tuple[int, str, list[str]]:
    """The status, the verdict and its causes."""
    if mode == "none" or cause == GOOD:
        return STATUSES[GOOD], "accepted", []
    return STATUSES[cause if mode == "enforce" else GOOD], MODES[mode], [cause]


def undetermined_in(mode: str) -> tuple[int, str, list[str]]:
    """What is too much for the judge's time is kept, and never refused."""
    return STATUSES[GOOD], "accepted" if mode == "observe" else "quarantined", [UNDETERMINED]


def says_why(item: dict[str, Any]) -> bool:
    """Whether there is a sentence for what is wrong, and none where nothing is."""
    messages = [violation["message"] for violation in item["violations"]]
    return bool(messages) == bool(item["causes"]) and all(0 < len(one) <= LONGEST_MESSAGE for one in messages)


def timed(sent: list[Sent]) -> tuple[dict[str, str], list[str]]:
    """The longest times, and what took longer than its bar; those above 1 MiB have none."""
    seconds = {
        title: statistics.median(one.seconds for one in sent if (one.title, one.mode) == (title, TIMED))
        for title in hostile()
    }
    small = {title: took for title, took in seconds.items() if hostile()[title].bar == BAR_SECONDS}
    much = {title: took for title, took in seconds.items() if hostile()[title].bar == JUDGED_SECONDS}
    slow = [f"{title}: {took * 1000:.0f} ms" for title, took in (small | much).items() if took > hostile()[title].bar]
    figures = {"max_to_1MiB": small, "max_of_many_values": much, "max": seconds}
    return {name: longest(times) for name, times in figures.items()}, [f"slow: {slow}"] if slow else []


def longest(seconds: dict[str, float]) -> str:
    title = max(seconds, key=lambda title: seconds[title])
    return f"{seconds[title] * 1000:.0f}ms:{title.replace(' ', '_')}"


def has_ended(server: Server) -> bool:
    return server.process is None or server.process.poll() is not None
