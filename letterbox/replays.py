"""Replays: kept requests delivered again in bulk. Planned first, then run in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from letterbox import deliveries, endpoints, replaying
from letterbox.errors import JobEnded, NotFound, Unprocessable, Violation
from letterbox.ids import new_id, now
from letterbox.paging import Page, after_of, split
from letterbox.replaying import EvaluateFor, Recipients
from letterbox.representation import as_time, moment_of
from letterbox.store import bulk_jobs as stored
from letterbox.store import deliveries as stored_deliveries
from letterbox.store import requests as stored_requests
from letterbox.store import standing
from letterbox.store.bulk_jobs import Job
from letterbox.store.deliveries import ENDED, Delivery
from letterbox.store.requests import Filter, Request
from letterbox.store.writer import Connection, Unit

__all__ = [
    "Job",
    "add",
    "apply",
    "cancel",
    "cancel_some",
    "decide",
    "next_page",
    "plan",
    "read",
    "recipients_of",
    "run",
    "search",
    "shown",
]

KIND = "replay"
FILTERS = ("endpoint", "cause", "method", "event_type", "path", "search", "received_after", "received_before")
STATUSES = ("waiting", "sending", *ENDED)
PER_SECOND = 50
ROWS_AT_ONCE = 50
CANCELLED = "Its replay was cancelled."
UNTARGETED = "Only what is accepted goes to every subscription; name a destination or a subscription as the target."

Body = Callable[[Request], bytes | None]


def plan(connection: Connection, project_id: str, who: str, new: dict[str, Any]) -> Job:
    """A plan, not yet stored, with the number of requests that it matches.

    Raises NotFound for its endpoint or target, and Unprocessable.
    """
    wanted = {name: new[name] for name in FILTERS if name in new}
    if "endpoint" in wanted:
        wanted["endpoint"] = endpoints.read(connection, project_id, wanted["endpoint"]).id
    target = replaying.target_of(connection, project_id, new.get("target", {}))
    verdict = new.get("verdict", "accepted")
    if verdict != "accepted" and not target:
        raise Unprocessable(UNTARGETED, errors=[Violation(pointer="/target", keyword="required", message=UNTARGETED)])
    moment = now()
    plan = {"verdict": verdict, "filter": wanted, "target": target, "before": moment}
    plan["per_second"] = new.get("per_second", PER_SECOND)
    job = Job(new_id("rpl"), project_id, KIND, "planned", plan, {}, None, moment, moment, who)
    matching = stored_requests.count(connection, project_id, _filter(job))
    return replace(job, plan={**plan, "matching": matching})


def add(unit: Unit, job: Job) -> Job:
    stored.add(unit.connection, job)
    return job


def read(connection: Connection, project_id: str, job_id: str) -> Job:
    if (job := stored.find(connection, project_id, KIND, job_id)) is None:
        raise NotFound("There is no such replay in this project.")
    return job


def search(connection: Connection, project_id: str, cursor: str | None, limit: int) -> Page[Job]:
    """A page of the project's replays, newest first."""
    found = stored.page_of(connection, project_id, KIND, after=after_of(cursor, "rpl"), limit=limit + 1)
    return split(found, limit)


def run(unit: Unit, job: Job) -> Job:
    """Raises JobEnded unless it is planned."""
    if job.status != "planned":
        raise JobEnded(f"Only a planned replay can be run; this one is {job.status}.")
    return _changed(unit, job, status="running")


def cancel(unit: Unit, job: Job) -> Job:
    """Cancel what waits of it, or the first of much. Raises JobEnded if there is nothing left to cancel."""
    some = cancel_some(unit, job.id)
    if job.status in ("cancelled", "failed") or (job.status == "succeeded" and not some.destination_ids):
        raise JobEnded(f"This one is {job.status} already.")
    return _changed(unit, job, status="cancelled")


def cancel_some(unit: Unit, job_id: str) -> stored_deliveries.Cancelled:
    """Cancel some of what waits of a replay."""
    some = stored_deliveries.cancel_of_replay(unit.connection, job_id, CANCELLED, now())
    deliveries.tell(unit, some.destination_ids)
    return some


def next_page(connection: Connection, job: Job) -> tuple[list[Request], str | None]:
    """The requests to deal with next, oldest first, and the id after which to go on (None at the end)."""
    return stored_requests.oldest_of(connection, job.project_id, _filter(job), after=job.cursor, limit=ROWS_AT_ONCE)


def recipients_of(connection: Connection, job: Job, page: Sequence[Request]) -> Recipients:
    """Whom a page goes to now. Raises NotFound if the target is gone."""
    return replaying.recipients_of(connection, job.project_id, job.plan["target"], page)


def decide(page: Sequence[Request], recipients: Recipients, body_of: Body, evaluate: EvaluateFor) -> list[Delivery]:
    """The deliveries of a page; evaluating may take a while. What was not kept whole has none."""
    made: list[Delivery] = []
    for request in page:
        if request.erased_at is None and (body := body_of(request)) is not None:
            made += replaying.again(request, body, recipients, evaluate).deliveries
    return made


def apply(unit: Unit, job: Job, looked_at: int, made: Sequence[Delivery], cursor: str | None) -> Job | None:
    """Write a page's deliveries and move on, unless another process has, or somebody has cancelled it (None then)."""
    spaced, next_at = _spaced(job, made)
    result = {"looked_at": job.result.get("looked_at", 0) + looked_at, "next_at": next_at}
    status = "running" if cursor is not None else "succeeded"
    moved = replace(job, status=status, cursor=cursor or job.cursor, result=result, updated_at=now())
    if not stored.put(unit.connection, moved, seen=job):
        return None
    replaying.put(unit, spaced)
    return moved


def shown(connection: Connection, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Replays, each with what has come of its deliveries."""
    counts = standing.of_replays(connection, [job.id for job in jobs])
    return [_shown(job, counts.get(job.id, {})) for job in jobs]


def _shown(job: Job, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": job.id,
        "verdict": job.plan["verdict"],
        "filter": job.plan["filter"],
        "target": job.plan["target"],
        "per_second": job.plan["per_second"],
        "status": job.status,
        "matching": job.plan["matching"],
        "looked_at": job.result.get("looked_at", 0),
        "outcomes": {status: counts.get(status, 0) for status in STATUSES},
        "created_at": as_time(job.created_at),
        "updated_at": as_time(job.updated_at),
        "created_by": job.created_by,
    }


def _spaced(job: Job, made: Sequence[Delivery]) -> tuple[list[Delivery], float]:
    """The deliveries, each due a little after the one before, and when the next one may be.

    Never in the past, so that what was held up is not made good all at once.
    """
    first, step = max(job.result.get("next_at", 0.0), float(now())), 1000 / job.plan["per_second"]
    spaced = [each._replace(replay_id=job.id, due_at=int(first + step * index)) for index, each in enumerate(made)]
    return spaced, first + step * len(made)


def _filter(job: Job) -> Filter:
    wanted = dict(job.plan["filter"])
    before = moment_of(wanted.pop("received_before", None))
    return Filter(
        verdict=job.plan["verdict"],
        endpoint_id=wanted.pop("endpoint", None),
        received_after=moment_of(wanted.pop("received_after", None)),
        received_before=min(before, job.plan["before"]) if before is not None else job.plan["before"],
        **wanted,
    )


def _changed(unit: Unit, job: Job, *, status: str) -> Job:
    changed = replace(job, status=status, updated_at=now())
    if not stored.put(unit.connection, changed, seen=job):
        raise JobEnded("It has moved on meanwhile; read it again.")
    return changed
