"""Contracts: the verbs of an endpoint's versions. This is the one module of its room that knows the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from letterbox import endpoints
from letterbox.contracts.compile import Contract as Compiled
from letterbox.contracts.compile import compiled, digest_of
from letterbox.contracts.differing.diff import diff
from letterbox.contracts.importing.document import Choice, Imported, imported
from letterbox.contracts.intake import intake, normalised, text_of
from letterbox.errors import InvalidCursor, NotFound, Unprocessable, Violation
from letterbox.ids import new_id, now
from letterbox.paging import Page, after_of, split
from letterbox.representation import as_time
from letterbox.store import contracts as stored
from letterbox.store.contracts import Contract, Summary
from letterbox.store.endpoints import Endpoint
from letterbox.store.writer import Connection, Unit

LARGEST_VERSION = 2**31 - 1
LONGEST_VERSION = 10  # digits of it

Document = dict[str, Any]
Prove = Callable[[bytes], None]


class Offer(NamedTuple):
    """A contract that may be added: normalised, and as the JSON that is kept."""

    document: Document
    text: bytes


def offered(body: Document, choice: Choice, prove: Prove | None = None) -> Offer:
    """What is offered as a contract, or an OpenAPI document, checked. May take long: not for a unit of work.

    `prove` is handed the contract as it would be kept, checks it and tries to compile it, and raises Unprocessable. It
    does so in another process, since checking what is large keeps all threads of this one waiting. Without it the
    contract is checked here, and not compiled. Raises Unprocessable.
    """
    if "openapi" in body:
        return _offered_by(imported(body, choice), prove)
    if any(choice):
        raise Unprocessable("The parameters path, method and event_type are for OpenAPI documents; this is none.")
    return _offered({name: value for name, value in body.items() if name != "active"}, prove)


def _offered_by(found: Imported, prove: Prove | None) -> Offer:
    """What a document describes; what is wrong with it is shown at its place in the document."""
    try:
        return _offered(found.contract, prove)
    except Unprocessable as refusal:
        errors = [Violation({**error, "pointer": found.origin_of(error["pointer"])}) for error in refusal.errors]
        raise Unprocessable(refusal.detail, errors=errors) from None


def _offered(given: Document, prove: Prove | None) -> Offer:
    if prove is None:
        document = intake(given)
        return Offer(document, text_of(document))
    document = normalised(given)
    text = text_of(document)
    prove(text)
    return Offer(document, text)


def create(unit: Unit, endpoint: Endpoint, offer: Offer, who: str, *, active: bool) -> Contract:
    """Add the next version, and activate it if it is to be active."""
    made = Contract(
        id=new_id("ctr"),
        endpoint_id=endpoint.id,
        project_id=endpoint.project_id,
        version=stored.newest(unit.connection, endpoint.id) + 1,
        created_at=now(),
        created_by=who,
        document=offer.text,
    )
    stored.add(unit.connection, made)
    if active:
        activate(unit, endpoint, made)
    return made


def activate(unit: Unit, endpoint: Endpoint, contract: Contract) -> None:
    """Have the endpoint judge by this version from the next request on."""
    if endpoint.contract_version != contract.version:
        endpoints.activate(unit, endpoint, contract.version, digest_of(contract.document))


def deactivate(unit: Unit, endpoint: Endpoint, contract: Contract) -> None:
    """Have the endpoint take everything, if this is the version that it judges by."""
    if endpoint.contract_version == contract.version:
        endpoints.activate(unit, endpoint, None)


def read(connection: Connection, endpoint: Endpoint, version: str) -> Contract:
    """A version by its number, as it stands in an address. Raises NotFound."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION else 0
    return _read(connection, endpoint, number if str(number) == version else 0)


def compiled_at(connection: Connection, endpoint_id: str, version: int) -> Compiled:
    """A version, ready to judge by. Raises NotFound."""
    if (found := stored.find(connection, endpoint_id, version)) is None:
        raise NotFound("The endpoint has no contract of this version.")
    return compiled(found.document)


def search(connection: Connection, endpoint: Endpoint, cursor: str | None, limit: int) -> Page[Summary]:
    """A page of the endpoint's versions, newest first."""
    after, before = after_of(cursor, "ctr"), None
    if after is not None:
        before = stored.version_of(connection, endpoint.id, after)
        if before is None:
            raise InvalidCursor
    return split(stored.page_of(connection, endpoint.id, before=before, limit=limit + 1), limit)


def compared(connection: Connection, endpoint: Endpoint, version: str, since: int | None) -> Document:
    """What has changed in a version since another one; by default since the one before."""
    newer = read(connection, endpoint, version)
    number = newer.version - 1 if since is None else since
    older = _read(connection, endpoint, number) if number else None
    changes, complete = diff(_document(older) if older else {}, _document(newer))
    return {"from": older and older.version, "to": newer.version, "changes": changes, "complete": complete}


def shown(contract: Contract, *, active: bool, document: Document | None = None) -> Document:
    """A version as the specification shows it; give its document if it is known, to spare its parsing."""
    return {
        "id": contract.id,
        "endpoint_id": contract.endpoint_id,
        "version": contract.version,
        "active": active,
        "created_at": as_time(contract.created_at),
        "created_by": contract.created_by,
        **(_document(contract) if document is None else document),
    }


def listed(summary: Summary, endpoint: Endpoint) -> Document:
    """A version as a list shows it."""
    return {
        "id": summary.id,
        "endpoint_id": summary.endpoint_id,
        "version": summary.version,
        "active": endpoint.contract_version == summary.version,
        "created_at": as_time(summary.created_at),
        "created_by": summary.created_by,
        "document_bytes": summary.document_bytes,
    }


def _read(connection: Connection, endpoint: Endpoint, version: int) -> Contract:
    found = stored.find(connection, endpoint.id, version) if 0 < version <= LARGEST_VERSION else None
    if found is None:
        raise NotFound("The endpoint has no contract of this version.")
    return found


def _document(contract: Contract) -> Document:
    document: Document = orjson.loads(contract.document)
    return document
