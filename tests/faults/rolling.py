"""Rolling restarts behind nginx under load: the service is replaced again and again, and no caller notices."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy import nginx
from tests.deploy.processes import Gunicorn, Kept
from tests.faults.load import Callers
from tests.faults.outage import counted, settled, unwell
from tests.faults.outcome import Outcome, percentile
from tests.faults.stores import Store, opened

TITLE = "rolling restarts, nginx"
RATE = 200
CONNECTIONS = 256  # so that few turns are left out while callers wait
WORKERS = 2
UP_SECONDS, PATIENCE_SECONDS = (0.2, 1.0), 30.0
NO_CALLER_FREE = "no caller free"  # nothing was sent, so nothing failed


def run(store: str, restarts: int, seed: int, minutes: float) -> Outcome:
    """Restart so many times: by SIGHUP to gunicorn on Postgres, at a socket that is kept open on SQLite."""
    if not nginx.is_installed():
        return Outcome.not_run("nginx is not installed")
    with tempfile.TemporaryDirectory(prefix="letterbox-rolling-") as folder, started(store, Path(folder)) as these:
        return asyncio.run(restarted_under_load(*these, restarts, seed, minutes))


@contextmanager
def started(name: str, folder: Path) -> Iterator[tuple[Gunicorn | Kept, Store, nginx.Nginx]]:
    """A running service over a fresh store, and nginx in front of it."""
    with opened(name, folder) as store:
        server = Kept(folder, **store.settings) if name == "sqlite" else Gunicorn(folder, WORKERS, **store.settings)
        server.start()
        try:
            server.wait_ready()
            with nginx.Nginx(folder, server.port).running() as front:
                yield server, store, front
        finally:
            server.kill()


async def restarted_under_load(
    server: Gunicorn | Kept, store: Store, front: nginx.Nginx, restarts: int, seed: int, minutes: float
) -> Outcome:
    callers = Callers(front.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    draw, end, times = random.Random(seed), time.monotonic() + minutes * 60, list[float]()
    async with callers.posting():
        while len(times) < restarts and time.monotonic() < end:
            await asyncio.sleep(draw.uniform(*UP_SECONDS))
            began = time.monotonic()
            await asyncio.to_thread(server.reload if isinstance(server, Gunicorn) else server.restart)
            await callers.first_answer(time.monotonic(), PATIENCE_SECONDS)
            times.append(time.monotonic() - began)
    return await asyncio.to_thread(judge, server, store, callers, times, seed)


def judge(server: Gunicorn | Kept, store: Store, callers: Callers, times: list[float], seed: int) -> Outcome:
    comparison, integrity = settled(server, store, callers, seed)
    failed = {word: count for word, count in callers.troubles.items() if word != NO_CALLER_FREE}
    sent, acknowledged = len(callers.journal.letters), len(callers.journal.acknowledged())
    figures = {
        "restarts": len(times),
        "sent": sent,
        "acknowledged": acknowledged,
        **counted(comparison),
        "integrity": integrity,
        "failed": sum(failed.values()),
        "answer": f"p50:{percentile(callers.latencies, 0.5) * 1000:.0f}ms,max:{percentile(callers.latencies, 1):.2f}s",
        "restart": f"max:{percentile(times, 1):.1f}s",
    }
    wrong = comparison.wrong() + unwell(server, integrity)
    wrong += [f"failed requests: {failed}"] if failed else []
    wrong += [f"{sent - acknowledged} sent and not acknowledged"] if sent != acknowledged and not failed else []
    return Outcome(figures, wrong)
