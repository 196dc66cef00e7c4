"""Fault 20: one destination is slow, and ninety-nine others do not notice."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from tests.faults.delivering import Stage, Way, staged
from tests.faults.outcome import Outcome, percentile

TITLE = "1 slow destination of 100"
DESTINATIONS = 100
RATE = 60
FOR_THE_SLOW_ONE = 50  # at the beginning of each phase: more than may be in flight
BAR = 1.5  # times the 99th percentile of the baseline
PATIENT_SECONDS = 30  # the slow one is let have its time
ROUNDS = 3


def run(store: str, slow_seconds: float, seconds: float) -> Outcome:
    """Phases with a slow destination and without take turns, so that a busy machine is busy in both."""
    with staged(store) as stage:
        ways = [stage.way(timeout_seconds=PATIENT_SECONDS) for _ in range(DESTINATIONS)]
        post_evenly(stage, ways, 2.0)  # every lane and connection is there
        stuck = stage.stuck()
        calm, slowed = list[float](), list[float]()
        for _ in range(ROUNDS):
            calm += phase(stage, ways, seconds)
            stuck += stage.stuck()
            stage.receiver.delays[ways[0].path] = slow_seconds
            slowed += phase(stage, ways, seconds)
            stage.receiver.delays.clear()
            stuck += stage.stuck()
        return judge(stage, calm, slowed, stuck)


def phase(stage: Stage, ways: list[Way], seconds: float) -> list[float]:
    """The seconds that each letter to a good destination was on its way from being posted."""
    for _ in range(FOR_THE_SLOW_ONE):
        stage.post(ways[0])
    posted = post_evenly(stage, ways, seconds)
    good = {name: moment for name, (way, moment) in posted.items() if way is not ways[0]}
    stage.receiver.wait_until(lambda: good.keys() <= {each.name for each in stage.receiver.received})
    came = {each.name: each.at for each in stage.receiver.received}
    return [came[name] - moment if name in came else float("inf") for name, moment in good.items()]


def post_evenly(stage: Stage, ways: list[Way], seconds: float) -> dict[str, tuple[Way, float]]:
    """Post to each in turn at a steady rate; when each letter was posted, by its id."""
    posted = {}
    for way, _ in zip(itertools.cycle(ways), paced(RATE, seconds), strict=False):
        moment = time.monotonic()
        posted[stage.post(way)] = (way, moment)
    return posted


def paced(rate: float, seconds: float) -> Iterator[float]:
    """So many turns in a second, for so long."""
    began = time.monotonic()
    for number in range(round(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        yield time.monotonic()


def judge(stage: Stage, calm: list[float], slowed: list[float], stuck: int) -> Outcome:
    base, beside = percentile(calm, 0.99), percentile(slowed, 0.99)
    times = stage.receiver.times()
    wrongly = [name for name in stage.posted if times[name] != 1]
    figures = {
        "deliveries": len(stage.posted),
        "calm": shown(calm),
        "beside_a_slow_one": shown(slowed),
        "ratio": f"{beside / base:.2f}",
        "stuck": stuck,
    }
    wrong = [f"the good ones' p99 is {beside / base:.2f} times the baseline"] if beside > BAR * base else []
    wrong += [f"{stuck} stuck"] if stuck else []
    wrong += [f"{len(wrongly)} did not come exactly once"] if wrongly else []
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    return Outcome(figures, wrong)


def shown(seconds: list[float]) -> str:
    return ",".join(f"p{share}:{percentile(seconds, share / 100) * 1000:.0f}ms" for share in (50, 99))
