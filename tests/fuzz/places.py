"""Where it is hunted: in this process, or in a running server, each with a database of its own.

Nothing is delivered from there: what the hunt declares as destinations are other people's addresses.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

import app
from letterbox.config import Settings
from tests.faults.server import ADMIN_KEY, served
from tests.fuzz.ground import prepare
from tests.fuzz.hunt import Effort, Game, hunt

EFFORT = Effort(examples=30, sequences=200, steps=8)


def hunt_at(place: str, seed: int) -> Game:
    """One hunt, told of as soon as it is over."""
    began = time.monotonic()
    with PLACES[place]() as target:
        game = hunt(app.document(), EFFORT, seed=seed, key=ADMIN_KEY, target=target)
    print(f"{place}, seed {seed}, {time.monotonic() - began:.0f} s: {game.shown()}", flush=True)
    return game


@contextmanager
def in_process() -> Iterator[Any]:
    """A fresh application with a fresh database, prepared; the hunt itself opens and closes it."""
    with tempfile.TemporaryDirectory(prefix="letterbox-fuzz-") as folder:
        yield application(Path(folder))


def application(folder: Path) -> Any:
    database_url = f"sqlite:///{folder}/letterbox.db"
    built = app.create_app(Settings(database_url=database_url, admin_key=ADMIN_KEY, deliver=False))
    with TestClient(built, headers={"authorization": f"Bearer {ADMIN_KEY}"}) as admin:
        prepare(admin)
    return built


@contextmanager
def running() -> Iterator[str]:
    """The URL of a fresh server with a fresh database, prepared."""
    with tempfile.TemporaryDirectory(prefix="letterbox-fuzz-") as folder, served(Path(folder), deliver="off") as server:
        with server.client() as admin:
            prepare(admin)
        yield server.url
        assert not server.tracebacks(), server.end_of_log()


PLACES = {"in process": in_process, "running": running}
