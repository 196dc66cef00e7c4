"""What a sender has to show, read from headers in bytes. Each refusal is VerificationFailed, and gives nothing away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from letterbox.errors import VerificationFailed

Headers = Sequence[tuple[bytes, bytes]]  # names in lower case
Check = Callable[[Headers, str, bytes, float], None]  # headers, query, body, seconds since 1970

Key = TypeVar("Key")

TOLERANCE_SECONDS = 300
MOST_DIGITS = 15  # of a time; more of them are no time, and slow to read
MOST_SIGNATURES = 10  # in one header: each of them is compared with each secret


class LiveSecret(NamedTuple):
    """A secret as it was declared, in UTF-8, and when it ends: milliseconds since 1970, or never."""

    value: bytes
    expires_at: int | None = None

    def __repr__(self) -> str:
        return f"LiveSecret(…, expires_at={self.expires_at})"


class Ring(Generic[Key]):
    """The keys of an endpoint, each made of a secret, and which of them are good at a moment."""

    def __init__(self, secrets: Iterable[LiveSecret], key_of: Callable[[bytes], Key]) -> None:
        self._keys = [(key_of(secret.value), secret.expires_at) for secret in secrets]
        self._lasting = tuple(key for key, expires_at in self._keys if expires_at is None)
        self._all_last = len(self._lasting) == len(self._keys)

    def at(self, now_seconds: float) -> Sequence[Key]:
        if self._all_last:
            return self._lasting
        now = now_seconds * 1000
        return [key for key, expires_at in self._keys if expires_at is None or now < expires_at]


def only(headers: Headers, name: bytes, challenge: Mapping[str, str] | None = None) -> bytes:
    """The value of the one header of this name. Two of them are refused: another reader may believe the other one."""
    found = [value for header, value in headers if header == name]
    if len(found) == 1 and found[0]:
        return found[0]
    wrong = "comes more than once" if len(found) > 1 else "is missing or empty"
    raise VerificationFailed(f"The header {name.decode()} {wrong}.", headers=challenge)


def seconds_of(digits: bytes, name: bytes) -> int:
    """A time in whole seconds since 1970, written in ASCII digits and nothing else."""
    if len(digits) > MOST_DIGITS or not digits.isdigit():
        raise VerificationFailed(f"The time in {name.decode()} is not a whole number of seconds since 1970.")
    return int(digits)


def require_near(seconds: float, now_seconds: float, tolerance_seconds: float) -> None:
    """Refuse what was signed too long ago, or by a clock that is too far ahead."""
    if abs(now_seconds - seconds) > tolerance_seconds:
        side = "old" if seconds < now_seconds else "far in the future"
        raise VerificationFailed(f"The request was signed at a time that is too {side}.")


def no_match(name: bytes) -> VerificationFailed:
    return VerificationFailed(f"The signature in {name.decode()} is by none of the endpoint's secrets.")


def too_many(name: bytes, most: int) -> VerificationFailed:
    return VerificationFailed(f"The header {name.decode()} has more than {most} signatures of a kind.")
