"""Fault 24: random deliveries verify with two public libraries and by an HMAC of our own; altered by a byte, never."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import standardwebhooks
import svix.webhooks

from tests.faults.delivering import Stage, Way, staged
from tests.faults.outcome import Outcome
from tests.faults.receivers import Received

TITLE = "signatures, random letters"
CALLERS = 4
SENDERS_OWN = ("webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "x-hub-signature-256", "accept")
MOST_CHARACTERS, MOST_HEADERS = 2000, 12
REFUSALS = (standardwebhooks.WebhookVerificationError, UnicodeDecodeError)

Verify = Callable[[str, Received], bool]


@dataclass(frozen=True)
class Letter:
    """What is posted; `is_text` if libraries, which take nothing else, can verify it."""

    body: bytes
    headers: list[tuple[bytes, bytes]]
    is_text: bool


def by_standardwebhooks(secret: str, received: Received) -> bool:
    return is_taken(lambda: standardwebhooks.Webhook(secret).verify(received.body, heads(received), json_parse=False))


def by_svix(secret: str, received: Received) -> bool:
    return is_taken(lambda: svix.webhooks.Webhook(secret).verify(received.body, heads(received)))


def by_hmac(secret: str, received: Received) -> bool:
    """As the scheme's own text says it."""
    ours = heads(received)
    signed = f"{ours['webhook-id']}.{ours['webhook-timestamp']}.".encode() + received.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in ours["webhook-signature"].split(" ")


LIBRARIES: tuple[Verify, ...] = (by_standardwebhooks, by_svix)


def is_taken(verify: Callable[[], object]) -> bool:
    try:
        verify()
    except REFUSALS:
        return False
    return True


def heads(received: Received) -> dict[str, str]:
    """Without what a library would take for its own; a header that came twice is not among ours."""
    return {name: value for name, value in received.headers if not name.startswith("svix-")}


def run(store: str, count: int, seed: int) -> Outcome:
    """So many letters of text, and a tenth as many of bytes, half of them to who has two secrets."""
    draw = random.Random(seed)
    letters = [letter(draw, is_text=number % 11 != 0) for number in range(count + count // 10)]
    with staged(store) as stage:
        ways = [stage.way(), stage.way()]
        older = {each.path: [each.secret] for each in ways}
        older[ways[1].path].append(rotated(stage, ways[1]))

        def post(numbered: tuple[int, Letter]) -> tuple[str, Letter]:
            number, each = numbered
            return stage.post(ways[number % 2], each.body, headers=each.headers), each

        with ThreadPoolExecutor(CALLERS) as callers:
            posted = dict(callers.map(post, enumerate(letters)))
        return judge(stage, posted, older, draw)


def rotated(stage: Stage, way: Way) -> str:
    address = f"/v1/destinations/{way.destination_id}/rotate-secret"
    secret: str = stage.client.post(address, json={}).raise_for_status().json()["secret"]
    return secret


def letter(draw: random.Random, *, is_text: bool) -> Letter:
    length = draw.choice((0, 1, draw.randrange(MOST_CHARACTERS)))
    body = "".join(map(character, draw.choices((draw,), k=length))).encode() if is_text else draw.randbytes(length)
    headers = [(b"x-%d" % number, value(draw)) for number in range(draw.randrange(MOST_HEADERS))]
    headers += [(name.encode(), value(draw)) for name in SENDERS_OWN if draw.random() < 0.2]
    return Letter(body, headers, is_text)


def character(draw: random.Random) -> str:
    """Of any plane, but half of a pair."""
    return chr(draw.choice((draw.randrange(0x80), draw.randrange(0xD800), draw.randrange(0xE000, 0x110000))))


def value(draw: random.Random) -> bytes:
    return bytes(draw.choices([*range(0x21, 0x7F), *range(0x80, 0x100)], k=draw.randrange(1, 60)))


def judge(stage: Stage, posted: Mapping[str, Letter], secrets: Mapping[str, list[str]], draw: random.Random) -> Outcome:
    stuck = stage.stuck()
    found: dict[str, int] = dict.fromkeys(("refused", "altered", "forged", "checks"), 0)
    for each in stage.receiver.received:
        sent = posted[each.name]
        found["altered"] += each.body != sent.body
        verifiers = (*LIBRARIES, by_hmac) if sent.is_text else (by_hmac,)
        for secret in secrets[each.path]:
            flipped = [flip(each, draw) for _ in verifiers]
            found["checks"] += len(verifiers)
            found["refused"] += sum(not verify(secret, each) for verify in verifiers)
            found["forged"] += sum(verify(secret, bad) for verify, bad in zip(verifiers, flipped, strict=True))
    figures: dict[str, Any] = {"letters": len(posted), "came": len(stage.receiver.received), **found, "stuck": stuck}
    wrong = [f"{stuck} stuck"] if stuck else []
    wrong += [f"{found['refused']} do not verify"] if found["refused"] else []
    wrong += [f"{found['forged']} verify although a byte was flipped"] if found["forged"] else []
    wrong += [f"{found['altered']} came altered"] if found["altered"] else []
    wrong += ["not each came exactly once"] if set(stage.receiver.times().values()) != {1} else []
    wrong += [f"{stage.tracebacks()} tracebacks in the log"] if stage.tracebacks() else []
    return Outcome(figures, wrong)


def flip(received: Received, draw: random.Random) -> Received:
    """One bit of what is signed is another: of the body, or of the id where there is none."""
    if received.body and draw.random() < 0.9:
        return replace(received, body=flipped(received.body, draw))
    name = draw.choice(("webhook-id", "webhook-timestamp"))
    headers = [
        (each, flipped(text.encode(), draw).decode("latin-1") if each == name else text)
        for each, text in received.headers
    ]
    return replace(received, headers=headers)


def flipped(text: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(text))
    return text[:place] + bytes([text[place] ^ (1 << draw.randrange(8))]) + text[place + 1 :]
