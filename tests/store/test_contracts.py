"""Contracts in the store: numbered per endpoint, found by number, listed newest first."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from letterbox.store import contracts
from letterbox.store.contracts import Contract
from tests.store.rows import PROJECT, declare

DOCUMENT = b'{"body":{}}'


def add(connection: Connection, version: int, endpoint_id: str = "ep_1") -> Contract:
    made = Contract(f"ctr_{endpoint_id}_{version}", endpoint_id, PROJECT, version, 7, "key_1", DOCUMENT)
    contracts.add(connection, made)
    return made


@pytest.fixture(autouse=True)
def endpoints(connection: Connection) -> None:
    for identity in ("ep_1", "ep_2"):
        declare(connection, identity)


def test_what_is_added_is_found_as_it_was(connection: Connection) -> None:
    made = add(connection, 1)
    assert contracts.find(connection, "ep_1", 1) == made


@pytest.mark.parametrize(("endpoint_id", "version"), [("ep_1", 2), ("ep_2", 1), ("ep_3", 1)])
def test_a_version_is_found_on_its_own_endpoint_alone(connection: Connection, endpoint_id: str, version: int) -> None:
    add(connection, 1)
    assert contracts.find(connection, endpoint_id, version) is None


def test_each_endpoint_counts_its_own_versions(connection: Connection) -> None:
    for version in (1, 2):
        add(connection, version)
    assert [contracts.newest(connection, name) for name in ("ep_1", "ep_2")] == [2, 0]


def test_a_version_is_added_once(connection: Connection) -> None:
    add(connection, 1)
    with pytest.raises(IntegrityError), connection.begin_nested():
        contracts.add(connection, Contract("ctr_other", "ep_1", PROJECT, 1, 7, "key_1", DOCUMENT))


def test_a_page_holds_the_versions_before_another_newest_first(connection: Connection) -> None:
    for version in range(1, 6):
        add(connection, version)
    add(connection, 9, "ep_2")
    page = contracts.page_of(connection, "ep_1", before=5, limit=3)
    assert [summary.version for summary in page] == [4, 3, 2]


def test_a_summary_says_how_long_the_document_is(connection: Connection) -> None:
    add(connection, 1)
    assert contracts.page_of(connection, "ep_1", before=None, limit=1)[0].document_bytes == len(DOCUMENT)


def test_the_number_of_an_id_is_known_on_its_own_endpoint_alone(connection: Connection) -> None:
    made = add(connection, 3)
    assert contracts.version_of(connection, "ep_1", made.id) == 3
    assert contracts.version_of(connection, "ep_2", made.id) is None
