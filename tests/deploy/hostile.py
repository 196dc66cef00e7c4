"""Requests that no honest caller sends (faults 26 and 28), as bytes, and what a server answers to them."""

from __future__ import annotations

import re
import socket
from contextlib import suppress

SECONDS = 3  # for a server that neither answers nor closes

MALFORMED = frozenset({400, 501})
TOO_MUCH = frozenset({400, 414, 431})

STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([2-5]\d\d)\b")
WITHIN = b"POST /in/default/inbox HTTP/1.1\r\nHost: within\r\nContent-Length: 0\r\n\r\n"  # what is smuggled
CHUNKED = b"Transfer-Encoding: chunked"
LENGTH = b"Content-Length: %d" % len(WITHIN)


def head(*fields: bytes, line: bytes = b"POST /in/default/inbox HTTP/1.1", end: bytes = b"\r\n") -> bytes:
    return end.join([line, b"Host: testserver", *fields]) + end * 2


def chunk(size: bytes, body: bytes = b"letter", end: bytes = b"\r\n") -> bytes:
    return size + end + body + b"\r\n0\r\n\r\n"


# Whoever takes one of these may disagree with whoever stands in front of it on where the request ends.
SMUGGLING = {
    "a length and chunks": head(LENGTH, CHUNKED) + b"0\r\n\r\n" + WITHIN,
    "chunks and a length": head(CHUNKED, LENGTH) + b"0\r\n\r\n" + WITHIN,
    "two codings": head(CHUNKED, b"Transfer-Encoding: identity") + b"0\r\n\r\n" + WITHIN,
    "two codings in one line": head(b"Transfer-Encoding: chunked, identity") + b"0\r\n\r\n" + WITHIN,
    "chunked twice": head(CHUNKED, CHUNKED) + b"0\r\n\r\n" + WITHIN,
    "another coding": head(b"Transfer-Encoding: gzip") + b"0\r\n\r\n" + WITHIN,
    "a coding that looks like chunked": head(b"Transfer-Encoding: xchunked") + b"0\r\n\r\n" + WITHIN,
    "chunked after a vertical tab": head(b"Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n" + WITHIN,
    "chunks in HTTP/1.0": head(CHUNKED, line=b"POST /in/default/inbox HTTP/1.0") + b"0\r\n\r\n" + WITHIN,
    "two lengths": head(b"Content-Length: 0", LENGTH) + WITHIN,
    "two lengths that are the same": head(LENGTH, LENGTH) + WITHIN,
    "two lengths in one line": head(b"Content-Length: 0, %d" % len(WITHIN)) + WITHIN,
    "a length with a plus": head(b"Content-Length: +%d" % len(WITHIN)) + WITHIN,
    "a length below nothing": head(b"Content-Length: -1") + WITHIN,
    "a length in hexadecimal": head(b"Content-Length: 0x%x" % len(WITHIN)) + WITHIN,
    "a length with a space": head(b"Content-Length: 1 0") + WITHIN,
    "an endless length": head(b"Content-Length: 1" + b"0" * 30) + WITHIN,
    "bare line feeds": head(LENGTH, end=b"\n") + WITHIN,
    "one bare line feed": head(b"X-One: 1\nX-Two: 2", LENGTH) + WITHIN,
    "a bare carriage return": head(b"X-One: 1\rContent-Length: 0", LENGTH) + WITHIN,
    "a folded header": head(b"X-One: 1\r\n 2", LENGTH) + WITHIN,
    "a folded first header": head(line=b"POST /in/default/inbox HTTP/1.1\r\n X-One: 1") + WITHIN,
    "NUL in a value": head(b"X-One: \x00", LENGTH) + WITHIN,
    "NUL in a name": head(b"X-\x00One: 1", LENGTH) + WITHIN,
    "a space before the colon": head(b"Content-Length : %d" % len(WITHIN)) + WITHIN,
    "a space in a name": head(b"Content Length: %d" % len(WITHIN), LENGTH) + WITHIN,
    "no name": head(b": 1", LENGTH) + WITHIN,
    "no colon": head(b"X-One", LENGTH) + WITHIN,
    "a chunk of 0x6 bytes": head(CHUNKED) + chunk(b"0x6") + WITHIN,
    "a chunk of +6 bytes": head(CHUNKED) + chunk(b"+6") + WITHIN,
    "a chunk of -6 bytes": head(CHUNKED) + chunk(b"-6") + WITHIN,
    "a chunk of no bytes named": head(CHUNKED) + chunk(b"") + WITHIN,
    "a chunk of endless bytes": head(CHUNKED) + chunk(b"1" + b"0" * 16) + WITHIN,
    "a chunk that is longer than it says": head(CHUNKED) + chunk(b"3") + WITHIN,
    "a bare line feed after a chunk's size": head(CHUNKED) + chunk(b"6", end=b"\n") + WITHIN,
    "a bare line feed in a chunk's extension": head(CHUNKED) + chunk(b"6;a\n") + WITHIN,
    "two hosts": head(b"Host: other", LENGTH) + WITHIN,
    "no host": b"POST /in/default/inbox HTTP/1.1\r\n" + LENGTH + b"\r\n\r\n" + WITHIN,
    "a host with a space": b"POST /in/default/inbox HTTP/1.1\r\nHost: a b\r\n" + LENGTH + b"\r\n\r\n" + WITHIN,
    "a host with a path": b"POST /in/default/inbox HTTP/1.1\r\nHost: a/b\r\n" + LENGTH + b"\r\n\r\n" + WITHIN,
}

# nginx takes these, and no setting of it forbids that. It writes what it sends on itself, so that nobody behind it can
# take it for anything else: so many requests are kept as are answered.
WRITTEN_ANEW = {
    "bare line feeds": 1,
    "one bare line feed": 1,
    "no colon": 1,
    "a bare line feed after a chunk's size": 2,  # then the request within is one of its own
}

LINE = b"POST /in/default/inbox?%b HTTP/1.1"

OVERSIZED = {
    "a header of 8,191 bytes": head(b"X-Long: ".ljust(8191, b"l")),
    "101 headers": head(*(b"X-%d: 1" % number for number in range(100))),
    "a request line of 4,095 bytes": head(line=LINE % (b"l" * (4095 - len(LINE) + 2))),
    "1 MiB of unfinished headers": b"POST /in/default/inbox HTTP/1.1\r\nHost: testserver\r\n"
    + b"X-One: 1\r\n" * 104_858,
    "1 MiB of an unfinished header": b"POST /in/default/inbox HTTP/1.1\r\nX-One: " + b"l" * 2**20,
    "1 MiB of an unfinished request line": b"POST /in/default/inbox?" + b"l" * 2**20,
}

LAST = (b"Content-Length: 0", b"Connection: close")

# The most that is taken: whoever refuses these refuses honest callers.
LARGEST = {
    "a header of 8,190 bytes": head(b"X-Long: ".ljust(8190, b"l"), *LAST),
    "a request line of 4,094 bytes": head(*LAST, line=LINE % (b"l" * (4094 - len(LINE) + 2))),
}


def statuses(port: int, sent: bytes) -> list[int]:
    """The status of each answer until the server closes, or has nothing to say for a while."""
    return [int(found) for found in STATUS_LINE.findall(answers(port, sent))]


def answers(port: int, sent: bytes) -> bytes:
    """All that is answered, on a connection of its own."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        with suppress(ConnectionError, TimeoutError):
            connection.sendall(sent)  # who refuses need not listen to the end
        with suppress(ConnectionError, TimeoutError):
            while part := connection.recv(65_536):
                received += part
    return bytes(received)


def is_refused(port: int, sent: bytes, allowed: frozenset[int]) -> bool:
    """Whether there is one answer, and it is one of these."""
    found = statuses(port, sent)
    return len(found) == 1 and found[0] in allowed
