"""What is measured, one function per table, each on one kind of store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from bench import contenders as those
from bench.comparison import compare
from bench.contenders import Contender, asking, environment, serving
from bench.deliveries import both_at_once, deliveries, first_attempts
from bench.figures import Bar, Table, ratio
from bench.memory import memory
from bench.newcomer import newcomer
from bench.receiving import door, growth, lanes, stored
from bench.servers import servers
from bench.tails import tails
from bench.workbench import Bench, add


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
        add(table, ours.name, found[ours.name])
        add(table, stock.name, found[stock.name], ratio(found[ours.name], found[stock.name]), Bar(2))
        bench.attach_profile(table, ours)
    return table


def _reading(stack: ExitStack, name: str, bench: Bench, command: tuple[str, ...]) -> Contender:
    server = stack.enter_context(serving(command, environment(bench.store())))
    return Contender(name, server, asking(server, "/v1/endpoints/shop-0", connections=32))


EXPERIMENTS: Mapping[str, Callable[[Bench], Table]] = {
    "lanes": lanes,
    "door": door,
    "growth": growth,
    "stored": stored,
    "management": management,
    "memory": memory,
    "servers": servers,
    "tails": tails,
    "newcomer": newcomer,
    "deliveries": deliveries,
    "first-attempts": first_attempts,
    "at-once": both_at_once,
}
