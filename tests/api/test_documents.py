"""An endpoint's own document over HTTP: who may read it, whose examples it shows, and its page."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from letterbox import documents
from tests.conftest import ClientFor, Tenant

JSON = {"content-type": "application/json"}
ORDER = {"type": "object", "properties": {"card": {"type": "string", "x-redact": True}}, "required": ["card"]}
BAD_KEYS = ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer é", "x a b"]


@pytest.fixture
def anyone(client_for: ClientFor) -> httpx.Client:
    """Whoever has no key."""
    client = client_for("")
    del client.headers["authorization"]
    return client


def address(endpoint: dict[str, Any]) -> str:
    return f"/v1/endpoints/{endpoint['id']}/openapi.json"


def document(client: httpx.Client, endpoint: dict[str, Any], **query: str) -> dict[str, Any]:
    answer = client.get(address(endpoint), params=query)
    assert answer.status_code == 200, answer.text
    whole: dict[str, Any] = answer.json()
    validate(json.loads(answer.content))
    return whole


def examples(whole: dict[str, Any]) -> list[Any]:
    ((_, item),) = whole["paths"].items()
    (media,) = item["post"]["requestBody"]["content"].values()
    return [shown["value"] for shown in media.get("examples", {}).values()]


def contract(tenant: Tenant, endpoint: dict[str, Any], **offered: Any) -> None:
    """Give an endpoint its next contract, and activate it."""
    path = f"/v1/endpoints/{endpoint['id']}/contracts"
    answer = tenant.client.post(path, json={"media_types": ["application/json"], "active": True, **offered})
    assert answer.status_code == 201, answer.text


def told(answer: httpx.Response) -> dict[str, Any]:
    """What a problem says, without what differs from call to call."""
    said = {name: value for name, value in answer.json().items() if name != "trace_id"}
    return said | {"challenge": answer.headers.get("www-authenticate")}


def test_a_document_tells_where_the_endpoint_listens(tenant: Tenant) -> None:
    endpoint = tenant.declare("/orders/{order_id}", methods=["POST", "PUT"])
    whole = document(tenant.client, endpoint)
    assert whole["servers"][0]["url"] + "/orders/{order_id}" == endpoint["url"]
    assert [*whole["paths"]["/orders/{order_id}"]] == ["parameters", "post", "put"]


def test_a_document_is_read_by_name_as_well(tenant: Tenant) -> None:
    endpoint = tenant.declare("/named", name="named")
    assert document(tenant.client, {"id": "named"}) == document(tenant.client, endpoint)


def test_the_view_of_consumers_has_webhooks(tenant: Tenant) -> None:
    endpoint = tenant.declare("/events", name="events")
    assert [*document(tenant.client, endpoint, view="webhooks")["webhooks"]] == ["events"]


def test_another_view_is_refused(tenant: Tenant) -> None:
    assert tenant.client.get(address(tenant.declare("/a")), params={"view": "else"}).status_code == 400


def test_the_active_contract_is_in_the_document(tenant: Tenant) -> None:
    endpoint = tenant.declare("/orders")
    contract(tenant, endpoint, body=ORDER)
    assert document(tenant.client, endpoint)["components"]["schemas"]["Body"]["required"] == ["card"]


def test_a_public_document_needs_no_key(tenant: Tenant, anyone: httpx.Client) -> None:
    endpoint = tenant.declare("/public", public_docs=True)
    assert document(anyone, endpoint) == document(tenant.client, endpoint)


def test_a_public_document_is_not_found_by_name(tenant: Tenant, anyone: httpx.Client) -> None:
    tenant.declare("/public", name="public", public_docs=True)
    assert anyone.get("/v1/endpoints/public/openapi.json").status_code == 401


@pytest.mark.parametrize("authorization", BAD_KEYS)
def test_a_bad_key_is_401_even_where_none_is_needed(tenant: Tenant, anyone: httpx.Client, authorization: str) -> None:
    endpoint = tenant.declare("/public", public_docs=True)
    answer = anyone.get(address(endpoint), headers=[(b"authorization", authorization.encode())])
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")


def test_a_key_of_another_project_does_not_find_a_public_document(
    tenant: Tenant, make_tenant: Callable[..., Tenant]
) -> None:
    endpoint = tenant.declare("/public", public_docs=True)
    assert make_tenant().client.get(address(endpoint)).status_code == 404


def test_what_is_not_public_looks_to_anyone_like_what_is_not_there(tenant: Tenant, anyone: httpx.Client) -> None:
    hidden, closed, removed = (
        tenant.declare(f"/{name}", public_docs=name != "hidden") for name in ("hidden", "b", "c")
    )
    tenant.client.patch(f"/v1/endpoints/{closed['id']}", json={"public_docs": False})
    tenant.client.delete(f"/v1/endpoints/{removed['id']}")
    nobodys = told(anyone.get("/v1/endpoints/ep_01k5b8p1xpa7z3dj8fssz5awsh/openapi.json"))
    assert nobodys["status"] == 401
    assert nobodys["challenge"] == 'Bearer realm="letterbox"'
    assert [told(anyone.get(address(endpoint))) for endpoint in (hidden, closed, removed)] == [nobodys] * 3


def test_examples_are_the_newest_three_bodies_that_differ(tenant: Tenant) -> None:
    endpoint = tenant.declare("/orders")
    for number in (1, 2, 3, 4, 4, 4):
        tenant.send("/orders", json={"number": number})
    assert examples(document(tenant.client, endpoint)) == [{"number": 4}, {"number": 3}, {"number": 2}]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"a": 1}', {"content-type": "text/plain"}),
        (b'{"a": ', JSON),
        (b"", JSON),
        (b'{"a": "%s"}' % (b"x" * 65_536), JSON),
        (gzip.compress(b'{"a": 1}'), {**JSON, "content-encoding": "gzip"}),
        (b'{"a": "\\ud800"}', JSON),
    ],
    ids=["no JSON", "broken", "empty", "large", "compressed", "half a character"],
)
def test_a_body_that_can_not_be_shown_is_no_example(tenant: Tenant, body: bytes, headers: dict[str, str]) -> None:
    endpoint = tenant.declare("/orders")
    assert tenant.send("/orders", content=body, headers=headers).is_success
    assert examples(document(tenant.client, endpoint)) == []


def test_what_was_refused_or_erased_is_no_example(tenant: Tenant) -> None:
    endpoint = tenant.declare("/orders", max_body_bytes=20)
    tenant.send("/orders", json={"number": 10**20})
    erased = tenant.send("/orders", json={"number": 1}).json()["id"]
    tenant.client.delete(f"/v1/requests/{erased}")
    assert examples(document(tenant.client, endpoint)) == []


def test_nothing_but_bodies_is_in_an_example(tenant: Tenant) -> None:
    endpoint = tenant.declare("/orders")
    headers = {"authorization": "Bearer hidden-credential", "cookie": "hidden=1", "x-any": "hidden"}
    tenant.send("/orders?hidden=hidden", json={"number": 1}, headers=headers)
    assert "hidden" not in json.dumps(document(tenant.client, endpoint))


def test_what_anyone_may_read_has_no_examples_while_no_contract_says_what_to_mask(
    tenant: Tenant, anyone: httpx.Client
) -> None:
    endpoint = tenant.declare("/orders", public_docs=True)
    tenant.send("/orders", json={"card": "4111"})
    assert examples(document(tenant.client, endpoint)) == [{"card": "4111"}]
    assert examples(document(anyone, endpoint)) == []


def test_what_anyone_may_read_has_no_examples_if_the_contract_says_nothing_of_bodies(
    tenant: Tenant, anyone: httpx.Client
) -> None:
    endpoint = tenant.declare("/orders", public_docs=True)
    contract(tenant, endpoint, query={"type": "object"})
    tenant.send("/orders", json={"card": "4111"})
    assert examples(document(anyone, endpoint)) == []


def test_the_conditions_of_replies_are_shown_to_holders_of_a_key_alone(tenant: Tenant, anyone: httpx.Client) -> None:
    replies = [{"when": "request.query.token == 'a-word-of-ours'", "status": 200}]
    endpoint = tenant.declare("/orders", public_docs=True, replies=replies)
    told = [json.dumps(document(each, endpoint)) for each in (tenant.client, anyone)]
    assert ["a-word-of-ours" in each for each in told] == [True, False]


def test_a_contract_that_takes_long_to_make_ready_is_not_made_ready_for_anyone(
    tenant: Tenant, anyone: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = tenant.declare("/orders", public_docs=True)
    contract(tenant, endpoint, body=ORDER)
    monkeypatch.setattr(documents, "MOST_FOR_ANYONE", 10)
    assert anyone.get(address(endpoint)).status_code == 401
    assert tenant.client.get(address(endpoint)).status_code == 200


def test_what_the_contract_marks_is_masked_for_everybody(tenant: Tenant, anyone: httpx.Client) -> None:
    endpoint = tenant.declare("/orders", public_docs=True)
    contract(tenant, endpoint, body=ORDER)
    tenant.send("/orders", json={"card": "4111111111111111", "note": "for 4111111111111111"})
    for reader in (anyone, tenant.client):
        assert examples(document(reader, endpoint)) == [{"card": "***", "note": "***"}]


def test_examples_conformed_to_the_contract_that_is_active(tenant: Tenant) -> None:
    endpoint = tenant.declare("/orders", contract_mode="observe")
    tenant.send("/orders", json={"card": "before"})
    contract(tenant, endpoint, body=ORDER)
    tenant.send("/orders", json={"card": 1})
    assert examples(document(tenant.client, endpoint)) == []
    tenant.send("/orders", json={"card": "good"})
    assert examples(document(tenant.client, endpoint)) == [{"card": "***"}]


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_page_is_there_with_and_without_a_slash(anyone: httpx.Client, slash: str) -> None:
    answer = anyone.get(f"/v1/endpoints/anything/docs{slash}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_tells_nothing(tenant: Tenant, anyone: httpx.Client) -> None:
    endpoint = tenant.declare("/orders", public_docs=True)
    pages = [
        reader.get(f"/v1/endpoints/{name}/docs")
        for reader in (anyone, tenant.client)
        for name in (endpoint["id"], endpoint["name"], "ep_01k5b8p1xpa7z3dj8fssz5awsh", "nobody")
    ]
    assert len({(page.status_code, page.content, page.headers["etag"]) for page in pages}) == 1


def test_an_unchanged_page_is_304(anyone: httpx.Client) -> None:
    path = "/v1/endpoints/anything/docs"
    etag = anyone.get(path).headers["etag"]
    assert anyone.get(path, headers={"if-none-match": etag}).status_code == 304


def test_everything_that_the_page_loads_is_served_from_here(anyone: httpx.Client) -> None:
    page = anyone.get("/v1/endpoints/anything/docs").text
    loaded = [
        part.partition('"')[0] for mark in ('src="', '<link rel="stylesheet" href="') for part in page.split(mark)[1:]
    ]
    assert len(loaded) >= 5
    assert [path for path in loaded if anyone.get(path).status_code != 200] == []
