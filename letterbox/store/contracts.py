"""Contracts: the versions of what an endpoint may be sent. They are added and read, and never changed."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import Connection, func, insert, select

from letterbox.store.tables import contract


@dataclass(frozen=True, slots=True)
class Summary:
    """A version without its document."""

    id: str
    endpoint_id: str
    project_id: str
    version: int
    created_at: int
    created_by: str
    document_bytes: int


@dataclass(frozen=True, slots=True)
class Contract:
    """A version with its document, which is compact JSON of the normalised contract."""

    id: str
    endpoint_id: str
    project_id: str
    version: int
    created_at: int
    created_by: str
    document: bytes


COLUMNS = tuple(contract.c[field.name] for field in fields(Contract))
LENGTH = func.length(contract.c.document).label("document_bytes")


def find(connection: Connection, endpoint_id: str, version: int) -> Contract | None:
    mine = (contract.c.endpoint_id == endpoint_id) & (contract.c.version == version)
    row = connection.execute(select(*COLUMNS).where(mine)).first()
    return Contract(*row) if row else None


def version_of(connection: Connection, endpoint_id: str, contract_id: str) -> int | None:
    mine = (contract.c.id == contract_id) & (contract.c.endpoint_id == endpoint_id)
    return connection.execute(select(contract.c.version).where(mine)).scalar()


def newest(connection: Connection, endpoint_id: str) -> int:
    """The number of the endpoint's newest version; 0 if it has none."""
    query = select(func.max(contract.c.version)).where(contract.c.endpoint_id == endpoint_id)
    return connection.execute(query).scalar() or 0


def page_of(connection: Connection, endpoint_id: str, *, before: int | None, limit: int) -> list[Summary]:
    """The endpoint's next versions before this one, newest first."""
    query = select(*COLUMNS[:-1], LENGTH).where(contract.c.endpoint_id == endpoint_id)
    query = query.order_by(contract.c.version.desc()).limit(limit)
    if before is not None:
        query = query.where(contract.c.version < before)
    return [Summary(**row._asdict()) for row in connection.execute(query)]


def add(connection: Connection, new: Contract) -> None:
    connection.execute(insert(contract).values(**{field.name: getattr(new, field.name) for field in fields(Contract)}))
