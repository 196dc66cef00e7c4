"""Fault 36: whatever comes in, each line of the log is one JSON object, and no secret is in any."""

from __future__ import annotations

import base64
import json
import random
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import httpx

from tests.deploy.hostile import OVERSIZED, SMUGGLING, answers
from tests.faults import noise
from tests.faults.outcome import Outcome
from tests.faults.server import TOP, Server
from tests.faults.stores import Postgresql, Sqlite, Store, opened
from tests.house.canaries import ADMIN_KEY, ANSWERS, HEADERS, INBOX, SECRET_KEY, call_everything, require_silent

TITLE = "log lines"
NOISES = 500
SECRETS = b"Authorization: Bearer canary\r\nCookie: canary=canary\r\nX-Canary: Y2FuYXJ5\r\nHost: "
PATIENCE_SECONDS = 30
JSON = {"content-type": "application/json"}


class Logging(Server):
    """What it logs is apart from what it says to who started it."""

    def spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            cwd=TOP,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )


def run(store: str, seed: int) -> Outcome:
    """Say canaries wherever a caller can, also while the store fails, and read the log at level debug."""
    with tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder, opened(store, Path(folder)) as place:
        server = Logging(Path(folder), **settings_of(place))
        server.start()
        try:
            server.wait_ready()
            wrong, secrets = said(server, place, seed)
            server.stop()
        finally:
            server.kill()
        lines = server.log.read_text().splitlines()
    loud = [line for line in lines if is_loud(line, secrets)]
    wrong += [f"{len(loud)} lines are no JSON or tell, such as {loud[0][:300]}"] if loud else []
    levels = Counter(json.loads(line)["level"] for line in lines if line not in loud)
    return Outcome({"lines": len(lines), "levels": dict(sorted(levels.items()))}, wrong)


def settings_of(place: Store) -> dict[str, str]:
    secret_key = base64.b64encode(SECRET_KEY).decode()
    return place.settings | {"admin_key": ADMIN_KEY, "secret_key": secret_key, "log_level": "debug"}


def said(server: Server, place: Store, seed: int) -> tuple[list[str], list[str]]:
    """Say everything that a caller can; returns what was wrong with the answers, and the secrets in them."""
    draw = random.Random(seed)
    with httpx.Client(base_url=server.url, headers=HEADERS, timeout=PATIENCE_SECONDS) as caller:
        wrong = [] if call_everything(caller) == ANSWERS else ["odd answers to the calls"]
        made = caller.post("/v1/keys", json={"name": "another", "scopes": ["read"]}).json()
        rotated = caller.post(f"/v1/keys/{made['id']}/rotate", json={"overlap_seconds": 0}).json()
        secrets = [made["secret"], rotated["secret"]]
        for secret in secrets:
            caller.get("/v1/keys", headers={"authorization": f"Bearer {secret}"})
        for request in (*SMUGGLING.values(), *OVERSIZED.values(), *(noise.request(draw) for _ in range(NOISES))):
            answers(server.port, request.replace(b"Host: ", SECRETS, 1))
        with failing(place), ThreadPoolExecutor() as both:  # each waits for as long as the store may take
            asked = ((INBOX, b"canary"), ("/v1/endpoints", b'{"path":"/canary"}'))
            failed = list(both.map(lambda one: caller.post(one[0], content=one[1], headers=JSON), asked))
        if any(answer.status_code != httpx.codes.SERVICE_UNAVAILABLE for answer in failed):
            wrong.append(f"the store failed, and the answers were {[answer.status_code for answer in failed]}")
    return wrong, secrets


@contextmanager
def failing(place: Store) -> Iterator[None]:
    """The store takes no writes meanwhile: Postgres is away, and SQLite's file is held by somebody else."""
    if isinstance(place, Postgresql):
        place.cluster.kill()
        yield
        place.cluster.start()
    elif isinstance(place, Sqlite):
        with closing(sqlite3.connect(place.path, isolation_level=None)) as connection:
            connection.execute("begin immediate")
            yield
            connection.execute("rollback")


def is_loud(line: str, secrets: list[str]) -> bool:
    """Whether a line is no JSON object, or tells what it must not."""
    try:
        require_silent([line])
    except (AssertionError, ValueError):
        return True
    return any(secret in line for secret in secrets)
