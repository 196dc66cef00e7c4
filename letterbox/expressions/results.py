"""What an expression answers, as plain JSON values, in the way that protobuf writes CEL's types as JSON."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from letterbox.expressions.failures import Failed
from letterbox.representation import EPOCH, as_time

MOST_NODES = 100_000
MOST_TEXT = 1_048_576  # characters


def plain(value: Any) -> Any:
    """Bytes become base64, times RFC 3339, durations seconds such as `1.5s`, keys of maps strings. Raises Failed."""
    return _Plain().of(value)


class _Plain:
    """Counts what it makes, so that a result stays bounded."""

    def __init__(self) -> None:
        self._nodes, self._text = MOST_NODES, MOST_TEXT

    def of(self, value: Any) -> Any:
        self._spend(value)
        if value is None or isinstance(value, str | bool | int):
            return value
        convert = _CONVERT.get(type(value))
        if convert is None:
            raise Failed("the result is nothing that JSON has")
        return convert(self, value)

    def map(self, value: dict[Any, Any]) -> dict[str, Any]:
        made = {self._key(key): self.of(member) for key, member in value.items()}
        return dict(sorted(made.items()))  # the package gives them in another order each time

    def list(self, value: list[Any]) -> list[Any]:
        return [self.of(item) for item in value]

    def _key(self, key: Any) -> str:
        self._spend(key)
        return key if isinstance(key, str) else str(key).lower()

    def _spend(self, value: Any) -> None:
        self._nodes -= 1
        if isinstance(value, str | bytes):
            self._text -= len(value)
        if self._nodes < 0 or self._text < 0:
            raise Failed("the result is too large")


def _number(_: _Plain, value: float) -> float:
    if not math.isfinite(value):
        raise Failed("the result is no number that JSON has")
    return value


def _text(_: _Plain, value: bytes) -> str:
    return base64.b64encode(value).decode()


def _time(_: _Plain, value: datetime) -> str:
    return as_time((value - EPOCH) // timedelta(milliseconds=1))


def _seconds(_: _Plain, value: timedelta) -> str:
    return f"{value.total_seconds():.9f}".rstrip("0").rstrip(".") + "s"


_CONVERT: dict[type, Callable[[_Plain, Any], Any]] = {
    float: _number,
    bytes: _text,
    datetime: _time,
    timedelta: _seconds,
    dict: _Plain.map,
    list: _Plain.list,
}
