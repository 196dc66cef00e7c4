"""What every experiment is given: on which stores and how much it measures, and how its rows are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench import filling
from bench.comparison import Scale
from bench.contenders import Contender, environment
from bench.doors import SHOP, Door, letters_to
from bench.figures import Bar, Series, Table, p50, p99
from bench.profiling import profile
from bench.stores import Stores


@dataclass(frozen=True)
class Bench:
    """On what and how much is measured."""

    stores: Stores
    scale: Scale
    profiles: bool = False

    def store(self, doors: Mapping[str, Door] = SHOP, requests: int = 0) -> str:
        """The URL of a store with these endpoints and so many stored requests."""
        url = self.stores.new()
        with filling.opened(environment(url)) as service:
            filling.declare(service, doors)
            if requests:
                filling.fill(service, requests, filling.samples_of(service, letters_to(doors)))
        self.stores.settle(url)
        return url

    def title(self, text: str) -> str:
        return f"{text}, {self.stores.name}"

    def attach_profile(self, table: Table, contender: Contender) -> None:
        """Where the time goes, if a bar was missed and that is wanted."""
        if self.profiles and table.missed:
            table.profile = profile(contender.server, contender.load)


def add(table: Table, name: str, series: Series, times: float | None = None, bar: Bar | None = None) -> None:
    """A row with a series' figures, and its ratio with the bar that this is held against."""
    figures = (f"{series.rate:,.0f}", *(f"{series.median(figure):.1f}" for figure in (p50, p99)))
    shown = "" if times is None else f"{times:.2f} ×"
    judged = (str(bar), table.judge(name, times, bar)) if times is not None and bar is not None else ("", "")
    table.rows.append((name, *figures, *(shown, *judged)[: len(table.columns) - 4]))
    table.failed += [f"{name}: {trouble}" for trouble in series.troubles]
