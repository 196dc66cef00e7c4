"""Replies: what may be declared, and what leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.errors import MethodNotAllowed, NoEndpoint
from letterbox.receive.declared_replies import violations_of
from letterbox.receive.reply import GUARDS, refused
from letterbox.receive.reply_bodies import JSON
from letterbox.receive.rules import compiled
from tests.conftest import Tenant
from tests.receive.unsafe import UNSAFE_NAMES, UNSAFE_VALUES

tried = settings(derandomize=True, deadline=None)
ANY_TEXT = some.text(some.characters(exclude_categories=[]), max_size=20)

SAFE = {"X-Kept": "yes", "location": "https://a.example/", "Cache-Control": "no-store", "link": '<a>; rel="b"'}


def refusal(tenant: Tenant, reply: dict[str, Any]) -> tuple[int, str]:
    """The status that declaring this reply is refused with, and the place that it names."""
    answer = tenant.client.post("/v1/endpoints", json={"path": "/unsafe", "replies": [{"status": 200}, reply]})
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, "".join(error["pointer"] for error in answer.json().get("errors", []))


@pytest.mark.parametrize("name", UNSAFE_NAMES)
def test_an_unsafe_name_of_a_header_is_refused(name: str) -> None:
    found = list(violations_of([{"headers": {"x-safe": "1", name: "1"}}], "/replies"))
    assert [one["keyword"] for one in found] == ["header"]


@pytest.mark.parametrize("name", [name for name in UNSAFE_NAMES if "\0" not in name])
def test_an_endpoint_with_an_unsafe_name_of_a_header_is_not_declared(tenant: Tenant, name: str) -> None:
    status, pointer = refusal(tenant, {"headers": {name: "1"}})
    assert (status, pointer) == (422, f"/replies/1/headers/{name}")
    assert tenant.client.get("/v1/endpoints").json()["items"] == []


@pytest.mark.parametrize("value", UNSAFE_VALUES)
def test_an_unsafe_value_of_a_header_is_refused(value: str) -> None:
    found = list(violations_of([{"headers": {"x-a": value}}], "/replies"))
    assert [(one["pointer"], one["keyword"]) for one in found] == [("/replies/0/headers/x-a", "header")]


@pytest.mark.parametrize("value", [value for value in UNSAFE_VALUES if "\0" not in value])
def test_an_endpoint_with_an_unsafe_value_of_a_header_is_not_declared(tenant: Tenant, value: str) -> None:
    status, pointer = refusal(tenant, {"headers": {"x-a": value}})
    assert status == 400  # the schema knows what a value may be; which names are unsafe it does not
    assert pointer == "/replies/1/headers/x-a"


@pytest.mark.parametrize("headers", [{"x\0": "1"}, {"x": "\0"}])
def test_a_nul_is_refused_before_anybody_looks_where_it_is(tenant: Tenant, headers: dict[str, str]) -> None:
    assert refusal(tenant, {"headers": headers}) == (400, "")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_to_an_unsafe_reply_is_refused_and_the_safe_one_stays(tenant: Tenant, method: str) -> None:
    before = tenant.declare("/safe", name="safe", replies=[{"headers": SAFE}])
    unsafe = {"path": "/safe", "replies": [{"headers": {"Set-Cookie": "a=1"}}]}
    answer = tenant.client.request(method, "/v1/endpoints/safe", json=unsafe)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/replies/0/headers/Set-Cookie")
    assert tenant.client.get("/v1/endpoints/safe").json() == before


def test_a_project_with_an_unsafe_reply_as_its_default_is_refused(client: Any) -> None:
    unsafe = {"slug": "unsafe-default", "defaults": {"replies": [{"headers": {"Connection": "close"}}]}}
    answer = client.post("/v1/projects", json=unsafe)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/defaults/replies/0/headers/Connection"


def test_a_safe_header_leaves_as_it_was_declared(tenant: Tenant) -> None:
    tenant.declare("/safe", replies=[{"headers": SAFE}])
    sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in tenant.send("/safe").headers.raw}
    assert {name.lower(): value for name, value in SAFE.items()}.items() <= sent.items()


@tried
@given(ANY_TEXT, ANY_TEXT)
def test_whatever_is_let_through_cannot_break_a_reply_apart(name: str, value: str) -> None:
    reply = {"headers": {name: value}}
    if not list(violations_of([reply], "")):
        headers = compiled([reply]).plain.reply("req_1").headers
        assert b"\r" not in b"".join(map(b"".join, headers))
        assert b"\n" not in b"".join(map(b"".join, headers))
        assert b"\0" not in b"".join(map(b"".join, headers))
        assert headers[0] == (name.lower().encode(), value.encode("latin-1"))


IMPOSSIBLE = [
    ({"status": 204, "body": {}}, "/body", "status"),
    ({"status": 304, "body": None}, "/body", "status"),
    ({"media_type": "text/plain", "body": {"a": 1}}, "/body", "media_type"),
    ({"media_type": "image/png", "body": "x"}, "/media_type", "media_type"),
    ({"media_type": "application/xml", "body": "<a/>"}, "/media_type", "media_type"),
    ({"media_type": "no-type", "body": "x"}, "/media_type", "media_type"),
    ({"media_type": "text/plain\r\nx: y", "body": "x"}, "/media_type", "media_type"),
    ({"media_type": "text/plain\n", "body": "x"}, "/media_type", "media_type"),
]


@pytest.mark.parametrize(("reply", "place", "keyword"), IMPOSSIBLE)
def test_a_body_that_cannot_leave_is_refused_with_its_place(reply: dict[str, Any], place: str, keyword: str) -> None:
    found = [(one["pointer"], one["keyword"]) for one in violations_of([{}, reply], "/replies")]
    assert found == [(f"/replies/1{place}", keyword)]


POSSIBLE = [
    ({}, 202, None, b""),
    ({"status": 204}, 204, None, b""),
    ({"body": None}, 202, "application/json", b"null"),
    ({"body": "text"}, 202, "application/json", b'"text"'),
    ({"body": {"ü": [1, 2.5]}}, 202, "application/json", '{"ü":[1,2.5]}'.encode()),
    ({"media_type": "application/vnd.a+json", "body": "x"}, 202, "application/vnd.a+json", b'"x"'),
    ({"media_type": "text/html; charset=utf-8", "body": "<p>ü"}, 202, "text/html; charset=utf-8", "<p>ü".encode()),
    ({"media_type": "TEXT/PLAIN", "body": ""}, 202, "TEXT/PLAIN", b""),
]


@pytest.mark.parametrize(("rule", "status", "media_type", "body"), POSSIBLE)
def test_a_reply_leaves_as_it_was_declared(
    rule: dict[str, Any], status: int, media_type: str | None, body: bytes
) -> None:
    assert list(violations_of([rule], "")) == []
    reply = compiled([rule]).plain.reply("req_1")
    assert (reply.status, reply.body) == (status, body)
    assert dict(reply.headers).get(b"content-type") == (media_type and media_type.encode())


def test_without_a_declared_reply_the_id_is_answered() -> None:
    reply = compiled([]).plain.reply("req_1")
    assert (reply.status, json.loads(reply.body)) == (202, {"id": "req_1"})
    assert (b"content-type", JSON.encode()) in reply.headers


@pytest.mark.parametrize("status", [200, 202, 204, 205, 304, 404, 599])
def test_every_reply_says_its_length_but_one_that_has_no_body(status: int) -> None:
    headers = dict(compiled([{"status": status}]).plain.reply("req_1").headers)
    assert headers.get(b"content-length") == (None if status in (204, 304) else b"0")


@pytest.mark.parametrize("rule", [{}, {"status": 204}, {"media_type": "text/html", "body": "<script>"}])
def test_every_reply_forbids_a_browser_to_run_it(rule: dict[str, Any]) -> None:
    assert set(GUARDS) <= set(compiled([rule]).plain.reply("req_1").headers)


def test_a_refusal_leaves_with_its_headers_and_the_id_it_is_kept_under() -> None:
    reply = refused(MethodNotAllowed(headers={"Allow": "GET"}), "req_1")
    assert (reply.status, json.loads(reply.body)["request_id"]) == (405, "req_1")
    assert {(b"allow", b"GET"), (b"content-type", b"application/problem+json"), *GUARDS} <= set(reply.headers)
    assert refused(NoEndpoint(), "req_2").status == 404


def test_a_reply_is_made_anew_for_each_request() -> None:
    rule = compiled([{"headers": {"x-a": "1"}}]).plain
    rule.reply("req_1").headers.append((b"x-mine", b"1"))
    assert (b"x-mine", b"1") not in rule.reply("req_2").headers


@pytest.mark.parametrize(
    ("rule", "status", "pointer"),
    [
        ({"when": "request.zen"}, 422, "/replies/0/when"),
        ({"body_from": "1 +"}, 422, "/replies/0/body_from"),
        ({"when": "a" * 1025}, 400, "/replies/0/when"),
        ({"body": 1, "schema": {"type": "string"}}, 422, "/replies/0/body"),
    ],
)
def test_an_endpoint_whose_reply_cannot_work_is_not_declared(
    tenant: Tenant, rule: dict[str, Any], status: int, pointer: str
) -> None:
    answer = tenant.client.post("/v1/endpoints", json={"path": "/refused", "replies": [rule]})
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (status, [pointer])


def test_rules_are_read_back_as_they_were_declared(tenant: Tenant) -> None:
    rules = [{"when": "request.method == 'POST'", "body_from": "{'id': request.id}", "schema": {"type": "object"}}]
    assert tenant.declare("/read-back", replies=rules)["replies"] == rules
