"""Edits: requests that were made of others, as long as they are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from letterbox.store import edits, requests, retention
from letterbox.store.retention import Scope
from tests.store.rows import PROJECT, a_row, declare


def trimmed(connection: Connection) -> None:
    requests.trim(connection, PROJECT, "ep_1", "refused", rows=0, body_bytes=0)


def deleted(connection: Connection) -> None:
    retention.delete_all(connection, Scope(PROJECT, "ep_1"), "")


@pytest.mark.parametrize("gone", [trimmed, deleted])
def test_what_an_edit_was_made_of_is_known_until_it_is_deleted(
    connection: Connection, gone: Callable[[Connection], None]
) -> None:
    declare(connection)
    row = a_row(endpoint_id="ep_1", verdict="refused")
    edits.keep(connection, row, "req_origin", "key_1")
    assert edits.origin_of(connection, row.id) == "req_origin"
    assert edits.of_origin(connection, PROJECT, "req_origin") == [row.id]
    gone(connection)
    assert edits.origin_of(connection, row.id) is None
