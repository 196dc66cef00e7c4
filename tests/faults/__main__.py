"""Brings about the faults that need a process of their own, and prints one line for each: `make faults`."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.faults import bodies, disks, kills, noise, outage, powercut
from tests.faults.outcome import Outcome
from tests.faults.stores import STORES

Options = argparse.Namespace  # as given, and `store`: the one that the fault is to be tried on


class Fault(NamedTuple):
    title: str
    run: Callable[[Options], Outcome]
    stores: tuple[str, ...] = STORES


# number in the list of faults → what to run; a new fault is one more line here
FAULTS: dict[str, Fault] = {
    "1": Fault(kills.TITLE, lambda given: kills.run(given.store, given.kills, given.seed, given.minutes)),
    "2": Fault(
        outage.KILLED,
        lambda given: outage.kill_database(given.store, 100 if given.long else 10, given.seed, given.minutes),
        ("postgres",),
    ),
    "3": Fault(powercut.TITLE, lambda given: powercut.cut(given.store, given.seed)),
    "4": Fault(powercut.ORDER, lambda given: powercut.ordered(given.store, given.seed)),
    "5": Fault(
        outage.STOPPED, lambda given: outage.stop_and_continue(given.store, 60 if given.long else 5, given.seed)
    ),
    "6": Fault(disks.FULL, lambda given: disks.fill(given.store, given.seed)),
    "7": Fault(disks.UNWRITABLE, lambda given: disks.forbid(given.store, given.seed)),
    "10": Fault(bodies.SPACE, lambda given: bodies.refuse_large_ones(given.store)),
    "11": Fault(bodies.TITLE, lambda given: bodies.keep_random_ones(given.store, given.bodies, given.seed)),
    "32": Fault(noise.TITLE, lambda given: noise.run(given.store, given.requests, given.seed)),
}


def main() -> int:
    """Run what was asked for; 1 if a fault left something wrong."""
    options, began = arguments(), time.monotonic()
    stores = STORES if options.store == "both" else (options.store,)
    numbers = options.only or FAULTS
    pairs = [(number, store) for store in stores for number in numbers if store in FAULTS[number].stores]
    outcomes = [attempt(number, store, options) for number, store in pairs]
    red, omitted = sum(bool(one.wrong) for one in outcomes), sum(one.omitted is not None for one in outcomes)
    minutes = (time.monotonic() - began) / 60
    print(f"{len(outcomes) - red - omitted} ok, {red} red, {omitted} not run, in {minutes:.1f} minutes")
    return 1 if red else 0


def attempt(number: str, store: str, options: Options) -> Outcome:
    fault = FAULTS[number]
    try:
        outcome = fault.run(Options(**vars(options) | {"store": store}))
    except Exception as reason:  # noqa: BLE001 -- a harness that dies must say so in its line, and never look green
        outcome = Outcome({}, [f"{type(reason).__name__}: {reason}"])
    print(outcome.line(number, store, fault.title), flush=True)
    return outcome


def arguments() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=[*FAULTS], help="numbers of the faults; default: all")
    parser.add_argument("--store", choices=[*STORES, "both"], default="both", help="what the service keeps in")
    parser.add_argument("--long", action="store_true", help="the long form of those that have one")
    parser.add_argument("--kills", type=int, default=100, help="fault 1: how often the service is killed")
    parser.add_argument("--bodies", type=int, default=10_000, help="fault 11: how many random bodies are sent")
    parser.add_argument("--requests", type=int, default=10_000, help="fault 32: how many random requests are sent")
    parser.add_argument("--seed", type=int, default=1, help="decides the moments and the bodies")
    parser.add_argument("--minutes", type=float, default=15, help="no fault begins another round after this time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
