"""Receiving: against others, by what an endpoint asks, with many connections and endpoints, and into full stores."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from bench import contenders as those
from bench import doors
from bench.comparison import compare
from bench.contenders import Contender, asking, posting, receiving
from bench.doors import Door, shops
from bench.figures import Bar, Table, p99, ratio
from bench.purging import purge
from bench.workbench import Bench, add

MANY_CONNECTIONS = 256
ALIKE = Bar(0.85)  # within 15 %
BOTH = "signature and contract"

DOORS: dict[str, Door] = {
    "plain": doors.PLAIN,
    "signature (HMAC-SHA256)": doors.VERIFIED,
    "contract (7 keywords), enforced": doors.JUDGED,
    "signature and contract": doors.BOTH,
    "duplicates told by a header: every request is the first": doors.FIRST,
    "duplicates told by a header: every request is one": doors.DUPLICATE,
    "GitHub's payloads, plain": doors.GITHUBS_PLAIN,
    "GitHub's payloads, signature and GitHub's whole contract": doors.GITHUB,
}


def lanes(bench: Bench) -> Table:
    """Receiving by our lanes and by others that do the same job."""
    table = Table(
        bench.title("Receiving with a signature, a contract and a durable write, 32 connections"),
        ("", "requests/s", "p50 ms", "p99 ms", "express lane is", "bar", ""),
        notes=[bench.stores.says, NOTE],
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
            add(table, name, found[name], None if name == "express lane" else times, bar)
        bench.attach_profile(table, express)
    return table


NOTE = (
    "All verify an HMAC-SHA256 over the raw body and judge by the same small schema: ours as an endpoint declares it, "
    "FastAPI by a pydantic model and a dependency, stock connexion by its specification and in the handler, the "
    "prototype by jsonschema-rs."
)


def door(bench: Bench) -> Table:
    """Receiving by the express lane, by what the endpoint asks of those who send."""
    table = Table(
        bench.title("Receiving by what an endpoint asks, express lane, 32 connections"),
        ("", "requests/s", "p50 ms", "p99 ms", "of plain"),
        notes=[doors.about_githubs()],
    )
    paths = {name: f"/door-{number}" for number, name in enumerate(DOORS)}
    with ExitStack() as stack:
        first = receiving(stack, "", bench.store({paths[name]: door for name, door in DOORS.items()}))
        each = [_at(first, name, {paths[name]: door}) for name, door in DOORS.items()]
        found = compare(each, bench.scale)
        for name, series in found.items():
            add(table, name, series, ratio(series, found["plain"]))
    return table


def _at(first: Contender, name: str, at: dict[str, Door]) -> Contender:
    """The same server with load on one of its endpoints. Of duplicates only the newest are kept."""
    stored = first.stored if doors.DUPLICATE not in at.values() else None
    return replace(first, name=name, load=posting(first.server, at), stored=stored)


def growth(bench: Bench) -> Table:
    """Receiving with more connections and more endpoints than one."""
    table = Table(
        bench.title("Receiving with more connections and endpoints, each with a signature and a contract"),
        ("", "requests/s", "p50 ms", "p99 ms", "of the first", "bar", ""),
        notes=["All endpoints share one schema, and each has its own contract and its own secret."],
    )
    with ExitStack() as stack:
        first, *more = [
            receiving(stack, _endpoints(count), bench.store(shops(count)), doors=shops(count))
            for count in bench.scale.endpoints
        ]
        crowd = posting(first.server, shops(1), connections=MANY_CONNECTIONS)
        crowded = Contender(f"1 endpoint, {MANY_CONNECTIONS} connections", first.server, crowd, first.stored)
        found = compare([first, crowded, *more], bench.scale)
        for name, series in found.items():
            is_first = name == first.name
            times = ratio(series, found[first.name])
            add(table, name, series, None if is_first else times, None if is_first else ALIKE)
        bench.attach_profile(table, more[-1])
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
        add(table, empty.name, found[empty.name])
        add(table, full.name, found[full.name], ratio(found[full.name], found[empty.name]), ALIKE)
        listing = compare([_listing("listing, empty", empty), _listing("listing, full", full)], bench.scale)
        before, after = listing.values()
        add(table, "listing the newest page, empty", before)
        times = ratio(after, before, p99)
        add(table, "listing the newest page, full: p99", after, times, Bar(2, at_most=True))
        _purge(bench, table, full, url)
        bench.attach_profile(table, full)
    return table


def _purge(bench: Bench, table: Table, full: Contender, url: str) -> None:
    found = purge(replace(full, name="receiving, full, again"), url, bench.scale)
    add(table, "receiving, full, again", found.before)
    times = ratio(found.during, found.before, p99)
    add(table, "receiving, full, during a purge: p99", found.during, times, Bar(2, at_most=True))
    table.notes.append(f"The purge deleted {found.deleted_per_second:,.0f} requests/s meanwhile.")


def _listing(name: str, contender: Contender) -> Contender:
    return Contender(name, contender.server, asking(contender.server, "/v1/requests?limit=50", connections=1))
