"""Readmissions: requests readmitted, released or rejected in bulk. Planned first, then run in the background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from letterbox import endpoints, verdicts
from letterbox.errors import BodyNotKept, JobEnded, NotFound, WrongVerdict
from letterbox.ids import new_id, now
from letterbox.paging import Page, after_of, split
from letterbox.representation import as_time, moment_of
from letterbox.sealing import Seal, WrongSecretKey
from letterbox.store import bulk_jobs as stored
from letterbox.store import requests as stored_requests
from letterbox.store import settling
from letterbox.store.bulk_jobs import Job
from letterbox.store.changes import MoreStored
from letterbox.store.requests import Filter, Request
from letterbox.store.settling import Settled
from letterbox.store.writer import Connection, Unit
from letterbox.verdicts import Weigh

__all__ = ["Job", "add", "apply", "cancel", "decide", "next_page", "plan", "read", "run", "search", "shown"]

KIND = "readmission"
VERDICTS = {"readmit": verdicts.READMITTED, "release": verdicts.QUARANTINED, "reject": verdicts.QUARANTINED}
FILTERS = ("endpoint", "cause", "method", "event_type", "path", "search", "received_after", "received_before")
ROWS_AT_ONCE = 50

Decided = Sequence[tuple[Request, Settled | None]]  # None: it can't be judged


def plan(connection: Connection, project_id: str, who: str, new: dict[str, Any]) -> Job:
    """A plan, not yet stored, with the number of requests that it matches. Raises NotFound for its endpoint."""
    wanted = {name: new[name] for name in FILTERS if name in new}
    if "endpoint" in wanted:
        wanted["endpoint"] = endpoints.read(connection, project_id, wanted["endpoint"]).id
    moment = now()
    plan = {"action": new["action"], "filter": wanted, "before": moment}
    job = Job(new_id("rdm"), project_id, KIND, "planned", plan, {}, None, moment, moment, who)
    matching = stored_requests.count(connection, project_id, _filter(job))
    return replace(job, plan={**plan, "matching": matching})


def add(unit: Unit, job: Job) -> Job:
    stored.add(unit.connection, job)
    return job


def read(connection: Connection, project_id: str, job_id: str) -> Job:
    if (job := stored.find(connection, project_id, KIND, job_id)) is None:
        raise NotFound("There is no such readmission in this project.")
    return job


def search(connection: Connection, project_id: str, cursor: str | None, limit: int) -> Page[Job]:
    """A page of the project's readmissions, newest first."""
    found = stored.page_of(connection, project_id, KIND, after=after_of(cursor, "rdm"), limit=limit + 1)
    return split(found, limit)


def run(unit: Unit, job: Job) -> Job:
    """Raises JobEnded unless it is planned."""
    if job.status != "planned":
        raise JobEnded(f"Only a planned readmission can be run; this one is {job.status}.")
    return _changed(unit, job, status="running")


def cancel(unit: Unit, job: Job) -> Job:
    """Raises JobEnded if it has ended. What it has changed stays so."""
    if job.status in stored.ENDED:
        raise JobEnded(f"This one is {job.status} already.")
    return _changed(unit, job, status="cancelled")


def next_page(connection: Connection, job: Job) -> tuple[list[Request], str | None]:
    """The requests to deal with next, oldest first, and the id after which to go on (None at the end)."""
    return stored_requests.oldest_of(connection, job.project_id, _filter(job), after=job.cursor, limit=ROWS_AT_ONCE)


def decide(
    job: Job, page: Sequence[Request], body_of: Callable[[Request], bytes | None], seal: Seal, weigh: Weigh
) -> Decided:
    """What each request of a page becomes; judging may take a while."""
    return [(request, _settled(job, request, body_of, seal, weigh)) for request in page]


def apply(unit: Unit, job: Job, decided: Decided, cursor: str | None) -> Job | None:
    """Write what was decided and move on, unless another process has, or somebody has cancelled it (None then)."""
    outcomes = Counter(job.result)
    status = "running" if cursor is not None else "succeeded"
    if not stored.put(unit.connection, moved := replace(job, status=status, cursor=cursor or job.cursor), seen=job):
        return None
    askings = [(request, settled) for request, settled in decided if settled is not None]
    outcomes["unjudged"] += len(decided) - len(askings)
    for outcome in settling.settle(unit.connection, askings, job.created_by, now()):
        outcomes[outcome.verdict if outcome else "unchanged"] += 1
        if outcome is not None:
            unit.announce(MoreStored(outcome.more))
    moved = replace(moved, result={name: count for name, count in outcomes.items() if count}, updated_at=now())
    stored.put(unit.connection, moved, seen=moved)
    return moved


def shown(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "action": job.plan["action"],
        "filter": job.plan["filter"],
        "status": job.status,
        "matching": job.plan["matching"],
        "looked_at": sum(job.result.values()),
        "outcomes": job.result,
        "created_at": as_time(job.created_at),
        "updated_at": as_time(job.updated_at),
        "created_by": job.created_by,
    }


def _settled(
    job: Job, request: Request, body_of: Callable[[Request], bytes | None], seal: Seal, weigh: Weigh
) -> Settled | None:
    try:
        match job.plan["action"]:
            case "release":
                return verdicts.released(request)
            case "reject":
                return verdicts.rejected(request)
            case _:
                return verdicts.readmitted(request, body_of(request), seal, weigh)
    except (BodyNotKept, WrongVerdict, WrongSecretKey):
        return None


def _filter(job: Job) -> Filter:
    wanted = dict(job.plan["filter"])
    before = moment_of(wanted.pop("received_before", None))
    return Filter(
        verdict=VERDICTS[job.plan["action"]],
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
