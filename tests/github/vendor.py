"""Packs the payloads of the npm package @octokit/webhooks-examples into one file that the tests read.

To take in a newer version: npm pack @octokit/webhooks-examples, unpack it, and from the repository's top
python -m tests.github.vendor path/to/package
"""

import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PAYLOADS = HERE / "payloads.jsonl.xz"
NOTICE = """\
payloads.jsonl.xz holds the {count} payloads of the {events} events in api.github.com/index.json of the npm package
{name} {version} (https://github.com/{repository}), by {author} and contributors, packed by vendor.py.
The package declares the licence {license}, without a text of its own: LICENCE is that licence's text.
"""


def vendor(package: Path) -> None:
    """Write the payloads and the notice anew; the same package gives the same bytes."""
    about = json.loads((package / "package.json").read_text())
    events = json.loads((package / "api.github.com" / "index.json").read_text())
    lines = list(payload_lines(events))
    PAYLOADS.write_bytes(lzma.compress("".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
    facts = {key: about[key] for key in ("name", "version", "license")}
    facts |= {
        "repository": about["repository"].removeprefix("github:"),
        "author": about["author"].partition(" (")[0],
    }
    (HERE / "NOTICE").write_text(NOTICE.format(count=len(lines), events=len(events), **facts))


def payload_lines(events: list[dict[str, object]]) -> Iterator[str]:
    """One JSON line a payload: its event and its body as the text that is sent, compact as GitHub's is."""
    for event in events:
        examples = event["examples"]
        assert isinstance(examples, list)
        for example in examples:
            yield compact({"event": event["name"], "body": compact(example)}) + "\n"


def compact(value: object) -> str:
    """JSON without spaces, letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
