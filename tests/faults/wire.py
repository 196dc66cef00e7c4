"""Requests as bytes on a socket, for what no HTTP client would send."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from io import BufferedReader
from typing import Any
from urllib.parse import urlsplit

import httpx

SECONDS = 10


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes


class Wire:
    """Opens sockets to one service, and asks it afterwards what it kept."""

    def __init__(self, url: str, admin_key: str) -> None:
        self.url = urlsplit(url)
        self.management = httpx.Client(base_url=url, headers={"authorization": f"Bearer {admin_key}"}, timeout=SECONDS)

    @contextmanager
    def socket(self) -> Iterator[socket.socket]:
        address = (self.url.hostname, self.url.port)
        with socket.create_connection(address, timeout=SECONDS) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each part leaves at once
            yield connection

    def say(self, *parts: bytes, head_only: bool = False) -> Answer:
        """Send the parts one after another on a connection of their own, and read the answer, or its head alone."""
        with self.socket() as connection:
            try:
                for part in parts:
                    connection.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                pass  # who refuses need not listen to the end; the answer is already here
            return read_answer(connection, head_only=head_only)

    def kept(self, **query: str) -> list[dict[str, Any]]:
        """The newest requests that the management API lists for this query, up to 100."""
        answer = self.management.get("/v1/requests", params=query | {"limit": "100"})
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items

    def request(self, answer: Answer) -> dict[str, Any]:
        """The request that this 202 acknowledged."""
        shown: dict[str, Any] = self.management.get(f"/v1/requests/{request_id(answer)}").raise_for_status().json()
        return shown

    def body(self, answer: Answer) -> bytes:
        """The body of the request that this 202 acknowledged."""
        return self.management.get(f"/v1/requests/{request_id(answer)}/body").raise_for_status().content


def read_answer(connection: socket.socket, *, head_only: bool = False) -> Answer:
    """Read one final answer; interim ones are passed over, and what has come behind it is lost."""
    with closing(HTTPResponse(connection, method="HEAD" if head_only else None)) as answer:
        return _read(answer)


def read_answers(connection: socket.socket, count: int) -> list[Answer]:
    """Read so many answers, however they come together."""
    answers, file = [], Unclosed(socket.SocketIO(connection, "r"))
    for _ in range(count):
        answer = HTTPResponse(connection)
        answer.fp = file
        answers.append(_read(answer))
    return answers


class Unclosed(BufferedReader):
    """What one answer leaves in it, the next one reads."""

    def close(self) -> None:
        """Not when an answer has been read."""


def _read(answer: HTTPResponse) -> Answer:
    answer.begin()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, answer.read())


def request_id(answer: Answer) -> str:
    assert answer.status == 202, answer
    name: str = httpx.Response(202, content=answer.body).json()["id"]
    return name


def post(path: bytes, *headers: bytes, version: bytes = b"1.1") -> bytes:
    """The head of a POST to this path with these header lines."""
    lines = [b"POST %b HTTP/%b" % (path, version), b"Host: testserver", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def whole(path: bytes, body: bytes, *headers: bytes) -> bytes:
    """A whole POST of this body, its length declared."""
    return post(path, *headers, b"Content-Length: %d" % len(body)) + body


def chunks(body: bytes, size: int, *trailers: bytes) -> Iterator[bytes]:
    """The body in chunks of this many bytes, the last chunk, and the trailer lines."""
    for start in range(0, len(body), size):
        part = body[start : start + size]
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n" + b"".join(trailer + b"\r\n" for trailer in trailers) + b"\r\n"


def read_status(connection: socket.socket) -> int:
    """The status of the next answer; 0 if there is none."""
    line = connection.recv(len(b"HTTP/1.1 200"))
    return int(line[9:12]) if line[9:12].isdigit() else 0
