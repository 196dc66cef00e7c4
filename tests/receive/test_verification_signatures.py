"""Signatures: how each scheme writes them, how many of them are looked at, and in which encodings."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from letterbox.receive.verification import LiveSecret
from letterbox.receive.verification.evidence import MOST_SIGNATURES
from letterbox.receive.verification.standard_webhooks import MOST_ASYMMETRIC
from tests.receive.senders import (
    NOW,
    PRIVATE_KEY,
    SECRET,
    SENDERS,
    SIGNING,
    Sender,
    Sent,
    mac,
    webhook_headers,
)

BODY = b'{"a": 1}'


@pytest.mark.parametrize("order", ["%b %b", "%b v2,abc %b", "v1, %b %b", "x %b ,, %b v1a,%%"])
def test_among_several_signatures_of_standard_webhooks_one_has_to_be_right(order: str) -> None:
    sender = SIGNING["standard-webhooks"]
    right = dict(sender.send(BODY, NOW).headers)[b"webhook-signature"]
    wrong = b"v1," + base64.b64encode(bytes(32))
    for pair, good in (((right, wrong), True), ((wrong, right), True), ((wrong, wrong), False)):
        sent = Sent(webhook_headers(b"webhook-", NOW, order.encode() % pair), BODY)
        assert sender.is_let_in(sent) == good


@pytest.mark.parametrize("name", ["standard-webhooks", "standard-webhooks, v1a"])
def test_more_signatures_than_a_sender_has_keys_are_not_looked_at(name: str) -> None:
    sender = SIGNING[name]
    right = dict(sender.send(BODY, NOW).headers)[b"webhook-signature"]
    for times, good in ((MOST_SIGNATURES - 1, True), (MOST_SIGNATURES, False)):
        sent = Sent(webhook_headers(b"webhook-", NOW, b"v1,x " * times + right), BODY)
        assert sender.is_let_in(sent) == good


def test_few_asymmetric_signatures_are_looked_at_since_each_takes_long() -> None:
    sender = SIGNING["standard-webhooks, v1a"]
    right = dict(sender.send(BODY, NOW).headers)[b"webhook-signature"]
    for times, good in ((MOST_ASYMMETRIC - 1, True), (MOST_ASYMMETRIC, False)):
        sent = Sent(webhook_headers(b"webhook-", NOW, b"v1a,x " * times + right), BODY)
        assert sender.is_let_in(sent) == good


def test_stripe_may_sign_with_several_secrets_and_in_other_versions() -> None:
    sender = SIGNING["stripe"]
    right = sender.send(BODY, NOW).headers[0][1].partition(b",")[2]
    for value, good in (
        (b"t=%d,v0=1,v1=ab,%b" % (NOW, right), True),
        (b"%b,t=%d" % (right, NOW), True),
        (b"t=%d,%b%b" % (NOW, b"v1=x," * MOST_SIGNATURES, right), False),
        (b"t=%d,t=%d,%b" % (NOW, NOW, right), False),
        (b"t=%d,%b" % (NOW, right.replace(b"v1", b"v0")), False),
    ):
        assert sender.is_let_in(Sent([(b"stripe-signature", value)], BODY)) == good


@pytest.mark.parametrize("tail", [b"", b"=", b"A", b"\x00", b"!!", "é".encode()])
def test_a_signature_that_only_a_lenient_decoder_takes_is_refused(tail: bytes) -> None:
    for name in ("standard-webhooks", "standard-webhooks, v1a", "shopify", "hmac"):
        sent = SIGNING[name].send(BODY, NOW)
        *before, (header, value) = sent.headers
        changed = sent._replace(headers=[*before, (header, value + tail)])
        assert SIGNING[name].is_let_in(changed) == (tail == b"")


def test_the_unused_bits_of_a_base64_signature_are_its_own() -> None:
    """An ed25519 signature has 64 bytes, so that the last letter of its text has four bits that say nothing."""
    sender = SIGNING["standard-webhooks, v1a"]
    right = dict(sender.send(BODY, NOW).headers)[b"webhook-signature"]
    assert right.endswith(b"==")
    twins = [right[:-3] + bytes([letter]) + b"==" for letter in b"BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"]
    decoded = [twin for twin in twins if base64.b64decode(twin[4:]) == base64.b64decode(right[4:]) and twin != right]
    assert decoded
    assert not any(sender.is_let_in(Sent(webhook_headers(b"webhook-", NOW, twin), BODY)) for twin in decoded)


@pytest.mark.parametrize("prefix", ["", "whsec_"])
@pytest.mark.parametrize("length", [24, 25, 26, 64])
@pytest.mark.parametrize("padded", [True, False])
def test_a_secret_of_standard_webhooks_is_base64_in_each_of_its_forms(prefix: str, length: int, padded: bool) -> None:
    text = base64.b64encode(b"k" * length).decode()
    secret = LiveSecret((prefix + (text if padded else text.rstrip("="))).encode())
    signature = b"v1," + base64.b64encode(mac(b"msg_1.%d.%b" % (NOW, BODY), "k" * length))
    sent = Sent(webhook_headers(b"webhook-", NOW, signature), BODY)
    assert SIGNING["standard-webhooks"].is_let_in(sent, NOW, secret)


@pytest.mark.parametrize("length", [32, 64])
def test_a_private_key_does_for_its_public_one(length: int) -> None:
    pair = PRIVATE_KEY.private_bytes_raw() + PRIVATE_KEY.public_key().public_bytes_raw()
    secret = LiveSecret(b"whsk_" + base64.b64encode(pair[:length]))
    sender = SIGNING["standard-webhooks, v1a"]
    assert sender.is_let_in(sender.send(BODY, NOW), NOW, secret)


@pytest.mark.parametrize(("change", "good"), [(bytes.upper, True), (bytes.lower, True), (bytes.title, False)])
def test_hex_is_in_lower_or_in_upper_case_and_not_mixed(change: Any, good: bool) -> None:
    digest = change(mac(BODY).hex().encode())
    sent = Sent([(b"x-hub-signature-256", b"sha256=" + digest)], BODY)
    assert SENDERS["github"].is_let_in(sent) == good


@pytest.mark.parametrize("time", [b"%d" % NOW, b"%d000" % NOW, b"%d299" % (NOW + 299)])
def test_a_generic_sender_may_write_its_time_in_seconds_or_in_milliseconds(time: bytes) -> None:
    sender = SIGNING["hmac"]
    signature = base64.b64encode(mac(b"POST /in/acme/a %b\xc3\xa9 7 %b!" % (time, BODY), algorithm="sha512"))
    headers = [(b"x-time", time), (b"x-number", b"7"), (b"x-signature", b"v2=" + signature)]
    assert sender.is_let_in(Sent(headers, BODY))
    assert not sender.is_let_in(Sent(headers, BODY), NOW + 601)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_generic_sender_has_its_algorithm_and_its_encoding(algorithm: str, encoding: str) -> None:
    verification = {"scheme": "hmac", "header": "X-S", "algorithm": algorithm, "encoding": encoding}
    sender = Sender(verification, SECRET, SIGNING["hmac"].send)
    digest = mac(BODY, algorithm=algorithm)
    value = digest.hex().encode() if encoding == "hex" else base64.b64encode(digest)
    assert sender.is_let_in(Sent([(b"x-s", value)], BODY))
