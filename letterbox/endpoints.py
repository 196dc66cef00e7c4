"""Endpoints: the verbs of what a user declares. A change holds for the next request that comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from letterbox import secrets
from letterbox.errors import HoldsRequests, LimitReached, NotFound, Unprocessable, Violation
from letterbox.ids import looks_like_an_id, new_id, now
from letterbox.names import first_free, require_name, stem_of
from letterbox.paging import Page, after_of, split
from letterbox.receive import declared_replies
from letterbox.receive.declared import violations_of
from letterbox.receive.match import pattern_of
from letterbox.representation import as_time
from letterbox.sealing import Seal
from letterbox.store import destinations
from letterbox.store import endpoints as stored
from letterbox.store import subscriptions as stored_subscriptions
from letterbox.store.changes import Changed, Removed
from letterbox.store.endpoints import Endpoint
from letterbox.store.projects import Project
from letterbox.store.tables import UNBOUNDED
from letterbox.store.writer import Connection, Unit

LISTS = ("methods", "replies", "allow_from")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def require_sensible(declared: Mapping[str, Any]) -> None:
    """Raise Unprocessable for what is well-formed and still can't be served, by itself: an endpoint, or changes of one.

    Compiles what it is given, which takes long: for before the unit of work, which the receive plane waits for.
    """
    if violations := list(violations_of(declared)):
        raise Unprocessable(violations[0]["message"], errors=violations)


def create(unit: Unit, project: Project, new: dict[str, Any], seal: Seal) -> Endpoint:
    """Declare an endpoint that is sensible; what is left out comes from the project's defaults.

    Raises NameTaken, PathTaken, LimitReached, Unprocessable.
    """
    most = project.limits["endpoints"]
    if most is not None and stored.count(unit.connection, project.id) >= most:
        raise LimitReached(f"The project may have {most} endpoints.")
    name = new.get("name") or _name_for(unit, project, new["path"])
    verification = _verification(project, new, None, seal)
    endpoint = _declared(project, new, verification, identity=new_id("ep"), name=name, created_at=now())
    _require_destinations(unit, endpoint)
    stored.add(unit.connection, endpoint, pattern_of(endpoint.path).shape)
    unit.announce(Changed(endpoint))
    return endpoint


def replace_all(unit: Unit, project: Project, endpoint: Endpoint, new: dict[str, Any], seal: Seal) -> Endpoint:
    """Declare an endpoint anew under the id that it has; what is left out comes from the project's defaults."""
    name = new.get("name", endpoint.name)
    declared = _declared(
        project,
        new,
        _verification(project, new, endpoint.verification, seal),
        identity=endpoint.id,
        name=name,
        created_at=endpoint.created_at,
        active=(endpoint.contract_version, endpoint.contract_digest),
    )
    return _store(unit, declared)


def change(unit: Unit, endpoint: Endpoint, changes: dict[str, Any], seal: Seal) -> Endpoint:
    """Change what is given; a nested value is replaced whole."""
    whole: dict[str, Any] = {name: tuple(changes[name]) for name in LISTS if name in changes}
    if "verification" in changes:
        sealed = secrets.sealed(changes["verification"], endpoint.verification, seal, endpoint.project_id, now())
        whole["verification"] = sealed
    if "retention" in changes:
        whole["retention"] = {**UNBOUNDED, **changes["retention"]}
    changed = replace(endpoint, **{**changes, **whole, "updated_at": now()})
    _require_consistent(changed)
    return _store(unit, changed)


def activate(unit: Unit, endpoint: Endpoint, contract_version: int | None, digest: str | None = None) -> Endpoint:
    """Judge by this version, whose document has this digest, from the next request on; by none, if it is None."""
    active: dict[str, Any] = {"contract_version": contract_version, "contract_digest": digest}
    return _store(unit, replace(endpoint, **active, updated_at=now()))


def remove(unit: Unit, endpoint: Endpoint, *, with_requests: bool = False) -> None:
    """Stop an endpoint for good; its requests, if it may have any, are deleted next. Raises HoldsRequests.

    Without them it goes at once, unless many keys of `dedupe` are held there: what another process takes for it in this
    moment is kept under an id that is gone. Its subscriptions go with it.
    """
    for subscription in stored_subscriptions.remove_of_endpoint(unit.connection, endpoint.id):
        unit.announce(Removed(subscription))
    if with_requests:
        stored.retire(unit.connection, endpoint.id, now())
    elif stored.holds_requests(unit.connection, endpoint.id):
        raise HoldsRequests
    else:
        stored.remove(unit.connection, endpoint.project_id, endpoint.id)
    unit.announce(Removed(endpoint))


def read(connection: Connection, project_id: str, endpoint_id_or_name: str) -> Endpoint:
    endpoint = stored.find(connection, project_id, endpoint_id_or_name)
    if endpoint is None:
        raise NotFound("There is no such endpoint in this project.")
    return endpoint


