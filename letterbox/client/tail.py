"""Follows `/v1/tail` from a position on, whatever becomes of the connection: no event is missed, none comes twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from letterbox.client.api import Api, NotAnswered, Refused, at
from letterbox.client.backoff import waits
from letterbox.client.cursor import Cursor
from letterbox.client.events import Event, Position, messages_of

SILENCE = 40.0  # seconds; a comment comes every 15
PASSING = frozenset(
    (
        httpx.codes.TOO_MANY_REQUESTS,
        httpx.codes.INTERNAL_SERVER_ERROR,
        httpx.codes.BAD_GATEWAY,
        httpx.codes.SERVICE_UNAVAILABLE,
        httpx.codes.GATEWAY_TIMEOUT,
    )
)
PATH = at("tail")


class Tail:
    """What happens at an endpoint. Whoever takes an event moves the cursor, since they know when they are done."""

    def __init__(self, api: Api, query: Mapping[str, str], cursor: Cursor, note: Callable[[str], None]) -> None:
        self._api, self._query, self._cursor, self._note = api, query, cursor, note
        self._waits, self._is_away = waits(), False

    def begin(self, since: str | None) -> None:
        """Find the position now, or at a time, unless it is known. Raises NotAnswered, Refused."""
        if self._cursor.position is None:
            query = {**self._query, "limit": "0", **({"since": since} if since else {})}
            with self._api.stream(PATH, query=query, headers={}, silence=SILENCE) as pieces:
                for message in messages_of(pieces):
                    self._cursor.move(message.position)
                    return
            raise NotAnswered(f"what answers at {self._api.url} is no tail of a Letterbox: is LETTERBOX_URL right?")

    def persist(self, work: Callable[[], Any]) -> None:
        """Do some work; again, as often as the service does not answer. Raises Refused for what stays refused."""
        while True:
            try:
                work()
            except (NotAnswered, Refused) as reason:
                if isinstance(reason, Refused) and reason.status not in PASSING:
                    raise
                self._say_away(reason)
                time.sleep(next(self._waits))
            else:
                return

    def follow(self, take: Callable[[Event], None]) -> None:
        """Hand over each event, for ever; what `take` raises ends it. Raises Refused."""
        while True:
            self.persist(lambda: self._read(take))
            time.sleep(next(self._waits))

    def _read(self, take: Callable[[Event], None]) -> None:
        """One connection, as long as it lasts."""
        headers = {"last-event-id": self._cursor.position or "0"}
        with self._api.stream(PATH, query=self._query, headers=headers, silence=SILENCE) as pieces:
            for message in messages_of(pieces):
                self._say_back()
                if isinstance(message, Position):
                    self._cursor.move(message.position)
                else:
                    take(message)

    def _say_away(self, reason: Exception) -> None:
        if not self._is_away:
            self._note(f"{reason}. Trying again until it does")
        self._is_away = True

    def _say_back(self) -> None:
        self._waits = waits()
        if self._is_away:
            self._note(f"{self._api.url} answers again; going on where it was")
        self._is_away = False
