"""The service holds what its specification promises, whatever is sent; `make fuzz` hunts longer, and in all phases."""

from pathlib import Path

import app
from tests.faults.server import ADMIN_KEY
from tests.fuzz.hunt import Effort, hunt
from tests.fuzz.places import application


def test_a_short_hunt_with_every_check_finds_nothing(tmp_path: Path) -> None:
    effort = Effort(examples=2, sequences=2, steps=4, covers=False)
    game = hunt(app.document(), effort, seed=1, key=ADMIN_KEY, target=application(tmp_path))
    assert not game.failures, game.shown()
    assert game.requests.keys() >= {"examples", "fuzzing", "stateful"}
