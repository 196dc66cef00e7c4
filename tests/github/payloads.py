"""Loads GitHub's example payloads as the requests that GitHub would send."""

import hashlib
import hmac
import json
import lzma
import uuid
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKED = Path(__file__).parent / "payloads.jsonl.xz"
SECRET = b"It's a Secret to Everybody"  # the one of GitHub's own documentation
HOOK_ID = "292430182"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Payload:
    """One request of GitHub: the exact bytes of its body, and its headers in the order in which they are sent."""

    event: str
    index: int  # among the payloads of its event
    body: bytes
    headers: Headers

    @property
    def name(self) -> str:
        """What a failing test shows, such as push-0."""
        return f"{self.event}-{self.index}"

    @property
    def sha256(self) -> str:
        """The SHA-256 of the body, as hex."""
        return hashlib.sha256(self.body).hexdigest()


@cache
def payloads() -> tuple[Payload, ...]:
    """All of them, in the package's order, signed with SECRET."""
    seen: Counter[str] = Counter()
    found = []
    for line in lzma.decompress(PACKED.read_bytes()).splitlines():
        entry = json.loads(line)
        event, body = entry["event"], entry["body"].encode()
        found.append(Payload(event, seen[event], body, headers_of(event, seen[event], body)))
        seen[event] += 1
    return tuple(found)


def headers_of(event: str, index: int, body: bytes) -> Headers:
    """GitHub's headers for this body; the ids are made of the event and its index, so they never change."""
    kind, target = target_of(json.loads(body))
    return (
        ("user-agent", "GitHub-Hookshot/044aadd"),
        ("content-length", str(len(body))),
        ("accept", "*/*"),
        ("content-type", "application/json"),
        ("x-github-delivery", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{event}/{index}"))),
        ("x-github-event", event),
        ("x-github-hook-id", HOOK_ID),
        ("x-github-hook-installation-target-id", target),
        ("x-github-hook-installation-target-type", kind),
        ("x-hub-signature", signature("sha1", body)),
        ("x-hub-signature-256", signature("sha256", body)),
    )


def target_of(content: dict[str, dict[str, object]]) -> tuple[str, str]:
    """Where such a hook is installed: its kind and its id, as GitHub names them."""
    for member, kind in (
        ("installation", "integration"),
        ("repository", "repository"),
        ("organization", "organization"),
    ):
        if isinstance(content.get(member), dict) and "id" in content[member]:
            return kind, str(content[member]["id"])
    return "business", HOOK_ID


def signature(algorithm: str, body: bytes) -> str:
    """The value of GitHub's signature header for this body."""
    return f"{algorithm}={hmac.new(SECRET, body, algorithm).hexdigest()}"
