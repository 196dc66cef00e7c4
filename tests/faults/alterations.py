"""Fault 23: a destination is changed, paused, given a new secret and removed while attempts are in flight."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from standardwebhooks import Webhook, WebhookVerificationError

from tests.faults.delivering import STUCK_SECONDS, Stage, Way, staged
from tests.faults.laggards import paced
from tests.faults.outcome import Outcome
from tests.faults.receivers import Received

TITLE = "destinations changed amid"
DEADLINE_SECONDS = 2  # of an attempt
CALL_SECONDS = 0.3  # so that some are in flight at any time
RATE, BEFORE_SECONDS, AFTER_SECONDS, OVERLAP_SECONDS = 30, 1.0, 3.5, 1
STEADY = 1e9  # seconds: until it is told to stop


@dataclass
class Findings:
    """How long what was before a change was still used after it, and what was wrong."""

    last_use: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    in_flight: int = 0

    def note(self, change: str, later: list[float]) -> None:
        """The seconds after a change at which its past was used."""
        self.last_use[change] = max(self.last_use.get(change, 0.0), *later, 0.0)
        if late := [each for each in later if each > DEADLINE_SECONDS]:
            self.wrong.append(f"{change}: {len(late)} still {max(late):.1f} s after")


class Change(NamedTuple):
    """When it was asked for, and when that was answered: it was made in between."""

    begun: float
    done: float


def run(store: str, times: int) -> Outcome:
    """Make each change so many times."""
    with staged(store) as stage:
        findings = Findings()
        for _ in range(times):
            for alter in (move, pause, rotate, remove):
                alter(stage, findings)
        return judge(stage, findings)


def judge(stage: Stage, findings: Findings) -> Outcome:
    stuck, times = stage.stuck(), stage.receiver.times()
    wrongly = [name for name in stage.posted if times[name] != 1]
    figures = {
        "deliveries": len(stage.posted),
        "in_flight": findings.in_flight,
        **{f"{change}_after": f"{seconds:.2f}s" for change, seconds in findings.last_use.items()},
        "stuck": stuck,
    }
    wrong = findings.wrong + ([f"{stuck} stuck"] if stuck else [])
    wrong += [f"{len(wrongly)} did not come exactly once"] if wrongly else []
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    wrong += [] if findings.in_flight else ["nothing was in flight, which proves nothing"]
    return Outcome(figures, wrong)


def move(stage: Stage, findings: Findings) -> None:
    """Another address, a while after the first letters."""
    way = new_way(stage)
    elsewhere = f"{way.path}-moved"
    with posting(stage, way):
        changed = altered(stage, way, findings, lambda: patched(stage, way, url=stage.receiver.url(elsewhere)))
    findings.note("moved", [each.at - changed.done for each in stage.receiver.at(way.path)])
    if not stage.receiver.at(elsewhere):
        findings.wrong.append("nothing came to the new address")


def pause(stage: Stage, findings: Findings) -> None:
    """Paused, and let go on."""
    way = new_way(stage)
    with posting(stage, way):
        changed = altered(stage, way, findings, lambda: patched(stage, way, paused=True))
    findings.note("paused", [each.at - changed.done for each in stage.receiver.at(way.path)])
    patched(stage, way, paused=False)
    stage.stuck()


def rotate(stage: Stage, findings: Findings) -> None:
    """A new secret beside the old one, and then another that soon stands alone."""
    way = new_way(stage)
    secrets = [way.secret]
    with posting(stage, way):
        first = altered(stage, way, findings, lambda: secrets.append(rotated(stage, way)))
    with posting(stage, way):
        second = altered(
            stage, way, findings, lambda: secrets.append(rotated(stage, way, overlap_seconds=OVERLAP_SECONDS))
        )
    received, alone = stage.receiver.at(way.path), second.done + OVERLAP_SECONDS
    signers = [(each.at, [verifies(secret, each) for secret in secrets]) for each in received]
    findings.note("rotated", [at - first.done for at, (_, new, newest) in signers if not (new or newest)])
    findings.note("overlapped", [at - alone for at, (_, new, _) in signers if new])
    both = [at for at, by in signers if first.done + DEADLINE_SECONDS < at < second.begun and by == [True, True, False]]
    either = [at for at, by in signers if second.done + DEADLINE_SECONDS < at and by[2]]
    unsigned = [at for at, by in signers if not any(by)]
    lapsed = [at for at, by in signers if first.done < at < second.begun and not by[0]]
    findings.wrong += [f"{len(unsigned)} verify by no secret"] if unsigned else []
    findings.wrong += [f"{len(lapsed)} do not verify by the old secret during the overlap"] if lapsed else []
    findings.wrong += [] if both and either else ["no delivery shows the rotation, which proves nothing"]


def remove(stage: Stage, findings: Findings) -> None:
    """Gone for good; what waits is cancelled."""
    way, address = new_way(stage), "/v1/destinations/"
    before = len(stage.posted)
    with posting(stage, way):
        changed = altered(
            stage, way, findings, lambda: stage.client.delete(address + way.destination_id).raise_for_status()
        )
    findings.note("removed", [each.at - changed.done for each in stage.receiver.at(way.path)])
    del stage.posted[before:]  # nobody promised these
    open_ones = (
        f"select count(*) from delivery where destination_id = '{way.destination_id}' "  # noqa: S608 # our own words
        "and status not in ('succeeded', 'cancelled')"
    )
    if stage.until(lambda: not stage.store.rows(open_ones)[0][0], STUCK_SECONDS) is None:
        findings.wrong.append("some still wait for a destination that was removed")


def new_way(stage: Stage) -> Way:
    way = stage.way(timeout_seconds=DEADLINE_SECONDS)
    for path in (way.path, f"{way.path}-moved"):
        stage.receiver.delays[path] = CALL_SECONDS
    return way


def altered(stage: Stage, way: Way, findings: Findings, alter: Callable[[], object]) -> Change:
    """When it was changed, some time after the first letters; returns some time after that."""
    stage.receiver.wait_for(way.path)
    time.sleep(BEFORE_SECONDS)
    findings.in_flight += len(stage.receiver.received) - stage.receiver.answered
    begun = time.monotonic()
    alter()
    changed = Change(begun, time.monotonic())
    time.sleep(AFTER_SECONDS)
    return changed


@contextmanager
def posting(stage: Stage, way: Way) -> Iterator[None]:
    """Letters to this, steadily, while the block runs."""
    over = threading.Event()

    def post() -> None:
        for _ in paced(RATE, STEADY):
            if over.is_set():
                return
            stage.post(way)

    with ThreadPoolExecutor(1) as caller:
        posted = caller.submit(post)
        try:
            yield
        finally:
            over.set()
        posted.result()


def patched(stage: Stage, way: Way, **changes: Any) -> None:
    stage.client.patch(f"/v1/destinations/{way.destination_id}", json=changes).raise_for_status()


def rotated(stage: Stage, way: Way, **more: Any) -> str:
    address = f"/v1/destinations/{way.destination_id}/rotate-secret"
    secret: str = stage.client.post(address, json=more).raise_for_status().json()["secret"]
    return secret


def verifies(secret: str, received: Received) -> bool:
    try:
        Webhook(secret).verify(received.body, dict(received.headers), json_parse=False)
    except WebhookVerificationError:
        return False
    return True
