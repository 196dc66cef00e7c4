"""The service holds what its specification promises, whatever is sent; `python -m tests.fuzz` hunts longer."""

from pathlib import Path

import app
from letterbox.config import Settings
from tests.faults.server import ADMIN_KEY
from tests.fuzz.hunt import Effort, hunt


def test_a_hunt_with_every_check_and_phase_finds_nothing(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/letterbox.db", admin_key=ADMIN_KEY)
    application = app.create_app(settings)
    game = hunt(app.document(), Effort(examples=2, sequences=2, steps=4), seed=1, key=ADMIN_KEY, target=application)
    assert not game.failures, game.shown()
    assert game.requests.keys() >= {"examples", "coverage", "fuzzing", "stateful"}
