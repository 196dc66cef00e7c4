"""Step 10, record: an arrival with its verdict as a row of the store."""

from __future__ import annotations

import hashlib

import orjson

from letterbox.receive.arrival import Arrival
from letterbox.receive.weighing import Finding
from letterbox.store.requests import Row


def row_of(
    identity: tuple[str, int],
    project_id: str,
    endpoint_id: str | None,
    arrival: Arrival,
    finding: Finding,
    reply_status: int,
    credential: bytes | None,
) -> Row:
    """The row under which an arrival is kept: its id with the time in it, and its credential sealed."""
    body = arrival.body
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in arrival.headers]
    # By position, since by name takes three times as long; the comments are the names that the values don't tell.
    return Row(
        identity[0],
        project_id,
        endpoint_id,
        finding.verdict,
        orjson.dumps(finding.causes).decode() if finding.causes else "[]",
        finding.contract_version,
        orjson.dumps(finding.violations).decode() if finding.violations else "[]",
        arrival.method,
        arrival.path,
        orjson.dumps(arrival.path_parameters).decode() if arrival.path_parameters else "{}",
        arrival.query,
        orjson.dumps(headers).decode(),
        arrival.remote_address,
        _essence(arrival.header(b"content-type")),
        finding.event_type,
        reply_status,
        identity[1],
        arrival.body_bytes,
        arrival.body_sha256 or (None if body is None else sha256_of(body)),
        finding.trail.text(),
        credential,
        body,
    )


def sha256_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _essence(content_type: str | None) -> str | None:
    """The media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower() or None if content_type else None
