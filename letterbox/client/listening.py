"""What `letterbox listen` does with each request: choose, forward, show, and go on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from letterbox.client.api import Api, at
from letterbox.client.backoff import waits
from letterbox.client.choosing import Choice
from letterbox.client.cursor import Cursor
from letterbox.client.ending import Ending
from letterbox.client.events import Event
from letterbox.client.forwarding import Forwarding, NothingListens, without_login
from letterbox.client.letter import Gone, Letter
from letterbox.client.showing import Outcome, Show


class Enough(Exception):
    """As many have come as were wanted."""


@dataclass
class Counts:
    """How many were dealt with, how many of them were not answered 2xx, and how many could not be forwarded."""

    taken: int = 0
    not_good: int = 0


class Listener:
    """Deals with one request after the other."""

    def __init__(
        self,
        *,
        choice: Choice | None,
        forwarding: Forwarding | None,
        show: Show,
        cursor: Cursor,
        limit: int | None,
        ending: Ending,
        note: Callable[[str], None],
    ) -> None:
        self._choice, self._forwarding, self._show, self._cursor = choice, forwarding, show, cursor
        self._limit, self._ending, self._note = limit, ending, note
        self._is_holding = self._has_told = False
        self.counts = Counts()
        self._replayed: dict[str, str] = {}  # verdicts by id: these may come again in the tail

    def take(self, api: Api, event: Event) -> None:
        """Deal with an event, and move the cursor behind it. Raises Enough, NotAnswered, Refused."""
        shown = json.loads(event.data) if event.name == "request" else None
        if shown is None or shown["erased_at"] is not None or self._is_replayed(shown):
            self._cursor.move(event.position)
            return
        self._deal_with(Letter(api, shown), event.position)

    def take_kept(self, letter: Letter) -> None:
        """Deal with one that is replayed: it is of no position. Raises Enough, NotAnswered, Refused."""
        self._deal_with(letter, None)
        self._replayed[letter.id] = letter.shown["verdict"]

    def _is_replayed(self, shown: dict[str, Any]) -> bool:
        """Whether it was dealt with already; with another verdict it is news."""
        verdict: str = shown["verdict"]
        return self._replayed.pop(shown["id"], None) == verdict

    def _deal_with(self, letter: Letter, position: str | None) -> None:
        if self._choice is not None and not self._choice.takes(letter):
            self._move(position)
            return
        for wait in waits():
            try:
                with self._ending.finishing():
                    self._finish(letter, position, self._outcome(letter))
            except NothingListens as reason:
                self._hold(reason)
                time.sleep(wait)
            else:
                break
        if self.counts.taken == self._limit:
            raise Enough

    def _outcome(self, letter: Letter) -> Outcome:
        """The answer, or why there is none. Raises NothingListens, NotAnswered, Refused."""
        if self._forwarding is None:
            return None
        try:
            answer = self._forwarding.forward(letter)
            self._tell_of_credentials(letter)
        except Gone as reason:
            return str(reason)
        self._is_holding = False
        return answer

    def _finish(self, letter: Letter, position: str | None, outcome: Outcome) -> None:
        """Count, show and move on, as one step."""
        self.counts.taken += 1
        self.counts.not_good += isinstance(outcome, str) or (outcome is not None and not outcome.is_good)
        self._show(letter, position, outcome)
        self._move(position)

    def _move(self, position: str | None) -> None:
        if position is not None:
            self._cursor.move(position)

    def _hold(self, reason: NothingListens) -> None:
        if not self._is_holding and self._forwarding is not None:
            address = without_login(self._forwarding.url)
            self._note(f"Nothing listens at {address} ({reason}); holding the line until something does")
        self._is_holding = True

    def _tell_of_credentials(self, letter: Letter) -> None:
        if letter.lacks_credentials and not self._has_told:
            self._note("Credentials that senders gave are left out; a key with the scope admin forwards them, too")
            self._has_told = True


def newest(api: Api, query: dict[str, str], count: int) -> list[dict[str, Any]]:
    """The newest that are kept, oldest first. Raises NotAnswered, Refused."""
    found: list[dict[str, Any]] = []
    for shown in _kept(api, query):
        if len(found) == count:
            break
        found.append(shown)
    return found[::-1]


def _kept(api: Api, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    items: Iterable[dict[str, Any]] = api.items(at("requests"), query)
    return (shown for shown in items if shown["erased_at"] is None)
