"""Follows `/v1/tail` from a position on, whatever becomes of the connection: no event is missed, none comes twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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

    def __init__(
        self,
        api: Api,
        query: Mapping[str, str],
        cursor: Cursor,
        *,
        since: str | None = None,
        note: Callable[[str], None],
    ) -> None:
        self._api, self._query, self._cursor, self._since, self._note = api, query, cursor, since, note
        self._waits, self._is_away, self._is_underway = waits(), False, False

    def begin(self) -> None:
        """See that it answers, and from which position on, unless that is known. Raises NotAnswered, Refused."""
        with self._stream(limit="0") as messages:
            for message in messages:
                if self._cursor.position is None and self._since is None:
                    self._cursor.hold(message.position)
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
        with self._stream() as messages:
            for message in messages:
                self._say_back()
                if isinstance(message, Event):
                    take(message)
                elif self._cursor.position is not None or self._is_underway:
                    self._cursor.move(message.position)
                self._is_underway = True

    @contextmanager
    def _stream(self, **more: str) -> Iterator[Iterator[Event | Position]]:
        """What comes behind the cursor, or since a time. Where that begins, only the service knows exactly."""
        position, self._is_underway = self._cursor.position, False
        since = {"since": self._since} if position is None and self._since is not None else {}
        query, headers = {**self._query, **since, **more}, {} if position is None else {"last-event-id": position}
        with self._api.stream(PATH, query=query, headers=headers, silence=SILENCE) as pieces:
            yield messages_of(pieces)

    def _say_away(self, reason: Exception) -> None:
        if not self._is_away:
            self._note(f"{reason}. Trying again until it does")
        self._is_away = True

    def _say_back(self) -> None:
        self._waits = waits()
        if self._is_away:
            self._note(f"{self._api.url} answers again; going on where it was")
        self._is_away = False
