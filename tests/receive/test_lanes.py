"""The lanes: whatever is sent, the express lane and the one through connexion answer and keep the same."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.receive.corpus import ALL_METHODS, CORPUS, ENDPOINTS, IN_FLIGHT, declare
from tests.receive.lanes import LEFT, Arrival, Lane, Outcome

Lanes = tuple[Lane, Lane]


@pytest.fixture(scope="module")
def lanes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lanes]:
    """The express lane and the bound one, where it is always the same second."""
    folders = [tmp_path_factory.mktemp(name) for name in ("express", "bound")]
    express, bound = (Lane(folder, express=folder is folders[0], in_flight_bytes=IN_FLIGHT) for folder in folders)
    with pytest.MonkeyPatch.context() as patched, express, bound:
        patched.setattr("letterbox.receive.receiver.time", SimpleNamespace(monotonic=lambda: 1000.0))
        declare(express)
        declare(bound)
        yield express, bound


@pytest.fixture(scope="module")
def outcomes(lanes: Lanes) -> dict[str, tuple[Outcome, Outcome]]:
    """What came of the whole corpus, sent in one order to the one lane and to the other."""
    express, bound = lanes
    return {name: (express.send(arrival), bound.send(arrival)) for name, arrival in CORPUS.items()}


@pytest.mark.parametrize("name", CORPUS)
def test_both_lanes_answer_and_keep_alike(outcomes: dict[str, tuple[Outcome, Outcome]], name: str) -> None:
    express, bound = outcomes[name]
    assert express == bound


def test_the_corpus_meets_every_kind_of_answer_and_of_row(outcomes: dict[str, tuple[Outcome, Outcome]]) -> None:
    express = [outcome for outcome, _ in outcomes.values()]
    statuses = {0, 200, 202, 204, 303, 304, 404, 405, 413, 418, 429, 503, 599}
    causes = {"no_endpoint", "method_not_allowed", "rate_limited", "body_too_large"}
    rows = [row for outcome in express for row in outcome.rows]
    assert {outcome.status for outcome in express} == statuses
    assert {row["causes"] for row in rows} == {"[]", *(f'["{cause}"]' for cause in causes)}
    assert {row["endpoint_id"] for row in rows} == {None, *(endpoint["path"] for endpoint in ENDPOINTS)}
    assert all(len(outcome.rows) <= 1 for outcome in express)


def test_nothing_that_a_sender_left_unfinished_is_kept(outcomes: dict[str, tuple[Outcome, Outcome]]) -> None:
    left = [outcome for name, pair in outcomes.items() for outcome in pair if name.startswith(("left at", "left in"))]
    assert [(outcome.status, outcome.rows) for outcome in left] == [(0, [])] * 4


def test_a_method_that_nobody_ever_takes_is_refused_by_what_listens_there_and_kept(
    outcomes: dict[str, tuple[Outcome, Outcome]],
) -> None:
    outcome, _ = outcomes["BREW /text"]
    assert (outcome.status, outcome.header(b"allow")) == (405, b"OPTIONS, POST")
    assert [row["method"] for row in outcome.rows] == ["BREW"]


def test_no_memory_is_held_after_all_this(outcomes: dict[str, object], lanes: Lanes) -> None:
    assert outcomes
    assert [lane.held for lane in lanes] == [0, 0]


NAMES = [b"content-type", b"content-length", b"x-a", b"cookie", b"origin", b"access-control-request-method", b"te"]
SEGMENTS = [b"any", b"json", b"orders", b"7", b"new", b"files", b"%2F", b"%ff", b"", b"..", b"named", b"open", b"empty"]
headers = some.lists(
    some.tuples(
        some.sampled_from(NAMES) | some.from_regex(rb"[a-z0-9!#_-]{1,9}", fullmatch=True),
        some.sampled_from([b"application/json", b"12", b"PUT", b"https://a.example"]) | some.binary(max_size=12),
    ),
    max_size=4,
)
pieces = some.lists(some.binary(max_size=30) | some.just(b"x" * 600) | some.just(LEFT), min_size=1, max_size=4)
arrivals = some.builds(
    Arrival,
    method=some.sampled_from(ALL_METHODS) | some.from_regex(r"[A-Z]{1,7}", fullmatch=True),
    path=some.lists(some.sampled_from(SEGMENTS) | some.binary(max_size=4), max_size=4).map(
        lambda segments: b"/in/default/" + b"/".join(segments)
    ),
    query=some.binary(max_size=12),
    headers=headers,
    pieces=pieces,
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(arrivals)
def test_both_lanes_answer_and_keep_alike_whatever_is_sent(lanes: Lanes, arrival: Arrival) -> None:
    express, bound = (lane.send(arrival) for lane in lanes)
    assert express == bound
    assert express.status < 500
