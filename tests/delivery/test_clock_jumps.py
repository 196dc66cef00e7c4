"""The wall clock jumps while deliveries are under way: none is lost, and none is sent twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from letterbox.delivery import rounds
from tests.delivery.planes import Plane
from tests.delivery.scripted import PATIENCE_SECONDS, Answering, Received, receiving

HOUR, YEAR = 3_600, 365 * 86_400
RETRIED_AFTER = 60.0


class Clock:
    """The wall clock of everything that asks letterbox.ids for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead_seconds = 0
        monkeypatch.setattr("letterbox.ids.time", SimpleNamespace(time_ns=self._time_ns))

    def _time_ns(self) -> int:
        return time.time_ns() + self.ahead_seconds * 1_000_000_000


@pytest.fixture
def attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dispatcher that starts from now on looks often at what time has made due."""
    monkeypatch.setattr(rounds, "SECONDS_BETWEEN_LOOKS", 0.02)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.usefixtures("attentive")
@pytest.mark.parametrize("jump", [-HOUR, HOUR, YEAR], ids=["an_hour_back", "an_hour_ahead", "a_year_ahead"])
def test_a_jump_of_the_clock_loses_no_delivery_and_repeats_none(plane: Plane, clock: Clock, jump: int) -> None:
    let_go, tries = threading.Event(), Counter[bytes]()

    def answer(received: Received) -> Answering:
        tries[received.body] += 1
        if received.body == b"in flight":
            let_go.wait(PATIENCE_SECONDS)
        return Answering(500 if received.body == b"tried" and tries[b"tried"] == 1 else 200)

    with receiving(answer) as receiver:
        plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(0, RETRIED_AFTER)))
        plane.receive(b"tried", b"in flight")
        receiver.wait_for(2)
        plane.until(lambda some: any(each.attempts == 1 and each.status == "waiting" for each in some))
        clock.ahead_seconds = jump
        plane.receive(b"fresh")
        receiver.wait_for(3)
        let_go.set()
        clock.ahead_seconds = max(jump, HOUR)  # by now, what was to be tried again is due whichever way it went
        plane.until_all("succeeded", 3)
    assert tries == {b"tried": 2, b"in flight": 1, b"fresh": 1}
