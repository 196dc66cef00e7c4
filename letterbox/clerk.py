"""The clerk: a thread that goes on with running jobs, page by page, while requests come in.

A page is read, judged with no transaction open, and written in one unit of work together with how far the job has
come. So a crash repeats at most a page of judging and no writing, and where several processes share a store the one
that is faster with a page writes it. After each page it rests as long as that took.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from letterbox import endpoints, readmissions, replays, trials
from letterbox.contracts import versions
from letterbox.contracts.compile import Contract
from letterbox.contracts.judgement import Judgement
from letterbox.errors import NotFound, Unavailable
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.ids import now
from letterbox.receive.again import Weighed
from letterbox.receive.arrival import Arrival
from letterbox.rounds import Rounds
from letterbox.sealing import Seal
from letterbox.store import bulk_jobs, standing
from letterbox.store import requests as stored_requests
from letterbox.store.bulk_jobs import Job
from letterbox.store.requests import Request
from letterbox.store.store import Store
from letterbox.store.writer import Unit

SECONDS_BETWEEN_ROUNDS = 5.0
PAGES_AT_ONCE = 3  # of a trial, before its caller is told to look again later

log = logging.getLogger(__name__)


class Door(Protocol):
    """What weighs and judges once more: see receive/again.py."""

    def weigh(self, project_id: str, identity: tuple[str, int], arrival: Arrival) -> Weighed: ...
    def judge(self, project_id: str, contract: Contract, facts: Facts) -> Judgement: ...
    def evaluate(self, project_id: str, expression: Expression, facts: Facts) -> Any: ...


class Clerk(Rounds):
    """Looks after the jobs of one open store."""

    def __init__(self, store: Store, seal: Seal, door: Door) -> None:
        super().__init__("clerk", seconds_between=SECONDS_BETWEEN_ROUNDS)
        self._store, self._seal, self._door = store, seal, door
        self._steps: dict[str, Callable[[Job], bool]] = {
            readmissions.KIND: self._readmit,
            replays.KIND: self._replay,
            trials.KIND: self._try,
        }

    def make_round(self) -> None:
        while self.piece(self.work):
            pass

    def work(self) -> bool:
        """Do a page of each running job; whether any of them went on. Raises Unavailable if the store fails."""
        with self._store.reading() as connection:
            jobs = bulk_jobs.running(connection)
            cancelled = standing.cancelled_replays(connection, replays.KIND)
        went_on = [self._attend(job) for job in jobs]
        went_on += [self._store.writer.run(partial(_cancel_some, job_id)) for job_id in cancelled]
        return any(went_on)

    def try_at_once(self, project_id: str, who: str, endpoint: str, version: str, wanted: dict[str, str]) -> Job:
        """A trial with its first pages done, not stored; ended, if there are no more. Raises NotFound."""
        with self._store.reading() as connection:
            found = endpoints.read(connection, project_id, endpoint)
            number = versions.read(connection, found, version).version
        job = trials.begin(project_id, who, found, number, wanted)
        for _ in range(PAGES_AT_ONCE):
            if job.status == "running":
                job = self._tried(job)
        return job

    def _attend(self, job: Job) -> bool:
        """Whether it went on. One that can't must not keep the others waiting."""
        try:
            return not self.is_stopping and self._steps[job.kind](job)
        except Unavailable as reason:
            log.warning("%s waits: %s", job.id, reason)
        except NotFound as reason:  # what it needs was removed
            log.warning("%s can't go on: %s", job.id, reason)
            self._fail(job)
        except Exception as failure:
            log.error("%s can't go on", job.id, exc_info=failure)
            self._fail(job)
        return False

    def _fail(self, job: Job) -> None:
        self._store.writer.run(lambda unit: bulk_jobs.end(unit.connection, job, "failed", now()))

    def _readmit(self, job: Job) -> bool:
        with self._store.reading() as connection:
            page, cursor = readmissions.next_page(connection, job)
        decided = readmissions.decide(job, page, self._body_of, self._seal, self._weigh)
        return self._store.writer.run(lambda unit: readmissions.apply(unit, job, decided, cursor)) is not None

    def _replay(self, job: Job) -> bool:
        with self._store.reading() as connection:
            page, cursor = replays.next_page(connection, job)
            recipients = replays.recipients_of(connection, job, page)
        made = replays.decide(page, recipients, self._body_of, self._evaluate)
        return self._store.writer.run(lambda unit: replays.apply(unit, job, len(page), made, cursor)) is not None

    def _try(self, job: Job) -> bool:
        advanced = self._tried(job)
        return self._store.writer.run(lambda unit: trials.put(unit, advanced, seen=job))

    def _tried(self, job: Job) -> Job:
        with self._store.reading() as connection:
            contract = versions.compiled_at(connection, job.plan["endpoint"], job.plan["version"])
            page, cursor = trials.next_page(connection, job)

        def judged(request: Request) -> Judgement | None:
            self._require_going_on()
            body = self._body_of(request)
            return None if body is None else self._door.judge(job.project_id, contract, trials.facts_of(request, body))

        return trials.advanced(job, trials.judge(job, page, judged), cursor)

    def _weigh(self, request: Request, arrival: Arrival) -> Weighed:
        self._require_going_on()
        return self._door.weigh(request.project_id, (request.id, request.received_at), arrival)

    def _evaluate(self, project_id: str, expression: Expression, facts: Facts) -> Any:
        self._require_going_on()
        return self._door.evaluate(project_id, expression, facts)

    def _require_going_on(self) -> None:
        if self.is_stopping:  # a page may take long, and is begun anew by the next process
            raise Unavailable("The service is stopping; try again.")

    def _body_of(self, request: Request) -> bytes | None:
        with self._store.reading() as connection:
            return stored_requests.body_of(connection, request.project_id, request.id)


def _cancel_some(job_id: str, unit: Unit) -> bool:
    return bool(replays.cancel_some(unit, job_id).destination_ids)
