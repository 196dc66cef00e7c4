"""The handshakes that docs/handshakes.md shows: its own declarations, asked as the senders ask.

tests/docs runs the document against the service. Here is what it can't show: what is answered to others, and to events.
"""

from __future__ import annotations

import base64
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from letterbox.facts.request import Facts
from letterbox.receive.declared_replies import violations_of
from letterbox.receive.reply import Reply
from tests.docs.documents import TOP, blocks_of
from tests.receive.answering import answer, received
from tests.receive.answering import sign as signed

DOCUMENT: Path = TOP / "docs" / "handshakes.md"
BEGIN, END = "<<'END'\n", "\nEND"
SENDERS = ["slack", "whatsapp", "okta", "graph", "x", "dropbox"]


def declarations() -> dict[str, dict[str, Any]]:
    """Every endpoint that the document declares, by its name."""
    texts = [block.text for block in blocks_of(DOCUMENT) if BEGIN in block.text]
    found = [json.loads(text.partition(BEGIN)[2].partition(END)[0]) for text in texts]
    return {endpoint["path"].removeprefix("/"): endpoint for endpoint in found}


DECLARED = declarations()


def posted(body: dict[str, Any], **given: Any) -> Facts:
    return received(headers={"content-type": "application/json"}, body=json.dumps(body).encode(), **given)


def got(query: str = "", headers: dict[str, str] | None = None) -> Facts:
    return received(method="GET", query=query, headers=headers)


def reply_of(sender: str, facts: Facts) -> tuple[int, str | None, bytes]:
    """Status, media type and body of what the document's endpoint answers."""
    reply: Reply = answer(DECLARED[sender]["replies"], facts)[0]
    media_type = dict(reply.headers).get(b"content-type")
    return reply.status, None if media_type is None else media_type.decode(), reply.body


JSON, TEXT = "application/json", "text/plain"
WORD = "hub.verify_token=a+word+of+yours"
TOKEN = base64.b64encode(signed("sha256", b"MTUyOTQ4")).decode()

HANDSHAKES = [
    ("slack", posted({"type": "url_verification", "challenge": "3eZ"}), (200, JSON, b'{"challenge":"3eZ"}')),
    ("slack", posted({"type": "event_callback", "event": {"type": "message"}}), (200, None, b"")),
    ("whatsapp", got(f"hub.mode=subscribe&hub.challenge=1158&{WORD}"), (200, TEXT, b"1158")),
    ("whatsapp", got("hub.mode=subscribe&hub.challenge=1158&hub.verify_token=guessed"), (403, None, b"")),
    ("whatsapp", got("hub.challenge=1158"), (403, None, b"")),
    ("whatsapp", got(), (403, None, b"")),
    ("whatsapp", posted({"object": "page"}), (200, None, b"")),
    ("whatsapp", posted({"object": "page"}, query=f"hub.challenge=1158&{WORD}"), (200, None, b"")),
    ("okta", got(headers={"X-Okta-Verification-Challenge": "DxR"}), (200, JSON, b'{"verification":"DxR"}')),
    ("okta", got(), (204, None, b"")),
    ("okta", posted({"eventType": "com.okta.event_hook"}), (204, None, b"")),
    ("graph", received(query="validationToken=Validation%3A+Testing"), (200, TEXT, b"Validation: Testing")),
    ("graph", received(query="validationToken=%3Cscript%3E"), (200, TEXT, b"<script>")),
    ("graph", posted({"value": [{"clientState": "a"}]}), (202, None, b"")),
    (
        "x",
        got("crc_token=MTUyOTQ4&nonce=1"),
        (200, JSON, json.dumps({"response_token": f"sha256={TOKEN}"}, separators=(",", ":")).encode()),
    ),
    ("x", got(), (403, None, b"")),
    ("x", posted({"tweet_create_events": []}), (200, None, b"")),
    ("dropbox", got("challenge=2E5Zt3"), (200, TEXT, b"2E5Zt3")),
    ("dropbox", posted({"list_folder": {}}), (200, None, b"")),
]


def test_the_document_declares_every_sender() -> None:
    assert list(DECLARED) == SENDERS


@pytest.mark.parametrize("sender", SENDERS)
def test_what_the_document_declares_can_be_saved(sender: str) -> None:
    assert list(violations_of(DECLARED[sender]["replies"], "/replies")) == []


@pytest.mark.parametrize(("sender", "facts", "reply"), HANDSHAKES)
def test_a_handshake_succeeds_by_declaration(sender: str, facts: Facts, reply: Any) -> None:
    assert reply_of(sender, facts) == reply


@pytest.mark.parametrize("event", ['{"tweet_create_events": []}', "{}", ' {"a": 1}'])
def test_no_event_of_x_is_signed_for_whoever_asks(event: str) -> None:
    status, _, body = reply_of("x", got(f"crc_token={event}"))
    assert (status, body) == (403, b"")


@pytest.mark.parametrize("sender", [sender for sender in SENDERS if "GET" in DECLARED[sender].get("methods", ())])
def test_what_is_asked_by_get_comes_unsigned_and_what_is_posted_does_not(sender: str) -> None:
    assert DECLARED[sender]["verification"]["methods"] == ["POST"]


def test_the_token_of_x_is_the_one_that_the_document_shows() -> None:
    secret = DECLARED["x"]["verification"]["secrets"][0].encode()
    shown = base64.b64encode(hmac.digest(secret, b"MTUyOTQ4NDgyNw", "sha256")).decode()
    assert f'{{"response_token":"sha256={shown}"}}' in DOCUMENT.read_text(encoding="utf-8")
