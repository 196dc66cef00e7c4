"""What handlers have in common: creating once, listing by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import request

from handlers import service
from letterbox import checks, idempotency
from letterbox.checks import Question
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.service import Unit


def once(caller: Caller, idempotency_key: str | None, body: Any, answer: Callable[[Unit], Answer]) -> Answer:
    """Do a POST's work in one unit; under an Idempotency-Key, only the first time."""
    if idempotency_key is None:
        return service().run(answer)
    fingerprint = idempotency.fingerprint_of(request.path, body)
    seal = service().seal
    return service().run(
        lambda unit: idempotency.once(unit, seal, caller.project_id, idempotency_key, fingerprint, answer)
    )


def created(shown: dict[str, Any], noun: str) -> Answer:
    """201 with the address of what was made."""
    return Answer(shown, 201, {"Location": f"/v1/{noun}/{shown['id']}"})


def started(shown: dict[str, Any], noun: str) -> Answer:
    """202 with the address of what goes on."""
    return created(shown, noun)._replace(status=202)


def done(shown: dict[str, Any]) -> Answer:
    """200 with the thing as it is now."""
    return Answer(shown, 200, {})


def checked(caller: Caller, idempotency_key: str | None, body: Any, question: Question) -> Answer:
    """200 with what the door says of a question."""
    answer = done(checks.shown(service().door.ask(question)))
    if idempotency_key is None:
        return answer  # without a commit, since there is nothing to keep
    return once(caller, idempotency_key, body, lambda _unit: answer)


def page(items: Sequence[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    return {"items": list(items), "next_cursor": next_cursor}
