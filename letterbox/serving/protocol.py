"""HTTP/1.1 with bounds: uvicorn's protocol on llhttp, which parses strictly and bounds nothing.

Who goes beyond a bound, or leaves open where a request ends, is answered once, as a problem, and not listened to any
more. Time is bounded by `sweep`, which the server calls for every connection once a second: a timer for each request
would cost more than all the bounds.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from letterbox.errors import HeadTooLarge, InvalidRequest, Refusal, RequestTimeout, UriTooLong
from letterbox.serving.exchange import Exchange, last_answer
from letterbox.serving.heads import MOST_FIELDS, MOST_HEAD_BYTES, MOST_LINE_BYTES, check_fields, check_line

MOST_IDLE_BYTES = MOST_LINE_BYTES + MOST_HEAD_BYTES + 4 * MOST_FIELDS  # as much as the largest head, with its line ends

HEAD_SECONDS = 15  # from the first byte of a head to its last
IDLE_SECONDS = 15  # until a request begins, or more of an answer is read; longer than a proxy keeps its connections
BODY_SECONDS, BODY_BYTES_PER_SECOND = 15, 16_384  # a sender has so long for nothing, and longer the more it has sent
LINGER_SECONDS = 2  # for what is on its way when we want to close

FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class State(ServerState):
    """What all connections of a server share. Once it is leaving, the next answer on each is the last one."""

    is_leaving = False


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `since` is when, by the loop's clock, we began to wait for the peer."""

    server_state: State

    def __init__(
        self,
        config: Config,
        server_state: State,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.since = self.loop.time()
        self.in_head = self.in_body = False  # whether a request has begun, and how far it has come
        self.unanswered = 0
        self.overtaken: Any = None  # the exchange that goes on while newer ones wait
        self.idle_bytes = 0  # received since a request ended, or the head of one, or a body went on
        self.body_bytes = 0  # of this request
        self.unread_bytes = 0  # of answers, that the peer had left unread when it was last looked at
        self.is_deaf = False  # the last answer is known, and nothing is listened to any more
        self.refusal: Refusal | None = None  # that answer, if it is ours and waits for those before it

    # What the transport calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        if self.server_state.is_leaving:  # it was taken in the moment in which the server stopped listening
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.overtaken is not None:  # uvicorn tells the newest alone
            self._cut_off(self.overtaken)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.is_deaf:
            return
        self.idle_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._pass_over_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause if isinstance(cause, Refusal) else InvalidRequest("This is no well-formed HTTP/1.1."))
        else:
            if self.idle_bytes > MOST_IDLE_BYTES:
                self._refuse(InvalidRequest("There is too much around the body.") if self.in_body else HeadTooLarge())

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head, self.since = True, self.loop.time()
        self.body_bytes = 0

    def on_url(self, url: bytes) -> None:
        self.url += url
        if len(self.url) > MOST_LINE_BYTES:
            raise UriTooLong

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_head:  # and else it is a trailer, which nobody may take for a header
            self.headers.append((name.lower(), value))
            if len(self.headers) > MOST_FIELDS:  # at once: many short ones hold more memory than they are long
                raise HeadTooLarge

    def on_headers_complete(self) -> None:
        method, version = self.parser.get_method(), self.parser.get_http_version()
        check_line(method, self.url, version)
        self.expect_100_continue = check_fields(self.headers, version)
        self._describe(method, version)
        self.in_head, self.in_body, self.idle_bytes = False, True, 0
        self.unanswered += 1
        earlier, self.cycle = self.cycle, self._exchange(version)
        if earlier is None or earlier.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.overtaken = self.overtaken if self.pipeline else earlier
            self.pipeline.appendleft((self.cycle, self.app))

    def _describe(self, method: bytes, version: str) -> None:
        """Say what was asked for, as ASGI has it; the path is decoded, and `raw_path` is not."""
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        self.scope["method"], self.scope["http_version"] = method.decode("ascii"), version
        self.scope["path"] = unquote(path) if "%" in path else path
        self.scope["raw_path"], self.scope["query_string"] = url.path, url.query or b""

    def _exchange(self, version: str) -> Exchange:
        is_last = self.server_state.is_leaving or self.parser.should_upgrade() or version == "1.0"
        return Exchange(
            scope=self.scope,
            transport=self,  # type: ignore[arg-type]  # it closes by way of `close` here
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=not is_last and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )

    def on_body(self, body: bytes) -> None:
        self.idle_bytes = 0
        self.body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade() and self._framing():
            return  # llhttp takes what follows for another protocol; it is the body
        self.in_body, self.idle_bytes = False, 0
        super().on_message_complete()

    def _framing(self) -> list[tuple[bytes, bytes]]:
        """The header that says where the body ends, if there is one."""
        return [header for header in self.headers if header[0] in FRAMING]

    def _pass_over_upgrade(self, rest: bytes) -> None:
        """Read on as if no other protocol had been offered: nobody has to take the offer."""
        if framing := self._framing():
            self.parser = httptools.HttpRequestParser(BodyAlone(self))
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b: %b\r\n\r\n" % framing[0])
            self.data_received(rest)

    # What an exchange calls.

    def write(self, data: bytes) -> None:
        self.transport.write(data)

    def is_closing(self) -> bool:
        return self.transport.is_closing()

    def abort(self) -> None:
        self.transport.abort()

    def close(self) -> None:
        """Close; a peer that still sends is let send for a while, since a reset would take the answer from it."""
        if not self.in_body or self.transport.is_closing():
            self.transport.close()
            return
        self.is_deaf, self.refusal = True, None
        self.pipeline.clear()  # nothing could be answered any more
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        self.unanswered -= 1
        self.since = self.loop.time()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self.overtaken, app = self.pipeline.pop()
            self._start_asgi_task(self.overtaken, app)
        elif self.refusal is not None:
            self._answer(self.refusal)

    # How it ends.

    def _refuse(self, refusal: Refusal) -> None:
        """Listen to nothing more, and answer with the refusal once all that came before is answered."""
        self.is_deaf, self.refusal = True, refusal
        if self.in_body:
            if self.cycle.response_started:
                self.transport.close()  # another answer would be taken for another request's
                return
            self._forget(self.cycle)
        if not self.unanswered:
            self._answer(refusal)

    def _forget(self, cycle: Any) -> None:
        """Let the application know that this request will not become whole."""
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        self._cut_off(cycle)
        self.unanswered -= 1

    def _cut_off(self, cycle: Any) -> None:
        cycle.disconnected, cycle.waiting_for_100_continue = True, False
        cycle.message_event.set()

    def _answer(self, refusal: Refusal) -> None:
        headers, body = last_answer(refusal)
        head = b"".join(b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *headers))
        self.transport.write(STATUS_LINE[refusal.status] + head + b"\r\n" + body)
        self.in_body = True  # for all we know
        self.close()

    def sweep(self, now: float) -> None:
        """Give up a peer that we have waited for too long, be it to send or to read."""
        before, self.unread_bytes = self.unread_bytes, self.transport.get_write_buffer_size()
        if self.unread_bytes:
            if self.unread_bytes != before:
                self.since = now
            elif now - self.since > IDLE_SECONDS:
                self.transport.abort()  # closing would wait until it has read all
            return
        waited = now - self.since
        if self.is_deaf:
            return
        if self.unanswered:
            if self.in_body and not self.flow.read_paused and self._is_late(waited):
                self._refuse(RequestTimeout())
        elif self.in_head:
            if waited > HEAD_SECONDS:
                self._refuse(RequestTimeout("The head of the request came too slowly; send it again."))
        elif waited > IDLE_SECONDS:
            self.transport.close()

    def _is_late(self, waited: float) -> bool:
        return waited > BODY_SECONDS + self.body_bytes / BODY_BYTES_PER_SECOND

    def shutdown(self) -> None:
        """Leave with the last answer; where none is due, a request may be on its way, and is taken."""
        if self.unanswered and not self.cycle.response_started:
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(LINGER_SECONDS, self._leave)

    def _leave(self) -> None:
        if self.transport.is_closing():
            return
        if self.unanswered or self.in_head:
            self.shutdown()
        else:
            self.transport.close()


class BodyAlone:
    """What a second parser calls that reads only the rest of one request; what follows is nobody's."""

    def __init__(self, protocol: BoundedProtocol) -> None:
        self.protocol = protocol

    def on_body(self, body: bytes) -> None:
        if self.protocol.in_body:
            self.protocol.on_body(body)

    def on_message_complete(self) -> None:
        if self.protocol.in_body:
            self.protocol.on_message_complete()
