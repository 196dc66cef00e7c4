"""Letters, and the journal of them: each is written down before it is sent, and again after its 2xx has come."""

import hashlib
import random
from dataclasses import dataclass, field

PATH = "/in/default/inbox"
HEADER = "x-letter"
BODY_BYTES = 2000


@dataclass
class Letter:
    """One request: its number is in its header x-letter and in its query, and no other letter has its body."""

    number: int
    body: bytes
    status: int | None = None  # of the answer, if one came
    request_id: str | None = None  # as a 2xx named it
    retry_after: bool = False  # whether the answer says when to come again
    sent_at: float = 0.0  # by time.monotonic(), as is the next one
    answered_at: float | None = None

    @property
    def acknowledged(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def was_answered_by(self, moment: float) -> bool:
        return self.answered_at is not None and self.answered_at < moment

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def query(self) -> str:
        return f"letter={self.number}"

    def as_http(self) -> bytes:
        head = (
            f"POST {PATH}?{self.query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: letterbox-faults\r\n"
            f"Content-Type: application/octet-stream\r\n{HEADER}: {self.number}\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass
class Journal:
    """Every letter that was sent or may have been sent."""

    letters: list[Letter] = field(default_factory=list)

    def write(self, draw: random.Random) -> Letter:
        """A new letter of random bytes."""
        number = len(self.letters)
        letter = Letter(number, b"%d:" % number + draw.randbytes(draw.randrange(BODY_BYTES)))
        self.letters.append(letter)
        return letter

    def acknowledged(self) -> list[Letter]:
        return [letter for letter in self.letters if letter.acknowledged]
