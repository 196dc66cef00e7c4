"""Does what a plan says, an endpoint at a time, and tells of each what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from letterbox.client import shape
from letterbox.client.api import Api, Refused, at
from letterbox.client.declared import Declared
from letterbox.client.difference import changes
from letterbox.client.plan import Create, Remove, Replace, Step

KEEPS_REQUESTS = "endpoint-holds-requests"
IN_THE_WAY = ("path-taken", "name-taken")  # perhaps by an endpoint that this very plan moves away


class Outcome(NamedTuple):
    """What became of one endpoint."""

    name: str
    word: str
    says: str = ""

    @property
    def failed(self) -> bool:
        return self.word == "failed"


class Applying:
    """Carries out steps: removals first, and what another endpoint is in the way of after that one has moved."""

    def __init__(self, api: Api, *, delete_requests: bool = False) -> None:
        self._api, self._delete_requests = api, delete_requests
        self.tried: str | None = None  # the endpoint that is at work, or was last
        self._versions: dict[str, int] = {}  # contracts that are added, and not active yet

    def outcomes(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Each outcome as it comes; a refusal is one, too. Raises NotAnswered."""
        waiting = sorted(steps, key=lambda step: not isinstance(step, Remove))
        while waiting:
            blocked: list[tuple[Step, Refused]] = []
            for step in waiting:
                try:
                    yield self._outcome(step)
                except Refused as refusal:
                    if refusal.slug in IN_THE_WAY:
                        blocked.append((step, refusal))
                    else:
                        yield _failure(step, refusal)
            if len(blocked) == len(waiting):
                yield from (_failure(step, refusal) for step, refusal in blocked)
                return
            waiting = [step for step, _ in blocked]

    def _outcome(self, step: Step) -> Outcome:
        self.tried = step.name
        if isinstance(step, Remove):
            return self._remove(step)
        if isinstance(step, Create):
            return self._create(step.wanted)
        return self._replace(step) if step.is_sent else Outcome(step.name, "unchanged")

    def _remove(self, step: Remove) -> Outcome:
        query = {"requests": "delete"} if self._delete_requests else {}
        self._api.send("DELETE", at("endpoints", step.name), query=query, if_match=step.there.etag)
        return Outcome(step.name, "removed")

    def _create(self, wanted: Declared) -> Outcome:
        """By POST, which takes no endpoint over that somebody has made meanwhile."""
        made = self._api.send("POST", at("endpoints"), wanted.sent()).value
        try:
            if wanted.contract is not None:
                self._add_contract(wanted.name, {**wanted.contract.offered, "active": True})
        except Refused as refusal:
            return Outcome(
                wanted.name, "failed", f"created, but it takes everything: its contract is refused: {refusal}"
            )
        return Outcome(wanted.name, "created", f"{','.join(made['methods'])} {made['url']}")

    def _replace(self, step: Replace) -> Outcome:
        """A contract goes in first, since it may be refused, and holds last, once the endpoint is as it should be."""
        name, contract = step.name, step.wanted.contract
        if step.changes_contract and contract is not None and name not in self._versions:
            self._versions[name] = self._add_contract(name, contract.offered)
        after = self._api.send("PUT", at("endpoints", name), step.wanted.sent(), if_match=step.there.etag).value
        made = [*map(str, changes(shape.declared(step.there.endpoint), shape.declared(after)))]
        if step.changes_contract:
            made.append(self._switch_contract(name, step.there.version))
        return Outcome(name, "changed" if made else "unchanged", "; ".join(made))

    def _add_contract(self, name: str, contract: dict[str, object]) -> int:
        version: int = self._api.send("POST", at("endpoints", name, "contracts"), contract).value["version"]
        return version

    def _switch_contract(self, name: str, before: int | None) -> str:
        after = self._versions.get(name)
        if after is not None:
            self._api.send("POST", at("endpoints", name, "contracts", after, "activate"))
        elif before is not None:
            self._api.send("POST", at("endpoints", name, "contracts", before, "deactivate"))
        return f"contract: {_version(before)} → {_version(after)}"


def _version(number: int | None) -> str:
    return "none" if number is None else f"version {number}"


def _failure(step: Step, refusal: Refused) -> Outcome:
    keeps = "; --delete-requests removes it with its requests" if refusal.slug == KEEPS_REQUESTS else ""
    return Outcome(step.name, "failed", f"{refusal}{keeps}")
