"""Hunts with several seeds, in process and against a running server: what continuous integration calls.

python -m tests.fuzz --seeds 1 2 3
"""

import argparse
import itertools
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.places import PLACES, hunt_at


def main() -> int:
    """1 if any hunt found anything. As many hunts go on at once as there are cores, each in a process of its own."""
    options = arguments()
    hunts = list(itertools.product(options.places, options.seeds))
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as hunters:
        games = list(hunters.map(hunt_at, *zip(*hunts, strict=True)))
    return 1 if any(game.failures for game in games) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--places", nargs="+", choices=[*PLACES], default=[*PLACES])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
