"""How soon what is declared in one process holds in another: endpoints and keys, made, changed and removed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.faults.outcome import Outcome, percentile
from tests.faults.server import served
from tests.faults.stores import started

TITLE = "changes seen elsewhere"
CHANGES = 25  # of each kind
BAR_SECONDS, PATIENCE_SECONDS = 1.0, 10.0


def run(store: str) -> Outcome:
    """Declare at one process, and ask the other until it says so too."""
    with (
        started(store) as (here, place),
        tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder,
        served(Path(folder), **place.settings) as there,
        here.client() as mine,
        there.client() as theirs,
    ):
        delays = [delay for number in range(CHANGES) for delay in changed(mine, theirs, number)]
    figures = {
        "changes": len(delays),
        "p50": f"{percentile(delays, 0.5) * 1000:.0f}ms",
        "max": f"{max(delays) * 1000:.0f}ms",
    }
    wrong = [f"one took {max(delays):.1f} s"] if max(delays) > BAR_SECONDS else []
    return Outcome(figures, wrong)


def changed(mine: httpx.Client, theirs: httpx.Client, number: int) -> list[float]:
    """The seconds until each of these changes was seen on the other side."""
    path, name = f"/in/default/shop-{number}", f"shop-{number}"
    made = post(mine, "/v1/endpoints", {"path": f"/{name}", "name": name})
    delays = [seen(lambda: theirs.post(path).status_code == 202)]
    mine.patch(f"/v1/endpoints/{made['id']}", json={"max_body_bytes": 1}).raise_for_status()
    delays.append(seen(lambda: theirs.post(path, content=b"12").status_code == 413))
    mine.delete(f"/v1/endpoints/{made['id']}", params={"requests": "delete"}).raise_for_status()
    delays.append(seen(lambda: theirs.post(path).status_code == 404))
    key = post(mine, "/v1/keys", {"name": name, "scopes": ["read"]})
    mine_again = {"authorization": f"Bearer {key['secret']}"}
    delays.append(seen(lambda: theirs.get("/v1/endpoints", headers=mine_again).status_code == 200))
    mine.delete(f"/v1/keys/{key['id']}").raise_for_status()
    delays.append(seen(lambda: theirs.get("/v1/endpoints", headers=mine_again).status_code == 401))
    return delays


def post(client: httpx.Client, address: str, body: dict[str, object]) -> dict[str, str]:
    answer = client.post(address, json=body)
    answer.raise_for_status()
    made: dict[str, str] = answer.json()
    return made


def seen(holds: Callable[[], bool]) -> float:
    """The seconds until something holds, or as long as it was waited for."""
    began = time.monotonic()
    while not holds() and time.monotonic() - began < PATIENCE_SECONDS:
        time.sleep(0.002)
    return time.monotonic() - began
