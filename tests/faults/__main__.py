"""Brings about the faults that need a process of their own, and prints one line for each: `make faults`."""

import argparse
import logging
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.faults import (
    alterations,
    bodies,
    credentials,
    departures,
    disks,
    documents,
    doubt,
    duplicates,
    everywhere,
    framings,
    frozen,
    handovers,
    heads,
    judges,
    kills,
    laggards,
    lines,
    media_types,
    mountains,
    noise,
    offers,
    outage,
    paths,
    poison,
    powercut,
    replies,
    rolling,
    signatures,
    slow,
    tails,
    takeovers,
    tenancy,
    worst,
)
from tests.faults.outcome import CannotBreak, Outcome
from tests.faults.stores import STORES

Options = argparse.Namespace  # as given, and `store`: the one that the fault is to be tried on


class Fault(NamedTuple):
    title: str
    run: Callable[[Options], Outcome]
    stores: tuple[str, ...] = STORES


ONE = ("sqlite",)  # what has no say in what comes of it is not tried twice

# number in the list of faults → what to run; a new fault is one more line here. Heads, slow callers, contracts and
# replies are the same whatever the service keeps in, and the tests of the API hold tenancy on Postgres as well.
FAULTS: dict[str, Fault] = {
    "1": Fault(kills.TITLE, lambda given: kills.run(given.store, given.kills, given.seed, given.minutes)),
    "2": Fault(
        outage.KILLED,
        lambda given: outage.kill_database(given.store, 100 if given.long else 10, given.seed, given.minutes),
        ("postgres",),
    ),
    "2b": Fault(
        doubt.TITLE, lambda given: doubt.run(given.store, 300 if given.long else 45, given.seed), ("postgres",)
    ),
    "3": Fault(powercut.TITLE, lambda given: powercut.cut(given.store, given.seed, given.kills)),
    "4": Fault(powercut.ORDER, lambda given: powercut.ordered(given.store, given.seed, given.kills)),
    "5": Fault(
        outage.STOPPED, lambda given: outage.stop_and_continue(given.store, 60 if given.long else 3, given.seed)
    ),
    "6": Fault(disks.FULL, lambda given: disks.fill(given.store, given.seed)),
    "7": Fault(disks.UNWRITABLE, lambda given: disks.forbid(given.store, given.seed)),
    "8": Fault(departures.TITLE, lambda given: departures.run(given.store)),
    "9": Fault(framings.TITLE, lambda given: framings.run(given.store, given.seed)),
    "10": Fault(bodies.SPACE, lambda given: bodies.send_large_ones(given.store)),
    "11": Fault(bodies.TITLE, lambda given: bodies.keep_random_ones(given.store, given.bodies, given.seed)),
    "elsewhere": Fault(everywhere.TITLE, lambda given: everywhere.run(given.store), ("postgres",)),
    "rolling": Fault(
        rolling.TITLE, lambda given: rolling.run(given.store, max(4, given.kills // 5), given.seed, given.minutes)
    ),
    "12": Fault(duplicates.TITLE, lambda given: duplicates.run(given.store, given.seed)),
    "13": Fault(poison.TITLE, lambda given: poison.run(given.store)),
    "14": Fault(
        takeovers.TITLE, lambda given: takeovers.run(given.store, max(2, given.kills // 5), given.seed, given.minutes)
    ),
    "15": Fault(
        frozen.TITLE, lambda given: frozen.run(given.store, max(1, given.kills // 20), given.seed, given.minutes)
    ),
    "20": Fault(
        laggards.TITLE, lambda given: laggards.run(given.store, *((15.0, 30.0) if given.kills >= 100 else (3.0, 6.0)))
    ),
    "21": Fault(mountains.TITLE, lambda given: mountains.run(given.store, 10_000 if given.kills >= 100 else 2_000)),
    "23": Fault(alterations.TITLE, lambda given: alterations.run(given.store, max(1, given.kills // 25))),
    "24": Fault(signatures.TITLE, lambda given: signatures.run(given.store, 100 * given.kills, given.seed)),
    "25": Fault(tails.TITLE, lambda given: tails.run(given.store, max(4, given.kills // 5), given.seed, given.minutes)),
    "25d": Fault(handovers.TITLE, lambda given: handovers.run(given.store, max(4, given.kills // 10), given.minutes)),
    "26": Fault(heads.SIZES, lambda given: heads.send_too_much(given.store, by_nginx=False), ONE),
    "26n": Fault(f"{heads.SIZES}, nginx", lambda given: heads.send_too_much(given.store, by_nginx=True), ONE),
    "27": Fault(slow.TITLE, lambda given: slow.run(given.store, by_nginx=False), ONE),
    "27n": Fault(f"{slow.TITLE}, nginx", lambda given: slow.run(given.store, by_nginx=True), ONE),
    "28": Fault(heads.SMUGGLED, lambda given: heads.smuggle(given.store, by_nginx=False), ONE),
    "28n": Fault(f"{heads.SMUGGLED}, nginx", lambda given: heads.smuggle(given.store, by_nginx=True), ONE),
    "29": Fault(paths.TITLE, lambda given: paths.run(given.store)),
    "30": Fault(documents.TITLE, lambda given: documents.run(given.store)),
    "31": Fault(offers.TITLE, lambda given: offers.run(given.store), ONE),
    "31w": Fault(worst.CONTRACTS, lambda given: worst.judge_contracts(given.store), ONE),
    "31e": Fault(worst.EXPRESSIONS, lambda given: worst.evaluate_expressions(given.store), ONE),
    "judge": Fault(judges.TITLE, lambda given: judges.run(given.store, max(8, given.kills // 4), given.seed), ONE),
    "32": Fault(noise.TITLE, lambda given: noise.run(given.store, given.requests, given.seed)),
    "33": Fault(media_types.TITLE, lambda given: media_types.run(given.store), ONE),
    "34": Fault(replies.TITLE, lambda given: replies.run(given.store, given.seed), ONE),
    "36": Fault(lines.TITLE, lambda given: lines.run(given.store, given.seed)),
    "36c": Fault(credentials.TITLE, lambda given: credentials.run(given.store)),
    "37": Fault(tenancy.TITLE, lambda given: tenancy.run(given.store), ONE),
}


def main() -> int:
    """Run what was asked for; 1 if a fault left something wrong."""
    options, began = arguments(), time.monotonic()
    logging.basicConfig(handlers=[logging.NullHandler()])  # what runs in this process says what is expected of it
    stores = STORES if options.store == "both" else (options.store,)
    numbers = options.only or FAULTS
    pairs = [(number, store) for store in stores for number in numbers if store in FAULTS[number].stores]
    outcomes = [attempt(number, store, options) for number, store in pairs]
    red, omitted = sum(bool(one.wrong) for one in outcomes), sum(one.omitted is not None for one in outcomes)
    minutes = (time.monotonic() - began) / 60
    print(f"{len(outcomes) - red - omitted} ok, {red} red, {omitted} not run, in {minutes:.1f} minutes")
    return 1 if red else 0


def attempt(number: str, store: str, options: Options) -> Outcome:
    fault, began = FAULTS[number], time.monotonic()
    try:
        outcome = fault.run(Options(**vars(options) | {"store": store}))
    except Exception as reason:  # noqa: BLE001 -- a harness that dies must say so in its line, and never look green
        outcome = told(reason)
    print(f"{outcome.line(number, store, fault.title)}  ({time.monotonic() - began:.0f} s)", flush=True)
    if outcome.wrong and options.tries > 1:
        return attempt(number, store, Options(**vars(options) | {"tries": options.tries - 1}))
    return outcome


def told(reason: Exception) -> Outcome:
    while isinstance(reason, ExceptionGroup):
        reason = reason.exceptions[0]
    if isinstance(reason, CannotBreak):
        return Outcome.not_run(str(reason))
    return Outcome({}, [f"{type(reason).__name__}: {reason}"])


def arguments() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=[*FAULTS], help="numbers of the faults; default: all")
    parser.add_argument("--store", choices=[*STORES, "both"], default="both", help="what the service keeps in")
    parser.add_argument("--long", action="store_true", help="the long form of those that have one")
    parser.add_argument(
        "--kills", type=int, default=100, help="how often the service is killed; scales what else is counted"
    )
    parser.add_argument("--bodies", type=int, help="fault 11: how many random bodies are sent; default: 100 a kill")
    parser.add_argument("--requests", type=int, help="fault 32: how many random requests; default: 100 a kill")
    parser.add_argument("--seed", type=int, default=1, help="decides the moments and the bodies")
    parser.add_argument("--tries", type=int, default=1, help="how often a red one is tried: a busy machine is slow")
    parser.add_argument("--minutes", type=float, default=15, help="no fault begins another round after this time")
    given = parser.parse_args()
    given.bodies, given.requests = given.bodies or 100 * given.kills, given.requests or 100 * given.kills
    return given


if __name__ == "__main__":
    sys.exit(main())
