"""Sends a kept request on to a program nearby: the same method, query, headers and bytes, to another address."""

from __future__ import annotations

import time
from typing import NamedTuple

import httpx

from letterbox.client.letter import Header, Letter
from letterbox.client.settings import is_local

# What is between two neighbours (RFC 9110, 7.6.1), and what is made anew for the next one. The one before has already
# been told to go on, if it waited with `expect`.
BETWEEN_NEIGHBOURS = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"expect",
        b"host",
        b"content-length",
    )
)


def without_login(url: httpx.URL) -> httpx.URL:
    """The address without what logs in there."""
    return url.copy_with(userinfo=b"")


class NothingListens(Exception):
    """No connection came about, so nothing was sent; the text says why."""


class LocalAnswer(NamedTuple):
    """What came back, or what went wrong instead."""

    status: int | None
    milliseconds: int
    error: str | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and httpx.codes.is_success(self.status)


class Forwarding:
    """Sends to one address, each on a connection of its own: an old one may have ended without our knowing."""

    def __init__(self, url: httpx.URL, seconds: float) -> None:
        self.url, self._seconds = url, seconds
        self._http = httpx.Client(
            timeout=seconds,
            follow_redirects=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=not is_local(str(url)),
        )

    def close(self) -> None:
        self._http.close()

    def forward(self, letter: Letter) -> LocalAnswer:
        """Raises NothingListens, Gone."""
        request = self._request(letter)
        began = time.monotonic()
        try:
            status, error = self._status(request, began + self._seconds), None
        except (httpx.ConnectError, httpx.ConnectTimeout) as reason:
            raise NothingListens(str(reason) or type(reason).__name__) from None
        except httpx.HTTPError as reason:
            status, error = None, type(reason).__name__
        return LocalAnswer(status, round(1000 * (time.monotonic() - began)), error)

    def _request(self, letter: Letter) -> httpx.Request:
        """Made by itself: a client would add headers of its own, and write the query in another way."""
        return httpx.Request(
            letter.method,
            self.url,
            headers=end_to_end(letter.headers),
            content=letter.body,
            extensions={
                "timeout": httpx.Timeout(self._seconds).as_dict(),
                "target": target(self.url.raw_path, letter.query),
            },
        )

    def _status(self, request: httpx.Request, end: float) -> int:
        """The status once all of the answer is there; its bytes are nobody's business here."""
        answer = self._http.send(request, stream=True)
        try:
            for _ in answer.iter_raw():
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("the answer has no end")
        finally:
            answer.close()
        return answer.status_code


def end_to_end(headers: list[Header]) -> list[Header]:
    """Those that are meant for whoever reads the request in the end."""
    said = b",".join(value for name, value in headers if name == b"connection").lower()
    between = BETWEEN_NEIGHBOURS.union(name.strip() for name in said.split(b","))
    return [(name, value) for name, value in headers if name not in between]


def target(path: bytes, query: str) -> bytes:
    """The address's own path and query, with this query behind it as it is; only what no client may send is quoted."""
    raw = "".join(each if "!" <= each <= "~" else f"%{ord(each):02X}" for each in query).encode()
    if not raw:
        return path
    return path + (b"&" if b"?" in path else b"?") + raw
