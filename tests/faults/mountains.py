"""Fault 21: after an outage a mountain of retries is due at once; the rate holds, and what is fresh does not starve."""

from __future__ import annotations

import time
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.faults.delivering import STUCK_SECONDS, Stage, Way, staged
from tests.faults.laggards import paced, shown
from tests.faults.outcome import Outcome, percentile

TITLE = "retries after an outage"
RATE = 200  # of the destination that was out
FRESH_RATE = 20  # of letters to it and to another one in turn
CALLERS = 8
STARVED_SECONDS = 2.5  # what is fresh is on its way no longer; who does not route looks once a second for it
PATIENCE_FACTOR = 3  # times as long as the rate would take


class Fresh(NamedTuple):
    """When each was posted, by its id."""

    same: dict[str, float]
    other: dict[str, float]


def run(store: str, count: int) -> Outcome:
    """Have so many wait, say that each was tried before, and let them go."""
    with staged(store) as stage:
        out, other = stage.way(rate_per_second=RATE, max_in_flight=64, paused=True), stage.way()
        with ThreadPoolExecutor(CALLERS) as callers:
            mountain = set(callers.map(lambda number: stage.post(out, b"%d" % number), range(count)))
        routed = stage.until(lambda: waiting(stage, out) == count, STUCK_SECONDS)
        assert routed is not None, "not all was routed"
        stage.store.change(
            f"update delivery set queue = 1, spent = 1, due_at = {round(time.time() * 1000)} "  # noqa: S608 # our own
            f"where destination_id = '{out.destination_id}'"
        )
        began = time.monotonic()
        stage.client.patch(f"/v1/destinations/{out.destination_id}", json={"paused": False}).raise_for_status()
        fresh = post_fresh(stage, out, other, count / RATE / 2)
        patience = PATIENCE_FACTOR * count / RATE
        stage.receiver.wait_until(lambda: len(stage.receiver.at(out.path)) >= count + len(fresh.same), patience)
        return judge(stage, out, mountain, fresh, began)


def waiting(stage: Stage, way: Way) -> int:
    statement = f"select count(*) from delivery where destination_id = '{way.destination_id}'"  # noqa: S608 # likewise
    return int(stage.store.rows(statement)[0][0])


def post_fresh(stage: Stage, out: Way, other: Way, seconds: float) -> Fresh:
    fresh = Fresh({}, {})
    for _ in paced(FRESH_RATE, seconds):
        for posted, way in ((fresh.same, out), (fresh.other, other)):
            moment = time.monotonic()
            posted[stage.post(way)] = moment
    return fresh


def judge(stage: Stage, out: Way, mountain: set[str], fresh: Fresh, began: float) -> Outcome:
    came = {each.name: each.at for each in stage.receiver.received}
    moments = sorted(each.at for each in stage.receiver.at(out.path))
    most = max(bisect_left(moments, moment + 1) - index for index, moment in enumerate(moments))
    begun = most_begun(stage, out)
    retried = max((came.get(name, float("inf")) for name in mountain), default=0) - began
    same, other = took(fresh.same, came), took(fresh.other, came)
    stuck, times = stage.stuck(), stage.receiver.times()
    wrongly = [name for name in stage.posted if times[name] != 1]
    figures = {
        "retries": len(mountain),
        "rate": RATE,
        "most_in_a_second": f"begun:{begun},came:{most}",
        "retried_in": f"{retried:.1f}s",
        "fresh_there": shown(same),
        "fresh_elsewhere": shown(other),
        "stuck": stuck,
    }
    wrong = [f"{begun} were begun in a second"] if begun > RATE else []
    wrong += [f"{stuck} stuck"] if stuck else []
    wrong += ["fresh ones there starved"] if percentile(same, 0.99) > STARVED_SECONDS else []
    wrong += ["fresh ones elsewhere starved"] if percentile(other, 0.99) > STARVED_SECONDS else []
    wrong += [f"{len(wrongly)} did not come exactly once"] if wrongly else []
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    return Outcome(figures, wrong)


def took(posted: dict[str, float], came: dict[str, float]) -> list[float]:
    return [came.get(name, float("inf")) - moment for name, moment in posted.items()]


def most_begun(stage: Stage, way: Way) -> int:
    """The most attempts that were begun within any second, by the service's own clock."""
    rows = stage.store.rows(
        "select a.started_at from attempt a join delivery d on d.id = a.delivery_id "  # noqa: S608 # likewise
        f"where d.destination_id = '{way.destination_id}' order by a.started_at"
    )
    moments = [row[0] for row in rows]
    return max(bisect_left(moments, moment + 1000) - index for index, moment in enumerate(moments))
