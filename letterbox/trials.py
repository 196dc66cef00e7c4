"""Trials: a version of a contract judges what has already arrived, and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from letterbox.contracts.judgement import Judgement
from letterbox.errors import NotFound
from letterbox.ids import new_id, now
from letterbox.receive.weighing import UNDETERMINED, verdict_under
from letterbox.representation import as_time, moment_of
from letterbox.store import bulk_jobs as stored
from letterbox.store import requests as stored_requests
from letterbox.store.bulk_jobs import Job
from letterbox.store.endpoints import Endpoint
from letterbox.store.requests import Filter, Request
from letterbox.store.writer import Connection, Unit

KIND = "trial"
ROWS_AT_ONCE = 100
MOST_CHANGES = 1000
# What a contract has a say in: everything but what was refused before it was asked.
JUDGED_CAUSES = frozenset({"unsupported_media_type", "unparsable_body", "contract_violation", UNDETERMINED})


class Tried(NamedTuple):
    """A request, and the verdict that it would have; None where the contract has no say."""

    request: Request
    judgement: Judgement | None
    verdict: str | None


def begin(project_id: str, who: str, endpoint: Endpoint, version: int, wanted: dict[str, Any]) -> Job:
    """A trial that has looked at nothing yet, not stored."""
    moment = now()
    before = moment_of(wanted.get("received_before"))
    plan = {
        "endpoint": endpoint.id,
        "version": version,
        "mode": endpoint.contract_mode,
        "after": moment_of(wanted.get("received_after")),
        "before": min(before, moment) if before is not None else moment,
    }
    result: dict[str, Any] = {"outcomes": {}, "changes": [], "more_changes": 0}
    return Job(new_id("trl"), project_id, KIND, "running", plan, result, None, moment, moment, who)


def add(unit: Unit, job: Job) -> Job:
    stored.add(unit.connection, job)
    return job


def read(connection: Connection, project_id: str, job_id: str) -> Job:
    if (job := stored.find(connection, project_id, KIND, job_id)) is None:
        raise NotFound("There is no such trial in this project.")
    return job


def cancel(unit: Unit, job: Job) -> Job:
    """What it has found stays; one that has ended stays as it is."""
    if job.status in stored.ENDED:
        return job
    changed = replace(job, status="cancelled", updated_at=now())
    stored.put(unit.connection, changed, seen=job)  # as it was read in this unit of work, which runs alone
    return changed


def next_page(connection: Connection, job: Job) -> tuple[list[Request], str | None]:
    """The requests to judge next, oldest first, and the id after which to go on (None at the end)."""
    wanted = Filter(
        endpoint_id=job.plan["endpoint"], received_after=job.plan["after"], received_before=job.plan["before"]
    )
    return stored_requests.oldest_of(connection, job.project_id, wanted, after=job.cursor, limit=ROWS_AT_ONCE)


def judge(job: Job, page: Sequence[Request], judged: Callable[[Request], Judgement | None]) -> list[Tried]:
    """What each request of a page would come to; `judged` is None for one whose body was not kept."""
    tried = []
    for request in page:
        judgement = judged(request) if has_a_say(request) else None
        verdict = None if judgement is None else verdict_under(job.plan["mode"], judgement)
        tried.append(Tried(request, judgement, verdict))
    return tried


def has_a_say(request: Request) -> bool:
    """Whether a contract is asked about such a request at all."""
    if request.verdict == "duplicate" or request.erased_at is not None:
        return False
    return request.verdict != "refused" or JUDGED_CAUSES.issuperset(request.causes)


def advanced(job: Job, tried: Sequence[Tried], cursor: str | None) -> Job:
    """The job with a page more; ended if that was the last one."""
    outcomes = Counter(job.result["outcomes"])
    outcomes.update(each.verdict or "unjudged" for each in tried)
    changes = [*job.result["changes"], *(_change(each) for each in tried if _differs(each))]
    more = job.result["more_changes"] + max(0, len(changes) - MOST_CHANGES)
    result = {"outcomes": dict(outcomes), "changes": changes[:MOST_CHANGES], "more_changes": more}
    status = "running" if cursor is not None else "succeeded"
    return replace(job, status=status, result=result, cursor=cursor or job.cursor, updated_at=now())


def put(unit: Unit, job: Job, *, seen: Job) -> bool:
    """Store how far it has come, unless another process or a cancel was faster; whether it was stored."""
    return stored.put(unit.connection, job, seen=seen)


def shown(job: Job) -> dict[str, Any]:
    after = job.plan["after"]
    return {
        "id": job.id,
        "endpoint_id": job.plan["endpoint"],
        "contract_version": job.plan["version"],
        "received_after": None if after is None else as_time(after),
        "received_before": as_time(job.plan["before"]),
        "status": job.status,
        "looked_at": sum(job.result["outcomes"].values()),
        "outcomes": job.result["outcomes"],
        "changes": job.result["changes"],
        "more_changes": job.result["more_changes"],
        "created_at": as_time(job.created_at),
        "updated_at": as_time(job.updated_at),
        "created_by": job.created_by,
    }


def _differs(tried: Tried) -> bool:
    return tried.verdict is not None and tried.verdict != tried.request.verdict


def _change(tried: Tried) -> dict[str, Any]:
    judgement = tried.judgement or Judgement()
    return {
        "request": tried.request.id,
        "from": tried.request.verdict,
        "to": tried.verdict,
        "causes": [judgement.cause] if judgement.cause else [],
    }
