"""Keys: shown once, kept as hashes, rotated with an overlap."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from letterbox.ids import now
from letterbox.representation import as_time
from tests.conftest import ADMIN_KEY, ClientFor, Stored, Tenant


def issued(tenant: Tenant, name: str = "ci", **more: Any) -> dict[str, Any]:
    answer = tenant.client.post("/v1/keys", json={"name": name, "scopes": ["read"], **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_secret_is_shown_once_and_not_stored(tenant: Tenant, stored: Stored) -> None:
    made = issued(tenant)
    assert made["secret"].startswith("lbk_")
    assert "secret" not in tenant.client.get("/v1/keys/ci").json()
    assert made["secret"].encode() not in stored
    assert ADMIN_KEY.encode() not in stored


def test_both_secrets_are_good_during_the_overlap(tenant: Tenant, client_for: ClientFor) -> None:
    before = issued(tenant)
    after = tenant.client.post("/v1/keys/ci/rotate", json={"overlap_seconds": 60}).json()
    assert after["id"] == before["id"]
    assert after["previous_secret_expires_at"] is not None
    for made in (before, after):
        assert client_for(made["secret"]).get("/v1/endpoints").status_code == 200


def test_a_rotation_without_overlap_ends_the_old_secret_at_once(tenant: Tenant, client_for: ClientFor) -> None:
    before = issued(tenant)
    after = tenant.client.post("/v1/keys/ci/rotate", json={"overlap_seconds": 0}).json()
    assert client_for(before["secret"]).get("/v1/endpoints").status_code == 401
    assert client_for(after["secret"]).get("/v1/endpoints").status_code == 200


def test_a_second_rotation_ends_the_oldest_secret(tenant: Tenant, client_for: ClientFor) -> None:
    oldest = issued(tenant)
    for _ in range(2):
        tenant.client.post("/v1/keys/ci/rotate")
    assert client_for(oldest["secret"]).get("/v1/endpoints").status_code == 401


def test_an_expired_key_opens_nothing(tenant: Tenant, client_for: ClientFor) -> None:
    made = issued(tenant, expires_at=as_time(now() - 1000))
    assert client_for(made["secret"]).get("/v1/endpoints").status_code == 401


def test_a_removed_key_opens_nothing(tenant: Tenant, client_for: ClientFor) -> None:
    made = issued(tenant)
    tenant.client.delete("/v1/keys/ci")
    assert client_for(made["secret"]).get("/v1/endpoints").status_code == 401


def test_the_last_admin_key_of_a_project_stays(tenant: Tenant) -> None:
    answer = tenant.client.delete("/v1/keys/admin")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-admin-key")
    issued(tenant, "second", scopes=["admin"])
    assert tenant.client.delete("/v1/keys/admin").status_code == 204


@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("POST", "/rotate")])
def test_the_bootstrap_key_is_protected(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, f"/v1/keys/bootstrap{path}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/protected")


def test_a_name_is_taken_once_in_a_project(tenant: Tenant) -> None:
    issued(tenant)
    answer = tenant.client.post("/v1/keys", json={"name": "ci", "scopes": ["read"]})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/name-taken")


def test_a_time_that_no_clock_shows_is_refused_in_words(tenant: Tenant) -> None:
    for time in ("2025-12-31T23:59:60Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        answer = tenant.client.post("/v1/keys", json={"name": "odd", "scopes": ["read"], "expires_at": time})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unprocessable")
