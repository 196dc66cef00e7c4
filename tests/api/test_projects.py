"""Projects: tenants with keys, limits and defaults of their own."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.conftest import ClientFor, Tenant


def test_a_new_project_answers_its_first_admin_key_once(client: httpx.Client, client_for: ClientFor) -> None:
    made = client.post("/v1/projects", json={"slug": "first-key"}).json()
    assert made["admin_key"]["scopes"] == ["admin", "read", "replay", "write"]
    assert client_for(made["admin_key"]["secret"]).get("/v1/keys").json()["items"][0]["name"] == "admin"
    assert "admin_key" not in client.get("/v1/projects/first-key").json()


def test_a_slug_is_taken_once(client: httpx.Client, tenant: Tenant) -> None:
    answer = client.post("/v1/projects", json={"slug": tenant.slug})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/name-taken")


def test_a_slug_never_begins_like_an_id(client: httpx.Client) -> None:
    answer = client.post("/v1/projects", json={"slug": "prj_mine"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/slug")


def test_only_the_admin_of_default_manages_projects(tenant: Tenant) -> None:
    for path in ("/v1/projects", f"/v1/projects/{tenant.slug}"):
        assert tenant.client.get(path).status_code == 403
    assert tenant.client.post("/v1/projects", json={"slug": "mine"}).status_code == 403


def test_the_project_default_cannot_be_removed(client: httpx.Client) -> None:
    answer = client.delete("/v1/projects/default")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/protected")


def test_a_project_with_endpoints_is_not_removed(client: httpx.Client, tenant: Tenant) -> None:
    tenant.declare("/orders", name="orders")
    answer = client.delete(f"/v1/projects/{tenant.slug}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/project-not-empty")
    tenant.client.delete("/v1/endpoints/orders")
    assert client.delete(f"/v1/projects/{tenant.slug}").status_code == 204


def test_the_keys_of_a_removed_project_open_nothing(client: httpx.Client, tenant: Tenant) -> None:
    tenant.send("/nowhere")
    client.delete(f"/v1/projects/{tenant.slug}")
    assert tenant.client.get("/v1/endpoints").status_code == 401
    assert tenant.send("/nowhere").json()["type"] == "/problems/not-found"


def test_a_new_endpoint_takes_what_it_leaves_out_from_the_defaults(make_tenant: Callable[..., Tenant]) -> None:
    defaults = {"max_body_bytes": 10, "contract_mode": "observe", "replies": [{"status": 204}]}
    tenant = make_tenant(defaults=defaults)
    made = tenant.declare("/orders", contract_mode="quarantine")
    assert (made["max_body_bytes"], made["contract_mode"]) == (10, "quarantine")
    assert made["verification"] == {"scheme": "none"}
    assert tenant.send("/orders").status_code == 204


def test_changed_defaults_leave_the_endpoints_that_are_there(client: httpx.Client, tenant: Tenant) -> None:
    before = tenant.declare("/orders", name="orders")
    changed = client.patch(f"/v1/projects/{tenant.slug}", json={"defaults": {"max_body_bytes": 5}}).json()
    assert changed["defaults"]["contract_mode"] == "enforce"
    assert tenant.client.get("/v1/endpoints/orders").json() == before
    assert tenant.declare("/later")["max_body_bytes"] == 5


def test_a_project_has_no_more_endpoints_than_its_limit(make_tenant: Callable[..., Tenant]) -> None:
    tenant = make_tenant(limits={"endpoints": 1})
    tenant.declare("/first")
    answer = tenant.client.post("/v1/endpoints", json={"path": "/second"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/limit-reached")
    assert tenant.client.put("/v1/endpoints/second", json={"path": "/second"}).status_code == 409


def test_a_projects_rate_holds_over_all_its_endpoints(make_tenant: Callable[..., Tenant]) -> None:
    tenant = make_tenant(limits={"requests_per_second": 1})
    tenant.declare("/a")
    tenant.declare("/b")
    assert [tenant.send("/a").status_code, tenant.send("/b").status_code] == [202, 429]


def test_unsafe_default_replies_are_refused(client: httpx.Client) -> None:
    defaults = {"replies": [{"headers": {"Set-Cookie": "a=b"}}]}
    answer = client.post("/v1/projects", json={"slug": "unsafe", "defaults": defaults})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/defaults/replies/0/headers/Set-Cookie"
