"""Schemas that lead back to themselves without getting any further into the value: judging by one would never end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LONGEST_ROW = 64  # schemas that judge one and the same value, each leading to the next


def endless(leads_to: Mapping[int, Sequence[int]], longest: float = LONGEST_ROW) -> int | None:
    """One that leads back to itself, or begins a row longer than that; None if there is none.

    Depth first without recursion: rows may be as long as a contract is large.
    """
    rows: dict[int, int] = {}  # how long the row is that begins with each; 0 while it is being counted
    for start in leads_to:
        waiting = [start]
        while waiting:
            node = waiting[-1]
            if node not in rows:
                rows[node] = 0
                for following in leads_to.get(node, ()):
                    if rows.get(following) == 0:
                        return following
                    if following not in rows:
                        waiting.append(following)
                continue
            waiting.pop()
            rows[node] = 1 + max((rows[following] for following in leads_to.get(node, ())), default=0)
            if rows[node] > longest:
                return node
    return None
