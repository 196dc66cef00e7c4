"""Where deliveries can go: every destination in memory, by its id and by its name."""

from __future__ import annotations

from letterbox.store.changes import Changed, Removed
from letterbox.store.destinations import Destination


class Book:
    """`apply` is told of changes in the order of their commits."""

    def __init__(self) -> None:
        self._by_id: dict[str, Destination] = {}
        self._by_name: dict[tuple[str, str], str] = {}

    def find(self, project_id: str, destination_id_or_name: str) -> Destination | None:
        identity = self._by_name.get((project_id, destination_id_or_name), destination_id_or_name)
        found = self._by_id.get(identity)
        return found if found is not None and found.project_id == project_id else None

    def apply(self, change: object) -> None:
        match change:
            case Changed(Destination() as destination):
                self._forget(destination.id)
                self._by_id[destination.id] = destination
                self._by_name[destination.project_id, destination.name] = destination.id
            case Removed(Destination() as destination):
                self._forget(destination.id)

    def _forget(self, identity: str) -> None:
        before = self._by_id.pop(identity, None)
        if before is not None and self._by_name.get((before.project_id, before.name)) == identity:
            del self._by_name[before.project_id, before.name]
