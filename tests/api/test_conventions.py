"""What holds for every operation of its kind: repeating, tags, preconditions, pages, addresses."""

from __future__ import annotations

import httpx

from tests.api.calls import World
from tests.conftest import Stored, Tenant


def test_a_post_that_is_sent_twice_under_one_key_happens_once(world: World, posting: str) -> None:
    call, client = world.call(posting), world.client_of(posting)
    first, second = (call.by(client, idempotency_key=f"once-{posting}-{world.tenant.slug}") for _ in range(2))
    assert first.status_code in (200, 201, 202)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers.get("location") == first.headers.get("location")


def test_an_idempotency_key_is_good_for_one_body_alone(world: World) -> None:
    key = {"Idempotency-Key": "one-body"}
    client = world.tenant.client
    assert client.post("/v1/endpoints", json={"path": "/a"}, headers=key).status_code == 201
    answer = client.post("/v1/endpoints", json={"path": "/b"}, headers=key)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_a_refused_post_leaves_its_idempotency_key_free(world: World) -> None:
    key, client = {"Idempotency-Key": "try-again"}, world.tenant.client
    world.tenant.declare("/taken", name="taken")
    body = {"path": "/free", "name": "taken"}
    assert client.post("/v1/endpoints", json=body, headers=key).status_code == 409
    client.delete("/v1/endpoints/taken")
    assert client.post("/v1/endpoints", json=body, headers=key).status_code == 201


def test_an_idempotency_key_of_another_project_is_another_key(world: World, client: httpx.Client) -> None:
    key = {"Idempotency-Key": "shared-word"}
    made = [
        caller.post("/v1/endpoints", json={"path": f"/{world.tenant.slug}"}, headers=key).json()["id"]
        for caller in (world.tenant.client, client)
    ]
    assert made[0] != made[1]


def test_a_secret_remembered_under_an_idempotency_key_does_not_lie_open(world: World, stored: Stored) -> None:
    made = world.tenant.client.post(
        "/v1/keys", json={"name": "sealed", "scopes": ["read"]}, headers={"Idempotency-Key": "sealed"}
    ).json()
    assert made["secret"].encode() not in stored
    assert made["id"].encode() in stored


def test_an_unchanged_thing_is_answered_304_without_a_body(world: World, reading: str) -> None:
    call, client = world.call(reading), world.client_of(reading)
    first = call.by(client)
    again = call.by(client, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert call.by(client, if_none_match='"another"').content == first.content


def test_a_change_of_what_has_changed_since_is_412_and_changes_nothing(world: World, changing: str) -> None:
    call, client = world.call(changing), world.client_of(changing)
    before = client.get(call.path)
    refused = call.by(client, if_match='"seen-long-ago"')
    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/precondition-failed")
    assert client.get(call.path).content == before.content


def test_a_change_of_what_is_as_it_was_seen_is_made(world: World, changing: str) -> None:
    call, client = world.call(changing), world.client_of(changing)
    seen = client.get(call.path).headers["etag"]
    assert call.by(client, if_match=seen).status_code in (200, 204)


def test_the_tag_of_a_changed_thing_is_the_tag_of_its_next_read(world: World, changing: str) -> None:
    call, client = world.call(changing), world.client_of(changing)
    answer = call.by(client)
    if answer.status_code == 204:
        assert client.get(call.path).status_code == 404
    else:
        assert client.get(call.path).headers["etag"] == answer.headers["etag"]


def test_what_was_created_is_read_at_its_location(world: World, posting: str) -> None:
    client = world.client_of(posting)
    answer = world.call(posting).by(client)
    if answer.status_code == 201:
        read = client.get(answer.headers["location"])
        assert read.json().items() <= answer.json().items()


def test_pages_show_everything_once_and_newest_first(world: World, listing: str) -> None:
    client = world.client_of(listing)
    path = [world.call(listing) for _ in range(3)][-1].path
    # In one list are the projects of all tests: hundreds.
    for limit in (61, 62, 63) if listing == "projects.search" else (1, 2, 3):
        seen = walk(client, path, limit)
        assert len(seen) >= 3
        assert seen == sorted(set(seen), reverse=True)


def test_a_cursor_that_no_list_answered_is_422(world: World, listing: str) -> None:
    path = world.call(listing).path
    for cursor in ("nonsense", "AA", "ZXBfMDE", "é"):
        answer = world.client_of(listing).get(path, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-cursor"), cursor


def test_a_cursor_of_another_list_is_422(world: World) -> None:
    client = world.tenant.client
    for path in ("/one", "/two"):
        world.tenant.declare(path)
    cursor = client.get("/v1/endpoints", params={"limit": 1}).json()["next_cursor"]
    assert client.get("/v1/keys", params={"cursor": cursor}).status_code == 422


def walk(client: httpx.Client, path: str, limit: int) -> list[str]:
    """The ids of every page."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(path, params={"limit": str(limit), **cursor}).json()
        assert len(page["items"]) <= limit
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return seen
        cursor = {"cursor": page["next_cursor"]}


def test_a_list_stays_in_its_project(world: World, make_tenant: object, listing: str, tenant: Tenant) -> None:
    if listing == "projects.search":
        return
    assert callable(make_tenant)
    other: Tenant = make_tenant()
    theirs = set(walk(other.client, World(other, world.manager).call(listing).path, 50))
    assert not theirs & set(walk(tenant.client, world.call(listing).path, 50))
