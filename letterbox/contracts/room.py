"""How many rules are kept ready in this process: as many as there is room for, over all contracts together.

What is used stays, and what nobody has used for a while makes room for others. So a contract of more parts than there
is room for has some of them judged elsewhere, and none is made ready again and again.
"""

from __future__ import annotations

from weakref import ref

from letterbox.contracts.rules import Rules

MOST_BYTES = 16 * 1024 * 1024
RECENT = 10_000  # requests ago; what was used since then does not leave
PAUSE = 1_000  # requests until room is looked for again, when there was none


class Slot:
    """Where the rules of a part are while they are ready."""

    __slots__ = ("__weakref__", "rules", "used_at")

    def __init__(self) -> None:
        self.rules: Rules | None = None
        self.used_at = 0


class Room:
    """Slots that nobody else holds any more leave by themselves. For many threads: no step leaves it half done."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.turn = 0  # goes on with every request that is judged
        self._most_bytes, self._full_until = most_bytes, 0
        self._slots: dict[int, ref[Slot]] = {}

    def has_room(self, more_bytes: int, *, insists: bool = False) -> bool:
        """Whether so much can be taken in, once it has left what was not used lately.

        Who insists gets room in any case, from what was not used for longest: that is for what is soon ready again.
        """
        if self.turn < self._full_until and not insists:
            return False
        beyond = self._held_bytes() + more_bytes - self._most_bytes
        if beyond > 0 and not self._freed(beyond, self.turn + 1 if insists else self.turn - RECENT) and not insists:
            self._full_until = self.turn + PAUSE
            return False
        return True

    def take_in(self, slot: Slot, rules: Rules) -> None:
        """The rules are ready, and there was room for them."""
        number = id(slot)
        slot.used_at, slot.rules = self.turn, rules
        self._slots[number] = ref(slot, lambda _: self._forget(number))

    def _forget(self, number: int) -> None:
        self._slots.pop(number, None)
        self._full_until = 0

    def _filled(self) -> list[tuple[Slot, Rules]]:
        slots = [slot for each in list(self._slots.values()) if (slot := each()) is not None]
        return [(slot, rules) for slot in slots if (rules := slot.rules) is not None]

    def _held_bytes(self) -> int:
        return sum(rules.bytes for _, rules in self._filled())

    def _freed(self, wanted: int, until: int) -> bool:
        """Whether so many bytes that were used until then were free to leave; if not, none has left."""
        leaving = []
        for slot, rules in sorted(self._filled(), key=lambda each: each[0].used_at):
            if wanted <= 0 or slot.used_at > until:
                break
            leaving.append(slot)
            wanted -= rules.bytes
        if wanted > 0:
            return False
        for slot in leaving:
            slot.rules = None
        return True


ROOM = Room()
