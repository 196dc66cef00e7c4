"""Verdicts: what may be done with a request that was refused or quarantined, one by one.

Deciding and writing are two steps: judging takes a while, and no transaction is open meanwhile. Who writes finds out
whether somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Callable

import orjson

from letterbox.errors import BodyNotKept, Conflict, WrongVerdict
from letterbox.ids import now
from letterbox.kept import credential_of, headers_of
from letterbox.receive.again import Weighed
from letterbox.receive.arrival import Arrival
from letterbox.receive.credentials import about_credential, carried_by, unmasked
from letterbox.sealing import Seal
from letterbox.store import settling
from letterbox.store.changes import MoreStored
from letterbox.store.requests import Request
from letterbox.store.settling import Settled
from letterbox.store.writer import Unit

__all__ = ["Request", "Settled", "readmitted", "rejected", "released", "settle", "steps_of"]

READMITTED, QUARANTINED = "refused", "quarantined"  # the verdicts that each can be asked of


Weigh = Callable[[Request, Arrival], Weighed]  # not for the event loop


def released(request: Request) -> Settled:
    """Raises WrongVerdict."""
    _require(request, QUARANTINED, "released")
    return _kept_as(request, "accepted")


def rejected(request: Request) -> Settled:
    """Raises WrongVerdict."""
    _require(request, QUARANTINED, "rejected")
    return _kept_as(request, "refused")


def readmitted(request: Request, body: bytes | None, seal: Seal, weigh: Weigh) -> Settled:
    """What a refused request comes to at the door as it is now.

    Raises WrongVerdict, BodyNotKept, and WrongSecretKey if its credential does not open.
    """
    _require(request, READMITTED, "readmitted")
    if body is None:
        raise BodyNotKept
    arrival = arrival_of(request, body, seal)
    weighed = weigh(request, arrival)
    finding, credential = weighed.finding, arrival.credential  # which weighing has taken out of headers and query
    return Settled(
        headers=[[name.decode("latin-1"), value.decode("latin-1")] for name, value in arrival.headers],
        query=arrival.query,
        credential=None if credential is None else seal.close(credential, about_credential(request.id)),
        verdict=finding.verdict,
        causes=finding.causes,
        violations=finding.violations,
        contract_version=finding.contract_version,
        event_type=finding.event_type,
        endpoint_id=weighed.endpoint_id,
        path_parameters=weighed.path_parameters,
        trail=finding.trail.text(),
        claim=weighed.claim,
    )


def settle(unit: Unit, request: Request, settled: Settled, who: str) -> None:
    """Raises Conflict if the request was settled by somebody else meanwhile."""
    (outcome,) = settling.settle(unit.connection, [(request, settled)], who, now())
    if outcome is None:
        raise Conflict("Somebody else has settled this request meanwhile; read it again.")
    unit.announce(MoreStored(outcome.more))


def arrival_of(request: Request, body: bytes, seal: Seal) -> Arrival:
    """A kept request as it came in, credentials and all."""
    credential = credential_of(request, seal)
    headers, query = unmasked(headers_of(request), request.query, credential)
    return Arrival(
        method=request.method,
        project="",
        path=request.path,
        query=query,
        headers=headers,
        remote_address=request.remote_address,
        body=body,
        body_bytes=len(body),
        carried=carried_by(request.query, credential),
    )


def steps_of(trail: str) -> list[dict[str, object]]:
    """The trail as the specification shows it."""
    return [dict(zip(("step", "outcome", "microseconds", "note"), step, strict=True)) for step in orjson.loads(trail)]


def _require(request: Request, verdict: str, done: str) -> None:
    if request.verdict != verdict:
        raise WrongVerdict(f"Only a {verdict} request can be {done}; this one is {request.verdict}.")


def _kept_as(request: Request, verdict: str) -> Settled:
    return Settled(
        verdict=verdict,
        causes=tuple(request.causes),
        violations=tuple(request.violations),
        contract_version=request.contract_version,
        event_type=request.event_type,
    )
