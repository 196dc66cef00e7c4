"""GitHub's own OpenAPI document of its webhooks, and what it says of an event by no code of ours.

To take in a newer version: npm pack @octokit/openapi-webhooks, unpack it, and from the repository's top
python -m tests.github.webhooks path/to/package
"""

import json
import lzma
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKED = HERE / "webhooks.json.xz"


@cache
def document() -> dict[str, Any]:
    """The whole document, which nobody may change."""
    whole: dict[str, Any] = json.loads(lzma.decompress(PACKED.read_bytes()))
    return whole


@cache
def schemas_by_event() -> dict[str, dict[str, Any]]:
    """A schema for each event: any of those of its actions, in a root that all references count from."""
    found = defaultdict(list)
    for webhook in document()["webhooks"].values():
        event = webhook["post"]["operationId"].partition("/")[0].replace("-", "_")
        found[event].append(webhook["post"]["requestBody"]["content"]["application/json"]["schema"])
    return {event: {"anyOf": some, "components": document()["components"]} for event, some in found.items()}


def vendor(package: Path) -> None:
    """Pack the document of github.com anew; the same package gives the same bytes."""
    whole = json.loads((package / "generated" / "api.github.com.json").read_text())
    compact = json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()
    PACKED.write_bytes(lzma.compress(compact, preset=9 | lzma.PRESET_EXTREME))
    about = json.loads((package / "package.json").read_text())
    (HERE / "webhooks.LICENCE").write_text(
        f"webhooks.json.xz is generated/api.github.com.json of the npm package {about['name']} {about['version']}\n"
        "(https://github.com/octokit/openapi-webhooks), packed by webhooks.py. Its licence:\n\n"
        f"{(package / 'LICENSE').read_text().strip()}\n"
    )


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
