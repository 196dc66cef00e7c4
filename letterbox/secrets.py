"""The secrets of a verification: declared as text, stored sealed, and shown as no more than ids and times.

Declared: `["…", {"secret": "…", "expires_at": "…"}, {"id": "sec_…", "expires_at": null}]`; the last one keeps a secret
that is there, so that what was read can be sent back. Stored: `{id, sealed, created_at, expires_at}`, in milliseconds.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from letterbox.errors import Unprocessable, Violation
from letterbox.ids import new_id
from letterbox.receive.verification import LiveSecret
from letterbox.receive.verification.declared import complete, fault_of, violations_of
from letterbox.representation import as_time, moment_of
from letterbox.sealing import Seal, WrongSecretKey

POINTER = "/verification"
MOST_SECRETS = 10

log = logging.getLogger(__name__)


class Secret(NamedTuple):
    """A secret in the open, on its way into the store."""

    id: str
    text: str
    created_at: int
    expires_at: int | None

    def __repr__(self) -> str:
        return f"Secret({self.id})"


class _Impossible(Exception):
    """Why one of the declared secrets can't be taken, in a sentence."""


def sealed(
    declared: Mapping[str, Any], earlier: Mapping[str, Any] | None, seal: Seal, project_id: str, now: int
) -> dict[str, Any]:
    """A declared verification as it is stored. One of the `earlier` secrets keeps its id, named by that or said again.

    Raises Unprocessable with what is missing, out of place or impossible, by pointers below /verification.
    """
    whole = complete(declared)
    _require_none(violations_of(whole, POINTER))
    if whole["scheme"] == "none":
        return whole
    found = Reading({secret.id: secret for secret in _open(earlier, seal, project_id)}, now)
    secrets = found.all_of(whole.get("secrets", []))
    _require_none([*found.violations, *_faults(secrets, whole, now)])
    return {**whole, "secrets": [_closed(secret, seal, project_id) for secret in secrets]}


def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored verification as the specification shows it."""
    if "secrets" not in stored:
        return dict(stored)
    return {**stored, "secrets": [_shown(secret) for secret in stored["secrets"]]}


def opened(stored: Mapping[str, Any], seal: Seal, project_id: str) -> tuple[LiveSecret, ...]:
    """The secrets of a stored verification. One that does not open is logged and left out, and lets nobody in."""
    return tuple(LiveSecret(each.text.encode(), each.expires_at) for each in _open(stored, seal, project_id))


class Reading:
    """The declared secrets, read one by one beside those that are `known`; `violations` gathers what is wrong."""

    def __init__(self, known: Mapping[str, Secret], now: int) -> None:
        self._known, self._now = known, now
        self.violations: list[Violation] = []

    def all_of(self, declared: list[Any]) -> list[Secret]:
        secrets = []
        for index, each in enumerate(declared):
            try:
                secrets.append(self._one_of(each))
            except (_Impossible, Unprocessable) as reason:
                self.violations.append(_violation(f"{POINTER}/secrets/{index}", str(reason)))
        return secrets

    def _one_of(self, declared: str | Mapping[str, Any]) -> Secret:
        if isinstance(declared, str):
            return self._said(declared, None)
        if ("secret" in declared) == ("id" in declared):
            raise _Impossible("Give a new `secret`, or the `id` of one that is there.")
        expires_at = moment_of(declared.get("expires_at"))
        if "secret" in declared:
            return self._said(declared["secret"], expires_at)
        if (kept := self._known.get(declared["id"])) is None:
            raise _Impossible("There is no secret of this id to keep.")
        return kept._replace(expires_at=expires_at) if "expires_at" in declared else kept

    def _said(self, text: str, expires_at: int | None) -> Secret:
        same = next((secret for secret in self._known.values() if secret.text == text), None)
        if same is not None:
            return same._replace(expires_at=expires_at)
        return Secret(new_id("sec"), text, self._now, expires_at)


def _faults(secrets: list[Secret], declared: Mapping[str, Any], now: int) -> Iterator[Violation]:
    place = f"{POINTER}/secrets"
    for index, secret in enumerate(secrets):
        if fault := fault_of(secret.text, declared):
            yield _violation(f"{place}/{index}", fault)
    if len({secret.text for secret in secrets}) < len(secrets):
        yield _violation(place, "Each secret is given once.")
    if len(secrets) > MOST_SECRETS:
        yield _violation(place, f"An endpoint has at most {MOST_SECRETS} secrets.")
    if not any(secret.expires_at is None or secret.expires_at > now for secret in secrets):
        yield _violation(place, f"The scheme {declared['scheme']} needs a secret that has not expired.")


def _closed(secret: Secret, seal: Seal, project_id: str) -> dict[str, Any]:
    content = seal.close(secret.text.encode(), _about(project_id, secret.id))
    return {
        "id": secret.id,
        "sealed": base64.b64encode(content).decode(),
        "created_at": secret.created_at,
        "expires_at": secret.expires_at,
    }


def _open(stored: Mapping[str, Any] | None, seal: Seal, project_id: str) -> Iterator[Secret]:
    for each in (stored or {}).get("secrets", []):
        try:
            content = seal.open(base64.b64decode(each["sealed"]), _about(project_id, each["id"]))
        except (WrongSecretKey, ValueError):
            log.error("the secret %s of project %s does not open", each["id"], project_id)
            continue
        yield Secret(each["id"], content.decode(), each["created_at"], each["expires_at"])


def _shown(secret: Mapping[str, Any]) -> dict[str, Any]:
    expires_at = secret["expires_at"]
    return {
        "id": secret["id"],
        "created_at": as_time(secret["created_at"]),
        "expires_at": None if expires_at is None else as_time(expires_at),
    }


def _about(project_id: str, secret_id: str) -> str:
    return f"verification {project_id} {secret_id}"


def _require_none(violations: Iterator[Violation] | list[Violation]) -> None:
    if found := list(violations):
        raise Unprocessable(found[0]["message"], errors=found)


def _violation(pointer: str, message: str) -> Violation:
    return Violation(pointer=pointer, keyword="verification", message=message)
