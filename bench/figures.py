"""What was measured: samples of one round each, series of them, and the bars that they are held against."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One round of load: answers are 2xx, failed is every other outcome, times are milliseconds."""

    answers: int
    failed: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds

    @classmethod
    def parsed(cls, output: str) -> Sample:
        """From what a load generator prints; its last line of JSON counts. Raises ValueError if there is none."""
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if not lines:
            raise ValueError(f"The load generator printed no result: {output[-500:]}")
        return cls(**json.loads(lines[-1]))


Figure = Callable[[Sample], float]


@dataclass
class Series:
    """The samples of one contender, round by round, and what was wrong with any of them."""

    samples: list[Sample] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def median(self, figure: Figure) -> float:
        return median(figure(sample) for sample in self.samples)

    @property
    def rate(self) -> float:
        return self.median(rate)


def rate(sample: Sample) -> float:
    return sample.rate


def p50(sample: Sample) -> float:
    return sample.p50


def p99(sample: Sample) -> float:
    return sample.p99


def ratio(one: Series, other: Series, figure: Figure = rate) -> float:
    """How many times one is the other: the median of the rounds' ratios, so that a slow minute slows both."""
    pairs = zip(one.samples, other.samples, strict=True)
    return median(figure(ours) / max(figure(theirs), 1e-9) for ours, theirs in pairs)


@dataclass(frozen=True)
class Bar:
    """What a figure must reach, or must not exceed."""

    bound: float
    unit: str = " ×"
    at_most: bool = False

    def holds(self, figure: float) -> bool:
        return figure <= self.bound if self.at_most else figure >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}{self.unit}"


@dataclass
class Table:
    """One table of the report. `missed` names bars that were missed, `failed` measurements that count for nothing."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    profile: str | None = None

    def judge(self, name: str, figure: float, bar: Bar) -> str:
        """Whether a figure holds its bar, as a word; a missed one is remembered."""
        if bar.holds(figure):
            return "met"
        self.missed.append(name)
        return "missed"
