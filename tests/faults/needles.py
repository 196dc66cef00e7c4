"""Secrets, and how to find one in bytes however it is written there: as it is, in base64, in hexadecimal, in a URL."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus


def needles(secret: bytes) -> set[bytes]:
    """What of a secret would be seen in every place that it may have leaked to."""
    text = secret.decode("latin-1")
    return {
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        json.dumps(text)[1:-1].encode(),
        quote(text, safe="").encode(),
        quote_plus(text).encode(),
        *aligned(secret),
    }


def aligned(secret: bytes) -> Iterator[bytes]:
    """The middle of its base64 by what may stand before it, which is the same whatever stands around it."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + secret)
        yield whole[4 if before else 0 : len(whole) // 4 * 4 - 4]


def found_in(content: bytes, secrets: Iterable[bytes]) -> list[bytes]:
    """The secrets that are written in there."""
    return [secret for secret in secrets if any(needle in content for needle in needles(secret))]


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, by its name, as it is now; but for compiled modules."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield str(path.relative_to(folder)), path.read_bytes()
