"""GitHub's webhooks as JSON Schema, draft-07, by those who know them best: real contracts for the tests.

To take in a newer version: npm pack @octokit/webhooks-schemas, unpack it, and from the repository's top
python -m tests.github.schemas path/to/package
"""

import json
import lzma
import sys
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKED = HERE / "schemas.json.xz"
NOTICE = """\
schemas.json.xz is schema.json of the npm package {name} {version} (https://github.com/{repository}),
by {author} and contributors, packed by schemas.py. The package declares the licence {license}, without
a text of its own: LICENCE is that licence's text.
"""


@cache
def schema() -> dict[str, Any]:
    """One schema for all events, with its definitions; nobody may change it."""
    whole: dict[str, Any] = json.loads(lzma.decompress(PACKED.read_bytes()))
    return whole


@cache
def schemas_by_event() -> dict[str, dict[str, str]]:
    """The schema of each event: a reference into the definitions."""
    return {event_of(part["$ref"].rpartition("/")[2]): part for part in schema()["oneOf"]}


def event_of(definition: str) -> str:
    """The event whose schema a definition is: push$event and issues_event are those of push and issues."""
    return definition.replace("$event", "").removesuffix("_event")


def contract() -> dict[str, Any]:
    """GitHub's schemas as a contract would be offered."""
    return {
        "media_types": ["application/json"],
        "event_type": "request.headers['x-github-event']",
        "event_types": schemas_by_event(),
        "definitions": schema()["definitions"],
    }


def vendor(package: Path) -> None:
    """Pack the schema anew; the same package gives the same bytes."""
    whole = json.loads((package / "schema.json").read_text())
    compact = json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()
    PACKED.write_bytes(lzma.compress(compact, preset=9 | lzma.PRESET_EXTREME))
    about = json.loads((package / "package.json").read_text())
    facts = {key: about[key] for key in ("name", "version", "license")}
    facts |= {
        "repository": about["repository"].removeprefix("github:"),
        "author": about["author"].partition(" (")[0],
    }
    (HERE / "schemas.NOTICE").write_text(NOTICE.format(**facts))


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
