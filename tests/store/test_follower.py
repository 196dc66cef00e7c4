"""The follower: what one process declares, every other one knows, and whoever missed something reads it again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from letterbox.config import Settings
from letterbox.store import destinations, projects, requests, subscriptions
from letterbox.store.changes import Changed, Removed, StoredBytes
from letterbox.store.projects import Project
from letterbox.store.store import Store
from letterbox.store.tables import UNBOUNDED
from letterbox.store.writer import Unit
from tests.store.rows import a_destination, a_row, a_subscription, declare

PATIENCE_SECONDS = 20
END_LISTENING = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND (left(query, 6) = 'LISTEN' OR query = 'SELECT 1')
"""
LIMITS: dict[str, int | None] = {"requests_per_second": None, "stored_bytes": None, "endpoints": None}


class Hearer:
    """What a store tells, and a way to wait for it."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self._more = threading.Condition()

    def __call__(self, change: object) -> None:
        with self._more:
            self.heard.append(change)
            self._more.notify_all()

    def wait_for(self, wanted: Callable[[object], bool]) -> None:
        with self._more:
            assert self._more.wait_for(lambda: any(map(wanted, self.heard)), PATIENCE_SECONDS), self.heard


class Office:
    """One process's store over a database that others may share."""

    def __init__(self, settings: Settings) -> None:
        self.hearer = Hearer()
        self.store = Store(settings, self.hearer)
        self.store.follow()

    def do(self, work: Callable[[Unit], Any]) -> None:
        self.store.writer.run(work)

    def declare(self, project: Project) -> None:
        def work(unit: Unit) -> None:
            known = projects.find(unit.connection, project.id)
            (projects.change if known else projects.add)(unit.connection, project)
            unit.announce(Changed(project))

        self.do(work)


@pytest.fixture
def here(fresh: Settings) -> Iterator[Office]:
    office = Office(fresh)
    yield office
    office.store.close()


@pytest.fixture
def elsewhere(fresh: Settings, is_sqlite: bool) -> Iterator[Office]:
    if is_sqlite:
        pytest.skip("SQLite is for one process")
    office = Office(fresh)
    yield office
    office.store.close()


def a_project(identity: str = "prj_1", **changes: Any) -> Project:
    return replace(Project(identity, identity.replace("_", "-"), "A project", {}, LIMITS, UNBOUNDED, 0, 0), **changes)


def told(hearer: Hearer) -> list[object]:
    return [change for change in hearer.heard if not isinstance(change, StoredBytes)]


def test_all_that_is_declared_is_told_at_the_start(fresh: Settings) -> None:
    first = Office(fresh)
    first.declare(a_project())
    first.store.close()
    second = Office(fresh)
    assert told(second.hearer) == [Changed(a_project())]
    second.store.close()


def test_a_process_is_told_of_its_own_change_before_its_caller_goes_on(here: Office) -> None:
    here.declare(a_project())
    assert told(here.hearer) == [Changed(a_project())]


def test_what_delivers_is_told_after_what_it_belongs_to(fresh: Settings) -> None:
    def declare_all(unit: Unit) -> None:
        projects.add(unit.connection, a_project())
        declare(unit.connection)
        destinations.add(unit.connection, a_destination())
        subscriptions.add(unit.connection, a_subscription())

    first = Office(fresh)
    first.do(declare_all)
    first.store.close()
    second = Office(fresh)
    heard = [change.record for change in second.hearer.heard if isinstance(change, Changed)]
    assert [heard[0], *heard[-2:]] == [a_project(), a_destination(), a_subscription()]
    second.store.close()


def test_a_destination_and_a_subscription_are_told_everywhere(here: Office, elsewhere: Office) -> None:
    made, subscribed = a_destination(), a_subscription()
    here.declare(a_project())

    def declare_both(unit: Unit) -> None:
        declare(unit.connection)
        destinations.add(unit.connection, made)
        subscriptions.add(unit.connection, subscribed)
        unit.announce(Changed(made))
        unit.announce(Changed(subscribed))

    def retire(unit: Unit) -> None:
        destinations.retire(unit.connection, made.id, 1)
        unit.announce(Removed(subscribed))
        unit.announce(Removed(made))

    here.do(declare_both)
    elsewhere.hearer.wait_for(lambda change: change == Changed(subscribed))
    here.do(retire)
    elsewhere.hearer.wait_for(lambda change: change == Removed(made))
    assert Removed(subscribed) in told(elsewhere.hearer)


def test_a_change_is_told_everywhere(here: Office, elsewhere: Office) -> None:
    here.declare(a_project())
    elsewhere.hearer.wait_for(lambda change: change == Changed(a_project()))
    elsewhere.declare(changed := a_project(name="Another name"))
    here.hearer.wait_for(lambda change: change == Changed(changed))


def test_a_removal_is_told_everywhere(here: Office, elsewhere: Office) -> None:
    here.declare(gone := a_project())
    elsewhere.hearer.wait_for(lambda change: change == Changed(gone))

    def remove(unit: Unit) -> None:
        projects.retire(unit.connection, gone.id, 1)
        unit.announce(Removed(gone))

    here.do(remove)
    elsewhere.hearer.wait_for(lambda change: change == Removed(gone))


def test_what_was_announced_while_nobody_listened_is_told_all_the_same(here: Office, elsewhere: Office) -> None:
    def declare_in_silence(unit: Unit) -> None:
        projects.add(unit.connection, a_project())

    here.do(declare_in_silence)
    here.do(lambda unit: unit.connection.exec_driver_sql(END_LISTENING))
    elsewhere.hearer.wait_for(lambda change: change == Changed(a_project()))


def test_what_others_keep_counts_towards_a_projects_limit(here: Office, elsewhere: Office) -> None:
    here.declare(a_project(limits={**LIMITS, "stored_bytes": 100}))
    elsewhere.do(lambda unit: requests.keep(unit.connection, [a_row(b"12345")]))
    here.hearer.wait_for(lambda change: change == StoredBytes({"prj_1": 5}))


def test_a_record_that_is_as_it_was_is_not_told_again(here: Office, elsewhere: Office) -> None:
    elsewhere.declare(a_project())
    here.hearer.wait_for(lambda change: change == Changed(a_project()))
    here.store._follower.read_all()
    assert told(here.hearer) == [Changed(a_project())]
