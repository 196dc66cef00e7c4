"""Duplicates: who holds which key of an endpoint, decided inside the commit that keeps the request.

Keys are taken in one order, whoever takes them, so that two processes never wait for each other in a ring. A key that
is asked for is locked until the end of the transaction, whether it was got or not. It is held until its time is over,
or until the request that holds it is neither accepted nor quarantined any more: that is seen by whoever comes next, so
nobody has to give a key back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, func, select, update

from letterbox.store import bulk
from letterbox.store.requests import COUNTED, Row
from letterbox.store.tables import dedupe

ROWS_AT_ONCE = 256
BYTES_AT_ONCE = 1_048_576
LATE_MILLISECONDS = 60_000  # for so long a letter may wait for its commit, and the clocks of two processes may differ
ANY_TIME = 2**62
STEP, DUPLICATE = "dedupe", "duplicate"  # in a trail

COLUMNS = ("endpoint_id", "key", "request_id", "expires_at", "reply")
# The row is locked although it is not updated: then its holder stays the same until the end of the transaction.
TAKE_OVER = """ON CONFLICT (endpoint_id, key) DO UPDATE
SET request_id = excluded.request_id, expires_at = excluded.expires_at, reply = excluded.reply
WHERE dedupe.expires_at <= ? RETURNING endpoint_id, key"""
ASKED = ("project_id", "endpoint_id", "key")
HOLDERS = """SELECT dedupe.endpoint_id, dedupe.key, dedupe.request_id, dedupe.expires_at, dedupe.reply, request.verdict
FROM asked CROSS JOIN dedupe
LEFT JOIN request ON request.project_id = asked.project_id AND request.id = dedupe.request_id
WHERE dedupe.endpoint_id = asked.endpoint_id AND dedupe.key = asked.key"""
FORGOTTEN = ("endpoint_id", "key")
# As a query over a table, since SQLite walks over all keys when asked for a list of pairs.
FORGET = """DELETE FROM dedupe WHERE (endpoint_id, key) IN (SELECT asked.endpoint_id, asked.key FROM asked)
RETURNING key"""

Key = tuple[str, str]  # the endpoint's id and the key itself


class Claim(NamedTuple):
    """A key that a request is to hold until a time, in milliseconds since 1970, and what its duplicates are answered.

    The first two bytes of `reply` are its status; the rest means nothing here.
    """

    endpoint_id: str
    key: str
    expires_at: int
    reply: bytes


class Duplicate(NamedTuple):
    """Of which request one is a duplicate, and what that was answered."""

    request_id: str
    reply: bytes

    @property
    def reply_status(self) -> int:
        return int.from_bytes(self.reply[:2])


class Asking(NamedTuple):
    """A request that asks for a key, as of a time in milliseconds since 1970."""

    project_id: str
    request_id: str
    at: int
    claim: Claim


class Holder(NamedTuple):
    """The request that holds a key; its verdict is None if it is not kept any more, or not yet."""

    request_id: str
    expires_at: int
    reply: bytes
    verdict: str | None = None

    def holds_against(self, asking: Asking) -> bool:
        """Whether it holds the key as of then; it may be the one that asks."""
        is_free = self.verdict is not None and self.verdict not in COUNTED
        return self.request_id == asking.request_id or (asking.at < self.expires_at and not is_free)


def answer_again(connection: Connection, request_id: str, reply: bytes | None) -> None:
    """From now on, answer this to those with the key that a request holds; None: what they were answered till now.

    Before anything else is locked: who keeps letters has such keys first, and may wait for the rest with them in hand.
    """
    if reply is not None:
        connection.execute(update(dedupe).where(dedupe.c.request_id == request_id).values(reply=reply))


def settled(connection: Connection, askings: Sequence[Asking]) -> list[Duplicate | None]:
    """Have requests take their keys, in the order in which they came; None for each that holds its key now."""
    found: list[Duplicate | None] = [None] * len(askings)
    waiting = _by_key(askings)
    over = min((asking.at for asking in askings), default=0)
    while waiting:
        holders = _holders(connection, [askings[places[0]] for places in waiting.values()], over)
        for key, places in [*waiting.items()]:
            holder = holders[key]
            while places and holder.holds_against(asking := askings[places[0]]):
                is_itself = holder.request_id == asking.request_id
                found[places.pop(0)] = None if is_itself else Duplicate(holder.request_id, holder.reply)
            if not places:
                del waiting[key]
        over = ANY_TIME  # who still waits has found that the holder's time is over, and has its row locked
    return found


def as_duplicate(row: Row, duplicate: Duplicate) -> Row:
    """The row of a request that turned out to be a duplicate."""
    trail = trail_of_duplicate(row.trail, duplicate)
    return row._replace(verdict=DUPLICATE, causes="[]", reply_status=duplicate.reply_status, trail=trail)


def trail_of_duplicate(trail: str, duplicate: Duplicate) -> str:
    """The steps of such a request: the one that found its key says of which request it is a duplicate."""
    steps = orjson.loads(trail)
    for step in reversed(steps):
        if step[0] == STEP:
            step[1], step[3] = DUPLICATE, f"of {duplicate.request_id}"
            break
    return orjson.dumps(steps).decode()


def purge(connection: Connection, now: int) -> bool:
    """Forget some of the keys whose time is over; whether there are more."""
    return _forget_some(connection, dedupe.c.expires_at <= now - LATE_MILLISECONDS)


def forget(connection: Connection, endpoint_id: str) -> bool:
    """Forget some of the keys of an endpoint that is removed; whether there are more."""
    return _forget_some(connection, dedupe.c.endpoint_id == endpoint_id)


def _by_key(askings: Sequence[Asking]) -> dict[Key, list[int]]:
    """The places at which each key is asked for; the keys in the order in which all processes take them."""
    places: dict[Key, list[int]] = {}
    for place, asking in enumerate(askings):
        places.setdefault(asking.claim[:2], []).append(place)
    return dict(sorted(places.items()))


def _holders(connection: Connection, askings: Sequence[Asking], over: int) -> dict[Key, Holder]:
    """Who holds each key after all have asked for theirs; what was held until `over` at the latest is taken over."""
    rows = [(*asking.claim[:2], asking.request_id, *asking.claim[2:]) for asking in askings]
    got = {*bulk.insert_returning(connection, dedupe, COLUMNS, rows, TAKE_OVER, over)}
    holders = {
        asking.claim[:2]: Holder(asking.request_id, *asking.claim[2:]) for asking in askings if asking.claim[:2] in got
    }
    others = [(asking.project_id, *asking.claim[:2]) for asking in askings if asking.claim[:2] not in got]
    for endpoint_id, key, *holder in bulk.find(connection, HOLDERS, ASKED, others):
        holders[endpoint_id, key] = Holder(*holder)
    return holders


def _forget_some(connection: Connection, which: ColumnElement[bool]) -> bool:
    """Without those that somebody asks for at this moment: nobody is waited for here."""
    query = select(dedupe.c.endpoint_id, dedupe.c.key, func.length(dedupe.c.reply)).where(which)
    rows = connection.execute(query.limit(ROWS_AT_ONCE).with_for_update(skip_locked=True)).all()
    keys = [*_within(rows, BYTES_AT_ONCE)]
    bulk.find(connection, FORGET, FORGOTTEN, keys)
    return len(rows) == ROWS_AT_ONCE or len(keys) < len(rows)


def _within(rows: Sequence[tuple[str, str, int]], most: int) -> Iterator[Key]:
    """The first keys, as far as their replies are no larger together, and at least one."""
    size = 0
    for endpoint_id, key, length in rows:
        if size < most:
            yield endpoint_id, key
        size += length
