"""Measures, prints each table as soon as it is there, and writes all of them down: `make bench`."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import machine, report
from bench.comparison import QUICK, Scale
from bench.experiments import EXPERIMENTS
from bench.figures import Table
from bench.stores import opened
from bench.workbench import Bench

STORES = ("sqlite", "postgres")


def main() -> int:
    """Measure what was asked for; 1 if a measurement failed. A missed bar is a figure, and no failure."""
    options = arguments()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="letterbox-bench-") as folder:
        facts = [*origin(), *machine.facts(Path(folder))]
        print(*(f"{name}: {value}" for name, value in facts), sep="\n", flush=True)
        for kind in STORES if options.store == "both" else (options.store,):
            tables += measured(kind, Path(folder), options)
    if options.write:
        options.write.write_text(report.as_markdown(tables, facts))
    return 1 if any(table.failed for table in tables) else 0


def measured(kind: str, folder: Path, options: argparse.Namespace) -> list[Table]:
    tables = []
    with opened(kind, folder) as stores:
        bench = Bench(stores, scale_of(options), profiles=options.profile)
        for name in options.only or EXPERIMENTS:
            tables.append(table := attempt(name, bench))
            print(report.as_text(table), flush=True)
    return tables


def attempt(name: str, bench: Bench) -> Table:
    """The table of an experiment; one that dies says so, and the others are measured all the same."""
    try:
        return EXPERIMENTS[name](bench)
    except Exception as reason:  # noqa: BLE001 # whatever it was, it stands in the report
        return Table(bench.title(name), ("",), failed=[f"{type(reason).__name__}: {reason}"])


def scale_of(options: argparse.Namespace) -> Scale:
    scale = QUICK if options.quick else Scale()
    return replace(scale, stored=options.requests) if options.requests else scale


def origin() -> list[tuple[str, str]]:
    """When and by which command."""
    now = datetime.now(UTC)
    return [("date", f"{now:%Y-%m-%d %H:%M} UTC"), ("command", shlex.join(["python", "-m", "bench", *sys.argv[1:]]))]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--store", choices=[*STORES, "both"], default="both")
    parser.add_argument("--only", nargs="*", choices=[*EXPERIMENTS], help="default: all")
    parser.add_argument("--requests", type=int, help="how many stored requests are many; default: 10,000,000")
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it works: no evidence")
    parser.add_argument("--profile", action="store_true", help="attach a profile to each table with a missed bar")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there as Markdown")
    options = parser.parse_args()
    if options.quick and options.write:
        parser.error("a quick run is no evidence: leave out --write")
    return options


if __name__ == "__main__":
    sys.exit(main())
