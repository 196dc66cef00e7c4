"""Fault 25, of deliveries: whoever delivers is asked to stop, and another one goes on with its work at once."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.faults.delivering import Stage, Way, staged
from tests.faults.outcome import Outcome, percentile
from tests.faults.receivers import Received

TITLE = "stops while delivering"
EXIT_SECONDS = 10.0  # the bar for a stop
ON_SECONDS = 2.0  # the bar for what was claimed to go on, from the stop, or from when the restarted one is ready
CLAIMED = 60  # letters that wait behind those in flight
CALL_SECONDS = 0.1
SPENT_SECONDS = 0.2  # by then what whoever stops has begun has come
PATIENCE_SECONDS = 30.0


@dataclass
class Stops:
    """Seconds of each stop until the end of the process, and until work of each kind went on."""

    exits: list[float] = field(default_factory=list)
    claimed: list[float] = field(default_factory=list)
    fresh: list[float] = field(default_factory=list)
    in_flight: int = 0


class Since(NamedTuple):
    """From when on work should go on, and how many of what was claimed had come before."""

    moment: float
    came: int


def run(store: str, turns: int, minutes: float) -> Outcome:
    """Stop it so many times, every other one with an attempt under way that nobody answers."""
    stops, end = Stops(), time.monotonic() + minutes * 60
    with staged(store) as stage:
        for turn in range(turns):
            if time.monotonic() < end:
                stop(stage, stops, is_held=bool(turn % 2))
        return judge(stage, stops)


def stop(stage: Stage, stops: Stops, *, is_held: bool) -> None:
    """SIGTERM to whoever routes and has the most of the work, on SQLite to the service, which starts again."""
    held, claimed, fresh = stage.way(), stage.way(max_in_flight=2), stage.way()
    stage.receiver.hold(held.path)
    stage.receiver.delays[claimed.path] = CALL_SECONDS
    if is_held:
        stage.post(held)
        stage.receiver.wait_for(held.path)
    for number in range(CLAIMED):
        stage.post(claimed, b"%d" % number)
    victim = stage.holder(claimed.destination_id)
    assert victim is not None, "nobody has claimed anything"
    stops.in_flight += len(stage.receiver.received) - stage.receiver.answered
    with ThreadPoolExecutor(1) as beside:
        began = time.monotonic()
        victim.signal(signal.SIGTERM)
        ended = beside.submit(lambda: (victim.wait(PATIENCE_SECONDS), time.monotonic() - began)[1])
        if victim is stage.server:
            ended.result()
            stage.receiver.release(held.path)
            before = len(stage.receiver.at(claimed.path))
            victim.start()
            victim.wait_ready()
            began = time.monotonic()
        else:
            time.sleep(SPENT_SECONDS)
            before = len(stage.receiver.at(claimed.path))
        went_on(stage, stops, claimed, fresh, Since(began, before))
        stops.exits.append(ended.result())
    stage.bury(victim)
    stage.receiver.release(held.path)
    if victim is not stage.server:
        stage.restore(victim)
    stage.stuck()


def went_on(stage: Stage, stops: Stops, claimed: Way, fresh: Way, since: Since) -> None:
    """Note when the next of what was claimed comes, and a letter that is posted now."""
    stage.post(fresh)
    stage.receiver.wait_for(claimed.path, since.came + 1, PATIENCE_SECONDS)
    stage.receiver.wait_for(fresh.path, 1, PATIENCE_SECONDS)
    stops.claimed.append(max(0.0, first(stage.receiver.at(claimed.path)[since.came :]) - since.moment))
    stops.fresh.append(first(stage.receiver.at(fresh.path)) - since.moment)


def first(received: list[Received]) -> float:
    return received[0].at if received else float("inf")


def judge(stage: Stage, stops: Stops) -> Outcome:
    stuck, inconsistent, times = stage.stuck(), stage.inconsistent(), stage.receiver.times()
    wrongly = [name for name in stage.posted if not 1 <= times[name] <= 2]
    twice = sum(count == 2 for count in times.values())
    worst = {name: percentile(getattr(stops, name), 1) for name in ("exits", "claimed", "fresh")}
    figures = {
        "stops": len(stops.exits),
        "deliveries": len(stage.posted),
        "in_flight": stops.in_flight,
        "twice": twice,
        "stuck": stuck,
        **{name: f"max:{seconds:.2f}s" for name, seconds in worst.items()},
    }
    wrong = [f"{stuck} stuck"] if stuck else []
    wrong += [f"a stop took {worst['exits']:.1f} s"] if worst["exits"] > EXIT_SECONDS else []
    wrong += [
        f"{name} work went on after {worst[name]:.1f} s" for name in ("claimed", "fresh") if worst[name] > ON_SECONDS
    ]
    wrong += [f"{len(wrongly)} came never, or oftener than twice, such as {wrongly[:3]}"] if wrongly else []
    wrong += [f"{inconsistent} whose attempts are not numbered as they are counted"] if inconsistent else []
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    return Outcome(figures, wrong)
