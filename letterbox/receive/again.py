"""Through the door again: requests that are kept are weighed anew, and others before they are sent.

For threads that are not the event loop's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from letterbox.contracts.compile import Contract
from letterbox.contracts.judgement import Judgement
from letterbox.errors import MethodNotAllowed, NoEndpoint, NotFound, OriginNotAllowed, ProjectFull, Refusal, Unavailable
from letterbox.expressions import Unevaluated
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.ids import now
from letterbox.receive.arrival import Arrival
from letterbox.receive.asking import Asking, Question, Said
from letterbox.receive.directory import Directory
from letterbox.receive.origin import is_allowed
from letterbox.receive.trail import Trail
from letterbox.receive.weighing import CAUSES, Finding, Judge, Weighing, conceal
from letterbox.store.dedupe import Claim

PATIENCE_SECONDS = 30.0
RESTS_SECONDS = (0.2, 1.0)  # between tries to have something evaluated that nobody waits for

Result = TypeVar("Result")


class Weighed(NamedTuple):
    """What the door says of a request now, and which endpoint says it (None: nobody listens at its path)."""

    finding: Finding
    endpoint_id: str | None
    path_parameters: dict[str, str]
    claim: Claim | None


class Again:
    """Weighs and judges once more. `listen` names the loop on which what is not cheap is waited for."""

    def __init__(self, directory: Directory, weighing: Weighing, judge: Judge) -> None:
        self._directory, self._weighing, self._judge = directory, weighing, judge
        self._asking = Asking(directory, weighing)
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self) -> None:
        self._loop = asyncio.get_running_loop()

    def weigh(
        self, project_id: str, identity: tuple[str, int], arrival: Arrival, *, is_vouched: bool = False
    ) -> Weighed:
        """Not for the event loop. Raises Unavailable."""
        return self._waited_for(self._weigh(project_id, identity, arrival, is_vouched=is_vouched))

    def require_room(self, project_id: str) -> None:
        """Raises ProjectFull if a project has reached the bytes that it may store."""
        tenant = self._directory.tenant_of(project_id)
        if tenant is not None and tenant.is_full:
            raise ProjectFull

    def ask(self, question: Question) -> Said:
        """Not for the event loop. Raises NotFound if the endpoint is gone, and Unavailable."""
        return self._waited_for(self._asking.answer(question))

    def judge(self, project_id: str, contract: Contract, facts: Facts) -> Judgement:
        """Not for the event loop. Raises Unavailable."""
        return contract.judge_here(facts) or self._waited_for(self._judge.judge(contract, facts, owner=project_id))

    def evaluate(self, project_id: str, expression: Expression, facts: Facts) -> Any:
        """The value of an expression that signs nothing. Not for the event loop. Raises Failed and Unavailable."""
        if expression.is_cheap(facts):
            return expression.value(facts)
        for rest in RESTS_SECONDS:
            with suppress(Unevaluated):
                return self._waited_for(self._judge.evaluate(expression.source, facts, owner=project_id))
            time.sleep(rest)
        return self._waited_for(self._judge.evaluate(expression.source, facts, owner=project_id))

    def prove(self, project_id: str, text: bytes) -> None:
        """Have a contract compiled as it would be stored. Not for the event loop.

        Raises Unprocessable if it can't be within bounds, and Unavailable if it was not tried.
        """
        self._waited_for(self._judge.try_compile(text, owner=project_id))

    async def _weigh(
        self, project_id: str, identity: tuple[str, int], arrival: Arrival, *, is_vouched: bool
    ) -> Weighed:
        trail = Trail()
        tenant = self._directory.tenant_of(project_id)
        if tenant is None:
            raise Unavailable("The project was removed a moment ago.")
        found = tenant.routes.find(arrival.path, arrival.method)
        listener, nearest = found.taker, found.nearest
        if listener is None:
            refusal: Refusal = NoEndpoint() if nearest is None else MethodNotAllowed()
            conceal(arrival, tenant.carriers)
            trail.add("match", CAUSES[type(refusal)])
            return Weighed(Finding.refused(refusal, trail), nearest.endpoint.id if nearest else None, {}, None)
        arrival.path_parameters = found.parameters
        if not is_vouched and not is_allowed(listener.networks, arrival.remote_address):
            conceal(arrival, listener.carriers)
            trail.add("match", CAUSES[OriginNotAllowed])
            return Weighed(Finding.refused(OriginNotAllowed(), trail), listener.endpoint.id, found.parameters, None)
        trail.add("match")
        try:
            finding = await self._weighing.weigh(listener, arrival, identity, trail, is_vouched=is_vouched)
        except NotFound:  # the endpoint was removed while its contract was read
            return Weighed(Finding.refused(NoEndpoint(), trail), None, {}, None)
        claim = None
        if finding.refusal is None:
            reply = await self._weighing.reply(listener, finding, identity[0])
            # From now on: a window that is over since it came would let every other one with its key in as well.
            claim = await self._weighing.claim(listener, finding, now(), reply)
        return Weighed(finding, listener.endpoint.id, found.parameters, claim)

    def _waited_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop is None:
            work.close()
            raise Unavailable
        try:
            waiting = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # the loop has ended
            work.close()
            raise Unavailable("The service is stopping; try again.") from None
        try:
            return waiting.result(PATIENCE_SECONDS)
        except CancelledError:
            raise Unavailable("The service is stopping; try again.") from None
        except TimeoutError:
            waiting.cancel()
            raise Unavailable("Judging takes too long right now; try again.") from None
