"""What GitHub has signed still verifies with GitHub's own library where it is delivered to."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.delivery.planes import Plane
from tests.delivery.scripted import Receiver
from tests.github.payloads import SECRET, payloads

PLACE = "OCTOKIT"  # names the folder into which @octokit/webhooks was installed
LIBRARY = Path(os.environ.get(PLACE, ""), "node_modules", "@octokit", "webhooks")
VERIFYING = """
import { readFileSync } from "node:fs";
const { Webhooks } = await import(process.argv[1]);
const { secret, received } = JSON.parse(readFileSync(0, "utf8"));
const webhooks = new Webhooks({ secret });
const verified = await Promise.all(received.map(([body, signature]) => webhooks.verify(body, signature)));
console.log(JSON.stringify(verified));
"""


@pytest.mark.skipif(PLACE not in os.environ, reason=f"{PLACE} names no folder with @octokit/webhooks")
def test_githubs_library_verifies_each_payload_where_it_is_delivered_to(plane: Plane, receiver: Receiver) -> None:
    sent = payloads()
    plane.subscribe(plane.destination(receiver.url))
    for payload in sent:
        plane.receive(payload.body, headers=json.dumps([[name.lower(), value] for name, value in payload.headers]))
    received = receiver.wait_for(len(sent))
    letters = [(each.body.decode(), each.header("x-hub-signature-256")) for each in received]
    forged = (letters[0][0] + " ", letters[0][1])
    asked = json.dumps({"secret": SECRET.decode(), "received": [*letters, forged]})
    command = ["node", "--input-type=module", "-e", VERIFYING, (LIBRARY / "dist-bundle" / "index.js").as_uri()]
    verified = json.loads(subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout)
    assert verified == [*[True] * len(sent), False]
