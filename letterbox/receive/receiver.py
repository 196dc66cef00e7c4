"""The receive plane's one way: match → method → rate → size → verify → judge → dedupe → record → reply.

Both lanes, the express one and the one through connexion, call `open` with the head of a request, feed its body, and
call `answer`. A refusal ends the way; it is kept too, behind those that somebody waits for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Protocol

from letterbox.errors import (
    HeadTooLarge,
    InternalError,
    MethodNotAllowed,
    NoEndpoint,
    NotFound,
    OriginNotAllowed,
    ProjectFull,
    RateLimited,
    Refusal,
    Unavailable,
)
from letterbox.ids import stamped_id
from letterbox.receive import cors, dedupe
from letterbox.receive.arrival import Arrival, arrival_of
from letterbox.receive.credentials import PLAIN, about_credential
from letterbox.receive.directory import Directory, Tenant
from letterbox.receive.errand import Errand
from letterbox.receive.listener import Listener
from letterbox.receive.match import allow_of
from letterbox.receive.origin import is_allowed
from letterbox.receive.reception import Gauge, Reception
from letterbox.receive.record import row_of, sha256_of
from letterbox.receive.reply import Ask, Reply, finished, refused
from letterbox.receive.weighing import ACCEPTED, CAUSES, HASHED_HERE_BYTES, Finding, Weighing, conceal
from letterbox.store.dedupe import Claim, Duplicate
from letterbox.store.deliveries import Delivery
from letterbox.store.requests import Row

FULL_RETRY_SECONDS = 60
REFUSED_SHARE = 4  # of the bodies in flight, one part in so many may be of requests that are refused already
MOST_HEAD_BYTES = 65_536  # of path, query and headers together

log = logging.getLogger(__name__)


class Keeper(Protocol):
    """What commits rows: see the store's writer."""

    def keep(
        self, row: Row, claim: Claim | None = None, delivery: Delivery | None = None
    ) -> asyncio.Future[Duplicate | None]: ...
    def keep_behind(self, row: Row) -> asyncio.Future[Duplicate | None] | None: ...


class Messenger(Protocol):
    """Who asks destinations for replies: see letterbox/delivery/errands.py."""

    def prepare(self, row: Row, ask: Ask, *, is_paused: bool) -> Errand | None: ...
    async def run(self, errand: Errand, row: Row) -> Reply | None: ...
    def leave(self, errand: Errand) -> None: ...


class Sealer(Protocol):
    """What seals credentials: see letterbox/sealing.py."""

    def close(self, content: bytes, about: str) -> bytes: ...


