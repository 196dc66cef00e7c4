"""Destinations: the verbs of where deliveries go. A change holds for every try that begins after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from letterbox import signing_secrets
from letterbox.delivery.egress import Egress
from letterbox.delivery.outgoing import fault_of_header
from letterbox.delivery.retry import DEFAULT_SCHEDULE
from letterbox.errors import DestinationInUse, NotFound, Unprocessable, Violation
from letterbox.ids import looks_like_an_id, new_id, now
from letterbox.names import first_free, require_name, stem_of
from letterbox.paging import Page, after_of, split
from letterbox.receive.declared_replies import destinations_of
from letterbox.representation import as_time
from letterbox.sealing import Seal
from letterbox.store import destinations as stored
from letterbox.store import endpoints as stored_endpoints
from letterbox.store import health
from letterbox.store import subscriptions as stored_subscriptions
from letterbox.store.changes import Changed, Removed
from letterbox.store.destinations import Destination
from letterbox.store.writer import Connection, Unit

OVERLAP_SECONDS = 86_400
MOST_NAMED = 10  # endpoints, in a refusal
REMOVING = "Replies of the endpoints {endpoints} come from this destination; change those first."
RENAMING = (
    "Replies of the endpoints {endpoints} come from this destination by its name; "
    "have them name its id {id} first, which stays."
)
DEFAULTS: dict[str, Any] = {
    "headers": {},
    "timeout_seconds": 15,
    "max_in_flight": 16,
    "rate_per_second": None,
    "retry_schedule_seconds": DEFAULT_SCHEDULE,
    "forward_credentials": False,
    "paused": False,
}


class Issued(NamedTuple):
    """A destination and its newest secret, on the one occasion when it is known."""

    destination: Destination
    secret: str


def require_sensible(declared: Mapping[str, Any], egress: Egress) -> None:
    """Raise Unprocessable for what is well-formed and still can't be sent to: a destination, or changes of one."""
    if violations := list(_violations_of(declared, egress)):
        raise Unprocessable(violations[0]["message"], errors=violations)


def create(unit: Unit, project_id: str, new: Mapping[str, Any], seal: Seal) -> Issued:
    """Declare a destination that is sensible, with its first secret. Raises NameTaken, Unprocessable."""
    moment = now()
    fresh = signing_secrets.new(seal, project_id, moment)
    named = {**new, "name": new.get("name") or _name_for(unit, project_id, new["url"])}
    require_name(named["name"], "/name")
    destination = Destination(
        id=new_id("dst"),
        project_id=project_id,
        secrets=(fresh.stored,),
        created_at=moment,
        updated_at=moment,
        **_listed({**DEFAULTS, **named}),
    )
    stored.add(unit.connection, destination)
    unit.announce(Changed(destination))
    return Issued(destination, fresh.text)


def replace_all(unit: Unit, destination: Destination, new: Mapping[str, Any]) -> Destination:
    """Declare a destination anew under the id and with the secrets that it has; what is left out gets its default."""
    return change(unit, destination, {**DEFAULTS, **new})


def change(unit: Unit, destination: Destination, changes: Mapping[str, Any]) -> Destination:
    """Change what is given; a nested value is replaced whole. Raises NameTaken, DestinationInUse, Unprocessable."""
    name = changes.get("name", destination.name)
    require_name(name, "/name")
    if name != destination.name:
        _require_unasked(unit, destination, {destination.name}, RENAMING)
    return _store(unit, replace(destination, **_listed(changes)))


def rotate_secret(unit: Unit, destination: Destination, seal: Seal, overlap_seconds: int) -> Issued:
    """Give a destination a new secret; the one before signs, too, during the overlap, and any older one no more."""
    fresh = signing_secrets.new(seal, destination.project_id, now())
    secrets = signing_secrets.rotated(destination.secrets, fresh, overlap_seconds, now())
    return Issued(_store(unit, replace(destination, secrets=secrets)), fresh.text)


def enable(unit: Unit, destination: Destination) -> Destination:
    """Have a destination that the service disabled take deliveries again; any other stays as it is."""
    if destination.disabled_at is None:
        return destination
    health.pardon(unit.connection, destination.id)
    return _store(unit, replace(destination, disabled_at=None, disabled_reason=None))


