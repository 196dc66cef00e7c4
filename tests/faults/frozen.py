"""Fault 15: whoever delivers is stopped for longer than its lease, and goes on when another one has done its work."""

from __future__ import annotations

import random
import signal
import time
from typing import Any

from tests.faults.delivering import STUCK_SECONDS, Stage, Way, staged
from tests.faults.outcome import Outcome, percentile
from tests.faults.server import Server

TITLE = "SIGSTOP over the lease"
LEASE_SECONDS = 15.0
LETTERS = 5  # of which one is under way at a time
SETTLING_SECONDS = 0.1
LATE_SECONDS = 8.0  # for a late write to come: longer than from one renewal of leases to the next
NOBODY = "nobody to be stopped"


def run(store: str, times: int, seed: int, minutes: float) -> Outcome:
    """Stop it in the middle of a call and in the middle of settling, so many times each."""
    draw, end, seconds, late = random.Random(seed), time.monotonic() + minutes * 60, list[float](), 0
    with staged(store) as stage:
        for number in range(2 * times):
            if time.monotonic() < end:
                way, victim = under_way(stage)
                freeze(stage, way, victim, is_settling=bool(number % 2), draw=draw)
                asleep, written = gone_on(stage, way, victim)
                seconds.append(asleep)
                late += written
        return judge(stage, seconds, late)


def under_way(stage: Stage) -> tuple[Way, Server]:
    """Some that wait behind one that has come and is not answered, and whose work they are."""
    way = stage.way(max_in_flight=1)
    stage.receiver.hold(way.path)
    for number in range(LETTERS):
        stage.post(way, b"%d" % number)
    stage.receiver.wait_for(way.path)
    victim = stage.holder(way.destination_id)
    assert victim is not None, NOBODY
    return way, victim


def freeze(stage: Stage, way: Way, victim: Server, *, is_settling: bool, draw: random.Random) -> None:
    """Stop it before it hears the answer, or while it waits to write what came of it."""
    if is_settling:
        with stage.store.unsettling():
            stage.receiver.release(way.path)
            stage.until(stage.store.is_settling, SETTLING_SECONDS + draw.uniform(0, SETTLING_SECONDS))
            victim.signal(signal.SIGSTOP)
    else:
        victim.signal(signal.SIGSTOP)
        stage.receiver.release(way.path)


def gone_on(stage: Stage, way: Way, victim: Server) -> tuple[float, int]:
    """The seconds that it was asleep, and how many rows of the others' work were another afterwards."""
    began = time.monotonic()
    if victim is not stage.server:  # else there is nobody who could take over
        stage.until(lambda: all_succeeded(stage, way), STUCK_SECONDS)
    time.sleep(max(0.0, began + LEASE_SECONDS + 1 - time.monotonic()))
    before = [] if victim is stage.server else settled_rows(stage, way)
    victim.signal(signal.SIGCONT)
    asleep = time.monotonic() - began
    time.sleep(LATE_SECONDS)
    after = settled_rows(stage, way)
    stage.until_succeeded(stage.post(way, b"afterwards"))
    return asleep, len(set(before) - set(after))


def all_succeeded(stage: Stage, way: Way) -> bool:
    found = [row[1] for row in settled_rows(stage, way)]
    return len(found) == LETTERS and set(found) == {"succeeded"}


def settled_rows(stage: Stage, way: Way) -> list[tuple[Any, ...]]:
    """Each delivery with its only attempt, as they stand."""
    return stage.store.rows(
        "select d.id, d.status, d.attempts, d.updated_at, a.id, a.number, a.status from delivery d "  # noqa: S608 # ours
        f"left join attempt a on a.delivery_id = d.id where d.destination_id = '{way.destination_id}'"
    )


def judge(stage: Stage, seconds: list[float], late: int) -> Outcome:
    stuck, inconsistent, times = stage.stuck(), stage.inconsistent(), stage.receiver.times()
    wrongly = [name for name in stage.posted if not 1 <= times[name] <= 2]
    figures = {
        "stops": len(seconds),
        "deliveries": len(stage.posted),
        "twice": sum(count == 2 for count in times.values()),
        "late_writes": late,
        "stuck": stuck,
        "asleep": f"min:{percentile(seconds, 0):.1f}s,max:{percentile(seconds, 1):.1f}s",
    }
    wrong = [f"{stuck} stuck"] if stuck else []
    wrong += [f"{late} rows were written anew by who had lost the lease"] if late else []
    wrong += [f"{inconsistent} whose attempts are not numbered as they are counted"] if inconsistent else []
    wrong += [f"{len(wrongly)} came never, or oftener than twice, such as {wrongly[:3]}"] if wrongly else []
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    return Outcome(figures, wrong)
