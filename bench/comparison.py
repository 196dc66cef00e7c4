"""Measuring by turns: each round measures every contender once, so that whatever slows the machine slows them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.contenders import Contender
from bench.figures import Sample, Series
from bench.load import Load
from letterbox.ids import now


@dataclass(frozen=True)
class Scale:
    """How much is measured; times are seconds."""

    rounds: int = 5
    seconds: int = 3
    warm_up: int = 2
    endpoints: tuple[int, ...] = (1, 10, 100, 1_000, 10_000)
    stored: int = 10_000_000
    remembered: int = 1_000_000  # requests over which the memory is watched


QUICK = Scale(rounds=1, seconds=1, warm_up=0, endpoints=(1, 100), stored=20_000, remembered=5_000)


def compare(contenders: Sequence[Contender], scale: Scale) -> dict[str, Series]:
    """The series of each contender by its name."""
    found = {contender.name: Series() for contender in contenders}
    for contender in contenders:
        warm_up(contender.load, scale.warm_up)
    for _ in range(scale.rounds):
        for contender in contenders:
            measure(contender, scale.seconds, found[contender.name])
    return found


def warm_up(load: Load, seconds: float) -> None:
    """Send until each of its requests was sent at least once in one go, since much is made ready at the first one.

    In no time no more than the first few are.
    """
    load.knock()
    while seconds and 0 < load.run(seconds).answers < len(load.letters):
        seconds *= 2


def measure(contender: Contender, seconds: float, into: Series) -> Sample:
    """One sample, and whatever makes it worthless."""
    since = now()
    sample = contender.load.run(seconds)
    into.samples.append(sample)
    if sample.failed or not sample.answers:
        into.troubles.append(f"{sample.failed} of {sample.answers + sample.failed} requests were not answered 2xx")
    if contender.stored is not None and (stored := contender.stored(since)) < sample.answers:
        into.troubles.append(f"{sample.answers} were acknowledged and {stored} are stored")
    return sample
