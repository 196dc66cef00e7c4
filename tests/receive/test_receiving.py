"""What an endpoint answers, and what is kept of what it was sent."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from starlette.testclient import TestClient

from letterbox.service import Service
from tests.conftest import Tenant


def test_an_endpoint_takes_the_next_request_after_it_was_declared(tenant: Tenant) -> None:
    tenant.declare("/orders")
    answer = tenant.send("/orders", json={"amount": 1})
    assert answer.status_code == 202
    assert answer.json() == {"id": tenant.requests()[0]["id"]}


def test_a_changed_reply_is_the_reply_to_the_next_request(tenant: Tenant) -> None:
    tenant.declare("/orders", name="orders")
    tenant.client.patch("/v1/endpoints/orders", json={"replies": [{"status": 200, "body": {"ok": True}}]})
    answer = tenant.send("/orders")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_a_moved_endpoint_listens_at_its_new_path_alone(tenant: Tenant) -> None:
    tenant.declare("/old", name="mover")
    tenant.client.patch("/v1/endpoints/mover", json={"path": "/new"})
    assert (tenant.send("/old").status_code, tenant.send("/new").status_code) == (404, 202)


def test_a_removed_endpoint_answers_404_at_once(tenant: Tenant) -> None:
    tenant.declare("/orders", name="orders")
    tenant.client.delete("/v1/endpoints/orders")
    assert tenant.send("/orders").status_code == 404


def test_a_request_is_read_back_byte_for_byte_with_its_headers_in_order(tenant: Tenant) -> None:
    tenant.declare("/raw")
    body = bytes(range(256)) + "é漢".encode()
    headers = [("host", "testserver"), ("x-twice", "1"), ("x-other", 'a;b="c"'), ("x-twice", "2")]
    sent = tenant.send("/raw?b=%20&a=1&b", content=body, headers=[*headers, ("content-length", str(len(body)))])
    kept = tenant.client.get(f"/v1/requests/{sent.json()['id']}").json()
    assert kept["headers"][:4] == [["host", "testserver"], ["x-twice", "1"], ["x-other", 'a;b="c"'], ["x-twice", "2"]]
    assert (kept["query"], kept["body_bytes"]) == ("b=%20&a=1&b", len(body))
    assert tenant.client.get(f"/v1/requests/{kept['id']}/body").content == body


def test_the_body_is_an_attachment_that_no_browser_renders(tenant: Tenant) -> None:
    tenant.declare("/raw")
    sent = tenant.send("/raw", content=b"<script>alert(1)</script>", headers={"content-type": "text/html"})
    answer = tenant.client.get(f"/v1/requests/{sent.json()['id']}/body")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_path_parameter_is_kept_decoded_and_the_path_as_it_was_sent(tenant: Tenant) -> None:
    tenant.declare("/orders/{order_id}/files/{rest...}")
    tenant.send("/orders/a%2Fb/files/c/d%20e")
    kept = tenant.requests()[0]
    assert kept["path_parameters"] == {"order_id": "a/b", "rest": "c/d e"}
    assert kept["path"] == "/orders/a%2Fb/files/c/d%20e"


def test_endpoints_share_a_path_if_their_methods_are_disjoint(tenant: Tenant) -> None:
    reader = tenant.declare("/shared/{id}", methods=["GET"])
    writer = tenant.declare("/shared/{number}", methods=["POST", "PUT"])
    for method in ("GET", "PUT"):
        assert tenant.send("/shared/7", method).status_code == 202
    assert [kept["endpoint_id"] for kept in tenant.requests()] == [writer["id"], reader["id"]]
    assert [kept["path_parameters"] for kept in tenant.requests()] == [{"number": "7"}, {"id": "7"}]


def test_a_method_that_is_not_taken_is_405_with_all_that_are(tenant: Tenant) -> None:
    tenant.declare("/shared", methods=["GET"])
    taker = tenant.declare("/shared", methods=["POST"])
    answer = tenant.send("/shared", "DELETE")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    kept = tenant.requests()[0]
    assert (kept["verdict"], kept["causes"], kept["reply_status"]) == ("refused", ["method_not_allowed"], 405)
    assert kept["endpoint_id"] is not None or taker


def test_options_names_what_is_taken_and_is_not_kept(tenant: Tenant) -> None:
    tenant.declare("/orders", methods=["GET", "PUT"])
    answer = tenant.send("/orders", "OPTIONS")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS, PUT", b"")
    assert tenant.requests() == []


def test_head_is_answered_like_get_without_the_body(tenant: Tenant) -> None:
    tenant.declare("/orders", methods=["GET"], replies=[{"status": 200, "body": {"a": 1}}])
    head, get = tenant.send("/orders", "HEAD"), tenant.send("/orders", "GET")
    assert head.content == b""
    assert head.headers == get.headers
    assert [kept["method"] for kept in tenant.requests()] == ["GET", "HEAD"]


def test_an_unmatched_request_is_404_and_kept_without_an_endpoint(tenant: Tenant) -> None:
    answer = tenant.send("/nowhere", content=b"to nobody")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-endpoint")
    kept = tenant.client.get(f"/v1/requests/{answer.json()['request_id']}").json()
    assert (kept["endpoint_id"], kept["verdict"], kept["causes"]) == (None, "refused", ["no_endpoint"])
    assert tenant.client.get(f"/v1/requests/{kept['id']}/body").content == b"to nobody"


def test_an_unknown_project_is_404_and_nothing_is_kept(tenant: Tenant) -> None:
    answer = tenant.client.post("/in/nobody-here/orders", content=b"x")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert "request_id" not in answer.json()


def test_a_body_above_the_limit_is_413_and_kept_without_its_bytes(tenant: Tenant) -> None:
    tenant.declare("/small", max_body_bytes=10)
    assert tenant.send("/small", content=b"x" * 10).status_code == 202
    answer = tenant.send("/small", content=b"x" * 11)
    assert answer.status_code == 413
    kept = tenant.client.get(f"/v1/requests/{answer.json()['request_id']}").json()
    assert (kept["causes"], kept["body_bytes"], kept["body_sha256"]) == (["body_too_large"], 11, None)
    assert tenant.client.get(f"/v1/requests/{kept['id']}/body").status_code == 404


def test_a_head_that_is_too_long_is_431_and_not_kept(tenant: Tenant) -> None:
    tenant.declare("/orders")
    answer = tenant.send("/orders", headers={"x-long": "x" * 70_000})
    assert (answer.status_code, answer.json()["type"]) == (431, "/problems/head-too-large")
    assert tenant.requests() == []


def test_a_request_whose_endpoint_is_removed_before_its_body_is_whole_is_kept_as_unmatched(
    tenant: Tenant, running: TestClient, house: Service
) -> None:
    tenant.declare("/orders", name="orders")
    reception = house.receiver.open("POST", f"/in/{tenant.slug}/orders".encode(), b"", [], None)
    reception.feed(b"first half, ")
    tenant.client.delete("/v1/endpoints/orders")
    reception.feed(b"second half")
    assert running.portal is not None
    reply = running.portal.call(house.receiver.answer, reception)
    house.run(lambda _unit: None)
    assert reply.status == 404
    kept = tenant.requests()[0]
    assert (kept["endpoint_id"], kept["causes"], kept["body_bytes"]) == (None, ["no_endpoint"], 23)


def test_a_request_whose_project_is_removed_before_its_body_is_whole_is_not_acknowledged(
    tenant: Tenant, client: httpx.Client, running: TestClient, house: Service
) -> None:
    tenant.declare("/orders", name="orders")
    reception = house.receiver.open("POST", f"/in/{tenant.slug}/orders".encode(), b"", [], None)
    tenant.client.delete("/v1/endpoints/orders")
    client.delete(f"/v1/projects/{tenant.slug}")
    client.post("/v1/projects", json={"slug": tenant.slug})  # another project, of the same slug
    assert running.portal is not None
    reply = running.portal.call(house.receiver.answer, reception)
    assert (reply.status, b"request_id" in reply.body) == (404, False)


def test_what_comes_faster_than_the_rate_is_429_with_retry_after(tenant: Tenant) -> None:
    tenant.declare("/slow", requests_per_second=1)
    assert tenant.send("/slow").status_code == 202
    answer = tenant.send("/slow")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert tenant.requests()[0]["causes"] == ["rate_limited"]


def test_a_project_that_is_full_answers_503_and_takes_again_when_there_is_room(
    make_tenant: Callable[..., Tenant],
) -> None:
    tenant = make_tenant(limits={"stored_bytes": 4})
    tenant.declare("/orders")
    kept = tenant.send("/orders", content=b"1234").json()["id"]
    answer = tenant.send("/orders", content=b"5")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.json()["type"] == "/problems/project-full"
    tenant.client.delete(f"/v1/requests/{kept}")
    assert tenant.send("/orders", content=b"5").status_code == 202


def test_every_answer_forbids_a_browser_to_run_it(tenant: Tenant) -> None:
    tenant.declare("/page", replies=[{"status": 200, "media_type": "text/html", "body": "<script>1</script>"}])
    for answer in (tenant.send("/page"), tenant.send("/nowhere"), tenant.send("/page", "OPTIONS")):
        assert answer.headers["content-security-policy"] == "sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_text_reply_is_sent_as_it_is(tenant: Tenant) -> None:
    reply = {"status": 200, "media_type": "text/plain; charset=utf-8", "body": "grüße", "headers": {"X-A": "1"}}
    tenant.declare("/text", replies=[reply])
    answer = tenant.send("/text")
    assert (answer.content, answer.headers["content-type"]) == ("grüße".encode(), "text/plain; charset=utf-8")
    assert answer.headers["x-a"] == "1"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [({"origin": "https://a.example"}, "https://a.example"), ({"origin": "https://b.example"}, None), ({}, None)],
)
def test_only_a_named_origin_may_read_a_reply(tenant: Tenant, headers: dict[str, str], allowed: str | None) -> None:
    tenant.declare("/cors", cors={"origins": ["https://a.example"]})
    answer = tenant.send("/cors", headers=headers)
    assert answer.headers.get("access-control-allow-origin") == allowed
    assert answer.headers["vary"] == "origin"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_preflight_is_answered_from_the_endpoint_that_would_take_the_method(tenant: Tenant) -> None:
    tenant.declare("/cors", methods=["PUT"], cors={"origins": ["*"]})
    asking = {"origin": "https://a.example", "access-control-request-method": "PUT"}
    answer = tenant.send("/cors", "OPTIONS", headers=asking | {"access-control-request-headers": "x-a"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "OPTIONS, PUT"
    assert answer.headers["access-control-allow-headers"] == "x-a"
