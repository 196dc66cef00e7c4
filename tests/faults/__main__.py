"""Brings about the faults that need a process of their own, and prints one line for each: `make faults`."""

import argparse
import sys
from collections.abc import Callable

from tests.faults import bodies, kills, noise
from tests.faults.outcome import Outcome

Fault = Callable[[argparse.Namespace], Outcome]

# number in the list of faults → (title, what to run); a new fault is one more line here
FAULTS: dict[int, tuple[str, Fault]] = {
    1: (kills.TITLE, lambda options: kills.run(options.kills, options.seed, options.minutes)),
    10: (bodies.SPACE, lambda _: bodies.refuse_large_ones()),
    11: (bodies.TITLE, lambda options: bodies.keep_random_ones(options.bodies, options.seed)),
    32: (noise.TITLE, lambda options: noise.run(options.requests, options.seed)),
}


def main() -> int:
    """Run what was asked for; 1 if a fault left something wrong."""
    options = arguments()
    outcomes = [attempt(number, options) for number in options.only or FAULTS]
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


def attempt(number: int, options: argparse.Namespace) -> Outcome:
    title, fault = FAULTS[number]
    try:
        outcome = fault(options)
    except Exception as reason:  # noqa: BLE001 -- a harness that dies must say so in its line, and never look green
        outcome = Outcome({}, [f"{type(reason).__name__}: {reason}"])
    print(outcome.line(number, title), flush=True)
    return outcome


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", type=int, nargs="*", choices=[*FAULTS], help="numbers of the faults; default: all")
    parser.add_argument("--kills", type=int, default=100, help="fault 1: how often the service is killed")
    parser.add_argument("--bodies", type=int, default=10_000, help="fault 11: how many random bodies are sent")
    parser.add_argument("--requests", type=int, default=10_000, help="fault 32: how many random requests are sent")
    parser.add_argument("--seed", type=int, default=1, help="decides the moments and the bodies")
    parser.add_argument("--minutes", type=float, default=15, help="no fault begins another round after this time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
