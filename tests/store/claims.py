"""Letters that claim keys, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from letterbox.store.dedupe import Asking, Claim, Duplicate
from letterbox.store.requests import Row
from letterbox.store.tables import dedupe
from letterbox.store.writer import Writer
from tests.store.rows import PROJECT, a_row
from tests.store.writers import Office

Letter = tuple[Row, Claim | None]
Outcome = Duplicate | BaseException | None

STATUS = 201


def a_reply(words: str, status: int = STATUS) -> bytes:
    return status.to_bytes(2) + words.encode()


def a_letter(key: str = "k", *, seconds: int = 3600, **changes: Any) -> Letter:
    """A row, and its claim of a key for so long; what it is answered has its own id in it."""
    row = a_row(**changes)
    return row, Claim(row.endpoint_id or "", key, row.received_at + seconds * 1000, a_reply(row.id))


def an_asking(name: str, key: str = "k", *, at: int = 0, until: int = 1000, endpoint_id: str = "ep_1") -> Asking:
    """A request of this name that asks for a key, from one time until another."""
    return Asking(PROJECT, name, at, Claim(endpoint_id, key, until, a_reply(name)))


def duplicate_of(first: Letter | Asking) -> Duplicate:
    """What those are told who come after this one."""
    if isinstance(first, Asking):
        return Duplicate(first.request_id, first.claim.reply)
    row, claim = first
    return Duplicate(row.id, claim.reply if claim else b"")


async def keep(writer: Writer, letters: Sequence[Letter]) -> list[Outcome]:
    """Give the writer all of these at once."""
    return await asyncio.gather(*[writer.keep(*letter) for letter in letters], return_exceptions=True)


def deliver(office: Office, letters: Sequence[Letter]) -> list[Outcome]:
    """Put these into one writer before it starts; what came of each."""

    async def deliver(writer: Writer) -> list[Outcome]:
        keeping = asyncio.ensure_future(keep(writer, letters))
        await asyncio.sleep(0)  # so that all of them wait when it starts
        writer.start()
        return await keeping

    outcome: list[Outcome] = office.run(deliver)
    return outcome


def holders(connection: Connection) -> dict[str, str]:
    """The request that holds each key."""
    rows = connection.execute(select(dedupe.c.key, dedupe.c.request_id))
    return {row.key: row.request_id for row in rows}
