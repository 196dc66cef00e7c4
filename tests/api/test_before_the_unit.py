"""What may take long is done before a unit of work: the thread that works it off is the one that keeps requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from letterbox import endpoints, projects
from letterbox.errors import Unprocessable, Violation
from letterbox.receive import declared_replies
from letterbox.service import Service
from tests.conftest import Tenant

REPLIES = [{"when": "request.method == 'POST'", "schema": {"type": "object"}, "body": {}}]
AT = "/v1/endpoints/checked"
WITH_REPLIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/endpoints", {"path": "/more", "replies": REPLIES}),
    ("PUT", "/v1/endpoints/more", {"path": "/more", "replies": REPLIES}),
    ("PUT", AT, {"path": "/checked", "replies": REPLIES}),
    ("PATCH", AT, {"replies": REPLIES}),
]
WITHOUT: list[tuple[str, dict[str, Any]]] = [
    ("PATCH", {"paused": True}),
    ("PATCH", {"allow_from": ["10.0.0.0/8"]}),
    ("PUT", {"path": "/checked"}),
]


class Checks:
    """The replies that were checked, and the threads that did it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replies: list[Any] = []
        self.threads: set[int] = set()
        self._check = declared_replies.violations_of
        monkeypatch.setattr(declared_replies, "violations_of", self.check)
        monkeypatch.setattr(projects, "violations_of", self.check)

    def check(self, replies: Sequence[dict[str, Any]], pointer: str) -> Iterator[Violation]:
        self.replies += replies
        self.threads |= {threading.get_ident()} if replies else set()
        return self._check(replies, pointer)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    return Checks(monkeypatch)


def keeper_of(house: Service) -> int:
    """The thread that runs units of work."""
    return house.run(lambda _unit: threading.get_ident())


@pytest.mark.parametrize(("method", "path", "body"), WITH_REPLIES)
def test_the_replies_of_an_endpoint_are_checked_by_another_thread(
    tenant: Tenant, house: Service, checks: Checks, method: str, path: str, body: dict[str, Any]
) -> None:
    tenant.declare("/checked")
    assert tenant.client.request(method, path, json=body).status_code in (200, 201)
    assert checks.replies == REPLIES
    assert keeper_of(house) not in checks.threads


@pytest.mark.parametrize(("method", "body"), WITHOUT)
def test_replies_that_are_not_sent_are_not_checked_again(
    tenant: Tenant, checks: Checks, method: str, body: dict[str, Any]
) -> None:
    tenant.declare("/checked", replies=REPLIES)
    checks.replies.clear()
    assert tenant.client.request(method, AT, json=body).status_code == 200
    assert checks.replies == []


def test_the_default_replies_of_a_project_are_checked_by_another_thread(
    client: httpx.Client, tenant: Tenant, house: Service, checks: Checks
) -> None:
    path, defaults = f"/v1/projects/{tenant.slug}", {"replies": REPLIES}
    assert client.patch(path, json={"defaults": defaults}).status_code == 200
    assert client.post("/v1/projects", json={"slug": f"{tenant.slug}-2", "defaults": defaults}).status_code == 201
    assert checks.replies == REPLIES * 2
    assert keeper_of(house) not in checks.threads


def test_default_replies_are_checked_when_they_are_saved_and_not_when_they_are_copied(
    client: httpx.Client, tenant: Tenant, checks: Checks
) -> None:
    client.patch(f"/v1/projects/{tenant.slug}", json={"defaults": {"replies": REPLIES}})
    checks.replies.clear()
    assert tenant.declare("/copied")["replies"] == REPLIES
    assert checks.replies == []


def test_the_rest_that_cannot_be_served_is_refused_beforehand_too() -> None:
    declared = {"path": "/{a}/{a}", "allow_from": ["10.0.0.1/8"], "dedupe": {"key": "1 +", "window_seconds": 1}}
    with pytest.raises(Unprocessable) as refusal:
        endpoints.require_sensible(declared)
    assert [each["pointer"] for each in refusal.value.errors] == ["/path", "/allow_from/0", "/dedupe/key"]
