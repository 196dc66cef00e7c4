"""Fault 14: whoever delivers is killed at each point of a delivery's way, and another one takes over."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.delivering import ROUTING, STUCK_SECONDS, Stage, Way, staged
from tests.faults.outcome import Outcome, percentile
from tests.faults.server import Server

TITLE = "SIGKILL while delivering"
TAKEOVER_SECONDS = 20.0  # the bar, from the kill until the delivery is settled
MOST_MOMENTS = 60  # so often it is tried to come to a point
SETTLING_SECONDS, WARM_SECONDS = 0.05, 5.0


@dataclass
class Brought:
    """A delivery at its point, and who stands still there."""

    request_id: str
    way: Way
    victim: Server


@dataclass
class Killed:
    """How it went at one point."""

    seconds: list[float] = field(default_factory=list)  # until another one had settled it
    moments: int = 0
    missed: int = 0
    stuck: int = 0


Bring = Callable[[Stage, random.Random, Callable[[Brought], None]], bool]


def before_the_claim(stage: Stage, draw: random.Random, kill: Callable[[Brought], None]) -> bool:
    """It is kept, and nobody has leased its destination: it may be routed already."""
    way, router = stage.way(), stage.holder(ROUTING)
    if router is None:
        return False
    request_id = stage.post(way)
    time.sleep(draw.uniform(0, 0.02))
    return at_once(Brought(request_id, way, router), lambda: not stage.is_held(way), kill)


def claimed(stage: Stage, draw: random.Random, kill: Callable[[Brought], None]) -> bool:
    """Its destination is leased and it is made, but the rate has it wait."""
    way = stage.way(rate_per_second=1)
    if (
        stage.until_succeeded(stage.post(way), WARM_SECONDS) is None
        or (victim := stage.holder(way.destination_id)) is None
    ):
        return False
    request_id = stage.post(way)
    if stage.until(lambda: stage.status(request_id) is not None, WARM_SECONDS) is None:
        return False
    time.sleep(draw.uniform(0, 0.1))
    waits = lambda: stage.is_held(way) and len(stage.receiver.at(way.path)) == 1  # noqa: E731
    return at_once(Brought(request_id, way, victim), waits, kill)


def request_sent(stage: Stage, draw: random.Random, kill: Callable[[Brought], None]) -> bool:
    """It has come, and is not answered."""
    if (brought := held(stage)) is None:
        return False
    time.sleep(draw.uniform(0, 0.1))
    return at_once(brought, lambda: True, kill)


def answer_read(stage: Stage, draw: random.Random, kill: Callable[[Brought], None]) -> bool:
    """It was answered a moment ago, and nothing of that is kept."""
    if (brought := held(stage)) is None:
        return False
    stage.receiver.release(brought.way.path)
    time.sleep(draw.uniform(0, 0.004))
    return at_once(brought, lambda: not is_settled(stage, brought), kill)


def before_the_settle(stage: Stage, draw: random.Random, kill: Callable[[Brought], None]) -> bool:
    """It was answered, and the store does not take what came of it."""
    if (brought := held(stage)) is None:
        return False
    with stage.store.unsettling():
        stage.receiver.release(brought.way.path)
        stage.until(stage.store.is_settling, SETTLING_SECONDS + draw.uniform(0, SETTLING_SECONDS))
        brought.victim.signal(signal.SIGSTOP)
        if is_settled(stage, brought):
            brought.victim.signal(signal.SIGCONT)
            return False
        brought.victim.kill()
    kill(brought)
    return True


def held(stage: Stage) -> Brought | None:
    """A delivery that has come and has no answer."""
    way = stage.way()
    stage.receiver.hold(way.path)
    request_id = stage.post(way)
    stage.receiver.wait_for(way.path)
    victim = stage.holder(way.destination_id)
    return None if victim is None else Brought(request_id, way, victim)


def is_settled(stage: Stage, brought: Brought) -> bool:
    return stage.status(brought.request_id) == "succeeded"


def at_once(brought: Brought, is_there: Callable[[], bool], kill: Callable[[Brought], None]) -> bool:
    """Hold its process still, and kill it if it is at the point."""
    brought.victim.signal(signal.SIGSTOP)
    if is_there():
        kill(brought)
        return True
    brought.victim.signal(signal.SIGCONT)
    return False


POINTS: dict[str, Bring] = {
    "unclaimed": before_the_claim,
    "claimed": claimed,
    "sent": request_sent,
    "answered": answer_read,
    "unsettled": before_the_settle,
}


def run(store: str, times: int, seed: int, minutes: float) -> Outcome:
    """Kill so many times at each point."""
    draw, end = random.Random(seed), time.monotonic() + minutes * 60
    found = {point: Killed() for point in POINTS}
    with staged(store) as stage:
        for _ in range(times):
            for point, bring in POINTS.items():
                if time.monotonic() < end:
                    kill_once(stage, bring, draw, found[point])
        return judge(stage, found)


def kill_once(stage: Stage, bring: Bring, draw: random.Random, killed: Killed) -> None:
    def kill(brought: Brought) -> None:
        began = time.monotonic()
        stage.kill(brought.victim)
        stage.receiver.release(brought.way.path)
        if stage.until_succeeded(brought.request_id, STUCK_SECONDS) is None:
            killed.stuck += 1
        killed.seconds.append(time.monotonic() - began)
        stage.restore(brought.victim)

    for _ in range(MOST_MOMENTS):
        killed.moments += 1
        if bring(stage, draw, kill):
            return
    killed.missed += 1


def judge(stage: Stage, found: dict[str, Killed]) -> Outcome:
    stuck, inconsistent, times = stage.stuck(), stage.inconsistent(), stage.receiver.times()
    seconds = [each for killed in found.values() for each in killed.seconds]
    never = [name for name in stage.posted if not times[name]]
    often = [name for name in stage.posted if times[name] > 2]
    strange = times.keys() - set(stage.posted)
    figures = {
        "kills": ",".join(f"{point}:{len(killed.seconds)}" for point, killed in found.items()),
        "moments": sum(killed.moments for killed in found.values()),
        "deliveries": len(stage.posted),
        "never": len(never),
        "twice": sum(count == 2 for count in times.values()),
        "oftener": len(often),
        "stuck": stuck,
        "takeover": f"p50:{percentile(seconds, 0.5):.1f}s,max:{percentile(seconds, 1):.1f}s",
    }
    wrong = [f"{stuck} stuck"] if stuck or any(killed.stuck for killed in found.values()) else []
    wrong += [f"{len(never)} never came, such as {never[:3]}"] if never else []
    wrong += [f"{len(often)} came oftener than twice, such as {often[:3]}"] if often else []
    wrong += [f"{len(strange)} came under another id"] if strange else []
    wrong += [f"{inconsistent} whose attempts are not numbered as they are counted"] if inconsistent else []
    wrong += [f"one was taken over after {max(seconds):.1f} s"] if max(seconds, default=0) > TAKEOVER_SECONDS else []
    wrong += [f"never came to the point {point!r}" for point, killed in found.items() if killed.missed]
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    return Outcome(figures, wrong)
