"""What the serving process holds while it takes a million requests, and what its judge holds beside it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import NamedTuple

from bench import doors
from bench.comparison import measure
from bench.contenders import receiving
from bench.figures import Bar, Series, Table
from bench.workbench import Bench

MIXED = {**doors.shops(9), "/github": doors.GITHUB}
MOST, FLAT = Bar(150, " MiB", at_most=True), Bar(1.1, at_most=True)
MIB = 2**20


class Held(NamedTuple):
    """After so many requests, in MiB."""

    requests: int
    serving: float
    judge: float


def memory(bench: Bench) -> Table:
    """One request in ten is one of GitHub's."""
    table = Table(
        bench.title(f"Memory of the serving process over {bench.scale.remembered:,} requests"),
        ("requests", "resident MiB", "of the first", "judge's MiB", "bar", ""),
        notes=[NOTE],
    )
    held, troubles = _held(bench)
    table.failed += troubles
    first, last = held[0].serving, held[-1].serving
    table.rows = [
        (f"{each.requests:,}", f"{each.serving:.0f}", f"{each.serving / first:.2f} ×", f"{each.judge:.0f}", "", "")
        for each in held
    ]
    verdicts = [table.judge("memory", last, MOST), table.judge("flat memory", last / first, FLAT)]
    table.rows[-1] = (*table.rows[-1][:4], f"{MOST}, {FLAT}", ", ".join(verdicts))
    return table


NOTE = (
    "Nine endpoints with a signature and a small contract, one with a signature and GitHub's whole contract; each gets "
    "every tenth request. The judge's is what its processes hold together: pages that they share count in each."
)


def _held(bench: Bench) -> tuple[list[Held], list[str]]:
    """What was held at about ten moments, and what went wrong."""
    held: list[Held] = []
    answers, series = 0, Series()
    with ExitStack() as stack:
        contender = receiving(stack, "express lane", bench.store(MIXED), doors=MIXED)
        contender.load.knock()
        while answers < bench.scale.remembered:
            answers += measure(contender, bench.scale.seconds, series).answers
            if answers >= bench.scale.remembered * (len(held) + 1) / 10:
                server = contender.server
                held.append(Held(answers, server.resident_bytes / MIB, server.children_bytes / MIB))
    return held, series.troubles
