"""What became of one fault, as the line that is printed for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """The figures of a fault, and what is wrong with them: nothing, if it went well."""

    figures: Mapping[str, object]
    wrong: list[str] = field(default_factory=list)

    def line(self, number: int, title: str) -> str:
        """One line such as `1  SIGKILL under load   kills=100 … L=0 D=0  ok`."""
        shown = " ".join(f"{name}={value}" for name, value in self.figures.items())
        return f"{number:<3}{title:<22} {shown}  {'ok' if not self.wrong else 'RED: ' + '; '.join(self.wrong)}"


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies, by nearest rank; not a number if there are none."""
    if not values:
        return float("nan")
    return sorted(values)[max(0, min(len(values) - 1, round(share * len(values)) - 1))]
