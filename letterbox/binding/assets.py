"""Fixed bytes at fixed paths: the page, the documentation, the published specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from starlette.types import Scope, Send

from letterbox.binding.problems import encoded
from letterbox.errors import MethodNotAllowed
from letterbox.representation import etag_of, matches


@dataclass(frozen=True)
class Asset:
    """What one path answers, always. `headers` are more headers, such as a Content-Security-Policy."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def etag(self) -> str:
        return etag_of(self.body)


async def send_asset(asset: Asset, scope: Scope, send: Send) -> None:
    """Answer GET and HEAD, 304 to a client that has it; raises MethodNotAllowed for the rest."""
    if scope["method"] not in ("GET", "HEAD"):
        raise MethodNotAllowed
    asked = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
    headers = {"etag": asset.etag, "cache-control": "no-cache", **asset.headers}
    if asked and matches(asked, asset.etag):
        await _send(304, headers, b"", send)
    else:
        headers |= {"content-type": asset.media_type, "content-length": str(len(asset.body))}
        await _send(200, headers, b"" if scope["method"] == "HEAD" else asset.body, send)


async def _send(status: int, headers: Mapping[str, str], body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": body})
