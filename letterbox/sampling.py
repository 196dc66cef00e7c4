"""Sampling: a destination is tried with a request of our own making."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from letterbox.delivery.router import fresh
from letterbox.ids import stamped_id
from letterbox.representation import as_json, as_time
from letterbox.store import deliveries as stored
from letterbox.store import requests as stored_requests
from letterbox.store import tailing
from letterbox.store.deliveries import Delivery
from letterbox.store.destinations import Destination
from letterbox.store.requests import Request, Row
from letterbox.store.writer import Unit

PATH = "/letterbox-test"
MEDIA_TYPE = "application/json"
EVENT_TYPE = "letterbox.test"


def send(unit: Unit, destination: Destination, given: dict[str, Any]) -> Delivery:
    """Keep a sample, with the body that is given if one is, and have it be delivered at once."""
    row = _row(destination, given)
    stored_requests.keep(unit.connection, [row])
    request = stored_requests.find(unit.connection, row.project_id, row.id)
    assert isinstance(request, Request)  # noqa: S101 # it was kept a line ago
    delivery = fresh(request, destination.id, sequence=tailing.newest_visible(unit.connection))
    stored.add(unit.connection, [delivery])
    return delivery


def _row(destination: Destination, given: dict[str, Any]) -> Row:
    identity, moment = stamped_id("req")
    body = as_json(given["body"] if "body" in given else _sample(destination, moment))
    return Row(
        id=identity,
        project_id=destination.project_id,
        endpoint_id=None,
        verdict="accepted",
        causes="[]",
        contract_version=None,
        violations="[]",
        method="POST",
        path=PATH,
        path_parameters="{}",
        query="",
        headers=orjson.dumps([["content-type", MEDIA_TYPE], ["content-length", str(len(body))]]).decode(),
        remote_address=None,
        media_type=MEDIA_TYPE,
        event_type=None,
        reply_status=202,
        received_at=moment,
        body_bytes=len(body),
        body_sha256=hashlib.sha256(body).hexdigest(),
        trail="[]",
        credential=None,
        body=body,
    )


def _sample(destination: Destination, moment: int) -> dict[str, Any]:
    return {"type": EVENT_TYPE, "timestamp": as_time(moment), "data": {"destination": destination.name}}