def read_or_free(connection: Connection, project_id: str, endpoint_id_or_name: str) -> Endpoint | None:
    """An endpoint, or None if this is a name that a new one can have. Raises NotFound for an id that nothing has."""
    if looks_like_an_id(endpoint_id_or_name):
        return read(connection, project_id, endpoint_id_or_name)
    return stored.find(connection, project_id, endpoint_id_or_name)


def search(connection: Connection, project_id: str, cursor: str | None, limit: int) -> Page[Endpoint]:
    """A page of the project's endpoints, newest first."""
    return split(stored.page_of(connection, project_id, after=after_of(cursor, "ep"), limit=limit + 1), limit)


def shown(endpoint: Endpoint, address: str) -> dict[str, Any]:
    """An endpoint as the specification shows it; `address` is its project's, such as http://127.0.0.1:8080/in/default."""
    return {
        "id": endpoint.id,
        "name": endpoint.name,
        "path": endpoint.path,
        "url": address + endpoint.path,
        "methods": list(endpoint.methods),
        "verification": secrets.shown(endpoint.verification),
        "contract_mode": endpoint.contract_mode,
        "replies": list(endpoint.replies),
        "max_body_bytes": endpoint.max_body_bytes,
        "requests_per_second": endpoint.requests_per_second,
        "cors": endpoint.cors,
        "dedupe": endpoint.dedupe,
        "allow_from": list(endpoint.allow_from),
        "public_docs": endpoint.public_docs,
        "contract_version": endpoint.contract_version,
        "retention": endpoint.retention,
        "paused": endpoint.paused,
        "created_at": as_time(endpoint.created_at),
        "updated_at": as_time(endpoint.updated_at),
    }


def _name_for(unit: Unit, project: Project, path: str) -> str:
    stem = stem_of(path)
    return first_free(stem, stored.names_like(unit.connection, project.id, stem))


def _declared(
    project: Project,
    new: dict[str, Any],
    verification: dict[str, Any],
    *,
    identity: str,
    name: str,
    created_at: int,
    active: tuple[int | None, str | None] = (None, None),
) -> Endpoint:
    given = {**project.defaults, **new}
    endpoint = Endpoint(
        id=identity,
        project_id=project.id,
        name=name,
        path=new["path"],
        methods=tuple(new.get("methods", ["POST"])),
        verification=verification,
        contract_mode=given["contract_mode"],
        replies=tuple(given["replies"]),
        max_body_bytes=given["max_body_bytes"],
        requests_per_second=new.get("requests_per_second"),
        cors={"origins": [], **new.get("cors", {})},
        dedupe=new.get("dedupe"),
        allow_from=tuple(new.get("allow_from", ())),
        public_docs=new.get("public_docs", False),
        contract_version=active[0],
        contract_digest=active[1],
        retention={**UNBOUNDED, **new.get("retention", {})},
        paused=new.get("paused", False),
        created_at=created_at,
        updated_at=now(),
    )
    _require_consistent(endpoint)
    return endpoint


def _verification(project: Project, new: dict[str, Any], earlier: dict[str, Any] | None, seal: Seal) -> dict[str, Any]:
    """As it is stored: declared anew, or else the project's default, which is stored alike."""
    if "verification" not in new:
        default: dict[str, Any] = project.defaults["verification"]
        return default
    return secrets.sealed(new["verification"], earlier, seal, project.id, now())


def _require_destinations(unit: Unit, endpoint: Endpoint) -> None:
    """Raise Unprocessable if a reply is to come from a destination that is not there."""
    for pointer, name in declared_replies.destinations_of(endpoint.replies, "/replies"):
        if destinations.find(unit.connection, endpoint.project_id, name) is None:
            message = "There is no such destination in this project; declare it first."
            violation = Violation(pointer=pointer, keyword="from_destination", message=message)
            raise Unprocessable(message, errors=[violation])


def _store(unit: Unit, endpoint: Endpoint) -> Endpoint:
    _require_destinations(unit, endpoint)
    stored.change(unit.connection, endpoint, pattern_of(endpoint.path).shape)
    unit.announce(Changed(endpoint))
    return endpoint


def _require_consistent(endpoint: Endpoint) -> None:
    """Raise Unprocessable for what only the whole endpoint shows. Within a unit of work, so nothing slow is asked."""
    require_name(endpoint.name, "/name")
    if endpoint.verification["scheme"] == "none":
        named = dict(declared_replies.expressions_of(endpoint.replies, "/replies"))
        named |= {"/dedupe/key": endpoint.dedupe["key"]} if endpoint.dedupe else {}
        if violations := list(declared_replies.without_secret(named)):
            raise Unprocessable(violations[0]["message"], errors=violations)
