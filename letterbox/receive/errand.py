"""An errand: a request that goes to a destination while its sender waits, and what of the answer is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from letterbox.receive.declared_replies import BODILESS, RESERVED, RESERVED_PREFIXES
from letterbox.receive.reply import Reply, finished
from letterbox.store.deliveries import Delivery
from letterbox.store.destinations import Destination

SUCCEEDED, REFUSED = 2, 4  # the first digit of a status
NOT_PASSED_ON = (408, 410, 429)  # are said to us, not to the sender
TYPED = (b"content-type", b"content-encoding", b"content-language")  # reserved where a reply is declared, but said here


@dataclass(frozen=True, slots=True)
class Errand:
    """The delivery, as it is kept together with the request. With no timeout it is not sent from here.

    `weight`: how many bytes of the request are held meanwhile.
    """

    delivery: Delivery
    destination: Destination
    timeout_seconds: float | None
    weight: int = 0


class Answered(Protocol):
    """What came back: see letterbox/delivery/sender."""

    @property
    def status(self) -> int | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def is_truncated(self) -> bool: ...


def passed_on(answer: Answered) -> Reply | None:
    """The answer as a reply; None where it is none for the sender."""
    status = answer.status
    if status is None or answer.error not in (None, "http_status") or answer.is_truncated:
        return None
    kind = status // 100
    if kind not in (SUCCEEDED, REFUSED) or status in NOT_PASSED_ON:
        return None
    headers = [(name.lower(), value) for name, value in answer.headers if _passes(name.lower())]
    return finished(status, headers, b"" if status in BODILESS else answer.body)


def _passes(name: bytes) -> bool:
    text = name.decode("latin-1")
    return name in TYPED or (text not in RESERVED and not text.startswith(RESERVED_PREFIXES))
