"""Endpoints: declared, changed and removed as data."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Tenant

UNSAFE = [
    ({"headers": {"Content-Length": "1"}}, "/replies/0/headers/Content-Length"),
    ({"headers": {"set-cookie": "a=b"}}, "/replies/0/headers/set-cookie"),
    ({"headers": {"Access-Control-Allow-Origin": "*"}}, "/replies/0/headers/Access-Control-Allow-Origin"),
    ({"headers": {"Transfer-Encoding": "chunked"}}, "/replies/0/headers/Transfer-Encoding"),
    ({"headers": {"a/b": "x"}}, "/replies/0/headers/a~1b"),
    ({"status": 204, "body": {}}, "/replies/0/body"),
    ({"media_type": "application/xml", "body": "<a/>"}, "/replies/0/media_type"),
]


def test_an_endpoint_is_named_after_its_path(tenant: Tenant) -> None:
    names = [tenant.declare(path)["name"] for path in ("/orders/{id}", "/Orders/id", "/~~")]
    assert names == ["orders-id", "orders-id-2", "endpoint"]


def test_an_endpoint_is_shown_with_its_whole_address(tenant: Tenant) -> None:
    assert tenant.declare("/orders/{id}")["url"] == f"http://127.0.0.1:80/in/{tenant.slug}/orders/{{id}}"


def test_put_by_name_creates_and_then_replaces(tenant: Tenant) -> None:
    first = tenant.client.put("/v1/endpoints/orders", json={"path": "/orders", "paused": True})
    again = tenant.client.put("/v1/endpoints/orders", json={"path": "/moved"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert (again.json()["paused"], again.json()["path"]) == (False, "/moved")


def test_put_to_a_free_id_or_an_odd_name_makes_nothing(tenant: Tenant) -> None:
    body = {"path": "/orders"}
    assert tenant.client.put("/v1/endpoints/ep_01k5b8p1xpa7z3dj8fssz5awsh", json=body).status_code == 404
    assert tenant.client.put("/v1/endpoints/Odd Name", json=body).status_code == 422


@pytest.mark.parametrize("seen", ["*", '"seen-long-ago"'])
def test_put_with_if_match_to_a_free_name_makes_nothing(tenant: Tenant, seen: str) -> None:
    answer = tenant.client.put("/v1/endpoints/free", json={"path": "/free"}, headers={"If-Match": seen})
    assert (answer.status_code, tenant.client.get("/v1/endpoints/free").status_code) == (412, 404)


def test_a_method_at_a_path_is_taken_once_whatever_its_parameters_are_called(tenant: Tenant) -> None:
    tenant.declare("/orders/{id}", methods=["GET", "POST"])
    answer = tenant.client.post("/v1/endpoints", json={"path": "/orders/{number}", "methods": ["PUT", "POST"]})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/path-taken")


def test_a_refused_change_changes_nothing(tenant: Tenant) -> None:
    tenant.declare("/taken")
    before = tenant.declare("/mine", name="mine")
    answer = tenant.client.patch("/v1/endpoints/mine", json={"path": "/taken", "paused": True})
    assert answer.status_code == 409
    assert tenant.client.get("/v1/endpoints/mine").json() == before
    assert tenant.send("/mine").status_code == 202


def test_an_endpoint_that_keeps_requests_is_removed_only_with_them(tenant: Tenant) -> None:
    tenant.declare("/orders", name="orders")
    for _ in range(3):
        tenant.send("/orders", content=b"x")
    answer = tenant.client.delete("/v1/endpoints/orders")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/endpoint-holds-requests")
    assert tenant.client.delete("/v1/endpoints/orders", params={"requests": "delete"}).status_code == 204
    assert tenant.requests() == []
    assert tenant.declare("/orders", name="orders")


@pytest.mark.parametrize(("reply", "pointer"), UNSAFE)
def test_a_reply_that_is_unsafe_is_refused_where_it_is_declared(
    tenant: Tenant, reply: dict[str, Any], pointer: str
) -> None:
    answer = tenant.client.post("/v1/endpoints", json={"path": "/unsafe", "replies": [reply]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("path", ["/a/../b", "/.", "/{a}/{a}", "/{a}/{a...}"])
def test_a_path_that_has_no_meaning_is_422(tenant: Tenant, path: str) -> None:
    answer = tenant.client.post("/v1/endpoints", json={"path": path})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/path")


def test_a_path_as_flask_writes_it_is_refused_with_how_it_is_written_here(tenant: Tenant) -> None:
    answer = tenant.client.post("/v1/endpoints", json={"path": "/orders/<order_id>"})
    assert answer.status_code == 400
    assert "a parameter is a whole segment in braces" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"path": "orders"},
        {"path": "/a b"},
        {"path": "/{a...}/b"},
        {"path": "/a", "methods": []},
        {"path": "/a", "methods": ["TRACE"]},
        {"path": "/a", "verification": {"scheme": "nobody"}},
        {"path": "/a", "max_body_bytes": -1},
        {"path": "/a", "id": "ep_01k5b8p1xpa7z3dj8fssz5awsh"},
        {"path": "/a", "name": "Upper"},
    ],
)
def test_what_the_schema_refuses_is_400_and_names_the_place(tenant: Tenant, body: dict[str, Any]) -> None:
    answer = tenant.client.post("/v1/endpoints", json=body)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-request")
    assert {"pointer", "keyword", "message"} == answer.json()["errors"][0].keys()
