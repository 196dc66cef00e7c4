"""`--filter`: an expression that chooses among requests, evaluated here."""

from __future__ import annotations

from collections.abc import Callable

from letterbox.client.letter import Gone, Letter
from letterbox.expressions import BadExpression, Failed, compiled


class Choice:
    """Takes the letters for which an expression is true. One for which it fails is passed over, and that is said."""

    def __init__(self, source: str, note: Callable[[str], None]) -> None:
        """Raises BadExpression."""
        self._expression, self._note = compiled(source), note
        if self._expression.uses_sign:
            raise BadExpression("`sign` needs an endpoint's secrets, which do not leave the service.")

    def takes(self, letter: Letter) -> bool:
        try:
            value = self._expression.value(letter.facts(with_body=self._expression.uses_body))
        except Gone:
            return False
        except Failed as reason:
            self._note(f"--filter has no value for {letter.id}, so it is passed over: {reason}")
            return False
        if not isinstance(value, bool):
            self._note(f"--filter is neither true nor false for {letter.id}, so it is passed over")
        return value is True
