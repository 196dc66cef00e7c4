"""What an endpoint's own document is made of, beside the endpoint: who may read it, and bodies that were accepted."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from letterbox.store.endpoints import Endpoint
from letterbox.store.tables import endpoint, project, request

LOOKED_AT = 500  # the newest requests of an endpoint
MOST_BODIES = 10
MOST_BODY_BYTES = 65_536


class Accepted(NamedTuple):
    """A body of JSON, as its sender says."""

    media_type: str
    event_type: str | None
    received_at: int
    body: bytes


def project_of_public(connection: Connection, endpoint_id: str) -> str | None:
    """The project of an endpoint that shows its document to everybody; None if there is no such endpoint."""
    public = (endpoint.c.id == endpoint_id) & endpoint.c.public_docs & endpoint.c.removed_at.is_(None)
    query = select(project.c.id).join(endpoint, endpoint.c.project_id == project.c.id)
    return connection.execute(query.where(public, project.c.removed_at.is_(None))).scalar()


def accepted(connection: Connection, of: Endpoint) -> list[Accepted]:
    """Bodies that conformed to the active contract when they came, newest first; looks at a bounded number."""
    newest = select(request.c.id).where(request.c.endpoint_id == of.id).order_by(request.c.id.desc()).limit(LOOKED_AT)
    conforming = (request.c.verdict == "accepted") & (request.c.causes == "[]") & (request.c.violations == "[]")
    conforming &= request.c.contract_version.is_not_distinct_from(of.contract_version)
    shown = request.c.body_bytes.between(1, MOST_BODY_BYTES) & request.c.body.is_not(None)
    shown &= or_(request.c.media_type == "application/json", request.c.media_type.endswith("+json"))
    query = select(request.c.media_type, request.c.event_type, request.c.received_at, request.c.body)
    query = query.where(request.c.project_id == of.project_id, request.c.id.in_(newest), conforming, shown)
    return [Accepted(*row) for row in connection.execute(query.order_by(request.c.id.desc()).limit(MOST_BODIES))]
