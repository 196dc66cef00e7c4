"""What is due: where there is something to be sent, and since when."""

from __future__ import annotations

from sqlalchemy import Connection, event

from letterbox.store import deliveries, due
from letterbox.store.due import Pending
from tests.store.sent import a_delivery


def test_one_statement_says_where_something_is_open_and_when_the_first_of_it_is_due(connection: Connection) -> None:
    some = [
        a_delivery(destination_id="dst_1", due_at=5),
        a_delivery(destination_id="dst_1", due_at=3, queue=1, status="sending"),
        a_delivery(destination_id="dst_2", due_at=9, queue=2),
        a_delivery(destination_id="dst_2", due_at=1, status="failed"),
        a_delivery(destination_id="dst_held", due_at=None),
        a_delivery(destination_id="dst_ended", due_at=None, status="succeeded"),
    ]
    deliveries.add(connection, some)
    said: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda _c, _k, sql, *_: said.append(sql))
    assert due.pending(connection) == [Pending("dst_1", 3), Pending("dst_2", 9)]
    assert len(said) == 1
