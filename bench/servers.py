"""The servers that could have carried the application: how fast each receives, and what each lets callers do."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import contenders as those
from bench.comparison import compare
from bench.contenders import Contender, receiving
from bench.figures import Series, Table, p50, p99, ratio
from bench.load import Load
from bench.server import CAN_PIN, LOADING_CORE, SERVING_CORE, whole_resident_bytes
from tests.deploy import hostile, nginx
from tests.faults import slow

if TYPE_CHECKING:
    from bench.workbench import Bench

OURS = "uvicorn with our bounds"
SERVERS: Mapping[str, tuple[str, ...]] = {
    OURS: those.LETTERBOX,
    "gunicorn's ASGI worker": (
        *(those.PYTHON, "-m", "gunicorn", "--worker-class=asgi", "--bind=127.0.0.1:{port}", "--log-level=warning"),
        "app:create_app()",
    ),
    "granian": (
        *(those.PYTHON, "-m", "granian", "--interface=asgi", "--http=1", "--no-ws", "--loop=uvloop", "--port={port}"),
        *("--http1-header-read-timeout=15000", "--log-level=warning", "--factory", "app:create_app"),
    ),
}
CORES = {"load's": LOADING_CORE, "server's": SERVING_CORE}
AT_ONCE = 8

NOTE = (
    f"Malformed: of {len(hostile.SMUGGLING)} requests, those answered once, with 400 or 501 (fault 28). "
    f"Heads: of {len(hostile.OVERSIZED)} beyond a bound, those answered 400, 414 or 431, and what the server holds "
    f"more afterwards (fault 26). Slow: of {slow.EACH} senders of a byte per {slow.BYTE_SECONDS} s, those that are "
    f"given up within {slow.BAR_SECONDS:g} s, and when the last is; p99 of others before and meanwhile (fault 27)."
)

Faults = tuple[str, ...]
COLUMNS: Faults = (
    "malformed refused",
    "heads bounded",
    "memory for them",
    "slow heads",
    "slow bodies",
    "p99 meanwhile",
)


def servers(bench: Bench) -> Table:
    """Receiving through each server, ours also behind nginx; then faults 26 to 28 on each."""
    table = Table(
        bench.title("Servers: receiving with a durable write, 32 connections; hostile and slow callers"),
        ("", "requests/s", "p50 ms", "p99 ms", "of ours", *COLUMNS),
        notes=[NOTE],
    )
    with ExitStack() as stack:
        each = [receiving(stack, name, bench.store(), command) for name, command in SERVERS.items()]
        behind = list(_behind_nginx(stack, each[0]))
        found = compare([*each, *behind], bench.scale)
        for contender in [*each, *behind]:
            series = found[contender.name]
            table.rows.append((*_figures(contender.name, series, found[OURS]), *_faults(contender)))
            table.failed += [f"{contender.name}: {trouble}" for trouble in series.troubles]
    return table


def _figures(name: str, series: Series, ours: Series) -> tuple[str, ...]:
    times = (f"{series.median(figure):.1f}" for figure in (p50, p99))
    return name, f"{series.rate:,.0f}", *times, f"{ratio(series, ours):.2f} ×"


def _behind_nginx(stack: ExitStack, ours: Contender) -> Iterator[Contender]:
    if not nginx.is_installed():
        return
    for whose, core in CORES.items():
        front = stack.enter_context(_nginx(ours.server.port, core))
        load = Load(front.port, ours.load.letters, connections=ours.load.connections)
        yield Contender(f"ours behind nginx on the {whose} core", ours.server, load, ours.stored)


@contextmanager
def _nginx(port: int, core: int) -> Iterator[nginx.Nginx]:
    pinned = ("taskset", "--cpu-list", str(core)) if CAN_PIN else ()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="letterbox-bench-nginx-"))
        yield stack.enter_context(nginx.Nginx(Path(folder), port, wrapped_in=pinned).running())


def _faults(contender: Contender) -> Faults:
    """What comes of hostile and slow callers, in the order of COLUMNS."""
    port, pid = contender.load.port, contender.server.process.pid
    malformed = _refused(port, hostile.SMUGGLING, hostile.MALFORMED)
    before = whole_resident_bytes(pid)
    heads = _refused(port, hostile.OVERSIZED, hostile.TOO_MUCH)
    grown = max(0, whole_resident_bytes(pid) - before) / 2**20
    found = asyncio.run(slow.one_round(port))
    meanwhile = f"{found.quiet * 1000:.0f} → {found.busy * 1000:.0f} ms"
    return malformed, heads, f"{grown:.1f} MiB", *map(_given_up, found.closed.values()), meanwhile


def _refused(port: int, table: Mapping[str, bytes], allowed: frozenset[int]) -> str:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda sent: hostile.is_refused(port, sent, allowed), table.values())
        return f"{sum(found)} of {len(table)}"


def _given_up(seconds: Sequence[float]) -> str:
    return f"{sum(each <= slow.BAR_SECONDS for each in seconds)}, {max(seconds):.0f} s"