class Receiver:
    """Takes arrivals through the steps. For one event loop; `answer_blocking` is for other threads."""

    def __init__(self, directory: Directory, weighing: Weighing, *, in_flight_bytes: int) -> None:
        self._directory, self._weighing, self._gauge = directory, weighing, Gauge(in_flight_bytes)
        self._refused_gauge = Gauge(in_flight_bytes // REFUSED_SHARE)
        self._keeper: Keeper | None = None
        self._sealer: Sealer | None = None
        self._messenger: Messenger | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self, keeper: Keeper, sealer: Sealer, messenger: Messenger | None = None) -> None:
        """Begin to receive, on the running loop."""
        self._keeper, self._sealer, self._loop = keeper, sealer, asyncio.get_running_loop()
        self._messenger = messenger

    def open(
        self,
        method: str,
        raw_path: bytes,
        query: bytes,
        headers: list[tuple[bytes, bytes]],
        peer: str | None,
    ) -> Reception:
        """Match, method and rate: decide from a request's head alone, and whether its body is to be read."""
        reception = Reception(arrival_of(method, raw_path, query, headers, peer), self._gauge)
        try:
            self._admit(reception)
        except Refusal as refusal:
            reception.refusal = refusal
            reception.trail.add("match", CAUSES.get(type(refusal), refusal.slug))
        else:
            reception.trail.add("match")
        return reception

    async def answer(self, reception: Reception) -> Reply:
        """Judge what arrived, keep it, and say what goes back."""
        reception.close()
        reply = reception.reply or await self._settled(reception)
        return reply._replace(body=b"") if reception.arrival.method == "HEAD" else reply

    def answer_blocking(self, reception: Reception) -> Reply:
        """The same from a thread that isn't the loop's."""
        if self._loop is None:
            raise Unavailable
        return asyncio.run_coroutine_threadsafe(self.answer(reception), self._loop).result()

    def _admit(self, reception: Reception) -> None:
        arrival = reception.arrival
        if arrival.head_bytes > MOST_HEAD_BYTES:
            raise HeadTooLarge(f"The path, query and headers are longer than {MOST_HEAD_BYTES} bytes.")
        tenant = reception.tenant = self._directory.tenant(arrival.project)
        if tenant is None:
            raise NotFound("There is no such project.")
        found = tenant.routes.find(arrival.path, arrival.method)
        if found.taker is None and arrival.method == "OPTIONS" and found.methods:
            reception.reply = self._options(tenant, arrival, allow_of(found.methods))
            return
        reception.listener, arrival.path_parameters = found.taker or found.nearest, found.parameters
        if reception.listener is None:
            reception.want_body(tenant.project.defaults["max_body_bytes"], self._refused_gauge)
            raise NoEndpoint
        if found.taker is None:
            reception.want_body(reception.listener.endpoint.max_body_bytes, self._refused_gauge)
            raise MethodNotAllowed(headers={"Allow": allow_of(found.methods)})
        if found.taker.networks and not is_allowed(found.taker.networks, arrival.remote_address):
            raise OriginNotAllowed
        self._pass_limits(tenant, found.taker)
        reception.want_body(found.taker.endpoint.max_body_bytes)

    def _pass_limits(self, tenant: Tenant, listener: Listener) -> None:
        """The rate of the endpoint and of its project, and the room that the project has left."""
        for bucket in (listener.bucket, tenant.bucket):
            if bucket is not None and (wait := bucket.wait_seconds(time.monotonic())):
                raise RateLimited(headers={"Retry-After": str(wait)})
        if tenant.is_full:
            raise ProjectFull(retry_after_seconds=FULL_RETRY_SECONDS)

    def _options(self, tenant: Tenant, arrival: Arrival, allow: str) -> Reply:
        """Who asks what is taken here; a preflight is answered for the endpoint that would take its method."""
        asked = arrival.header(b"access-control-request-method") or ""
        taker = tenant.routes.find(arrival.path, asked).taker
        headers = cors.preflight_headers(taker.endpoint, arrival, allow) if taker else []
        return finished(204, [(b"allow", allow.encode()), *headers], b"")

    async def _settled(self, reception: Reception) -> Reply:
        identity = stamped_id("req")
        try:
            body = reception.arrival.body
            if body is not None and len(body) > HASHED_HERE_BYTES:
                reception.arrival.body_sha256 = await asyncio.to_thread(sha256_of, body)
            refusal = self._gone(reception) or reception.refusal
            if refusal is None and reception.listener is not None:
                return await self._weighed(reception, reception.listener, identity)
            return self._refuse(reception, refusal or NoEndpoint(), identity)
        except Unavailable as unavailable:
            reception.abandon()
            return _answer(reception, unavailable)
        except NotFound:  # the endpoint was removed while its contract was read
            reception.listener = None
            return self._refuse(reception, NoEndpoint(), identity)
        except Exception as failure:
            log.error("an arrival could not be settled", exc_info=failure)
            reception.abandon()
            return _answer(reception, InternalError())

    def _gone(self, reception: Reception) -> Refusal | None:
        """What was open at the head of a request may be removed by the end of its body: nobody could find it then."""
        if reception.tenant is None:
            return None
        now = self._directory.tenant(reception.arrival.project)
        if now is None or now.project.id != reception.tenant.project.id:  # another one may have taken its slug
            reception.tenant = reception.listener = None
            return NotFound("There is no such project.")
        if reception.listener is not None and not self._directory.holds(reception.listener.endpoint.id):
            reception.listener = None
        return None

    async def _weighed(self, reception: Reception, listener: Listener, identity: tuple[str, int]) -> Reply:
        reception.trail.restart()
        finding = await self._weighing.weigh(listener, reception.arrival, identity, reception.trail)
        if finding.refusal is not None:
            return self._keep_refused(reception, finding, identity)
        reply = await self._weighing.reply(listener, finding, identity[0])
        claim = None
        if listener.dedupe_key is not None:
            claim = await self._weighing.claim(listener, finding, identity[1], reply)
        return await self._keep(reception, listener, finding, identity, reply, claim)

    async def _keep(
        self,
        reception: Reception,
        listener: Listener,
        finding: Finding,
        identity: tuple[str, int],
        reply: Reply,
        claim: Claim | None,
    ) -> Reply:
        """Wait until it is on stable storage; a duplicate gets the first one's reply again."""
        if self._keeper is None:
            raise Unavailable
        row = self._row(reception, finding, identity, reply.status)
        errand = self._errand(listener, row, reply)
        try:
            earlier = await self._keeper.keep(row, claim, errand.delivery if errand is not None else None)
        except BaseException:
            self._leave(errand)
            raise
        finally:
            reception.abandon()
        if earlier is not None:
            self._leave(errand)
            reply = Reply(*dedupe.decoded(earlier.reply))
            reply.headers.append((b"letterbox-duplicate-of", earlier.request_id.encode()))
        elif errand is not None and self._messenger is not None:
            reply = await self._messenger.run(errand, row) or reply
        reply.headers.extend(cors.answer_headers(listener.endpoint, reception.arrival))
        return reply

    def _errand(self, listener: Listener, row: Row, reply: Reply) -> Errand | None:
        """What is to be asked of a destination, if that is where the reply comes from."""
        if reply.ask is None or self._messenger is None or row.verdict != ACCEPTED:
            return None
        return self._messenger.prepare(row, reply.ask, is_paused=listener.endpoint.paused)

    def _leave(self, errand: Errand | None) -> None:
        """Nobody is asked after all."""
        if errand is not None and self._messenger is not None:
            self._messenger.leave(errand)

    def _refuse(self, reception: Reception, refusal: Refusal, identity: tuple[str, int]) -> Reply:
        if type(refusal) not in CAUSES:
            reception.abandon()
            return _answer(reception, refusal)
        conceal(reception.arrival, reception.tenant.carriers if reception.tenant else PLAIN)
        return self._keep_refused(reception, Finding.refused(refusal, reception.trail), identity)

    def _keep_refused(self, reception: Reception, finding: Finding, identity: tuple[str, int]) -> Reply:
        """Answer at once; what can be kept of it is written behind the accepted ones."""
        refusal = finding.refusal or NoEndpoint()
        if reception.tenant is None or self._keeper is None:
            reception.abandon()
            return _answer(reception, refusal)
        row = self._row(reception, finding, identity, refusal.status)
        if (kept := self._keeper.keep_behind(row)) is None:
            reception.abandon()
            return _answer(reception, refusal)
        kept.add_done_callback(lambda kept: _forget(reception, kept))
        return _answer(reception, refusal, identity[0])

    def _row(self, reception: Reception, finding: Finding, identity: tuple[str, int], reply_status: int) -> Row:
        if reception.tenant is None or self._sealer is None:
            raise Unavailable
        arrival, endpoint = reception.arrival, reception.listener.endpoint.id if reception.listener else None
        credential = arrival.credential
        if credential is not None:
            credential = self._sealer.close(credential, about_credential(identity[0]))
        return row_of(identity, reception.tenant.project.id, endpoint, arrival, finding, reply_status, credential)


def _answer(reception: Reception, refusal: Refusal, kept_as: str | None = None) -> Reply:
    reply = refused(refusal, kept_as)
    if reception.listener is not None:
        reply.headers.extend(cors.answer_headers(reception.listener.endpoint, reception.arrival))
    if reception.leaves_unread:
        reply.headers.append((b"connection", b"close"))
    return reply


def _forget(reception: Reception, kept: asyncio.Future[Duplicate | None]) -> None:
    reception.abandon()
    if not kept.cancelled() and kept.exception() is not None:
        log.warning("a refused request could not be kept: %s", type(kept.exception()).__name__)
