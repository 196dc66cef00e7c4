"""What became of one fault, as the line that is printed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class CannotBreak(Exception):
    """A fault can't be brought about on this machine; the text says why."""


@dataclass(frozen=True)
class Outcome:
    """The figures of a fault, and what is wrong with them: nothing, if it went well."""

    figures: Mapping[str, object]
    wrong: list[str] = field(default_factory=list)
    omitted: str | None = None  # why it was not brought about at all, which proves nothing

    @classmethod
    def not_run(cls, reason: str) -> Outcome:
        return cls({}, omitted=reason)

    @property
    def verdict(self) -> str:
        if self.omitted is not None:
            return f"not run: {self.omitted}"
        return f"RED: {'; '.join(self.wrong)}" if self.wrong else "ok"

    def line(self, number: str, store: str, title: str) -> str:
        """One line such as `1         sqlite   SIGKILL under load   kills=100 … L=0 D=0  ok`."""
        shown = " ".join(f"{name}={value}" for name, value in self.figures.items())
        return f"{number:<10}{store:<9}{title:<24} {shown}  {self.verdict}"


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies, by nearest rank; not a number if there are none."""
    if not values:
        return float("nan")
    return sorted(values)[max(0, min(len(values) - 1, round(share * len(values)) - 1))]
