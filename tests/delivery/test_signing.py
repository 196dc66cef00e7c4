"""Signatures: two libraries of receivers, and an HMAC written out, take every one of ours, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import time
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks

from letterbox.delivery.signing import new_secret, signature_of

LIBRARIES: dict[str, tuple[Any, type[Exception]]] = {
    "standardwebhooks": (standardwebhooks.Webhook, standardwebhooks.WebhookVerificationError),
    "svix": (svix.webhooks.Webhook, svix.webhooks.WebhookVerificationError),
}
VECTOR = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330)
EACH = 5_000  # random bodies for each library


def written_out(secret: str, message: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret[len("whsec_") :])
    signed = message.encode() + b"." + str(timestamp).encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def text_of(dice: random.Random) -> bytes:
    """JSON, since both libraries parse what they verified."""
    return b'"' + "".join(dice.choices("aZ0 éß世\U0001f4ec.:{}[],", k=dice.randrange(40))).encode() + b'"'


def test_the_published_example_is_signed_as_published() -> None:
    signature = signature_of((VECTOR[0],), *VECTOR[1:], b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_librarys_receiver_takes_each_signature_and_never_one_of_a_flipped_byte(library: str) -> None:
    dice, secret = random.Random(library), new_secret()
    make, refusal = LIBRARIES[library]
    receiver = make(secret)
    for _ in range(EACH):
        message, now, body = f"req_{dice.getrandbits(64):x}", int(time.time()), text_of(dice)
        headers = {"webhook-id": message, "webhook-timestamp": str(now)}
        headers["webhook-signature"] = signature_of((secret,), message, now, body)
        assert headers["webhook-signature"] == written_out(secret, message, now, body)
        receiver.verify(body, headers)
        with pytest.raises(refusal):
            receiver.verify(flipped(body, dice), headers)


def flipped(body: bytes, dice: random.Random) -> bytes:
    """With another lowest bit in one byte, which leaves UTF-8 as UTF-8: the libraries decode before they verify."""
    place = dice.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def test_while_two_secrets_are_live_each_of_them_verifies_and_the_newest_is_first() -> None:
    old, new = new_secret(), new_secret()
    signatures = signature_of((new, old), "req_1", 1, b"\x00\xff").split(" ")
    assert signatures == [written_out(secret, "req_1", 1, b"\x00\xff") for secret in (new, old)]


def test_a_new_secret_is_32_bytes_that_nobody_had_before() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) for secret in secrets} == {32}
