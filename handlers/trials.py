"""Trials: a contract judges what has already arrived."""

from __future__ import annotations

from typing import Any

from handlers import service
from handlers.answers import done, once
from letterbox import trials
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.service import Unit

Body = dict[str, Any]


def begin(
    user: Caller, endpoint: str, version: str, body: Body | None = None, idempotency_key: str | None = None
) -> Answer:
    job = service().clerk.try_at_once(user.project_id, user.id, endpoint, version, body or {})

    def add(unit: Unit) -> Answer:
        shown = trials.shown(trials.add(unit, job))
        status = 202 if job.status == "running" else 200
        return Answer(shown, status, {"Location": f"/v1/trials/{job.id}"})

    answer = once(user, idempotency_key, body, add)
    service().go_on()
    return answer


def read(user: Caller, trial: str) -> Body:
    with service().reading() as connection:
        return trials.shown(trials.read(connection, user.project_id, trial))


def cancel(user: Caller, trial: str, idempotency_key: str | None = None) -> Answer:
    def work(unit: Unit) -> Answer:
        return done(trials.shown(trials.cancel(unit, trials.read(unit.connection, user.project_id, trial))))

    return once(user, idempotency_key, None, work)
