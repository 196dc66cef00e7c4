"""One kept request: what lists show of it, and what of the rest is fetched once somebody asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import httpx

from letterbox.client.api import Api, Refused, at
from letterbox.facts.request import Facts
from letterbox.receive.credentials import MASK
from letterbox.representation import moment_of

Header = tuple[bytes, bytes]
_MASKED = re.compile(rf"(?:\w+ )?{re.escape(MASK)}")  # the word that says how it is meant stays


class Gone(Exception):
    """What is wanted of the request is not kept; the text says why."""


class Letter:
    """A request of the API, `shown` as it comes in lists."""

    def __init__(self, api: Api, shown: dict[str, Any]) -> None:
        self._api, self.shown = api, shown
        self.id: str = shown["id"]
        self.method: str = shown["method"]
        self.is_erased = shown["erased_at"] is not None

    @cached_property
    def body(self) -> bytes:
        """The exact bytes. Raises Gone."""
        if self.is_erased:
            raise Gone("it was erased")
        if self.shown["body_bytes"] and self.shown["body_sha256"] is None:
            raise Gone("its body was not kept")
        return self._fetched_body() if self.shown["body_bytes"] else b""

    @property
    def headers(self) -> list[Header]:
        """With names in lower case and exact values, but without those that the key may not see. Raises Gone."""
        return [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in self._whole["headers"]
            if not self._hides(value)
        ]

    @property
    def query(self) -> str:
        """As it was sent, but without what the key may not see. Raises Gone."""
        whole: str = self._whole["query"]
        return "&".join(pair for pair in whole.split("&") if not self._hides(pair.partition("=")[2]))

    @property
    def lacks_credentials(self) -> bool:
        """Whether it carried some that the key may not see. Raises Gone."""
        return bool(self._whole["is_masked"])

    def facts(self, *, with_body: bool) -> Facts:
        """As expressions see it. Raises Gone."""
        shown = self.shown
        facts = Facts(
            id=self.id,
            method=self.method,
            path=shown["path"],
            path_parameters=shown["path_parameters"],
            raw_query=shown["query"],
            raw_headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in shown["headers"]],
            raw_body=self.body if with_body else None,
            received_at=moment_of(shown["received_at"]) or 0,
        )
        facts.event_type = shown["event_type"]
        return facts

    def _hides(self, value: str) -> bool:
        return self.lacks_credentials and _MASKED.fullmatch(value) is not None

    @cached_property
    def _whole(self) -> dict[str, Any]:
        """With its credentials, if the key may see them. What has none is whole in lists already."""
        if not self.shown["is_masked"]:
            return self.shown
        with _being_there():
            whole: dict[str, Any] = self._api.read(at("requests", self.id)).value
            return whole

    def _fetched_body(self) -> bytes:
        with _being_there():
            return self._api.read_bytes(at("requests", self.id, "body"))


@contextmanager
def _being_there() -> Iterator[None]:
    """Raise Gone for what was deleted meanwhile."""
    try:
        yield
    except Refused as refusal:
        if refusal.status == httpx.codes.NOT_FOUND:
            raise Gone("it was deleted meanwhile") from None
        raise
