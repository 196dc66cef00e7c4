"""Step 4, size: a request on its way in, from its head to the last byte of its body, and the memory that it holds."""

from __future__ import annotations

from letterbox.errors import BodyTooLarge, Refusal, Unavailable
from letterbox.receive.arrival import Arrival
from letterbox.receive.directory import Tenant
from letterbox.receive.listener import Listener
from letterbox.receive.reply import Reply
from letterbox.receive.trail import Trail

LARGEST_COUNT = 2**63 - 1  # that the store can hold
MOST_DIGITS = len(str(LARGEST_COUNT))


class Gauge:
    """How many body bytes are in flight, and how many may be. For one thread."""

    __slots__ = ("_most", "held")

    def __init__(self, most: int) -> None:
        self._most, self.held = most, 0

    def take(self, count: int) -> bool:
        if self.held + count > self._most:
            return False
        self.held += count
        return True

    def give_back(self, count: int) -> None:
        self.held -= count


class Reception:
    """What the edge feeds with a body, and the steps judge when it is whole.

    `refusal` is what an earlier step found; `reply` is an answer that needs no request to be kept (OPTIONS).
    """

    __slots__ = (
        "_chunks",
        "_gauge",
        "_held",
        "_limit",
        "_whole",
        "arrival",
        "listener",
        "refusal",
        "reply",
        "tenant",
        "trail",
    )

    def __init__(self, arrival: Arrival, gauge: Gauge) -> None:
        self.arrival = arrival
        self.tenant: Tenant | None = None
        self.listener: Listener | None = None
        self.refusal: Refusal | None = None
        self.reply: Reply | None = None
        self._gauge, self._limit, self._held, self._whole = gauge, 0, 0, False
        self._chunks: list[bytes] | None = None
        self.trail = Trail()

    @property
    def wants_body(self) -> bool:
        return self._chunks is not None

    @property
    def leaves_unread(self) -> bool:
        """Whether bytes of the body are still on their way that nobody will read."""
        declared = self.arrival.header(b"content-length")
        is_sent = self.arrival.header(b"transfer-encoding") is not None or declared not in (None, "0")
        return is_sent and not self._whole

    def want_body(self, limit: int, gauge: Gauge | None = None) -> None:
        """Have the body read, up to this many bytes; one that is declared longer is not read at all.

        Another gauge is for what is refused already: it must not take the room of what will be accepted.
        """
        self._gauge = gauge or self._gauge
        self._limit, self._chunks = limit, []
        if (declared := _bytes_of(self.arrival.header(b"content-length"))) > limit:
            self.arrival.body_bytes = declared
            self._turn_away()

    def feed(self, chunk: bytes) -> bool:
        """Take a piece of the body; False once no more of it is wanted."""
        if self._chunks is None:
            return False
        self.arrival.body_bytes += len(chunk)
        if self.arrival.body_bytes > self._limit:
            self._turn_away()
        elif self._gauge.take(len(chunk)):
            self._held += len(chunk)
            self._chunks.append(chunk)
        else:
            self._chunks = None
            self.refusal = self.refusal or Unavailable("Too many bodies are on their way in; try again.")
        return self._chunks is not None

    def close(self) -> None:
        """The body is whole, or as much of it as is wanted."""
        if self._chunks is not None:
            self.arrival.body, self._whole = b"".join(self._chunks), True
            self._chunks = []

    def abandon(self) -> None:
        """Give back the memory: the request is answered, or its sender has left."""
        self._gauge.give_back(self._held)
        self._held, self._chunks, self.arrival.body = 0, None, None

    def _turn_away(self) -> None:
        self._chunks = None
        if self.refusal is None:
            self.refusal = BodyTooLarge(f"The endpoint takes bodies of at most {self._limit} bytes.")


def _bytes_of(length: str | None) -> int:
    """The number of a Content-Length, 0 for what is none, and no more than the store can hold."""
    if length is None or not length.isascii() or not length.isdigit():
        return 0
    return min(int(length), LARGEST_COUNT) if len(length) <= MOST_DIGITS else LARGEST_COUNT
