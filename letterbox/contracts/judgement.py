"""What judging a request by a contract comes to."""

from __future__ import annotations

from typing import Literal, NamedTuple

from letterbox.errors import Violation

VIOLATIONS_SHOWN = 20

Cause = Literal["unsupported_media_type", "unparsable_body", "contract_violation", "undetermined"]


class Judgement(NamedTuple):
    """No cause says that the request conforms. At most 20 violations; the notes are for the request's trail."""

    cause: Cause | None = None
    violations: tuple[Violation, ...] = ()
    event_type: str | None = None
    notes: tuple[str, ...] = ()
