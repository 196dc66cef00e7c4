"""How a request is written: byte for byte. aiohttp would encode it as UTF-8, in its own order, with its own headers."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientRequest, ClientResponse
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.connector import Connection
from aiohttp.http import StreamWriter

from letterbox.delivery.outgoing import Outgoing

WITH_A_BODY = frozenset(("POST", "PUT", "PATCH"))  # an empty one of theirs has a length too: RFC 9110, 8.6
LARGEST_JOINED = 65_536  # bytes of a body that are copied to go out with the head, in one packet where it can be


class Post(ClientRequest):
    """A request whose data is an Outgoing. Of aiohttp's own headers it takes the host alone."""

    _outgoing: Outgoing

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        self._outgoing = body

    def update_auto_headers(self, skip_auto_headers: Any) -> None:
        """None is added."""

    def update_transfer_encoding(self) -> None:
        """There always is a length."""

    async def send(self, conn: Connection) -> ClientResponse:
        protocol = conn.protocol
        if protocol is None or protocol.transport is None or protocol.transport.is_closing():
            raise ClientConnectionResetError("the connection is closing")
        head, body = head_of(self._outgoing, self.url.raw_path_qs, self.headers["Host"]), self._outgoing.body
        if len(body) <= LARGEST_JOINED:
            protocol.transport.write(head + body)
        else:
            protocol.transport.write(head)
            protocol.transport.write(body)
        return self._answer(StreamWriter(protocol, self.loop))

    def _answer(self, writer: StreamWriter) -> ClientResponse:
        return self.response_class(
            self.method,
            self.original_url,
            writer=None,  # all is written already
            continue100=None,
            timer=self._timer,
            request_info=self.request_info,
            traces=[],
            loop=self.loop,
            session=self._session,
            stream_writer=writer,
        )


def head_of(outgoing: Outgoing, target: str, host: str) -> bytes:
    """The request line and the headers. Whoever made the Outgoing has seen to it that no line can break."""
    lines = [f"{outgoing.method} {target} HTTP/1.1\r\nhost: {host}\r\n".encode("latin-1")]
    lines += [b"%b: %b\r\n" % header for header in outgoing.headers]
    if outgoing.body or outgoing.method in WITH_A_BODY:
        lines.append(b"content-length: %d\r\n" % len(outgoing.body))
    return b"".join(lines) + b"\r\n"