def remove(unit: Unit, destination: Destination) -> None:
    """Stop delivering to a destination for good. Its subscriptions go with it, and what waits is cancelled next.

    Raises DestinationInUse.
    """
    _require_unasked(unit, destination, {destination.name, destination.id}, REMOVING)
    for subscription in stored_subscriptions.all_of(unit.connection, destination_id=destination.id):
        unit.announce(Removed(subscription))
    stored.retire(unit.connection, destination.id, now())
    unit.announce(Removed(destination))


def read(connection: Connection, project_id: str, destination_id_or_name: str) -> Destination:
    destination = stored.find(connection, project_id, destination_id_or_name)
    if destination is None:
        raise NotFound("There is no such destination in this project.")
    return destination


def read_or_free(connection: Connection, project_id: str, destination_id_or_name: str) -> Destination | None:
    """A destination, or None if this is a name that a new one can have. Raises NotFound for an id that nothing has."""
    if looks_like_an_id(destination_id_or_name):
        return read(connection, project_id, destination_id_or_name)
    return stored.find(connection, project_id, destination_id_or_name)


def search(connection: Connection, project_id: str, cursor: str | None, limit: int) -> Page[Destination]:
    """A page of the project's destinations, newest first."""
    return split(stored.page_of(connection, project_id, after=after_of(cursor, "dst"), limit=limit + 1), limit)


def shown(destination: Destination) -> dict[str, Any]:
    """A destination as the specification shows it."""
    return {
        "id": destination.id,
        "name": destination.name,
        "url": destination.url,
        "headers": destination.headers,
        "timeout_seconds": destination.timeout_seconds,
        "max_in_flight": destination.max_in_flight,
        "rate_per_second": destination.rate_per_second,
        "retry_schedule_seconds": list(destination.retry_schedule_seconds),
        "forward_credentials": destination.forward_credentials,
        "paused": destination.paused,
        "secrets": signing_secrets.shown(destination.secrets),
        "disabled_at": None if destination.disabled_at is None else as_time(destination.disabled_at),
        "disabled_reason": destination.disabled_reason,
        "created_at": as_time(destination.created_at),
        "updated_at": as_time(destination.updated_at),
    }


def shown_once(issued: Issued) -> dict[str, Any]:
    return shown(issued.destination) | {"secret": issued.secret}


def _violations_of(declared: Mapping[str, Any], egress: Egress) -> Iterator[Violation]:
    if "url" in declared and (fault := egress.fault_of(declared["url"])):
        yield Violation(pointer="/url", keyword="url", message=fault)
    names: set[str] = set()
    for name, value in declared.get("headers", {}).items():
        fault = fault_of_header(name, value)
        if fault is None and name.lower() in names:
            fault = "This header is named twice; upper and lower case are the same."
        if fault is not None:
            place = f"/headers/{name.replace('~', '~0').replace('/', '~1')}"[:200]
            yield Violation(pointer=place, keyword="header", message=fault)
        names.add(name.lower())


def _require_unasked(unit: Unit, destination: Destination, names: Collection[str], words: str) -> None:
    """Raise DestinationInUse if replies of endpoints come from a destination by one of these, its name and its id."""
    asking = [
        endpoint.name
        for endpoint in stored_endpoints.asking(unit.connection, destination.project_id)
        if any(name in names for _, name in destinations_of(endpoint.replies, "/replies"))
    ]
    if asking:
        more = f" and {len(asking) - MOST_NAMED} more" if len(asking) > MOST_NAMED else ""
        listed = ", ".join(asking[:MOST_NAMED]) + more
        raise DestinationInUse(words.format(endpoints=listed, id=destination.id))


def _name_for(unit: Unit, project_id: str, url: str) -> str:
    stem = stem_of(urlsplit(url).hostname or "", "destination")
    return first_free(stem, stored.names_like(unit.connection, project_id, stem))


def _listed(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was declared, its one list as a record has it."""
    return {name: tuple(value) if name == "retry_schedule_seconds" else value for name, value in values.items()}


def _store(unit: Unit, destination: Destination) -> Destination:
    changed = replace(destination, updated_at=now())
    stored.change(unit.connection, changed)
    unit.announce(Changed(changed))
    return changed
