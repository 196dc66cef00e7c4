"""Retention: bounds on what is kept, declared per endpoint and per project, and what goes because of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from letterbox.caretaker import Caretaker
from letterbox.rounds import Stopped
from letterbox.service import Service
from letterbox.store import retention
from tests.conftest import Tenant

UNBOUNDED = {"max_age_seconds": None, "max_bytes": None}


@pytest.fixture
def clean(house: Service) -> Callable[[], None]:
    """Delete all that is to go by now, instead of waiting for it."""
    return lambda: Caretaker(house.store).make_round()


def test_nothing_goes_unless_somebody_says_so(tenant: Tenant) -> None:
    assert tenant.declare("/orders")["retention"] == UNBOUNDED
    assert tenant.project["retention"] == UNBOUNDED


def test_an_endpoints_bounds_are_replaced_whole(tenant: Tenant) -> None:
    tenant.declare("/orders", name="orders", retention={"max_bytes": 5})
    changed = tenant.client.patch("/v1/endpoints/orders", json={"retention": {"max_age_seconds": 7}}).json()
    assert changed["retention"] == {"max_age_seconds": 7, "max_bytes": None}
    assert tenant.client.put("/v1/endpoints/orders", json={"path": "/orders"}).json()["retention"] == UNBOUNDED


def test_of_a_projects_bounds_only_what_is_sent_changes(
    make_tenant: Callable[..., Tenant], client: httpx.Client
) -> None:
    tenant = make_tenant(retention={"max_bytes": 5})
    address = f"/v1/projects/{tenant.slug}"
    changed = client.patch(address, json={"retention": {"max_age_seconds": 7}}).json()
    assert changed["retention"] == {"max_age_seconds": 7, "max_bytes": 5}
    assert client.patch(address, json={"retention": {"max_bytes": None}}).json()["retention"]["max_bytes"] is None


@pytest.mark.parametrize("bounds", [{"max_bytes": 0}, {"max_age_seconds": -1}, {"max_bytes": "1"}, {"days": 1}, None])
def test_a_bound_without_a_meaning_is_refused(tenant: Tenant, bounds: Any) -> None:
    assert tenant.client.post("/v1/endpoints", json={"path": "/orders", "retention": bounds}).status_code == 400


def test_the_oldest_go_when_an_endpoint_keeps_too_much(tenant: Tenant, clean: Callable[[], None]) -> None:
    tenant.declare("/orders", name="orders")
    tenant.declare("/others")
    ids = [tenant.send("/orders", content=b"12345").json()["id"] for _ in range(4)]
    other = tenant.send("/others", content=b"12345").json()["id"]
    tenant.client.patch("/v1/endpoints/orders", json={"retention": {"max_bytes": 12}})
    clean()
    assert [request["id"] for request in tenant.requests()] == [other, ids[3], ids[2]]
    assert tenant.client.get(f"/v1/requests/{ids[0]}").status_code == 404
    assert tenant.client.get(f"/v1/requests/{ids[3]}/body").content == b"12345"


def test_a_full_project_takes_requests_again_once_its_oldest_are_gone(
    make_tenant: Callable[..., Tenant], client: httpx.Client, clean: Callable[[], None]
) -> None:
    tenant = make_tenant(limits={"stored_bytes": 10})
    tenant.declare("/orders")
    assert [tenant.send("/orders", content=b"123456").status_code for _ in range(3)] == [202, 202, 503]
    client.patch(f"/v1/projects/{tenant.slug}", json={"retention": {"max_bytes": 6}})
    clean()
    assert tenant.send("/orders", content=b"123456").status_code == 202


def test_what_a_removed_endpoint_kept_is_deleted(tenant: Tenant, house: Service, clean: Callable[[], None]) -> None:
    tenant.declare("/orders", name="orders")
    ids = [tenant.send("/orders", content=b"x").json()["id"] for _ in range(3)]
    tenant.client.delete("/v1/endpoints/orders", params={"requests": "delete"})
    assert [tenant.client.get(f"/v1/requests/{name}").status_code for name in ids] == [404] * 3
    clean()
    assert rows(house, tenant) == 0


def test_what_a_removed_project_kept_of_unmatched_requests_is_deleted(
    tenant: Tenant, house: Service, client: httpx.Client, clean: Callable[[], None]
) -> None:
    tenant.send("/nowhere")
    assert rows(house, tenant) == 1
    client.delete(f"/v1/projects/{tenant.slug}")
    clean()
    assert rows(house, tenant) == 0


def test_a_caretaker_that_is_told_to_stop_leaves_the_rest_to_the_next_one(
    tenant: Tenant, house: Service, clean: Callable[[], None]
) -> None:
    tenant.declare("/orders", name="orders", retention={"max_bytes": 1})
    stopped = Caretaker(house.store)
    stopped.stop()
    with pytest.raises(Stopped):
        stopped.make_round()
    ids = [tenant.send("/orders", content=b"x").json()["id"] for _ in range(2)]
    clean()
    assert [request["id"] for request in tenant.requests()] == ids[1:]


def test_one_that_cannot_be_attended_to_does_not_keep_the_others_waiting(
    make_tenant: Callable[..., Tenant], house: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = make_tenant(), make_tenant()
    delete = retention.delete_beyond

    def fail_one(connection: Any, scope: Any, *more: Any) -> Any:
        if scope.project_id == bad.project["id"]:
            raise LookupError("somebody else's trouble")
        return delete(connection, scope, *more)

    monkeypatch.setattr(retention, "delete_beyond", fail_one)
    for tenant in (bad, good):
        tenant.declare("/orders")
        tenant.send("/orders", content=b"12")
        client.patch(f"/v1/projects/{tenant.slug}", json={"retention": {"max_bytes": 1}})
    Caretaker(house.store).make_round()
    assert (rows(house, bad), rows(house, good)) == (1, 0)


def rows(house: Service, tenant: Tenant) -> int:
    """How many requests of the project are in the store, shown or not."""
    with house.reading() as connection:
        found = connection.exec_driver_sql(
            f"SELECT count(*) FROM request WHERE project_id = '{tenant.project['id']}'"  # noqa: S608 # an id of ours
        )
        return int(found.scalar_one())
