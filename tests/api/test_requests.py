"""Requests: found by filter and page, read, and erased."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Tenant


@pytest.fixture
def filled(tenant: Tenant) -> Tenant:
    """A project that was sent five requests."""
    tenant.declare("/a", name="a", methods=["GET", "POST"])
    tenant.declare("/b/{id}", name="b")
    tenant.send("/a", content=b"the needle in the body")
    tenant.send("/a?q=1", "GET", headers={"x-odd": "NEEDLE-header"})
    tenant.send("/b/1", content=b"\x00\xff")
    tenant.send("/b/2", "DELETE")
    tenant.send("/nowhere")
    return tenant


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        ({}, ["/nowhere", "/b/2", "/b/1", "/a", "/a"]),
        ({"endpoint": "a"}, ["/a", "/a"]),
        ({"verdict": "refused"}, ["/nowhere", "/b/2"]),
        ({"verdict": "accepted"}, ["/b/1", "/a", "/a"]),
        ({"method": "GET"}, ["/a"]),
        ({"path": "/b/1"}, ["/b/1"]),
        ({"search": "needle"}, ["/a", "/a"]),
        ({"search": "NEEDLE in"}, ["/a"]),
        ({"search": "100%"}, []),
        ({"endpoint": "b", "verdict": "refused"}, ["/b/2"]),
        ({"event_type": "push"}, []),
        ({"received_after": "2001-01-01T00:00:00Z", "received_before": "2001-01-02T00:00:00Z"}, []),
        ({"received_after": "2001-01-01t00:00:00z", "method": "GET"}, ["/a"]),
    ],
)
def test_a_filter_shows_what_it_says(filled: Tenant, wanted: dict[str, str], paths: list[str]) -> None:
    assert [kept["path"] for kept in filled.requests(**wanted)] == paths


def test_times_bound_a_list_from_the_first_until_before_the_second(filled: Tenant) -> None:
    middle = filled.requests()[2]
    later = filled.requests(received_after=middle["received_at"])
    earlier = filled.requests(received_before=middle["received_at"])
    assert {kept["id"] for kept in later} | {kept["id"] for kept in earlier} == {
        kept["id"] for kept in filled.requests()
    }
    assert middle["id"] in {kept["id"] for kept in later}
    assert middle["id"] not in {kept["id"] for kept in earlier}


def test_a_list_of_an_unknown_endpoint_is_404(tenant: Tenant) -> None:
    assert tenant.client.get("/v1/requests", params={"endpoint": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"verdict": "odd"},
        {"method": "get"},
        {"unknown": "1"},
        {"received_after": "now"},
    ],
)
def test_a_filter_that_the_specification_does_not_know_is_400(tenant: Tenant, wanted: dict[str, Any]) -> None:
    answer = tenant.client.get("/v1/requests", params=wanted)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-request")


def test_an_erased_request_is_gone_but_for_its_tombstone(tenant: Tenant) -> None:
    tenant.declare("/a/{secret}")
    sent = tenant.send("/a/x?in-the-query", content=b"in the body", headers={"x-mark": "in a header"}).json()["id"]
    assert tenant.client.delete(f"/v1/requests/{sent}").status_code == 204
    for path in (f"/v1/requests/{sent}", f"/v1/requests/{sent}/body"):
        assert tenant.client.get(path).status_code == 404
    tombstone = tenant.requests()[0]
    assert (tombstone["id"], tombstone["headers"], tombstone["query"]) == (sent, [], "")
    assert (tombstone["path_parameters"], tombstone["remote_address"]) == ({}, None)
    assert tombstone["erased_at"] is not None
    assert tombstone["body_bytes"] == 11
