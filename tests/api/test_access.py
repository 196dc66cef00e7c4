"""Who gets in: keys × scopes × operations × foreign ids, generated from the specification."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.api.calls import Call, World
from tests.api.conftest import MANAGING, declared
from tests.conftest import ClientFor, Tenant

SCOPES = ("read", "write", "replay", "admin")
SCOPE_OF = {operation.id: declared(operation)["x-scope"] for operation in MANAGING}

REMOVABLE = {operation.path.split("/")[2] for operation in MANAGING if operation.method.upper() == "DELETE"}

NO_KEYS = [None, "", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer é", "x a b"]
ODD_IDS = ["%00", "a%2Fb", "%FF", "..%2f", "a" * 3900, "%F0%9F%92%8C", "'%20or%201=1--"]


def with_scopes(client: httpx.Client, client_for: ClientFor, *scopes: str) -> httpx.Client:
    body = {"name": "holds-" + "-".join(scopes), "scopes": list(scopes)}
    made = client.post("/v1/keys", json=body)
    if made.status_code == 409:
        client.delete(f"/v1/keys/{body['name']}")
        made = client.post("/v1/keys", json=body)
    return client_for(made.json()["secret"])


def test_an_operation_is_refused_to_a_key_that_holds_every_scope_but_its_own(
    world: World, operation: str, client_for: ClientFor
) -> None:
    others = [scope for scope in SCOPES if scope != SCOPE_OF[operation]]
    call = world.call(operation)
    answer = call.by(with_scopes(world.tenant.client, client_for, *others))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


def test_an_operation_is_open_to_a_key_that_holds_its_scope_alone(
    world: World, operation: str, client_for: ClientFor
) -> None:
    call = world.call(operation)
    assert call.by(with_scopes(world.client_of(operation), client_for, SCOPE_OF[operation])).is_success


def test_an_operation_is_refused_to_whoever_has_no_good_key(
    world: World, operation: str, client_for: ClientFor
) -> None:
    call, stranger = world.call(operation), client_for("")
    del stranger.headers["authorization"]
    for authorization in NO_KEYS:
        headers = [] if authorization is None else [(b"authorization", authorization.encode())]
        answer = stranger.request(call.method, call.path, json=call.body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated"), authorization
        assert answer.headers["www-authenticate"].startswith('Bearer realm="letterbox"'), authorization


def test_what_belongs_to_another_project_looks_absent(
    world: World, with_id: str, make_tenant: Callable[..., Tenant]
) -> None:
    call = world.call(with_id)
    stranger = make_tenant().client
    theirs, nobodys = call.by(stranger), impossible(call).by(stranger)
    if with_id.startswith("projects."):
        assert theirs.status_code == nobodys.status_code == 403
    elif with_id in (
        "endpoints.replace",
        "destinations.replace",
    ):  # an id can't be chosen, but a name that is free here can
        assert theirs.status_code == 404
    else:
        assert theirs.status_code == nobodys.status_code == 404
        assert told(theirs) == told(nobodys)


def test_a_deleted_thing_looks_as_if_it_had_never_been(world: World, with_id: str) -> None:
    client, call = world.client_of(with_id), world.call(with_id)
    if call.path.split("/")[2] not in REMOVABLE:
        return
    thing = "/".join(call.path.split("/")[:4])
    assert client.delete(thing).status_code == 204
    gone = call.by(client)
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/not-found")
    assert told(gone) == told(client.get(f"{thing.rpartition('/')[0]}/nobody-is-called-this"))


def test_an_impossible_id_is_the_same_404(world: World, reading: str) -> None:
    call = world.call(reading)
    if call.path.count("/") > 2:
        parts = call.path.split("/")
        for odd in ODD_IDS:
            answer = world.client_of(reading).get("/".join([*parts[:3], odd, *parts[4:]]))
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), odd


def impossible(call: Call) -> Call:
    parts = call.path.split("/")
    return Call(call.operation, call.method, "/".join([*parts[:3], "not-there", *parts[4:]]), call.body)


def told(answer: httpx.Response) -> dict[str, object]:
    """What a problem says, without what differs from call to call."""
    return {name: value for name, value in answer.json().items() if name != "trace_id"}
