"""Requests: what the caller's project was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from handlers import service
from handlers.answers import checked, done, once, page
from letterbox import deliveries, edits, replaying, requests, verdicts
from letterbox.errors import Refusal
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.replaying import Replayed
from letterbox.representation import etag_of, require_match
from letterbox.sealing import Seal
from letterbox.service import Connection, Unit
from letterbox.verdicts import Request, Settled

Body = dict[str, Any]


def search(
    user: Caller,
    limit: int = 50,
    cursor: str | None = None,
    endpoint: str | None = None,
    verdict: str | None = None,
    method: str | None = None,
    event_type: str | None = None,
    cause: str | None = None,
    path: str | None = None,
    search: str | None = None,
    received_after: str | None = None,
    received_before: str | None = None,
) -> Body:
    wanted = {"verdict": verdict, "method": method, "event_type": event_type, "path": path, "search": search}
    wanted["cause"] = cause
    times = {"received_after": received_after, "received_before": received_before}
    with service().reading() as connection:
        items, next_cursor = requests.search(
            connection, user.project_id, cursor, limit, endpoint=endpoint, **times, **wanted
        )
    return page([requests.shown(request) for request in items], next_cursor)


def read(user: Caller, request: str) -> Body:
    with service().reading() as connection:
        return _detail(connection, user, requests.read(connection, user.project_id, request), service().seal)


def read_body(user: Caller, request: str) -> Response:
    with service().reading() as connection:
        body = requests.read_body(connection, user.project_id, request)
    answer = Response(body, content_type="application/octet-stream")
    answer.headers["ETag"] = etag_of(body)
    answer.headers["Content-Disposition"] = f'attachment; filename="{request}.bin"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def erase(user: Caller, request: str, if_match: str | None = None) -> None:
    seal = service().seal

    def work(unit: Unit) -> None:
        found = requests.read(unit.connection, user.project_id, request)
        if if_match is not None:
            require_match(if_match, _detail(unit.connection, user, found, seal))
        requests.erase(unit, found, user.id)

    service().run(work)


def readmit(user: Caller, request: str, idempotency_key: str | None = None) -> Answer:
    def decide(found: Request) -> Settled:
        with service().reading() as connection:
            body = requests.kept_body(connection, found)
        return verdicts.readmitted(found, body, service().seal, service().weigh)

    return _settle(user, request, idempotency_key, decide)


def release(user: Caller, request: str, idempotency_key: str | None = None) -> Answer:
    return _settle(user, request, idempotency_key, verdicts.released)


def reject(user: Caller, request: str, idempotency_key: str | None = None) -> Answer:
    return _settle(user, request, idempotency_key, verdicts.rejected)


def check(user: Caller, request: str, body: Body, idempotency_key: str | None = None) -> Answer:
    with service().reading() as connection:
        found = requests.read(connection, user.project_id, request)
        asked = edits.question(connection, found, body, service().seal)
    return checked(user, idempotency_key, body, asked)


def replay(user: Caller, request: str, body: Body | None = None, idempotency_key: str | None = None) -> Answer:
    """Find out first what is sent and to whom, with no transaction open, as for a verdict."""
    asked = body or {}
    made: Replayed | Refusal
    with service().reading() as connection:
        found = requests.read(connection, user.project_id, request)
    try:
        made = _edited(found, asked) if edits.is_asked(asked) else _replayed(found, asked)
    except Refusal as refusal:
        made = refusal

    def work(unit: Unit) -> Answer:
        if isinstance(made, Refusal):
            raise made
        requests.read(unit.connection, user.project_id, found.id)
        if made.row is not None:
            edits.keep(unit, made.row, found, user.id)
            edits.note_routed(unit, made.row, made.notes)
        items = [deliveries.shown(each) for each in replaying.put(unit, made.deliveries)]
        return Answer({"request_id": made.request.id, "items": items}, 202, {})

    answer = once(user, idempotency_key, body, work)
    service().send_on()
    return answer


def _replayed(request: Request, target: Body) -> Replayed:
    """Raises NotFound, WrongVerdict, BodyNotKept and Unavailable."""
    with service().reading() as connection:
        recipients = replaying.recipients_of(connection, request.project_id, target, [request])
        kept = requests.kept_body(connection, request)
    body = replaying.require_replayable(request, kept, target)
    return replaying.again(request, body, recipients, service().door.evaluate)


def _edited(origin: Request, asked: Body) -> Replayed:
    """A new request, and where it goes. Raises Unprocessable, BodyTooLarge and ProjectFull, and what the other does."""
    house, target = service(), edits.target_of(asked)
    house.door.require_room(origin.project_id)
    with house.reading() as connection:
        recipients = replaying.recipients_of(connection, origin.project_id, target, [origin])
        question = edits.question(connection, origin, asked, house.seal)
    row = edits.made(question, house.door.ask(question), asked.get("verdict", "accepted"), house.seal)
    request = edits.request_of(row)
    body = replaying.require_replayable(request, row.body, target)
    return replaying.again(request, body, recipients, house.door.evaluate)._replace(row=row)


def _settle(user: Caller, request: str, idempotency_key: str | None, decide: Callable[[Request], Settled]) -> Answer:
    """Decide first, with no transaction open; a repeated call is answered as before, whatever is decided now."""
    with service().reading() as connection:
        found = requests.read(connection, user.project_id, request)
    decided: Settled | Refusal
    try:
        decided = decide(found)
    except Refusal as refusal:
        decided = refusal

    def work(unit: Unit) -> Answer:
        if isinstance(decided, Refusal):
            raise decided
        verdicts.settle(unit, found, decided, user.id)
        # Masked for everybody: an answer is remembered, and whoever repeats the call gets it.
        return done(requests.detail(unit.connection, requests.read(unit.connection, user.project_id, found.id)))

    return once(user, idempotency_key, None, work)


def _detail(connection: Connection, user: Caller, request: Request, seal: Seal) -> Body:
    """With the credentials that were sent, for those who may see them."""
    return requests.detail(connection, requests.unmasked(request, seal) if "admin" in user.scopes else request)
