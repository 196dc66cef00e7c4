"""What is measured, one function per table, each on one kind of store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from bench import contenders as those
from bench import filling
from bench.comparison import Scale, compare, measure
from bench.contenders import Contender, asking, environment, posting, receiving, serving, shops
from bench.figures import Bar, Series, Table, p50, p99, ratio
from bench.profiling import profile
from bench.purging import purge
from bench.servers import servers
from bench.stores import Stores

MANY_CONNECTIONS = 256
ALIKE = Bar(0.85)  # within 15 %


@dataclass(frozen=True)
class Bench:
    """On what and how much is measured."""

    stores: Stores
    scale: Scale
    profiles: bool = False

    def store(self, endpoints: int = 1, requests: int = 0) -> str:
        """The URL of a store with so many endpoints and stored requests."""
        url = self.stores.new()
        with filling.opened(environment(url)) as service:
            filling.declare(service, shops(endpoints))
            if requests:
                filling.fill(service, requests, filling.samples_of(service, those.SENT, those.BODY))
        self.stores.settle(url)
        return url

    def title(self, text: str) -> str:
        return f"{text}, {self.stores.name}"


def lanes(bench: Bench) -> Table:
    """Receiving by our lanes and by others that do the same job."""
    table = Table(
        bench.title("Receiving with a durable write, 32 connections"),
        ("", "requests/s", "p50 ms", "p99 ms", "express lane is", "bar", ""),
        notes=[bench.stores.says],
    )
    bars = {
        "express lane": None,
        "bound lane": Bar(8),
        "FastAPI with our writer": Bar(3),
        "stock connexion + Flask with our writer": None,
        "prototype": Bar(0.8),
    }
    with ExitStack() as stack:
        express = receiving(stack, "express lane", bench.store())
        found = compare(
            [
                express,
                receiving(stack, "bound lane", bench.store(), express="off"),
                receiving(stack, "FastAPI with our writer", bench.store(), those.FASTAPI),
                receiving(stack, "stock connexion + Flask with our writer", bench.store(), those.STOCK_RECEIVING),
                receiving(stack, "prototype", bench.stores.new(), those.PROTOTYPE),
            ],
            bench.scale,
        )
        for name, bar in bars.items():
            times = ratio(found["express lane"], found[name])
            _add(table, name, found[name], None if name == "express lane" else times, bar)
        _attach_profile(bench, table, express)
    return table


def growth(bench: Bench) -> Table:
    """Receiving with more connections and more endpoints than one."""
    table = Table(
        bench.title("Receiving with more connections and endpoints"),
        ("", "requests/s", "p50 ms", "p99 ms", "of the first", "bar", ""),
    )
    with ExitStack() as stack:
        first, *more = [
            receiving(stack, _endpoints(count), bench.store(count), endpoints=count) for count in bench.scale.endpoints
        ]
        crowd = posting(first.server, connections=MANY_CONNECTIONS)
        crowded = Contender(f"1 endpoint, {MANY_CONNECTIONS} connections", first.server, crowd, first.stored)
        found = compare([first, crowded, *more], bench.scale)
        for name, series in found.items():
            is_first = name == first.name
            times = ratio(series, found[first.name])
            _add(table, name, series, None if is_first else times, None if is_first else ALIKE)
        _attach_profile(bench, table, more[-1])
    return table


def _endpoints(count: int) -> str:
    return f"{count:,} endpoint{'' if count == 1 else 's'}, 32 connections"


def stored(bench: Bench) -> Table:
    """Receiving and listing in a store that holds millions of requests."""
    table = Table(
        bench.title(f"After {bench.scale.stored:,} stored requests"),
        ("", "requests/s", "p50 ms", "p99 ms", "of empty", "bar", ""),
        notes=["Listing is `GET /v1/requests?limit=50` on one connection; empty means: what the rounds before stored."],
    )
    with ExitStack() as stack:
        empty = receiving(stack, "receiving, empty", bench.store())
        full = receiving(stack, "receiving, full", url := bench.store(requests=bench.scale.stored))
        found = compare([empty, full], bench.scale)
        _add(table, empty.name, found[empty.name])
        _add(table, full.name, found[full.name], ratio(found[full.name], found[empty.name]), ALIKE)
        listing = compare([_listing("listing, empty", empty), _listing("listing, full", full)], bench.scale)
        before, after = listing.values()
        _add(table, "listing the newest page, empty", before)
        times = ratio(after, before, p99)
        _add(table, "listing the newest page, full: p99", after, times, Bar(2, at_most=True))
        _purge(bench, table, full, url)
        _attach_profile(bench, table, full)
    return table


def _purge(bench: Bench, table: Table, full: Contender, url: str) -> None:
    found = purge(replace(full, name="receiving, full, again"), url, bench.scale)
    _add(table, "receiving, full, again", found.before)
    times = ratio(found.during, found.before, p99)
    _add(table, "receiving, full, during a purge: p99", found.during, times, Bar(2, at_most=True))
    table.notes.append(f"The purge deleted {found.deleted_per_second:,.0f} requests/s meanwhile.")


def _listing(name: str, contender: Contender) -> Contender:
    return Contender(name, contender.server, asking(contender.server, "/v1/requests?limit=50", connections=1))


def management(bench: Bench) -> Table:
    """Reading an endpoint through our binding and through stock connexion's: same specification, same handlers."""
    table = Table(
        bench.title("Management reads, GET /v1/endpoints/{endpoint}, response validation on, 32 connections"),
        ("", "requests/s", "p50 ms", "p99 ms", "ours is", "bar", ""),
    )
    with ExitStack() as stack:
        ours = _reading(stack, "ours", bench, those.LETTERBOX)
        stock = _reading(stack, "stock connexion", bench, those.STOCK_MANAGEMENT)
        found = compare([ours, stock], bench.scale)
        _add(table, ours.name, found[ours.name])
        _add(table, stock.name, found[stock.name], ratio(found[ours.name], found[stock.name]), Bar(2))
        _attach_profile(bench, table, ours)
    return table


