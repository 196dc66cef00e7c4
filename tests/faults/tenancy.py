"""Fault 37: who gets in, by the tests of tests/api, which are generated from the specification, over the wire."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator

import httpx

from tests.api import test_access as access
from tests.api.calls import World
from tests.api.conftest import DOCUMENT, MANAGING
from tests.conftest import Tenant
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.promise import Promise

TITLE = "tenancy"


class Court:
    """A running service and its projects; `answers` are the statuses that were seen."""

    def __init__(self, url: str) -> None:
        self.answers: Counter[int] = Counter()
        self._url, self._promise = url, Promise(DOCUMENT)
        self._numbers = itertools.count(1)
        self.admin = self.client_for(ADMIN_KEY)

    def client_for(self, key: str) -> httpx.Client:
        """Each answer that it gets is held against the specification."""
        hooks = {"response": [self._note, self._promise.check]}
        headers = {"authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self._url, headers=headers, event_hooks=hooks, verify=False)  # noqa: S501 # no TLS

    def make_tenant(self) -> Tenant:
        slug = f"tenant-{next(self._numbers)}"
        project = self.admin.post("/v1/projects", json={"slug": slug}).raise_for_status().json()
        return Tenant(slug, project, self.client_for(project["admin_key"]["secret"]), lambda: None)

    def world(self) -> World:
        return World(self.make_tenant(), self.admin)

    def _note(self, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1


# What is tried of one operation, given the place where it is tried and its name.
Rule = Callable[[Court, str], object]
OF_ALL: dict[str, Rule] = {
    "refused to every other scope": lambda court, operation: (
        access.test_an_operation_is_refused_to_a_key_that_holds_every_scope_but_its_own(
            court.world(), operation, court.client_for
        )
    ),
    "open to its scope alone": lambda court, operation: (
        access.test_an_operation_is_open_to_a_key_that_holds_its_scope_alone(court.world(), operation, court.client_for)
    ),
    "refused without a good key": lambda court, operation: (
        access.test_an_operation_is_refused_to_whoever_has_no_good_key(court.world(), operation, court.client_for)
    ),
}
OF_THOSE_WITH_AN_ID: dict[str, Rule] = {
    "absent to another project": lambda court, operation: access.test_what_belongs_to_another_project_looks_absent(
        court.world(), operation, court.make_tenant
    ),
    "absent once deleted": lambda court, operation: access.test_a_deleted_thing_looks_as_if_it_had_never_been(
        court.world(), operation
    ),
}
OF_THOSE_THAT_READ: dict[str, Rule] = {
    "absent under an odd id": lambda court, operation: access.test_an_impossible_id_is_the_same_404(
        court.world(), operation
    ),
}


def trials() -> Iterator[tuple[str, str, Rule]]:
    """Every operation with every rule that holds for it, as the specification has them; a new one is among them."""
    for one in MANAGING:
        rules = OF_ALL | (OF_THOSE_WITH_AN_ID if "{" in one.path else {})
        rules |= OF_THOSE_THAT_READ if one.method.upper() == "GET" and "{" in one.path else {}
        yield from ((one.id, name, rule) for name, rule in rules.items())


def run(store: str) -> Outcome:
    """Hold every rule against every operation, with projects and keys of its own each."""
    with started(store) as (server, _):
        court = Court(server.url)
        outcomes = [(f"{operation}: {name}", failure(court, operation, rule)) for operation, name, rule in trials()]
        tracebacks = server.tracebacks()
    broken = [f"{name} ({reason})" for name, reason in outcomes if reason is not None]
    wrong = [f"{len(broken)} broken, such as {broken[0]}"] if broken else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    figures = {"operations": len(MANAGING), "rules": len(outcomes), "calls": court.answers.total()}
    return Outcome(figures | {"answers": dict(sorted(court.answers.items()))}, wrong)


def failure(court: Court, operation: str, rule: Rule) -> str | None:
    try:
        rule(court, operation)
    except Exception as reason:  # noqa: BLE001 -- whatever it is, the rule was not shown to hold
        return f"{type(reason).__name__}: {str(reason)[:200]}"
    return None
