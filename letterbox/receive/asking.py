"""Asking: what the door would say of a request that nobody sends. Nothing is kept, and nothing counted.

The steps are those of the receiver, without the limits that depend on what else comes in.
"""

from __future__ import annotations

from typing import NamedTuple

from letterbox.errors import MethodNotAllowed, NoEndpoint, NotFound, OriginNotAllowed, Refusal
from letterbox.ids import stamped_id
from letterbox.receive.arrival import Arrival
from letterbox.receive.directory import Directory
from letterbox.receive.listener import Listener
from letterbox.receive.match import Match, RouteMap
from letterbox.receive.origin import is_allowed
from letterbox.receive.reception import Gauge, Reception
from letterbox.receive.trail import Trail
from letterbox.receive.weighing import CAUSES, Finding, Weighing
from letterbox.store.endpoints import Endpoint


class Edit(NamedTuple):
    """Under which id and time an edited request would be kept, and of which one it is made."""

    identity: tuple[str, int]
    origin_id: str


class Question(NamedTuple):
    """A request that an endpoint may be sent; a sender that is vouched for has nothing to prove."""

    endpoint: Endpoint
    arrival: Arrival
    body: bytes
    is_vouched: bool
    edit: Edit | None = None


class Said(NamedTuple):
    """What would become of it."""

    finding: Finding
    path_parameters: dict[str, str]
    reply_status: int


class Asking:
    """Answers questions, as the endpoints listen at this moment. For one event loop."""

    def __init__(self, directory: Directory, weighing: Weighing) -> None:
        self._directory, self._weighing = directory, weighing

    async def answer(self, question: Question) -> Said:
        """Raises NotFound if the endpoint is removed meanwhile, and Unavailable."""
        endpoint, arrival = question.endpoint, question.arrival
        tenant, listener = self._directory.tenant_of(endpoint.project_id), self._directory.listener_of(endpoint.id)
        if tenant is None or listener is None:
            raise NotFound("The endpoint was removed a moment ago.")
        trail = Trail()
        if question.edit is not None:
            trail.add("edit", note=f"of {question.edit.origin_id}")
        found = tenant.routes.find(arrival.path, arrival.method)
        refusal, note = _turned_away(listener, found, question)
        if refusal is not None:
            trail.add("match", CAUSES[type(refusal)], note)
            return _refused(Finding.refused(refusal, trail), {})
        trail.add("match")
        arrival.path_parameters = found.parameters
        refusal = _filled(arrival, question.body, listener.endpoint.max_body_bytes)
        if refusal is not None:
            return _refused(Finding.refused(refusal, trail), found.parameters)
        return await self._weighed(listener, question, trail)

    async def _weighed(self, listener: Listener, question: Question, trail: Trail) -> Said:
        identity = stamped_id("req") if question.edit is None else question.edit.identity
        arrival = question.arrival
        weigh = self._weighing.weigh
        finding = await weigh(listener, arrival, identity, trail, is_vouched=question.is_vouched)
        if finding.refusal is not None:
            return _refused(finding, arrival.path_parameters)
        reply = await self._weighing.reply(listener, finding, identity[0])
        if question.edit is None:  # an edit is never a duplicate, and none is one of it
            await self._weighing.claim(listener, finding, identity[1], reply)  # for the trail; nothing is claimed here
        return Said(finding, arrival.path_parameters, reply.status)


def _turned_away(listener: Listener, found: Match[Listener], question: Question) -> tuple[Refusal | None, str | None]:
    """Why a request would not come in to this endpoint by its head alone, and what else is worth a note."""
    arrival = question.arrival
    if found.taker is listener:
        is_welcome = question.is_vouched or is_allowed(listener.networks, arrival.remote_address)
        return (None if is_welcome else OriginNotAllowed()), None
    alone: RouteMap[Listener] = RouteMap()
    alone.put(listener.endpoint.path, listener.endpoint.methods, listener)
    refusal: Refusal = NoEndpoint() if alone.find(arrival.path, arrival.method).nearest is None else MethodNotAllowed()
    return refusal, None if found.taker is None else f"{found.taker.endpoint.name} takes it"


def _filled(arrival: Arrival, body: bytes, most: int) -> Refusal | None:
    """Give an arrival its body, as far as it may be as long."""
    reception = Reception(arrival, Gauge(len(body)))
    reception.want_body(most)
    reception.feed(body)
    reception.close()
    return reception.refusal


def _refused(finding: Finding, path_parameters: dict[str, str]) -> Said:
    status = finding.refusal.status if finding.refusal is not None else 0
    return Said(finding, path_parameters, status)
