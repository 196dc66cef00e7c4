"""Requests: which a page shows, what is found, and what is no longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, select

from letterbox.store import requests
from letterbox.store.dedupe import Duplicate, settled
from letterbox.store.requests import Filter, Row
from letterbox.store.tables import request
from tests.store.claims import STATUS, an_asking, duplicate_of
from tests.store.rows import PROJECT, a_row, declare, journal

OTHER = "prj_2"
tried = settings(derandomize=True, deadline=None)
SECRETS: dict[str, Any] = {
    "path": "/orders/secret",
    "query": "secret=1",
    "headers": '[["x","secret"]]',
    "path_parameters": '{"a":"secret"}',
    "remote_address": "192.0.2.1, the secret one",
    "violations": '[{"pointer":"/secret"}]',
    "media_type": "text/secret",
    "event_type": "secret",
    "trail": '[["reply","passed",1,"secret"]]',
    "credential": b"secret",
}


def walk(connection: Connection, wanted: Filter, limit: int) -> list[str]:
    """The ids of all pages, each page within its limit."""
    seen: list[str] = []
    after: str | None = None
    while True:
        found, last = requests.page_of(connection, PROJECT, wanted, after=after, limit=limit)
        assert len(found) <= limit
        seen += [request.id for request in found]
        if last is None:
            return seen
        assert after is None or last < after, "a page that does not go on"
        after = last


def wants(wanted: Filter, row: Row) -> bool:
    """The plain meaning of a filter."""
    same = ("endpoint_id", "verdict", "method", "event_type", "path")
    return (
        row.project_id == PROJECT
        and all(getattr(wanted, name) in (None, getattr(row, name)) for name in same)
        and (wanted.received_after is None or wanted.received_after <= row.received_at)
        and (wanted.received_before is None or row.received_at < wanted.received_before)
        and (wanted.search is None or wanted.search.encode() in (row.body or b""))
    )


DOMAINS: dict[str, list[str | None]] = {
    "endpoint_id": ["ep_1", "ep_2", None],
    "verdict": ["accepted", "refused", "quarantined"],
    "method": ["POST", "GET"],
    "event_type": ["push", None],
    "path": ["/a", "/b"],
}
TIMES = some.none() | some.integers(0, 30)
FILTERS = some.builds(
    Filter,
    **{name: some.none() | some.sampled_from(values) for name, values in DOMAINS.items()},
    search=some.sampled_from([None, None, "needle"]),
    received_after=TIMES,
    received_before=TIMES,
)
ROWS = some.lists(
    some.fixed_dictionaries(
        {
            **{name: some.sampled_from(values) for name, values in DOMAINS.items()},
            "project_id": some.sampled_from([PROJECT, PROJECT, OTHER]),
            "body": some.sampled_from([None, b"hay", b"a needle"]),
        }
    ),
    max_size=30,
)


@settings(tried, max_examples=120)
@given(ROWS, FILTERS, some.integers(1, 8), some.integers(1, 12))
def test_all_pages_show_what_the_filter_means_newest_first(
    table: Connection, made: list[dict[str, Any]], wanted: Filter, limit: int, looked_at: int
) -> None:
    rows = [a_row(at=at, **changes) for at, changes in enumerate(made)]
    with pytest.MonkeyPatch.context() as patched, table.begin_nested() as undone:
        patched.setattr(requests, "LOOKED_AT", looked_at)
        patched.setattr(requests, "SEARCHED", looked_at)
        requests.keep(table, rows)
        assert walk(table, wanted, limit) == [row.id for row in reversed(rows) if wants(wanted, row)]
        undone.rollback()


def test_a_page_looks_at_a_bounded_number_and_says_where_to_go_on(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "LOOKED_AT", 10)
    rows = [a_row(path="/rare" if number == 0 else "/usual") for number in range(25)]
    requests.keep(connection, rows)
    pages = [requests.page_of(connection, PROJECT, Filter(path="/rare"), after=None, limit=5)]
    while (last := pages[-1][1]) is not None:
        pages.append(requests.page_of(connection, PROJECT, Filter(path="/rare"), after=last, limit=5))
    assert [[request.id for request in found] for found, _ in pages] == [[], [], [rows[0].id]]
    assert [last for _, last in pages] == [rows[15].id, rows[5].id, None]


def test_a_time_is_where_a_list_begins_and_before_which_it_ends(connection: Connection) -> None:
    rows = [a_row(at=moment) for moment in (1000, 1001, 1002, 1003)]
    requests.keep(connection, rows)
    found = walk(connection, Filter(received_after=1001, received_before=1003), 50)
    assert found == [rows[2].id, rows[1].id]


PLACES: dict[str, dict[str, Any]] = {
    "path": {"path": "/orders/NEEDLE-1"},
    "query": {"query": "a=needle-1"},
    "headers": {"headers": '[["x-a","Needle-1"]]'},
    "body": {"body": b"hay needle-1 hay"},
    "body that is no text": {"body": b"\xff\xfe needle-1 \x80"},
    "body beyond a NUL": {"body": b"hay\0needle-1"},
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_search_finds_a_text_wherever_it_is_and_however_it_is_spelt(
    connection: Connection, place: dict[str, Any]
) -> None:
    row = a_row(**place)
    requests.keep(connection, [a_row(), row, a_row()])
    assert walk(connection, Filter(search="nEEdle-1"), 50) == [row.id]


@pytest.mark.parametrize(
    ("text", "found"), [("100%", True), ("1__%", False), ("a_b", True), ("a/b\\c", True), ("%", True)]
)
def test_a_search_takes_every_character_for_itself(connection: Connection, text: str, found: bool) -> None:
    requests.keep(connection, [a_row(b"100% a_b a/b\\c")])
    assert bool(walk(connection, Filter(search=text), 50)) == found


def test_a_request_is_read_back_as_it_was_kept(connection: Connection) -> None:
    row = a_row(bytes(range(256)), headers='[["x-a","1"],["x-a","2"]]', path_parameters='{"id":"7"}', causes='["a"]')
    requests.keep(connection, [row])
    found = requests.find(connection, PROJECT, row.id)
    assert found is not None
    assert (found.headers, found.path_parameters, found.causes) == ([["x-a", "1"], ["x-a", "2"]], {"id": "7"}, ["a"])
    assert requests.body_of(connection, PROJECT, row.id) == bytes(range(256))
    assert journal(connection) == [row.id]


@pytest.mark.parametrize("ask", [requests.find, requests.body_of])
def test_a_request_is_found_in_its_own_project_alone(connection: Connection, ask: Callable[..., object]) -> None:
    row = a_row()
    requests.keep(connection, [row])
    assert ask(connection, PROJECT, row.id) is not None
    assert ask(connection, OTHER, row.id) is None


def test_an_empty_body_is_kept_and_one_that_was_not_read_is_not(connection: Connection) -> None:
    empty, unread = a_row(b""), a_row(None)
    requests.keep(connection, [empty, unread])
    assert requests.body_of(connection, PROJECT, empty.id) == b""
    assert requests.body_of(connection, PROJECT, unread.id) is None


def test_of_an_erased_request_a_tombstone_stays_in_the_lists_and_nothing_of_what_was_sent(
    connection: Connection,
) -> None:
    requests.keep(connection, [row := a_row(b"secret", **SECRETS)])
    found = requests.find(connection, PROJECT, row.id)
    assert found is not None
    assert requests.erase(connection, found, 12345) == {PROJECT: -6}
    assert requests.find(connection, PROJECT, row.id) is None
    assert requests.body_of(connection, PROJECT, row.id) is None
    listed, _ = requests.page_of(connection, PROJECT, Filter(), after=None, limit=5)
    nothing = dict.fromkeys(("remote_address", "media_type", "event_type", "credential"))
    gone: dict[str, Any] = {"query": "", "path": "", "headers": [], "violations": [], "path_parameters": {}, **nothing}
    assert listed == [found._replace(**gone, erased_at=12345)]
    assert "secret" not in str(connection.execute(select(request)).all())


@pytest.mark.parametrize(
    ("endpoint_id", "path"), [("ep_1", "/orders/{customer}"), ("ep_2", ""), (None, "")], ids=["there", "gone", "none"]
)
def test_the_path_of_an_erased_request_is_the_one_that_its_endpoint_declares(
    connection: Connection, endpoint_id: str | None, path: str
) -> None:
    declare(connection, "ep_1", path="/orders/{customer}")
    requests.keep(connection, [row := a_row(path="/orders/jane", endpoint_id=endpoint_id)])
    erase(connection, row)
    listed, _ = requests.page_of(connection, PROJECT, Filter(), after=None, limit=5)
    assert [each.path for each in listed] == [path]


def erase(connection: Connection, row: Row) -> None:
    found = requests.find(connection, PROJECT, row.id)
    assert found is not None
    requests.erase(connection, found, 1)


def test_who_comes_with_the_key_of_an_erased_request_is_its_duplicate_and_gets_the_status_alone(
    connection: Connection,
) -> None:
    requests.keep(connection, [row := a_row()])
    settled(connection, [an_asking(row.id), an_asking("other", "other key")])
    erase(connection, row)
    assert settled(connection, [an_asking("late")]) == [Duplicate(row.id, STATUS.to_bytes(2))]
    assert settled(connection, [an_asking("late", "other key")]) == [duplicate_of(an_asking("other"))]
