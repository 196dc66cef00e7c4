"""What load generators print, and what is made of it."""

from __future__ import annotations

import pytest

from bench.figures import Bar, Sample, Series, Table, p99, ratio

PRINTED_BY_WRK = """\
Running 2s test @ http://127.0.0.1:8080
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     8.13ms    2.46ms  38.91ms   83.72%
    Req/Sec     3.94k   379.68     4.62k    70.00%
  7841 requests in 2.00s, 2.03MB read
  Non-2xx or 3xx responses: 3
Requests/sec:   3918.55
Transfer/sec:      1.01MB

{"answers": 7838, "failed": 3, "seconds": 2.001, "p50": 7.912, "p99": 15.877}
"""


def series(*rates: int, p99: float = 1.0) -> Series:
    return Series([Sample(rate, failed=0, seconds=1.0, p50=1.0, p99=p99) for rate in rates])


def test_the_last_line_of_wrks_output_is_the_sample() -> None:
    sample = Sample.parsed(PRINTED_BY_WRK)
    assert sample == Sample(answers=7838, failed=3, seconds=2.001, p50=7.912, p99=15.877)
    assert sample.rate == pytest.approx(3917.04, abs=0.01)


def test_output_without_a_sample_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        Sample.parsed("unable to connect to 127.0.0.1:8080 Connection refused\n")


def test_a_ratio_is_taken_within_each_round() -> None:
    """The machine was ten times slower in the second round, and both were."""
    ours, theirs = series(3000, 300, 3300), series(1000, 100, 1000)
    assert ratio(ours, theirs) == 3.0


def test_a_ratio_may_be_of_another_figure() -> None:
    assert ratio(series(1, p99=6.0), series(1, p99=3.0), p99) == 2.0


def test_the_figure_of_a_series_is_its_median() -> None:
    assert series(100, 1, 101).rate == 100


@pytest.mark.parametrize(
    ("bar", "figure", "holds", "says"),
    [
        (Bar(3), 3.0, True, "≥ 3 ×"),
        (Bar(0.85), 0.84, False, "≥ 0.85 ×"),
        (Bar(2, at_most=True), 2.0, True, "≤ 2 ×"),
        (Bar(150, " MiB", at_most=True), 151.0, False, "≤ 150 MiB"),
    ],
)
def test_a_bar_says_what_it_holds(bar: Bar, figure: float, holds: bool, says: str) -> None:
    assert (bar.holds(figure), str(bar)) == (holds, says)


def test_a_missed_bar_is_remembered() -> None:
    table = Table("Receiving", ("",))
    assert [table.judge("one", 3.0, Bar(3)), table.judge("other", 2.9, Bar(3))] == ["met", "missed"]
    assert table.missed == ["other"]
