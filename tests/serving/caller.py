"""Both ends of a connection without a network or a clock: what a caller sends, and what the protocol does about it."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast

from letterbox.serving.protocol import BoundedProtocol, State
from letterbox.serving.server import Server
from tests.faults.wire import Answer, read_answer

ROUNDS = 20  # of the loop, until nobody has anything left to do
DATE = (b"date", b"Tue, 04 Mar 2025 10:00:00 GMT")


class HeldLoop(asyncio.SelectorEventLoop):
    """A loop whose clock stands still until a test moves it."""

    now = 1000.0

    def time(self) -> float:
        return self.now

    def settle(self) -> None:
        """Run until all tasks wait for the caller or for the clock."""
        for _ in range(ROUNDS):
            self.call_soon(self.stop)
            self.run_forever()

    def end(self) -> None:
        for task in asyncio.all_tasks(self):
            task.cancel()
        self.settle()
        self.close()


class Transport(asyncio.Transport):
    """Keeps what is written, as one piece a write, and holds back what comes in while reading is paused."""

    def __init__(self, loop: HeldLoop, protocol: BoundedProtocol) -> None:
        super().__init__()
        self.loop, self.protocol = loop, protocol
        self.written: list[bytes] = []
        self.late: list[bytes] = []  # written after the end, which raises or is lost
        self.incoming: deque[bytes] = deque()
        self.is_paused = self.has_ended = self.is_closed = False
        self.unread_bytes = 0  # as a test says

    def get_write_buffer_size(self) -> int:
        return self.unread_bytes

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("192.0.2.1", 4711), "sockname": ("127.0.0.1", 8080)}.get(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        (self.late if self.has_ended or self.is_closed else self.written).append(bytes(data))

    def write_eof(self) -> None:
        self.has_ended = True

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.loop.call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False
        self.loop.call_soon(self.deliver)

    def receive(self, packet: bytes) -> None:
        self.incoming.append(packet)
        self.deliver()

    def deliver(self) -> None:
        while self.incoming and not self.is_paused and not self.is_closed:
            self.protocol.data_received(self.incoming.popleft())


class Caller:
    """One connection to an application. Nothing happens in it but what a test makes happen."""

    def __init__(self, loop: HeldLoop, application: Any, state: State) -> None:
        self.loop, self.state = loop, state
        self.protocol = BoundedProtocol(Server(application, 1).config, state, {}, loop)
        self.transport = Transport(loop, self.protocol)
        self.protocol.connection_made(self.transport)

    def send(self, *packets: bytes) -> None:
        """Send the packets; all that they lead to has happened before the next one comes."""
        for packet in packets:
            self.transport.receive(packet)
            self.loop.settle()

    def trickle(self, data: bytes, size: int) -> None:
        """Send the data in packets of this many bytes, faster than anybody answers."""
        for begin in range(0, len(data), size):
            self.transport.receive(data[begin : begin + size])
        self.loop.settle()

    def wait(self, seconds: float) -> None:
        """Let time pass, and have the server look after its connections once."""
        self.loop.now += seconds
        self.loop.settle()
        if self.protocol in self.state.connections:
            self.protocol.sweep(self.loop.now)
        self.loop.settle()

    def leave(self, reason: Exception | None = None) -> None:
        self.transport.is_closed = True
        self.protocol.connection_lost(reason)
        self.loop.settle()

    @property
    def raw(self) -> bytes:
        return b"".join(self.transport.written)

    @property
    def answers(self) -> list[Answer]:
        """All answers, whole ones without anything between them."""
        return answers_in(self.raw)

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]

    @property
    def is_turned_away(self) -> bool:
        """Whether no answer follows the last one."""
        return self.transport.has_ended or self.transport.is_closed


class Bytes(BytesIO):
    """What http.client takes for a socket; it stays open when one answer is read."""

    def makefile(self, _mode: str) -> Bytes:
        return self

    def close(self) -> None:
        pass


def answers_in(raw: bytes) -> list[Answer]:
    reader, answers = Bytes(raw), []
    while reader.tell() < len(raw):
        answers.append(read_answer(cast(Any, reader)))
    return answers


def refusal_in(answer: Answer) -> tuple[int, str]:
    """The status and the slug of a refusal, which has to be of the one shape and the last answer."""
    problem: Mapping[str, Any] = json.loads(answer.body)
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == answer.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["date"] == DATE[1].decode()
    return answer.status, problem["type"].removeprefix("/problems/")