def _reading(stack: ExitStack, name: str, bench: Bench, command: tuple[str, ...]) -> Contender:
    server = stack.enter_context(serving(command, environment(bench.store())))
    return Contender(name, server, asking(server, "/v1/endpoints/shop-0", connections=32))


def memory(bench: Bench) -> Table:
    """What the serving process holds while it takes a million requests."""
    table = Table(
        bench.title(f"Memory of the serving process over {bench.scale.remembered:,} requests"),
        ("requests", "resident MiB", "of the first", "bar", ""),
    )
    most, flat = Bar(150, " MiB", at_most=True), Bar(1.1, at_most=True)
    held, troubles = _held(bench)
    table.failed += troubles
    first, last = held[0][1], held[-1][1]
    table.rows = [(f"{count:,}", f"{size:.0f}", f"{size / first:.2f} ×", "", "") for count, size in held]
    verdicts = [table.judge("memory", last, most), table.judge("flat memory", last / first, flat)]
    table.rows[-1] = (*table.rows[-1][:3], f"{most}, {flat}", ", ".join(verdicts))
    return table


def _held(bench: Bench) -> tuple[list[tuple[int, float]], list[str]]:
    """What the process held in MiB after so many requests, at about ten moments, and what went wrong."""
    held: list[tuple[int, float]] = []
    answers, series = 0, Series()
    with ExitStack() as stack:
        contender = receiving(stack, "express lane", bench.store())
        while answers < bench.scale.remembered:
            answers += measure(contender, bench.scale.seconds, series).answers
            if answers >= bench.scale.remembered * (len(held) + 1) / 10:
                held.append((answers, contender.server.resident_bytes / 2**20))
    return held, series.troubles


EXPERIMENTS: Mapping[str, Callable[[Bench], Table]] = {
    "lanes": lanes,
    "growth": growth,
    "stored": stored,
    "management": management,
    "memory": memory,
    "servers": servers,
}


def _add(table: Table, name: str, series: Series, times: float | None = None, bar: Bar | None = None) -> None:
    """A row with a series' figures, and its ratio with the bar that this is held against."""
    figures = (f"{series.rate:,.0f}", *(f"{series.median(figure):.1f}" for figure in (p50, p99)))
    shown = "" if times is None else f"{times:.2f} ×"
    verdict = table.judge(name, times, bar) if times is not None and bar is not None else ""
    table.rows.append((name, *figures, shown, str(bar or ""), verdict))
    table.failed += [f"{name}: {trouble}" for trouble in series.troubles]


def _attach_profile(bench: Bench, table: Table, contender: Contender) -> None:
    if bench.profiles and table.missed:
        table.profile = profile(contender.server, contender.load)
