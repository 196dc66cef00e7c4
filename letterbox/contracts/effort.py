"""How much explaining may cost, counted in schemas that are held against a value, never in time."""

from __future__ import annotations


class Spent(Exception):
    """Explaining has taken as many steps as it may."""


class Effort:
    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Raises Spent."""
        self._left -= steps
        if self._left < 0:
            raise Spent
